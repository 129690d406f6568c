package commands

import (
	"slices"
	"strings"
	"time"

	"thbot/commands/line"
	"thbot/store"
	"thbot/store/date"
	"thbot/store/fault"
)

func meetingCommand() subcommand {
	return subcommand{
		Name:  "meeting",
		Brief: "the Coordinator's meetings: see them, and say who comes",
		Usage: []string{
			"meeting list", "meeting show MID", "meeting going MID", "meeting deputy MID", "meeting away MID",
			"meeting add TITLE WHEN [place: link: agenda:]", "meeting edit MID [title: when: place: link: agenda:]",
			"meeting cancel MID [REASON]", "meeting attended MID AGENCY…",
		},
		Example: "/thb meeting list",
		Keys:    []string{"title", "when", "place", "link", "agenda"},
		Run:     runMeeting,
		Actions: map[string]func(*call, Press) (Reply, error){
			"meeting.going":     func(k *call, p Press) (Reply, error) { return k.answerPress(p, store.Going) },
			"meeting.deputy":    func(k *call, p Press) (Reply, error) { return k.answerPress(p, store.DeputyGoes) },
			"meeting.away":      func(k *call, p Press) (Reply, error) { return k.answerPress(p, store.Away) },
			"meeting.tomorrow":  remindTomorrow,
			"meeting.unchanged": func(k *call, _ Press) (Reply, error) { return k.typed("unchanged") },
			"meeting.show":      func(k *call, p Press) (Reply, error) { return k.meetingVerb("show", p.Record) },
			"meeting.add":       func(k *call, _ Press) (Reply, error) { return k.meetingVerb("add", "") },
			"meeting.edit":      func(k *call, p Press) (Reply, error) { return k.meetingVerb("edit", p.Record) },
		},
		Forms: map[string]func(*call, Submission) (Reply, error){
			"meeting-add": submitMeeting, "meeting-edit": submitMeeting,
		},
		Rows: map[string]func(*building) (Built, error){
			store.RowInvitation: buildInvitation,
			store.RowReminder:   buildReminder,
			store.RowMoved:      buildMoved,
		},
	}
}

// meetingVerbs are the words after meeting; the second half is the office's.
var (
	meetingVerbs       = []string{"list", "show", "going", "deputy", "away", "add", "edit", "cancel", "attended"}
	meetingOfficeVerbs = []string{"add", "edit", "cancel", "attended"}
)

func runMeeting(k *call) (Reply, error) {
	verb, rest := line.Word(k.rest)
	verb = strings.ToLower(verb)
	if verb == "" {
		verb = "list"
	}
	if letter, _, ok := store.ParseRef(verb, 'M'); ok && letter == 'M' {
		verb, rest = "show", k.rest
	}
	if !slices.Contains(meetingVerbs, verb) {
		near, ok := line.Nearest(verb, meetingVerbs)
		if !ok {
			near = "list"
		}
		return Reply{}, fault.New(fault.Invalid, "`meeting %s` is not something I know. There are %s.", verb, andList(meetingVerbs)).
			WithTry("/thb %s", strings.TrimSpace("meeting "+near+" "+rest))
	}
	return k.meetingVerb(verb, rest)
}

// meetingVerb runs one of the words after meeting.
func (k *call) meetingVerb(verb, rest string) (Reply, error) {
	if slices.Contains(meetingOfficeVerbs, verb) && k.who.Role != store.Coordinator {
		return Reply{}, fault.New(fault.Forbidden, "`meeting %s` is for the Coordinator's office. You can see the meetings and answer.", verb).WithTry("/thb meeting list")
	}
	switch verb {
	case "list":
		return k.listMeetings()
	case "show":
		m, err := k.findMeeting(rest)
		if err != nil {
			return Reply{}, err
		}
		return k.showMeeting(m.ID)
	case "add":
		return k.typedMeeting(rest)
	case "edit":
		return k.typedEdit(rest)
	case "cancel":
		return k.cancelMeeting(rest)
	case "attended":
		return k.attended(rest)
	}
	m, err := k.findMeeting(rest)
	if err != nil {
		return Reply{}, err
	}
	return k.answerMeeting(m.ID, verb)
}

