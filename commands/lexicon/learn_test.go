package lexicon

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"math"
	"os"
	"slices"
	"strings"
	"testing"
)

// labelled is an activity of the corpus; its pairs tell the clusters.
type labelled struct {
	ID, Title, Description, Kind                   string
	Commitments, Audience, Exploitation, Countries []string
	cluster                                        int
}

func (a labelled) has(f facet) bool {
	switch f.field {
	case "kind":
		return a.Kind == f.value
	case "commitments":
		return slices.Contains(a.Commitments, f.value)
	case "audience":
		return slices.Contains(a.Audience, f.value)
	case "exploitation":
		return slices.Contains(a.Exploitation, f.value)
	}
	return false
}

const corpusDir = "../overlap/testdata/corpus/"

func corpus(t testing.TB) []labelled {
	t.Helper()
	text, err := os.ReadFile(corpusDir + "activities.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	var out []labelled
	at := map[string]int{}
	for line := range strings.Lines(string(text)) {
		var a labelled
		if err := json.Unmarshal([]byte(line), &a); err != nil {
			t.Fatal(err)
		}
		a.cluster = len(out)
		at[a.ID] = len(out)
		out = append(out, a)
	}
	pairs, err := os.Open(corpusDir + "pairs.tsv")
	if err != nil {
		t.Fatal(err)
	}
	defer pairs.Close()
	for s := bufio.NewScanner(pairs); s.Scan(); {
		c := strings.Split(s.Text(), "\t")
		if len(c) > 2 && c[2] == "1" {
			a, b := out[at[c[0]]].cluster, out[at[c[1]]].cluster
			for i := range out {
				if out[i].cluster == b {
					out[i].cluster = a
				}
			}
		}
	}
	return out
}

// sample is a text's features with its labels.
type sample struct {
	e    *evidence
	x    []feature
	item labelled
}

func samples(t testing.TB) []sample {
	var out []sample
	for _, a := range corpus(t) {
		e := Builtin().weigh(a.Title+"\n"+a.Description, len(a.Title))
		out = append(out, sample{e, e.features(), a})
	}
	return out
}

// prior is the model set by hand: each value believes its own evidence.
func prior() weights {
	m := weights{}
	for field, values := range facetValues() {
		if values == nil {
			values = setOf("impunity prevention gender-child identification vulnerabilities prosecution training synergies information joint-activities cooperation")
		}
		for v := range values {
			f := facet{field, v}
			own := field + " " + v
			m.set(f, bias, -2.5)
			m.set(f, "all "+own, 2)
			m.set(f, "title "+own, 1)
			m.set(f, "meant "+own, 3)
		}
	}
	return m
}

// learn moves the prior's weights towards the samples, held back by firmness.
func learn(from weights, train []sample) weights {
	names := map[string]int{}
	for _, w := range from {
		for k := range w {
			names[k] = -1
		}
	}
	for _, s := range train {
		for _, x := range s.x {
			names[x.name] = -1
		}
	}
	often := map[string]int{}
	for _, s := range train {
		for _, x := range s.x {
			often[x.name]++
		}
	}
	for k := range names {
		if strings.HasPrefix(k, "is ") && often[k] < atLeast {
			delete(names, k)
		}
	}
	order := slices.Sorted(maps.Keys(names))
	for i, k := range order {
		names[k] = i
	}
	type at struct {
		i int
		v float64
	}
	rows := make([][]at, len(train))
	scale := make([]float64, len(order))
	for r, s := range train {
		for _, x := range s.x {
			if _, ok := names[x.name]; !ok {
				continue
			}
			rows[r] = append(rows[r], at{names[x.name], x.v})
			scale[names[x.name]] += x.v * x.v / 4
		}
	}
	m := weights{}
	for f, start := range from {
		w0, w, grad := make([]float64, len(order)), make([]float64, len(order)), make([]float64, len(order))
		for k, v := range start {
			w0[names[k]] = v
		}
		copy(w, w0)
		positives := 0
		for _, s := range train {
			if s.item.has(f) {
				positives++
			}
		}
		for range rounds {
			if positives < few {
				break // too rare here to tell: the hand-set weights stand
			}
			clear(grad)
			for r, row := range rows {
				sum := 0.0
				for _, x := range row {
					sum += w[x.i] * x.v
				}
				d := 1 / (1 + math.Exp(-sum))
				if train[r].item.has(f) {
					d--
				}
				for _, x := range row {
					grad[x.i] += d * x.v
				}
			}
			for i := range w {
				l := firmness
				if order[i] == bias {
					l = firmness / 10
				}
				w[i] -= 0.15 * (grad[i] + l*(w[i]-w0[i])) / (scale[i] + l)
			}
		}
		for i, v := range w {
			if math.Abs(v) >= least {
				m.set(f, order[i], v)
			}
		}
	}
	return m
}

var update = flag.Bool("update", false, "learn weights.tsv anew from the corpus")

// How the weights are learned. The figures were set once, by hand.
const (
	firmness = 4.0 // how firmly the hand-set weights are held (ridge)
	rounds   = 60
	atLeast  = 4   // texts that must have a concept before it gets a weight
	few      = 3   // texts of a value below which nothing is learned for it
	least    = 0.1 // weights below are left out
)

// TestLearn writes the weights with -update.
func TestLearn(t *testing.T) {
	if !*update {
		return
	}
	m := learn(prior(), samples(t))
	var b strings.Builder
	b.WriteString("# Weights of the suggestions: field, value, feature, weight. Set by hand (see prior in\n" +
		"# learn_test.go) and moved towards the project's corpus by go test -run TestLearn -update;\n" +
		"# weights under 0.1 are left out.\n")
	var lines []string
	for f, ws := range m {
		for name, w := range ws {
			lines = append(lines, fmt.Sprintf("%s\t%s\t%s\t%.2f\n", f.field, f.value, name, w))
		}
	}
	slices.Sort(lines)
	b.WriteString(strings.Join(lines, ""))
	if err := os.WriteFile("weights.tsv", []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestFloors measures by cross-validation: the clusters of duplicates are cut
// into five parts, and each part is guessed by weights learned from the other
// four. Countries and periods are not learned.
func TestFloors(t *testing.T) {
	all := samples(t)
	got, byHand := figures{}, figures{}
	for k := range 5 {
		var train, test []sample
		for _, s := range all {
			if s.item.cluster%5 == k {
				test = append(test, s)
			} else {
				train = append(train, s)
			}
		}
		m := newModel(learn(prior(), train))
		for _, s := range test {
			got.add(m, s)
			byHand.add(newModel(prior()), s)
		}
	}
	t.Log("set by hand:     ", byHand)
	t.Log("cross-validated: ", got)
	for field, floor := range map[string]float64{"commitments": 0.64, "kind": 0.72, "audience": 0.68, "exploitation": 0.61} {
		if f := got.f1(field); f < floor {
			t.Errorf("%s: F1 %.3f, floor %.2f", field, f, floor)
		}
	}
}

// The built-in weights have seen the corpus: these figures are of use only to
// notice that the weights and the lexicon have drifted apart.
func TestBuiltinWeightsFit(t *testing.T) {
	var items []Item
	for _, a := range corpus(t) {
		items = append(items, Item{a.Title, a.Description, a.Kind, a.Commitments, a.Audience, a.Exploitation, a.Countries})
	}
	r := Builtin().Evaluate(items)
	t.Logf("in sample: %+v", r)
	if r.CommitmentsF1 < 0.72 || r.KindAccuracy < 0.75 || r.AudienceF1 < 0.75 || r.ExploitF1 < 0.7 || r.CountriesF1 < 0.8 {
		t.Errorf("learn the weights anew: %+v", r)
	}
}

// figures counts what was said, wanted and hit, by field.
type figures map[string]*[3]float64

func (g figures) add(m *model, s sample) {
	all := m.guesses(s.x)
	for _, r := range rules() {
		want := map[string][]string{"commitments": s.item.Commitments, "kind": {s.item.Kind}, "audience": s.item.Audience, "exploitation": s.item.Exploitation}[r.field]
		if g[r.field] == nil {
			g[r.field] = new([3]float64)
		}
		for _, v := range r.choose(all, s.x) {
			if len(m.because(v.facet, s.e, s.x)) == 0 {
				continue
			}
			g[r.field][0]++
			if slices.Contains(want, v.value) {
				g[r.field][2]++
			}
		}
		g[r.field][1] += float64(len(want))
	}
}

func (g figures) f1(field string) float64 { return 2 * g[field][2] / (g[field][0] + g[field][1]) }

func (g figures) String() string {
	s := ""
	for _, r := range rules() {
		s += fmt.Sprintf("%s %.3f  ", r.field, g.f1(r.field))
	}
	return s
}
