package storetest

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"thbot/store"
	"thbot/store/fault"
)

func (r *register) flag(a, b int) int64 {
	r.t.Helper()
	return r.do("P1", "record", func(c *store.Change) error {
		return c.AddOverlap(&store.Overlap{A: a, B: b, AgencyA: "cepol", AgencyB: "fra", Score: 0.7})
	})
}

func (r *register) say(agency, verdict, reason string) int64 {
	r.t.Helper()
	return r.do("P2", "overlap", func(c *store.Change) error {
		o, err := c.Overlap(1)
		if err != nil {
			return err
		}
		o = o.Clone()
		o.Say(store.Word{At: c.At, By: "P-" + agency, Agency: agency, Verdict: verdict, Reason: reason})
		return c.PutOverlap(o)
	})
}

func (r *register) overlap() (o *store.Overlap) {
	r.t.Helper()
	r.view(func(v *store.View) (err error) { o, err = v.Overlap(1); return err })
	return o
}

func testOverlaps(t *testing.T, d store.Driver) {
	r := begin(t, d)
	r.record("cepol", "one")
	r.record("fra", "two")
	r.flag(1, 2)
	for name, o := range map[string]*store.Overlap{"again": {A: 1, B: 2}, "the other way": {A: 2, B: 1}, "with itself": {A: 1, B: 1}} {
		if _, err := r.try("P1", "record", func(c *store.Change) error { return c.AddOverlap(o) }); err == nil {
			t.Errorf("a pair %s was stored", name)
		}
	}
	for _, step := range []struct{ agency, verdict, state string }{
		{"cepol", store.SayCoordinate, store.StateCoordinate}, {"fra", store.SayDismiss, store.StateDismissed},
		{"fra", store.SayJoint, store.StateOpen}, {"cepol", store.SayLater, store.StateOpen}, {"cepol", store.SayJoint, store.StateJoint},
	} {
		r.say(step.agency, step.verdict, "because")
		if o := r.overlap(); o.State != step.state {
			t.Errorf("%s says %s: %s, want %s", step.agency, step.verdict, o.State, step.state)
		}
	}
	if o := r.overlap(); len(o.Words) != 5 || o.Lead != 1 {
		t.Errorf("%d words, lead %d", len(o.Words), o.Lead)
	}
	r.view(func(v *store.View) error {
		one, err := v.OverlapOf(2, 1)
		of, oerr := v.OverlapsOf(2)
		if one == nil || len(of) != 1 || of[0].ID != one.ID {
			t.Errorf("found %v and %v", one, of)
		}
		return errors.Join(err, oerr)
	})
	r.whole()
}

func testUndo(t *testing.T, d store.Driver) {
	r := begin(t, d)
	group := r.do("P1", "record", func(c *store.Change) error {
		a := &store.Activity{Agency: "cepol", Title: "one"}
		err := c.AddActivity(a)
		a = a.Clone()
		_, nerr := c.AddNote(a, "noted")
		a.FlagRevision = 1
		return errors.Join(err, nerr, c.PutActivity(a))
	})
	if err := r.undo("P1", group); err != nil {
		t.Fatal(err)
	}
	a := r.activity(1)
	if a.Live() || !a.Withdrawn.Undone || a.Title != "one" {
		t.Errorf("an undone record: %+v", a)
	}
	r.view(func(v *store.View) error {
		notes, err := v.Notes(1)
		if len(notes) != 0 {
			t.Errorf("notes of an undone record: %v", notes)
		}
		return err
	})
	r.record("fra", "two")
	changed := r.edit("P1", 2, func(a *store.Activity) {
		a.Plan, a.From, a.Countries, a.ChangedAt = "SPD", "2027", []string{"RO"}, r.now
	})
	before := r.activity(2).Clone()
	again := r.edit("P1", 2, func(a *store.Activity) { a.Plan, a.From, a.Countries, a.To = "", "", []string{"BG"}, "2027-05" })
	if err := r.undo("P1", again); err != nil {
		t.Fatal(err)
	}
	if a := r.activity(2); a.Plan != before.Plan || a.From != before.From || a.To != "" || a.Countries[0] != "RO" {
		t.Errorf("fields that were emptied, filled and changed come back as %+v", a)
	}
	if err := r.undo("P1", changed); err != nil { // what the later change left as it was may go too
		t.Fatal(err)
	}
	if a := r.activity(2); a.Plan != "" || a.Countries != nil {
		t.Errorf("after the second undo: %+v", a)
	}
	r.whole()
}

