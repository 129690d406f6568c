package outbox

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"thbot/store"
)

// TestOutages holds that an outage over a due slot, of thbot itself or of the
// platform, leaves one digest, on time or marked late, and one reminder, and
// that nothing is posted again unseen.
func TestOutages(t *testing.T) {
	slot := "2026-11-30 09:00" // a Monday's digest
	for _, long := range []time.Duration{time.Second, time.Minute, 2 * time.Hour, 72 * time.Hour} {
		for _, who := range []string{"thbot is down", "the platform takes nothing", "the platform takes all and says nothing", "the platform takes the first and says nothing"} {
			t.Run(fmt.Sprint(who, " for ", long), func(t *testing.T) {
				p := open(t)
				begin := at(t, slot).Add(-long / 72)
				end := begin.Add(long)
				c := p.live(&town{out: func(now time.Time, _ string) bool { return !now.Before(begin) && now.Before(end) }})
				switch who {
				case "the platform takes all and says nothing":
					c.take = func(int) bool { return true }
				case "the platform takes the first and says nothing":
					c.take = func(n int) bool { return n == 1 }
				}
				p.say("cepol", "record Course on forced labour for judges in Romania, March 2027")
				if p.now = begin; who == "thbot is down" {
					p.now = end
				}
				for p.now.Before(end.Add(3 * time.Hour)) {
					if err := p.commands.PlanDigests(t.Context(), p.now); err != nil {
						t.Fatal(err)
					}
					p.deliver()
					step := 15 * time.Second
					if p.now.Before(end.Add(-10 * time.Minute)) {
						step = max(step, long/144)
					}
					p.now = p.now.Add(step)
				}
				p.oneDigest(c, at(t, slot), end)
			})
		}
	}
}

// oneDigest holds that the slot has one digest, marked late where it is.
func (p *post) oneDigest(c *town, slot, end time.Time) {
	p.t.Helper()
	var digests []*store.Row
	err := p.store.View(p.t.Context(), func(v *store.View) error {
		return v.Rows(store.RowDigest+":", func(r *store.Row) bool {
			digests = append(digests, r)
			return true
		})
	})
	if err != nil || len(digests) != 1 || digests[0].State != store.Delivered {
		p.t.Fatalf("%d digests, the first %+v: %v", len(digests), digests, err)
	}
	got := c.in("channel")
	if len(got) != len(digests[0].Parts) {
		p.t.Fatalf("%d posts for %d parts", len(got), len(digests[0].Parts))
	}
	p.once(c)
	late := got[0].at.Sub(slot)
	if marked := strings.Contains(got[0].body, "due on") || strings.Contains(got[0].body, "late"); marked != (late >= 30*time.Minute) {
		p.t.Errorf("%s late, marked: %t: %.300s", late, marked, got[0].body)
	}
	if end.After(slot) && late > end.Sub(slot)+40*time.Minute {
		p.t.Errorf("%s late after an outage until %s", late, end.Sub(slot))
	}
}

// once holds that no key stands twice and nothing was posted unseen.
func (p *post) once(c *town) {
	p.t.Helper()
	c.once(p.t.(*testing.T), len(c.standing()))
}

// TestClockSteps holds that a clock which jumps by an hour or a day, forward or
// back, and is set right ten minutes later, at any state of a row, costs no
// message and doubles none. The Coordinator's office may have been told meanwhile
// that one came too late.
func TestClockSteps(t *testing.T) {
	for _, step := range []time.Duration{time.Hour, -time.Hour, 24 * time.Hour, -24 * time.Hour} {
		for name, reach := range states {
			t.Run(fmt.Sprint(name, " ", step), func(t *testing.T) {
				p := open(t)
				c := p.live(new(town))
				reach(p, c)
				real := p.now
				p.now = real.Add(step)
				for range 40 { // ten minutes by the wrong clock
					p.deliver()
					p.now = p.now.Add(15 * time.Second)
				}
				p.now = real.Add(10 * time.Minute)
				p.until(p.now.Add(30*time.Hour), time.Minute)
				p.once(c)
				if row := p.row(kind, reader); row.State != store.Delivered || c.standing()[partKey(row, 0)] != 1 {
					t.Errorf("%s: %s; posts: %v", row.State, row.Reason, c.standing())
				}
			})
		}
	}
}

// states brings one row, a reminder that lapses after two hours, to a state.
var states = map[string]func(p *post, c *town){
	"waiting, due later": func(p *post, c *town) { p.reminder(10 * time.Minute) },
	"waiting, due":       func(p *post, c *town) { p.reminder(0) },
	"told to wait": func(p *post, c *town) {
		p.reminder(0)
		c.wait = func(string) time.Duration { return time.Minute }
		p.deliver()
		c.wait = nil
	},
	"in doubt, not there": func(p *post, c *town) { p.doubted(c, 0) },
	"in doubt, there": func(p *post, c *town) {
		c.take = func(int) bool { return true }
		p.doubted(c, 0)
	},
	"looked up once": func(p *post, c *town) {
		p.doubted(c, 0)
		p.now = p.now.Add(lookAgain)
		p.deliver()
	},
	"claimed, then killed before the post": func(p *post, c *town) { p.cut(c, false) },
	"posted, then killed":                  func(p *post, c *town) { p.cut(c, true) },
	"delivered after a doubt": func(p *post, c *town) {
		c.take = func(int) bool { return true }
		p.doubted(c, 0)
		p.now = p.now.Add(lookAgain)
		p.deliver()
	},
	"made twice, not healed": func(p *post, c *town) {
		c.take, c.lag = func(int) bool { return true }, time.Minute
		p.doubted(c, 0)
		for range 2 {
			p.now = p.now.Add(lookAgain)
			p.deliver()
		}
	},
}

func (p *post) reminder(in time.Duration) {
	p.t.Helper()
	p.rows(p.state("europol"), 1, func(_ int, r *store.Row) {
		r.Due, r.Lapses = p.now.Add(in).UTC(), p.now.Add(2*time.Hour).UTC()
	}, reader)
}

// doubted has an attempt get no answer.
func (p *post) doubted(c *town, in time.Duration) {
	p.t.Helper()
	p.reminder(in)
	begin := p.now
	c.out = func(now time.Time, _ string) bool { return now.Equal(begin) }
	p.deliver()
	c.out = nil
}

// cut leaves a row as a process does that is killed around its post.
func (p *post) cut(c *town, posted bool) {
	p.t.Helper()
	p.reminder(0)
	if posted {
		begin := p.now
		c.take = func(int) bool { return true }
		c.out = func(now time.Time, _ string) bool { return now.Equal(begin) }
	} else {
		c.out = func(time.Time, string) bool { return true }
	}
	p.deliver()
	c.out = nil
	err := p.store.Deliver(p.t.Context(), func(d *store.Delivery) error {
		return d.Rows("", func(r *store.Row) bool {
			if r.Kind == kind {
				r.State, r.Ambiguous, r.Doubted, r.Looks = store.Claimed, false, false, 0
				r.LeaseUntil = p.now.Add(lease).UTC()
				r.Due = r.LeaseUntil
				p.cutRow = r
			}
			return true
		})
	})
	if err == nil {
		err = p.store.Deliver(p.t.Context(), func(d *store.Delivery) error {
			_, err := d.PutRow(p.cutRow)
			return err
		})
	}
	if err != nil {
		p.t.Fatal(err)
	}
	p.live(c)
}
