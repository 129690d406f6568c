package commands

import (
	"slices"

	"thbot/store"
)

// privateKinds are the messages that tell of one record.
var privateKinds = []string{
	store.RowFlag, store.RowNamed, store.RowEntered, store.RowVerdict, store.RowProposal, store.RowLater,
	store.RowUnsettled, store.RowInvitation, store.RowReminder, store.RowMoved, store.RowLink,
}

// rowsTaken counts what became of messages that no longer hold.
type rowsTaken struct{ dropped, edited, late int }

func (t rowsTaken) lines() []Line {
	var lines []Line
	if t.dropped > 0 {
		lines = append(lines, Say("%s not yet sent will not go out.", count(t.dropped, "message", "messages")))
	}
	if t.edited > 0 {
		lines = append(lines, Say("%s already sent will be edited to say so.", count(t.edited, "message", "messages")))
	}
	if t.late > 0 {
		lines = append(lines, Say("%s on the way will be followed by a word that it was taken back.", count(t.late, "message", "messages")))
	}
	return lines
}

// takeBack drops the waiting messages about a record, has the delivered ones
// edited, and sends a word after those that are just on their way.
func (c *Commands) takeBack(ch *store.Change, ref string, which func(*store.Row) bool, taken *rowsTaken) error {
	for _, kind := range privateKinds {
		err := eachRow(ch, kind, ref, func(r *store.Row) error {
			if !which(r) {
				return nil
			}
			return c.takeRow(ch, r, taken)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (c *Commands) takeRow(ch *store.Change, r *store.Row, taken *rowsTaken) error {
	switch {
	case r.State == store.Waiting && !r.Begun():
		ok, err := ch.Drop(r.Key, "taken back before it was sent")
		if ok {
			taken.dropped++
		}
		return err
	case r.State == store.Delivered:
		ok, err := ch.Refresh(r.Key)
		if ok {
			taken.edited++
		}
		return err
	case r.Open():
		late := store.Row{
			Kind: store.RowUndone, Subject: r.Subject, Slot: r.Kind + "." + r.Slot, Destination: r.Destination,
			Due: ch.At.Add(c.rules.Hold),
		}
		ok, err := ch.Plan(&late)
		if ok {
			taken.late++
		}
		return err
	}
	return nil
}

// resettle brings an activity's overlaps and messages up to date after an
// undo: what stands again and was never told, since its message was dropped,
// is told after all, from the side whose record it is.
func (c *Commands) resettle(ch *store.Change, id int, own bool) error {
	a := ch.Activity(id).Clone()
	flags, err := c.rematch(ch, a, nil)
	if err != nil || !a.Live() {
		return err
	}
	if !own {
		return c.repropose(ch, a)
	}
	for i := range flags {
		f := &flags[i]
		if f.Fresh || len(f.Overlap.Words) > 0 {
			f.Fresh = false // planned by rematch, or known to those who spoke
			continue
		}
		told, err := c.flagTold(ch.View, a, f)
		if err != nil {
			return err
		}
		f.Fresh = !told
	}
	if err := c.planFlags(ch, a, flags); err != nil {
		return err
	}
	if err := c.renamePartners(ch, a); err != nil {
		return err
	}
	return c.repropose(ch, a)
}

// flagTold tells whether either side of a pair has been or will be told of it.
func (c *Commands) flagTold(v *store.View, a *store.Activity, f *flag) (bool, error) {
	for _, t := range []struct {
		ref    *store.Activity
		agency string
	}{{a, f.Other.Agency}, {f.Other, a.Agency}} {
		told, err := c.reaches(v, store.RowFlag, store.ActivityRef(t.ref.ID), t.agency)
		if told || err != nil {
			return told, err
		}
	}
	told := false
	err := v.Rows(store.RowImport+":", func(r *store.Row) bool {
		told = told || r.PlannedAt.Equal(f.Overlap.OpenedAt) && alive(r)
		return !told
	})
	return told, err
}

func alive(r *store.Row) bool {
	return r.State == store.Waiting || r.State == store.Claimed || r.State == store.Delivered
}

// reaches tells whether a message of the kind about the record went or goes to
// the agency.
func (c *Commands) reaches(v *store.View, kind, ref, agency string) (bool, error) {
	to, err := c.recipients(v, agency)
	if err != nil {
		return false, err
	}
	found := false
	err = v.Rows(kind+":"+ref+".r", func(r *store.Row) bool {
		found = found || alive(r) && slices.ContainsFunc(to, func(p *store.Person) bool { return r.Destination == store.PersonRef(p.ID) })
		return !found
	})
	return found, err
}

// renamePartners asks those partners again whose question was dropped.
func (c *Commands) renamePartners(ch *store.Change, a *store.Activity) error {
	ref := store.ActivityRef(a.ID)
	for _, p := range a.Partners {
		if p.State != store.Named {
			continue
		}
		asked, err := c.reaches(ch.View, store.RowNamed, ref, p.Agency)
		if err != nil {
			return err
		}
		if asked {
			continue
		}
		if err := c.tell(ch, p.Agency, store.Row{Kind: store.RowNamed, Subject: subject(ref, a.Revision), Slot: changeRef(ch.Group()), Due: ch.At.Add(c.rules.Hold)}); err != nil {
			return err
		}
	}
	return nil
}

// repropose asks the other side again where a proposal stands once more.
func (c *Commands) repropose(ch *store.Change, a *store.Activity) error {
	overlaps, err := ch.OverlapsOf(a.ID)
	if err != nil {
		return err
	}
	for _, o := range overlaps {
		from := o.Proposer()
		if from == "" || o.State != store.StateOpen {
			continue
		}
		ref := store.OverlapRef(o.ID)
		asked, err := c.reaches(ch.View, store.RowProposal, ref, o.Side(from))
		if err != nil {
			return err
		}
		if asked {
			continue
		}
		if err := c.tell(ch, o.Side(from), store.Row{Kind: store.RowProposal, Subject: subject(ref, len(o.Words)), Slot: changeRef(ch.Group()), Due: ch.At.Add(c.rules.Hold)}); err != nil {
			return err
		}
	}
	return nil
}
