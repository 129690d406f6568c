package overlap

import (
	"cmp"
	"math"
	"math/bits"
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

// clearly is the strength from which a concept names an audience, a form of
// exploitation or a kind.
const clearly = 0.6

// concept is what a concept brings to a text that speaks of it.
type concept struct {
	weight                       float32 // as a subject, 0 for what is none
	cause                        bool    // exploitation, or those who suffer it
	audience, exploitation, kind mask    // those that it names
	subjects                     []named // itself and the wider ones, in a description
}

// named is a subject while the text is read.
type named struct {
	concept uint16
	weight  float32
}

// conceptsOf gives what each concept brings, by its Index.
func conceptsOf(lex *lexicon.Lexicon) []concept {
	out := make([]concept, len(lex.Concepts()))
	for i, c := range lex.Concepts() {
		out[i] = concept{weight: weightOf(c), cause: c.Kind == "exploitation" || c.Kind == "victim"}
		out[i].names(c.Facets)
	}
	for i, c := range lex.Concepts() {
		if out[i].weight == 0 {
			continue
		}
		out[i].subjects = append(out[i].subjects, named{uint16(i), compared(c, out[i].weight)})
		for _, w := range lex.Wider(c) {
			if weight := out[w.Index].weight; weight > 0 {
				out[i].subjects = append(out[i].subjects, named{uint16(w.Index), widerFactor * compared(w, weight)})
			}
		}
	}
	return out
}

// placeFactor is how much less a kind of place says as a subject: much work of
// other kinds goes on at airports and borders.
const placeFactor = 0.3

// weightOf gives a concept's weight as a subject.
func weightOf(c *lexicon.Concept) float32 {
	if !subjects[c.Kind] {
		return 0
	}
	if w, ok := fieldConcepts()[c.ID]; ok {
		return w
	}
	return 1
}

// compared is what of a subject's weight counts when texts are compared.
func compared(c *lexicon.Concept, weight float32) float32 {
	if c.Kind == "place" {
		return placeFactor * weight
	}
	return weight
}

// names takes the terms that a concept names.
func (c *concept) names(facets []lexicon.Pull) {
	for _, f := range facets {
		switch {
		case f.Strength < clearly:
		case f.Field == "audience":
			c.audience |= audiences.bit(f.Value)
		case f.Field == "exploitation":
			c.exploitation |= exploitations.bit(f.Value)
		case f.Field == "kind":
			c.kind |= kinds.bit(f.Value)
		}
	}
}

// tally holds the greatest weight of each concept that a text names.
type tally struct {
	weights []float32 // by concept
	seen    []uint64  // a bit for each
	all     []named
}

func newTally(concepts int) tally {
	return tally{weights: make([]float32, concepts), seen: make([]uint64, (concepts+63)/64)}
}

func (t *tally) note(n named, factor float32) {
	t.weights[n.concept] = max(t.weights[n.concept], factor*n.weight)
	t.seen[n.concept/64] |= 1 << (n.concept % 64)
}

// empty gives what was noted, by concept, and forgets it.
func (t *tally) empty() []named {
	t.all = t.all[:0]
	for i, set := range t.seen {
		for ; set != 0; set &= set - 1 {
			c := i*64 + bits.TrailingZeros64(set)
			t.all = append(t.all, named{uint16(c), t.weights[c]})
			t.weights[c] = 0
		}
		t.seen[i] = 0
	}
	return t.all
}

// ideas collects the subjects of a text and what is wider than they are.
func (e *Engine) ideas(r *reading) []idea {
	for _, h := range r.hits {
		factor := float32(1)
		if h.Start < r.title {
			factor = ideaTitle
		}
		for _, n := range e.concepts[h.Concept.Index].subjects {
			r.tally.note(n, factor)
		}
	}
	e.kindred(r)
	all := r.tally.empty()
	if len(all) > maxIdeas {
		slices.SortStableFunc(all, func(a, b named) int { return cmp.Compare(b.weight, a.weight) })
		all = all[:maxIdeas]
		slices.SortFunc(all, func(a, b named) int { return cmp.Compare(a.concept, b.concept) })
	}
	return share(all)
}

// kindred notes the subjects that words are near to.
func (e *Engine) kindred(r *reading) {
	for i, w := range r.words {
		if w.row < 0 || w.weight == 0 {
			continue
		}
		if n := e.kin.of(w.row); n.weight > 0 {
			factor := w.weight
			if r.tokens[i].Start < r.title {
				factor *= ideaTitle
			}
			r.tally.note(n, factor)
		}
	}
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
