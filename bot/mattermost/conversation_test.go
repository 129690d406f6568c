package mattermost

import (
	"context"
	"log/slog"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"thbot/bot/chat"
	"thbot/bot/outbox"
	"thbot/commands"
	"thbot/store"
	"thbot/store/bolt"
)

// office is a desk with the register behind it: CEPOL, Europol, a guest for
// EIGE and the Coordinator's office are on the roster, by ids.
type office struct {
	*desk
	store    *store.Store
	commands *commands.Commands
}

func newOffice(t *testing.T) *office {
	t.Helper()
	db, err := bolt.Open(filepath.Join(t.TempDir(), "thbot.db"))
	if err != nil {
		t.Fatal(err)
	}
	s, err := store.Open(context.Background(), db)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	o := &office{desk: newDesk(t, func(c *Config) { c.Secret = s.Secret() }), store: s}
	if o.commands, err = commands.New(commands.Config{Store: s, Directory: o.adapter, Log: slog.New(slog.NewTextHandler(t.Output(), nil))}); err != nil {
		t.Fatal(err)
	}
	o.answer = o.commands.Handle
	by := store.By{Actor: store.Program, Op: "contact", At: o.now.UTC()}
	err = s.Update(context.Background(), by, func(ch *store.Change) error {
		for _, p := range []struct {
			user, agency string
			role         store.Role
		}{{"cepol", "cepol", store.ContactPoint}, {"europol", "europol", store.ContactPoint}, {"guest-eige", "eige", store.ContactPoint}, {"atc", "", store.Coordinator}} {
			person := &store.Person{Role: p.role, Agency: p.agency, Accounts: []store.Account{{AccountID: o.place(p.user).Account, Name: p.user}}}
			if err := ch.AddPerson(person); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func (o *office) head() int64 {
	o.t.Helper()
	var seq int64
	err := o.store.View(context.Background(), func(v *store.View) error {
		head, err := v.Head()
		seq = head.Seq
		return err
	})
	if err != nil {
		o.t.Fatal(err)
	}
	return seq
}

func TestAConversation(t *testing.T) {
	o := newOffice(t)
	r := o.say("cepol", "record Webinar on indicators of labour exploitation for labour inspectors in Romania, March 2027 @all")
	if !strings.Contains(r.Text, "**A1 recorded** for CEPOL") || live.MatchString(r.Text) {
		t.Fatalf("%q", r.Text)
	}
	if r := o.say("cepol", "show A1"); !strings.Contains(r.Text, "labour inspectors") {
		t.Errorf("%q", r.Text)
	}
	if menu := o.say("cepol", ""); len(menu.Attachments) == 0 || len(menu.Attachments[0].Actions) < 4 {
		t.Errorf("the menu has no buttons: %+v", menu)
	}
	r = o.say("cepol", "edit A1")
	if r.Text != "" {
		t.Fatalf("%q", r.Text)
	}
	dlg := o.dialog()
	if _, answer := o.submit("cepol", dlg, map[string]any{"title": " "}); answer.Errors["title"] == "" {
		t.Errorf("%+v", answer)
	}
	if _, answer := o.submit("cepol", dlg, map[string]any{"when": "2027-04"}); answer.Error != "" || len(answer.Errors) > 0 {
		t.Errorf("%+v", answer)
	}
	if r := o.say("cepol", "show A1"); !strings.Contains(r.Text, "April 2027") {
		t.Errorf("%q", r.Text)
	}
}

func TestTheRosterAloneDecides(t *testing.T) {
	o := newOffice(t)
	if r := o.say("guest-eige", "record Report on gender, 2027"); !strings.Contains(r.Text, "recorded") {
		t.Errorf("a guest on the roster hears %q", r.Text)
	}
	before := o.head()
	o.server.addUser("guest-other", nil)
	for _, user := range []string{"outsider", "witness", "guest-other"} {
		if r := o.say(user, "record Report on gender, 2027"); !strings.Contains(r.Text, "belongs to the contact points") {
			t.Errorf("%s hears %q", user, r.Text)
		}
	}
	// A name proves nothing.
	o.server.addUser("false", nil)
	o.server.users[id("false")].Username = "atc"
	if r := o.say("false", "contact list"); !strings.Contains(r.Text, "belongs to the contact points") {
		t.Errorf("%q", r.Text)
	}
	if o.head() != before {
		t.Error("something was changed")
	}
}

// Memory is lost with a restart; the delivery id still keeps a change from
// being made twice.
func TestAReplayAfterARestartChangesNothing(t *testing.T) {
	o := newOffice(t)
	form := o.form(id("cepol"), "record Joint days in Vienna, March 2027")
	if status, _ := o.send(form); status != 200 {
		t.Fatal(status)
	}
	o.say("cepol", "edit A1")
	dlg := o.dialog()
	if _, r := o.submit("cepol", dlg, map[string]any{"plan": "SPD 2027"}); r.Error != "" {
		t.Fatal(r.Error)
	}
	o.adapter.work.Wait()
	before := o.head()
	o.adapter.triggers = chat.Remember[struct{}](time.Minute, 10)
	o.adapter.forms = chat.Remember[struct{}](time.Minute, 10)
	if status, b := o.send(form); status != 200 || strings.Contains(string(b), "A2") {
		t.Errorf("%d %s", status, b)
	}
	o.submit("cepol", dlg, map[string]any{"plan": "SPD 2028"})
	o.adapter.work.Wait()
	if got := o.head(); got != before {
		t.Errorf("%d entries more in the journal", got-before)
	}
}

// The server takes a post, and the answer is lost: the outbox looks it up by
// its mark and does not post again.
func TestAPostWhoseAnswerIsLostGoesOutOnce(t *testing.T) {
	o := newOffice(t)
	ctx := context.Background()
	if r := o.say("atc", "meeting add Coordinator meeting 2027-05-20 10:00"); !strings.Contains(r.Text, "M1") {
		t.Fatalf("%q", r.Text)
	}
	box := outbox.New(outbox.Config{Commands: o.commands, Chats: map[string]outbox.Chat{Platform: {Poster: o.adapter}}})
	lost := 0
	o.server.mu.Lock()
	o.server.meddle = func(w http.ResponseWriter, r *http.Request) bool {
		if r.Method != "POST" || r.URL.Path != "/api/v4/posts" || lost > 0 {
			return false
		}
		lost++
		o.server.meddle = nil
		o.server.serve(discard{http.Header{}}, r)
		c, _, err := w.(http.Hijacker).Hijack()
		if err == nil {
			c.Close()
		}
		return true
	}
	o.server.mu.Unlock()
	now := o.now
	for range 20 {
		if _, err := box.Deliver(ctx, now); err != nil {
			t.Fatal(err)
		}
		now = now.Add(12 * time.Hour)
	}
	if lost != 1 {
		t.Fatalf("%d answers were lost", lost)
	}
	for _, user := range []string{"cepol", "europol", "guest-eige"} {
		n := 0
		for _, p := range o.posts(direct(id(user))) {
			if strings.Contains(p.Message, "Coordinator meeting") && strings.Contains(p.Message, "20 May 2027") {
				n++
			}
		}
		if n != 1 {
			t.Errorf("%s got the invitation %d times", user, n)
		}
	}
}

// discard takes an answer that nobody gets.
type discard struct{ header http.Header }

func (d discard) Header() http.Header         { return d.header }
func (d discard) Write(b []byte) (int, error) { return len(b), nil }
func (d discard) WriteHeader(int)             {}
