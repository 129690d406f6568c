package slack

import (
	"context"
	"strings"
	"testing"
	"time"

	"thbot/bot/slack/standin"
	"thbot/store"
	"thbot/store/fault"
)

func (d *desk) resolve(ctx context.Context, name string) (store.Account, error) {
	return d.adapter.Resolve(ctx, store.AccountID{}, name)
}

func TestResolve(t *testing.T) {
	d := newDesk(t, HTTP)
	d.users["shown"] = d.server.AddUser(standin.User{Name: "m.weber", Display: "Weber, M."})
	far := d.server.AddTeam("elsewhere")
	d.users["far"] = d.server.AddUser(standin.User{Name: "far", Team: far.ID})
	d.users["left"] = d.server.AddUser(standin.User{Name: "left", Deleted: true})
	ctx := context.Background()
	for _, name := range []string{"@cepol", "cepol", "CEPOL", "slack:cepol", "Slack:@cepol", d.id("cepol"), "@" + d.id("cepol"), "slack:" + d.id("cepol")} {
		acc, err := d.resolve(ctx, name)
		if err != nil || acc.User != d.id("cepol") || acc.Workspace != d.server.Team().ID || acc.Platform != "slack" || acc.Name != "cepol" || acc.Guest {
			t.Errorf("%s: %+v, %v", name, acc, err)
		}
	}
	if acc, err := d.resolve(ctx, "@guest-eige"); err != nil || !acc.Guest {
		t.Errorf("%+v, %v", acc, err)
	}
	for name, c := range map[string]struct {
		code fault.Code
		says string
	}{
		"@far": {fault.Refused, "Slack Connect"}, "@robot": {fault.Refused, "bot"}, d.id("left"): {fault.Refused, "deactivated"},
		"@left": {fault.NotFound, "no account"}, "@nobody": {fault.NotFound, "no account"}, "U99999999": {fault.NotFound, "no account"},
		"mattermost:jane": {fault.NotFound, "not connected"}, "@": {fault.Invalid, "no user name"}, "<!here>": {fault.Invalid, "no user name"},
	} {
		_, err := d.resolve(ctx, name)
		if f := fault.As(err); f == nil || f.Code != c.code || !strings.Contains(f.What, c.says) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := d.resolve(ctx, "@far"); !strings.Contains(err.Error(), "guest") {
		t.Errorf("no way out is named: %v", err)
	}
}

// Whom Slack itself found for a mention is who is meant, also where somebody
// else calls himself so; two of one name are asked about.
func TestAMentionIsTheAccountThatSlackFound(t *testing.T) {
	d := newDesk(t, HTTP)
	d.users["other"] = d.server.AddUser(standin.User{Name: "jane.doe", Display: "cepol"})
	text := plain("contact add <@" + d.id("other") + "|cepol> frontex")
	if text.Text != "contact add @cepol frontex" {
		t.Fatalf("%q", text.Text)
	}
	if acc, err := d.resolve(withMentions(context.Background(), text.Mentions), "@cepol"); err != nil || acc.User != d.id("other") {
		t.Errorf("%+v, %v", acc, err)
	}
	two := plain("<@U0000001|jane> <@U0000002|jane>")
	if _, err := d.resolve(withMentions(context.Background(), two.Mentions), "@jane"); fault.As(err) == nil || fault.As(err).Code != fault.Conflict {
		t.Errorf("%v", err)
	}
	// A list of users in which two are shown by one name.
	d.server.AddUser(standin.User{Name: "a", Display: "Twin"})
	d.server.AddUser(standin.User{Name: "b", Display: "Twin"})
	if _, err := d.resolve(context.Background(), "@Twin"); fault.As(err) == nil || fault.As(err).Code != fault.Conflict {
		t.Errorf("%v", err)
	}
}

func TestWhoIsActive(t *testing.T) {
	d := newDesk(t, HTTP)
	now := time.Now()
	d.adapter.now = func() time.Time { return now }
	far := d.server.AddTeam("elsewhere")
	d.users["far"] = d.server.AddUser(standin.User{Name: "far", Team: far.ID})
	ctx := context.Background()
	for name, want := range map[string]bool{"cepol": true, "guest-eige": true, "robot": false, "far": false} {
		if got, err := d.adapter.Active(ctx, d.session().accountID(d.id(name))); got != want || err != nil {
			t.Errorf("%s: %t, %v", name, got, err)
		}
	}
	if got, err := d.adapter.Active(ctx, store.AccountID{Platform: "slack", Workspace: "T9", User: d.id("cepol")}); got || err != nil {
		t.Errorf("another workspace's: %t, %v", got, err)
	}
	if got, err := d.adapter.Active(ctx, d.session().accountID("U99999999")); got || err != nil {
		t.Errorf("nobody: %t, %v", got, err)
	}
	d.server.ChangeUser(d.id("cepol"), func(u *standin.User) { u.Deleted = true })
	now = now.Add(time.Minute)
	if got, err := d.adapter.Active(ctx, d.session().accountID(d.id("cepol"))); got || err != nil {
		t.Errorf("a minute after he left: %t, %v", got, err)
	}
	d.server.Break(standin.Fault{Method: "users.info", Status: 503})
	if _, err := d.adapter.Active(ctx, d.session().accountID(d.id("atc"))); err == nil {
		t.Error("it answers without knowing")
	}
}

func TestZones(t *testing.T) {
	d := newDesk(t, HTTP)
	d.users["far east"] = d.server.AddUser(standin.User{Name: "x", Zone: "Europe/Lisbon"})
	d.users["lost"] = d.server.AddUser(standin.User{Name: "y", Zone: "Mars/Olympus"})
	if z, err := d.adapter.Zone(context.Background(), d.session().accountID(d.id("far east"))); err != nil || z.String() != "Europe/Lisbon" {
		t.Errorf("%v, %v", z, err)
	}
	if z, err := d.adapter.Zone(context.Background(), d.session().accountID(d.id("lost"))); err != nil || z != nil {
		t.Errorf("%v, %v", z, err)
	}
}
