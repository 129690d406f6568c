package commands_test

import (
	"strings"
	"testing"

	"thbot/store"
)

// toldOfTwo has one message to Eurofound about two pairs with an activity of CEPOL.
func toldOfTwo(t *testing.T) *desk {
	t.Helper()
	d := open(t)
	d.must("eurofound", "record "+courseOfEurofound)
	d.must("eurofound", "record Second "+courseOfEurofound)
	d.now = at(t, "2026-11-24 10:05")
	d.must("cepol", "record "+courseOfCEPOL)
	d.due(at(t, "2026-11-24 11:00"))
	return d
}

// TestUndoStaysOnThePressedMessage holds that a message whose button was
// pressed, and which the outbox edits after that, can be undone from for an
// hour, and offers what else it asked all the time.
func TestUndoStaysOnThePressedMessage(t *testing.T) {
	d := toldOfTwo(t)

	c := d.conversation()
	c.presses("eurofound", "We will coordinate (O1)")
	c.until("2026-11-24 11:01", "eurofound")
	c.presses("eurofound", "Remind me in a week (O2)")
	c.until("2026-11-24 11:02", "eurofound")
	c.presses("eurofound", "Undo (O1)")
	if o := d.overlap(1); o.State != store.StateOpen || len(o.Words) != 0 {
		t.Fatalf("not taken back: %+v", o)
	}
	c.until("2026-11-24 11:03", "eurofound")
	c.presses("eurofound", "Not a duplicate (O1)")
	c.until("2026-11-24 13:00", "eurofound")
	golden(t, "undorow", steady(c.b.String()))
	if left := strings.Contains(plain(d.shown["eurofound"]), "[Undo"); left {
		t.Error("the button stays when its hour is over")
	}
}

// TestOthersStayPressable holds that a press that comes too late for one pair of
// a message leaves the others in it, with their buttons, and is answered beside
// it.
func TestOthersStayPressable(t *testing.T) {
	d := toldOfTwo(t)
	asPressed := d.shown["eurofound"]
	d.must("cepol", "overlap O1 coordinate")
	d.due(at(t, "2026-11-24 11:05"))

	d.shown["eurofound"] = asPressed // what the reader's screen still shows
	r := d.press("eurofound", "Not a duplicate (O1)")
	d.reads(r, "Something has changed since that message, so I noted nothing", "[Not a duplicate]")
	if o := d.overlap(1); r.Replace || len(o.Words) != 1 {
		t.Fatalf("replaced: %v; %+v", r.Replace, o)
	}
	posts := to("eurofound", d.due(at(t, "2026-11-24 11:06")))
	if len(posts) != 1 || !posts[0].Edit || !strings.Contains(posts[0].Text, "O1: ") {
		t.Fatalf("the pressed message is not edited to how its pairs stand: %s", posted(posts))
	}
	d.reads(d.press("eurofound", "Not a duplicate (O2)"), "O2 noted")
}

// TestUndoIsTheReadersAlone holds that a colleague's copy shows the word that
// was said, and not the way back from it.
func TestUndoIsTheReadersAlone(t *testing.T) {
	d := pair(t)
	d.must("atc", "contact add @second eurofound")
	d.must("atc", "contact add @third eurofound")
	d.due(at(t, "2026-11-24 11:30"))
	d.must("cepol", "overlap O1 joint")
	d.due(at(t, "2026-11-24 12:00"))
	d.press("eurofound", "No, but we will coordinate")
	for _, p := range d.due(at(t, "2026-11-24 12:01")) {
		if undo := strings.Contains(p.Text, "[Undo]") || strings.Contains(p.Text, "unless you undo"); undo != (p.To == "eurofound") {
			t.Errorf("to %s:\n%s", p.To, p.Text)
		}
	}
}
