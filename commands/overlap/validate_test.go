package overlap

import "sync"

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
					if min(fi, fj) == x && max(fi, fj) == y {
						p.hold(m, &out, k)
					}
				}
			})
		}
	}
	wg.Wait()
	return out
}

// sums gives every pair what m gives it.
func (b *bench) sums(m *model) (out [1 + unseen][]held) {
	for v := range out {
		out[v] = make([]held, len(b.pairs))
	}
	for k := range b.pairs {
		b.pairs[k].hold(m, &out, k)
	}
	return out
}

// hold notes the pair's sums as the one numbered k.
func (p *benchPair) hold(m *model, out *[1 + unseen][]held, k int) {
	out[0][k] = held{p, m.logit(&p.x[0])}
	for v := range unseen {
		out[1+v][k] = held{p, m.logit(&p.x[1+copies+v])}
	}
}

// calibrateAs takes another's calibration and threshold.
func (m *model) calibrateAs(other *model) {
	m.Scale, m.Rival, m.Shift, m.Threshold = other.Scale, other.Rival, other.Shift, other.Threshold
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
