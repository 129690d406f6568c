package commands

import (
	"thbot/store"
	"thbot/store/date"
)

// overlapOf gives the overlap that a row is about, or nil.
func (b *building) overlapOf() (*store.Overlap, error) {
	letter, id := b.about()
	if letter != 'O' {
		return nil, nil
	}
	return b.view.Overlap(id)
}

// buildVerdict tells one side, once, what the other or the Coordinator's
// office said; or the owner of an activity, what a partner answered.
func buildVerdict(b *building) (Built, error) {
	if letter, _ := b.about(); letter == 'A' {
		return buildAnswer(b)
	}
	o, err := b.overlapOf()
	if o == nil || err != nil {
		return Built{Dropped: "the overlap is gone"}, err
	}
	said := o.Last()
	if said == nil || o.State == store.StateMoot || !said.At.Equal(b.row.PlannedAt) {
		if !b.sent() {
			return dropped("the word was taken back, or it is no longer in question")
		}
		return b.movedOn(o)
	}
	m := Tell(b.wordLine(o, said), b.pairLine(o)).Quoting(said.Reason)
	if last := b.ownWord(o); last != nil && last.Verdict != said.Verdict && said.At.After(last.At) {
		m.Tell(Say("You had said that %s. The latest word counts; if you see it otherwise, say so, or talk to each other.", verdictSaid(o, last.Verdict)))
	}
	return Built{Message: m.Next(b.standing(o)...)}, nil
}

// movedOn is what a message reads that told a word which no longer counts,
// perhaps since the reader has answered.
func (b *building) movedOn(o *store.Overlap) (Built, error) {
	lead := Say("**%s has moved on** since I wrote this. It now reads: %s.", store.OverlapRef(o.ID), overlapState(o))
	if n := len(o.Words); n > 0 && b.reads(o.Words[n-1].By) {
		lead = Say("**You have answered** this. %s now reads: %s.", store.OverlapRef(o.ID), overlapState(o))
	}
	return Built{Message: Tell(lead,
		b.pairLine(o), b.follows(o)).Next(b.standing(o)...)}, nil
}

// ownWord gives the last word of the reader's side, or nil.
func (b *building) ownWord(o *store.Overlap) *store.Word {
	if b.reader == nil || b.reader.Agency == "" {
		return nil
	}
	return o.Latest(b.reader.Agency)
}

func (b *building) wordLine(o *store.Overlap, w *store.Word) Line {
	who := "The Coordinator's office"
	if w.Agency != "" {
		who = b.agencyName(w.Agency)
	}
	ref := store.OverlapRef(o.ID)
	switch {
	case o.State == store.StateJoint:
		return Say("**%s says yes: one joint activity** (%s). %s stands in lists and totals, the other is part of it.", who, ref, store.ActivityRef(o.Lead))
	case w.Verdict == store.SayCoordinate:
		return Say("**%s says it will be coordinated** (%s).", who, ref)
	case w.Verdict == store.SayJoint:
		return Say("**%s proposes one joint activity** (%s).", who, ref)
	case o.Question:
		return Say("**%s says it is another activity** (%s).", who, ref)
	}
	return Say("**%s says it is not a duplicate** (%s).", who, ref)
}

func (b *building) pairLine(o *store.Overlap) Line {
	return Join("", b.named(b.view.Activity(o.A), b.today), Say(" and "), b.named(b.view.Activity(o.B), b.today))
}

// standing are the next steps on an overlap as it stands.
func (b *building) standing(o *store.Overlap) []Button {
	ref := store.OverlapRef(o.ID)
	show := Button{Label: "Show " + ref, Action: "overlap.show", Record: ref}
	if o.State == store.StateMoot {
		return []Button{show}
	}
	return append(append([]Button{show}, settleButtons(o, "")...), b.undoWord(o, "")...)
}

// buildProposal asks the other side whether the two are one joint activity.
func buildProposal(b *building) (Built, error) {
	o, err := b.overlapOf()
	if o == nil || err != nil {
		return Built{Dropped: "the overlap is gone"}, err
	}
	from := o.Proposer()
	if from == "" {
		if !b.sent() {
			return dropped("it is no longer proposed")
		}
		return b.movedOn(o)
	}
	a, c := b.view.Activity(o.A), b.view.Activity(o.B)
	m := Tell(
		Say("**%s proposes one joint activity** (%s):", b.agencyName(from), store.OverlapRef(o.ID)),
		b.named(a, b.today), b.named(c, b.today))
	m.Quoting(o.Last().Reason)
	m.Tell(Say("With your yes, both records keep their id, text and notes; %s leads and the two count once. Until then nothing changes.", store.ActivityRef(a.ID)))
	ref := store.OverlapRef(o.ID)
	buttons := []Button{
		{Label: "Yes, one joint activity", Action: "overlap.joint", Record: ref, Revision: o.Revision},
		{Label: "No, but we will coordinate", Action: "overlap.coordinate", Record: ref, Revision: o.Revision},
		{Label: "No, not the same", Action: "overlap.dismiss", Record: ref, Revision: o.Revision},
		{Label: "Remind me in a week", Action: "overlap.later", Record: ref, Revision: o.Revision},
	}
	return Built{Message: m.Next(append(buttons, b.undoWord(o, "")...)...)}, nil
}

// buildLater asks again about an overlap that was put off, if it is open still.
func buildLater(b *building) (Built, error) {
	o, err := b.overlapOf()
	if o == nil || err != nil {
		return Built{Dropped: "the overlap is gone"}, err
	}
	if o.State != store.StateOpen && !b.sent() {
		return dropped("it is settled")
	}
	if !b.sent() && !b.putOff(o) {
		return dropped("the word was taken back")
	}
	m := Tell(Say("You asked me to come back to **%s**. It reads: %s.", store.OverlapRef(o.ID), overlapState(o)), b.pairLine(o), b.follows(o))
	if o.State != store.StateOpen {
		return Built{Message: m.Next(b.standing(o)...)}, nil
	}
	m.Tell(reasonLines(b.compare(b.view, o))...)
	return Built{Message: m.Next(b.standing(o)...)}, nil
}

// putOff tells whether the reader's word that planned the row still stands.
func (b *building) putOff(o *store.Overlap) bool {
	for _, w := range o.Words {
		if w.Verdict == store.SayLater && w.At.Equal(b.row.PlannedAt) {
			return true
		}
	}
	return false
}

// buildUnsettled asks the coordinators to look at a pair on which minds have
// changed for the third time.
func buildUnsettled(b *building) (Built, error) {
	o, err := b.overlapOf()
	if o == nil || err != nil {
		return Built{Dropped: "the overlap is gone"}, err
	}
	if o.State == store.StateMoot && !b.sent() {
		return dropped("it is no longer in question")
	}
	m := Tell(
		Say("**%s and %s have changed their minds three times** on %s.", b.agencyName(o.AgencyA), b.agencyName(o.AgencyB), store.OverlapRef(o.ID)),
		b.pairLine(o))
	var lines []Line
	for _, w := range o.Words {
		who := "the Coordinator's office"
		if w.Agency != "" {
			who = b.agencyName(w.Agency)
		}
		lines = append(lines, Say("%s, %s: %s", date.Of(w.At.In(b.now.Location())).Date().Words(b.today), who, verdictSaid(o, w.Verdict)))
	}
	m.Items(lines...).Tell(Say("It now reads: %s. A word of yours settles it for both, or perhaps a call does.", overlapState(o)), b.follows(o))
	return Built{Message: m.Next(b.standing(o)...)}, nil
}
