package lexicon

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"thbot/store/statement/token"
)

// form is how a word of a phrase is compared with a word of the text.
type form uint8

const (
	whole   form = iota // the same after folding and stemming
	acronym             // the same capitals; a plural s may follow
	opening             // "word*": how the text's word begins
	closing             // "*word": how it ends, for compounds
	either              // "*word*": both of them
)

// part is one word of a phrase.
type part struct {
	form form
	text string
}

// pattern is a phrase of the data, read.
type pattern struct {
	parts  []part
	guards bool // "~": only in a text of its language
}

// shortWord is the length in letters below which a single word in another
// language than English is guarded without a mark.
const shortWord = 6

// parsePattern reads a phrase. The string is empty, or says what is wrong
// with the phrase.
func parsePattern(phrase string) (pattern, string) {
	rest, guards := strings.CutPrefix(phrase, "~")
	p := pattern{guards: guards}
	for _, w := range strings.FieldsFunc(rest, divides) {
		if w == "s" && len(p.parts) > 0 && strings.Contains(rest, "s") && apostrophes(rest) {
			continue
		}
		x, wrong := parsePart(w)
		if wrong != "" {
			return p, wrong
		}
		p.parts = append(p.parts, x)
	}
	if len(p.parts) == 0 {
		return p, "has no letters"
	}
	if x := p.parts[0]; len(p.parts) == 1 && x.form > acronym && utf8.RuneCountInString(x.text) < 3 {
		return p, "is a star on fewer than three letters"
	}
	if len(p.parts) > maxParts {
		return p, "has more than twelve words"
	}
	if p.stars() > maxStars {
		return p, "has more than four words with a star"
	}
	return p, ""
}

// Bounds of a phrase. Each word with a star doubles or triples the ways in
// which it can be met.
const (
	maxParts = 12
	maxStars = 4
)

func (p pattern) stars() int {
	n := 0
	for _, w := range p.parts {
		if w.form > acronym {
			n++
		}
	}
	return n
}

func divides(c rune) bool { return !token.Letter(c) && c != '*' && !unicode.Is(unicode.Mn, c) }

func apostrophes(s string) bool { return strings.ContainsAny(s, "'’") }

func parsePart(w string) (part, string) {
	core := strings.Trim(w, "*")
	if strings.Contains(core, "*") {
		return part{}, "has a star inside a word; it may stand at the beginning or the end"
	}
	head, tail := strings.HasPrefix(w, "*"), strings.HasSuffix(w, "*")
	if (head || tail) && utf8.RuneCountInString(core) < 2 {
		return part{}, "has a star on fewer than two letters"
	}
	switch {
	case head && tail:
		return part{either, core}, ""
	case head:
		return part{closing, core}, ""
	case tail:
		return part{opening, core}, ""
	case isAcronym(core):
		return part{acronym, core}, ""
	}
	return part{whole, core}, ""
}

// isAcronym tells a word of at least two capitals, with digits or not.
func isAcronym(w string) bool {
	capitals := 0
	for _, c := range w {
		switch {
		case unicode.IsUpper(c):
			capitals++
		case !unicode.IsDigit(c):
			return false
		}
	}
	return capitals >= 2
}

// guarded tells whether the pattern, as a phrase of the language, counts only
// in a text that is in that language.
func (p pattern) guarded(lang string) bool {
	if p.guards {
		return true
	}
	x := p.parts[0]
	return lang != "en" && len(p.parts) == 1 && x.form != acronym && utf8.RuneCountInString(stem(x.text)) < shortWord
}
