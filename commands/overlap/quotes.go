package overlap

import (
	"cmp"
	"slices"
	"strings"

	"thbot/commands/lexicon"
)

// maxQuotes is how many pairs of words a reason quotes, maxQuote how long one
// is, in bytes.
const (
	maxQuotes = 2
	maxQuote  = 60
)

// maxRead bounds the words of a text that are compared with those of another.
const maxRead = 300

// said is a word of a text as the reasons see it.
type said struct {
	from, to int // in the text
	*word
}

// link is what two texts have in common, at one place of each: from a token up
// to another.
type link struct {
	a, b    [2]int // indexes of tokens
	weight  float64
	words   float64          // of the words in it that both texts have
	best    float64          // of the weightiest of those that are joined in it
	concept *lexicon.Concept // nil for a word
	about   *lexicon.Concept // what both speak of where their words do not say the same
	loose   bool             // by itself too common a thing to be quoted in other words
	cousins bool             // the two only meet under a wider concept
	joined  bool             // of two links or more
}

// texts says what the two texts have in common, in their own words.
func (c *comparison) texts() {
	likeness := c.a.likeness(c.b.profile)
	weight := c.weigh(fMeaning)*likeness + c.weigh(fConcepts)*compareIdeas(c.a.ideas, c.b.ideas)
	quotes := c.quotes()
	if len(quotes) == 0 && likeness >= likeWords {
		quotes = c.nearWords()
	}
	switch {
	case len(quotes) > 0:
		c.common("text", strings.Join(quotes, ", "), weight)
	case likeness < unlikeWords && !c.a.mute && !c.b.mute && len(c.links()) == 0:
		c.differs("text", "the texts have hardly a word in common", c.weigh(fMeaning)*(unlikeWords-likeness))
	}
	if likeness >= unlikeWords || len(quotes) > 0 {
		c.missing()
	}
}

// From and below these cosines the likeness of two texts is worth a word.
const (
	likeWords   = 0.25
	unlikeWords = 0.15
)

// quotes gives the weightiest links, each place of a text once.
func (c *comparison) quotes() (out []string) {
	all := c.merged(c.links())
	slices.SortStableFunc(all, func(x, y link) int { return cmp.Compare(y.weight, x.weight) })
	var used []link
	for _, l := range all {
		if len(out) == maxQuotes || l.weight < leastQuote {
			break
		}
		if l.concept == nil && l.weight < leastWord || l.loose || c.told(l) {
			continue
		}
		if slices.ContainsFunc(used, func(u link) bool { return meet(u.a, l.a) || meet(u.b, l.b) }) {
			continue
		}
		used = append(used, l)
		out = append(out, c.quote(l))
		c.quoted |= c.a.forms(l.a) & c.b.forms(l.b)
	}
	return out
}

// From these weights on a link is worth a quote, and a word of both that the
// lexicon does not know: "project" or "report" are no reason.
const (
	leastQuote = 0.6
	leastWord  = 0.8
)

func meet(x, y [2]int) bool { return x[0] < y[1] && y[0] < x[1] }

// quote puts a link into words: the same words, other words that say the same,
// or what both speak of.
func (c *comparison) quote(l link) string {
	x, y := c.a.words(l.a), c.b.words(l.b)
	switch {
	case c.same(l):
		return "‘" + x + "’ in both"
	case l.about == nil:
		return "‘" + x + "’ ≈ ‘" + y + "’"
	}
	return "both on " + l.about.Name + " (‘" + x + "’, ‘" + y + "’)"
}

// words are those of a span as they stand in the text.
func (s *side) words(span [2]int) string {
	return strings.Join(strings.Fields(s.text[s.tokens[span[0]].from:s.tokens[span[1]-1].to]), " ")
}

// same tells whether the words of a link have the same stems.
func (c *comparison) same(l link) bool {
	if l.a[1]-l.a[0] != l.b[1]-l.b[0] {
		return false
	}
	for i := range l.a[1] - l.a[0] {
		if c.a.tokens[l.a[0]+i].stem != c.b.tokens[l.b[0]+i].stem {
			return false
		}
	}
	return true
}

// links finds the words and the concepts that both texts have, in the order of
// a's text.
func (c *comparison) links() []link {
	all := append(c.conceptLinks(), c.wordLinks()...)
	slices.SortStableFunc(all, func(x, y link) int {
		return cmp.Or(cmp.Compare(x.a[0], y.a[0]), cmp.Compare(y.a[1], x.a[1]), cmp.Compare(x.b[0], y.b[0]))
	})
	return all
}

// span gives the tokens that a hit covers.
func (s *side) span(h lexicon.Hit) (span [2]int, ok bool) {
	from, _ := slices.BinarySearchFunc(s.tokens, h.Start, func(t said, at int) int { return cmp.Compare(t.to, at+1) })
	to, _ := slices.BinarySearchFunc(s.tokens, h.End, func(t said, at int) int { return cmp.Compare(t.from, at) })
	return [2]int{from, to}, from < to
}

func (c *comparison) conceptLinks() (out []link) {
	for i, x := range c.a.hits {
		if c.e.concepts[x.Concept.Index].weight == 0 || spoken(c.a.hits[:i], x.Concept) {
			continue
		}
		for j, y := range c.b.hits {
			if c.e.concepts[y.Concept.Index].weight == 0 || spoken(c.b.hits[:j], y.Concept) {
				continue
			}
			l, ok := c.conceptLink(x, y)
			if ok {
				out = append(out, l)
			}
		}
	}
	return out
}

