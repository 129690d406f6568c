package mattermost

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"thbot/bot/chat"
	"thbot/commands"
)

// Limits of a post. The server refuses a message of more than 16,383 runes;
// texts of one post stay under partRunes together, attachments included.
const (
	partRunes     = 15000
	lineRunes     = 4000 // of a line before escaping, which at most triples it
	cellRunes     = 500
	labelRunes    = 75
	fallbackRunes = 1000
)

// body is one post before it is signed: what Render gives, the outbox freezes,
// and Send and Edit take.
type body struct {
	Sections []section `json:"sections"`
}

// section is text and the buttons below it. The first one's text is the
// message, the others are attachments.
type section struct {
	Text    string   `json:"text,omitempty"`
	Plain   string   `json:"plain,omitempty"` // of a section with buttons, for clients that show no attachments
	Buttons []button `json:"buttons,omitempty"`
}

// button is a button or, with options, a menu. Its id is made from what it
// does, so that an old client never presses another button than it shows.
type button struct {
	ID       string   `json:"id"`
	Label    string   `json:"label"`
	Action   string   `json:"action"`
	Record   string   `json:"record,omitempty"`
	Revision int      `json:"revision,omitempty"`
	Options  []option `json:"options,omitempty"`
	Danger   bool     `json:"danger,omitempty"`
}

type option struct {
	Value string `json:"value"`
	Label string `json:"label"`
}

// Render splits a message into posts under the server's limits, between
// records where it can: a record is what stands above a row of buttons, else
// a block, else a line or a row of a table. It is a pure function.
func Render(m *commands.Message) ([]json.RawMessage, error) {
	parts := render(m)
	bodies := make([]json.RawMessage, len(parts))
	for i, part := range parts {
		b, err := json.Marshal(part)
		if err != nil {
			return nil, fmt.Errorf("render a message: %w", err)
		}
		bodies[i] = b
	}
	return bodies, nil
}

// Render implements chat.Poster.
func (a *Adapter) Render(m *commands.Message) ([]json.RawMessage, error) { return Render(m) }

func render(m *commands.Message) []body {
	if m == nil {
		return nil
	}
	p := &packer{}
	var record []commands.Block
	for _, b := range m.Blocks {
		if len(b.Buttons) == 0 {
			record = append(record, b)
			continue
		}
		p.add(units(record), plainText(record), buttons(b.Buttons, p.count))
		p.count += len(b.Buttons)
		record = nil
	}
	if len(record) > 0 {
		p.add(units(record), "", nil)
	}
	p.flush()
	return p.parts
}

// packer fills posts with sections.
type packer struct {
	parts []body
	open  body
	runes int
	count int // of buttons so far
}

func (p *packer) flush() {
	if len(p.open.Sections) > 0 {
		p.parts = append(p.parts, p.open)
	}
	p.open, p.runes = body{}, 0
}

// add puts a record into the open post, or into a new one where it does not
// fit. One that fits into no post goes on in the next between its units.
func (p *packer) add(units []string, plain string, buttons []button) {
	text := strings.Join(units, "\n\n")
	if n := utf8.RuneCountInString(text); n <= partRunes {
		if p.runes+n > partRunes {
			p.flush()
		}
		p.put(section{text, plain, buttons})
		return
	}
	p.flush()
	for i := 0; i < len(units); {
		n, size := i, 0
		for n < len(units) && (n == i || size+utf8.RuneCountInString(units[n])+2 <= partRunes) {
			size += utf8.RuneCountInString(units[n]) + 2
			n++
		}
		s := section{Text: strings.Join(units[i:n], "\n\n")}
		if n == len(units) {
			s.Plain, s.Buttons = plain, buttons
		}
		p.flush()
		p.put(s)
		i = n
	}
}

func (p *packer) put(s section) {
	p.open.Sections = append(p.open.Sections, s)
	p.runes += utf8.RuneCountInString(s.Text)
}

// units gives a record's blocks as Markdown, each short enough for a post. A
// heading stays with what follows it.
func units(blocks []commands.Block) []string {
	var all []string
	heading := ""
	for _, b := range blocks {
		if b.Heading != nil {
			if heading != "" {
				all = append(all, heading)
			}
			heading = "#### " + inline(cut(b.Heading)[0], false)
			continue
		}
		chunks := block(b)
		if heading != "" && len(chunks) > 0 && utf8.RuneCountInString(heading+chunks[0])+2 <= partRunes {
			chunks[0], heading = heading+"\n\n"+chunks[0], ""
		}
		all = append(all, chunks...)
	}
	if heading != "" {
		all = append(all, heading)
	}
	return all
}

// block gives one block in as many chunks as it needs.
func block(b commands.Block) []string {
	switch {
	case b.Quote != "":
		var rows []string
		for _, l := range strings.Split(chat.Clean(b.Quote), "\n") {
			for _, piece := range chat.CutText(l, lineRunes) {
				rows = append(rows, strings.TrimRight("> "+escape(piece, true), " "))
			}
		}
		return chunk(rows)
	case b.Table != nil:
		return table(b.Table)
	case b.Image != nil:
		return []string{"Picture: " + escape(b.Image.Alt, false)}
	}
	var rows []string
	for _, l := range b.Lines {
		rows = append(rows, set(l, "", false)...)
	}
	for _, l := range b.Small {
		rows = append(rows, set(l, "", true)...)
	}
	for _, l := range b.List {
		rows = append(rows, set(l, "- ", false)...)
	}
	return chunk(rows)
}

