package mattermost

import (
	"unicode/utf8"

	"thbot/bot/chat"
	"thbot/commands"
)

// cut gives a line in pieces of at most lineRunes runes.
func cut(l commands.Line) []commands.Line {
	pieces := []commands.Line{nil}
	room := lineRunes
	for _, s := range l {
		for text := s.Text; text != ""; {
			head := chat.CutText(text, max(room, 1))[0]
			text = text[len(head):]
			last := len(pieces) - 1
			pieces[last] = append(pieces[last], commands.Span{Text: head, Style: s.Style, People: s.People})
			if room -= utf8.RuneCountInString(head); text != "" {
				pieces, room = append(pieces, nil), lineRunes
			}
		}
	}
	return pieces
}
