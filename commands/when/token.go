package when

import (
	"iter"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// token is a word, a number or a single other character of what was typed.
type token struct {
	from, to int    // bytes
	word     string // folded, when it is a word
	sign     rune   // when it is neither word nor number
	digits   int    // how many digits a number has; 0 when it is none
	num      int    // a number of up to nine digits; longer ones are -1
	glued    bool   // no white space before it
	capital  bool   // a word that begins with a capital letter
	known    *word
}

// tokenize cuts text into tokens and leaves the white space out.
func tokenize(text string) []token {
	toks := make([]token, 0, len(text)/5+4)
	glued := true
	for i := 0; i < len(text); {
		c, size := utf8.DecodeRuneInString(text[i:])
		end := i + size
		t := token{from: i, glued: glued}
		switch {
		case unicode.IsSpace(c):
			i, glued = end, false
			continue
		case isDigit(c):
			for end < len(text) && isDigit(rune(text[end])) {
				end++
			}
			t.digits, t.num = end-i, value(text[i:end])
		case unicode.IsLetter(c):
			end = wordEnd(text, i)
			t.capital = unicode.IsUpper(c)
			t.word = fold(text[i:end])
			t.known = vocabulary[t.word]
		default:
			t.sign = sign(c)
		}
		t.to = end
		toks = append(toks, t)
		i, glued = end, true
	}
	return toks
}

func isDigit(c rune) bool { return '0' <= c && c <= '9' }

// value is the number that digits write, or -1 when it is too long to matter.
func value(digits string) int {
	if len(digits) > 9 {
		return -1
	}
	n := 0
	for _, c := range digits {
		n = n*10 + int(c-'0')
	}
	return n
}

// sign makes the dashes alike; the apostrophes too.
func sign(c rune) rune {
	switch c {
	case '–', '—', '‐', '‑', '−':
		return '–'
	case '’', '‘', 'ʼ':
		return '\''
	}
	return c
}

// wordEnd is the end of the word that starts at a byte: letters and their
// marks.
func wordEnd(text string, at int) int {
	for at < len(text) {
		c, size := utf8.DecodeRuneInString(text[at:])
		if !unicode.IsLetter(c) && !unicode.Is(unicode.M, c) {
			break
		}
		at += size
	}
	return at
}

// fold writes a word in small letters without accents.
func fold(word string) string {
	ascii := true
	for i := range len(word) {
		ascii = ascii && word[i] < utf8.RuneSelf
	}
	if ascii {
		return strings.ToLower(word)
	}
	return strings.Map(func(c rune) rune {
		switch {
		case unicode.Is(unicode.M, c):
			return -1
		case c == 'ł' || c == 'Ł':
			return 'l'
		case c == 'ς':
			return 'σ'
		}
		return unicode.ToLower(c)
	}, norm.NFD.String(word))
}

// fields gives the words of a list, and forms those that mean the same.
func fields(list string) iter.Seq[string] { return strings.FieldsSeq(list) }

// forms gives the forms of a word, folded as typed words are; "-" is none.
func forms(word string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for form := range strings.SplitSeq(word, "/") {
			if form != "-" && !yield(fold(form)) {
				return
			}
		}
	}
}

// is gives the number of the token's meaning of a kind.
func (t token) is(k kind) (n int, ok bool) {
	if !t.known.has(1 << k) {
		return 0, false
	}
	for _, m := range t.known.meanings {
		if m.kind == k {
			return m.n, true
		}
	}
	return 0, false
}

// has tells whether the token can mean a kind.
func (t token) has(k kind) bool { return t.known.has(1 << k) }
