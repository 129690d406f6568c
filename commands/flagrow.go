package commands

import (
	"cmp"
	"slices"

	"thbot/commands/overlap"
	"thbot/store"
	"thbot/store/date"
)

// overlapRows make the private messages about overlaps.
func overlapRows() map[string]func(*building) (Built, error) {
	return map[string]func(*building) (Built, error){
		store.RowFlag:      buildFlag,
		store.RowImport:    buildImport,
		store.RowVerdict:   buildVerdict,
		store.RowProposal:  buildProposal,
		store.RowLater:     buildLater,
		store.RowUnsettled: buildUnsettled,
	}
}

// sent tells whether the message has gone out before and is only edited: then
// it tells how things stand now, and is never dropped.
func (b *building) sent() bool { return b.row.State == store.Delivered }

// dropped says why a message no longer holds.
func dropped(why string) (Built, error) { return Built{Dropped: why}, nil }

// about gives the record that the row is about.
func (b *building) about() (letter byte, id int) {
	ref := b.row.Subject
	for i := range ref {
		if ref[i] == '.' {
			ref = ref[:i]
			break
		}
	}
	letter, id, _ = store.ParseRef(ref, 0)
	return letter, id
}

// sides gives the agencies for which the reader gets this: the own one or, for
// a coordinator, every agency without a contact point.
func (b *building) sides() (func(agency string) bool, error) {
	if b.reader == nil || b.reader.Role != store.Coordinator {
		return func(agency string) bool { return b.reader != nil && agency == b.reader.Agency }, nil
	}
	roster, err := b.view.Roster()
	have := map[string]bool{}
	for _, p := range roster {
		if p.Role == store.ContactPoint {
			have[p.Agency] = true
		}
	}
	return func(agency string) bool { return !have[agency] }, err
}

// told is a pair as a private message tells it: the reader's own record and
// that of the other agency.
type told struct {
	o          *store.Overlap
	own, other *store.Activity
	match      overlap.Match
}

// toldPairs is how many pairs one private message tells (contract, section 2).
const toldPairs = 3

// pairsOf collects what is to be told of the overlaps, the best first: those
// that are open and look alike still, and on which the reader's agency has said
// nothing. A message that is out already tells how each of them stands.
func (b *building) pairsOf(overlaps []*store.Overlap, own func(*store.Overlap) (int, bool)) []told {
	var pairs []told
	for _, o := range overlaps {
		id, mine := own(o)
		if !mine || o.Question {
			continue
		}
		p := told{o: o, own: b.view.Activity(id), other: b.view.Activity(o.Other(id))}
		p.match = b.compare(b.view, o)
		if b.sent() || o.State == store.StateOpen && p.match.Flagged && o.Latest(p.own.Agency) == nil {
			pairs = append(pairs, p)
		}
	}
	slices.SortStableFunc(pairs, func(p, q told) int {
		return cmp.Or(cmp.Compare(q.match.Score, p.match.Score), cmp.Compare(p.o.ID, q.o.ID))
	})
	return pairs
}

// buildFlag tells an agency what another has recorded or changed close to its
// own work, or what its own record is close to where somebody else changed it:
// at most three pairs, computed again.
func buildFlag(b *building) (Built, error) {
	_, id := b.about()
	a := b.view.Activity(id)
	if a == nil || !a.Live() {
		return b.goneOrDropped(a)
	}
	side, err := b.sides()
	if err != nil {
		return Built{}, err
	}
	overlaps, err := b.view.OverlapsOf(id)
	if err != nil {
		return Built{}, err
	}
	pairs := b.pairsOf(overlaps, func(o *store.Overlap) (int, bool) {
		own := b.view.Activity(o.Other(id))
		return own.ID, side(own.Agency) && !raisedBy(own, a, o) && b.stoodWhenSent(o)
	})
	if len(pairs) == 0 && side(a.Agency) {
		pairs = b.pairsOf(overlaps, func(o *store.Overlap) (int, bool) { return id, b.stoodWhenSent(o) })
		if len(pairs) > 0 {
			return b.ownFlags(a, pairs), nil
		}
	}
	if len(pairs) == 0 {
		return dropped("it no longer looks like the same work, or the word was said")
	}
	verb := "changed"
	if a.RecordedAt.Equal(b.row.PlannedAt) {
		verb = "recorded"
	}
	m := Tell(
		Join("", Say("**%s %s** ", b.agencyName(a.Agency), verb), Say("%s, *%s*", store.ActivityRef(a.ID), title(a))),
		facets(a, b.today, nil))
	b.addPairs(m, pairs[:min(toldPairs, len(pairs))])
	return Built{Message: m}, nil
}

