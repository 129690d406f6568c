// Package chat says what a chat platform must be able to do for thbot.
//
// An Adapter verifies and decodes what comes from its platform, renders what
// goes there, and makes one attempt at each post. There is no waiting, no
// queue and no rule of the register inside an adapter: package outbox decides
// when to try again.
package chat

import (
	"context"
	"encoding/json"
	"time"

	"thbot/commands"
	"thbot/store"
)

// Handler answers a request; it always answers.
type Handler func(ctx context.Context, req commands.Request) commands.Reply

// Adapter is one connected platform.
type Adapter interface {
	// Platform is the adapter's word in ids: console, slack or mattermost.
	Platform() string

	// Run takes requests until ctx ends or the credentials are refused.
	Run(ctx context.Context, handle Handler) error

	Poster
}

// Poster puts messages into the platform.
type Poster interface {
	// Render splits a message to the platform's limits, as bodies that Send
	// and Edit take. It is a pure function.
	Render(m *commands.Message) ([]json.RawMessage, error)

	// Send makes one attempt to post.
	Send(ctx context.Context, p Post) Outcome

	// Edit makes one attempt to put another body in place of a post's.
	Edit(ctx context.Context, id string, p Post) Outcome

	// Find gives the ids of the posts in the place that carry the key,
	// oldest first, posted since the time.
	Find(ctx context.Context, place Place, key string, since time.Time) ([]string, error)

	// Delete removes one of our posts.
	Delete(ctx context.Context, place Place, id string) error
}

// Place is where a post goes: a person's direct messages, or a channel.
type Place struct {
	Account store.AccountID // for a channel, User is the channel's id
	Channel bool
}

// String names the place in keys and lists.
func (p Place) String() string { return p.Account.String() }

// Post is one post on its way.
type Post struct {
	Place Place
	Key   string // row key and part; the adapter marks the post with it
	Body  json.RawMessage
	Files []commands.File
}

// Verdict is how an attempt ended.
type Verdict int

// The verdicts of an attempt.
const (
	Delivered Verdict = iota // the platform has it, under Outcome.ID
	Retry                    // it may or may not have arrived: look it up before trying again
	Wait                     // it did not arrive; try again after Outcome.After
	GiveUp                   // refused for good
)

// Outcome is the result of one attempt.
type Outcome struct {
	Verdict Verdict
	ID      string        // of the post
	After   time.Duration // with Wait
	Err     error         // unless Delivered
}
