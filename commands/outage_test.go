package commands_test

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"thbot/commands"
	"thbot/commands/overlap"
	"thbot/store"
)

// outages are how long nothing ran over a slot that was due, and what became
// of its digest.
var outages = []struct {
	length time.Duration
	starts string
}{
	{0, "Week 49: 1 new"},
	{time.Second, "Week 49: 1 new"},
	{time.Minute, "Week 49: 1 new"},
	{2 * time.Hour, "Week 49 (late, it was due Monday 30 November, 09:00): 1 new"},
	{72 * time.Hour, "Week 49 (late, it was due Monday 30 November, 09:00): 1 new"},
}

// TestDigestOverOutages holds that a round over which nothing ran is posted
// once, on time or marked late, and that what it told is not told again.
func TestDigestOverOutages(t *testing.T) {
	for _, o := range outages {
		d := open(t)
		d.recorded("cepol", "Webinar", under("training"))
		due := at(t, "2026-11-30 09:00")
		posts := d.ticks(due.Add(-3*time.Second), due.Add(-time.Second), time.Second)
		posts = append(posts, d.ticks(due.Add(o.length), due.Add(o.length+time.Hour), 10*time.Minute)...)
		if got := to(channel, posts); len(got) != 1 || !strings.HasPrefix(got[0].Text, o.starts) {
			t.Errorf("after %s: %s", o.length, posted(got))
		}
		posts = d.ticks(at(t, "2026-12-07 08:59"), at(t, "2026-12-07 09:05"), time.Minute)
		if got := to(channel, posts); len(got) != 1 || got[0].Text != "Week 50: nothing new." {
			t.Errorf("a week after %s: %s", o.length, posted(got))
		}
	}
}

// TestDigestTooLate holds that a round is not made up after 72 hours, and that
// its row says so to those who look.
func TestDigestTooLate(t *testing.T) {
	d := open(t)
	d.now = at(t, "2026-12-03 09:01")
	d.planned()
	var rows []store.Row
	d.view(func(v *store.View) error {
		return v.Rows(store.RowDigest+":", func(r *store.Row) bool { rows = append(rows, *r); return true })
	})
	if len(rows) != 1 || !d.now.After(rows[0].Lapses) {
		t.Errorf("rows: %+v", rows)
	}
}

// ticks looks every so often whether something is due, as a program that runs
// does, and delivers it.
func (d *desk) ticks(from, to time.Time, every time.Duration) (posts []post) {
	d.t.Helper()
	for now := from; !now.After(to); now = now.Add(every) {
		d.now = now
		d.planned()
		posts = append(posts, d.due(now)...)
	}
	return posts
}

// TestDigestOverSteps steps the clock by an hour or a day, forth and back, while
// a daily digest goes into two channels and sometimes nothing can be sent. It
// holds that each round is posted there once, or gave way to a newer one.
func TestDigestOverSteps(t *testing.T) {
	channels := []string{"slack/T1/C1", "mattermost/T2/C2"}
	engine, err := overlap.New(overlap.Options{}) // made once, since it takes a while
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(rt *rapid.T) {
		d := open(t, func(cfg *commands.Config) {
			cfg.Engine, cfg.Rules.Digest, cfg.Rules.Channels = engine, "0 9 * * *", channels
		})
		defer d.close()
		truth, wrong := at(t, "2026-11-24 12:00"), time.Duration(0)
		posts := map[string]int{}
		for truth.Before(at(t, "2026-11-29 12:00")) {
			truth = truth.Add(90 * time.Minute)
			if rapid.IntRange(0, 9).Draw(rt, "step") == 0 {
				wrong = rapid.SampledFrom([]time.Duration{0, time.Hour, -time.Hour, 24 * time.Hour, -24 * time.Hour}).Draw(rt, "wrong")
			}
			d.now = truth.Add(wrong)
			d.planned()
			if rapid.IntRange(0, 3).Draw(rt, "held up") > 0 {
				countDigests(posts, d.due(d.now))
			}
		}
		d.now = truth
		d.planned()
		countDigests(posts, d.due(d.now))
		for post, n := range posts {
			if n > 1 {
				rt.Fatalf("%s was posted %d times", post, n)
			}
		}
		d.view(func(v *store.View) error {
			for _, channel := range channels {
				newer := false
				for day := 29; day >= 25; day-- {
					slot := time.Date(2026, 11, day, 8, 0, 0, 0, time.UTC).Format("2006-01-02T15:04Z")
					r, err := v.Row(store.RowKey(store.RowDigest, "-", slot, channel))
					if err != nil || !newer && (r == nil || r.State != store.Delivered) || r != nil && r.Open() {
						rt.Fatalf("the round of %s is missed in %s: %+v (%v)", slot, channel, r, err)
					}
					newer = newer || r != nil
				}
			}
			return nil
		})
	})
}

