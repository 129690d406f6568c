// Package standin is a Slack to test against: a workspace with people and
// channels, the part of the Web API that a bot of contact points needs, Socket
// Mode and signed HTTP. Only tests import it.
//
// Promises. It knows Slack from Slack's documentation and from the types of
// slack-go, not from what thbot sends: what Slack would refuse is refused here,
// with Slack's error. Deliveries happen as people cause them, and what people
// then see can be waited for, so that no test sleeps. A fault is scripted, and
// happens at an exact place: before a call is taken, or after.
//
// Limits. Where Slack's own behaviour is not documented, the stand-in takes the
// case that is harder for a bot: a command whose socket dies before it is
// acknowledged comes again on another one, the blocks of a message are refused
// as too long a little early, and undocumented fields of blocks are refused.
// Threads, reactions and user tokens are not there.
package standin

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"time"
)

// Config is what can be chosen about a stand-in. The zero value is a workspace
// in Socket Mode with all scopes.
type Config struct {
	// Callback is where the bot listens for signed HTTP, such as
	// http://127.0.0.1:8080; empty: Socket Mode. SetCallback changes it.
	Callback string

	// Addr is where Slack stands, such as 127.0.0.1:8085; empty: a free port of
	// the loopback interface.
	Addr string

	// Scopes of the bot's token; nil: AllScopes.
	Scopes []string

	// Plain switches should_escape off: text arrives as typed.
	Plain bool

	// Pace refuses a second message to a channel within this time, with 429;
	// 0: any speed.
	Pace time.Duration

	// Now is the clock of triggers and response_urls; nil: time.Now.
	Now func() time.Time

	// Deadline is how long a delivery may stay unacknowledged; 0: Slack's 3 s.
	Deadline time.Duration
}

// The secrets of every stand-in. They open nothing else.
const (
	BotToken      = "xoxb-standin-bot"
	AppToken      = "xapp-standin-app"
	SigningSecret = "standin-signing-secret"
	// VerificationToken is the old shared token that Slack still sends; it
	// proves nothing.
	VerificationToken = "standin-verification"
	appID             = "A00000001"
)

// AllScopes are the scopes of a token that may do everything the stand-in can.
var AllScopes = []string{
	"channels:history", "channels:join", "channels:read", "chat:write", "chat:write.public", "commands",
	"files:read", "files:write", "groups:history", "groups:read", "im:history", "im:read", "im:write",
	"mpim:history", "mpim:read", "team:read", "users:read", "users:read.email",
}

// Server is a stand-in. Its methods are safe for concurrent use.
type Server struct {
	cfg   Config
	http  *httptest.Server
	close chan struct{}
	work  sync.WaitGroup

	mu       sync.Mutex
	changed  chan struct{} // closed and made anew at every change
	callback string
	scopes   []string
	refused  string // error of every call: invalid_auth, account_inactive …
	next     int
	lastTS   int64

	teams      map[string]*Team
	team       *Team // where the app is installed
	users      map[string]*User
	bot        *User
	channels   map[string]*Channel
	views      map[string]*View
	homes      map[string]*View // by user
	files      map[string]*File
	triggers   map[string]*trigger
	hooks      map[string]*hook
	deliveries []*Delivery
	sights     []Sight
	calls      []Call
	faults     []*Fault
	sockets    []*socket
	tickets    map[string]bool // of apps.connections.open, each good for one socket
	waiting    []*Delivery     // events that no socket could take
	turn       int
	drops      []Stage
	historyLag int
	shareLag   int
	shareFails int
	paced      map[string]time.Time
	hello      int // sockets ever open
}

// New starts a stand-in. Close it. It panics where it cannot listen at Addr.
func New(cfg Config) *Server {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Deadline == 0 {
		cfg.Deadline = 3 * time.Second
	}
	if cfg.Scopes == nil {
		cfg.Scopes = AllScopes
	}
	s := &Server{
		cfg: cfg, close: make(chan struct{}), changed: make(chan struct{}), callback: cfg.Callback,
		scopes: slices.Clone(cfg.Scopes), teams: map[string]*Team{}, users: map[string]*User{},
		channels: map[string]*Channel{}, views: map[string]*View{}, homes: map[string]*View{}, files: map[string]*File{},
		triggers: map[string]*trigger{}, hooks: map[string]*hook{}, tickets: map[string]bool{}, paced: map[string]time.Time{},
	}
	s.team = s.AddTeam("contact-points")
	s.bot = s.AddUser(User{Name: "thbot", Bot: true})
	mux := http.NewServeMux()
	mux.HandleFunc("/api/{method}", s.serveCall)
	mux.HandleFunc("/hook/{id}", s.serveHook)
	mux.HandleFunc("/upload/{id}", s.serveUpload)
	mux.HandleFunc("/socket/{ticket}", s.serveSocket)
	s.http = httptest.NewUnstartedServer(mux)
	if cfg.Addr != "" {
		l, err := net.Listen("tcp", cfg.Addr)
		if err != nil {
			panic(err)
		}
		s.http.Listener.Close()
		s.http.Listener = l
	}
	s.http.Start()
	return s
}

// Close ends the stand-in and all its sockets.
func (s *Server) Close() {
	close(s.close)
	s.DropSockets()
	s.http.CloseClientConnections()
	s.http.Close()
	s.work.Wait()
}

// URL is where the Web API stands, as slack.OptionAPIURL takes it.
func (s *Server) URL() string { return s.http.URL + "/api/" }

// SetCallback tells where the bot listens for signed HTTP; empty: Socket Mode.
func (s *Server) SetCallback(url string) {
	s.change(func() { s.callback = strings.TrimRight(url, "/") })
}

// SetScopes replaces the scopes of the bot's token.
func (s *Server) SetScopes(scopes ...string) { s.change(func() { s.scopes = scopes }) }

// Refuse has every call of the bot answered with the error, such as
// invalid_auth, account_inactive or token_revoked; empty: no more.
func (s *Server) Refuse(err string) { s.change(func() { s.refused = err }) }

// change runs f under the lock and wakes all who wait.
func (s *Server) change(f func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f()
	s.wake()
}

func (s *Server) wake() {
	close(s.changed)
	s.changed = make(chan struct{})
}

// Await waits until done, which is asked anew after every change in the
// workspace, or until ctx ends. done may call the stand-in's methods.
func (s *Server) Await(ctx context.Context, done func() bool) error {
	for {
		s.mu.Lock()
		changed := s.changed
		s.mu.Unlock()
		if done() {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// start runs f beside the server, until Close.
func (s *Server) start(f func()) {
	s.work.Add(1)
	go func() {
		defer s.work.Done()
		f()
	}()
}

// now is the stand-in's clock.
func (s *Server) now() time.Time { return s.cfg.Now() }
