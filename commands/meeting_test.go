package commands_test

import (
	"slices"
	"strings"
	"testing"

	"thbot/commands"
	"thbot/store"
)

// TestMeeting follows a meeting from the invitation over a move to who took
// part.
func TestMeeting(t *testing.T) {
	c := open(t).conversation()
	c.says("cepol", "meeting")
	c.says("cepol", "meeting add Coordination 10 December 10:00")
	c.says("atc", `meeting add Meeting of the contact points on 10 December at 10:00 place:"Rue de la Loi 15" agenda:"Overlaps; next statement"`)
	c.says("atc", "meeting add Meeting of the contact points 2026-12-10 10:00")
	c.until("2026-11-24 10:10", "cepol", "eu-lisa")
	c.presses("cepol", "I will be there")
	c.says("eu-lisa", "meeting deputy M1")
	c.says("emcdda", "meeting away")
	c.says("atc", "meeting going M1")
	c.says("cepol", "meeting show M1")
	c.until("2026-11-26 10:00", "cepol", "eu-lisa", "europol")
	c.presses("europol", "Remind me tomorrow")
	c.says("atc", `meeting edit M1 when:"11 December 14:30"`)
	c.until("2026-11-27 09:00", "europol", "eu-lisa")
	c.presses("europol", "My deputy goes")
	c.says("cepol", "meeting list")
	c.until("2026-12-11 14:00", "europol", "eu-lisa")
	c.says("cepol", "meeting attended M1 cepol")
	c.says("atc", "meeting attended M1 cepol, europol")
	c.due(at(t, "2026-12-11 15:00"))
	c.says("cepol", "meeting away M1")
	c.says("atc", "meeting attended M1 cepol, europl")
	c.says("atc", "meeting attended M1 cepol, europol and fra")
	c.says("atc", "meeting list")
	c.golden("meeting")
}

func TestMeetingErrors(t *testing.T) {
	c := open(t).conversation()
	for _, line := range []string{
		"meeting add Meeting of the contact points",
		"meeting add Meeting of the contact points 10 December",
		"meeting add Meeting of the contact points 2027-02-30 10:00",
		"meeting add Meeting of the contact points 2025-12-10 10:00",
		"meeting add 2026-12-10 10:00",
		`meeting add Days when:"next week" place:Brussels`,
		"meeting add Days 10 December 10:00 link:meet",
		"meeting add Call jane@example.eu 10 December 10:00",
		"meeting cancel",
		"meeting cancel M9",
		"meeting cancel A1",
		"meeting edit M9 place:Vienna",
		"meeting gong",
		"meeting add " + strings.Repeat("x", 201) + " 10 December 10:00",
	} {
		c.says("atc", line)
	}
	c.surface.Forms = false
	c.says("atc", "meeting add")
	c.golden("meeting-errors")
}

func TestMeetingForms(t *testing.T) {
	c := open(t).conversation()
	c.says("atc", "meeting add")
	c.submits("atc", "title", "Meeting of the contact points", "when", "")
	c.says("atc", "meeting add")
	c.submits("atc", "title", "Meeting of the contact points", "when", "10 December")
	c.submits("atc", "title", "Meeting of the contact points", "when", "10 December 10:00", "link", "https://meet.example.eu/thb")
	c.presses("atc", "Edit")
	c.submits("atc", "place", "Vienna", "link", "")
	c.says("atc", "meeting edit M1")
	c.submits("atc", "when", "2026-12-10 10:00")
	c.golden("meeting-forms")
}

// TestMeetingTime holds that the time is found wherever it stands, and that
// the title keeps the rest.
func TestMeetingTime(t *testing.T) {
	d := open(t)
	for _, test := range []struct{ line, title, when string }{
		{"Meeting of the contact points 2026-12-10 10:00", "Meeting of the contact points", "2026-12-10 10:00"},
		{"Contact points on Thursday at 10", "Contact points", "2026-11-26 10:00"},
		{"10 December 9:30 Working lunch", "Working lunch", "2026-12-10 09:30"},
		{"Meeting 2 of the network, 10 December 2026, 10:00", "Meeting 2 of the network", "2026-12-10 10:00"},
		{"Work programme 2027: first reading 12.1.2027 14:00 in Vienna", "Work programme 2027: first reading in Vienna", "2027-01-12 14:00"},
		{"Kick-off tomorrow 15:00", "Kick-off", "2026-11-25 15:00"},
	} {
		r := d.say("atc", "meeting add "+test.line)
		if r.Failed {
			t.Errorf("%s: %s", test.line, shows(r))
			continue
		}
		d.view(func(v *store.View) error {
			all, err := v.Meetings()
			i := slices.IndexFunc(all, func(m *store.Meeting) bool { return m.Title == test.title })
			if i < 0 {
				t.Errorf("%s: no meeting %q in:\n%s", test.line, test.title, shows(r))
			} else if got := all[i].Start.In(d.now.Location()).Format("2006-01-02 15:04"); got != test.when {
				t.Errorf("%s: at %s, want %s", test.line, got, test.when)
			}
			return err
		})
	}
}

