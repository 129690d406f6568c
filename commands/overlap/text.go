package overlap

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"sync"
	"unicode"

	"github.com/kljensen/snowball/english"

	"thbot/commands/lexicon"
	"thbot/commands/overlap/vector"
)

// maxTerms is how many different words of one activity the engine compares.
const maxTerms = 48

// titleFactor is how much more a word of the title weighs.
const titleFactor = 1.6

// full is the weight one in the fixed numbers of term and idea.
const full = 1 << 15

// term is one stem of an activity.
type term struct {
	stem    uint32
	row     int32  // of its vector, -1 for none
	weight  uint16 // its share of the text, full for all of it
	concept uint16 // one more than the Index of the concept it speaks of, 0 for none
}

// word is what the engine knows of one word as it is written.
type word struct {
	stem   uint32  // hash of the stem
	row    int32   // of its vector, -1 for none
	weight float32 // how much it says, 0 for words that say nothing
}

// wordTable knows the words met so far. It answers the same for the same
// word, whatever it met before: it only saves work.
type wordTable struct {
	vectors *vector.Set
	mu      sync.RWMutex
	known   map[string]word
}

// maxKnown bounds the words kept, so that texts from outside cannot fill the
// memory.
const maxKnown = 60_000

func newWordTable(v *vector.Set) *wordTable {
	return &wordTable{vectors: v, known: make(map[string]word, 1<<12)}
}

// look gives what is known of a word in lower case.
func (t *wordTable) look(s string) word {
	t.mu.RLock()
	w, ok := t.known[s]
	t.mu.RUnlock()
	if ok {
		return w
	}
	w = t.make(s)
	t.mu.Lock()
	if len(t.known) < maxKnown {
		t.known[strings.Clone(s)] = w
	}
	t.mu.Unlock()
	return w
}

func (t *wordTable) make(s string) word {
	stem := stemOf(s)
	w := word{stem: hash(stem), row: t.vectors.Row(s), weight: weigh(s, stem)}
	if w.row < 0 {
		w.row = t.vectors.Row(stem)
	}
	return w
}

// maxStem is the longest word that is stemmed; what is longer is no word.
const maxStem = 40

func stemOf(s string) string {
	if len(s) <= 3 || len(s) > maxStem {
		return s
	}
	return english.Stem(s, true)
}

// weigh says how much a word tells: nothing for the words that hold sentences
// together, little for words that most activities of the field have or that
// general English is full of.
func weigh(s, stem string) float32 {
	if stopWords[s] {
		return 0
	}
	weight := float32(1)
	if w, ok := fieldWords()[stem]; ok {
		weight = w
	}
	if row := vector.Builtin().Row(s); row >= 0 {
		rank := float64(vector.Builtin().Rank(row))
		weight *= float32(min(1, math.Log(rank+30)/math.Log(12000)))
	}
	return weight
}

// hash is FNV-1a.
func hash(s string) uint32 {
	h := uint32(2166136261)
	for i := 0; i < len(s); i++ {
		h = (h ^ uint32(s[i])) * 16777619
	}
	return h
}

// eachToken calls f with every run of letters, digits and the marks after
// them, as written. A mark by itself, such as an emoji's, is no word.
func eachToken(text string, f func(w string, at int)) {
	start := -1
	for i, r := range text {
		inside := r < 0x80 && (r|0x20 >= 'a' && r|0x20 <= 'z' || r >= '0' && r <= '9') ||
			r >= 0x80 && (unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r))
		switch {
		case inside && start < 0 && !unicode.IsMark(r):
			start = i
		case !inside && start >= 0:
			f(text[start:i], start)
			start = -1
		}
	}
	if start >= 0 {
		f(text[start:], start)
	}
}

// eachWord calls f with every word in lower case. Single letters, numbers of
// one or two digits and years are left out: they tell editions, not work.
func eachWord(text string, f func(w string, at int)) {
	eachToken(text, func(w string, at int) {
		if len(w) > 1 && !isPlainNumber(w) {
			f(strings.ToLower(w), at)
		}
	})
}

func isPlainNumber(w string) bool {
	for i := 0; i < len(w); i++ {
		if w[i] < '0' || w[i] > '9' {
			return false
		}
	}
	return len(w) <= 2 || len(w) == 4
}

// heard is a term while the text is read.
type heard struct {
	word
	concept uint16
}

// terms reads the words of a text whose first title bytes are the title; the
// words of the title weigh more. What another language says of a concept is
// read as the concept's English name besides. Depth is how much they say
// together, the sum of the squares of their weights.
func (e *Engine) terms(text string, title int, hits []lexicon.Hit) (terms []term, depth float64) {
	all := make([]heard, 0, 64)
	add := func(s string, at int, concept uint16) {
		w := e.words.look(s)
		if w.weight == 0 {
			return
		}
		if at < title {
			w.weight *= titleFactor
		}
		all = append(all, heard{w, concept})
	}
	next := 0
	eachWord(text, func(s string, at int) {
		for next < len(hits) && hits[next].End <= at {
			next++
		}
		concept := uint16(0)
		if next < len(hits) && hits[next].Start <= at {
			concept = uint16(hits[next].Concept.Index) + 1
		}
		add(s, at, concept)
	})
	for _, h := range hits {
		if h.Lang != "en" {
			eachWord(h.Concept.Name, func(s string, _ int) { add(s, h.Start, uint16(h.Concept.Index)+1) })
		}
	}
	return weighted(all)
}

// weighted sorts the terms, keeps each stem once and the weightiest of too
// many, and brings the squares of their weights to the sum one.
func weighted(all []heard) (terms []term, depth float64) {
	slices.SortStableFunc(all, func(a, b heard) int {
		return cmp.Or(cmp.Compare(a.stem, b.stem), cmp.Compare(b.weight, a.weight))
	})
	kept := all[:0]
	for _, t := range all {
		if n := len(kept); n > 0 && kept[n-1].stem == t.stem {
			kept[n-1].concept = max(kept[n-1].concept, t.concept)
			continue
		}
		kept = append(kept, t)
	}
	if len(kept) > maxTerms {
		slices.SortStableFunc(kept, func(a, b heard) int { return cmp.Compare(b.weight, a.weight) })
		kept = kept[:maxTerms]
		slices.SortFunc(kept, func(a, b heard) int { return cmp.Compare(a.stem, b.stem) })
	}
	norm := 0.0
	for _, t := range kept {
		norm += float64(t.weight * t.weight)
	}
	scale := full / math.Sqrt(max(norm, 1e-9))
	out := make([]term, len(kept))
	for i, t := range kept {
		out[i] = term{stem: t.stem, row: t.row, weight: uint16(float64(t.weight) * scale), concept: t.concept}
	}
	return out, norm
}
