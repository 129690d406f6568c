package commands_test

import (
	"strings"
	"testing"

	"thbot/commands"
)

// TestHome shows the page that a chat keeps for each person: empty, with
// something under each heading, for the office, and for those outside.
func TestHome(t *testing.T) {
	c := open(t).conversation()
	home := func(user string) {
		t.Helper()
		c.b.WriteString("== home of " + user + "\n" + shows(c.ask(user, commands.Request{Home: true})) + "\n")
	}
	home("cepol")
	c.now = at(t, "2026-05-04 10:00")
	c.say("cepol", "record Course on indicators of labour exploitation for labour inspectors in Romania when:2026-03..2026-09 commitment:training status:ongoing")
	c.say("cepol", "record Old study of recruitment fees when:2027 commitment:10 country:BG")
	c.now = at(t, "2026-11-24 10:00")
	c.say("cepol", "record Webinar on indicators of forced labour for labour inspectors in Romania when:2027-02 commitment:training")
	c.say("eurofound", "record Webinar on indicators of forced labour for labour inspectors in Romania when:2027-03 commitment:training")
	c.say("atc", "meeting add Meeting of the contact points 2026-12-10 10:00")
	home("cepol")
	c.press("cepol", "I will be there")
	home("cepol")
	home("atc")
	home("admin")
	home("guest")
	c.golden("home")
}

// TestAMessageIsRecordedFromItsForm holds that what the message said is stored
// although nobody touched it, together with the way back.
func TestAMessageIsRecordedFromItsForm(t *testing.T) {
	d := open(t)
	long := "Course on document checks for border guards in Portugal, May 2027\n" + strings.Repeat("Day by day. ", 400)
	r := d.ask("frontex", commands.Request{Quote: &commands.Quote{Text: long, Link: "https://thb.slack.com/archives/C1/p1700000000000100"}})
	if r.Form == nil || !r.Form.New {
		t.Fatalf("no form for something new: %s", shows(r))
	}
	var sent []string
	for _, f := range r.Form.Fields {
		if n := len([]rune(f.Value)); n > 3000 {
			t.Errorf("%s is filled in with %d characters", f.Name, n)
		}
		sent = append(sent, f.Name, f.Value)
	}
	d.submit("frontex", sent...)
	text := shows(d.say("frontex", "show A1"))
	for _, want := range []string{"Course on document checks for border guards in Portugal, May 2027", "https://thb.slack.com/archives/C1/p1700000000000100"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in:\n%s", want, text)
		}
	}
	if r := d.ask("admin", commands.Request{Quote: &commands.Quote{Text: "x"}}); r.Form != nil || !r.Failed {
		t.Errorf("an admin records: %s", shows(r))
	}
	if r := d.ask("guest", commands.Request{Quote: &commands.Quote{Text: "x"}}); r.Form != nil || !r.Failed {
		t.Errorf("an outsider records: %s", shows(r))
	}
}
