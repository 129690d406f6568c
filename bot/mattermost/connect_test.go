package mattermost

import (
	"context"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/mattermost/mattermost/server/public/model"

	"thbot/bot/chat"
	"thbot/store"
	"thbot/store/fault"
)

// session connects anew and gives what came of it.
func (d *desk) session() *session {
	d.t.Helper()
	s, err := d.adapter.conn.Refresh(context.Background())
	if err != nil {
		d.t.Fatal(err)
	}
	return s
}

func TestTheCommandIsMadeOnceAndKeptUpToDate(t *testing.T) {
	d := newDesk(t)
	d.session()
	if n := d.count("POST /api/v4/commands"); n != 1 {
		t.Errorf("made %d times", n)
	}
	c := d.server.commands[0]
	if c.Trigger != "thb" || c.URL != d.listener.URL+"/mattermost/command" || !c.AutoComplete || c.Method != "P" {
		t.Errorf("%+v", c)
	}
	c.URL, c.AutoCompleteHint = "https://old.example.eu/mattermost/command", ""
	if s := d.session(); s.command != nil || !s.known(commandToken) {
		t.Errorf("%v", s.command)
	}
	if got := d.server.commands[0].URL; got != d.listener.URL+"/mattermost/command" {
		t.Errorf("%q", got)
	}
	if n := d.count("PUT /api/v4/commands/" + c.Id); n != 1 {
		t.Errorf("updated %d times", n)
	}
}

func TestWithoutThePermissionBothWaysOutAreSaid(t *testing.T) {
	d := newDesk(t)
	d.server.denied["manage_slash_commands"] = true
	s := d.session()
	f := fault.As(s.command)
	if f == nil || f.Code != fault.Forbidden || s.known(commandToken) {
		t.Fatalf("%v", s.command)
	}
	for _, part := range []string{"@thbot", "manage_slash_commands", `"thb"`, "team admin", d.listener.URL + "/mattermost/command", "THBOT_MATTERMOST_COMMAND_TOKEN", "POST"} {
		if !strings.Contains(f.What, part) {
			t.Errorf("%q lacks %q", f.What, part)
		}
	}
	if status, _ := d.send(d.form(id("cepol"), "list")); status != 401 {
		t.Errorf("a command without a known token: %d", status)
	}
	delete(d.server.denied, "manage_slash_commands")
	if s := d.session(); s.command != nil {
		t.Errorf("a permission granted since does not count: %v", s.command)
	}
}

func TestAnAdminsCommandServesAsWell(t *testing.T) {
	d := newDesk(t)
	c := d.server.commands[0]
	c.CreatorId, c.Token = id("admin"), "tokenoftheadminscommand000"
	if s := d.session(); s.command != nil || !s.known(c.Token) {
		t.Errorf("%v", s.command)
	}
	c.URL = "https://another.example.eu/hook"
	if s := d.session(); s.command == nil || !strings.Contains(s.command.Error(), "made by somebody else") || s.known(c.Token) {
		t.Errorf("%v", s.command)
	}
	if c.URL != "https://another.example.eu/hook" {
		t.Error("somebody else's command was changed")
	}
	configured := newDesk(t, func(c *Config) { c.CommandToken = "tokenoftheadminscommand000" })
	configured.server.denied["manage_slash_commands"] = true
	if s := configured.session(); s.command != nil || !s.known("tokenoftheadminscommand000") || s.known(commandToken) || s.known("") {
		t.Errorf("%v", s.command)
	}
}

