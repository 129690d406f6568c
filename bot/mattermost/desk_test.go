package mattermost

import (
	"context"
	"encoding/json"
	"flag"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/mattermost/mattermost/server/public/model"

	"thbot/bot/chat"
	"thbot/commands"
)

var update = flag.Bool("update", false, "write the golden files anew")

// desk is an adapter between a stand-in server and a handler that keeps what
// it is asked.
type desk struct {
	t        *testing.T
	server   *standin
	adapter  *Adapter
	listener *httptest.Server

	mu     sync.Mutex
	asked  []commands.Request
	answer chat.Handler
	now    time.Time
}

func newDesk(t *testing.T, change ...func(*Config)) *desk {
	t.Helper()
	d := &desk{t: t, server: newStandin(t), now: time.Now()}
	d.listener = httptest.NewUnstartedServer(nil)
	t.Cleanup(d.listener.Close)
	cfg := Config{
		URL: d.server.srv.URL, Team: "thb", Channel: "contact-points", Token: botToken,
		PublicURL: "http://" + d.listener.Listener.Addr().String(), Secret: []byte("0123456789abcdef0123456789abcdef"),
		Now: d.clock,
	}
	for _, f := range change {
		f(&cfg)
	}
	a, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	d.adapter = a
	d.listener.Config.Handler = a.Handler()
	d.listener.Start()
	handle := chat.Handler(d.handle)
	a.handle.Store(&handle)
	if _, err := a.conn.Session(context.Background()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(a.work.Wait)
	return d
}

func (d *desk) clock() time.Time {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.now
}

func (d *desk) pass(by time.Duration) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.now = d.now.Add(by)
}

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

func (d *desk) replies(r commands.Reply) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.answer = func(context.Context, commands.Request) commands.Reply { return r }
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

// deliver posts to the listener as the server does.
func (d *desk) deliver(route, kind, body string) (int, []byte) {
	d.t.Helper()
	req, err := http.NewRequest("POST", d.listener.URL+"/mattermost/"+route, strings.NewReader(body))
	if err != nil {
		d.t.Fatal(err)
	}
	req.Header.Set("Content-Type", kind)
	req.Header.Set("User-Agent", "Mattermost-Bot/1.1")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		d.t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		d.t.Fatal(err)
	}
	return resp.StatusCode, b
}

func (d *desk) form(user, text string) url.Values {
	d.server.mu.Lock()
	defer d.server.mu.Unlock()
	return d.server.commandForm(user, id("coordination"), text)
}

func (d *desk) send(form url.Values) (int, []byte) {
	d.t.Helper()
	return d.deliver("command", "application/x-www-form-urlencoded", form.Encode())
}

// say runs /thb TEXT as the user.
func (d *desk) say(user, text string) *model.CommandResponse {
	d.t.Helper()
	status, b := d.send(d.form(id(user), text))
	if status != 200 {
		d.t.Fatalf("command of %s: %d %s", user, status, b)
	}
	d.server.mu.Lock()
	defer d.server.mu.Unlock()
	return d.server.readAnswer("application/json", b)
}

// press is what the server sends when a user presses a button of a post, or of
// an answer with post "cookie".
func (d *desk) press(user, post, label, choice string) model.PostActionIntegrationRequest {
	d.t.Helper()
	d.server.mu.Lock()
	defer d.server.mu.Unlock()
	for at, action := range d.server.actions {
		if !strings.HasPrefix(at, post+"/") || action.Name != label {
			continue
		}
		req := d.server.pressed(user, post, action)
		if choice != "" {
			req.Context["selected_option"] = choice
		}
		return req
	}
	d.t.Fatalf("no button %q on %s", label, post)
	return model.PostActionIntegrationRequest{}
}

func (d *desk) pressed(req model.PostActionIntegrationRequest) (int, pressReply) {
	d.t.Helper()
	status, b := d.deliver("action", "application/json", asJSON(d.t, req))
	var r pressReply
	if status == 200 {
		if err := json.Unmarshal(b, &r); err != nil {
			d.t.Fatalf("answer to a press: %v: %s", err, b)
		}
	}
	return status, r
}

// pressReply keeps absent apart from empty.
type pressReply struct {
	Update           *map[string]json.RawMessage `json:"update"`
	EphemeralText    string                      `json:"ephemeral_text"`
	SkipSlackParsing bool                        `json:"skip_slack_parsing"`
}

func asJSON(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// dialog gives the form opened last.
func (d *desk) dialog() model.Dialog {
	d.t.Helper()
	d.server.mu.Lock()
	defer d.server.mu.Unlock()
	if len(d.server.dialogs) == 0 {
		d.t.Fatal("no form was opened")
	}
	return d.server.dialogs[len(d.server.dialogs)-1].Dialog
}

// submit sends a form's fields as shown, with some of them changed.
func (d *desk) submit(user string, dialog model.Dialog, change map[string]any) (int, formAnswer) {
	d.t.Helper()
	values := map[string]any{}
	for _, e := range dialog.Elements {
		values[e.Name] = e.Default
	}
	for k, v := range change {
		values[k] = v
	}
	return d.submitRaw(model.SubmitDialogRequest{
		Type: "dialog_submission", CallbackId: dialog.CallbackId, State: dialog.State, UserId: id(user),
		ChannelId: id("elsewhere"), TeamId: id("team"), Submission: values,
	})
}

func (d *desk) submitRaw(req model.SubmitDialogRequest) (int, formAnswer) {
	d.t.Helper()
	status, b := d.deliver("dialog", "application/json", asJSON(d.t, req))
	var r formAnswer
	if status == 200 {
		if err := json.Unmarshal(b, &r); err != nil {
			d.t.Fatalf("answer to a form: %v: %s", err, b)
		}
	}
	return status, r
}

// posts gives the posts in a channel, oldest first.
func (d *desk) posts(channel string) []*model.Post {
	d.adapter.work.Wait()
	d.server.mu.Lock()
	defer d.server.mu.Unlock()
	var all []*model.Post
	for _, p := range d.server.posts {
		if p.ChannelId == channel && p.DeleteAt == 0 {
			all = append(all, p)
		}
	}
	return all
}

func (d *desk) place(user string) chat.Place {
	s, err := d.adapter.conn.Session(context.Background())
	if err != nil {
		d.t.Fatal(err)
	}
	return chat.Place{Account: s.accountID(id(user))}
}

func (d *desk) channel() chat.Place {
	p := d.place("coordination")
	p.Channel = true
	return p
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
