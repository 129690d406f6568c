package chat

import (
	"sync"
	"time"
)

// Recent remembers values for a while, and never more than most of them: the
// oldest go first. It is safe for concurrent use.
type Recent[V any] struct {
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

// Remember makes a memory that is empty.
func Remember[V any](lasts time.Duration, most int) *Recent[V] {
	return &Recent[V]{lasts: lasts, most: most, kept: map[string]kept[V]{}}
}

// Get gives what is remembered under the key.
func (r *Recent[V]) Get(now time.Time, key string) (V, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.get(now, key)
}

func (r *Recent[V]) get(now time.Time, key string) (V, bool) {
	k, ok := r.kept[key]
	if !ok || !now.Before(k.until) {
		var none V
		return none, false
	}
	return k.value, true
}

// Put remembers a value, and answers whether the key was new.
func (r *Recent[V]) Put(now time.Time, key string, value V) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	_, known := r.get(now, key)
	r.put(now, key, value)
	return !known
}

// Add remembers a value unless the key has one, and gives the one it has.
func (r *Recent[V]) Add(now time.Time, key string, value V) (has V, added bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if has, known := r.get(now, key); known {
		return has, false
	}
	r.put(now, key, value)
	return value, true
}

func (r *Recent[V]) put(now time.Time, key string, value V) {
	if _, known := r.kept[key]; !known {
		r.order = append(r.order, key)
	}
	r.kept[key] = kept[V]{value, now.Add(r.lasts)}
	for len(r.order) > 0 && (len(r.kept) > r.most || !now.Before(r.kept[r.order[0]].until)) {
		delete(r.kept, r.order[0])
		r.order = r.order[1:]
	}
}

// Forget takes a key out.
func (r *Recent[V]) Forget(key string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if k, ok := r.kept[key]; ok {
		k.until = time.Time{}
		r.kept[key] = k
	}
}
