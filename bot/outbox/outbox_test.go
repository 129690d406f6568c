package outbox

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"thbot/bot/chat"
	"thbot/commands"
	"thbot/store"
	"thbot/store/bolt"
)

// recorder is a chat that works: it keeps what is posted, and can be told to
// fail the next attempts.
type recorder struct {
	posts []recorded
	edits int
	next  []outcome
}

type recorded struct {
	id, key, place, text string
}

// outcome is how an attempt is to end; arrived posts the message all the same.
type outcome struct {
	chat.Outcome
	arrived bool
}

func (r *recorder) Render(m *commands.Message) ([]json.RawMessage, error) {
	b, err := json.Marshal(m.Text())
	return []json.RawMessage{b}, err
}

func (r *recorder) Send(_ context.Context, p chat.Post) chat.Outcome {
	told := outcome{arrived: true}
	if len(r.next) > 0 {
		told, r.next = r.next[0], r.next[1:]
	}
	if told.arrived {
		told.ID = fmt.Sprintf("post%d", len(r.posts)+1)
		r.posts = append(r.posts, recorded{told.ID, p.Key, p.Place.String(), string(p.Body)})
	}
	return told.Outcome
}

func (r *recorder) Edit(_ context.Context, id string, p chat.Post) chat.Outcome {
	if len(r.next) > 0 {
		told := r.next[0]
		r.next = r.next[1:]
		return told.Outcome
	}
	for i := range r.posts {
		if r.posts[i].id == id {
			r.posts[i].text = string(p.Body)
			r.edits++
		}
	}
	return chat.Outcome{ID: id}
}

func (r *recorder) Find(_ context.Context, place chat.Place, key string, _ time.Time) (ids []string, err error) {
	for _, p := range r.posts {
		if p.key == key && p.place == place.String() {
			ids = append(ids, p.id)
		}
	}
	return ids, nil
}

func (r *recorder) Delete(context.Context, chat.Place, string) error { return nil }

// to gives the posts in a user's direct messages.
func (r *recorder) to(user string) (texts []string) {
	for _, p := range r.posts {
		if strings.HasSuffix(p.place, "/"+user) {
			texts = append(texts, p.text)
		}
	}
	return texts
}

// post is an outbox over a real store, with the contact points P1 to P10, the
// Coordinator's office P11 and a deputy of Europol P12.
type post struct {
	t        testing.TB
	store    *store.Store
	commands *commands.Commands
	chat     *recorder
	outbox   *Outbox
	now      time.Time
	sent     []Sent
	cutRow   *store.Row
	later    func()
}

func open(t *testing.T) *post { t.Helper(); return openFor(t) }

