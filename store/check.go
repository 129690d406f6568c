package store

import (
	"encoding/json"
	"fmt"
	"slices"
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
// that every record stands as its last entry left it. progress, which may be
// nil, is called with the entries read so far and their number.
func (v *View) Verify(progress func(done, total int64)) (*Findings, error) {
	head, err := v.Head()
	if err != nil {
		return nil, err
	}
	w := &walk{view: v, findings: new(Findings), hash: hashHex([]byte(v.store.register)), latest: map[string]int64{}, redacted: map[string]bool{}}
	err = v.tx.Scan(KindJournal, "", "", func(key string, b []byte) (bool, error) {
		if progress != nil && w.seq%1000 == 0 {
			progress(w.seq, head.Seq)
		}
		return w.entry(key, b)
	})
	if err != nil {
		return nil, err
	}
	if len(w.findings.Wrong) == 0 && (w.seq != head.Seq || w.hash != head.Hash) {
		w.findings.add("The journal ends at entry %d, but its head says %d: entries at its end are missing or were changed.", w.seq, head.Seq)
	}
	if err := w.records(); err != nil {
		return nil, err
	}
	w.findings.Entries = int(w.seq)
	return w.findings, nil
}

// walk is the state of one verification.
type walk struct {
	view     *View
	findings *Findings
	seq      int64
	hash     string
	latest   map[string]int64 // record → its last entry that has fields
	redacted map[string]bool
	erased   []Entry
}

// entry checks one entry of the chain; it stops at the first broken one, since
// nothing behind it can be trusted.
func (w *walk) entry(key string, b []byte) (bool, error) {
	w.seq++
	var e Entry
	switch err := json.Unmarshal(b, &e); {
	case key != seqKey(w.seq):
		w.findings.add("Journal entry %d is missing.", w.seq)
	case err != nil:
		w.findings.add("Journal entry %d cannot be read.", w.seq)
	case e.Seq != w.seq || e.Prev != w.hash:
		w.findings.add("Journal entry %d does not follow entry %d: one of the two was changed.", w.seq, w.seq-1)
	default:
		w.hash = hashHex(b)
		return true, w.side(e)
	}
	return false, nil
}

// side checks the values of an entry against its digests.
func (w *walk) side(e Entry) error {
	if e.Op == "redact" {
		record, _, _ := strings.Cut(e.Record, "/")
		w.redacted[record] = true
	}
	if e.Fields == nil {
		return nil
	}
	w.latest[e.Record] = e.Seq
	var side Side
	found, err := getJSON(w.view.tx, KindSide, seqKey(e.Seq), &side)
	switch {
	case err != nil || !found:
		w.findings.add("The values of journal entry %d (%s of %s) are missing or unreadable.", e.Seq, e.Op, e.Record)
		return nil
	case !side.ErasedAt.IsZero():
		w.erased = append(w.erased, e)
		return nil
	}
	for _, d := range e.Fields {
		if digest(side.Seed, d.Name, side.Fields[d.Name]) != d.Digest {
			w.findings.add("The value of %s in journal entry %d (%s of %s) was changed after it was written.", d.Name, e.Seq, e.Op, e.Record)
		}
	}
	return nil
}

// records compares every record with what the journal last wrote into it.
func (w *walk) records() error {
	for _, e := range w.erased {
		record, _, _ := strings.Cut(e.Record, "/")
		if !w.redacted[record] {
			w.findings.add("The values of journal entry %d (%s) are erased, but no redaction of %s is on record.", e.Seq, e.Record, record)
		}
	}
	if len(w.findings.Wrong) > 0 {
		return nil
	}
	refs := make([]string, 0, len(w.latest))
	for ref := range w.latest {
		refs = append(refs, ref)
	}
	slices.Sort(refs)
	for _, ref := range refs {
		if err := w.record(ref); err != nil {
			return err
		}
	}
	return nil
}

func (w *walk) record(ref string) error {
	kind, key, ok := where(ref)
	if !ok {
		return nil
	}
	var doc map[string]json.RawMessage
	found, err := getJSON(w.view.tx, kind, key, &doc)
	owner, _, _ := strings.Cut(ref, "/")
	if err != nil || !found {
		if !w.redacted[owner] {
			w.findings.add("The journal knows %s, but the record is missing or unreadable.", ref)
		}
		return nil
	}
	var side Side
	if _, err := getJSON(w.view.tx, KindSide, seqKey(w.latest[ref]), &side); err != nil {
		return err
	}
	for name, v := range side.Fields {
		if !sameField(doc[name], v.New) {
			w.findings.add("%s of %s is not what journal entry %d wrote: it was changed outside thbot.", name, ref, w.latest[ref])
		}
	}
	return nil
}
