package commands

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"time"

	"thbot/commands/exchange"
	"thbot/store"
	"thbot/store/fault"
)

// ImportOptions say how a file is taken in.
type ImportOptions struct {
	Format   string // jsonl, csv or xlsx
	Name     string // the file's name, for the journal and as source of last resort
	Source   string // of rows that name none; empty: the name without its extension
	DryRun   bool   // say what would happen, and store nothing
	Force    bool   // take the file's value also where chat has changed it since
	Now      time.Time
	Progress func(what string, n, of int) // may be nil
}

// ImportReport says what an import did, or would do.
type ImportReport struct {
	DryRun    bool
	New       int
	Changed   int
	Unchanged int
	Conflicts []Remark // kept as they are in the register, unless forced
	Bad       []Remark // nothing is stored while there is one
	Pairs     int      // possible duplicates opened
	Questions int      // pairs of partners asked whether they record one joint activity
	Named     int      // partners named, who are asked to confirm
	Agencies  []string // slugs that will be told of them
}

// Remark is what is to be said of one line of a file.
type Remark struct {
	Line int
	What string
}

// Text gives the report as lines, the result first.
func (r *ImportReport) Text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d new, %d changed, %d unchanged, %s, %d bad.\n", r.New, r.Changed, r.Unchanged, count(len(r.Conflicts), "conflict", "conflicts"), len(r.Bad))
	switch {
	case len(r.Bad) > 0:
		fmt.Fprintf(&b, "Nothing was stored. Mend %s and import the file again:\n", plural(len(r.Bad), "this line", "these lines"))
	case r.DryRun:
		b.WriteString("This was a dry run: nothing was stored.\n")
	}
	for _, bad := range r.Bad {
		fmt.Fprintf(&b, "line %d: %s\n", bad.Line, bad.What)
	}
	if len(r.Conflicts) > 0 {
		b.WriteString("What was changed in chat is kept. To take the file's values: --force\n")
	}
	for _, c := range r.Conflicts {
		fmt.Fprintf(&b, "line %d: %s\n", c.Line, c.What)
	}
	var found []string
	if r.Pairs > 0 {
		found = append(found, count(r.Pairs, "possible duplicate", "possible duplicates"))
	}
	if r.Questions > 0 {
		found = append(found, count(r.Questions, "question to partners", "questions to partners"))
	}
	var news []string
	if len(found) > 0 {
		news = append(news, strings.Join(found, " and ")+" opened")
	}
	if r.Named > 0 {
		news = append(news, count(r.Named, "partner named", "partners named"))
	}
	if len(news) > 0 {
		told := "each agency concerned gets one message"
		if len(r.Agencies) == 0 {
			told = "nobody is on the roster yet to be told"
		}
		fmt.Fprintf(&b, "%s; %s.\n", strings.Join(news, "; "), told)
	}
	return b.String()
}

// Import takes a file in, all of it or nothing. It is parsed, checked and
// scored before it takes the writer; under it, it is checked only against what
// the journal has gained since.
func (c *Commands) Import(ctx context.Context, in io.Reader, o ImportOptions) (*ImportReport, error) {
	if o.Progress == nil {
		o.Progress = func(string, int, int) {}
	}
	sum := sha256.New()
	rows, err := readRows(io.TeeReader(in, sum), o)
	if err != nil {
		return nil, err
	}
	if _, err := io.Copy(sum, in); err != nil { // what a reader left behind the last line
		return nil, err
	}
	j := &importing{Commands: c, o: o, now: o.Now.In(c.rules.Zone), source: o.Source}
	if j.source == "" {
		j.source = strings.TrimSuffix(o.Name, filepath.Ext(o.Name))
	}
	if err := c.store.View(ctx, func(v *store.View) error { return j.prepare(v, rows) }); err != nil {
		return nil, err
	}
	if len(j.bad) > 0 || o.DryRun {
		return j.report(j.items), nil
	}
	if err := j.score(ctx); err != nil {
		return nil, err
	}
	facts := map[string]string{"file": o.Name, "sha256": hex.EncodeToString(sum.Sum(nil)), "rows": itoa(len(rows))}
	by := store.By{Actor: store.Program, Op: "import", At: o.Now.UTC()}
	var report *ImportReport
	err = c.store.Update(ctx, by, func(ch *store.Change) error {
		report, err = j.store(ch, facts)
		return err
	})
	if err != nil {
		return nil, err
	}
	return report, nil
}

// report counts what becomes of the items.
func (j *importing) report(items []*item) *ImportReport {
	r := &ImportReport{DryRun: j.o.DryRun, Bad: j.bad}
	for _, it := range items {
		switch {
		case it.bad:
			continue
		case it.target == 0:
			r.New++
		case it.changes():
			r.Changed++
		default:
			r.Unchanged++
		}
		for _, what := range it.conflicts {
			r.Conflicts = append(r.Conflicts, Remark{it.row.Line, what})
		}
	}
	return r
}

func readRows(in io.Reader, o ImportOptions) ([]*exchange.Row, error) {
	progress := func(n int) { o.Progress("lines read", n, n) }
	switch o.Format {
	case "jsonl":
		return exchange.ReadJSONL(in, progress)
	case "csv":
		return exchange.ReadCSV(in, progress)
	case "xlsx":
		return exchange.ReadXLSX(in, progress)
	}
	return nil, fault.New(fault.Invalid, "thbot imports jsonl, csv and xlsx, not %s.", o.Format)
}
