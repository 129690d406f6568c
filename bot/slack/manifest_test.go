package slack

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	slackgo "github.com/slack-go/slack"

	"thbot/bot/chat"
	"thbot/bot/slack/standin"
	"thbot/commands"
)

func TestTheManifestKeepsSlacksLimits(t *testing.T) {
	for _, mode := range []string{Socket, HTTP} {
		b, err := Manifest(mode, "https://thbot.example.eu/")
		if err != nil {
			t.Fatal(err)
		}
		var m slackgo.Manifest
		if err := json.Unmarshal(b, &m); err != nil {
			t.Fatal(err)
		}
		short := func(what, s string, least, most int) {
			if n := utf8.RuneCountInString(s); n < least || n > most {
				t.Errorf("%s has %d characters", what, n)
			}
		}
		short("name", m.Display.Name, 1, 35)
		short("description", m.Display.Description, 1, 140)
		short("long description", m.Display.LongDescription, 175, 4000)
		c := m.Features.SlashCommands[0]
		short("command", c.Command, 2, 32)
		short("description", c.Description, 1, 2000)
		short("hint", c.UsageHint, 1, 1000)
		for _, s := range m.Features.Shortcuts {
			short("shortcut", s.Name, 1, 24)
			short("shortcut's description", s.Description, 1, 150)
			short("callback", s.CallbackID, 1, 255)
		}
		if !c.ShouldEscape || !m.Settings.Interactivity.IsEnabled || !m.Features.AppHome.HomeTabEnabled || !slices.Equal(m.Settings.EventSubscriptions.BotEvents, []string{"app_home_opened", "message.im"}) {
			t.Errorf("%s", b)
		}
		if m.Settings.SocketModeEnabled != (mode == Socket) || (c.Url != "") != (mode == HTTP) || strings.Contains(string(b), "//slack/") {
			t.Errorf("%s: %s", mode, b)
		}
	}
}

// With the manifest's scopes, and no other, everything works.
func TestTheManifestsScopesAreEnough(t *testing.T) {
	d := newDesk(t, Socket)
	d.server.SetScopes(scopeNames()...)
	for _, s := range scopeNames() {
		if !slices.Contains(standin.AllScopes, s) {
			t.Errorf("Slack has no scope %s", s)
		}
	}
	if text := d.checked("cepol", "europol"); strings.Contains(text, "false ") {
		t.Errorf("%s", text)
	}
	for _, place := range []chat.Place{d.coordination(), d.place("cepol")} {
		id := d.post(place, "k", hello())
		if found, err := d.adapter.Find(context.Background(), place, "k", time.Now()); len(found) != 1 || err != nil {
			t.Errorf("%q, %v", found, err)
		}
		if out := d.adapter.Edit(context.Background(), id, chat.Post{Place: place, Key: "k", Body: d.body(hello())}); out.Verdict != chat.Delivered {
			t.Errorf("%+v", out)
		}
		if err := d.adapter.Delete(context.Background(), place, id); err != nil {
			t.Error(err)
		}
	}
	if err := d.adapter.deliver(context.Background(), caller{team: d.server.Team().ID, user: d.id("cepol")}, []commands.File{{Name: "a.csv", Data: []byte("x")}}); err != nil {
		t.Error(err)
	}
	if _, err := d.resolve(context.Background(), "@cepol"); err != nil {
		t.Error(err)
	}
	d.open("cepol", wide())
	d.sees(d.server.OpenHome(d.id("cepol"), "home"))
}
