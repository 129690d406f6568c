package standin_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"thbot/bot/slack/standin"
)

// TestSignedHTTP delivers over HTTP to a bot that checks with slack-go.
func TestSignedHTTP(t *testing.T) {
	w := open(t, standin.Config{})
	var pressed slack.InteractionCallback
	routes := make(chan string, 8)
	listener := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		v, err := slack.NewSecretsVerifier(r.Header, standin.SigningSecret)
		if err == nil {
			v.Write(body)
			err = v.Ensure()
		}
		if err != nil {
			t.Error(err)
		}
		switch routes <- r.URL.Path; r.URL.Path {
		case "/slack/interactive":
			pressed = slack.InteractionCallback{} // slack-go adds to what is there
			again, _ := http.NewRequest("POST", "/", nil)
			again.PostForm = mustParse(string(body))
			json.Unmarshal([]byte(again.PostForm.Get("payload")), &pressed)
		case "/slack/events":
			var e struct{ Challenge string }
			json.Unmarshal(body, &e)
			io.WriteString(rw, e.Challenge)
		}
	}))
	defer listener.Close()
	w.SetCallback(listener.URL)
	if err := w.VerifyURL(w.ctx); err != nil {
		t.Error(err)
	}
	blocks := []o{{"type": "actions", "block_id": "row", "elements": []o{button("undo", 4), {"type": "static_select", "action_id": "menu", "options": choices(3)}}}}
	if err := postRaw(w, blocks); err != nil {
		t.Fatal(err)
	}
	m := w.Messages(w.channel.ID)[0]
	for label, value := range map[string]string{"bbbb": "v", "choice 1": "1"} {
		d, err := w.Press(w.person.ID, m, label)
		if err != nil {
			t.Fatal(err)
		}
		if err := d.Wait(w.ctx); err != nil {
			t.Fatal(err)
		}
		a := pressed.ActionCallback.BlockActions[0]
		if a.Value != value && a.SelectedOption.Value != value || a.BlockID != "row" || pressed.Message.Timestamp != m.TS || pressed.Container.ChannelID != w.channel.ID {
			t.Errorf("%s: %+v", label, a)
		}
	}
	if _, err := w.Press(w.person.ID, m, "Redo"); err == nil {
		t.Error("a button that is not there was pressed")
	}
	if _, err := w.Press(w.AddUser(standin.User{Name: "outside"}).ID, m, "bbbb"); err == nil {
		t.Error("somebody who is not in the channel pressed a button")
	}
	for _, route := range []string{"/slack/events", "/slack/interactive", "/slack/interactive"} {
		if got := <-routes; got != route {
			t.Errorf("%s, not %s", got, route)
		}
	}
}

// TestLateAnswer holds that a bot has Slack's three seconds and no more.
func TestLateAnswer(t *testing.T) {
	w := open(t, standin.Config{Deadline: 30 * time.Millisecond})
	hold := make(chan struct{})
	listener := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-hold }))
	defer listener.Close()
	defer close(hold)
	w.SetCallback(listener.URL)
	if seen, err := w.Command(w.person.ID, "", "record").Next(w.ctx); err != nil || seen.Kind != standin.Trouble {
		t.Errorf("%v %+v", err, seen)
	}
}
