package commands

import (
	"strconv"

	"thbot/commands/overlap"
	"thbot/store"
	"thbot/store/date"
	"thbot/store/fault"
)

// compare looks at a pair anew, as its kind of question asks: among all of the
// register, so that a flag closes by the measure by which it was opened. Where
// the index cannot follow the journal, it is asked as it stands.
func (c *Commands) compare(v *store.View, o *store.Overlap) overlap.Match {
	return c.weigh(v, v.Activity(o.A), v.Activity(o.B), o.Question)
}

func (c *Commands) weigh(v *store.View, a, b *store.Activity, question bool) overlap.Match {
	if question {
		return c.engine.Resembles(work(a), work(b))
	}
	if err := c.follow(v); err != nil {
		c.log.Error("follow the journal", "err", err)
	}
	return c.index.Compare(work(a), work(b))
}

// showOverlap answers with one overlap: the two records, the reasons, what was
// said, who waits for whom, and the next steps.
func (k *call) showOverlap(id int) (Reply, error) {
	var m *Message
	err := k.view(func(v *store.View) error {
		o, err := v.Overlap(id)
		if err == nil && o == nil {
			err = fault.New(fault.NotFound, "There is no %s.", store.OverlapRef(id)).WithTry("/thb overlap mine")
		}
		if err == nil {
			m, err = k.wholeOverlap(v, o)
		}
		return err
	})
	return Reply{Message: m}, err
}

func (k *call) wholeOverlap(v *store.View, o *store.Overlap) (*Message, error) {
	m := Tell(Join("", Say("**%s**, ", store.OverlapRef(o.ID)), k.overlapStanding(o, k.today)))
	m.Items(k.named(v.Activity(o.A), k.today), k.named(v.Activity(o.B), k.today))
	if o.State == store.StateMoot {
		m.Tell(Say("No longer in question: %s.", k.mootWords(v, o)))
	} else if o.State != store.StateJoint {
		m.Tell(reasonLines(k.compare(v, o))...)
	}
	if err := k.addWords(m, v, o); err != nil {
		return nil, err
	}
	m.Tell(k.awaits(o))
	m.Next(
		Button{Label: "Show " + store.ActivityRef(o.A), Action: "show.record", Record: store.ActivityRef(o.A)},
		Button{Label: "Show " + store.ActivityRef(o.B), Action: "show.record", Record: store.ActivityRef(o.B)})
	if !k.mayWeigh(o) || o.State == store.StateMoot {
		return m, nil
	}
	buttons := settleButtons(o, "")
	return m.Next(append(buttons, Button{Label: "With a reason", Action: "overlap.form", Record: store.OverlapRef(o.ID), Revision: o.Revision})...), nil
}

// overlapStanding says where an overlap stands and since when it is open.
func (c *Commands) overlapStanding(o *store.Overlap, today date.Day) Line {
	words := overlapState(o)
	if o.State == store.StateOpen {
		words += " " + sinceDays(today, date.Of(o.OpenedAt.In(c.rules.Zone)))
	}
	return Say("%s", words)
}

func sinceDays(today, from date.Day) string {
	switch n := max(0, int(today-from)); n {
	case 0:
		return "since today"
	case 1:
		return "since yesterday"
	default:
		return "for " + strconv.Itoa(n) + " days"
	}
}

// addWords lists what was said, oldest first, with the reasons as typed.
func (k *call) addWords(m *Message, v *store.View, o *store.Overlap) error {
	for _, w := range o.Words {
		who, err := k.sideName(v, w)
		if err != nil {
			return err
		}
		at := w.At.In(k.rules.Zone)
		line := Say("%s, %s: %s", date.Of(at).Date().Words(k.today), who, verdictSaid(o, w.Verdict))
		if w.Verdict == store.SayLater && !w.Until.IsZero() {
			line = append(line, Say(" (again on %s)", date.Of(w.Until.In(k.rules.Zone)).Date().Words(k.today))...)
		}
		m.Tell(line).Quoting(w.Reason)
	}
	return nil
}

func (k *call) sideName(v *store.View, w store.Word) (string, error) {
	if w.Agency != "" {
		return k.agencyName(w.Agency), nil
	}
	return k.authorName(v, w.By)
}

// verdictSaid is a verdict in words, as its author would say it.
func verdictSaid(o *store.Overlap, verdict string) string {
	switch verdict {
	case store.SayCoordinate:
		return "we coordinate"
	case store.SayJoint:
		return "it is one joint activity"
	case store.SayDismiss:
		if o.Question {
			return "it is another activity"
		}
		return "it is not a duplicate"
	}
	return "ask me later"
}

