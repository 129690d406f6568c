package commands

import (
	"fmt"
	"strings"
	"time"

	"thbot/commands/coverage"
	"thbot/store"
	"thbot/store/date"
)

// coverageFacts are the lines above the table: what is covered, the gaps, and
// what rests on one agency.
func (c *Commands) coverageFacts(m *coverage.Matrix) []Line {
	in := m.Period.Words(date.None)
	if m.Total.Sum() == 0 {
		return []Line{Say("**Coverage, %s:** nothing is recorded for that time.", in)}
	}
	lines := []Line{Say("**Coverage, %s:** %s; %s.", in, workOn(m), count(m.Total.Sum(), "activity", "activities"))}
	if gaps := m.Gaps(); len(gaps) > 0 {
		lines = append(lines, Say("Gaps, where nobody has recorded work: %s.", andList(gaps)))
	}
	var single []string
	for row, k := range m.Commitments {
		if working := m.Working(row); len(working) == 1 {
			single = append(single, k.Slug+" ("+m.Agencies[working[0]].Short+")")
		}
	}
	if len(single) > 0 {
		lines = append(lines, Say("Resting on one agency: %s.", andList(single)))
	}
	return lines
}

// workOn gives "9 of 11 commitments have work planned, under way or done".
func workOn(m *coverage.Matrix) string {
	if m.Covered() == len(m.Commitments) {
		return fmt.Sprintf("each of the %d commitments has work planned, under way or done", m.Covered())
	}
	return fmt.Sprintf("%d of %d commitments have work planned, under way or done", m.Covered(), len(m.Commitments))
}

// coverageRemarks are the lines below the table.
func (c *Commands) coverageRemarks(m *coverage.Matrix) []Line {
	var lines []Line
	if n := m.Total.Sum(); n > 0 {
		lines = append(lines, Say("In a work programme: %d of %d. %s", m.Planned(), n, placesWords(m)))
	}
	if n := len(m.Stale); n > 0 {
		overdue := 0
		for _, a := range m.Stale {
			if coverage.Overdue(a, m.Today) {
				overdue++
			}
		}
		l := Say("Stale: %s, past the end or untouched for %d days", someRefs(m.Stale, 6), int(c.rules.StaleAfter/day))
		if overdue > 0 {
			l = append(l, Say("; %d past the end. All: `/thb list stale`", overdue)...)
		} else {
			l = append(l, Say(". All: `/thb list stale`")...)
		}
		lines = append(lines, l)
	}
	if len(m.NoDates) > 0 {
		lines = append(lines, Say("No dates, counted in the year they were recorded: %s.", someRefs(m.NoDates, 6)))
	}
	if len(m.Uncommitted) > 0 {
		lines = append(lines, Say("Under no commitment, so in no row: %s.", someRefs(m.Uncommitted, 6)))
	}
	if n := guessedIn(m); n > 0 {
		lines = append(lines, Say("%s under commitments that are only read from the text, not yet confirmed.", standOf(n)))
	}
	return append(lines, c.silenceLines(m)...)
}

func standOf(n int) string {
	if n == 1 {
		return "1 activity stands"
	}
	return itoa(n) + " activities stand"
}

// guessedIn counts the activities whose commitments are a guess.
func guessedIn(m *coverage.Matrix) int {
	seen := map[int]bool{}
	for _, row := range m.Cells {
		for i := range row {
			for _, a := range row[i].Activities {
				if a.IsGuess("commitments") {
					seen[a.ID] = true
				}
			}
		}
	}
	return len(seen)
}

// placesWords says how much is done inside and outside the EU.
func placesWords(m *coverage.Matrix) string {
	if m.Inside+m.Outside+m.Both == 0 {
		return "None names a place."
	}
	words := fmt.Sprintf("Inside the EU only: %d, outside only: %d, both: %d", m.Inside, m.Outside, m.Both)
	if left := m.Total.Sum() - m.Inside - m.Outside - m.Both; left > 0 {
		words += fmt.Sprintf(", no place named: %d", left)
	}
	return words + "."
}

// someRefs gives "A4, A9 and 7 more".
func someRefs(all []*store.Activity, most int) string {
	refs := make([]string, 0, most+1)
	for _, a := range all[:min(most, len(all))] {
		refs = append(refs, store.ActivityRef(a.ID))
	}
	if left := len(all) - len(refs); left > 0 {
		return strings.Join(refs, ", ") + " and " + itoa(left) + " more"
	}
	return andList(refs)
}

// silenceLines name the agencies of which nothing was heard, by month.
func (c *Commands) silenceLines(m *coverage.Matrix) []Line {
	var lines []Line
	if never, since := c.silenceWords(m.Silences, m.Today); since != "" || never != "" {
		if since != "" {
			lines = append(lines, Say("Nothing heard %s.", since))
		}
		if never != "" {
			lines = append(lines, Say("Nothing recorded yet by %s.", never))
		}
	}
	return lines
}

// silenceWords gives "from EIGE since June and from FRA since July", and who
// has never recorded anything.
func (c *Commands) silenceWords(silences []coverage.Silence, today date.Day) (never, since string) {
	var months []string
	byMonth := map[string][]string{}
	var none []string
	for _, s := range silences {
		if s.Since.IsZero() {
			none = append(none, s.Agency)
			continue
		}
		month := monthWords(date.Of(s.Since.In(c.rules.Zone)), today)
		if byMonth[month] == nil {
			months = append(months, month)
		}
		byMonth[month] = append(byMonth[month], s.Agency)
	}
	parts := make([]string, len(months))
	for i, month := range months {
		parts[i] = "from " + c.agencyNames(byMonth[month]) + " since " + month
	}
	return c.agencyNames(none), andList(parts)
}

