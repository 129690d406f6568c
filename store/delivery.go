package store

import (
	"encoding/json"
	"time"
)

// Delivery is a transaction over what is not journalled: outbox rows, delivery
// keys, pages of lists, and the clock of a console store.
type Delivery struct{ *View }

// Plan adds an outbox row unless its key is known: the key makes it happen
// once. It answers whether the row is new.
func (c *Change) Plan(r *Row) (bool, error) {
	r.Group = c.group
	return plan(c.View, c.At, r)
}

// Plan is as Change.Plan, at the given time.
func (d *Delivery) Plan(at time.Time, r *Row) (bool, error) { return plan(d.View, at, r) }

func plan(v *View, at time.Time, r *Row) (bool, error) {
	r.Key = RowKey(r.Kind, r.Subject, r.Slot, r.Destination)
	if b, err := v.tx.Get(KindOutbox, r.Key); err != nil || b != nil {
		return false, err
	}
	r.PlannedAt, r.State = at, Waiting
	return true, putRow(v, nil, r)
}

// Drop takes back a row of which nothing has gone out yet. It answers whether
// it could.
func (c *Change) Drop(key, reason string) (bool, error) {
	r, err := c.Row(key)
	if r == nil || err != nil || r.State != Waiting || r.Begun() {
		return false, err
	}
	before := *r
	r.State, r.Reason, r.DoneAt = Dropped, reason, c.At
	return true, putRow(c.View, &before, r)
}

// Refresh has a delivered row built anew and its posts edited in place, because
// what it tells has changed. An edit under way loses the row by its fence, so
// that the newer state is told. One whose text is frozen, and which is on its
// way, is edited once it is there. It answers whether there was something to
// edit by now.
func (c *Change) Refresh(key string) (bool, error) { return c.RefreshAt(key, c.At) }

// RefreshAt is as Refresh, with the edit due at another time: later than the
// message that brings the news, so that an edit, of which nobody is notified,
// does not tell it first.
func (c *Change) RefreshAt(key string, due time.Time) (bool, error) {
	r, err := c.Row(key)
	if r == nil || err != nil {
		return false, err
	}
	before := *r
	switch {
	case r.State == Delivered:
		r.Refresh, r.Edited, r.Due = true, true, due
		r.Fence++
		return true, putRow(c.View, &before, r)
	case r.Open() && r.Parts != nil:
		r.Changed = true
		return false, putRow(c.View, &before, r)
	}
	return false, nil
}

// PutRow stores the changed row if its fence is not older than the stored
// one's, and answers whether it did.
func (d *Delivery) PutRow(r *Row) (bool, error) {
	before, err := d.Row(r.Key)
	if err != nil || before == nil || before.Fence > r.Fence {
		return false, err
	}
	if r.Changed = r.Changed || before.Changed; r.Changed && r.State == Delivered {
		r.Changed, r.Refresh, r.Edited, r.Due = false, true, true, r.DoneAt
	}
	return true, putRow(d.View, before, r)
}

func putRow(v *View, before, r *Row) error {
	if before != nil && before.falls() {
		if err := v.tx.Delete(KindDue, before.dueKey()); err != nil {
			return err
		}
	}
	if r.falls() {
		if err := v.tx.Put(KindDue, r.dueKey(), []byte("1")); err != nil {
			return err
		}
	}
	return putJSON(v.tx, KindOutbox, r.Key, r)
}

// SetClock keeps the time of a console store. It never goes back.
func (d *Delivery) SetClock(t time.Time) error {
	if now, err := d.Clock(); err != nil || t.Before(now) {
		return err
	}
	return putJSON(d.tx, KindMeta, metaClock, t)
}

type keptPage struct {
	At    time.Time `json:"at"`
	Value string    `json:"value"`
}

