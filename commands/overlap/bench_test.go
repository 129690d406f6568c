package overlap

import (
	"flag"
	"math/rand/v2"
	"slices"
	"sort"
)

var trainFlag = flag.Bool("train", false, "write the model and the field's data anew from testdata/corpus")

// signs says which way a feature may count: for a duplicate, against it.
var signs = func() (s [nFeatures]int) {
	for i := range s {
		s[i] = 1
	}
	for _, i := range []int{fAudienceApart, fAudienceDiffers, fPlaceApart, fWhereApart, fKindApart, fCauseApart, fExploitationApart, fPhases, fCommitmentsApart} {
		s[i] = -1
	}
	return s
}()

// prior is what the rules of the contract and common sense expect of a weight
// before any corpus is seen; the ridge draws the weights there.
var prior = func() (p [nFeatures]float64) {
	p[fPlaceApart], p[fAudienceApart], p[fPhases] = -8, -3, -4
	return p
}()

const ridge = 1

// bench holds the corpus's pairs, measured, for training and validation.
type bench struct {
	works   []Work
	cluster map[int]int
	pairs   []benchPair
	ends    []int // of the registers, which share no pair
}

type benchPair struct {
	i, j     int
	label    int
	hard     string
	eligible bool
	x        []features // by set
}

// copies is how many noisy copies of the corpus go into training beside it,
// unseen how many others serve the validation.
const (
	copies = 3
	unseen = 3
)

func newBench(e *Engine, registers []labelledRegister) *bench {
	b := &bench{}
	var labelled []Pair
	for _, r := range registers {
		b.works, labelled = append(b.works, r.works...), append(labelled, r.pairs...)
		b.ends = append(b.ends, len(b.works))
	}
	b.cluster = clusters(b.works, labelled)
	labels := map[[2]int]Pair{}
	for _, p := range labelled {
		labels[key(p.A, p.B)] = p
	}
	read := b.read(e)
	for i := range b.works {
		for j := i + 1; j < len(b.works); j++ {
			if b.register(i) != b.register(j) || b.works[i].Agency == b.works[j].Agency {
				continue
			}
			p := benchPair{i: i, j: j, eligible: why(&read[0][i], &read[0][j], true) == "", x: make([]features, len(read))}
			if l, ok := labels[key(b.works[i].ID, b.works[j].ID)]; ok {
				p.label, p.hard = l.Label, l.Kind
			}
			for s := range read {
				e.measure(&read[s][i], &read[s][j], &p.x[s])
			}
			b.pairs = append(b.pairs, p)
		}
	}
	return b
}

// read gives the profiles of the activities as given, and of the noisy copies.
func (b *bench) read(e *Engine) [][]profile {
	rng := rand.New(rand.NewPCG(2018, 6))
	sets := [][]Work{b.works}
	for range copies + unseen {
		sets = append(sets, noisy(b.works, rng))
	}
	read := make([][]profile, len(sets))
	for s := range sets {
		for _, w := range sets[s] {
			read[s] = append(read[s], e.read(w))
		}
	}
	return read
}

// register tells in which of them the activity lies.
func (b *bench) register(i int) int {
	return sort.SearchInts(b.ends, i+1)
}

// only gives the bench with the pairs of some registers.
func (b *bench) only(which func(register int) bool) *bench {
	c := *b
	c.pairs = slices.DeleteFunc(slices.Clone(b.pairs), func(p benchPair) bool { return !which(b.register(p.i)) })
	return &c
}

// choice is what a training may use.
type choice struct {
	features []int
	copies   int
	ridge    float64
	prior    [nFeatures]float64
}

func fullChoice() choice {
	c := choice{copies: copies, ridge: ridge, prior: prior}
	for i := range nFeatures {
		c.features = append(c.features, i)
	}
	return c
}

func (c choice) without(drop ...int) choice {
	c.features = slices.DeleteFunc(slices.Clone(c.features), func(i int) bool { return slices.Contains(drop, i) })
	return c
}

// train fits a model on the pairs both of whose activities are in.
func (b *bench) train(c choice, in func(i int) bool) *model {
	l := learner{ridge: c.ridge}
	for _, u := range c.features {
		l.signs, l.prior = append(l.signs, signs[u]), append(l.prior, c.prior[u])
	}
	fitted, m := l.fit(b.rows(c, in)), &model{}
	for i, u := range c.features {
		m.Weights[u] = fitted.w[i]
	}
	m.Bias = fitted.b
	return m
}

// rows are the pairs to train on, as given and with noise.
func (b *bench) rows(c choice, in func(i int) bool) []row {
	var rows []row
	for k := range b.pairs {
		p := &b.pairs[k]
		if !p.eligible || !in(p.i) || !in(p.j) {
			continue
		}
		weight := 1 / float64(1+c.copies)
		if p.label == 0 && p.hard == "" { // one in five of the easy pairs stands for all
			if (p.i*31+p.j*17)%5 != 0 {
				continue
			}
			weight *= 5
		}
		for s := range 1 + c.copies {
			x := make([]float64, len(c.features))
			for i, u := range c.features {
				x[i] = p.x[s][u]
			}
			rows = append(rows, row{x, float64(p.label), weight})
		}
	}
	return rows
}
