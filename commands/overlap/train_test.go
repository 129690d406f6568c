package overlap

import (
	"flag"
	"math/rand/v2"
	"slices"
	"sort"
	"sync"
)

var trainFlag = flag.Bool("train", false, "write the model and the field's data anew from testdata/corpus")

// signs says which way a feature may count: for a duplicate, against it.
var signs = func() (s [nFeatures]int) {
	for i := range s {
		s[i] = 1
	}
	for _, i := range []int{fAudienceApart, fAudienceDiffers, fPlaceApart, fWhereApart, fKindApart, fExploitationApart, fPhases, fCommitmentsApart} {
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

// noisy makes the facets as registers have them: missing, loose, of a near
// kind, EU-wide where a country is meant, without an end.
func noisy(works []Work, rng *rand.Rand) []Work {
	near := map[string]string{"training": "event", "event": "training", "guidance": "tool", "tool": "guidance",
		"campaign": "guidance", "data": "tool", "research": "data", "network": "event", "policy": "guidance"}
	out := slices.Clone(works)
	for i := range out {
		w := &out[i]
		if rng.Float64() < 0.2 {
			w.Audience = nil
		}
		if len(w.Audience) > 0 && rng.Float64() < 0.1 { // another's view of whom it is for
			w.Audience = []string{readers[rng.IntN(len(readers))]}
		}
		if len(w.Audience) > 1 && rng.Float64() < 0.25 {
			w.Audience = w.Audience[:1]
		}
		if rng.Float64() < 0.3 {
			w.Exploitation = nil
		}
		if rng.Float64() < 0.2 {
			w.Commitments = nil
		}
		switch p := rng.Float64(); {
		case p < 0.12:
			w.Countries = nil
		case p < 0.35:
			w.Countries = []string{"EU"}
		}
		if p := rng.Float64(); p < 0.15 {
			w.Kind = ""
		} else if p < 0.4 && near[w.Kind] != "" {
			w.Kind = near[w.Kind]
		}
		if rng.Float64() < 0.4 {
			w.To = ""
		}
	}
	return out
}

// readers are the audiences that agencies name most.
var readers = []string{"law-enforcement", "policy-makers", "border-guards", "prosecutors-judges", "asylum-officers", "social-services"}

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

// held is a pair with the weighted sum that a model gave it which saw neither
// side's cluster.
type held struct {
	*benchPair
	z float64
}

// validate gives every pair its held-out sums: first as given, then with the
// noisy copies that no model was trained on.
func (b *bench) validate(c choice, nFolds int, seed uint64) [1 + unseen][]held {
	fold := folds(b.works, b.cluster, nFolds, seed)
	var out [1 + unseen][]held
	for v := range out {
		out[v] = make([]held, len(b.pairs))
	}
	var wg sync.WaitGroup
	for x := range nFolds {
		for y := x; y < nFolds; y++ {
			wg.Go(func() {
				m := b.train(c, func(i int) bool { f := fold[b.works[i].ID]; return f != x && f != y })
				for k := range b.pairs {
					p := &b.pairs[k]
					fi, fj := fold[b.works[p.i].ID], fold[b.works[p.j].ID]
					if min(fi, fj) != x || max(fi, fj) != y {
						continue
					}
					out[0][k] = held{p, m.logit(&p.x[0])}
					for v := range unseen {
						out[1+v][k] = held{p, m.logit(&p.x[1+copies+v])}
					}
				}
			})
		}
	}
	wg.Wait()
	return out
}

// rivalry gives each pair the rivals of its two sides, added up.
func rivalry(h []held) []float64 {
	best := map[int]*rivals{}
	of := func(i int) *rivals {
		if best[i] == nil {
			best[i] = &rivals{}
		}
		return best[i]
	}
	for _, p := range h {
		if p.eligible {
			of(p.i).add(rival{p.z, int32(p.j)})
			of(p.j).add(rival{p.z, int32(p.i)})
		}
	}
	out := make([]float64, len(h))
	for k, p := range h {
		out[k] = of(p.i).without(int32(p.j)) + of(p.j).without(int32(p.i))
	}
	return out
}

// calibrate fits what makes probabilities of held-out sums and rivals; as
// given and with noise weigh the same.
func calibrate(m *model, views [][1 + unseen][]held) {
	var rows []row
	for _, view := range views {
		for v, h := range view {
			weight := 1.0
			if v > 0 {
				weight = 1.0 / unseen
			}
			r := rivalry(h)
			for k, p := range h {
				if p.eligible {
					rows = append(rows, row{[]float64{p.z, r[k]}, float64(p.label), weight})
				}
			}
		}
	}
	f := learner{signs: []int{1, -1}, prior: []float64{0, 0}}.fit(rows)
	m.Scale, m.Rival, m.Shift = f.w[0], -f.w[1], f.b
}

// scored makes probabilities of held-out sums with m's calibration.
func scored(m *model, works []Work, h []held) []Scored {
	r := rivalry(h)
	out := make([]Scored, len(h))
	for k, p := range h {
		out[k] = Scored{A: works[p.i].ID, B: works[p.j].ID, Label: p.label}
		if p.eligible {
			out[k].Score = m.probability(p.z, r[k], 0)
			out[k].Flagged = out[k].Score >= m.Threshold
		}
	}
	return out
}

// hardShare is the share of the hard negatives that are flagged.
func hardShare(h []held, s []Scored) float64 {
	hard, flagged := 0, 0
	for k, p := range h {
		if p.hard != "" && p.label == 0 {
			hard++
			if s[k].Flagged {
				flagged++
			}
		}
	}
	return ratio(flagged, hard)
}
