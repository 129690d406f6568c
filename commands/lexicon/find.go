package lexicon

import (
	"math/bits"
	"slices"
	"sync"
	"unicode/utf8"

	"thbot/store/statement/token"
)

// Hit is a place where a text speaks of a concept.
type Hit struct {
	Concept    *Concept
	Start, End int    // in bytes of the text
	Text       string // the words as they stand there
	Lang       string // the language whose phrase it is
}

// scratch is the memory of one Find, used again.
type scratch struct {
	tokens []token.Token
	own    []Word // what is known of the tokens, where the caller knows nothing
	cands  []cand // theirs
	words  []*Word
	spoken []spoken
	found  []match
}

var scratches = sync.Pool{New: func() any { return new(scratch) }}

// spoken is a word where it stands in a text.
type spoken struct {
	*Word
	start, end int
	breaks     bool // a sign over which no phrase reaches stands before it
}

// match is a phrase found at a word.
type match struct {
	node  int32
	last  int // index of its last word
	words int
	cand  cand // the reading of its only word, when words is 1
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
	return l.index.pick(nil, text, s, l.index.listen(s, text))
}

// FindIn is Find for a text that is cut into tokens already, of each of which
// words has what Word gives. It appends the hits to out.
func (l *Lexicon) FindIn(out []Hit, text string, tokens []token.Token, words []*Word) []Hit {
	s := scratches.Get().(*scratch)
	defer scratches.Put(s)
	return l.index.pick(out, text, s, s.place(text, tokens, words))
}

// listen reads the words of a text into the scratch, and tells the languages
// that it may be in.
func (x *index) listen(s *scratch, text string) langs {
	s.tokens = token.Split(s.tokens[:0], text)
	s.own = slices.Grow(s.own[:0], len(s.tokens))[:len(s.tokens)]
	s.cands, s.words = s.cands[:0], s.words[:0]
	for i, t := range s.tokens {
		s.own[i], s.cands = x.word(text[t.Start:t.End], s.cands)
		s.words = append(s.words, &s.own[i])
	}
	return s.place(text, s.tokens, s.words)
}

// place puts the words where they stand. An English s after an apostrophe is
// left out.
func (s *scratch) place(text string, tokens []token.Token, words []*Word) langs {
	var score [32]int
	s.spoken = s.spoken[:0]
	breaks := false
	for i, t := range tokens {
		w := words[i]
		breaks = breaks || t.Gap == token.Stop
		if w.has(possessive) && isApostrophe(text[:t.Start]) {
			continue
		}
		for set := w.spoken; set != 0; set &= set - 1 {
			score[bits.TrailingZeros32(uint32(set))]++
		}
		s.spoken = append(s.spoken, spoken{w, t.Start, t.End, breaks})
		breaks = false
	}
	return likely(&score)
}

// likely tells the languages a text may be in: those with at least half as
// many function words as the one with most.
func likely(score *[32]int) langs {
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

// pick walks the words and keeps what no longer phrase covers.
func (x *index) pick(hits []Hit, text string, s *scratch, spoken langs) []Hit {
	covered := -1 // the last word that a phrase found so far reaches
	for i := range s.spoken {
		if !s.spoken[i].has(begins) {
			continue
		}
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

// walk follows every phrase that begins at word from, being at word i.
func (x *index) walk(s *scratch, node int32, from, i, words, size int) {
	if i >= len(s.spoken) {
		return
	}
	w := &s.spoken[i]
	if i > from && w.breaks {
		return
	}
	for _, c := range w.cands {
		n := x.phrases.after(node, c.word)
		if n == 0 {
			continue
		}
		covered := size + int(c.length)
		if len(x.phrases.ends(n)) > 0 {
			s.found = append(s.found, match{n, i, words + 1, c, covered})
		}
		x.walk(s, n, from, i+1, words+1, covered)
	}
	if w.has(skipped) && i > from && !s.spoken[i-1].has(skipped) {
		x.walk(s, node, from, i+1, words, size)
	}
}

// allowed keeps the matches that have a meaning in a language of the text.
func (x *index) allowed(found []match, spoken langs) []match {
	kept := found[:0]
	for _, m := range found {
		for _, e := range x.phrases.ends(m.node) {
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

// emit adds the hits of the best matches that begin at word i and reach far:
// those that cover most letters, and, where a single word is a compound, the
// best of its beginning and the best of its end.
func (x *index) emit(hits []Hit, text string, s *scratch, i, far int, spoken langs) []Hit {
	var best [either + 1]int // letters covered, by group of form
	for _, m := range s.found {
		if g := m.group(); m.last == far {
			best[g] = max(best[g], m.size)
		}
	}
	full := int(s.spoken[i].size)
	before := len(hits)
	for _, m := range s.found {
		g := m.group()
		if m.last != far || m.size < best[g] {
			continue
		}
		if g != whole && best[whole] > 0 || g == closing && m.size+best[opening] > full {
			continue
		}
		start, end := s.spoken[i].start, s.spoken[m.last].end
		if g == closing {
			start = tailStart(text, start, end, m.size, x.fold)
		} else if g == opening && best[closing] > 0 && best[closing]+m.size <= full {
			end = tailStart(text, start, end, full-m.size, x.fold)
		}
		for _, e := range x.phrases.ends(m.node) {
			if in := e.counts(spoken); in != 0 && !heard(hits[before:], e.concept, start, end) {
				hits = append(hits, Hit{e.concept, start, end, text[start:end], x.codes[mainLang(in, spoken)]})
			}
		}
	}
	return hits
}

// heard tells whether the concept has been found in these words: a phrase may
// have them as they are, and as a beginning.
func heard(hits []Hit, c *Concept, start, end int) bool {
	return slices.ContainsFunc(hits, func(h Hit) bool { return h.Concept == c && h.Start == start && h.End == end })
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
