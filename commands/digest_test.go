package commands_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"thbot/commands"
	"thbot/store"
)

// rounds moves the clock, plans each round on the way as the schedule does,
// and keeps what was posted by digest and silence; what others send is theirs.
func (c *conversation) rounds(when string) {
	c.t.Helper()
	until := at(c.t, when)
	var posts []post
	for {
		next, err := c.commands.NextDigest(c.now)
		if err != nil {
			c.t.Fatal(err)
		}
		if next.IsZero() || next.After(until) {
			break
		}
		posts = append(posts, c.due(next.In(until.Location()))...)
		c.planned()
	}
	posts = append(posts, c.due(until)...)
	posts = slices.DeleteFunc(posts, func(p post) bool {
		return p.Kind != store.RowDigest && p.Kind != store.RowDigestDM && p.Kind != store.RowSilent && p.Kind != store.RowBlocked
	})
	fmt.Fprintf(&c.b, "until %s\n%s\n\n", when, indent(posted(posts)))
}

func (d *desk) planned() {
	d.t.Helper()
	if err := d.commands.PlanDigests(context.Background(), d.now); err != nil {
		d.t.Fatal(err)
	}
}

func TestDigest(t *testing.T) {
	d := open(t)
	fill(d)
	c := d.conversation()
	c.says("cepol", "digest")
	c.says("frontex", "digest dm on")
	c.says("frontex", "digest dm on")
	c.says("cepol", "digest post")
	d.recorded("eu-lisa", "Interoperability report", dated("2026-12", "2027-03", "information"))
	d.say("fra", "edit A3 status:completed")
	d.say("europol", `update A2 "The report is out"`)
	d.say("cepol", "withdraw A5 planned twice")
	d.say("eige", "nothing impunity 2026")
	d.say("atc", "meeting add Coordinator meeting 2026-12-10 10:00")
	d.say("frontex", "record Webinar on interoperability, December 2026, commitment:information")
	c.rounds("2026-11-30 12:00")
	c.says("atc", "digest post")
	c.says("atc", "digest post")
	c.rounds("2026-11-30 13:00")
	c.rounds("2026-12-08 09:00")
	c.says("frontex", "digest dm off")
	c.says("cepol", "digest post now")
	c.says("cepol", "digest later")
	c.says("cepol", "digest dm maybe")
	c.golden("digest")
}

// TestDigestTellsCoverageAsItWas holds the change against the state of the
// register at the last digest, taken back by the journal.
func TestDigestTellsCoverageAsItWas(t *testing.T) {
	d := open(t)
	id := d.recorded("cepol", "Webinar", dated("2026-12-01", "2026-12-01", "training"))
	d.due(at(t, "2026-11-30 09:00"))
	d.planned()
	d.due(at(t, "2026-12-01 09:00"))
	d.say("cepol", "edit "+store.ActivityRef(id)+" commitment:synergies")
	text := plain(d.say("atc", "digest").Message)
	if !strings.Contains(text, "newly synergies; no longer training") {
		t.Errorf("the change of coverage is not told:\n%s", text)
	}
	if !strings.Contains(text, "0 new") && strings.Contains(text, "1 new") || !strings.Contains(text, "1 changed") {
		t.Errorf("an older activity that changed is told as new:\n%s", text)
	}
}

// rowsOf gives the outbox keys of a kind with their states.
func (d *desk) rowsOf(kind string) []string {
	var keys []string
	d.view(func(v *store.View) error {
		return v.Rows(kind+":", func(r *store.Row) bool {
			keys = append(keys, r.Key+" "+string(r.State))
			return true
		})
	})
	return keys
}

