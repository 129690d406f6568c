package store_test

import (
	"context"
	"errors"
	"path/filepath"
	"testing"
	"time"

	"thbot/store"
	"thbot/store/bolt"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

func open(t *testing.T) *store.Store {
	t.Helper()
	d, err := bolt.Open(filepath.Join(t.TempDir(), "x.db"))
	if err != nil {
		t.Fatal(err)
	}
	s, err := store.Open(context.Background(), d)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func TestRecordEditUndoRedactVerify(t *testing.T) {
	s, ctx := open(t), context.Background()
	do := func(actor, op string, f func(*store.Change) error) error {
		return s.Update(ctx, store.By{Actor: actor, Op: op, At: noon}, f)
	}
	var recorded, edited int64
	if err := do("P1", "record", func(c *store.Change) error {
		recorded = c.Group()
		return c.AddActivity(&store.Activity{Agency: "cepol", Title: "Webinar", Countries: []string{"RO"}})
	}); err != nil {
		t.Fatal(err)
	}
	edit := func(actor, title string) error {
		return do(actor, "edit", func(c *store.Change) error {
			edited = c.Group()
			a := c.Activity(1).Clone()
			a.Title = title
			return c.PutActivity(a)
		})
	}
	if err := edit("P1", "Course"); err != nil {
		t.Fatal(err)
	}
	first := edited
	if err := edit("P2", "Seminar"); err != nil {
		t.Fatal(err)
	}
	var overtaken *store.Overtaken
	err := do("P1", "undo", func(c *store.Change) error { _, err := c.Revert(first); return err })
	if !errors.As(err, &overtaken) || overtaken.Entry.Actor != "P2" || overtaken.Field != "title" {
		t.Fatalf("undo after somebody else's change: %v", err)
	}
	if err := do("P2", "undo", func(c *store.Change) error { _, err := c.Revert(edited); return err }); err != nil {
		t.Fatal(err)
	}
	title := func() (title string, gone bool) {
		s.View(ctx, func(v *store.View) error {
			title, gone = v.Activity(1).Title, !v.Activity(1).Live()
			return nil
		})
		return
	}
	if got, _ := title(); got != "Course" {
		t.Fatalf("after undo the title is %q", got)
	}
	if err := do("P1", "redact", func(c *store.Change) error { return c.RedactActivity(1) }); err != nil {
		t.Fatal(err)
	}
	if got, gone := title(); got != "" || !gone {
		t.Fatalf("after redact: %q, withdrawn %v", got, gone)
	}
	s.View(ctx, func(v *store.View) error {
		f, err := v.Verify(nil)
		if err != nil || len(f.Wrong) > 0 || f.Entries != 5 {
			t.Fatalf("verify: %+v %v", f, err)
		}
		return nil
	})
	_ = recorded
}
