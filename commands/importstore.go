package commands

import (
	"slices"

	"thbot/commands/exchange"
	"thbot/commands/overlap"
	"thbot/store"
	"thbot/store/fault"
)

// store writes everything, in the order of the file, in one transaction. It
// may run twice, so it leaves j as it is.
func (j *importing) store(ch *store.Change, facts map[string]string) (*ImportReport, error) {
	items, err := j.catchUp(ch)
	if err != nil {
		return nil, err
	}
	report := j.report(items)
	ids := number(ch, items)
	for i, it := range items {
		if i%1000 == 0 {
			j.o.Progress("rows stored", i, len(items))
		}
		if err := j.storeOne(ch, it, ids); err != nil {
			return nil, atLine(it, err)
		}
	}
	told, err := j.openPairs(ch, items, ids, report)
	if err != nil {
		return nil, err
	}
	if err := ch.Enter("import", facts); err != nil {
		return nil, err
	}
	return report, j.tellAgencies(ch, told, report)
}

// atLine names the line in an error for people.
func atLine(it *item, err error) error {
	if f := fault.As(err); f != nil {
		return fault.New(f.Code, "Line %d: %s Nothing was stored.", it.row.Line, f.What)
	}
	return err
}

// catchUp looks again at what the journal has gained since the rows were
// checked: rows whose activity was made or changed meanwhile are understood
// anew, and what was recorded meanwhile is compared with the rows.
func (j *importing) catchUp(ch *store.Change) ([]*item, error) {
	if err := j.follow(ch.View); err != nil || ch.Committed() == j.seen {
		return j.items, err
	}
	gained, err := ch.ActivitiesSince(j.seen)
	if err != nil || len(gained) == 0 {
		return j.items, err
	}
	targets := make([]int, len(j.items))
	for i, it := range j.items {
		if targets[i], err = j.target(ch.View, it.row, it.a.Agency); err != nil {
			return nil, err
		}
	}
	items := slices.Clone(j.items)
	for i, it := range j.items {
		if targets[i] == it.target && !slices.Contains(gained, it.target) {
			continue
		}
		if items[i], err = j.again(ch, it, targets); err != nil {
			return nil, err
		}
	}
	for _, id := range gained {
		j.compareGained(ch.Activity(id), items)
	}
	return items, nil
}

// again understands a row a second time, inside the transaction, with what the
// rows update now. What it has in common with other rows stays.
func (j *importing) again(ch *store.Change, old *item, targets []int) (*item, error) {
	it := &item{row: old.row, place: old.place}
	problem, err := j.understand(ch.View, it)
	if err == nil && problem == "" {
		problem, err = j.resolve(ch.View, it)
	}
	if err == nil && problem == "" {
		for i, n := range it.a.Follows {
			if n < 0 && targets[-n-1] != 0 {
				it.a.Follows[i] = targets[-n-1]
			}
		}
		err = j.reconcile(ch.View, it)
	}
	if err != nil {
		return nil, err
	}
	if problem != "" {
		return nil, fault.New(fault.Conflict, "The register changed during the import. Line %d: %s. Nothing was stored; import the file again.", old.row.Line, problem)
	}
	it.pairs = slices.DeleteFunc(slices.Clone(old.pairs), func(p foundPair) bool { return p.row < 0 })
	if it.quiet() {
		return it, nil
	}
	w := workInRegister(it)
	for _, m := range j.index.Check(w, maxFlags) {
		if m.Flagged {
			it.pairs = append(it.pairs, foundPair{match: m, row: -1, id: counterpart(m, w.ID)})
		}
	}
	return it, nil
}

// compareGained finds the rows that look like what was recorded or changed
// meanwhile. It puts new items in the place of those it adds to.
func (j *importing) compareGained(a *store.Activity, items []*item) {
	if a == nil || !a.Live() {
		return
	}
	add := func(place int, p foundPair) {
		it := *items[place]
		if it.target != a.ID && !it.quiet() {
			it.pairs = append(slices.Clone(it.pairs), p)
			items[place] = &it
		}
	}
	w := work(a)
	w.ID, w.Follows = 0, nil
	for _, m := range j.fresh.Check(w, maxFlags) {
		if m.Flagged {
			add(counterpart(m, 0)-1, foundPair{match: m, row: -1, id: a.ID})
		}
	}
	if j.bare == nil {
		return
	}
	for _, p := range j.partnersOf(a, items) {
		add(p.place, p.foundPair)
	}
}

