package outbox

import (
	"context"
	"time"

	"thbot/store"
)

// mindClock notices a first look, and a clock that went back since the last.
// Then leases, waits and lapses that were set by the wrong clock are set right.
func (o *Outbox) mindClock(ctx context.Context, now time.Time) error {
	o.mu.Lock()
	before := o.last
	o.last = now
	o.mu.Unlock()
	if !before.IsZero() && !now.Before(before.Add(-time.Second)) {
		return nil
	}
	o.lanes.clear()
	err := o.recall(ctx, now, o.Alone && before.IsZero())
	if err != nil {
		o.mu.Lock()
		o.last = before // so that it is done with the next look
		o.mu.Unlock()
	}
	return err
}

// ahead is how far a row's next time may lie in the future by a right clock: no
// platform is waited for longer.
const ahead = time.Hour

// recall makes rows due that a clock in the future has put off, and takes up
// those that it has dropped as too late. With cut, the claims of a process that
// is gone are over, too.
func (o *Outbox) recall(ctx context.Context, now time.Time, cut bool) error {
	var keys []string
	off := func(r *store.Row) bool { return putOff(r, now) || cut && r.Due.After(now) && !r.LeaseUntil.IsZero() }
	err := o.store.View(ctx, func(v *store.View) error {
		keys = nil
		return v.Rows("", func(r *store.Row) bool {
			if off(r) || dropped(r, now) {
				keys = append(keys, r.Key)
			}
			return true
		})
	})
	if err != nil || len(keys) == 0 {
		return err
	}
	o.Log.Info("rows that a crash or a clock in the future has put off are looked at again", "rows", len(keys))
	return o.store.Deliver(ctx, func(d *store.Delivery) error {
		for _, key := range keys {
			r, err := d.Row(key)
			if err != nil {
				return err
			}
			if dropped(r, now) {
				r.State, r.Reason, r.DoneAt, r.Parts = store.Waiting, "", time.Time{}, nil
			} else if !off(r) {
				continue
			}
			r.Due = now.UTC()
			if _, err := d.PutRow(r); err != nil {
				return err
			}
		}
		return nil
	})
}

// putOff tells whether a row that delivery has touched waits for longer than
// delivery ever lets one wait. One that waits for the morning is built and put
// off again; that does no harm.
func putOff(r *store.Row, now time.Time) bool {
	touched := r.Attempt > 0 || r.State == store.Waiting && r.Fence > 0
	return touched && r.Due.After(now.Add(ahead)) && (r.Open() || !r.HealAt.IsZero())
}

// dropped tells whether a row was dropped as too late at a time that has not
// come yet.
func dropped(r *store.Row, now time.Time) bool {
	return r.State == store.Dropped && r.Reason == tooLate && r.DoneAt.After(now) && !lapsed(r, now)
}
