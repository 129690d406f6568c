package commands

import (
	"strings"

	"thbot/commands/admit"
	"thbot/commands/line"
	"thbot/store"
	"thbot/store/date"
	"thbot/store/fault"
)

// typedEdit changes a meeting from a typed line, or opens the form.
func (k *call) typedEdit(rest string) (Reply, error) {
	id, rest := line.Word(rest)
	m, err := k.findMeeting(id)
	if err != nil {
		return Reply{}, err
	}
	l, err := line.Read(rest, k.sub.Keys)
	if err != nil {
		return Reply{}, err
	}
	if text := strings.TrimSpace(l.Text); text != "" {
		return Reply{}, fault.New(fault.Invalid, "`meeting edit` takes keys only, and this is none of them: %s. Nothing was saved.", text).
			WithTry(`/thb meeting edit %s title:"%s"`, store.MeetingRef(m.ID), strings.ReplaceAll(text, `"`, ""))
	}
	if len(l.Pairs) == 0 {
		if k.req.Surface.Forms {
			return Reply{Form: meetingForm(m, m.Start.In(k.rules.Zone).Format("2006-01-02 15:04"))}, nil
		}
		return Reply{}, fault.New(fault.Invalid, "What should change? Nothing was saved.").WithTry(`/thb meeting edit %s when:"%s"`, store.MeetingRef(m.ID), m.Start.In(k.rules.Zone).Format("2006-01-02 15:04"))
	}
	reply, err := k.editMeeting(m.ID, inputOf(l), 0)
	return reply, fault.Amend(err, func(f *fault.Error) {
		if f.Field != "" && f.Try != "" {
			f.WithTry(`/thb meeting edit %s %s:"%s"`, store.MeetingRef(m.ID), f.Field, f.Try)
		}
	})
}

// editMeeting changes a meeting. One that moves asks everybody again.
func (k *call) editMeeting(id int, in meetingInput, revision int) (Reply, error) {
	var before, after *store.Meeting
	var told int
	var group int64
	err := k.update("meeting", func(ch *store.Change) error {
		was, err := meetingOf(ch.View, store.MeetingRef(id))
		if err != nil {
			return err
		}
		if !was.Stands() {
			return fault.New(fault.Conflict, "%s was cancelled, so it cannot be changed. Nothing was saved.", store.MeetingRef(id)).WithTry("/thb meeting list")
		}
		m := was.Clone()
		if err := k.applyMeeting(m, in); err != nil {
			return err
		}
		if !m.Start.Equal(was.Start) {
			if moved, err := movedSince(ch, was, revision); err != nil {
				return err
			} else if moved {
				return fault.New(fault.Conflict, "While your form was open, somebody else moved %s. Your change was not saved; look at it and try again.", store.MeetingRef(id)).WithTry("/thb meeting show %s", store.MeetingRef(id))
			}
			m.Answers = nil
		}
		if err := ch.PutMeeting(m); err != nil {
			return err
		}
		before, after, group = was, m, ch.Group()
		if told, err = k.countTold(ch.View, m); err != nil {
			return err
		}
		return k.planMeeting(ch, m)
	})
	if err != nil {
		return Reply{}, k.unsaved(err)
	}
	return Reply{Message: k.meetingChanged(before, after, told, group)}, nil
}

// movedSince tells whether somebody else has changed the start since the
// revision on which a form was opened; 0 is none.
func movedSince(ch *store.Change, m *store.Meeting, revision int) (bool, error) {
	left := m.Revision - revision
	if revision == 0 || left <= 0 {
		return false, nil
	}
	moved := false
	err := ch.History(store.MeetingRef(m.ID), func(p store.Past) bool {
		for _, f := range p.Fields {
			moved = moved || f.Name == "start" && p.Actor != ch.Actor
		}
		left--
		return left > 0 && !moved
	})
	return moved, err
}

func (k *call) meetingChanged(before, after *store.Meeting, told int, group int64) *Message {
	ref := store.MeetingRef(after.ID)
	if before.Revision == after.Revision {
		return Tell(Say("**%s** says that already, so nothing was changed.", ref)).Next(Button{Label: "Show " + ref, Action: "meeting.show", Record: ref})
	}
	m := Tell(
		Say("**%s updated**: *%s*", ref, Words(after.Title)),
		Say("%s", k.momentWords(after.Start, k.zone(), k.today)), placeLine(after)).Quoting(after.Agenda)
	if before.Schedule != after.Schedule {
		m.Tell(k.movedLine(told))
	}
	return m.Next(
		Button{Label: "Show " + ref, Action: "meeting.show", Record: ref},
		undoButton(group, ""))
}

// movedLine says who hears that the meeting has moved or is cancelled.
func (k *call) movedLine(told int) Line {
	if told == 0 {
		return Say("Nobody had been told anything else yet, so nobody needs to hear of the change.")
	}
	return Say("I will tell %s %s.", count(told, "person who knew of it", "people who knew of it"), k.toldAt(k.everyAgency()...))
}

// cancelMeeting calls a meeting off.
func (k *call) cancelMeeting(rest string) (Reply, error) {
	id, reason := line.Word(rest)
	if id == "" {
		return Reply{}, fault.New(fault.Invalid, "Which meeting? I need its id.").WithTry("/thb meeting cancel M3")
	}
	reason = strings.TrimSpace(reason)
	if reason != "" {
		if _, err := admit.Admit(reason); err != nil {
			return Reply{}, k.unsaved(err)
		}
	}
	var after *store.Meeting
	var told int
	var group int64
	again := false
	err := k.update("meeting", func(ch *store.Change) error {
		was, err := meetingOf(ch.View, id)
		if err != nil {
			return err
		}
		again = !was.Stands()
		if after = was; again {
			return nil
		}
		if !was.Start.After(ch.At) {
			return fault.New(fault.Conflict, "%s was on %s and is over, so it cannot be cancelled.", store.MeetingRef(was.ID), k.dayWords(date.Of(was.Start.In(k.rules.Zone)))).WithTry("/thb meeting attended %s cepol, europol", store.MeetingRef(was.ID))
		}
		m := was.Clone()
		m.Cancelled = &store.Withdrawal{At: ch.At, By: ch.Actor, Reason: reason}
		if err := ch.PutMeeting(m); err != nil {
			return err
		}
		after, group = m, ch.Group()
		if told, err = k.countTold(ch.View, m); err != nil {
			return err
		}
		return k.planMeeting(ch, m)
	})
	if err != nil {
		return Reply{}, err
	}
	ref := store.MeetingRef(after.ID)
	if again {
		return Reply{Message: Tell(Say("**%s** is cancelled already.", ref))}, nil
	}
	return Reply{Message: Tell(
		Say("**%s cancelled**: *%s*, %s", ref, Words(after.Title), k.momentWords(after.Start, k.zone(), k.today)),
		k.movedLine(told),
	).Next(undoButton(group, ""))}, nil
}
