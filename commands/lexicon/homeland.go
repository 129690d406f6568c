package lexicon

import (
	"math/bits"
	"slices"
	"strings"
)

// homelands are the Member States in which a language is spoken. English and
// French are not among them: agencies write them for everybody.
var homelands = map[string][]string{
	"de": {"DE", "AT"}, "es": {"ES"}, "it": {"IT"}, "pl": {"PL"}, "ro": {"RO"}, "nl": {"NL"}, "pt": {"PT"}, "el": {"GR"},
	"cs": {"CZ"}, "hu": {"HU"}, "sv": {"SE"}, "bg": {"BG"}, "da": {"DK"}, "fi": {"FI"}, "sk": {"SK"}, "hr": {"HR"},
	"lt": {"LT"}, "lv": {"LV"}, "et": {"EE"}, "sl": {"SI"}, "mt": {"MT"}, "ga": {"IE"},
}

// homeland gives the countries of the language that a text is in, for one that
// names no place. It rests on the first words that show the language.
func (e *evidence) homeland() Suggestions {
	var out Suggestions
	for _, code := range homelands[e.language] {
		out = append(out, Suggestion{"countries", code, []Span{e.shown}, 0.7})
	}
	return out
}

// written tells the one language that a text is in, and which word shows it
// first: the language of which it has two different small words at least, and
// more than of any other.
func written(text string, words []spoken) (string, int) {
	var seen [32][]string
	var first [32]int
	for i, w := range words {
		for set := w.spoken; set != 0; set &= set - 1 {
			bit, s := bits.TrailingZeros32(uint32(set)), text[w.start:w.end]
			if len(seen[bit]) == 0 {
				first[bit] = i
			}
			if len(seen[bit]) < mostSmall && !slices.ContainsFunc(seen[bit], func(t string) bool { return strings.EqualFold(s, t) }) {
				seen[bit] = append(seen[bit], s)
			}
		}
	}
	best, next := 0, 0
	for bit := 1; bit < len(seen); bit++ {
		if len(seen[bit]) > len(seen[best]) {
			best, next = bit, len(seen[best])
		} else {
			next = max(next, len(seen[bit]))
		}
	}
	if n := len(seen[best]); n < 2 || n == next {
		return "", 0
	}
	return Languages()[best], first[best]
}

// mostSmall is how many different small words of a language are looked at.
const mostSmall = 12

// clause is the stretch of text around word i, from one sign to the next, at
// most maxClause bytes from its beginning.
func clause(text string, words []spoken, i int) Span {
	first, last := i, i
	for first > 0 && !words[first].breaks && words[i].end-words[first-1].start <= maxClause {
		first--
	}
	for last+1 < len(words) && !words[last+1].breaks && words[last+1].end-words[first].start <= maxClause {
		last++
	}
	start, end := words[first].start, words[last].end
	return Span{start, end, text[start:end]}
}

const maxClause = 60
