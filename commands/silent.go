package commands

import (
	"fmt"
	"slices"
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
// for each silence to those who act for the agency and, of all that nobody acts
// for, one to each coordinator.
func (c *Commands) silentRows(v *store.View, now time.Time) ([]store.Row, error) {
	silences, err := c.silences(v, now)
	if err != nil {
		return nil, err
	}
	var rows []store.Row
	var orphans []string // agencies that nobody acts for
	var office []*store.Person
	revision := 1
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
		next := silentRevision(last) + 1
		if slices.ContainsFunc(to, func(p *store.Person) bool { return p.Agency != s.Agency }) {
			orphans, office, revision = append(orphans, s.Agency), to, max(revision, next)
			continue
		}
		rows = append(rows, silentWords([]string{s.Agency}, next, to, now)...)
	}
	return append(rows, silentWords(orphans, revision, office, now)...), nil
}

// silentWords gives the rows of one word, about one agency or several.
func silentWords(agencies []string, revision int, to []*store.Person, now time.Time) (rows []store.Row) {
	for _, p := range to {
		rows = append(rows, store.Row{
			Kind: store.RowSilent, Subject: subject(strings.Join(agencies, "+"), revision), Slot: "-",
			Destination: store.PersonRef(p.ID), Due: now,
		})
	}
	return rows
}

// silentAbout gives the agencies that a word is about: easo and fra of the
// subject "easo+fra.r2".
func silentAbout(r *store.Row) []string {
	agencies, _, _ := strings.Cut(r.Subject, ".")
	return strings.Split(agencies, "+")
}

// lastSilentWord gives a row of the last private word about the agency, or nil,
// and when the first copy of that word was delivered, or the zero time.
func (c *Commands) lastSilentWord(v *store.View, agency string) (last *store.Row, delivered time.Time, err error) {
	err = v.Rows(store.RowSilent+":", func(r *store.Row) bool {
		n, newest := silentRevision(r), silentRevision(last)
		if !slices.Contains(silentAbout(r), agency) {
			return true
		}
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
	about := silentAbout(b.row)
	silences, err := b.silences(b.view, b.now)
	if err != nil {
		return Built{}, err
	}
	silences = slices.DeleteFunc(silences, func(s coverage.Silence) bool {
		told := b.row.PlannedAt.After(s.Since) || s.Since.IsZero()
		return !slices.Contains(about, s.Agency) || !told
	})
	switch {
	case len(silences) == 0:
		return Built{Dropped: fmt.Sprintf("%s %s been heard since", b.agencyNames(about), plural(len(about), "has", "have"))}, nil
	case b.reader != nil && b.reader.Agency == silences[0].Agency:
		return Built{Message: b.silentWord(silences[0])}, nil
	}
	return Built{Message: b.silentList(silences)}, nil
}

// silentHead says since when nothing was heard from agencies: the zero time says
// that nothing ever was.
func (b *building) silentHead(since time.Time, agencies ...string) Line {
	if since.IsZero() {
		return Say("**Nothing is recorded for %s yet.**", b.agencyNames(agencies))
	}
	return Say("**Nothing has come from %s since %s.**", b.agencyNames(agencies), shortDay(date.Of(since.In(b.rules.Zone)), b.today))
}

// silentList tells a coordinator of agencies that nobody acts for, those of
// which nothing was ever heard in one line.
func (b *building) silentList(silences []coverage.Silence) *Message {
	var never, all []string
	var lines []Line
	for _, s := range silences {
		if all = append(all, s.Agency); s.Since.IsZero() {
			never = append(never, s.Agency)
		} else {
			lines = append(lines, b.silentHead(s.Since, s.Agency))
		}
	}
	if len(never) > 0 {
		lines = append([]Line{b.silentHead(time.Time{}, never...)}, lines...)
	}
	why := Say("%s has no contact point on the roster, so this comes to you.", b.agencyNames(all))
	if len(all) > 1 {
		why = Say("None of them has a contact point on the roster, so this comes to you.")
	}
	return Tell(append(lines, why)...).Next(Button{Label: "Contacts", Action: "contact.list"})
}

// silentWord asks an agency's own contact point for a word.
func (b *building) silentWord(s coverage.Silence) *Message {
	m := Tell(b.silentHead(s.Since, s.Agency), Say("Perhaps nothing has changed: then one press says so, and the dates are fresh again. Or there is something to record, in a line."))
	if !b.rules.KeepSilent {
		m.Aside(Say("If it stays quiet, the digest from %s on may name %s among those not heard from.", shortDay(b.today+date.Day(silentNotice/day), b.today), b.agencyName(s.Agency)))
	}
	return m.Next(
		Button{Label: "Nothing has changed", Action: "unchanged.start"},
		Button{Label: "Record something", Action: "menu.run", Record: "record"},
		Button{Label: "My agency", Action: "brief.show", Record: s.Agency})
}
