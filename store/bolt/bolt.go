// Package bolt keeps a thbot register in one bbolt file.
//
// # Promises
//
// One process at a time can hold the file; a second one is refused after
// Options.Wait with the name of the holder, which a note beside the file
// (thbot.db.holder) tells. Every update is synced to the disk before it is
// acknowledged. An update that does not get its turn before its context ends
// is refused as busy and never stored later. A full disk refuses the update
// and keeps everything before it; any other error of a commit leaves its
// outcome open, so the driver refuses all further updates: the process should
// stop and start again. A file that is truncated, empty or none of ours is
// refused with a reason, and no damage in it ends the process.
//
// # Limits
//
// Every key and value of a transaction is in memory until it is committed. A
// backup or a compaction reads the file at its own pace beside the readers; a
// compaction keeps writers waiting. What was compacted away is gone from the
// file, not from the disk's free blocks.
//
// # Options of bbolt, and why
//
// The free list is written with every commit: without it each start would
// have to read the whole file. It is kept as a map, which stays fast in a
// fragmented file. Four gigabytes of address space are mapped from the
// start, so that a long read never makes a writer wait for a new mapping.
// The file grows by a megabyte at a time, not by sixteen. Kinds whose keys
// only rise fill their pages to nine tenths, which makes the file a third
// smaller.
package bolt

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"time"

	bbolt "go.etcd.io/bbolt"

	"thbot/store"
	"thbot/store/fault"
)

// Options of OpenWith. The zero value is what Open uses.
type Options struct {
	Wait    time.Duration // for the file to come free; 0 means five seconds
	MaxSize int           // bytes that the file may grow to; 0 means no limit
}

// DB is the driver. It is safe for concurrent use.
type DB struct {
	name    string // as given, for people
	path    string // where the file really lies
	options Options

	turn   chan struct{} // held by the one writer, and by Compact
	broken error         // why no further update is taken; guarded by turn

	mu sync.RWMutex // guards db, which Compact replaces
	db *bbolt.DB
}

var _ store.Driver = (*DB)(nil)

// Open opens the file at path, or makes it.
func Open(path string) (*DB, error) { return OpenWith(path, Options{}) }

// OpenWith is as Open, with options.
func OpenWith(path string, o Options) (*DB, error) {
	if o.Wait <= 0 {
		o.Wait = 5 * time.Second
	}
	d := &DB{name: path, path: path, options: o, turn: make(chan struct{}, 1)}
	if err := d.locate(); err != nil {
		return nil, err
	}
	var err error
	if d.db, err = openFile(d.path, o); err != nil {
		return nil, refusal(path, err)
	}
	if err := d.prepare(); err != nil {
		d.db.Close()
		return nil, refusal(path, err)
	}
	os.Remove(d.path + compacting) // left by a crash
	leaveNote(d.path)
	return d, nil
}

// locate follows links to the file, so that renames hit what they mean, and
// makes the file where there is none.
func (d *DB) locate() error {
	info, err := os.Stat(d.path)
	switch {
	case errors.Is(err, os.ErrNotExist):
		if err := create(d.path); err != nil {
			return refusal(d.name, err)
		}
	case err != nil:
		return refusal(d.name, err)
	case info.IsDir():
		return fault.New(fault.Invalid, "%s is a folder; the store is a file.", d.name).WithTry("%s", filepath.Join(d.name, "thbot.db"))
	}
	real, err := filepath.EvalSymlinks(d.path)
	if err != nil {
		return refusal(d.name, err)
	}
	d.path = real
	return nil
}

// prepare sees that the file is a register, and adds kinds that it lacks.
func (d *DB) prepare() error {
	var lacks []store.Kind
	err := guarded(d.db, false, func(t *txn) error {
		if t.bucket(store.KindMeta) == nil {
			return errForeign
		}
		for _, k := range store.Kinds() {
			if t.bucket(k) == nil {
				lacks = append(lacks, k)
			}
		}
		return nil
	})
	if err != nil || len(lacks) == 0 {
		return err
	}
	return d.db.Update(func(tx *bbolt.Tx) error { return makeBuckets(tx, lacks) })
}

func makeBuckets(tx *bbolt.Tx, kinds []store.Kind) error {
	for _, k := range kinds {
		if _, err := tx.CreateBucketIfNotExists([]byte(k)); err != nil {
			return fmt.Errorf("make room for %s: %w", k, err)
		}
	}
	return nil
}

// Name implements store.Driver.
func (d *DB) Name() string { return "bolt:" + d.name }

// Close implements store.Driver. A second Close does nothing.
func (d *DB) Close() error {
	d.turn <- struct{}{}
	defer d.pass()
	d.mu.RLock()
	db := d.db
	d.mu.RUnlock()
	if db.Path() == "" {
		return nil
	}
	takeNote(d.path)
	return db.Close()
}

func (d *DB) pass() { <-d.turn }

// take waits for the writer's turn until ctx ends.
func (d *DB) take(ctx context.Context) error {
	if ctx.Err() != nil {
		return busy(ctx)
	}
	select {
	case d.turn <- struct{}{}:
		return nil
	case <-ctx.Done():
		return busy(ctx)
	}
}

func busy(ctx context.Context) error {
	f := fault.New(fault.Busy, "The register is busy, and nothing was saved. Please try again in a moment.")
	f.Err = context.Cause(ctx)
	return f
}

// pid is this process, for notes and refusals.
var pid = strconv.Itoa(os.Getpid())
