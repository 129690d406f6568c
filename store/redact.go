package store

import (
	"bytes"
	"strconv"

	"thbot/store/fault"
)

// opRedact is the operation of every entry of an erasure, by which Verify knows
// that values are missing rightly.
const opRedact = "redact"

// RedactActivity erases the activity's texts everywhere: in the record, its
// notes, the words said on its overlaps, and the journal's side records. The
// chain of the journal stays intact, and history says when it was erased. The
// record stands withdrawn; its facets go as well, since they were read from
// the text. Afterwards the caller compacts the store, so that the bytes are
// gone from the file too.
func (c *Change) RedactActivity(id int) error {
	a := c.Activity(id)
	if a == nil {
		return fault.New(fault.NotFound, "There is no record %s.", ActivityRef(id))
	}
	defer func(op string) { c.Op = op }(c.Op)
	c.Op = opRedact
	bare := &Activity{
		ID: a.ID, Revision: a.Revision, Agency: a.Agency, RecordedAt: a.RecordedAt, RecordedBy: a.RecordedBy,
		ChangedAt: c.At, Withdrawn: a.Withdrawn, RedactedAt: c.At, NoteCount: a.NoteCount, FlagRevision: a.FlagRevision,
	}
	if bare.Withdrawn == nil {
		bare.Withdrawn = &Withdrawal{At: c.At, By: c.Actor}
	}
	bare.Withdrawn = &Withdrawal{At: bare.Withdrawn.At, By: bare.Withdrawn.By}
	if err := c.eraseNotes(id); err != nil {
		return err
	}
	overlaps, err := c.OverlapsOf(id)
	if err != nil {
		return err
	}
	for _, o := range overlaps {
		if err := c.eraseWords(o); err != nil {
			return err
		}
	}
	if err := c.PutActivity(bare); err != nil {
		return err
	}
	return c.eraseSides(ActivityRef(id))
}

func (c *Change) eraseNotes(activity int) error {
	var keys []string
	prefix := idKey(activity) + "/"
	err := c.tx.Scan(KindNote, prefix, after(prefix), func(key string, _ []byte) (bool, error) {
		keys = append(keys, key)
		return true, nil
	})
	for _, key := range keys {
		if err == nil {
			err = c.tx.Delete(KindNote, key)
		}
		n, _ := strconv.Atoi(key[len(prefix):])
		if err == nil {
			err = c.enter(Entry{Record: noteRef(activity, n)}, nil)
		}
	}
	return err
}

// eraseWords erases the reasons that were given on the overlap, those of words
// that were undone included, and keeps the words.
func (c *Change) eraseWords(o *Overlap) error {
	told := false
	err := c.History(OverlapRef(o.ID), func(p Past) bool {
		words := p.Side.Fields["words"]
		told = told || bytes.Contains(words.New, []byte(`"reason"`)) || bytes.Contains(words.Old, []byte(`"reason"`))
		return !told
	})
	if err != nil || !told {
		return err
	}
	for i := range o.Words {
		o.Words[i].Reason = ""
	}
	before := c.head.Seq
	if err := c.PutOverlap(o); err != nil {
		return err
	}
	if c.head.Seq == before { // only words that were undone had reasons
		if err := c.Enter(OverlapRef(o.ID), nil); err != nil {
			return err
		}
	}
	return c.eraseSides(OverlapRef(o.ID))
}

// eraseSides replaces the values of every entry on the record, the one just
// written included, by the time of the erasure.
func (c *Change) eraseSides(ref string) error {
	var seqs []int64
	err := c.tx.Scan(KindTrail, ref+"/", after(ref+"/"), func(key string, _ []byte) (bool, error) {
		seqs = append(seqs, trailSeq(key))
		return true, nil
	})
	for _, seq := range seqs {
		var had []byte
		if err == nil {
			had, err = c.tx.Get(KindSide, seqKey(seq))
		}
		if err == nil && had != nil {
			err = putJSON(c.tx, KindSide, seqKey(seq), Side{ErasedAt: c.At})
		}
	}
	return err
}
