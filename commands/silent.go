package commands

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"thbot/commands/coverage"
	"thbot/store"
	"thbot/store/date"
)

// silentNotice is how long before an agency is named as silent it has had a
// private word (contract, section 5).
const silentNotice = 10 * day

// silences gives the agencies of which nothing was heard for a while.
func (c *Commands) silences(v *store.View, now time.Time) ([]coverage.Silence, error) {
	m, err := c.matrix(v, date.Whole(date.Year(now.In(c.rules.Zone).Year())), now)
	if err != nil {
		return nil, err
	}
	return m.Silences, nil
}

// silentRows gives the private words to agencies that have fallen silent: one
// for each silence.
func (c *Commands) silentRows(v *store.View, now time.Time) ([]store.Row, error) {
	silences, err := c.silences(v, now)
	if err != nil {
		return nil, err
	}
	var rows []store.Row
	for _, s := range silences {
		last, _, err := c.lastSilentWord(v, s.Agency)
		if err != nil {
			return nil, err
		}
		if last != nil && last.PlannedAt.After(s.Since) {
			continue // told already, and nothing was heard since
		}
		to, err := c.recipients(v, s.Agency)
		if err != nil {
			return nil, err
		}
		for _, p := range to {
			rows = append(rows, store.Row{
				Kind: store.RowSilent, Subject: subject(s.Agency, silentRevision(last)+1), Slot: "-",
				Destination: store.PersonRef(p.ID), Due: now,
			})
		}
	}
	return rows, nil
}

// lastSilentWord gives a row of the agency's last private word, or nil, and
// when the first copy of that word was delivered, or the zero time.
func (c *Commands) lastSilentWord(v *store.View, agency string) (last *store.Row, delivered time.Time, err error) {
	err = v.Rows(store.RowSilent+":"+agency+".r", func(r *store.Row) bool {
		n, newest := silentRevision(r), silentRevision(last)
		if n > newest {
			last, delivered = r, time.Time{}
		}
		if n >= newest && r.State == store.Delivered && (delivered.IsZero() || r.DoneAt.Before(delivered)) {
			delivered = r.DoneAt
		}
		return true
	})
	return last, delivered, err
}

// silentRevision gives 2 of the subject "frontex.r2", and 0 of no row.
func silentRevision(r *store.Row) int {
	if r == nil {
		return 0
	}
	_, n, _ := strings.Cut(r.Subject, ".r")
	revision, _ := strconv.Atoi(n)
	return revision
}

// nameable keeps the silences that the digest may name: those of agencies that
// had a private word at least ten days before, about this silence.
func (c *Commands) nameable(v *store.View, silences []coverage.Silence, now time.Time) ([]coverage.Silence, error) {
	if c.rules.KeepSilent {
		return nil, nil
	}
	var named []coverage.Silence
	for _, s := range silences {
		_, delivered, err := c.lastSilentWord(v, s.Agency)
		if err != nil {
			return nil, err
		}
		if !delivered.IsZero() && delivered.After(s.Since) && now.Sub(delivered) >= silentNotice {
			named = append(named, s)
		}
	}
	return named, nil
}

// buildSilent tells an agency's contact points, or the coordinators where it
// has none, that nothing was heard from it.
func buildSilent(b *building) (Built, error) {
	agency, _, _ := strings.Cut(b.row.Subject, ".")
	silences, err := b.silences(b.view, b.now)
	if err != nil {
		return Built{}, err
	}
	for _, s := range silences {
		if s.Agency == agency && (b.row.PlannedAt.After(s.Since) || s.Since.IsZero()) {
			return Built{Message: b.silentWord(s)}, nil
		}
	}
	return Built{Dropped: fmt.Sprintf("%s has been heard since", b.agencyName(agency))}, nil
}

func (b *building) silentWord(s coverage.Silence) *Message {
	name := b.agencyName(s.Agency)
	head := Say("**Nothing has come from %s since %s.**", name, shortDay(date.Of(s.Since.In(b.rules.Zone)), b.today))
	if s.Since.IsZero() {
		head = Say("**Nothing is recorded for %s yet.**", name)
	}
	if b.reader == nil || b.reader.Agency != s.Agency {
		return Tell(head, Say("%s has no contact point on the roster, so this comes to you.", name)).
			Next(Button{Label: "Contacts", Action: "contact.list"})
	}
	m := Tell(head, Say("Perhaps nothing has changed: then one press says so, and the dates are fresh again. Or there is something to record, in a line."))
	if !b.rules.KeepSilent {
		m.Aside(Say("If it stays quiet, the digest from %s on may name %s among those not heard from.", shortDay(b.today+date.Day(silentNotice/day), b.today), name))
	}
	return m.Next(
		Button{Label: "Nothing has changed", Action: "unchanged.start"},
		Button{Label: "Record something", Action: "menu.run", Record: "record"},
		Button{Label: "My agency", Action: "brief.show", Record: s.Agency})
}
