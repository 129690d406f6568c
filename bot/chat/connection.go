package chat

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"thbot/store/fault"
)

// Times of a connection.
const (
	refreshEvery = time.Minute
	firstWait    = time.Second // before the next try; doubled each time
	MostWait     = time.Minute
)

// Connection is what an adapter knows of its platform while the credentials
// work, a session. It is safe for concurrent use.
type Connection[S any] struct {
	Known atomic.Pointer[S] // the present session; nil: none yet
	Wait  time.Duration     // before the first new try to connect

	platform   string
	log        *slog.Logger
	connect    func(context.Context) (*S, string, error)
	connecting sync.Mutex
	state      atomic.Pointer[State]
}

// NewConnection makes one that is not connected yet. connect reads a session
// and says how it stands.
func NewConnection[S any](platform string, log *slog.Logger, connect func(context.Context) (*S, string, error)) *Connection[S] {
	c := &Connection[S]{platform: platform, log: log, connect: connect, Wait: firstWait}
	c.state.Store(&State{Text: "not connected yet"})
	return c
}

// State tells how the connection stands.
func (c *Connection[S]) State() State { return *c.state.Load() }

// Session gives the present session, and connects where there is none yet.
func (c *Connection[S]) Session(ctx context.Context) (*S, error) {
	if s := c.Known.Load(); s != nil {
		return s, nil
	}
	return c.Refresh(ctx)
}

// Refresh reads the session anew. Where that fails the one before stays.
func (c *Connection[S]) Refresh(ctx context.Context) (*S, error) {
	c.connecting.Lock()
	defer c.connecting.Unlock()
	s, words, err := c.connect(ctx)
	switch {
	case err == nil:
		c.Known.Store(s)
		c.state.Store(&State{Connected: true, Text: words})
		return s, nil
	case ctx.Err() == nil && !c.State().Refused: // it was not us who gave up
		c.state.Store(&State{Text: err.Error()})
	}
	return nil, err
}

// Stay connects, and reads the session anew every minute, so that what is
// changed on the platform counts within one; after a failure sooner. It goes on
// until ctx ends, or until refused, which is told how each try ended, gives the
// reason why the credentials are not taken.
func (c *Connection[S]) Stay(ctx context.Context, refused func(error) *fault.Error) error {
	wait := c.Wait
	for {
		_, err := c.Refresh(ctx)
		if ctx.Err() != nil {
			return nil
		}
		if f := refused(err); f != nil {
			return c.Refuse(f)
		}
		next := refreshEvery
		if err == nil {
			wait = c.Wait
		} else {
			c.log.Warn(c.platform+" is not connected", "error", err)
			next, wait = max(wait, RetryAfter(err)), min(2*wait, MostWait)
		}
		if !Pause(ctx, next) {
			return nil
		}
	}
}

// Refuse notes why the credentials are not taken, and gives it back.
func (c *Connection[S]) Refuse(f *fault.Error) error {
	c.state.Store(&State{Refused: true, Text: f.What})
	return f
}
