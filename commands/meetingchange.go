package commands

import (
	"net/url"
	"slices"
	"strings"
	"time"

	"thbot/commands/admit"
	"thbot/commands/line"
	"thbot/store"
	"thbot/store/date"
	"thbot/store/fault"
)

// meetingInput is what was said of a meeting, by key. A key that is not there
// was left as it is.
type meetingInput map[string]string

func inputOf(l line.Line) meetingInput {
	in := meetingInput{}
	for _, p := range l.Pairs {
		in[p.Key] = p.Value
	}
	return in
}

// typedMeeting adds a meeting from a typed line, or opens the form.
func (k *call) typedMeeting(rest string) (Reply, error) {
	if strings.TrimSpace(rest) == "" && k.req.Surface.Forms {
		return Reply{Form: meetingForm(&store.Meeting{}, "")}, nil
	}
	k.rest = rest
	l, err := line.Read(rest, k.sub.Keys)
	if err != nil {
		return Reply{}, err
	}
	in := inputOf(l)
	text := strings.TrimSpace(l.Text)
	if _, given := in["when"]; !given {
		title, moment, found := splitMoment(text, k.now)
		if !found {
			return Reply{}, k.noTime(text, in)
		}
		text, in["when"] = title, moment
	}
	if _, given := in["title"]; !given {
		in["title"] = text
	}
	reply, err := k.addMeeting(in)
	if f := fault.As(err); f != nil && f.Field != "" && f.Try != "" {
		g := *f
		in[f.Field] = f.Try
		return reply, g.WithTry("/thb meeting add %s", in)
	}
	return reply, err
}

// String writes the input as a line that says it.
func (in meetingInput) String() string {
	words := []string{in["title"], in["when"]}
	for _, key := range []string{"place", "link", "agenda"} {
		if in[key] != "" {
			words = append(words, key+":"+quoted(in[key]))
		}
	}
	return strings.TrimSpace(strings.Join(words, " "))
}

// noTime says why no time was found in the text of a new meeting.
func (k *call) noTime(text string, in meetingInput) error {
	f, part := k.unreadTime(text)
	in["title"] = orWords(dangling(strings.TrimSpace(strings.TrimSuffix(text, part))), "Meeting of the contact points")
	in["when"] = f.Try
	f.What += " Nothing was saved."
	return f.WithTry("/thb meeting add %s", in).WithBack(k.rest)
}

func orWords(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}

// apply writes the input into a meeting.
func (k *call) applyMeeting(m *store.Meeting, in meetingInput) error {
	texts := map[string]*string{"title": &m.Title, "place": &m.Place, "link": &m.Link, "agenda": &m.Agenda}
	for _, key := range k.sub.Keys {
		value, given := in[key]
		if !given {
			continue
		}
		if err := k.applyKey(m, texts[key], key, value); err != nil {
			if f := fault.As(err); f != nil {
				g := *f
				g.Field = key
				if f.Code != fault.Refused {
					g.What += " Nothing was saved."
				}
				return &g
			}
			return err
		}
	}
	return nil
}

func (k *call) applyKey(m *store.Meeting, into *string, key, value string) (err error) {
	value = strings.TrimSpace(value)
	if key == "when" {
		var t time.Time
		if t, err = k.meetingTime(value); err == nil && !t.Equal(m.Start) {
			m.Start = t.UTC()
		}
		return err
	}
	if key != "title" && (value == "" || strings.EqualFold(value, none)) {
		*into = ""
		return nil
	}
	most := map[string]int{"title": store.MaxTitle, "place": store.MaxTitle, "link": 2000, "agenda": store.MaxText}[key]
	switch n := len([]rune(value)); {
	case key == "title" && value == "":
		return fault.New(fault.Invalid, "What is the meeting called?").WithTry("Meeting of the contact points")
	case n > most:
		return fault.New(fault.Invalid, "The %s has %d characters; the most is %d.", key, n, most)
	case key == "link":
		if u, err := url.Parse(value); err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" {
			return fault.New(fault.Invalid, "`link:` takes a web address that begins with https://.").WithTry("https://meet.example.eu/thb")
		}
	}
	*into, err = admit.Admit(value)
	return err
}

