package place

import (
	"strings"
	"sync"
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

var rooms = sync.Pool{New: func() any { return new(scratch) }}

// InText gives the places that a text names, in the order in which they stand.
// Where names overlap, the longest counts. Whole words are compared; names
// that are other words too, towns, and names in other languages count with a
// capital letter only. Languages ("in Romanian"), treaties and processes named
// for towns, and bodies with "EU" in their names are left out.
func InText(text string) []Hit {
	g := gazetteer()
	s := rooms.Get().(*scratch)
	defer rooms.Put(s)
	r := reading{g, text, s, s.split(text)}
	var found []match
	for i := 0; i < len(r.tokens); {
		m, ok := r.at(i)
		if !ok {
			i++
			continue
		}
		found = append(found, m)
		i = m.to
	}
	return r.hits(found)
}

// reading is a text while it is read.
type reading struct {
	g      *tables
	text   string
	room   *scratch
	tokens []token
}

// match is a phrase found at the tokens [from, to).
type match struct {
	from, to int
	place    int16
	kind     kind
}

func (r *reading) at(i int) (match, bool) {
	folded := r.room.buf[r.tokens[i].from:r.tokens[i].to]
	for _, p := range r.g.text.first[string(folded)] {
		if r.stands(&p, i) {
			return match{i, i + len(p.words), p.place, p.kind}, true
		}
	}
	for n := len(folded); n > 4 && n > len(folded)-6; n-- {
		if place, ok := r.g.text.stems[string(folded[:n])]; ok {
			return match{i, i + 1, place, inflected}, true
		}
	}
	return match{}, false
}

func (r *reading) stands(p *phrase, i int) bool {
	if i+len(p.words) > len(r.tokens) {
		return false
	}
	for k := range p.words {
		t := &r.tokens[i+k]
		if k > 0 && t.broken || string(r.room.buf[t.from:t.to]) != p.words[k].folded {
			return false
		}
		if exact := p.words[k].exact; exact != "" && !sameLetters(r.text[t.start:t.end], exact) {
			return false
		}
	}
	head := 0
	if len(p.words) > 1 && p.words[0].folded == "the" {
		head = 1
	}
	return !p.capital || r.tokens[i+head].capital
}

// sameLetters compares but for full stops.
func sameLetters(text, exact string) bool {
	return text == exact || strings.ReplaceAll(text, ".", "") == exact
}

func (r *reading) hits(found []match) []Hit {
	var hits []Hit
	codes := !r.languages()
	for i, m := range found {
		if m.kind == silent || m.kind == language || r.sued(m) || r.tongue(found, i) || m.kind == code && !codes {
			continue
		}
		start, end := r.tokens[m.from].start, r.tokens[m.to-1].end
		hits = append(hits, Hit{
			Place: r.g.places[m.place], Start: start, End: end, Text: r.text[start:end],
			Seat: m.kind == seat, Town: m.kind == seat || m.kind == town,
			People: m.kind == people || m.kind == inflected,
			Origin: r.origin(found, i),
		})
	}
	return hits
}

// languages tells whether the text lists languages by their codes, so that a
// code in it is no country: "in EN, FR and RO".
func (r *reading) languages() bool {
	for i := range r.tokens {
		if t := r.tokens[i]; r.text[t.start:t.end] == "EN" {
			return true
		}
	}
	return false
}