// told lists whoever was sent a message of the kind.
func told(posts []post, kind string) []string {
	var users []string
	for _, p := range posts {
		if p.Kind == kind && p.Dropped == "" {
			users = append(users, p.To)
		}
	}
	slices.Sort(users)
	return users
}

// TestMeetingMovedBeforeAnybodyKnew plans nothing but one invitation each.
func TestMeetingMovedBeforeAnybodyKnew(t *testing.T) {
	d := open(t)
	d.say("atc", "meeting add Contact points 2026-12-10 10:00")
	d.now = at(t, "2026-11-24 10:05")
	d.say("atc", `meeting edit M1 when:"2026-12-11 10:00"`)
	posts := d.due(at(t, "2026-12-12 00:00"))
	if n := len(told(posts, store.RowMoved)); n != 0 {
		t.Errorf("%d were told of a move of what they did not know", n)
	}
	if got := told(posts, store.RowInvitation); len(got) != 10 || len(slices.Compact(got)) != 10 {
		t.Errorf("invited: %v", got)
	}
	if got := len(to("cepol", posts)); got != 4 { // the invitation, 14d, 3d, 2h
		t.Errorf("cepol got %d messages:\n%s", got, posted(to("cepol", posts)))
	}
	for _, p := range to("cepol", posts) {
		if !strings.Contains(p.Text, "11 December") {
			t.Errorf("of the old time: %s", p.Text)
		}
	}
}

// TestMeetingMovedAfterReminder tells everybody once, and reminds of the new
// time only.
func TestMeetingMovedAfterReminder(t *testing.T) {
	d := open(t)
	d.say("atc", "meeting add Contact points 2026-12-10 10:00")
	d.due(at(t, "2026-11-26 10:00")) // invitation and 14d
	d.say("atc", `meeting edit M1 when:"2026-12-17 10:00"`)
	d.now = d.now.Add(60e9)
	d.say("atc", `meeting edit M1 when:"2026-12-18 10:00"`)
	posts := d.due(at(t, "2026-12-19 00:00"))
	if got := told(posts, store.RowMoved); len(got) != 10 {
		t.Errorf("told of the move: %v", got)
	}
	if got := told(posts, store.RowInvitation); len(got) != 0 {
		t.Errorf("invited again: %v", got)
	}
	if got := len(to("cepol", posts)); got != 4 { // moved, 14d on 4 December, 3d, 2h
		t.Errorf("cepol got %d:\n%s", got, posted(to("cepol", posts)))
	}
}

// TestMeetingCancelled tells whoever knew, once, and nothing more comes; a
// cancellation that is cancelled again before anybody heard is told once, too.
func TestMeetingCancelled(t *testing.T) {
	d := open(t)
	d.say("atc", "meeting add Contact points 2026-12-10 10:00")
	d.due(at(t, "2026-11-24 11:00"))
	c := d.conversation()
	c.says("atc", "meeting cancel M1 the building is closed")
	c.says("atc", "meeting cancel M1")
	c.says("atc", "meeting edit M1 place:Vienna")
	c.says("cepol", "meeting going M1")
	posts := c.due(at(t, "2026-12-12 00:00"))
	c.b.WriteString(posted(to("cepol", posts)))
	if got := told(posts, store.RowMoved); len(got) != 10 || len(posts) != 10 {
		t.Errorf("%d messages, told: %v", len(posts), got)
	}
	c.golden("meeting-cancelled")
}

