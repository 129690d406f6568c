package overlap

import (
	"hash/maphash"
	"math"
	"strings"
	"sync/atomic"

	"github.com/kljensen/snowball/english"

	"thbot/commands/lexicon"
	"thbot/commands/overlap/vector"
	"thbot/store/statement/place"
)

// word is all that anybody who reads a text wants to know of one of its words
// as it is written.
type word struct {
	written string
	lexicon *lexicon.Word
	place   place.Word
	stem    uint32  // hash of the stem
	row     int32   // of its vector, -1 for none
	weight  float32 // how much it says, 0 for words that say nothing
	staged
}

// wordTable knows the words met so far. It answers the same for the same
// word, whatever it met before: it only saves work. Nobody waits in it for
// another.
type wordTable struct {
	lexicon *lexicon.Lexicon
	vectors *vector.Set
	seed    maphash.Seed
	known   atomic.Int32
	slots   []atomic.Pointer[word] // a word lies in the first free one from its hash on
}

// Bounds of what is kept, so that texts from outside cannot fill the memory.
// The slots are twice as many as the words, so that one look mostly finds a
// word.
const (
	maxKnown = 60_000
	slots    = 1 << 17
	longest  = 64 // bytes of a word; longer ones hardly come back
)

func newWordTable(l *lexicon.Lexicon, v *vector.Set) *wordTable {
	return &wordTable{lexicon: l, vectors: v, seed: maphash.MakeSeed(), slots: make([]atomic.Pointer[word], slots)}
}

// look gives what is known of a word as it is written.
func (t *wordTable) look(s string) *word {
	at := maphash.String(t.seed, s) % slots
	for {
		w := t.slots[at].Load()
		if w == nil {
			return t.keep(at, s)
		}
		if w.written == s {
			return w
		}
		at = (at + 1) % slots
	}
}

// keep makes a word and, while there is room, puts it into the slot, or behind
// it where another has been quicker.
func (t *wordTable) keep(at uint64, s string) *word {
	if len(s) > longest || t.known.Load() >= maxKnown {
		return t.make(s)
	}
	w := t.make(strings.Clone(s))
	for !t.slots[at].CompareAndSwap(nil, w) {
		if other := t.slots[at].Load(); other.written == s {
			return other
		}
		at = (at + 1) % slots
	}
	t.known.Add(1)
	return w
}

func (t *wordTable) make(s string) *word {
	low := strings.ToLower(s)
	w := &word{written: s, lexicon: t.lexicon.Word(s), place: place.WordOf(s), row: -1, staged: stagedOf(low)}
	if len(s) < 2 || isPlainNumber(s) {
		return w
	}
	stem := stemOf(low)
	w.stem, w.row, w.weight = hash(stem), t.vectors.Row(low), weigh(low, stem)
	if w.row < 0 {
		w.row = t.vectors.Row(stem)
	}
	return w
}

// isPlainNumber tells numbers of one or two digits and years. Like single
// letters they tell editions, not work.
func isPlainNumber(w string) bool {
	for i := 0; i < len(w); i++ {
		if w[i] < '0' || w[i] > '9' {
			return false
		}
	}
	return len(w) <= 2 || len(w) == 4
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
