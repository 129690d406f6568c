package mattermost

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mattermost/mattermost/server/public/model"

	"thbot/store"
	"thbot/store/bolt"
)

// secret gives the register's, as whoever has a backup knows it.
func (s *served) secret() []byte {
	s.t.Helper()
	path := filepath.Join(s.t.TempDir(), "backup.db")
	s.run("backup", path)
	db, err := bolt.Open(path)
	if err != nil {
		s.t.Fatal(err)
	}
	r, err := store.Open(context.Background(), db)
	if err != nil {
		s.t.Fatal(err)
	}
	defer r.Close()
	return r.Secret()
}

// unchanged runs f, and holds that the register is the same then.
func (s *served) unchanged(f func()) {
	s.t.Helper()
	head, before := s.head(), s.titles()
	f()
	if after := s.titles(); s.head() != head || !maps.Equal(before, after) {
		s.t.Errorf("the register changed: %v, then %v; the journal had %s entries, then %s", before, after, head, s.head())
	}
}

// forgedForms: any signed-in user can make the server send a form that he was
// never shown.
func (r *real) forgedForms(t *testing.T) {
	defer r.on(t)()
	s := r.serve(t)
	cepol, guest, frontex := r.person("cepol"), r.person("guest"), r.person("frontex")
	cepol.say("record Course on forced labour for judges in Romania, March 2031")
	cepol.run("edit A1")
	d, url := cepol.dialog()
	keys, err := newKeyring(s.secret())
	if err != nil {
		t.Fatal(err)
	}
	f, err := keys.openForm(d.State)
	if err != nil {
		t.Fatal(err)
	}
	change := map[string]any{"title": "Taken over"}
	s.unchanged(func() {
		for _, p := range []*person{guest, frontex} {
			if out, err := p.submit(d, url, change); err == nil && out.Error == "" {
				t.Errorf("a form of another is taken from %s: %+v", p.login.Name, out)
			}
		}
		for name, state := range map[string]string{"none": "", "nonsense": "x.y", "cut": d.State[:len(d.State)-2]} {
			other := d
			other.State = state
			if out, err := cepol.submit(other, url, change); err == nil && out.Error == "" {
				t.Errorf("a form with the state %s is taken: %+v", name, out)
			}
		}
		old := f
		old.Expires = time.Now().Add(-time.Minute).Unix()
		expired := d
		if expired.State, err = keys.sealForm(old); err != nil {
			t.Fatal(err)
		}
		out, err := cepol.submit(expired, url, change)
		if err != nil || !strings.Contains(out.Error, "more than an hour") || !strings.Contains(out.Error, "Taken over") {
			t.Errorf("an expired form: %+v, %v", out, err)
		}
		extra := maps.Clone(change)
		extra["agency"] = "frontex"
		if out, err := cepol.submit(d, url, extra); err == nil && out.Error == "" {
			t.Errorf("a field that the form has not is taken: %+v", out)
		}
	})
	if out, err := cepol.submit(d, url, change); err != nil || out.Error != "" || len(out.Errors) > 0 {
		t.Fatalf("the form itself is refused: %+v, %v", out, err)
	}
	if !eventually(10*time.Second, func() bool { return s.titles()["A1"] == "Taken over" }) {
		t.Fatal("the form itself changed nothing")
	}
	s.unchanged(func() {
		if out, err := cepol.submit(d, url, map[string]any{"title": "Again"}); err != nil || !strings.Contains(out.Error, "taken before") {
			t.Errorf("a form sent again: %+v, %v", out, err)
		}
	})
}

