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
	*bounds
	leave  int32   // the id of an activity that is left out beside p itself
	least  float64 // the sum of those wanted; infinite asks for rivals only
	rivals rivals
	wanted int         // how many of those are wanted
	near   []candidate // the nearest of them, the nearest first
	limit  float64     // what a sum must pass to matter

	wards []bounded // those that may hold something
}

// bounded is a ward with what those in it can reach at most.
type bounded struct {
	ward     *ward
	audience float64 // what the audiences add
	most     float64
}

// steps are how far from the best bound of a ward those are that are searched
// first, next, and last of all. What is found early raises the limit for the
// others.
var steps = [...]float64{1, 3, math.Inf(1)}

// search finds p's rivals and the nearest of those whose sum is least or more.
// Nobody with p's id or the id leave is found. Those that are near to it by
// hearsay, which may be none, are looked at first. The caller gives the search
// back to x.rooms.
func (x *Index) search(p *profile, leave int32, least float64, wanted int, hearsay ...candidate) *search {
	s, _ := x.rooms.Get().(*search)
	if s == nil {
		s = &search{bounds: x.newBounds()}
	}
	s.leave, s.least, s.wanted = leave, least, wanted
	s.rivals, s.near, s.wards = rivals{}, s.near[:0], s.wards[:0]
	s.aim(p)
	s.tighten()
	for _, c := range hearsay {
		s.look(c.profile)
	}
	top := math.Inf(-1)
	for _, y := range x.years {
		if y.first <= p.latest() && p.first <= y.reach {
			top = max(top, s.enter(y))
		}
	}
	passed := math.Inf(1)
	for _, step := range steps {
		for i := range s.wards {
			if w := &s.wards[i]; w.most > s.limit && w.most < passed && w.most >= top-step {
				s.ward(w)
			}
		}
		passed = top - step
	}
	return s
}

// enter notes the wards of a year that may hold something, and gives the best
// bound among them.
func (s *search) enter(y *year) float64 {
	top := math.Inf(-1)
	rest := s.most + s.engine.model.mostOf(cellFeatures) + s.gain[fMeaning] + s.gain[fConcepts]
	for i := range y.heads {
		h := &y.heads[i]
		audience := s.audience(h.audience)
		most := rest + audience
		if most > s.limit && len(y.wards[i].entries) > 0 {
			s.wards = append(s.wards, bounded{&y.wards[i], audience, most})
			top = max(top, most)
		}
	}
	return top
}

// ward looks closer at those of the ward whose bound passes the limit.
func (s *search) ward(w *bounded) {
	base, first, latest := s.most+w.audience, s.p.first, s.p.latest()
	for i := range w.ward.entries {
		q := &w.ward.entries[i]
		z := base + s.kind(q.kinds) + s.places(q)
		concepts := 0.0
		if q.ideas&s.ideas != 0 {
			concepts = s.gain[fConcepts]
		}
		if z+s.gain[fMeaning]+concepts <= s.limit || q.first > latest || first > q.reach {
			continue
		}
		d := &w.ward.details[i]
		if z += s.gain[fMeaning] * max(0, s.p.mean.Cosine(&d.mean)); z+concepts <= s.limit {
			continue
		}
		if z+s.common(q.ideas) > s.limit && z+s.details(d.profile) > s.limit {
			s.look(d.profile)
		}
	}
}

// look compares in full, with one that was not found before.
func (s *search) look(q *profile) {
	if q.id == s.leave || q.id == s.p.id && q.id != 0 || s.rivals.has(q.id) || why(s.p, q, true) != "" {
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
	if i < s.wanted {
		s.near = slices.Insert(s.near[:min(len(s.near), s.wanted-1)], i, c)
	}
}

// tighten raises the limit as better counterparts are found.
func (s *search) tighten() {
	s.limit = s.rivals.last()
	if s.wanted == 0 && s.rivals.full(s.leave) {
		s.limit = math.Inf(1)
	}
	if s.wanted > 0 {
		near := s.least
		if len(s.near) == s.wanted {
			near = s.near[s.wanted-1].z
		}
		s.limit = min(s.limit, near)
	}
	s.limit -= slack
}
