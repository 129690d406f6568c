package storetest

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"thbot/store"
	"thbot/store/fault"
)

func entryKey(seq int) string { return fmt.Sprintf("%019d", seq) }

// replace changes stored bytes behind the store's back.
func replace(kind store.Kind, key, old, with string) func(store.Tx) error {
	return func(tx store.Tx) error {
		b, err := tx.Get(kind, key)
		if err == nil && !strings.Contains(string(b), old) {
			err = fmt.Errorf("%s %s has no %s: %s", kind, key, old, b)
		}
		return errors.Join(err, tx.Put(kind, key, []byte(strings.Replace(string(b), old, with, 1))))
	}
}

func remove(kind store.Kind, key string) func(store.Tx) error {
	return func(tx store.Tx) error { return tx.Delete(kind, key) }
}

// testTampering changes one thing after the other outside the store; Verify
// must find each and name the first broken entry or the record.
func testTampering(t *testing.T, d store.Driver) {
	r := begin(t, keepOpen{d})
	r.record("cepol", "first")
	r.record("fra", "second")
	r.edit("P1", 1, func(a *store.Activity) { a.Plan = "SPD" })
	r.edit("P1", 2, func(a *store.Activity) { a.Title = "third" })
	r.add("U1")
	r.whole()
	const one, two = "0000000001", "0000000002"
	for name, c := range map[string]struct {
		spoil func(store.Tx) error
		want  string
	}{
		"an entry changed":        {replace(store.KindJournal, entryKey(2), "P1", "P2"), "Journal entry 2 was changed"},
		"an entry renumbered":     {replace(store.KindJournal, entryKey(2), `"seq":2`, `"seq":3`), "Journal entry 2 was changed"},
		"the first entry changed": {replace(store.KindJournal, entryKey(1), "P1", "P2"), "Journal entry 1 was changed"},
		"the last entry changed":  {replace(store.KindJournal, entryKey(5), "P9", "P8"), "Journal entry 5 was changed"},
		"an entry unreadable":     {func(tx store.Tx) error { return tx.Put(store.KindJournal, entryKey(3), []byte("x")) }, "Journal entry 3 was changed"},
		"an entry dropped":        {remove(store.KindJournal, entryKey(3)), "Journal entry 3 is missing"},
		"the first dropped":       {remove(store.KindJournal, entryKey(1)), "Journal entry 1 is missing"},
		"the tail cut":            {remove(store.KindJournal, entryKey(5)), "Journal entry 5 is missing"},
		"a value of an entry":     {replace(store.KindSide, entryKey(2), "second", "Second"), "title in journal entry 2"},
		"values dropped":          {remove(store.KindSide, entryKey(4)), "values of journal entry 4"},
		"erased, not redacted": {func(tx store.Tx) error {
			return tx.Put(store.KindSide, entryKey(4), []byte(`{"erased_at":"2026-11-23T12:00:00Z"}`))
		}, "values of journal entry 4 (A2) are erased"},
		"a record's field":          {replace(store.KindActivity, one, "first", "First"), "title of A1 is not what journal entry 1 wrote"},
		"a field changed later":     {replace(store.KindActivity, two, "third", "second"), "title of A2 is not what journal entry 4 wrote"},
		"a field added":             {replace(store.KindActivity, one, `"title"`, `"tlp":"CLEAR","title"`), "tlp of A1 is in no journal entry"},
		"a field taken":             {replace(store.KindActivity, one, `"plan":"SPD",`, ""), "plan of A1"},
		"a revision":                {replace(store.KindActivity, one, `"revision":2`, `"revision":1`), "A1 says that it was changed 1 times"},
		"a record unreadable":       {func(tx store.Tx) error { return tx.Put(store.KindPerson, one, []byte("{")) }, "P1 cannot be read"},
		"a record dropped":          {remove(store.KindPerson, one), "P1, but the record is missing"},
		"a record added":            {func(tx store.Tx) error { return tx.Put(store.KindPerson, two, []byte(`{"id":2}`)) }, "does not know P2"},
		"the head":                  {replace(store.KindMeta, "head", `"seq":5`, `"seq":4`), "Journal entry"},
		"tail and head cut as well": {cutTail, "P1"},
	} {
		t.Run(name, func(t *testing.T) {
			kept := keep(t, d)
			update(t, d, c.spoil)
			wrong := r.wrong()
			if len(wrong) == 0 || !strings.Contains(wrong[0], c.want) {
				t.Errorf("found %q, want %q", wrong, c.want)
			}
			putBack(t, d, kept)
			r.whole()
		})
	}
}

