// Package slack is thbot in a Slack workspace: one slash command, shortcuts, a
// home, buttons and menus on messages, modals, posts and direct messages, by
// Socket Mode or by signed HTTP.
//
// Promises. What comes by HTTP is taken only with Slack's signature of now on
// it, once; what comes by socket is Slack's word. A delivery is acknowledged
// within three seconds and after the commit, or says that it was not done. What
// is delivered again is answered again and not done again. Words of people
// never work as markup or mention. Send makes one attempt. Only ids count: who
// may do what is decided above, and the accounts of bots, of people who left
// and of other workspaces are turned away here within a minute.
//
// Limits. The deliveries of the last minutes are remembered in memory; beyond a
// restart the delivery id in the Request keeps a change from being made twice,
// and a question may be answered twice. An answer for the caller alone is
// ephemeral and may be lost; then, or where there is no place for one, it goes
// to his direct messages. A conversation is answered for 30 minutes and five
// times, which is Slack's measure.
package slack

import (
	"context"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"
	slackgo "github.com/slack-go/slack"

	"thbot/bot/chat"
	"thbot/commands"
	"thbot/store"
	"thbot/store/fault"
)

// Platform is Slack's word in account ids.
const Platform = "slack"

// Command is the slash command's word.
const Command = "thb"

// Modes of delivery.
const (
	Socket = "socket" // Slack needs no address of ours
	HTTP   = "http"
)

// Config is what an adapter needs. Channel, BotToken and Secret are required;
// AppToken with Socket, SigningSecret with HTTP.
type Config struct {
	Mode          string // Socket or HTTP; empty: Socket
	Channel       string // name or id of the coordination channel
	APIURL        string // empty: Slack's
	BotToken      string // xoxb-…
	AppToken      string // xapp-…
	SigningSecret string
	Secret        []byte // the register's

	HTTP *http.Client     // own CA and proxy; nil: the system's. Without a Timeout it gets one of 20 s
	Now  func() time.Time // nil: time.Now
	Log  *slog.Logger     // nil: nothing is logged
}

// Times and sizes.
const (
	patience = 2300 * time.Millisecond // what a delivery waits for its answer; Slack waits for 3 s
)

// Adapter is thbot's side of one Slack workspace. It is safe for concurrent
// use.
type Adapter struct {
	cfg      Config
	marker   marker
	api      *slackgo.Client
	http     *http.Client
	dial     *websocket.Dialer // of sockets
	now      func() time.Time
	log      *slog.Logger
	patience time.Duration
	look     time.Duration // before the second look at an upload
	slow     time.Duration // before a modal to wait in

	handle  atomic.Pointer[chat.Handler]
	conn    *chat.Connection[session]
	sockets atomic.Int32 // open ones
	work    chat.Work    // answers under way
	bad     atomic.Int64

	deliveries *chat.Recent[*delivery] // by envelope and by trigger
	offers     chat.Offers
	signatures *chat.Recent[struct{}] // seen
	hooks      *chat.Recent[string]   // where a form's sender can be answered, by nonce
	accounts   *chat.Recent[account]
	directs    *chat.Recent[string] // channel ids of direct messages, by user
}

// New makes an adapter; it does not connect yet.
func New(cfg Config) (*Adapter, error) {
	if err := complete(&cfg); err != nil {
		return nil, err
	}
	m, err := newMarker(cfg.Secret)
	if err != nil {
		return nil, err
	}
	a := &Adapter{
		cfg: cfg, marker: m, http: chat.Client(cfg.HTTP), dial: dialer(cfg.HTTP), now: cfg.Now, log: cfg.Log, patience: patience, look: firstLook, slow: slowAfter,
		deliveries: chat.Remember[*delivery](10*time.Minute, 1<<10),
		offers:     chat.NewOffers(time.Hour, 1<<10),
		signatures: chat.Remember[struct{}](2*signatureLasts+time.Minute, 1<<16),
		hooks:      chat.Remember[string](25*time.Minute, 1<<12),
		accounts:   chat.Remember[account](45*time.Second, 1<<12),
		directs:    chat.Remember[string](24*time.Hour, 1<<12),
	}
	a.conn = chat.NewConnection(Platform, a.log, a.connect)
	a.api = slackgo.New(cfg.BotToken,
		slackgo.OptionAPIURL(cfg.APIURL), slackgo.OptionHTTPClient(a.http), slackgo.OptionAppLevelToken(cfg.AppToken))
	return a, nil
}

