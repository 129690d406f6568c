package store

import (
	"encoding/json"
	"iter"
	"slices"
	"strings"
)

// View is a reading transaction: one consistent state of the register.
// Records it hands out are shared: whoever changes one changes a Clone.
type View struct {
	tx    Tx
	store *Store
	snap  *snapshot
	began int64             // the journal's head when the transaction began
	dirty map[int]*Activity // activities changed in this transaction
}

// Head gives the end of the journal.
func (v *View) Head() (Head, error) {
	var h Head
	_, err := getJSON(v.tx, KindMeta, metaHead, &h)
	return h, err
}

// Activity gives the activity, or nil where the id was never used.
func (v *View) Activity(id int) *Activity {
	if a, ok := v.dirty[id]; ok {
		return a
	}
	return v.StoredActivity(id)
}

// Activities gives every activity in the order of ids, withdrawn ones too.
func (v *View) Activities() iter.Seq[*Activity] {
	return func(yield func(*Activity) bool) {
		last := len(v.snap.byID) - 1
		for id := range v.dirty {
			last = max(last, id)
		}
		for id := 1; id <= last; id++ {
			if a := v.Activity(id); a != nil && !yield(a) {
				return
			}
		}
	}
}

// Committed is the journal's sequence that this transaction began with; what
// it has written itself comes after it.
func (v *View) Committed() int64 { return v.snap.seq }

// Stored gives every activity as it was when this transaction began.
func (v *View) Stored() iter.Seq[*Activity] {
	return func(yield func(*Activity) bool) {
		for _, a := range v.snap.byID {
			if a != nil && !yield(a) {
				return
			}
		}
	}
}

// StoredActivity gives the activity as it was when this transaction began, or
// nil.
func (v *View) StoredActivity(id int) *Activity {
	if id > 0 && id < len(v.snap.byID) {
		return v.snap.byID[id]
	}
	return nil
}

// Live gives every activity that stands in lists and totals.
func (v *View) Live() iter.Seq[*Activity] {
	return func(yield func(*Activity) bool) {
		for a := range v.Activities() {
			if a.Live() && !yield(a) {
				return
			}
		}
	}
}

// ActivitiesSince lists, in order, the activities that the journal names
// after the sequence, up to the head with which this transaction began.
func (v *View) ActivitiesSince(seq int64) ([]int, error) {
	var ids []int
	err := v.tx.Scan(KindJournal, seqKey(seq+1), seqKey(v.began+1), func(_ string, b []byte) (bool, error) {
		var e struct {
			Record string `json:"record"`
		}
		if err := json.Unmarshal(b, &e); err != nil {
			return false, damaged(KindJournal, "after "+seqKey(seq), err)
		}
		record, _, _ := strings.Cut(e.Record, "/")
		if letter, id, ok := ParseRef(record, 0); ok && letter == 'A' {
			ids = append(ids, id)
		}
		return true, nil
	})
	slices.Sort(ids)
	return slices.Compact(ids), err
}

// ActivityBySource gives the id of the activity imported under these, or 0.
func (v *View) ActivityBySource(source, agency, sourceID string) (int, error) {
	var id int
	_, err := getJSON(v.tx, KindSource, sourceKey(source, agency, sourceID), &id)
	return id, err
}

// Notes gives the activity's notes, oldest first, without those taken back.
func (v *View) Notes(activity int) ([]Note, error) {
	notes, err := v.WrittenNotes(activity)
	return slices.DeleteFunc(notes, func(n Note) bool { return n.Undone }), err
}

// WrittenNotes gives every note of the activity, in the order written, also
// those that were taken back.
func (v *View) WrittenNotes(activity int) ([]Note, error) {
	var notes []Note
	err := scanInto(v, KindNote, idKey(activity)+"/", func(n *Note) bool {
		notes = append(notes, *n)
		return true
	})
	return notes, err
}

// EveryNote gives all notes that stand, by activity, until f answers false.
func (v *View) EveryNote(f func(*Note) bool) error {
	return scanInto(v, KindNote, "", func(n *Note) bool { return n.Undone || f(n) })
}

// Person gives the person, removed ones too, or nil.
func (v *View) Person(id int) (*Person, error) { return get[Person](v, KindPerson, id) }

// PersonNamed gives the person whom an actor or a destination names, such as P7,
// removed ones too, or nil: thbot's own work and a channel name none.
func (v *View) PersonNamed(ref string) (*Person, error) {
	letter, id, ok := ParseRef(ref, 0)
	if !ok || letter != 'P' {
		return nil, nil
	}
	return v.Person(id)
}

// PersonOf gives the active person who has the account, or nil. An account
// that is not yet confirmed as linked finds nobody.
func (v *View) PersonOf(account AccountID) (*Person, error) {
	p, err := v.claimant(account)
	if p == nil || err != nil {
		return nil, err
	}
	for _, a := range p.Accounts {
		if a.AccountID == account && !a.Unlinked {
			return p, nil
		}
	}
	return nil, nil
}

// Claimant gives the active person on whose roster entry the account stands,
// confirmed or not, or nil.
func (v *View) Claimant(account AccountID) (*Person, error) { return v.claimant(account) }

func (v *View) claimant(account AccountID) (*Person, error) {
	var id int
	found, err := getJSON(v.tx, KindAccount, account.String(), &id)
	if !found || err != nil {
		return nil, err
	}
	p, err := v.Person(id)
	if p == nil || err != nil || !p.Active() {
		return nil, err
	}
	return p, nil
}

