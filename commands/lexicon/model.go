package lexicon

import (
	"cmp"
	_ "embed"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
)

// weights are those of the logistic functions: for each facet value, by the
// name of the feature.
type weights map[facet]map[string]float64

// model turns evidence into probabilities: for each facet value a logistic
// function of the features. Its weights stand in weights.tsv; the comment
// there says where they come from.
type model struct {
	values   []facet
	byName   map[string][]weight
	evidence weights
}

// weight of a feature for one of the model's values.
type weight struct {
	value int
	w     float64
}

//go:embed weights.tsv
var weightsText string

// bias is the feature that every text has.
const bias = "one"

// readWeights reads the weights: a line "[field value]" for each value, and
// below it lines of a feature and its weight, parted by a tab.
func readWeights(text string) (weights, error) {
	ws := weights{}
	var f facet
	n := 0
	for line := range strings.Lines(text) {
		n++
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		if head, ok := strings.CutPrefix(line, "["); ok {
			f.field, f.value, _ = strings.Cut(strings.TrimSuffix(head, "]"), " ")
			continue
		}
		name, number, _ := strings.Cut(line, "\t")
		w, err := strconv.ParseFloat(number, 64)
		if err != nil || f.value == "" {
			return nil, broken("weights.tsv", n, "Expected a value in brackets, or below one a feature and a number.")
		}
		ws.set(f, name, w)
	}
	return ws, nil
}

func (ws weights) set(f facet, feature string, w float64) {
	if ws[f] == nil {
		ws[f] = map[string]float64{}
	}
	ws[f][feature] = w
}

func newModel(ws weights) *model {
	m := &model{byName: map[string][]weight{}, evidence: ws}
	m.values = slices.SortedFunc(maps.Keys(ws), func(a, b facet) int {
		return cmp.Or(cmp.Compare(a.field, b.field), cmp.Compare(a.value, b.value))
	})
	for i, f := range m.values {
		for name, w := range ws[f] {
			m.byName[name] = append(m.byName[name], weight{i, w})
		}
	}
	return m
}

// feature is one thing the model sees of a text, between 0 and 1.
type feature struct {
	name string
	v    float64
}

// features are what the model sees of a text, by name, so that sums come out
// the same each time.
func (e *evidence) features() []feature {
	x := []feature{{bias, 1}}
	for kind, scores := range map[string]map[facet]float64{"all ": e.all, "title ": e.title, "meant ": e.meant} {
		for f, s := range scores {
			x = append(x, feature{kind + f.field + " " + f.value, s})
		}
	}
	for id := range e.about {
		x = append(x, feature{"is " + id, 1})
	}
	for id := range e.named {
		x = append(x, feature{"in " + id, 1})
	}
	slices.SortFunc(x, func(a, b feature) int { return cmp.Compare(a.name, b.name) })
	return x
}

// behind gives the words that a feature comes from, the strongest first.
func (e *evidence) behind(feature string) []Span {
	parts := strings.Fields(feature)
	switch {
	case parts[0] == "is":
		return e.about[parts[1]]
	case parts[0] == "in":
		return e.named[parts[1]]
	case len(parts) != 3:
		return nil
	}
	said := slices.Clone(e.words[facet{parts[1], parts[2]}])
	slices.SortStableFunc(said, func(a, b speaks) int { return cmp.Compare(b.strength, a.strength) })
	var out []Span
	for _, s := range said {
		out = append(out, s.span)
	}
	return out
}

// guess is a facet value with its probability.
type guess struct {
	facet
	p float64
}

// guesses gives all facet values, the most probable first.
func (m *model) guesses(x []feature) []guess {
	sums := make([]float64, len(m.values))
	for _, f := range x {
		for _, w := range m.byName[f.name] {
			sums[w.value] += w.w * f.v
		}
	}
	out := make([]guess, len(m.values))
	for i, f := range m.values {
		out[i] = guess{f, 1 / (1 + math.Exp(-sums[i]))}
	}
	slices.SortStableFunc(out, func(a, b guess) int { return cmp.Compare(b.p, a.p) })
	return out
}

// rule is how the values of a field are chosen by their probabilities: all
// that are probable enough, or the best single one where it is not far below.
type rule struct {
	field          string
	enough, single float64
	most           int
}

// rules are the fields that are guessed from concepts, in the order of the
// suggestions. The thresholds are those at which F1 is about best, which for
// probabilities is a little above a third, not a half.
func rules() []rule {
	return []rule{
		{"commitments", 0.29, 0.15, 3},
		{"kind", 2, 0.1, 1},
		{"audience", 0.31, 0.15, 3},
		{"exploitation", 0.38, 0.38, 3},
	}
}

// clearly is how strong the words for a form of exploitation must be to have
// named it: those for the form itself, in a title or a description.
const clearly = 0.45

// plainly is how strong they must be for the form to be suggested though such
// texts are seldom about it: its own words in a title, or twice in a
// description.
const plainly = 0.7

// choose picks the values of a field that are suggested. Where a text names a
// form of exploitation, a form that it does not name is not suggested, however
// often the two go together.
func (r rule) choose(all []guess, x []feature) []guess {
	named := r.named(x)
	var out []guess
	for _, g := range all {
		if g.field != r.field || len(out) == r.most || len(named) > 0 && named[g.value] < clearly {
			continue
		}
		if g.p >= r.enough || len(out) == 0 && g.p >= r.single || named[g.value] >= plainly {
			out = append(out, g)
		}
	}
	return out
}

// named tells how strongly a text names forms of exploitation, of those that
// it names clearly.
func (r rule) named(x []feature) map[string]float64 {
	named := map[string]float64{}
	if r.field != "exploitation" {
		return named
	}
	for _, f := range x {
		if v, ok := strings.CutPrefix(f.name, "all exploitation "); ok && f.v >= clearly {
			named[v] = f.v
		}
	}
	return named
}
