package slack

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"thbot/bot/chat"
	"thbot/bot/slack/standin"
	"thbot/store"
)

// checked gives the findings as text, what changes from run to run blacked out.
func (d *desk) checked(on ...string) string {
	d.t.Helper()
	roster := func(id store.AccountID) bool {
		return slices.ContainsFunc(on, func(name string) bool { return d.id(name) == id.User })
	}
	var b strings.Builder
	for _, f := range d.adapter.Check(context.Background(), chat.Checkup{OnRoster: roster, Serving: true}) {
		text := f.Text
		for name := range d.users {
			text = strings.ReplaceAll(text, d.id(name), "ID-of-"+name)
		}
		if strings.Contains(text, "clock differs by") {
			text = "slack: its clock differs by SOME"
		}
		fmt.Fprintf(&b, "%t %s\n", f.OK, text)
	}
	return b.String()
}

func TestCheckGolden(t *testing.T) {
	d := newDesk(t, Socket)
	d.server.SetScopes(scopeNames()...)
	golden(t, "check-good", d.checked("cepol", "europol"))

	d.server.SetScopes("chat:write", "channels:read", "groups:read", "users:read", "admin")
	d.server.Join(d.channel.ID, d.id("outsider"))
	d.adapter.now = func() time.Time { return time.Now().Add(2 * time.Minute) }
	golden(t, "check-bad", d.checked("cepol", "europol"))
}

func TestCheckGoldenOfOtherChannels(t *testing.T) {
	d := newDesk(t, HTTP)
	d.channel = d.server.AddChannel(standin.Channel{Name: "open", Shared: true}, d.id("cepol"))
	d.adapter.cfg.Channel = "open"
	d.adapter.conn.Known.Store(nil)
	golden(t, "check-public", d.checked("cepol"))
	d.adapter.cfg.Channel = "elsewhere"
	d.adapter.conn.Known.Store(nil)
	golden(t, "check-missing", d.checked("cepol"))
	d.server.Refuse("token_revoked")
	golden(t, "check-refused", d.checked("cepol"))
}

func TestTheChannelIsFoundByItsId(t *testing.T) {
	d := newDesk(t, HTTP, func(c *Config) { c.Channel = "#contact-points" })
	want := "slack/" + d.server.Team().ID + "/" + d.channel.ID
	if got, err := d.adapter.Destination(context.Background()); got != want || err != nil {
		t.Errorf("%s, %v", got, err)
	}
	d.adapter.cfg.Channel = d.channel.ID
	d.adapter.conn.Known.Store(nil)
	if got, err := d.adapter.Destination(context.Background()); got != want || err != nil {
		t.Errorf("%s, %v", got, err)
	}
	d.adapter.cfg.Channel = "C99999999"
	d.adapter.conn.Known.Store(nil)
	if got, err := d.adapter.Destination(context.Background()); err == nil {
		t.Errorf("%s", got)
	}
}

func TestAudience(t *testing.T) {
	d := newDesk(t, HTTP)
	for i := range 250 {
		d.server.Join(d.channel.ID, d.server.AddUser(standin.User{Name: fmt.Sprint("member", i)}).ID)
	}
	got, err := d.adapter.Audience(context.Background(), d.channel.ID)
	if err != nil || got.Public || len(got.Users) != 252 || slices.Contains(got.Users, d.server.Bot().ID) {
		t.Errorf("%d users, public %t, %v", len(got.Users), got.Public, err)
	}
	for _, c := range []standin.Channel{{Name: "open"}, {Name: "shared", Private: true, Shared: true}} {
		ch := d.server.AddChannel(c, d.server.Bot().ID)
		if got, err := d.adapter.Audience(context.Background(), ch.ID); err != nil || !got.Public {
			t.Errorf("%+v: %+v, %v", c, got, err)
		}
	}
}