// complete fills in what may be left out, and says what may not.
func complete(cfg *Config) error {
	if cfg.Mode == "" {
		cfg.Mode = Socket
	}
	if cfg.APIURL == "" {
		cfg.APIURL = slackgo.APIURL
	}
	cfg.APIURL = strings.TrimRight(cfg.APIURL, "/") + "/"
	if u, err := url.Parse(cfg.APIURL); err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" {
		return fault.New(fault.Invalid, "%q is no web address for Slack.", cfg.APIURL).WithTry(slackgo.APIURL)
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	switch {
	case cfg.Mode != Socket && cfg.Mode != HTTP:
		return fault.New(fault.Invalid, "The mode of Slack is %q, and can be socket or http.", cfg.Mode).WithTry(`mode = "socket" in [slack]`)
	case cfg.BotToken == "":
		return fault.New(fault.Invalid, "Slack needs the bot's token, which begins with xoxb-.").WithTry("THBOT_SLACK_BOT_TOKEN=… from OAuth & Permissions in the app's settings")
	case cfg.Channel == "":
		return fault.New(fault.Invalid, "Slack needs the coordination channel.").WithTry(`channel = "thb-contact-points" in [slack]`)
	case cfg.Mode == Socket && cfg.AppToken == "":
		return fault.New(fault.Invalid, "Socket Mode needs an app-level token, which begins with xapp-.").WithTry("THBOT_SLACK_APP_TOKEN=… from Basic Information > App-Level Tokens, with the scope connections:write")
	case cfg.Mode == HTTP && strings.TrimSpace(cfg.SigningSecret) == "":
		return fault.New(fault.Invalid, "By HTTP, Slack's deliveries are known by their signature, and there is no signing secret.").WithTry("THBOT_SLACK_SIGNING_SECRET=… from Basic Information > App Credentials")
	}
	return nil
}

// Platform implements chat.Adapter.
func (a *Adapter) Platform() string { return Platform }

// State tells how the connection stands, for /readyz.
func (a *Adapter) State() chat.State {
	state := a.conn.State()
	state.Misread = a.Misread()
	if a.cfg.Mode == Socket && state.Connected && a.sockets.Load() == 0 {
		state.Connected, state.Text = false, "no socket is open"
	}
	return state
}

// Run connects and stays connected until ctx ends or the credentials are
// refused. It waits for the answers that are under way.
func (a *Adapter) Run(ctx context.Context, handle chat.Handler) error {
	a.handle.Store(&handle)
	defer a.work.Wait()
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var sockets sync.WaitGroup
	defer sockets.Wait()
	defer cancel(nil)
	if a.cfg.Mode == Socket {
		for range socketCount {
			sockets.Go(func() {
				if err := a.socket(ctx); err != nil {
					cancel(err)
				}
			})
		}
	}
	err := a.conn.Stay(ctx, func(err error) *fault.Error {
		if refusedToken(err) {
			return errBotToken
		}
		return nil
	})
	if f := fault.As(context.Cause(ctx)); err == nil && f != nil {
		return a.conn.Refuse(f)
	}
	return err
}

var (
	errBotToken = fault.New(fault.Forbidden, "Slack does not take the bot's token: it is wrong, was revoked, or the app is no longer installed.").
			WithTry("THBOT_SLACK_BOT_TOKEN=… from OAuth & Permissions in the app's settings")
	errAppToken = fault.New(fault.Forbidden, "Slack does not take the app-level token: it is wrong, was revoked, or lacks the scope connections:write.").
			WithTry("THBOT_SLACK_APP_TOKEN=… from Basic Information > App-Level Tokens")
)

// Destination is the coordination channel as the outbox names it.
func (a *Adapter) Destination(ctx context.Context) (string, error) {
	s, err := a.conn.Session(ctx)
	if err != nil {
		return "", err
	}
	if s.channelErr != nil {
		return "", s.channelErr
	}
	return s.accountID(s.channel.ID).String(), nil
}

// request fills in what every request has in common.
func (a *Adapter) request(c caller, delivery string) commands.Request {
	return commands.Request{
		Account: store.AccountID{Platform: Platform, Workspace: c.team, User: c.user}, Name: c.name, Now: a.now(),
		Delivery: Platform + "/" + delivery,
		Surface:  commands.Surface{Forms: true, Files: true, MultiSelect: true, DatePicker: true},
	}
}
