package commands_test

import (
	"strings"
	"testing"

	"thbot/store"
)

func TestContact(t *testing.T) {
	c := open(t).conversation()
	c.says("cepol", "contact")
	c.says("cepol", "contact add @jane cepol")
	c.says("atc", "contact add @jane cepol deputy")
	c.says("atc", "contact add @jane europol")
	c.says("atc", "contact add @guest-kim emcdda")
	c.says("atc", "contact add @nobody fra")
	c.says("atc", "contact add @sam Europl")
	c.says("atc", "contact add @sam")
	c.says("admin", "contact add @sam coordinator")
	c.says("atc", "contact remove P3")
	c.says("eu-lisa", "whoami")
	c.says("atc", "contact remove P3")
	c.says("atc", "contact remove P99")
	c.says("atc", "contact remove jane")
	c.says("admin", "contact list")
	c.says("cepol", "show P14")
	c.says("atc", "contact add")
	c.submits("atc", "user", "@kim", "role", "deputy")
	c.submits("atc", "user", "@kim", "role", "deputy", "agency", "eige")
	c.says("atc", "contact lnk P1")
	c.golden("contact")
}

func TestLastCoordinatorStays(t *testing.T) {
	d := open(t)
	r := d.say("atc", "contact remove P11")
	if !r.Failed || !strings.Contains(shows(r), "only one") {
		t.Errorf("got:\n%s", shows(r))
	}
	d.say("atc", "contact add @second coordinator")
	if r := d.say("atc", "contact remove P11"); r.Failed {
		t.Errorf("with a second one:\n%s", shows(r))
	}
	if r := d.say("atc", "schedule"); !r.Failed {
		t.Error("a removed coordinator still sees the schedule")
	}
}

// TestLink holds that a linked account is outside until it says yes itself.
func TestLink(t *testing.T) {
	c := open(t).conversation()
	c.says("cepol", "contact link P10 mattermost:jane")
	c.says("atc", "contact link P10")
	c.says("atc", "contact link P10 console:europol")
	c.says("atc", "contact link P10 mattermost:jane")
	c.says("atc", "contact link P10 mattermost:jane")
	c.says("mattermost:jane", "list")
	posts := c.due(c.now)
	c.b.WriteString(posted(posts) + "\n\n")
	c.view(func(v *store.View) error {
		return v.Rows("link:", func(r *store.Row) bool {
			if r.Account != account("mattermost:jane") {
				t.Errorf("the question goes to %v", r.Account)
			}
			return true
		})
	})
	c.presses("cepol", "Yes, it is mine") // on the old account
	c.says("mattermost:jane", "whoami")
	c.shown["mattermost:jane"] = c.shown["cepol"]
	c.says("cepol", "contact list")
	c.golden("link")
}

func TestLinkConfirmed(t *testing.T) {
	d := open(t)
	d.say("atc", "contact link P10 mattermost:jane")
	d.due(d.now)
	d.shown["mattermost:jane"] = d.shown["cepol"]
	if r := d.press("mattermost:jane", "Yes, it is mine"); r.Failed || !r.Replace {
		t.Fatalf("got:\n%s", shows(r))
	}
	if r := d.say("mattermost:jane", "whoami"); r.Failed || !strings.Contains(shows(r), "contact point of CEPOL") {
		t.Errorf("got:\n%s", shows(r))
	}
}

func TestAway(t *testing.T) {
	c := open(t).conversation()
	c.says("europol", "away")
	c.submits("europol", "from", "sometime", "to", "4 December")
	c.submits("europol", "from", "4 December", "to", "30 November")
	c.submits("europol", "from", "30 November", "to", "4 December", "deputy", "P12")
	c.says("europol", "contact list")
	c.says("europol", "away off")
	c.says("europol", "away off")
	c.says("europol", "away 2026-11-30..2026-12-04 @europol-deputy")
	c.says("europol", "away 2026-11-30..2026-12-04 @cepol")
	c.says("europol", "away 2026-11-30..2026-12-04 @stranger")
	c.says("europol", "away 2025-11-30..2025-12-04")
	c.says("europol", "away from 2026-12-01")
	c.says("cepol", "away 2026-12-01..2026-12-04")
	c.says("atc", "meeting add Contact points 2026-12-17 10:00")
	c.due(at(t, "2026-11-30 08:00"))
	c.says("atc", "meeting add Second meeting 2026-12-18 10:00")
	c.due(at(t, "2026-12-07 08:00"))
	posts := c.due(at(t, "2026-12-07 12:00"))
	c.b.WriteString(posted(posts) + "\n\n")
	c.golden("away")
}

// TestAwayOnce holds that one absence, said twice, is caught up once, and that
// one taken back is not caught up at all.
func TestAwayOnce(t *testing.T) {
	d := open(t)
	d.say("europol", "away 2026-11-30..2026-12-04")
	d.say("europol", "away 2026-12-01..2026-12-04")
	d.say("cepol", "away 2026-11-30..2026-12-04")
	d.say("cepol", "away off")
	posts := d.due(at(t, "2026-12-08 00:00"))
	if got := told(posts, store.RowCatchup); len(got) != 1 || got[0] != "europol" {
		t.Errorf("caught up: %v\n%s", got, posted(posts))
	}
}

func TestBackEarly(t *testing.T) {
	d := open(t)
	d.say("europol", "away 2026-11-24..2026-12-04")
	d.say("atc", "meeting add Contact points 2026-12-17 10:00")
	d.due(at(t, "2026-11-26 09:00"))
	r := d.say("europol", "away off")
	if !strings.Contains(shows(r), "1 message came meanwhile") {
		t.Errorf("got:\n%s", shows(r))
	}
	if got := told(d.due(at(t, "2026-12-08 00:00")), store.RowCatchup); len(got) != 0 {
		t.Errorf("caught up again: %v", got)
	}
}
