package main

import (
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"

	"thbot/store"
	"thbot/store/bolt"
)

// samerows compares two JSONL exports as the contract promises of export and
// import: equal but for ids, those in follows too, register, a source and
// source_id that were empty, and the two times.
func samerows(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 2 {
		ts.Fatalf("usage: samerows before.jsonl after.jsonl")
	}
	before, after := rowsIn(ts, args[0]), rowsIn(ts, args[1])
	wrong := ""
	if len(before) != len(after) {
		wrong = fmt.Sprintf("%d rows and %d rows", len(before), len(after))
	}
	for i := 0; i < len(before) && wrong == ""; i++ {
		for _, field := range []string{"source", "source_id"} {
			if before[i][field] == "" {
				delete(before[i], field)
				delete(after[i], field)
			}
		}
		a, errA := json.Marshal(before[i])
		b, errB := json.Marshal(after[i])
		ts.Check(errA)
		ts.Check(errB)
		if string(a) != string(b) {
			wrong = fmt.Sprintf("row %d:\n%s\n%s", i+1, a, b)
		}
	}
	if neg == (wrong == "") {
		ts.Fatalf("samerows: %s", wrong)
	}
}

// rowsIn reads an export, with the place of a row in the place of its id.
func rowsIn(ts *testscript.TestScript, name string) []map[string]any {
	var rows []map[string]any
	place := map[any]int{}
	for line := range strings.Lines(ts.ReadFile(name)) {
		var row map[string]any
		ts.Check(json.Unmarshal([]byte(line), &row))
		rows = append(rows, row)
		place[row["id"]] = len(rows)
	}
	for _, row := range rows {
		follows, _ := row["follows"].([]any)
		for i, id := range follows {
			follows[i] = place[id]
		}
		for _, field := range []string{"id", "register", "recorded_at", "changed_at"} {
			delete(row, field)
		}
	}
	return rows
}

// typed writes a script of one line: a beginning, as Go reads it between
// quotes, and a text repeated. It is for lines that no script can show.
func typed(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 4 {
		ts.Fatalf("usage: typed file begin text times")
	}
	begin, err := strconv.Unquote(`"` + args[1] + `"`)
	ts.Check(err)
	times, err := strconv.Atoi(args[3])
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(begin+strings.Repeat(args[2], times)+"\n"), 0o600))
}

// cut copies the first bytes of a file.
func cut(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: cut from to bytes")
	}
	n, err := strconv.Atoi(args[2])
	ts.Check(err)
	b, err := os.ReadFile(ts.MkAbs(args[0]))
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), b[:n], 0o600))
}

// held is the store that a script holds, as another process would.
type held struct{ driver store.Driver }

// heldKey is where a script keeps it.
type heldKey struct{}

// hold opens a store in the test's own process; without a name it lets go.
func hold(ts *testscript.TestScript, neg bool, args []string) {
	h := ts.Value(heldKey{}).(*held)
	if h.driver != nil {
		ts.Check(h.driver.Close())
		h.driver = nil
	}
	if len(args) == 0 {
		return
	}
	var err error
	h.driver, err = bolt.Open(ts.MkAbs(args[0]))
	ts.Check(err)
	ts.Defer(func() { hold(ts, false, nil) })
}
