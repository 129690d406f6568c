package commands

import (
	"fmt"
	"slices"
	"strings"
)

// Message is what thbot says, in a form that every chat can show and that
// always has a plain text. Words of people stand in spans of their own, marked
// as such, so that no chat can take them for its markup.
type Message struct {
	Blocks []Block
}

// Block is one part of a message. Exactly one of the fields is set.
type Block struct {
	Heading Line   // a short title
	Lines   []Line // a paragraph, one idea a line
	List    []Line // items
	Quote   string // people's words, shown apart
	Table   *Table
	Buttons []Button // a row of next steps
	Image   *Image
	Small   []Line // side remarks: what was guessed, who can see this
}

// Line is one line of text.
type Line []Span

// Span is a piece of a line in one style.
type Span struct {
	Text   string
	Style  Style
	People bool // written by a person: never markup, never a mention
}

// Style is how a span is set apart.
type Style int

// The styles.
const (
	Plain Style = iota
	Strong
	Emphasis
	Code
)

// Table has a header and rows of equal length. Cells are plain text.
type Table struct {
	Header []string
	Rows   [][]string
}

// Image is a picture with its words; the data goes with the reply's Files.
type Image struct {
	Name string
	Alt  string
}

// Button is one next step. It carries an action name and a short record id,
// never data and never a command line.
type Button struct {
	Label    string   // at most 75 characters; unique in its message
	Action   string   // such as overlap.coordinate
	Record   string   // such as O5
	Revision int      // the record's, when the button is shown; 0 where it does not matter
	Options  []Option // makes it a menu
	Danger   bool     // takes something away
}

// Words is text written by a person, as an argument of Say.
type Words string

// Say makes a line. In the format **strong**, *emphasis* and `code` are
// markup; arguments never are, and take the style they stand in. An argument
// of type Words is marked as written by a person. The verbs are %s and %d.
func Say(format string, args ...any) Line {
	var line Line
	style, next := Plain, 0
	var text strings.Builder
	flush := func() {
		if text.Len() > 0 {
			line = append(line, Span{Text: text.String(), Style: style})
			text.Reset()
		}
	}
	toggle := func(to Style) {
		flush()
		if style == to {
			to = Plain
		}
		style = to
	}
	for i := 0; i < len(format); i++ {
		rest := format[i:]
		switch {
		case strings.HasPrefix(rest, "**"):
			toggle(Strong)
			i++
		case rest[0] == '*':
			toggle(Emphasis)
		case rest[0] == '`':
			toggle(Code)
		case strings.HasPrefix(rest, "%s"), strings.HasPrefix(rest, "%d"):
			if words, ok := args[next].(Words); ok {
				flush()
				line = append(line, Span{Text: string(words), Style: style, People: true})
			} else {
				fmt.Fprint(&text, args[next])
			}
			next++
			i++
		default:
			text.WriteByte(rest[0])
		}
	}
	flush()
	return line
}

// Text gives the line without styles.
func (l Line) Text() string {
	var b strings.Builder
	for _, s := range l {
		b.WriteString(s.Text)
	}
	return b.String()
}

// Join puts lines behind each other with a separator.
func Join(separator string, lines ...Line) Line {
	var all Line
	for _, l := range lines {
		if len(l) == 0 {
			continue
		}
		if len(all) > 0 {
			all = append(all, Span{Text: separator})
		}
		all = append(all, l...)
	}
	return all
}

// Tell makes a message of lines, each an idea.
func Tell(lines ...Line) *Message { return new(Message).Tell(lines...) }

// Tell adds a paragraph of lines; empty lines are left out.
func (m *Message) Tell(lines ...Line) *Message {
	if kept := said(lines); len(kept) > 0 {
		m.Blocks = append(m.Blocks, Block{Lines: kept})
	}
	return m
}

// said leaves out the lines that say nothing.
func said(lines []Line) []Line {
	return slices.DeleteFunc(slices.Clone(lines), func(l Line) bool { return len(l) == 0 })
}

// Head adds a heading.
func (m *Message) Head(l Line) *Message {
	m.Blocks = append(m.Blocks, Block{Heading: l})
	return m
}

// Items adds a list, if there is anything in it.
func (m *Message) Items(items ...Line) *Message {
	if len(items) > 0 {
		m.Blocks = append(m.Blocks, Block{List: items})
	}
	return m
}

// Aside adds side remarks.
func (m *Message) Aside(lines ...Line) *Message {
	if kept := said(lines); len(kept) > 0 {
		m.Blocks = append(m.Blocks, Block{Small: kept})
	}
	return m
}

// Quoting adds people's words, shown apart.
func (m *Message) Quoting(words string) *Message {
	if words != "" {
		m.Blocks = append(m.Blocks, Block{Quote: words})
	}
	return m
}

// Grid adds a table.
func (m *Message) Grid(t *Table) *Message {
	m.Blocks = append(m.Blocks, Block{Table: t})
	return m
}

// Picture adds a picture, whose data goes with the reply's Files.
func (m *Message) Picture(name, alt string) *Message {
	m.Blocks = append(m.Blocks, Block{Image: &Image{name, alt}})
	return m
}

// Next adds a row of buttons, if there are any.
func (m *Message) Next(buttons ...Button) *Message {
	if len(buttons) > 0 {
		m.Blocks = append(m.Blocks, Block{Buttons: buttons})
	}
	return m
}

// Add appends the blocks of another message.
func (m *Message) Add(other *Message) *Message {
	if other != nil {
		m.Blocks = append(m.Blocks, other.Blocks...)
	}
	return m
}

// Buttons gives every button of the message in order.
func (m *Message) Buttons() []Button {
	var all []Button
	for _, b := range m.Blocks {
		all = append(all, b.Buttons...)
	}
	return all
}

// Text gives the whole message as plain text, without the buttons.
func (m *Message) Text() string {
	var b strings.Builder
	for _, block := range m.Blocks {
		text := block.text()
		if text == "" {
			continue
		}
		if b.Len() > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(text)
	}
	return b.String()
}

func (b Block) text() string {
	switch {
	case b.Heading != nil:
		return b.Heading.Text()
	case b.Quote != "":
		return "> " + strings.ReplaceAll(b.Quote, "\n", "\n> ")
	case b.Table != nil:
		return b.Table.text()
	case b.Image != nil:
		return b.Image.Alt
	}
	var out []string
	for _, l := range append(b.Lines, b.Small...) {
		out = append(out, l.Text())
	}
	for _, l := range b.List {
		out = append(out, "- "+l.Text())
	}
	return strings.Join(out, "\n")
}

func (t *Table) text() string {
	rows := make([]string, 0, len(t.Rows)+1)
	for _, row := range append([][]string{t.Header}, t.Rows...) {
		rows = append(rows, strings.Join(row, " | "))
	}
	return strings.Join(rows, "\n")
}
