// Package mattermost is thbot in a Mattermost workspace: one slash command,
// buttons and menus on messages, forms, posts and direct messages.
//
// Promises. A command is taken only with the command's token, and a command or
// press only with the server's own signature of now on it, once. A button or
// form is taken only if this register signed it, for the one who uses it; any
// signed-in user can make the server send a forged one. Words of people never
// work as Markdown, mention or Slack syntax. Send makes one attempt. Only ids
// count: who may do what is decided above, and the accounts of bots and of
// people who left are turned away here within a minute.
//
// Limits. That a trigger was used before is remembered in memory for ten
// minutes; beyond a restart the delivery id in the Request keeps a change from
// being made twice, and a question may be answered twice. A reply to a press
// has no room for buttons on this platform: one that has some goes where the
// command can still be answered, which lasts 30 minutes and five answers, else
// to the presser's direct messages.
package mattermost

import (
	"context"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"github.com/mattermost/mattermost/server/public/model"

	"thbot/bot/chat"
	"thbot/store"
	"thbot/store/fault"
)

// Platform is Mattermost's word in account ids.
const Platform = "mattermost"

// Trigger is the slash command's word.
const Trigger = "thb"

// Config is what an adapter needs. All but CommandToken, HTTP, Now and Log is
// required.
type Config struct {
	URL          string // of the server, such as https://chat.example.eu
	Team         string // name, as in web addresses
	Channel      string // name of the coordination channel
	Token        string // access token of the bot account
	CommandToken string // of a command that an admin made; empty: thbot makes its own
	PublicURL    string // how the server reaches thbot's listener
	Secret       []byte // the register's

	HTTP *http.Client     // own CA and proxy; nil: the system's. Without a Timeout it gets one of 20 s
	Now  func() time.Time // nil: time.Now
	Log  *slog.Logger     // nil: nothing is logged
}

// Times and sizes.
const (
	patience = 3 * time.Second // what a command or press waits for its answer
	refusals = 3               // of the token in a row: a server short of database connections says so too
)

// Adapter is thbot's side of one Mattermost workspace. It is safe for
// concurrent use.
type Adapter struct {
	cfg      Config
	keys     keyring
	api      *model.Client4
	http     *http.Client
	now      func() time.Time
	log      *slog.Logger
	patience time.Duration

	handle  atomic.Pointer[chat.Handler]
	conn    *chat.Connection[session]
	misread atomic.Int64 // deliveries that are no such thing as the server sends
	work    chat.Work    // answers under way

	triggers *chat.Recent[struct{}] // used
	forms    *chat.Recent[struct{}] // sent and accepted, by nonce
	hooks    *chat.Recent[string]   // where a form's command can be answered, by nonce
	offers   chat.Offers
	renewals *chat.Recent[struct{}]
	accounts *chat.Recent[account]
	directs  *chat.Recent[string] // channel ids of direct messages, by user
}

var _ chat.Server = (*Adapter)(nil)

// New makes an adapter; it does not connect yet.
func New(cfg Config) (*Adapter, error) {
	keys, err := newKeyring(cfg.Secret)
	if err != nil {
		return nil, err
	}
	for _, u := range []string{cfg.URL, cfg.PublicURL} {
		if p, err := url.Parse(u); err != nil || p.Scheme != "https" && p.Scheme != "http" || p.Host == "" {
			return nil, fault.New(fault.Invalid, "%q is no web address for Mattermost.", u).WithTry("https://chat.example.eu")
		}
	}
	if cfg.Token == "" || cfg.Team == "" || cfg.Channel == "" {
		return nil, fault.New(fault.Invalid, "Mattermost needs a bot token, a team and a channel.").
			WithTry("THBOT_MATTERMOST_TOKEN=… and team, channel in [mattermost]")
	}
	a := &Adapter{
		cfg: cfg, keys: keys, http: chat.Client(cfg.HTTP), now: cfg.Now, log: cfg.Log, patience: patience,
		triggers: chat.Remember[struct{}](2*triggerLasts+time.Minute, 1<<16),
		forms:    chat.Remember[struct{}](formLasts+time.Minute, 1<<16),
		hooks:    chat.Remember[string](25*time.Minute, 1<<12),
		offers:   chat.NewOffers(formLasts, 1<<10),
		renewals: chat.Remember[struct{}](time.Minute, 8),
		accounts: chat.Remember[account](45*time.Second, 1<<12),
		directs:  chat.Remember[string](24*time.Hour, 1<<12),
	}
	if a.now == nil {
		a.now = time.Now
	}
	if a.log == nil {
		a.log = slog.New(slog.DiscardHandler)
	}
	a.conn = chat.NewConnection(Platform, a.log, a.connect)
	a.api = model.NewAPIv4Client(strings.TrimRight(cfg.URL, "/"))
	a.api.HTTPClient = a.http
	a.api.SetToken(cfg.Token)
	return a, nil
}

// Platform implements chat.Adapter.
func (a *Adapter) Platform() string { return Platform }

// State tells how the connection stands, for /readyz.
func (a *Adapter) State() chat.State {
	state := a.conn.State()
	state.Misread = a.misread.Load()
	return state
}

// Run connects and stays connected until ctx ends or the token is refused. It
// waits for the answers that are under way. What Mattermost sends comes in
// through Handler: its listener is shut down before ctx ends.
func (a *Adapter) Run(ctx context.Context, handle chat.Handler) error {
	a.handle.Store(&handle)
	defer a.work.Wait()
	inARow := 0
	return a.conn.Stay(ctx, func(err error) *fault.Error {
		if inARow++; status(err) != http.StatusUnauthorized {
			inARow = 0
		}
		if inARow == refusals {
			return errRefused
		}
		return nil
	})
}

var errRefused = fault.New(fault.Forbidden, "Mattermost does not take the bot's token: it is wrong, was revoked, or the bot account is disabled.").
	WithTry("THBOT_MATTERMOST_TOKEN=… with a token of the bot account, from Integrations > Bot Accounts")

// accountID names a user of the workspace. The workspace is the team's id,
// also for people who are in another team of the server.
func (s *session) accountID(user string) store.AccountID {
	return store.AccountID{Platform: Platform, Workspace: s.team.Id, User: user}
}

// Destination is the coordination channel as the outbox names it.
func (a *Adapter) Destination(ctx context.Context) (string, error) {
	s, err := a.conn.Session(ctx)
	if err != nil {
		return "", err
	}
	return s.accountID(s.channel.Id).String(), nil
}
