package overlap

import (
	_ "embed"
	"encoding/binary"
	"strings"
	"sync/atomic"

	"thbot/commands/lexicon"
	"thbot/commands/overlap/vector"
	"thbot/store/statement/token"
)

// kin tells which subject of the lexicon a word is near to that the lexicon
// does not know: a warder belongs to prisons, naloxone to drugs. It answers by
// the vectors of the words and of the phrases in which the lexicon names its
// subjects.
type kin struct {
	vectors  *vector.Set
	subjects []named         // of the phrases
	phrases  []vector.Mean   // what they mean
	tails    []float32       // of the phrases, to bound a cosine
	known    []atomic.Uint32 // by row, what was found
}

// akinFrom is the cosine from which a word is kin to a phrase.
const akinFrom = 0.5

// kinLess is taken from the cosine to make the weight of a subject that is
// only near to a word.
const kinLess = 0.35

// phraseWords is how many words a phrase may have; the mean of more means
// little.
const phraseWords = 2

// kinTable is what is found for each row of the built-in vectors with the
// built-in lexicon, 32 bits in little-endian order, since looking through all
// phrases takes longer than reading a text. It is made by
//
//	go test ./commands/overlap -run 'TestKinTable$' -update
//
//go:embed data/kin.bin
var kinTable []byte

// kinOf takes the table for the built-in engine, which then needs no phrases;
// while new vectors have none yet, it does without.
func kinOf(e *Engine, builtin bool) *kin {
	if !builtin || len(kinTable) != 4*e.vectors.Len() {
		return newKin(e.lexicon, e.concepts, e.vectors)
	}
	k := &kin{vectors: e.vectors, known: make([]atomic.Uint32, e.vectors.Len())}
	for row := range k.known {
		k.known[row].Store(binary.LittleEndian.Uint32(kinTable[4*row:]))
	}
	return k
}

// newKin reads the phrases of a lexicon, and looks a word up when it is first
// asked for.
func newKin(lex *lexicon.Lexicon, concepts []concept, vectors *vector.Set) *kin {
	k := &kin{vectors: vectors, known: make([]atomic.Uint32, vectors.Len())}
	for i, c := range lex.Concepts() {
		if len(concepts[i].subjects) == 0 {
			continue
		}
		for _, phrase := range c.Words["en"] {
			if mean, ok := k.mean(strings.ToLower(phrase)); ok {
				k.subjects = append(k.subjects, concepts[i].subjects[0])
				k.phrases, k.tails = append(k.phrases, mean), append(k.tails, mean.Tail())
			}
		}
	}
	return k
}

// mean is what a phrase means; not ok for a long one, or one of no known word.
func (k *kin) mean(phrase string) (mean vector.Mean, ok bool) {
	tokens := token.Split(nil, phrase)
	if len(tokens) > phraseWords {
		return mean, false
	}
	var sum vector.Sum
	for _, t := range tokens {
		s := phrase[t.Start:t.End]
		if row := k.vectors.Row(s); row >= 0 {
			if weight := weigh(s, stemOf(s)); weight > 0 {
				sum.Add(k.vectors.Code(row), weight)
				ok = true
			}
		}
	}
	return sum.Mean(), ok
}

// of gives the subject that the word of a row is nearest to, with the weight
// that it has in a text; 0 for none.
func (k *kin) of(row int32) named {
	if known := k.known[row].Load(); known != 0 {
		return unpack(known)
	}
	found := k.find(row)
	k.known[row].Store(pack(found))
	return unpack(pack(found))
}

func (k *kin) find(row int32) named {
	var sum vector.Sum
	sum.Add(k.vectors.Code(row), 1)
	word, best, at := sum.Mean(), akinFrom, -1
	tail := word.Tail()
	for i := range k.phrases {
		if float64(word.CosineAtMost(&k.phrases[i], tail*k.tails[i]))+slack < best {
			continue
		}
		if cosine := word.Cosine(&k.phrases[i]); cosine >= best {
			best, at = cosine, i
		}
	}
	if at < 0 {
		return named{}
	}
	n := k.subjects[at]
	n.weight *= float32(best - kinLess)
	return n
}

// pack keeps a subject in 32 bits, never 0.
func pack(n named) uint32 { return uint32(n.concept)<<16 | uint32(n.weight*(1<<15)) | 1 }

func unpack(p uint32) named {
	return named{uint16(p >> 16), float32(p&^1&0xffff) / (1 << 15)}
}
