package outbox

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"thbot/bot/chat"
	"thbot/store"
)

// pick is a row that can go now, with the lanes that it uses.
type pick struct {
	key   string
	lanes []string
}

// look starts what can go now, in the order in which it fell due.
func (o *Outbox) look(ctx context.Context, now time.Time) (started int, next time.Time, err error) {
	if err := o.mindClock(ctx, now); err != nil {
		return 0, next, err
	}
	picks, next, err := o.picks(ctx, now)
	for _, p := range picks {
		o.begun.Add(1)
		go func() {
			defer o.begun.Done()
			claimed, err := o.run(context.WithoutCancel(ctx), p.key, now)
			o.end(p, now, claimed, err)
		}()
	}
	return len(picks), next, err
}

// picks chooses rows for the free workers, and takes their lanes.
func (o *Outbox) picks(ctx context.Context, now time.Time) (picks []pick, next time.Time, err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	room := o.Workers - len(o.under)
	if room <= 0 {
		return nil, time.Time{}, nil // Done says when there is room
	}
	soonest := func(t time.Time) {
		if !t.IsZero() && (next.IsZero() || t.Before(next)) {
			next = t
		}
	}
	err = o.store.View(ctx, func(v *store.View) error {
		picks, next = nil, time.Time{}
		taken := map[string]bool{}
		return v.EachDue(func(due time.Time, key string) bool {
			if due.After(now) {
				soonest(due)
				return false
			}
			lane := destinationOf(key)
			if o.under[key] || o.bad[key] || taken[lane] {
				return true
			}
			lanes, from, ok := o.route(v, key, lane, now)
			if !ok {
				soonest(from)
				taken[lane] = true
				return true
			}
			if len(picks) == room {
				return false
			}
			for _, name := range lanes {
				taken[name] = true
			}
			picks = append(picks, pick{key, lanes})
			return true
		})
	})
	if err != nil {
		return nil, next, err
	}
	for _, p := range picks {
		o.under[p.key] = true
		o.lanes.take(p.lanes...)
	}
	return picks, next, nil
}

// destinationOf reads a row's destination from its key.
func destinationOf(key string) string { return key[strings.LastIndexByte(key, ':')+1:] }

// route gives the lanes that a row goes by, if they are free now; else from
// when they are.
func (o *Outbox) route(v *store.View, key, lane string, now time.Time) (lanes []string, from time.Time, ok bool) {
	if ok, from = o.lanes.free(now, lane); !ok {
		return nil, from, false
	}
	row, err := v.Row(key)
	var place *chat.Place
	if err == nil && row != nil {
		place, err = o.bound(v, row, now)
	}
	if err != nil {
		o.Log.Error("a row of the outbox cannot be read", "key", key, "error", err)
		o.bad[key] = true
		return nil, from, false
	}
	if from = o.grace(row); now.Before(from) {
		return nil, from, false
	}
	lanes = []string{lane}
	if place != nil {
		if lanes[0] != place.String() {
			lanes = append(lanes, place.String())
		}
		if ok, from = o.lanes.free(now, append(lanes, platformLane(place.Account.Platform, kindOf(row)))...); !ok {
			o.lanes.hold(from, lane) // so that the row is not read again before
		}
	}
	return lanes, from, ok
}

// grace gives from when a row may be taken, the zero time for at once.
func (o *Outbox) grace(row *store.Row) (from time.Time) {
	if row == nil || kindOf(row) != toEdit || placeOf(row).Channel {
		return from
	}
	return row.Due.Add(o.Chats[row.Account.Platform].Grace)
}

// kindOf says what kind of call a row makes next.
func kindOf(row *store.Row) string {
	switch {
	case row.State == store.Delivered && row.Refresh:
		return toEdit
	case row.State == store.Delivered || row.Ambiguous:
		return toFind
	}
	return toPost
}

// run claims a row and takes it as far as it goes now. It answers whether it
// could claim it.
func (o *Outbox) run(ctx context.Context, key string, now time.Time) (claimed bool, err error) {
	row, err := o.claim(ctx, key, now)
	if row == nil || err != nil {
		return false, err
	}
	if err = o.handle(ctx, row, now); errors.Is(err, errLost) {
		err = nil
	}
	return true, err
}

// storeRests is how long a place waits after a row could not be claimed, or the
// store refused to take what became of it.
const storeRests = 15 * time.Second

func (o *Outbox) end(p pick, now time.Time, claimed bool, err error) {
	if err != nil || !claimed {
		o.lanes.hold(now.Add(storeRests), p.lanes...)
	}
	o.mu.Lock()
	delete(o.under, p.key)
	o.lanes.leave(p.lanes...)
	if claimed {
		o.ended++
	}
	if err != nil && o.err == nil {
		o.err = fmt.Errorf("deliver %s: %w", p.key, err)
	}
	o.mu.Unlock()
	select {
	case o.done <- struct{}{}:
	default:
	}
}

// handle takes a claimed row as far as it goes now.
func (o *Outbox) handle(ctx context.Context, row *store.Row, now time.Time) error {
	switch {
	case row.State == store.Delivered && row.Refresh:
		return o.refresh(ctx, row, now)
	case row.State == store.Delivered:
		return o.heal(ctx, row, now)
	case !row.Begun() && lapsed(row, now):
		return o.finish(ctx, row, store.Dropped, tooLate, now)
	case row.Parts == nil:
		if ready, err := o.freeze(ctx, row, now); !ready || err != nil {
			return err
		}
	case !row.Begun():
		if ready, err := o.renew(ctx, row, now); !ready || err != nil {
			return err
		}
	}
	return o.send(ctx, row, now)
}
