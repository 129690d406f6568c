package commands

import (
	"slices"

	"thbot/store"
	"thbot/store/date"
)

// planNamed plans a private question to each agency that a change names as
// partner: one that was not named before, or had declined.
func (c *Commands) planNamed(ch *store.Change, a, before *store.Activity) error {
	if before != nil && slices.ContainsFunc(before.Partners, func(p store.Partner) bool { return a.PartnerState(p.Agency) == "" }) {
		if err := c.refreshNamed(ch, a); err != nil {
			return err
		}
	}
	for _, p := range a.Partners {
		if p.State != store.Named {
			continue
		}
		if before != nil {
			if was := before.PartnerState(p.Agency); was == store.Named || was == store.Confirmed {
				continue
			}
		}
		if err := c.tell(ch, p.Agency, store.Row{
			Kind: store.RowNamed, Subject: subject(store.ActivityRef(a.ID), a.Revision), Slot: "-", Due: ch.At.Add(c.rules.Hold),
		}); err != nil {
			return err
		}
	}
	return nil
}

// buildNamed asks an agency whether it is a partner and, where it has a record
// that looks like the same work, whether that is it.
func buildNamed(b *building) (Built, error) {
	_, id := b.about()
	a := b.view.Activity(id)
	if a == nil || !a.Live() {
		return b.goneOrDropped(a)
	}
	side, err := b.sides()
	if err != nil {
		return Built{}, err
	}
	var asked []store.Partner
	var names []string
	for _, p := range a.Partners {
		if side(p.Agency) && (p.State == store.Named || b.sent()) {
			asked, names = append(asked, p), append(names, p.Agency)
		}
	}
	if len(asked) == 0 {
		if b.sent() {
			return Built{Message: Tell(Say("%s no longer names you as partner in **%s**. There is nothing left to answer here.", b.agencyName(a.Agency), store.ActivityRef(a.ID)))}, nil
		}
		return dropped("no longer named, or answered already")
	}
	m := Tell(
		Join("", Say("**%s names %s as partner** in ", b.agencyName(a.Agency), b.agencyNames(names)), Say("**%s**, *%s*", store.ActivityRef(a.ID), title(a))),
		facets(a, b.today, nil))
	if b.reader.Role == store.Coordinator {
		return b.namedToOffice(m, a, asked, names), nil
	}
	return b.namedToPartner(m, a, asked[0])
}

// namedToPartner asks the partner itself, or tells what it has answered.
func (b *building) namedToPartner(m *Message, a *store.Activity, p store.Partner) (Built, error) {
	ref := store.ActivityRef(a.ID)
	var buttons, undo []Button
	if p.State == store.Named {
		m.Tell(Say("Is that so? Once you confirm, it counts for %s too, and you can add notes. Until then it counts for %s alone.", b.agencyName(p.Agency), b.agencyName(a.Agency)))
		buttons = partnerButtons(a)
	} else {
		m.Tell(b.answerLine(p))
		if undo = b.undo(ref, p.By, p.At, ""); len(undo) > 0 {
			m.Tell(b.yetToHear(ref, p.At))
		}
	}
	buttons = append(buttons, Button{Label: "Show " + ref, Action: "show.record", Record: ref})
	o, err := b.question(a, p.Agency)
	if o == nil || err != nil {
		return Built{Message: m.Next(append(buttons, undo...)...)}, err
	}
	if o.State == store.StateOpen {
		m.Tell(Join("", Say("Is this your record of the same joint activity? "), b.ownWords(b.view.Activity(o.Other(a.ID)))))
		buttons = append(buttons, settleButtons(o, "")[:2]...)
	}
	if word := b.undoWord(o, ""); len(word) > 0 {
		undo = word // the later of the two
	}
	return Built{Message: m.Next(append(buttons, undo...)...)}, nil
}

