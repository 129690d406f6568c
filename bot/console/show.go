package console

import (
	"fmt"
	"strings"
	"unicode"

	"golang.org/x/text/width"

	"thbot/commands"
)

// lineWidth is the most columns a line takes.
const lineWidth = 80

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
		t.wrap("Picture "+people(b.Image.Name+": "+b.Image.Alt), "", "  ")
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

// row sets the buttons; a menu shows its choices. A label stays on one line.
func (t *typesetter) row(buttons []commands.Button) {
	var words []string
	for _, b := range buttons {
		t.buttons++
		label := people(b.Label)
		if len(b.Options) == 0 {
			words = append(words, fmt.Sprintf("[%d %s]", t.buttons, label))
			continue
		}
		words = append(words, fmt.Sprintf("[%d %s:", t.buttons, label))
		for i, o := range b.Options {
			end := ","
			if i == len(b.Options)-1 {
				end = "]"
			}
			words = append(words, strings.Fields(people(o.Label)+end)...)
		}
	}
	t.words(words, "", "")
}

// line gives a line's text, people's words made safe to print.
func line(l commands.Line) string {
	var b strings.Builder
	for _, s := range l {
		text := people(s.Text)
		if s.People && s.Style == commands.Emphasis {
			text = "“" + text + "”"
		}
		b.WriteString(text)
	}
	return b.String()
}

// people makes words safe for a terminal: characters that steer it, or the
// direction of text, are shown by their number. What is stored stays as typed.
func people(s string) string {
	s = strings.ToValidUTF8(s, "\ufffd")
	if !strings.ContainsFunc(s, steers) {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		switch {
		case r == '\t':
			b.WriteByte(' ')
		case steers(r):
			fmt.Fprintf(&b, "<U+%04X>", r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

func steers(r rune) bool {
	return unicode.IsControl(r) && r != '\n' || unicode.Is(unicode.Bidi_Control, r) || r == '\u2028' || r == '\u2029'
}

// wrap breaks a text at spaces to the width.
func (t *typesetter) wrap(text, first, rest string) {
	for paragraph := range strings.SplitSeq(text, "\n") {
		t.words(strings.Split(paragraph, " "), first, rest)
		first = rest
	}
}

// words sets words to the width. One that is longer stands on a line alone.
func (t *typesetter) words(words []string, first, rest string) {
	for i, l := range fill(words, lineWidth-columns(first), lineWidth-columns(rest)) {
		if i > 0 {
			first = rest
		}
		t.b.WriteString(strings.TrimRight(first+l, " ") + "\n")
	}
}

// fill puts words into lines of at most n columns, the first line having its
// own measure; there is always one line.
func fill(words []string, first, n int) []string {
	lines, col := []string{words[0]}, columns(words[0])
	for _, word := range words[1:] {
		room := n
		if len(lines) == 1 {
			room = first
		}
		if w := columns(word); col+1+w <= room {
			lines[len(lines)-1] += " " + word
			col += 1 + w
		} else {
			lines, col = append(lines, word), w
		}
	}
	return lines
}

// columns counts the columns that a terminal gives to a text: marks that sit
// on another character take none, wide characters two.
func columns(s string) int {
	n := 0
	for _, r := range s {
		switch {
		case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf):
		case wide(r):
			n += 2
		default:
			n++
		}
	}
	return n
}

func wide(r rune) bool {
	k := width.LookupRune(r).Kind()
	return k == width.EastAsianWide || k == width.EastAsianFullwidth
}

// paragraph prints words of the console's own, or of a person, safe and within
// the width, with a lead before each line.
func (c *Console) paragraph(text, lead string) {
	t := &typesetter{}
	t.wrap(people(text), lead, lead)
	fmt.Fprint(c.out, t.b.String())
}