// countDigests counts the digests that were posted by channel and label.
func countDigests(into map[string]int, posts []post) {
	for _, p := range posts {
		if p.Kind == store.RowDigest && p.Dropped == "" {
			into[p.To+" "+strings.SplitN(p.Text, ":", 2)[0]]++
		}
	}
}

// TestRemindersOverAnOutage holds that of reminders that were due over an
// outage only the last one goes out, and none of another the same day.
func TestRemindersOverAnOutage(t *testing.T) {
	for _, test := range []struct{ back, want string }{
		{"2026-11-26 10:00", "2026-11-26 10:00, 2026-12-07 10:00, 2026-12-10 08:00"},
		{"2026-11-28 23:00", "2026-11-28 23:00, 2026-12-07 10:00, 2026-12-10 08:00"},
		{"2026-12-07 09:30", "2026-12-07 09:30, 2026-12-10 08:00"}, // that of 10:00 would be the second of the day
		{"2026-12-08 12:00", "2026-12-08 12:00, 2026-12-10 08:00"},
		{"2026-12-10 07:00", "2026-12-10 07:00"},
		{"2026-12-10 09:59", "2026-12-10 09:59"},
		{"2026-12-10 10:00", ""},
	} {
		d := open(t)
		d.say("atc", "meeting add Contact points 2026-12-10 10:00")
		d.due(at(t, "2026-11-24 12:00"))
		d.now = at(t, test.back)
		var got []string
		for _, p := range to("cepol", d.due(at(t, "2026-12-11 10:00"))) {
			if p.Kind == store.RowReminder {
				got = append(got, p.At.Format("2006-01-02 15:04"))
			}
		}
		if s := strings.Join(got, ", "); s != test.want {
			t.Errorf("back at %s: reminded at %s, want %s", test.back, s, test.want)
		}
	}
}

// TestInvitationCoversItsDay holds that whoever is invited is not reminded on
// the same day for being so many days ahead, and is when hours ahead.
func TestInvitationCoversItsDay(t *testing.T) {
	for start, want := range map[string]int{"2026-11-27 10:30": 1, "2026-11-27 10:05": 1, "2026-11-28 10:30": 2, "2026-11-24 14:00": 1, "2026-12-08 11:00": 2} {
		d := open(t)
		d.say("atc", "meeting add Contact points "+start)
		n := 0
		for _, p := range to("cepol", d.due(at(t, "2026-12-20 10:00"))) {
			if p.Kind == store.RowReminder {
				n++
			}
		}
		if n != want {
			t.Errorf("%s: %d reminders, want %d", start, n, want)
		}
	}
}

// TestStandIn tells whoever stands in why a message comes, and sends one copy
// where two of those who are away have the same deputy, or the deputy gets one
// anyway.
func TestStandIn(t *testing.T) {
	d := open(t)
	d.change("program", "contact", func(ch *store.Change) error {
		p := &store.Person{Role: store.ContactPoint, Agency: "europol", Accounts: []store.Account{{AccountID: account("europol2"), Name: "europol2"}}}
		err := ch.AddPerson(p)
		d.people["europol2"] = p.ID
		return err
	})
	d.say("europol", "away 2026-11-25..2026-12-08 @europol2")
	d.say("atc", "meeting add Contact points 2026-12-10 10:00")
	c := d.conversation()
	c.until("2026-11-26 12:00", "europol", "europol2")
	d.say("europol2", "away 2026-12-01..2026-12-08 @europol-deputy")
	d.say("europol", "away 2026-11-25..2026-12-08 @europol-deputy")
	c.until("2026-12-09 12:00", "europol", "europol2")
	c.golden("standin")
}
