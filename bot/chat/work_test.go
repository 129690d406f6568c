package chat

import (
	"context"
	"testing"
	"testing/synctest"
	"time"
)

// TestALateAnswerHasTimeOfItsOwn holds that what took all the time there is for a
// request, and so has failed, still reaches the caller.
func TestALateAnswerHasTimeOfItsOwn(t *testing.T) {
	for name, takes := range map[string]time.Duration{"in time": time.Second, "late": 10 * time.Second, "too late": workTime} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var w Work
				answered, after := "", false
				at := Within(t.Context(), &w, 2*time.Second, "wait", func(ctx context.Context) func(context.Context, bool) string {
					select {
					case <-time.After(takes):
					case <-ctx.Done():
					}
					return func(ctx context.Context, late bool) string {
						if err := ctx.Err(); err != nil {
							t.Errorf("no time is left for the answer: %v", err)
						}
						answered, after = "done", late
						return answered
					}
				})
				w.Wait()
				if in := name == "in time"; in != (at == "done") || in == after || answered != "done" {
					t.Errorf("acknowledged with %q, answered %q, late: %t", at, answered, after)
				}
			})
		})
	}
}
