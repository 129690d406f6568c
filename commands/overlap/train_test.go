package overlap

import (
	"flag"
	"math/rand/v2"
	"slices"
	"sync"
)

var trainFlag = flag.Bool("train", false, "write the model and the field's data anew from testdata/corpus")

// signs says which way a feature may count: for a duplicate, against it.
var signs = func() (s [nFeatures]int) {
	for i := range s {
		s[i] = 1
	}
	for _, i := range []int{fAudienceApart, fAudienceDiffers, fPlaceApart, fWhereApart, fKindApart, fExploitationApart, fPhases} {
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
}

type benchPair struct {
	i, j     int
	label    int
	hard     string
	eligible bool
	x        []features // by set
}

// copies is how many noisy copies of the corpus go into training beside it.
const copies = 2

func newBench(e *Engine, works []Work, labelled []Pair, ends ...int) *bench {
	b := &bench{works: works, cluster: clusters(works, labelled)}
	labels := map[[2]int]Pair{}
	for _, p := range labelled {
		labels[[2]int{min(p.A, p.B), max(p.A, p.B)}] = p
	}
	rng := rand.New(rand.NewPCG(2018, 6))
	sets := [][]Work{works}
	for range copies + 1 { // the last one is for validation only
		sets = append(sets, noisy(works, rng))
	}
	read := make([][]profile, len(sets))
	for s := range sets {
		for _, w := range sets[s] {
			read[s] = append(read[s], e.read(w))
		}
	}
	n := len(works)
	of := func(i int) int { // the register of an activity
		at, found := slices.BinarySearch(ends, i)
		if found {
			at++
		}
		return at
	}
	for i := range works {
		for j := i + 1; j < n; j++ {
			if of(i) != of(j) {
				continue
			}
			if works[i].Agency == works[j].Agency {
				continue
			}
			p := benchPair{i: i, j: j, eligible: why(&read[0][i], &read[0][j], true) == "", x: make([]features, len(sets))}
			if l, ok := labels[[2]int{min(works[i].ID, works[j].ID), max(works[i].ID, works[j].ID)}]; ok {
				p.label, p.hard = l.Label, l.Kind
			}
			for s := range sets {
				e.measure(&read[s][i], &read[s][j], &p.x[s])
			}
			b.pairs = append(b.pairs, p)
		}
	}
	return b
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

// held is a pair with the weighted sums that a model gave it which saw neither
// side's cluster.
type held struct {
	*benchPair
	z, noisy float64 // clean, and with the noisy copy that no model was trained on
}

// validate gives every pair its held-out sums.
func (b *bench) validate(c choice, nFolds int, seed uint64) []held {
	fold := folds(b.works, b.cluster, nFolds, seed)
	out := make([]held, len(b.pairs))
	var wg sync.WaitGroup
	for x := range nFolds {
		for y := x; y < nFolds; y++ {
			wg.Go(func() {
				in := func(i int) bool { f := fold[b.works[i].ID]; return f != x && f != y }
				m := b.train(c, in)
				for k := range b.pairs {
					p := &b.pairs[k]
					fi, fj := fold[b.works[p.i].ID], fold[b.works[p.j].ID]
					if min(fi, fj) == x && max(fi, fj) == y {
						out[k] = held{p, m.logit(&p.x[0]), m.logit(&p.x[len(p.x)-1])}
					}
				}
			})
		}
	}
	wg.Wait()
	return out
}

// sums picks the clean or the noisy sums.
func sums(h []held, noisy bool) []float64 {
	out := make([]float64, len(h))
	for k := range h {
		if out[k] = h[k].z; noisy {
			out[k] = h[k].noisy
		}
	}
	return out
}

// rivalry gives each pair the rivals of its two sides, added up.
func rivalry(h []held, z []float64) []float64 {
	best := map[int]*rivals{}
	of := func(i int) *rivals {
		if best[i] == nil {
			best[i] = &rivals{}
		}
		return best[i]
	}
	for k, p := range h {
		if p.eligible {
			of(p.i).add(rival{z[k], int32(p.j)})
			of(p.j).add(rival{z[k], int32(p.i)})
		}
	}
	out := make([]float64, len(h))
	for k, p := range h {
		out[k] = of(p.i).without(int32(p.j)) + of(p.j).without(int32(p.i))
	}
	return out
}

// calibrate fits what makes probabilities of held-out sums and rivals, over
// clean and noisy ones alike.
func calibrate(m *model, all ...[]held) {
	var rows []row
	for _, h := range all {
		for _, noisy := range []bool{false, true} {
			z := sums(h, noisy)
			r := rivalry(h, z)
			for k, p := range h {
				if p.eligible {
					rows = append(rows, row{[]float64{z[k], r[k]}, float64(p.label), 1})
				}
			}
		}
	}
	f := learner{signs: []int{1, -1}, prior: []float64{0, 0}}.fit(rows)
	m.Scale, m.Rival, m.Shift = f.w[0], -f.w[1], f.b
}

// scored makes probabilities of held-out sums with m's calibration.
func scored(m *model, works []Work, h []held, noisy bool) []Scored {
	z := sums(h, noisy)
	r := rivalry(h, z)
	out := make([]Scored, len(h))
	for k, p := range h {
		out[k] = Scored{A: works[p.i].ID, B: works[p.j].ID, Label: p.label}
		if p.eligible {
			out[k].Score = m.probability(z[k], r[k], 0)
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