// coverageTable is the matrix as a table. With a width it has short codes, and
// cells as exact as fit: three numbers; letters instead of zeros; sums.
func coverageTable(m *coverage.Matrix, width int) (*Table, []Line) {
	if width == 0 {
		return tableOf(m, func(s string) string { return s }, threeNumbers), coverageLegend(m, false, numbersLegend)
	}
	if t := tableOf(m, shortCode, threeNumbers); tableWidth(t) <= width {
		return t, coverageLegend(m, true, numbersLegend)
	}
	if t := tableOf(m, shortCode, letterNumbers); tableWidth(t) <= width {
		return t, coverageLegend(m, true, lettersLegend)
	}
	return tableOf(m, shortCode, oneNumber), coverageLegend(m, true, sumsLegend)
}

// What the cells of a table say.
const (
	numbersLegend = "1·2·0 is 1 planned, 2 ongoing, 0 completed; 1!2!0 the same, and all that is current is stale."
	lettersLegend = "10p2o1c is 10 planned, 2 ongoing, 1 completed; ! all that is current is stale."
	sumsLegend    = "Each number is how many activities there are; ! all that is current is stale. By status: `/thb coverage text`"
)

func tableOf(m *coverage.Matrix, name func(string) string, cell func(*coverage.Cell) string) *Table {
	t := &Table{Header: []string{"Commitment"}}
	for _, a := range m.Agencies {
		t.Header = append(t.Header, name(a.Short))
	}
	for row, k := range m.Commitments {
		cells := []string{itoa(k.Number) + " " + k.Slug}
		for col := range m.Agencies {
			cells = append(cells, cell(&m.Cells[row][col]))
		}
		t.Rows = append(t.Rows, cells)
	}
	all := []string{"All activities"}
	for col := range m.Agencies {
		all = append(all, itoa(m.Columns[col].Sum()))
	}
	t.Rows = append(t.Rows, all)
	return t
}

func threeNumbers(c *coverage.Cell) string {
	between := "·"
	if c.Stale {
		between = "!"
	}
	return cellWords(c, fmt.Sprintf("%d%s%d%s%d", c.Planned, between, c.Ongoing, between, c.Completed))
}

// letterNumbers leaves out what is zero: "10p1o".
func letterNumbers(c *coverage.Cell) string {
	var b strings.Builder
	for _, part := range []struct {
		n      int
		letter string
	}{{c.Planned, "p"}, {c.Ongoing, "o"}, {c.Completed, "c"}} {
		if part.n > 0 {
			b.WriteString(itoa(part.n) + part.letter)
		}
	}
	if c.Stale {
		b.WriteByte('!')
	}
	return cellWords(c, b.String())
}

func oneNumber(c *coverage.Cell) string {
	n := itoa(c.Sum())
	if c.Stale {
		n += "!"
	}
	return cellWords(c, n)
}

func cellWords(c *coverage.Cell, numbers string) string {
	switch c.State {
	case coverage.Active:
		return numbers
	case coverage.Nothing:
		return "none"
	}
	return "-"
}

// shortCode gives at most five characters: a name of five or less as it is, of
// a longer one the first letter and the last four, which tell the agencies
// whose names begin alike apart.
func shortCode(name string) string {
	r := []rune(name)
	if len(r) <= 5 {
		return name
	}
	return string(r[:1]) + strings.TrimPrefix(string(r[len(r)-4:]), "-")
}

// tableWidth is how many columns an aligned table takes.
func tableWidth(t *Table) int {
	widths := make([]int, len(t.Header))
	for _, row := range append([][]string{t.Header}, t.Rows...) {
		for i, cell := range row {
			widths[i] = max(widths[i], len([]rune(cell)))
		}
	}
	total := len(widths) - 1
	for _, w := range widths {
		total += w
	}
	return total
}

func coverageLegend(m *coverage.Matrix, codes bool, numbers string) []Line {
	lines := []Line{Say(numbers)}
	said := ""
	if stated := statedCells(m); stated != "" {
		said = " (" + stated + ")"
	}
	lines = append(lines, Say("none: the agency says that it plans nothing%s; -: silent.", said))
	if !codes {
		return lines
	}
	var parts []string
	for _, a := range m.Agencies {
		if code := shortCode(a.Short); code != a.Short {
			parts = append(parts, code+" "+a.Short)
		}
	}
	if len(parts) > 0 {
		lines = append(lines, Say("%s.", strings.Join(parts, ", ")))
	}
	return lines
}

// statedCells dates what agencies have stated: "FRA on synergies, 3 February".
func statedCells(m *coverage.Matrix) string {
	var parts []string
	for row, k := range m.Commitments {
		for col, a := range m.Agencies {
			if c := &m.Cells[row][col]; c.State == coverage.Nothing {
				parts = append(parts, fmt.Sprintf("%s on %s, %s", a.Short, k.Slug, saidOn(c.Said, m)))
			}
		}
	}
	return strings.Join(parts, "; ")
}

func saidOn(t time.Time, m *coverage.Matrix) string {
	return shortDay(date.Of(t.In(m.Zone())), m.Today)
}

// shortDay gives "3 February", with the year where it is not this one's.
func shortDay(d, today date.Day) string {
	_, _, n := d.Civil()
	return itoa(n) + " " + monthWords(d, today)
}
