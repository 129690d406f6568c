package store

import (
	"bytes"
	"encoding/json"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"thbot/store/fault"
)

// opRedact is the operation of every entry of an erasure, by which Verify knows
// that values are missing rightly.
const opRedact = "redact"

// RedactActivity erases the activity's texts everywhere: in the record, its
// notes, the words said on its overlaps, the journal's side records, the
// console's own posts, and the pages that buttons go on with, of which all go,
// since they hold what people typed. The chain of the journal stays intact,
// and history says when it was erased. The record stands withdrawn; its facets
// go as well, since they were read from the text. Frozen messages are the
// caller's to thaw, and afterwards the store to compact, so that the bytes are
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
	overlaps, err := c.OverlapsOf(id)
	if err != nil {
		return err
	}
	if err := c.erasePosts(a, overlaps); err != nil {
		return err
	}
	for _, o := range overlaps {
		if err := c.eraseWords(o); err != nil {
			return err
		}
	}
	if err := c.eraseNotes(id); err != nil {
		return err
	}
	if err := c.PutActivity(bare); err != nil {
		return err
	}
	if err := c.forget(KindPage, func(string, []byte) (bool, error) { return true, nil }); err != nil {
		return err
	}
	return c.eraseSides(ActivityRef(id))
}

// erasePosts removes the posts of the console's chat that are about the
// activity or one of its overlaps, name one of them, or hold one of its texts.
// What thbot posts of an activity names it, so that a text that has been
// changed since goes too. An edit that is due writes a post anew.
func (c *Change) erasePosts(a *Activity, overlaps []*Overlap) error {
	refs := []string{ActivityRef(a.ID)}
	for _, o := range overlaps {
		refs = append(refs, OverlapRef(o.ID))
	}
	notes, err := c.Notes(a.ID)
	if err != nil {
		return err
	}
	texts := []string{a.Title, a.Description}
	for _, n := range notes {
		texts = append(texts, n.Text)
	}
	named := regexp.MustCompile(`\b(` + strings.Join(refs, "|") + `)\b`)
	tells := func(s string) bool {
		return named.MatchString(s) || slices.ContainsFunc(texts, func(text string) bool { return text != "" && strings.Contains(s, text) })
	}
	return c.forget(KindPost, func(key string, b []byte) (bool, error) {
		var p ChatPost
		var body any
		if err := json.Unmarshal(b, &p); err != nil {
			return false, damaged(KindPost, key, err)
		}
		if len(p.Body) > 0 {
			if err := json.Unmarshal(p.Body, &body); err != nil {
				return false, damaged(KindPost, key, err)
			}
		}
		return tells(p.Key) || anyString(body, tells), nil
	})
}

// forget deletes those records of a kind that is not journalled.
func (c *Change) forget(kind Kind, which func(key string, b []byte) (bool, error)) error {
	var gone []string
	err := c.tx.Scan(kind, "", "", func(key string, b []byte) (bool, error) {
		hit, err := which(key, b)
		if hit {
			gone = append(gone, key)
		}
		return err == nil, err
	})
	for _, key := range gone {
		if err == nil {
			err = c.tx.Delete(kind, key)
		}
	}
	return err
}

// anyString tells whether a string anywhere in decoded JSON holds.
func anyString(v any, holds func(string) bool) bool {
	switch v := v.(type) {
	case string:
		return holds(v)
	case []any:
		return slices.ContainsFunc(v, func(w any) bool { return anyString(w, holds) })
	case map[string]any:
		for _, w := range v {
			if anyString(w, holds) {
				return true
			}
		}
	}
	return false
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