// cutTail drops the last entry and forges the head, as somebody would who
// knows how the chain is made.
func cutTail(tx store.Tx) error {
	b, err := tx.Get(store.KindJournal, entryKey(5))
	_, after, _ := strings.Cut(string(b), `"prev":"`)
	hash, _, _ := strings.Cut(after, `"`)
	return errors.Join(err, tx.Put(store.KindMeta, "head", []byte(`{"seq":4,"hash":"`+hash+`"}`)),
		tx.Delete(store.KindJournal, entryKey(5)), tx.Delete(store.KindSide, entryKey(5)))
}

type kept map[store.Kind]map[string]string

// keep copies the whole database.
func keep(t *testing.T, d store.Driver) kept {
	t.Helper()
	all := kept{}
	read(t, d, func(tx store.Tx) error {
		for _, kind := range store.Kinds() {
			all[kind] = map[string]string{}
			if err := tx.Scan(kind, "", "", func(k string, v []byte) (bool, error) { all[kind][k] = string(v); return true, nil }); err != nil {
				return err
			}
		}
		return nil
	})
	return all
}

func putBack(t *testing.T, d store.Driver, all kept) {
	t.Helper()
	now := keep(t, d)
	update(t, d, func(tx store.Tx) error {
		for kind, pairs := range all {
			for k := range now[kind] {
				if _, ok := pairs[k]; !ok {
					if err := tx.Delete(kind, k); err != nil {
						return err
					}
				}
			}
			for k, v := range pairs {
				if now[kind][k] != v {
					if err := tx.Put(kind, k, []byte(v)); err != nil {
						return err
					}
				}
			}
		}
		return nil
	})
}

func failingTests() []test {
	return []test{{"commit", testFailingCommit}, {"open", testFailingOpen}}
}

// testFailingCommit holds that a commit which fails leaves nothing in memory.
func testFailingCommit(t *testing.T, d store.Driver) {
	f := &Failing{Driver: d, Err: full}
	r := begin(t, f)
	r.record("cepol", "one")
	f.On = true
	for range 3 {
		_, err := r.try("P1", "edit", func(c *store.Change) error {
			a := c.Activity(1).Clone()
			a.Title = "lost"
			_, perr := c.Plan(row(noon))
			return errors.Join(perr, c.PutActivity(a), c.AddActivity(&store.Activity{Agency: "fra", Title: "lost"}))
		})
		if !fault.Is(err, fault.Full) {
			t.Fatalf("a full disk became %v", err)
		}
	}
	if a := r.activity(1); a.Title != "one" || a.Revision != 1 {
		t.Errorf("what was not stored is read: %+v", a)
	}
	want(t, r.due(noon))
	f.On = false
	if id := r.record("fra", "two"); id != 2 {
		t.Errorf("the next id is %d", id)
	}
	r.whole()
}

func testFailingOpen(t *testing.T, d store.Driver) {
	f := &Failing{Driver: keepOpen{d}, On: true, Err: full}
	if _, err := store.Open(ctx, f); !fault.Is(err, fault.Full) {
		t.Errorf("a new register on a full disk: %v", err)
	}
	f.On = false
	begin(t, f).record("cepol", "one")
}
