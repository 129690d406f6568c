package bot

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"thbot/bot/chat"
	"thbot/commands"
	"thbot/store"
	"thbot/store/bolt"
	"thbot/store/fault"
)

// fake is a chat that works: it has accounts, keeps what is posted, and hands
// requests on.
type fake struct {
	name string

	mu       sync.Mutex
	state    chat.State
	accounts map[string]store.Account // by name
	gone     map[string]bool          // user ids of deactivated accounts
	fails    error                    // of Resolve and Active
	checks   func()                   // called by Active
	posts    []chat.Post
	handle   chat.Handler
	running  chan struct{} // closed once Run has begun
	refuse   chan struct{} // closed when the credentials are refused
}

var _ chat.Server = (*fake)(nil)

func newFake(name string, users ...string) *fake {
	f := &fake{
		name: name, state: chat.State{Connected: true, Text: "connected"}, accounts: map[string]store.Account{},
		gone: map[string]bool{}, running: make(chan struct{}), refuse: make(chan struct{}),
	}
	for _, user := range users {
		f.accounts[user] = store.Account{AccountID: f.account(user), Name: user}
	}
	return f
}

// account is a user's account; the id of jane is id-jane.
func (f *fake) account(user string) store.AccountID {
	return store.AccountID{Platform: f.name, Workspace: "T1", User: "id-" + user}
}

func (f *fake) change(how func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	how()
}

func (f *fake) Platform() string { return f.name }

func (f *fake) State() chat.State {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.state
}

func (f *fake) Run(ctx context.Context, handle chat.Handler) error {
	f.handle = handle
	close(f.running)
	select {
	case <-ctx.Done():
		return nil
	case <-f.refuse:
		f.change(func() { f.state = chat.State{Refused: true, Text: "refused"} })
		return fault.New(fault.Forbidden, "The token is refused.")
	}
}

// ask hands a request on, as the user.
func (f *fake) ask(user, text string) commands.Reply {
	<-f.running
	return f.handle(context.Background(), commands.Request{Account: f.account(user), Now: time.Now(), Text: text})
}

func (f *fake) Resolve(_ context.Context, _ store.AccountID, name string) (store.Account, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	a, ok := f.accounts[strings.TrimPrefix(strings.TrimPrefix(name, f.name+":"), "@")]
	switch {
	case f.fails != nil:
		return a, f.fails
	case !ok:
		return a, fault.New(fault.NotFound, "There is no account %s.", name)
	}
	return a, nil
}

func (f *fake) Active(_ context.Context, id store.AccountID) (bool, error) {
	f.mu.Lock()
	checks := f.checks
	f.mu.Unlock()
	if checks != nil {
		checks()
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	return !f.gone[id.User], f.fails
}

func (f *fake) Zone(context.Context, store.AccountID) (*time.Location, error) { return nil, nil }

func (f *fake) Destination(context.Context) (string, error) { return f.name + "/T1/C1", nil }

func (f *fake) Audience(context.Context, string) (chat.Audience, error) { return chat.Audience{}, nil }

func (f *fake) Check(context.Context, chat.Checkup) []chat.Finding { return nil }

func (f *fake) Handler() http.Handler { return nil }

func (f *fake) Render(m *commands.Message) ([]json.RawMessage, error) {
	b, err := json.Marshal(m.Text())
	return []json.RawMessage{b}, err
}

func (f *fake) Send(_ context.Context, p chat.Post) chat.Outcome {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.posts = append(f.posts, p)
	return chat.Outcome{Verdict: chat.Delivered, ID: fmt.Sprint(len(f.posts))}
}

func (f *fake) Edit(_ context.Context, id string, _ chat.Post) chat.Outcome {
	return chat.Outcome{Verdict: chat.Delivered, ID: id}
}

func (f *fake) Find(context.Context, chat.Place, string, time.Time) ([]string, error) {
	return nil, nil
}

func (f *fake) Delete(context.Context, chat.Place, string) error { return nil }

// sent gives the keys of what was posted.
func (f *fake) sent() (keys []string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, p := range f.posts {
		keys = append(keys, p.Key)
	}
	return keys
}

// openStore opens the register at the path.
func openStore(t *testing.T, path string) *store.Store {
	t.Helper()
	d, err := bolt.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	s, err := store.Open(context.Background(), d)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// running is a bot that runs.
type running struct {
	t     *testing.T
	bot   *Bot
	store *store.Store
	ended chan error
	stop  context.CancelFunc
}

// start runs a bot over the chats, on the register at the path.
func start(t *testing.T, path string, roster []Entry, chats ...chat.Server) *running {
	t.Helper()
	s := openStore(t, path)
	all := NewPlatforms(chats...)
	c, err := commands.New(commands.Config{Store: s, Directory: all, Channels: all.Channels})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	r := &running{
		t: t, store: s, ended: make(chan error, 1), stop: stop,
		bot: New(Config{Commands: c, Platforms: all, Roster: roster, Log: testLog(t)}),
	}
	go func() { r.ended <- r.bot.Run(ctx) }()
	return r
}

// end stops the bot, closes the register, and gives how the run ended.
func (r *running) end() error {
	r.t.Helper()
	r.stop()
	err := <-r.ended
	if cerr := r.store.Close(); cerr != nil {
		r.t.Fatal(cerr)
	}
	return err
}

// roster gives the people as "id-jane contact-point cepol".
func (r *running) roster() (people []string) {
	r.t.Helper()
	err := r.store.View(context.Background(), func(v *store.View) error {
		roster, err := v.Roster()
		for _, p := range roster {
			people = append(people, strings.TrimSpace(fmt.Sprintf("%s %s %s", p.Accounts[0].User, p.Role, p.Agency)))
		}
		return err
	})
	if err != nil {
		r.t.Fatal(err)
	}
	return people
}

func newPath(t *testing.T) string { return filepath.Join(t.TempDir(), "thbot.db") }
