package mattermost

import (
	"bytes"
	"context"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/mattermost/mattermost/server/public/model"

	"thbot/bot/chat"
	"thbot/bot/crashtest"
	"thbot/commands"
	"thbot/store"
)

// TestMain starts the tests or, for a trial, the process that is killed.
func TestMain(m *testing.M) {
	account := func(name string) store.AccountID {
		return store.AccountID{Platform: Platform, Workspace: id("team"), User: id(name)}
	}
	crashtest.Main(m, crashtest.Process{
		Adapter: listen,
		Setup:   crashtest.People(account),
		Rules:   commands.Rules{Channels: []string{account("coordination").String()}, Reminders: []string{"3d"}},
	})
}

// listener is an adapter with the socket at which the server finds it.
type listener struct {
	*Adapter
	socket net.Listener
}

func listen(address string, s *store.Store, _ func() time.Time) (chat.Adapter, error) {
	socket, err := crashtest.Inherited()
	if err != nil {
		return nil, err
	}
	a, err := New(Config{
		URL: address, Team: "thb", Channel: "contact-points", Token: botToken,
		PublicURL: "http://" + socket.Addr().String(), Secret: s.Secret(),
	})
	if err != nil {
		return nil, err
	}
	a.patience = time.Minute // the answer is the acknowledgement, however slow the machine
	return &listener{a, socket}, nil
}

func (l *listener) Run(ctx context.Context, handle chat.Handler) error {
	srv := &http.Server{Handler: l.Handler()}
	go srv.Serve(l.socket)
	defer srv.Close()
	return l.Adapter.Run(ctx, handle)
}

// TestCrashPoints kills the process wherever it can be killed, over the
// stand-in. It loses posts and answers, tells to wait, fails, and shows a post
// in its history too late, so that it is made twice and healed.
func TestCrashPoints(t *testing.T) {
	story := crashtest.Story()
	story.Open = openTrial(map[string]crashtest.Trouble{
		"send#2": {Lost: true}, "send#4": {Unheard: true}, "send#6": {Wait: 40 * time.Second}, "send#7": {Internal: true},
		"send#9": {Unheard: true, Lag: time.Hour}, "send#14": {Unheard: true}, "find#3": {Internal: true}, "edit#1": {Unheard: true},
	})
	story.Everywhere(t)
}

// TestBrokenIsFound holds that the trials find the broken variants out.
func TestBrokenIsFound(t *testing.T) {
	if testing.Short() {
		t.Skip("starts many processes")
	}
	for broken, at := range map[string]string{
		crashtest.NoLookUp:    "send: taken, not answered#1",
		crashtest.Acknowledge: "receive: before the command#1",
	} {
		t.Run(broken, func(t *testing.T) {
			calm := crashtest.Story()
			calm.Open = openTrial(nil)
			calm.FindsOut(t, broken, at)
		})
	}
}

// TestCrashDeeds kills the process around each press and each sent form.
func TestCrashDeeds(t *testing.T) {
	deeds := crashtest.Deeds()
	deeds.Open = openTrial(nil)
	deeds.Everywhere(t)
}

// TestBrokenDeedsAreFound holds that the trials find out what is acknowledged
// before it is stored, and what is done again when it comes again.
func TestBrokenDeedsAreFound(t *testing.T) { crashtest.Deeds().FindOut(t, openTrial(nil)) }

// trial is a stand-in as a trial uses it: it goes wrong at calls, and can end
// the process between what it did for a call and its answer.
type trial struct {
	*standin
	pass    func(string)
	trouble *crashtest.Troubles
	looks   *crashtest.Looks
	socket  *os.File // thbot's, which all lives of the process serve
	thbot   string   // its address
	deeds   []deed
	buttons map[string][]*model.PostAction // of the answer to a user's last command
	changed chan struct{}                  // closed when something was served

	ctx    context.Context // ends with the trial
	lives  *crashtest.Lives
	cancel context.CancelFunc
	asking sync.WaitGroup
}

