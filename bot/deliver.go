package bot

import (
	"context"
	"time"

	"thbot/bot/chat"
)

// lookEvery is how often to look for what is due: a clock that was set and a
// machine that woke up change what is due without a word.
const (
	lookEvery = 5 * time.Second
	lookAgain = 100 * time.Millisecond // at the soonest: what is due may be taken
)

// Both platforms take about one message a second for each channel or person.
const (
	postPace    = time.Second
	editGrace   = 1500 * time.Millisecond // most answers take less; after it both edits may come in either order
	postsAtOnce = 8
)

// deliver plans what comes round and delivers what is due, until ctx ends.
func (b *Bot) deliver(ctx context.Context) {
	for {
		now := b.now().Round(0) // the time on the wall: the monotonic clock stands still while a machine sleeps
		b.platforms.look(ctx)
		var next time.Time
		err := b.schedule.Plan(ctx, now)
		if err == nil {
			next, err = b.outbox.Look(ctx, now)
		}
		if err != nil && ctx.Err() == nil {
			b.log.Error("delivery was cut short", "error", err)
		}
		if !b.await(ctx, b.nextLook(ctx, now, next, err)) {
			return
		}
	}
}

// await waits for the time, or until something may have fallen due or a message
// has gone out. It answers false where ctx ends first.
func (b *Bot) await(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-b.wake:
		return true
	case <-b.outbox.Done():
		return true
	case <-t.C:
		return true
	}
}

// nextLook is how long to wait until something falls due: a row of the outbox
// at next, or a slot of the schedule.
func (b *Bot) nextLook(ctx context.Context, now, next time.Time, failed error) time.Duration {
	slot, err := b.schedule.Next(ctx, now)
	if failed != nil || err != nil {
		return lookEvery
	}
	if next.IsZero() || !slot.IsZero() && slot.Before(next) {
		next = slot
	}
	if next.IsZero() {
		return lookEvery
	}
	return min(max(next.Sub(now), lookAgain), lookEvery)
}

// poster is a chat as the outbox sees it: each attempt is counted.
type poster struct {
	chat.Server
	observer Observer
}

var _ chat.Poster = (*poster)(nil)

// Send makes one attempt.
func (p *poster) Send(ctx context.Context, post chat.Post) chat.Outcome {
	begun := time.Now()
	out := p.Server.Send(ctx, post)
	p.observer.Attempted(p.Platform(), verdictWords[out.Verdict], time.Since(begun))
	return out
}

// Edit makes one attempt.
func (p *poster) Edit(ctx context.Context, id string, post chat.Post) chat.Outcome {
	begun := time.Now()
	out := p.Server.Edit(ctx, id, post)
	p.observer.Attempted(p.Platform(), verdictWords[out.Verdict], time.Since(begun))
	return out
}

var verdictWords = map[chat.Verdict]string{
	chat.Delivered: "delivered", chat.Retry: "retry", chat.Wait: "wait", chat.GiveUp: "refused",
}
