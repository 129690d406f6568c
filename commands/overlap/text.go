package overlap

import (
	"cmp"
	"math"
	"slices"

	"thbot/commands/lexicon"
	"thbot/commands/overlap/vector"
	"thbot/store/statement/place"
	"thbot/store/statement/token"
)

// reading is the room in which a text is read, used again. The text is cut
// into words once, each is looked up once, and all who read it are given what
// they know of it.
type reading struct {
	text    string
	title   int // how many of its bytes are the title
	tokens  []token.Token
	words   []*word // by token
	lexical []*lexicon.Word
	local   []place.Word
	hits    []lexicon.Hit
	places  []place.Hit
	name    []token.Token // of a concept
	stems   []stemmed
	terms   []term
	tally   tally
}

// open reads the words of a text and its concepts. What it gives is to be put
// back.
func (e *Engine) open(title, description string) *reading {
	r, _ := e.rooms.Get().(*reading)
	if r == nil {
		r = &reading{tally: newTally(len(e.concepts))}
	}
	r.text, r.title = title+"\n"+description, len(title)
	r.tokens = token.Split(r.tokens[:0], r.text)
	r.words, r.lexical, r.local = r.words[:0], r.lexical[:0], r.local[:0]
	for _, t := range r.tokens {
		w := e.words.look(r.text[t.Start:t.End])
		r.words, r.lexical, r.local = append(r.words, w), append(r.lexical, w.lexicon), append(r.local, w.place)
	}
	r.hits = e.lexicon.FindIn(r.hits[:0], r.text, r.tokens, r.lexical)
	return r
}

// maxTerms is how many different words of one activity the engine compares.
const maxTerms = 48

// titleFactor is how much more a word of the title weighs.
const titleFactor = 1.6

// full is the weight one in the fixed numbers of term and idea.
const full = 1 << 15

// term is one stem of an activity.
type term struct {
	row    int32  // of its vector, -1 for none
	weight uint16 // its share of the text, full for all of it
}

// stemmed is a term while the text is read.
type stemmed struct {
	stem   uint32
	row    int32
	weight float32
}

// terms reads the terms of a text; the words of the title weigh more. What
// another language says of a concept is read as the concept's English name
// besides. Depth is how much they say together, the sum of the squares of
// their weights.
func (e *Engine) terms(r *reading) (terms []term, depth float64) {
	r.stems = r.stems[:0]
	for i, w := range r.words {
		r.note(w, r.tokens[i].Start)
	}
	for _, h := range r.hits {
		if h.Lang == "en" {
			continue
		}
		r.name = token.Split(r.name[:0], h.Concept.Name)
		for _, t := range r.name {
			r.note(e.words.look(h.Concept.Name[t.Start:t.End]), h.Start)
		}
	}
	return r.weighted()
}

// note takes a word that stands at a byte of the text. Of those with one stem
// the weightiest is kept, the first of equal ones; they are in order of stem.
func (r *reading) note(w *word, at int) {
	if w.weight == 0 {
		return
	}
	s := stemmed{w.stem, w.row, w.weight}
	if at < r.title {
		s.weight *= titleFactor
	}
	i, known := slices.BinarySearchFunc(r.stems, s.stem, func(s stemmed, stem uint32) int { return cmp.Compare(s.stem, stem) })
	switch {
	case !known:
		r.stems = slices.Insert(r.stems, i, s)
	case s.weight > r.stems[i].weight:
		r.stems[i] = s
	}
}

// weighted keeps the weightiest of too many terms, and brings the squares of
// their weights to the sum one.
func (r *reading) weighted() (terms []term, depth float64) {
	if len(r.stems) > maxTerms {
		slices.SortStableFunc(r.stems, func(a, b stemmed) int { return cmp.Compare(b.weight, a.weight) })
		r.stems = r.stems[:maxTerms]
		slices.SortFunc(r.stems, func(a, b stemmed) int { return cmp.Compare(a.stem, b.stem) })
	}
	norm := 0.0
	for _, s := range r.stems {
		norm += float64(s.weight * s.weight)
	}
	scale := full / math.Sqrt(max(norm, 1e-9))
	r.terms = r.terms[:0]
	for _, s := range r.stems {
		r.terms = append(r.terms, term{s.row, uint16(float64(s.weight) * scale)})
	}
	return r.terms, norm
}

// halfDepth is the depth of a text from which on its words tell more than half of
// what they could: "Training" is at a third of it, a full title at twice.
const halfDepth = 1

// meaning sums the vectors of the terms, less what all texts of the field
// have; mute when no word has one. The less a text says, the less its nearness
// to another tells.
func (e *Engine) meaning(terms []term, depth float64) (m vector.Mean, mute bool) {
	var sum vector.Sum
	weight := float32(0)
	for _, t := range terms {
		if t.row >= 0 {
			w := float32(t.weight)
			sum.Add(e.vectors.Code(t.row), w)
			weight += w
		}
	}
	if !e.ownVectors { // the centre is one of the built-in vectors
		for i, c := range e.model.Centre {
			sum[i] -= weight * c
		}
	}
	m = sum.Mean()
	m.Trust(depth / (depth + halfDepth))
	return m, weight == 0
}

// whereabouts gives the countries that the text names where the facet says
// nothing or everywhere in the EU. Seats of agencies, where people only meet,
// peoples, and places where persons come from do not count.
func (r *reading) whereabouts(given place.Set) place.Set {
	if given != (place.Set{}) && !given.Contains(place.Union()) {
		return given
	}
	var said place.Set
	r.places = place.InWords(r.places[:0], r.text, r.tokens, r.local)
	for _, h := range r.places {
		if !h.Seat && !h.People && !h.Origin {
			said = said.Union(h.Set)
		}
	}
	if said == (place.Set{}) {
		return given
	}
	return said
}