// KeepPage keeps what a list's buttons go on with, and gives its id. It is
// kept for a day, or until a text is erased.
func (d *Delivery) KeepPage(at time.Time, value string) (string, error) {
	if err := expire(d.View, KindPage, at.Add(-24*time.Hour)); err != nil {
		return "", err
	}
	id := timeKey(at) + hashHex([]byte(newSeed()))[:12]
	return id, putJSON(d.tx, KindPage, id, keptPage{at, value})
}

// See marks a delivery id, and answers whether it was new. Marks are kept for
// a day.
func (c *Change) See(delivery string) (bool, error) { return see(c.View, c.At, delivery) }

// See is as Change.See, at the given time.
func (d *Delivery) See(at time.Time, delivery string) (bool, error) { return see(d.View, at, delivery) }

func see(v *View, at time.Time, delivery string) (bool, error) {
	key := seenKey(delivery)
	if b, err := v.tx.Get(KindSeen, key); err != nil || b != nil {
		return false, err
	}
	if err := expire(v, KindSeen, at.Add(-24*time.Hour)); err != nil {
		return false, err
	}
	order := "t/" + timeKey(at) + "/" + key
	if err := putJSON(v.tx, KindSeen, order, key); err != nil {
		return false, err
	}
	return true, putJSON(v.tx, KindSeen, key, at)
}

func seenKey(delivery string) string { return "k/" + hashHex([]byte(delivery)) }

// expire forgets pages or delivery marks from before the time.
func expire(v *View, kind Kind, before time.Time) error {
	prefix := ""
	if kind == KindSeen {
		prefix = "t/"
	}
	var gone []string
	err := v.tx.Scan(kind, prefix, prefix+timeKey(before), func(key string, b []byte) (bool, error) {
		gone = append(gone, key)
		if kind == KindSeen {
			gone = append(gone, key[len("t/")+len(timeKey(before))+1:])
		}
		return true, nil
	})
	for _, key := range gone {
		if err == nil {
			err = v.tx.Delete(kind, key)
		}
	}
	return err
}

// LastAccount gives the account on which the person was heard last, else the
// first one that is confirmed; the zero value where there is none.
func (v *View) LastAccount(p *Person) (AccountID, error) {
	var last AccountID
	if _, err := getJSON(v.tx, KindMeta, usedKey(p.ID), &last); err != nil {
		return last, err
	}
	var first AccountID
	for _, a := range p.Accounts {
		switch {
		case a.Unlinked:
		case a.AccountID == last:
			return last, nil
		case first == AccountID{}:
			first = a.AccountID
		}
	}
	return first, nil
}

// Hear notes the account on which the person was heard last. Of people with
// one account nothing is written.
func (d *Delivery) Hear(p *Person, account AccountID) error {
	last, err := d.LastAccount(p)
	if err != nil || last == account {
		return err
	}
	return putJSON(d.tx, KindMeta, usedKey(p.ID), account)
}

func usedKey(person int) string { return "used/" + PersonRef(person) }

// ChatPost is a post in the console's chat, which has no platform that would
// keep it.
type ChatPost struct {
	ID    string          `json:"id"`
	Place string          `json:"place"`
	Key   string          `json:"key"`
	At    time.Time       `json:"at"`
	Body  json.RawMessage `json:"body"`
}

// KeepPost adds or replaces a post of the console's chat, and gives its id.
func (d *Delivery) KeepPost(p ChatPost) (string, error) {
	if p.ID == "" {
		p.ID = timeKey(p.At) + "-" + hashHex([]byte(p.Place + p.Key + newSeed()))[:8]
	}
	return p.ID, putJSON(d.tx, KindPost, p.Place+"/"+p.ID, p)
}

// Posts gives the posts of a place in the console's chat, oldest first.
func (v *View) Posts(place string) ([]ChatPost, error) {
	var posts []ChatPost
	err := scanInto(v, KindPost, place+"/", func(p *ChatPost) bool {
		if p.Place == place { // and not one below it
			posts = append(posts, *p)
		}
		return true
	})
	return posts, err
}
