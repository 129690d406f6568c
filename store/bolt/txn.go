package bolt

import (
	"context"
	"errors"
	"maps"
	"runtime/debug"
	"slices"
	"unsafe"

	bbolt "go.etcd.io/bbolt"

	"thbot/store"
	"thbot/store/fault"
)

// errPages is what a panic of bbolt, or a page that is not there, comes to.
var errPages = errors.New("its pages contradict each other")

// View implements store.Driver. It never waits for a writer.
func (d *DB) View(_ context.Context, f func(store.Tx) error) error {
	tx, err := d.begin(false)
	if err != nil {
		return err
	}
	return d.told(run(tx, func(t *txn) error { return f(t) }))
}

// Update implements store.Driver.
func (d *DB) Update(ctx context.Context, _ store.Scope, f func(store.Tx) error) error {
	if err := d.take(ctx); err != nil {
		return err
	}
	defer d.pass()
	if d.broken != nil {
		g := fault.New(fault.Unsure, "Nothing was saved: the disk failed at an earlier change, and thbot has to be started again.")
		g.Err = d.broken
		return g
	}
	tx, err := d.begin(true)
	if err != nil {
		return err
	}
	before, committing := tx.ID(), false
	err = run(tx, func(t *txn) error {
		if err := f(t); err != nil {
			return err
		}
		if err := t.flushAll(); err != nil {
			return err
		}
		if ctx.Err() != nil {
			return busy(ctx)
		}
		committing, t.inside = true, true
		return t.tx.Commit()
	})
	if err == nil || !committing {
		return d.told(err)
	}
	return d.failed(before, err)
}

// failed tells what a commit's error means. A full disk that struck before the
// new state was named is harmless; after any other error the disk may hold the
// one or the other.
func (d *DB) failed(attempted int, err error) error {
	if isFull(err) && d.last() < attempted {
		f := fault.New(fault.Full, "The disk is full, so nothing was saved. What was saved before is safe.")
		f.Err = err
		return f
	}
	d.broken = err
	f := fault.New(fault.Unsure, "The disk failed while this was saved, so it may be stored or not. Start thbot again and look before you repeat it.")
	f.Err = err
	return f
}

// last is the number of the state that readers see.
func (d *DB) last() (id int) {
	tx, err := d.begin(false)
	if err != nil {
		return int(^uint(0) >> 1) // not known: assume the worst
	}
	defer tx.Rollback()
	return tx.ID()
}

func (d *DB) begin(writable bool) (*bbolt.Tx, error) {
	d.mu.RLock()
	defer d.mu.RUnlock()
	return d.db.Begin(writable)
}

// told gives damage met on the way the name of the file and the way out.
func (d *DB) told(err error) error {
	if err == nil || !errors.Is(err, errPages) {
		return err
	}
	return refusal(d.name, err)
}

func guarded(db *bbolt.DB, writable bool, f func(*txn) error) error {
	tx, err := db.Begin(writable)
	if err != nil {
		return err
	}
	return run(tx, f)
}

// run calls f and rolls back what f has not committed. What bbolt panics over,
// and memory that a truncated file does not back, are damage; panics of f
// itself go on.
func run(tx *bbolt.Tx, f func(*txn) error) (err error) {
	t := &txn{tx: tx, pending: map[store.Kind]map[string][]byte{}}
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		p := recover()
		if p == nil && t.scanned > forgetAbove {
			forget(t.low, t.high)
		}
		t.tx.Rollback() // harmless after a commit
		if p != nil {
			if _, memory := p.(interface{ Addr() uintptr }); !memory && !t.inside {
				panic(p)
			}
			err = errPages
		}
	}()
	return f(t)
}

// txn is one transaction. New values of kinds whose keys come in no order wait
// in memory until the kind is scanned or all is committed, and are then put in
// order: bbolt keeps a page's fresh keys in one sorted list, so that 100,000
// of them in no order would take minutes.
type txn struct {
	tx      *bbolt.Tx
	pending map[store.Kind]map[string][]byte
	inside  bool // bbolt is at work: a panic is its own
	scanned int  // bytes

	low, high []byte // of a reading transaction: the scanned values that lie first and last in memory
}

// rising tells whether the kind's keys only rise.
func rising(k store.Kind) bool {
	switch k {
	case store.KindActivity, store.KindNote, store.KindOverlap, store.KindJournal, store.KindSide:
		return true
	}
	return false
}

func (t *txn) bucket(k store.Kind) *bbolt.Bucket {
	b := t.tx.Bucket([]byte(k))
	if b != nil && t.tx.Writable() && rising(k) {
		b.FillPercent = 0.9
	}
	return b
}

// Get implements store.Tx.
func (t *txn) Get(k store.Kind, key string) ([]byte, error) {
	if v, ok := t.pending[k][key]; ok {
		return v, nil
	}
	t.inside = true
	v := t.bucket(k).Get([]byte(key))
	t.inside = false
	return v, nil
}

// Put implements store.Tx. The value must not be changed afterwards.
func (t *txn) Put(k store.Kind, key string, value []byte) error {
	if rising(k) {
		return t.put(k, key, value)
	}
	if t.pending[k] == nil {
		t.pending[k] = map[string][]byte{}
	}
	t.pending[k][key] = value
	return nil
}

func (t *txn) put(k store.Kind, key string, value []byte) error {
	t.inside = true
	err := t.bucket(k).Put([]byte(key), value)
	t.inside = false
	return err
}

// Delete implements store.Tx.
func (t *txn) Delete(k store.Kind, key string) error {
	delete(t.pending[k], key)
	t.inside = true
	err := t.bucket(k).Delete([]byte(key))
	t.inside = false
	return err
}

// Scan implements store.Tx.
func (t *txn) Scan(k store.Kind, from, to string, f func(string, []byte) (bool, error)) error {
	if err := t.flush(k); err != nil {
		return err
	}
	t.inside = true
	c := t.bucket(k).Cursor()
	key, value := c.Seek([]byte(from))
	t.inside = false
	for key != nil && (to == "" || string(key) < to) {
		t.note(value)
		if more, err := f(string(key), value); err != nil || !more {
			return err
		}
		t.inside = true
		key, value = c.Next()
		t.inside = false
	}
	return nil
}

// note keeps the bounds of what a reading transaction has scanned. A writing
// one holds values of its own, which are no mapped memory.
func (t *txn) note(value []byte) {
	if len(value) == 0 || t.tx.Writable() {
		return
	}
	t.scanned += len(value)
	if t.low == nil || address(value) < address(t.low) {
		t.low = value
	}
	if t.high == nil || address(value) > address(t.high) {
		t.high = value
	}
}

func address(value []byte) uintptr { return uintptr(unsafe.Pointer(&value[0])) }

func (t *txn) flush(k store.Kind) error {
	for _, key := range slices.Sorted(maps.Keys(t.pending[k])) {
		if err := t.put(k, key, t.pending[k][key]); err != nil {
			return err
		}
	}
	delete(t.pending, k)
	return nil
}

func (t *txn) flushAll() error {
	for k := range t.pending {
		if err := t.flush(k); err != nil {
			return err
		}
	}
	return nil
}
