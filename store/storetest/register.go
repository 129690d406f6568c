package storetest

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"thbot/store"
	"thbot/store/fault"
)

func storeTests() []test {
	return []test{
		{"ids and revisions", testIDs},
		{"texts are kept", testTexts},
		{"what is refused", testRefused},
		{"nothing changed, nothing written", testNoChange},
		{"journal", testJournal},
		{"snapshot", testSnapshot},
		{"sources", testSources},
		{"notes", testNotes},
		{"roster", testRoster},
		{"meetings", testMeetings},
		{"confirmations", testConfirmations},
		{"overlaps", testOverlaps},
		{"undo", testUndo},
		{"undo overtaken", testOvertaken},
		{"undo of counters", testUndoCounters},
		{"undo of the roster", testUndoRoster},
		{"redact", testRedact},
		{"outbox", testOutbox},
		{"refresh beats an edit under way", testRefresh},
		{"delivery marks and pages", testMarks},
		{"clock", testClock},
		{"newer layout", testNewerLayout},
		{"tampering", testTampering},
	}
}

func testIDs(t *testing.T, d store.Driver) {
	r := begin(t, d)
	first, second := r.record("cepol", "one"), r.record("fra", "two")
	r.undo("P1", r.edit("P1", second, func(a *store.Activity) { a.Title = "changed" }))
	r.do("P1", "withdraw", func(c *store.Change) error {
		a := c.Activity(first).Clone()
		a.Withdrawn = &store.Withdrawal{At: c.At, By: c.Actor, Reason: "over"}
		return c.PutActivity(a)
	})
	_, err := r.try("P1", "record", func(c *store.Change) error {
		return errors.Join(c.AddActivity(&store.Activity{Agency: "fra", Title: "lost"}), errors.New("no"))
	})
	if err == nil {
		t.Error("an error was lost")
	}
	if third := r.record("fra", "three"); first != 1 || second != 2 || third != 3 {
		t.Errorf("ids %d %d %d", first, second, third)
	}
	if a := r.activity(second); a.Revision != 3 || a.Title != "two" {
		t.Errorf("after a change and its undo: revision %d, %q", a.Revision, a.Title)
	}
	stale := &store.Activity{ID: second, Agency: "fra", Title: "by a stale copy", RecordedBy: "P1"}
	r.do("P1", "edit", func(c *store.Change) error { return c.PutActivity(stale) })
	if a := r.activity(second); a.Revision != 4 {
		t.Errorf("a stale copy's revision counts: %d", a.Revision)
	}
	r.whole()
}

func testTexts(t *testing.T, d store.Driver) {
	texts := []string{
		"<b>&amp; \"quoted\" \\ back", "\u2028 \u2029 \u202eright to left\u202c", "e\u0301 n\u0303 \U0001d4b3 \U0001f1f7\U0001f1f4",
		"tab\there\nline\r\n", "x\u200b\u200dy", "\x7f\x01\x1f", strings.Repeat("é", store.MaxTitle), "null", "{\"a\":1}",
	}
	r := begin(t, d)
	for i, text := range texts {
		id := r.record("cepol", text)
		r.edit("P1", id, func(a *store.Activity) { a.Description, a.Others = text, []string{text, text} })
		if a := r.activity(id); a.Title != text || a.Description != text || a.Others[1] != text {
			t.Errorf("text %d %q became %q", i, text, a.Title)
		}
	}
	r.whole()
}

