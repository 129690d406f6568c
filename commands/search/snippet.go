package search

import (
	"strings"
	"unicode/utf8"
)

// Piece is a part of a text; Found marks words that were looked for.
type Piece struct {
	Text  string
	Found bool
}

// Mark cuts a text into pieces at the words that were looked for. Joined, the
// pieces are the text.
func (q *Query) Mark(text string) []Piece {
	var pieces []Piece
	done := 0
	add := func(to int, found bool) {
		if to > done {
			pieces = append(pieces, Piece{text[done:to], found})
			done = to
		}
	}
	for _, s := range q.places(text) {
		if s[0] < done {
			continue
		}
		add(s[0], false)
		add(s[1], true)
	}
	add(len(text), false)
	return pieces
}

// places gives the bounds of every word or phrase that was looked for.
func (q *Query) places(text string) [][2]int {
	var bounds [][2]int
	for from, to := range wordsIn(text) {
		bounds = append(bounds, [2]int{from, to})
	}
	var all [][2]int
	for i := range bounds {
		for t := range q.terms {
			if n := len(q.terms[t].words); q.stands(text, bounds[i:], q.terms[t].words) {
				all = append(all, [2]int{bounds[i][0], bounds[i+n-1][1]})
				break
			}
		}
	}
	return all
}

func (q *Query) stands(text string, bounds [][2]int, words []word) bool {
	if len(bounds) < len(words) {
		return false
	}
	for i := range words {
		if !q.is(&words[i], q.fold(text[bounds[i][0]:bounds[i][1]])) {
			return false
		}
	}
	return true
}

// Snippet gives about so many bytes of the first of the texts that has a word
// that was looked for, around it, on one line; nothing where none has.
func (q *Query) Snippet(texts []string, about int) []Piece {
	for _, text := range texts {
		places := q.places(text)
		if len(places) == 0 {
			continue
		}
		from, to := window(text, places[0], about)
		cut := strings.Join(strings.Fields(text[from:to]), " ")
		if from > 0 {
			cut = "… " + cut
		}
		if to < len(text) {
			cut += " …"
		}
		return q.Mark(cut)
	}
	return nil
}

// window widens a place to whole words.
func window(text string, at [2]int, about int) (from, to int) {
	from = max(0, at[0]-about/3)
	for from > 0 && !utf8.RuneStart(text[from]) {
		from--
	}
	if i := strings.IndexByte(text[from:at[0]], ' '); from > 0 && i >= 0 {
		from += i + 1
	}
	to = min(len(text), max(at[1], from+about))
	for to < len(text) && !utf8.RuneStart(text[to]) {
		to++
	}
	if i := strings.LastIndexByte(text[at[1]:to], ' '); to < len(text) && i >= 0 {
		to = at[1] + i
	}
	return from, to
}