// findMeeting gives the meeting of the first word or, where nothing is typed,
// the next one.
func (k *call) findMeeting(input string) (m *store.Meeting, err error) {
	word, _ := line.Word(input)
	err = k.view(func(v *store.View) error {
		if word == "" {
			if m, err = nextMeeting(v, k.now); err == nil && m == nil {
				err = fault.New(fault.NotFound, "No meeting is planned.").WithTry("/thb meeting list")
			}
			return err
		}
		m, err = meetingOf(v, word)
		return err
	})
	return m, err
}

// meetingOf gives the meeting of an id as typed.
func meetingOf(v *store.View, word string) (*store.Meeting, error) {
	letter, id, ok := store.ParseRef(word, 'M')
	if !ok || letter != 'M' {
		return nil, fault.New(fault.Invalid, "%s is no id of a meeting. Meetings have ids such as M3.", word).WithTry("/thb meeting list")
	}
	m, err := v.Meeting(id)
	if err == nil && (m == nil || m.Withdrawn != nil) {
		err = fault.New(fault.NotFound, "There is no meeting %s.", store.MeetingRef(id)).WithTry("/thb meeting list")
	}
	return m, err
}

// nextMeeting gives the next meeting that stands, or nil.
func nextMeeting(v *store.View, now time.Time) (*store.Meeting, error) {
	all, err := v.Meetings()
	for _, m := range all {
		if m.Stands() && m.Start.After(now) {
			return m, err
		}
	}
	return nil, err
}

// lastMeeting gives the latest meeting that has begun, or nil.
func lastMeeting(v *store.View, now time.Time) (last *store.Meeting, err error) {
	all, err := v.Meetings()
	for _, m := range all {
		if m.Stands() && !m.Start.After(now) {
			last = m
		}
	}
	return last, err
}

// pastShown is how many meetings of the past a list shows.
const pastShown = 3

func (k *call) listMeetings() (Reply, error) {
	var coming, past []*store.Meeting
	err := k.view(func(v *store.View) error {
		coming, past = nil, nil
		all, err := v.Meetings()
		for _, m := range all {
			if m.Start.After(k.now) {
				coming = append(coming, m)
			} else {
				past = append(past, m)
			}
		}
		return err
	})
	if err != nil {
		return Reply{}, err
	}
	m := new(Message)
	var buttons []Button
	if len(coming) == 0 {
		m.Tell(Say("No meeting is planned."))
	} else {
		m.Tell(Say("**%s ahead**", count(len(coming), "meeting", "meetings"))).Items(k.meetingLines(coming)...)
	}
	if len(past) > 0 {
		slices.Reverse(past)
		m.Tell(Say("Before:")).Items(k.meetingLines(past[:min(len(past), pastShown)])...)
	}
	for _, c := range coming {
		if c.Stands() {
			buttons = append(k.answerButtons(c), Button{Label: "Show " + store.MeetingRef(c.ID), Action: "meeting.show", Record: store.MeetingRef(c.ID)})
			break
		}
	}
	if k.who.Role == store.Coordinator {
		buttons = append(buttons, Button{Label: "Add a meeting", Action: "meeting.add"})
	}
	return Reply{Message: m.Next(buttons...)}, nil
}

func (k *call) meetingLines(meetings []*store.Meeting) []Line {
	var lines []Line
	for _, m := range meetings {
		l := Say("**%s** %s: *%s*", store.MeetingRef(m.ID), k.momentWords(m.Start, k.zone(), k.today), Words(m.Title))
		switch answer := k.agencyAnswer(m, k.who.Agency); {
		case !m.Stands():
			l = append(l, Say(" (cancelled)")...)
		case len(m.Attended) > 0:
			l = append(l, Say(" (%s took part)", count(len(m.Attended), "agency", "agencies"))...)
		case answer != "" && m.Start.After(k.now):
			l = append(l, Say(" (%s)", answerWords[answer])...)
		}
		lines = append(lines, l)
	}
	return lines
}