func testRefused(t *testing.T, d store.Driver) {
	r := begin(t, d)
	for name, spoil := range map[string]func(*store.Activity){
		"no agency": func(a *store.Activity) { a.Agency = "" }, "no title": func(a *store.Activity) { a.Title = "" },
		"blank title": func(a *store.Activity) { a.Title = " \n" }, "long title": func(a *store.Activity) { a.Title = strings.Repeat("x", 201) },
		"long text": func(a *store.Activity) { a.Description = strings.Repeat("x", 3001) }, "NUL": func(a *store.Activity) { a.Title = "a\x00b" },
		"not UTF-8": func(a *store.Activity) { a.Links = []string{"\xff"} }, "long link": func(a *store.Activity) { a.Links = []string{strings.Repeat("x", 3001)} },
		"many links": func(a *store.Activity) { a.Links = make([]string, store.MaxList+1) }, "status": func(a *store.Activity) { a.Status = "begun" },
		"own partner":     func(a *store.Activity) { a.Partners = []store.Partner{{Agency: "cepol", State: store.Named}} },
		"partner's state": func(a *store.Activity) { a.Partners = []store.Partner{{Agency: "fra", State: "perhaps"}} },
		"partner twice": func(a *store.Activity) {
			p := store.Partner{Agency: "fra", State: store.Named}
			a.Partners = []store.Partner{p, p}
		},
		"end before start": func(a *store.Activity) { a.From, a.To = "2027-03", "2027-02" }, "no such day": func(a *store.Activity) { a.From = "2027-02-30" },
		"part of itself": func(a *store.Activity) { a.PartOf = a.ID }, "follows itself": func(a *store.Activity) { a.Follows = []int{1} },
		"red": func(a *store.Activity) { a.TLP = "RED" }, "long reason": func(a *store.Activity) { a.Withdrawn = &store.Withdrawal{Reason: strings.Repeat("x", 3001)} },
	} {
		_, err := r.try("P1", "record", func(c *store.Change) error {
			a := &store.Activity{Agency: "cepol", Title: "fine"}
			if err := c.AddActivity(a); err != nil {
				return err
			}
			a = a.Clone()
			spoil(a)
			return c.PutActivity(a)
		})
		if err == nil {
			t.Errorf("%s was stored", name)
		}
	}
	r.view(func(v *store.View) error {
		if h, _ := v.Head(); h.Seq != 0 {
			t.Errorf("%d entries of what was refused", h.Seq)
		}
		return nil
	})
}

func testNoChange(t *testing.T, d store.Driver) {
	r := begin(t, d)
	id := r.record("cepol", "same")
	r.edit("P1", id, func(*store.Activity) {})
	r.view(func(v *store.View) error {
		if h, _ := v.Head(); h.Seq != 1 || v.Activity(id).Revision != 1 {
			t.Errorf("a Put of the same wrote: entry %d, revision %d", h.Seq, v.Activity(id).Revision)
		}
		return nil
	})
}

func testJournal(t *testing.T, d store.Driver) {
	r := begin(t, d)
	id := r.record("cepol", "Webinar")
	group := r.edit("P2", id, func(a *store.Activity) { a.Title, a.Plan = "Course", "SPD" })
	r.do(store.Program, "import", func(c *store.Change) error { return c.Enter("import", map[string]string{"rows": "0"}) })
	r.view(func(v *store.View) error {
		var ops []string
		err := v.History("A1", func(p store.Past) bool {
			ops = append(ops, fmt.Sprintf("%d %s %s %v", p.Seq, p.Actor, p.Op, p.New))
			return true
		})
		want(t, ops, "2 P2 edit false", "1 P1 record true")
		entries, gerr := v.GroupOf(group)
		if len(entries) != 1 || len(entries[0].Fields) != 2 || string(entries[0].Side.Fields["title"].Old) != `"Webinar"` || string(entries[0].Side.Fields["title"].New) != `"Course"` {
			t.Errorf("the entry of the edit: %+v", entries)
		}
		n := 0
		berr := v.ChangesBy("P2", func(store.Past) bool { n++; return true })
		ids, serr := v.ActivitiesSince(1)
		if n != 1 || !slices.Equal(ids, []int{1}) {
			t.Errorf("%d changes by P2, activities %v since 1", n, ids)
		}
		return errors.Join(err, gerr, berr, serr)
	})
	r.whole()
}

