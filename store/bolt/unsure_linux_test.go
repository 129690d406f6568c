package bolt

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	berrors "go.etcd.io/bbolt/errors"

	"thbot/store"
	"thbot/store/fault"
)

// TestUnsure takes the file away from under bbolt, as a disk that fails does.
func TestUnsure(t *testing.T) {
	ctx := context.Background()
	path := filepath.Join(t.TempDir(), "x.db")
	d, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	put := func() error {
		return d.Update(ctx, store.Journalled, func(tx store.Tx) error { return tx.Put(store.KindNote, "k", []byte("v")) })
	}
	descriptor := findDescriptor(t, path)
	null, err := os.Open(os.DevNull) // open for reading only: every write fails
	if err != nil {
		t.Fatal(err)
	}
	if err := syscall.Dup3(int(null.Fd()), descriptor, 0); err != nil {
		t.Fatal(err)
	}
	if err := put(); !fault.Is(err, fault.Unsure) || fault.As(err).Err == nil {
		t.Errorf("a failing disk: %v", err)
	}
	called := false
	err = d.Update(ctx, store.Journalled, func(store.Tx) error { called = true; return nil })
	if !fault.Is(err, fault.Unsure) || called {
		t.Errorf("after it: %v, called %v", err, called)
	}
	if err := d.View(ctx, func(tx store.Tx) error { _, err := tx.Get(store.KindNote, "k"); return err }); err != nil {
		t.Errorf("reads: %v", err)
	}
	d.Close()
}

// findDescriptor gives the process's own descriptor of the file.
func findDescriptor(t *testing.T, path string) int {
	t.Helper()
	want, _ := os.Stat(path)
	for fd := 3; fd < 1000; fd++ {
		if got, err := os.Stat(fmt.Sprintf("/proc/self/fd/%d", fd)); err == nil && os.SameFile(got, want) {
			return fd
		}
	}
	t.Fatal("the file is not open")
	return 0
}

func TestErrorsOfTheSystem(t *testing.T) {
	for err, code := range map[error]fault.Code{
		&os.PathError{Op: "open", Path: "x", Err: syscall.EACCES}: fault.Forbidden,
		&os.PathError{Op: "open", Path: "x", Err: syscall.EROFS}:  fault.Forbidden,
		&os.PathError{Op: "open", Path: "x", Err: syscall.ENOENT}: fault.NotFound,
		&os.PathError{Op: "open", Path: "x", Err: syscall.ENOSPC}: fault.Full,
		fmt.Errorf("file sync error: %s", syscall.ENOSPC):         fault.Full,
		fmt.Errorf("x: %w", syscall.EDQUOT):                       fault.Full,
		berrors.ErrTimeout:                                        fault.Busy,
		berrors.ErrChecksum:                                       fault.Damaged,
		berrors.ErrVersionMismatch:                                fault.Damaged,
	} {
		if got := refusal("x.db", err); !fault.Is(got, code) {
			t.Errorf("%v became %v, not %s", err, got, code)
		}
	}
	odd := errors.New("odd")
	if got := refusal("x.db", odd); fault.As(got) != nil || !errors.Is(got, odd) {
		t.Errorf("what nobody knows became %v", got)
	}
}
