package mattermost

import (
	"context"
	"encoding/json"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/mattermost/mattermost/server/public/model"
)

// person is somebody with an open client.
type person struct {
	r      *real
	login  login
	api    *model.Client4
	socket *model.WebSocketClient
	feed   *feed
}

// feed keeps what comes over a websocket until it is asked for: the client
// stops reading where nobody takes its events.
type feed struct {
	mu     sync.Mutex
	events []*model.WebSocketEvent
	more   chan struct{}
}

func (f *feed) pump(socket *model.WebSocketClient) {
	for e := range socket.EventChannel {
		f.mu.Lock()
		f.events = append(f.events, e)
		f.mu.Unlock()
		select {
		case f.more <- struct{}{}:
		default:
		}
	}
}

// take gives the first event that is wanted, and forgets those before it.
func (f *feed) take(wanted func(*model.WebSocketEvent) bool) *model.WebSocketEvent {
	f.mu.Lock()
	defer f.mu.Unlock()
	for i, e := range f.events {
		if wanted(e) {
			f.events = f.events[i+1:]
			return e
		}
	}
	f.events = nil
	return nil
}

func (r *real) person(name string) *person {
	r.t.Helper()
	l, known := r.world.Users[name]
	if !known {
		r.t.Fatalf("there is no user %s", name)
	}
	p := &person{r: r, login: l, api: r.api(l), feed: &feed{more: make(chan struct{}, 1)}}
	socket, err := model.NewWebSocketClient4(strings.Replace(r.world.URL, "http", "ws", 1), p.login.Token)
	if err != nil {
		r.t.Fatal(err)
	}
	p.socket = socket
	socket.Listen()
	go p.feed.pump(socket)
	r.t.Cleanup(socket.Close)
	p.event(model.WebsocketEventHello)
	return p
}

// api is a client of the server's, as somebody.
func (r *real) api(as login) *model.Client4 {
	c := model.NewAPIv4Client(r.world.URL)
	c.SetToken(as.Token)
	c.HTTPClient.Timeout = 40 * time.Second
	return c
}

// event waits for the next event of the kind.
func (p *person) event(kind model.WebsocketEventType) *model.WebSocketEvent {
	p.r.t.Helper()
	e := p.within(20*time.Second, func(e *model.WebSocketEvent) bool { return e.EventType() == kind })
	if e == nil {
		p.r.t.Fatalf("%s saw no %s", p.login.Name, kind)
	}
	return e
}

// within waits for an event that is wanted, or gives nil.
func (p *person) within(d time.Duration, wanted func(*model.WebSocketEvent) bool) *model.WebSocketEvent {
	late := time.NewTimer(d)
	defer late.Stop()
	for {
		if e := p.feed.take(wanted); e != nil {
			return e
		}
		select {
		case <-p.feed.more:
		case <-late.C:
			return nil
		}
	}
}

// forget lets go of what came unasked.
func (p *person) forget() { p.feed.take(func(*model.WebSocketEvent) bool { return false }) }

// say runs /thb TEXT, and gives the ephemeral post that shows.
func (p *person) say(text string) *model.Post {
	p.r.t.Helper()
	p.run(text)
	return p.ephemeral()
}

// run runs /thb TEXT where the person can, and gives the server's answer.
func (p *person) run(text string) *model.CommandResponse {
	p.r.t.Helper()
	got, err := p.try(text)
	if err != nil {
		p.r.t.Fatalf("/thb %.60s: %v", text, err)
	}
	return got
}

func (p *person) try(text string) (*model.CommandResponse, error) {
	p.r.t.Helper()
	args := asJSON(p.r.t, map[string]string{"channel_id": p.desk(), "team_id": p.r.world.TeamID, "command": "/thb " + text})
	resp, err := p.api.DoAPIPost(context.Background(), "/commands/execute", args)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, err
	}
	got := new(model.CommandResponse)
	return got, json.Unmarshal(b, got)
}

// outside names those who are in no channel of ours, and talk to the bot.
var outside = []string{"guest", "jane", "omar"}

// desk is the channel in which the person types commands.
func (p *person) desk() string {
	if !slices.Contains(outside, p.login.Name) {
		return p.r.world.RoomID
	}
	return p.direct()
}

// direct is the channel of the person's direct messages with the bot.
func (p *person) direct() string {
	p.r.t.Helper()
	ch, _, err := p.api.CreateDirectChannel(context.Background(), p.login.ID, p.r.world.Bot.ID)
	if err != nil {
		p.r.t.Fatal(err)
	}
	return ch.Id
}

func (p *person) ephemeral() *model.Post {
	p.r.t.Helper()
	return post(p.r.t, p.event(model.WebsocketEventEphemeralMessage))
}

func post(t *testing.T, e *model.WebSocketEvent) *model.Post {
	t.Helper()
	var q model.Post
	if err := json.Unmarshal([]byte(e.GetData()["post"].(string)), &q); err != nil {
		t.Fatal(err)
	}
	return &q
}

// press presses the button so labelled, or picks the option, with the cookie
// that an ephemeral post carries, and gives the error of the server.
func (p *person) press(q *model.Post, label, choice string) error {
	p.r.t.Helper()
	for _, at := range q.Attachments() {
		for _, action := range at.Actions {
			if action.Name == label {
				_, err := p.api.DoPostActionWithCookie(context.Background(), q.Id, action.Id, choice, action.Cookie)
				return err
			}
			for _, o := range action.Options {
				if o.Text == label {
					_, err := p.api.DoPostActionWithCookie(context.Background(), q.Id, action.Id, o.Value, action.Cookie)
					return err
				}
			}
		}
	}
	p.r.t.Fatalf("no button %q on %q", label, q.Message)
	return nil
}

func (p *person) dialog() (model.Dialog, string) {
	p.r.t.Helper()
	return opened(p.r.t, p.event(model.WebsocketEventOpenDialog))
}

func opened(t *testing.T, e *model.WebSocketEvent) (model.Dialog, string) {
	t.Helper()
	var open struct {
		Dialog model.Dialog
		URL    string
	}
	if err := json.Unmarshal([]byte(e.GetData()["dialog"].(string)), &open); err != nil {
		t.Fatal(err)
	}
	return open.Dialog, open.URL
}

func (p *person) submit(d model.Dialog, url string, change map[string]any) (*model.SubmitDialogResponse, error) {
	values := map[string]any{}
	for _, e := range d.Elements {
		values[e.Name] = e.Default
	}
	for k, v := range change {
		values[k] = v
	}
	out, _, err := p.api.SubmitInteractiveDialog(context.Background(), model.SubmitDialogRequest{
		URL: url, CallbackId: d.CallbackId, State: d.State, ChannelId: p.r.world.RoomID, TeamId: p.r.world.TeamID, Submission: values,
	})
	return out, err
}
