package store

import (
	"runtime"
	"slices"
	"sync"
)

// snapshot is every activity as of one journal entry, in memory: coverage,
// lists, search and matching read all of them at every call. It is shared and
// never changed; following the journal makes a new one.
type snapshot struct {
	seq  int64
	byID []*Activity // index is the id; nil where there is none
}

func (s *Store) snapshot() *snapshot {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.snap
}

// publish keeps the newer of the two.
func (s *Store) publish(snap *snapshot) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if snap.seq > s.snap.seq {
		s.snap = snap
	}
}

// follow brings the view's snapshot up to the journal's head. The snapshot was
// taken before the transaction began, so it is never ahead of it.
func (v *View) follow() error {
	head, err := v.Head()
	v.began = head.Seq
	if err != nil || head.Seq == v.snap.seq {
		return err
	}
	var next *snapshot
	if v.snap.seq == 0 {
		next, err = v.loadAll()
	} else {
		next, err = v.catchUp()
	}
	if err != nil {
		return err
	}
	next.seq = head.Seq
	v.snap = next
	v.store.publish(next)
	return nil
}

// catchUp reads anew what the journal names since the snapshot.
func (v *View) catchUp() (*snapshot, error) {
	ids, err := v.ActivitiesSince(v.snap.seq)
	if err != nil {
		return nil, err
	}
	if len(ids) > 2000 { // an import: reading all on all processors is faster
		return v.loadAll()
	}
	byID := slices.Clone(v.snap.byID)
	for _, id := range ids {
		var a Activity
		found, err := getJSON(v.tx, KindActivity, idKey(id), &a)
		if err != nil {
			return nil, err
		}
		if found {
			byID = place(byID, &a)
		}
	}
	return &snapshot{byID: byID}, nil
}

func place(byID []*Activity, a *Activity) []*Activity {
	for len(byID) <= a.ID {
		byID = append(byID, nil)
	}
	a.intern()
	byID[a.ID] = a
	return byID
}

// loadAll reads every activity, decoding on all processors: a store of
// 100,000 activities has to be open within two seconds.
func (v *View) loadAll() (*snapshot, error) {
	type batch struct {
		keys   []string
		values [][]byte
		out    []*Activity
		err    error
	}
	const size = 1000
	var batches []*batch
	var wg sync.WaitGroup
	slots := make(chan struct{}, runtime.GOMAXPROCS(0))
	start := func(b *batch) {
		batches = append(batches, b)
		slots <- struct{}{}
		wg.Go(func() {
			defer func() { <-slots }()
			b.out = make([]*Activity, len(b.values))
			for i, value := range b.values {
				a := new(Activity)
				if err := decodeActivity(value, a); err != nil {
					b.err = damaged(KindActivity, b.keys[i], err)
					return
				}
				b.out[i] = a
			}
			b.values, b.keys = nil, nil
		})
	}
	b := new(batch)
	err := v.tx.Scan(KindActivity, "", "", func(key string, value []byte) (bool, error) {
		b.keys, b.values = append(b.keys, key), append(b.values, value)
		if len(b.keys) == size {
			start(b)
			b = new(batch)
		}
		return true, nil
	})
	start(b)
	wg.Wait()
	if err != nil {
		return nil, err
	}
	next := new(snapshot)
	for _, b := range batches {
		if b.err != nil {
			return nil, b.err
		}
		for _, a := range b.out {
			next.byID = place(next.byID, a)
		}
	}
	return next, nil
}
