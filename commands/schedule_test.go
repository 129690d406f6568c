package commands_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"thbot/commands"
	"thbot/store"
)

func TestSchedule(t *testing.T) {
	c := open(t).conversation()
	c.says("cepol", "schedule")
	c.says("atc", "schedule")
	c.says("atc", "meeting add Meeting of the contact points 2026-12-10 10:00")
	c.says("europol", "away 2026-12-07..2026-12-11 @europol-deputy")
	c.says("atc", "schedule")
	c.says("atc", "outbox")
	c.view(func(v *store.View) error {
		list, err := c.commands.Upcoming(v, c.now, c.now.Add(commands.Ahead))
		for _, u := range list {
			fmt.Fprintf(&c.b, "%s  %s  to %s\n", u.At.In(c.now.Location()).Format("Mon 2006-01-02 15:04"), u.What, u.To)
		}
		return err
	})
	c.golden("schedule")
}

// TestScheduleKnowsNightsAndWeekends holds that the schedule says when a message
// really goes: on the evening of a Friday not at its due time, but on Monday
// morning where the reader is; or at once where the rules leave every hour free.
func TestScheduleKnowsNightsAndWeekends(t *testing.T) {
	for name, anyHour := range map[string]bool{"schedule-quiet": false, "schedule-anyhour": true} {
		t.Run(name, func(t *testing.T) {
			c := open(t, func(cfg *commands.Config) { cfg.Rules.AnyHour = anyHour }).conversation()
			c.now = at(t, "2026-11-27 19:55")
			c.says("atc", "meeting add Meeting of the contact points 2026-12-10 10:00")
			c.now = at(t, "2026-11-28 09:00")
			c.says("atc", "schedule")
			c.golden(name)
		})
	}
}

// TestOutboxRetry puts a failed message back, by its short id.
func TestOutboxRetry(t *testing.T) {
	c := open(t).conversation()
	c.says("atc", "meeting add Meeting of the contact points 2026-12-10 10:00")
	c.now = at(t, "2026-11-24 10:20")
	key := store.RowKey(store.RowInvitation, "M1.r1", "2026-12-10T09:00Z", store.PersonRef(c.people["cepol"]))
	err := c.store.Deliver(context.Background(), func(d *store.Delivery) error {
		r, err := d.Row(key)
		if err != nil {
			return err
		}
		r.State, r.Reason, r.DoneAt, r.Attempt = store.Failed, "refused by the chat", c.now, 3
		r.Parts = []store.Part{{PostID: "x1"}, {}}
		_, err = d.PutRow(r)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	c.says("cepol", "outbox")
	c.says("atc", "outbox")
	c.says("admin", "outbox retry")
	c.says("admin", "outbox retry R00000")
	for _, b := range c.shown["atc"].Buttons() {
		c.says("admin", "outbox retry "+b.Record)
		c.says("admin", "outbox retry "+b.Record)
	}
	c.view(func(v *store.View) error {
		r, err := v.Row(key)
		if r.State != store.Waiting || !r.Ambiguous || r.Parts != nil || r.Attempt != 0 {
			t.Errorf("not ready to go again: %+v", r)
		}
		return err
	})
	c.says("atc", "outbox resend")
	if strings.Contains(c.b.String(), "Words(") {
		t.Error("a type's name shows")
	}
	c.golden("outbox")
}
