package console

import (
	"slices"
	"strings"

	"thbot/commands"
)

// cellLeast is the width below which a column is not made narrower for the
// sake of the line.
const cellLeast = 8

// table aligns columns. One that would be wider than the line has the cells of
// its widest columns broken at spaces.
func (t *typesetter) table(tab *commands.Table) {
	rows := make([][][]string, 0, len(tab.Rows)+1) // row, cell, word
	for _, row := range append([][]string{tab.Header}, tab.Rows...) {
		var cells [][]string
		for _, cell := range row {
			cells = append(cells, strings.Fields(people(cell)))
		}
		rows = append(rows, cells)
	}
	widths := fit(rows)
	for _, row := range rows {
		t.tableRow(row, widths)
	}
}

// fit gives each column the width that it wants, less what the line lacks.
func fit(rows [][][]string) []int {
	widths := make([]int, len(rows[0]))
	total := len(widths) - 1
	for i := range widths {
		for _, row := range rows {
			widths[i] = max(widths[i], columns(strings.Join(row[i], " ")))
		}
		total += widths[i]
	}
	for ; total > lineWidth; total-- {
		widest := slices.Index(widths, slices.Max(widths))
		if widths[widest] <= cellLeast {
			break
		}
		widths[widest]--
	}
	return widths
}

func (t *typesetter) tableRow(row [][]string, widths []int) {
	cells := make([][]string, len(row))
	height := 1
	for i, words := range row {
		if len(words) > 0 {
			cells[i] = fill(words, widths[i], widths[i])
		}
		height = max(height, len(cells[i]))
	}
	for n := range height {
		var b strings.Builder
		for i, lines := range cells {
			cell := ""
			if n < len(lines) {
				cell = lines[n]
			}
			b.WriteString(cell + strings.Repeat(" ", max(0, widths[i]-columns(cell))+1))
		}
		t.b.WriteString(strings.TrimRight(b.String(), " ") + "\n")
	}
}
