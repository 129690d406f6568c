package commands_test

import (
	"slices"
	"testing"
	"time"

	"thbot/commands"
)

// TestDeliveredAgain shows what people read when a chat delivers what they typed,
// pressed or sent a second time: what was done, not only that it was.
func TestDeliveredAgain(t *testing.T) {
	d := pair(t)
	c := d.conversation()
	again := func(user string, req commands.Request) {
		t.Helper()
		req.Delivery = "chat/" + c.b.String()
		d.ask(user, req)
		d.now = d.now.Add(2 * time.Minute)
		before := d.activity(1).Revision
		r := d.ask(user, req)
		if !r.Failed || d.activity(1).Revision != before {
			t.Errorf("done twice: %s", shows(r))
		}
		what := "/thb " + req.Text
		if req.Press != nil {
			what = "[" + req.Press.Action + "]"
		}
		if req.Send != nil {
			what = "sends the form " + req.Send.Form
		}
		c.b.WriteString("@" + user + " " + what + ", delivered again\n" + indent(shows(r)) + "\n\n")
	}
	again("frontex", commands.Request{Text: "record Joint action days on labour exploitation in agriculture when:2027-06 country:ES,IT"})
	again("eurofound", commands.Request{Text: "update A1 Two trainers found status:ongoing with:cepol"})
	again("eurofound", commands.Request{Press: &commands.Press{Action: "overlap.dismiss", Record: "O1", Revision: d.overlap(1).Revision}})
	again("cepol", commands.Request{Send: &commands.Submission{Form: "update", Record: "A2", Values: map[string]string{"note": "Room booked"}}})
	again("cepol", commands.Request{Text: "undo"})
	again("cepol", commands.Request{Text: "nothing impunity 2027"})
	again("atc", commands.Request{Text: `meeting add "Coordinator meeting" "10 December 2026 10:00"`})
	c.golden("delivered")
	if !slices.ContainsFunc(d.shown["eurofound"].Buttons(), func(b commands.Button) bool { return b.Label == "Undo" }) {
		t.Error("no way back")
	}
}
