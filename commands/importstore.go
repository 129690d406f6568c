package commands

import (
	"context"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"thbot/commands/overlap"
	"thbot/store"
)

// scoredPair is a possible duplicate found for an imported row: with another
// row, by its place among the items, or with an activity of the register.
type scoredPair struct {
	match overlap.Match
	row   int // place of the other item; -1 for an activity of the register
	id    int // the activity, where row is -1
}

// score compares every new or changed row with the register and with the other
// rows, before the writer is taken. It works on all processors.
func (j *importing) score(ctx context.Context) {
	fresh := j.engine.NewIndex()
	works := make([]overlap.Work, len(j.items))
	replaced := map[int]bool{}
	for i, it := range j.items {
		works[i] = j.workOf(it, i)
		if it.target != 0 {
			replaced[it.target] = true
		}
	}
	fresh.Build(works)
	var next atomic.Int64
	var wg sync.WaitGroup
	var showing sync.Mutex
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for ctx.Err() == nil {
				i := int(next.Add(1)) - 1
				if i >= len(j.items) {
					return
				}
				if i%500 == 0 {
					showing.Lock()
					j.o.Progress("rows compared", i, len(j.items))
					showing.Unlock()
				}
				j.scoreOne(fresh, works[i], i, replaced)
			}
		})
	}
	wg.Wait()
}

func (j *importing) scoreOne(fresh *overlap.Index, w overlap.Work, i int, replaced map[int]bool) {
	it := j.items[i]
	if it.target != 0 && len(it.fields) == 0 {
		return
	}
	for _, m := range fresh.Check(w, maxFlags) {
		other := counterpart(m, w.ID) - 1
		if m.Flagged && (other < i || j.unscored(other)) {
			it.pairs = append(it.pairs, scoredPair{m, other, 0})
		}
	}
	if j.index.Len() == 0 {
		return
	}
	w.ID, w.Follows = it.target, it.a.Follows
	for _, m := range j.index.Check(w, maxFlags) {
		other := counterpart(m, w.ID)
		if m.Flagged && !replaced[other] {
			it.pairs = append(it.pairs, scoredPair{m, -1, other})
		}
	}
}

// unscored tells whether the item looks for no pairs of its own.
func (j *importing) unscored(i int) bool {
	return j.items[i].target != 0 && len(j.items[i].fields) == 0
}

// workOf is the item as the engine reads it among the rows: ids are places in
// the file, from 1.
func (j *importing) workOf(it *item, i int) overlap.Work {
	w := work(it.a)
	w.ID, w.Follows = i+1, nil
	for _, id := range it.row.Follows {
		if other := j.byFile[id]; other != nil {
			w.Follows = append(w.Follows, other.place+1)
		}
	}
	return w
}

// store writes everything, in the order of the file, in one transaction.
func (j *importing) store(ch *store.Change, facts map[string]string) error {
	if err := j.catchUp(ch); err != nil {
		return err
	}
	ids := j.number(ch)
	for i, it := range j.items {
		if i%1000 == 0 {
			j.o.Progress("rows stored", i, len(j.items))
		}
		if err := j.storeOne(ch, it, ids); err != nil {
			return err
		}
	}
	told, err := j.openPairs(ch, ids)
	if err != nil {
		return err
	}
	if err := ch.Enter("import", facts); err != nil {
		return err
	}
	return j.tellAgencies(ch, told)
}

// catchUp looks again at what the journal has gained since the rows were
// checked: rows whose activity was changed meanwhile are understood anew.
func (j *importing) catchUp(ch *store.Change) error {
	if err := j.follow(ch.View); err != nil {
		return err
	}
	if ch.Committed() == j.seen {
		return nil
	}
	gained, err := ch.ActivitiesSince(j.seen)
	if err != nil {
		return err
	}
	for _, it := range j.items {
		target, err := j.target(ch.View, it.row, it.a.Agency)
		if err != nil {
			return err
		}
		if target == it.target && !slices.Contains(gained, target) {
			continue
		}
		if problem, err := j.understand(ch.View, it); err != nil || problem != "" {
			return errOr(err, &lateProblem{it.row.Line, problem})
		}
		if it.target != 0 {
			j.reconcile(ch.Activity(it.target), it)
		}
		it.pairs = nil
		w := work(it.a)
		for _, m := range j.index.Check(w, maxFlags) {
			if m.Flagged {
				it.pairs = append(it.pairs, scoredPair{m, -1, counterpart(m, w.ID)})
			}
		}
	}
	return j.scoreGained(ch, gained)
}

