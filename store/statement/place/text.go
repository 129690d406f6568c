package place

import (
	"slices"
	"strings"
	"sync"

	"thbot/store/statement/token"
)

// Hit is a place that a text names.
type Hit struct {
	Place
	Start, End int    // in the text, bytes
	Text       string // the words themselves
	Seat       bool   // a town where an agency or the institutions sit: often only where people meet
	Town       bool   // a town or another place within the country
	People     bool   // an adjective or a people ("Romanian"), not the name of the country
	Origin     bool   // where persons come from ("victims from Nigeria"), which need not be where the work is done
}

// scratch is the room in which one text is read, used again.
type scratch struct {
	tokens []token.Token
	words  []Word
	spoken []spoken
	found  []match
}

var rooms = sync.Pool{New: func() any { return new(scratch) }}

// spoken is a word where it stands in a text.
type spoken struct {
	Word
	start, end int  // in bytes
	broken     bool // a sign over which no phrase reaches stands before it
}

// InText gives the places that a text names, in the order in which they stand.
// Where names overlap, the longest counts. Whole words are compared; names
// that are other words too, towns, and names in other languages count with a
// capital letter only. Languages ("in Romanian"), treaties and processes named
// for towns, and bodies with "EU" in their names are left out.
func InText(text string) []Hit {
	s := rooms.Get().(*scratch)
	defer rooms.Put(s)
	s.tokens, s.words = token.Split(s.tokens[:0], text), s.words[:0]
	for _, t := range s.tokens {
		s.words = append(s.words, WordOf(text[t.Start:t.End]))
	}
	return s.read(nil, text, s.tokens, s.words)
}

// InWords is InText for a text that is cut into tokens already, of each of
// which words has what WordOf gives. It appends the hits to out.
func InWords(out []Hit, text string, tokens []token.Token, words []Word) []Hit {
	s := rooms.Get().(*scratch)
	defer rooms.Put(s)
	return s.read(out, text, tokens, words)
}

func (s *scratch) read(out []Hit, text string, tokens []token.Token, words []Word) []Hit {
	g := gazetteer()
	s.place(&g.text, text, tokens, words)
	r := reading{g, text, s.spoken}
	s.found = s.found[:0]
	for i := 0; i < len(r.words); {
		m, ok := r.at(i)
		if !ok {
			i++
			continue
		}
		s.found = append(s.found, m)
		i = m.to
	}
	return r.hits(out, s.found)
}

// place puts the words where they stand in the text.
func (s *scratch) place(m *matcher, text string, tokens []token.Token, words []Word) {
	s.spoken = s.spoken[:0]
	broken := false
	for i := 0; i < len(tokens); {
		t, w, n := tokens[i], words[i], dotted(text, tokens[i:])
		if n > 1 {
			t.End = tokens[i+n-1].End
			w = m.word(text[t.Start:t.End])
		}
		i += n
		broken = broken || t.Gap >= token.Comma
		if w.has(empty) {
			continue
		}
		s.spoken = append(s.spoken, spoken{w, t.Start, t.End, broken})
		broken = false
	}
}

// reading is a text while it is read.
type reading struct {
	g     *tables
	text  string
	words []spoken
}

// match is a phrase found at the words [from, to).
type match struct {
	from, to int
	place    int16
	kind     kind
}

func (r *reading) at(i int) (match, bool) {
	w := &r.words[i]
	if w.number != 0 {
		for k := range r.g.text.first[w.number] {
			if p := &r.g.text.first[w.number][k]; r.stands(p, i) {
				return match{i, i + len(p.parts), p.place, p.kind}, true
			}
		}
	}
	if w.stem != 0 {
		return match{i, i + 1, w.stem - 1, inflected}, true
	}
	return match{}, false
}

func (r *reading) stands(p *phrase, i int) bool {
	if i+len(p.parts) > len(r.words) {
		return false
	}
	for k, part := range p.parts {
		w := &r.words[i+k]
		if k > 0 && w.broken || w.number != part.number {
			return false
		}
		if part.exact != "" && !sameLetters(r.text[w.start:w.end], part.exact) {
			return false
		}
	}
	return !p.capital || r.words[i+p.head].has(capital)
}

// sameLetters compares but for full stops.
func sameLetters(text, exact string) bool {
	return text == exact || strings.ReplaceAll(text, ".", "") == exact
}

func (r *reading) hits(hits []Hit, found []match) []Hit {
	codes := !r.languages()
	for i, m := range found {
		if m.kind == silent || m.kind == language || r.sued(m) || r.tongue(found, i) || m.kind == code && !codes ||
			m.kind == doubtful && !(codes && r.beside(found, i)) {
			continue
		}
		start, end := r.words[m.from].start, r.words[m.to-1].end
		hits = append(hits, Hit{
			Place: r.g.places[m.place], Start: start, End: end, Text: r.text[start:end],
			Seat: m.kind == seat, Town: m.kind == seat || m.kind == town,
			People: m.kind == people || m.kind == inflected,
			Origin: r.origin(found, i),
		})
	}
	return hits
}

// beside tells whether the code stands in a row with one that is no word.
func (r *reading) beside(found []match, i int) bool {
	for _, step := range []int{-1, +1} {
		for j := i + step; j >= 0 && j < len(found) && (j-i)*step < longest && r.row(found[min(j, j-step)], found[max(j, j-step)]); j += step {
			if found[j].kind == code {
				return true
			}
		}
	}
	return false
}

// row tells whether two codes are parted by what parts the members of a list.
func (r *reading) row(a, b match) bool {
	if (a.kind != code && a.kind != doubtful) || (b.kind != code && b.kind != doubtful) {
		return false
	}
	switch strings.TrimSpace(r.text[r.words[a.to-1].end:r.words[b.from].start]) {
	case ",", "/", "-", "–", "&", "+", "and", "or", ", and":
		return true
	}
	return false
}

// languages tells whether the text lists languages by their codes, so that a
// code in it is no country: "in EN, FR and RO".
func (r *reading) languages() bool {
	return slices.ContainsFunc(r.words, func(w spoken) bool { return w.has(english) })
}
