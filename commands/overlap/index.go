package overlap

import (
	"runtime"
	"slices"
	"sync"

	"thbot/commands/overlap/vector"
	"thbot/store/date"
	"thbot/store/statement/place"
)

// Index holds the activities of a register and finds the counterparts of one.
// Many may read while one writes.
//
// Activities with the same audience that begin in the same year lie in one
// ward, those of a ward with the same kind and the same countries in one cell. A search bounds what a ward, a cell and at last an
// activity can reach before it looks closer, and passes over what cannot
// change the answer, which is the same as comparing with each activity.
type Index struct {
	engine *Engine
	mu     sync.RWMutex
	at     map[int32]spot
	wards  []*ward
	find   map[yearWard]*ward
	recall recall
	rooms  sync.Pool // of *[]bounded, used again by searches
}

type wardKey struct{ audience, says mask }

// yearWard tells wards apart: those that begin in different years share no
// ward, so that a search passes over the years that are too far away.
type yearWard struct {
	wardKey
	year int16 // of the first day; 0 where it is not known
}

type ward struct {
	yearWard
	cells []*cell
	find  map[placeCell]*cell
	crowd float32  // the least that any of its entries had
	first date.Day // the earliest; None where one is not known
	reach date.Day // the latest; None where one is not known
	empty bool     // nothing was put in yet
}

type cellKey struct{ kind, does mask }

// placeCell tells the cells of a ward apart.
type placeCell struct {
	cellKey
	countries uint64 // a bit for each country, some sharing one
}

type cell struct {
	placeCell
	entries []entry
	crowd   float32
}

// entry is what a search reads of an activity before it looks closer.
type entry struct {
	code               vector.Code
	ideas              uint64 // a bit for each of its ideas, some sharing one
	profile            *profile
	first, last, reach date.Day
	crowd              float32
	agency             uint32
	gone               bool
}

// spot is where an activity lies.
type spot struct {
	cell *cell
	i    int32
}

// NewIndex makes an empty index.
func (e *Engine) NewIndex() *Index {
	return &Index{engine: e, at: map[int32]spot{}, find: map[yearWard]*ward{}, recall: recall{of: map[int32]remembered{}}}
}

// Put adds the activity, or puts it in the place of the one with its id.
func (x *Index) Put(w Work) {
	p := x.engine.read(w)
	x.mu.Lock()
	defer x.mu.Unlock()
	x.put(&p)
}

func (x *Index) put(p *profile) {
	x.remove(p.id)
	x.recall.note(p.id, p)
	c := x.cell(p)
	x.at[p.id] = spot{c, int32(len(c.entries))}
	c.entries = append(c.entries, entry{code: p.code, ideas: ideaBits(p.ideas), profile: p,
		first: p.first, last: p.last, reach: p.reach, crowd: p.crowd, agency: p.agency, gone: p.gone})
}

// cell finds or makes the cell of the activity.
func (x *Index) cell(p *profile) *cell {
	wk := yearWard{p.wardKey, yearOf(p.first)}
	w := x.find[wk]
	if w == nil {
		w = &ward{yearWard: wk, find: map[placeCell]*cell{}, empty: true}
		x.find[wk], x.wards = w, append(x.wards, w)
	}
	w.widen(p)
	ck := placeCell{p.cellKey, countryBits(p.countries)}
	c := w.find[ck]
	if c == nil {
		c = &cell{placeCell: ck, crowd: p.crowd}
		w.find[ck], w.cells = c, append(w.cells, c)
	}
	c.crowd = min(c.crowd, p.crowd)
	return c
}

// widen makes the ward's bounds hold for the activity too.
func (w *ward) widen(p *profile) {
	w.crowd = min(w.crowd, p.crowd)
	switch {
	case w.empty:
		w.first, w.reach, w.empty = p.first, p.reach, false
		return
	case !p.first.Known() || !w.first.Known():
		w.first = date.None
	default:
		w.first = min(w.first, p.first)
	}
	if !p.reach.Known() || !w.reach.Known() {
		w.reach = date.None
	} else {
		w.reach = max(w.reach, p.reach)
	}
}

