package commands

import (
	"strings"

	"thbot/commands/coverage"
	"thbot/store"
	"thbot/store/date"
)

// detailsShown is how many activities one commitment or agency lists.
const detailsShown = 30

// coverageText says the whole matrix in sentences, commitment by commitment.
func (k *call) coverageText(m *coverage.Matrix) *Message {
	msg := Tell(k.coverageFacts(m)...)
	var items []Line
	for row, c := range m.Commitments {
		items = append(items, Say("**%d %s:** %s", c.Number, c.Slug, k.rowSentences(m, row)))
	}
	return msg.Items(items...).Aside(k.coverageRemarks(m)...)
}

// rowSentences say who works on a commitment, who plans nothing, who is silent.
func (k *call) rowSentences(m *coverage.Matrix, row int) string {
	var working, nothing, silent []string
	for col, a := range m.Agencies {
		c := &m.Cells[row][col]
		switch c.State {
		case coverage.Active:
			working = append(working, a.Short+" ("+tallyWords(c)+")")
		case coverage.Nothing:
			nothing = append(nothing, a.Short+" ("+saidOn(c.Said, m)+")")
		default:
			silent = append(silent, a.Short)
		}
	}
	var sentences []string
	switch len(working) {
	case 0:
		sentences = append(sentences, "a gap; nobody has recorded work.")
	case 1:
		sentences = append(sentences, "rests on one agency, "+working[0]+".")
	default:
		sentences = append(sentences, count(m.Rows[row].Sum(), "activity", "activities")+": "+andList(working)+".")
	}
	if len(nothing) > 0 {
		sentences = append(sentences, "Plans nothing, as stated: "+andList(nothing)+".")
	}
	switch {
	case len(silent) == len(m.Agencies):
		sentences = append(sentences, "All agencies are silent.")
	case len(silent) > 0:
		sentences = append(sentences, "Silent: "+andList(silent)+".")
	}
	return strings.Join(sentences, " ")
}

// tallyWords gives "1 planned, 2 ongoing", and whether that is stale.
func tallyWords(c *coverage.Cell) string {
	var parts []string
	add := func(n int, word string) {
		if n > 0 {
			parts = append(parts, itoa(n)+" "+word)
		}
	}
	add(c.Planned, "planned")
	add(c.Ongoing, "ongoing")
	add(c.Completed, "completed")
	words := strings.Join(parts, ", ")
	if c.Stale {
		words += "; stale"
	}
	return words
}

// commitmentCoverage shows one commitment, agency by agency, with its work.
func (k *call) commitmentCoverage(m *coverage.Matrix, w coverageView) *Message {
	c, _ := k.catalogue.Commitment(w.commitment)
	row := c.Number - 1
	for i := range m.Commitments {
		if m.Commitments[i].Slug == c.Slug {
			row = i
		}
	}
	msg := Tell(
		Say("**%d %s, %s.** %s.", c.Number, c.Slug, m.Period.Words(date.None), c.Title),
		Say("%s", capital(k.rowSentences(m, row))))
	left := detailsShown
	for col, a := range m.Agencies {
		k.addCell(msg, Say("**%s** (%s)", a.Short, tallyWords(&m.Cells[row][col])), &m.Cells[row][col], &left)
	}
	return k.addLeft(msg, left, "commitment:"+c.Slug, w)
}

// agencyCoverage shows one agency, commitment by commitment, with its work.
func (k *call) agencyCoverage(m *coverage.Matrix, w coverageView) *Message {
	a, _ := k.catalogue.Agency(w.agency)
	col := 0
	for i := range m.Agencies {
		if m.Agencies[i].Slug == a.Slug {
			col = i
		}
	}
	var active, nothing, silent []string
	for row, c := range m.Commitments {
		switch cell := &m.Cells[row][col]; cell.State {
		case coverage.Active:
			active = append(active, c.Slug)
		case coverage.Nothing:
			nothing = append(nothing, c.Slug+" ("+saidOn(cell.Said, m)+")")
		default:
			silent = append(silent, c.Slug)
		}
	}
	msg := Tell(Say("**%s, %s:** %s under %s.", a.Short, m.Period.Words(date.None),
		count(m.Columns[col].Sum(), "activity", "activities"), count(len(active), "commitment", "commitments")))
	if len(nothing) > 0 {
		msg.Tell(Say("Plans nothing, as stated: %s.", andList(nothing)))
	}
	if len(silent) > 0 {
		msg.Tell(Say("Silent on: %s.", andList(silent)))
	}
	left := detailsShown
	for row, c := range m.Commitments {
		k.addCell(msg, Say("**%d %s** (%s)", c.Number, c.Slug, tallyWords(&m.Cells[row][col])), &m.Cells[row][col], &left)
	}
	if len(silent) > 0 && k.who.Agency == a.Slug {
		msg.Aside(Say("To say that nothing is planned there: `/thb nothing %s %s`", silent[0], Words(canonicalPeriod(w.period))))
	}
	return k.addLeft(msg, left, "agency:"+a.Slug, w)
}

// addCell adds an active cell with its activities, as far as there is room.
func (k *call) addCell(msg *Message, head Line, c *coverage.Cell, left *int) {
	if c.State != coverage.Active {
		return
	}
	if *left > 0 {
		msg.Tell(head)
		var lines []Line
		for _, a := range c.Activities[:min(*left, len(c.Activities))] {
			lines = append(lines, k.cellLine(a))
		}
		msg.Items(lines...)
	}
	*left -= len(c.Activities)
}

// cellLine is an activity in a cell. A commitment that is a guess says so.
func (k *call) cellLine(a *store.Activity) Line {
	l := k.listLine(a)
	if a.IsGuess("commitments") {
		l = append(l, Say(" (commitments read from the text)")...)
	}
	return l
}

// addLeft says how to see what had no room.
func (k *call) addLeft(msg *Message, left int, filter string, w coverageView) *Message {
	if left < 0 {
		msg.Aside(Say("%d more: `/thb list %s when:%s`", -left, Words(filter), Words(canonicalPeriod(w.period))))
	}
	return msg
}
