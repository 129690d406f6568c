package console

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"thbot/bot/chat"
	"thbot/bot/outbox"
	"thbot/commands"
	"thbot/store"
)

// poster delivers into the console's own chat, which the store keeps.
type poster struct{ c *Console }

var _ chat.Poster = (*poster)(nil)

// Render keeps a message whole: the console has no limit.
func (p *poster) Render(m *commands.Message) ([]json.RawMessage, error) {
	b, err := json.Marshal(m)
	return []json.RawMessage{b}, err
}

func (p *poster) Send(ctx context.Context, post chat.Post) chat.Outcome {
	out := p.keep(ctx, store.ChatPost{Place: post.Place.String(), Key: post.Key, At: p.c.clock.UTC(), Body: post.Body})
	if len(post.Files) > 0 && out.Verdict == chat.Delivered {
		p.c.carried[out.ID] = post.Files
	}
	return out
}

func (p *poster) Edit(ctx context.Context, id string, post chat.Post) chat.Outcome {
	at, err := time.Parse(idTime, strings.SplitAfter(id, "Z")[0])
	if err != nil {
		return chat.Outcome{Verdict: chat.GiveUp, Err: err}
	}
	return p.keep(ctx, store.ChatPost{ID: id, Place: post.Place.String(), Key: post.Key, At: at, Body: post.Body})
}

// idTime begins a post's id, so that ids sort by time.
const idTime = "2006-01-02T15:04:05.000Z"

func (p *poster) keep(ctx context.Context, post store.ChatPost) chat.Outcome {
	var id string
	err := p.c.store.Deliver(ctx, func(d *store.Delivery) error {
		kept := post
		if kept.ID == "" {
			before, err := d.Posts(post.Place)
			if err != nil {
				return err
			}
			// the number keeps posts of one moment in the order in which they came
			kept.ID = fmt.Sprintf("%s-%06d", post.At.Format(idTime), len(before)+1)
		}
		var err error
		id, err = d.KeepPost(kept)
		return err
	})
	if err != nil {
		return chat.Outcome{Verdict: chat.Retry, Err: err}
	}
	return chat.Outcome{Verdict: chat.Delivered, ID: id}
}

func (p *poster) Find(ctx context.Context, place chat.Place, key string, since time.Time) ([]string, error) {
	posts, err := p.c.posts(ctx, place.String())
	var ids []string
	for _, q := range posts {
		if q.post.Key == key && !q.post.At.Before(since) {
			ids = append(ids, q.post.ID)
		}
	}
	return ids, err
}

// Delete leaves an empty post: the console's chat is only read by people.
func (p *poster) Delete(ctx context.Context, place chat.Place, id string) error {
	out := p.Edit(ctx, id, chat.Post{Place: place, Body: json.RawMessage(`{"Blocks":null}`)})
	return out.Err
}

// posted is a post with its message decoded.
type posted struct {
	post    store.ChatPost
	message *commands.Message
}

func (c *Console) posts(ctx context.Context, place string) ([]posted, error) {
	var all []posted
	err := c.store.View(ctx, func(v *store.View) error {
		posts, err := v.Posts(place)
		if err != nil {
			return err
		}
		all = nil
		for _, p := range posts {
			m := new(commands.Message)
			if err := json.Unmarshal(p.Body, m); err != nil {
				return fmt.Errorf("read post %s: %w", p.ID, err)
			}
			if len(m.Blocks) > 0 {
				all = append(all, posted{p, m})
			}
		}
		return nil
	})
	return all, err
}

func (c *Console) replace(ctx context.Context, post *store.ChatPost, m *commands.Message) error {
	body, err := json.Marshal(m)
	if err != nil {
		return err
	}
	post.Body = body
	return c.store.Deliver(ctx, func(d *store.Delivery) error {
		_, err := d.KeepPost(*post)
		return err
	})
}

// showPosted lets the buttons of what was just delivered be pressed by whoever
// got it, and shows it if that is wished. An edited message is put in place of
// what its reader saw.
func (c *Console) showPosted(ctx context.Context, s outbox.Sent, show bool) error {
	posts, err := c.posts(ctx, s.Place.String())
	for _, p := range posts {
		if !slices.ContainsFunc(s.Row.Parts, func(part store.Part) bool { return part.PostID == p.post.ID }) {
			continue
		}
		if show {
			c.show(p.message)
			if err := c.files(c.carried[p.post.ID]); err != nil {
				return err
			}
		}
		if s.Place.Channel {
			continue
		}
		seen := c.seen(s.Place.Account.User)
		if !s.Edit || seen.post != nil && seen.post.ID == p.post.ID {
			seen.message, seen.post = p.message, &p.post
		}
	}
	return err
}

// inbox shows the user's direct messages, oldest first.
func (c *Console) inbox(ctx context.Context) error {
	return c.history(ctx, account(c.user).String(), "No direct messages yet.")
}

// channel shows the coordination channel.
func (c *Console) channel(ctx context.Context) error {
	return c.history(ctx, Channel, "Nothing in the channel yet.")
}

// historyShown is how many posts :inbox and :channel show at most.
const historyShown = 20

func (c *Console) history(ctx context.Context, place, none string) error {
	posts, err := c.posts(ctx, place)
	if err != nil {
		return err
	}
	if len(posts) == 0 {
		return c.say("%s", none)
	}
	if hidden := len(posts) - historyShown; hidden > 0 {
		if err := c.say("%d earlier ones are not shown.", hidden); err != nil {
			return err
		}
		posts = posts[hidden:]
	}
	for _, p := range posts {
		c.say("[%s]", c.timeWords(p.post.At))
		c.show(p.message)
		seen := c.seen(c.user)
		seen.message, seen.post = p.message, &p.post
	}
	return nil
}
