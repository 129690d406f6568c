package overlap

import (
	"math"
	"slices"
	"sync"
)

// candidate is an activity found, with its weighted sum.
type candidate struct {
	z       float64
	profile *profile
}

func (c candidate) rival() rival { return rival{c.z, c.profile.id} }

// want says which counterparts are wanted beside the rivals.
type want struct {
	n     int     // so many, the nearest
	least float64 // with that sum at least; less a little, for rounding
	flags bool    // only those that can be flagged
}

// search is one way through the index.
type search struct {
	*bounds
	*finds
	helper *search // with the same bounds and finds; nil where none was needed yet

	some    [stretch]sifted
	hopes   []hope // what may be something
	sorted  []hope
	ideas   [][]idea // of those sorted, in their order
	touched uint16   // means nothing; without it a compiler may leave a read out
}

// bounded is a season with what its activities can reach at most.
type bounded struct {
	*season
	most float64
}

// hope is an activity with what it can reach at most.
type hope struct {
	profile *profile
	sure    float32 // without the ideas
	most    float32 // with what they can add
}

// steps are by how much less than the best a season's period may add for it to
// be searched first, next, and last of all. What is found early raises the limit
// for the others.
var steps = [...]float64{0, 1, math.Inf(1)}

// enough is how much is noted before a search looks closer at it, so that what
// it finds raises the limit for what is left; it is asked after so many
// activities of a season as a stretch has.
const (
	enough  = 30
	stretch = 512
)

// search finds p's rivals and those that are wanted.
// Nobody with p's id or the id leave is found. Those that are near to it by
// hearsay, which may be none, are looked at first. The caller gives the search
// back to x.rooms.
func (x *Index) search(p *profile, leave int32, want want, hearsay ...candidate) *search {
	s, _ := x.rooms.Get().(*search)
	if s == nil {
		s = &search{bounds: x.newBounds(), finds: &finds{}}
	}
	s.leave, s.want = leave, want
	s.rivals, s.near = rivals{}, s.near[:0]
	s.aim(p)
	s.tighten()
	for _, c := range hearsay {
		s.look(c.profile)
	}
	s.enter(x.seasons)
	if x.crowded(s.finds) {
		s.share()
	} else {
		s.pass()
	}
	return s
}

// share goes through the seasons on two processors.
func (s *search) share() {
	if s.helper == nil {
		s.helper = &search{bounds: s.bounds, finds: s.finds}
	}
	var wg sync.WaitGroup
	wg.Go(s.helper.pass)
	s.pass()
	wg.Wait()
}

// pass goes through the seasons that nobody else has taken.
func (s *search) pass() {
	s.hopes = s.hopes[:0]
	passed := math.Inf(1)
	for n, step := range steps {
		for i := s.turn(n); i < len(s.seasons); i = s.turn(n) {
			if c := &s.seasons[i]; c.most > s.limit() && c.most < passed && c.most >= s.highest-step {
				s.scan(c.season)
			}
		}
		passed = s.highest - step
		s.closer()
	}
}

// enter notes the seasons that may hold something.
func (s *search) enter(all []*season) {
	s.seasons = s.seasons[:0]
	for i := range s.next {
		s.next[i].Store(0)
	}
	for _, c := range all {
		if most := s.highest + s.season(c); most > s.limit() {
			s.seasons = append(s.seasons, bounded{c, most})
		}
	}
}

// scan notes those of a season that may be something, and looks closer when
// there are enough.
func (s *search) scan(c *season) {
	for from := 0; from < len(c.entries); from += stretch {
		s.note(c, from, min(from+stretch, len(c.entries)))
		if len(s.hopes) >= enough {
			s.closer()
		}
	}
}

