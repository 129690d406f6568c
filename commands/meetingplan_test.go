package commands_test

import (
	"fmt"
	"regexp"
	"testing"
	"time"

	"pgregory.net/rapid"

	"thbot/store"
)

var februaryDay = regexp.MustCompile(`\d+ February`)

// saysOf reads from a message which state of the meeting it tells.
func saysOf(text string) string {
	if regexp.MustCompile(`is cancelled`).MatchString(text) {
		return "cancelled"
	}
	return februaryDay.FindString(text)
}

// TestMeetingToldOnce moves, cancels, undoes and delivers in any order, and
// holds that no message tells what is not so when it goes out, that nobody is
// told the same twice, that news come as a message and not as an edit, and that
// in the end everybody knows how it stands.
func TestMeetingToldOnce(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		d := open(t)
		defer d.close()
		d.say("atc", "meeting add Contact points 2027-02-01 10:00")
		state, before := "1 February", ""
		knows := map[string]string{}
		deliver := func(until time.Time) {
			for _, p := range d.due(until) {
				if p.Dropped != "" {
					continue
				}
				says := saysOf(p.Text)
				if says != state {
					rt.Fatalf("it is %s, and %s was told (%s): %s", state, p.To, p.Kind, p.Text)
				}
				if p.Edit && knows[p.To] != says {
					rt.Fatalf("an edit, of which nobody is notified, brings %s the news: %s", p.To, p.Text)
				}
				if !p.Edit && p.Kind != store.RowReminder && knows[p.To] == says {
					rt.Fatalf("%s was told twice: %s", p.To, p.Text)
				}
				knows[p.To] = says
			}
		}
		for range rapid.IntRange(1, 7).Draw(rt, "steps") {
			switch rapid.SampledFrom([]string{"move", "move", "cancel", "undo", "wait", "wait long"}).Draw(rt, "step") {
			case "move":
				day := rapid.IntRange(1, 5).Draw(rt, "day")
				to := fmt.Sprintf("%d February", day)
				if state != "cancelled" && to != state {
					d.say("atc", fmt.Sprintf(`meeting edit M1 when:"2027-02-%02d 10:00"`, day))
					state, before = to, state
				}
			case "cancel":
				if state != "cancelled" {
					d.say("atc", "meeting cancel M1")
					state, before = "cancelled", state
				}
			case "undo":
				if before != "" && !d.say("atc", "undo").Failed {
					state, before = before, ""
				}
			case "wait":
				deliver(d.now.Add(7 * time.Minute))
			case "wait long":
				deliver(d.now.AddDate(0, 0, 15))
				before = ""
			}
		}
		deliver(d.now.Add(time.Hour))
		if len(knows) == 0 && state != "cancelled" || len(knows) > 0 && len(knows) != 10 {
			rt.Fatalf("%d know of it", len(knows))
		}
		for user, says := range knows {
			if says != state {
				rt.Fatalf("%s believes %s, it is %s", user, says, state)
			}
		}
	})
}