// Roster gives the active people in the order of ids.
func (v *View) Roster() ([]*Person, error) {
	var people []*Person
	err := scanInto(v, KindPerson, "", func(p *Person) bool {
		if p.Active() {
			people = append(people, p)
		}
		return true
	})
	return people, err
}

// Meeting gives the meeting, or nil.
func (v *View) Meeting(id int) (*Meeting, error) { return get[Meeting](v, KindMeeting, id) }

// Meetings gives all meetings by start, cancelled ones too, but not those
// whose adding was undone.
func (v *View) Meetings() ([]*Meeting, error) {
	var meetings []*Meeting
	err := scanInto(v, KindMeeting, "", func(m *Meeting) bool {
		if m.Withdrawn == nil {
			meetings = append(meetings, m)
		}
		return true
	})
	slices.SortStableFunc(meetings, func(a, b *Meeting) int { return a.Start.Compare(b.Start) })
	return meetings, err
}

// Overlap gives the overlap, or nil.
func (v *View) Overlap(id int) (*Overlap, error) { return get[Overlap](v, KindOverlap, id) }

// OverlapOf gives the one overlap of the pair, or nil.
func (v *View) OverlapOf(a, b int) (*Overlap, error) {
	var id int
	found, err := getJSON(v.tx, KindPair, pairKey(a, b), &id)
	if !found || err != nil {
		return nil, err
	}
	return v.Overlap(id)
}

// OverlapsOf gives the activity's overlaps in the order of ids.
func (v *View) OverlapsOf(activity int) ([]*Overlap, error) {
	var ids []int
	prefix := idKey(activity) + "/"
	err := v.tx.Scan(KindTouch, prefix, after(prefix), func(_ string, b []byte) (bool, error) {
		var id int
		if err := json.Unmarshal(b, &id); err != nil {
			return false, damaged(KindTouch, prefix, err)
		}
		ids = append(ids, id)
		return true, nil
	})
	if err != nil {
		return nil, err
	}
	overlaps := make([]*Overlap, 0, len(ids))
	for _, id := range ids {
		o, err := v.Overlap(id)
		if err == nil && o == nil {
			err = damaged(KindOverlap, OverlapRef(id), errMissing)
		}
		if err != nil {
			return nil, err
		}
		overlaps = append(overlaps, o)
	}
	return overlaps, nil
}

// Overlaps gives all overlaps in the order of ids, until f answers false.
func (v *View) Overlaps(f func(*Overlap) bool) error {
	return scanInto(v, KindOverlap, "", f)
}

// Confirmations gives all statements that stand, oldest first.
func (v *View) Confirmations() ([]*Confirmation, error) {
	var all []*Confirmation
	err := scanInto(v, KindConfirmation, "", func(c *Confirmation) bool {
		if c.Withdrawn == nil {
			all = append(all, c)
		}
		return true
	})
	return all, err
}

// Confirmation gives the statement, or nil.
func (v *View) Confirmation(id int) (*Confirmation, error) {
	return get[Confirmation](v, KindConfirmation, id)
}

// get reads one record by id.
func get[T any](v *View, kind Kind, id int) (*T, error) {
	var r T
	found, err := getJSON(v.tx, kind, idKey(id), &r)
	if !found || err != nil {
		return nil, err
	}
	return &r, nil
}

// scanInto decodes every record whose key begins with the prefix.
func scanInto[T any](v *View, kind Kind, prefix string, f func(*T) bool) error {
	return v.tx.Scan(kind, prefix, after(prefix), func(key string, b []byte) (bool, error) {
		r := new(T)
		if err := json.Unmarshal(b, r); err != nil {
			return false, damaged(kind, key, err)
		}
		return f(r), nil
	})
}

// after is the first key behind all that begin with the prefix.
func after(prefix string) string {
	for i := len(prefix) - 1; i >= 0; i-- {
		if prefix[i] < 0xff {
			return prefix[:i] + string([]byte{prefix[i] + 1})
		}
	}
	return ""
}

func pairKey(a, b int) string { return idKey(min(a, b)) + "/" + idKey(max(a, b)) }

// Used lists the agencies and commitments that records use, each once.
func (v *View) Used() (agencies, commitments []string, err error) {
	seenAgency, seenCommitment := map[string]bool{}, map[string]bool{}
	note := func(seen map[string]bool, list *[]string, slug string) {
		if slug != "" && !seen[slug] {
			seen[slug] = true
			*list = append(*list, slug)
		}
	}
	for a := range v.Stored() {
		note(seenAgency, &agencies, a.Agency)
		for _, p := range a.Partners {
			note(seenAgency, &agencies, p.Agency)
		}
		for _, c := range a.Commitments {
			note(seenCommitment, &commitments, c)
		}
	}
	roster, err := v.Roster()
	if err != nil {
		return nil, nil, err
	}
	for _, p := range roster {
		note(seenAgency, &agencies, p.Agency)
	}
	confirmations, err := v.Confirmations()
	for _, c := range confirmations {
		note(seenAgency, &agencies, c.Agency)
		note(seenCommitment, &commitments, c.Commitment)
	}
	return agencies, commitments, err
}

// Register is this register's own random id.
func (v *View) Register() string { return v.store.register }
