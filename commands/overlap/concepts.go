package overlap

import (
	"cmp"
	"math"
	"slices"

	"thbot/commands/lexicon"
)

// idea is a subject that a text speaks of, itself or through a narrower one.
type idea struct {
	concept uint16 // its Index in the lexicon
	weight  uint16 // its share of the text, full for all of it
}

// maxIdeas is how many concepts of one activity are compared.
const maxIdeas = 40

// widerFactor is how much less a concept says for each step away from the one
// named.
const widerFactor = 0.5

// ideaTitle is how much more a subject says that the title names.
const ideaTitle = 2

// subjects are the kinds of concept that say what a work is about. What it
// makes and for whom is compared by the facets, and would drown the subject.
var subjects = setOf("exploitation victim crime right method system place sector theme purpose")

// conceptWeights gives each concept's weight by its Index, 0 for what is no
// subject.
func conceptWeights(lex *lexicon.Lexicon) []float32 {
	out := make([]float32, len(lex.Concepts()))
	for i, c := range lex.Concepts() {
		if !subjects[c.Kind] {
			continue
		}
		out[i] = 1
		if w, ok := fieldConcepts()[c.ID]; ok {
			out[i] = w
		}
	}
	return out
}

// named is an idea while the text is read.
type named struct {
	concept uint16
	weight  float32
}

// ideas collects the subjects of the hits and what is wider than they are.
func (e *Engine) ideas(hits []lexicon.Hit, title int) []idea {
	all := make([]named, 0, 3*len(hits))
	for _, h := range hits {
		factor := float32(1)
		if h.Start < title {
			factor = ideaTitle
		}
		weight := e.concepts[h.Concept.Index]
		if weight == 0 {
			continue
		}
		all = append(all, named{uint16(h.Concept.Index), factor * weight})
		for _, w := range e.lexicon.Wider(h.Concept) {
			all = append(all, named{uint16(w.Index), widerFactor * factor * e.concepts[w.Index]})
		}
	}
	slices.SortFunc(all, func(a, b named) int {
		return cmp.Or(cmp.Compare(a.concept, b.concept), cmp.Compare(b.weight, a.weight))
	})
	all = slices.CompactFunc(all, func(a, b named) bool { return a.concept == b.concept })
	if len(all) > maxIdeas {
		slices.SortStableFunc(all, func(a, b named) int { return cmp.Compare(b.weight, a.weight) })
		all = all[:maxIdeas]
		slices.SortFunc(all, func(a, b named) int { return cmp.Compare(a.concept, b.concept) })
	}
	return share(all)
}

// thin is what is added to the length of a list of ideas before they are
// shared out: where a text names one or two subjects, even the same ones as
// another, that says less than where it names many.
const thin = 0.5

// share brings the squares of the weights to nearly the sum one.
func share(all []named) []idea {
	norm := 0.0
	for _, n := range all {
		norm += float64(n.weight * n.weight)
	}
	scale := full / (math.Sqrt(max(norm, 1e-9)) + thin)
	out := make([]idea, len(all))
	for i, n := range all {
		out[i] = idea{n.concept, uint16(float64(n.weight) * scale)}
	}
	return out
}

// compareIdeas gives the cosine of two lists of ideas, a little less where they
// are short.
func compareIdeas(a, b []idea) float64 {
	sum := uint64(0)
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i].concept < b[j].concept:
			i++
		case a[i].concept > b[j].concept:
			j++
		default:
			sum += uint64(a[i].weight) * uint64(b[j].weight)
			i, j = i+1, j+1
		}
	}
	return float64(sum) / (full * full)
}