func spoken(hits []lexicon.Hit, concept *lexicon.Concept) bool {
	return slices.ContainsFunc(hits, func(h lexicon.Hit) bool { return h.Concept == concept })
}

// conceptLink ties what speaks of the same concept, of one and a narrower one,
// or of two that have a wider one in common.
func (c *comparison) conceptLink(x, y lexicon.Hit) (l link, ok bool) {
	var spansOK [2]bool
	l.a, spansOK[0] = c.a.span(x)
	l.b, spansOK[1] = c.b.span(y)
	wx, wy := c.e.lexicon.Wider(x.Concept), c.e.lexicon.Wider(y.Concept)
	factor, least := 1.0, synonyms
	switch {
	case x.Concept == y.Concept:
		l.concept = x.Concept
	case slices.Contains(wy, x.Concept):
		l.concept, factor, least = x.Concept, 0.9, narrower
	case slices.Contains(wx, y.Concept):
		l.concept, factor, least = y.Concept, 0.9, narrower
	default:
		for _, w := range wx {
			if slices.Contains(wy, w) && c.e.concepts[w.Index].weight >= leastAbout {
				l.concept, l.about, l.cousins, factor = w, w, true, 0.65
				break
			}
		}
	}
	if l.concept == nil {
		return l, false
	}
	if l.about == nil && x.Lang == y.Lang && !c.alike(l, least) {
		l.about, l.loose = l.concept, c.e.concepts[l.concept.Index].weight < leastAbout
	}
	l.weight = factor * float64(c.e.concepts[l.concept.Index].weight)
	if x.Start < len(c.a.title) && y.Start < len(c.b.title) {
		l.weight *= titleQuote
	}
	return l, spansOK[0] && spansOK[1]
}

// leastAbout is the weight of a concept under which two others are said to meet.
const leastAbout = 0.75

// titleQuote is how much more a link between the titles weighs.
const titleQuote = 1.2

// alike tells whether the words of the link have the same stems, or mean the
// same by their vectors; the concepts of the lexicon are wider than that.
func (c *comparison) alike(l link, least float64) bool {
	x, y := c.a.tokens[l.a[0]:l.a[1]], c.b.tokens[l.b[0]:l.b[1]]
	if within(x, y) || within(y, x) {
		return true
	}
	p, q := c.e.direction(x), c.e.direction(y)
	return p.Cosine(&q) >= least
}

// From these cosines on words are taken to say the same, and words of which
// the one names the wider thing.
const (
	synonyms = 0.65
	narrower = 0.75
)

// within tells whether every telling word of x is one of y's.
func within(x, y []said) bool {
	return !slices.ContainsFunc(x, func(t said) bool {
		return t.weight > 0 && !slices.ContainsFunc(y, func(u said) bool { return t.stem == u.stem })
	})
}

// wordLinks ties the first places of words that both texts have. Places are
// told by the facet.
func (c *comparison) wordLinks() (out []link) {
	at := map[uint32]int{}
	for j := len(c.b.tokens) - 1; j >= 0; j-- {
		if t := c.b.tokens[j]; t.weight > 0 && !c.b.isPlace(t) {
			at[t.stem] = j
		}
	}
	for i, t := range c.a.tokens {
		j, ok := at[t.stem]
		if !ok || t.weight == 0 || c.a.isPlace(t) {
			continue
		}
		delete(at, t.stem)
		l := link{a: [2]int{i, i + 1}, b: [2]int{j, j + 1}, weight: wordQuote * float64(t.weight)}
		if t.from < len(c.a.title) && c.b.tokens[j].from < len(c.b.title) {
			l.weight *= titleQuote
		}
		out = append(out, l)
	}
	return out
}

// wordQuote is how much less a word weighs than a concept.
const wordQuote = 0.9

func (s *side) isPlace(t said) bool {
	for _, h := range s.places {
		if h.Start < t.to && t.from < h.End {
			return true
		}
	}
	return false
}

// merged joins links that stand side by side in both texts, so that whole
// phrases are quoted.
func (c *comparison) merged(all []link) []link {
	out := all[:0]
	for _, l := range all {
		if n := len(out); n > 0 && c.joins(&out[n-1], l) {
			continue
		}
		out = append(out, l)
	}
	return out
}

// joins adds the link to the one before where both stand side by side, or
// drops what lies within it.
func (c *comparison) joins(before *link, l link) bool {
	if l.a[1] <= before.a[1] && l.b[0] >= before.b[0] && l.b[1] <= before.b[1] {
		before.words += l.weight
		before.weight = max(before.weight, before.words)
		return true
	}
	if before.cousins || l.cousins || !c.a.beside(before.a[1], l.a[0]) || !c.b.beside(before.b[1], l.b[0]) {
		return false
	}
	a, b := [2]int{before.a[0], l.a[1]}, [2]int{before.b[0], l.b[1]}
	if len(c.a.words(a)) > maxQuote || len(c.b.words(b)) > maxQuote {
		return false
	}
	before.a, before.b, before.joined, before.loose, before.about = a, b, true, false, nil
	before.best = max(before.best, before.weight, l.weight)
	before.weight, before.words, before.concept = before.weight+l.weight, before.words+l.weight, cmp.Or(before.concept, l.concept)
	return true
}

// beside tells whether nothing but little words lies between two tokens.
func (s *side) beside(end, start int) bool {
	if end > start || start-end > 2 {
		return false
	}
	for _, t := range s.tokens[end:start] {
		if t.weight > 0 {
			return false
		}
	}
	return !strings.ContainsAny(s.text[s.tokens[end-1].to:s.tokens[start].from], ".,;:!?()\n\"–—/|")
}
