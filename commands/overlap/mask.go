package overlap

import (
	"math/bits"

	"thbot/store/statement"
)

// mask is a set of facet terms. The terms that statement knows have a bit of
// their own; any other, such as a commitment of another catalogue, shares one
// of the upper bits.
type mask uint64

func (m mask) count() int { return bits.OnesCount64(uint64(m)) }

// bit is the number of the lowest bit.
func (m mask) bit() int { return bits.TrailingZeros64(uint64(m)) }

// vocabulary gives the bits of a facet's terms.
type vocabulary struct {
	bits  map[string]mask
	terms []statement.Term // by bit
}

func newVocabulary(terms []statement.Term) vocabulary {
	v := vocabulary{bits: map[string]mask{}, terms: terms}
	for i, t := range terms {
		v.bits[t.Slug] = 1 << i
	}
	return v
}

var (
	audiences     = newVocabulary(statement.Audiences())
	exploitations = newVocabulary(statement.Exploitations())
	kinds         = newVocabulary(statement.Kinds())
	commitments   = newVocabulary(commitmentTerms())
)

func commitmentTerms() []statement.Term {
	var out []statement.Term
	for _, c := range statement.Builtin().Commitments {
		out = append(out, statement.Term{Slug: c.Slug, Plural: c.Slug})
	}
	return out
}

// maskOf makes a set of terms.
func maskOf(terms []string, v vocabulary) mask {
	var m mask
	for _, t := range terms {
		m |= v.bit(t)
	}
	return m
}

func (v vocabulary) bit(term string) mask {
	if term == "" {
		return 0
	}
	if b, ok := v.bits[term]; ok {
		return b
	}
	return 1 << (32 + hash(term)%32)
}

// names are the terms of the set as they read in a sentence; singular gives
// them for one.
func (v vocabulary) names(m mask) []string {
	return v.each(m, func(t statement.Term) string { return t.Plural })
}

func (v vocabulary) singular(m mask) []string {
	return v.each(m, func(t statement.Term) string { return t.Name })
}

func (v vocabulary) each(m mask, name func(statement.Term) string) (out []string) {
	for i, t := range v.terms {
		if m&(1<<i) != 0 {
			out = append(out, name(t))
		}
	}
	return out
}
