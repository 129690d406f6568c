package main

import (
	"context"
	"fmt"

	"thbot/commands"
	"thbot/store"
)

// schedule lists what will be sent in the next 30 days.
func (p *program) schedule(ctx context.Context) error {
	if err := p.none(); err != nil {
		return err
	}
	return p.onRegister(ctx, p.showSchedule)
}

func (p *program) showSchedule(ctx context.Context, r *register) error {
	now, err := p.storeTime(ctx, r.store)
	if err != nil {
		return err
	}
	return r.store.View(ctx, func(v *store.View) error {
		upcoming, err := r.commands.Upcoming(v, now, now.Add(commands.Ahead))
		if err != nil {
			return err
		}
		if len(upcoming) == 0 {
			fmt.Fprintln(p.stdout, "Nothing will be sent in the next 30 days.")
		}
		for _, u := range upcoming {
			fmt.Fprintf(p.stdout, "%s  %s  to %s\n", u.At.In(r.commands.Rules().Zone).Format("Mon 2006-01-02 15:04"), u.What, u.To)
		}
		return nil
	})
}
