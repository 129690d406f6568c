package commands_test

import (
	"strings"
	"testing"

	"thbot/commands"
	"thbot/store"
)

const channel = "console//thb-contact-points"

// watched opens a desk with a digest to tell, whose channel is read by the
// contact point of CEPOL and by these.
func watched(t *testing.T, public bool, users []string, change ...func(*commands.Config)) *desk {
	d := open(t, change...)
	d.recorded("cepol", "Webinar on a secret matter", under("training"))
	d.readers = &commands.Readers{Public: public, Accounts: []store.AccountID{account("cepol")}}
	for _, user := range users {
		d.readers.Accounts = append(d.readers.Accounts, account(user))
	}
	d.now = at(t, "2026-11-30 08:30")
	return d
}

// TestDigestIsKeptFromOutsiders posts nothing into a channel that others read,
// tells the coordinator who is in the way, and posts once they are gone.
func TestDigestIsKeptFromOutsiders(t *testing.T) {
	d := watched(t, true, []string{"guest", "mattermost:visitor"})
	c := d.conversation()
	c.rounds("2026-11-30 12:00")
	d.readers.Public, d.readers.Accounts = false, d.readers.Accounts[:1]
	c.presses("atc", "Post it now")
	c.rounds("2026-11-30 13:00")
	d.say("eige", "record Report on gender-specific help, 2027")
	c.rounds("2026-12-07 12:00")
	c.golden("digest-kept")
}

// TestDigestForOutsiders posts totals without a title or an agency.
func TestDigestForOutsiders(t *testing.T) {
	d := watched(t, false, []string{"guest"}, func(cfg *commands.Config) { cfg.Rules.Outsiders = []string{"console"} })
	d.say("atc", "meeting add Coordinator meeting 2026-12-10 10:00")
	c := d.conversation()
	c.rounds("2026-12-08 09:00")
	c.golden("digest-totals")
	for _, word := range []string{"secret", "CEPOL", "Coordinator meeting", "A1", "file"} {
		if strings.Contains(c.b.String(), word) {
			t.Errorf("outsiders read %q", word)
		}
	}
}

// TestDigestForTheRosterAlone posts the whole into a channel in which all are
// on the roster, whatever is allowed.
func TestDigestForTheRosterAlone(t *testing.T) {
	for _, allowed := range [][]string{nil, {"console"}} {
		d := watched(t, false, []string{"eige", "atc"}, func(cfg *commands.Config) { cfg.Rules.Outsiders = allowed })
		d.now = at(t, "2026-11-30 09:00")
		d.planned()
		if posts := d.due(d.now); len(posts) != 1 || !strings.Contains(posts[0].Text, "Webinar on a secret matter") {
			t.Errorf("posted %v", posts)
		}
	}
}

// TestBlockedWordNoLongerHolds drops the word to the coordinator where the
// digest was posted before it was read.
func TestBlockedWordNoLongerHolds(t *testing.T) {
	d := watched(t, false, []string{"guest"})
	d.now = at(t, "2026-11-30 09:00")
	d.planned()
	var key string
	d.view(func(v *store.View) error {
		return v.Rows(store.RowDigest+":", func(r *store.Row) bool { key = r.Key; return true })
	})
	d.deliver(key)
	d.readers = nil
	d.say("atc", "digest post")
	posts := d.due(d.now)
	if len(to("atc", posts)) != 0 || len(to(channel, posts)) != 1 {
		t.Errorf("posted:\n%s", posted(posts))
	}
}

// TestDigestPictureNamesNoSilentAgency holds that neither the picture's words
// nor the lists name an agency as silent that had no private word yet.
func TestDigestPictureNamesNoSilentAgency(t *testing.T) {
	d := open(t)
	d.recorded("cepol", "Webinar", under("training"))
	d.now = at(t, "2027-03-08 09:00") // all have been silent for 90 days, and nobody was told
	d.recorded("cepol", "Another webinar", dated("2027-04", "2027-05", "training"))
	d.planned()
	for _, p := range to(channel, d.due(d.now)) {
		if !strings.Contains(p.Text, "file coverage-2027.png") {
			t.Errorf("no picture:\n%s", p.Text)
		}
		if strings.Contains(p.Text, "Nothing heard") || strings.Contains(p.Text, "Nothing recorded yet") {
			t.Errorf("named too early:\n%s", p.Text)
		}
	}
}
