package lexicon

import (
	"strings"
	"unicode/utf8"
)

// Word is what the lexicon knows of a word as it is written, whatever text it
// stands in. It never changes.
type Word struct {
	cands  []cand // what it can stand for in a phrase
	size   int32  // of its folded form, in bytes
	role   role
	spoken langs // the languages whose small word it is
}

// role is what a word can do in a text, a bit for each.
type role uint8

const (
	begins     role = 1 << iota // a phrase can begin with it
	skipped                     // a phrase of the text may have it between its own words
	joining                     // it stands inside a phrase or a row
	towards                     // it says for whom
	possessive                  // an s, which after an apostrophe is no word
)

func (w *Word) has(r role) bool { return w.role&r != 0 }

// small tells the words that end a phrase's head: prepositions and the like.
func (w *Word) small() bool { return w.spoken != 0 && !w.has(joining) }

// cand is a reading of one word: the number of a phrase's word, and the part
// of the text's word it covers, in bytes of the folded form.
type cand struct {
	word   int32
	length int32
	form   form
}

// maxCands bounds the readings of a word; data with more affixes of one word
// than that lose the shortest.
const maxCands = 8

// Word gives what the lexicon knows of a word as it is written, for callers
// that meet the same words in many texts and read them by FindIn.
func (l *Lexicon) Word(s string) *Word {
	w, _ := l.index.word(s, nil)
	return &w
}

// word reads a word. Its readings lie in room, which is given back.
func (x *index) word(s string, room []cand) (Word, []cand) {
	folded := x.fold.fold(s)
	w := Word{size: int32(len(folded)), role: x.roles[folded], spoken: x.function[folded]}
	from := len(room)
	room = x.readings(s, folded, room)
	w.cands = room[from:len(room):len(room)]
	for _, c := range w.cands {
		if x.phrases.first[c.word] != 0 {
			w.role |= begins
		}
	}
	return w, room
}

// readings adds the numbers that a word can stand for.
func (x *index) readings(s, folded string, room []cand) []cand {
	most := len(room) + maxCands
	add := func(id int32, f form, size int) {
		if len(room) < most {
			room = append(room, cand{id, int32(size), f})
		}
	}
	if id, ok := x.wholes[stem(folded)]; ok {
		add(id, whole, len(folded))
	}
	if c := s[0]; c >= utf8.RuneSelf || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' {
		if id, ok := x.acronym(s); ok {
			add(id, acronym, len(folded))
		}
	}
	x.openings.each(folded, func(id int32, size int) { add(id, opening, size) })
	x.closings.each(folded, func(id int32, size int) { add(id, closing, size) })
	return room
}

func (x *index) acronym(s string) (int32, bool) {
	id, ok := x.acronyms[s]
	if bare, plural := strings.CutSuffix(s, "s"); !ok && plural && len(bare) > 1 {
		id, ok = x.acronyms[bare]
	}
	return id, ok
}
