package mattermost

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/mattermost/mattermost/server/public/model"

	"thbot/bot/chat"
	"thbot/commands"
	"thbot/store"
	"thbot/store/bolt"
)

// real is a Mattermost server of flesh and blood, with the adapter before a
// register, and people who act through the server's public API.
type real struct {
	t        *testing.T
	world    world
	orders   io.Writer
	lines    *bufio.Reader
	adapter  *Adapter
	store    *store.Store
	commands *commands.Commands
	special  chat.Handler // answers commands that begin with "test"
}

// world is what bot/mattermost/real tells of the server.
type world struct {
	URL, Team, Channel string
	TeamID             string `json:"team_id"`
	ChannelID          string `json:"channel_id"`
	Bot, Admin         login
	Users              map[string]login
}

type login struct{ ID, Name, Token string }

func startReal(t *testing.T) *real {
	if os.Getenv("THBOT_REAL") == "" {
		t.Skip("needs a real server: THBOT_REAL=1 go test ./bot/mattermost -run TestRealServer (Go's module proxy, and Debian's package postgresql)")
	}
	r := &real{t: t}
	program := filepath.Join(t.TempDir(), "real")
	build := exec.Command("go", "build", "-C", "real", "-o", program, ".")
	build.Stderr = os.Stderr
	if err := build.Run(); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(program)
	cmd.Dir = "real" // its own module, for the build of the server
	cmd.Stderr = t.Output()
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		in.Close()
		io.Copy(io.Discard, out)
		if err := cmd.Wait(); err != nil {
			t.Error(err)
		}
	})
	r.orders, r.lines = in, bufio.NewReader(out)
	line, err := r.lines.ReadBytes('\n')
	if err != nil {
		t.Fatalf("no server: %v", err)
	}
	if err := json.Unmarshal(line, &r.world); err != nil {
		t.Fatal(err)
	}
	r.connect()
	return r
}

func (r *real) order(order string) {
	r.t.Helper()
	fmt.Fprintln(r.orders, order)
	if line, err := r.lines.ReadString('\n'); err != nil || line != "done "+order+"\n" {
		r.t.Fatalf("%s: %q, %v", order, line, err)
	}
}

// connect puts the adapter between the server and a register whose roster has
// the contact points and the Coordinator's office.
func (r *real) connect() {
	t := r.t
	db, err := bolt.Open(filepath.Join(t.TempDir(), "thbot.db"))
	if err != nil {
		t.Fatal(err)
	}
	if r.store, err = store.Open(context.Background(), db); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.store.Close() })
	listener := httptest.NewUnstartedServer(nil)
	r.adapter, err = New(Config{
		URL: r.world.URL, Team: r.world.Team, Channel: r.world.Channel, Token: r.world.Bot.Token,
		PublicURL: "http://" + listener.Listener.Addr().String(), Secret: r.store.Secret(),
	})
	if err != nil {
		t.Fatal(err)
	}
	listener.Config.Handler = r.adapter.Handler()
	listener.Start()
	t.Cleanup(listener.Close)
	if r.commands, err = commands.New(commands.Config{Store: r.store, Directory: r.adapter}); err != nil {
		t.Fatal(err)
	}
	handle := chat.Handler(func(ctx context.Context, req commands.Request) commands.Reply {
		if r.special != nil && (strings.HasPrefix(req.Text, "test") || req.Press != nil && strings.HasPrefix(req.Press.Action, "test")) {
			return r.special(ctx, req)
		}
		return r.commands.Handle(ctx, req)
	})
	r.adapter.handle.Store(&handle)
	t.Cleanup(r.adapter.work.Wait)
	s, err := r.adapter.session(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if s.command != nil {
		t.Fatal(s.command)
	}
	by := store.By{Actor: store.Program, Op: "contact", At: time.Now().UTC()}
	err = r.store.Update(context.Background(), by, func(ch *store.Change) error {
		for _, a := range r.commands.Catalogue().Agencies {
			if err := ch.AddPerson(&store.Person{Role: store.ContactPoint, Agency: a.Slug, Accounts: []store.Account{{AccountID: s.accountID(r.world.Users[a.Slug].ID), Name: a.Slug}}}); err != nil {
				return err
			}
		}
		return ch.AddPerson(&store.Person{Role: store.Coordinator, Accounts: []store.Account{{AccountID: s.accountID(r.world.Users["atc"].ID), Name: "atc"}}})
	})
	if err != nil {
		t.Fatal(err)
	}
}

