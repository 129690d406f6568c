package chat

import (
	"context"
	"sync"
	"time"
)

const (
	workTime   = time.Minute     // what a request may take in all
	answerTime = 8 * time.Second // what there is for its answer, however long the request took
)

// Work is what goes on apart from the deliveries that caused it. The zero
// value is ready to use.
type Work struct{ group sync.WaitGroup }

// Start runs f apart from the request that causes it, which may end first.
func (w *Work) Start(ctx context.Context, f func(ctx context.Context)) {
	w.group.Add(1)
	go func() {
		defer w.group.Done()
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), workTime)
		defer cancel()
		f(ctx)
	}()
}

// Wait waits for all that goes on.
func (w *Work) Wait() { w.group.Wait() }

// Within runs do apart from the delivery, so that what has begun is finished,
// and waits for it for a while. do gives the answer as a function; where it
// comes in time its result is given back, else it is called with late, has to
// reach the caller by itself, and Within gives wait.
func Within[A any](ctx context.Context, w *Work, patience time.Duration, wait A, do func(context.Context) func(ctx context.Context, late bool) A) A {
	done := make(chan func(context.Context, bool) A)
	gone := make(chan struct{})
	w.Start(ctx, func(ctx context.Context) {
		finish := do(ctx)
		select {
		case done <- finish:
		case <-gone:
			ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), answerTime)
			defer cancel()
			finish(ctx, true)
		}
	})
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case finish := <-done:
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), answerTime)
		defer cancel()
		return finish(ctx, false)
	case <-timer.C:
		close(gone)
		return wait
	}
}

// Pause waits, and answers false where ctx ends first.
func Pause(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
		return true
	}
}
