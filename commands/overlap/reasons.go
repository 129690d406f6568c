package overlap

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"sync"

	"thbot/commands/lexicon"
	"thbot/store/date"
	"thbot/store/statement/place"
)

// maxNames is how many terms or countries a reason names.
const maxNames = 3

// maxQuotes is how many pairs of words a reason quotes.
const maxQuotes = 2

// explain fills in the reasons of a match, the weightiest first, and what
// speaks against it.
func (e *Engine) explain(m *Match, a, b *profile) { e.explainer(a)(m, b) }

// explainer explains matches of the one activity, whose text it reads once.
func (e *Engine) explainer(a *profile) func(m *Match, b *profile) {
	said := sync.OnceValue(func() map[int]string { return e.said(a) })
	return func(m *Match, b *profile) { e.explainPair(m, a, b, said) }
}

func (e *Engine) explainPair(m *Match, a, b *profile, said func() map[int]string) {
	e.explainText(m, a, b, said)
	explainTerms(m, "audience", audiences, a.readers(), b.readers(), "same audience: %s", "other audience: %s, and %s")
	explainPlace(m, a, b)
	explainPeriod(m, a, b)
	explainTerms(m, "kind", kinds, a.work(), b.work(), "both: %s", "other kind of work: %s, and %s")
	explainTerms(m, "exploitation", exploitations, a.exploitation, b.exploitation, "both about %s", "other form of exploitation: %s, and %s")
	if both := a.commitments & b.commitments; both != 0 {
		m.Reasons = append(m.Reasons, Reason{"commitments", plural(both, "same commitment: ", "same commitments: ") + enumerate(commitments.names(both))})
	}
	if phases(&a.stage, &b.stage) > 0 {
		m.Against = append(m.Against, Reason{"text", "the texts call themselves different phases"})
	}
}

// readers are the audiences that are given or, where none is, that the text
// names; work the same for kinds.
func (p *profile) readers() mask { return cmp.Or(p.audience, p.says) }
func (p *profile) work() mask    { return cmp.Or(p.kind, p.does) }

func plural(m mask, one, many string) string {
	if m.count() == 1 {
		return one
	}
	return many
}

// explainTerms says which terms two facets share, or which they have instead.
func explainTerms(m *Match, facet string, v vocabulary, a, b mask, same, other string) {
	switch {
	case a == 0 || b == 0:
	case a&b != 0:
		if names := v.names(a & b); len(names) > 0 {
			m.Reasons = append(m.Reasons, Reason{facet, fmt.Sprintf(same, enumerate(names))})
		}
	default:
		x, y := v.names(a), v.names(b)
		if len(x) > 0 && len(y) > 0 {
			m.Against = append(m.Against, Reason{facet, fmt.Sprintf(other, enumerate(x), enumerate(y))})
		}
	}
}

func explainPlace(m *Match, a, b *profile) {
	switch none := (place.Set{}); {
	case a.where == none || b.where == none:
	case apart(&a.where, &b.where) > 0:
		m.Against = append(m.Against, Reason{"countries", "other place: " + spread(a.where) + ", and " + spread(b.where)})
	case a.where == b.where:
		m.Reasons = append(m.Reasons, Reason{"countries", "same place: " + spread(a.where)})
	default:
		m.Reasons = append(m.Reasons, Reason{"countries", "both in " + spread(a.where.Intersect(b.where))})
	}
}

func explainPeriod(m *Match, a, b *profile) {
	if !a.period.Known() || !b.period.Known() {
		return
	}
	words := a.period.Words(date.None) + ", and " + b.period.Words(date.None)
	if a.period == b.period {
		words = a.period.Words(date.None)
	}
	switch gap := a.period.Gap(b.period); {
	case a.period.Overlaps(b.period):
		m.Reasons = append(m.Reasons, Reason{"period", "at the same time: " + words})
	case gap < 4:
		m.Reasons = append(m.Reasons, Reason{"period", "close in time: " + words})
	default:
		m.Against = append(m.Against, Reason{"period", fmt.Sprintf("%d months apart: %s", gap, words)})
	}
}

// spread names the countries of a set.
func spread(s place.Set) string {
	if s.Contains(place.Union()) {
		if s == place.Union() {
			return "the whole EU"
		}
		return "the whole EU and beyond"
	}
	var names []string
	for _, code := range s.Codes() {
		if p, err := place.Find(code); err == nil {
			names = append(names, p.Name)
		}
	}
	return enumerate(names)
}

