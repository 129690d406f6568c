package bot

import (
	"context"
	"time"

	"thbot/bot/chat"
	"thbot/commands"
)

// requestTime is what a request may take in all; it goes on when the delivery
// that brought it has ended.
const requestTime = time.Minute

// What the bot itself says to a request that it does not pass on.
const (
	sayStarting = "I am starting, so nothing was done. Please try again in a minute."
	sayUnsure   = "I could not check your account just now, so nothing was done. Please try again in a minute."
	sayInactive = "Bots and deactivated accounts cannot use thbot. Nothing was done."
)

// handler answers the requests of one chat.
func (b *Bot) handler(p chat.Server) chat.Handler {
	return func(ctx context.Context, req commands.Request) commands.Reply {
		b.requests.Add(1)
		defer b.requests.Done()
		begun := time.Now()
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), requestTime)
		defer cancel()
		reply, outcome := b.answer(ctx, p, req)
		b.observer.Answered(p.Platform(), outcome, time.Since(begun))
		b.Look()
		return reply
	}
}

// answer hands a request to the commands, unless its account is none that may
// ask.
func (b *Bot) answer(ctx context.Context, p chat.Server, req commands.Request) (reply commands.Reply, outcome string) {
	if !b.admitted[p.Platform()].Load() {
		return turnedAway(req, sayStarting), "turned away"
	}
	switch active, err := p.Active(ctx, req.Account); {
	case err != nil:
		b.log.Warn("an account could not be checked", "platform", p.Platform(), "error", err)
		return turnedAway(req, sayUnsure), "turned away"
	case !active:
		return turnedAway(req, sayInactive), "turned away"
	}
	if reply = b.commands.Handle(ctx, req); reply.Failed {
		return reply, "failed"
	}
	return reply, "done"
}

// turnedAway says why, and gives what was typed back.
func turnedAway(req commands.Request, why string) commands.Reply {
	m := commands.Tell(commands.Say("%s", why))
	if req.Text != "" {
		m.Tell(commands.Say("Your text, to copy:")).Quoting("/thb " + req.Text)
	}
	return commands.Reply{Failed: true, Message: m}
}

// Look has the bot look soon for what is due: something may have been planned.
func (b *Bot) Look() {
	select {
	case b.wake <- struct{}{}:
	default: // it will
	}
}
