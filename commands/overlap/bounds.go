package overlap

import (
	"math"
	"slices"

	"thbot/store/date"
)

// bounds tell what the parts of a comparison with one activity can add to its
// weighted sum at most. They are made of the model's weights: every feature is
// taken to be 1 at most and, where it is not told early, to add what it can.
// So a feature that is not named here costs speed, and no answer.
type bounds struct {
	engine    *Engine
	weights   *[nFeatures]float64
	gain      [nFeatures]float64         // what a feature can add at most
	period    [farthest + 1]float32      // by the days between two periods: what they add, less what they can
	apart     [mostPlaces + 1][4]float32 // by how many places are meant: what they add, where the countries (1) and the places meant (2) are apart
	audiences told[wardKey]
	kinds     told[cellKey]
	aims      told[aimKey]

	p                *profile
	first, last      date.Day
	countries, where uint64                  // bits of p's
	ideas            uint64                  // bits of p's
	shares           [64 / 8][1 << 8]float32 // by eight of the idea bits: the squares of what p's ideas there add at most
	concepts         []uint16                // p's weights, by concept
	most             float64                 // of all but the audiences, the kinds, the aims and the texts
	highest          float64                 // what a sum can be
	tail             float32                 // of p's mean
	meaning          float32                 // what the meaning adds at most
	subject          float32                 // and the concepts
}

// slack keeps what rounding could take away from a bound.
const slack = 1e-4

// farthest is a number of days so far that more than maxMonths lie between.
const farthest = 368

func (x *Index) newBounds() *bounds {
	e := x.engine
	b := &bounds{engine: e, weights: &e.model.Weights, concepts: make([]uint16, len(e.concepts))}
	b.audiences = newTold(&x.audiences, wardFeatures, b.weights)
	b.kinds = newTold(&x.kinds, cellFeatures, b.weights)
	b.aims = newTold(&x.aims, aimFeatures, b.weights)
	for i, w := range b.weights {
		b.gain[i] = max(0, w)
	}
	for days := range b.period {
		b.period[days] = float32(b.weights[fPeriod]*nearness(days) - b.gain[fPeriod])
	}
	b.period[farthest] = float32(math.Inf(-1))
	b.subject = float32(b.gain[fConcepts])
	return b
}

// aim makes the bounds those for p.
func (b *bounds) aim(p *profile) {
	b.p, b.first, b.last = p, p.first, p.until()
	b.audiences.aim(p.wardKey)
	b.kinds.aim(p.cellKey)
	b.aims.aim(p.aimKey)
	b.countries, b.where, b.ideas = countryBits(p.countries), countryBits(p.where), ideaBits(p.ideas)
	b.tail = p.mean.Tail()
	b.meaning = float32(b.gain[fMeaning] * p.mean.Length())
	b.most = b.engine.model.Bias + b.gains(otherFeatures) + slack
	b.places(p)
	b.weigh(p.ideas)
	b.highest = b.most + b.gains(keyFeatures) + float64(b.meaning) + b.gain[fConcepts]
}

// places makes what they add, less what they can: of one country and four no
// more than the half can be in common.
func (b *bounds) places(p *profile) {
	own, possible := placesOf(&p.where), b.gain[fPlace]
	if own == 0 {
		b.most, possible = b.most-possible, 0
	}
	for n := range b.apart {
		common := possible * math.Sqrt(float64(min(n, int(own)))/float64(max(n, int(own), 1)))
		for bits := range b.apart[n] {
			lost := float64(bits&1)*(b.weights[fPlaceApart]-b.gain[fPlaceApart]) - possible
			if bits&2 == 0 {
				lost += common
			} else {
				lost += b.weights[fWhereApart] - b.gain[fWhereApart]
			}
			b.apart[n][bits] = float32(lost)
		}
	}
}

// gains is what some features can add at most.
func (b *bounds) gains(some []int) float64 {
	z := 0.0
	for _, i := range some {
		z += b.gain[i]
	}
	return z
}

// weigh prepares what the ideas are compared with.
func (b *bounds) weigh(ideas []idea) {
	clear(b.concepts)
	var each [64]float32
	for _, i := range ideas {
		b.concepts[i.concept] = i.weight
		w := float32(i.weight) / full
		each[i.concept%64] += b.subject * b.subject * w * w
	}
	for n, square := range each {
		shares, bit := &b.shares[n/8], 1<<(n%8)
		for v := range bit {
			shares[v|bit] = shares[v] + square
		}
	}
}

// season is what the period adds to the sum of any of a season.
func (b *bounds) season(s *season) float64 {
	days := max(0, apartBy(s.first, b.last), apartBy(b.first, s.last))
	return float64(b.period[min(days, farthest)])
}

// sift notes those of the entries, a stretch at most, that can add more than
// least beside the meaning, and what their facets add, and gives their number.
// It takes every step for every entry, since a processor guesses wrong what can
// be passed over.
//
// The ideas add at most what Cauchy and Schwarz say: their cosine is not more
// than the length of what p has where the other has anything.
func (b *bounds) sift(entries []entry, least float32, some *[stretch]sifted) (n int) {
	audiences, kinds, aims, s := b.audiences.adds, b.kinds.adds, b.aims.adds, &b.shares
	for i := range entries {
		q := &entries[i]
		days := max(0, apartBy(q.first, b.last), apartBy(b.first, q.last))
		apart := 0
		if b.countries&q.countries == 0 {
			apart = 1
		}
		if b.where&q.where == 0 {
			apart |= 2
		}
		z := b.period[min(days, farthest)] + b.apart[q.places&mostPlaces][apart&3] +
			audiences[q.audiences] + kinds[q.kinds] + aims[q.aims]
		j := q.ideas
		squares := (s[0][j&255] + s[1][j>>8&255] + s[2][j>>16&255] + s[3][j>>24&255]) +
			(s[4][j>>32&255] + s[5][j>>40&255] + s[6][j>>48&255] + s[7][j>>56])
		short := least - z
		some[n&(stretch-1)] = sifted{int32(i), z, squares}
		short *= math.Float32frombits(math.Float32bits(short) &^ (1 << 31))
		n += int(^math.Float32bits(squares-short) >> 31) // none where the difference has a sign
	}
	return n
}

// sifted is the place of an entry, what its facets add, and the square of what
// its ideas add at most.
type sifted struct {
	i          int32
	z, squares float32
}

func root(x float32) float32 { return float32(math.Sqrt(float64(x))) }

// common is what the ideas do add.
func (b *bounds) common(ideas []idea) float64 {
	sum := uint64(0)
	for _, i := range ideas {
		sum += uint64(b.concepts[i.concept]) * uint64(i.weight)
	}
	return b.gain[fConcepts] * float64(sum) / (full * full)
}

// keyFeatures are those that the keys tell, otherFeatures those that neither
// they tell nor the texts. The period and the places, which facets tells by what
// they take away, are among these.
var (
	keyFeatures   = slices.Concat(wardFeatures, cellFeatures, aimFeatures)
	otherFeatures = featuresBut(append(slices.Clone(keyFeatures), fMeaning, fConcepts))
)

func featuresBut(told []int) (others []int) {
	for i := range nFeatures {
		if !slices.Contains(told, i) {
			others = append(others, i)
		}
	}
	return others
}
