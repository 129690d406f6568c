package coverage

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"thbot/store/date"
)

// Working lists the columns of the agencies that are active in the row.
func (m *Matrix) Working(row int) []int {
	var cols []int
	for col := range m.Cells[row] {
		if m.Cells[row][col].State == Active {
			cols = append(cols, col)
		}
	}
	return cols
}

// Gaps lists the slugs of the commitments that nobody works on.
func (m *Matrix) Gaps() []string { return m.withActive(0) }

// OnOne lists the slugs of the commitments that rest on one agency.
func (m *Matrix) OnOne() []string { return m.withActive(1) }

func (m *Matrix) withActive(n int) []string {
	var slugs []string
	for row, c := range m.Commitments {
		if len(m.Working(row)) == n {
			slugs = append(slugs, c.Slug)
		}
	}
	return slugs
}

// Covered counts the commitments that somebody works on.
func (m *Matrix) Covered() int { return len(m.Commitments) - len(m.Gaps()) }

// Planned counts the activities of the totals that stand in a work programme.
func (m *Matrix) Planned() int { return m.Total.Sum() - m.Planless }

// IsSilent tells whether the agency is listed as silent.
func (m *Matrix) IsSilent(agency string) bool {
	for _, s := range m.Silences {
		if s.Agency == agency {
			return true
		}
	}
	return false
}

// Zone is the register's time zone.
func (m *Matrix) Zone() *time.Location { return m.location }

// mostAlt is how many characters the words of a picture may take (Slack's
// limit).
const mostAlt = 2000

// Alt says in words what the picture shows, in 2,000 characters at most: with
// the three numbers of every cell or, where that is too long, with their sums,
// or with how many agencies there are.
func Alt(m *Matrix) string {
	for _, level := range []struct {
		legend string
		tell   func(*Cell, string) string
	}{{" Numbers: planned, ongoing, completed.", allNumbers}, {" Numbers: activities.", onlySum}} {
		alt := m.alt(level.legend, func(row int) string { return m.rowWords(row, level.tell) })
		if utf8.RuneCountInString(alt) <= mostAlt {
			return alt
		}
	}
	return m.alt(" How many agencies work on each:", func(row int) string { return strconv.Itoa(len(m.Working(row))) })
}

func (m *Matrix) alt(legend string, rowWords func(row int) string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "Coverage of the commitments, %s, as of %s: %s.", m.Period.Words(date.None), m.Today.Date().Words(date.None), activities(m.Total.Sum()))
	b.WriteString(legend)
	var silent []string
	for row, c := range m.Commitments {
		words := rowWords(row)
		if words == allSilent {
			silent = append(silent, fmt.Sprintf("%d %s", c.Number, c.Slug))
			continue
		}
		fmt.Fprintf(&b, " %d %s: %s.", c.Number, c.Slug, words)
	}
	if len(silent) > 0 {
		fmt.Fprintf(&b, " All agencies silent on %s.", strings.Join(silent, ", "))
	}
	for _, line := range footWords(m) {
		b.WriteString(" " + line + ".")
	}
	if len(m.Silences) > 0 {
		names := make([]string, len(m.Silences))
		for i, s := range m.Silences {
			names[i] = m.short(s.Agency)
		}
		b.WriteString(" Nothing heard lately: " + strings.Join(names, ", ") + ".")
	}
	return b.String()
}

func allNumbers(c *Cell, agency string) string { return agency + " " + numbers(c.Tally) }

func onlySum(c *Cell, agency string) string { return fmt.Sprintf("%s %d", agency, c.Sum()) }

const allSilent = "all silent"

// rowWords names who works on a commitment and who says that nothing is
// planned; whoever is left is silent.
func (m *Matrix) rowWords(row int, tell func(*Cell, string) string) string {
	var parts []string
	silent := 0
	for col, a := range m.Agencies {
		c := &m.Cells[row][col]
		switch {
		case c.State == Active && c.Stale:
			parts = append(parts, tell(c, a.Short)+" stale")
		case c.State == Active:
			parts = append(parts, tell(c, a.Short))
		case c.State == Nothing:
			parts = append(parts, a.Short+" none ("+dayShort(c, m)+")")
		default:
			silent++
		}
	}
	switch {
	case len(parts) == 0:
		return allSilent
	case silent > 0:
		parts = append(parts, fmt.Sprintf("%d silent", silent))
	}
	return strings.Join(parts, ", ")
}

func (m *Matrix) short(slug string) string {
	for _, a := range m.Agencies {
		if a.Slug == slug {
			return a.Short
		}
	}
	return slug
}

// shareWords says how much stands in a work programme, and where work is done.
func (m *Matrix) shareWords() string {
	words := fmt.Sprintf("In a work programme: %d of %d", m.Planned(), m.Total.Sum())
	if m.Inside+m.Outside+m.Both > 0 {
		words += fmt.Sprintf(" · in the EU %d, outside %d, both %d", m.Inside, m.Outside, m.Both)
		if left := m.Total.Sum() - m.Inside - m.Outside - m.Both; left > 0 {
			words += fmt.Sprintf(", no place %d", left)
		}
	}
	return words
}

func activities(n int) string {
	if n == 1 {
		return "1 activity"
	}
	return fmt.Sprintf("%d activities", n)
}
