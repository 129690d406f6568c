package outbox

import (
	"context"
	"errors"
	"fmt"
	"time"

	"thbot/bot/chat"
	"thbot/commands"
	"thbot/commands/calendar"
	"thbot/store"
)

// rebuilds is how often a text is built anew because the register changed
// meanwhile, before it is frozen as it is.
const rebuilds = 3

// freeze checks that the row still holds, builds its text, and stores it in
// the parts in which it will go. It answers false when there is nothing to
// send now.
func (o *Outbox) freeze(ctx context.Context, row *store.Row, now time.Time) (bool, error) {
	for try := 1; ; try++ {
		to, err := o.addressee(ctx, row, now)
		if err != nil {
			return false, o.unready(ctx, row, err, now)
		}
		built, seq, err := o.build(ctx, row, commands.Reading{Now: now, Zone: to.zone, Readers: to.readers})
		if err != nil {
			return false, o.unready(ctx, row, err, now)
		}
		if built.Dropped != "" {
			return false, o.finish(ctx, row, store.Dropped, built.Dropped, now, built.Then...)
		}
		if to.place == nil {
			return false, o.finish(ctx, row, store.Failed, to.why, now)
		}
		if later := o.quietUntil(row, to, now); later.After(now) {
			row.Attempt-- // to wait for the morning is no attempt
			return false, o.postpone(ctx, row, later)
		}
		if err := o.fill(row, to.place, built, now); err != nil {
			o.Log.Error("a message cannot be rendered", "key", row.Key, "error", err)
			row.Parts = nil
			return false, o.finish(ctx, row, store.Failed, "cannot be shown", now)
		}
		frozen, err := o.keep(ctx, row, seq, try < rebuilds)
		if frozen || err != nil {
			return frozen, err
		}
	}
}

// unready puts a row back of which nothing has gone out, since its text could
// not be made, or its reader not be found, by now.
func (o *Outbox) unready(ctx context.Context, row *store.Row, err error, now time.Time) error {
	o.Log.Warn("not ready to be sent", "key", row.Key, "attempt", row.Attempt, "error", err)
	row.Parts = nil
	return o.postpone(ctx, row, o.backoff(row, now))
}

// fill puts the built message into the row, in parts, and after it its details.
func (o *Outbox) fill(row *store.Row, place *chat.Place, built commands.Built, now time.Time) error {
	c := o.Chats[place.Account.Platform]
	row.Account, row.FrozenAt, row.Parts = place.Account, now.UTC(), nil
	if row.TriedAt.IsZero() {
		row.TriedAt = row.FrozenAt
	}
	parts, err := partsOf(c, built)
	row.Parts = parts
	return err
}

// partsOf renders a message and after it its details, with the files on the
// first part of the last of the two.
func partsOf(c Chat, built commands.Built) (parts []store.Part, err error) {
	first := 0
	for _, m := range []*commands.Message{built.Message, built.Details} {
		if m == nil {
			continue
		}
		bodies, err := c.Render(m)
		if err == nil && len(bodies) == 0 {
			err = errors.New("no parts")
		}
		if err != nil {
			return nil, err
		}
		first = len(parts)
		for _, body := range bodies {
			parts = append(parts, store.Part{Body: body})
		}
	}
	for _, f := range built.Files {
		parts[first].Files = append(parts[first].Files, store.RowFile{Name: f.Name, Alt: f.Alt, Data: f.Data})
	}
	return parts, nil
}

// keep stores the frozen row, unless the register has changed since the text
// was built and it may be built once more.
func (o *Outbox) keep(ctx context.Context, row *store.Row, seq int64, again bool) (frozen bool, err error) {
	err = o.store.Deliver(ctx, func(d *store.Delivery) error {
		if frozen = !again || d.Committed() == seq; !frozen {
			return nil
		}
		return owned(d.PutRow(row))
	})
	return frozen && err == nil, err
}

// build makes the row's text, and gives the journal's sequence on which it
// rests. A panic in it is that row's failure alone.
func (o *Outbox) build(ctx context.Context, row *store.Row, r commands.Reading) (built commands.Built, seq int64, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	err = o.store.View(ctx, func(v *store.View) error {
		seq = v.Committed()
		built, err = o.Commands.Build(ctx, v, row, r)
		return err
	})
	return built, seq, err
}

// staleAfter is how old a frozen text may be of which nothing is out.
const staleAfter = 30 * time.Minute

// renew looks over a row of which, as far as can be known, nothing is out, and
// whose text is frozen already. One that no longer holds is dropped; a text that
// waited for long is made anew, so that a digest says that it is late and a
// reminder counts the days from now. It answers false when there is nothing to
// send now.
func (o *Outbox) renew(ctx context.Context, row *store.Row, now time.Time) (bool, error) {
	if now.Sub(row.FrozenAt) >= staleAfter {
		return o.freeze(ctx, row, now)
	}
	dropped, err := o.dropOutdated(ctx, row, now)
	return !dropped, err
}

// dropOutdated drops a row that no longer holds. Where that cannot be told now,
// the frozen text stands.
func (o *Outbox) dropOutdated(ctx context.Context, row *store.Row, now time.Time) (bool, error) {
	readers, err := o.readers(ctx, placeOf(row))
	if err != nil {
		return false, nil
	}
	built, _, err := o.build(ctx, row, commands.Reading{Now: now, Readers: readers})
	if err != nil || built.Dropped == "" {
		return false, nil
	}
	return true, o.finish(ctx, row, store.Dropped, built.Dropped, now, built.Then...)
}

// quietUntil gives the time until which a direct message waits: most go neither
// at night nor at weekends in the reader's zone.
func (o *Outbox) quietUntil(row *store.Row, to addressee, now time.Time) time.Time {
	if to.reader == nil || !o.Commands.Waits(row.Kind) {
		return now
	}
	return calendar.AfterQuiet(now.In(to.zone))
}
