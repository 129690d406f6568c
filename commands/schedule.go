package commands

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"thbot/commands/calendar"
	"thbot/store"
	"thbot/store/date"
)

// Ahead is how far the schedule looks.
const Ahead = 30 * 24 * time.Hour

func scheduleCommand() subcommand {
	return subcommand{
		Name:    "schedule",
		Brief:   "what will be sent in the next 30 days, and to whom",
		Usage:   []string{"schedule"},
		Example: "/thb schedule",
		Who:     office,
		Run:     runSchedule,
	}
}

func runSchedule(k *call) (Reply, error) {
	var list []Upcoming
	err := k.view(func(v *store.View) (err error) {
		list, err = k.Upcoming(v, k.now, k.now.Add(Ahead))
		return err
	})
	if err != nil {
		return Reply{}, err
	}
	if len(list) == 0 {
		return Reply{Message: Tell(Say("Nothing will be sent in the next 30 days."))}, nil
	}
	m := Tell(Say("**In the next 30 days**"))
	const shown = 40
	var lines []Line
	for i, u := range list {
		if i == shown {
			lines = append(lines, Say("and %d more", len(list)-shown))
			break
		}
		lines = append(lines, Say("%s: %s, to %s", clockWords(u.At.In(k.rules.Zone), k.today), u.What, u.To))
	}
	hours := Say("Times in %s. Messages to people go neither at night nor at a weekend where their agency is, or where their chat profile says; reminders do.", cityOf(k.rules.Zone))
	if k.rules.AnyHour {
		hours = Say("Times in %s.", cityOf(k.rules.Zone))
	}
	return Reply{Message: m.Items(lines...).Aside(hours)}, nil
}

// Upcoming is one thing that will be sent, to everybody who gets it.
type Upcoming struct {
	At   time.Time // when it goes: at its due time, or after the night or the weekend where its readers are
	Kind string    // of its rows, such as store.RowReminder
	What string    // such as "reminder of M3 (14d)"
	To   string    // agencies, channels and the Coordinator's office; never names of people
}

// Upcoming lists what will be sent after from and up to the end, soonest
// first: the open rows, with those that are overdue, and the rounds of the
// digest that are not planned yet. It changes nothing.
func (c *Commands) Upcoming(v *store.View, from, to time.Time) ([]Upcoming, error) {
	var rows []*store.Row
	err := v.Rows("", func(r *store.Row) bool {
		if r.Open() && !r.Refresh && !r.Due.After(to) {
			rows = append(rows, r)
		}
		return true
	})
	if err != nil {
		return nil, err
	}
	list, err := c.together(v, rows, from)
	if err != nil {
		return nil, err
	}
	digests, err := c.digestsAhead(v, rows, from, to)
	if err != nil {
		return nil, err
	}
	list = append(list, digests...)
	slices.SortStableFunc(list, func(a, b Upcoming) int { return a.At.Compare(b.At) })
	return list, nil
}

// together makes one of the rows that say the same at the same time.
func (c *Commands) together(v *store.View, rows []*store.Row, now time.Time) ([]Upcoming, error) {
	var list []Upcoming
	var to [][]string
	at := map[string]int{}
	for _, r := range rows {
		goes, err := c.goesAt(v, r, now)
		if err != nil {
			return nil, err
		}
		id := strings.Join([]string{r.Kind, r.Subject, r.Slot, goes.UTC().String()}, " ")
		i, known := at[id]
		if !known {
			i = len(list)
			at[id], to = i, append(to, nil)
			list = append(list, Upcoming{At: goes, Kind: r.Kind, What: c.rowWords(r)})
		}
		name, err := c.destinationName(v, r, date.Of(r.Due.In(c.rules.Zone)))
		if err != nil {
			return nil, err
		}
		to[i] = addOnce(to[i], name)
	}
	for i := range list {
		list[i].To = c.toWords(to[i])
	}
	return list, nil
}

// goesAt says when a row goes: what is due at night or at a weekend where its
// reader's agency is goes after it. A chat profile that names another time zone
// is not asked.
func (c *Commands) goesAt(v *store.View, r *store.Row, now time.Time) (time.Time, error) {
	if !c.Waits(r.Kind) {
		return r.Due, nil
	}
	p, err := v.PersonNamed(r.Destination)
	if p == nil || err != nil {
		return r.Due, err
	}
	due := r.Due
	if due.Before(now) { // overdue: it goes as soon as it may
		due = now
	}
	if goes := calendar.AfterQuiet(due.In(c.ZoneOf(p))); goes.After(due) {
		return goes, nil
	}
	return r.Due, nil
}

