package slack

import (
	"context"
	"sync"
	"time"

	slackgo "github.com/slack-go/slack"

	"thbot/bot/chat"
	"thbot/commands"
)

// slowAfter is when a request that may open a form gets a modal to wait in:
// what opens it lasts three seconds.
const slowAfter = 1200 * time.Millisecond

// sayElsewhere stands in a modal to wait in, where no form came.
const sayElsewhere = "Done. The answer is in the conversation."

// opening is the one modal that a deed can open. Its trigger works once: where
// the answer is slow a modal to wait in takes it, and the form its place.
type opening struct {
	adapter *Adapter
	caller  caller

	over context.Context // ended: nothing is opened to wait in any more
	stop context.CancelFunc

	mu   sync.Mutex
	view string // the modal to wait in; empty: none
}

// expect gives the opening of a deed, and opens a modal to wait in if end has
// not been called after a while.
func (a *Adapter) expect(ctx context.Context, c caller) *opening {
	o := &opening{adapter: a, caller: c}
	o.over, o.stop = context.WithCancel(context.WithoutCancel(ctx))
	a.work.Start(ctx, func(ctx context.Context) {
		if chat.Pause(o.over, a.slow) {
			o.waitIn(ctx)
		}
	})
	return o
}

func (o *opening) waitIn(ctx context.Context) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.over.Err() != nil {
		return
	}
	var err error
	if o.view, err = o.adapter.raised(ctx, o.caller, *waiting("thbot")); err != nil {
		o.adapter.log.Warn("a modal to wait in was not opened", "error", err)
	}
}

// put shows a modal: in the place of the one to wait in, or opened now.
func (o *opening) put(ctx context.Context, v slackgo.ModalViewRequest) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.stop()
	if o.view == "" {
		_, err := o.adapter.raised(ctx, o.caller, v)
		return err
	}
	_, err := o.adapter.api.UpdateViewContext(ctx, v, "", "", o.view)
	o.view = ""
	return failed("open a form", err)
}

// end says that no form comes; a modal to wait in says where the answer is.
func (o *opening) end(ctx context.Context) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.stop()
	if o.view == "" {
		return
	}
	v, _ := o.adapter.page(commands.Tell(commands.Say(sayElsewhere)))
	if _, err := o.adapter.api.UpdateViewContext(ctx, v, "", "", o.view); err != nil {
		o.adapter.log.Warn("a modal to wait in stays open", "error", failed("end a modal", err))
	}
	o.view = ""
}

// raised opens a modal with the caller's trigger, on top of the one that he
// used where there is one, and gives its id.
func (a *Adapter) raised(ctx context.Context, c caller, v slackgo.ModalViewRequest) (string, error) {
	do := a.api.OpenViewContext
	if c.view != "" {
		do = a.api.PushViewContext
	}
	resp, err := do(ctx, c.trigger, v)
	if err != nil {
		return "", failed("open a modal", err)
	}
	return resp.View.ID, nil
}
