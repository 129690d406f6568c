package bolt_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"thbot/store"
	"thbot/store/bolt"
	"thbot/store/fault"
)

// filled makes a store of some hundred pages and gives its bytes.
func filled(t *testing.T) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), "x.db")
	d := open(t, path)
	err := d.Update(ctx, store.Journalled, func(tx store.Tx) error {
		for i := range 3000 {
			if err := tx.Put(store.KindNote, fmt.Sprintf("%06d", i), bytes.Repeat([]byte("x"), 300)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	d.Close()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestDamagedFiles(t *testing.T) {
	whole := filled(t)
	for name, b := range map[string][]byte{
		"empty":          {},
		"one byte":       {1},
		"text":           []byte(strings.Repeat("this is no store\n", 5000)),
		"zeroes":         make([]byte, 1<<16),
		"half":           whole[:len(whole)/2],
		"two pages":      whole[:8192],
		"one page":       whole[:4096],
		"100 bytes":      whole[:100],
		"cut in a page":  whole[:40960+17],
		"one page short": whole[:5*4096],
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "x.db")
			os.WriteFile(path, b, 0o600)
			_, err := bolt.OpenWith(path, bolt.Options{Wait: wait})
			wants(t, err, fault.Damaged, path, "Nothing was changed", "thbot restore")
			if now, _ := os.ReadFile(path); !bytes.Equal(now, b) {
				t.Error("the file was changed")
			}
		})
	}
}

// TestDamagedPages overwrites pages one after the other, and holds that
// opening and reading end with an answer: whole, or a fault.
func TestDamagedPages(t *testing.T) {
	whole := filled(t)
	for _, fill := range []byte{0, 0xff, 0x5a} {
		for page := 2; page < len(whole)/4096; page += 7 {
			b := bytes.Clone(whole)
			for i := range 4096 {
				b[page*4096+i] = fill
			}
			survive(t, b)
		}
	}
}

func survive(t *testing.T, b []byte) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "x.db")
	os.WriteFile(path, b, 0o600)
	d, err := bolt.OpenWith(path, bolt.Options{Wait: wait})
	if err != nil {
		wants(t, err, fault.Damaged, path)
		return
	}
	defer d.Close()
	err = d.View(ctx, func(tx store.Tx) error {
		for _, k := range store.Kinds() {
			if err := tx.Scan(k, "", "", func(_ string, v []byte) (bool, error) { bytes.Count(v, v); return true, nil }); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		wants(t, err, fault.Damaged, path)
	}
}

func TestForeignDatabase(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.db")
	makeForeign(t, path)
	_, err := bolt.OpenWith(path, bolt.Options{Wait: wait})
	wants(t, err, fault.Damaged, "database of something else")
	target := filepath.Join(t.TempDir(), "y.db")
	d := open(t, target)
	put(t, d, "k", "v")
	d.Close()
	wants(t, bolt.Restore(ctx, path, target), fault.Damaged, path)
	if get(t, open(t, target), "k") != "v" {
		t.Error("the store was lost to a wrong backup")
	}
}
