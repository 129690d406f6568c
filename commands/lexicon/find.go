package lexicon

import (
	"math/bits"
	"sync"
	"unicode/utf8"
)

// Hit is a place where a text speaks of a concept.
type Hit struct {
	Concept    *Concept
	Start, End int    // in bytes of the text
	Text       string // the words as they stand there
	Lang       string // the language whose phrase it is
}

// cand is a reading of one token: the number of a phrase's word, and the part
// of the token it covers, in bytes of the folded form.
type cand struct {
	word   int32
	length int32
	form   form
}

// maxCands bounds the readings of a token; data with more affixes of one word
// than that lose the shortest.
const maxCands = 8

// reading is what Find keeps for a token.
type reading struct {
	token
	cands [maxCands]cand
	n     int
	skip  bool
}

// scratch is the memory of one Find, used again.
type scratch struct {
	tokens   []token
	readings []reading
	found    []match
	sizes    []int
}

var scratches = sync.Pool{New: func() any { return new(scratch) }}

// match is a phrase found at a token.
type match struct {
	node  int32
	last  int // index of its last token
	words int
	cand  cand // the reading of its only token, when words is 1
	size  int  // letters covered
}

// Find returns the concepts that the text speaks of, by place. Where several
// phrases begin at a word the longest wins, and what lies inside a longer
// phrase is not found by itself; phrases that only overlap are both found.
// Case and diacritics do not matter, but in acronyms case does. Guarded words
// count only where function words show the text to be in their language.
func (l *Lexicon) Find(text string) []Hit {
	s := scratches.Get().(*scratch)
	defer scratches.Put(s)
	x := l.index
	s.tokens = x.fold.tokens(text, s.tokens[:0])
	s.readings = s.readings[:0]
	var score [32]int
	for _, t := range s.tokens {
		if len(t.folded) <= x.mostSmall {
			for set := x.function[t.folded]; set != 0; set &= set - 1 {
				score[bits.TrailingZeros32(uint32(set))]++
			}
		}
		s.readings = append(s.readings, reading{token: t})
		x.read(text, &s.readings[len(s.readings)-1], s)
	}
	return x.pick(text, s, spoken(&score))
}

// spoken tells the languages a text may be in: those with at least half as
// many function words as the one with most.
func spoken(score *[32]int) langs {
	top := 0
	for _, n := range score {
		top = max(top, n)
	}
	var set langs
	for i, n := range score {
		if n > 0 && 2*n >= top {
			set |= 1 << i
		}
	}
	return set
}

// read finds the numbers that a token can stand for.
func (x *index) read(text string, r *reading, s *scratch) {
	r.skip = len(r.folded) <= x.mostSmall && x.skip[r.folded]
	if id, ok := x.wholes[r.stem]; ok {
		r.add(id, whole, len(r.folded))
	}
	if c := text[r.start]; c >= utf8.RuneSelf || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' {
		x.readAcronym(text[r.start:r.end], r)
	}
	s.sizes = x.openings.each(r.folded, s.sizes, func(id int32, size int) { r.add(id, opening, size) })
	s.sizes = x.closings.each(r.folded, s.sizes, func(id int32, size int) { r.add(id, closing, size) })
}

func (x *index) readAcronym(w string, r *reading) {
	id, ok := x.acronyms[w]
	if n := len(w); !ok && n > 2 && w[n-1] == 's' {
		id, ok = x.acronyms[w[:n-1]]
	}
	if ok {
		r.add(id, acronym, len(r.folded))
	}
}

func (r *reading) add(word int32, f form, length int) {
	if r.n < maxCands {
		r.cands[r.n] = cand{word, int32(length), f}
		r.n++
	}
}

// pick walks the tokens and keeps what no longer phrase covers.
func (x *index) pick(text string, s *scratch, spoken langs) []Hit {
	var hits []Hit
	covered := -1 // the last token that a phrase found so far reaches
	for i := range s.readings {
		s.found = s.found[:0]
		x.walk(s, rootNode, i, i, 0, 0)
		s.found = x.allowed(s.found, spoken)
		far := -1
		for _, m := range s.found {
			far = max(far, m.last)
		}
		if far <= covered {
			continue
		}
		covered = far
		hits = x.emit(hits, text, s, i, far, spoken)
	}
	return hits
}

// walk follows every phrase that begins at token from, being at token i.
func (x *index) walk(s *scratch, node int32, from, i, words, size int) {
	if i >= len(s.readings) {
		return
	}
	r := &s.readings[i]
	if i > from && r.breaks {
		return
	}
	for _, c := range r.cands[:r.n] {
		n := x.after(node, c.word)
		if n == 0 {
			continue
		}
		covered := size + int(c.length)
		if len(x.ends[n]) > 0 {
			s.found = append(s.found, match{n, i, words + 1, c, covered})
		}
		x.walk(s, n, from, i+1, words+1, covered)
	}
	if r.skip && i > from && !s.readings[i-1].skip {
		x.walk(s, node, from, i+1, words, size)
	}
}

// allowed keeps the matches that have a meaning in a language of the text.
func (x *index) allowed(found []match, spoken langs) []match {
	kept := found[:0]
	for _, m := range found {
		for _, e := range x.ends[m.node] {
			if e.counts(spoken) != 0 {
				kept = append(kept, m)
				break
			}
		}
	}
	return kept
}

// counts gives the languages in which the meaning counts in such a text.
func (e meaning) counts(spoken langs) langs { return e.free | e.langs&spoken }

// emit adds the hits of the best matches that begin at token i and reach far:
// those that cover most letters, and, where a single word is a compound, the
// best of its beginning and the best of its end.
func (x *index) emit(hits []Hit, text string, s *scratch, i, far int, spoken langs) []Hit {
	var best [either + 1]int // letters covered, by group of form
	for _, m := range s.found {
		if g := m.group(); m.last == far {
			best[g] = max(best[g], m.size)
		}
	}
	full := len(s.readings[i].folded)
	for _, m := range s.found {
		g := m.group()
		if m.last != far || m.size < best[g] {
			continue
		}
		if g != whole && best[whole] > 0 || g == closing && m.size+best[opening] > full {
			continue
		}
		start, end := s.readings[i].start, s.readings[m.last].end
		if g == closing {
			start = tailStart(text, start, end, m.size, x.fold)
		} else if g == opening && best[closing] > 0 && best[closing]+m.size <= full {
			end = tailStart(text, start, end, full-m.size, x.fold)
		}
		for _, e := range x.ends[m.node] {
			if in := e.counts(spoken); in != 0 {
				hits = append(hits, Hit{e.concept, start, end, text[start:end], x.codes[mainLang(in, spoken)]})
			}
		}
	}
	return hits
}

// group is the form of a match of a single word; a phrase counts as whole.
func (m match) group() form {
	if m.words > 1 || m.cand.form == acronym {
		return whole
	}
	return m.cand.form
}

// mainLang prefers the languages of the text, then the order of Languages.
func mainLang(in, spoken langs) int {
	if in&spoken != 0 {
		in &= spoken
	}
	return bits.TrailingZeros32(uint32(in))
}

// tailStart is where the last size folded bytes of the word text[start:end]
// begin.
func tailStart(text string, start, end, size int, fold *foldTable) int {
	var buf [16]byte
	for end > start && size > 0 {
		c, n := utf8.DecodeLastRuneInString(text[start:end])
		size -= len(fold.appendFold(buf[:0], c))
		end -= n
	}
	return end
}