func TestDigestSlots(t *testing.T) {
	d := open(t) // the register begins on Tuesday 24 November
	want := func(when string, rows ...string) {
		t.Helper()
		d.now = at(t, when)
		d.planned()
		d.planned()
		if got := d.rowsOf("digest"); strings.Join(got, "\n") != strings.Join(rows, "\n") {
			t.Errorf("%s: rows are\n%s\nwant\n%s", when, strings.Join(got, "\n"), strings.Join(rows, "\n"))
		}
	}
	const (
		first  = "digest:-:2026-11-30T08:00Z:console//thb-contact-points"
		second = "digest:-:2026-12-07T08:00Z:console//thb-contact-points"
		newest = "digest:-:2026-12-21T08:00Z:console//thb-contact-points" // that of the 28th falls on holidays
	)
	want("2026-11-24 10:00") // the round of the day before was before the register began
	want("2026-11-30 08:59")
	want("2026-11-30 09:00", first+" waiting")
	want("2026-12-03 08:59", first+" waiting")
	want("2026-12-10 09:01", first+" dropped", second+" waiting") // the outbox drops it: it is 72 hours gone
	want("2026-12-28 09:00", first+" dropped", second+" dropped", newest+" waiting")
	want("2026-12-28 23:00", first+" dropped", second+" dropped", newest+" waiting")
}

// TestDigestOfALateChannel plans the round for a channel that is known only
// after its time, and nothing twice.
func TestDigestOfALateChannel(t *testing.T) {
	known := []string{"slack/T1/C1"}
	d := open(t, func(cfg *commands.Config) { cfg.Channels = func() []string { return known } })
	const first, late = "digest:-:2026-11-30T08:00Z:slack/T1/C1 waiting", "digest:-:2026-11-30T08:00Z:mattermost/T2/C2 waiting"
	d.now = at(t, "2026-11-30 09:00")
	d.planned()
	known = append(known, "mattermost/T2/C2")
	for range 2 {
		d.planned()
	}
	if got := d.rowsOf("digest"); !slices.Equal(got, []string{late, first}) {
		t.Errorf("rows are %q", got)
	}
	if said := d.say("atc", "schedule").Message.Text(); !strings.Contains(said, "digest, to the channel C1 on slack and the channel C2 on mattermost") {
		t.Error(said)
	}
}

// TestDigestOnAHoliday moves a round to the next working day.
func TestDigestOnAHoliday(t *testing.T) {
	d := open(t, func(cfg *commands.Config) { cfg.Rules.Holidays = []string{"2026-11-30", "2026-12-01"} })
	next, err := d.commands.NextDigest(d.now)
	if err != nil || !next.Equal(at(t, "2026-12-02 09:00")) {
		t.Errorf("the next digest goes out at %s (%v)", next, err)
	}
	d.now = at(t, "2026-12-02 09:00")
	d.planned()
	posts := d.due(d.now)
	if len(posts) != 1 || strings.Contains(posts[0].Text, "late") {
		t.Errorf("posted %v", posts)
	}
}

func TestDigestLate(t *testing.T) {
	d := open(t)
	d.recorded("cepol", "Webinar", under("training"))
	d.now = at(t, "2026-12-01 15:00")
	d.planned()
	posts := d.due(d.now)
	if len(posts) != 1 || !strings.HasPrefix(posts[0].Text, "Week 49 (late, it was due Monday 30 November, 09:00): 1 new") {
		t.Fatalf("posted %v", posts)
	}
	// What was told late is not told again.
	d.now = at(t, "2026-12-07 09:00")
	d.planned()
	if posts = d.due(d.now); len(posts) != 1 || posts[0].Text != "Week 50: nothing new." {
		t.Errorf("posted %v", posts)
	}
}

// TestSilence tells a silent agency in private, and names it only ten days
// after that.
func TestSilence(t *testing.T) {
	d := open(t)
	for _, a := range d.commands.Catalogue().Agencies {
		if a.Slug != "eige" {
			d.recorded(a.Slug, "Work of "+a.Short, under("training"))
		}
	}
	d.now = at(t, "2027-02-20 10:00")
	for _, a := range d.commands.Catalogue().Agencies[:9] {
		if a.Slug != "eige" && a.Slug != "frontex" {
			d.recorded(a.Slug, "More work of "+a.Short, under("prevention"))
		}
	}
	d.change("program", "contact", func(ch *store.Change) error {
		p, err := ch.Person(d.people["frontex"])
		if err != nil {
			return err
		}
		p = p.Clone()
		p.RemovedAt = ch.At
		return ch.PutPerson(p)
	})
	c := d.conversation()
	c.rounds("2027-03-01 12:00")
	c.rounds("2027-03-08 12:00")
	d.say("cepol", "record Course for consular staff, May 2027")
	c.rounds("2027-03-16 12:00")
	c.golden("silence")
	if rows := d.rowsOf("silent"); strings.Contains(strings.Join(rows, " "), ".r2") {
		t.Errorf("somebody was told twice: %v", rows)
	}
}

