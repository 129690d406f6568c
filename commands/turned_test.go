package commands_test

import (
	"testing"

	"thbot/store"
)

// TestTurnedWords holds that an id before its command, a word on an overlap
// without one, and the command's own name typed twice are understood, and that
// nothing is done before the caller says so.
func TestTurnedWords(t *testing.T) {
	d := pair(t)
	d.reads(d.must("cepol", "/thb overlap O1"), "A1", "A2")
	d.fails("cepol", "A2 update Room found, and a trainer", "/thb update A2 Room found, and a trainer")
	d.fails("cepol", "dismiss O1", "/thb overlap O1 dismiss")
	d.fails("cepol", "O1 dismiss they start in May", "/thb overlap O1 dismiss they start in May", "Nothing was done")
	if o := d.overlap(1); len(o.Words) != 0 {
		t.Fatalf("noted unasked: %+v", o)
	}
	d.press("cepol", "Yes, that")
	if o := d.overlap(1); o.State != store.StateDismissed || o.Words[0].Reason != "they start in May" {
		t.Fatalf("%+v", o)
	}
	d.fails("cepol", "dismiss the old plan", "Record this, check it")
}
