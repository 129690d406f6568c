package bolt_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"thbot/store"
	"thbot/store/bolt"
	"thbot/store/fault"
)

var ctx = context.Background()

const wait = 100 * time.Millisecond

func open(t *testing.T, path string) *bolt.DB {
	t.Helper()
	d, err := bolt.OpenWith(path, bolt.Options{Wait: wait})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	return d
}

func put(t *testing.T, d *bolt.DB, key, value string) {
	t.Helper()
	if err := write(d, key, value); err != nil {
		t.Fatal(err)
	}
}

func write(d *bolt.DB, key, value string) error {
	return d.Update(ctx, store.Journalled, func(tx store.Tx) error { return tx.Put(store.KindNote, key, []byte(value)) })
}

func get(t *testing.T, d *bolt.DB, key string) (value string) {
	t.Helper()
	err := d.View(ctx, func(tx store.Tx) error {
		b, err := tx.Get(store.KindNote, key)
		value = string(b)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return value
}

// wants fails unless err is a fault of the code that says all the words.
func wants(t *testing.T, err error, code fault.Code, words ...string) {
	t.Helper()
	if !fault.Is(err, code) {
		t.Fatalf("want a fault %s, got %v", code, err)
	}
	for _, w := range words {
		if !strings.Contains(err.Error(), w) {
			t.Errorf("%q does not say %q", err, w)
		}
	}
}

func TestHeldByThisProcess(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.db")
	d := open(t, path)
	_, err := bolt.OpenWith(path, bolt.Options{Wait: wait})
	wants(t, err, fault.Busy, path, fmt.Sprintf("process %d (", os.Getpid()))
	var held *bolt.Held
	if !errors.As(err, &held) || held.PID != os.Getpid() {
		t.Errorf("the cause is %v", err)
	}
	wants(t, bolt.Restore(ctx, backup(t, d), path), fault.Busy, "is held by process", "Stop it")
	d.Close()
	open(t, path)
}

// TestHelper is another process: it holds a store until its input ends.
func TestHelper(t *testing.T) {
	path := os.Getenv("THBOT_TEST_HOLD")
	if path == "" {
		return // nothing to do but as the other process of TestHeldByAnotherProcess
	}
	open(t, path)
	fmt.Println("held")
	os.Stdin.Read(make([]byte, 1))
}

func TestHeldByAnotherProcess(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.db")
	c := exec.Command(os.Args[0], "-test.run=^TestHelper$")
	c.Env = append(os.Environ(), "THBOT_TEST_HOLD="+path)
	in, _ := c.StdinPipe()
	out, _ := c.StdoutPipe()
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := out.Read(make([]byte, 4)); err != nil {
		t.Fatal(err)
	}
	_, err := bolt.OpenWith(path, bolt.Options{Wait: wait})
	wants(t, err, fault.Busy, fmt.Sprintf("process %d (%s)", c.Process.Pid, filepath.Base(os.Args[0])))
	c.Process.Kill()
	in.Close()
	c.Wait()
	open(t, path) // a crash leaves a note, but no lock
}

func TestFolders(t *testing.T) {
	dir := t.TempDir()
	_, err := bolt.Open(filepath.Join(dir, "none", "x.db"))
	wants(t, err, fault.NotFound, "There is no folder", "mkdir -p")
	_, err = bolt.Open(dir)
	wants(t, err, fault.Invalid, "is a folder")
	plain := filepath.Join(dir, "plain")
	os.WriteFile(plain, nil, 0o600)
	if _, err = bolt.Open(filepath.Join(plain, "x.db")); err == nil {
		t.Error("a file served as a folder")
	}
}

func TestTwoCreators(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.db")
	var wg sync.WaitGroup
	for i := range 4 {
		wg.Go(func() {
			d, err := bolt.OpenWith(path, bolt.Options{Wait: 10 * time.Second})
			if err != nil {
				t.Error(err)
				return
			}
			defer d.Close()
			if err := write(d, fmt.Sprint(i), "x"); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	d := open(t, path)
	for i := range 4 {
		if get(t, d, fmt.Sprint(i)) != "x" {
			t.Errorf("what creator %d wrote is lost", i)
		}
	}
	d.Close()
	files, _ := os.ReadDir(filepath.Dir(path))
	if len(files) != 1 {
		t.Errorf("left behind: %v", files)
	}
}

func TestSymlinkedStoreKeepsItsLink(t *testing.T) {
	dir := t.TempDir()
	os.Mkdir(filepath.Join(dir, "data"), 0o700)
	link := filepath.Join(dir, "x.db")
	open(t, filepath.Join(dir, "data", "x.db")).Close()
	os.Symlink(filepath.Join("data", "x.db"), link)
	d := open(t, link)
	put(t, d, "k", "v")
	if err := d.Compact(ctx); err != nil {
		t.Fatal(err)
	}
	d.Close()
	if info, _ := os.Lstat(link); info.Mode()&os.ModeSymlink == 0 {
		t.Error("the link became a file")
	}
	if get(t, open(t, filepath.Join(dir, "data", "x.db")), "k") != "v" {
		t.Error("the file behind the link is not the store")
	}
}

func TestBusy(t *testing.T) {
	d := open(t, filepath.Join(t.TempDir(), "x.db"))
	inside, leave := make(chan struct{}), make(chan struct{})
	done := make(chan error)
	go func() {
		done <- d.Update(ctx, store.Journalled, func(tx store.Tx) error { close(inside); <-leave; return nil })
	}()
	<-inside
	short, cancel := context.WithTimeout(ctx, 10*time.Millisecond)
	defer cancel()
	ran := false
	err := d.Update(short, store.Journalled, func(tx store.Tx) error { ran = true; return nil })
	wants(t, err, fault.Busy, "nothing was saved")
	close(leave)
	if err := <-done; err != nil || ran {
		t.Errorf("%v, ran %v", err, ran)
	}
	// A turn that came in time, but whose work outlasts the deadline.
	late, cancel := context.WithCancel(ctx)
	err = d.Update(late, store.Journalled, func(tx store.Tx) error {
		cancel()
		return tx.Put(store.KindNote, "late", []byte("1"))
	})
	wants(t, err, fault.Busy)
	if get(t, d, "late") != "" {
		t.Error("stored after its deadline")
	}
}

func TestPanicOfTheCallerGoesOn(t *testing.T) {
	d := open(t, filepath.Join(t.TempDir(), "x.db"))
	for name, f := range map[string]func(store.Tx) error{
		"own": func(store.Tx) error { panic("mine") },
		"nil": func(store.Tx) error { var p *int; *p = 1; return nil },
		"in a scan": func(tx store.Tx) error {
			tx.Put(store.KindNote, "1", []byte("1"))
			return tx.Scan(store.KindNote, "", "", func(string, []byte) (bool, error) { panic("mine") })
		},
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: swallowed", name)
				}
			}()
			d.Update(ctx, store.Journalled, f)
		}()
	}
	put(t, d, "k", "v") // the turn was given back
	if get(t, d, "1") != "" {
		t.Error("a panic stored something")
	}
}

func TestFullBySize(t *testing.T) {
	d, err := bolt.OpenWith(filepath.Join(t.TempDir(), "x.db"), bolt.Options{MaxSize: 2 << 20})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	fillUp(t, d)
}

// fillUp writes until there is no room and holds what the driver promises
// then: a clear fault, everything before is there, reads go on.
func fillUp(t *testing.T, d *bolt.DB) {
	t.Helper()
	value := strings.Repeat("x", 50_000)
	n := 0
	var err error
	for ; n < 1000 && err == nil; n++ {
		err = write(d, fmt.Sprintf("%06d", n), value)
	}
	wants(t, err, fault.Full, "disk is full", "nothing was saved")
	for i := range n - 1 {
		if get(t, d, fmt.Sprintf("%06d", i)) != value {
			t.Fatalf("value %d is lost", i)
		}
	}
	if get(t, d, fmt.Sprintf("%06d", n-1)) != "" {
		t.Error("what was refused is there")
	}
	wants(t, write(d, "more", value), fault.Full)
}

func backup(t *testing.T, d *bolt.DB) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "backup.db")
	if err := d.Backup(ctx, path); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestBackupAndRestore(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "x.db")
	d := open(t, path)
	put(t, d, "k", "before")
	put(t, d, "gone", "SECRETSECRET")
	d.Update(ctx, store.Journalled, func(tx store.Tx) error { return tx.Delete(store.KindNote, "gone") })
	copied := backup(t, d)
	if b, _ := os.ReadFile(copied); bytes.Contains(b, []byte("SECRETSECRET")) {
		t.Error("the backup holds what was deleted")
	}
	put(t, d, "k", "after")
	wants(t, d.Backup(ctx, path), fault.Invalid, "the store itself")
	wants(t, d.Backup(ctx, filepath.Join(dir, "none", "b.db")), fault.NotFound, "no folder")
	ended, cancel := context.WithCancel(ctx)
	cancel()
	if err := d.Backup(ended, filepath.Join(dir, "b.db")); !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled backup: %v", err)
	}
	d.Close()
	if err := bolt.Restore(ctx, copied, path); err != nil {
		t.Fatal(err)
	}
	if got := get(t, open(t, path), "k"); got != "before" {
		t.Errorf("restored %q", got)
	}
	fresh := filepath.Join(dir, "new.db")
	if err := bolt.Restore(ctx, copied, fresh); err != nil {
		t.Fatal(err)
	}
	wants(t, bolt.Restore(ctx, filepath.Join(dir, "no.db"), fresh), fault.NotFound)
	wants(t, bolt.Restore(ctx, fresh, fresh), fault.Invalid)
	os.WriteFile(path+"2", []byte("rubbish"), 0o600)
	wants(t, bolt.Restore(ctx, path+"2", fresh), fault.Damaged, path+"2")
	if err := bolt.Restore(ctx, copied, path+"2"); err != nil { // over a damaged store
		t.Fatal(err)
	}
	open(t, path+"2")
}