func testOvertaken(t *testing.T, d store.Driver) {
	r := begin(t, d)
	r.record("cepol", "one")
	mine := r.edit("P1", 1, func(a *store.Activity) { a.Title, a.Plan = "mine", "SPD" })
	r.edit("P2", 1, func(a *store.Activity) { a.Title = "theirs" })
	r.edit("P3", 1, func(a *store.Activity) { a.Countries = []string{"RO"} })
	var o *store.Overtaken
	if err := r.undo("P1", mine); !errors.As(err, &o) || o.Field != "title" || o.Entry.Actor != "P2" {
		t.Errorf("undo after another's change: %v", err)
	}
	if a := r.activity(1); a.Title != "theirs" || a.Plan != "SPD" {
		t.Errorf("half an undo happened: %+v", a)
	}
	r.edit("P2", 1, func(a *store.Activity) { a.Title = "mine" })
	if err := r.undo("P1", mine); err != nil { // it stands as it was left
		t.Errorf("undo of what stands again: %v", err)
	}
	group := r.do("P1", "record", func(c *store.Change) error {
		return c.AddActivity(&store.Activity{Agency: "cepol", Title: "two"})
	})
	r.edit("P2", 2, func(a *store.Activity) { a.Description = "added since" })
	if err := r.undo("P1", group); !errors.As(err, &o) || o.Field != "description" || o.Entry.Actor != "P2" {
		t.Errorf("undo of a record that another has added to: %v", err)
	}
	if err := r.undo("P1", 999); err != nil {
		t.Errorf("undo of nothing: %v", err)
	}
	redacted := r.edit("P1", 1, func(a *store.Activity) { a.Title = "later" })
	r.do("P1", "redact", func(c *store.Change) error { return c.RedactActivity(1) })
	if err := r.undo("P1", redacted); !fault.Is(err, fault.Conflict) || !strings.Contains(err.Error(), "erased") {
		t.Errorf("undo of what was erased since: %v", err)
	}
	r.whole()
}

// testUndoCounters holds that what numbers notes and messages never goes back.
func testUndoCounters(t *testing.T, d store.Driver) {
	r := begin(t, d)
	r.record("cepol", "one")
	group := r.edit("P1", 1, func(a *store.Activity) { a.Title, a.FlagRevision = "changed", 1 })
	if err := r.undo("P1", group); err != nil {
		t.Fatal(err)
	}
	if a := r.activity(1); a.Title != "one" || a.FlagRevision != 1 {
		t.Errorf("after an undo: %q, flag revision %d", a.Title, a.FlagRevision)
	}
	r.do("P9", "meeting", func(c *store.Change) error { return c.AddMeeting(&store.Meeting{Title: "m", Start: noon}) })
	moved := r.do("P9", "meeting", func(c *store.Change) error {
		m, err := c.Meeting(1)
		m.Start = m.Start.Add(time.Hour)
		return errors.Join(err, c.PutMeeting(m))
	})
	if err := r.undo("P9", moved); err != nil {
		t.Fatal(err)
	}
	r.view(func(v *store.View) error {
		m, err := v.Meeting(1)
		if m.Schedule != 3 || !m.Start.Equal(noon) {
			t.Errorf("moved and moved back: schedule %d at %v", m.Schedule, m.Start)
		}
		return err
	})
}

func testRedact(t *testing.T, d store.Driver) {
	const secret = "ZanzibarQuokka"
	r := begin(t, d)
	r.record("cepol", "about "+secret)
	r.record("fra", "other")
	r.edit("P1", 1, func(a *store.Activity) { a.Description, a.Others, a.Plan = secret, []string{secret}, secret })
	r.do("P1", "update", func(c *store.Change) error {
		a := c.Activity(1).Clone()
		_, err := c.AddNote(a, "note on "+secret)
		return errors.Join(err, c.PutActivity(a))
	})
	r.flag(1, 2)
	said := r.say("fra", store.SayDismiss, "differs from "+secret)
	if err := r.undo("P2", said); err != nil { // the word is gone, its reason lies in the journal
		t.Fatal(err)
	}
	post := func(text string) func(*store.Delivery) error {
		body, err := json.Marshal(text)
		return func(d *store.Delivery) error {
			_, perr := d.KeepPost(store.ChatPost{Place: "channel", At: noon, Body: body})
			return errors.Join(err, perr)
		}
	}
	r.deliver(func(d *store.Delivery) error {
		_, err := d.KeepPage(noon, "record "+secret)
		return err
	})
	for _, text := range []string{"note on " + secret, "new:\nA1, once about " + secret, "O1: differs from " + secret, "A11 stays"} {
		r.deliver(post(text))
	}
	r.do("P1", "erase", func(c *store.Change) error { return c.RedactActivity(1) })
	if _, err := r.try("P1", "redact", func(c *store.Change) error { return c.RedactActivity(77) }); !fault.Is(err, fault.NotFound) {
		t.Errorf("redact of no record: %v", err)
	}
	if err := r.Compact(ctx); err != nil {
		t.Fatal(err)
	}
	read(t, d, func(tx store.Tx) error {
		for _, kind := range store.Kinds() {
			for _, pair := range scan(t, tx, kind, "", "") {
				if strings.Contains(pair, secret) {
					t.Errorf("%s still holds %.60s", kind, pair)
				}
			}
		}
		return nil
	})
	if path, ok := strings.CutPrefix(d.Name(), "bolt:"); ok {
		b, err := os.ReadFile(path)
		if err != nil || bytes.Contains(b, []byte(secret)) {
			t.Errorf("the file still holds the text (%v)", err)
		}
	}
	r.view(func(v *store.View) error {
		erased := 0
		err := v.History("A1", func(p store.Past) bool {
			if !p.Side.ErasedAt.IsZero() {
				erased++
			}
			return true
		})
		a := v.Activity(1)
		if erased < 4 || a.Live() || a.RedactedAt.IsZero() || a.NoteCount != 1 || a.Agency != "cepol" {
			t.Errorf("%d erased entries, %+v", erased, a)
		}
		return err
	})
	r.view(func(v *store.View) error {
		posts, err := v.Posts("channel")
		if len(posts) != 1 || string(posts[0].Body) != `"A11 stays"` {
			t.Errorf("posts left: %s", posts)
		}
		return err
	})
	if r.record("cepol", "new") != 3 {
		t.Error("the id of an erased record was used again")
	}
	r.whole()
}
