package crashtest

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"sync/atomic"
	"testing"
	"time"

	"thbot/bot/chat"
	"thbot/bot/outbox"
	"thbot/bot/schedule"
	"thbot/commands"
	"thbot/store"
	"thbot/store/bolt"
)

// The environment of the process that is killed.
const (
	envControl = "THBOT_CRASH_CONTROL" // the address that tells the time
	envChat    = "THBOT_CRASH_CHAT"    // the address of the chat
	envStore   = "THBOT_CRASH_STORE"
	envAt      = "THBOT_CRASH_AT"
	envTrace   = "THBOT_CRASH_TRACE"
	envBroken  = "THBOT_CRASH_BROKEN"
)

// Process is what a test binary starts itself as.
type Process struct {
	// Adapter connects to the chat at the address. now is the test's clock.
	Adapter func(address string, s *store.Store, now func() time.Time) (chat.Adapter, error)
	// Setup puts people on the roster of an empty register.
	Setup func(ch *store.Change) error
	// Rules are those of the register; the channel's destination among them.
	Rules commands.Rules
}

// Main is for a package's TestMain: it runs the tests or, where the process was
// started by a Trial, the process.
func Main(m *testing.M, p Process) {
	if os.Getenv(envControl) == "" {
		os.Exit(m.Run())
	}
	if err := p.run(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

// life is one run of the process.
type life struct {
	*points
	commands *commands.Commands
	outbox   *outbox.Outbox
	schedule *schedule.Schedule
	broken   *broken
	clock    clock
}

func (p Process) run(ctx context.Context) error {
	l := &life{points: &points{passed: map[string]int{}, at: os.Getenv(envAt)}, broken: &broken{how: os.Getenv(envBroken)}}
	if path := os.Getenv(envTrace); path != "" {
		var err error
		if l.trace, err = os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600); err != nil {
			return err
		}
	}
	db, err := bolt.Open(os.Getenv(envStore))
	if err != nil {
		return err
	}
	s, err := store.Open(ctx, &driver{db, l.points, l.broken.committed})
	if err != nil {
		return err
	}
	defer s.Close()
	if _, err := l.clock.ask(ctx, time.Time{}); err != nil {
		return err
	}
	if l.commands, err = commands.New(commands.Config{Store: s, Rules: p.Rules}); err != nil {
		return err
	}
	if err := p.setUp(ctx, s, l.clock.now()); err != nil {
		return err
	}
	adapter, err := p.Adapter(os.Getenv(envChat), s, l.clock.now)
	if err != nil {
		return err
	}
	l.schedule = schedule.New(l.commands)
	l.outbox = outbox.New(outbox.Config{
		Commands: l.commands,
		Chats:    map[string]outbox.Chat{adapter.Platform(): {Poster: &poster{l.broken.poster(adapter), l.points}}},
	})
	return l.live(ctx, adapter)
}

func (p Process) setUp(ctx context.Context, s *store.Store, now time.Time) error {
	by := store.By{Actor: store.Program, Op: "setup", At: now}
	return s.Update(ctx, by, func(ch *store.Change) error {
		if first, err := ch.Person(1); first != nil || err != nil {
			return err
		}
		return p.Setup(ch)
	})
}

// live takes requests and delivers what is due, until the test ends it.
func (l *life) live(ctx context.Context, adapter chat.Adapter) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	gone := make(chan error, 1)
	handle := func(ctx context.Context, req commands.Request) commands.Reply {
		req.Now = l.clock.now()
		return l.commands.Handle(ctx, req)
	}
	go func() { gone <- adapter.Run(ctx, l.broken.handler(handler(l.points, handle))) }()
	for {
		next, err := l.next(ctx)
		if err != nil {
			return err
		}
		more, err := l.clock.ask(ctx, next)
		if err != nil || !more {
			return err
		}
		l.broken.late(ctx)
		if err := l.schedule.Plan(ctx, l.clock.now()); err != nil {
			return err
		}
		if _, err := l.outbox.Deliver(ctx, l.clock.now()); err != nil {
			return err
		}
		select {
		case err := <-gone:
			return fmt.Errorf("the chat ended: %w", err)
		default:
		}
	}
}

// next is when something falls due.
func (l *life) next(ctx context.Context) (next time.Time, err error) {
	err = l.commands.Store().View(ctx, func(v *store.View) error {
		next, err = v.NextDue()
		return err
	})
	if err != nil {
		return next, err
	}
	slot, err := l.schedule.Next(ctx, l.clock.now())
	if next.IsZero() || !slot.IsZero() && slot.Before(next) {
		next = slot
	}
	return next, err
}

// clock is the test's clock, as last heard.
type clock struct{ heard atomic.Pointer[time.Time] }

func (c *clock) now() time.Time { return *c.heard.Load() }

// round is what the process and the test tell each other at every round.
type round struct {
	Next time.Time `json:"next"` // when something falls due
	Now  time.Time `json:"now"`
	End  bool      `json:"end"`
}

// ask tells when something falls due and gets the time. It answers false at the
// end of the test.
func (c *clock) ask(ctx context.Context, next time.Time) (bool, error) {
	var r round
	if err := call(ctx, os.Getenv(envControl), round{Next: next}, &r); err != nil {
		return false, err
	}
	c.heard.Store(&r.Now)
	return !r.End, nil
}

// call posts a JSON document and reads the answer.
func call(ctx context.Context, url string, in, out any) error {
	b, err := json.Marshal(in)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(b))
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		io.Copy(io.Discard, resp.Body)
		return &statusError{resp.StatusCode, resp.Header.Get("Retry-After")}
	}
	return json.NewDecoder(resp.Body).Decode(out)
}

// statusError is an answer that is no success.
type statusError struct {
	status int
	after  string
}

func (e *statusError) Error() string { return fmt.Sprintf("status %d", e.status) }
