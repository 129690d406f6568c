package store

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"thbot/store/fault"
)

// Change is a journalled transaction. Every Put compares the record with what
// is stored and writes the difference to the journal; a Put that changes
// nothing writes nothing.
type Change struct {
	*View
	By

	head     Head
	group    int64
	counters map[string]int
	counted  bool
}

// begin takes the journal's head first, so that there is one writer at a time.
func (c *Change) begin() error {
	var err error
	if c.head, err = c.Head(); err != nil {
		return err
	}
	c.group = c.head.Seq + 1
	if _, err := getJSON(c.tx, KindMeta, metaCounters, &c.counters); err != nil {
		return err
	}
	c.dirty = map[int]*Activity{}
	return c.follow()
}

// finish writes what changes with nearly every entry only once.
func (c *Change) finish() error {
	if c.counted {
		if err := putJSON(c.tx, KindMeta, metaCounters, c.counters); err != nil {
			return err
		}
	}
	if c.head.Seq < c.group {
		return nil
	}
	return putJSON(c.tx, KindMeta, metaHead, c.head)
}

// Group is the number of this transaction in the journal, for undo.
func (c *Change) Group() int64 { return c.group }

// next gives the next id of the kind. Ids are never used again.
func (c *Change) next(kind Kind) int {
	c.counted = true
	c.counters[string(kind)]++
	return c.counters[string(kind)]
}

// AddActivity stores a new activity and sets its id, revision and times.
func (c *Change) AddActivity(a *Activity) error {
	a.ID = c.next(KindActivity)
	a.RecordedBy = c.Actor
	if a.RecordedAt.IsZero() {
		a.RecordedAt = c.At
	}
	a.ChangedAt = c.At
	return c.PutActivity(a)
}

// PutActivity stores the changed activity, and the way to find it by its
// source. Its revision rises if anything differs from what is stored. The
// caller sets ChangedAt where the change is one of content.
func (c *Change) PutActivity(a *Activity) error {
	if err := a.validate(); err != nil {
		return err
	}
	a.intern()
	before := c.Activity(a.ID)
	if err := c.put(ActivityRef(a.ID), KindActivity, idKey(a.ID), &a.Revision, a); err != nil {
		return err
	}
	c.dirty[a.ID] = a
	if a.SourceID == "" || before != nil && before.Source == a.Source && before.SourceID == a.SourceID && before.Agency == a.Agency {
		return nil
	}
	return c.tx.Put(KindSource, sourceKey(a.Source, a.Agency, a.SourceID), strconv.AppendInt(nil, int64(a.ID), 10))
}

// AddNote stores a progress note and counts it on the activity, which must be
// a clone that the caller puts afterwards.
func (c *Change) AddNote(a *Activity, text string) (*Note, error) {
	a.NoteCount++
	n := &Note{Activity: a.ID, N: a.NoteCount, At: c.At, By: c.Actor, Text: text}
	return n, c.PutNote(n)
}

// PutNote stores a note under its number; import sets its author and time.
func (c *Change) PutNote(n *Note) error {
	if err := checkText("note", n.Text, 1, MaxText); err != nil {
		return err
	}
	return c.put(noteRef(n.Activity, n.N), KindNote, noteKey(n.Activity, n.N), new(int), n)
}

// AddPerson puts a new person on the roster.
func (c *Change) AddPerson(p *Person) error {
	p.ID, p.AddedAt, p.AddedBy = c.next(KindPerson), c.At, c.Actor
	return c.PutPerson(p)
}

// PutPerson stores the person and the ways to find it by account. An account
// belongs to one person.
func (c *Change) PutPerson(p *Person) error {
	before, err := c.Person(p.ID)
	if err != nil {
		return err
	}
	if before != nil && before.Active() { // what a removed person had may be somebody else's by now
		for _, a := range before.Accounts {
			if err := c.tx.Delete(KindAccount, a.String()); err != nil {
				return err
			}
		}
	}
	if p.Active() {
		for _, a := range p.Accounts {
			if other, err := c.claimant(a.AccountID); err != nil {
				return err
			} else if other != nil && other.ID != p.ID {
				return fault.New(fault.Conflict, "That account is already on the roster as %s.", PersonRef(other.ID))
			}
			if err := putJSON(c.tx, KindAccount, a.String(), p.ID); err != nil {
				return err
			}
		}
	}
	return c.put(PersonRef(p.ID), KindPerson, idKey(p.ID), &p.Revision, p)
}

// AddMeeting stores a new meeting.
func (c *Change) AddMeeting(m *Meeting) error {
	m.ID, m.AddedAt, m.AddedBy, m.Schedule = c.next(KindMeeting), c.At, c.Actor, 1
	return c.PutMeeting(m)
}

// PutMeeting stores the changed meeting. Its Schedule rises when its time or
// its state differs from what is stored, so that reminders are planned anew.
func (c *Change) PutMeeting(m *Meeting) error {
	before, err := c.Meeting(m.ID)
	if err != nil {
		return err
	}
	if before != nil && (!before.Start.Equal(m.Start) || before.Stands() != m.Stands()) {
		m.Schedule = before.Schedule + 1
	}
	if err := m.validate(); err != nil {
		return err
	}
	return c.put(MeetingRef(m.ID), KindMeeting, idKey(m.ID), &m.Revision, m)
}

