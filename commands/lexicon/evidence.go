package lexicon

import (
	"math"
	"slices"
)

// facet is a field with one of its values.
type facet struct{ field, value string }

// speaks is one hit's word for a facet value: where it stands and how much it
// weighs there.
type speaks struct {
	span     Span
	strength float64
}

// evidence is what a text says about the facets, before anything is decided.
type evidence struct {
	all   map[facet]float64  // the whole text, 0 to 1
	title map[facet]float64  // the title alone
	meant map[facet]float64  // audiences after "for", kinds that head the title
	words map[facet][]speaks // the hits behind it
	about map[string][]Span  // by concept: where the text speaks of it
	named map[string][]Span  // by concept: where the title names it itself, not one below it
	hits  []Hit

	language string // the one the text is in, where its small words show that
	shown    Span   // the words that show it
}

// Weights of a hit by its place. A title says what an activity is, a
// description also what it touches.
const (
	inTitle       = 1.0
	inDescription = 0.5
	inherited     = 0.7 // of a broader concept's pull, for each step
)

// weigh reads the evidence of a text; titleEnd is where the title ends.
func (l *Lexicon) weigh(text string, titleEnd int) *evidence {
	e := &evidence{
		all: map[facet]float64{}, title: map[facet]float64{}, meant: map[facet]float64{},
		words: map[facet][]speaks{}, about: map[string][]Span{}, named: map[string][]Span{},
	}
	s := scratches.Get().(*scratch)
	defer scratches.Put(s)
	hits := l.index.pick(nil, text, s, l.index.listen(s, text))
	e.hits = hits
	if lang, i := written(text, s.spoken); lang != "" {
		e.language, e.shown = lang, clause(text, s.spoken, i)
	}
	heads := l.heads(s.spoken, hits, titleEnd)
	addressed := l.addressed(text, s.spoken, hits)
	for i, h := range hits {
		place := inDescription
		span := Span{h.Start, h.End, h.Text}
		if h.Start < titleEnd {
			place = inTitle
			e.named[h.Concept.ID] = append(e.named[h.Concept.ID], span)
		}
		e.about[h.Concept.ID] = append(e.about[h.Concept.ID], span)
		for _, w := range l.Wider(h.Concept) {
			e.about[w.ID] = append(e.about[w.ID], span)
		}
		for f, s := range l.pulls[h.Concept.Index] {
			e.add(f, h, s*place)
			if place == inTitle {
				e.title[f] = either2(e.title[f], s)
			}
			if f.field == "kind" && heads[i] > 0 {
				e.meant[f] = math.Max(e.meant[f], s*heads[i])
			}
			if f.field == "audience" && addressed[i] {
				e.meant[f] = either2(e.meant[f], s*place)
			}
		}
	}
	return e
}

func (e *evidence) add(f facet, h Hit, s float64) {
	e.all[f] = either2(e.all[f], s)
	e.words[f] = append(e.words[f], speaks{Span{h.Start, h.End, h.Text}, s})
}

// either2 joins two strengths as independent reasons.
func either2(a, b float64) float64 { return 1 - (1-a)*(1-b) }

// pullsOf gives each concept's facet values: its own, and for fields where it
// has none those of its nearest broader concept, weaker.
func pullsOf(l *Lexicon) []map[facet]float64 {
	out := make([]map[facet]float64, len(l.concepts))
	var fill func(c *Concept) map[facet]float64
	fill = func(c *Concept) map[facet]float64 {
		if out[c.Index] != nil {
			return out[c.Index]
		}
		m := map[facet]float64{}
		own := map[string]bool{}
		for _, p := range c.Facets {
			m[facet{p.Field, p.Value}] = p.Strength
			own[p.Field] = true
		}
		for _, b := range c.Broader {
			for f, s := range fill(l.byID[b]) {
				if !own[f.field] {
					m[f] = math.Max(m[f], s*inherited)
				}
			}
		}
		out[c.Index] = m
		return m
	}
	for _, c := range l.concepts {
		fill(c)
	}
	return out
}

// maxSegments bounds how far into a text the head nouns are looked for.
const maxSegments = 6

// heads tells for each hit how far it is a head noun: the last hit with a
// kind before the first small word of a segment, a title's or a sentence's.
// The first segment that has one counts most.
func (l *Lexicon) heads(words []spoken, hits []Hit, titleEnd int) []float64 {
	out := make([]float64, len(hits))
	rank, segment := 1.0, 0
	for i := 0; i < len(words) && segment < maxSegments; segment++ {
		from, to := words[i].start, words[i].end
		if from >= titleEnd {
			rank = math.Min(rank, inDescription)
		}
		inside := true
		for first := i; i < len(words) && (i == first || !words[i].breaks); i++ {
			inside = inside && (i == first || !words[i].small())
			if inside {
				to = words[i].end
			}
		}
		if h := l.lastKind(hits, from, to); h >= 0 {
			out[h] = rank
			rank *= 0.6
		}
	}
	return out
}

// lastKind is the last hit that begins between from and to and speaks for a
// kind, or -1.
func (l *Lexicon) lastKind(hits []Hit, from, to int) int {
	last := -1
	for i, h := range hits {
		if h.Start < from || h.Start >= to {
			continue
		}
		for f, s := range l.pulls[h.Concept.Index] {
			if f.field == "kind" && s >= 0.3 {
				last = i
			}
		}
	}
	return last
}

// addressed tells which hits stand behind a "for", also in a row: "for police,
// prosecutors and judges".
func (l *Lexicon) addressed(text string, words []spoken, hits []Hit) []bool {
	out := make([]bool, len(hits))
	at := 0
	for i, h := range hits {
		for at < len(words) && words[at].start < h.Start {
			at++
		}
		for back := 1; back <= 4 && at-back >= 0 && !words[min(at-back+1, len(words)-1)].breaks; back++ {
			w := words[at-back]
			if w.has(towards) {
				out[i] = true
				break
			}
			if w.small() {
				break
			}
		}
		if !out[i] && i > 0 && out[i-1] && h.Start-hits[i-1].End <= 12 && h.Start >= hits[i-1].End && l.onlyJoins(text[hits[i-1].End:h.Start]) {
			out[i] = true
		}
	}
	return out
}

// onlyJoins tells a gap with nothing but commas and "and" in it.
func (l *Lexicon) onlyJoins(gap string) bool {
	s := scratches.Get().(*scratch)
	defer scratches.Put(s)
	l.index.listen(s, gap)
	return !slices.ContainsFunc(s.spoken, func(w spoken) bool { return w.breaks || !w.has(joining) })
}
