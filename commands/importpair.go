package commands

import (
	"cmp"
	"context"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"thbot/commands/overlap"
	"thbot/store"
)

// foundPair is what looks like an imported row: another row, by its place, or
// an activity of the register.
type foundPair struct {
	match    overlap.Match
	row      int // place of the other item; -1 for an activity of the register
	id       int // the activity, where row is -1
	question bool
}

// score compares every row that brings something with the register and with
// the other rows, before the writer is taken.
//
// Partners are never possible duplicates, so the indexes do not find them. For
// them the rows are indexed once more as if they named nobody: what comes out
// there among the best of a row, and is a partner's, is compared by itself. So
// no row is compared with every other, and a partner's record that ten other
// works resemble more closely is not asked about.
func (j *importing) score(ctx context.Context) error {
	works := make([]overlap.Work, len(j.items))
	bare := make([]overlap.Work, len(j.items))
	partners, named := false, map[string]bool{}
	for i, it := range j.items {
		works[i] = j.workAmongRows(it)
		bare[i] = works[i]
		bare[i].With = nil
		for _, agency := range works[i].With {
			partners, named[agency] = true, true
		}
	}
	j.fresh = j.engine.NewIndex()
	j.fresh.Build(works)
	order := j.fresh.Order()
	err := j.inParallel(ctx, "rows compared", len(order), func(i int) {
		if !j.items[order[i]-1].quiet() {
			j.fresh.Learn(order[i])
		}
	})
	if err != nil {
		return err
	}
	err = j.inParallel(ctx, "rows looked up", len(j.items), func(i int) { j.scoreOne(j.items[i], works[i]) })
	if err != nil {
		return err
	}
	candidates := slices.DeleteFunc(slices.Clone(j.register), func(a *store.Activity) bool {
		return j.byTarget[a.ID] != nil || len(a.With()) == 0 && !named[a.Agency]
	})
	if !partners && len(candidates) == 0 {
		return nil
	}
	j.bare = j.engine.NewIndex()
	j.bare.Build(bare)
	err = j.inParallel(ctx, "rows of partners compared", len(j.items), func(i int) { j.askPartners(j.items[i], works[i]) })
	if err != nil {
		return err
	}
	found := make([][]partnerPair, len(candidates))
	err = j.inParallel(ctx, "records of partners compared", len(candidates), func(i int) { found[i] = j.partnersOf(candidates[i], j.items) })
	for _, pairs := range found {
		for _, p := range pairs {
			j.items[p.place].pairs = append(j.items[p.place].pairs, p.foundPair)
		}
	}
	return err
}

// inParallel does n things on all processors, and shows how far it is.
func (j *importing) inParallel(ctx context.Context, what string, n int, do func(i int)) error {
	var next atomic.Int64
	var wg sync.WaitGroup
	var showing sync.Mutex
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for ctx.Err() == nil {
				i := int(next.Add(1)) - 1
				if i >= n {
					return
				}
				if i%500 == 0 {
					showing.Lock()
					j.o.Progress(what, i, n)
					showing.Unlock()
				}
				do(i)
			}
		})
	}
	wg.Wait()
	return ctx.Err()
}

// scoreOne asks what a pair rests on only for those that will be stored.
func (j *importing) scoreOne(it *item, w overlap.Work) {
	if it.quiet() {
		return
	}
	for _, m := range j.fresh.FlagsOf(w.ID, maxFlags) {
		other := j.items[counterpart(m, w.ID)-1]
		m.Rests = j.engine.Rests(w, j.workAmongRows(other))
		it.pairs = append(it.pairs, foundPair{match: m, row: other.place})
	}
	if j.index.Len() == 0 {
		return
	}
	w = workInRegister(it)
	for _, m := range j.index.Flags(w, maxFlags) {
		other := counterpart(m, w.ID)
		i, live := slices.BinarySearchFunc(j.register, other, func(a *store.Activity, id int) int { return cmp.Compare(a.ID, id) })
		if live && j.byTarget[other] == nil {
			m.Rests = j.engine.Rests(w, work(j.register[i]))
			it.pairs = append(it.pairs, foundPair{match: m, row: -1, id: other})
		}
	}
}

// askPartners looks for rows of the agencies that the item names as partners.
func (j *importing) askPartners(it *item, w overlap.Work) {
	if len(w.With) == 0 {
		return
	}
	alone := w
	alone.With = nil
	for _, m := range j.bare.Check(alone, maxFlags) {
		other := j.items[counterpart(m, w.ID)-1]
		if it.quiet() && other.quiet() || !partners(it.a, other.a) {
			continue
		}
		if m := j.engine.Resembles(w, j.workAmongRows(other)); m.Flagged {
			it.pairs = append(it.pairs, foundPair{match: m, row: other.place, question: true})
		}
	}
}

// partnerPair is a pair found from the register's side.
type partnerPair struct {
	place int
	foundPair
}

// partnersOf finds the rows that look like a record of the register and are a
// partner's.
func (j *importing) partnersOf(a *store.Activity, items []*item) []partnerPair {
	w := work(a)
	w.ID, w.With, w.Follows = 0, nil, nil
	var found []partnerPair
	for _, m := range j.bare.Check(w, maxFlags) {
		it := items[counterpart(m, 0)-1]
		if it.quiet() || !partners(it.a, a) {
			continue
		}
		if m := j.engine.Resembles(workInRegister(it), work(a)); m.Flagged {
			found = append(found, partnerPair{it.place, foundPair{match: m, row: -1, id: a.ID, question: true}})
		}
	}
	return found
}

// workAmongRows is the item as the engine reads it among the rows: ids are
// places in the file, from 1.
func (j *importing) workAmongRows(it *item) overlap.Work {
	w := work(it.a)
	w.ID, w.Follows = it.place+1, nil
	for _, n := range it.a.Follows {
		if n < 0 {
			w.Follows = append(w.Follows, -n)
		} else if other := j.byTarget[n]; other != nil {
			w.Follows = append(w.Follows, other.place+1)
		}
	}
	return w
}

// workInRegister is the item as the engine reads it among the records of the
// register, where rows that are still new have no ids.
func workInRegister(it *item) overlap.Work {
	w := work(it.a)
	w.ID, w.Follows = it.target, slices.DeleteFunc(slices.Clone(it.a.Follows), func(n int) bool { return n < 0 })
	return w
}
