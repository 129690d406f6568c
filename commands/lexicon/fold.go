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

// fold gives the letters that a word is compared as.
func (t *foldTable) fold(w string) string {
	if isFolded(w) {
		return w
	}
	var buf [64]byte
	b := buf[:0]
	for _, c := range w {
		b = t.appendFold(b, c)
	}
	return string(b)
}

// isFolded tells words of small letters without marks.
func isFolded(w string) bool {
	for i := range len(w) {
		if c := w[i]; !(c >= 'a' && c <= 'z' || c >= '0' && c <= '9') {
			return false
		}
	}
	return true
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
