package overlap

import (
	"runtime"
	"slices"
	"sync"
)

// Index holds the activities of a register and finds the counterparts of one.
// Many may read while one writes.
//
// Activities that begin and end in the same quarters lie in one season. A search
// bounds what a season, then what an activity can reach before it looks closer,
// the most promising first, and passes over what cannot change the answer, which
// is the same as comparing with each activity.
type Index struct {
	engine    *Engine
	mu        sync.RWMutex
	at        map[int32]spot
	seasons   []*season
	find      map[span]*season
	audiences keys[wardKey]
	kinds     keys[cellKey]
	aims      keys[aimKey]
	recall    recall
	rooms     sync.Pool // of *search, used again
	crowd     int       // see crowded
}

// NewIndex makes an empty index.
func (e *Engine) NewIndex() *Index {
	return &Index{engine: e, at: map[int32]spot{}, find: map[span]*season{}, recall: newRecall(), crowd: crowd}
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
	x.at[p.id] = x.add(p)
}

// Remove takes the activity out; one that is not there is no error.
func (x *Index) Remove(id int) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.remove(int32(id))
}

// remove leaves empty seasons behind; they cost a glance in a search.
func (x *Index) remove(id int32) {
	s, ok := x.at[id]
	if !ok {
		return
	}
	x.recall.note(id, nil)
	if moved := s.take(); moved != id {
		x.at[moved] = s
	}
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
	x.reserve(read)
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

// Check gives, of the n counterparts nearest to the activity, those that are
// possible duplicates or related, the best first, ties by id. The activity
// itself need not be in the index; with its id it is not compared with itself.
func (x *Index) Check(w Work, n int) []Match {
	return x.matches(w, x.related(n), x.engine.explainer)
}

// Best is Check without the reasons, for those who ask for many.
func (x *Index) Best(w Work, n int) []Match { return x.matches(w, x.related(n), unexplained) }

// Flags gives those of Best that are flagged. It costs less.
func (x *Index) Flags(w Work, n int) []Match { return x.matches(w, x.flagged(n), unexplained) }

// FlagsOf is Flags for the activity that the index holds under the id. To ask for
// many, or all, costs little more than to study them.
func (x *Index) FlagsOf(id, n int) []Match {
	x.mu.RLock()
	defer x.mu.RUnlock()
	s, ok := x.at[int32(id)]
	if !ok {
		return nil
	}
	p, want := s.season.details[s.i].profile, x.flagged(n)
	rivals := x.rivalsOf(p, nil)
	near, all := x.nearest(&rivals, want)
	if !all {
		return x.found(p, want, unexplained)
	}
	return x.tell(p, x.scored(p, near, &rivals, want), unexplained)
}

func (x *Index) flagged(n int) want {
	return want{n: n, least: x.engine.model.least(x.engine.threshold) - slack, flags: true}
}

func (x *Index) related(n int) want {
	return want{n: n, least: x.engine.model.least(x.engine.related()) - slack}
}

// explaining fills in the reasons of an activity's matches.
type explaining func(*profile) func(*Match, *profile)

func unexplained(*profile) func(*Match, *profile) { return func(*Match, *profile) {} }

func (x *Index) matches(w Work, want want, explain explaining) []Match {
	p := x.engine.read(w)
	x.mu.RLock()
	defer x.mu.RUnlock()
	return x.found(&p, want, explain)
}

func (x *Index) found(p *profile, want want, explain explaining) []Match {
	return x.tell(p, x.check(p, want), explain)
}

func (x *Index) tell(p *profile, found []counterpart, explain explaining) []Match {
	say := explain(p)
	out := make([]Match, len(found))
	for i, f := range found {
		out[i] = Match{A: int(p.id), B: int(f.profile.id)}
		x.engine.rate(&out[i], f.z, f.score)
		say(&out[i], f.profile)
	}
	return out
}

// counterpart is a candidate with its final score.
type counterpart struct {
	candidate
	score float64
}

func (x *Index) check(p *profile, want want) []counterpart {
	if want.n <= 0 {
		return nil
	}
	s := x.search(p, p.id, want)
	defer x.rooms.Put(s)
	if !want.flags {
		x.learn(s.near)
	}
	return x.scored(p, s.near, &s.rivals, want)
}

// scored rates what a search has found, and gives what is wanted, the best
// first.
func (x *Index) scored(p *profile, near []candidate, rivals *rivals, want want) (out []counterpart) {
	for _, c := range near {
		ours := rivals.without(c.profile.id)
		if score, ok := x.score(p, c, ours, near, want); ok {
			out = append(out, counterpart{c, score})
		}
	}
	slices.SortFunc(out, func(a, b counterpart) int {
		return rival{a.score, a.profile.id}.order(rival{b.score, b.profile.id})
	})
	return out
}

// score rates a candidate, and tells whether it is wanted. Where only flags are,
// the other side's rivals are looked for only if they decide.
func (x *Index) score(p *profile, c candidate, ours float64, near []candidate, want want) (score float64, wanted bool) {
	m, e := x.engine.model, x.engine
	if want.flags && m.probability(c.z, ours, rivalFloor) < e.threshold {
		return 0, false
	}
	theirs := x.rivalsOf(c.profile, near)
	score = m.probability(c.z, ours, theirs.without(p.id))
	return score, score >= e.threshold || !want.flags && e.lone(c.z) >= e.related()
}
