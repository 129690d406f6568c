package line

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Split makes a title and a description of a text: the first line and the
// rest. Where the first line is longer than MaxTitle, the title is its first
// sentence if that fits, else its start cut at a word, and the description is
// the whole text. Blank lines before the title, and the line break after it,
// go; all else stays.
func (l Line) Split() (title, description string) {
	text := skipBlankLines(l.Text)
	first, rest, _ := strings.Cut(text, "\n")
	first = strings.TrimSuffix(first, "\r")
	if utf8.RuneCountInString(first) <= MaxTitle {
		return first, rest
	}
	if s := sentence(first); s != "" && utf8.RuneCountInString(s) <= MaxTitle {
		return s, text
	}
	return head(first), text
}

// skipBlankLines drops lines of white space at the start.
func skipBlankLines(s string) string {
	for {
		first, rest, more := strings.Cut(s, "\n")
		if !more || strings.TrimFunc(first, isSpace) != "" {
			return s
		}
		s = rest
	}
}

// short words with a full stop that do not end a sentence.
var abbreviations = []string{"e.g.", "i.e.", "cf.", "vs.", "no.", "nos.", "art.", "arts.", "incl.", "approx.", "dr.", "mr.", "ms.", "prof.", "st.", "para.", "p.", "pp.", "ca.", "resp."}

// sentence is the first sentence of s, or "" where none ends before its end.
func sentence(s string) string {
	for i, c := range s {
		end := i + utf8.RuneLen(c)
		if !strings.ContainsRune(".!?…", c) || end >= len(s) || !isSpace(firstRune(s[end:])) {
			continue
		}
		after := firstRune(strings.TrimLeftFunc(s[end:], isSpace))
		word := s[strings.LastIndexFunc(s[:i], isSpace)+1 : end]
		if !unicode.IsLower(after) && !slices.Contains(abbreviations, strings.ToLower(strings.Trim(word, "(["))) {
			return s[:end]
		}
	}
	return ""
}

// head is the start of s, MaxTitle characters at most, cut at a word where
// there is one, and never between a letter and its marks.
func head(s string) string {
	end, n := 0, 0
	for i := range s {
		if n == MaxTitle {
			end = i
			break
		}
		n++
	}
	if isSpace(firstRune(s[end:])) {
		return strings.TrimRightFunc(s[:end], isSpace)
	}
	if cut := strings.LastIndexFunc(s[:end], isSpace); cut > 0 {
		if h := strings.TrimRightFunc(s[:cut], isSpace); h != "" {
			return h
		}
	}
	whole := end
	for end > 0 && joins(s, end) {
		_, n := utf8.DecodeLastRuneInString(s[:end])
		end -= n
	}
	if end == 0 { // nothing but marks: any place is as good
		end = whole
	}
	return s[:end]
}

// joins tells whether the character at a byte belongs to the one before it.
func joins(s string, at int) bool {
	const zwj = '\u200d'
	c := firstRune(s[at:])
	return unicode.Is(unicode.M, c) || c == zwj || lastRune(s[:at]) == zwj
}