// awaits says who has yet to say a word.
func (c *Commands) awaits(o *store.Overlap) Line {
	if o.State != store.StateOpen {
		return nil
	}
	if p := o.Proposer(); p != "" {
		return Say("%s proposes one joint activity; %s has yet to say yes.", c.agencyName(p), c.agencyName(o.Side(p)))
	}
	var silent []string
	for _, side := range []string{o.AgencyA, o.AgencyB} {
		if o.Latest(side) == nil {
			silent = append(silent, side)
		}
	}
	if len(silent) == 2 {
		since := "yet"
		if o.Past > 0 {
			since = "since it opened again"
		}
		return Say("Nobody has said a word on it %s. The first word of %s or %s settles it.", since, c.agencyName(silent[0]), c.agencyName(silent[1]))
	}
	return Say("A word of %s is awaited.", c.agencyNames(silent))
}

// settleButtons are the words one can say, but for the one that holds; suffix
// tells the buttons of several overlaps in one message apart.
func settleButtons(o *store.Overlap, suffix string) []Button {
	words := [][2]string{
		{store.SayCoordinate, "We will coordinate"}, {store.SayJoint, "One joint activity"},
		{store.SayDismiss, "Not a duplicate"}, {store.SayLater, "Remind me in a week"},
	}
	if o.Question {
		words = [][2]string{{store.SayJoint, "Yes, the same"}, {store.SayDismiss, "No, another one"}, {store.SayLater, "Remind me in a week"}}
	}
	var buttons []Button
	for _, w := range words {
		holds := w[0] == o.State || w[0] == store.SayDismiss && o.State == store.StateDismissed
		if holds || w[0] == store.SayLater && o.State != store.StateOpen {
			continue
		}
		buttons = append(buttons, Button{Label: w[1] + suffix, Action: "overlap." + w[0], Record: store.OverlapRef(o.ID), Revision: o.Revision})
	}
	return buttons
}

// settledReply tells what a word did, who will hear of it, and how to take it
// back.
func (k *call) settledReply(done settled, pressed bool) (Reply, error) {
	o, ref := done.o, store.OverlapRef(done.o.ID)
	if done.stale {
		// Not in the message's place, which may tell of other pairs, too; it is
		// edited to how they stand.
		reply, err := k.showOverlap(o.ID)
		if err == nil {
			m := Tell(Say("Something has changed since that message, so I noted nothing. This is how it stands:"))
			reply.Message = m.Add(reply.Message)
		}
		return reply, err
	}
	if done.effect.Repeated {
		m := Tell(Say("You have said that on %s already: %s. It stands.", ref, verdictSaid(o, done.word.Verdict)))
		return Reply{Message: m.Next(k.showOverlapButton(o)), Replace: pressed}, nil
	}
	m := Tell(k.settledLine(done))
	switch {
	case done.effect.Linked:
		m.Tell(Say("Both records keep their id, text and notes. %s stands in lists and totals, the other reads “part of %s”. %s and %s are now partners in it.",
			store.ActivityRef(o.Lead), store.ActivityRef(o.Lead), k.agencyName(o.AgencyA), k.agencyName(o.AgencyB)))
	case done.effect.Unlinked:
		m.Tell(Say("The two records stand for themselves again."))
	}
	if len(done.told) > 0 {
		m.Tell(Say("I will tell %s %s, in private, unless you undo this.", k.agencyNames(done.told), k.toldAt(done.told...)))
	}
	if done.urgent {
		m.Tell(Say("Minds have changed on this three times, so I will ask the Coordinator's office to have a look."))
	}
	return Reply{Replace: pressed, Message: m.Next(k.showOverlapButton(o),
		undoButton(done.group, ""))}, nil
}

func (k *call) showOverlapButton(o *store.Overlap) Button {
	ref := store.OverlapRef(o.ID)
	return Button{Label: "Show " + ref, Action: "overlap.show", Record: ref}
}

func (k *call) settledLine(done settled) Line {
	o := done.o
	pair := Say("%s and %s", store.ActivityRef(o.A), store.ActivityRef(o.B))
	head := Say("**%s noted:** ", store.OverlapRef(o.ID))
	switch {
	case done.word.Verdict == store.SayLater:
		return Join("", head, Say("I will ask you again on %s.", date.Of(done.word.Until.In(k.rules.Zone)).Date().Words(k.today)))
	case done.effect.Proposed:
		return Join("", head, Say("you propose that "), pair, Say(" are one joint activity. It holds when %s says yes.", k.agencyName(o.Side(done.word.Agency))))
	case o.State == store.StateJoint:
		return Join("", head, pair, Say(" are one joint activity."))
	case o.State == store.StateCoordinate:
		return Join("", head, k.sidesWords(o), Say(" coordinate "), pair, Say("."))
	case o.Question:
		return Join("", head, pair, Say(" are two different activities."))
	}
	return Join("", head, pair, Say(" are not duplicates."))
}

func (k *call) sidesWords(o *store.Overlap) Line {
	return Say("%s and %s", k.agencyName(o.AgencyA), k.agencyName(o.AgencyB))
}
