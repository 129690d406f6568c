package store

import (
	"encoding/json"
	"fmt"
	"hash/maphash"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Findings is what Verify found wrong, first things first; empty when the
// store is whole.
type Findings struct {
	Entries int      // journal entries read
	Wrong   []string // one sentence each; the first names the first broken entry
}

func (f *Findings) add(format string, args ...any) {
	f.Wrong = append(f.Wrong, fmt.Sprintf(format, args...))
}

// Verify reads the whole journal and checks its chain, its side records, and
// that every field of every record stands as the journal last left it.
// progress, which may be nil, is called with the entries read so far and their
// number. It holds some 50 bytes of memory for each field of each record.
func (v *View) Verify(progress func(done, total int64)) (*Findings, error) {
	head, err := v.Head()
	if err != nil {
		return nil, err
	}
	w := &walk{
		view: v, findings: new(Findings), hash: hashHex([]byte(v.store.register)), seed: maphash.MakeSeed(),
		records: map[string]*written{}, redacted: map[string]int64{},
	}
	err = v.tx.Scan(KindJournal, "", "", func(key string, b []byte) (bool, error) {
		if progress != nil && w.seq%1000 == 0 {
			progress(w.seq, head.Seq)
		}
		return w.entry(key, b)
	})
	if err != nil {
		return nil, err
	}
	w.tail(head)
	w.erasures()
	if len(w.findings.Wrong) == 0 {
		err = w.compare()
	}
	w.findings.Entries = int(w.seq)
	return w.findings, err
}

// walk is the state of one verification.
type walk struct {
	view     *View
	findings *Findings
	seq      int64
	hash     string
	broken   bool // the chain is
	seed     maphash.Seed
	records  map[string]*written
	redacted map[string]int64 // record → its last redaction
	erased   []Entry
}

// written is what the journal last wrote into a record.
type written struct {
	revision int // entries with fields
	fields   []writtenField
	erased   bool // some values are, so the rest proves nothing
	seen     bool // the record is there
}

type writtenField struct {
	name string
	hash uint64 // of its bytes, 0 where the field went
	seq  int64  // where the value is
}

// entry checks one entry of the chain; it stops at the first broken one, since
// nothing behind it can be trusted.
func (w *walk) entry(key string, b []byte) (bool, error) {
	w.seq++
	var e Entry
	switch err := json.Unmarshal(b, &e); {
	case key != seqKey(w.seq):
		w.findings.add("Journal entry %d is missing.", w.seq)
	case err != nil || e.Seq != w.seq:
		w.findings.add("Journal entry %d was changed: it cannot be read as that entry.", w.seq)
	case e.Prev != w.hash && w.seq == 1:
		w.findings.add("Journal entry 1 was changed: it does not begin this register's journal.")
	case e.Prev != w.hash:
		w.findings.add("Journal entry %d was changed: entry %d does not follow from it.", w.seq-1, w.seq)
	default:
		w.hash = hashHex(b)
		return true, w.side(e)
	}
	w.broken = true
	return false, nil
}

// tail compares where the journal ends with what its head says.
func (w *walk) tail(head Head) {
	switch {
	case w.broken:
	case w.seq != head.Seq:
		w.findings.add("Journal entry %d is missing: the journal ends at entry %d, its head says %d.", w.seq+1, w.seq, head.Seq)
	case w.hash != head.Hash:
		w.findings.add("Journal entry %d was changed: the journal's head does not follow from it.", w.seq)
	}
}

// side checks the values of an entry against its digests.
func (w *walk) side(e Entry) error {
	if e.Op == opRedact {
		w.redacted[ownerOf(e.Record)] = e.Seq
	}
	if e.Fields == nil {
		return nil
	}
	r := w.records[e.Record]
	if r == nil {
		r = new(written)
		w.records[e.Record] = r
	}
	r.revision++
	b, err := w.view.tx.Get(KindSide, seqKey(e.Seq))
	if err != nil {
		return err
	}
	seed, values, ok := decodeSide(b)
	switch {
	case !ok:
		w.findings.add("The values of journal entry %d (%s of %s) are missing or unreadable.", e.Seq, e.Op, e.Record)
	case seed == "":
		w.erased, r.erased = append(w.erased, e), true
	case len(values) != len(e.Fields):
		w.findings.add("The values of journal entry %d (%s of %s) are not those it names.", e.Seq, e.Op, e.Record)
	default:
		w.digests(e, r, seed, values)
	}
	return nil
}

func (w *walk) digests(e Entry, r *written, seed string, values []change) {
	for i, d := range e.Fields {
		v := values[i]
		if v.name != d.Name || digest(seed, d.Name, v.SideValue) != d.Digest {
			w.findings.add("The value of %s in journal entry %d (%s of %s) was changed after it was written.", d.Name, e.Seq, e.Op, e.Record)
			continue
		}
		f := writtenField{d.Name, w.hashOf(v.New), e.Seq}
		one(&f.name)
		if at := slices.IndexFunc(r.fields, func(f writtenField) bool { return f.name == d.Name }); at >= 0 {
			r.fields[at] = f
		} else {
			r.fields = append(r.fields, f)
		}
	}
}

func (w *walk) hashOf(value json.RawMessage) uint64 {
	if len(value) == 0 {
		return 0
	}
	return maphash.Bytes(w.seed, value) | 1
}

// decodeSide reads a side record; the seed is empty where it was erased. A
// database that orders its fields anew still gives them by name.
func decodeSide(b []byte) (seed string, values []change, ok bool) {
	all, err := fieldsOf(b)
	if err != nil {
		return "", nil, false
	}
	json.Unmarshal(valueOf(all, "seed"), &seed)
	if seed == "" {
		return "", nil, valueOf(all, "erased_at") != nil
	}
	names, err := fieldsOf(valueOf(all, "fields"))
	if err != nil {
		return "", nil, false
	}
	for _, f := range names {
		parts, err := fieldsOf(f.value)
		if err != nil {
			return "", nil, false
		}
		values = append(values, change{f.name, SideValue{valueOf(parts, "o"), valueOf(parts, "n")}})
	}
	slices.SortFunc(values, func(a, b change) int { return strings.Compare(a.name, b.name) })
	return seed, values, true
}

// erasures looks for values that are gone without a redaction.
func (w *walk) erasures() {
	for _, e := range w.erased {
		if w.redacted[ownerOf(e.Record)] < e.Seq {
			w.findings.add("The values of journal entry %d (%s) are erased, but no redaction of %s is on record.", e.Seq, e.Record, ownerOf(e.Record))
		}
	}
}

// compare holds every record against what the journal last wrote into it.
func (w *walk) compare() error {
	for _, kind := range []Kind{KindActivity, KindNote, KindPerson, KindMeeting, KindOverlap, KindConfirmation} {
		err := w.view.tx.Scan(kind, "", "", func(key string, b []byte) (bool, error) {
			ref := refOf(kind, key)
			r := w.records[ref]
			if r == nil {
				w.findings.add("The journal does not know %s: it was added outside thbot.", ref)
				return true, nil
			}
			r.seen = true
			return true, w.record(ref, r, b)
		})
		if err != nil {
			return err
		}
	}
	for _, ref := range slices.Sorted(maps.Keys(w.records)) {
		_, redacted := w.redacted[ownerOf(ref)]
		if !w.records[ref].seen && !redacted {
			w.findings.add("The journal knows %s, but the record is missing.", ref)
		}
	}
	return nil
}

func (w *walk) record(ref string, r *written, b []byte) error {
	doc, err := fieldsOf(b)
	if err != nil {
		w.findings.add("%s cannot be read.", ref)
		return nil
	}
	if rev := valueOf(doc, "revision"); rev != nil && string(rev) != strconv.Itoa(r.revision) {
		w.findings.add("%s says that it was changed %s times, the journal says %d: it was changed outside thbot.", ref, rev, r.revision)
	}
	if r.erased {
		return nil
	}
	for _, f := range r.fields {
		value := valueOf(doc, f.name)
		if w.hashOf(value) == f.hash {
			continue
		}
		p, err := w.view.past(f.seq)
		if err != nil {
			return err
		}
		if !sameField(value, p.Side.Fields[f.name].New) {
			w.findings.add("%s of %s is not what journal entry %d wrote: it was changed outside thbot.", f.name, ref, f.seq)
		}
	}
	for _, f := range doc {
		if f.name != "revision" && !slices.ContainsFunc(r.fields, func(x writtenField) bool { return x.name == f.name }) {
			w.findings.add("%s of %s is in no journal entry: it was added outside thbot.", f.name, ref)
		}
	}
	return nil
}

// ownerOf gives the record that a note belongs to.
func ownerOf(ref string) string {
	owner, _, _ := strings.Cut(ref, "/")
	return owner
}

// refOf gives the reference of a record by its key, as where gives the key.
func refOf(kind Kind, key string) string {
	first, note, _ := strings.Cut(key, "/")
	id, _ := strconv.Atoi(first)
	switch kind {
	case KindNote:
		n, _ := strconv.Atoi(note)
		return noteRef(id, n)
	case KindPerson:
		return PersonRef(id)
	case KindMeeting:
		return MeetingRef(id)
	case KindOverlap:
		return OverlapRef(id)
	case KindConfirmation:
		return ConfirmationRef(id)
	}
	return ActivityRef(id)
}