// scoreGained finds rows that look like what was recorded meanwhile.
func (j *importing) scoreGained(ch *store.Change, gained []int) error {
	for _, id := range gained {
		a := ch.Activity(id)
		for _, it := range j.items {
			if it.target == id || a == nil || !a.Live() {
				continue
			}
			if m := j.engine.Compare(work(it.a), work(a)); m.Flagged {
				it.pairs = append(it.pairs, scoredPair{m, -1, id})
			}
		}
	}
	return nil
}

type lateProblem struct {
	line int
	what string
}

func (p *lateProblem) Error() string { return "line " + itoa(p.line) + ": " + p.what }

// number gives each item the id it has or will get.
func (j *importing) number(ch *store.Change) []int {
	ids := make([]int, len(j.items))
	next := ch.NextActivity()
	for i, it := range j.items {
		if ids[i] = it.target; it.target == 0 {
			ids[i] = next
			next++
		}
	}
	return ids
}

func (j *importing) storeOne(ch *store.Change, it *item, ids []int) error {
	if it.row.Has["follows"] {
		it.a.Follows = nil
		for _, id := range it.row.Follows {
			if n := j.followed(it, id, ids); n != 0 && !slices.Contains(it.a.Follows, n) {
				it.a.Follows = append(it.a.Follows, n)
			}
		}
	}
	if it.target == 0 {
		if err := ch.AddActivity(it.a); err != nil {
			return err
		}
	} else if j.updates(ch, it) {
		it.a.ChangedAt = ch.At
	}
	before := it.a.NoteCount
	for _, n := range it.notes {
		it.a.NoteCount++
		if err := ch.PutNote(&store.Note{Activity: it.a.ID, N: it.a.NoteCount, At: n.At, By: n.By, Text: n.Text}); err != nil {
			return err
		}
	}
	if it.target == 0 && it.a.NoteCount == before {
		return nil
	}
	return ch.PutActivity(it.a)
}

// updates tells whether the row changes its activity, and forgets that chat
// had changed the fields which the file has now set.
func (j *importing) updates(ch *store.Change, it *item) bool {
	fields := differing(ch.Activity(it.target), it.a, contentFields())
	it.a.ChatFields = orNil(slices.DeleteFunc(slices.Clone(it.a.ChatFields), func(f string) bool {
		return slices.Contains(fields, f)
	}))
	return len(fields) > 0 || len(it.notes) > 0
}

// followed gives the activity that an id of the file names.
func (j *importing) followed(it *item, id string, ids []int) int {
	if other := j.byFile[id]; other != nil {
		return ids[other.place]
	}
	return j.ownID(it.row, id)
}

// openPairs stores the pairs found, each open, and gives the agencies that
// have a part in one, or were named as partner.
func (j *importing) openPairs(ch *store.Change, ids []int) (map[string]bool, error) {
	told := map[string]bool{}
	for i, it := range j.items {
		if it.target != 0 && len(it.fields) > 0 {
			if err := j.reweighAll(ch, it); err != nil {
				return nil, err
			}
		}
		for _, p := range it.pairs {
			other := p.id
			if p.row >= 0 {
				other = ids[p.row]
			}
			opened, err := j.openPair(ch, ids[i], other, p.match)
			if err != nil {
				return nil, err
			}
			if opened {
				told[it.a.Agency], told[ch.Activity(other).Agency] = true, true
			}
		}
		for _, partner := range it.a.Partners {
			if it.target == 0 && partner.State == store.Named {
				told[partner.Agency] = true
			}
		}
	}
	return told, nil
}

func (j *importing) openPair(ch *store.Change, id, other int, m overlap.Match) (bool, error) {
	known, err := ch.OverlapOf(id, other)
	if known != nil || err != nil || id == other {
		return false, err
	}
	j.report.Pairs++
	return true, ch.AddOverlap(newOverlap(ch.Activity(id), ch.Activity(other), m, false))
}

func (j *importing) reweighAll(ch *store.Change, it *item) error {
	overlaps, err := ch.OverlapsOf(it.a.ID)
	for _, o := range overlaps {
		if err == nil {
			_, err = j.reweigh(ch, it.a, o, it.fields)
		}
	}
	return err
}

// tellAgencies plans one message to the contact points of each agency.
func (j *importing) tellAgencies(ch *store.Change, told map[string]bool) error {
	for _, agency := range j.catalogue.Agencies {
		if !told[agency.Slug] {
			continue
		}
		j.report.Agencies = append(j.report.Agencies, agency.Slug)
		if err := j.tell(ch, agency.Slug, store.Row{
			Kind: store.RowImport, Subject: subject("I"+itoa(int(ch.Group())), 1), Slot: "-", Due: ch.At.Add(j.rules.Hold),
		}); err != nil {
			return err
		}
	}
	return nil
}

func errOr(err, other error) error {
	if err != nil {
		return err
	}
	return other
}
