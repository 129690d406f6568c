package bot

import (
	"context"
	"errors"
	"time"

	"thbot/bot/chat"
	"thbot/store"
)

// lookEvery is how often to look for what is due: a clock that was set and a
// machine that woke up change what is due without a word.
const (
	lookEvery = 5 * time.Second
	lookAgain = 500 * time.Millisecond // at the soonest: what is due may be taken
)

// deliver plans what comes round and delivers what is due, until ctx ends.
func (b *Bot) deliver(ctx context.Context) {
	for {
		now := b.now().Round(0) // the time on the wall: the monotonic clock stands still while a machine sleeps
		b.platforms.look(ctx)
		err := b.schedule.Plan(ctx, now)
		if err == nil {
			_, err = b.outbox.Deliver(ctx, now)
		}
		if err != nil && ctx.Err() == nil {
			b.log.Error("delivery was cut short", "error", err)
		}
		if !b.await(ctx, b.nextLook(ctx, err)) {
			return
		}
	}
}

// await waits for the time, or until something may have fallen due. It answers
// false where ctx ends first.
func (b *Bot) await(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-b.wake:
		return true
	case <-t.C:
		return true
	}
}

// nextLook is how long to wait until something falls due.
func (b *Bot) nextLook(ctx context.Context, failed error) time.Duration {
	if failed != nil {
		return lookEvery
	}
	var next time.Time
	err := b.commands.Store().View(ctx, func(v *store.View) (err error) {
		next, err = v.NextDue()
		return err
	})
	now := b.now().Round(0)
	slot, serr := b.schedule.Next(ctx, now)
	if err != nil || serr != nil {
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

// poster is a chat as the outbox sees it: each attempt is counted, and nobody
// whose account is deactivated is written to.
type poster struct {
	chat.Server
	observer Observer
}

var _ chat.Poster = (*poster)(nil)

var errInactive = errors.New("the account is deactivated")

// Send makes one attempt, if the reader's account is active.
func (p *poster) Send(ctx context.Context, post chat.Post) chat.Outcome {
	begun := time.Now()
	out := p.send(ctx, post)
	p.observer.Attempted(p.Platform(), verdictWords[out.Verdict], time.Since(begun))
	return out
}

func (p *poster) send(ctx context.Context, post chat.Post) chat.Outcome {
	if !post.Place.Channel {
		switch active, err := p.Active(ctx, post.Place.Account); {
		case err != nil:
			return chat.Outcome{Verdict: chat.Wait, After: lookEvery, Err: err}
		case !active:
			return chat.Outcome{Verdict: chat.GiveUp, Err: errInactive}
		}
	}
	return p.Server.Send(ctx, post)
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