// forgedPresses: a button that a user posts with our address, one of another's
// answer, and one in another's direct messages.
func (r *real) forgedPresses(t *testing.T) {
	defer r.on(t)()
	ctx := context.Background()
	s := r.serve(t)
	cepol, witness := r.person("cepol"), r.person("witness")
	reply := cepol.say("record Course on forced labour for judges in Romania, March 2031")
	keys, err := newKeyring(s.secret())
	if err != nil {
		t.Fatal(err)
	}
	undo := claim{Action: "undo.change", Record: "J1", Surface: onPost, Addressee: anybody}
	contexts := map[string]string{"nonsense": "e30.AAAA", "nothing": ""}
	for name, change := range map[string]func(*claim){ // as if the secret were known
		"a post of a user's": func(*claim) {},
		"somebody else's":    func(c *claim) { c.Surface, c.Addressee = onReply, reply.UserId },
	} {
		c := undo
		change(&c)
		if contexts[name], err = keys.sealClaim(c); err != nil {
			t.Fatal(err)
		}
	}
	s.unchanged(func() {
		for name, sealed := range contexts {
			own := &model.Post{ChannelId: r.world.RoomID, Message: "press me"}
			own.AddProp("attachments", []*model.MessageAttachment{{Actions: []*model.PostAction{{
				Id: "forged", Name: "Forged", Type: "button", Integration: &model.PostActionIntegration{
					URL: "http://" + s.listen + "/mattermost/action", Context: map[string]any{contextKey: sealed}},
			}}}})
			made, _, err := witness.api.CreatePost(ctx, own)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := witness.api.DoPostAction(ctx, made.Id, "forged"); err == nil {
				t.Errorf("a button with %s is taken", name)
			}
		}
	})
	if err := cepol.press(reply, "Undo", ""); err != nil {
		t.Errorf("the button itself is refused: %v", err)
	}
}

// forgedCommands: replayed, with a wrong token, and with a trigger of another.
func (r *real) forgedCommands(t *testing.T) {
	defer r.on(t)()
	var way *wire
	s := r.serve(t, func(s *served) {
		way = newWire(t, "http://"+s.listen, false)
		s.config = append(slices.DeleteFunc(s.config, func(l string) bool { return strings.HasPrefix(l, "public_url") }),
			fmt.Sprintf("public_url = %q", way.URL))
	})
	cepol, frontex := r.person("cepol"), r.person("frontex")
	reply := cepol.say("record Course on forced labour for judges in Romania, March 2031")
	frontex.say("show A1")
	const command, action = "/mattermost/command", "/mattermost/action"
	theirs, err := url.ParseQuery(string(way.body(command)))
	if err != nil {
		t.Fatal(err)
	}
	cepol.say("show A1")
	ours, err := url.ParseQuery(string(way.body(command)))
	if err != nil || ours.Get("user_id") != cepol.login.ID {
		t.Fatalf("%v, %v", ours, err)
	}
	ours.Set("text", "record Something else")
	if err := cepol.press(reply, "Change details", ""); err != nil {
		t.Fatal(err)
	}
	press := way.body(action)
	s.unchanged(func() {
		for name, change := range map[string]func(url.Values){
			"replayed":                  func(url.Values) {},
			"with a wrong token":        func(v url.Values) { v.Set("token", "wrong") },
			"without a token":           func(v url.Values) { v.Del("token") },
			"in the name of another":    func(v url.Values) { v.Set("user_id", r.world.Users["atc"].ID) },
			"with another's trigger":    func(v url.Values) { v.Set("trigger_id", theirs.Get("trigger_id")) },
			"with a trigger of his own": func(v url.Values) { v.Set("trigger_id", "YTpiOjE6YWFhYQ==") },
		} {
			form := maps.Clone(ours)
			change(form)
			resp, err := http.PostForm("http://"+s.listen+command, form)
			if err != nil {
				t.Fatal(err)
			}
			resp.Body.Close()
			if resp.StatusCode != http.StatusUnauthorized && resp.StatusCode != http.StatusBadRequest {
				t.Errorf("a command %s: %s", name, resp.Status)
			}
		}
		for name, change := range map[string]func(map[string]any){
			"replayed":               func(map[string]any) {},
			"in the name of another": func(v map[string]any) { v["user_id"] = r.world.Users["atc"].ID },
			"with another's trigger": func(v map[string]any) { v["trigger_id"] = theirs.Get("trigger_id") },
		} {
			var body map[string]any
			if err := json.Unmarshal(press, &body); err != nil {
				t.Fatal(err)
			}
			change(body)
			resp, err := http.Post("http://"+s.listen+action, "application/json", strings.NewReader(asJSON(t, body)))
			if err != nil {
				t.Fatal(err)
			}
			resp.Body.Close()
			if resp.StatusCode != http.StatusUnauthorized {
				t.Errorf("a press %s: %s", name, resp.Status)
			}
		}
	})
}
