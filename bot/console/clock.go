package console

import (
	"context"
	"slices"
	"strings"
	"time"

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
		if err == nil {
			err = c.tell(ctx)
		}
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

// tell shows what just went out: in full what came to the user and into the
// channel, of the rest only who got something.
func (c *Console) tell(ctx context.Context) error {
	var others, edited []string
	sent := c.sent
	c.sent = nil
	defer clear(c.carried)
	for _, s := range sent {
		user := s.Place.Account.User
		mine := s.Place.Channel || user == c.user
		switch {
		case s.Edit && s.Place.Channel:
			c.say("\n[%s · edited in the channel]", c.timeWords(s.At))
		case s.Edit:
			edited = append(edited, user)
		case s.Place.Channel:
			c.say("\n[%s · in the channel]", c.timeWords(s.At))
		case mine:
			c.say("\n[%s · a direct message to %s]", c.timeWords(s.At), user)
		default:
			others = append(others, user)
		}
		if err := c.showPosted(ctx, s, mine && !s.Edit); err != nil {
			return err
		}
	}
	if len(others) > 0 {
		c.say("\n[%s · to the inbox of %s]", c.clockWords(), once(others))
	}
	if len(edited) > 0 {
		c.say("\n[%s · edited in the inbox of %s]", c.clockWords(), once(edited))
	}
	return nil
}

// once joins names, each once.
func once(names []string) string {
	var kept []string
	for _, name := range names {
		if !slices.Contains(kept, name) {
			kept = append(kept, name)
		}
	}
	return strings.Join(kept, ", ")
}

func (c *Console) clockWords() string { return c.timeWords(c.clock) }

func (c *Console) timeWords(t time.Time) string {
	return t.In(c.commands.Rules().Zone).Format("Monday 2 January 2006, 15:04")
}
