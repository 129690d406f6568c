package outbox

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"thbot/bot/chat"
	"thbot/commands"
	"thbot/store"
)

// town is a chat with a clock: it can be out of order for a time, take posts
// without a word, show them in the history late, and it knows when something
// was posted again unseen.
type town struct {
	now  func() time.Time
	out  func(now time.Time, place string) bool       // no answer then; nil: never
	take func(n int) bool                             // the n-th post without an answer arrives all the same; nil: none
	lag  time.Duration                                // of the history
	meet func(ctx context.Context, p chat.Post) error // before a post; nil: nothing
	wait func(place string) time.Duration             // told to wait; nil: never

	mu     sync.Mutex
	posts  []*house
	sends  map[string]int // attempts by place
	looks  map[string][]time.Time
	tried  map[string]bool
	silent int
	blind  []string
	edits  int
}

type house struct {
	id, key, place string
	body           string
	at             time.Time
	gone           bool
	files          int
}

var errSilence = errors.New("no answer")

func (c *town) Render(m *commands.Message) ([]json.RawMessage, error) {
	b, err := json.Marshal(m.Text())
	return []json.RawMessage{b}, err
}

func (c *town) Send(ctx context.Context, p chat.Post) chat.Outcome {
	if c.meet != nil {
		if err := c.meet(ctx, p); err != nil {
			return chat.Outcome{Verdict: chat.Retry, Err: err}
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	now, place := c.now(), p.Place.String()
	if c.sends == nil {
		c.sends, c.looks, c.tried = map[string]int{}, map[string][]time.Time{}, map[string]bool{}
	}
	c.sends[place]++
	if c.wait != nil {
		if after := c.wait(place); after > 0 {
			return chat.Outcome{Verdict: chat.Wait, After: after, Err: errors.New("slow down")}
		}
	}
	if l := c.looks[p.Key]; c.tried[p.Key] && len(l) < looksFirst {
		c.blind = append(c.blind, p.Key)
	}
	c.tried[p.Key], c.looks[p.Key] = true, nil
	dead := c.out != nil && c.out(now, place)
	if dead {
		c.silent++
		if c.take == nil || !c.take(c.silent) {
			return chat.Outcome{Verdict: chat.Retry, Err: errSilence}
		}
	}
	h := &house{id: fmt.Sprintf("post%d", len(c.posts)+1), key: p.Key, place: place, body: string(p.Body), at: now, files: len(p.Files)}
	c.posts = append(c.posts, h)
	if dead {
		return chat.Outcome{Verdict: chat.Retry, Err: errSilence}
	}
	return chat.Outcome{ID: h.id}
}

func (c *town) Edit(_ context.Context, id string, p chat.Post) chat.Outcome {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.out != nil && c.out(c.now(), p.Place.String()) {
		return chat.Outcome{Verdict: chat.Retry, Err: errSilence}
	}
	for _, h := range c.posts {
		if h.id == id && !h.gone {
			h.body, h.key = string(p.Body), p.Key
			c.edits++
			return chat.Outcome{ID: id}
		}
	}
	return chat.Outcome{Verdict: chat.GiveUp, Err: errors.New("no such post")}
}

func (c *town) Find(_ context.Context, place chat.Place, key string, since time.Time) (ids []string, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.now()
	if c.out != nil && c.out(now, place.String()) {
		return nil, errSilence
	}
	if c.looks != nil {
		c.looks[key] = append(c.looks[key], now)
	}
	for _, h := range c.posts {
		if h.key == key && h.place == place.String() && !h.gone && !h.at.Before(since) && now.Sub(h.at) >= c.lag {
			ids = append(ids, h.id)
		}
	}
	return ids, nil
}

func (c *town) Delete(_ context.Context, _ chat.Place, id string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, h := range c.posts {
		h.gone = h.gone || h.id == id
	}
	return nil
}

// standing gives the posts that stand, by key.
func (c *town) standing() map[string]int {
	c.mu.Lock()
	defer c.mu.Unlock()
	n := map[string]int{}
	for _, h := range c.posts {
		if !h.gone {
			n[h.key]++
		}
	}
	return n
}

// in gives the posts that stand in a user's direct messages or a channel.
func (c *town) in(user string) (all []*house) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, h := range c.posts {
		if !h.gone && h.place == account(user).String() {
			all = append(all, h)
		}
	}
	return all
}

// live makes an outbox over a town.
func (p *post) live(c *town, change ...func(*Config, *Chat)) *town {
	c.now = func() time.Time { return p.now }
	cfg, one := Config{Commands: p.commands}, Chat{Poster: c}
	for _, f := range change {
		f(&cfg, &one)
	}
	cfg.Chats = map[string]Chat{"console": one}
	p.outbox = New(cfg)
	p.outbox.jitter = func(d time.Duration) time.Duration { return d }
	return c
}

// state records a statement of the Coordinator's office, whose rows say the
// same at any time, and gives the rows' subject.
func (p *post) state(agency string) string {
	p.t.Helper()
	var subject string
	err := p.store.Update(p.t.Context(), store.By{Actor: "P11", Op: "unchanged", At: p.now}, func(ch *store.Change) error {
		n := &store.Confirmation{Agency: agency}
		if err := ch.AddConfirmation(n); err != nil {
			return err
		}
		subject = fmt.Sprintf("N%d.r1", n.ID)
		return nil
	})
	if err != nil {
		p.t.Fatal(err)
	}
	return subject
}

// rows plans n rows about the subject, each to the next of the people.
func (p *post) rows(subject string, n int, change func(i int, r *store.Row), people ...string) {
	p.t.Helper()
	for from := 0; from < n; from += 1000 {
		err := p.store.Deliver(p.t.Context(), func(d *store.Delivery) error {
			for i := from; i < min(n, from+1000); i++ {
				r := store.Row{Kind: store.RowEntered, Subject: subject, Slot: fmt.Sprintf("s%05d", i), Destination: people[i%len(people)], Due: p.now.UTC()}
				if change != nil {
					change(i, &r)
				}
				if _, err := d.Plan(p.now, &r); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			p.t.Fatal(err)
		}
	}
}

// until lets time go by in steps until nothing is left to be done, or the time
// is over.
func (p *post) until(end time.Time, step time.Duration) {
	p.t.Helper()
	for !p.now.After(end) {
		p.deliver()
		next := p.now.Add(step)
		err := p.store.View(p.t.Context(), func(v *store.View) error {
			due, err := v.NextDue()
			if !due.IsZero() && due.After(p.now) && due.After(next) {
				next = due
			}
			if due.IsZero() {
				next = end.Add(time.Second)
			}
			return err
		})
		if err != nil {
			p.t.Fatal(err)
		}
		p.now = next
	}
}

// once holds that each key stands once, and that nothing was posted unseen.
func (c *town) once(t *testing.T, want int) {
	t.Helper()
	standing := c.standing()
	for key, n := range standing {
		if n != 1 {
			t.Errorf("%s stands %d times", key, n)
		}
	}
	if len(standing) != want {
		t.Errorf("%d messages, not %d", len(standing), want)
	}
	if len(c.blind) > 0 {
		t.Errorf("posted again unseen: %q", c.blind)
	}
}