// testSnapshot holds that a store that followed every change holds what a
// fresh one reads.
func testSnapshot(t *testing.T, d store.Driver) {
	r := begin(t, keepOpen{d})
	same := func(when string) {
		t.Helper()
		fresh := begin(t, keepOpen{d})
		var followed, reread []*store.Activity
		r.view(func(v *store.View) error { followed = slices.Collect(v.Activities()); return nil })
		fresh.view(func(v *store.View) error { reread = slices.Collect(v.Activities()); return nil })
		if !reflect.DeepEqual(followed, reread) {
			t.Errorf("after %s memory and store differ", when)
		}
	}
	id := r.record("cepol", "one")
	same("record")
	group := r.edit("P1", id, func(a *store.Activity) { a.Countries, a.ConfirmedAt = []string{"RO"}, noon })
	same("edit")
	r.do("P1", "update", func(c *store.Change) error {
		a := c.Activity(id).Clone()
		if _, err := c.AddNote(a, "went well"); err != nil {
			return err
		}
		return c.PutActivity(a)
	})
	same("a note")
	r.undo("P1", group)
	same("undo")
	r.record("fra", "two")
	r.do("P1", "redact", func(c *store.Change) error { return c.RedactActivity(id) })
	same("redact")
	_, err := r.try("P1", "edit", func(c *store.Change) error {
		a := c.Activity(2).Clone()
		a.Title = "lost"
		if err := c.PutActivity(a); err != nil {
			return err
		}
		if c.Activity(2).Title != "lost" || c.StoredActivity(2).Title != "two" {
			t.Error("a change does not see itself, or sees it as stored")
		}
		return errors.New("no")
	})
	if err == nil || r.activity(2).Title != "two" {
		t.Error("what was rolled back stayed in memory")
	}
	same("rollback")
}

// keepOpen lets several stores share a driver.
type keepOpen struct{ store.Driver }

func (keepOpen) Close() error { return nil }

func testSources(t *testing.T, d store.Driver) {
	r := begin(t, d)
	r.do(store.Program, "import", func(c *store.Change) error {
		return errors.Join(
			c.AddActivity(&store.Activity{Agency: "fra", Title: "a", Source: "plan", SourceID: "D1"}),
			c.AddActivity(&store.Activity{Agency: "fra", Title: "b", Source: "pla", SourceID: "nD1"}),
			c.AddActivity(&store.Activity{Agency: "cepol", Title: "c", Source: "plan", SourceID: "D1"}))
	})
	r.edit("P1", 2, func(a *store.Activity) { a.Source, a.SourceID = "later", "x/é" })
	r.view(func(v *store.View) error {
		for _, c := range []struct {
			source, agency, id string
			want               int
		}{{"plan", "fra", "D1", 1}, {"pla", "fra", "nD1", 2}, {"plan", "cepol", "D1", 3}, {"later", "fra", "x/é", 2}, {"plan", "fra", "D2", 0}} {
			if got, err := v.ActivityBySource(c.source, c.agency, c.id); got != c.want || err != nil {
				t.Errorf("%+v: %d, %v", c, got, err)
			}
		}
		return nil
	})
}

func testNotes(t *testing.T, d store.Driver) {
	r := begin(t, d)
	r.record("cepol", "one")
	r.record("fra", "two")
	note := func(id int, text string) int64 {
		return r.do("P1", "update", func(c *store.Change) error {
			a := c.Activity(id).Clone()
			_, err := c.AddNote(a, text)
			return errors.Join(err, c.PutActivity(a))
		})
	}
	note(1, "first")
	second := note(1, "second")
	note(2, "other")
	if err := r.undo("P1", second); err != nil {
		t.Fatal(err)
	}
	note(1, "third")
	r.view(func(v *store.View) error {
		notes, err := v.Notes(1)
		if len(notes) != 2 || notes[0].Text != "first" || notes[1].Text != "third" || notes[1].N != 3 {
			t.Errorf("notes of A1: %+v", notes)
		}
		n := 0
		return errors.Join(err, v.EveryNote(func(*store.Note) bool { n++; return n < 2 }))
	})
	r.whole()
}

