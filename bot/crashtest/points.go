// Package crashtest kills a thbot at named points, from the receipt of a
// request to the healing of a double, and checks what is left.
//
// Nothing in the product knows of it: the store's driver, the chat and the
// handler are wrapped, so that the process can be killed before and after each
// commit, each call to the chat and each command, press and sent form. A test
// binary starts itself as that process (Main), over a chat that the test keeps
// running (Board, or an adapter's stand-in), and starts it again after each kill
// until all is delivered (Trial). Story is a week of commands and messages,
// Deeds a morning of presses and forms.
//
// The clock is the test's: the process asks for the time at every round, and
// says when something falls due next.
package crashtest

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"sync"
	"syscall"
	"time"

	"thbot/bot/chat"
	"thbot/commands"
	"thbot/store"
)

// points counts the points that the process passes, and kills it at one.
type points struct {
	mu     sync.Mutex
	passed map[string]int
	at     string   // "name#n": where to kill
	trace  *os.File // nil: not written
}

// pass is called at each point.
func (p *points) pass(name string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.passed[name]++
	if p.trace != nil {
		fmt.Fprintln(p.trace, name)
	}
	if fmt.Sprintf("%s#%d", name, p.passed[name]) == p.at {
		syscall.Kill(os.Getpid(), syscall.SIGKILL)
		select {}
	}
}

// driver is a store's driver with a point before and after each commit, named
// by what is stored.
type driver struct {
	store.Driver
	*points
	committed func() // after each commit; for the broken variants
}

func (d *driver) Update(ctx context.Context, scope store.Scope, f func(store.Tx) error) error {
	name := ""
	err := d.Driver.Update(ctx, scope, func(tx store.Tx) error {
		w := &watched{Tx: tx}
		if err := f(w); err != nil {
			return err
		}
		if name = w.name; name == "record" {
			name = deed(ctx)
		}
		if name != "" {
			d.pass(name + ": before the commit")
		}
		return nil
	})
	if err == nil && name != "" {
		d.pass(name + ": after the commit")
		d.committed()
	}
	return err
}

// watched names a transaction by what it puts.
type watched struct {
	store.Tx
	name string
}

func (w *watched) Put(kind store.Kind, key string, value []byte) error {
	switch kind {
	case store.KindJournal:
		w.name = "record"
	case store.KindOutbox:
		before, err := w.Get(kind, key)
		if err != nil {
			return err
		}
		if name := rowStep(before, value); name != "" && w.name != "record" {
			w.name = name
		}
	}
	return w.Tx.Put(kind, key, value)
}

// rowStep names the step of a row's life that a change of it is.
func rowStep(before, after []byte) string {
	var was, is store.Row
	if before == nil {
		return "plan"
	}
	if json.Unmarshal(before, &was) != nil || json.Unmarshal(after, &is) != nil {
		return ""
	}
	switch {
	case was.Refresh && !is.Refresh:
		return "edited"
	case is.Heals > was.Heals:
		return "healed"
	case was.State != store.Delivered && is.State == store.Delivered:
		return "delivered"
	case is.State == store.Dropped || is.State == store.Failed:
		return string(is.State)
	case was.Parts == nil && is.Parts != nil:
		return "freeze"
	case posted(is) > posted(was):
		return "part delivered"
	case is.LeaseUntil.After(was.LeaseUntil):
		return "claim"
	case is.State == store.Waiting && is.Ambiguous:
		return "put back in doubt"
	case is.State == store.Waiting:
		return "put back"
	}
	return "other"
}

func posted(r store.Row) (n int) {
	for _, p := range r.Parts {
		if p.PostID != "" {
			n++
		}
	}
	return n
}

// poster is a chat with a point around each call.
type poster struct {
	chat.Poster
	*points
}

func (p *poster) Render(m *commands.Message) ([]json.RawMessage, error) {
	p.pass("render")
	return p.Poster.Render(m)
}

func (p *poster) Send(ctx context.Context, post chat.Post) chat.Outcome {
	p.pass("send: before it leaves")
	out := p.Poster.Send(ctx, post)
	p.pass("send: after the answer")
	return out
}

func (p *poster) Edit(ctx context.Context, id string, post chat.Post) chat.Outcome {
	p.pass("edit: before it leaves")
	out := p.Poster.Edit(ctx, id, post)
	p.pass("edit: after the answer")
	return out
}

func (p *poster) Find(ctx context.Context, place chat.Place, key string, since time.Time) ([]string, error) {
	p.pass("look up: before")
	ids, err := p.Poster.Find(ctx, place, key, since)
	p.pass("look up: after")
	return ids, err
}

func (p *poster) Delete(ctx context.Context, place chat.Place, id string) error {
	p.pass("delete: before it leaves")
	err := p.Poster.Delete(ctx, place, id)
	p.pass("delete: after the answer")
	return err
}

// handler puts a point before and after each command, press and form.
func handler(p *points, handle chat.Handler) chat.Handler {
	return func(ctx context.Context, req commands.Request) commands.Reply {
		name := "receive"
		switch {
		case req.Press != nil:
			name = "press " + req.Press.Action
		case req.Send != nil:
			name = "form " + req.Send.Form
		}
		if name != "receive" {
			ctx = context.WithValue(ctx, deedKey{}, name)
		}
		p.pass(name + ": before the command")
		reply := handle(ctx, req)
		p.pass(name + ": answered, not acknowledged")
		return reply
	}
}

// deedKey is where a context has the press or form that it is of.
type deedKey struct{}

// deed names a journalled change by what it comes from.
func deed(ctx context.Context) string {
	if name, ok := ctx.Value(deedKey{}).(string); ok {
		return name
	}
	return "record"
}
