// Package outbox delivers what thbot sends by itself, each thing once.
//
// A row is claimed under a fence before a byte is sent, built and frozen, and
// marked delivered only after the platform has it. An attempt whose outcome is
// not known is looked up in the place's history by its key before it is made
// again. A row that no longer holds is dropped, with the reason.
//
// Limits: one process delivers at a time for each claim; text is frozen with
// the first attempt and erased from the store once delivered.
package outbox

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"thbot/bot/chat"
	"thbot/commands"
	"thbot/store"
)

const (
	attemptTime = 20 * time.Second // one attempt
	lease       = 2 * time.Minute  // of a claim; several parts may go under one
	lookAgain   = 15 * time.Second // before an attempt of unknown outcome is made again
	backoffMost = 30 * time.Minute
	giveUpAfter = 40 // attempts, about a day
)

// Outbox delivers the due rows of one store.
type Outbox struct {
	store    *store.Store
	commands *commands.Commands
	posters  map[string]chat.Poster
	log      *slog.Logger
	sent     func(Sent)
}

// Sent tells of one delivered or edited message.
type Sent struct {
	Row   *store.Row
	Place chat.Place
	Edit  bool
	At    time.Time
}

// New makes an outbox over the connected platforms. sent, which may be nil, is
// called after each delivery; a nil log discards.
func New(c *commands.Commands, posters []chat.Poster, platforms []string, log *slog.Logger, sent func(Sent)) *Outbox {
	o := &Outbox{store: c.Store(), commands: c, posters: map[string]chat.Poster{}, log: log, sent: sent}
	for i, p := range posters {
		o.posters[platforms[i]] = p
	}
	if o.log == nil {
		o.log = slog.New(slog.DiscardHandler)
	}
	if o.sent == nil {
		o.sent = func(Sent) {}
	}
	return o
}

// batch is how many due rows one look takes, so that memory stays bounded.
const batch = 200

// Deliver handles every row that is due at the time, and gives how many that
// were. A row that waits for another attempt is due later. It ends when a look
// finds none that it could claim, so that a row which cannot be taken is left
// to the next call.
func (o *Outbox) Deliver(ctx context.Context, now time.Time) (int, error) {
	handled := 0
	for {
		keys, err := o.due(ctx, now)
		if err != nil {
			return handled, err
		}
		claimed := 0
		for _, key := range keys {
			row, err := o.claim(ctx, key, now)
			if err == nil && row != nil {
				claimed++
				err = o.handle(ctx, row, now)
			}
			if err != nil && !errors.Is(err, errLost) {
				return handled + claimed, fmt.Errorf("deliver %s: %w", key, err)
			}
		}
		if handled += claimed; claimed == 0 {
			return handled, nil
		}
	}
}

func (o *Outbox) due(ctx context.Context, now time.Time) (keys []string, err error) {
	err = o.store.View(ctx, func(v *store.View) error {
		keys, err = v.Due(now, batch)
		return err
	})
	return keys, err
}

// handle takes a claimed row as far as it goes now.
func (o *Outbox) handle(ctx context.Context, row *store.Row, now time.Time) error {
	if row.Refresh {
		return o.refresh(ctx, row, now)
	}
	if !row.Ambiguous && lapsed(row, now) {
		return o.finish(ctx, row, store.Dropped, tooLate, now)
	}
	if row.Parts == nil {
		ready, err := o.freeze(ctx, row, now)
		if !ready || err != nil {
			return err
		}
	}
	return o.send(ctx, row, now)
}

const tooLate = "too late"

func lapsed(row *store.Row, now time.Time) bool {
	return !row.Lapses.IsZero() && now.After(row.Lapses)
}

// claim takes the row durably, before a byte is sent. A claim found with its
// lease over was cut off in the middle, so its attempt is of unknown outcome.
func (o *Outbox) claim(ctx context.Context, key string, now time.Time) (row *store.Row, err error) {
	err = o.store.Deliver(ctx, func(d *store.Delivery) error {
		row = nil
		r, err := d.Row(key)
		// The store sorts by milliseconds; a finer comparison would leave a
		// row due and never taken.
		if err != nil || r == nil || !r.Open() || r.Due.Truncate(time.Millisecond).After(now) {
			return err
		}
		r.Ambiguous = r.Ambiguous || r.State == store.Claimed && r.Parts != nil
		if !r.Refresh {
			r.State = store.Claimed
		}
		r.Attempt++
		r.Fence++
		r.LeaseUntil = now.Add(lease)
		r.Due = r.LeaseUntil
		if ok, err := d.PutRow(r); err != nil || !ok {
			return err
		}
		row = r
		return nil
	})
	return row, err
}

// postpone gives the claim back, due at the later time.
func (o *Outbox) postpone(ctx context.Context, row *store.Row, due time.Time) error {
	if !row.Refresh {
		row.State = store.Waiting
	}
	row.Due, row.LeaseUntil = due, time.Time{}
	return o.put(ctx, row)
}

// finish ends the row, erases its text, and plans the rows that follow from it.
func (o *Outbox) finish(ctx context.Context, row *store.Row, state store.RowState, reason string, now time.Time, then ...store.Row) error {
	row.State, row.Reason, row.DoneAt, row.LeaseUntil, row.Message = state, reason, now, time.Time{}, nil
	if state == store.Delivered {
		row.Attempt = 0 // edits count their own
	}
	for i := range row.Parts {
		row.Parts[i].Body = nil
	}
	return o.put(ctx, row, then...)
}

func (o *Outbox) put(ctx context.Context, row *store.Row, then ...store.Row) error {
	return o.store.Deliver(ctx, func(d *store.Delivery) error {
		ok, err := d.PutRow(row)
		if err == nil && !ok {
			err = errLost
		}
		for _, next := range then {
			if err == nil {
				_, err = d.Plan(row.DoneAt, &next)
			}
		}
		return err
	})
}
