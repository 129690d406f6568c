package mattermost

import (
	"context"
	"encoding/json"
	"strings"
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
}

func (r *real) person(name string) *person {
	r.t.Helper()
	p := &person{r: r, login: r.world.Users[name], api: model.NewAPIv4Client(r.world.URL)}
	p.api.SetToken(p.login.Token)
	p.api.HTTPClient.Timeout = 40 * time.Second
	socket, err := model.NewWebSocketClient4(strings.Replace(r.world.URL, "http", "ws", 1), p.login.Token)
	if err != nil {
		r.t.Fatal(err)
	}
	p.socket = socket
	socket.Listen()
	r.t.Cleanup(socket.Close)
	p.event(model.WebsocketEventHello)
	return p
}

// event waits for the next event of the kind.
func (p *person) event(kind model.WebsocketEventType) *model.WebSocketEvent {
	p.r.t.Helper()
	late := time.NewTimer(20 * time.Second)
	defer late.Stop()
	for {
		select {
		case e, open := <-p.socket.EventChannel:
			if !open {
				p.r.t.Fatalf("the socket of %s is closed: %v", p.login.Name, p.socket.ListenError)
			}
			if e.EventType() == kind {
				return e
			}
		case <-late.C:
			p.r.t.Fatalf("%s saw no %s", p.login.Name, kind)
		}
	}
}

// say runs /thb TEXT in the channel, and gives the ephemeral post that shows.
func (p *person) say(text string) *model.Post {
	p.r.t.Helper()
	p.run(text)
	return p.ephemeral()
}

func (p *person) run(text string) {
	p.r.t.Helper()
	channel := p.r.world.ChannelID
	if p.login.Name == "guest" {
		ch, _, err := p.api.CreateDirectChannel(context.Background(), p.login.ID, p.r.world.Bot.ID)
		if err != nil {
			p.r.t.Fatal(err)
		}
		channel = ch.Id
	}
	args := asJSON(p.r.t, map[string]string{"channel_id": channel, "team_id": p.r.world.TeamID, "command": "/thb " + text})
	resp, err := p.api.DoAPIPost(context.Background(), "/commands/execute", args)
	if err != nil {
		p.r.t.Fatalf("/thb %.60s: %v", text, err)
	}
	resp.Body.Close()
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

// press presses the button so labelled, with the cookie that an ephemeral post
// carries, and gives the error of the server.
func (p *person) press(q *model.Post, label, choice string) error {
	p.r.t.Helper()
	for _, at := range q.Attachments() {
		for _, action := range at.Actions {
			if action.Name == label {
				_, err := p.api.DoPostActionWithCookie(context.Background(), q.Id, action.Id, choice, action.Cookie)
				return err
			}
		}
	}
	p.r.t.Fatalf("no button %q on %q", label, q.Message)
	return nil
}

func (p *person) dialog() (model.Dialog, string) {
	p.r.t.Helper()
	var open struct {
		Dialog model.Dialog
		URL    string
	}
	if err := json.Unmarshal([]byte(p.event(model.WebsocketEventOpenDialog).GetData()["dialog"].(string)), &open); err != nil {
		p.r.t.Fatal(err)
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
		URL: url, CallbackId: d.CallbackId, State: d.State, ChannelId: p.r.world.ChannelID, TeamId: p.r.world.TeamID, Submission: values,
	})
	return out, err
}
