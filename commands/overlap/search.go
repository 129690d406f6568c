package overlap

import (
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
	most   int         // how many of those are wanted
	near   []candidate // the nearest of them, the nearest first

	open      [8][256]float32 // by byte of the idea bits: the squares of p's weights there
	facet     float64         // what the facets of the ward and cell add
	countries uint64          // bits of p's countries
	limit     float64         // what a sum must pass to matter
}

// bounded is a cell with what its facets add.
type bounded struct {
	cell  *cell
	facet float64
}

// promising is how near to the best cell's facets another's have to be to be
// searched first.
const promising = 1.0

// slack keeps what rounding could take away from a bound.
const slack = 1e-6

// search finds p's rivals and the nearest of those whose sum is least or more.
// Nobody with p's id or the id leave is found.
func (x *Index) search(p *profile, leave int32, least float64, most int) *search {
	s := &search{engine: x.engine, p: p, leave: leave, least: least, most: most}
	s.weigh()
	s.countries = countryBits(p.countries)
	s.tighten()
	var f features
	m := s.engine.model
	room, _ := x.rooms.Get().(*[]bounded)
	if room == nil {
		room = new([]bounded)
	}
	defer x.rooms.Put(room)
	cells := (*room)[:0]
	top := math.Inf(-1)
	rest := m.mostOf(worksFeatures)
	for _, w := range x.wards {
		if w.tooFar(p) {
			continue
		}
		p.wardKey.compare(w.wardKey, &f)
		facet := m.part(&f, wardFeatures)
		if facet+m.mostOf(cellFeatures)+rest+s.text(w.crowd) <= s.limit {
			continue
		}
		for _, c := range w.cells {
			p.cellKey.compare(c.cellKey, &f)
			facet := facet + m.part(&f, cellFeatures)
			if s.countries&c.countries == 0 && s.countries != 0 && c.countries != 0 {
				facet += m.Weights[fPlaceApart]
			}
			if len(c.entries) > 0 && facet+rest+s.text(c.crowd) > s.limit {
				cells = append(cells, bounded{c, facet})
				top = max(top, facet)
			}
		}
	}
	*room = cells
	// The most promising cells first: they raise the limit for the others.
	for _, first := range []bool{true, false} {
		for _, b := range cells {
			if (b.facet >= top-promising) == first && b.facet+rest+s.text(b.cell.crowd) > s.limit {
				s.facet = b.facet
				s.cell(b.cell)
			}
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

func (s *search) cell(c *cell) {
	m, p := s.engine.model, s.p
	rest := m.mostOf(worksFeatures)
	base := m.Bias + s.facet + m.Weights[fCrowd]*float64(p.crowd) + m.Weights[fPeriod] + slack
	for i := range c.entries {
		q := &c.entries[i]
		z := base + m.Weights[fMeaning]*cosines[p.code.Differ(&q.code)] + m.Weights[fCrowd]*float64(q.crowd)
		if z+rest+m.Weights[fConcepts] <= s.limit || q.agency == p.agency || q.gone ||
			z+rest+m.Weights[fConcepts]*s.common(q.ideas) <= s.limit ||
			q.first.Known() && p.reach.Known() && q.first > p.reach ||
			p.first.Known() && q.reach.Known() && p.first > q.reach {
			continue
		}
		if s.engine.bound(p, q, z+m.Weights[fConcepts]*s.common(q.ideas)) > s.limit {
			s.look(q.profile)
		}
	}
}

// bound takes from z, which has all that the period and the aims could add,
// what they do not.
func (e *Engine) bound(p *profile, q *entry, z float64) float64 {
	var f features
	e.aims(p, q.profile, &f)
	return z + e.model.part(&f, worksFeatures) - e.model.Weights[fPeriod]*(1-closeness(p, q.profile))
}

// look compares in full.
func (s *search) look(q *profile) {
	if q.id == s.leave || q.id == s.p.id && q.id != 0 || why(s.p, q, true) != "" {
		return
	}
	c := candidate{s.engine.sum(s.p, q), q}
	s.rivals.add(c.rival())
	s.keep(c)
	s.tighten()
}

// keep puts the candidate among the nearest if it is one of them.
func (s *search) keep(c candidate) {
	if c.z < s.least {
		return
	}
	i, _ := slices.BinarySearchFunc(s.near, c, func(a, b candidate) int { return a.rival().order(b.rival()) })
	if i < s.most {
		s.near = slices.Insert(s.near[:min(len(s.near), s.most-1)], i, c)
	}
}

// tighten raises the limit as better counterparts are found.
func (s *search) tighten() {
	s.limit = s.rivals.last()
	if s.most == 0 && s.rivals.full(s.leave) {
		s.limit = math.Inf(1)
	}
	if s.most > 0 {
		near := s.least
		if len(s.near) == s.most {
			near = s.near[s.most-1].z
		}
		s.limit = min(s.limit, near)
	}
	s.limit -= slack
}

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
