package slack

import (
	"strings"
	"unicode/utf8"

	slackgo "github.com/slack-go/slack"

	"thbot/bot/chat"
	"thbot/commands"
)

// table gives a table block, and the same as a list in words, which a screen
// reader reads. One that is too wide for a block, or stands where Slack takes
// none, is shown as the list.
func table(t *commands.Table, where surface) []unit {
	if where != inMessage || !broad(t) {
		return append(lines([]commands.Line{over(t, t.Rows)}, paragraph), lines(listed(t, t.Rows), list)...)
	}
	var units []unit
	var open [][]string
	var s size
	for _, row := range t.Rows {
		more := rowSize(t, row)
		if len(open) > 0 && (len(open) == rowsMost || s.chars+more.chars > partChars-1000 || s.text+more.text > partText-900) {
			units = append(units, tableUnit(t, open))
			open, s = nil, size{}
		}
		open = append(open, row)
		s.chars, s.text = s.chars+more.chars, s.text+more.text
	}
	return append(units, tableUnit(t, open))
}

// broad tells whether every row fits into a block.
func broad(t *commands.Table) bool {
	if len(t.Header) == 0 || len(t.Header) > columnsMost {
		return false
	}
	for _, row := range append([][]string{t.Header}, t.Rows...) {
		if len(row) != len(t.Header) {
			return false
		}
		n := 0
		for _, c := range row {
			n += weight(c)
			if utf8.RuneCountInString(c) > cellRunes {
				return false
			}
		}
		if n > 900 {
			return false
		}
	}
	return true
}

func rowSize(t *commands.Table, row []string) size {
	s := size{text: weight(listLine(t, row).Text()) + 3}
	for _, c := range row {
		s.chars += weight(c) + 1
	}
	return s
}

func tableUnit(t *commands.Table, rows [][]string) unit {
	block := slackgo.NewTableBlock("")
	u := unit{table: true}
	words := []string{over(t, rows).Text()}
	for _, l := range listed(t, rows) {
		words = append(words, "- "+l.Text())
	}
	for _, row := range append([][]string{t.Header}, rows...) {
		cells := make([]slackgo.TableCell, len(row))
		for i, c := range row {
			cells[i] = slackgo.NewTableRawTextCell(cell(c))
			u.chars += weight(c) + 1
		}
		block.AddRow(cells...)
	}
	u.blocks, u.text = []slackgo.Block{block}, strings.Join(words, "\n")
	return u
}

// cell is never empty, which Slack refuses.
func cell(text string) string {
	if text = oneLine(text); strings.TrimSpace(text) == "" {
		return nothing
	}
	return text
}

// nothing stands for an empty cell or label.
const nothing = "–"

// over says what stands over the first column; over no rows, what stands over
// all.
func over(t *commands.Table, rows [][]string) commands.Line {
	text := ""
	switch {
	case len(t.Header) > 0 && len(rows) > 0:
		text = t.Header[0] + ":"
	case len(t.Header) > 0:
		text = strings.Join(t.Header, ", ")
	}
	return commands.Line{{Text: strings.ReplaceAll(chat.Clean(text), "\n", " "), People: true}}
}

// listed gives rows in words, one a line: "1 impunity: EUAA 1, Europol 2".
func listed(t *commands.Table, rows [][]string) []commands.Line {
	all := make([]commands.Line, len(rows))
	for i, row := range rows {
		all[i] = listLine(t, row)
	}
	return all
}

func listLine(t *commands.Table, row []string) commands.Line {
	var rest []string
	for i, c := range row {
		if i == 0 {
			continue
		}
		if strings.TrimSpace(c) == "" {
			c = nothing
		}
		if i < len(t.Header) && t.Header[i] != "" {
			c = t.Header[i] + " " + c
		}
		rest = append(rest, c)
	}
	first := ""
	if len(row) > 0 {
		first = row[0]
	}
	text := first
	if len(rest) > 0 {
		text += ": " + strings.Join(rest, ", ")
	}
	return commands.Line{{Text: strings.ReplaceAll(chat.Clean(text), "\n", " "), People: true}}
}
