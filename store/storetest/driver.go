package storetest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"thbot/store"
	"thbot/store/fault"
)

func driverTests() []test {
	return []test{
		{"get, put, delete", testGetPutDelete},
		{"scan in order", testScan},
		{"own writes", testOwnWrites},
		{"rollback", testRollback},
		{"errors pass as they are", testErrors},
		{"readers stand still", testIsolation},
		{"bytes", testBytes},
		{"big values", testBig},
		{"many at once", testConcurrency},
		{"an ended context", testEndedContext},
		{"backup", testBackup},
		{"compact", testCompact},
	}
}

var ctx = context.Background()

func update(t *testing.T, d store.Driver, f func(store.Tx) error) {
	t.Helper()
	if err := d.Update(ctx, store.Journalled, f); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, d store.Driver, f func(store.Tx) error) {
	t.Helper()
	if err := d.View(ctx, f); err != nil {
		t.Fatal(err)
	}
}

func put(kind store.Kind, pairs ...string) func(store.Tx) error {
	return func(tx store.Tx) error {
		for i := 0; i < len(pairs); i += 2 {
			if err := tx.Put(kind, pairs[i], []byte(pairs[i+1])); err != nil {
				return err
			}
		}
		return nil
	}
}

// scan gives "key=value" of all within the bounds.
func scan(t *testing.T, tx store.Tx, kind store.Kind, from, to string) (all []string) {
	t.Helper()
	err := tx.Scan(kind, from, to, func(key string, value []byte) (bool, error) {
		all = append(all, key+"="+string(value))
		return true, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func want(t *testing.T, got []string, pairs ...string) {
	t.Helper()
	if !slices.Equal(got, pairs) {
		t.Errorf("got %q, want %q", got, pairs)
	}
}

func testGetPutDelete(t *testing.T, d store.Driver) {
	for _, kind := range store.Kinds() {
		update(t, d, put(kind, "a", `1`, "b", `2`))
		update(t, d, func(tx store.Tx) error {
			return errors.Join(tx.Put(kind, "a", []byte(`3`)), tx.Delete(kind, "b"), tx.Delete(kind, "none"))
		})
		read(t, d, func(tx store.Tx) error {
			want(t, scan(t, tx, kind, "", ""), "a=3")
			b, err := tx.Get(kind, "b")
			if b != nil {
				t.Errorf("%s: a deleted key has %q", kind, b)
			}
			return err
		})
	}
}

func testScan(t *testing.T, d store.Driver) {
	for _, kind := range []store.Kind{store.KindTrail, store.KindActivity} {
		update(t, d, put(kind, "b/2", `5`, "a", `1`, "b/10", `4`, "b", `2`, "b!", `3`, "c", `6`, "B", `0`))
		read(t, d, func(tx store.Tx) error {
			want(t, scan(t, tx, kind, "", ""), "B=0", "a=1", "b=2", "b!=3", "b/10=4", "b/2=5", "c=6")
			want(t, scan(t, tx, kind, "b/", "b0"), "b/10=4", "b/2=5")
			want(t, scan(t, tx, kind, "b", "b"))
			want(t, scan(t, tx, kind, "c", "b"))
			want(t, scan(t, tx, kind, "b0", ""), "c=6")
			want(t, scan(t, tx, kind, "", "a"), "B=0")
			n := 0
			err := tx.Scan(kind, "", "", func(key string, _ []byte) (bool, error) {
				n++
				if b, err := tx.Get(kind, "c"); err != nil || string(b) != "6" { // reading within a scan
					t.Errorf("%q, %v", b, err)
				}
				return n < 2, nil
			})
			if n != 2 {
				t.Errorf("a scan that was ended after two gave %d", n)
			}
			mine := errors.New("mine")
			if got := tx.Scan(kind, "", "", func(string, []byte) (bool, error) { return true, mine }); got != mine {
				t.Errorf("a scan's error became %v", got)
			}
			return err
		})
	}
}

func testOwnWrites(t *testing.T, d store.Driver) {
	for _, kind := range []store.Kind{store.KindTrail, store.KindActivity} {
		update(t, d, put(kind, "a", `1`, "c", `3`))
		update(t, d, func(tx store.Tx) error {
			if err := errors.Join(put(kind, "b", `2`, "a", `7`)(tx), tx.Delete(kind, "c")); err != nil {
				return err
			}
			b, err := tx.Get(kind, "a")
			if string(b) != "7" {
				t.Errorf("reads %q, wrote 7", b)
			}
			want(t, scan(t, tx, kind, "", ""), "a=7", "b=2")
			if err := errors.Join(err, put(kind, "b", `8`, "d", `4`)(tx), tx.Delete(kind, "a")); err != nil {
				return err
			}
			want(t, scan(t, tx, kind, "", ""), "b=8", "d=4")
			if gone, _ := tx.Get(kind, "a"); gone != nil {
				t.Errorf("a deleted key reads %q", gone)
			}
			return nil
		})
		read(t, d, func(tx store.Tx) error { want(t, scan(t, tx, kind, "", ""), "b=8", "d=4"); return nil })
	}
}

func testRollback(t *testing.T, d store.Driver) {
	update(t, d, put(store.KindNote, "a", `1`))
	mine := errors.New("mine")
	for _, scope := range []store.Scope{store.Journalled, store.Deliveries} {
		err := d.Update(ctx, scope, func(tx store.Tx) error {
			return errors.Join(tx.Put(store.KindNote, "b", []byte(`2`)), tx.Delete(store.KindNote, "a"), tx.Put(store.KindTrail, "t", []byte(`1`)), mine)
		})
		if !errors.Is(err, mine) {
			t.Errorf("got %v", err)
		}
	}
	read(t, d, func(tx store.Tx) error {
		want(t, scan(t, tx, store.KindNote, "", ""), "a=1")
		want(t, scan(t, tx, store.KindTrail, "", ""))
		return nil
	})
}

func testErrors(t *testing.T, d store.Driver) {
	own := fault.New(fault.Conflict, "Mine.").WithTry("/thb help")
	fail := func(store.Tx) error { return own }
	if err := d.Update(ctx, store.Journalled, fail); err != error(own) {
		t.Errorf("an update's error became %v", err)
	}
	if err := d.View(ctx, fail); err != error(own) {
		t.Errorf("a view's error became %v", err)
	}
}

func testIsolation(t *testing.T, d store.Driver) {
	update(t, d, put(store.KindNote, "a", `1`))
	read(t, d, func(tx store.Tx) error {
		before := scan(t, tx, store.KindNote, "", "")
		done := make(chan error)
		go func() { done <- d.Update(ctx, store.Journalled, put(store.KindNote, "a", `2`, "b", `3`)) }()
		if err := <-done; err != nil { // a reader stops no writer
			t.Error(err)
		}
		want(t, scan(t, tx, store.KindNote, "", ""), before...)
		return nil
	})
	read(t, d, func(tx store.Tx) error { want(t, scan(t, tx, store.KindNote, "", ""), "a=2", "b=3"); return nil })
}

// testBytes holds that the kinds which are hashed come back as they went in:
// spaces, order of keys and escapes included.
func testBytes(t *testing.T, d store.Driver) {
	value := `{ "z":1,  "a":"\u003c\u00e9é\n\\ 𝒳 \u202eabc","n":1.50e3,"list":[ ] }` + "\n"
	for _, kind := range []store.Kind{store.KindJournal, store.KindSide} {
		update(t, d, put(kind, "k", value))
		read(t, d, func(tx store.Tx) error {
			b, err := tx.Get(kind, "k")
			if string(b) != value {
				t.Errorf("%s: %q became %q", kind, value, b)
			}
			return err
		})
	}
}

func testBig(t *testing.T, d store.Driver) {
	text := `"` + strings.Repeat("é", 1<<20) + `"`
	update(t, d, put(store.KindNote, "big", text, "empty", `""`))
	read(t, d, func(tx store.Tx) error {
		b, err := tx.Get(store.KindNote, "big")
		if !bytes.Equal(b, []byte(text)) {
			t.Errorf("two megabytes became %d bytes", len(b))
		}
		return err
	})
}

func testConcurrency(t *testing.T, d store.Driver) {
	const writers, rounds = 8, 20
	update(t, d, put(store.KindMeta, "n", `0`))
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			for i := range rounds {
				err := d.Update(ctx, store.Journalled, func(tx store.Tx) error {
					var n int
					b, err := tx.Get(store.KindMeta, "n")
					fmt.Sscan(string(b), &n)
					return errors.Join(err, put(store.KindMeta, "n", fmt.Sprint(n+1))(tx), put(store.KindNote, fmt.Sprintf("%d/%d", w, i), `1`)(tx))
				})
				if err != nil {
					t.Error(err)
				}
			}
		})
		wg.Go(func() {
			for range rounds {
				err := d.View(ctx, func(tx store.Tx) error {
					b, err := tx.Get(store.KindMeta, "n")
					if notes := len(scan(t, tx, store.KindNote, "", "")); string(b) != fmt.Sprint(notes) {
						t.Errorf("a reader sees %d notes and the count %s", notes, b)
					}
					return err
				})
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	read(t, d, func(tx store.Tx) error {
		b, err := tx.Get(store.KindMeta, "n")
		if string(b) != fmt.Sprint(writers*rounds) {
			t.Errorf("%d updates counted to %s", writers*rounds, b)
		}
		return err
	})
}

func testEndedContext(t *testing.T, d store.Driver) {
	ended, cancel := context.WithCancel(ctx)
	cancel()
	if err := d.Update(ended, store.Journalled, put(store.KindNote, "late", `1`)); !fault.Is(err, fault.Busy) {
		t.Errorf("an update after its time: %v", err)
	}
	late, cancel := context.WithCancel(ctx)
	err := d.Update(late, store.Journalled, func(tx store.Tx) error {
		cancel()
		return put(store.KindNote, "late", `1`)(tx)
	})
	if !fault.Is(err, fault.Busy) {
		t.Errorf("an update that took too long: %v", err)
	}
	read(t, d, func(tx store.Tx) error { want(t, scan(t, tx, store.KindNote, "", "")); return nil })
}

func testBackup(t *testing.T, d store.Driver) {
	update(t, d, put(store.KindNote, "a", `1`))
	path := filepath.Join(t.TempDir(), "backup")
	if err := d.Backup(ctx, path); err != nil {
		t.Fatal(err)
	}
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(path), "*")); len(left) != 1 {
		t.Errorf("a backup left %q", left)
	}
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(path), ".*")); len(left) != 0 {
		t.Errorf("a backup left %q", left)
	}
}

func testCompact(t *testing.T, d store.Driver) {
	update(t, d, put(store.KindNote, "a", `1`, "b", `2`))
	update(t, d, func(tx store.Tx) error { return tx.Delete(store.KindNote, "a") })
	if err := d.Compact(ctx); err != nil {
		t.Fatal(err)
	}
	update(t, d, put(store.KindNote, "c", `3`))
	read(t, d, func(tx store.Tx) error { want(t, scan(t, tx, store.KindNote, "", ""), "b=2", "c=3"); return nil })
}
