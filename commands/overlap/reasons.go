package overlap

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"thbot/commands/lexicon"
	"thbot/store/statement/place"
)

// A reason is there to be checked by eye: it says what both records have, or
// what each has instead, by the record's id, and quotes the words where
// something is only read from a text.

// maxReasons is how many reasons a match gives, maxAgainst how many things that
// speak against it.
const (
	maxReasons = 5
	maxAgainst = 3
)

// maxNames is how many terms or countries a reason names.
const maxNames = 3

// explain fills in the reasons of a match, the weightiest first, and what
// speaks against it.
func (e *Engine) explain(m *Match, a, b *profile) { e.explainer(a)(m, b) }

// explainer explains matches of the one activity, whose text it reads once.
func (e *Engine) explainer(a *profile) func(m *Match, b *profile) {
	ours := sync.OnceValue(func() *side { return e.side(a) })
	return func(m *Match, b *profile) {
		c := comparison{e: e, a: ours(), b: e.side(b)}
		c.texts()
		c.audienceAndKind()
		c.place()
		c.exploitation()
		c.period()
		c.commitments()
		c.cause()
		c.phases()
		var guessed facetSets
		m.Reasons, m.Against = weightiest(c.reasons, maxReasons, &guessed), weightiest(c.against, maxAgainst, &guessed)
		m.Guesses = guessed.words(c.a, c.b)
		m.Rests = rests(a, b)
	}
}

// side is one of the two activities while a match is explained.
type side struct {
	*profile
	name   string // "A9", or "yours" for a plan
	text   string
	tokens []said
	hits   []lexicon.Hit
	places []place.Hit
}

func (e *Engine) side(p *profile) *side {
	s := &side{profile: p, name: p.name(), text: p.title + "\n" + p.description}
	r := e.open(p.title, p.description)
	defer e.rooms.Put(r)
	s.hits, s.places = slices.Clone(r.hits), place.InWords(nil, r.text, r.tokens, r.local)
	for i, t := range r.tokens[:min(maxRead, len(r.tokens))] {
		s.tokens = append(s.tokens, said{t.Start, t.End, r.words[i]})
	}
	return s
}

// name is how a reason calls an activity: A9, or yours where it is only a plan.
func (p *profile) name() string {
	if p.id == 0 {
		return "yours"
	}
	return "A" + strconv.Itoa(int(p.id))
}

// ruled gives the rule by which the two cannot be duplicates as what speaks
// against it, with the one that it concerns.
func ruled(a, b *profile, rule string) []Reason {
	switch {
	case rule == ruleGone && a.gone:
		rule = a.name() + " is cancelled or withdrawn"
	case rule == ruleGone:
		rule = b.name() + " is cancelled or withdrawn"
	case rule == ruleFollows && a.follows(b.id):
		rule = a.name() + " builds on " + b.name()
	case rule == ruleFollows:
		rule = b.name() + " builds on " + a.name()
	}
	return []Reason{{Facet: "rule", Text: rule}}
}

// comparison gathers the reasons of one pair.
type comparison struct {
	e                *Engine
	a, b             *side
	reasons, against []finding
	quoted           mask // the forms of exploitation that the quotes speak of
}

// finding is a reason with the difference that it makes to the sum: by how
// much the sum would fall if the two differed there, or rise if they did not.
type finding struct {
	Reason
	weight  float64
	guessed facetSets
}

func (c *comparison) common(facet, text string, weight float64, rests ...facetSet) {
	c.reasons = append(c.reasons, finding{Reason{facet, text}, weight, c.guessed(rests)})
}

func (c *comparison) differs(facet, text string, weight float64, rests ...facetSet) {
	c.against = append(c.against, finding{Reason{facet, text}, weight, c.guessed(rests)})
}

// guessed gives those of the facets that are only guessed, on either side.
func (c *comparison) guessed(rests []facetSet) (out facetSets) {
	for _, f := range rests {
		out[0], out[1] = out[0]|f&c.a.profile.guessed, out[1]|f&c.b.profile.guessed
	}
	return out
}

