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

// ParseTime reads a time as people type it on a command line: with the hour or
// without, in the zone unless it names one.
func ParseTime(s string, zone *time.Location) (time.Time, bool) {
	for _, layout := range []string{"2006-01-02T15:04", "2006-01-02 15:04", "2006-01-02T15:04:05", time.RFC3339, time.DateOnly} {
		if t, err := time.ParseInLocation(layout, s, zone); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

// catchUp brings a terminal's clock from the end of the last session to the
// time on the wall, unless the session has a time of its own.
func (c *Console) catchUp(ctx context.Context) error {
	if !c.cfg.Terminal || !c.cfg.At.IsZero() || !c.wall.After(c.clock) {
		return nil
	}
	if err := c.moveTo(ctx, c.wall); err != nil {
		return err
	}
	return c.say("Since then time went by; it is %s.", c.clockWords())
}

// run lets a terminal's clock go on by what has passed on the wall, and
// delivers what has fallen due.
func (c *Console) run(ctx context.Context) error {
	passed := c.cfg.Now().Round(0).Sub(c.wall).Truncate(time.Second)
	if !c.cfg.Terminal || passed <= 0 {
		return nil
	}
	c.wall = c.wall.Add(passed)
	return c.moveTo(ctx, c.clock.Add(passed))
}

// wake tells when to look again while a terminal waits for a line; never in a
// pipe.
func (c *Console) wake(ctx context.Context) <-chan time.Time {
	if !c.cfg.Terminal {
		return nil
	}
	wait := time.Minute
	if next, err := c.nextDue(ctx); err == nil && !next.IsZero() {
		wait = max(time.Second, min(wait, next.Sub(c.clock)))
	}
	return time.After(wait)
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
		moved := next.After(c.clock)
		if moved {
			c.clock = next
		}
		if err := c.keepClock(ctx); err != nil {
			return err
		}
		if err := c.schedule.Plan(ctx, c.clock); err != nil {
			return err
		}
		handled, err := c.outbox.Deliver(ctx, c.clock)
		if err != nil {
			return err
		}
		if !moved && handled == 0 {
			break // what is due cannot be taken now
		}
	}
	if !target.After(c.clock) {
		return nil
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

// delivered shows a message that just went out; of an edit it tells only that
// there was one.
func (c *Console) delivered(s outbox.Sent) {
	what := "a direct message to " + s.Place.Account.User
	where := ":inbox"
	if s.Place.Channel {
		what, where = "in the channel", ":channel"
	}
	if s.Edit {
		c.say("\n[%s · %s, now edited; %s shows it]", c.timeWords(s.At), what, where)
	} else {
		c.say("\n[%s · %s]", c.timeWords(s.At), what)
	}
	c.showPosted(s)
}

func (c *Console) clockWords() string { return c.timeWords(c.clock) }

func (c *Console) timeWords(t time.Time) string {
	return t.In(c.commands.Rules().Zone).Format("Monday 2 January 2006, 15:04")
}
