package chat

import (
	"context"
	"errors"
	"log/slog"
	"reflect"
	"testing"
	"testing/synctest"
	"time"

	"thbot/store/fault"
)

// A connection that fails is tried again after a second, two, four, up to a
// minute; one that works is read anew every minute.
func TestStay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		down, revoked := errors.New("down"), errors.New("revoked")
		answers := []error{down, down, nil, nil, down, down, down, down, down, down, down, down, revoked}
		var tries []int
		begin := time.Now()
		c := NewConnection("chat", slog.New(slog.DiscardHandler), func(context.Context) (*int, string, error) {
			n := len(tries)
			tries = append(tries, int(time.Since(begin)/time.Second))
			return &n, "connected", answers[n]
		})
		if s := c.State(); s.Connected || s.Text != "not connected yet" {
			t.Errorf("%+v", s)
		}
		err := c.Stay(t.Context(), func(err error) *fault.Error {
			if err == revoked {
				return fault.New(fault.Forbidden, "The token was revoked.")
			}
			return nil
		})
		want := []int{0, 1, 3, 63, 123, 124, 126, 130, 138, 154, 186, 246, 306}
		if !fault.Is(err, fault.Forbidden) || !reflect.DeepEqual(tries, want) {
			t.Errorf("%v, tried at %v", err, tries)
		}
		if s, err := c.Session(t.Context()); err != nil || *s != 3 {
			t.Errorf("the session is lost: %v, %v", s, err)
		}
	})
}

// A refusal stands until a later try succeeds, and so does the state where it
// was us who gave up.
func TestWhatIsKnownOfAConnection(t *testing.T) {
	var answer error
	c := NewConnection("chat", slog.New(slog.DiscardHandler), func(ctx context.Context) (*int, string, error) {
		return new(int), "connected", errors.Join(answer, ctx.Err())
	})
	gaveUp, cancel := context.WithCancel(t.Context())
	cancel()
	for _, step := range []struct {
		ctx    context.Context
		answer error
		refuse bool
		want   State
	}{
		{ctx: gaveUp, want: State{Text: "not connected yet"}},
		{ctx: t.Context(), want: State{Connected: true, Text: "connected"}},
		{ctx: gaveUp, want: State{Connected: true, Text: "connected"}},
		{ctx: t.Context(), answer: errors.New("down"), want: State{Text: "down"}},
		{ctx: t.Context(), answer: errors.New("down"), refuse: true, want: State{Refused: true, Text: "Revoked."}},
		{ctx: t.Context(), want: State{Connected: true, Text: "connected"}},
	} {
		if step.refuse {
			c.Refuse(fault.New(fault.Forbidden, "Revoked."))
		}
		answer = step.answer
		c.Refresh(step.ctx)
		if got := c.State(); got != step.want {
			t.Errorf("%+v, not %+v", got, step.want)
		}
	}
}
