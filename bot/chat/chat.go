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
	"errors"
	"net/http"
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

// Directory knows the platform's accounts. Its answers are less than a minute
// old.
type Directory interface {
	commands.Directory

	// Active tells whether the account is there, not deactivated and no bot.
	Active(ctx context.Context, id store.AccountID) (bool, error)

	// Zone gives the time zone of the account's profile, or nil where it has
	// none.
	Zone(ctx context.Context, id store.AccountID) (*time.Location, error)
}

// Channel knows the platform's coordination channel.
type Channel interface {
	// Destination is the channel as the outbox names it, such as slack/T1/C1.
	Destination(ctx context.Context) (string, error)

	// Audience tells who reads a channel, by the channel's id.
	Audience(ctx context.Context, channel string) (Audience, error)
}

// Audience is who reads a channel.
type Audience struct {
	Public bool
	Users  []string // ids of all members but the bot
}

// Doctor looks a connection over.
type Doctor interface {
	// Check says what is in order and what is to be mended.
	Check(ctx context.Context, up Checkup) []Finding
}

// Checkup is what Check needs to know beside the platform.
type Checkup struct {
	// OnRoster tells whether an account is on the roster; nil: not asked.
	OnRoster func(store.AccountID) bool
	// Serving tells that thbot serve listens now, so that the platform can be
	// asked to reach it.
	Serving bool
}

// Finding is one thing that was looked at: in order, or to be mended.
type Finding struct {
	OK   bool
	Text string
}

// State is how a connection stands.
type State struct {
	Connected bool
	Refused   bool   // the platform does not take the credentials
	Text      string // in words
	Misread   int64  // deliveries since the start that could not be read
}

// Server is a platform as thbot serve runs it: all of the above.
type Server interface {
	Adapter
	Directory
	Channel
	Doctor

	// State tells how the connection stands, for /readyz.
	State() State

	// Handler takes what the platform delivers over HTTP, on the paths of the
	// contract's section 5; nil where it delivers nothing that way.
	Handler() http.Handler
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

// Later is implemented by errors of an adapter's that say after how long it is
// worth trying again.
type Later interface {
	error
	RetryAfter() time.Duration
}

// RetryAfter gives how long an error says to wait; 0 where it does not.
func RetryAfter(err error) time.Duration {
	var later Later
	if errors.As(err, &later) {
		return later.RetryAfter()
	}
	return 0
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