// enumerate joins the first names, and counts the others.
func enumerate(names []string) string {
	if n := len(names); n > maxNames {
		return strings.Join(names[:maxNames], ", ") + fmt.Sprintf(" and %d more", n-maxNames)
	}
	if n := len(names); n > 1 {
		return strings.Join(names[:n-1], ", ") + " and " + names[n-1]
	}
	return strings.Join(names, "")
}

// quote is a concept that both texts speak of, with the words of each.
type quote struct {
	weight float32
	a, b   string
}

// explainText quotes what both texts speak of, the most telling first. Where
// the lexicon sees nothing in common but the words' meaning is near, it says
// that much.
func (e *Engine) explainText(m *Match, a, b *profile, saidByA func() map[int]string) {
	quotes := e.quotes(saidByA(), b)
	var parts []string
	for _, q := range quotes[:min(maxQuotes, len(quotes))] {
		if strings.EqualFold(q.a, q.b) {
			parts = append(parts, "‘"+q.a+"’ in both")
		} else {
			parts = append(parts, "‘"+q.a+"’ ≈ ‘"+q.b+"’")
		}
	}
	likeness := a.likeness(b)
	switch {
	case len(parts) > 0:
		m.Reasons = append(m.Reasons, Reason{"text", strings.Join(parts, ", ")})
	case likeness >= likeWords:
		m.Reasons = append(m.Reasons, Reason{"text", "the texts are about similar things"})
	}
	if likeness < unlikeWords && len(parts) == 0 && !a.mute && !b.mute {
		m.Against = append(m.Against, Reason{"text", "the texts use other words"})
	}
}

// From and below these cosines of the texts their likeness is worth a word.
const (
	likeWords   = 0.4
	unlikeWords = 0.15
)

func (e *Engine) quotes(said map[int]string, b *profile) []quote {
	var out []quote
	for id, words := range e.said(b) {
		if other, ok := said[id]; ok {
			out = append(out, quote{e.concepts[id].weight, other, words})
		}
	}
	slices.SortFunc(out, func(x, y quote) int {
		return cmp.Or(cmp.Compare(y.weight, x.weight), cmp.Compare(x.a, y.a), cmp.Compare(x.b, y.b))
	})
	return slices.CompactFunc(out, func(x, y quote) bool { return x.a == y.a || x.b == y.b })
}

// said gives the words by which a text first speaks of each of its subjects;
// of wider ones, the words of the narrower.
func (e *Engine) said(p *profile) map[int]string {
	out := map[int]string{}
	r := e.open(p.title, p.description)
	defer e.rooms.Put(r)
	add := func(c *lexicon.Concept, words string) {
		if _, known := out[c.Index]; !known && e.concepts[c.Index].weight > 0 {
			out[c.Index] = words
		}
	}
	for _, h := range r.hits {
		add(h.Concept, h.Text)
	}
	for _, h := range r.hits {
		for _, w := range e.lexicon.Wider(h.Concept) {
			add(w, h.Text)
		}
	}
	return out
}

// Changes says what would make the plan w no duplicate of the other, the
// easiest first: to tell that it is joint or later work, or to change what
// the two share.
func (e *Engine) Changes(w, other Work) []string {
	p, q := e.read(w), e.read(other)
	if why(&p, &q, true) != "" {
		return nil
	}
	out := []string{"`with:" + other.Agency + "`, if you do it together"}
	if other.ID != 0 {
		out = append(out, fmt.Sprintf("`follows:A%d`, if yours builds on it", other.ID))
	}
	without := func(change func(p *profile)) bool {
		c := p
		change(&c)
		return e.model.probability(e.sum(&c, &q), rivalFloor, rivalFloor) < e.threshold
	}
	if names := audiences.names(p.says & q.says); len(names) > 0 && without(func(c *profile) { c.audience, c.says = elsewhere(q.says), elsewhere(q.says) }) {
		out = append(out, "another audience than "+enumerate(names))
	}
	if common := p.where.Intersect(q.where); common != (place.Set{}) && !common.Contains(place.Union()) {
		out = append(out, "another place than "+spread(common))
	}
	if names := kinds.names(p.kind & q.kind); len(names) > 0 && without(func(c *profile) { c.kind, c.does = elsewhere(0), elsewhere(0) }) {
		out = append(out, "another kind of work than "+enumerate(names))
	}
	return out
}

// elsewhere is a set of terms that shares nothing with the one given.
func elsewhere(m mask) mask { return 1 << 63 &^ m }