func weightiest(all []finding, n int, guessed *facetSets) []Reason {
	slices.SortStableFunc(all, func(x, y finding) int { return cmp.Compare(y.weight, x.weight) })
	var out []Reason
	for _, r := range all[:min(n, len(all))] {
		out = append(out, r.Reason)
		guessed[0], guessed[1] = guessed[0]|r.guessed[0], guessed[1]|r.guessed[1]
	}
	return out
}

// weigh is the weight of a feature without its sign.
func (c *comparison) weigh(feature int) float64 {
	return max(c.e.model.Weights[feature], -c.e.model.Weights[feature])
}

// facetSet is a set of facets, facetSets one of each side.
type (
	facetSet  uint8
	facetSets [2]facetSet
)

const (
	ofKind facetSet = 1 << iota
	ofAudience
	ofCountries
	ofExploitation
	ofPeriod
	ofCommitments
)

// guessNames are the facets' names in a sentence, by bit.
var guessNames = [...]string{"kind", "audience", "place", "exploitation", "dates", "commitments"}

// facetOf gives the facet of a field of the record.
func facetOf(field string) facetSet {
	switch field {
	case "kind":
		return ofKind
	case "audience":
		return ofAudience
	case "countries":
		return ofCountries
	case "exploitation":
		return ofExploitation
	case "from", "to":
		return ofPeriod
	case "commitments":
		return ofCommitments
	}
	return 0
}

// words names the guessed facets of each side, but for a plan's, whose words
// stand with it.
func (f facetSets) words(a, b *side) string {
	if f[0] == f[1] && f[0] != 0 && a.id != 0 && b.id != 0 {
		return f[0].String() + " of " + a.name + " and " + b.name
	}
	var parts []string
	for i, s := range []*side{a, b} {
		if f[i] != 0 && s.id != 0 {
			parts = append(parts, f[i].String()+" of "+s.name)
		}
	}
	return strings.Join(parts, "; ")
}

// String lists the facets as in a sentence.
func (f facetSet) String() string {
	var names []string
	for bit, name := range guessNames {
		if f&(1<<bit) != 0 {
			names = append(names, name)
		}
	}
	if n := len(names); n > 1 {
		return strings.Join(names[:n-1], ", ") + " and " + names[n-1]
	}
	return strings.Join(names, "")
}

// enumerate joins the first names, and counts the others. Names that hold an
// "and" themselves are parted by commas alone.
func enumerate(names []string) string {
	if n := len(names); n > maxNames {
		return strings.Join(names[:maxNames], ", ") + " and " + strconv.Itoa(n-maxNames) + " more"
	}
	if slices.ContainsFunc(names, func(n string) bool { return strings.Contains(n, " and ") }) {
		return strings.Join(names, ", ")
	}
	if n := len(names); n > 1 {
		return strings.Join(names[:n-1], ", ") + " and " + names[n-1]
	}
	return strings.Join(names, "")
}

// Rests lists the facets that two activities share, as a match does.
func (e *Engine) Rests(a, b Work) []string {
	p, q := e.read(a), e.read(b)
	return rests(&p, &q)
}

func rests(p, q *profile) (facets []string) {
	for _, f := range []struct {
		name   string
		shared bool
	}{
		{"text", true},
		{"audience", p.readers()&q.readers() != 0},
		{"countries", p.where.Intersects(q.where)},
		{"period", p.period.Known() && q.period.Known() && p.period.Gap(q.period) <= closeMonths},
		{"kind", (p.work()|near(p.work()))&q.work() != 0},
		{"exploitation", p.exploitation&q.exploitation != 0},
		{"commitments", p.aimKey.commitments&q.aimKey.commitments != 0},
	} {
		if f.shared {
			facets = append(facets, f.name)
		}
	}
	return facets
}
