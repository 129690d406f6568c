package overlap

import (
	"cmp"
	"context"
	"runtime"
	"slices"
)

// Study looks for the rivals of every activity that the index holds, one after
// the other and beside other searches, so that later checks find them
// remembered. It stops when ctx ends.
func (x *Index) Study(ctx context.Context) {
	for _, id := range x.Order() {
		if ctx.Err() != nil {
			return
		}
		x.Learn(id)
		runtime.Gosched() // others first
	}
}

// KeepStudied studies the index, and again whenever so much has changed that
// what is remembered would soon be too old to be brought up to date, until ctx
// ends.
func (x *Index) KeepStudied(ctx context.Context) {
	for ctx.Err() == nil {
		x.mu.Lock()
		x.recall.studied = x.recall.done
		x.mu.Unlock()
		x.Study(ctx)
		select {
		case <-ctx.Done():
		case <-x.recall.much:
		}
	}
}

// Learn looks for the rivals of one activity that the index holds, so that what
// is asked of it later finds them remembered.
func (x *Index) Learn(id int) {
	x.mu.RLock()
	defer x.mu.RUnlock()
	if s, ok := x.at[int32(id)]; ok {
		x.rivalsOf(s.season.details[s.i].profile, nil)
	}
}

// Order gives the ids of all activities in the order in which it costs least to
// ask for one after the other: those whose facets are compared alike together.
func (x *Index) Order() []int {
	type asked struct {
		audiences, kinds uint16
		id               int32
	}
	x.mu.RLock()
	all := make([]asked, 0, len(x.at))
	for _, s := range x.seasons {
		for i, q := range s.entries {
			all = append(all, asked{q.audiences, q.kinds, s.details[i].profile.id})
		}
	}
	x.mu.RUnlock()
	slices.SortFunc(all, func(a, b asked) int {
		return cmp.Or(cmp.Compare(a.audiences, b.audiences), cmp.Compare(a.kinds, b.kinds), cmp.Compare(a.id, b.id))
	})
	ids := make([]int, len(all))
	for i, a := range all {
		ids[i] = int(a.id)
	}
	return ids
}
