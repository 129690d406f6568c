package overlap

import (
	"strings"

	"thbot/commands/lexicon"
	"thbot/commands/overlap/vector"
	"thbot/store/date"
	"thbot/store/statement/place"
)

// profile is what the engine keeps of an activity. It never changes.
type profile struct {
	id, joint          int32
	agency             uint32 // hash of the slug
	first, last, reach date.Day
	cellKey                      // the kind that is given; the kinds that the text names, with it
	wardKey                      // the audiences that are given; those that the text names, with them
	aimKey                       // the forms of exploitation, given and named, and the commitments
	countries          place.Set // as given
	where              place.Set // as given or, where that is nothing or everywhere, as the text says
	stage              stage
	gone               bool        // cancelled or withdrawn
	mute               bool        // no word of the text is known
	mean               vector.Mean // of the text's words
	ideas              []idea      // by concept
	ties               *ties       // nil for most
	period             date.Period // as typed, for the reasons, as the texts are
	title, description string
}

// ties are the activities and agencies that an activity names.
type ties struct {
	with    []uint32
	follows []int32
}

// read makes the profile of an activity.
func (e *Engine) read(w Work) profile {
	period := date.Period{From: w.From, To: w.To}
	p := profile{
		id: int32(w.ID), joint: int32(w.Joint), agency: hash(w.Agency), gone: w.Cancelled || w.Withdrawn,
		period: period, first: period.First(), last: period.Last(), reach: reach(period),
		cellKey: cellKey{kind: kinds.bit(w.Kind)}, wardKey: wardKey{audience: maskOf(w.Audience, audiences)},
		aimKey:    aimKey{exploitation: maskOf(w.Exploitation, exploitations), commitments: maskOf(w.Commitments, commitments)},
		countries: place.Expand(w.Countries), title: w.Title, description: w.Description,
	}
	p.tie(w)
	p.guesses(w.Guessed)
	text := w.Title + "\n" + w.Description
	p.where = whereabouts(p.countries, text)
	hits := e.lexicon.Find(text)
	p.hear(hits)
	p.ideas = e.ideas(hits, len(w.Title))
	p.mean, p.mute = e.meaning(e.terms(text, len(w.Title), hits))
	p.stage = readStage(text)
	return p
}

// whereabouts gives the countries that the text names where the facet says
// nothing or everywhere in the EU. Seats of agencies, where people only meet,
// peoples, and places where persons come from do not count.
func whereabouts(given place.Set, text string) place.Set {
	if given != (place.Set{}) && !given.Contains(place.Union()) {
		return given
	}
	var said place.Set
	for _, h := range place.InText(text) {
		if !h.Seat && !h.People && !h.Origin {
			said = said.Union(h.Set)
		}
	}
	if said == (place.Set{}) {
		return given
	}
	return said
}

func (p *profile) tie(w Work) {
	if len(w.With) == 0 && len(w.Follows) == 0 {
		return
	}
	p.ties = &ties{}
	for _, a := range w.With {
		p.ties.with = append(p.ties.with, hash(a))
	}
	for _, id := range w.Follows {
		p.ties.follows = append(p.ties.follows, int32(id))
	}
}

// guesses moves facets that are only read from the text to what the text says,
// so that they part nobody, and notes the others.
func (p *profile) guesses(fields []string) {
	p.says, p.does = p.audience, p.kind
	for _, f := range fields {
		switch f {
		case "audience":
			p.audience = 0
		case "kind":
			p.kind = 0
		case "commitments":
			p.unsure = true
		}
	}
}

// clearly is the strength from which a concept names an audience, a form of
// exploitation or a kind.
const clearly = 0.6

// hear takes from the text what it says of audience, exploitation and kind.
func (p *profile) hear(hits []lexicon.Hit) {
	for _, h := range hits {
		for _, f := range h.Concept.Facets {
			switch {
			case f.Strength < clearly:
			case f.Field == "audience":
				p.says |= audiences.bit(f.Value)
			case f.Field == "exploitation":
				p.exploitation |= exploitations.bit(f.Value)
			case f.Field == "kind":
				p.does |= kinds.bit(f.Value)
			}
		}
	}
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

// stage is what a text says of its place in a series.
type stage struct {
	number int8 // "phase 2", "stage B", "part II": 2; 0 when it says nothing
	sequel bool // it says that it builds on another work, or that another builds on it
}

var stageWords = setOf(`phase stage step part étape phase teil stufe fase etapa volet tranche`)

var stageNumbers = map[string]int8{"1": 1, "one": 1, "i": 1, "a": 1, "first": 1, "première": 1, "erste": 1,
	"2": 2, "two": 2, "ii": 2, "b": 2, "second": 2, "deuxième": 2, "zweite": 2,
	"3": 3, "three": 3, "iii": 3, "c": 3, "third": 3, "troisième": 3, "dritte": 3, "4": 4, "four": 4, "iv": 4, "d": 4, "fourth": 4}

var sequelVerbs = setOf(`builds build building draws draw drawing rests relies based takes taking taken handed follows follow`)

var sequelParticles = setOf(`on over up upon`)

// readStage looks for a stage's number beside its word, on either side, and
// for words that tie a work to another.
func readStage(text string) stage {
	var s stage
	before := ""
	eachToken(text, func(w string, _ int) {
		w = strings.ToLower(w)
		switch {
		case s.number == 0 && stageWords[before] && stageNumbers[w] != 0:
			s.number = stageNumbers[w]
		case s.number == 0 && stageWords[w] && len(before) > 2 && stageNumbers[before] != 0:
			s.number = stageNumbers[before]
		case sequelParticles[w] && sequelVerbs[before]:
			s.sequel = true
		}
		before = w
	})
	return s
}

// phases tells whether two texts call themselves different stages of one work.
func phases(a, b *stage) float64 {
	switch {
	case a.number != 0 && b.number != 0 && a.number != b.number:
		return 1
	case a.number != b.number && (a.sequel || b.sequel):
		return 0.5
	}
	return 0
}
