// Package schedule decides when what thbot sends by itself falls due.
//
// It keeps nothing: slots are computed from the wall clock, the rules and the
// store, so that one missed while thbot was down is made up once, and one
// already planned is not planned again. Reminders and messages that follow
// from a command are planned by that command; here are only the slots that
// come round by themselves.
package schedule

import (
	"context"
	"time"

	"thbot/commands"
)

// Schedule plans what comes round: the digest, and the words to agencies that
// have been silent.
type Schedule struct{ commands *commands.Commands }

// New makes a schedule over the commands' rules.
func New(c *commands.Commands) *Schedule { return &Schedule{c} }

// Plan plans what has fallen due up to the time.
func (s *Schedule) Plan(ctx context.Context, now time.Time) error {
	return s.commands.PlanDigests(ctx, now)
}

// Next gives the first slot after the time that is not planned yet.
func (s *Schedule) Next(ctx context.Context, now time.Time) (time.Time, error) {
	return s.commands.NextDigest(now)
}
