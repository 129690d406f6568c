package commands_test

import (
	"strings"
	"testing"
)

func TestMenu(t *testing.T) {
	c := open(t).conversation()
	c.says("cepol", "")
	c.presses("cepol", "Record")
	c.says("atc", "")
	c.says("admin", "")
	c.says("cepol", "recrod")
	c.says("cepol", "shwo A1")
	c.says("cepol", "A17")
	c.says("cepol", "xyzzy")
	c.says("cepol", "Webinar on forced labour, Romania, March 2027")
	c.says("cepol", "recrod Webinar on forced labour")
	if r := c.press("cepol", "I meant record"); !strings.Contains(shows(r), "Webinar on forced labour") || strings.Contains(shows(r), "recrod") {
		t.Errorf("I meant record:\n%s", shows(r))
	}
	c.says("cepol", "Call jane@example.eu about it")
	c.says("guest", "")
	c.golden("menu")
}

// TestMenuCarriesNoText holds that no button of a question carries the text
// that it is about.
func TestMenuCarriesNoText(t *testing.T) {
	d := open(t)
	r := d.say("cepol", "Webinar on forced labour, Romania, March 2027")
	for _, b := range r.Message.Buttons() {
		if strings.Contains(b.Record+b.Action, "Webinar") {
			t.Errorf("%s carries %s", b.Label, b.Record)
		}
	}
	if r := d.press("cepol", "Record"); !strings.Contains(shows(r), "A1 recorded") {
		t.Errorf("got:\n%s", shows(r))
	}
	d.say("cepol", "Webinar on forced labour, Romania, April 2027")
	d.now = d.now.AddDate(0, 0, 3)
	shown := d.shown["cepol"]
	d.say("cepol", "Another text that is kept") // forgets what is older than a day
	d.shown["cepol"] = shown
	if r := d.press("cepol", "Record"); !r.Failed || !strings.Contains(shows(r), "no longer have it") {
		t.Errorf("after three days:\n%s", shows(r))
	}
}

func TestHelp(t *testing.T) {
	c := open(t).conversation()
	c.says("cepol", "help record")
	c.says("cepol", "help meetings")
	c.says("cepol", "help recrod")
	c.says("cepol", "help outbox")
	c.golden("help")
}

func TestCatalogueWords(t *testing.T) {
	c := open(t).conversation()
	c.say("cepol", "record Course on forced labour for labour inspectors commitment:training when:2026 with:eurofound")
	c.says("cepol", "commitment")
	c.says("cepol", "commitment training")
	c.says("cepol", "commitment trainin")
	c.says("cepol", "agency")
	c.says("cepol", "agency EASO")
	c.says("cepol", "agency cepol")
	c.says("admin", "agency cepol")
	c.says("admin", "commitment 7")
	c.says("cepol", "whoami")
	c.says("admin", "whoami")
	c.says("cepol", "privacy")
	c.golden("catalogue")
}

// TestHelpIsForTheReader holds that help names what the reader may use, each
// with one line that works, and nothing else.
func TestHelpIsForTheReader(t *testing.T) {
	d := open(t)
	for _, test := range []struct {
		user          string
		with, without []string
	}{
		{"cepol", []string{"record", "brief", "meeting", "help"}, []string{"schedule", "outbox"}},
		{"atc", []string{"record", "schedule", "outbox"}, nil},
		{"admin", []string{"outbox", "whoami", "privacy", "contact"}, []string{"record", "schedule", "brief"}},
	} {
		text := d.say(test.user, "help").Message.Text()
		for _, name := range test.with {
			if !strings.Contains(text, "- "+name+": ") || !strings.Contains(text, "/thb "+name) {
				t.Errorf("%s misses %s:\n%s", test.user, name, text)
			}
		}
		for _, name := range test.without {
			if strings.Contains(text, "- "+name+": ") {
				t.Errorf("%s is shown %s", test.user, name)
			}
		}
	}
}
