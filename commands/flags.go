package commands

import (
	"slices"
	"strings"
	"time"

	"thbot/commands/calendar"
	"thbot/commands/overlap"
	"thbot/store"
	"thbot/store/date"
)

// shownFlags is how many possible duplicates a reply shows whole.
const shownFlags = 3

// concerning leaves the flags that the caller may settle: those of the own
// agency, or all for a coordinator. The two agencies of a pair hear of it first,
// so a partner in one side does not.
func (k *call) concerning(a *store.Activity, flags []flag) []flag {
	return slices.DeleteFunc(flags, func(f flag) bool {
		return k.who.Role != store.Coordinator && k.who.Agency != a.Agency && k.who.Agency != f.Other.Agency
	})
}

// addFlags tells the possible duplicates of an activity, with reasons, and who
// will be told.
func (k *call) addFlags(m *Message, a *store.Activity, flags []flag) {
	for i, f := range flags {
		if i == shownFlags {
			m.Tell(Say("%s more: `/thb show %s`", count(len(flags)-shownFlags, "possible duplicate", "possible duplicates"), store.ActivityRef(a.ID)))
			break
		}
		m.Tell(k.flagLines(f)...)
	}
	if agencies := k.hearing(a, flags); len(agencies) > 0 {
		m.Tell(Say("I will tell the %s of %s %s, in private, unless you change or undo this.",
			plural(len(agencies), "contact point", "contact points"), k.agencyNames(agencies), k.toldAt(agencies...)))
	}
}

// hearing lists the agencies other than the caller's that get a message about
// the flags, in the catalogue's order.
func (k *call) hearing(a *store.Activity, flags []flag) (agencies []string) {
	for _, agency := range k.catalogue.Agencies {
		if agency.Slug != k.who.Agency && slices.ContainsFunc(flags, func(f flag) bool {
			return f.Fresh && !f.Overlap.Question && (f.Other.Agency == agency.Slug || a.Agency == agency.Slug)
		}) {
			agencies = append(agencies, agency.Slug)
		}
	}
	return agencies
}

// toldAt says when people of the agencies hear of something: after the hold, and
// not at night or at a weekend where they are.
func (k *call) toldAt(agencies ...string) string {
	return k.Commands.toldAt(k.now.Add(k.rules.Hold), k.today, agencies...)
}

// toldAt is as that of a call, for what falls due at a time.
func (c *Commands) toldAt(due time.Time, today date.Day, agencies ...string) string {
	var first, last time.Time
	for _, agency := range agencies {
		t := due
		if !c.rules.AnyHour {
			t = calendar.AfterQuiet(due.In(c.ZoneOf(&store.Person{Agency: agency})))
		}
		if first.IsZero() || t.Before(first) {
			first = t
		}
		if t.After(last) {
			last = t
		}
	}
	if first.IsZero() {
		first, last = due, due
	}
	words := atWords(first.In(c.rules.Zone), today)
	if !last.Equal(first) {
		words = "from " + clockWords(first.In(c.rules.Zone), today) + " on"
	}
	return words
}

// everyAgency gives the slugs of all agencies.
func (c *Commands) everyAgency() (slugs []string) {
	for _, a := range c.catalogue.Agencies {
		slugs = append(slugs, a.Slug)
	}
	return slugs
}

// flagLines tells one possible duplicate, or the question between partners.
func (k *call) flagLines(f flag) []Line {
	head := Join("", Say("**Possible duplicate** (%s): ", store.OverlapRef(f.Overlap.ID)), k.named(f.Other, k.today))
	if f.Overlap.Question {
		head = Join("", Say("**The same joint activity?** (%s): ", store.OverlapRef(f.Overlap.ID)), k.named(f.Other, k.today))
	}
	return append([]Line{head}, reasonLines(f.Match)...)
}

// reasonLines gives what two activities have in common, what speaks against,
// and what in these is only a guess, each on one line.
func reasonLines(m overlap.Match) []Line {
	var lines []Line
	if l := reasonLine("In common: ", m.Reasons); l != nil {
		lines = append(lines, l)
	}
	if l := reasonLine("Different: ", m.Against); l != nil {
		lines = append(lines, l)
	}
	if m.Guesses != "" {
		lines = append(lines, Say("Guessed from the text: %s.", m.Guesses))
	}
	return lines
}

func reasonLine(lead string, reasons []overlap.Reason) Line {
	if len(reasons) == 0 {
		return nil
	}
	texts := make([]string, len(reasons))
	for i, r := range reasons {
		texts[i] = r.Text
	}
	return Line{{Text: lead}, {Text: strings.Join(texts, " · "), People: true}}
}

// flagButtons are the next steps for the best flag.
func flagButtons(flags []flag) []Button {
	if len(flags) == 0 {
		return nil
	}
	f := flags[0]
	o := store.OverlapRef(f.Overlap.ID)
	show := Button{Label: "Show " + store.ActivityRef(f.Other.ID), Action: "show.record", Record: store.ActivityRef(f.Other.ID)}
	if f.Overlap.Question {
		return []Button{show,
			{Label: "Yes, the same", Action: "overlap.joint", Record: o, Revision: f.Overlap.Revision},
			{Label: "No, another one", Action: "overlap.dismiss", Record: o, Revision: f.Overlap.Revision}}
	}
	return []Button{show,
		{Label: "We will coordinate", Action: "overlap.coordinate", Record: o, Revision: f.Overlap.Revision},
		{Label: "One joint activity", Action: "overlap.joint", Record: o, Revision: f.Overlap.Revision},
		{Label: "Not a duplicate", Action: "overlap.dismiss", Record: o, Revision: f.Overlap.Revision}}
}

func plural(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}