func (s *search) note(c *season, from, to int) {
	base, gain := float32(s.most), float32(s.gain[fMeaning])
	least := float32(s.limit()) - base
	entries, means := c.entries[from:to], c.means[from:to]
	for _, some := range s.some[:s.sift(entries, least-s.meaning, &s.some)] {
		q, mean, ideas := &entries[some.i], &means[some.i], root(some.squares)
		if q.agency == s.p.agency || some.z+ideas+gain*max(0, s.p.mean.CosineAtMost(mean, s.tail*q.tail)) <= least {
			continue
		}
		if z := some.z + gain*float32(max(0, s.p.mean.Cosine(mean))); z+ideas > least {
			s.hopes = append(s.hopes, hope{c.details[from+int(some.i)].profile, base + z, base + z + ideas})
		}
	}
}

// closer looks closer at what was noted, the most promising first, until the
// rest cannot reach the limit.
func (s *search) closer() {
	s.sort()
	s.fetch()
	for i := range s.sorted {
		h := &s.sorted[i]
		if float64(h.most) > s.limit() && float64(h.sure)+s.common(s.ideas[i]) > s.limit() {
			s.look(h.profile)
		}
	}
	s.hopes = s.hopes[:0]
}

// fetch reads where the ideas of all that was noted lie, then the first of each.
// They are far apart in memory, and a processor that is asked for many side by
// side waits for them once.
func (s *search) fetch() {
	s.ideas = s.ideas[:0]
	for i := range s.sorted {
		s.ideas = append(s.ideas, s.sorted[i].profile.ideas)
	}
	for _, ideas := range s.ideas {
		if len(ideas) > 0 {
			s.touched ^= ideas[0].weight
		}
	}
}

// shelves are how finely sort tells the promising from the less so.
const shelves = 64

// sort puts what was noted in order, roughly: those that can reach most come
// first, and those of one shelf as they were noted.
func (s *search) sort() {
	highest, width := float32(s.highest), float32(0.25)
	shelf := func(most float32) int { return min(int(max(0, highest-most)/width), shelves-1) }
	var from [shelves + 1]int
	for i := range s.hopes {
		from[shelf(s.hopes[i].most)+1]++
	}
	for i := range shelves {
		from[i+1] += from[i]
	}
	s.sorted = slices.Grow(s.sorted[:0], len(s.hopes))[:len(s.hopes)]
	for _, h := range s.hopes {
		n := shelf(h.most)
		s.sorted[from[n]] = h
		from[n]++
	}
}

// look compares in full, with one that was not found before.
func (s *search) look(q *profile) {
	if q.id == s.leave || q.id == s.p.id && q.id != 0 || why(s.p, q, true) != "" {
		return
	}
	c := candidate{s.engine.sum(s.p, q), q}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.rivals.has(q.id) {
		return
	}
	s.rivals.add(c.rival())
	s.keep(c)
	s.tighten()
}

// keep puts the candidate among the nearest if it is one of them.
func (s *search) keep(c candidate) {
	if s.want.n == 0 || c.z < s.want.least {
		return
	}
	i, _ := slices.BinarySearchFunc(s.near, c, func(a, b candidate) int { return a.rival().order(b.rival()) })
	if i < s.want.n {
		s.near = slices.Insert(s.near[:min(len(s.near), s.want.n-1)], i, c)
	}
}

// tighten raises the limit as better counterparts are found.
func (s *search) tighten() {
	limit := s.rivals.last()
	switch {
	case s.want.n > 0:
		limit = min(limit, s.leastWanted())
	case s.rivals.full(s.leave):
		limit = math.Inf(1)
	}
	s.bar.Store(math.Float64bits(limit - slack))
}

// leastWanted is the sum with which a further counterpart would be wanted.
// Whatever it is, those found so far are its rivals.
func (s *search) leastWanted() float64 {
	least := s.want.least
	if len(s.near) == s.want.n {
		least = max(least, s.near[s.want.n-1].z)
	}
	if s.want.flags {
		least = max(least, s.engine.model.needed(s.engine.threshold, s.rivals.without(nobody), rivalFloor))
	}
	return least
}
