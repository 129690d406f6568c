package mattermost

import (
	"sync"
	"time"
)

// recent remembers values for a while, and never more than most of them: the
// oldest go first. It is safe for concurrent use.
type recent[V any] struct {
	lasts time.Duration
	most  int

	mu    sync.Mutex
	kept  map[string]kept[V]
	order []string // as added; may name what is gone
}

type kept[V any] struct {
	value V
	until time.Time
}

func remember[V any](lasts time.Duration, most int) *recent[V] {
	return &recent[V]{lasts: lasts, most: most, kept: map[string]kept[V]{}}
}

func (r *recent[V]) get(now time.Time, key string) (V, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	k, ok := r.kept[key]
	if !ok || !now.Before(k.until) {
		var none V
		return none, false
	}
	return k.value, true
}

// put remembers a value, and answers whether the key was new.
func (r *recent[V]) put(now time.Time, key string, value V) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	old, known := r.kept[key]
	fresh := !known || !now.Before(old.until)
	if !known {
		r.order = append(r.order, key)
	}
	r.kept[key] = kept[V]{value, now.Add(r.lasts)}
	for len(r.order) > 0 && (len(r.kept) > r.most || !now.Before(r.kept[r.order[0]].until)) {
		delete(r.kept, r.order[0])
		r.order = r.order[1:]
	}
	return fresh
}
