package overlap

import "sync"

// The rivals of an activity change only when a better counterpart comes or one
// of them goes. So an index remembers those it has searched for, and brings
// them up to date by what was put and removed since, instead of searching the
// register again for every candidate of every check.

// recall is how an index remembers. Changes are written under the index's own
// lock; what is remembered lies with the details, and is read and written by
// many searches at once, under mu.
type recall struct {
	mu      sync.Mutex
	log     []turn        // the latest changes of the index, the oldest first
	done    int           // changes so far, those in log the last of them
	studied int           // changes before the latest study
	much    chan struct{} // has something where much has changed since
}

func newRecall() recall { return recall{much: make(chan struct{}, 1)} }

// remembered are an activity's rivals after so many changes of the index, put
// close since every activity has them; nothing is remembered after none.
type remembered struct {
	z    [rivalCount + 1]float64
	ids  [rivalCount + 1]int32
	n    int32
	done int32
}

func rememberedOf(r *rivals, done int) (m remembered) {
	for i, c := range r.best[:r.n] {
		m.z[i], m.ids[i] = c.z, c.id
	}
	m.n, m.done = int32(r.n), int32(done)
	return m
}

func (m *remembered) rivals() (r rivals) {
	r.n = int(m.n)
	for i := range r.n {
		r.best[i] = rival{m.z[i], m.ids[i]}
	}
	return r
}

// turn is one change of the index: an activity put, or removed where the
// profile is nil.
type turn struct {
	id      int32
	profile *profile
}

// logSize is how many changes are kept; what was remembered before them is
// searched for again.
const logSize = 512

// note writes a change down.
func (r *recall) note(id int32, p *profile) {
	if r.done++; len(r.log) == logSize {
		r.log = append(r.log[:0], r.log[logSize/2:]...)
	}
	r.log = append(r.log, turn{id, p})
	if r.done-r.studied >= logSize/2 {
		select {
		case r.much <- struct{}{}:
		default:
		}
	}
}

// rivalsOf gives the rivals of an activity of the index. Those near to what it
// was found with may well be among them.
func (x *Index) rivalsOf(p *profile, near []candidate) rivals {
	if r, ok := x.recalled(p); ok {
		return r
	}
	s := x.search(p, 0, want{}, near...)
	defer x.rooms.Put(s)
	x.remember(p, &s.rivals)
	return s.rivals
}

// recalled gives an activity's rivals if they can be told without a search.
func (x *Index) recalled(p *profile) (rivals, bool) {
	r, at := &x.recall, x.at[p.id]
	r.mu.Lock()
	known := at.season.details[at.i].rivals
	r.mu.Unlock()
	switch {
	case known.done == 0:
		return rivals{}, false
	case int(known.done) == r.done:
		return known.rivals(), true
	}
	now := known.rivals()
	ok := x.catchUp(p, &now, r.done-int(known.done))
	if ok {
		x.remember(p, &now)
	}
	return now, ok
}

func (x *Index) remember(p *profile, now *rivals) {
	at := x.at[p.id]
	x.recall.mu.Lock()
	defer x.recall.mu.Unlock()
	at.season.details[at.i].rivals = rememberedOf(now, x.recall.done)
}

// catchUp brings rivals up to date that have missed so many changes, or answers
// false where only a search can.
func (x *Index) catchUp(p *profile, known *rivals, missed int) bool {
	if missed > len(x.recall.log) {
		return false
	}
	for _, t := range x.recall.log[len(x.recall.log)-missed:] {
		if known.has(t.id) {
			return false
		}
		if q := t.profile; q != nil && q.id != p.id && why(p, q, true) == "" {
			known.add(rival{x.engine.sum(p, q), q.id})
		}
	}
	return true
}

// learn looks for the rivals of those that nothing is remembered of, on two
// processors: before an index is studied that is nearly all that a check does.
func (x *Index) learn(near []candidate) {
	var unknown [2][]candidate
	for i, c := range near {
		if _, ok := x.recalled(c.profile); !ok {
			unknown[i%2] = append(unknown[i%2], c)
		}
	}
	var wg sync.WaitGroup
	for _, some := range unknown {
		if len(some) == 0 {
			continue
		}
		wg.Go(func() {
			for _, c := range some {
				x.rivalsOf(c.profile, near)
			}
		})
	}
	wg.Wait()
}

// nearest gives those of an activity's rivals that may be flagged, and tells
// whether nothing else can be. What is not among the rivals is no better than the
// last of them, and has the first three as its own rivals.
func (x *Index) nearest(r *rivals, want want) (near []candidate, all bool) {
	m := x.engine.model
	if r.last() >= min(rivalCap, m.needed(x.engine.threshold, r.without(nobody), rivalFloor)-slack) {
		return nil, false
	}
	for _, c := range r.best[:min(r.n, want.n)] {
		if at := x.at[c.id]; c.z >= want.least {
			near = append(near, candidate{c.z, at.season.details[at.i].profile})
		}
	}
	return near, true
}

// has tells whether the activity is among the rivals.
func (r *rivals) has(id int32) bool {
	for _, c := range r.best[:r.n] {
		if c.id == id {
			return true
		}
	}
	return false
}
