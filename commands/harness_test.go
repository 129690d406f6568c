package commands_test

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"thbot/commands"
	"thbot/store"
	"thbot/store/bolt"
	"thbot/store/fault"
)

// desk is a register with its people, a clock, and what each of them saw last.
// The ten contact points are called by their agency's slug; beside them there
// are the coordinator atc, europol-deputy, admin, and the outsider guest.
type desk struct {
	t        *testing.T
	store    *store.Store
	commands *commands.Commands
	now      time.Time
	surface  commands.Surface
	shown    map[string]*commands.Message
	forms    map[string]*commands.Form
	people   map[string]int    // person ids by user name
	readers  *commands.Readers // of the channel; nil: the roster alone
	close    func()            // ends the desk before its test ends
}

// at reads a time in Brussels: "2026-11-24 10:00".
func at(t *testing.T, s string) time.Time {
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

// folder is a place for a store: in memory where the system has one there,
// since a disk would be waited for at every change.
func folder(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("/dev/shm", "thbot-test-")
	if err != nil {
		return t.TempDir()
	}
	return dir
}

// open gives a desk on a Tuesday morning, with a chat that has everything.
func open(t *testing.T, change ...func(*commands.Config)) *desk {
	t.Helper()
	dir := folder(t)
	db, err := bolt.Open(filepath.Join(dir, "thbot.db"))
	if err != nil {
		t.Fatal(err)
	}
	s, err := store.Open(context.Background(), db)
	if err != nil {
		t.Fatal(err)
	}
	end := sync.OnceFunc(func() { s.Close(); os.RemoveAll(dir) })
	t.Cleanup(end)
	cfg := commands.Config{Store: s, Directory: names{}, Rules: commands.Rules{Channels: []string{"console//thb-contact-points"}}}
	for _, f := range change {
		f(&cfg)
	}
	c, err := commands.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	d := &desk{
		t: t, store: s, commands: c, now: at(t, "2026-11-24 10:00"),
		surface: commands.Surface{Forms: true, MultiSelect: true, DatePicker: true, Files: true},
		shown:   map[string]*commands.Message{}, forms: map[string]*commands.Form{}, people: map[string]int{},
		close: end,
	}
	d.populate()
	return d
}

// populate puts the people on the roster: P1 to P10 in the statement's order,
// then atc, europol-deputy and admin.
func (d *desk) populate() {
	d.change("program", "setup", func(ch *store.Change) error {
		add := func(name, agency string, role store.Role) error {
			p := &store.Person{Role: role, Agency: agency, Accounts: []store.Account{{AccountID: account(name), Name: name}}}
			err := ch.AddPerson(p)
			d.people[name] = p.ID
			return err
		}
		for _, a := range d.commands.Catalogue().Agencies {
			if err := add(a.Slug, a.Slug, store.ContactPoint); err != nil {
				return err
			}
		}
		if err := add("atc", "", store.Coordinator); err != nil {
			return err
		}
		if err := add("europol-deputy", "europol", store.Deputy); err != nil {
			return err
		}
		return add("admin", "", store.Admin)
	})
}

// account is a user's account on the console; "mattermost:jane" is one there.
func account(user string) store.AccountID {
	if platform, name, ok := strings.Cut(user, ":"); ok && platform != "console" {
		return store.AccountID{Platform: platform, Workspace: "T1", User: name}
	}
	return store.AccountID{Platform: "console", User: strings.TrimPrefix(user, "console:")}
}

// names is a directory in which everybody is found but "nobody"; who is called
// guest-… is a guest there.
type names struct{}

func (names) Resolve(_ context.Context, _ store.AccountID, name string) (store.Account, error) {
	name = strings.TrimPrefix(name, "@")
	if name == "nobody" {
		return store.Account{}, fault.New(fault.NotFound, "There is no account %s here.", name)
	}
	return store.Account{AccountID: account(name), Name: name, Guest: strings.HasPrefix(name, "guest-")}, nil
}

// say types a line: what follows /thb.
func (d *desk) say(user, text string) commands.Reply {
	d.t.Helper()
	return d.ask(user, commands.Request{Text: text})
}

// press presses the button so labelled in the message shown last to the user.
func (d *desk) press(user, label string) commands.Reply {
	d.t.Helper()
	m := d.shown[user]
	if m == nil {
		d.t.Fatalf("%s has seen no message yet", user)
	}
	for _, b := range m.Buttons() {
		if b.Label == label {
			return d.pressed(user, b)
		}
		for _, o := range b.Options {
			if o.Label == label {
				return d.ask(user, commands.Request{Press: &commands.Press{Action: b.Action, Record: b.Record, Revision: b.Revision, Choice: o.Value}})
			}
		}
	}
	d.t.Fatalf("%s sees no button %q in:\n%s", user, label, plain(m))
	return commands.Reply{}
}

// pressed presses a button that may no longer be in sight.
func (d *desk) pressed(user string, b commands.Button) commands.Reply {
	d.t.Helper()
	return d.ask(user, commands.Request{Press: &commands.Press{Action: b.Action, Record: b.Record, Revision: b.Revision}})
}

// submit sends the form that is open for the user, with these fields filled
// in: "when", "2027-03", "title", "Days", …; the others are left as they are.
func (d *desk) submit(user string, fields ...string) commands.Reply {
	d.t.Helper()
	f := d.forms[user]
	if f == nil {
		d.t.Fatalf("%s has no form open", user)
	}
	values := map[string]string{}
	for i := 0; i+1 < len(fields); i += 2 {
		if !slices.ContainsFunc(f.Fields, func(x commands.Field) bool { return x.Name == fields[i] }) {
			d.t.Fatalf("the form %s has no field %s", f.Name, fields[i])
		}
		values[fields[i]] = fields[i+1]
	}
	return d.ask(user, commands.Request{Send: &commands.Submission{Form: f.Name, Record: f.Record, Revision: f.Revision, Values: values}})
}

// ask sends a request and keeps what the user sees.
func (d *desk) ask(user string, req commands.Request) commands.Reply {
	d.t.Helper()
	req.Account, req.Name, req.Now, req.Surface = account(user), user, d.now, d.surface
	reply := d.commands.Handle(context.Background(), req)
	if reply.Message == nil && reply.Form == nil && reply.Errors == nil && reply.Files == nil {
		d.t.Fatalf("%s got no answer to %q", user, req.Text)
	}
	if reply.Message != nil {
		d.shown[user] = reply.Message
	}
	if reply.Errors == nil {
		d.forms[user] = reply.Form
	}
	return reply
}

// post is a message that fell due.
type post struct {
	To      string // the user's name, or the channel
	Kind    string
	Text    string // with its buttons
	Dropped string // why it was not sent
	Edit    bool   // of a message sent before
	At      time.Time
}

// due moves the clock forward and delivers each row at its own time, in the
// order in which they fall due. It knows no quiet hours and no deputies, which
// are the outbox's. An edited message comes again.
func (d *desk) due(until time.Time) []post {
	d.t.Helper()
	var posts []post
	for {
		var next time.Time
		var keys []string
		d.view(func(v *store.View) error {
			var err error
			if next, err = v.NextDue(); err != nil || next.IsZero() || next.After(until) {
				return err
			}
			keys, err = v.Due(next, 1)
			return err
		})
		if len(keys) == 0 {
			break
		}
		if next.After(d.now) {
			d.now = next.In(d.now.Location())
		}
		posts = append(posts, d.deliver(keys[0]))
	}
	if until.After(d.now) {
		d.now = until
	}
	return posts
}

// deliver builds one row and marks it as done.
func (d *desk) deliver(key string) post {
	d.t.Helper()
	var row *store.Row
	var built commands.Built
	p := post{At: d.now}
	d.view(func(v *store.View) error {
		var err error
		if row, err = v.Row(key); err != nil {
			return err
		}
		if built, err = d.commands.Build(context.Background(), v, row, commands.Reading{Now: d.now, Readers: d.readers}); err != nil {
			return err
		}
		p.Kind, p.To, p.Dropped, p.Edit = row.Kind, d.user(row.Destination), built.Dropped, row.Refresh
		return nil
	})
	if !row.Refresh {
		row.State, row.DoneAt = store.Delivered, d.now
		if row.Account == (store.AccountID{}) {
			row.Account = account(p.To)
		}
		if built.Message == nil {
			row.State, row.Reason = store.Dropped, built.Dropped
		}
	}
	if row.Refresh = row.Refresh && !built.Until.IsZero(); row.Refresh {
		row.Due = built.Until
	}
	if built.Message != nil {
		p.Text = plain(built.Message)
		if built.Details != nil {
			p.Text += "\n-- details\n" + plain(built.Details)
		}
		for _, f := range built.Files {
			p.Text += "\nfile " + f.Name
		}
		d.shown[p.To] = built.Message
	}
	err := d.store.Deliver(context.Background(), func(dv *store.Delivery) error {
		_, err := dv.PutRow(row)
		for _, next := range built.Then {
			if err == nil {
				_, err = dv.Plan(d.now, &next)
			}
		}
		return err
	})
	if err != nil {
		d.t.Fatal(err)
	}
	return p
}

// user gives the name of whoever a destination is.
func (d *desk) user(destination string) string {
	for name, id := range d.people {
		if destination == store.PersonRef(id) {
			return name
		}
	}
	return destination
}

// to keeps the posts for one user that were sent.
func to(user string, posts []post) []post {
	return slices.DeleteFunc(slices.Clone(posts), func(p post) bool { return p.To != user || p.Dropped != "" })
}

// posted gives all that fell due as one text.
func posted(posts []post) string {
	lines := make([]string, len(posts))
	for i, p := range posts {
		text := p.Text
		if p.Dropped != "" {
			text = "(dropped: " + p.Dropped + ")"
		}
		lines[i] = fmt.Sprintf("-- %s %s to %s\n%s", p.At.Format("2006-01-02 15:04"), p.Kind, p.To, text)
	}
	return strings.Join(lines, "\n")
}

func (d *desk) view(f func(*store.View) error) {
	d.t.Helper()
	if err := d.store.View(context.Background(), f); err != nil {
		d.t.Fatal(err)
	}
}

// change changes the store behind the commands' back.
func (d *desk) change(actor, op string, f func(*store.Change) error) {
	d.t.Helper()
	by := store.By{Actor: actor, Op: op, At: d.now.UTC()}
	if err := d.store.Update(context.Background(), by, f); err != nil {
		d.t.Fatal(err)
	}
}

// plain is a message as text, with its buttons in brackets.
func plain(m *commands.Message) string {
	if m == nil {
		return ""
	}
	var b strings.Builder
	b.WriteString(m.Text())
	if buttons := m.Buttons(); len(buttons) > 0 {
		b.WriteString("\n")
		for i, button := range buttons {
			if i > 0 {
				b.WriteString(" ")
			}
			b.WriteString("[" + button.Label + "]")
		}
	}
	return b.String()
}

// shows is a reply as text: its message, its form, its errors and files.
func shows(r commands.Reply) string {
	var parts []string
	if r.Message != nil {
		parts = append(parts, plain(r.Message))
	}
	if r.Form != nil {
		lines := []string{fmt.Sprintf("form %s: %s", strings.TrimSpace(r.Form.Name+" "+r.Form.Record), r.Form.Title)}
		if r.Form.Intro != "" {
			lines = append(lines, r.Form.Intro)
		}
		for _, f := range r.Form.Fields {
			line := "  " + f.Name + " (" + f.Label + ")"
			if f.Value != "" {
				line += " = " + f.Value
			}
			if f.Hint != "" {
				line += "  " + f.Hint
			}
			lines = append(lines, line)
		}
		parts = append(parts, strings.Join(lines, "\n"))
	}
	for _, field := range slices.Sorted(maps.Keys(r.Errors)) {
		parts = append(parts, "error in "+field+": "+r.Errors[field])
	}
	for _, f := range r.Files {
		parts = append(parts, fmt.Sprintf("file %s", f.Name))
	}
	return strings.Join(parts, "\n")
}
