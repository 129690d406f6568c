package outbox

import (
	"context"
	"errors"
	"time"

	"thbot/bot/chat"
	"thbot/commands"
	"thbot/store"
)

var errLost = errors.New("another claim has taken the row over")

const tooLate = commands.TooLate

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
		if err != nil || r == nil || r.Due.Truncate(time.Millisecond).After(now) {
			return err
		}
		if r.State == store.Claimed && r.Parts != nil {
			doubt(r)
		}
		if r.State == store.Waiting {
			r.State = store.Claimed
		}
		// A crash says nothing about the chat, so it does not put the row off
		// for longer.
		if cutOff := !r.LeaseUntil.IsZero(); !cutOff || r.Attempt == 0 {
			r.Attempt++
		}
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

// doubt notes that an attempt may have arrived.
func doubt(row *store.Row) { row.Ambiguous, row.Doubted, row.Looks = true, true, 0 }

// postpone gives the claim back, due at the later time.
func (o *Outbox) postpone(ctx context.Context, row *store.Row, due time.Time) error {
	if row.State == store.Claimed {
		row.State = store.Waiting
	}
	row.Due, row.LeaseUntil = due.UTC(), time.Time{}
	return o.put(ctx, row)
}

// backoff gives the time of the next attempt: later after each, and once more
// just before the row lapses.
func (o *Outbox) backoff(row *store.Row, now time.Time) time.Time {
	due := now.Add(o.jitter(min(lookAgain<<min(row.Attempt-1, 10), backoffMost)))
	last := row.Lapses.Add(-(looksFirst + 1) * lookAgain)
	if !row.Lapses.IsZero() && now.Before(last) && due.After(last) {
		return last
	}
	return due
}

// undelivered puts the row back with the time of its next attempt, or ends it.
func (o *Outbox) undelivered(ctx context.Context, row *store.Row, out chat.Outcome, now time.Time) error {
	o.Log.Warn("not delivered", "key", row.Key, "attempt", row.Attempt, "error", out.Err)
	switch {
	case out.Verdict == chat.GiveUp:
		o.counts.refused.Add(1)
		return o.finish(ctx, row, store.Failed, "refused by the chat", now)
	case row.Lapses.IsZero() && now.Sub(row.TriedAt) > giveUpAfter:
		return o.finish(ctx, row, store.Failed, "the chat could not be reached", now)
	case out.Verdict == chat.Wait:
		o.counts.waits.Add(1)
		row.Attempt-- // the platform took no attempt
		return o.postpone(ctx, row, now.Add(o.jitter(max(out.After, time.Second))))
	}
	o.counts.unknown.Add(1)
	doubt(row)
	return o.postpone(ctx, row, o.backoff(row, now))
}

// finish ends the row, erases its text, and plans the rows that follow from it.
// Of what failed or came too late the coordinators are told.
func (o *Outbox) finish(ctx context.Context, row *store.Row, state store.RowState, reason string, now time.Time, then ...store.Row) error {
	row.State, row.Reason, row.DoneAt, row.LeaseUntil = state, reason, now.UTC(), time.Time{}
	for i := range row.Parts {
		row.Parts[i].Body, row.Parts[i].Files = nil, nil
	}
	switch state {
	case store.Delivered:
		row.Attempt, row.Ambiguous = 0, false // edits count their own
		o.planHealing(row, now)
		o.counts.delivered.Add(1)
	case store.Failed:
		o.counts.failed.Add(1)
	case store.Dropped:
		o.counts.dropped.Add(1)
	}
	return o.store.Deliver(ctx, func(d *store.Delivery) error {
		err := owned(d.PutRow(row))
		for _, next := range then {
			if err == nil {
				_, err = d.Plan(row.DoneAt, &next)
			}
		}
		if err == nil && (state == store.Failed || reason == tooLate) {
			err = o.Commands.PlanUnsent(d, row, now)
		}
		return err
	})
}

func (o *Outbox) put(ctx context.Context, row *store.Row) error {
	return o.store.Deliver(ctx, func(d *store.Delivery) error { return owned(d.PutRow(row)) })
}

// owned turns a write that the fence refused into errLost.
func owned(ok bool, err error) error {
	if err == nil && !ok {
		err = errLost
	}
	return err
}
