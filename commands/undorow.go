package commands

import (
	"slices"
	"time"

	"thbot/store"
	"thbot/store/date"
)

// A press on a private message is answered in its place, with the way back. Soon
// after, the message is edited so that it tells how things stand; what the
// reader has just said it tells with the same way back, for as long as there is
// one.

// undo gives the button that takes back what was said of the record by somebody
// at a time, where that is the reader, and it can be taken back still; suffix
// tells the buttons of several records in one message apart.
func (b *building) undo(ref, by string, at time.Time, suffix string) []Button {
	if !b.reads(by) || !b.sent() || b.now.Sub(at) >= undoWithin {
		return nil
	}
	var buttons []Button
	err := b.view.History(ref, func(p store.Past) bool {
		if p.Actor == by && p.At.Equal(at) {
			buttons = []Button{undoButton(p.Group, suffix)}
		}
		return buttons == nil && !p.At.Before(at)
	})
	b.err = errFirst(b.err, err)
	if until := at.Add(undoWithin); buttons != nil && (b.until.IsZero() || until.Before(b.until)) {
		b.until = until
	}
	return buttons
}

// reads tells whether the actor reads the message: the addressee, or whoever
// stands in.
func (b *building) reads(actor string) bool {
	for _, p := range []*store.Person{b.reader, b.deputy} {
		if p != nil && store.PersonRef(p.ID) == actor {
			return true
		}
	}
	return false
}

// undoWord gives the button that takes back the reader's word on an overlap,
// while it is the latest.
func (b *building) undoWord(o *store.Overlap, suffix string) []Button {
	if len(o.Words) == 0 {
		return nil
	}
	w := o.Words[len(o.Words)-1]
	return b.undo(store.OverlapRef(o.ID), w.By, w.At, suffix)
}

// follows says what follows from the reader's word on an overlap: who hears of
// it, or when to ask again.
func (b *building) follows(o *store.Overlap) Line {
	if len(o.Words) == 0 {
		return nil
	}
	w := o.Words[len(o.Words)-1]
	switch {
	case w.Verdict == store.SayLater && b.reads(w.By) && w.Until.After(b.now):
		return Say("I will ask you again on %s.", date.Of(w.Until.In(b.rules.Zone)).Date().Words(b.today))
	case len(b.undoWord(o, "")) > 0:
		return b.yetToHear(store.OverlapRef(o.ID), w.At)
	}
	return nil
}

// yetToHear says whom what was said of a record at the time still has to reach.
func (b *building) yetToHear(ref string, said time.Time) Line {
	var waiting []*store.Row
	for _, kind := range []string{store.RowVerdict, store.RowProposal} {
		b.err = errFirst(b.err, b.view.Rows(kind+":"+ref+".r", func(r *store.Row) bool {
			if r.State == store.Waiting && r.PlannedAt.Equal(said) {
				waiting = append(waiting, r)
			}
			return true
		}))
	}
	var agencies []string
	for _, r := range waiting {
		p, err := b.view.PersonNamed(r.Destination)
		b.err = errFirst(b.err, err)
		if p != nil && p.Agency != "" {
			agencies = addOnce(agencies, p.Agency)
		}
	}
	if len(agencies) == 0 {
		return nil
	}
	slices.Sort(agencies)
	return Say("I will tell %s %s, in private, unless you undo this.", b.agencyNames(agencies), b.toldAt(waiting[0].Due, b.today, agencies...))
}
