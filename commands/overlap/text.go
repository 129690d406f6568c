package overlap

import (
	"math"
	"strings"
	"sync"
	"unicode"

	"github.com/kljensen/snowball/english"
)

// word is what the engine knows of one word as it is written.
type word struct {
	stem   uint32  // hash of the stem
	row    int32   // of its vector, -1 for none
	weight float32 // how much it says, 0 for words that say nothing
}

// wordTable knows the words met so far. It answers the same for the same
// word, whatever it met before: it only saves work.
type wordTable struct {
	vectors *vectors
	mu      sync.RWMutex
	known   map[string]word
}

// maxKnown bounds the words kept, so that texts from outside cannot fill the
// memory.
const maxKnown = 60_000

func newWordTable(v *vectors) *wordTable {
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
	stem := s
	if len(s) > 3 {
		stem = english.Stem(s, true)
	}
	w := word{stem: hash(stem), row: -1, weight: weigh(s, stem)}
	if row, ok := t.vectors.rows[s]; ok {
		w.row = row
	} else if row, ok := t.vectors.rows[stem]; ok {
		w.row = row
	}
	return w
}

// weigh says how much a word tells: nothing for the words that hold sentences
// together, little for words that most activities of the field have.
func weigh(s, stem string) float32 {
	if isStop(s) {
		return 0
	}
	field := float32(1)
	if df, ok := fieldWords()[stem]; ok {
		field = df
	}
	general := float32(1)
	if row, ok := builtinVectors().rows[s]; ok {
		rank := float64(builtinVectors().rank[row])
		general = float32(min(1, math.Log(rank+30)/math.Log(12000)))
	}
	return field * general
}

// hash is FNV-1a.
func hash(s string) uint32 {
	h := uint32(2166136261)
	for i := 0; i < len(s); i++ {
		h = (h ^ uint32(s[i])) * 16777619
	}
	return h
}

// eachWord calls f with every word of the text in lower case. Numbers count as
// words when they are not dates or editions: those of one or two digits, and
// years, are left out.
func eachWord(text string, f func(string)) {
	start := -1
	end := func(i int) {
		if start >= 0 && i-start > 1 {
			if w := strings.ToLower(text[start:i]); !isPlainNumber(w) {
				f(w)
			}
		}
		start = -1
	}
	for i, r := range text {
		switch {
		case unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r):
			if start < 0 {
				start = i
			}
		default:
			end(i)
		}
	}
	end(len(text))
}

func isPlainNumber(w string) bool {
	for _, r := range w {
		if r < '0' || r > '9' {
			return false
		}
	}
	return len(w) <= 2 || len(w) == 4
}
