package commands

import (
	"context"
	"slices"
	"strings"
	"time"

	"thbot/commands/calendar"
	"thbot/store"
)

const (
	digestLate = 72 * time.Hour   // a digest goes out this much late at most
	markedLate = 30 * time.Minute // and says so from this on
	slotForm   = "2006-01-02T15:04Z"
)

func slotName(slot time.Time) string { return slot.UTC().Format(slotForm) }

// rounds gives the rounds of the digest due after from and up to the end.
func (c *Commands) rounds(from, to time.Time) ([]calendar.Digest, error) {
	spec, err := calendar.ParseCron(c.rules.Digest)
	if err != nil {
		return nil, err
	}
	return c.calendar().Digests(spec, from.In(c.rules.Zone), to.In(c.rules.Zone)), nil
}

// roundSpans are how far to look for a round, nearest first: a schedule may come
// round every minute or once a year.
var roundSpans = []time.Duration{8 * day, 35 * day, 400 * day}

// NextDigest gives when the next round after the time falls due, or the zero
// time where none does within a year.
func (c *Commands) NextDigest(now time.Time) (time.Time, error) {
	r, err := c.nextRound(now)
	return r.Due, err
}

func (c *Commands) nextRound(now time.Time) (calendar.Digest, error) {
	for _, span := range roundSpans {
		rounds, err := c.rounds(now, now.Add(span))
		if err != nil || len(rounds) > 0 {
			return firstRound(rounds), err
		}
	}
	return calendar.Digest{}, nil
}

// lastRound gives the last round due up to the time, or the zero value where
// there was none within a year.
func (c *Commands) lastRound(now time.Time) (calendar.Digest, error) {
	for _, span := range roundSpans {
		rounds, err := c.rounds(now.Add(-span), now)
		if err != nil || len(rounds) > 0 {
			slices.Reverse(rounds)
			return firstRound(rounds), err
		}
	}
	return calendar.Digest{}, nil
}

func firstRound(rounds []calendar.Digest) calendar.Digest {
	if len(rounds) == 0 {
		return calendar.Digest{}
	}
	return rounds[0]
}

// roundOf gives the round of a slot. One that the schedule no longer has falls
// due at its own time.
func (c *Commands) roundOf(slot time.Time) (calendar.Digest, error) {
	rounds, err := c.rounds(slot.Add(-time.Minute), slot.Add(35*day))
	for _, r := range rounds {
		if r.Slot.Equal(slot) {
			return r, err
		}
	}
	return calendar.Digest{Slot: slot.In(c.rules.Zone), Due: slot.In(c.rules.Zone)}, err
}

// PlanDigests plans the digest of the newest round that has fallen due, its
// copies, and the private words to agencies that have been silent. Of rounds
// that were missed only the newest is made up; one that is more than 72 hours
// late is planned, too, so that it is dropped where everybody can see it. Older
// ones that still wait are dropped. It may be called at any time, as often as
// one likes, also with a clock that goes back.
func (c *Commands) PlanDigests(ctx context.Context, now time.Time) error {
	round, err := c.lastRound(now)
	if err != nil || round.Slot.IsZero() {
		return err
	}
	var rows []store.Row
	var early []string
	err = c.store.View(ctx, func(v *store.View) error {
		if rows, err = c.roundRows(v, round, now); err == nil {
			early, err = droppedEarly(v, slotName(round.Slot), now)
		}
		return err
	})
	if err != nil || len(rows)+len(early) == 0 {
		return err
	}
	return c.store.Deliver(ctx, func(d *store.Delivery) error {
		for _, r := range rows {
			if _, err := d.Plan(now, &r); err != nil {
				return err
			}
		}
		for _, key := range early {
			if err := takeUpAgain(d, key); err != nil {
				return err
			}
		}
		return dropOlder(d, slotName(round.Slot), now)
	})
}

