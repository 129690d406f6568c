package commands

import (
	"slices"
	"strings"
	"time"

	"thbot/commands/calendar"
	"thbot/store"
	"thbot/store/date"
)

// calendar gives the working days in force.
func (c *Commands) calendar() *calendar.Calendar {
	if c.rules.Holidays == nil {
		return calendar.EU()
	}
	own, err := calendar.From(c.rules.Holidays)
	if err != nil {
		return calendar.EU() // the configuration has been checked at start
	}
	return own
}

// reminders gives the reminders of a meeting that its invitation, planned now,
// does not cover. It covers those that are past and, of those counted in days
// or weeks, that of the same day.
func (c *Commands) reminders(m *store.Meeting, now time.Time) []calendar.Reminder {
	invited := now.Add(c.rules.Hold).In(c.rules.Zone)
	all := c.calendar().Reminders(m.Start.In(c.rules.Zone), c.rules.Reminders, invited)
	return slices.DeleteFunc(all, func(r calendar.Reminder) bool {
		return r.ByDay() && date.Of(r.Due) == date.Of(invited)
	})
}

// meeting gives the meeting of the row and, where the row no longer holds,
// why: it was moved or has begun.
func (b *building) meeting() (*store.Meeting, string, error) {
	ref, _, _ := strings.Cut(b.row.Subject, ".")
	_, id, _ := store.ParseRef(ref, 'M')
	m, err := b.view.Meeting(id)
	switch {
	case err != nil || m == nil:
		return nil, "there is no such meeting", err
	case b.row.Subject != meetingSubject(m) && !b.row.Refresh:
		return nil, "the meeting was moved", nil
	case !m.Start.After(b.now):
		return nil, "the meeting has begun", nil
	}
	return m, "", nil
}

func (b *building) moment(m *store.Meeting) string {
	return b.momentWords(m.Start, b.now.Location(), b.today)
}

// buildInvitation tells a contact point of a new meeting. Built again after
// the meeting was taken back, it says so.
func buildInvitation(b *building) (Built, error) {
	m, dropped, err := b.meeting()
	if dropped != "" || err != nil {
		return Built{Dropped: dropped}, err
	}
	if !m.Stands() {
		return b.off(m), nil
	}
	msg := Tell(
		Say("The Coordinator's office invites you: *%s*", Words(m.Title)),
		Say("%s, %s", b.moment(m), inDays(b.today, date.Of(m.Start.In(b.now.Location())))),
		placeLine(m)).Quoting(m.Agenda)
	return Built{Message: msg.Next(answers(m)...)}, nil
}

// buildMoved tells whoever knew of the meeting that it has moved or is off.
func buildMoved(b *building) (Built, error) {
	m, dropped, err := b.meeting()
	if dropped != "" || err != nil {
		return Built{Dropped: dropped}, err
	}
	if !m.Stands() {
		return b.off(m), nil
	}
	return Built{Message: Tell(
		Say("*%s* is now on **%s**.", Words(m.Title), b.moment(m)),
		placeLine(m),
		Say("Will you be there?"),
	).Next(answers(m)...)}, nil
}

// off says that a meeting does not take place. Nobody is written to about one
// that was taken back; what was sent of it is edited.
func (b *building) off(m *store.Meeting) Built {
	if m.Withdrawn != nil {
		if !b.row.Refresh {
			return Built{Dropped: "the meeting was taken back"}
		}
		return Built{Message: Tell(Say("*%s*, %s, was taken back: there is no such meeting.", Words(m.Title), b.moment(m)))}
	}
	if b.row.Kind != store.RowMoved && !b.row.Refresh {
		return Built{Dropped: "the meeting was cancelled"}
	}
	l := Say("*%s*, %s, is cancelled", Words(m.Title), b.moment(m))
	if m.Cancelled.Reason != "" {
		l = append(l, Say(": %s", Words(m.Cancelled.Reason))...)
	}
	return Built{Message: Tell(append(l, Say(".")...))}
}

