package overlap

import (
	"math/bits"
	"strings"
)

// mask is a set of facet terms. The terms of the built-in catalogue have a bit
// of their own; a term of another catalogue shares one of the upper bits.
type mask uint64

func (m mask) count() int { return bits.OnesCount64(uint64(m)) }

// vocabulary gives the bits of a facet's terms.
type vocabulary map[string]mask

func newVocabulary(terms string) vocabulary {
	v := vocabulary{}
	for i, t := range strings.Fields(terms) {
		v[t] = 1 << i
	}
	return v
}

var (
	audiences = newVocabulary(`law-enforcement border-guards prosecutors-judges asylum-officers labour-inspectors
		consular social-services health ngos policy-makers private-sector recruitment-agencies trade-unions public
		victims children women-girls migrants third-country-authorities`)
	exploitations = newVocabulary(`sexual labour criminality begging marriage other`)
	commitments   = newVocabulary(`impunity prevention gender-child identification vulnerabilities prosecution training
		synergies information joint-activities cooperation`)
	kinds  = newVocabulary(`training guidance research operation campaign event tool data support policy network representation`)
	fields = newVocabulary(`commitments kind exploitation audience countries from to`)
)

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
	if b, ok := v[term]; ok {
		return b
	}
	return 1 << (32 + hash(term)%32)
}