// roundRows gives the rows of a round that is not planned yet. A register that
// is younger than the round has none.
func (c *Commands) roundRows(v *store.View, round calendar.Digest, now time.Time) ([]store.Row, error) {
	began, err := v.Person(1)
	if err != nil || began == nil || began.AddedAt.After(round.Due) {
		return nil, err
	}
	row := store.Row{Kind: store.RowDigest, Subject: "-", Slot: slotName(round.Slot), Due: round.Due, Lapses: round.Due.Add(digestLate)}
	rows, err := c.channelRows(v, row)
	if err != nil {
		return nil, err
	}
	switch planned, err := c.roundPlanned(v, row.Slot); {
	case err != nil:
		return nil, err
	case planned && now.After(row.Lapses):
		return nil, nil // a channel that is new has missed nothing
	case planned:
		return rows, nil
	}
	roster, err := v.Roster()
	if err != nil {
		return nil, err
	}
	for _, p := range roster {
		if p.DigestDM && p.Role != store.Admin {
			r := row
			r.Kind, r.Destination = store.RowDigestDM, store.PersonRef(p.ID)
			rows = append(rows, r)
		}
	}
	silent, err := c.silentRows(v, now)
	return append(rows, silent...), err
}

// channelRows gives the row for each channel that has none of the slot yet: a
// chat that could not be reached at its time is known later than the others.
func (c *Commands) channelRows(v *store.View, row store.Row) ([]store.Row, error) {
	var rows []store.Row
	for _, channel := range c.channels() {
		row.Destination = channel
		known, err := v.Row(store.RowKey(row.Kind, row.Subject, row.Slot, channel))
		if err != nil {
			return nil, err
		}
		if known == nil {
			rows = append(rows, row)
		}
	}
	return rows, nil
}

// roundPlanned tells whether a row of the slot was ever planned.
func (c *Commands) roundPlanned(v *store.View, slot string) (bool, error) {
	planned := false
	for _, kind := range digestKinds {
		err := v.Rows(store.RowKey(kind, "-", slot, ""), func(*store.Row) bool {
			planned = true
			return false
		})
		if planned || err != nil {
			return planned, err
		}
	}
	return false, nil
}

var digestKinds = []string{store.RowDigest, store.RowDigestDM}

const newerDigest = "a newer digest has taken its place"

// droppedEarly gives the keys of the slot's rows that gave way to a round which
// has not come yet: the clock was ahead when they did.
func droppedEarly(v *store.View, slot string, now time.Time) (keys []string, err error) {
	for _, kind := range digestKinds {
		err = errFirst(err, v.Rows(kind+":-", func(r *store.Row) bool {
			if r.Slot == slot && r.State == store.Dropped && r.Reason == newerDigest && r.DoneAt.After(now) {
				keys = append(keys, r.Key)
			}
			return true
		}))
	}
	return keys, err
}

// takeUpAgain has a dropped row wait again.
func takeUpAgain(d *store.Delivery, key string) error {
	r, err := d.Row(key)
	if err != nil || r == nil || r.State != store.Dropped {
		return err
	}
	r.State, r.Reason, r.DoneAt = store.Waiting, "", time.Time{}
	_, err = d.PutRow(r)
	return err
}

// dropOlder drops the digests of older slots that still wait. One of which it
// is not known whether it arrived is left to the outbox.
func dropOlder(d *store.Delivery, slot string, now time.Time) error {
	var old []*store.Row
	for _, kind := range digestKinds {
		err := d.Rows(kind+":-", func(r *store.Row) bool {
			if r.State == store.Waiting && !r.Ambiguous && strings.Compare(r.Slot, slot) < 0 {
				old = append(old, r)
			}
			return true
		})
		if err != nil {
			return err
		}
	}
	for _, r := range old {
		r.State, r.Reason, r.DoneAt = store.Dropped, newerDigest, now
		if _, err := d.PutRow(r); err != nil {
			return err
		}
	}
	return nil
}

// digestedUntil gives up to when the digests before the slot have told what
// happened: when the last one delivered was planned or, where there is none,
// the round before. One posted again does not count: few people read a post
// twice, so what it added is told once more.
func (c *Commands) digestedUntil(v *store.View, slot time.Time) (until time.Time, err error) {
	name, last := slotName(slot), ""
	for _, kind := range digestKinds {
		err := v.Rows(kind+":-", func(r *store.Row) bool {
			if r.State != store.Delivered || r.Slot >= name {
				return true
			}
			if r.Slot > last || r.Slot == last && r.PlannedAt.Before(until) {
				last, until = r.Slot, r.PlannedAt
			}
			return true
		})
		if err != nil {
			return until, err
		}
	}
	if !until.IsZero() {
		return until.In(c.rules.Zone), nil
	}
	before, err := c.lastRound(slot.Add(-time.Minute))
	return before.Due, err
}