// addMeeting stores a new meeting and plans its invitations and reminders.
func (k *call) addMeeting(in meetingInput) (Reply, error) {
	m := &store.Meeting{}
	if err := k.applyMeeting(m, in); err != nil {
		return Reply{}, k.unsaved(err)
	}
	var roster []*store.Person
	var twin *store.Meeting
	var group int64
	err := k.update("meeting", func(ch *store.Change) error {
		made := *m
		all, err := ch.Meetings()
		if err != nil {
			return err
		}
		twin = nil
		for _, other := range all {
			if other.Stands() && other.Title == made.Title && other.Start.Equal(made.Start) {
				twin = other
				return nil
			}
		}
		if err := ch.AddMeeting(&made); err != nil {
			return err
		}
		if roster, err = ch.Roster(); err != nil {
			return err
		}
		*m, group = made, ch.Group()
		return k.planMeeting(ch, &made)
	})
	if err != nil {
		return Reply{}, k.unsaved(err)
	}
	if twin != nil {
		return Reply{Message: Tell(Say("Already there as **%s**, so I did not add it twice.", store.MeetingRef(twin.ID)))}, nil
	}
	ref := store.MeetingRef(m.ID)
	msg := Tell(
		Say("**%s added**: *%s*", ref, Words(m.Title)),
		Say("%s", k.momentWords(m.Start, k.zone(), k.today)), placeLine(m)).Quoting(m.Agenda)
	msg.Tell(k.invitationLine(m, roster), k.unreachedLine(roster))
	return Reply{Message: msg.Next(
		Button{Label: "Edit", Action: "meeting.edit", Record: ref, Revision: m.Revision},
		Button{Label: "Undo", Action: "undo.change", Record: "J" + itoa(int(group)), Danger: true})}, nil
}

// invitationLine says when the contact points hear of it.
func (k *call) invitationLine(m *store.Meeting, roster []*store.Person) Line {
	points := contactPoints(roster)
	if len(points) == 0 {
		return nil
	}
	l := Say("I will invite %s %s", count(len(points), "contact point", "contact points"), atWords(k.now.Add(k.rules.Hold), k.today))
	var days []string
	for _, r := range k.reminders(m, k.now) {
		days = append(days, clockWords(r.Due.In(k.rules.Zone), k.today))
	}
	if len(days) > 0 {
		l = append(l, Say(", and remind them: %s", strings.Join(days, "; "))...)
	}
	return append(l, Say(".")...)
}

// unreachedLine names the agencies without a contact point.
func (k *call) unreachedLine(roster []*store.Person) Line {
	var without []string
	for _, a := range k.catalogue.Agencies {
		if !slices.ContainsFunc(roster, func(p *store.Person) bool { return p.Role == store.ContactPoint && p.Agency == a.Slug }) {
			without = append(without, a.Short)
		}
	}
	if len(without) == 0 {
		return nil
	}
	return Say("%s %s no contact point on the roster, so nobody there is invited.", andList(without), plural(len(without), "has", "have"))
}

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
	if f := fault.As(err); f != nil && f.Field != "" && f.Try != "" {
		g := *f
		return reply, g.WithTry(`/thb meeting edit %s %s:"%s"`, store.MeetingRef(m.ID), f.Field, f.Try)
	}
	return reply, err
}

// meetingForm is the form of add and, filled in, of edit.
func meetingForm(m *store.Meeting, start string) *Form {
	f := &Form{Name: "meeting-add", Title: "Add a meeting", Submit: "Add"}
	if m.ID != 0 {
		f.Name, f.Record, f.Revision = "meeting-edit", store.MeetingRef(m.ID), m.Revision
		f.Title, f.Submit = "Edit "+store.MeetingRef(m.ID), "Save"
	}
	f.Fields = []Field{
		{Name: "title", Label: "Title", Type: FieldText, Value: m.Title, Max: store.MaxTitle},
		{Name: "when", Label: "Day and time", Hint: "Such as 10 December 10:00", Type: FieldText, Value: start},
		{Name: "place", Label: "Place", Type: FieldText, Value: m.Place, Optional: true},
		{Name: "link", Label: "Link", Hint: "https://…", Type: FieldText, Value: m.Link, Optional: true},
		{Name: "agenda", Label: "Agenda", Type: FieldArea, Value: m.Agenda, Max: store.MaxText, Optional: true},
	}
	return f
}

func submitMeeting(k *call, s Submission) (Reply, error) {
	if k.who.Role != store.Coordinator {
		return Reply{}, fault.New(fault.Forbidden, "Meetings are the Coordinator's office's to add and change. Nothing was saved.").WithTry("/thb meeting list")
	}
	var reply Reply
	var err error
	if s.Form == "meeting-add" {
		in := meetingInput(s.Values)
		for _, key := range []string{"title", "when"} {
			if strings.TrimSpace(in[key]) == "" {
				return Reply{Failed: true, Errors: map[string]string{key: "This is needed."}}, nil
			}
		}
		reply, err = k.addMeeting(in)
	} else {
		_, id, _ := store.ParseRef(s.Record, 'M')
		reply, err = k.editMeeting(id, s.Values, s.Revision)
	}
	return k.fieldErrors(reply, err, s, "title")
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
		Button{Label: "Undo", Action: "undo.change", Record: "J" + itoa(int(group)), Danger: true})
}

// movedLine says who hears that the meeting has moved or is cancelled.
func (k *call) movedLine(told int) Line {
	if told == 0 {
		return Say("Nobody had been told of it yet, so nobody hears of the change.")
	}
	return Say("I will tell %s %s.", count(told, "person who knew of it", "people who knew of it"), atWords(k.now.Add(k.rules.Hold), k.today))
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
	).Next(Button{Label: "Undo", Action: "undo.change", Record: "J" + itoa(int(group)), Danger: true})}, nil
}
