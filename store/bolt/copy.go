package bolt

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	bbolt "go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"

	"thbot/store"
	"thbot/store/fault"
)

// compacting is what a compaction's new file is called until it is whole.
const compacting = ".compact"

// batch is how much one transaction of a copy holds in memory, in bytes.
const batch = 8 << 20

// Backup implements store.Driver. The copy is built key by key, so that it
// holds nothing of what was deleted, and is read back before it has its name.
// A file that is there already is replaced by a whole one, or not at all.
func (d *DB) Backup(ctx context.Context, path string) error {
	if there, err := os.Stat(path); err == nil {
		if own, err := os.Stat(d.path); err == nil && os.SameFile(there, own) {
			return fault.New(fault.Invalid, "%s is the store itself; a backup is another file.", path).WithTry("thbot backup thbot-backup.db")
		}
		if there.IsDir() {
			return fault.New(fault.Invalid, "%s is a folder; a backup is a file.", path).WithTry("thbot backup %s", filepath.Join(path, "thbot-backup.db"))
		}
	}
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return backupFailed(path, err)
	}
	f.Close()
	defer os.Remove(f.Name())
	tx, err := d.begin(false)
	if err != nil {
		return err
	}
	keys, err := copyTo(ctx, tx, f.Name())
	if err == nil {
		err = readBack(f.Name(), keys)
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err == nil {
		err = syncFolder(path)
	}
	return backupFailed(path, d.told(err))
}

func backupFailed(path string, err error) error {
	switch {
	case err == nil, fault.As(err) != nil, errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return err
	case isFull(err):
		f := fault.New(fault.Full, "There is no room for a backup at %s. The store is as it was.", path)
		f.Err = err
		return f
	case errors.Is(err, os.ErrNotExist):
		return fault.New(fault.NotFound, "There is no folder %s for the backup.", filepath.Dir(path))
	case errors.Is(err, os.ErrPermission):
		return fault.New(fault.Forbidden, "This user may not write the backup %s.", path)
	}
	return fmt.Errorf("back up to %s: %w", path, err)
}

// copyTo copies what the transaction sees into the file, which is made or
// replaced, syncs it, and ends the transaction. It gives the number of keys.
func copyTo(ctx context.Context, tx *bbolt.Tx, path string) (keys int, err error) {
	db, keys, err := copyOpen(ctx, tx, path)
	if err != nil {
		return 0, err
	}
	return keys, db.Close()
}

// copyOpen is as copyTo and leaves the new file open and locked.
func copyOpen(ctx context.Context, from *bbolt.Tx, path string) (*bbolt.DB, int, error) {
	var db *bbolt.DB
	keys := 0
	err := run(from, func(t *txn) (err error) {
		if db, err = newFile(path); err != nil {
			return err
		}
		db.NoSync = true // one sync at the end
		t.inside = true
		keys, err = copyBuckets(ctx, t.tx, db)
		t.inside = false
		return err
	})
	if db == nil {
		return nil, 0, err
	}
	db.NoSync = false
	if err == nil {
		err = db.Sync()
	}
	if err != nil {
		db.Close()
		os.Remove(path)
		return nil, 0, err
	}
	return db, keys, nil
}

