package mattermost

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/mattermost/mattermost/server/public/model"

	"thbot/bot/chat"
	"thbot/commands"
)

func flagged() *commands.Message {
	return commands.Tell(commands.Say("Close to your **A9**.")).Next(
		commands.Button{Label: "We will coordinate", Action: "overlap.coordinate", Record: "O5", Revision: 2},
		commands.Button{Label: "Later", Action: "overlap.later", Record: "O5", Revision: 2, Options: []commands.Option{{Value: "7d", Label: "in a week"}}},
	)
}

func TestAPressCarriesWhatTheButtonStandsFor(t *testing.T) {
	d := newDesk(t)
	post := d.post(d.place("cepol"), "flag:1", flagged())
	status, r := d.pressed(d.press("cepol", post, "We will coordinate", ""))
	if status != 200 || r.EphemeralText != "heard" || !r.SkipSlackParsing || r.Update != nil {
		t.Errorf("%d %+v", status, r)
	}
	got := d.last()
	if *got.Press != (commands.Press{Action: "overlap.coordinate", Record: "O5", Revision: 2}) || got.Account.User != id("cepol") || got.Delivery == "" {
		t.Errorf("%+v", got)
	}
	if status, _ := d.pressed(d.press("cepol", post, "Later", "7d")); status != 200 || d.last().Press.Choice != "7d" {
		t.Errorf("%d %+v", status, d.last().Press)
	}
}

// Two quick presses are two requests of their own; one delivered twice is one.
func TestAPressDeliveredTwiceIsOne(t *testing.T) {
	d := newDesk(t)
	post := d.post(d.place("cepol"), "flag:1", flagged())
	req := d.press("cepol", post, "We will coordinate", "")
	for i, want := range []int{200, 401, 401} {
		if status, _ := d.pressed(req); status != want {
			t.Errorf("delivery %d: %d", i, status)
		}
	}
	if status, _ := d.pressed(d.press("cepol", post, "We will coordinate", "")); status != 200 {
		t.Errorf("a second press: %d", status)
	}
	if n := len(d.requests()); n != 2 {
		t.Errorf("asked %d times", n)
	}
}

func TestForgedPressesAreRefused(t *testing.T) {
	d := newDesk(t)
	post := d.post(d.place("cepol"), "flag:1", flagged())
	inChannel := d.post(d.channel(), "digest:1", commands.Tell(commands.Say("Digest")).Next(commands.Button{Label: "Coverage", Action: "coverage"}))
	d.replies(commands.Reply{Message: flagged()})
	d.say("cepol", "overlap O5") // leaves buttons under "cookie"
	foreign := d.server.newID("post")
	d.server.mu.Lock()
	d.server.posts = append(d.server.posts, &model.Post{Id: foreign, UserId: id("outsider"), ChannelId: id("coordination"), CreateAt: 1})
	d.server.mu.Unlock()
	asked := len(d.requests())
	for name, forge := range map[string]func() model.PostActionIntegrationRequest{
		"no signature": func() model.PostActionIntegrationRequest {
			r := d.press("cepol", post, "We will coordinate", "")
			r.Context = map[string]any{contextKey: `{"a":"overlap.coordinate","u":"any","s":"post"}`}
			return r
		},
		"another's secret": func() model.PostActionIntegrationRequest {
			r := d.press("cepol", post, "We will coordinate", "")
			sealed, _ := ring(t, "not the secret of ours").sealClaim(claim{Action: "x", Addressee: anybody, Surface: onPost})
			r.Context = map[string]any{contextKey: sealed}
			return r
		},
		"our signature on somebody's own post": func() model.PostActionIntegrationRequest {
			r := d.press("outsider", inChannel, "Coverage", "")
			r.PostId = foreign
			return r
		},
		"a post that is not there": func() model.PostActionIntegrationRequest {
			r := d.press("outsider", inChannel, "Coverage", "")
			r.PostId = id("gone")
			return r
		},
		"another channel": func() model.PostActionIntegrationRequest {
			r := d.press("cepol", inChannel, "Coverage", "")
			r.ChannelId = id("elsewhere")
			return r
		},
		"another person's direct message": func() model.PostActionIntegrationRequest {
			r := d.press("cepol", post, "We will coordinate", "")
			r.UserId, r.TriggerId = id("atc"), d.server.trigger(id("atc"))
			return r
		},
		"another person's reply": func() model.PostActionIntegrationRequest {
			r := d.press("cepol", "cookie", "We will coordinate", "")
			r.UserId, r.TriggerId = id("atc"), d.server.trigger(id("atc"))
			return r
		},
		"another user's trigger": func() model.PostActionIntegrationRequest {
			r := d.press("cepol", post, "We will coordinate", "")
			r.TriggerId = d.server.trigger(id("atc"))
			return r
		},
		"no trigger": func() model.PostActionIntegrationRequest {
			r := d.press("cepol", post, "We will coordinate", "")
			r.TriggerId = ""
			return r
		},
		"a choice that the menu does not have": func() model.PostActionIntegrationRequest {
			return d.press("cepol", post, "Later", "9999d")
		},
		"no choice": func() model.PostActionIntegrationRequest { return d.press("cepol", post, "Later", "") },
		"a choice from a button": func() model.PostActionIntegrationRequest {
			return d.press("cepol", post, "We will coordinate", "7d")
		},
	} {
		if status, r := d.pressed(forge()); status != 401 {
			t.Errorf("%s: %d %+v", name, status, r)
		}
	}
	if n := len(d.requests()); n != asked {
		t.Errorf("%d forged presses reached the register", n-asked)
	}
}

