package bot

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"thbot/bot/chat"
	"thbot/store"
	"thbot/store/fault"
)

// lines is a log that a test reads.
type lines struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lines) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(b)
}

// testLog writes to the test's output, and fails it where a line names a
// person.
func testLog(t *testing.T) *slog.Logger {
	l := new(lines)
	t.Cleanup(func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		t.Logf("log:\n%s", l.b.String())
		for _, name := range []string{"jane", "bob", "anna"} {
			if strings.Contains(l.b.String(), name) {
				t.Errorf("the log names %s", name)
			}
		}
	})
	return slog.New(slog.NewTextHandler(l, nil))
}

var people = []Entry{
	{"roles.admins, name 1", "mattermost", "mattermost:jane", store.Admin, ""},
	{"roles.coordinators, name 1", "mattermost", "mattermost:anna", store.Coordinator, ""},
	{"contacts, entry 1", "slack", "slack:bob", store.ContactPoint, "cepol"},
}

const (
	jane = "id-jane admin"
	anna = "id-anna coordinator"
	bob  = "id-bob contact-point cepol"
)

// TestRosterIsFilledOnce fills an empty roster, chat by chat as they come; what
// is changed in the chat afterwards stays, and only admins are read again.
func TestRosterIsFilledOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path := newPath(t)
		mattermost, slack := newFake("mattermost", "jane", "anna"), newFake("slack", "bob")
		slack.state = chat.State{Text: "not connected"}
		r := start(t, path, people, mattermost, slack)
		time.Sleep(time.Second)
		if got := r.roster(); !slices.Equal(got, []string{jane, anna}) {
			t.Errorf("with one chat connected: %q", got)
		}
		if reply := slack.ask("bob", "whoami"); !strings.Contains(reply.Message.Text(), sayStarting) {
			t.Errorf("before the chat is known: %s", reply.Message.Text())
		}
		r.end() // in the middle of the filling

		mattermost, slack = newFake("mattermost", "jane", "anna"), newFake("slack", "bob")
		r = start(t, path, people, mattermost, slack)
		time.Sleep(time.Second)
		if got := r.roster(); !slices.Equal(got, []string{jane, anna, bob}) {
			t.Errorf("with both connected: %q", got)
		}
		if reply := slack.ask("bob", "whoami"); reply.Failed {
			t.Errorf("bob: %s", reply.Message.Text())
		}
		if reply := mattermost.ask("anna", "contact remove P3"); reply.Failed {
			t.Errorf("remove: %s", reply.Message.Text())
		}
		r.end()

		more := append(slices.Clone(people), Entry{"roles.admins, name 2", "slack", "slack:bob", store.Admin, ""},
			Entry{"contacts, entry 2", "mattermost", "mattermost:carl", store.ContactPoint, "fra"})
		r = start(t, path, more, newFake("mattermost", "jane", "anna", "carl"), newFake("slack", "bob"))
		time.Sleep(time.Second)
		if got := r.roster(); !slices.Equal(got, []string{jane, anna, "id-bob admin"}) {
			t.Errorf("after a change of the configuration: %q", got)
		}
		r.end()
	})
}

// TestConsolePeopleAreInNobodysWay fills the roster of a register that was
// tried out in the console.
func TestConsolePeopleAreInNobodysWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path := newPath(t)
		s := openStore(t, path)
		by := store.By{Actor: store.Program, Op: "contact", At: time.Now()}
		err := s.Update(context.Background(), by, func(ch *store.Change) error {
			return ch.AddPerson(&store.Person{Role: store.Coordinator, Accounts: []store.Account{{AccountID: store.AccountID{Platform: "console", User: "atc"}}}})
		})
		if err != nil || s.Close() != nil {
			t.Fatal(err)
		}
		r := start(t, path, people[:2], newFake("mattermost", "jane", "anna"))
		time.Sleep(time.Second)
		if got := r.roster(); !slices.Equal(got, []string{"atc coordinator", jane, anna}) {
			t.Errorf("the roster is %q", got)
		}
		r.end()
	})
}

// TestRenamedAccountRefusesTheStart holds that whoever takes a name does not
// take its place.
func TestRenamedAccountRefusesTheStart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path := newPath(t)
		r := start(t, path, people[:2], newFake("mattermost", "jane", "anna"))
		time.Sleep(time.Second)
		if err := r.end(); err != nil {
			t.Fatal(err)
		}
		other := newFake("mattermost", "jane", "anna")
		other.accounts["jane"] = store.Account{AccountID: other.account("intruder"), Name: "jane"}
		r = start(t, path, people[:2], other)
		err := <-r.ended
		if f := fault.As(err); f == nil || !strings.Contains(f.What, "mattermost:jane meant the account id-jane and now means id-intruder") || f.Try != "mattermost:id-intruder" {
			t.Errorf("started, and ended with %v", err)
		}
		if reply := other.ask("intruder", "whoami"); !reply.Failed {
			t.Errorf("the intruder is let in: %s", reply.Message.Text())
		}
		if got := r.roster(); !slices.Equal(got, []string{jane, anna}) {
			t.Errorf("the roster is %q", got)
		}
		r.ended <- nil
		r.end()
	})
}