// TestMeetingAnswerOfAnotherTime holds that a button shown before a move is no
// answer to the new time.
func TestMeetingAnswerOfAnotherTime(t *testing.T) {
	d := open(t)
	d.say("atc", "meeting add Contact points 2026-12-10 10:00")
	d.due(at(t, "2026-11-24 11:00"))
	old := d.shown["cepol"].Buttons()[0]
	d.say("atc", `meeting edit M1 when:"2026-12-17 10:00"`)
	r := d.pressed("cepol", old)
	if !strings.Contains(shows(r), "has moved since") || len(r.Message.Buttons()) == 0 {
		t.Errorf("got:\n%s", shows(r))
	}
	d.view(func(v *store.View) error {
		m, err := v.Meeting(1)
		if len(m.Answers) != 0 {
			t.Errorf("it was taken as an answer: %v", m.Answers)
		}
		return err
	})
	d.press("cepol", "I will be there")
	d.view(func(v *store.View) error {
		m, err := v.Meeting(1)
		if m.Answers[d.people["cepol"]].Going != store.Going {
			t.Errorf("no answer kept: %v", m.Answers)
		}
		return err
	})
}

// TestMeetingReminderAnswered leaves those in peace who said that they do not
// come, also when they say so after the reminder was planned.
func TestMeetingReminderAnswered(t *testing.T) {
	d := open(t)
	d.say("atc", "meeting add Contact points 2026-12-10 10:00")
	d.due(at(t, "2026-11-24 11:00"))
	d.press("cepol", "Not this time")
	d.press("europol", "I will be there")
	posts := d.due(at(t, "2026-12-10 12:00"))
	if got := to("cepol", posts); len(got) != 0 {
		t.Errorf("cepol was reminded:\n%s", posted(got))
	}
	got := to("europol", posts)
	if len(got) != 3 || !strings.Contains(got[0].Text, "You said that you will be there.") || strings.Contains(got[0].Text, "[I will be there]") {
		t.Errorf("europol:\n%s", posted(got))
	}
}

// TestRemindMeTomorrowOnce plans one more reminder, whatever is pressed twice,
// and none on a day that has one anyway.
func TestRemindMeTomorrowOnce(t *testing.T) {
	d := open(t, func(c *commands.Config) { c.Rules.Reminders = []string{"14d", "13d"} })
	d.say("atc", "meeting add Contact points 2026-12-09 10:00")
	d.due(at(t, "2026-11-25 10:00")) // 14d; 13d is on the next day
	d.press("cepol", "Remind me tomorrow")
	if posts := to("cepol", d.due(at(t, "2026-12-09 10:00"))); len(posts) != 1 || posts[0].At.Format("02 15:04") != "26 10:00" {
		t.Errorf("cepol:\n%s", posted(posts))
	}
	d.say("atc", "meeting add Second 2027-01-20 10:00")
	d.due(at(t, "2027-01-06 10:00"))
	b := d.shown["cepol"].Buttons()
	i := slices.IndexFunc(b, func(b commands.Button) bool { return b.Label == "Remind me tomorrow" })
	d.pressed("cepol", b[i])
	d.pressed("cepol", b[i])
	if posts := to("cepol", d.due(at(t, "2027-01-07 09:30"))); len(posts) != 0 {
		t.Errorf("13d is on the same day, so one is enough:\n%s", posted(posts))
	}
}

// TestNewcomerIsInvited holds that somebody added later hears of the meetings
// ahead, and nobody hears of them again.
func TestNewcomerIsInvited(t *testing.T) {
	d := open(t)
	d.say("atc", "meeting add Contact points 2026-12-10 10:00")
	d.due(at(t, "2026-11-24 11:00"))
	d.say("atc", "contact add @jane europol")
	posts := d.due(at(t, "2026-11-24 12:00"))
	if got := told(posts, store.RowInvitation); len(got) != 1 || got[0] != "P14" {
		t.Errorf("invited: %v", got)
	}
}

