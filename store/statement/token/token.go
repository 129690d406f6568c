// Package token cuts a text into its words, so that all who read it (the
// gazetteer, the lexicon, the overlap engine) mean the same by a word, and a
// text that several of them read is cut once.
//
// A word is a letter or digit with the letters, digits and marks that follow
// it. All else divides: hyphens, apostrophes, and bytes that are no UTF-8. A
// mark by itself, such as an emoji brings along, is no word.
package token

import (
	"unicode"
	"unicode/utf8"
)

// Gap is the strongest sign between a word and the one before it.
type Gap uint8

// The gaps, the weakest first.
const (
	Space Gap = iota // spaces, hyphens and all else that parts nothing but words
	Comma            // a comma, a slash or a bar, as in a list
	Stop             // a full stop, colon, bracket, dash, quotation mark or the end of a line
)

// Token is a word of a text.
type Token struct {
	Start, End int // in bytes of the text
	Gap        Gap
}

// Split appends the words of the text to out.
func Split(out []Token, text string) []Token {
	gap := Space
	for i := 0; i < len(text); {
		c, size := at(text, i)
		start := i
		i += size
		if c != letter {
			if c < mark {
				gap = max(gap, Gap(c))
			}
			continue
		}
		for i < len(text) {
			if c, size = at(text, i); c < mark {
				break
			}
			i += size
		}
		out = append(out, Token{start, i, gap})
		gap = Space
	}
	return out
}

// Letter tells what a word can begin with.
func Letter(r rune) bool {
	if r < utf8.RuneSelf {
		return r >= 0 && ascii[r] == letter
	}
	return unicode.IsLetter(r) || unicode.IsDigit(r)
}

// class is what a rune is to a text: a gap, or a part of a word.
type class uint8

const (
	mark class = iota + class(Stop) + 1
	letter
)

var ascii = func() (t [utf8.RuneSelf]class) {
	for c := range t {
		if c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' {
			t[c] = letter
		}
	}
	for _, c := range ",/|" {
		t[c] = class(Comma)
	}
	for _, c := range ".:;!?()[]\"\n" {
		t[c] = class(Stop)
	}
	return t
}()

// at classes the rune that begins at byte i, and gives its length.
func at(text string, i int) (class, int) {
	if c := text[i]; c < utf8.RuneSelf {
		return ascii[c], 1
	}
	return wide(text[i:])
}

func wide(text string) (class, int) {
	r, size := utf8.DecodeRuneInString(text)
	switch {
	case Letter(r):
		return letter, size
	case unicode.IsMark(r):
		return mark, size
	}
	switch r {
	case '–', '—', '“', '”', '«', '»':
		return class(Stop), size
	}
	return class(Space), size
}
