package slack

import (
	"context"
	"encoding/json"
	"flag"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"thbot/bot/chat"
	"thbot/bot/slack/standin"
	"thbot/commands"
)

var update = flag.Bool("update", false, "write the golden files anew")

var secret = []byte("0123456789abcdef0123456789abcdef")

// desk is an adapter between a stand-in Slack and a handler that keeps what it
// is asked.
type desk struct {
	t        *testing.T
	server   *standin.Server
	adapter  *Adapter
	listener *httptest.Server // with HTTP
	channel  *standin.Channel
	users    map[string]*standin.User
	ended    chan error
	stop     func()

	mu     sync.Mutex
	asked  []commands.Request
	answer chat.Handler
}

// newDesk starts a workspace with a bot in it. Mode is Socket or HTTP.
func newDesk(t *testing.T, mode string, change ...func(*Config)) *desk {
	t.Helper()
	d := &desk{t: t, server: standin.New(standin.Config{}), users: map[string]*standin.User{}, ended: make(chan error, 1)}
	t.Cleanup(d.server.Close)
	for _, name := range []string{"cepol", "europol", "atc", "outsider"} {
		d.users[name] = d.server.AddUser(standin.User{Name: name})
	}
	d.users["guest-eige"] = d.server.AddUser(standin.User{Name: "guest-eige", Guest: true})
	d.users["robot"] = d.server.AddUser(standin.User{Name: "robot", Bot: true})
	d.channel = d.server.AddChannel(standin.Channel{Name: "contact-points", Private: true}, d.server.Bot().ID, d.id("cepol"), d.id("europol"))
	cfg := Config{
		Mode: mode, Channel: "contact-points", APIURL: d.server.URL(), BotToken: standin.BotToken, AppToken: standin.AppToken,
		SigningSecret: standin.SigningSecret, Secret: secret,
	}
	for _, f := range change {
		f(&cfg)
	}
	a, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	a.conn.Wait, a.look = 10*time.Millisecond, time.Millisecond
	d.adapter = a
	if h := a.Handler(); h != nil {
		d.listener = httptest.NewServer(h)
		t.Cleanup(d.listener.Close)
		d.server.SetCallback(d.listener.URL)
	}
	d.run()
	return d
}

// run runs the adapter until the test ends, and waits until it is connected.
func (d *desk) run() {
	d.t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	d.stop = stop
	done := make(chan struct{})
	go func() {
		d.ended <- d.adapter.Run(ctx, d.handle)
		close(done)
	}()
	d.t.Cleanup(func() { stop(); <-done })
	d.until("the adapter is connected", func() bool {
		s := d.adapter.State()
		return s.Refused || s.Connected && (d.adapter.cfg.Mode == HTTP || d.adapter.sockets.Load() == socketCount)
	})
}

// until waits for something that no event tells.
func (d *desk) until(what string, done func() bool) {
	d.t.Helper()
	for range 2000 {
		if done() {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
	d.t.Fatalf("waited in vain until %s", what)
}

func (d *desk) id(name string) string { return d.users[name].ID }

func (d *desk) handle(ctx context.Context, req commands.Request) commands.Reply {
	d.mu.Lock()
	d.asked = append(d.asked, req)
	answer := d.answer
	d.mu.Unlock()
	if answer == nil {
		return commands.Reply{Message: commands.Tell(commands.Say("heard"))}
	}
	return answer(ctx, req)
}

func (d *desk) answers(h chat.Handler) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.answer = h
}

func (d *desk) replies(r commands.Reply) {
	d.answers(func(context.Context, commands.Request) commands.Reply { return r })
}

func (d *desk) requests() []commands.Request {
	d.mu.Lock()
	defer d.mu.Unlock()
	return append([]commands.Request(nil), d.asked...)
}

func (d *desk) last() commands.Request {
	d.t.Helper()
	all := d.requests()
	if len(all) == 0 {
		d.t.Fatal("the handler was not asked")
	}
	return all[len(all)-1]
}

func (d *desk) ctx() context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	d.t.Cleanup(cancel)
	return ctx
}

// say types /thb TEXT as the user, in the channel.
func (d *desk) say(user, text string) *standin.Delivery {
	return d.server.Command(d.id(user), d.channel.ID, text)
}

// sees gives the first thing that a delivery's person sees of it.
func (d *desk) sees(del *standin.Delivery) standin.Sight {
	d.t.Helper()
	x, err := del.Next(d.ctx())
	if err != nil {
		d.t.Fatalf("nothing came of %s: %v; calls: %+v", del.Payload(), err, d.server.Calls())
	}
	return x
}

// acked waits for the acknowledgement.
func (d *desk) acked(del *standin.Delivery) {
	d.t.Helper()
	if err := del.Wait(d.ctx()); err != nil {
		d.t.Fatal(err)
	}
}

func (d *desk) press(user string, seen standin.Message, label string) *standin.Delivery {
	d.t.Helper()
	del, err := d.server.Press(d.id(user), seen, label)
	if err != nil {
		d.t.Fatal(err)
	}
	return del
}

func (d *desk) place(user string) chat.Place {
	return chat.Place{Account: d.session().accountID(d.id(user))}
}

func (d *desk) coordination() chat.Place {
	return chat.Place{Account: d.session().accountID(d.channel.ID), Channel: true}
}

func (d *desk) session() *session {
	s, err := d.adapter.conn.Session(context.Background())
	if err != nil {
		d.t.Fatal(err)
	}
	return s
}

// body renders a message that fits into one post.
func (d *desk) body(m *commands.Message) json.RawMessage {
	d.t.Helper()
	bodies, err := Render(m)
	if err != nil || len(bodies) != 1 {
		d.t.Fatalf("%d bodies, %v", len(bodies), err)
	}
	return bodies[0]
}

// post sends a message and gives the post's id.
func (d *desk) post(place chat.Place, key string, m *commands.Message) string {
	d.t.Helper()
	out := d.adapter.Send(context.Background(), chat.Post{Place: place, Key: key, Body: d.body(m)})
	if out.Verdict != chat.Delivered {
		d.t.Fatalf("not delivered: %+v", out)
	}
	return out.ID
}

// direct gives the messages in a user's direct messages.
func (d *desk) direct(user string) []standin.Message {
	d.adapter.work.Wait()
	return d.server.Messages(d.server.Direct(d.id(user)))
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name+".golden")
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(want) != got {
		t.Errorf("%s differs; got:\n%s", path, got)
	}
}
