package mattermost

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/mattermost/mattermost/server/public/model"

	"thbot/bot/chat"
	"thbot/commands"
	"thbot/store"
)

func (r *real) conversation(t *testing.T) {
	defer r.on(t)()
	cepol, outsider := r.person("cepol"), r.person("guest")
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
	cepol.ephemeral()
	s, _ := r.adapter.conn.Session(ctx)
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
	r.special = func(context.Context, commands.Request) commands.Reply {
		return commands.Reply{Replace: true, Message: commands.Tell(commands.Say("for you *alone*"))}
	}
	out2 := r.adapter.Send(ctx, chat.Post{Place: chat.Place{Account: s.accountID(r.world.RoomID), Channel: true}, Key: "digest:1/1", Body: bodies[0]})
	digest, _, err := cepol.api.GetPost(ctx, out2.ID, "")
	if err != nil {
		t.Fatal(err)
	}
	if err := cepol.press(digest, "Settle", ""); err != nil {
		t.Fatal(err)
	}
	if got := cepol.ephemeral(); got.Message != "for you *alone*" || got.ChannelId != r.world.RoomID {
		t.Errorf("%q", got.Message)
	}
	after, _, err := cepol.api.GetPost(ctx, out.ID, "")
	if err != nil || !strings.HasPrefix(after.Message, "answer") || after.GetProp("from_bot") != "true" || after.GetProp(propMark) == nil || len(after.FileIds) != 1 {
		t.Errorf("%+v, %v", after, err)
	}
}

func (r *real) forgeries(t *testing.T) {
	defer r.on(t)()
	ctx := context.Background()
	cepol, outsider, witness := r.person("cepol"), r.person("guest"), r.person("witness")
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
	own := &model.Post{ChannelId: r.world.RoomID, Message: "press me"}
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
	resp, err := http.PostForm(r.adapter.callback("command"), map[string][]string{"token": {"wrong"}, "user_id": {cepol.login.ID}, "channel_id": {r.world.RoomID}, "text": {"record x"}})
	if err != nil || resp.StatusCode != 401 {
		t.Errorf("a wrong token: %v %v", resp, err)
	}
	r.replays(t)
	if r.head() != before {
		t.Error("a forgery changed something")
	}
}

// replays sends again what the server once delivered, as it was and changed.
func (r *real) replays(t *testing.T) {
	frontex := r.person("frontex")
	frontex.say("show A1")
	r.mu.Lock()
	captured, err := url.ParseQuery(string(r.captured))
	r.mu.Unlock()
	if err != nil || captured.Get("user_id") != frontex.login.ID {
		t.Fatalf("%v, %v", captured, err)
	}
	captured.Set("text", "record Something else")
	for name, change := range map[string]func(url.Values){
		"replayed":               func(url.Values) {},
		"of another user":        func(v url.Values) { v.Set("user_id", r.world.Users["atc"].ID) },
		"with a trigger made up": func(v url.Values) { v.Set("trigger_id", "YTpiOjE6YWFhYQ==") },
	} {
		form := maps.Clone(captured)
		change(form)
		resp, err := http.PostForm(r.adapter.callback("command"), form)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != http.StatusUnauthorized {
			t.Errorf("a command %s: %s", name, resp.Status)
		}
	}
}

// mentionsOf counts what the witness was notified of.
func (r *real) mentionsOf(p *person) int64 {
	r.t.Helper()
	m, _, err := p.api.GetChannelMember(context.Background(), r.world.RoomID, p.login.ID, "")
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
	s, _ := r.adapter.conn.Session(ctx)
	place := chat.Place{Account: s.accountID(r.world.RoomID), Channel: true}
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
	s, _ := r.adapter.conn.Session(ctx)
	place := chat.Place{Account: s.accountID(r.world.RoomID), Channel: true}
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
	far := chat.Place{Account: s.accountID(r.world.Users["far"].ID)} // who is in another team or none
	if out := r.adapter.Send(ctx, chat.Post{Place: far, Key: "far/1", Body: bodies[0]}); out.Verdict != chat.Delivered {
		t.Errorf("to somebody outside the team: %+v", out)
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

func (r *real) check(t *testing.T) {
	defer r.on(t)()
	got := findings(r.adapter.Check(context.Background(), chat.Checkup{Serving: true, OnRoster: func(a store.AccountID) bool {
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
	s, _ := r.adapter.conn.Session(ctx)
	place := chat.Place{Account: s.accountID(r.world.RoomID), Channel: true}
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
