package bolt

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"syscall"
	"time"

	bbolt "go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"

	"thbot/store"
	"thbot/store/fault"
)

// addressSpace is what is mapped from the start; no memory is used for it.
const addressSpace = min(4<<30, int(^uint(0)>>1)/4)

var (
	errEmpty     = errors.New("the file is empty")
	errTruncated = errors.New("its end is missing")
	errForeign   = errors.New("it is a database of something else")
	errMoved     = errors.New("the file was replaced while it was opened")
)

func bboltOptions(o Options) *bbolt.Options {
	return &bbolt.Options{
		Timeout: max(o.Wait, 100*time.Millisecond), FreelistType: bbolt.FreelistMapType,
		InitialMmapSize: addressSpace, MaxSize: o.MaxSize, NoStatistics: true,
	}
}

// create makes a new file at path, complete before it has its name. Of two
// processes that do this at once the second one keeps the first one's.
func create(path string) error {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".new-*")
	if err != nil {
		return err
	}
	temp := f.Name()
	f.Close()
	defer os.Remove(temp)
	db, err := newFile(temp)
	if err != nil {
		return err
	}
	if err := db.Close(); err != nil {
		return err
	}
	err = os.Link(temp, path)
	if err != nil && !errors.Is(err, os.ErrExist) {
		err = os.Rename(temp, path) // a file system without links
	} else {
		err = nil
	}
	if err != nil {
		return err
	}
	return syncFolder(path)
}

// newFile makes an empty store under the name, which may be an empty file.
func newFile(path string) (*bbolt.DB, error) {
	db, err := bbolt.Open(path, 0o600, bboltOptions(Options{}))
	if err != nil {
		return nil, err
	}
	db.AllocSize = 1 << 20
	if err := db.Update(func(tx *bbolt.Tx) error { return makeBuckets(tx, store.Kinds()) }); err != nil {
		db.Close()
		return nil, err
	}
	return db, nil
}

func syncFolder(path string) error {
	dir, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	defer dir.Close()
	if err := dir.Sync(); err != nil && !errors.Is(err, syscall.EINVAL) { // EINVAL: a file system that cannot
		return err
	}
	return nil
}

// openFile takes the lock and opens the file, after a look at it that cannot
// hurt. A compaction or a restore elsewhere may replace the file while this
// process waits for the lock of the old one; then it begins again.
func openFile(path string, o Options) (*bbolt.DB, error) {
	for range 10 {
		if err := inspect(path, o); err != nil {
			return nil, err
		}
		db, err := openLocked(path, o)
		if !errors.Is(err, errMoved) {
			return db, err
		}
	}
	return nil, errMoved
}

func openLocked(path string, o Options) (db *bbolt.DB, err error) {
	var file *os.File
	options := bboltOptions(o)
	options.OpenFile = func(name string, flag int, mode os.FileMode) (*os.File, error) {
		f, err := os.OpenFile(name, flag&^os.O_CREATE, mode)
		file = f
		return f, err
	}
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if recover() != nil { // bbolt met pages that cannot be
			file.Close()
			db, err = nil, errPages
		}
	}()
	if db, err = bbolt.Open(path, 0o600, options); err != nil {
		return nil, err
	}
	db.AllocSize = 1 << 20
	held, err := file.Stat()
	if err != nil {
		db.Close()
		return nil, err
	}
	if there, err := os.Stat(path); err != nil || !os.SameFile(there, held) {
		db.Close()
		return nil, errMoved
	}
	return db, nil
}

// inspect refuses a file that is empty, no bbolt file, or shorter than it says
// of itself: bbolt would map what is not there, and die reading it.
func inspect(path string, o Options) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	if info.Size() == 0 {
		return errEmpty
	}
	db, err := openToRead(path, o)
	if err != nil {
		return err
	}
	defer db.Close()
	return db.View(func(tx *bbolt.Tx) error {
		if info, err = os.Stat(path); err == nil && info.Size() < tx.Size() {
			return errTruncated
		}
		return err
	})
}

// openToRead opens the file under a shared lock and touches only its first two
// pages.
func openToRead(path string, o Options) (*bbolt.DB, error) {
	options := bboltOptions(o)
	options.ReadOnly, options.InitialMmapSize, options.MaxSize = true, 0, 0
	return bbolt.Open(path, 0o600, options)
}

// refusal says why the file cannot be opened.
func refusal(path string, err error) error {
	var f *fault.Error
	folder := filepath.Dir(path)
	switch {
	case fault.As(err) != nil:
		return err
	case errors.Is(err, berrors.ErrTimeout):
		f = heldBy(path)
	case errors.Is(err, os.ErrNotExist):
		f = fault.New(fault.NotFound, "There is no folder %s, so there can be no store in it.", folder).WithTry("mkdir -p %s", folder)
	case errors.Is(err, os.ErrPermission), errors.Is(err, syscall.EROFS):
		f = fault.New(fault.Forbidden, "The store %s cannot be opened: this user may not write to it or to its folder.", path)
	case isFull(err):
		f = fault.New(fault.Full, "The disk is full, so the store %s cannot be opened.", path)
	case isDamage(err):
		f = fault.New(fault.Damaged, "%s is no whole thbot store: %s. Nothing was changed. Restore a backup, or move the file away to begin a new register.", path, damageWords(err)).
			WithTry("thbot restore BACKUP --db %s", path)
	default:
		return fmt.Errorf("open %s: %w", path, err)
	}
	if f.Err == nil {
		f.Err = err
	}
	return f
}

func isDamage(err error) bool {
	if err == nil {
		return false
	}
	for _, e := range []error{
		errEmpty, errTruncated, errForeign, errPages,
		berrors.ErrInvalid, berrors.ErrVersionMismatch, berrors.ErrChecksum,
	} {
		if errors.Is(err, e) {
			return true
		}
	}
	return strings.Contains(err.Error(), "file size too small") // bbolt has no name for it
}

func damageWords(err error) string {
	switch {
	case errors.Is(err, berrors.ErrInvalid):
		return "it is not a bbolt file"
	case errors.Is(err, berrors.ErrVersionMismatch):
		return "it was written by another version of bbolt"
	case errors.Is(err, berrors.ErrChecksum):
		return "the checksums of its first pages are wrong"
	case errors.Is(err, errEmpty), errors.Is(err, errForeign), errors.Is(err, errPages):
		return err.Error()
	}
	return errTruncated.Error()
}

// isFull tells whether there was no room. bbolt keeps only the words of some
// of the system's errors.
func isFull(err error) bool {
	for _, e := range []error{syscall.ENOSPC, syscall.EDQUOT, syscall.EFBIG, berrors.ErrMaxSizeReached} {
		if errors.Is(err, e) || strings.Contains(err.Error(), e.Error()) {
			return true
		}
	}
	return false
}
