package lexicon

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// foldTable maps a rune below its length to the letters it is compared as.
type foldTable [0x2000]string

// newFoldTable makes small letters without marks: é is e, ß is ss, ł is l, й
// is и, ς is σ.
func newFoldTable() *foldTable {
	var t foldTable
	special := map[rune]string{'ß': "ss", 'ø': "o", 'ł': "l", 'đ': "d", 'ð': "d", 'æ': "ae", 'œ': "oe", 'þ': "th", 'ı': "i", 'ħ': "h", 'ς': "σ"}
	for c := range rune(len(t)) {
		low := unicode.ToLower(c)
		if s, ok := special[low]; ok {
			t[c] = s
			continue
		}
		if unicode.Is(unicode.Mn, c) || !unicode.IsLetter(c) && !unicode.IsDigit(c) {
			continue
		}
		var b strings.Builder
		for _, d := range norm.NFD.String(string(low)) {
			if !unicode.Is(unicode.Mn, d) {
				b.WriteRune(unicode.ToLower(d))
			}
		}
		t[c] = strings.ReplaceAll(b.String(), "ς", "σ")
	}
	return &t
}

// token is a word of a text: its place in the text, in bytes, its folded form
// and the stem of that.
type token struct {
	start, end int
	folded     string
	stem       string
	breaks     bool // a full stop, colon, bracket or the like stands before it
}

// tokens splits a text into words of letters and digits. An English s after
// an apostrophe is dropped, and hyphens divide.
func (t *foldTable) tokens(text string, out []token) []token {
	var buf [64]byte
	broke := false
	for i := 0; i < len(text); {
		c, size := rune(text[i]), 1
		if c >= utf8.RuneSelf {
			c, size = utf8.DecodeRuneInString(text[i:])
		}
		if !isWord(c) {
			broke = broke || isBreak(c)
			i += size
			continue
		}
		start, b, same := i, buf[:0], true
		for i < len(text) {
			c, size = rune(text[i]), 1
			if c >= utf8.RuneSelf {
				c, size = utf8.DecodeRuneInString(text[i:])
			}
			if !isWord(c) && (c < utf8.RuneSelf || !unicode.IsMark(c)) {
				break
			}
			same = same && (c >= 'a' && c <= 'z' || c >= '0' && c <= '9')
			b = t.appendFold(b, c)
			i += size
		}
		if string(b) == "s" && start > 0 && isApostrophe(text[:start]) {
			continue
		}
		folded := text[start:i]
		if !same {
			folded = string(b)
		}
		out = append(out, token{start, i, folded, stem(folded), broke})
		broke = false
	}
	return out
}

func (t *foldTable) appendFold(b []byte, c rune) []byte {
	switch {
	case c >= 'a' && c <= 'z' || c >= '0' && c <= '9':
		return append(b, byte(c))
	case c >= 'A' && c <= 'Z':
		return append(b, byte(c)+'a'-'A')
	case int(c) < len(t):
		return append(b, t[c]...)
	}
	return utf8.AppendRune(b, unicode.ToLower(c))
}

func isWord(c rune) bool {
	if c < utf8.RuneSelf {
		return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
	}
	return unicode.IsLetter(c) || unicode.IsDigit(c)
}

// isBreak tells the signs over which no phrase reaches.
func isBreak(c rune) bool {
	switch c {
	case '.', ':', ';', '!', '?', '(', ')', '[', ']', '–', '—', '\n', '"', '“', '”', '«', '»':
		return true
	}
	return false
}

func isApostrophe(before string) bool {
	return strings.HasSuffix(before, "'") || strings.HasSuffix(before, "’")
}

// stem cuts the plural s of English and of the Romance languages and writes
// British spelling. It is kept this light on purpose: what bends more has a
// mark in the data.
func stem(w string) string {
	n := len(w)
	if n < 4 {
		return w
	}
	if w[n-1] == 's' {
		switch {
		case strings.HasSuffix(w, "ies") && n > 4:
			w = w[:n-3] + "y"
		case strings.HasSuffix(w, "sses"), strings.HasSuffix(w, "ches"), strings.HasSuffix(w, "shes"), strings.HasSuffix(w, "xes"):
			w = w[:n-2]
		case w[n-2] != 's' && w[n-2] != 'u' && w[n-2] != 'i':
			w = w[:n-1]
		}
	}
	return british(w)
}

func british(w string) string {
	switch w {
	case "labor":
		return "labour"
	case "program":
		return "programme"
	case "center":
		return "centre"
	case "offense":
		return "offence"
	case "behavior":
		return "behaviour"
	case "counseling":
		return "counselling"
	case "traveler":
		return "traveller"
	}
	for _, end := range [...]string{"ization", "izing", "ized", "ize", "izer"} {
		if head, ok := strings.CutSuffix(w, end); ok && len(head) > 3 {
			return head + "is" + end[2:]
		}
	}
	return w
}