func testMeetings(t *testing.T, d store.Driver) {
	r := begin(t, d)
	change := func(f func(*store.Meeting)) (m *store.Meeting) {
		r.do("P9", "meeting", func(c *store.Change) error {
			stored, err := c.Meeting(1)
			if err != nil {
				return err
			}
			m = stored.Clone()
			f(m)
			return c.PutMeeting(m)
		})
		return m
	}
	added := r.do("P9", "meeting", func(c *store.Change) error {
		return errors.Join(c.AddMeeting(&store.Meeting{Title: "Contact points", Start: noon.AddDate(0, 1, 0)}),
			c.AddMeeting(&store.Meeting{Title: "Earlier", Start: noon}))
	})
	for _, step := range []struct {
		name string
		f    func(*store.Meeting)
		want int
	}{
		{"place", func(m *store.Meeting) { m.Place = "Brussels" }, 1},
		{"answer", func(m *store.Meeting) { m.Answers = map[int]store.Answer{3: {Going: store.Going, Agency: "fra"}} }, 1},
		{"moved", func(m *store.Meeting) { m.Start = m.Start.Add(time.Hour) }, 2},
		{"the same time elsewhere", func(m *store.Meeting) { m.Start = m.Start.In(time.FixedZone("x", 3600)) }, 2},
		{"cancelled", func(m *store.Meeting) { m.Cancelled = &store.Withdrawal{At: noon, By: "P9"} }, 3},
		{"not cancelled", func(m *store.Meeting) { m.Cancelled = nil }, 4},
	} {
		if m := change(step.f); m.Schedule != step.want {
			t.Errorf("%s: schedule %d, want %d", step.name, m.Schedule, step.want)
		}
	}
	r.view(func(v *store.View) error {
		all, err := v.Meetings()
		if len(all) != 2 || all[0].Title != "Earlier" {
			t.Errorf("meetings by start: %v", all)
		}
		return err
	})
	var o *store.Overtaken
	if err := r.undo("P9", added); !errors.As(err, &o) {
		t.Errorf("undo of a meeting that was changed since: %v", err)
	}
	r.whole()
}

func testConfirmations(t *testing.T, d store.Driver) {
	r := begin(t, d)
	group := r.do("P1", "nothing", func(c *store.Change) error {
		return c.AddConfirmation(&store.Confirmation{Agency: "fra", Commitment: "training", Period: "2027"})
	})
	count := func() (n int) {
		r.view(func(v *store.View) error { all, err := v.Confirmations(); n = len(all); return err })
		return n
	}
	if count() != 1 {
		t.Error("the statement is lost")
	}
	if err := r.undo("P1", group); err != nil || count() != 0 {
		t.Errorf("undone: %v, %d stand", err, count())
	}
	r.whole()
}

func testClock(t *testing.T, d store.Driver) {
	r := begin(t, d)
	r.deliver(func(d *store.Delivery) error {
		return errors.Join(d.SetClock(noon), d.SetClock(noon.Add(-time.Hour)))
	})
	r.view(func(v *store.View) error {
		now, err := v.Clock()
		if !now.Equal(noon) {
			t.Errorf("the clock went back to %v", now)
		}
		return err
	})
}

func testNewerLayout(t *testing.T, d store.Driver) {
	begin(t, keepOpen{d}).record("cepol", "one")
	update(t, d, put(store.KindMeta, "layout", `{"version":2}`))
	if _, err := store.Open(context.Background(), d); !fault.Is(err, fault.Damaged) || !strings.Contains(err.Error(), "newer") {
		t.Errorf("a newer layout: %v", err)
	}
}
