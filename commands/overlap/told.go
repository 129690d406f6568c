package overlap

import (
	"slices"
	"strings"

	"thbot/commands/lexicon"
)

// told tells whether a link says no more than a facet that the two share, such
// as "women" where both are for women and girls.
func (c *comparison) told(l link) bool {
	if l.joined {
		return l.best < leastQuote
	}
	if l.about != nil && (c.a.isPlace(c.a.tokens[l.a[0]]) || c.b.isPlace(c.b.tokens[l.b[0]])) {
		return true
	}
	if l.concept == nil {
		return c.a.isFacet(l.a) && c.b.isFacet(l.b)
	}
	for _, f := range l.concept.Facets {
		switch {
		case f.Strength < clearly:
		case f.Field == "audience" && audiences.bit(f.Value)&c.a.readers()&c.b.readers() != 0,
			f.Field == "exploitation" && l.concept.Kind == "exploitation" && exploitations.bit(f.Value)&c.a.exploitation&c.b.exploitation != 0 && general(l.concept):
			return true
		}
	}
	return false
}

// general tells whether a form of exploitation has no wider one below
// trafficking and exploitation themselves: it says what the facet says.
func general(concept *lexicon.Concept) bool {
	return !slices.ContainsFunc(concept.Broader, func(id string) bool { return id != "trafficking" && id != "exploitation" })
}

// isFacet tells whether the words name a product, an audience or a body, which
// the facets compare, or a stage.
func (s *side) isFacet(span [2]int) bool {
	from, to := s.tokens[span[0]].from, s.tokens[span[1]-1].to
	if stageWords[strings.ToLower(s.text[from:to])] {
		return true
	}
	for _, h := range s.hits {
		if h.Start < to && from < h.End && slices.Contains([]string{"product", "audience", "body"}, h.Concept.Kind) {
			return true
		}
	}
	return false
}

// forms are the forms of exploitation that the words of a span clearly name.
func (s *side) forms(span [2]int) (forms mask) {
	from, to := s.tokens[span[0]].from, s.tokens[span[1]-1].to
	for _, h := range s.hits {
		for _, f := range h.Concept.Facets {
			if h.Start < to && from < h.End && f.Field == "exploitation" && f.Strength >= clearly && h.Concept.Kind == "exploitation" {
				forms |= exploitations.bit(f.Value)
			}
		}
	}
	return forms
}
