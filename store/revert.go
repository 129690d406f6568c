package store

import (
	"encoding/json"
	"errors"
	"maps"
	"slices"

	"thbot/store/fault"
)

var errMissing = errors.New("missing")

// bookkeeping tells fields that follow every change: they are put back where
// they still stand, and never stop an undo.
func bookkeeping(field string) bool {
	switch field {
	case "changed_at", "confirmed_at", "chat_fields", "score", "revision":
		return true
	}
	return counting(field)
}

// counting tells fields that only ever rise, since notes are numbered by them
// and messages go out once by them. An undo leaves them.
func counting(field string) bool {
	switch field {
	case "note_count", "flag_revision", "schedule":
		return true
	}
	return false
}

// Overtaken says that somebody has changed the same field since.
type Overtaken struct {
	Record string
	Field  string
	Entry  Entry // the later change
}

// Error names the field; commands say it in a reader's words.
func (o *Overtaken) Error() string { return o.Record + " " + o.Field + " was changed since" }

// Revert takes back all that one transaction changed. Where a field has been
// changed since it changes nothing and returns an *Overtaken. Records that the
// transaction made are withdrawn, marked as undone; their ids are never used
// again. It gives the references of the records it touched.
func (c *Change) Revert(group int64) ([]string, error) {
	entries, err := c.GroupOf(group)
	if err != nil {
		return nil, err
	}
	if err := c.checkReverts(entries); err != nil {
		return nil, err
	}
	var touched []string
	for _, p := range slices.Backward(entries) {
		if p.Fields == nil {
			continue
		}
		if err := c.revert(p); err != nil {
			return nil, err
		}
		touched = append(touched, p.Record)
	}
	return touched, nil
}

// checkReverts looks at all entries before anything is changed.
func (c *Change) checkReverts(entries []Past) error {
	last := map[string]Past{} // of several entries for a record, the last one must still stand
	for _, p := range entries {
		if !p.Side.ErasedAt.IsZero() {
			return fault.New(fault.Conflict, "The text of %s was erased since, so this cannot be undone.", p.Record)
		}
		for name, v := range p.Side.Fields {
			f := last[p.Record+" "+name]
			f.Entry = p.Entry
			f.Side.Fields = map[string]SideValue{name: v}
			last[p.Record+" "+name] = f
		}
	}
	for _, at := range slices.Sorted(maps.Keys(last)) { // the same answer every time
		p := last[at]
		doc, err := c.document(p.Record)
		if err != nil {
			return err
		}
		for name, v := range p.Side.Fields {
			if !bookkeeping(name) && !sameField(doc[name], v.New) {
				return c.overtaken(p, name)
			}
		}
	}
	return c.checkAdded(entries, last)
}

// checkAdded looks for fields that a record made by the transaction has gained
// since: to take the record back would take them back too.
func (c *Change) checkAdded(entries []Past, known map[string]Past) error {
	for _, p := range entries {
		if !p.New {
			continue
		}
		doc, err := c.document(p.Record)
		if err != nil {
			return err
		}
		for _, name := range slices.Sorted(maps.Keys(doc)) {
			if _, ok := known[p.Record+" "+name]; !ok && !bookkeeping(name) {
				return c.overtaken(p, name)
			}
		}
	}
	return nil
}

func sameField(a, b json.RawMessage) bool {
	return len(a) == 0 && len(b) == 0 || len(a) > 0 && len(b) > 0 && sameJSON(a, b)
}

func (c *Change) overtaken(p Past, field string) error {
	o := &Overtaken{Record: p.Record, Field: field, Entry: p.Entry}
	err := c.History(p.Record, func(later Past) bool {
		if later.Seq <= p.Seq {
			return false
		}
		if slices.ContainsFunc(later.Fields, func(d FieldDigest) bool { return d.Name == field }) && later.Record == p.Record {
			o.Entry = later.Entry
			return false
		}
		return true
	})
	return errOr(err, o)
}

func (c *Change) document(ref string) (map[string]json.RawMessage, error) {
	kind, key, ok := where(ref)
	if !ok {
		return nil, damaged(KindJournal, ref, errMissing)
	}
	var doc map[string]json.RawMessage
	found, err := getJSON(c.tx, kind, key, &doc)
	if err == nil && !found {
		err = damaged(kind, key, errMissing)
	}
	return doc, err
}

// revert puts the old values of one entry back, or takes back a new record.
func (c *Change) revert(p Past) error {
	doc, err := c.document(p.Record)
	if err != nil {
		return err
	}
	if !p.New {
		for name, v := range p.Side.Fields {
			if counting(name) || !sameField(doc[name], v.New) {
				continue // bookkeeping that has moved on
			}
			if len(v.Old) == 0 {
				delete(doc, name)
			} else {
				doc[name] = v.Old
			}
		}
	}
	b, err := json.Marshal(doc)
	if err != nil {
		return err
	}
	return c.putDocument(p, b)
}

// putDocument decodes by kind, takes back what was new, and stores it.
func (c *Change) putDocument(p Past, b []byte) error {
	kind, _, _ := where(p.Record)
	gone := &Withdrawal{At: c.At, By: c.Actor, Undone: true}
	switch kind {
	case KindActivity:
		return putBack(b, c.PutActivity, func(a *Activity) { a.Withdrawn = gone }, p.New)
	case KindMeeting:
		return putBack(b, c.PutMeeting, func(m *Meeting) { m.Withdrawn = gone }, p.New)
	case KindConfirmation:
		return putBack(b, c.PutConfirmation, func(n *Confirmation) { n.Withdrawn = gone }, p.New)
	case KindNote:
		return putBack(b, c.PutNote, func(n *Note) { n.Undone = true }, p.New)
	case KindPerson:
		return putBack(b, c.PutPerson, func(q *Person) { q.RemovedAt = c.At }, p.New)
	case KindOverlap:
		return putBack(b, c.PutOverlap, func(o *Overlap) { o.MakeMoot() }, p.New)
	}
	return damaged(KindJournal, p.Record, errMissing)
}

func putBack[T any](b []byte, put func(*T) error, takeBack func(*T), isNew bool) error {
	r := new(T)
	if err := json.Unmarshal(b, r); err != nil {
		return err
	}
	if isNew {
		takeBack(r)
	}
	return put(r)
}
