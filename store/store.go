package store

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"time"

	"thbot/store/fault"
)

// Layout is the version of the record layouts that this program writes.
const Layout = 1

// Keys of KindMeta.
const (
	metaLayout   = "layout"
	metaRegister = "register"
	metaSecret   = "secret"
	metaHead     = "head"
	metaCounters = "counters"
	metaClock    = "clock"
)

// Store is the register: one typed store over a driver. It owns every rule of
// the data; its typed methods exist only on a transaction, View or Change, so
// that two never nest. It is safe for concurrent use.
type Store struct {
	driver   Driver
	register string
	secret   []byte

	mu   sync.Mutex
	snap *snapshot // never nil; replaced, not changed
}

// By says who changes something, with which operation, and when.
type By struct {
	Actor string // P7 or Program
	Op    string // the subcommand
	At    time.Time
}

// Open prepares the driver's database: it makes a new register in an empty
// one, migrates an older layout, refuses a newer one, and reads the activities
// into memory. The driver is closed by Close, or at once when Open fails.
func Open(ctx context.Context, d Driver) (*Store, error) {
	s := &Store{driver: d, snap: &snapshot{}}
	if err := s.prepare(ctx); err != nil {
		d.Close()
		return nil, err
	}
	if err := s.View(ctx, func(*View) error { return nil }); err != nil { // fills the snapshot
		d.Close()
		return nil, err
	}
	return s, nil
}

// Close closes the driver.
func (s *Store) Close() error { return s.driver.Close() }

// Name tells people which store this is.
func (s *Store) Name() string { return s.driver.Name() }

// Register is this register's own random id, as export writes it.
func (s *Store) Register() string { return s.register }

// Secret is the register's random key of 32 bytes, from which the chats'
// adapters derive the keys of their signatures.
func (s *Store) Secret() []byte { return s.secret }

// Backup writes a copy of one consistent state to a new file.
func (s *Store) Backup(ctx context.Context, path string) error {
	return s.driver.Backup(ctx, path)
}

// Compact removes erased bytes from the storage.
func (s *Store) Compact(ctx context.Context) error { return s.driver.Compact(ctx) }

// View runs f on one consistent state.
func (s *Store) View(ctx context.Context, f func(*View) error) error {
	snap := s.snapshot()
	return s.driver.View(ctx, func(tx Tx) error {
		v := &View{tx: tx, store: s, snap: snap}
		if err := v.follow(); err != nil {
			return err
		}
		return f(v)
	})
}

// Update runs f in a journalled transaction: all that f changes is stored
// with its journal entries, or nothing is. f may run twice, so it has no
// effect but on the Change, and reads no clock.
func (s *Store) Update(ctx context.Context, by By, f func(*Change) error) error {
	snap := s.snapshot()
	return s.driver.Update(ctx, Journalled, func(tx Tx) error {
		c := &Change{View: &View{tx: tx, store: s, snap: snap}, By: by}
		if err := c.begin(); err != nil {
			return err
		}
		if err := f(c); err != nil {
			return err
		}
		return c.finish()
	})
}

// Deliver runs f in a transaction that may change outbox rows, delivery keys,
// pages and the clock, none of which is journalled.
func (s *Store) Deliver(ctx context.Context, f func(*Delivery) error) error {
	snap := s.snapshot()
	return s.driver.Update(ctx, Deliveries, func(tx Tx) error {
		v := &View{tx: tx, store: s, snap: snap}
		if err := v.follow(); err != nil {
			return err
		}
		return f(&Delivery{v})
	})
}

func (s *Store) prepare(ctx context.Context) error {
	return s.driver.Update(ctx, Journalled, func(tx Tx) error {
		var layout struct {
			Version int `json:"version"`
		}
		found, err := getJSON(tx, KindMeta, metaLayout, &layout)
		switch {
		case err != nil:
			return err
		case !found:
			if err := s.create(tx); err != nil {
				return err
			}
		case layout.Version > Layout:
			return fault.New(fault.Damaged, "This store was written by a newer thbot (layout %d; this program knows layout %d). Nothing was changed.", layout.Version, Layout)
		case layout.Version < Layout:
			if err := migrate(tx, layout.Version, Layout, steps()); err != nil {
				return err
			}
		}
		return s.identify(tx)
	})
}

// create lays out an empty register.
func (s *Store) create(tx Tx) error {
	register := newSeed()[:16]
	for key, value := range map[string]any{
		metaLayout:   map[string]int{"version": Layout},
		metaRegister: register,
		metaSecret:   newSeed() + newSeed(),
		metaHead:     Head{Hash: hashHex([]byte(register))},
		metaCounters: map[string]int{},
	} {
		if err := putJSON(tx, KindMeta, key, value); err != nil {
			return err
		}
	}
	return nil
}

// identify reads the register's id and secret.
func (s *Store) identify(tx Tx) error {
	var secret string
	for key, into := range map[string]*string{metaRegister: &s.register, metaSecret: &secret} {
		found, err := getJSON(tx, KindMeta, key, into)
		if err != nil {
			return err
		}
		if !found || *into == "" {
			return fault.New(fault.Damaged, "This store has no %s, so it is not a whole thbot store.", key)
		}
	}
	s.secret = []byte(secret)
	return nil
}

// steps gives what takes layout n to layout n+1. Layout 1 is the first.
func steps() map[int]func(Tx) error { return nil }

func migrate(tx Tx, from, to int, steps map[int]func(Tx) error) error {
	for v := from; v < to; v++ {
		step, ok := steps[v]
		if !ok {
			return fault.New(fault.Damaged, "This store has layout %d, which this thbot cannot read. Nothing was changed.", v)
		}
		if err := step(tx); err != nil {
			return fmt.Errorf("migrate from layout %d: %w", v, err)
		}
	}
	return putJSON(tx, KindMeta, metaLayout, map[string]int{"version": to})
}

// getJSON answers whether there is a value.
func getJSON(tx Tx, kind Kind, key string, into any) (bool, error) {
	b, err := tx.Get(kind, key)
	if err != nil || b == nil {
		return false, err
	}
	if err := json.Unmarshal(b, into); err != nil {
		return false, damaged(kind, key, err)
	}
	return true, nil
}

func putJSON(tx Tx, kind Kind, key string, value any) error {
	b, err := json.Marshal(value)
	if err != nil {
		return fmt.Errorf("encode %s %s: %w", kind, key, err)
	}
	return tx.Put(kind, key, b)
}

func damaged(kind Kind, key string, err error) error {
	f := fault.New(fault.Damaged, "The %s record %s cannot be read. Restore a backup, or run thbot check to see how far the damage goes.", kind, key)
	f.Err = err
	return f
}
