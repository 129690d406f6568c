package storetest

import (
	"errors"
	"testing"
	"time"

	"thbot/store"
)

const flagKey = "flag:A1.r1:-:P2"

func row(due time.Time) *store.Row {
	return &store.Row{Kind: store.RowFlag, Subject: "A1.r1", Slot: "-", Destination: "P2", Due: due}
}

func (r *register) plan(row *store.Row) (fresh bool) {
	r.t.Helper()
	r.do("P1", "record", func(c *store.Change) (err error) { fresh, err = c.Plan(row); return err })
	return fresh
}

func (r *register) due(until time.Time) (keys []string) {
	r.t.Helper()
	r.view(func(v *store.View) (err error) { keys, err = v.Due(until, 10); return err })
	return keys
}

// claim takes a row as the outbox does, and gives it.
func (r *register) claim(key string, lease time.Time) (row *store.Row) {
	r.t.Helper()
	r.deliver(func(d *store.Delivery) (err error) {
		if row, err = d.Row(key); err != nil {
			return err
		}
		row.State, row.Due, row.LeaseUntil = store.Claimed, lease, lease
		row.Fence++
		_, err = d.PutRow(row)
		return err
	})
	return row
}

func (r *register) putRow(row *store.Row) (ok bool) {
	r.t.Helper()
	r.deliver(func(d *store.Delivery) (err error) { ok, err = d.PutRow(row); return err })
	return ok
}

func testOutbox(t *testing.T, d store.Driver) {
	r := begin(t, d)
	if !r.plan(row(noon.Add(time.Hour))) || r.plan(row(noon)) {
		t.Error("a key is planned once")
	}
	early := row(noon.Add(time.Minute))
	early.Slot = "14d"
	r.plan(early)
	late := row(noon.Add(2 * time.Hour))
	late.Slot = "2027-01-04T08:00Z"
	r.deliver(func(d *store.Delivery) error { _, err := d.Plan(noon, late); return err })
	want(t, r.due(noon))
	want(t, r.due(noon.Add(time.Hour)), "flag:A1.r1:14d:P2", flagKey)
	r.view(func(v *store.View) error {
		next, err := v.NextDue()
		first, derr := v.Due(noon.Add(9*time.Hour), 1)
		if !next.Equal(noon.Add(time.Minute)) || len(first) != 1 {
			t.Errorf("next %v, first %v", next, first)
		}
		n := 0
		return errors.Join(err, derr, v.Rows("flag:", func(*store.Row) bool { n++; return true }))
	})
	dropped := func(key string) (ok bool) {
		r.do("P1", "undo", func(c *store.Change) (err error) { ok, err = c.Drop(key, "undone"); return err })
		return ok
	}
	if !dropped("flag:A1.r1:14d:P2") || dropped("flag:A1.r1:14d:P2") || dropped("none") {
		t.Error("a waiting row is dropped, once")
	}
	first := r.claim(flagKey, noon.Add(3*time.Hour))
	want(t, r.due(noon.Add(time.Hour)))
	want(t, r.due(noon.Add(4*time.Hour)), late.Key, flagKey) // its lease is over
	if dropped(flagKey) {
		t.Error("a row under way was dropped")
	}
	second := r.claim(flagKey, noon.Add(6*time.Hour))
	first.State = store.Delivered
	if r.putRow(first) {
		t.Error("a claim that lost the row wrote it")
	}
	second.State, second.DoneAt = store.Delivered, noon
	if !r.putRow(second) || r.putRow(row(noon)) {
		t.Error("the holder of the row writes it, and nobody writes a row that was never planned")
	}
	want(t, r.due(noon.Add(9*time.Hour)), late.Key)
	r.whole()
}

func testRefresh(t *testing.T, d store.Driver) {
	r := begin(t, d)
	refresh := func() (ok bool) {
		r.do("P1", "meeting", func(c *store.Change) (err error) { ok, err = c.Refresh(flagKey); return err })
		return ok
	}
	r.plan(row(noon))
	if refresh() {
		t.Error("what was not delivered has nothing to edit")
	}
	held := r.claim(flagKey, noon.Add(time.Hour))
	held.State = store.Delivered
	r.putRow(held)
	if !refresh() {
		t.Fatal("a delivered row is edited")
	}
	want(t, r.due(noon.Add(time.Hour)), flagKey)
	var editing *store.Row
	r.view(func(v *store.View) (err error) { editing, err = v.Row(flagKey); return err })
	r.do("P1", "meeting", func(c *store.Change) error {
		_, err := c.RefreshAt(flagKey, noon.Add(2*time.Hour))
		return err
	})
	want(t, r.due(noon.Add(time.Hour)))
	r.view(func(v *store.View) (err error) { editing, err = v.Row(flagKey); return err })
	if !editing.Edited {
		t.Error("a row does not tell that it was edited")
	}
	refresh() // the record changes again while the edit is on its way
	editing.Refresh = false
	if r.putRow(editing) {
		t.Error("the end of an older edit covers a newer change")
	}
	want(t, r.due(noon.Add(time.Hour)), flagKey)
}

func testMarks(t *testing.T, d store.Driver) {
	r := begin(t, d)
	see := func(at time.Time, id string) (fresh bool) {
		r.deliver(func(d *store.Delivery) (err error) { fresh, err = d.See(at, id); return err })
		return fresh
	}
	if !see(noon, "x") || see(noon.Add(time.Hour), "x") || !see(noon, "y/é\x00") {
		t.Error("a delivery is new once")
	}
	if !see(noon.Add(25*time.Hour), "z") || !see(noon.Add(25*time.Hour), "x") {
		t.Error("marks are kept for longer than a day")
	}
	var page string
	r.deliver(func(d *store.Delivery) (err error) { page, err = d.KeepPage(noon, "words\n"); return err })
	value := func(id string) (s string) {
		r.view(func(v *store.View) (err error) { s, err = v.Page(id); return err })
		return s
	}
	if value(page) != "words\n" || value("none") != "" {
		t.Errorf("the page holds %q", value(page))
	}
	r.deliver(func(d *store.Delivery) error { _, err := d.KeepPage(noon.Add(25*time.Hour), "later"); return err })
	if value(page) != "" {
		t.Error("a page is kept for longer than a day")
	}
	r.deliver(func(d *store.Delivery) error {
		_, err := d.KeepPost(store.ChatPost{Place: "channel", At: noon, Body: []byte(`1`)})
		_, serr := d.KeepPost(store.ChatPost{Place: "channel/sub", At: noon, Body: []byte(`2`)})
		return errors.Join(err, serr)
	})
	r.view(func(v *store.View) error {
		posts, err := v.Posts("channel")
		if len(posts) != 1 || string(posts[0].Body) != "1" {
			t.Errorf("posts of the channel: %v", posts)
		}
		return err
	})
}
