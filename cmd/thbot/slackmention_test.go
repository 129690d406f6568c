package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"thbot/bot/slack/standin"
)

// payloads are ways to have a bot mention people, or to get markup through it.
func payloads(s *served) []string {
	me := s.people["cepol"].ID
	all := []string{
		"<!channel>", "<!here>", "<!everyone>", "<!channel|channel>", "<!here|here>", "<!subteam^S0123>", "<!subteam^S0123|@all>",
		"<@" + me + ">", "<@" + me + "|cepol>", "<@W0123>", "<#" + s.channel.ID + ">", "<#" + s.channel.ID + "|x>",
		"<!date^1392734382^{date}|x>", "<!unknown>", "< !channel>", "<<!channel>>", "<!<!channel>channel>", "<!channel", "<@", "<!",
		"@channel", "@here", "@everyone", "@cepol", "#thb-contact-points",
		"&lt;!channel&gt;", "&amp;lt;!channel&amp;gt;", "&#60;!channel&#62;", "&lt!channel&gt", `\u003c!channel\u003e`, `\<!channel>`,
		"*<!channel>*", "_<!here>_", "~<!channel>~", "`<!channel>`", "```<!channel>```", "> <!channel>", "<https://a.eu|<!channel>>",
		"<\u200b!channel>", "<!channel>\u200b<@" + me + ">",
	}
	if len(all) != 40 {
		s.t.Fatalf("%d payloads", len(all))
	}
	return all
}

// TestNobodyIsMentioned puts every payload into every text that people can
// write, and holds that nothing thbot sends has Slack's signs from it: not in
// a post, an answer, a form, a home or a fallback.
func TestNobodyIsMentioned(t *testing.T) {
	t.Parallel()
	s := serve(t, "socket", standin.Config{}, func(s *served) { s.keys["overlap"] = `hold = "1s"` })
	for i, p := range payloads(s) {
		id := fmt.Sprintf("A%d", i+1)
		s.say("cepol", fmt.Sprintf("record %s course for judges in Spain %d\n%s more of it\nothers:\"%s\" plan:\"%s\"", p, i, p, p, p))
		s.say("cepol", "update "+id+" "+p)
		for _, text := range []string{"show " + id, "history " + id, "check " + p + " for judges in Spain", "search " + p, p, "nonsense " + p, "record from:2031-02-30 " + p} {
			s.say("cepol", text)
		}
		s.form("cepol", "edit "+id)
	}
	p := payloads(s)
	s.say("atc", fmt.Sprintf(`meeting add "%s meeting" "10 December 2031 10:00" place:"%s" agenda:"%s"`, p[0], p[7], p[2]))
	s.flaggedWith(p[0] + p[7])
	s.say("cepol", "withdraw A1 "+p[0]+p[8])
	for _, text := range []string{"list", "brief", "digest", "overlap", "coverage", "meeting list"} {
		s.say("atc", text)
	}
	if err := s.OpenHome(s.people["cepol"].ID, "home").Wait(s.ctx); err != nil {
		t.Fatal(err)
	}
	s.eventually("no home", func() bool { return s.Home(s.people["cepol"].ID) != nil })
	if m := s.Mentions(); len(m) > 0 {
		t.Errorf("people are notified: %q", m)
	}
	found := 0
	for _, c := range s.Calls() {
		for _, text := range strs(c) {
			if strings.Contains(text, "channel") {
				found++
			}
			for _, sign := range []string{"<!", "<@", "<#"} {
				if strings.Contains(text, sign) {
					t.Errorf("%s sends %q", c.Method, text)
				}
			}
		}
	}
	if found < 500 {
		t.Errorf("only %d texts have a payload in them: the test has lost its point", found)
	}
}

// form has a person type a command that opens a form.
func (s *served) form(user, text string) {
	s.t.Helper()
	seen, err := s.types(user, text).Next(s.ctx)
	if err != nil || seen.Kind != standin.Opened {
		s.t.Errorf("/thb %s: %v %s", text, err, readMessage(seen.Message).Text)
	}
}

// flaggedWith raises a flag between two activities with the words in them, and
// waits until the other side is told.
func (s *served) flaggedWith(words string) {
	s.t.Helper()
	s.say("europol", "record "+words+" Webinar on indicators of labour exploitation for labour inspectors in Romania, March 2031")
	got := s.say("eurofound", "record "+words+" Course: spotting signs of forced labour at the workplace country:RO when:2031-04 audience:labour-inspectors")
	if !strings.Contains(got, "Possible duplicate") {
		s.t.Fatalf("no flag is raised: %s", got)
	}
	s.eventually("nobody is told", func() bool {
		for _, m := range s.Messages(s.Direct(s.people["europol"].ID)) {
			if strings.Contains(m.Text, "spotting signs") {
				return true
			}
		}
		return false
	})
}

// strs gives every text that a call holds, those within its JSON included.
func strs(c standin.Call) []string {
	var all []string
	add := func(text string) {
		var v any
		if json.Unmarshal([]byte(text), &v) != nil {
			all = append(all, text)
			return
		}
		all = append(all, within(v)...)
	}
	for _, values := range c.Args {
		for _, text := range values {
			add(text)
		}
	}
	if len(c.Args) == 0 && c.Body != "" {
		add(c.Body)
	}
	return all
}

func within(v any) []string {
	var all []string
	switch v := v.(type) {
	case string:
		return []string{v}
	case []any:
		for _, e := range v {
			all = append(all, within(e)...)
		}
	case object:
		for _, e := range v {
			all = append(all, within(e)...)
		}
	}
	return all
}