// tooFar tells whether more than maxMonths lie between the activity and all
// of the ward.
func (w *ward) tooFar(p *profile) bool {
	return w.first.Known() && p.reach.Known() && w.first > p.reach ||
		p.first.Known() && w.reach.Known() && p.first > w.reach
}

func yearOf(d date.Day) int16 {
	if !d.Known() {
		return 0
	}
	year, _, _ := d.Civil()
	return int16(year)
}

// Remove takes the activity out; one that is not there is no error.
func (x *Index) Remove(id int) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.remove(int32(id))
}

// remove leaves empty cells and wards behind; they cost a glance in a search.
func (x *Index) remove(id int32) {
	s, ok := x.at[id]
	if !ok {
		return
	}
	x.recall.note(id, nil)
	last := int32(len(s.cell.entries) - 1)
	moved := s.cell.entries[last]
	s.cell.entries[s.i] = moved
	x.at[moved.profile.id] = s
	s.cell.entries[last] = entry{}
	s.cell.entries = s.cell.entries[:last]
	delete(x.at, id)
}

// Build puts all the activities, using every processor.
func (x *Index) Build(all []Work) {
	read := make([]profile, len(all))
	var wg sync.WaitGroup
	n := runtime.GOMAXPROCS(0)
	for i := range n {
		wg.Go(func() {
			for j := i; j < len(all); j += n {
				read[j] = x.engine.read(all[j])
			}
		})
	}
	wg.Wait()
	x.mu.Lock()
	defer x.mu.Unlock()
	for i := range read {
		x.put(&read[i])
	}
}

// Len is the number of activities held.
func (x *Index) Len() int {
	x.mu.RLock()
	defer x.mu.RUnlock()
	return len(x.at)
}

// ideaBits gives each idea one of 64 bits.
func ideaBits(ideas []idea) uint64 {
	bits := uint64(0)
	for _, i := range ideas {
		bits |= 1 << (i.concept % 64)
	}
	return bits
}

// countryBits gives each country one of 64 bits; 0 when none is known.
func countryBits(s place.Set) uint64 {
	if s == place.Union() { // by far the most frequent
		return unionBits()
	}
	return codeBits(s)
}

var unionBits = sync.OnceValue(func() uint64 { return codeBits(place.Union()) })

func codeBits(s place.Set) uint64 {
	bits := uint64(0)
	for _, code := range s.Codes() {
		bits |= 1 << (hash(code) % 64)
	}
	return bits
}

// Check gives, of the n counterparts nearest to the activity, those that are
// possible duplicates or related, the best first, ties by id. The activity
// itself need not be in the index; with its id it is not compared with itself.
func (x *Index) Check(w Work, n int) []Match { return x.matches(w, n, x.engine.explain) }

// Best is Check without the reasons, for those who ask for many.
func (x *Index) Best(w Work, n int) []Match {
	return x.matches(w, n, func(*Match, *profile, *profile) {})
}

func (x *Index) matches(w Work, n int, explain func(m *Match, a, b *profile)) []Match {
	p := x.engine.read(w)
	x.mu.RLock()
	defer x.mu.RUnlock()
	found := x.check(&p, n)
	out := make([]Match, len(found))
	for i, f := range found {
		out[i] = Match{A: w.ID, B: int(f.profile.id)}
		x.engine.rate(&out[i], f.z, f.score)
		explain(&out[i], &p, f.profile)
	}
	return out
}

// counterpart is a candidate with its final score.
type counterpart struct {
	candidate
	score float64
}

func (x *Index) check(p *profile, n int) []counterpart {
	if n <= 0 {
		return nil
	}
	m := x.engine.model
	s := x.search(p, p.id, m.least(x.engine.related())-slack, n)
	var out []counterpart
	for _, c := range s.near {
		theirs := x.rivalsOf(c.profile)
		score := m.probability(c.z, s.rivals.without(c.profile.id), theirs.without(p.id))
		if score >= x.engine.threshold || x.engine.lone(c.z) >= x.engine.related() {
			out = append(out, counterpart{c, score})
		}
	}
	slices.SortFunc(out, func(a, b counterpart) int {
		return rival{a.score, a.profile.id}.order(rival{b.score, b.profile.id})
	})
	return out
}
