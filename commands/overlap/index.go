package overlap

import (
	"cmp"
	"runtime"
	"slices"
	"sync"
)

// Index holds the activities of a register and finds the counterparts of one.
// Many may read while one writes.
type Index struct {
	engine *Engine
	mu     sync.RWMutex
	at     map[int]int // place of an activity in all
	all    []profile
}

// NewIndex makes an empty index.
func (e *Engine) NewIndex() *Index {
	return &Index{engine: e, at: map[int]int{}}
}

// Put adds the activity, or puts it in the place of the one with its id.
func (x *Index) Put(w Work) {
	p := x.engine.read(w)
	x.mu.Lock()
	defer x.mu.Unlock()
	x.put(p)
}

func (x *Index) put(p profile) {
	if i, ok := x.at[p.id]; ok {
		x.all[i] = p
		return
	}
	x.at[p.id] = len(x.all)
	x.all = append(x.all, p)
}

// Remove takes the activity out; one that is not there is no error.
func (x *Index) Remove(id int) {
	x.mu.Lock()
	defer x.mu.Unlock()
	i, ok := x.at[id]
	if !ok {
		return
	}
	last := len(x.all) - 1
	x.all[i] = x.all[last]
	x.at[x.all[i].id] = i
	x.all = x.all[:last]
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
	for _, p := range read {
		x.put(p)
	}
}

// Len is the number of activities held.
func (x *Index) Len() int {
	x.mu.RLock()
	defer x.mu.RUnlock()
	return len(x.all)
}

// Check gives the n best counterparts of the activity that are possible
// duplicates or related, the best first, ties by id. The activity itself need
// not be in the index; with its id it is not compared with itself.
func (x *Index) Check(w Work, n int) []Match {
	p := x.engine.read(w)
	x.mu.RLock()
	defer x.mu.RUnlock()
	var out []Match
	var partners []*profile
	for i := range x.all {
		q := &x.all[i]
		if q.id == p.id && p.id != 0 || why(&p, q, true) != "" {
			continue
		}
		if m := x.engine.match(&p, q, ""); m.Flagged || m.Related {
			out, partners = append(out, m), append(partners, q)
		}
	}
	slices.SortFunc(out, func(a, b Match) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.B, b.B))
	})
	out = out[:min(n, len(out))]
	for i := range out {
		x.engine.explain(&out[i], &p, &x.all[x.at[out[i].B]])
	}
	return out
}
