package commands_test

import (
	"context"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"thbot/commands"
	"thbot/store"
	"thbot/store/bolt"
	"thbot/store/storetest"
)

// during calls f once, when the import has come to the stage.
func during(stage string, f func()) func(*commands.ImportOptions) {
	return func(o *commands.ImportOptions) {
		var once sync.Once
		o.Progress = func(what string, n, of int) {
			if what == stage {
				once.Do(f)
			}
		}
	}
}

// TestImportCatchesUp holds that what happens between check and commit counts:
// a new record is compared with the rows, a changed one is not overwritten, a
// withdrawn one stays so, and a file that somebody else has taken in meanwhile
// is not taken in twice.
func TestImportCatchesUp(t *testing.T) {
	first, second, _ := strings.Cut(alike, "\n")
	t.Run("recorded", func(t *testing.T) {
		d := open(t)
		got := d.take(first, during("rows compared", func() { d.take(second) }))
		if !strings.Contains(got, "1 new,") || !strings.Contains(got, "1 possible duplicate opened") {
			t.Error(got)
		}
	})
	t.Run("recorded by a partner", func(t *testing.T) {
		d := open(t)
		got := d.take(strings.Replace(first, `"kind"`, `"partners":["eurofound"],"kind"`, 1), during("rows compared", func() { d.take(second) }))
		if !strings.Contains(got, "1 new,") || !strings.Contains(got, "1 question to partners opened") {
			t.Error(got)
		}
	})
	t.Run("edited", func(t *testing.T) {
		d := open(t)
		d.take(twoPlans)
		got := d.take(strings.ReplaceAll(twoPlans, "SPD 3.1", "SPD 4"), during("rows compared", func() { d.say("fra", "edit A1 plan:chat") }))
		if got != "0 new, 0 changed, 2 unchanged, 1 conflict, 0 bad.\nWhat was changed in chat is kept. To take the file's values: --force\nline 1: work programme of A1\n" {
			t.Error(got)
		}
		d.view(func(v *store.View) error {
			if plan := v.Activity(1).Plan; plan != "chat" {
				t.Errorf("the plan is %q", plan)
			}
			return nil
		})
	})
	t.Run("withdrawn", func(t *testing.T) {
		d := open(t)
		d.take(twoPlans)
		got := d.take(strings.ReplaceAll(twoPlans, "SPD 3.1", "SPD 4"), during("rows compared", func() { d.say("fra", "withdraw A1") }))
		if !strings.Contains(got, "A1 was withdrawn and stays so") {
			t.Error(got)
		}
	})
	t.Run("taken in", func(t *testing.T) {
		d := open(t)
		got := d.take(twoPlans, during("rows compared", func() { d.take(twoPlans) }))
		if got != "0 new, 0 changed, 2 unchanged, 0 conflicts, 0 bad.\n" {
			t.Error(got)
		}
	})
}

// TestBusyWhileAnImportStores answers a chat that cannot commit within two
// seconds, gives the text back, and stores nothing of it later.
func TestBusyWhileAnImportStores(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := open(t)
		d.say("fra", "record Days against forced labour")
		var reply, note commands.Reply
		var took time.Duration
		got := d.take(twoPlans, during("rows stored", func() {
			begun := time.Now()
			reply = d.say("fra", "record Report on forced labour")
			took = time.Since(begun)
			note = d.say("fra", "withdraw A1 no money")
		}))
		if !strings.HasPrefix(got, "2 new") {
			t.Error(got)
		}
		said := reply.Message.Text()
		if took != 2*time.Second || !reply.Failed || !strings.Contains(said, "busy, and nothing was saved") || !strings.Contains(said, "> Report on forced labour") {
			t.Errorf("after %s: %s", took, said)
		}
		if said := note.Message.Text(); !note.Failed || !strings.Contains(said, "> A1 no money") {
			t.Errorf("a withdrawal is answered: %s", said)
		}
		if reply := d.say("fra", "search report"); strings.Contains(reply.Message.Text(), "forced labour") {
			t.Errorf("stored all the same: %s", reply.Message.Text())
		}
		if reply := d.say("fra", "record Report on forced labour"); reply.Failed {
			t.Errorf("afterwards: %s", reply.Message.Text())
		}
	})
}

