package overlap

import (
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
	e, err := New(Options{})
	if err != nil {
		t.Fatal(err)
	}
	var asked sync.WaitGroup
	for range 4 {
		asked.Go(func() {
			for row := range int32(300) {
				if got, want := e.kin.of(row), unpack(pack(e.kin.find(row))); got != want {
					t.Errorf("row %d: %v, not %v", row, got, want)
				}
			}
		})
	}
	asked.Wait()
}