// TestMeetingUndone drops what waits, and has what was sent edited.
func TestMeetingUndone(t *testing.T) {
	d := open(t)
	d.say("atc", "meeting add Contact points 2026-12-10 10:00")
	d.press("atc", "Undo")
	if posts := told(d.due(at(t, "2026-11-24 11:00")), store.RowInvitation); len(posts) != 0 {
		t.Errorf("invited to nothing: %v", posts)
	}
	d.say("atc", "meeting add Second 2026-12-11 10:00")
	shown := d.shown["atc"]
	d.due(at(t, "2026-11-24 11:30"))
	d.shown["atc"] = shown
	if r := d.press("atc", "Undo"); r.Failed {
		t.Fatalf("got:\n%s", shows(r))
	}
	posts := to("cepol", d.due(at(t, "2026-12-12 00:00")))
	if len(posts) != 1 || !strings.Contains(posts[0].Text, "was taken back") || strings.Contains(posts[0].Text, "[") {
		t.Errorf("cepol sees:\n%s", posted(posts))
	}
}

// TestMeetingMoveUndone holds that a move taken back within the hour leaves
// the reminders as they were, and that only whoever heard of it hears more.
func TestMeetingMoveUndone(t *testing.T) {
	for _, test := range []struct {
		name, change, until string
		moved               int // messages to cepol that it has another state, edits among them
	}{
		{"before anybody heard", `meeting edit M1 when:"2026-12-17 10:00"`, "2026-11-24 11:05", 0},
		{"after all heard", `meeting edit M1 when:"2026-12-17 10:00"`, "2026-11-24 11:30", 2},
		{"a cancellation before anybody heard", "meeting cancel M1", "2026-11-24 11:05", 0},
		{"a cancellation after all heard", "meeting cancel M1", "2026-11-24 11:30", 2},
	} {
		t.Run(test.name, func(t *testing.T) {
			d := open(t)
			d.say("atc", "meeting add Contact points 2026-12-10 10:00")
			d.due(at(t, "2026-11-24 11:00"))
			d.say("atc", test.change)
			shown := d.shown["atc"]
			d.due(at(t, test.until))
			d.shown["atc"] = shown
			if r := d.press("atc", "Undo"); r.Failed {
				t.Fatalf("got:\n%s", shows(r))
			}
			posts := to("cepol", d.due(at(t, "2026-12-18 00:00")))
			if got := len(told(posts, store.RowMoved)); got != test.moved {
				t.Errorf("%d words of another state, want %d:\n%s", got, test.moved, posted(posts))
			}
			if got := len(told(posts, store.RowReminder)); got != 3 {
				t.Errorf("%d reminders, want 3:\n%s", got, posted(posts))
			}
			for _, p := range posts {
				if !strings.Contains(p.Text, "10 December, 10:00") {
					t.Errorf("of another time: %s", p.Text)
				}
			}
		})
	}
}

// TestMeetingPlaceChangesAfterReminder holds that nobody is told of a time
// anew because the reminders are of a schedule that brought no news: the move
// that made it was taken back before anybody heard.
func TestMeetingPlaceChangesAfterReminder(t *testing.T) {
	d := open(t)
	d.say("atc", "meeting add Contact points 2026-12-10 10:00")
	d.due(at(t, "2026-11-24 11:00"))
	d.say("atc", `meeting edit M1 when:"2026-12-17 10:00"`)
	d.press("atc", "Undo")
	d.due(at(t, "2026-11-26 10:00")) // 14d
	d.say("atc", "meeting edit M1 place:Vienna")
	if posts := to("cepol", d.due(at(t, "2026-11-26 11:00"))); len(posts) != 0 {
		t.Errorf("cepol knew the time:\n%s", posted(posts))
	}
}

// TestMeetingUndoneTwice holds that a post once edited follows the meeting,
// also where no message is due because its reader knows already.
func TestMeetingUndoneTwice(t *testing.T) {
	d := open(t)
	d.say("atc", "meeting add Contact points 2026-12-10 10:00")
	d.due(at(t, "2026-11-24 11:00"))
	d.say("atc", `meeting edit M1 when:"2026-12-17 10:00"`)
	d.due(at(t, "2026-11-24 11:30"))
	d.say("atc", "undo")
	d.now = d.now.Add(60e9)
	r := d.say("atc", `meeting edit M1 when:"2026-12-17 10:00"`)
	if !strings.Contains(shows(r), "Nobody had been told anything else") {
		t.Errorf("got:\n%s", shows(r))
	}
	posts := to("cepol", d.due(at(t, "2026-11-24 12:00")))
	if len(posts) != 1 || !posts[0].Edit || !strings.Contains(posts[0].Text, "17 December") {
		t.Errorf("cepol sees:\n%s", posted(posts))
	}
}