// buildReminder reminds a contact point of a meeting, with the agency's part
// in a minute. Whoever has said that nobody comes is left in peace.
func buildReminder(b *building) (Built, error) {
	m, dropped, err := b.meeting()
	if dropped != "" || err != nil {
		return Built{Dropped: dropped}, err
	}
	if !m.Stands() {
		return b.off(m), nil
	}
	if answer := b.agencyAnswer(m, b.reader.Agency); answer == store.Away || answer == store.DeputyGoes {
		return Built{Dropped: "already answered"}, nil
	}
	if overtaken, err := b.overtaken(m); overtaken || err != nil {
		return Built{Dropped: "another reminder of that day says it"}, err
	}
	brief, err := b.briefOf(b.view, b.reader.Agency, b.now)
	if err != nil {
		return Built{}, err
	}
	msg := Tell(
		Say("*%s* is %s: %s.", Words(m.Title), inDays(b.today, date.Of(m.Start.In(b.now.Location()))), b.moment(m)),
		placeLine(m))
	if b.reader.Agency != "" {
		msg.Tell(append([]Line{Say("%s's part in a minute:", b.agencyName(b.reader.Agency))}, brief.essentials(b.Commands)...)...)
	}
	buttons := answers(m)
	if b.agencyAnswer(m, b.reader.Agency) == store.Going {
		msg.Tell(Say("You said that you will be there."))
		buttons = otherAnswers(m, store.Going)
	}
	buttons = append(buttons, Button{Label: "Nothing changed", Action: "meeting.unchanged"})
	if b.calendar().Tomorrow(b.now.In(b.rules.Zone)).Before(m.Start) {
		buttons = append(buttons, Button{Label: "Remind me tomorrow", Action: "meeting.tomorrow", Record: store.MeetingRef(m.ID), Revision: m.Schedule})
	}
	return Built{Message: msg.Next(buttons...)}, nil
}

// overtaken tells whether another reminder of the meeting takes this one's
// place: one that was to come later and is due by now as well, after an outage,
// or one that went out on this day.
func (b *building) overtaken(m *store.Meeting) (bool, error) {
	if b.sent() {
		return false, nil
	}
	taken, today := false, date.Of(b.now.In(b.rules.Zone))
	mine := b.slotDue(m, b.row.Slot)
	err := b.view.Rows(store.RowReminder+":"+b.row.Subject+":", func(r *store.Row) bool {
		if r.Destination != b.row.Destination || r.Key == b.row.Key {
			return true
		}
		switch due := b.slotDue(m, r.Slot); r.State {
		case store.Delivered:
			taken = date.Of(r.DoneAt.In(b.rules.Zone)) == today
		case store.Waiting, store.Claimed:
			taken = due.After(mine) && !due.After(b.now)
		}
		return !taken
	})
	return taken, err
}

// slotDue gives when a reminder's slot falls due: "14d" before the meeting, or
// in the morning of a day that somebody chose.
func (c *Commands) slotDue(m *store.Meeting, slot string) time.Time {
	if d, err := date.Parse(slot); err == nil {
		return calendar.At(d.First(), calendar.Morning, 0, c.rules.Zone)
	}
	for _, r := range c.calendar().Reminders(m.Start.In(c.rules.Zone), []string{slot}, time.Time{}) {
		return r.Due
	}
	return time.Time{}
}

// remindTomorrow plans a reminder of its own for the next working day, unless
// one goes out on that day anyway.
func remindTomorrow(k *call, p Press) (Reply, error) {
	due := k.calendar().Tomorrow(k.now)
	var m *store.Meeting
	var other *store.Row
	err := k.update("meeting", func(ch *store.Change) error {
		var err error
		if m, err = meetingOf(ch.View, p.Record); err != nil || !m.Stands() || !due.Before(m.Start) {
			return err
		}
		other = nil
		err = ch.Rows(store.RowReminder+":"+meetingSubject(m)+":", func(r *store.Row) bool {
			if r.Destination == store.PersonRef(k.who.ID) && r.State == store.Waiting && date.Of(r.Due.In(k.rules.Zone)) == date.Of(due) {
				other = r
			}
			return other == nil
		})
		if err != nil || other != nil {
			return err
		}
		_, err = ch.Plan(&store.Row{
			Kind: store.RowReminder, Subject: meetingSubject(m), Slot: date.Of(due).String(),
			Destination: store.PersonRef(k.who.ID), Due: due, Lapses: m.Start,
		})
		return err
	})
	if err != nil {
		return Reply{}, err
	}
	switch {
	case !m.Stands():
		return k.showMeeting(m.ID)
	case !due.Before(m.Start):
		return Reply{Message: Tell(Say("*%s* begins before the next working day, so I will not remind you again.", Words(m.Title)))}, nil
	case other != nil:
		due = other.Due.In(k.rules.Zone)
	}
	return Reply{Message: Tell(Say("I will remind you on %s.", k.momentWords(due, k.zone(), k.today)))}, nil
}
