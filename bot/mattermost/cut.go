package mattermost

import (
	"strings"
	"unicode/utf8"

	"thbot/commands"
)

// cut gives a line in pieces of at most lineRunes runes.
func cut(l commands.Line) []commands.Line {
	pieces := []commands.Line{nil}
	room := lineRunes
	for _, s := range l {
		for text := s.Text; text != ""; {
			head := cutText(text, max(room, 1))[0]
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

// cutText gives a text in pieces of at most n runes, cut behind a space where
// there is one in the last quarter.
func cutText(s string, n int) []string {
	var pieces []string
	for utf8.RuneCountInString(s) > n {
		end, seen, space := 0, 0, 0
		for i, r := range s {
			if seen == n {
				break
			}
			seen++
			end = i + utf8.RuneLen(r)
			if r == utf8.RuneError {
				_, size := utf8.DecodeRuneInString(s[i:])
				end = i + size
			}
			if r == ' ' && seen > n*3/4 {
				space = end
			}
		}
		if space > 0 {
			end = space
		}
		pieces, s = append(pieces, s[:end]), s[end:]
	}
	return append(pieces, s)
}

// shorten cuts a text to n runes, the last of them an ellipsis.
func shorten(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	return strings.TrimRight(string([]rune(s)[:n-1]), " ") + "…"
}
