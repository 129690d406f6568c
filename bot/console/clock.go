package console

import (
	"context"
	"time"

	"thbot/bot/outbox"
	"thbot/store"
)

func (c *Console) keepClock(ctx context.Context) error {
	return c.store.Deliver(ctx, func(d *store.Delivery) error { return d.SetClock(c.clock) })
}

// moveTo moves the clock to the time, stopping wherever something falls due,
// so that each message goes out at its own time.
func (c *Console) moveTo(ctx context.Context, target time.Time) error {
	for {
		next, err := c.nextDue(ctx)
		if err != nil {
			return err
		}
		if next.IsZero() || next.After(target) {
			break
		}
		if next.After(c.clock) {
			c.clock = next
		}
		if err := c.keepClock(ctx); err != nil {
			return err
		}
		if err := c.schedule.Plan(ctx, c.clock); err != nil {
			return err
		}
		if _, err := c.outbox.Deliver(ctx, c.clock); err != nil {
			return err
		}
	}
	c.clock = target
	return c.keepClock(ctx)
}

// nextDue is when the next message falls due: one that is planned, or a slot
// of the schedule.
func (c *Console) nextDue(ctx context.Context) (time.Time, error) {
	var next time.Time
	err := c.store.View(ctx, func(v *store.View) error {
		var err error
		next, err = v.NextDue()
		return err
	})
	if err != nil {
		return next, err
	}
	slot, err := c.schedule.Next(ctx, c.clock)
	if err != nil {
		return next, err
	}
	if next.IsZero() || !slot.IsZero() && slot.Before(next) {
		next = slot
	}
	return next, nil
}

// delivered shows a message that just went out.
func (c *Console) delivered(s outbox.Sent) {
	zone := c.commands.Rules().Zone
	at := s.At.In(zone).Format("Monday 2 January 2006, 15:04")
	what := "a direct message to " + s.Place.Account.User
	if s.Place.Channel {
		what = "in the channel"
	}
	if s.Edit {
		what += ", edited"
	}
	c.say("\n[%s · %s]", at, what)
	c.showPosted(s)
}