// namedToOffice tells the coordinators for agencies without a contact point.
func (b *building) namedToOffice(m *Message, a *store.Activity, asked []store.Partner, names []string) Built {
	ref := store.ActivityRef(a.ID)
	for _, p := range asked {
		if p.State != store.Named {
			m.Tell(b.answerLine(p))
			continue
		}
		m.Tell(Say("To answer for %s: `/thb partner %s confirm agency:%s`", b.agencyName(p.Agency), ref, p.Agency))
	}
	m.Aside(b.noContact(names))
	return Built{Message: m.Next(Button{Label: "Show " + ref, Action: "show.record", Record: ref})}
}

func (b *building) answerLine(p store.Partner) Line {
	return Say("%s %s this on %s.", b.agencyName(p.Agency), p.State, date.Of(p.At.In(b.now.Location())).Date().Words(b.today))
}

// question gives the overlap that asks whether a record of the partner is of the
// same work, or nil.
func (b *building) question(a *store.Activity, partner string) (*store.Overlap, error) {
	overlaps, err := b.view.OverlapsOf(a.ID)
	for _, o := range overlaps {
		if o.Question && b.view.Activity(o.Other(a.ID)).Agency == partner {
			return o, err
		}
	}
	return nil, err
}

// buildAnswer tells the owner, once, what a partner answered.
func buildAnswer(b *building) (Built, error) {
	_, id := b.about()
	a := b.view.Activity(id)
	if a == nil || !a.Live() {
		return b.goneOrDropped(a)
	}
	for i := range a.Partners {
		p := &a.Partners[i]
		if p.Agency != b.row.Slot || p.State == store.Named && !b.sent() {
			continue
		}
		m, err := b.answerMessage(a, p)
		ref := store.ActivityRef(a.ID)
		return Built{Message: m.Next(Button{Label: "Show " + ref, Action: "show.record", Record: ref})}, err
	}
	return dropped("the answer was taken back")
}

func (b *building) answerMessage(a *store.Activity, p *store.Partner) (*Message, error) {
	record := Say("%s, *%s*", store.ActivityRef(a.ID), title(a))
	switch {
	case p.State == store.Named:
		return Tell(Join("", Say("**%s took its answer back** on ", b.agencyName(p.Agency)), record)), nil
	case b.sent() && !p.At.Equal(b.row.PlannedAt):
		return Tell(Join("", Say("**%s has answered anew** since I wrote this: it %s as partner in ", b.agencyName(p.Agency), p.State), record)), nil
	}
	m := Tell(Join("", Say("**%s %s** as partner in ", b.agencyName(p.Agency), p.State), record))
	notes, err := b.view.Notes(a.ID)
	for _, n := range notes {
		if n.At.Equal(p.At) && n.By == p.By {
			m.Quoting(n.Text)
		}
	}
	if p.State == store.Confirmed {
		return m.Tell(Say("It now counts for both of you.")), err
	}
	return m.Tell(Say("It counts for %s alone.", b.agencyName(a.Agency))), err
}

// refreshNamed has the delivered questions to the partners show the answer,
// also those of the import that brought the activity.
func (c *Commands) refreshNamed(ch *store.Change, a *store.Activity) error {
	if err := eachRow(ch, store.RowNamed, store.ActivityRef(a.ID), refreshRow(ch)); err != nil {
		return err
	}
	return gather(ch, store.RowImport+":", func(r *store.Row) error {
		if !r.PlannedAt.Equal(a.RecordedAt) {
			return nil
		}
		return refreshRow(ch)(r)
	})
}

// tellOwner plans one private word to the owner; an earlier one that has not
// gone out no longer holds.
func (c *Commands) tellOwner(ch *store.Change, a *store.Activity, partner string) error {
	ref := store.ActivityRef(a.ID)
	err := eachRow(ch, store.RowVerdict, ref, func(r *store.Row) error {
		if r.Slot != partner {
			return nil
		}
		if _, err := ch.Drop(r.Key, "answered anew since"); err != nil {
			return err
		}
		_, err := ch.Refresh(r.Key)
		return err
	})
	if err != nil {
		return err
	}
	return c.tell(ch, a.Agency, store.Row{Kind: store.RowVerdict, Subject: subject(ref, a.Revision), Slot: partner, Due: ch.At.Add(c.rules.Hold)})
}
