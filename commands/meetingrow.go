package commands

import (
	"strconv"
	"strings"
	"time"

	"thbot/store"
)

func meetingSubject(m *store.Meeting) string {
	return subject(store.MeetingRef(m.ID), m.Schedule)
}

// toldSlot names in keys what a message about a meeting says: its start, or
// that it is off.
func toldSlot(m *store.Meeting) string {
	if !m.Stands() {
		return "off"
	}
	return m.Start.UTC().Format("2006-01-02T15:04Z")
}

// planMeeting brings the messages about a meeting in line with it, after any
// change: those about another time are dropped, everybody who was last told
// something else is told once more, everybody else is invited, and the
// reminders are planned. It may be called again at any time. Of a meeting
// whose adding was undone nothing is planned: what was sent is edited.
//
// A message tells the news, and an edit follows it: nobody is notified of an
// edit, and one that came first would make the message a repetition.
func (c *Commands) planMeeting(ch *store.Change, m *store.Meeting) error {
	rows, err := meetingRowsOf(ch.View, m)
	if err != nil {
		return err
	}
	if err := c.dropOutdated(ch, m, rows); err != nil || m.Withdrawn != nil || !m.Start.After(ch.At) {
		return err
	}
	told := lastTold(rows)
	roster, err := ch.Roster()
	if err != nil {
		return err
	}
	row := store.Row{Subject: meetingSubject(m), Slot: toldSlot(m), Due: ch.At.Add(c.rules.Hold), Lapses: m.Start}
	for _, p := range roster {
		last, wasTold := told[store.PersonRef(p.ID)]
		r := row
		r.Destination = store.PersonRef(p.ID)
		switch {
		case wasTold && last != row.Slot:
			r.Kind = store.RowMoved
		case !wasTold && m.Stands() && p.Role == store.ContactPoint:
			r.Kind = store.RowInvitation
		default:
			continue
		}
		if _, err := ch.Plan(&r); err != nil {
			return err
		}
	}
	if !m.Stands() {
		return nil
	}
	return c.planReminders(ch, m, contactPoints(roster))
}

// replanMeetings brings the messages about every meeting among the records in
// line, after an undo. Other records are passed over.
func (c *Commands) replanMeetings(ch *store.Change, refs []string) error {
	for _, ref := range refs {
		letter, id, ok := store.ParseRef(ref, 0)
		if !ok || letter != 'M' {
			continue
		}
		m, err := ch.Meeting(id)
		if err != nil || m == nil {
			return err
		}
		if err := c.planMeeting(ch, m); err != nil {
			return err
		}
	}
	return nil
}

// planReminders plans the reminders of a meeting for each of the people. A
// slot that is past is covered by the invitation.
func (c *Commands) planReminders(ch *store.Change, m *store.Meeting, to []*store.Person) error {
	for _, r := range c.reminders(m, ch.At) {
		err := tellEach(ch, to, store.Row{
			Kind: store.RowReminder, Subject: meetingSubject(m), Slot: r.Slot, Due: r.Due, Lapses: m.Start,
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// dropOutdated drops what waits about another state of the meeting, and has
// posts that were edited, and so no longer tell what they were planned to tell,
// follow it: after the news or, of a meeting that was taken back, of which
// there is no news, at once.
func (c *Commands) dropOutdated(ch *store.Change, m *store.Meeting, rows []*store.Row) error {
	edits := ch.At.Add(c.rules.Hold + time.Second)
	if m.Withdrawn != nil {
		edits = ch.At
	}
	for _, r := range rows {
		var err error
		switch {
		case r.State == store.Waiting && r.Subject != meetingSubject(m):
			_, err = ch.Drop(r.Key, "the meeting was moved or cancelled")
		case r.Edited:
			_, err = ch.RefreshAt(r.Key, edits)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// meetingRowsOf gives every row about a meeting.
func meetingRowsOf(v *store.View, m *store.Meeting) ([]*store.Row, error) {
	var rows []*store.Row
	for _, kind := range []string{store.RowInvitation, store.RowMoved, store.RowReminder} {
		err := v.Rows(kind+":"+store.MeetingRef(m.ID)+".", func(r *store.Row) bool {
			rows = append(rows, r)
			return true
		})
		if err != nil {
			return nil, err
		}
	}
	return rows, nil
}

// lastTold gives what each person was told last, as toldSlot names it: by the
// message of the latest schedule, whatever was edited since. A reminder tells
// what the messages of its schedule do; where there are none, everybody knew
// already how it stands, and was told nothing new.
func lastTold(rows []*store.Row) map[string]string {
	says := map[int]string{} // by schedule
	last := map[string]string{}
	at := map[string]int{}
	for _, r := range rows {
		schedule := scheduleOf(r)
		if r.Kind != store.RowReminder {
			says[schedule] = r.Slot
		}
		slot, known := says[schedule]
		if known && (r.State == store.Delivered || r.State == store.Claimed) && schedule >= at[r.Destination] {
			last[r.Destination], at[r.Destination] = slot, schedule
		}
	}
	return last
}

// scheduleOf reads from a row's subject, such as M3.r2, of which schedule of
// the meeting it is. Schedules only rise, and each is one start or one end.
func scheduleOf(r *store.Row) int {
	_, n, _ := strings.Cut(r.Subject, ".r")
	schedule, _ := strconv.Atoi(n)
	return schedule
}

// countTold counts who was last told of the meeting that it stands otherwise.
func (c *Commands) countTold(v *store.View, m *store.Meeting) (int, error) {
	rows, err := meetingRowsOf(v, m)
	n := 0
	for _, said := range lastTold(rows) {
		if said != toldSlot(m) {
			n++
		}
	}
	return n, err
}

// contactPoints keeps the contact points of a roster.
func contactPoints(roster []*store.Person) []*store.Person {
	var points []*store.Person
	for _, p := range roster {
		if p.Role == store.ContactPoint {
			points = append(points, p)
		}
	}
	return points
}
