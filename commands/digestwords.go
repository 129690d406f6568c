package commands

import (
	"slices"
	"strings"
	"time"

	"thbot/commands/coverage"
	"thbot/store"
	"thbot/store/date"
)

const (
	digestShown   = 10 // of each kind, in the details
	overlapsShown = 5
)

// digestEssentials says a digest, short. Where nothing is new it is one line.
// late is when it was due, or the zero time where it is on time.
func (c *Commands) digestEssentials(d *digest, late time.Time, reader *time.Location) *Message {
	label := c.digestLabel(d, late)
	next := c.nextMeetingLine(d, reader)
	if d.quiet() {
		return Tell(Join(" ", Say("**%s: nothing new.**", label), openLine(d), c.digestSilence(d), next))
	}
	m := Tell(
		Join(" ", Say("**%s: %s.**", label, d.newsWords()), Say("%s", c.coverageChange(d))),
		Join(" ", openLine(d), c.digestSilence(d)),
		next)
	return m.Next(
		Button{Label: "Coverage", Action: "coverage.show"},
		Button{Label: "Overlaps", Action: "menu.run", Record: "overlap"},
		Button{Label: "My agency", Action: "menu.run", Record: "brief"})
}

// digestLabel names the digest and, where it is late, says so.
func (c *Commands) digestLabel(d *digest, late time.Time) string {
	label := c.slotLabel(d)
	if !late.IsZero() {
		label += " (late, it was due " + c.dueWords(late, d.Today) + ")"
	}
	return label
}

// slotLabel names a slot by its length: "Week 48", "November 2026", or the day.
func (c *Commands) slotLabel(d *digest) string {
	next, err := c.nextRound(d.Slot)
	switch length := next.Slot.Sub(d.Slot); {
	case err != nil || length < 2*day:
		return date.Of(d.Slot).Date().Words(d.Today)
	case length <= 15*day:
		_, week := d.Slot.ISOWeek()
		return "Week " + itoa(week)
	}
	return d.Slot.Format("January 2006")
}

// dueWords gives "Monday 23 November, 09:00".
func (c *Commands) dueWords(t time.Time, today date.Day) string {
	t = t.In(c.rules.Zone)
	return date.Of(t).Date().Words(today) + ", " + t.Format("15:04")
}

// newsWords gives "4 new, 2 changed, 1 finished".
func (d *digest) newsWords() string {
	var parts []string
	add := func(n int, word string) {
		if n > 0 {
			parts = append(parts, itoa(n)+" "+word)
		}
	}
	add(len(d.New), "new")
	add(len(d.Changed), "changed")
	add(len(d.Finished), "finished")
	add(len(d.Cancelled), "cancelled")
	add(d.Withdrawn, "withdrawn")
	if len(parts) == 0 {
		return "no new activity"
	}
	return strings.Join(parts, ", ")
}

// coverageChange says how many commitments have work this year, what has come
// and gone since the last digest, and which have none.
func (c *Commands) coverageChange(d *digest) string {
	gaps := d.Matrix.Gaps()
	covered, all := d.Matrix.Covered(), len(d.Matrix.Commitments)
	words := itoa(covered) + " of " + itoa(all) + " commitments " + plural(covered, "has", "have")
	switch covered {
	case 0:
		return "Nothing is recorded for " + itoa(d.Today.Year()) + " so far." + aheadWords(d)
	case all:
		words = "All " + itoa(all) + " commitments have"
	}
	words += " work in " + itoa(d.Today.Year()) + changeWords(d.Then.Gaps(), gaps, all)
	switch {
	case len(gaps) == 0:
	case len(gaps) <= 4:
		words += "; " + andList(gaps) + plural(len(gaps), " has", " have") + " none"
	default:
		words += "; " + itoa(len(gaps)) + " have none"
	}
	return words + "." + aheadWords(d)
}

// changeWords says which commitments have come and gone: " (newly training)".
func changeWords(before, gaps []string, all int) string {
	came, gone := notIn(before, gaps), notIn(gaps, before)
	switch {
	case len(before) == all: // nothing was there to compare with
		return ""
	case len(came)+len(gone) == 0:
		return ", as before"
	case len(came)+len(gone) > 4:
		return " (" + itoa(all-len(before)) + " before)"
	}
	var changes []string
	if len(came) > 0 {
		changes = append(changes, "newly "+andList(came))
	}
	if len(gone) > 0 {
		changes = append(changes, "no longer "+andList(gone))
	}
	return " (" + strings.Join(changes, "; ") + ")"
}

