package commands

import (
	"cmp"
	"net/url"
	"slices"
	"strings"
	"time"

	"thbot/commands/admit"
	"thbot/commands/line"
	"thbot/store"
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
	return reply, fault.Amend(err, func(f *fault.Error) {
		if f.Field != "" && f.Try != "" {
			in[f.Field] = f.Try
			f.WithTry("/thb meeting add %s", in)
		}
	})
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
	in["title"] = cmp.Or(dangling(strings.TrimSpace(strings.TrimSuffix(text, part))), "Meeting of the contact points")
	in["when"] = f.Try
	notSaved(f)
	return f.WithTry("/thb meeting add %s", in).WithBack(k.rest)
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
			return fault.Amend(err, func(f *fault.Error) {
				f.Field = key
				if f.Code != fault.Refused {
					notSaved(f)
				}
			})
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
		undoButton(group, ""))}, nil
}

// invitationLine says when the contact points hear of it.
func (k *call) invitationLine(m *store.Meeting, roster []*store.Person) Line {
	points := contactPoints(roster)
	if len(points) == 0 {
		return nil
	}
	l := Say("I will invite %s %s", count(len(points), "contact point", "contact points"), k.toldAt(agenciesOf(points)...))
	var days []string
	for _, r := range k.reminders(m, k.now) {
		days = append(days, clockWords(r.Due.In(k.rules.Zone), k.today))
	}
	if len(days) > 0 {
		l = append(l, Say(", and remind them: %s", strings.Join(days, "; "))...)
	}
	return append(l, Say(".")...)
}

func agenciesOf(people []*store.Person) (slugs []string) {
	for _, p := range people {
		slugs = append(slugs, p.Agency)
	}
	return slugs
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