// TestNameOfNobody goes on with the others, and adds the one when the name is
// mended.
func TestNameOfNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path := newPath(t)
		for _, users := range [][]string{{"jane"}, {"jane", "anna"}} {
			f := newFake("mattermost", users...)
			r := start(t, path, people[:2], f)
			time.Sleep(time.Second)
			if got := r.roster(); len(got) != len(users) {
				t.Errorf("with %q the roster is %q", users, got)
			}
			if reply := f.ask("jane", "whoami"); reply.Failed {
				t.Errorf("jane: %s", reply.Message.Text())
			}
			r.end()
		}
	})
}

// TestAccountsAreChecked turns away who is deactivated, and whom the chat
// cannot vouch for, with the text given back.
func TestAccountsAreChecked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake("mattermost", "jane", "anna")
		r := start(t, newPath(t), people[:2], f)
		time.Sleep(time.Second)
		const text = "record agency:fra Report on forced labour"
		for _, c := range []struct {
			how  func()
			want string
		}{
			{func() { f.gone["id-anna"] = true }, sayInactive},
			{func() { f.fails = errors.New("no answer") }, sayUnsure},
		} {
			f.change(c.how)
			reply := f.ask("anna", text)
			if got := reply.Message.Text(); !reply.Failed || !strings.Contains(got, c.want) || !strings.Contains(got, "/thb "+text) {
				t.Errorf("want %q, got %s", c.want, got)
			}
		}
		f.change(func() { f.gone, f.fails = map[string]bool{}, nil })
		if reply := f.ask("anna", text); reply.Failed || !strings.Contains(reply.Message.Text(), "A1 recorded") {
			t.Errorf("active again: %s", reply.Message.Text())
		}
		r.end()
	})
}

// TestRefusedCredentialsEndOneChat goes on in the other.
func TestRefusedCredentialsEndOneChat(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		mattermost, slack := newFake("mattermost", "jane", "anna"), newFake("slack", "bob")
		r := start(t, newPath(t), people, mattermost, slack)
		time.Sleep(time.Second)
		close(mattermost.refuse)
		time.Sleep(time.Minute)
		if reply := slack.ask("bob", "record Days against forced labour"); reply.Failed {
			t.Errorf("bob: %s", reply.Message.Text())
		}
		if !mattermost.State().Refused {
			t.Error("the state does not say that the credentials are refused")
		}
		if err := r.end(); err != nil {
			t.Error(err)
		}
	})
}

// TestDigestGoesToEveryChannel, at its time on the wall, and once.
func TestDigestGoesToEveryChannel(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // the bubble's time begins on Saturday 1 January 2000
		mattermost, slack := newFake("mattermost", "jane", "anna"), newFake("slack", "bob")
		monday := time.Date(2000, 1, 3, 8, 0, 0, 0, time.UTC) // 09:00 in Brussels
		time.Sleep(time.Until(monday) - time.Minute)
		r := start(t, newPath(t), people, mattermost, slack)
		time.Sleep(time.Until(monday) - time.Second)
		if got := append(mattermost.sent(), slack.sent()...); len(got) != 0 {
			t.Errorf("before its time: %q", got)
		}
		time.Sleep(20 * time.Second)
		for _, f := range []*fake{mattermost, slack} {
			got := f.sent()
			if !slices.Contains(got, "digest:-:2000-01-03T08:00Z:"+f.name+"/T1/C1/1") {
				t.Errorf("%s got %q", f.name, got)
			}
		}
		before := len(mattermost.sent())
		time.Sleep(time.Hour)
		if after := len(mattermost.sent()); after != before {
			t.Errorf("%d posts more in the next hour", after-before)
		}
		r.end()
	})
}

// TestStopFinishesWhatHasBegun stores and answers a request that was under way
// when the bot was told to stop.
func TestStopFinishesWhatHasBegun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake("mattermost", "jane", "anna")
		r := start(t, newPath(t), people[:2], f)
		time.Sleep(time.Second)
		begun, goOn := make(chan struct{}), make(chan struct{})
		f.change(func() { f.checks = sync.OnceFunc(func() { close(begun); <-goOn }) })
		answered := make(chan string, 1)
		go func() { answered <- f.ask("anna", "record agency:fra Report on forced labour").Message.Text() }()
		<-begun
		r.stop()
		synctest.Wait()
		select {
		case err := <-r.ended:
			t.Fatalf("ended before the request did: %v", err)
		default:
		}
		close(goOn)
		if got := <-answered; !strings.Contains(got, "A1 recorded") {
			t.Error(got)
		}
		if err := r.end(); err != nil {
			t.Error(err)
		}
	})
}

// TestResolveFindsTheChat takes the chat that is named, else the near one.
func TestResolveFindsTheChat(t *testing.T) {
	all := NewPlatforms(newFake("mattermost", "jane", "bob"), newFake("slack", "bob"))
	for _, c := range []struct{ near, name, want string }{
		{"mattermost", "@bob", "mattermost/T1/id-bob"},
		{"slack", "@bob", "slack/T1/id-bob"},
		{"slack", "mattermost:jane", "mattermost/T1/id-jane"},
		{"slack", "Mattermost:@jane", ""}, // the chat itself reads the rest
		{"slack", "matrix:jane", ""},
		{"console", "@jane", ""},
	} {
		got, err := all.Resolve(context.Background(), store.AccountID{Platform: c.near}, c.name)
		if c.want == "" && fault.As(err) == nil || c.want != "" && (err != nil || got.String() != c.want) {
			t.Errorf("%s on %s: %v, %v", c.name, c.near, got, err)
		}
	}
}