// aheadWords looks at next year, in the last quarter of this one.
func aheadWords(d *digest) string {
	if d.Ahead == nil {
		return ""
	}
	year := itoa(d.Today.Year() + 1)
	switch gaps := d.Ahead.Gaps(); {
	case len(gaps) == 0:
		return ""
	case len(gaps) == len(d.Ahead.Commitments):
		return " For " + year + " nothing is recorded yet."
	case len(gaps) <= 4:
		return " For " + year + " there is none yet under " + orList(gaps) + "."
	default:
		return " For " + year + ", " + count(d.Ahead.Covered(), "commitment has", "commitments have") + " work so far."
	}
}

// notIn gives what stands in all and not in others.
func notIn(all, others []string) []string {
	var left []string
	for _, s := range all {
		if !slices.Contains(others, s) {
			left = append(left, s)
		}
	}
	return left
}

// openLine says how many possible duplicates are open, and since when, and how
// many were settled.
func openLine(d *digest) Line {
	var settled Line
	if d.Settled > 0 {
		settled = Say("%s settled.", count(d.Settled, "possible duplicate was", "possible duplicates were"))
	}
	return Join(" ", stillOpen(d), settled)
}

func stillOpen(d *digest) Line {
	if len(d.Open) == 0 {
		return nil
	}
	age := ageWords(d.Open[0].OpenedAt, d.Now)
	switch n := len(d.Open); n {
	case 1:
		return Say("1 possible duplicate is open, %s.", age)
	case 2:
		return Say("2 possible duplicates are open, the older %s.", age)
	default:
		return Say("%d possible duplicates are open, the oldest %s.", n, age)
	}
}

// ageWords gives "since today", "since yesterday", "for 12 days".
func ageWords(t, now time.Time) string {
	switch n := int(date.Of(now) - date.Of(t.In(now.Location()))); n {
	case 0:
		return "since today"
	case 1:
		return "since yesterday"
	default:
		return "for " + itoa(n) + " days"
	}
}

// digestSilence names the agencies that may be named as silent.
func (c *Commands) digestSilence(d *digest) Line {
	never, since := c.silenceWords(d.Silent, d.Today)
	var parts []Line
	if since != "" {
		parts = append(parts, Say("Nothing heard %s.", since))
	}
	if never != "" {
		parts = append(parts, Say("Nothing recorded yet by %s.", never))
	}
	return Join(" ", parts...)
}

func (c *Commands) nextMeetingLine(d *digest, reader *time.Location) Line {
	if d.Next == nil {
		return nil
	}
	return Say("Next Coordinator meeting: %s, %s.", c.momentWords(d.Next.Start, reader, d.Today), inDays(d.Today, date.Of(d.Next.Start.In(c.rules.Zone))))
}

// digestDetails are the picture and the lists behind the essentials; a quiet
// digest has none. The picture comes first, since files go with a first post.
func (c *Commands) digestDetails(d *digest) (*Message, []File, error) {
	if d.quiet() {
		return nil, nil, nil
	}
	m := new(Message)
	picture, err := digestPicture(d)
	for _, f := range picture {
		m.Picture(f.Name, f.Alt)
	}
	part := func(head string, all []*store.Activity, words func(*store.Activity) string) {
		if len(all) == 0 {
			return
		}
		var lines []Line
		for _, a := range all[:min(digestShown, len(all))] {
			lines = append(lines, append(c.named(a, d.Today), Span{Text: words(a), People: true}))
		}
		m.Head(Say("%s", head)).Items(lines...)
		if left := len(all) - digestShown; left > 0 {
			m.Aside(Say("and %d more", left))
		}
	}
	plain := func(*store.Activity) string { return "" }
	part("New", d.New, func(a *store.Activity) string { return newWords(a) })
	part("Changed", d.Changed, func(a *store.Activity) string { return ": " + changedWords(d.Fields[a.ID]) })
	part("Finished", d.Finished, plain)
	part("Cancelled", d.Cancelled, plain)
	c.statedPart(m, d)
	c.coveragePart(m, d)
	c.overlapPart(m, d)
	return m, picture, err
}

// digestPicture draws this year's coverage or, where nothing is recorded for
// it, next year's. It names no agency as silent that the digest may not name.
func digestPicture(d *digest) ([]File, error) {
	m := *d.Matrix
	if m.Total.Sum() == 0 && d.Ahead != nil {
		m = *d.Ahead
	}
	if m.Total.Sum() == 0 {
		return nil, nil
	}
	m.Silences = d.Silent
	data, err := coverage.Picture(&m)
	return []File{{Name: "coverage-" + canonicalPeriod(m.Period) + ".png", Alt: coverage.Alt(&m), Data: data}}, err
}

