package place

import (
	"unicode"
	"unicode/utf8"

	"thbot/store/statement/spell"
)

// Word is what the gazetteer knows of a word as it is written, whatever text
// it stands in. The zero Word is one that says nothing of places.
type Word struct {
	number int32 // among the words of phrases, 0 for none
	stem   int16 // one more than the place that is named by words that begin so, 0 for none
	role   role
}

// role is what else a word does for the places around it, a bit for each.
type role uint16

const (
	empty    role = 1 << iota // it has no letter that is compared
	capital                   // it begins with a capital letter
	english                   // EN, the code of a language and of no country
	joining                   // it stands between the last two members of a list
	inside                    // what follows may be a language
	suing                     // what follows may be a state in court
	speaking                  // what stands before it may be a language
	trailing                  // it follows a list of languages and not an adjective
	peopled                   // one of those who come from somewhere
	fleeing                   // it stands before those who come from somewhere
	uprooted                  // it stands behind the place that persons come from
	plural                    // ends in s, as peoples do
	endsInN                   // ends in n, as adjectives do
)

func (w Word) has(r role) bool { return w.role&r != 0 }

// WordOf gives what the gazetteer knows of a word as it is written, for
// callers that meet the same words in many texts and read them by InWords.
func WordOf(s string) Word { return gazetteer().text.word(s) }

func (m *matcher) word(s string) Word {
	var buf [64]byte
	folded := spell.AppendFold(buf[:0], s, 0)
	if len(folded) == 0 {
		return Word{role: empty}
	}
	w := Word{number: m.numbers[string(folded)], stem: m.stem(folded), role: m.roles[string(folded)]}
	if first, _ := utf8.DecodeRuneInString(s); unicode.IsUpper(first) {
		w.role |= capital
	}
	if s == "EN" {
		w.role |= english
	}
	switch last := folded[len(folded)-1]; {
	case last == 's' && string(folded) != "swiss":
		w.role |= plural
	case last == 'n':
		w.role |= endsInN
	}
	return w
}

// stem looks for the beginning that names a place, the longest first; at most
// five letters may follow it.
func (m *matcher) stem(folded []byte) int16 {
	for n := len(folded); n > 4 && n > len(folded)-6; n-- {
		if place, ok := m.stems[string(folded[:n])]; ok {
			return place + 1
		}
	}
	return 0
}

// smallRoles tells what the small words around places do.
func smallRoles() map[string]role {
	roles := map[string]role{}
	for r, words := range map[role]map[string]bool{
		joining: setOf("and or"), inside: setOf("in into"), suing: setOf("v vs versus"),
		speaking: speech, trailing: after, peopled: persons, fleeing: moved, uprooted: displaced,
	} {
		for w := range words {
			roles[w] |= r
		}
	}
	return roles
}