// showMeeting is a meeting with its answers.
func (k *call) showMeeting(id int) (Reply, error) {
	var reply *Message
	err := k.view(func(v *store.View) error {
		m, err := meetingOf(v, store.MeetingRef(id))
		if err != nil {
			return err
		}
		reply = k.meetingMessage(m)
		return nil
	})
	return Reply{Message: reply}, err
}

func (k *call) meetingMessage(m *store.Meeting) *Message {
	msg := Tell(Say("**%s**: *%s*", store.MeetingRef(m.ID), Words(m.Title)))
	when := Say("%s", k.momentWords(m.Start, k.zone(), k.today))
	if m.Start.After(k.now) && m.Stands() {
		when = append(when, Say(", %s", inDays(k.today, date.Of(m.Start.In(k.rules.Zone))))...)
	}
	msg.Tell(when, k.cancelledLine(m), placeLine(m)).Quoting(m.Agenda)
	if !m.Stands() {
		return msg
	}
	if len(m.Attended) > 0 {
		msg.Tell(Say("Took part: %s.", k.agencyNames(m.Attended)))
	} else {
		msg.Items(k.answerLines(m)...)
	}
	buttons := k.answerButtons(m)
	if k.who.Role == store.Coordinator {
		buttons = append(buttons, Button{Label: "Edit", Action: "meeting.edit", Record: store.MeetingRef(m.ID), Revision: m.Revision})
	}
	return msg.Next(buttons...)
}

func (k *call) cancelledLine(m *store.Meeting) Line {
	if m.Cancelled == nil {
		return nil
	}
	l := Say("Cancelled on %s", k.dayWords(date.Of(m.Cancelled.At.In(k.rules.Zone))))
	if m.Cancelled.Reason != "" {
		l = append(l, Say(": %s", Words(m.Cancelled.Reason))...)
	}
	return l
}

// placeLine gives place and link.
func placeLine(m *store.Meeting) Line {
	var parts []Line
	for _, text := range []string{m.Place, m.Link} {
		if text != "" {
			parts = append(parts, Say("%s", Words(text)))
		}
	}
	return Join(" · ", parts...)
}

// zone is the caller's own time zone.
func (k *call) zone() *time.Location { return k.ZoneOf(k.who) }

// momentWords gives "Thursday 10 December, 10:00 in Brussels (11:00 for you)",
// or "…, 10:00 Brussels time" where the reader's clock shows the same.
func (c *Commands) momentWords(t time.Time, reader *time.Location, today date.Day) string {
	here, there := t.In(c.rules.Zone), t.In(reader)
	words := date.Of(here).Date().Words(today) + ", " + here.Format("15:04")
	city := cityOf(c.rules.Zone)
	if here.Format("15:04 02") == there.Format("15:04 02") {
		return words + " " + city + " time"
	}
	own := there.Format("15:04")
	if date.Of(here) != date.Of(there) {
		own = date.Of(there).Date().Words(today) + ", " + own
	}
	return words + " in " + city + " (" + own + " for you)"
}

// cityOf gives the town of a zone, "Brussels" of Europe/Brussels.
func cityOf(zone *time.Location) string {
	name := zone.String()
	return strings.ReplaceAll(name[strings.LastIndexByte(name, '/')+1:], "_", " ")
}

// inDays says how far a day ahead is.
func inDays(today, d date.Day) string {
	switch n := int(d - today); n {
	case 0:
		return "today"
	case 1:
		return "tomorrow"
	default:
		return "in " + itoa(n) + " days"
	}
}
