package search

import (
	"bytes"
	"cmp"
	"math"
	"slices"
	"unicode/utf8"

	"github.com/kljensen/snowball/english"
)

// The weights of BM25 (Robertson and Zaragoza, 2009) with their usual values,
// and of a word in a title or the name of an agency.
const (
	saturation   = 1.2
	lengthShare  = 0.75
	titleWeight  = 4
	agencyWeight = 3
)

// Text is what a query looks into.
type Text struct {
	ID       int
	Title    string
	Body     []string // description, notes and the like
	Agencies []string // slugs
}

// Hit is a text that was found.
type Hit struct {
	ID    int
	Score float64
	All   bool // every word was found, not only some
}

// Scan takes texts one by one and ranks those that have any of the words.
type Scan struct {
	q      *Query
	found  []found
	have   []int // texts that have the term
	texts  int
	length int // words of all texts
	counts []float64
	masks  []uint64
}

type found struct {
	id     int
	length int
	counts []float64 // by term
}

// Scan begins a scan.
func (q *Query) Scan() *Scan {
	return &Scan{q: q, have: make([]int, len(q.terms)), counts: make([]float64, len(q.terms)), masks: make([]uint64, len(q.terms))}
}

// Add looks into one text.
func (s *Scan) Add(t *Text) {
	clear(s.counts)
	length := s.read(t.Title, titleWeight)
	for _, b := range t.Body {
		length += s.read(b, 1)
	}
	any := false
	for i := range s.q.terms {
		if a := s.q.terms[i].agency; a != "" && slices.Contains(t.Agencies, a) {
			s.counts[i] += agencyWeight
		}
		if s.counts[i] > 0 {
			s.have[i]++
			any = true
		}
	}
	s.texts++
	s.length += length
	if any {
		s.found = append(s.found, found{t.ID, length, slices.Clone(s.counts)})
	}
}

// read counts the terms in a text, and its words.
func (s *Scan) read(text string, weight float64) int {
	clear(s.masks)
	n := 0
	for i := 0; i < len(text); {
		from, to := nextWord(text, i)
		if from < 0 {
			break
		}
		n++
		i = to
		if s.q.begun(text, from, to) {
			s.match(text[from:to], weight)
		} else {
			clear(s.masks)
		}
	}
	return n
}

// match advances every term by a word. Bit i of a term's mask says that its
// words up to i stand just here.
func (s *Scan) match(w string, weight float64) {
	folded := s.q.fold(w)
	for t := range s.q.terms {
		words := s.q.terms[t].words
		next := s.masks[t]<<1 | 1
		for i := range words {
			if next&(1<<i) != 0 && !s.q.is(&words[i], folded) {
				next &^= 1 << i
			}
		}
		last := uint64(1) << (len(words) - 1)
		if next&last != 0 {
			s.counts[t] += weight
			next &^= last
		}
		s.masks[t] = next & (last - 1)
	}
}

// is tells whether the folded word is one that the query's word means.
func (q *Query) is(w *word, folded []byte) bool {
	if !bytes.HasPrefix(folded, []byte(w.start)) {
		return false
	}
	if string(folded) == w.exact || w.prefix && bytes.HasPrefix(folded, []byte(w.exact)) {
		return true
	}
	if w.stem == "" {
		return false
	}
	stem, ok := q.stems[string(folded)]
	if !ok {
		word := string(folded)
		stem = english.Stem(word, true)
		q.stems[word] = stem
	}
	return stem == w.stem
}

// plain has the letters and digits of ASCII.
var plain = func() (p [utf8.RuneSelf]bool) {
	for c := range p {
		p[c] = isWordRune(rune(c))
	}
	return p
}()

// nextWord gives the bounds of the first word from i on, or -1.
func nextWord(text string, i int) (from, to int) {
	from = -1
	for i < len(text) {
		in, size := true, 1
		if c := text[i]; c < utf8.RuneSelf {
			in = plain[c]
		} else {
			r, n := utf8.DecodeRuneInString(text[i:])
			in, size = isWordRune(r), n
		}
		switch {
		case in && from < 0:
			from = i
		case !in && from >= 0:
			return from, i
		}
		i += size
	}
	return from, len(text)
}

// Ranked gives what was found, the best first: texts that have every word
// before those that have some; of equals the newest.
func (s *Scan) Ranked() []Hit {
	mean := max(1, float64(s.length)/float64(max(1, s.texts)))
	hits := make([]Hit, len(s.found))
	for i, f := range s.found {
		h := Hit{ID: f.id, All: true}
		for t, n := range f.counts {
			if n == 0 {
				h.All = false
				continue
			}
			rare := math.Log(1 + (float64(s.texts-s.have[t])+0.5)/(float64(s.have[t])+0.5))
			h.Score += rare * n * (saturation + 1) / (n + saturation*(1-lengthShare+lengthShare*float64(f.length)/mean))
		}
		hits[i] = h
	}
	slices.SortFunc(hits, func(a, b Hit) int {
		switch {
		case a.All != b.All && a.All:
			return -1
		case a.All != b.All:
			return 1
		}
		return cmp.Or(cmp.Compare(b.Score, a.Score), b.ID-a.ID)
	})
	return hits
}