// folder is a place for a store: in memory where the system has one there,
// since a disk would be waited for at every change.
func folder(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("/dev/shm", "thbot-test-")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

func openFor(t testing.TB) *post {
	t.Helper()
	db, err := bolt.Open(filepath.Join(folder(t), "thbot.db"))
	if err != nil {
		t.Fatal(err)
	}
	s, err := store.Open(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	c, err := commands.New(commands.Config{Store: s, Rules: commands.Rules{Channels: []string{"console//channel"}}})
	if err != nil {
		t.Fatal(err)
	}
	p := &post{t: t, store: s, commands: c, chat: &recorder{}, now: at(t, "2026-11-24 10:00")}
	p.restart()
	err = s.Update(t.Context(), store.By{Actor: store.Program, Op: "setup", At: p.now}, func(ch *store.Change) error {
		for _, a := range c.Catalogue().Agencies {
			if err := add(ch, a.Slug, store.ContactPoint, a.Slug); err != nil {
				return err
			}
		}
		if err := add(ch, "atc", store.Coordinator, ""); err != nil {
			return err
		}
		return add(ch, "europol-deputy", store.Deputy, "europol")
	})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func add(ch *store.Change, name string, role store.Role, agency string) error {
	return ch.AddPerson(&store.Person{Role: role, Agency: agency, Accounts: []store.Account{{AccountID: account(name), Name: name}}})
}

func account(name string) store.AccountID { return store.AccountID{Platform: "console", User: name} }

func at(t testing.TB, s string) time.Time {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Brussels")
	if err != nil {
		t.Fatal(err)
	}
	moment, err := time.ParseInLocation("2006-01-02 15:04", s, zone)
	if err != nil {
		t.Fatal(err)
	}
	return moment
}

// restart forgets all that is not in the store, as a crash does.
func (p *post) restart() {
	p.use(p.chat)
}

// use makes an outbox over another chat, without jitter.
func (p *post) use(c chat.Poster) {
	p.outbox = New(Config{
		Commands: p.commands, Chats: map[string]Chat{"console": {Poster: c}},
		Sent: func(s Sent) { p.sent = append(p.sent, s) },
	})
	p.outbox.jitter = func(d time.Duration) time.Duration { return d }
}

func (p *post) say(user, text string) {
	p.t.Helper()
	reply := p.commands.Handle(p.t.Context(), commands.Request{Account: account(user), Now: p.now, Text: text})
	if reply.Failed {
		p.t.Fatalf("%s: %s", text, reply.Message.Text())
	}
}

func (p *post) deliver() int {
	p.t.Helper()
	n, err := p.outbox.Deliver(p.t.Context(), p.now)
	if err != nil {
		p.t.Fatal(err)
	}
	return n
}

// row gives the only row of the kind to the destination.
func (p *post) row(kind, destination string) *store.Row {
	p.t.Helper()
	var found []*store.Row
	err := p.store.View(p.t.Context(), func(v *store.View) error {
		return v.Rows(kind+":", func(r *store.Row) bool {
			if r.Destination == destination {
				found = append(found, r)
			}
			return true
		})
	})
	if err != nil || len(found) != 1 {
		p.t.Fatalf("%d rows of kind %s to %s: %v", len(found), kind, destination, err)
	}
	return found[0]
}

// plan plans one row for Europol's contact point: a flag on a record of CEPOL.
func (p *post) plan() {
	p.t.Helper()
	p.say("europol", `record "Course on financial investigation of trafficking" when:2027-03 country:RO`)
	p.say("atc", "record agency:europol Conference on trafficking in supply chains when:2027-05")
}

const kind, reader = store.RowEntered, "P2"

func TestDelivers(t *testing.T) {
	p := open(t)
	p.plan()
	p.now = p.now.Add(time.Hour)
	p.deliver()
	row := p.row(kind, reader)
	if row.State != store.Delivered || row.Parts[0].Body != nil || row.Parts[0].PostID == "" || row.Attempt != 0 {
		t.Fatalf("row after delivery: %+v", row)
	}
	if n := len(p.chat.to("europol")); n != 1 {
		t.Fatalf("%d posts", n)
	}
	if n := p.deliver(); n != 0 || len(p.chat.posts) != len(p.sent) {
		t.Fatalf("a second look handled %d; %d posts, %d told", n, len(p.chat.posts), len(p.sent))
	}
}

// TestOutcomes holds what each outcome of an attempt leaves, and that what
// arrived is never posted twice.
func TestOutcomes(t *testing.T) {
	broken := errors.New("connection reset")
	for _, c := range []struct {
		name  string
		first outcome
		due   time.Duration // of the next attempt or look-up; 0: none
		then  time.Duration // of the one after; 0: none
		ambig bool
		state store.RowState
	}{
		{"arrived but not heard", outcome{chat.Outcome{Verdict: chat.Retry, Err: broken}, true}, lookAgain, 0, true, store.Waiting},
		{"lost on the way", outcome{chat.Outcome{Verdict: chat.Retry, Err: broken}, false}, lookAgain, lookAgain, true, store.Waiting},
		{"told to wait", outcome{chat.Outcome{Verdict: chat.Wait, After: 7 * time.Minute, Err: broken}, false}, 7 * time.Minute, 0, false, store.Waiting},
		{"refused", outcome{chat.Outcome{Verdict: chat.GiveUp, Err: broken}, false}, 0, 0, false, store.Failed},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := open(t)
			p.plan()
			p.now = p.now.Add(time.Hour)
			p.chat.next = []outcome{c.first}
			p.deliver()
			row := p.row(kind, reader)
			if row.State != c.state || row.Ambiguous != c.ambig {
				t.Fatalf("state %s, ambiguous %t", row.State, row.Ambiguous)
			}
			if c.due > 0 && !row.Due.Equal(p.now.Add(c.due)) {
				t.Fatalf("next attempt after %s", row.Due.Sub(p.now))
			}
			p.now = p.now.Add(c.due - time.Second)
			p.deliver()
			if c.due > 0 && p.row(kind, reader).State != store.Waiting {
				t.Fatal("tried again too early")
			}
			p.now = p.now.Add(time.Second)
			p.deliver()
			if c.then > 0 {
				if row := p.row(kind, reader); row.State != store.Waiting || row.Looks != 1 || len(p.chat.to("europol")) != 0 {
					t.Fatalf("after one look-up %s, %d looks", row.State, row.Looks)
				}
				p.now = p.now.Add(c.then)
				p.deliver()
			}
			want := 1
			if c.state == store.Failed {
				want = 0
			} else if s := p.row(kind, reader).State; s != store.Delivered {
				t.Fatalf("then %s", s)
			}
			if got := p.chat.to("europol"); len(got) != want {
				t.Fatalf("%d posts: %q", len(got), got)
			}
		})
	}
}

// TestFailedIsSeen holds that a refused message stands in /thb outbox, and
// that it goes out once when it is sent again.
func TestFailedIsSeen(t *testing.T) {
	p := open(t)
	p.plan()
	p.now = p.now.Add(time.Hour)
	p.chat.next = []outcome{{chat.Outcome{Verdict: chat.GiveUp, Err: errors.New("account disabled")}, false}}
	p.deliver()
	reply := p.commands.Handle(t.Context(), commands.Request{Account: account("atc"), Now: p.now, Text: "outbox"})
	if text := reply.Message.Text(); !strings.Contains(text, "1 failed") || !strings.Contains(text, "refused by the chat") {
		t.Fatal(text)
	}
	button := reply.Message.Buttons()[0]
	p.commands.Handle(t.Context(), commands.Request{Account: account("atc"), Now: p.now, Press: &commands.Press{Action: button.Action, Record: button.Record}})
	p.deliver()
	if got := p.chat.to("europol"); len(got) != 1 {
		t.Fatalf("%d posts", len(got))
	}
}

// silent is a chat that never answers.
type silent struct{ *recorder }

func (silent) Send(context.Context, chat.Post) chat.Outcome {
	return chat.Outcome{Verdict: chat.Retry, Err: errors.New("timeout")}
}

// TestGivesUp holds that a chat which never answers is left in the end, after a
// week, and that the Coordinator's office is told once.
func TestGivesUp(t *testing.T) {
	p := open(t)
	p.plan()
	p.now = p.now.Add(time.Hour)
	from := p.now
	p.use(silent{p.chat})
	attempts := 0
	for p.row(kind, reader).State != store.Failed {
		attempts += p.deliver()
		if p.now = p.now.Add(backoffMost); p.now.Sub(from) > giveUpAfter+2*time.Hour {
			t.Fatal("tried for ever")
		}
	}
	if p.now.Sub(from) < giveUpAfter {
		t.Fatalf("given up after %s", p.now.Sub(from))
	}
	if row := p.row(kind, reader); row.Reason == "" || len(p.chat.to("europol")) != 0 {
		t.Fatalf("after %d attempts %s: %s", attempts, row.State, row.Reason)
	}
	p.restart()
	for range 3 {
		p.now = p.now.Add(24 * time.Hour)
		p.deliver()
	}
	if told := p.chat.to("atc"); len(told) != 1 || !strings.Contains(told[0], "1 message could not be delivered") {
		t.Fatalf("the Coordinator's office was told %q", told)
	}
}

// crash stops the outbox at a post: what was sent is there, what comes after
// never ran.
type crash struct {
	*recorder
	reached chan bool
}

func (c crash) Send(ctx context.Context, p chat.Post) chat.Outcome {
	c.recorder.Send(ctx, p)
	c.reached <- true
	select {}
}

// TestCrash holds that a post made just before a crash is found afterwards,
// once the claim's lease is over, and not made again.
func TestCrash(t *testing.T) {
	p := open(t)
	p.plan()
	p.now = p.now.Add(time.Hour)
	c := crash{p.chat, make(chan bool)}
	p.use(c)
	if _, err := p.outbox.Look(t.Context(), p.now); err != nil {
		t.Fatal(err)
	}
	<-c.reached
	p.restart()
	if row := p.row(kind, reader); row.State != store.Claimed || !row.LeaseUntil.Equal(p.now.Add(lease)) {
		t.Fatalf("after the crash %s until %s", row.State, row.LeaseUntil)
	}
	p.now = p.now.Add(time.Minute)
	p.deliver()
	if p.row(kind, reader).State != store.Claimed {
		t.Fatal("a claim was taken over before its lease was over")
	}
	p.now = p.now.Add(time.Minute)
	p.deliver()
	if row := p.row(kind, reader); row.State != store.Delivered || row.Parts[0].PostID != "post1" {
		t.Fatalf("then %s", row.State)
	}
	if got := p.chat.to("europol"); len(got) != 1 {
		t.Fatalf("%d posts", len(got))
	}
}

// TestCrashesAreNoAttempts holds that a message does not wait longer for having
// been cut off, however often: only what the chat says counts.
func TestCrashesAreNoAttempts(t *testing.T) {
	p := open(t)
	p.plan()
	p.now = p.now.Add(time.Hour)
	key := p.row(kind, reader).Key
	for range 9 {
		if row, err := p.outbox.claim(t.Context(), key, p.now); row == nil || err != nil {
			t.Fatalf("not claimed: %v", err)
		}
		p.now = p.now.Add(lease)
		p.restart()
	}
	lost := outcome{Outcome: chat.Outcome{Verdict: chat.Retry, Err: errors.New("the answer is lost")}}
	p.chat.next = []outcome{lost, lost}
	p.deliver()
	if row := p.row(kind, reader); row.State != store.Waiting || row.Due.Sub(p.now) > lookAgain {
		t.Errorf("after the first attempt that failed it is %s, for %s", row.State, row.Due.Sub(p.now))
	}
}

// takeover claims the row a second time while the first claim is sending.
type takeover struct {
	*recorder
	p *post
}

func (s takeover) Send(ctx context.Context, post chat.Post) chat.Outcome {
	err := s.p.store.Deliver(ctx, func(d *store.Delivery) error {
		row, err := d.Row(strings.TrimSuffix(post.Key, "/1"))
		if err != nil {
			return err
		}
		row.Fence++
		row.Due = s.p.now.Add(lease)
		_, err = d.PutRow(row)
		return err
	})
	if err != nil {
		s.p.t.Error(err)
	}
	return s.recorder.Send(ctx, post)
}

// TestFence holds that an outbox whose claim was taken over writes nothing,
// and goes on with the other rows.
func TestFence(t *testing.T) {
	p := open(t)
	p.plan()
	p.now = p.now.Add(time.Hour)
	p.use(takeover{p.chat, p})
	p.deliver()
	if row := p.row(kind, reader); row.State != store.Claimed {
		t.Fatalf("the slower one wrote %s", row.State)
	}
	p.restart()
	p.now = p.now.Add(lease)
	p.deliver()
	if got := p.chat.to("europol"); len(got) != 1 {
		t.Fatalf("%d posts", len(got))
	}
}

// TestQuiet holds that a direct message waits for the reader's morning, and
// that waiting counts as no attempt.
func TestQuiet(t *testing.T) {
	for _, c := range []struct{ planned, due string }{
		{"2026-11-24 20:30", "2026-11-25 07:00"},
		{"2026-11-27 21:00", "2026-11-30 07:00"},
		{"2026-11-28 12:00", "2026-11-30 07:00"},
	} {
		p := open(t)
		p.now = at(t, c.planned)
		p.plan()
		p.now = p.now.Add(15 * time.Minute)
		p.deliver()
		row := p.row(kind, reader)
		if row.State != store.Waiting || row.Attempt != 0 || !row.Due.Equal(at(t, c.due)) {
			t.Fatalf("%s: %s, attempt %d, due %s", c.planned, row.State, row.Attempt, row.Due)
		}
		p.now = at(t, c.due)
		p.deliver()
		if len(p.chat.to("europol")) != 1 {
			t.Fatalf("%s: not delivered in the morning", c.planned)
		}
	}
}

// TestQuietInTheReadersZone: at 06:30 in Brussels it is 07:30 in Tallinn.
func TestQuietInTheReadersZone(t *testing.T) {
	p := open(t)
	p.now = at(t, "2026-11-25 06:30")
	p.say("atc", "record agency:eu-lisa Interoperability training for SIRENE staff when:2027-05")
	p.say("atc", "record agency:eurofound Study on labour inspection when:2027-06")
	p.now = p.now.Add(15 * time.Minute)
	p.deliver()
	if len(p.chat.to("eu-lisa")) != 1 || len(p.chat.to("eurofound")) != 0 {
		t.Fatalf("to eu-LISA %d, to Eurofound %d", len(p.chat.to("eu-lisa")), len(p.chat.to("eurofound")))
	}
}

func TestDeputyReceives(t *testing.T) {
	p := open(t)
	p.say("europol", "away 2026-11-24..2026-11-27")
	p.plan()
	p.now = p.now.Add(time.Hour)
	p.deliver()
	if len(p.chat.to("europol-deputy")) != 1 || len(p.chat.to("europol")) != 0 {
		t.Fatalf("posts: %v", p.chat.posts)
	}
}

// TestDropped holds that what no longer holds is not sent, with the reason.
func TestDropped(t *testing.T) {
	p := open(t)
	p.plan()
	p.say("atc", "contact remove P2")
	p.now = p.now.Add(time.Hour)
	p.deliver()
	if row := p.row(kind, reader); row.State != store.Dropped || row.Reason == "" || len(p.chat.to("europol")) != 0 {
		t.Fatalf("%s: %s", row.State, row.Reason)
	}
}

// TestRefresh holds that what a delivered message tells is edited in place.
func TestRefresh(t *testing.T) {
	p := open(t)
	p.say("cepol", "record Webinar on indicators of labour exploitation for labour inspectors in Romania, March 2027")
	p.say("eurofound", "record Webinar on indicators of labour exploitation for labour inspectors in Romania, April 2027")
	p.now = p.now.Add(time.Hour)
	p.deliver()
	if n := len(p.chat.to("cepol")); n != 1 {
		t.Fatalf("%d flags", n)
	}
	before := p.chat.to("cepol")[0]
	p.say("cepol", "overlap O1 dismiss")
	p.chat.next = []outcome{{chat.Outcome{Verdict: chat.Wait, After: time.Minute, Err: errors.New("slow down")}, false}}
	p.deliver()
	if row := p.row(store.RowFlag, "P10"); !row.Refresh || row.State != store.Delivered {
		t.Fatalf("an edit that has to wait: %+v", row)
	}
	p.now = p.now.Add(time.Minute)
	p.deliver()
	if got := p.chat.to("cepol"); len(got) != 1 || got[0] == before || p.chat.edits == 0 {
		t.Fatalf("after settling: %q", got)
	}
	// The word can be taken back for an hour: then the message is edited once
	// more, also where thbot was started anew meanwhile.
	said := p.now.Add(-time.Minute)
	if row := p.row(store.RowFlag, "P10"); !row.Refresh || !row.Due.Equal(said.Add(time.Hour)) || row.Attempt != 0 {
		t.Fatalf("after the edit: %+v", row)
	}
	edits := p.chat.edits
	p.restart()
	p.now = said.Add(time.Hour - time.Second)
	p.deliver()
	if p.chat.edits != edits {
		t.Fatal("edited before its time")
	}
	p.now = said.Add(time.Hour)
	p.deliver()
	if row := p.row(store.RowFlag, "P10"); row.Refresh || p.chat.edits != edits+1 {
		t.Fatalf("after %d edits: %+v", p.chat.edits-edits, row)
	}
}

// TestFinerThanTheStore holds that a row due within the millisecond is taken,
// not looked at for ever.
func TestFinerThanTheStore(t *testing.T) {
	p := open(t)
	p.now = p.now.Add(900 * time.Nanosecond)
	p.plan()
	row := p.row(kind, reader)
	p.now = row.Due.Truncate(time.Millisecond)
	p.deliver()
	if got := p.row(kind, reader).State; got != store.Delivered {
		t.Fatal(got)
	}
}

// TestOneBadRowStopsNoOther holds that a row whose text cannot be made waits,
// while the others go out.
func TestOneBadRowStopsNoOther(t *testing.T) {
	p := open(t)
	p.plan()
	err := p.store.Deliver(t.Context(), func(d *store.Delivery) error {
		_, err := d.Plan(p.now, &store.Row{Kind: "no-such-kind", Subject: "-", Slot: "-", Destination: "P1", Due: p.now.UTC()})
		if err == nil {
			_, err = d.Plan(p.now, &store.Row{Kind: store.RowEntered, Subject: "A999.r1", Slot: "-", Destination: "P1", Due: p.now.UTC()})
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	p.now = p.now.Add(time.Hour)
	p.deliver()
	if got := p.row("no-such-kind", "P1").State; got != store.Dropped {
		t.Fatal(got)
	}
	if got := p.row(kind, reader).State; got != store.Delivered {
		t.Fatal(got)
	}
}

// TestInOrder holds that rows go out in the order in which they fell due.
func TestInOrder(t *testing.T) {
	p := open(t)
	p.say("atc", "meeting add Autumn meeting 2026-12-16 10:00")
	p.now = at(t, "2026-12-16 09:00")
	var keys []string
	err := p.store.View(t.Context(), func(v *store.View) (err error) {
		keys, err = v.Due(p.now, 200)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	p.deliver()
	var sent []string
	for _, s := range p.sent {
		sent = append(sent, s.Row.Key)
	}
	keys = slices.DeleteFunc(keys, func(key string) bool { return !slices.Contains(sent, key) })
	if len(sent) < 20 || !slices.Equal(sent, keys) {
		t.Fatalf("%d messages of a meeting, out of order", len(sent))
	}
}

// TestDigestAgain holds that a digest posted again is edited into the posts
// that stand, and posted anew only where they are gone.
func TestDigestAgain(t *testing.T) {
	p := open(t)
	p.say("cepol", "record Course on forced labour for judges in Romania, March 2027")
	p.now = at(t, "2026-11-30 09:00")
	if err := p.commands.PlanDigests(t.Context(), p.now); err != nil {
		t.Fatal(err)
	}
	p.deliver()
	p.now = p.now.Add(time.Hour)
	p.say("fra", "record Report on the rights of child victims, May 2027")
	for range 2 {
		p.now = p.now.Add(time.Minute)
		p.say("atc", "digest post")
		p.deliver()
	}
	got := p.chat.to("channel")
	if len(got) != 2 || p.chat.edits != 4 { // the essentials and the details
		t.Fatalf("%d posts, %d edits", len(got), p.chat.edits)
	}
	p.chat.next = []outcome{{chat.Outcome{Verdict: chat.GiveUp, Err: errors.New("deleted")}, false}, {arrived: true}, {}}
	p.now = p.now.Add(time.Minute)
	p.say("atc", "digest post")
	p.deliver()
	if got := p.chat.to("channel"); len(got) != 3 {
		t.Fatalf("%d posts after one was deleted", len(got))
	}
}