// stoodWhenSent tells whether a message that has gone out can have told the
// pair: it was found before, and nobody had settled it. One that is still to be
// sent tells what stands now.
func (b *building) stoodWhenSent(o *store.Overlap) bool {
	if !b.sent() {
		return true
	}
	last := len(o.Words) - 1
	settled := o.State != store.StateOpen && last >= 0 && o.Words[last].At.Before(b.row.DoneAt)
	return !settled && !o.FoundAt.After(b.row.DoneAt)
}

// raisedBy tells whether it was the one record that opened the pair, and not the
// other: then its agency has seen the pair in the reply.
func raisedBy(own, other *store.Activity, o *store.Overlap) bool {
	at := func(a *store.Activity) bool { return a.RecordedAt.Equal(o.OpenedAt) || a.ChangedAt.Equal(o.OpenedAt) }
	return at(own) && !at(other)
}

// goneOrDropped answers for a record that was taken out meanwhile.
func (b *building) goneOrDropped(a *store.Activity) (Built, error) {
	if a == nil || !b.sent() {
		return dropped("the record was withdrawn before this was sent")
	}
	return Built{Message: Tell(b.goneLine(a))}, nil
}

// goneLine says that a record no longer stands, in a message that told of it.
func (b *building) goneLine(a *store.Activity) Line {
	on := date.Of(a.Withdrawn.At.In(b.now.Location())).Date().Words(b.today)
	what := "withdrew"
	if a.Withdrawn.Undone {
		what = "took back"
	}
	return Say("%s %s **%s** on %s. There is nothing left to answer here.", b.agencyName(a.Agency), what, store.ActivityRef(a.ID), on)
}

// ownFlags tells an agency what its own record is close to, since somebody else
// made the change and has seen it alone.
func (b *building) ownFlags(a *store.Activity, pairs []told) Built {
	m := Tell(Join("", Say("**Others may do the same** as %s", b.your()), b.ownWords(a)))
	b.listPairs(m, pairs[:min(toldPairs, len(pairs))], func(p told) Line {
		return Join("", Say("**Possible duplicate** (%s): ", store.OverlapRef(p.o.ID)), b.named(p.other, b.today))
	})
	return Built{Message: m}
}

// addPairs tells which records of the reader's the pairs are close to.
func (b *building) addPairs(m *Message, pairs []told) {
	b.listPairs(m, pairs, func(p told) Line { return Join("", Say("It is close to %s", b.your()), b.ownWords(p.own)) })
}

// listPairs tells the pairs with their reasons and the reader's next steps; lead
// names a pair.
func (b *building) listPairs(m *Message, pairs []told, lead func(told) Line) {
	var buttons []Button
	open := 0
	for _, p := range pairs {
		m.Tell(append([]Line{lead(p)}, b.pairLines(p)...)...)
		suffix := ""
		if len(pairs) > 1 {
			suffix = " (" + store.OverlapRef(p.o.ID) + ")"
		}
		if p.o.State == store.StateOpen {
			open++
			buttons = append(buttons, settleButtons(p.o, suffix)...)
		}
		buttons = append(buttons, b.undoWord(p.o, suffix)...)
	}
	if open > 0 {
		m.Tell(Say("It may be the same work or only look so: nobody can tell better than the two of you. Nothing is held up by this."))
	}
	if b.reader.Role == store.Coordinator {
		var agencies []string
		for _, p := range pairs {
			agencies = addOnce(agencies, p.own.Agency)
		}
		m.Aside(b.noContact(agencies))
	}
	m.Next(buttons...)
}

// pairLines tells what two records have in common and, where a word was said,
// how the pair stands.
func (b *building) pairLines(p told) []Line {
	if p.o.State != store.StateOpen {
		return []Line{Say("%s: %s.", store.OverlapRef(p.o.ID), overlapState(p.o)), b.follows(p.o)}
	}
	lines := reasonLines(p.match)
	if p.o.Last() != nil {
		lines = append(lines, b.awaits(p.o))
	}
	return append(lines, b.follows(p.o))
}

// noContact says why a coordinator gets what concerns an agency.
func (b *building) noContact(agencies []string) Line {
	return Say("%s %s no contact point here, so this comes to you.", b.agencyNames(agencies), plural(len(agencies), "has", "have"))
}

// your stands before a record of the reader's; a coordinator has none.
func (b *building) your() string {
	if b.reader.Role == store.Coordinator {
		return ""
	}
	return "your "
}

// ownWords names the reader's own record; for a coordinator, with its agency.
func (b *building) ownWords(a *store.Activity) Line {
	if b.reader.Role == store.Coordinator {
		return b.named(a, b.today)
	}
	return Say("**%s**, *%s* (%s)", store.ActivityRef(a.ID), title(a), a.Period().Words(b.today))
}
