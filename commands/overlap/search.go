package overlap

import (
	"cmp"
	"math"
	"slices"
)

// candidate is an activity found, with its weighted sum.
type candidate struct {
	z       float64
	profile *profile
}

func (c candidate) rival() rival { return rival{c.z, c.profile.id} }

// search is one way through the index.
type search struct {
	engine *Engine
	p      *profile
	leave  int32   // the id of an activity that is left out beside p itself
	least  float64 // the sum of those wanted; infinite asks for rivals only
	rivals rivals
	near   []candidate // those that reach least

	open  [8][256]float32 // by byte of the idea bits: the squares of p's weights there
	facet float64         // what the facets of the ward and cell add
	limit float64         // what a sum must pass to matter
}

// slack keeps what rounding could take away from a bound.
const slack = 1e-6

// search finds p's rivals and all whose sum is least or more.
// Nobody with p's id or the id leave is found.
func (x *Index) search(p *profile, leave int32, least float64) *search {
	s := &search{engine: x.engine, p: p, leave: leave, least: least}
	s.weigh()
	s.tighten()
	type bounded struct {
		ward  *ward
		facet float64
	}
	var f features
	wards := make([]bounded, 0, len(x.wards))
	rest := s.engine.model.mostOf(cellFeatures)
	for _, w := range x.wards {
		q := profile{audience: w.audience, says: w.says, countries: w.countries, where: w.where}
		s.engine.places(p, &q, &f)
		s.engine.audiences(p, &q, &f)
		facet := s.engine.model.part(&f, wardFeatures)
		if facet+rest+s.text(w.crowd) > s.limit {
			wards = append(wards, bounded{w, facet})
		}
	}
	slices.SortFunc(wards, func(a, b bounded) int { return cmp.Compare(b.facet, a.facet) })
	for _, b := range wards {
		if b.facet+rest+s.text(b.ward.crowd) > s.limit {
			s.ward(b.ward, b.facet)
		}
	}
	return s
}

// text is what the texts, the period and the crowding can add at most, where
// nobody's crowding is less.
func (s *search) text(crowd float32) float64 {
	m := s.engine.model
	return m.Bias + m.Weights[fMeaning] + m.Weights[fConcepts] + m.Weights[fPeriod] + m.Weights[fCrowd]*float64(s.p.crowd+crowd) + slack
}

func (s *search) ward(w *ward, facet float64) {
	var f features
	for _, c := range w.cells {
		if len(c.entries) == 0 {
			continue
		}
		q := profile{kind: c.kind, does: c.does, exploitation: c.exploitation, commitments: c.commitments, unsure: c.unsure}
		s.engine.works(s.p, &q, &f)
		s.facet = facet + s.engine.model.part(&f, cellFeatures)
		if s.facet+s.text(c.crowd) > s.limit {
			s.cell(c)
		}
	}
}

func (s *search) cell(c *cell) {
	m, p := s.engine.model, s.p
	base := m.Bias + s.facet + slack
	for i := range c.entries {
		q := &c.entries[i]
		if q.agency == p.agency || q.gone ||
			q.first.Known() && p.reach.Known() && q.first > p.reach ||
			p.first.Known() && q.reach.Known() && p.first > q.reach {
			continue
		}
		z := base + m.Weights[fMeaning]*cosines[p.code.Differ(&q.code)] + m.Weights[fCrowd]*float64(p.crowd+q.crowd)
		if z+m.Weights[fConcepts]+m.Weights[fPeriod] <= s.limit ||
			z+m.Weights[fConcepts]*s.common(q.ideas)+m.Weights[fPeriod]*closeness(p, q.profile) <= s.limit {
			continue
		}
		s.look(q.profile)
	}
}

// look compares in full.
func (s *search) look(q *profile) {
	if q.id == s.leave || q.id == s.p.id && q.id != 0 || why(s.p, q, true) != "" {
		return
	}
	c := candidate{s.engine.sum(s.p, q), q}
	s.rivals.add(c.rival())
	if c.z >= s.least {
		s.near = append(s.near, c)
	}
	s.tighten()
}

// tighten raises the limit as better counterparts are found.
func (s *search) tighten() { s.limit = min(s.least, s.rivals.last()) - slack }

// weigh prepares common.
func (s *search) weigh() {
	var each [64]float32
	for _, i := range s.p.ideas {
		w := float32(i.weight) / full
		each[i.concept%64] += w * w
	}
	for b := range s.open {
		for v := 1; v < 256; v++ {
			low := v & -v
			s.open[b][v] = s.open[b][v&^low] + each[b*8+trailing(low)]
		}
	}
}

func trailing(v int) int {
	n := 0
	for ; v > 1; v >>= 1 {
		n++
	}
	return n
}

// common bounds the cosine of the ideas from above: by Cauchy and Schwarz it
// is not more than the length of what p has where the other has anything.
func (s *search) common(bits uint64) float64 {
	sum := float32(0)
	for b := range s.open {
		sum += s.open[b][byte(bits>>(8*b))]
	}
	return min(1, math.Sqrt(float64(sum)))
}