// TestRedactedStaysErased holds that a file does not bring a text back that
// was erased.
func TestRedactedStaysErased(t *testing.T) {
	d := open(t)
	d.take(twoPlans)
	d.say("fra", "redact A1 yes")
	d.take(twoPlans, force)
	d.view(func(v *store.View) error {
		if a := v.Activity(1); a.Title != "" || a.Description != "" || a.Live() {
			t.Errorf("A1 is %+v", a)
		}
		return nil
	})
}

// TestImportNotes holds that notes of the file and of chat stand side by side.
func TestImportNotes(t *testing.T) {
	d := open(t)
	row := func(notes ...string) string {
		return `{"id":"1","agency":"fra","title":"A","notes":[` + strings.Join(notes, ",") + "]}"
	}
	one := `{"at":"2026-11-01T09:00:00Z","by":"FRA","text":"one"}`
	two := `{"at":"2026-11-25T09:00:00Z","by":"EASO","text":"two"}`
	d.take(row(one))
	d.say("fra", "update A1 from chat")
	for _, want := range []string{"0 new, 1 changed", "0 new, 0 changed"} {
		if got := d.take(row(one, two)); !strings.HasPrefix(got, want) {
			t.Error(got)
		}
	}
	d.view(func(v *store.View) error {
		notes, err := v.Notes(1)
		var said []string
		for _, n := range notes {
			said = append(said, n.By+": "+n.Text)
		}
		if got := strings.Join(said, ", "); got != "fra: one, P9: from chat, easo: two" {
			t.Error(got)
		}
		return err
	})
}

// TestImportLeavesNotesTakenBack holds that a note which was undone does not
// come back with an older file, unless the file is to have its way.
func TestImportLeavesNotesTakenBack(t *testing.T) {
	d := open(t)
	d.say("fra", "record A thing")
	d.now = d.now.Add(time.Hour)
	d.say("fra", "update A1 spoken too soon")
	file := d.file("jsonl")
	d.say("fra", "undo")
	for _, test := range []struct {
		change []func(*commands.ImportOptions)
		want   int
	}{{nil, 0}, {[]func(*commands.ImportOptions){force}, 1}} {
		d.take(file, test.change...)
		d.view(func(v *store.View) error {
			notes, err := v.Notes(1)
			if len(notes) != test.want {
				t.Errorf("%d notes stand, want %d", len(notes), test.want)
			}
			return err
		})
	}
}

// TestGuessesStay holds that a table of cells, which has no marks, leaves those
// of what it does not change.
func TestGuessesStay(t *testing.T) {
	d := open(t)
	d.take(twoPlans)
	file := strings.Replace(d.file("csv"), "Course for asylum officers,", "Course for the asylum officers,", 1)
	as := func(o *commands.ImportOptions) { o.Format = "csv" }
	if got := d.take(file, as); !strings.HasPrefix(got, "0 new, 1 changed") {
		t.Error(got)
	}
	d.view(func(v *store.View) error {
		if a := v.Activity(2); !a.IsGuess("commitments") || !a.IsGuess("audience") {
			t.Errorf("guessed %v", a.Guessed)
		}
		return nil
	})
}

// TestImportTwiceRun holds that a database which runs the import's transaction
// twice gets the same register from it.
func TestImportTwiceRun(t *testing.T) {
	file := twoPlans + alike + `{"id":"N","agency":"fra","title":"with notes","notes":[{"text":"one"},{"text":"two"}]}`
	once := open(t)
	said := once.take(file)
	db, err := bolt.Open(filepath.Join(t.TempDir(), "twice.db"))
	if err != nil {
		t.Fatal(err)
	}
	again, err := store.Open(context.Background(), storetest.Twice{Driver: db})
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	twice := open(t, func(c *commands.Config) { c.Store = again })
	twice.store = again
	twice.populate()
	if got := twice.take(file); got != said {
		t.Errorf("once:\n%stwice:\n%s", said, got)
	}
	if want, got := normal(t, once.file("jsonl")), normal(t, twice.file("jsonl")); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

// TestImportedPairsRest holds that an imported pair knows what it rests on, so
// that a change of that opens it again.
func TestImportedPairsRest(t *testing.T) {
	first, second, _ := strings.Cut(alike, "\n")
	for name, files := range map[string][]string{"one file": {alike}, "two files": {first, second}} {
		d := open(t)
		for _, f := range files {
			d.take(f)
		}
		d.view(func(v *store.View) error {
			o, err := v.OverlapOf(1, 2)
			if err == nil && (o == nil || len(o.Rests) < 3) {
				t.Errorf("%s: the overlap is %+v", name, o)
			}
			return err
		})
	}
}
