package commands

import (
	"strings"

	"thbot/commands/line"
	"thbot/store"
	"thbot/store/date"
	"thbot/store/fault"
)

func briefCommand() subcommand {
	return subcommand{
		Name:    "brief",
		Brief:   "your agency at a glance for the next meeting",
		Usage:   []string{"brief", "brief AGENCY (Coordinator's office)"},
		Example: "/thb brief",
		Menu:    "Brief",
		Run:     runBrief,
		Actions: map[string]func(*call, Press) (Reply, error){
			"brief.show": func(k *call, p Press) (Reply, error) { return k.brief(p.Record) },
		},
	}
}

func runBrief(k *call) (Reply, error) {
	word, _ := line.Word(k.rest)
	if word == "" {
		if k.who.Agency == "" {
			return Reply{}, fault.New(fault.Invalid, "The brief of which agency?").WithTry("/thb brief cepol")
		}
		return k.brief(k.who.Agency)
	}
	a, err := k.catalogue.FindAgency(strings.TrimSpace(k.rest))
	if err != nil {
		return Reply{}, fault.Retry(err, after("brief"))
	}
	return k.brief(a.Slug)
}

// brief shows an agency's own overview; another agency's only to the
// Coordinator's office.
func (k *call) brief(agency string) (Reply, error) {
	if agency != k.who.Agency && k.who.Role != store.Coordinator {
		return Reply{}, fault.New(fault.Forbidden, "A brief is for the agency's own people. What %s does stands in the list.", k.agencyName(agency)).WithTry("/thb list agency:%s", agency)
	}
	var m *Message
	err := k.view(func(v *store.View) error {
		b, err := k.briefOf(v, agency, k.now)
		if err != nil {
			return err
		}
		if agency != k.who.Agency {
			b.you, b.your = k.agencyName(agency), k.agencyName(agency)+"'s"
		}
		if b.Opportunities, err = k.opportunities(v, b); err != nil {
			return err
		}
		m, err = k.briefMessage(v, b)
		return err
	})
	return Reply{Message: m}, err
}

// briefMessage is the whole brief, short enough for a phone.
func (k *call) briefMessage(v *store.View, b *brief) (*Message, error) {
	own := b.Agency == k.who.Agency
	m := Tell(k.briefHead(b))
	if b.Next != nil && len(b.Next.Answers) > 0 && k.who.Role == store.Coordinator {
		m.Items(k.answerLines(b.Next)...)
	}
	m.Items(b.essentials(k.Commands)...)
	if err := k.addWaiting(v, m, b); err != nil {
		return nil, err
	}
	if len(b.Opportunities) > 0 {
		m.Tell(Say("Work of others that could be joined:"))
		for _, o := range b.Opportunities {
			m.Items(k.opportunityLine(o, b.your))
		}
	}
	if n := len(b.active); n > briefLooked {
		m.Aside(Say("Only the %d changed or confirmed last of %s %d planned or ongoing activities were compared with the work of others.", briefLooked, b.your, n))
	}
	if len(b.Fora) > 0 {
		var lines []Line
		for _, a := range b.Fora[:min(len(b.Fora), briefShown)] {
			lines = append(lines, Say("**%s** *%s* %s", store.ActivityRef(a.ID), title(a), a.Period().Words(k.today)))
		}
		m.Tell(Say("Spoke for the agency in %s:", count(len(b.Fora), "forum", "fora"))).Items(lines...)
	}
	var buttons []Button
	if own {
		if b.Next != nil && k.agencyAnswer(b.Next, b.Agency) == "" {
			buttons = answers(b.Next)
		}
		buttons = append(buttons, Button{Label: "Nothing changed", Action: "meeting.unchanged"})
	}
	for _, o := range b.Opportunities {
		ref := store.ActivityRef(o.Theirs.ID)
		buttons = append(buttons, Button{Label: "Show " + ref, Action: "show.record", Record: ref})
	}
	return m.Next(buttons...), nil
}

// briefHead names the agency, the next meeting and what it has answered.
func (k *call) briefHead(b *brief) Line {
	head := Say("**%s at a glance.**", k.agencyName(b.Agency))
	if b.Next == nil {
		return append(head, Say(" No meeting is planned.")...)
	}
	l := append(head, Say(" Next meeting, %s (%s): *%s*, %s.", inDays(k.today, date.Of(b.Next.Start.In(k.zone()))), store.MeetingRef(b.Next.ID), Words(b.Next.Title), k.momentWords(b.Next.Start, k.zone(), k.today))...)
	if b.Agency != k.who.Agency {
		return l
	}
	if answer := k.agencyAnswer(b.Next, b.Agency); answer != "" {
		return append(l, Say(" You said: %s.", answerWords[answer])...)
	}
	return append(l, Say(" You have not answered yet.")...)
}

// addWaiting lists the open overlaps and the namings that wait for a word.
func (k *call) addWaiting(v *store.View, m *Message, b *brief) error {
	var lines []Line
	for _, o := range b.Overlaps[:min(len(b.Overlaps), briefShown)] {
		mine, theirs := v.Activity(o.A), v.Activity(o.B)
		if mine.Agency != b.Agency {
			mine, theirs = theirs, mine
		}
		lines = append(lines, Join("", Say("**%s** %s %s and ", store.OverlapRef(o.ID), b.your, store.ActivityRef(mine.ID)), k.named(theirs, k.today), Say(": %s", k.waitsFor(o, b))))
	}
	for _, a := range b.Named[:min(len(b.Named), briefShown)] {
		l := Join("", k.named(a, k.today), Say(" names %s as partner", b.you))
		if b.Agency == k.who.Agency {
			l = append(l, Say(": `/thb partner %s confirm` or `decline`", store.ActivityRef(a.ID))...)
		}
		lines = append(lines, l)
	}
	if len(lines) > 0 {
		m.Tell(Say("Waiting for a word:")).Items(lines...)
	}
	return nil
}

// waitsFor says whose word an open overlap waits for.
func (c *Commands) waitsFor(o *store.Overlap, b *brief) string {
	switch {
	case o.Latest(b.Agency) == nil:
		return "waits for " + b.you
	case o.Latest(o.Side(b.Agency)) == nil:
		return "waits for " + c.agencyName(o.Side(b.Agency))
	}
	return "not settled"
}

func (k *call) opportunityLine(o opportunity, your string) Line {
	l := Join("", k.named(o.Theirs, k.today), Say(", near %s %s", your, store.ActivityRef(o.Mine.ID)))
	if o.Reason != "" {
		l = append(l, Say(": %s", Words(o.Reason))...)
	}
	if len(o.Contacts) > 0 {
		l = append(l, Say(". Contact: %s", Words(strings.Join(o.Contacts, ", ")))...)
	}
	return l
}
