package store

import (
	"strconv"
)

// RedactActivity erases the activity's texts everywhere: in the record, its
// notes, the words said on its overlaps, and the journal's side records. The
// chain of the journal stays intact, and history says when it was erased. The
// record stands withdrawn; its facets go as well, since they were read from
// the text. Afterwards the caller compacts the store, so that the bytes are
// gone from the file too.
func (c *Change) RedactActivity(id int) error {
	a := c.Activity(id)
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
	for i, key := range keys {
		if err == nil {
			err = c.tx.Delete(KindNote, key)
		}
		if err == nil {
			err = c.enter(Entry{Record: ActivityRef(activity) + "/" + strconv.Itoa(i+1)}, nil)
		}
	}
	return err
}

func (c *Change) eraseWords(o *Overlap) error {
	erased := false
	for i := range o.Words {
		erased = erased || o.Words[i].Reason != ""
		o.Words[i].Reason = ""
	}
	if !erased {
		return nil
	}
	if err := c.PutOverlap(o); err != nil {
		return err
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
		if err == nil {
			err = putJSON(c.tx, KindSide, seqKey(seq), Side{ErasedAt: c.At})
		}
	}
	return err
}
