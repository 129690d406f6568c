package lexicon

import (
	"maps"
	"math"
	"slices"
	"strings"
)

// How the weights are learned. The figures were set once, by hand.
const (
	firmness = 3.0 // how firmly the hand-set weights are held (ridge)
	inTitles = 4.0 // the same for the concepts of titles
	thrift   = 0.5 // what a weight must be worth to be had at all (lasso)
	rounds   = 60
	pace     = 0.15
	atLeast  = 4   // texts that must have a concept before it gets a weight
	few      = 3   // texts of a value below which nothing is learned for it
	least    = 0.1 // weights below are left out
)

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

// term is a feature of a text by its number.
type term struct {
	i int
	v float64
}

// lesson is what the weights are learned from: the texts as rows of numbered
// features, and for each feature how firmly it is held and how steep it is.
type lesson struct {
	train  []sample
	names  []string
	number map[string]int
	rows   [][]term
	firm   []float64
	steep  []float64
}

func newLesson(from weights, train []sample) *lesson {
	l := &lesson{train: train, number: map[string]int{}}
	often := map[string]int{}
	for _, w := range from {
		for name := range w {
			often[name] = atLeast
		}
	}
	for _, s := range train {
		for _, x := range s.x {
			often[x.name]++
		}
	}
	for _, name := range slices.Sorted(maps.Keys(often)) {
		if concept := strings.HasPrefix(name, "is ") || strings.HasPrefix(name, "in "); concept && often[name] < atLeast {
			continue
		}
		l.number[name] = len(l.names)
		l.names, l.firm = append(l.names, name), append(l.firm, held(name))
	}
	l.steep = slices.Clone(l.firm)
	for _, s := range train {
		l.rows = append(l.rows, l.row(s))
	}
	return l
}

func held(name string) float64 {
	switch {
	case name == bias:
		return firmness / 10
	case strings.HasPrefix(name, "in "):
		return inTitles
	}
	return firmness
}

func (l *lesson) row(s sample) []term {
	var row []term
	for _, x := range s.x {
		if i, ok := l.number[x.name]; ok {
			row = append(row, term{i, x.v})
			l.steep[i] += x.v * x.v / 4
		}
	}
	return row
}

// learn moves the hand-set weights towards the samples. A text whose label for
// a field is unknown teaches nothing about it.
func learn(from weights, train []sample) weights {
	l := newLesson(from, train)
	m := weights{}
	for f, start := range from {
		for i, w := range l.value(f, start) {
			if math.Abs(w) >= least {
				m.set(f, l.names[i], w)
			}
		}
	}
	return m
}

// value learns the weights of one facet value; one that is too rare to tell
// keeps those set by hand.
func (l *lesson) value(f facet, start map[string]float64) []float64 {
	set := make([]float64, len(l.names))
	for name, v := range start {
		set[l.number[name]] = v
	}
	positives := 0
	for _, s := range l.train {
		if s.item.has(f) {
			positives++
		}
	}
	w := slices.Clone(set)
	for range rounds {
		if positives < few {
			break
		}
		l.step(w, set, l.slope(f, w))
	}
	return w
}

// slope is that of the loss for each weight.
func (l *lesson) slope(f facet, w []float64) []float64 {
	slope := make([]float64, len(w))
	for r, row := range l.rows {
		if !l.train[r].item.knows(f.field) {
			continue
		}
		sum := 0.0
		for _, x := range row {
			sum += w[x.i] * x.v
		}
		d := 1 / (1 + math.Exp(-sum))
		if l.train[r].item.has(f) {
			d--
		}
		for _, x := range row {
			slope[x.i] += d * x.v
		}
	}
	return slope
}

// step moves each weight downhill, back towards its hand-set value, and where
// that is none towards none.
func (l *lesson) step(w, set, slope []float64) {
	for i := range w {
		w[i] -= pace * (slope[i] + l.firm[i]*(w[i]-set[i])) / l.steep[i]
		if set[i] == 0 {
			w[i] = math.Copysign(max(0, math.Abs(w[i])-pace*thrift/l.steep[i]), w[i])
		}
	}
}