func (r *real) head() int64 { return (&office{desk: &desk{t: r.t}, store: r.store}).head() }

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
	if p.login.Name == "outsider" {
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

func TestRealServer(t *testing.T) {
	r := startReal(t)
	t.Run("conversation", r.conversation)
	t.Run("forms", r.forms)
	t.Run("presses", r.presses)
	t.Run("forgeries", r.forgeries)
	t.Run("mentions", r.mentions)
	t.Run("posts", r.posts)
	t.Run("accounts", r.accountsThatLeave)
	t.Run("crowd", r.crowd)
	t.Run("check", r.check)
	t.Run("restart", r.restart)
}

func (r *real) on(t *testing.T) func() {
	outer := r.t
	r.t = t
	return func() { r.t = outer }
}

func (r *real) conversation(t *testing.T) {
	defer r.on(t)()
	cepol, outsider := r.person("cepol"), r.person("outsider")
	if got := cepol.say("record Webinar on indicators of labour exploitation in Romania, March 2027"); !strings.Contains(got.Message, "**A1 recorded**") || got.UserId == r.world.Bot.ID {
		t.Errorf("%q by %s", got.Message, got.UserId)
	}
	before := r.head()
	if got := outsider.say("record My own"); !strings.Contains(got.Message, "belongs to the contact points") || r.head() != before {
		t.Errorf("%q", got.Message)
	}
	text := strings.Repeat("Ü_*", 4000)
	r.special = func(context.Context, commands.Request) commands.Reply {
		return commands.Reply{Message: commands.Tell(commands.Say("%s", commands.Words(text)), commands.Say("%s", commands.Words(text))).Next(commands.Button{Label: "Press", Action: "test.press"})}
	}
	var all strings.Builder
	first := cepol.say("test long")
	all.WriteString(first.Message)
	for len(first.Attachments()) == 0 {
		first = cepol.ephemeral()
		all.WriteString(first.Message)
		for _, at := range first.Attachments() {
			all.WriteString(at.Text)
		}
	}
	if n := strings.Count(all.String(), "Ü"); n != 8000 {
		t.Errorf("%d of 8000 came", n)
	}
}

func (r *real) forms(t *testing.T) {
	defer r.on(t)()
	cepol := r.person("cepol")
	cepol.run("edit A1")
	d, url := cepol.dialog()
	if out, err := cepol.submit(d, url, map[string]any{"title": " "}); err != nil || out.Errors["title"] == "" {
		t.Errorf("%+v, %v", out, err)
	}
	if out, err := cepol.submit(d, url, map[string]any{"when": "2027-04"}); err != nil || out.Error != "" || len(out.Errors) > 0 {
		t.Errorf("%+v, %v", out, err)
	}
	if got := cepol.ephemeral(); !strings.Contains(got.Message, "A1") {
		t.Errorf("after the form: %q", got.Message)
	}
	if out, err := cepol.submit(d, url, map[string]any{"when": "2027-05"}); err != nil || !strings.Contains(out.Error, "taken before") {
		t.Errorf("%+v, %v", out, err)
	}
}

func (r *real) presses(t *testing.T) {
	defer r.on(t)()
	ctx := context.Background()
	cepol := r.person("cepol")
	var got commands.Request
	r.special = func(_ context.Context, req commands.Request) commands.Reply {
		got = req
		return commands.Reply{Replace: req.Press != nil, Message: commands.Tell(commands.Say("answer %d", req.Now.Unix())).Next(
			commands.Button{Label: "Again", Action: "test.again", Record: "O5", Revision: 3},
			commands.Button{Label: "Later", Action: "test.later", Options: []commands.Option{{Value: "7d", Label: "in a week"}}})}
	}
	reply := cepol.say("test buttons")
	if err := cepol.press(reply, "Again", ""); err != nil {
		t.Fatal(err)
	}
	if got.Press == nil || got.Press.Record != "O5" || got.Press.Revision != 3 || got.Account.User != cepol.login.ID {
		t.Errorf("%+v", got)
	}
	second := cepol.ephemeral() // by the command's address, with buttons of its own
	if err := cepol.press(second, "Later", "7d"); err != nil || got.Press.Choice != "7d" {
		t.Errorf("%+v, %v", got.Press, err)
	}
	s, _ := r.adapter.session(ctx)
	bodies, _ := Render(commands.Tell(commands.Say("a flag")).Next(commands.Button{Label: "Settle", Action: "test.settle", Record: "O5"}))
	out := r.adapter.Send(ctx, chat.Post{Place: chat.Place{Account: s.accountID(cepol.login.ID)}, Key: "flag:1/1", Body: bodies[0], Files: []commands.File{{Name: "a.txt", Data: []byte("x")}}})
	if out.Verdict != chat.Delivered {
		t.Fatal(out.Err)
	}
	flag, _, err := cepol.api.GetPost(ctx, out.ID, "")
	if err != nil {
		t.Fatal(err)
	}
	if err := cepol.press(flag, "Settle", ""); err != nil {
		t.Fatal(err)
	}
	after, _, err := cepol.api.GetPost(ctx, out.ID, "")
	if err != nil || !strings.HasPrefix(after.Message, "answer") || after.GetProp("from_bot") != "true" || after.GetProp(propMark) == nil || len(after.FileIds) != 1 {
		t.Errorf("%+v, %v", after, err)
	}
}

func (r *real) forgeries(t *testing.T) {
	defer r.on(t)()
	ctx := context.Background()
	cepol, outsider, witness := r.person("cepol"), r.person("outsider"), r.person("witness")
	cepol.run("edit A1")
	d, url := cepol.dialog()
	before := r.head()
	if out, err := outsider.submit(d, url, map[string]any{"when": "2028"}); err == nil && out.Error == "" {
		t.Errorf("another user's form is taken: %+v", out)
	}
	d.State = "x.y"
	if out, err := cepol.submit(d, url, map[string]any{"when": "2028"}); err == nil && out.Error == "" {
		t.Errorf("a state of one's own is taken: %+v", out)
	}
	own := &model.Post{ChannelId: r.world.ChannelID, Message: "press me"}
	own.AddProp("attachments", []*model.MessageAttachment{{Actions: []*model.PostAction{{
		Id: "forged", Name: "Forged", Type: "button", Integration: &model.PostActionIntegration{
			URL: r.adapter.callback("action"), Context: map[string]any{contextKey: "e30.AAAA"}},
	}}}})
	made, _, err := witness.api.CreatePost(ctx, own)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := cepol.api.DoPostAction(ctx, made.Id, "forged"); err == nil {
		t.Error("a button of a user's is taken")
	}
	resp, err := http.PostForm(r.adapter.callback("command"), map[string][]string{"token": {"wrong"}, "user_id": {cepol.login.ID}, "channel_id": {r.world.ChannelID}, "text": {"record x"}})
	if err != nil || resp.StatusCode != 401 {
		t.Errorf("a wrong token: %v %v", resp, err)
	}
	if r.head() != before {
		t.Error("a forgery changed something")
	}
}

// mentionsOf counts what the witness was notified of.
func (r *real) mentionsOf(p *person) int64 {
	r.t.Helper()
	m, _, err := p.api.GetChannelMember(context.Background(), r.world.ChannelID, p.login.ID, "")
	if err != nil {
		r.t.Fatal(err)
	}
	return m.MentionCount
}

func (r *real) mentions(t *testing.T) {
	defer r.on(t)()
	ctx := context.Background()
	witness := r.person("witness")
	before := r.mentionsOf(witness)
	s, _ := r.adapter.session(ctx)
	place := chat.Place{Account: s.accountID(r.world.ChannelID), Channel: true}
	for i, payload := range mentions {
		bodies, err := Render(everywhere(payload))
		if err != nil {
			t.Fatal(err)
		}
		for _, b := range bodies {
			if out := r.adapter.Send(ctx, chat.Post{Place: place, Key: fmt.Sprint("mention/", i), Body: b}); out.Verdict != chat.Delivered {
				t.Fatalf("%q: %v", payload, out.Err)
			}
		}
	}
	if n := r.mentionsOf(witness) - before; n != 0 {
		t.Errorf("%d mentions", n)
	}
	for i, payload := range []string{"@witness", "@all", "a-@all", "**@all**", "<@witness>"} {
		b, _ := json.Marshal(body{Sections: []section{{Text: payload}}})
		if out := r.adapter.Send(ctx, chat.Post{Place: place, Key: fmt.Sprint("control/", i), Body: b}); out.Verdict != chat.Delivered {
			t.Fatal(out.Err)
		}
	}
	if n := r.mentionsOf(witness) - before; n < 3 {
		t.Errorf("the control rose by %d", n)
	}
}

func (r *real) posts(t *testing.T) {
	defer r.on(t)()
	ctx := context.Background()
	s, _ := r.adapter.session(ctx)
	place := chat.Place{Account: s.accountID(r.world.ChannelID), Channel: true}
	since := time.Now()
	longest := strings.Repeat("x", 16383)
	b, _ := json.Marshal(body{Sections: []section{{Text: longest}}})
	out := r.adapter.Send(ctx, chat.Post{Place: place, Key: "long/1", Body: b})
	if out.Verdict != chat.Delivered {
		t.Fatal(out.Err)
	}
	b, _ = json.Marshal(body{Sections: []section{{Text: longest + "x"}}})
	if out := r.adapter.Send(ctx, chat.Post{Place: place, Key: "long/2", Body: b}); out.Verdict != chat.GiveUp {
		t.Errorf("too long: %+v", out)
	}
	if ids, err := r.adapter.Find(ctx, place, "long/1", since); err != nil || len(ids) != 1 || ids[0] != out.ID {
		t.Errorf("%v, %v", ids, err)
	}
	bodies, _ := Render(flagged())
	if e := r.adapter.Edit(ctx, out.ID, chat.Post{Place: place, Key: "long/1", Body: bodies[0]}); e.Verdict != chat.Delivered {
		t.Error(e.Err)
	}
	if ids, err := r.adapter.Find(ctx, place, "long/1", since); err != nil || len(ids) != 1 {
		t.Errorf("after the edit: %v, %v", ids, err)
	}
	for range 2 {
		if err := r.adapter.Delete(ctx, place, out.ID); err != nil {
			t.Error(err)
		}
	}
	if ids, err := r.adapter.Find(ctx, place, "long/1", since); err != nil || len(ids) != 0 {
		t.Errorf("after it was deleted: %v, %v", ids, err)
	}
	if got, err := r.adapter.Resolve(ctx, store.AccountID{}, "@frontex"); err != nil || got.User != r.world.Users["frontex"].ID {
		t.Errorf("%+v, %v", got, err)
	}
}

// Who is deactivated is out, within a minute; the clock is put forward.
func (r *real) accountsThatLeave(t *testing.T) {
	defer r.on(t)()
	ctx := context.Background()
	id := r.world.Users["cepol-2"].ID
	acc := store.AccountID{Platform: Platform, Workspace: r.world.TeamID, User: id}
	if ok, err := r.adapter.Active(ctx, acc); !ok || err != nil {
		t.Errorf("%t, %v", ok, err)
	}
	admin := model.NewAPIv4Client(r.world.URL)
	admin.SetToken(r.world.Admin.Token)
	if _, err := admin.DeleteUser(ctx, id); err != nil {
		t.Fatal(err)
	}
	r.adapter.now = func() time.Time { return time.Now().Add(time.Minute) }
	defer func() { r.adapter.now = time.Now }()
	if ok, err := r.adapter.Active(ctx, acc); ok || err != nil {
		t.Errorf("deactivated: %t, %v", ok, err)
	}
	if ok, err := r.adapter.Active(ctx, store.AccountID{User: r.world.Bot.ID}); ok || err != nil {
		t.Errorf("a bot: %t, %v", ok, err)
	}
}

// Ten contact points record twenty activities each, all at once: what was
// acknowledged is stored.
func (r *real) crowd(t *testing.T) {
	defer r.on(t)()
	const each = 20
	before := r.head()
	var wait sync.WaitGroup
	var mu sync.Mutex
	var times []time.Duration
	acknowledged := 0
	for _, a := range r.commands.Catalogue().Agencies {
		api := model.NewAPIv4Client(r.world.URL)
		api.SetToken(r.world.Users[a.Slug].Token)
		for i := range each {
			wait.Go(func() {
				start := time.Now()
				text := fmt.Sprintf("/thb record Course %d of %s on a subject of its own, %d 2027", i, a.Slug, i)
				resp, err := api.DoAPIPost(context.Background(), "/commands/execute", asJSON(t, map[string]string{"channel_id": r.world.ChannelID, "team_id": r.world.TeamID, "command": text}))
				if err != nil {
					t.Errorf("%s: %v", text, err)
					return
				}
				defer resp.Body.Close()
				b, _ := io.ReadAll(resp.Body)
				mu.Lock()
				defer mu.Unlock()
				times = append(times, time.Since(start))
				if strings.Contains(string(b), "recorded") {
					acknowledged++
				}
			})
		}
	}
	wait.Wait()
	r.adapter.work.Wait()
	slices.Sort(times)
	t.Logf("%d commands, %d acknowledged, median %s, longest %s", len(times), acknowledged, times[len(times)/2], times[len(times)-1])
	stored := 0
	err := r.store.View(context.Background(), func(v *store.View) error {
		for a := range v.Activities() {
			if strings.Contains(a.Title, "on a subject of its own") {
				stored++
			}
		}
		return nil
	})
	if err != nil || stored < acknowledged || r.head() < before+int64(acknowledged) {
		t.Errorf("%d stored of %d acknowledged, %v", stored, acknowledged, err)
	}
}

func (r *real) check(t *testing.T) {
	defer r.on(t)()
	got := findings(r.adapter.Check(context.Background(), Checkup{Serving: true, OnRoster: func(a store.AccountID) bool {
		return a.User != r.world.Users["witness"].ID && a.User != r.world.Admin.ID
	}}))
	for _, want := range []string{"true mattermost: connected to version 9.10 as @thbot", "true mattermost: the server reaches", "is private, and the bot is in it", "2 in the channel are not on the roster"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is missing in:\n%s", want, got)
		}
	}
}

func (r *real) restart(t *testing.T) {
	defer r.on(t)()
	ctx := context.Background()
	s, _ := r.adapter.session(ctx)
	place := chat.Place{Account: s.accountID(r.world.ChannelID), Channel: true}
	bodies, _ := Render(plain)
	r.order("stop")
	if out := r.adapter.Send(ctx, chat.Post{Place: place, Key: "down/1", Body: bodies[0]}); out.Verdict != chat.Retry {
		t.Errorf("%+v", out)
	}
	r.order("start")
	if ids, err := r.adapter.Find(ctx, place, "down/1", time.Now().Add(-time.Minute)); err != nil || len(ids) != 0 {
		t.Errorf("%v, %v", ids, err)
	}
	if out := r.adapter.Send(ctx, chat.Post{Place: place, Key: "down/1", Body: bodies[0]}); out.Verdict != chat.Delivered {
		t.Error(out.Err)
	}
	if got := r.person("cepol").say("show A1"); !strings.Contains(got.Message, "A1") {
		t.Errorf("%q", got.Message)
	}
}