func newWords(a *store.Activity) string {
	switch {
	case a.PartOf != 0:
		return ", part of " + store.ActivityRef(a.PartOf)
	case len(a.Commitments) == 0:
		return ", under no commitment yet"
	case a.IsGuess("commitments"):
		return ", under " + andList(a.Commitments) + " as read from the text"
	}
	return ", under " + andList(a.Commitments)
}

// changedWords names what changed: "dates, status and a note".
func changedWords(fields []string) string {
	words := map[string]string{"from": "dates", "to": "dates", "note_count": "a note"}
	var parts []string
	for _, f := range fields {
		word, ok := words[f]
		if !ok {
			word = fieldNames[f]
		}
		parts = addOnce(parts, word)
	}
	if len(parts) == 0 {
		return "details confirmed"
	}
	return andList(parts)
}

// statedPart lists the new statements that nothing is planned.
func (c *Commands) statedPart(m *Message, d *digest) {
	var lines []Line
	for _, n := range d.Stated {
		lines = append(lines, Say("%s: nothing planned under %s, %s", c.agencyName(n.Agency), n.Commitment, coverage.PeriodOf(n).Words(date.None)))
	}
	if len(lines) == 0 {
		return
	}
	left := len(lines) - digestShown
	m.Head(Say("Stated")).Items(lines[:min(digestShown, len(lines))]...)
	if left > 0 {
		m.Aside(Say("and %d more", left))
	}
}

// coveragePart is coverage with its change and, in the last quarter, next
// year's so far.
func (c *Commands) coveragePart(m *Message, d *digest) {
	ahead := d.Ahead != nil && d.Ahead.Total.Sum() > 0
	if d.Matrix.Total.Sum()+d.Then.Total.Sum() > 0 || !ahead {
		c.yearPart(m, d)
	}
	if ahead {
		lines := append([]Line{Say("Activities so far: %d", d.Ahead.Total.Sum())}, gapLines(d.Ahead)...)
		m.Head(Say("Coverage, %s", d.Ahead.Period.Words(date.None))).Items(lines...)
	}
}

// yearPart is this year's coverage with its change.
func (c *Commands) yearPart(m *Message, d *digest) {
	lines := []Line{Say("Activities: %s", withBefore(d.Matrix.Total.Sum(), d.Then.Total.Sum()))}
	lines = append(lines, gapLines(d.Matrix)...)
	if now, then := len(d.Matrix.Stale), len(d.Then.Stale); now+then > 0 {
		lines = append(lines, Say("Stale, that is past the end or untouched for %d days: %s", int(c.rules.StaleAfter/day), withBefore(now, then)))
	}
	m.Head(Say("Coverage, %s", d.Matrix.Period.Words(date.None))).Items(lines...)
}

// gapLines say where nobody works, what rests on one agency, and how much
// stands in a work programme.
func gapLines(m *coverage.Matrix) []Line {
	if m.Total.Sum() == 0 {
		return nil
	}
	var lines []Line
	if gaps := m.Gaps(); len(gaps) > 0 {
		lines = append(lines, Say("Gaps: %s", andList(gaps)))
	}
	if one := m.OnOne(); len(one) > 0 {
		lines = append(lines, Say("Resting on one agency: %s", andList(one)))
	}
	return append(lines, Say("In a work programme: %d of %d", m.Planned(), m.Total.Sum()))
}

// withBefore gives "14 (12 before)", or "14" where nothing changed.
func withBefore(now, before int) string {
	if now == before {
		return itoa(now)
	}
	return itoa(now) + " (" + itoa(before) + " before)"
}

// overlapPart lists the open possible duplicates with their age, the oldest
// first.
func (c *Commands) overlapPart(m *Message, d *digest) {
	if len(d.Open) == 0 {
		return
	}
	var lines []Line
	for _, o := range d.Open[:min(overlapsShown, len(d.Open))] {
		lines = append(lines, Say("**%s** %s of %s and %s of %s, open %s", store.OverlapRef(o.ID),
			store.ActivityRef(o.A), c.agencyName(o.AgencyA), store.ActivityRef(o.B), c.agencyName(o.AgencyB), ageWords(o.OpenedAt, d.Now)))
	}
	m.Head(Say("Possible duplicates")).Items(lines...)
	if left := len(d.Open) - overlapsShown; left > 0 {
		m.Aside(Say("and %d more: `/thb overlap open`", left))
	}
}