func TestTeamAndChannelThatTheBotDoesNotSee(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*Config)
		want   string
	}{
		"team":    {func(c *Config) { c.Team = "other" }, `sees no team "other"`},
		"channel": {func(c *Config) { c.Channel = "other" }, "/invite @thbot"},
	} {
		s := newStandin(t)
		cfg := Config{URL: s.srv.URL, Team: "thb", Channel: "contact-points", Token: botToken, PublicURL: "https://thbot.example.eu", Secret: []byte("0123456789abcdef")}
		c.change(&cfg)
		a, err := New(cfg)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := a.conn.Session(context.Background()); fault.As(err) == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestSomethingThatIsNoMattermost(t *testing.T) {
	d := newDesk(t)
	for _, body := range []string{"<html>", "[]", "{}"} {
		d.server.meddle = func(w http.ResponseWriter, r *http.Request) bool {
			if r.URL.Path == "/api/v4/config/client" {
				w.Write([]byte(body))
				return true
			}
			return false
		}
		if _, err := d.adapter.conn.Refresh(context.Background()); err == nil {
			t.Errorf("%q is a configuration", body)
		}
	}
	if d.adapter.conn.Known.Load() == nil {
		t.Error("one bad answer ends a session that works")
	}
}

func TestResolve(t *testing.T) {
	d := newDesk(t)
	ctx := context.Background()
	near := d.place("cepol").Account
	// Nobody takes another's place by calling himself as his id.
	d.server.addUser("impostor", func(u *model.User) { u.Username = id("cepol") })
	for name, want := range map[string]string{
		"@cepol": "cepol", "cepol": "cepol", "Mattermost": "", "mattermost:cepol": "cepol", "Mattermost:@cepol": "cepol", "@CEPOL": "cepol",
		"@" + apart + "cepol": "cepol", id("cepol"): "cepol", "guest-eige": "guest-eige",
	} {
		got, err := d.adapter.Resolve(ctx, near, name)
		if want == "" {
			if !fault.Is(err, fault.NotFound) {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		if err != nil || got.User != id(want) || got.Workspace != id("team") || got.Platform != Platform || got.Guest != (want == "guest-eige") {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
	d.server.addUser("gone", func(u *model.User) { u.DeleteAt = 1 })
	for name, code := range map[string]fault.Code{
		"@nobody": fault.NotFound, "slack:U1": fault.NotFound, "": fault.Invalid, "@": fault.Invalid, "a b": fault.Invalid, "../users": fault.Invalid,
		"@thbot": fault.Refused, "@gone": fault.Refused,
	} {
		if got, err := d.adapter.Resolve(ctx, near, name); !fault.Is(err, code) {
			t.Errorf("%q: %+v, %v", name, got, err)
		}
	}
	d.server.srv.Close()
	if _, err := d.adapter.Resolve(ctx, near, "@cepol"); err == nil || fault.As(err) != nil {
		t.Errorf("while the server is down: %v", err)
	}
}

func TestActiveAndZone(t *testing.T) {
	d := newDesk(t)
	ctx := context.Background()
	d.server.addUser("paris", func(u *model.User) {
		u.Timezone = model.StringMap{"useAutomaticTimezone": "false", "automaticTimezone": "Europe/Lisbon", "manualTimezone": "Europe/Paris"}
	})
	d.server.addUser("mars", func(u *model.User) { u.Timezone = model.StringMap{"automaticTimezone": "Mars/Olympus"} })
	for name, want := range map[string]string{"cepol": "Europe/Lisbon", "paris": "Europe/Paris", "mars": ""} {
		zone, err := d.adapter.Zone(ctx, d.place(name).Account)
		if err != nil || (zone == nil) != (want == "") || zone != nil && zone.String() != want {
			t.Errorf("%s: %v, %v", name, zone, err)
		}
	}
	for name, want := range map[string]bool{"cepol": true, "thbot": false, "ghost": false} {
		if got, err := d.adapter.Active(ctx, d.place(name).Account); err != nil || got != want {
			t.Errorf("%s: %t, %v", name, got, err)
		}
	}
}

var clocks = regexp.MustCompile(`differs by [0-9ms]+;`)

func findings(all []chat.Finding) string {
	var b strings.Builder
	for _, f := range all {
		fmt.Fprintf(&b, "%t %s\n", f.OK, f.Text)
	}
	return b.String()
}

func TestCheckup(t *testing.T) {
	d := newDesk(t)
	roster := map[string]bool{id("cepol"): true, id("europol"): true}
	up := chat.Checkup{OnRoster: func(a store.AccountID) bool { return roster[a.User] }, Serving: true}
	check := func() string {
		text := strings.ReplaceAll(findings(d.adapter.Check(context.Background(), up)), d.listener.URL, "http://127.0.0.1:8080")
		return clocks.ReplaceAllString(text, "differs by SOME;") // the server tells whole seconds
	}
	golden(t, "check-good", check())
	d.server.mu.Lock()
	d.server.version = "9.5.0"
	d.server.users[id("thbot")].IsBot = false
	d.server.channels[id("coordination")].Type = model.ChannelTypeOpen
	d.server.members[id("coordination")] = append(d.server.members[id("coordination")], id("outsider"))
	d.server.mu.Unlock()
	d.pass(-10 * time.Minute)
	d.listener.Close()
	golden(t, "check-bad", check())
	d.server.denied["manage_slash_commands"] = true
	up.Serving = false
	if got := check(); !strings.Contains(got, "manage_slash_commands") {
		t.Errorf("%s", got)
	}
	d.server.srv.Close()
	if got := check(); !strings.HasPrefix(got, "false ") || strings.Count(got, "\n") != 1 {
		t.Errorf("%s", got)
	}
}

func TestCheckWithAWrongToken(t *testing.T) {
	s := newStandin(t)
	a, _ := New(Config{URL: s.srv.URL, Team: "thb", Channel: "contact-points", Token: "wrong", PublicURL: "https://thbot.example.eu", Secret: []byte("0123456789abcdef")})
	if got := findings(a.Check(context.Background(), chat.Checkup{})); !strings.Contains(got, "does not take the bot's token") {
		t.Errorf("%s", got)
	}
}

func TestInternalAddressesAreSaid(t *testing.T) {
	for h, want := range map[string]bool{"localhost": true, "127.0.0.1": true, "10.1.2.3": true, "192.168.0.4": true, "8.8.8.8": false, "thbot.example.eu": false} {
		if internal(h) != want {
			t.Errorf("%s: %t", h, !want)
		}
	}
	d := newDesk(t)
	if got := findings(d.adapter.Check(context.Background(), chat.Checkup{})); !strings.Contains(got, `"127.0.0.1" must stand in ServiceSettings.AllowedUntrustedInternalConnections`) {
		t.Errorf("%s", got)
	}
}

func TestAudience(t *testing.T) {
	d := newDesk(t)
	d.server.mu.Lock()
	for i := range 250 {
		d.server.members[id("coordination")] = append(d.server.members[id("coordination")], id(fmt.Sprint("extra", i)))
	}
	d.server.mu.Unlock()
	got, err := d.adapter.Audience(context.Background(), id("coordination"))
	if err != nil || got.Public || len(got.Users) != 252 {
		t.Errorf("%d users, %v", len(got.Users), err)
	}
}
