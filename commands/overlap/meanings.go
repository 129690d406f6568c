package overlap

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"thbot/commands/lexicon"
	"thbot/commands/overlap/vector"
)

// nearWords says by which words two texts are near that share none: those
// whose vectors lie closest.
func (c *comparison) nearWords() []string {
	type pair struct {
		cosine float64
		a, b   said
	}
	var pairs []pair
	b := c.e.telling(c.b)
	for _, x := range c.e.telling(c.a) {
		for _, y := range b {
			if cosine := x.mean.Cosine(&y.mean); cosine >= nearWord && x.stem != y.stem {
				pairs = append(pairs, pair{cosine * float64(x.weight*y.weight), x.said, y.said})
			}
		}
	}
	slices.SortStableFunc(pairs, func(x, y pair) int { return cmp.Compare(y.cosine, x.cosine) })
	var quotes []string
	var used []pair
	for _, p := range pairs {
		if len(quotes) == maxQuotes {
			break
		}
		if slices.ContainsFunc(used, func(u pair) bool { return u.a.stem == p.a.stem || u.b.stem == p.b.stem }) {
			continue
		}
		used = append(used, p)
		quotes = append(quotes, fmt.Sprintf("‘%s’ and ‘%s’", c.a.text[p.a.from:p.a.to], c.b.text[p.b.from:p.b.to]))
	}
	if len(quotes) == 0 {
		return nil
	}
	return []string{"related words: " + strings.Join(quotes, ", ")}
}

// nearWord is the cosine from which two words are called related.
const nearWord = 0.65

// tellingWord is a word with its direction.
type tellingWord struct {
	said
	mean vector.Mean
}

// maxTelling is how many words of a text are compared by their vectors.
const maxTelling = 40

// telling gives the words of a text that say much, each stem once.
func (e *Engine) telling(s *side) (out []tellingWord) {
	seen := map[uint32]bool{}
	for _, t := range s.tokens {
		if t.row < 0 || t.weight < tells || seen[t.stem] || s.isPlace(t) || len(out) == maxTelling {
			continue
		}
		seen[t.stem] = true
		out = append(out, tellingWord{t, e.direction([]said{t})})
	}
	return out
}

// tells is the weight from which a word says much.
const tells = 0.7

// direction is that of the words together.
func (e *Engine) direction(words []said) vector.Mean {
	var sum vector.Sum
	for _, t := range words {
		if t.row < 0 {
			continue
		}
		sum.Add(e.vectors.Code(t.row), t.weight)
		if !e.ownVectors {
			for i, x := range e.model.Centre {
				sum[i] -= t.weight * x
			}
		}
	}
	return sum.Mean()
}

// missing quotes what the title of one names and the other's text does not.
// Between two languages that says nothing.
func (c *comparison) missing() {
	if !c.a.known() || !c.b.known() {
		return
	}
	var only []string
	for _, pair := range [][2]*side{{c.a, c.b}, {c.b, c.a}} {
		if words := c.only(pair[0], pair[1]); words != "" {
			only = append(only, "‘"+words+"’ only in "+pair[0].name)
		}
	}
	if len(only) > 0 {
		c.differs("text", strings.Join(only, ", "), c.weigh(fConcepts)/4)
	}
}

// known tells whether most words of the text are in the vectors, and so in
// their language.
func (s *side) known() bool {
	words, known := 0, 0
	for _, t := range s.tokens {
		if t.weight > 0 {
			words++
			if t.row >= 0 {
				known++
			}
		}
	}
	return 3*known >= 2*words
}

// only gives the weightiest subject that the title of s names, of which the
// other's text has no word, none that means nearly the same, and nothing wider
// or narrower.
func (c *comparison) only(s, other *side) (words string) {
	best := leastOnly
	for _, h := range s.hits {
		weight := float64(c.e.concepts[h.Concept.Index].weight)
		span, ok := s.span(h)
		if !ok || h.Start >= len(s.title) || weight <= best || s.isPlace(s.tokens[span[0]]) || c.e.meets(h.Concept, other.hits) || c.e.echoes(s.tokens[span[0]:span[1]], other.tokens) {
			continue
		}
		best, words = weight, s.words(span)
	}
	return words
}

// meets tells whether a hit is of the concept, a wider or a narrower one, or
// one that shares a wider one with it.
func (e *Engine) meets(concept *lexicon.Concept, hits []lexicon.Hit) bool {
	wider := e.lexicon.Wider(concept)
	return slices.ContainsFunc(hits, func(h lexicon.Hit) bool {
		theirs := e.lexicon.Wider(h.Concept)
		return h.Concept == concept || slices.Contains(wider, h.Concept) || slices.Contains(theirs, concept) ||
			slices.ContainsFunc(wider, func(w *lexicon.Concept) bool {
				return e.concepts[w.Index].weight >= leastQuote && slices.Contains(theirs, w)
			})
	})
}

// echoes tells whether a text has one of the words, or one near to them.
func (e *Engine) echoes(words, text []said) bool {
	whole := e.direction(words)
	return slices.ContainsFunc(text, func(t said) bool {
		if t.weight == 0 {
			return false
		}
		near := e.direction([]said{t})
		return whole.Cosine(&near) >= echo || slices.ContainsFunc(words, func(w said) bool { return w.weight > 0 && w.stem == t.stem })
	})
}

// echo is the cosine from which a word counts as said by another.
const echo = 0.5

// leastOnly is what a concept has to weigh more than for its absence to count.
const leastOnly = 0.7