// TestSilenceOfManyIsOneWord tells a coordinator once of all agencies that
// nobody acts for, whether they were ever heard of or not; one that is heard of
// in the meantime, or has a contact point, is no part of it.
func TestSilenceOfManyIsOneWord(t *testing.T) {
	d := open(t)
	d.recorded("fra", "Report", under("gender-child"))
	d.recorded("cepol", "Webinar", under("training"))
	d.change("program", "contact", func(ch *store.Change) error {
		for _, agency := range []string{"easo", "emcdda", "eige", "fra", "frontex"} {
			p, err := ch.Person(d.people[agency])
			if err != nil {
				return err
			}
			p = p.Clone()
			p.RemovedAt = ch.At
			if err := ch.PutPerson(p); err != nil {
				return err
			}
		}
		return nil
	})
	c := d.conversation()
	d.now = at(t, "2027-03-01 09:00")
	d.planned()
	d.say("atc", "record Study of forced begging agency:eige when:2027")
	c.until("2027-03-01 10:00", "atc", "europol")
	c.golden("silences")
	if rows := d.rowsOf("silent"); len(rows) != 6 {
		t.Errorf("%d words: %v", len(rows), rows)
	}
	d.now = at(t, "2027-03-08 09:00")
	d.planned()
	if posts := count(to("atc", d.due(d.now)), store.RowSilent); posts != 0 {
		t.Errorf("told again: %d", posts)
	}
	d.now = at(t, "2027-06-14 09:00") // EIGE has fallen silent since, the others were told of
	d.planned()
	if posts := to("atc", d.due(d.now)); count(posts, store.RowSilent) != 1 || !strings.Contains(posts[0].Text, "Nothing has come from EIGE since") {
		t.Errorf("a later silence: %v", posts)
	}
}

// TestSilentWordNoLongerHolds drops the word to an agency that was heard in
// the meantime, and a later silence gets a word of its own.
func TestSilentWordNoLongerHolds(t *testing.T) {
	d := open(t)
	d.now = at(t, "2027-03-01 09:00")
	d.planned()
	d.recorded("eige", "Report", under("gender-child"))
	posts := to("eige", d.due(at(t, "2027-03-01 10:00")))
	if len(posts) != 0 {
		t.Errorf("told all the same: %v", posts)
	}
	d.now = at(t, "2027-06-07 09:00")
	d.planned()
	if posts := to("eige", d.due(at(t, "2027-06-07 10:00"))); len(posts) != 1 {
		t.Errorf("the later silence: %v", posts)
	}
}

func TestSilentIsNeverNamedWhereSwitchedOff(t *testing.T) {
	d := open(t, func(cfg *commands.Config) { cfg.Rules.KeepSilent = true })
	d.recorded("cepol", "Webinar", under("training"))
	var all []post
	for d.now.Before(at(t, "2027-04-20 09:00")) {
		d.planned()
		all = append(all, d.due(d.now.Add(24*time.Hour))...)
	}
	for _, p := range all {
		if p.Kind == store.RowDigest && strings.Contains(p.Text, "EIGE") {
			t.Errorf("named: %s", p.Text)
		}
	}
}

// TestDigestNamesNobody holds that a digest has no person in it.
func TestDigestNamesNobody(t *testing.T) {
	d := open(t)
	fill(d)
	d.now = at(t, "2026-11-30 09:00")
	d.planned()
	for _, p := range d.due(d.now) {
		if p.Kind == store.RowDigest && (strings.Contains(p.Text, "@") || strings.Contains(p.Text, "P1")) {
			t.Errorf("a person stands in the digest:\n%s", p.Text)
		}
	}
}