func copyBuckets(ctx context.Context, from *bbolt.Tx, to *bbolt.DB) (keys int, err error) {
	err = from.ForEach(func(name []byte, b *bbolt.Bucket) error {
		if b == nil {
			return errForeign
		}
		c := b.Cursor()
		for k, v := c.First(); k != nil; {
			if err := ctx.Err(); err != nil {
				return err
			}
			err := to.Update(func(tx *bbolt.Tx) error {
				into, err := tx.CreateBucketIfNotExists(name)
				if err != nil {
					return err
				}
				into.FillPercent = 0.9
				for size := 0; k != nil && size < batch; k, v = c.Next() {
					if v == nil {
						return errForeign // a bucket within a bucket
					}
					size += len(k) + len(v)
					keys++
					if err := into.Put(k, v); err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	return keys, err
}

// readBack opens a copy, reads every key, and has bbolt check its pages.
func readBack(path string, keys int) error {
	db, err := openToRead(path, Options{Wait: time.Second})
	if err != nil {
		return err
	}
	defer db.Close()
	return guarded(db, false, func(t *txn) error {
		found := 0
		for _, k := range store.Kinds() {
			if err := t.Scan(k, "", "", func(string, []byte) (bool, error) { found++; return true, nil }); err != nil {
				return err
			}
		}
		if found != keys {
			return fmt.Errorf("the copy has %d keys of %d", found, keys)
		}
		var first error
		for err := range t.tx.Check() {
			first = errors.Join(first, err)
		}
		return first
	})
}

// Compact implements store.Driver. The new file is locked before it takes the
// old one's place, so that the register is never free for another process.
// Readers of the old file finish on it, and Compact returns after the last of
// them; it must not be called within a transaction.
func (d *DB) Compact(ctx context.Context) error {
	old, err := d.swap(ctx)
	if old != nil {
		err = errors.Join(err, old.Close())
	}
	return d.compactFailed(err)
}

// swap rewrites the file and gives the old one, still open.
func (d *DB) swap(ctx context.Context) (old *bbolt.DB, err error) {
	if err := d.take(ctx); err != nil {
		return nil, err
	}
	defer d.pass()
	if d.broken != nil {
		return nil, d.broken
	}
	tx, err := d.begin(false)
	if err != nil {
		return nil, err
	}
	os.Remove(d.path + compacting)
	fresh, _, err := copyOpen(ctx, tx, d.path+compacting)
	if err != nil {
		return nil, err
	}
	fresh.MaxSize = d.options.MaxSize
	if err := os.Rename(d.path+compacting, d.path); err != nil {
		fresh.Close()
		os.Remove(d.path + compacting)
		return nil, err
	}
	d.mu.Lock()
	old, d.db = d.db, fresh
	d.mu.Unlock()
	return old, syncFolder(d.path)
}

func (d *DB) compactFailed(err error) error {
	if err == nil || fault.As(err) != nil {
		return err
	}
	if isFull(err) {
		f := fault.New(fault.Full, "There is no room to rewrite the store without what was erased. It needs as much again as the store has.")
		f.Err = err
		return f
	}
	return d.told(fmt.Errorf("compact %s: %w", d.name, err))
}

// Restore replaces the store at path by a copy of the backup. It refuses while
// any process holds the store. The store is left as it is until the copy is
// whole and synced under another name; then it is replaced in one step.
func Restore(ctx context.Context, backup, path string) error {
	if b, err := os.Stat(backup); err != nil {
		return fault.New(fault.NotFound, "There is no backup %s that could be read.", backup)
	} else if s, err := os.Stat(path); err == nil && os.SameFile(b, s) {
		return fault.New(fault.Invalid, "%s is the store itself, so there is nothing to restore.", backup)
	}
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real
	}
	release, err := reserve(path)
	if err != nil {
		return err
	}
	defer release()
	from, err := openBackup(backup)
	if err != nil {
		return badBackup(backup, err)
	}
	defer from.Close()
	tx, err := from.Begin(false)
	if err != nil {
		return err
	}
	temp := path + ".restore"
	os.Remove(temp)
	defer os.Remove(temp)
	if _, err := copyTo(ctx, tx, temp); isDamage(err) {
		return badBackup(backup, err)
	} else if err != nil {
		return refusal(path, err)
	}
	if err := os.Rename(temp, path); err != nil {
		return refusal(path, err)
	}
	return syncFolder(path)
}

// badBackup says why a backup cannot be restored. What mends a store, a backup
// in its place, is no way out here.
func badBackup(backup string, err error) error {
	if isDamage(err) {
		f := fault.New(fault.Damaged, "%s is no whole thbot store: %s. Nothing was restored, and the store is as it was.", backup, damageWords(err))
		f.Err = err
		return f
	}
	return refusal(backup, err)
}

// openBackup opens a backup to read it, and sees that it is a register.
func openBackup(path string) (*bbolt.DB, error) {
	o := Options{Wait: time.Second}
	if err := inspect(path, o); err != nil {
		return nil, err
	}
	db, err := openToRead(path, o)
	if err != nil {
		return nil, err
	}
	err = guarded(db, false, func(t *txn) error {
		if t.bucket(store.KindMeta) == nil {
			return errForeign
		}
		return nil
	})
	if err != nil {
		db.Close()
		return nil, err
	}
	return db, nil
}

// reserve keeps every other process from opening the store at path, damaged
// as it may be, until release.
func reserve(path string) (release func(), err error) {
	info, err := os.Stat(path)
	if errors.Is(err, os.ErrNotExist) || err == nil && info.Size() == 0 {
		return func() {}, nil
	}
	db, err := openToRead(path, Options{Wait: time.Second})
	switch {
	case errors.Is(err, berrors.ErrTimeout):
		f := heldBy(path)
		f.What += " Stop it, then restore."
		return nil, f
	case err != nil:
		return func() {}, nil // damaged: nobody can open it
	}
	return func() { db.Close() }, nil
}
