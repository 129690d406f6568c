package slack

import (
	"strings"
	"unicode/utf8"

	slackgo "github.com/slack-go/slack"

	"thbot/bot/chat"
	"thbot/commands"
)

// Limits of blocks.
const (
	headingRunes = 150
	textRunes    = 3000
	lineWeight   = 2000 // of a line, longer ones are cut
	unitWeight   = 2800 // of what is never torn apart
	cellRunes    = 500
	columnsMost  = 20
	rowsMost     = 99 // beside the header
)

// unitsOf gives a block of a message. People's words stand in rich text, which
// has no syntax: what they typed is what is shown.
func unitsOf(b commands.Block, where surface) []unit {
	switch {
	case b.Heading != nil:
		return heading(b.Heading)
	case b.Quote != "":
		return quote(b.Quote)
	case b.Table != nil:
		return table(b.Table, where)
	case b.Image != nil:
		return lines([]commands.Line{commands.Say("Picture: %s", commands.Words(b.Image.Alt))}, paragraph)
	case b.Small != nil:
		return lines(b.Small, remark)
	case b.List != nil:
		return lines(b.List, list)
	}
	return lines(b.Lines, paragraph)
}

func heading(l commands.Line) []unit {
	text := oneLine(l.Text())
	if n := utf8.RuneCountInString(text); n > headingRunes || strings.TrimSpace(text) == "" {
		return lines([]commands.Line{strong(l)}, paragraph)
	}
	h := slackgo.NewHeaderBlock(slackgo.NewTextBlockObject(slackgo.PlainTextType, text, false, false))
	return []unit{{blocks: []slackgo.Block{h}, text: text, chars: utf8.RuneCountInString(text)}}
}

func strong(l commands.Line) commands.Line {
	out := make(commands.Line, len(l))
	for i, s := range l {
		s.Style = commands.Strong
		out[i] = s
	}
	return out
}

// shape is how lines are set: as one block, and in words.
type shape struct {
	lead string // of each line, in words
	set  func([]commands.Line) slackgo.Block
}

var (
	paragraph = shape{"", func(all []commands.Line) slackgo.Block { return rich(section(all)) }}
	list      = shape{"- ", func(all []commands.Line) slackgo.Block { return rich(bullets(all)) }}
	remark    = shape{"", small}
)

// lines gives as many units as the lines need.
func lines(all []commands.Line, as shape) []unit {
	var units []unit
	var open []commands.Line
	var words []string
	used := 0
	flush := func() {
		if len(open) > 0 {
			units = append(units, unit{blocks: []slackgo.Block{as.set(open)}, text: strings.Join(words, "\n"), chars: used})
		}
		open, words, used = nil, nil, 0
	}
	for _, l := range all {
		for _, piece := range cut(l, lineWeight) {
			text := piece.Text()
			if strings.TrimSpace(text) == "" {
				continue
			}
			n := weight(chat.Clean(text)) + len(as.lead) + 1
			if used+n > unitWeight {
				flush()
			}
			open, words, used = append(open, piece), append(words, as.lead+strings.ReplaceAll(text, "\n", " ")), used+n
		}
	}
	flush()
	return units
}

// cut gives a line in pieces that weigh at most so much.
func cut(l commands.Line, most int) []commands.Line {
	out := []commands.Line{nil}
	room := most
	for _, s := range l {
		for _, text := range pieces(s.Text, most) {
			if weight(text) > room {
				out, room = append(out, nil), most
			}
			last := len(out) - 1
			out[last] = append(out[last], commands.Span{Text: text, Style: s.Style, People: s.People})
			room -= weight(text)
		}
	}
	return out
}

func rich(e slackgo.RichTextElement) slackgo.Block { return slackgo.NewRichTextBlock("", e) }

func section(all []commands.Line) slackgo.RichTextElement {
	var spans []slackgo.RichTextSectionElement
	for i, l := range all {
		if i > 0 {
			spans = append(spans, slackgo.NewRichTextSectionTextElement("\n", nil))
		}
		spans = append(spans, spansOf(l)...)
	}
	return slackgo.NewRichTextSection(spans...)
}

func bullets(all []commands.Line) slackgo.RichTextElement {
	items := make([]slackgo.RichTextElement, len(all))
	for i, l := range all {
		items[i] = slackgo.NewRichTextSection(spansOf(l)...)
	}
	return slackgo.NewRichTextList(slackgo.RTEListBullet, 0, items...)
}

func spansOf(l commands.Line) []slackgo.RichTextSectionElement {
	var spans []slackgo.RichTextSectionElement
	for _, s := range l {
		if text := oneLine(s.Text); text != "" {
			spans = append(spans, linked(text, styleOf(s.Style))...)
		}
	}
	return spans
}

func styleOf(s commands.Style) *slackgo.RichTextSectionTextStyle {
	switch s {
	case commands.Strong:
		return &slackgo.RichTextSectionTextStyle{Bold: true}
	case commands.Emphasis:
		return &slackgo.RichTextSectionTextStyle{Italic: true}
	case commands.Code:
		return &slackgo.RichTextSectionTextStyle{Code: true}
	}
	return nil
}

// quote sets people's words apart, their line breaks kept.
func quote(words string) []unit {
	var units []unit
	for _, piece := range pieces(chat.Clean(words), unitWeight-800) {
		if strings.TrimSpace(piece) == "" {
			continue
		}
		text := literal(piece)
		q := &slackgo.RichTextQuote{Type: slackgo.RTEQuote, Elements: []slackgo.RichTextSectionElement{slackgo.NewRichTextSectionTextElement(text, nil)}}
		inWords := "> " + strings.ReplaceAll(piece, "\n", "\n> ")
		units = append(units, unit{blocks: []slackgo.Block{rich(q)}, text: inWords, chars: weight(piece)})
	}
	return units
}

// small sets side remarks. Code in them is shown as such only where no word of
// a person could be read as markup.
func small(all []commands.Line) slackgo.Block {
	var plain, marked []string
	safe := true
	for _, l := range all {
		safe = safe && unmarked(l)
		plain, marked = append(plain, oneLine(l.Text())), append(marked, mrkdwn(l))
	}
	if text := strings.Join(marked, "\n"); safe && utf8.RuneCountInString(text) <= textRunes {
		return slackgo.NewContextBlock("", slackgo.NewTextBlockObject(slackgo.MarkdownType, text, false, true))
	}
	return slackgo.NewContextBlock("", slackgo.NewTextBlockObject(slackgo.PlainTextType, strings.Join(plain, "\n"), false, false))
}

// markup are the signs that mrkdwn reads anywhere in a line.
const markup = "*_~`"

// unmarked tells that no text of the line has a sign of mrkdwn in it, nor one
// that works at its start.
func unmarked(l commands.Line) bool {
	for _, s := range l {
		if strings.ContainsAny(s.Text, markup) || s.Style != commands.Plain && strings.TrimSpace(s.Text) != s.Text {
			return false
		}
	}
	return !strings.HasPrefix(strings.TrimSpace(l.Text()), ">")
}

func mrkdwn(l commands.Line) string {
	var b strings.Builder
	for _, s := range l {
		text := strings.ReplaceAll(escape(s.Text), "\n", " ")
		sign := map[commands.Style]string{commands.Strong: "*", commands.Emphasis: "_", commands.Code: "`"}[s.Style]
		if text != "" {
			b.WriteString(sign + text + sign)
		}
	}
	return b.String()
}
