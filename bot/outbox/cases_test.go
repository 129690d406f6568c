package outbox

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"thbot/bot/chat"
	"thbot/commands"
	"thbot/store"
)

// TestHeals holds that of two posts with one key the earlier stays.
func TestHeals(t *testing.T) {
	p := open(t)
	c := p.live(new(town))
	states["made twice, not healed"](p, c)
	if n := len(c.in("europol")); n != 2 {
		t.Fatalf("%d posts before", n)
	}
	p.until(p.now.Add(3*time.Hour), time.Minute)
	got := c.in("europol")
	row := p.row(kind, reader)
	if len(got) != 1 || got[0].id != "post1" || row.Parts[0].PostID != "post1" || !row.HealAt.IsZero() {
		t.Fatalf("%d posts, the row names %s", len(got), row.Parts[0].PostID)
	}
	if n := p.outbox.Counts(); n.Healed != 1 || n.Again != 1 || n.Unknown != 1 {
		t.Errorf("counts %+v", n)
	}
}

// TestHealedIsUpToDate holds that an edit made to the post that is removed is
// made to the one that stays.
func TestHealedIsUpToDate(t *testing.T) {
	p := open(t)
	c := p.live(new(town))
	p.say("cepol", "record Webinar on indicators of labour exploitation for labour inspectors in Romania, March 2027")
	p.say("eurofound", "record Webinar on indicators of labour exploitation for labour inspectors in Romania, April 2027")
	p.now = p.now.Add(time.Hour)
	first := p.now
	c.take, c.lag = func(int) bool { return true }, 30*time.Second+time.Millisecond
	c.out = func(now time.Time, _ string) bool { return now.Equal(first) }
	for range 3 {
		p.deliver()
		p.now = p.now.Add(lookAgain)
	}
	p.say("cepol", "overlap O1 dismiss")
	p.deliver()
	p.until(p.now.Add(3*time.Hour), time.Minute)
	var told []*house
	for _, h := range c.in("cepol") {
		if strings.HasPrefix(h.key, store.RowFlag) {
			told = append(told, h)
		}
	}
	if len(told) != 1 || !strings.Contains(told[0].body, "dismissed") && !strings.Contains(told[0].body, "not a duplicate") {
		t.Fatalf("%d flags: %+v", len(told), told)
	}
}

// TestMovedAfterItsReminder holds that a meeting moved after its first reminder
// is told once to each of those reminded, and that each new reminder comes once.
func TestMovedAfterItsReminder(t *testing.T) {
	p := open(t)
	c := p.live(new(town))
	p.say("atc", "meeting add Autumn meeting 2026-12-16 10:00")
	p.until(at(t, "2026-12-02 12:00"), time.Hour)
	p.now = at(t, "2026-12-02 12:00")
	p.say("atc", `meeting edit M1 when:"2026-12-18 10:00"`)
	p.until(at(t, "2026-12-19 12:00"), time.Hour)
	p.once(c)
	kinds := map[string]int{}
	for key := range c.standing() {
		parts := strings.Split(key, ":")
		kinds[parts[0]+" "+parts[1]]++
	}
	for what, want := range map[string]int{"invitation M1.r1": 10, "reminder M1.r1": 10, "moved M1.r2": 10, "reminder M1.r2": 30} {
		if kinds[what] != want {
			t.Errorf("%s went out %d times, not %d", what, kinds[what], want)
		}
	}
	if len(kinds) != 4 {
		t.Errorf("messages: %v", kinds)
	}
}

// TestReopened holds that an overlap that opens again is told once more, once.
func TestReopened(t *testing.T) {
	p := open(t)
	c := p.live(new(town))
	flags := func() (n int) {
		for key := range c.standing() {
			if strings.HasPrefix(key, store.RowFlag+":") {
				n++
			}
		}
		return n
	}
	p.say("cepol", "record Webinar on indicators of labour exploitation for labour inspectors in Romania, March 2027")
	p.say("eurofound", "record Webinar on indicators of labour exploitation for labour inspectors in Romania, April 2027")
	p.until(p.now.Add(time.Hour), time.Minute)
	if flags() != 1 {
		t.Fatalf("%d flags", flags())
	}
	p.say("cepol", "overlap O1 dismiss")
	p.until(p.now.Add(time.Hour), time.Minute)
	p.say("eurofound", "update A2 when:2027-05 title:\"Webinar on indicators of labour exploitation for labour inspectors in Romania and Bulgaria\"")
	p.until(p.now.Add(time.Hour), time.Minute)
	p.once(c)
	if flags() != 2 {
		t.Errorf("%d flags after it was opened again", flags())
	}
}

