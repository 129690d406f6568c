package commands

import (
	"slices"
	"time"

	"thbot/store"
)

// TooLate is the reason of rows that lapsed before they could be sent.
const TooLate = "too late"

// unsentAfter is how long failures are gathered before the coordinators are
// told of them, so that many at once are one message.
const unsentAfter = 5 * time.Minute

// PlanUnsent has the coordinators told, once, that a row failed or came too
// late: by the message that waits to tell of others, or by a new one. Of such a
// message itself nobody is told; it stands in the outbox.
func (c *Commands) PlanUnsent(d *store.Delivery, failed *store.Row, now time.Time) error {
	if failed.Kind == store.RowUnsent {
		return nil
	}
	roster, err := d.Roster()
	if err != nil {
		return err
	}
	waiting := map[string]bool{}
	err = d.Rows(store.RowUnsent+":", func(r *store.Row) bool {
		if r.Open() && r.Parts == nil && !r.PlannedAt.After(now) {
			waiting[r.Destination] = true
		}
		return true
	})
	for _, p := range roster {
		to := store.PersonRef(p.ID)
		if err != nil || p.Role != store.Coordinator || waiting[to] {
			continue
		}
		_, err = d.Plan(now, &store.Row{
			Kind: store.RowUnsent, Subject: "-", Slot: now.UTC().Format("2006-01-02T15:04:05.000Z"), Destination: to, Due: now.Add(unsentAfter).UTC(),
		})
	}
	return err
}

// buildUnsent tells a coordinator what failed or came too late since the row
// was planned. What was sent again meanwhile is not told.
func buildUnsent(b *building) (Built, error) {
	if b.sent() {
		return dropped("it tells how it was")
	}
	var failed, late []*store.Row
	err := b.view.Rows("", func(r *store.Row) bool {
		switch {
		case r.DoneAt.Before(b.row.PlannedAt) || r.Kind == store.RowUnsent:
		case r.State == store.Failed:
			failed = append(failed, r)
		case r.State == store.Dropped && r.Reason == TooLate:
			late = append(late, r)
		}
		return true
	})
	if err != nil || len(failed)+len(late) == 0 {
		return Built{Dropped: "what had failed was sent after all"}, err
	}
	m := new(Message)
	if err := b.tellRows(m, failed, "could not be delivered"); err != nil {
		return Built{}, err
	}
	if err := b.tellRows(m, late, "came too late, so I did not send "+plural(len(late), "it", "them")); err != nil {
		return Built{}, err
	}
	buttons := append(retryButtons(failed), Button{Label: "Outbox", Action: "menu.run", Record: "outbox"})
	return Built{Message: m.Next(buttons...)}, nil
}

func (b *building) tellRows(m *Message, rows []*store.Row, what string) error {
	if len(rows) == 0 {
		return nil
	}
	slices.SortStableFunc(rows, func(x, y *store.Row) int { return x.DoneAt.Compare(y.DoneAt) })
	lines, err := b.rowLines(b.view, rows, b.today)
	m.Tell(Say("**%s %s.**", count(len(rows), "message", "messages"), what)).Items(lines...)
	return err
}
