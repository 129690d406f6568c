package commands

import (
	"strings"

	"thbot/store"
)

// planEntered plans one private word to an agency for which the Coordinator's
// office has entered something; while one is still waiting, it tells the rest
// as well. Whoever entered it is not told.
func (c *Commands) planEntered(ch *store.Change, who *store.Person, a *store.Activity) error {
	return c.planEnteredAs(ch, who, a.Agency, store.ActivityRef(a.ID), a.Revision)
}

// planEnteredAs is planEntered for any record, such as a statement.
func (c *Commands) planEnteredAs(ch *store.Change, who *store.Person, agency, ref string, revision int) error {
	if who.Role != store.Coordinator {
		return nil
	}
	waits := false
	err := ch.Rows(store.RowEntered+":"+ref+".r", func(r *store.Row) bool {
		waits = waits || r.State == store.Waiting
		return !waits
	})
	if err != nil || waits {
		return err
	}
	to, err := c.recipients(ch.View, agency)
	if err != nil {
		return err
	}
	return tellEach(ch, others(to, store.PersonRef(who.ID)), store.Row{
		Kind: store.RowEntered, Subject: subject(ref, revision), Slot: "-", Due: ch.At.Add(c.rules.Hold),
	})
}

// buildEntered tells an agency what the Coordinator's office entered for it
// since the message was planned.
func buildEntered(b *building) (Built, error) {
	letter, id := b.about()
	if letter == 'N' {
		return b.enteredStatement(id)
	}
	a := b.view.Activity(id)
	if a == nil {
		return dropped("the record is gone")
	}
	ref := store.ActivityRef(id)
	if a.Withdrawn != nil && a.Withdrawn.Undone {
		if !b.sent() {
			return dropped("it was taken back")
		}
		return Built{Message: Tell(Say("The Coordinator's office took **%s** back. It stands no more.", ref))}, nil
	}
	deeds, err := b.officeDeeds(ref)
	if err != nil {
		return Built{}, err
	}
	if len(deeds) == 0 {
		if b.sent() {
			return Built{Message: Tell(Say("What the Coordinator's office had changed in **%s** was taken back.", ref)).Next(showActivity(a)...)}, nil
		}
		return dropped("it was taken back")
	}
	m := Tell(Join("", Say("**Entered by the Coordinator's office:** "), b.named(a, b.today)))
	m.Items(deeds...)
	if a.Live() {
		m.Tell(Say("If something is not right, change it, or tell the office."))
	}
	return Built{Message: m.Next(showActivity(a)...)}, nil
}

func showActivity(a *store.Activity) []Button {
	ref := store.ActivityRef(a.ID)
	buttons := []Button{{Label: "Show " + ref, Action: "show.record", Record: ref}}
	if a.Live() {
		buttons = append(buttons, Button{Label: "Edit", Action: "edit.form", Record: ref, Revision: a.Revision})
	}
	return buttons
}

// officeDeeds says what coordinators changed since the row was planned, oldest
// first; what was undone is left out.
func (b *building) officeDeeds(ref string) ([]Line, error) {
	k := &call{Commands: b.Commands, now: b.now, today: b.today} // for its words; it asks nothing
	var lines []Line
	var failed error
	var group []store.Past
	flush := func() {
		if len(group) == 0 || failed != nil {
			return
		}
		undone, err := undoneAt(b.view, group[0].Group)
		who, err2 := b.view.PersonNamed(group[0].Actor)
		failed = errFirst(err, err2)
		if undone.IsZero() && who != nil && who.Role == store.Coordinator && group[0].Op != "undo" {
			if deeds := k.deedsOf(group); len(deeds) > 0 {
				lines = append([]Line{Join("; ", deeds...)}, lines...)
			}
		}
	}
	err := b.view.History(ref, func(p store.Past) bool {
		if p.At.Before(b.row.PlannedAt) {
			return false
		}
		if len(group) > 0 && group[0].Group != p.Group {
			flush()
			group = nil
		}
		group = append(group, p)
		return failed == nil
	})
	flush()
	return lines, errFirst(err, failed)
}

func errFirst(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// enteredStatement tells of a statement "nothing" or "unchanged".
func (b *building) enteredStatement(id int) (Built, error) {
	n, err := b.view.Confirmation(id)
	if n == nil || err != nil {
		return Built{Dropped: "the statement is gone"}, err
	}
	if n.Withdrawn != nil {
		if !b.sent() {
			return dropped("it was taken back")
		}
		return Built{Message: Tell(Say("The Coordinator's office took back what it had stated for %s.", b.agencyName(n.Agency)))}, nil
	}
	what := "that what is recorded is unchanged"
	if n.Commitment != "" {
		title := n.Commitment
		if c, ok := b.catalogue.Commitment(n.Commitment); ok {
			title = c.Title
		}
		what = "that nothing is planned for " + title + ", " + strings.ReplaceAll(n.Period, "..", " to ")
	}
	return Built{Message: Tell(
		Say("**The Coordinator's office stated for %s** %s.", b.agencyName(n.Agency), what),
		Say("If that is not right, record what there is, or tell the office."))}, nil
}