// TestAnswerBetweenClaimAndSend holds that what was answered, or left the
// roster, while a message was built or waited for its next attempt is not sent.
func TestAnswerBetweenClaimAndSend(t *testing.T) {
	answer := func(p *post) { p.say("europol", "meeting away M1") }
	for name, c := range map[string]func(p *post, c *town){
		"while the account is asked for": func(p *post, c *town) {
			asked := false
			p.live(c, func(_ *Config, one *Chat) {
				one.Directory = directory{active: func() bool {
					if !asked && p.now.After(at(p.t, "2026-12-01 00:00")) {
						asked = true
						answer(p)
					}
					return true
				}}
			})
		},
		"while it is told to wait": func(p *post, c *town) {
			c.wait = func(place string) time.Duration {
				if place != account("europol").String() || p.now.Before(at(p.t, "2026-12-01 00:00")) || c.wait == nil {
					return 0
				}
				c.wait = nil
				answer(p)
				return time.Minute
			}
		},
		"while it is looked up": func(p *post, c *town) {
			said := false
			c.out = func(now time.Time, place string) bool {
				dead := !said && place == account("europol").String() && now.After(at(p.t, "2026-12-01 00:00"))
				said = said || dead
				return dead
			}
			p.later = func() {
				if said {
					p.later = nil
					answer(p)
				}
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			p := open(t)
			town := p.live(new(town))
			c(p, town)
			p.say("atc", "meeting add Autumn meeting 2026-12-16 10:00")
			for p.now.Before(at(t, "2026-12-02 12:00")) {
				p.deliver()
				if p.later != nil {
					p.later()
				}
				if step := 10 * time.Minute; p.now.Before(at(t, "2026-12-02 09:50")) {
					p.now = p.now.Add(step)
				} else {
					p.now = p.now.Add(15 * time.Second)
				}
			}
			row := p.keyed("reminder:M1.r1:14d:P2")
			if row.State != store.Dropped || row.Reason != "already answered" || town.standing()[partKey(row, 0)] != 0 {
				t.Errorf("the reminder is %s (%s)", row.State, row.Reason)
			}
			p.once(town)
		})
	}
}

// keyed gives the row with the key.
func (p *post) keyed(key string) (row *store.Row) {
	p.t.Helper()
	err := p.store.View(p.t.Context(), func(v *store.View) (err error) {
		row, err = v.Row(key)
		return err
	})
	if err != nil || row == nil {
		p.t.Fatalf("no row %s: %v", key, err)
	}
	return row
}

// directory answers for accounts.
type directory struct {
	active func() bool
	gone   map[string]bool
	zone   *time.Location
}

var _ chat.Directory = directory{}

func (d directory) Resolve(context.Context, store.AccountID, string) (store.Account, error) {
	return store.Account{}, errors.New("not asked")
}

func (d directory) Active(_ context.Context, id store.AccountID) (bool, error) {
	if d.active != nil && id.User == "europol" {
		return d.active(), nil
	}
	return !d.gone[id.User], nil
}

func (d directory) Zone(context.Context, store.AccountID) (*time.Location, error) { return d.zone, nil }

// TestDeactivated holds that nobody is written to on an account that is gone,
// and that the Coordinator's office hears of it, once.
func TestDeactivated(t *testing.T) {
	p := open(t)
	c := p.live(new(town), func(_ *Config, one *Chat) { one.Directory = directory{gone: map[string]bool{"europol": true}} })
	p.rows(p.state("europol"), 3, nil, reader)
	p.rows(p.state("fra"), 1, nil, "P9")
	p.until(p.now.Add(5*time.Hour), time.Minute)
	if len(c.in("europol")) != 0 || len(c.in("fra")) != 1 {
		t.Errorf("to Europol %d, to FRA %d", len(c.in("europol")), len(c.in("fra")))
	}
	told := c.in("atc")
	if len(told) != 1 || !strings.Contains(told[0].body, "3 messages could not be delivered") || !strings.Contains(told[0].body, notActive) {
		t.Errorf("the office was told %d times: %+v", len(told), told)
	}
}

// TestReadersOwnZone holds that quiet hours follow the reader's profile where
// the chat knows it: at 10:00 in Brussels it is 04:00 in New York.
func TestReadersOwnZone(t *testing.T) {
	p := open(t)
	york, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	c := p.live(new(town), func(_ *Config, one *Chat) { one.Directory = directory{zone: york} })
	p.rows(p.state("europol"), 1, nil, reader)
	p.until(p.now.Add(10*time.Hour), time.Minute)
	if got := c.in("europol"); len(got) != 1 || !got[0].at.Equal(at(t, "2026-11-24 13:00")) {
		t.Fatalf("%d posts, %+v", len(got), got)
	}
}