// set gives a line as Markdown, in pieces where it is very long.
func set(l commands.Line, lead string, small bool) []string {
	var rows []string
	for _, piece := range cut(l) {
		rows = append(rows, lead+inline(piece, small))
	}
	return rows
}

// chunk joins rows to chunks that fit into a post.
func chunk(rows []string) []string {
	var all []string
	var open strings.Builder
	size := 0
	for _, row := range rows {
		n := utf8.RuneCountInString(row) + 1
		if size > 0 && size+n > partRunes {
			all, size = append(all, open.String()), 0
			open.Reset()
		}
		if size > 0 {
			open.WriteByte('\n')
		}
		open.WriteString(row)
		size += n
	}
	if size > 0 {
		all = append(all, open.String())
	}
	return all
}

// table gives a Markdown table; one that goes on in another post has its
// header there too.
func table(t *commands.Table) []string {
	head := tableRow(t.Header) + "\n|" + strings.Repeat(" --- |", max(len(t.Header), 1))
	room := utf8.RuneCountInString(head)
	var all, rows []string
	size := room
	for _, cells := range t.Rows {
		row := tableRow(cells)
		n := utf8.RuneCountInString(row) + 1
		if len(rows) > 0 && size+n > partRunes {
			all = append(all, head+"\n"+strings.Join(rows, "\n"))
			rows, size = nil, room
		}
		rows, size = append(rows, row), size+n
	}
	return append(all, strings.TrimSuffix(head+"\n"+strings.Join(rows, "\n"), "\n"))
}

func tableRow(cells []string) string {
	most := min(cellRunes, partRunes/4/max(len(cells), 1))
	var b strings.Builder
	b.WriteByte('|')
	for _, c := range cells {
		b.WriteString(" " + strings.TrimSpace(escape(chat.Shorten(c, most), false)) + " |")
	}
	return b.String()
}

// inline gives a line as Markdown. Only the styles are markup. A side remark
// is set in emphasis, and what it stresses stands upright.
func inline(l commands.Line, small bool) string {
	var b strings.Builder
	styled := false
	for _, s := range join(l, small) {
		text := strings.ReplaceAll(chat.Clean(s.Text), "\n", " ")
		if s.Style == commands.Plain {
			b.WriteString(escape(text, b.Len() == 0))
			styled = false
			continue
		}
		inner := strings.TrimSpace(text)
		if inner == "" {
			b.WriteString(text)
			continue
		}
		before := text[:strings.Index(text, inner)]
		after := text[len(before)+len(inner):]
		b.WriteString(before)
		if styled && before == "" {
			b.WriteString(apart) // "**a***b*" would be read wrongly
		}
		b.WriteString(wrap(inner, s) + after)
		styled = after == ""
	}
	return b.String()
}

func wrap(text string, s commands.Span) string {
	switch s.Style {
	case commands.Strong:
		return "**" + escape(text, false) + "**"
	case commands.Emphasis:
		return "*" + escape(text, false) + "*"
	}
	return code(text, s.People)
}

// join puts neighbours of one style together, since "**a****b**" is no bold
// "ab".
func join(l commands.Line, small bool) commands.Line {
	var all commands.Line
	for _, s := range l {
		if s.Text == "" {
			continue
		}
		if small && s.Style == commands.Plain {
			s.Style = commands.Emphasis
		} else if small && s.Style == commands.Emphasis {
			s.Style = commands.Plain
		}
		if n := len(all); n > 0 && all[n-1].Style == s.Style {
			all[n-1].Text += s.Text
			all[n-1].People = all[n-1].People || s.People
			continue
		}
		all = append(all, s)
	}
	return all
}

func plainText(blocks []commands.Block) string {
	m := &commands.Message{Blocks: blocks}
	return breakMentions(chat.Shorten(chat.Clean(m.Text()), fallbackRunes))
}

func buttons(all []commands.Button, count int) []button {
	out := make([]button, len(all))
	for i, b := range all {
		out[i] = button{
			ID: buttonID(b, count+i), Label: breakMentions(chat.Shorten(chat.Clean(b.Label), labelRunes)),
			Action: b.Action, Record: b.Record, Revision: b.Revision, Danger: b.Danger,
		}
		for _, o := range b.Options {
			out[i].Options = append(out[i].Options, option{o.Value, breakMentions(chat.Shorten(chat.Clean(o.Label), labelRunes))})
		}
	}
	return out
}

// buttonID has letters and digits only: with another sign in it the server
// takes the post, but answers 404 to a press.
func buttonID(b commands.Button, place int) string {
	h := sha256.New()
	fmt.Fprintf(h, "%q %q %d %q", b.Action, b.Record, b.Revision, b.Options)
	return "b" + hex.EncodeToString(h.Sum(nil)[:8]) + "x" + strconv.Itoa(place)
}