// number gives each item the id it has or will get.
func number(ch *store.Change, items []*item) []int {
	ids := make([]int, len(items))
	next := ch.NextActivity()
	for i, it := range items {
		if ids[i] = it.target; it.target == 0 {
			ids[i] = next
			next++
		}
	}
	return ids
}

func (j *importing) storeOne(ch *store.Change, it *item, ids []int) error {
	if it.target != 0 && !it.changes() {
		return nil
	}
	a := it.a.Clone()
	for i, n := range a.Follows {
		if n < 0 {
			a.Follows[i] = ids[-n-1]
		}
	}
	if it.target == 0 {
		if err := ch.AddActivity(a); err != nil {
			return err
		}
		if len(it.notes) == 0 {
			return nil
		}
	} else {
		a.ChangedAt = ch.At
		a.ChatFields = slices.DeleteFunc(a.ChatFields, func(f string) bool { return slices.Contains(it.fields, f) })
	}
	if err := putNotes(ch, a, it.notes); err != nil {
		return err
	}
	return ch.PutActivity(a)
}

func putNotes(ch *store.Change, a *store.Activity, notes []exchange.Note) error {
	for _, n := range notes {
		a.NoteCount++
		if n.At.IsZero() {
			n.At = ch.At
		}
		if n.By == "" {
			n.By = a.Agency
		}
		if err := ch.PutNote(&store.Note{Activity: a.ID, N: a.NoteCount, At: n.At, By: n.By, Text: n.Text}); err != nil {
			return err
		}
	}
	return nil
}

// openPairs stores the pairs found, each open, and gives the agencies that
// have a part in one, or were named as partner.
func (j *importing) openPairs(ch *store.Change, items []*item, ids []int, report *ImportReport) (map[string]bool, error) {
	told := map[string]bool{}
	for i, it := range items {
		if it.target != 0 && len(it.fields) > 0 {
			if err := j.reweighAll(ch, ch.Activity(it.target), it.fields); err != nil {
				return nil, err
			}
		}
		for _, p := range it.pairs {
			other := p.id
			if p.row >= 0 {
				other = ids[p.row]
			}
			opened, err := openPair(ch, ids[i], other, p.match, p.question)
			if err != nil {
				return nil, err
			}
			if !opened {
				continue
			}
			told[it.a.Agency], told[ch.Activity(other).Agency] = true, true
			if p.question {
				report.Questions++
			} else {
				report.Pairs++
			}
		}
		for _, partner := range it.a.Partners {
			asked := it.target == 0 || slices.Contains(it.fields, "partners") && partner.At.Equal(ch.At)
			if asked && partner.State == store.Named {
				told[partner.Agency] = true
				report.Named++
			}
		}
	}
	return told, nil
}

// openPair opens the one overlap of a pair, unless there is one.
func openPair(ch *store.Change, id, other int, m overlap.Match, question bool) (bool, error) {
	known, err := ch.OverlapOf(id, other)
	if known != nil || err != nil || id == other {
		return false, err
	}
	return true, ch.AddOverlap(newOverlap(ch.Activity(id), ch.Activity(other), m, question))
}

func (j *importing) reweighAll(ch *store.Change, a *store.Activity, fields []string) error {
	overlaps, err := ch.OverlapsOf(a.ID)
	for _, o := range overlaps {
		if err == nil {
			_, err = j.reweigh(ch, a, o, fields)
		}
	}
	return err
}

// tellAgencies plans one message to the contact points of each agency.
func (j *importing) tellAgencies(ch *store.Change, told map[string]bool, report *ImportReport) error {
	for _, agency := range j.catalogue.Agencies {
		if !told[agency.Slug] {
			continue
		}
		to, err := j.recipients(ch.View, agency.Slug)
		if err != nil {
			return err
		}
		if len(to) > 0 {
			report.Agencies = append(report.Agencies, agency.Slug)
		}
		if err := tellEach(ch, to, store.Row{
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