// AddConfirmation stores a new statement.
func (c *Change) AddConfirmation(n *Confirmation) error {
	n.ID, n.At, n.By = c.next(KindConfirmation), c.At, c.Actor
	return c.PutConfirmation(n)
}

// PutConfirmation stores the changed statement.
func (c *Change) PutConfirmation(n *Confirmation) error {
	return c.put(ConfirmationRef(n.ID), KindConfirmation, idKey(n.ID), &n.Revision, n)
}

// AddOverlap stores the one overlap of a pair. A must be below B.
func (c *Change) AddOverlap(o *Overlap) error {
	if o.A >= o.B {
		return fmt.Errorf("overlap of %d and %d is not in order", o.A, o.B)
	}
	if known, err := c.OverlapOf(o.A, o.B); err != nil || known != nil {
		return errOr(err, fmt.Errorf("%d and %d have an overlap already", o.A, o.B))
	}
	o.ID, o.State, o.FoundAt, o.OpenedAt = c.next(KindOverlap), StateOpen, c.At, c.At
	if err := putJSON(c.tx, KindPair, pairKey(o.A, o.B), o.ID); err != nil {
		return err
	}
	for _, activity := range []int{o.A, o.B} {
		if err := putJSON(c.tx, KindTouch, idKey(activity)+"/"+idKey(o.ID), o.ID); err != nil {
			return err
		}
	}
	return c.PutOverlap(o)
}

// PutOverlap stores the changed overlap.
func (c *Change) PutOverlap(o *Overlap) error {
	if err := o.validate(); err != nil {
		return err
	}
	return c.put(OverlapRef(o.ID), KindOverlap, idKey(o.ID), &o.Revision, o)
}

// Enter writes a journal entry that changes no record, such as the one for an
// imported file.
func (c *Change) Enter(record string, facts map[string]string) error {
	return c.enter(Entry{Record: record, Facts: facts}, nil)
}

// put stores the record with a journal entry for the fields that differ. Its
// revision is one above the stored one's, whatever the caller's copy says.
func (c *Change) put(ref string, kind Kind, key string, revision *int, record any) error {
	before, err := c.tx.Get(kind, key)
	if err != nil {
		return err
	}
	var was []field
	stored := 0
	if before != nil {
		if was, err = fieldsOf(before); err != nil {
			return damaged(kind, key, err)
		}
		stored, _ = strconv.Atoi(string(valueOf(was, "revision")))
	}
	claimed := *revision
	*revision = stored + 1
	fresh, err := json.Marshal(record)
	if err != nil {
		return fmt.Errorf("encode %s: %w", ref, err)
	}
	is, err := fieldsOf(fresh)
	if err != nil {
		return fmt.Errorf("encode %s: %w", ref, err)
	}
	changes := differences(was, is)
	if len(changes) == 0 {
		*revision = claimed
		return nil
	}
	if err := c.tx.Put(kind, key, fresh); err != nil {
		return err
	}
	return c.enter(Entry{Record: ref, New: before == nil}, changes)
}

// enter appends to the journal and leaves its trails.
func (c *Change) enter(e Entry, changes []change) error {
	c.head.Seq++
	e.Seq, e.Group, e.At, e.Actor, e.Op, e.Prev = c.head.Seq, c.group, c.At, c.Actor, c.Op, c.head.Hash
	if changes != nil {
		seed := newSeed()
		e.Fields = digestsOf(seed, changes)
		if err := c.tx.Put(KindSide, seqKey(e.Seq), encodeSide(seed, changes)); err != nil {
			return err
		}
	}
	b, err := json.Marshal(e)
	if err != nil {
		return fmt.Errorf("encode journal entry: %w", err)
	}
	c.head.Hash = hashHex(b)
	if err := c.tx.Put(KindJournal, seqKey(e.Seq), b); err != nil {
		return err
	}
	record, _, _ := strings.Cut(e.Record, "/")
	if err := c.tx.Put(KindTrail, trailKey(record, e.Seq), []byte("1")); err != nil {
		return err
	}
	if c.Actor == Program {
		return nil
	}
	return c.tx.Put(KindTrail, trailKey("by:"+c.Actor, e.Seq), []byte("1"))
}

// sameJSON compares by meaning: a database may reorder keys.
func sameJSON(a, b json.RawMessage) bool {
	if bytes.Equal(a, b) {
		return true
	}
	var x, y any
	if json.Unmarshal(a, &x) != nil || json.Unmarshal(b, &y) != nil {
		return false
	}
	return reflect.DeepEqual(x, y)
}

func errOr(err, other error) error {
	if err != nil {
		return err
	}
	return other
}

func noteKey(activity, n int) string { return idKey(activity) + "/" + digitsKey(int64(n), 6) }

func noteRef(activity, n int) string { return ActivityRef(activity) + "/" + strconv.Itoa(n) }

// sourceKey hashes the three, since people choose two of them.
func sourceKey(source, agency, sourceID string) string {
	b, _ := json.Marshal([]string{source, agency, sourceID})
	return hashHex(b)
}

// NextActivity is the id that the next new activity will get, for records that
// refer to one another before they are stored.
func (c *Change) NextActivity() int { return c.counters[string(KindActivity)] + 1 }
