package store

import (
	"encoding/json"
	"strings"
)

// Past is a journal entry with its values, as history shows it.
type Past struct {
	Entry
	Side Side // Side.ErasedAt is set where the text was erased
}

// History gives the journal of a record, newest first, until f answers false.
// The notes of an activity belong to it.
func (v *View) History(ref string, f func(Past) bool) error { return v.trail(ref, f) }

// ChangesBy gives what an actor changed, newest first, until f answers false.
func (v *View) ChangesBy(actor string, f func(Past) bool) error { return v.trail("by:"+actor, f) }

func (v *View) trail(owner string, f func(Past) bool) error {
	return v.tx.Scan(KindTrail, owner+"/", after(owner+"/"), func(key string, _ []byte) (bool, error) {
		p, err := v.past(trailSeq(key))
		if err != nil {
			return false, err
		}
		return f(p), nil
	})
}

func (v *View) past(seq int64) (Past, error) {
	var p Past
	found, err := getJSON(v.tx, KindJournal, seqKey(seq), &p.Entry)
	if err == nil && !found {
		err = damaged(KindJournal, seqKey(seq), errMissing)
	}
	if err == nil {
		_, err = getJSON(v.tx, KindSide, seqKey(seq), &p.Side)
	}
	return p, err
}

// GroupOf gives all entries of one transaction, in order.
func (v *View) GroupOf(group int64) ([]Past, error) {
	var all []Past
	err := v.tx.Scan(KindJournal, seqKey(group), "", func(_ string, b []byte) (bool, error) {
		var p Past
		if err := json.Unmarshal(b, &p.Entry); err != nil {
			return false, damaged(KindJournal, seqKey(group), err)
		}
		if p.Group != group {
			return false, nil
		}
		all = append(all, p)
		return true, nil
	})
	for i := range all {
		if _, err := getJSON(v.tx, KindSide, seqKey(all[i].Seq), &all[i].Side); err != nil {
			return nil, err
		}
	}
	return all, err
}

// where gives the kind and key of a record by its reference in the journal.
func where(ref string) (Kind, string, bool) {
	record, note, isNote := strings.Cut(ref, "/")
	letter, id, ok := ParseRef(record, 0)
	if !ok {
		return "", "", false
	}
	if isNote {
		_, n, ok := ParseRef(note, 'N')
		return KindNote, noteKey(id, n), ok
	}
	kind, ok := map[byte]Kind{
		'A': KindActivity, 'O': KindOverlap, 'M': KindMeeting, 'P': KindPerson, 'N': KindConfirmation,
	}[letter]
	return kind, idKey(id), ok
}