func TestBackupBesideALongReadAndAWriter(t *testing.T) {
	d := open(t, filepath.Join(t.TempDir(), "x.db"))
	put(t, d, "k", "v")
	err := d.View(ctx, func(tx store.Tx) error {
		for i := range 200 { // the file grows while a reader stays
			put(t, d, fmt.Sprintf("%06d", i), strings.Repeat("x", 50_000))
		}
		b, err := tx.Get(store.KindNote, "000001")
		if b != nil {
			t.Error("a reader sees what came later")
		}
		return errors.Join(err, d.Backup(ctx, filepath.Join(t.TempDir(), "b.db")))
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestCompact(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.db")
	d := open(t, path)
	put(t, d, "k", "v")
	put(t, d, "gone", strings.Repeat("SECRET", 100_000))
	d.Update(ctx, store.Journalled, func(tx store.Tx) error { return tx.Delete(store.KindNote, "gone") })
	before, _ := os.ReadFile(path)
	if !bytes.Contains(before, []byte("SECRET")) {
		t.Fatal("the test proves nothing: the bytes went by themselves")
	}
	reading, leave, done := make(chan struct{}), make(chan struct{}), make(chan error)
	go func() {
		done <- d.View(ctx, func(tx store.Tx) error {
			close(reading)
			<-leave
			b, err := tx.Get(store.KindNote, "k")
			if string(b) != "v" {
				t.Errorf("a reader of the old file sees %q", b)
			}
			return err
		})
	}()
	<-reading
	compacted := make(chan error)
	go func() { compacted <- d.Compact(ctx) }()
	for { // a writer gets through while the old reader still reads
		put(t, d, "k2", "v2")
		if now, _ := os.ReadFile(path); !bytes.Contains(now, []byte("SECRET")) {
			break
		}
	}
	close(leave)
	if err := errors.Join(<-done, <-compacted); err != nil {
		t.Fatal(err)
	}
	if _, err := bolt.OpenWith(path, bolt.Options{Wait: wait}); !fault.Is(err, fault.Busy) {
		t.Errorf("after a compaction the file is free for others: %v", err)
	}
	put(t, d, "k3", "v3")
	d.Close()
	again := open(t, path)
	for key, value := range map[string]string{"k": "v", "k2": "v2", "k3": "v3", "gone": ""} {
		if got := get(t, again, key); got != value {
			t.Errorf("%s is %.10q", key, got)
		}
	}
}

func TestClosed(t *testing.T) {
	d := open(t, filepath.Join(t.TempDir(), "x.db"))
	if err := errors.Join(d.Close(), d.Close()); err != nil {
		t.Fatal(err)
	}
	if err := write(d, "k", "v"); err == nil {
		t.Error("a closed store takes writes")
	}
	if err := d.View(ctx, func(store.Tx) error { return nil }); err == nil {
		t.Error("a closed store gives reads")
	}
}
