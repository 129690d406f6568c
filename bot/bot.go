// Package bot is what runs: it takes requests from the connected chats, hands
// them to the commands, and delivers posts at their time.
//
// Promises. One register serves all chats. A chat whose credentials are
// refused ends alone; the others go on. A request that has begun is finished,
// also when the bot is told to stop meanwhile. Nobody whose account is
// deactivated or a bot's changes anything or is written to, within a minute.
// What is due goes out within a few seconds of its time on the wall, also
// after a clock was set or a machine woke up.
//
// Limits. The bot knows no platform by name: cmd hands them in. It keeps
// nothing of its own; what must survive a crash is in the store.
package bot

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"thbot/bot/chat"
	"thbot/bot/outbox"
	"thbot/bot/schedule"
	"thbot/commands"
)

// Config is what a bot needs. Commands and Platforms are required.
type Config struct {
	Commands  *commands.Commands
	Platforms *Platforms
	Roster    []Entry          // of the configuration
	Now       func() time.Time // the time on the wall; nil: time.Now
	Log       *slog.Logger     // nil: nothing is logged
	Observer  Observer         // nil: nobody watches
	Alone     bool             // no other process can open the register, so that what a crash cut off is taken up at once
}

// Observer counts what happens. It gets no text, name or id.
type Observer interface {
	// Answered tells of a request: done, failed or turned away.
	Answered(platform, outcome string, took time.Duration)
	// Attempted tells of an attempt at a post: delivered, retry, wait or
	// refused.
	Attempted(platform, outcome string, took time.Duration)
}

// Bot serves the connected chats. It is used once.
type Bot struct {
	commands  *commands.Commands
	platforms *Platforms
	roster    []Entry
	now       func() time.Time
	log       *slog.Logger
	observer  Observer
	schedule  *schedule.Schedule
	outbox    *outbox.Outbox

	wake     chan struct{} // something may have fallen due
	admitted map[string]*atomic.Bool
	requests sync.WaitGroup // under way
}

// stopWithin is how long what has begun may take when the bot stops.
const stopWithin = 10 * time.Second

// New makes a bot; it does not run yet.
func New(cfg Config) *Bot {
	b := &Bot{
		commands: cfg.Commands, platforms: cfg.Platforms, roster: cfg.Roster,
		now: cfg.Now, log: cfg.Log, observer: cfg.Observer,
		schedule: schedule.New(cfg.Commands), wake: make(chan struct{}, 1), admitted: map[string]*atomic.Bool{},
	}
	if b.now == nil {
		b.now = time.Now
	}
	if b.log == nil {
		b.log = slog.New(slog.DiscardHandler)
	}
	if b.observer == nil {
		b.observer = nobody{}
	}
	chats := map[string]outbox.Chat{}
	for _, p := range b.platforms.All() {
		chats[p.Platform()] = outbox.Chat{Poster: &poster{p, b.observer}, Directory: p, Pace: postPace, Grace: editGrace}
		b.admitted[p.Platform()] = new(atomic.Bool)
	}
	b.outbox = outbox.New(outbox.Config{Commands: b.commands, Chats: chats, Workers: postsAtOnce, Alone: cfg.Alone, Log: b.log})
	return b
}

type nobody struct{}

func (nobody) Answered(string, string, time.Duration)  {}
func (nobody) Attempted(string, string, time.Duration) {}

// Counts tells what became of messages since the start.
func (b *Bot) Counts() outbox.Counts { return b.outbox.Counts() }

// Run serves until ctx ends, then finishes what has begun, for ten seconds at
// most. It ends with an error where the configuration's roster cannot be
// followed.
func (b *Bot) Run(ctx context.Context) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var parts sync.WaitGroup
	for _, p := range b.platforms.All() {
		parts.Go(func() { b.serve(ctx, p) })
		parts.Go(func() {
			if err := b.admit(ctx, p); err != nil {
				cancel(err)
			}
		})
	}
	parts.Go(func() { b.deliver(ctx) })
	parts.Go(func() { b.warm(ctx) })
	<-ctx.Done()
	b.finish(&parts)
	if err := context.Cause(ctx); err != context.Canceled && err != context.DeadlineExceeded {
		return err
	}
	return nil
}

// finish waits for what has begun.
func (b *Bot) finish(parts *sync.WaitGroup) {
	done := make(chan struct{})
	go func() {
		parts.Wait()
		b.requests.Wait()
		b.outbox.Wait(context.Background())
		close(done)
	}()
	select {
	case <-done:
	case <-time.After(stopWithin):
		b.log.Warn("stopping with work unfinished", "after", stopWithin)
	}
}

// serve runs one chat until ctx ends or its credentials are refused.
func (b *Bot) serve(ctx context.Context, p chat.Server) {
	for wait := time.Second; ; wait = min(2*wait, time.Minute) {
		err := p.Run(ctx, b.handler(p))
		if ctx.Err() != nil {
			return
		}
		if p.State().Refused {
			b.log.Error("a chat is not served any more: mend its credentials and start thbot again", "platform", p.Platform(), "error", err)
			return
		}
		b.log.Error("a chat stopped, and is started again", "platform", p.Platform(), "error", err, "in", wait)
		if !chat.Pause(ctx, wait) {
			return
		}
	}
}

// warm builds the overlap index, so that the first check does not wait, and then
// studies it, so that the later ones are quick.
func (b *Bot) warm(ctx context.Context) {
	begun := time.Now()
	if err := b.commands.Warm(ctx); err != nil {
		if ctx.Err() == nil {
			b.log.Error("the overlap index was not built", "error", err)
		}
	} else {
		b.log.Info("the overlap index is ready", "took", time.Since(begun).Round(time.Millisecond))
	}
	b.commands.Study(ctx) // where it was not built yet, it is at the first check
}