// TestTwoChatsTwoAccounts holds that a person with an account in each of two
// chats gets a message once, on the one used last, and on the other when that is
// gone; and that each chat's channel gets its own digest.
func TestTwoChatsTwoAccounts(t *testing.T) {
	p := open(t)
	chats := map[string]*town{"console": {now: func() time.Time { return p.now }}, "slack": {now: func() time.Time { return p.now }}}
	other := store.AccountID{Platform: "slack", Workspace: "T1", User: "U2"}
	err := p.store.Update(t.Context(), store.By{Actor: "P11", Op: "contact", At: p.now}, func(ch *store.Change) error {
		person, err := ch.Person(2)
		if err != nil {
			return err
		}
		person = person.Clone()
		person.Accounts = append(person.Accounts, store.Account{AccountID: other, Name: "europol"})
		return ch.PutPerson(person)
	})
	if err != nil {
		t.Fatal(err)
	}
	if p.commands, err = commands.New(commands.Config{Store: p.store, Rules: commands.Rules{Channels: []string{"console//channel", "slack/T1/C1"}}}); err != nil {
		t.Fatal(err)
	}
	gone := directory{gone: map[string]bool{}}
	p.outbox = New(Config{Commands: p.commands, Workers: 4, Chats: map[string]Chat{
		"console": {Poster: chats["console"], Directory: gone}, "slack": {Poster: chats["slack"], Directory: gone},
	}})
	tell := func(want string) {
		t.Helper()
		before := map[string]int{"console": len(chats["console"].posts), "slack": len(chats["slack"].posts)}
		p.rows(p.state("europol"), 1, func(_ int, r *store.Row) { r.Slot = fmt.Sprint(p.now) }, reader)
		p.deliver()
		for name, c := range chats {
			n := len(c.posts) - before[name]
			if name == want && n != 1 || name != want && n != 0 {
				t.Errorf("%d posts in %s, one wanted in %s", n, name, want)
			}
		}
		p.now = p.now.Add(time.Minute)
	}
	tell("console")
	p.commands.Handle(t.Context(), commands.Request{Account: other, Now: p.now, Text: "whoami"})
	tell("slack")
	gone.gone["U2"] = true
	tell("console")
	p.now = at(t, "2026-11-30 09:00")
	if err := p.commands.PlanDigests(t.Context(), p.now); err != nil {
		t.Fatal(err)
	}
	p.deliver()
	for name, c := range chats {
		digests := 0
		for key, n := range c.standing() {
			if strings.HasPrefix(key, "digest:") {
				digests += n
			}
		}
		if digests == 0 || digests > 2 {
			t.Errorf("%d posts of the digest in %s", digests, name)
		}
	}
}

// TestChangedOnItsWay holds that what changes while a message is on its way is
// edited into it once it is there.
func TestChangedOnItsWay(t *testing.T) {
	p := open(t)
	c := new(town)
	changed := false
	c.meet = func(_ context.Context, post chat.Post) error {
		if strings.HasPrefix(post.Key, store.RowFlag) && !changed {
			changed = true
			p.say("eurofound", "withdraw A2")
		}
		return nil
	}
	p.live(c)
	p.say("cepol", "record Webinar on indicators of labour exploitation for labour inspectors in Romania, March 2027")
	p.say("eurofound", "record Webinar on indicators of labour exploitation for labour inspectors in Romania, April 2027")
	p.now = p.now.Add(time.Hour)
	p.until(p.now.Add(time.Hour), time.Minute)
	got := c.in("cepol")
	if len(got) == 0 || !strings.Contains(got[0].body, "withdrew") {
		t.Fatalf("%d posts, the first: %+v", len(got), got[0])
	}
}

// TestFewerParts holds that a digest posted again with fewer parts leaves none
// of the old ones.
func TestFewerParts(t *testing.T) {
	p := open(t)
	c := p.live(new(town))
	row := store.Row{Kind: store.RowDigest, Subject: "-", Slot: "2026-11-23T08:00Z", Destination: "console//channel"}
	err := p.store.Deliver(t.Context(), func(d *store.Delivery) error {
		if _, err := d.Plan(p.now, &row); err != nil {
			return err
		}
		row.State, row.DoneAt = store.Delivered, p.now
		for i := range 4 {
			id := fmt.Sprintf("post%d", i+1)
			c.posts = append(c.posts, &house{id: id, key: fmt.Sprintf("%s/%d", row.Key, i+1), place: "console//channel"})
			row.Parts = append(row.Parts, store.Part{PostID: id})
		}
		_, err := d.PutRow(&row)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	p.now = p.now.Add(time.Minute)
	p.say("atc", "digest post")
	p.deliver()
	got := c.in("channel")
	if len(got) == 0 || len(got) >= 4 || got[0].id != "post1" || c.edits != len(got) {
		t.Fatalf("%d posts, %d edits", len(got), c.edits)
	}
}
