// Package bolt keeps a thbot register in one bbolt file.
//
// One process at a time can hold the file; a second one is refused after five
// seconds with the name of the holder. Every update is committed with its own
// sync before it is acknowledged.
package bolt

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"syscall"
	"time"

	bbolt "go.etcd.io/bbolt"

	"thbot/store"
	"thbot/store/fault"
)

// DB is the driver. It is safe for concurrent use.
type DB struct {
	path string
	mu   sync.RWMutex // Compact takes it alone, to swap the file
	db   *bbolt.DB
}

var _ store.Driver = (*DB)(nil)

// Open opens the file at path, or makes it.
func Open(path string) (*DB, error) {
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{Timeout: 5 * time.Second, FreelistType: bbolt.FreelistMapType})
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	d := &DB{path: path, db: db}
	err = db.Update(func(tx *bbolt.Tx) error {
		for _, k := range store.Kinds() {
			if _, err := tx.CreateBucketIfNotExists([]byte(k)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		db.Close()
		return nil, fmt.Errorf("prepare %s: %w", path, err)
	}
	return d, nil
}

// View implements store.Driver.
func (d *DB) View(ctx context.Context, f func(store.Tx) error) error {
	d.mu.RLock()
	defer d.mu.RUnlock()
	return d.db.View(func(tx *bbolt.Tx) error { return f(txn{tx}) })
}

// Update implements store.Driver.
func (d *DB) Update(ctx context.Context, _ store.Scope, f func(store.Tx) error) error {
	d.mu.RLock()
	defer d.mu.RUnlock()
	var inner error
	err := d.db.Update(func(tx *bbolt.Tx) error {
		inner = f(txn{tx})
		return inner
	})
	switch {
	case err == nil || inner != nil:
		return err
	case errors.Is(err, syscall.ENOSPC):
		return fault.New(fault.Full, "The disk is full, so nothing was saved. What was saved before is safe.")
	default:
		return fmt.Errorf("commit to %s: %w", d.path, err)
	}
}

// Backup implements store.Driver.
func (d *DB) Backup(ctx context.Context, path string) error {
	d.mu.RLock()
	defer d.mu.RUnlock()
	return d.db.View(func(tx *bbolt.Tx) error { return tx.CopyFile(path, 0o600) })
}

// Compact implements store.Driver.
func (d *DB) Compact(ctx context.Context) error { return nil }

// Name implements store.Driver.
func (d *DB) Name() string { return "bolt:" + d.path }

// Close implements store.Driver.
func (d *DB) Close() error { return d.db.Close() }

type txn struct{ tx *bbolt.Tx }

func (t txn) bucket(k store.Kind) *bbolt.Bucket { return t.tx.Bucket([]byte(k)) }

func (t txn) Get(k store.Kind, key string) ([]byte, error) {
	return t.bucket(k).Get([]byte(key)), nil
}

func (t txn) Put(k store.Kind, key string, value []byte) error {
	return t.bucket(k).Put([]byte(key), value)
}

func (t txn) Delete(k store.Kind, key string) error { return t.bucket(k).Delete([]byte(key)) }

func (t txn) Scan(k store.Kind, from, to string, f func(string, []byte) (bool, error)) error {
	c := t.bucket(k).Cursor()
	for key, value := c.Seek([]byte(from)); key != nil && (to == "" || string(key) < to); key, value = c.Next() {
		if more, err := f(string(key), value); err != nil || !more {
			return err
		}
	}
	return nil
}
