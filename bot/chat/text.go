package chat

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Clean leaves line breaks and takes out what no chat shows, or takes: a NUL
// byte makes Mattermost answer 500 for ever. Characters that steer the direction of
// text are shown by their number.
func Clean(s string) string {
	s = strings.ToValidUTF8(strings.ReplaceAll(s, "\r\n", "\n"), "\uFFFD")
	if !strings.ContainsFunc(s, steers) {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		switch {
		case r == '\t':
			b.WriteByte(' ')
		case !steers(r):
			b.WriteRune(r)
		case !unicode.IsControl(r):
			fmt.Fprintf(&b, "<U+%04X>", r)
		}
	}
	return b.String()
}

func steers(r rune) bool {
	return unicode.IsControl(r) && r != '\n' ||
		'\u202a' <= r && r <= '\u202e' || '\u2066' <= r && r <= '\u2069' || r == '\u200e' || r == '\u200f' ||
		r == '\u2028' || r == '\u2029'
}

// CutText gives a text in pieces of at most n runes, cut behind a space where
// there is one in the last quarter.
func CutText(s string, n int) []string {
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

// Shorten cuts a text to n runes, the last of them an ellipsis.
func Shorten(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	return strings.TrimRight(string([]rune(s)[:n-1]), " ") + "…"
}
