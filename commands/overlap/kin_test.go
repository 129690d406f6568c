package overlap

import (
	"encoding/binary"
	"os"
	"sync"
	"testing"
)

func TestKin(t *testing.T) {
	e := builtin()
	for word, want := range map[string]string{
		"hostel": "housing-conditions", // near to one
		"the":    "",                   // near to none
	} {
		row := e.vectors.Row(word)
		if row < 0 {
			t.Fatalf("no vector for %q", word)
		}
		got := ""
		if n := e.kin.of(row); n.weight > 0 {
			got = e.lexicon.Concepts()[n.concept].ID
		}
		if got != want {
			t.Errorf("%q is kin to %q, not %q", word, got, want)
		}
	}
}

// TestKinAlike holds that what is kept is what was found, whoever asks first.
func TestKinAlike(t *testing.T) {
	e := builtin()
	k := newKin(e.lexicon, e.concepts, e.vectors)
	var asked sync.WaitGroup
	for range 4 {
		asked.Go(func() {
			for row := range int32(300) {
				if got, want := k.of(row), unpack(pack(k.find(row))); got != want {
					t.Errorf("row %d: %v, not %v", row, got, want)
				}
			}
		})
	}
	asked.Wait()
}

// TestKinTable holds that the table says what the phrases do. A few rows may
// differ where a processor rounds otherwise than the one that made it.
func TestKinTable(t *testing.T) {
	e := builtin()
	k := newKin(e.lexicon, e.concepts, e.vectors)
	made := make([]byte, 0, len(kinTable))
	for row := range int32(e.vectors.Len()) {
		made = binary.LittleEndian.AppendUint32(made, pack(k.find(row)))
	}
	if *update {
		if err := os.WriteFile("data/kin.bin", made, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if len(made) != len(kinTable) {
		t.Fatalf("the table has %d rows, the vectors %d", len(kinTable)/4, len(made)/4)
	}
	other := 0
	for at := 0; at < len(made); at += 4 {
		if string(made[at:at+4]) != string(kinTable[at:at+4]) {
			other++
		}
	}
	if other > 5 {
		t.Errorf("%d of %d words are kin to other subjects than the table says: go test ./commands/overlap -run 'TestKinTable$' -update", other, len(made)/4)
	}
}
