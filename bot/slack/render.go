package slack

import (
	"encoding/json"
	"fmt"
	"strings"

	slackgo "github.com/slack-go/slack"

	"thbot/commands"
)

// Limits of a message. Slack refuses blocks of more than about 13,200
// characters together, where each block counts for something too, and an edit
// whose text has more than 4,000.
const (
	partChars  = 9500
	partText   = 3900
	partBlocks = 45
	blockChars = 150 // what a block itself counts for
)

// body is one message: what Render gives, the outbox freezes, and Send and
// Edit take.
type body struct {
	Text   string            `json:"text"` // the same in words, for notifications and screen readers
	Blocks []json.RawMessage `json:"blocks"`
}

// Render splits a message into posts under Slack's limits, between records
// where it can: a record is what stands above a row of buttons, else a block,
// else a line or a row of a table. Nothing is left out or shortened, and the
// text of each post says what its blocks say. It is a pure function.
func Render(m *commands.Message) ([]json.RawMessage, error) {
	parts, err := render(m)
	if err != nil {
		return nil, err
	}
	bodies := make([]json.RawMessage, len(parts))
	for i, part := range parts {
		if bodies[i], err = json.Marshal(part); err != nil {
			return nil, fmt.Errorf("render a message: %w", err)
		}
	}
	return bodies, nil
}

// Render implements chat.Poster.
func (a *Adapter) Render(m *commands.Message) ([]json.RawMessage, error) { return Render(m) }

func render(m *commands.Message) ([]body, error) {
	records, err := compose(m, inMessage)
	if err != nil {
		return nil, err
	}
	var p packer
	for _, r := range records {
		p.add(r)
	}
	p.flush()
	parts := make([]body, len(p.parts))
	for i, units := range p.parts {
		if parts[i], err = bodyOf(units); err != nil {
			return nil, err
		}
	}
	return parts, nil
}

func bodyOf(units []unit) (body, error) {
	var b body
	var texts []string
	for _, u := range units {
		if u.text != "" {
			texts = append(texts, escape(u.text))
		}
		for _, block := range u.blocks {
			raw, err := json.Marshal(block)
			if err != nil {
				return b, fmt.Errorf("render a block: %w", err)
			}
			b.Blocks = append(b.Blocks, raw)
		}
	}
	b.Text = strings.Join(texts, "\n")
	if b.Text == "" {
		b.Text = "Next steps" // Slack wants a text, and there are buttons alone
	}
	return b, nil
}

// unit is what is never torn apart: some blocks, and their text in words.
type unit struct {
	blocks []slackgo.Block
	text   string
	chars  int  // of what the blocks show
	table  bool // Slack takes one table in a message
}

// size is what units together come to.
type size struct{ chars, text, blocks, tables int }

func (s size) with(u unit) size {
	s.chars += u.chars + blockChars*len(u.blocks)
	s.text += weight(u.text) + 1
	s.blocks += len(u.blocks)
	if u.table {
		s.tables++
	}
	return s
}

func sizeOf(units []unit) size {
	var s size
	for _, u := range units {
		s = s.with(u)
	}
	return s
}

func (s size) fits() bool {
	return s.chars <= partChars && s.text <= partText && s.blocks <= partBlocks && s.tables <= 1
}

// packer fills posts with units.
type packer struct {
	parts [][]unit
	open  []unit
}

func (p *packer) flush() {
	if len(p.open) > 0 {
		p.parts = append(p.parts, p.open)
	}
	p.open = nil
}

// add puts a record into the open post, or into a new one where it does not
// fit. One that fits into no post goes on in the next between its units.
func (p *packer) add(record []unit) {
	if all := append(p.open[:len(p.open):len(p.open)], record...); sizeOf(all).fits() {
		p.open = all
		return
	}
	p.flush()
	for _, u := range record {
		if !sizeOf(p.open).with(u).fits() {
			p.flush()
		}
		p.open = append(p.open, u)
	}
}

// surface is where blocks stand: not every one takes a table.
type surface int

const (
	inMessage surface = iota
	inView
)

// compose gives the message as records.
func compose(m *commands.Message, where surface) ([][]unit, error) {
	if m == nil {
		return nil, nil
	}
	var records [][]unit
	var record []unit
	count := 0
	for _, b := range m.Blocks {
		if len(b.Buttons) == 0 {
			record = append(record, unitsOf(b, where)...)
			continue
		}
		buttons, err := rows(b.Buttons, count)
		if err != nil {
			return nil, fmt.Errorf("render a message: %w", err)
		}
		count += len(b.Buttons)
		records, record = append(records, append(glue(record), buttons...)), nil
	}
	if len(record) > 0 {
		records = append(records, glue(record))
	}
	return records, nil
}

// glue puts a heading together with what follows it, where that fits.
func glue(units []unit) []unit {
	var all []unit
	for _, u := range units {
		if n := len(all) - 1; n >= 0 && heads(all[n]) && sizeOf([]unit{all[n], u}).fits() {
			u = unit{append(all[n].blocks, u.blocks...), all[n].text + "\n" + u.text, all[n].chars + u.chars, u.table}
			all[n] = u
			continue
		}
		all = append(all, u)
	}
	return all
}

func heads(u unit) bool {
	return len(u.blocks) == 1 && u.blocks[0].BlockType() == slackgo.MBTHeader
}
