package overlap

import (
	"context"
	"maps"
	"slices"
	"sync"
)

// The rivals of an activity change only when a better counterpart comes or one
// of them goes. So an index remembers those it has searched for, and brings
// them up to date by what was put and removed since, instead of searching the
// register again for every candidate of every check.

// recall is how an index remembers. Changes are written under the index's own
// lock; what is remembered lies with the details, and is read and written by
// many searches at once, under mu.
type recall struct {
	mu   sync.Mutex
	log  []turn // the latest changes of the index, the oldest first
	done int    // changes so far, those in log the last of them
}

// remembered are an activity's rivals after so many changes of the index. It
// does not change.
type remembered struct {
	rivals rivals
	done   int
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
}

// rivalsOf gives the rivals of an activity of the index. Those near to what it
// was found with may well be among them.
func (x *Index) rivalsOf(p *profile, near []candidate) rivals {
	r, at := &x.recall, x.at[p.id]
	detail := &at.season.details[at.i]
	r.mu.Lock()
	known := detail.rivals
	r.mu.Unlock()
	if known != nil && known.done == r.done {
		return known.rivals
	}
	now := remembered{done: r.done}
	if known == nil || !x.catchUp(p, *known, &now) {
		s := x.search(p, 0, want{}, near...)
		now.rivals = s.rivals
		x.rooms.Put(s)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	detail.rivals = &now
	return now.rivals
}

// Study looks for the rivals of every activity that the index holds, one after
// the other and beside other searches, so that later checks find them
// remembered. It stops when ctx ends.
func (x *Index) Study(ctx context.Context) {
	x.mu.RLock()
	ids := slices.Sorted(maps.Keys(x.at))
	x.mu.RUnlock()
	for _, id := range ids {
		if ctx.Err() != nil {
			return
		}
		x.study(id)
	}
}

func (x *Index) study(id int32) {
	x.mu.RLock()
	defer x.mu.RUnlock()
	if s, ok := x.at[id]; ok {
		x.rivalsOf(s.season.details[s.i].profile, nil)
	}
}

// catchUp brings remembered rivals up to date, or answers false where only a
// search can.
func (x *Index) catchUp(p *profile, known remembered, now *remembered) bool {
	missed := now.done - known.done
	if missed > len(x.recall.log) {
		return false
	}
	now.rivals = known.rivals
	for _, t := range x.recall.log[len(x.recall.log)-missed:] {
		if now.rivals.has(t.id) {
			return false
		}
		if q := t.profile; q != nil && q.id != p.id && why(p, q, true) == "" {
			now.rivals.add(rival{x.engine.sum(p, q), q.id})
		}
	}
	return true
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