func openTrial(trouble map[string]crashtest.Trouble) func(testing.TB, func() time.Time, func(string)) crashtest.Chat {
	return func(t testing.TB, now func() time.Time, pass func(string)) crashtest.Chat {
		c := &trial{standin: newStandin(t), pass: pass, trouble: crashtest.NewTroubles(trouble), looks: crashtest.NewLooks()}
		c.buttons, c.changed = map[string][]*model.PostAction{}, make(chan struct{})
		c.now = now
		for _, name := range crashtest.Names {
			c.addUser(name, nil)
		}
		c.listen()
		c.ctx, c.cancel = context.WithCancel(t.Context())
		c.lives = crashtest.NewLives(c.ctx)
		c.srv.Config.Handler = c
		return c
	}
}

func (c *trial) listen() {
	socket, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		c.t.Fatal(err)
	}
	defer socket.Close()
	c.thbot = "http://" + socket.Addr().String() + "/mattermost/"
	if c.socket, err = socket.(*net.TCPListener).File(); err != nil {
		c.t.Fatal(err)
	}
}

// ServeHTTP is the stand-in's API with its troubles.
func (c *trial) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	defer c.wake()
	name := callName(r)
	if name == "" {
		c.serve(w, r)
		return
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return // the caller died
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	t, answer := c.trouble.Next(name), httptest.NewRecorder()
	if t.Arrives() {
		c.serve(answer, r)
	}
	c.note(name, r.URL.Path, body, answer.Body.Bytes(), t)
	if !t.Lost {
		c.pass(name + ": taken, not answered")
	}
	if !t.Spoil(w) {
		maps.Copy(w.Header(), answer.Header())
		w.WriteHeader(answer.Code)
		w.Write(answer.Body.Bytes())
	}
}

// wake tells those who wait that something was served.
func (c *trial) wake() {
	c.mu.Lock()
	defer c.mu.Unlock()
	close(c.changed)
	c.changed = make(chan struct{})
}

// callName names the calls that change something, or look it up.
func callName(r *http.Request) string {
	path := strings.TrimPrefix(r.URL.Path, "/api/v4/")
	switch {
	case r.Method == "POST" && path == "posts":
		return "send"
	case r.Method == "PUT" && strings.HasPrefix(path, "posts/"):
		return "edit"
	case r.Method == "DELETE" && strings.HasPrefix(path, "posts/"):
		return "delete"
	case r.Method == "GET" && strings.HasSuffix(path, "/posts"):
		return "find"
	case r.Method == "POST" && path == "channels/direct":
		return "direct channel"
	case r.Method == "POST" && path == "commands":
		return "slash command"
	}
	return ""
}

// note keeps what Blind has to know, and holds a post back from the history.
func (c *trial) note(name, path string, body, answer []byte, t crashtest.Trouble) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case name == "find" && t.Arrives() && !t.Internal:
		c.looks.Read(strings.Split(path, "/")[4], c.now())
	case name == "send" && t.Wait == 0:
		var sent, made model.Post
		c.decode(body, &sent)
		mark, _ := sent.Props[propMark].(string)
		c.looks.Sent(sent.ChannelId, mark)
		if t.Lag > 0 {
			c.decode(answer, &made)
			c.late[made.Id] = c.now().Add(t.Lag)
		}
	}
}

// Address implements crashtest.Chat.
func (c *trial) Address() string { return c.srv.URL }

// Listener implements crashtest.Listening.
func (c *trial) Listener() *os.File { return c.socket }

// Restarted implements crashtest.Chat.
func (c *trial) Restarted() { c.lives.Next() }

// Posts implements crashtest.Chat: what stands of the posts with a mark, but
// for answers.
func (c *trial) Posts() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	var ids []string
	for i, p := range c.posts {
		if p.DeleteAt == 0 && p.Props[propMark] != nil && !c.told(i, p) {
			ids = append(ids, p.Id)
		}
	}
	return ids
}

// Blind implements crashtest.Chat.
func (c *trial) Blind() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.looks.Blind()
}

// Close implements crashtest.Chat.
func (c *trial) Close() {
	c.cancel()
	c.asking.Wait()
	c.socket.Close()
	c.srv.CloseClientConnections()
	c.srv.Close()
}
