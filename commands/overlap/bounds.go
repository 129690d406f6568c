package overlap

import "math"

// bounds tell what the parts of a comparison with one activity can add to its
// weighted sum at most. They are made of the model's weights: every feature is
// taken to be 1 at most and, where it is not told early, to add what it can.
// So a feature that is not named here costs speed, and no answer.
type bounds struct {
	engine *Engine
	index  *Index
	p      *profile

	audiences        []float32 // by their number: what they add; not a number until asked
	kinds            []float32
	countries, where uint64 // bits of p's
	ideas            uint64
	shares           [64 / 4][1 << 4]float32 // by four of the idea bits: the squares of p's weights there
	weights          []uint16                // of p's ideas, by concept
	most             float64                 // of all but the audiences and the kinds
	gain             []float64               // by feature: what it can add at most
}

// slack keeps what rounding could take away from a bound.
const slack = 1e-5

func (x *Index) newBounds() *bounds {
	e := x.engine
	b := &bounds{engine: e, index: x, weights: make([]uint16, len(e.concepts)), gain: make([]float64, nFeatures)}
	for i, w := range e.model.Weights {
		b.gain[i] = max(0, w)
	}
	return b
}

// aim makes the bounds those for p.
func (b *bounds) aim(p *profile) {
	m := b.engine.model
	b.p = p
	b.audiences, b.kinds = unknown(b.audiences, len(b.index.audiences.all)), unknown(b.kinds, len(b.index.kinds.all))
	b.countries, b.where = countryBits(p.countries), countryBits(p.where)
	b.most = m.Bias + m.mostOf(otherFeatures) + slack
	b.ideas = ideaBits(p.ideas)
	b.weigh(p.ideas)
}

// unknown gives a table of n values that are not a number.
func unknown(table []float32, n int) []float32 {
	table = table[:0]
	for range n {
		table = append(table, float32(math.NaN()))
	}
	return table
}

// weigh prepares common and details.
func (b *bounds) weigh(ideas []idea) {
	clear(b.weights)
	var each [64]float32
	for _, i := range ideas {
		b.weights[i.concept] = i.weight
		w := float32(i.weight) / full
		each[i.concept%64] += w * w
	}
	for n := range b.shares {
		for v := range 1 << 4 {
			sum := float32(0)
			for bit := range 4 {
				if v&(1<<bit) != 0 {
					sum += each[4*n+bit]
				}
			}
			b.shares[n][v] = sum
		}
	}
}

// audience is what audiences add to the sum.
func (b *bounds) audience(number int32) float64 {
	v := b.audiences[number]
	if v != v {
		var f features
		b.p.wardKey.compare(b.index.audiences.all[number], &f)
		v = float32(b.engine.model.part(&f, wardFeatures))
		b.audiences[number] = v
	}
	return float64(v)
}

// kind is what kinds of work add.
func (b *bounds) kind(number int32) float64 {
	v := b.kinds[number]
	if v != v {
		var f features
		b.p.cellKey.compare(b.index.kinds.all[number], &f)
		v = float32(b.engine.model.part(&f, cellFeatures))
		b.kinds[number] = v
	}
	return float64(v)
}

// places is what the places take away at least.
func (b *bounds) places(q *entry) float64 {
	z := 0.0
	if b.countries&q.countries == 0 && b.countries != 0 && q.countries != 0 {
		z += b.engine.model.Weights[fPlaceApart] - b.gain[fPlaceApart]
	}
	if b.where&q.where == 0 && b.where != 0 && q.where != 0 {
		z += b.engine.model.Weights[fWhereApart] - b.gain[fWhereApart]
	}
	return z
}

// common is what the ideas can add: by Cauchy and Schwarz their cosine is not
// more than the length of what p has where the other has anything.
func (b *bounds) common(bits uint64) float64 {
	sum := float32(0)
	for n := range b.shares {
		sum += b.shares[n][bits&15]
		bits >>= 4
	}
	return b.gain[fConcepts] * min(1, math.Sqrt(float64(sum)))
}

// details is what the ideas, the aims and the period add, less what common
// took the ideas for.
func (b *bounds) details(q *profile) float64 {
	sum := uint64(0)
	for _, i := range q.ideas {
		sum += uint64(b.weights[i.concept]) * uint64(i.weight)
	}
	var f features
	b.engine.aims(b.p, q, &f)
	m := b.engine.model
	return b.gain[fConcepts]*float64(sum)/(full*full) + m.part(&f, worksFeatures) - m.mostOf(worksFeatures) +
		m.Weights[fPeriod]*closeness(b.p, q) - b.gain[fPeriod]
}

// otherFeatures are those that audience, kind, the meaning and common do not
// tell.
var otherFeatures = func() (others []int) {
	told := map[int]bool{fMeaning: true, fConcepts: true}
	for _, list := range [][]int{wardFeatures, cellFeatures} {
		for _, i := range list {
			told[i] = true
		}
	}
	for i := range nFeatures {
		if !told[i] {
			others = append(others, i)
		}
	}
	return others
}()
