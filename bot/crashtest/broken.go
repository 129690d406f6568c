package crashtest

import (
	"context"
	"sync"
	"time"

	"thbot/bot/chat"
	"thbot/commands"
)

// The broken variants, which a trial has to find out.
const (
	MarkFirst   = "mark before post"
	NoLookUp    = "no look-up"
	Acknowledge = "acknowledge before commit" // commands
	Hasty       = "acknowledge a press or form before commit"
	Forgetful   = "do again what comes again"
)

// broken makes the process wrong in one way; "" leaves it right.
type broken struct {
	how string

	mu   sync.Mutex
	post func() // sent too late: only after it was marked
	todo func(context.Context)
}

// poster is a chat as the broken outbox uses it.
func (b *broken) poster(c chat.Poster) chat.Poster {
	switch b.how {
	case MarkFirst:
		return &markFirst{c, b}
	case NoLookUp:
		return &noLookUp{c}
	}
	return c
}

// markFirst tells the outbox that a post is there, and posts it after the
// outbox has stored that. It is for a Board, whose ids can be foretold.
type markFirst struct {
	chat.Poster
	b *broken
}

func (m *markFirst) Send(ctx context.Context, p chat.Post) chat.Outcome {
	m.b.mu.Lock()
	defer m.b.mu.Unlock()
	m.b.post = func() { m.Poster.Send(context.WithoutCancel(ctx), p) }
	return chat.Outcome{ID: boardID(p.Key, 1)}
}

func (b *broken) committed() {
	b.mu.Lock()
	post := b.post
	b.post = nil
	b.mu.Unlock()
	if post != nil {
		post()
	}
}

// noLookUp never finds anything.
type noLookUp struct{ chat.Poster }

func (noLookUp) Find(context.Context, chat.Place, string, time.Time) ([]string, error) {
	return nil, nil
}

// handler answers before the command has run, which it does at the next round,
// or forgets what it has done.
func (b *broken) handler(handle chat.Handler) chat.Handler {
	return func(ctx context.Context, req commands.Request) commands.Reply {
		deed := req.Press != nil || req.Send != nil
		switch {
		case b.how == Forgetful:
			req.Delivery = ""
			return handle(ctx, req)
		case !(b.how == Acknowledge && !deed || b.how == Hasty && deed):
			return handle(ctx, req)
		}
		b.mu.Lock()
		defer b.mu.Unlock()
		b.todo = func(ctx context.Context) { handle(ctx, req) }
		return commands.Reply{Message: commands.Tell(commands.Say("Noted."))}
	}
}

func (b *broken) late(ctx context.Context) {
	b.mu.Lock()
	todo := b.todo
	b.todo = nil
	b.mu.Unlock()
	if todo != nil {
		todo(ctx)
	}
}