func TestAButtonInTheChannelIsForAnybody(t *testing.T) {
	d := newDesk(t)
	post := d.post(d.channel(), "digest:1", commands.Tell(commands.Say("Digest")).Next(commands.Button{Label: "Coverage", Action: "coverage"}))
	for _, user := range []string{"cepol", "europol"} {
		if status, _ := d.pressed(d.press(user, post, "Coverage", "")); status != 200 || d.last().Account.User != id(user) {
			t.Errorf("%s: %d", user, status)
		}
	}
}

// What is absent from an update is taken off the post.
func TestAPressedPostIsUpdatedWhole(t *testing.T) {
	d := newDesk(t)
	out := d.adapter.Send(context.Background(), chat.Post{Place: d.place("cepol"), Key: "flag:1", Body: d.body(flagged()), Files: []commands.File{{Name: "a.png", Data: []byte("x")}}})
	if out.Verdict != chat.Delivered {
		t.Fatal(out.Err)
	}
	d.replies(commands.Reply{Replace: true, Message: commands.Tell(commands.Say("You coordinate.")).Next(commands.Button{Label: "Undo", Action: "undo", Record: "O5", Revision: 3})})
	status, r := d.pressed(d.press("cepol", out.ID, "We will coordinate", ""))
	if status != 200 || r.Update == nil {
		t.Fatalf("%d %+v", status, r)
	}
	var props struct {
		FromBot     string `json:"from_bot"`
		Mark        string `json:"thbot"`
		Attachments []*model.MessageAttachment
	}
	json.Unmarshal((*r.Update)["props"], &props)
	post := d.posts(direct(id("cepol")))[0]
	if string((*r.Update)["message"]) != `"You coordinate."` || props.FromBot != "true" || props.Mark == "" || props.Mark != post.Props[propMark] ||
		string((*r.Update)["file_ids"]) != asJSON(t, post.FileIds) || len(props.Attachments) != 1 || props.Attachments[0].Actions[0].Integration == nil {
		t.Errorf("%s", asJSON(t, r))
	}
	d.replies(commands.Reply{Replace: true, Message: commands.Tell(commands.Say("Settled."))})
	_, r = d.pressed(d.press("cepol", out.ID, "We will coordinate", ""))
	if !strings.Contains(string((*r.Update)["props"]), `"attachments":[]`) {
		t.Errorf("the buttons stay: %s", (*r.Update)["props"])
	}
}

// A post in the channel never becomes one person's answer.
func TestAChannelPostIsNeverReplaced(t *testing.T) {
	d := newDesk(t)
	post := d.post(d.channel(), "digest:1", commands.Tell(commands.Say("Digest")).Next(commands.Button{Label: "Mine", Action: "brief"}))
	d.replies(commands.Reply{Replace: true, Message: commands.Tell(commands.Say("for CEPOL alone"))})
	if _, r := d.pressed(d.press("cepol", post, "Mine", "")); r.Update != nil || r.EphemeralText != "for CEPOL alone" {
		t.Errorf("%+v", r)
	}
}

