package console

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"thbot/commands"
)

// width is the most columns a line takes.
const width = 80

// show prints a message as plain text, buttons last.
func (c *Console) show(m *commands.Message) { fmt.Fprint(c.out, Text(m)) }

// Text renders a message as text of at most 80 columns. Nothing in it hangs on
// colour; buttons stand in brackets, numbered through the message.
func Text(m *commands.Message) string {
	t := &typesetter{}
	for _, b := range m.Blocks {
		t.block(b)
	}
	return t.b.String()
}

func buttonLabels(buttons []commands.Button) string {
	labels := make([]string, len(buttons))
	for i, b := range buttons {
		labels[i] = fmt.Sprintf("[%d %s]", i+1, b.Label)
	}
	return strings.Join(labels, " ")
}

type typesetter struct {
	b       strings.Builder
	buttons int
}

func (t *typesetter) block(b commands.Block) {
	switch {
	case b.Heading != nil:
		t.wrap(line(b.Heading), "", "")
	case b.Quote != "":
		for _, l := range strings.Split(b.Quote, "\n") {
			t.wrap(people(l), "  | ", "  | ")
		}
	case b.Table != nil:
		t.table(b.Table)
	case b.Image != nil:
		t.wrap("Picture "+b.Image.Name+": "+b.Image.Alt, "", "  ")
	case len(b.Buttons) > 0:
		t.row(b.Buttons)
	}
	for _, l := range b.Lines {
		t.wrap(line(l), "", "  ")
	}
	for _, l := range b.List {
		t.wrap(line(l), "- ", "  ")
	}
	for _, l := range b.Small {
		t.wrap(line(l), "  ", "  ")
	}
}

// row sets the buttons; a menu shows its choices.
func (t *typesetter) row(buttons []commands.Button) {
	var labels []string
	for _, b := range buttons {
		t.buttons++
		label := fmt.Sprintf("[%d %s]", t.buttons, b.Label)
		if len(b.Options) > 0 {
			var choices []string
			for _, o := range b.Options {
				choices = append(choices, o.Label)
			}
			label = fmt.Sprintf("[%d %s: %s]", t.buttons, b.Label, strings.Join(choices, ", "))
		}
		labels = append(labels, strings.ReplaceAll(label, " ", "\u00a0"))
	}
	t.wrap(strings.Join(labels, " "), "", "")
}

// table aligns columns; a cell never wraps, since tables are made to fit.
func (t *typesetter) table(tab *commands.Table) {
	widths := make([]int, len(tab.Header))
	rows := append([][]string{tab.Header}, tab.Rows...)
	for _, row := range rows {
		for i, cell := range row {
			widths[i] = max(widths[i], columns(people(cell)))
		}
	}
	for _, row := range rows {
		var b strings.Builder
		for i, cell := range row {
			cell = people(cell)
			b.WriteString(cell)
			if i < len(row)-1 {
				b.WriteString(strings.Repeat(" ", widths[i]-columns(cell)+1))
			}
		}
		t.b.WriteString(strings.TrimRight(b.String(), " ") + "\n")
	}
}

// line gives a line's text, people's words made safe to print.
func line(l commands.Line) string {
	var b strings.Builder
	for _, s := range l {
		text := s.Text
		if s.People {
			text = people(text)
			if s.Style == commands.Emphasis {
				text = "“" + text + "”"
			}
		}
		b.WriteString(text)
	}
	return b.String()
}

// people makes the words of people safe for a terminal: characters that steer
// it, or the direction of text, are shown by their number. What is stored
// stays as typed.
func people(s string) string {
	if !strings.ContainsFunc(s, steers) {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		if steers(r) {
			fmt.Fprintf(&b, "<U+%04X>", r)
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

func steers(r rune) bool {
	return unicode.IsControl(r) && r != '\n' && r != '\t' ||
		'\u202a' <= r && r <= '\u202e' || '\u2066' <= r && r <= '\u2069' || r == '\u200e' || r == '\u200f'
}

// wrap breaks a text at spaces to the width.
func (t *typesetter) wrap(text, first, rest string) {
	for _, paragraph := range strings.Split(text, "\n") {
		lead, col := first, columns(first)
		t.b.WriteString(lead)
		empty := true
		for _, word := range strings.Split(paragraph, " ") {
			n := columns(word)
			switch {
			case empty:
			case col+1+n > width:
				t.b.WriteString("\n" + rest)
				col = columns(rest)
			default:
				t.b.WriteByte(' ')
				col++
			}
			t.b.WriteString(strings.ReplaceAll(word, "\u00a0", " "))
			col += n
			empty = false
		}
		t.b.WriteByte('\n')
		first = rest
	}
}

// columns counts what a terminal shows: combining marks take no column.
func columns(s string) int {
	n := utf8.RuneCountInString(s)
	for _, r := range s {
		if unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf) {
			n--
		}
	}
	return n
}

func (c *Console) paragraph(text, lead string) {
	t := &typesetter{}
	t.wrap(text, lead, lead)
	fmt.Fprint(c.out, t.b.String())
}
