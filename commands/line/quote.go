package line

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// quotes gives for each mark that opens a quote the marks that close it, the
// usual one first.
var quotes = map[rune]string{
	'"': `"`,
	'“': `”`,
	'„': `“”`,
	'”': `”`,
	'«': `»`,
	'»': `«`,
}

// quoteMarks are all marks of quotes. Apostrophes are none, since they stand
// in words.
const quoteMarks = `"“”„«»`

// startsQuoted tells whether s begins with a mark that opens a quote.
func startsQuoted(s string) bool { return quotes[firstRune(s)] != "" }

// unquote takes the outer pair of quotes off a text that is one quoted string
// with no other quote inside.
func unquote(text string) string {
	s := strings.TrimFunc(text, isSpace)
	open := firstRune(s)
	size := utf8.RuneLen(open)
	if quotes[open] == "" || utf8.RuneCountInString(s) < 2 {
		return text
	}
	end, endSize := utf8.DecodeLastRuneInString(s)
	inner := s[size : len(s)-endSize]
	if !strings.ContainsRune(quotes[open], end) || strings.ContainsAny(inner, quoteMarks) {
		return text
	}
	return inner
}

// quoted is s as it is shown inside backticks: on one line, and not long.
func quoted(s string) string {
	s = strings.Join(strings.Fields(strings.ReplaceAll(s, "`", "'")), " ")
	if r := []rune(s); len(r) > 60 {
		return string(r[:60]) + "…"
	}
	return s
}

// isSpace tells white space as people see it. The zero-width characters are
// none: they belong to the words of some scripts and to emoji.
func isSpace(c rune) bool { return unicode.IsSpace(c) }

func firstRune(s string) rune {
	c, _ := utf8.DecodeRuneInString(s)
	return c
}

func lastRune(s string) rune {
	c, _ := utf8.DecodeLastRuneInString(s)
	return c
}

// wordEnd is the length of the text before the next white space.
func wordEnd(s string) int {
	if end := strings.IndexFunc(s, isSpace); end >= 0 {
		return end
	}
	return len(s)
}
