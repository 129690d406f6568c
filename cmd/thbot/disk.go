package main

import (
	"context"
	"errors"
	"hash/maphash"
	"io"
	"os"
	"path/filepath"

	"thbot/cmd/thbot/control"
	"thbot/store/fault"
)

// disk is the files of the machine that the command was typed on.
type disk struct {
	store string // the path of the store's file, which nothing else may take; empty: none
}

var _ control.Files = disk{}

// Open implements control.Files.
func (d disk) Open(path string) (io.ReadCloser, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fault.New(fault.NotFound, "%s cannot be read: %s.", path, fault.Reason(err))
	}
	return f, nil
}

// Create implements control.Files: a whole file or none, under another name
// first, synced, read back, then renamed.
func (d disk) Create(path string) (control.File, error) {
	if samePath(path, d.store) {
		return nil, fault.New(fault.Invalid, "%s is the store itself, and no other file takes its place.", path)
	}
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return nil, fault.New(fault.Invalid, "%s cannot be written: %s.", path, fault.Reason(err))
	}
	w := &newFile{file: f, path: path}
	w.sum.SetSeed(seed)
	return w, nil
}

// samePath tells whether two paths name one file.
func samePath(a, b string) bool {
	x, errX := os.Stat(a)
	y, errY := os.Stat(b)
	return errX == nil && errY == nil && os.SameFile(x, y)
}

// seed is of the sums by which a written file is compared with what was meant.
var seed = maphash.MakeSeed()

// newFile is a file that does not have its name yet.
type newFile struct {
	file *os.File
	path string
	sum  maphash.Hash
	done bool
}

func (f *newFile) Write(b []byte) (int, error) {
	n, err := f.file.Write(b)
	f.sum.Write(b[:n])
	if err != nil {
		return n, f.failed(err)
	}
	return n, nil
}

func (f *newFile) failed(err error) error {
	return fault.New(fault.Invalid, "%s cannot be written: %s.", f.path, fault.Reason(err))
}

var errDiffers = errors.New("what the disk gives back is not what was written")

// Commit reads the file back and gives it its name.
func (f *newFile) Commit() error {
	defer f.Discard()
	err := f.file.Sync()
	if err == nil {
		err = f.readBack()
	}
	if cerr := f.file.Close(); err == nil {
		err = cerr
	}
	if err == nil {
		err = os.Rename(f.file.Name(), f.path)
	}
	if err != nil {
		return f.failed(err)
	}
	f.done = true
	return nil
}

func (f *newFile) readBack() error {
	if _, err := f.file.Seek(0, io.SeekStart); err != nil {
		return err
	}
	var found maphash.Hash
	found.SetSeed(seed)
	if _, err := io.Copy(&found, f.file); err != nil {
		return err
	}
	if found.Sum64() != f.sum.Sum64() {
		return errDiffers
	}
	return nil
}

// Discard leaves no file, unless it has its name.
func (f *newFile) Discard() {
	if !f.done {
		f.file.Close()
		os.Remove(f.file.Name())
	}
}

// write writes a whole file or none.
func (p *program) write(path string, fill func(io.Writer) error) error {
	f, err := p.files.Create(path)
	if err != nil {
		return err
	}
	if err := fill(f); err != nil {
		f.Discard()
		return err
	}
	return f.Commit()
}

// backupToCaller backs up beside the store, where the copy is read back, and
// then gives it to the caller, who may be where this process cannot write.
func (p *program) backupToCaller(ctx context.Context, path string) error {
	folder, err := os.MkdirTemp(p.storeFolder(), ".thbot-backup-*")
	if err != nil {
		return fault.New(fault.Full, "There is no room for a backup beside the store: %s.", fault.Reason(err))
	}
	defer os.RemoveAll(folder)
	copied := filepath.Join(folder, "backup.db")
	if err := p.held.store.Backup(ctx, copied); err != nil {
		return err
	}
	from, err := os.Open(copied)
	if err != nil {
		return err
	}
	defer from.Close()
	return p.write(path, func(f io.Writer) error {
		_, err := io.Copy(f, from)
		return err
	})
}