// An ephemeral reply cannot be updated, and an answer to a press takes no
// buttons: they go where the command can still be answered.
func TestPressesOnReplies(t *testing.T) {
	d := newDesk(t)
	d.replies(commands.Reply{Message: flagged(), Replace: true})
	d.say("cepol", "overlap")
	for i := range 5 {
		status, r := d.pressed(d.press("cepol", "cookie", "We will coordinate", ""))
		if status != 200 || r.Update != nil || r.EphemeralText != "" {
			t.Fatalf("press %d: %d %+v", i, status, r)
		}
	}
	if n := len(d.server.answers); n != 5 {
		t.Errorf("%d answers by the command's address", n)
	}
	_, r := d.pressed(d.press("cepol", "cookie", "We will coordinate", ""))
	posts := d.posts(direct(id("cepol")))
	if r.Update != nil || !strings.Contains(r.EphemeralText, sayButtons) || len(posts) != 1 || !strings.Contains(posts[0].Message, "A9") {
		t.Errorf("%+v, %d posts", r, len(posts))
	}
	d.replies(commands.Reply{Message: commands.Tell(commands.Say("plain"))})
	if _, r := d.pressed(d.press("cepol", "cookie", "We will coordinate", "")); r.EphemeralText != "plain" || r.Update != nil {
		t.Errorf("%+v", r)
	}
}

func TestAPressOnADirectMessageIsAnsweredThere(t *testing.T) {
	d := newDesk(t)
	post := d.post(d.place("cepol"), "flag:1", flagged())
	d.replies(commands.Reply{Message: flagged()})
	if _, r := d.pressed(d.press("cepol", post, "We will coordinate", "")); r.EphemeralText != "" || r.Update != nil {
		t.Errorf("%+v", r)
	}
	if n := len(d.posts(direct(id("cepol")))); n != 2 {
		t.Errorf("%d posts", n)
	}
}

func TestAPressOpensAForm(t *testing.T) {
	d := newDesk(t)
	post := d.post(d.place("cepol"), "flag:1", flagged())
	d.replies(commands.Reply{Form: recordForm()})
	status, r := d.pressed(d.press("cepol", post, "We will coordinate", ""))
	if status != 200 || r.EphemeralText != "" || d.dialog().Title != "Record an activity" {
		t.Errorf("%d %+v", status, r)
	}
}

// The pressed post cannot be looked at: nothing is done, and it is said.
func TestAPressWhileTheServerIsIll(t *testing.T) {
	d := newDesk(t)
	post := d.post(d.place("cepol"), "flag:1", flagged())
	req := d.press("cepol", post, "We will coordinate", "")
	d.server.meddle = func(w http.ResponseWriter, r *http.Request) bool {
		if r.Method == "GET" && strings.Contains(r.URL.Path, "/posts/") {
			w.WriteHeader(502)
			return true
		}
		return false
	}
	if status, r := d.pressed(req); status != 200 || r.EphemeralText != sayUnsure || len(d.requests()) != 0 {
		t.Errorf("%d %+v", status, r)
	}
}

func TestASlowPressIsDoneLater(t *testing.T) {
	d := newDesk(t)
	post := d.post(d.place("cepol"), "flag:1", flagged())
	d.adapter.patience = 0
	go_on := make(chan struct{})
	d.answer = func(context.Context, commands.Request) commands.Reply {
		<-go_on
		return commands.Reply{Replace: true, Message: commands.Tell(commands.Say("You coordinate."))}
	}
	if status, r := d.pressed(d.press("cepol", post, "We will coordinate", "")); status != 200 || r.Update != nil {
		t.Errorf("%d %+v", status, r)
	}
	close(go_on)
	posts := d.posts(direct(id("cepol")))
	if len(posts) != 1 || posts[0].Message != "You coordinate." || posts[0].Props["from_bot"] != "true" || posts[0].Props[propMark] == nil {
		t.Errorf("%+v", posts[0])
	}
}

// Buttons do not expire by time, and outlive a restart.
func TestAnOldButtonStillWorks(t *testing.T) {
	d := newDesk(t)
	sealed, _ := d.adapter.keys.sealClaim(claim{Action: "show", Record: "A1", Addressee: id("cepol"), Surface: onReply})
	again, err := newKeyring(d.adapter.cfg.Secret)
	if err != nil {
		t.Fatal(err)
	}
	if c, err := again.openClaim(sealed); err != nil || c.Record != "A1" {
		t.Errorf("%+v, %v", c, err)
	}
	d.pass(365 * 24 * time.Hour)
	if _, err := d.adapter.keys.openClaim(sealed); err != nil {
		t.Error(err)
	}
}