// Waits tells whether a message of the kind to a person waits while it is night
// or weekend where the reader is: none but a reminder goes then, unless the
// rules leave every hour free.
func (c *Commands) Waits(kind string) bool { return kind != store.RowReminder && !c.rules.AnyHour }

// digestsAhead gives the rounds of the digest that have no row yet.
func (c *Commands) digestsAhead(v *store.View, planned []*store.Row, from, to time.Time) ([]Upcoming, error) {
	rounds, err := c.rounds(from, to)
	if err != nil {
		return nil, err
	}
	roster, err := v.Roster()
	if err != nil {
		return nil, err
	}
	var where []string
	for _, channel := range c.channels() {
		where = append(where, c.channelName(channel))
	}
	copies := 0
	for _, p := range roster {
		if p.DigestDM {
			copies++
		}
	}
	if copies > 0 {
		where = append(where, count(copies, "person who asked for a copy", "people who asked for a copy"))
	}
	if len(where) == 0 {
		return nil, nil
	}
	var list []Upcoming
	for _, d := range rounds {
		if !slices.ContainsFunc(planned, func(r *store.Row) bool { return r.Kind == store.RowDigest && r.Due.Equal(d.Due) }) {
			list = append(list, Upcoming{At: d.Due, Kind: store.RowDigest, What: "digest", To: andList(where)})
		}
	}
	return list, nil
}

// destinationName says to whom a row goes on the day, without naming people.
func (c *Commands) destinationName(v *store.View, r *store.Row, on date.Day) (string, error) {
	p, err := v.PersonNamed(r.Destination)
	if p == nil || err != nil {
		return c.channelName(r.Destination), err
	}
	name := c.speaksFor(p)
	if p.Agency != "" && p.AwayOn(on) != nil && r.Kind != store.RowCatchup {
		name += awayThen
	}
	return name, nil
}

// awayThen marks an agency whose contact point is away when a row is due.
const awayThen = " (away then)"

// toWords names those who get something, agencies in the statement's order;
// where it is every agency, it says so and names who is away.
func (c *Commands) toWords(to []string) string {
	var names, away []string
	for _, a := range c.catalogue.Agencies {
		switch {
		case slices.Contains(to, a.Short):
			names = append(names, a.Short)
		case slices.Contains(to, a.Short+awayThen):
			names, away = append(names, a.Short+awayThen), append(away, a.Short)
		}
	}
	all := "all " + itoa(len(names)) + " agencies"
	if len(away) > 0 {
		all += " (away then: " + andList(away) + ")"
	}
	rest := slices.DeleteFunc(slices.Clone(to), func(s string) bool { return slices.Contains(names, s) })
	if len(names) > 2 && len(names) == len(c.catalogue.Agencies) {
		names = []string{all}
	}
	return andList(append(names, rest...))
}

// channelName names a channel as people know it, else by its own part of the
// destination; where there are several, with the chat.
func (c *Commands) channelName(destination string) string {
	platform, _, _ := strings.Cut(destination, "/")
	name := "the channel " + cmp.Or(c.rules.ChannelNames[platform], destination[strings.LastIndexByte(destination, '/')+1:])
	if len(c.channels()) > 1 {
		name += " on " + platform
	}
	return name
}

// rowWords says what a row is about, with ids only: it is for lists that
// administrators see, too.
func (c *Commands) rowWords(r *store.Row) string {
	ref, _, _ := strings.Cut(r.Subject, ".")
	switch r.Kind {
	case store.RowReminder:
		if _, err := date.Parse(r.Slot); err == nil {
			return "reminder of " + ref + ", as asked for"
		}
		return fmt.Sprintf("reminder of %s (%s)", ref, r.Slot)
	case store.RowDigest:
		return "digest"
	case store.RowBlocked:
		return "a word that outsiders read the channel"
	case store.RowDigestDM:
		return "digest by direct message"
	case store.RowCatchup:
		return "what came during an absence"
	case store.RowLink:
		return "question whether an account belongs to " + ref
	case store.RowSilent:
		return "a word that nothing was heard"
	case store.RowImport:
		return "possible duplicates of an import"
	case store.RowUnsent:
		return "messages that did not go out"
	}
	if words, ok := rowKinds[r.Kind]; ok {
		return words + " " + ref
	}
	return r.Kind + " " + ref
}

var rowKinds = map[string]string{
	store.RowFlag:       "possible duplicates of",
	store.RowNamed:      "named as partner in",
	store.RowVerdict:    "another word on",
	store.RowProposal:   "one joint activity proposed on",
	store.RowLater:      "reminder of overlap",
	store.RowUnsettled:  "changing words on",
	store.RowEntered:    "entered by the Coordinator's office:",
	store.RowInvitation: "invitation to",
	store.RowMoved:      "new time or end of",
	store.RowUndone:     "taken back:",
}
