package commands_test

import (
	"slices"
	"strings"
	"testing"

	"thbot/commands"
	"thbot/commands/overlap"
	"thbot/store"
)

// TestBrief shows what an agency hears before a meeting, with something under
// each heading.
func TestBrief(t *testing.T) {
	c := open(t).conversation()
	c.says("cepol", "brief")
	c.now = at(t, "2026-05-04 10:00")
	c.say("atc", "meeting add Spring meeting 2026-06-10 10:00")
	c.say("cepol", "record Course on indicators of labour exploitation for labour inspectors in Romania when:2026-03..2026-09 commitment:training status:ongoing")
	c.say("cepol", "record Old study of recruitment fees when:2027 commitment:10 country:BG plan:none")
	c.due(at(t, "2026-06-10 10:00"))
	c.now = at(t, "2026-11-24 10:00")
	c.say("cepol", "record Training of trainers for border guards on victims at airports when:2027-02 country:IT commitment:training,4 plan:\"SPD 2027 1.1\"")
	c.say("cepol", "record Council working party on trafficking kind:representation when:2026-11 commitment:8 country:BE")
	c.say("eurofound", "record Webinar on indicators of labour exploitation for labour inspectors in Romania when:2026-09 commitment:training")
	c.say("frontex", "record Joint action days at airports when:2027-05 country:ES,PT with:cepol commitment:6")
	c.say("atc", "meeting add Meeting of the contact points 2026-12-10 10:00")
	c.says("cepol", "brief")
	c.says("atc", "brief cepol")
	c.says("atc", "brief")
	c.says("eige", "brief cepol")
	c.says("admin", "brief")
	posts := c.due(at(t, "2026-11-26 10:00"))
	c.b.WriteString(posted(slices.DeleteFunc(to("cepol", posts), func(p post) bool { return p.Kind != store.RowReminder })))
	c.golden("brief")
}

// TestBriefFitsAPhone holds that a brief stays short in a large register, and
// says that it did not compare everything.
func TestBriefFitsAPhone(t *testing.T) {
	d := open(t)
	for i := range 40 {
		d.say("cepol", "record Course number "+strings.Repeat("x", i+1)+" for labour inspectors in Romania when:2026-03 status:ongoing")
		d.say("eurofound", "record Seminar number "+strings.Repeat("y", i+1)+" for labour inspectors in Romania when:2026-03 with:cepol")
	}
	text := d.say("cepol", "brief").Message.Text()
	if n := strings.Count(text, "\n"); n > 30 || len(text) > 3000 {
		t.Errorf("%d lines, %d characters:\n%s", n, len(text), text)
	}
	if bound := "Only the 20 changed or confirmed last of your 40 planned"; !strings.Contains(text, bound) {
		t.Errorf("it does not say how far it looked:\n%s", text)
	}
}

// TestBriefOpportunities offers at most two pieces of related work of others,
// each with whom to ask, and none that is flagged already. The threshold is
// set high, so that what is close but not the same counts as related.
func TestBriefOpportunities(t *testing.T) {
	engine, err := overlap.New(overlap.Options{Threshold: 0.99})
	if err != nil {
		t.Fatal(err)
	}
	d := open(t, func(c *commands.Config) { c.Engine = engine })
	d.say("cepol", "record Training of trainers for border guards on recognising victims at airports in Italy when:2027-02 commitment:training,4")
	for i, text := range []string{
		"Training of trainers for border guards on recognising victims at airports in Italy",
		"Course for border guards on recognising victims at airports in Spain",
		"Handbook for border guards on victims at airports in Italy",
		"Guidance for border guards at sea borders in Greece",
		"Seminar on victims at airports for border guards",
		"Campaign on child trafficking at airports in Italy",
		"Study of recruitment fees in Bulgaria",
	} {
		agencies := []string{"frontex", "fra", "easo", "eige", "eu-lisa", "europol", "eurofound"}
		d.say(agencies[i], "record "+text+" when:2027-04 commitment:4")
	}
	text := d.say("cepol", "brief").Message.Text()
	_, list, found := strings.Cut(text, "Work of others that could be joined:\n")
	if !found {
		t.Fatalf("nothing offered:\n%s", text)
	}
	lines := strings.Split(list, "\n")
	if len(lines) > 2 {
		t.Errorf("more than two:\n%s", list)
	}
	for _, l := range lines {
		if !strings.Contains(l, ", near your A1") || !strings.Contains(l, "Contact: ") {
			t.Errorf("no reason or nobody to ask: %s", l)
		}
		id := strings.TrimPrefix(strings.Fields(l)[1], "A")
		if strings.Contains(text, "O1 your A1 and A"+id+" ") {
			t.Errorf("flagged already: %s", l)
		}
	}
}
