package console

import (
	"bytes"
	"context"
	"flag"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"thbot/bot/chattest"
	"thbot/commands"
	"thbot/store"
	"thbot/store/bolt"
)

var update = flag.Bool("update", false, "write what the console shows into the suite of conversations")

// Two days that have little in common: a Monday morning in spring, and the
// night after a Saturday at the end of another year.
var (
	aMonday = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	aSunday = time.Date(2027, 12, 11, 22, 47, 0, 0, time.UTC)
)

// TestSuite plays the conversations that every chat has to carry, of which the
// console is the reference, now and on two days of other years; and holds that
// they touch every subcommand, every button and every form.
func TestSuite(t *testing.T) {
	tried := touched{}
	on := func(at time.Time) chattest.Open {
		return func(t *testing.T) chattest.Chat { return newGuest(t, at, tried) }
	}
	if *update {
		chattest.Record(t, filepath.Join("..", "chattest", chattest.Folder), on(aMonday), on(aSunday))
		return
	}
	t.Run("now", func(t *testing.T) { chattest.Run(t, on(time.Now())) })
	t.Run("another day", func(t *testing.T) { chattest.Run(t, on(aSunday)) })
	if strings.Contains(flag.Lookup("test.run").Value.String(), "/") {
		return // a part of it
	}
	if lacks := tried.lacks(); len(lacks) > 0 {
		t.Errorf("the suite does not touch:\n%s", strings.Join(lacks, "\n"))
	}
}

// elsewhere are the buttons of messages that go out only after months or on
// another day, or when a delivery failed, and of the home page, which not every
// chat has; the tests of package commands press them.
var elsewhere = map[string]string{
	"button unchanged.start": "on the word to an agency that was silent for months",
	"button contact.list":    "on what the office is told of an agency that nobody acts for",
	"button brief.show":      "on what is told after an absence",
	"button outbox.retry":    "on a message that failed for good",
	"button list.mine":       "on the home page",
	"button list.stale":      "on the home page",
}

// touched is what the suite has tried: names of subcommands, actions of
// buttons, names of forms.
type touched map[string]bool

func (tried touched) lacks() []string {
	var lacks []string
	for _, o := range commands.Offers() {
		all := []string{"/thb " + o.Name}
		for _, a := range o.Actions {
			all = append(all, "button "+a)
		}
		for _, f := range o.Forms {
			all = append(all, "form "+f)
		}
		for _, what := range all {
			if _, known := elsewhere[what]; !known && !tried[what] {
				lacks = append(lacks, what)
			}
		}
	}
	return lacks
}

// guest is a console session as the suite plays it.
type guest struct {
	t     *testing.T
	c     *Console
	out   *bytes.Buffer
	tried touched
}

var (
	_ chattest.Chat  = (*guest)(nil)
	_ chattest.Clock = (*guest)(nil)
)

func newGuest(t *testing.T, at time.Time, tried touched) *guest {
	t.Helper()
	db, err := bolt.Open(filepath.Join(t.TempDir(), "thbot.db"))
	if err != nil {
		t.Fatal(err)
	}
	s, err := store.Open(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	hold, err := time.ParseDuration(chattest.Hold)
	if err != nil {
		t.Fatal(err)
	}
	cmds, err := commands.New(commands.Config{Store: s, Directory: Directory{}, Rules: commands.Rules{
		Channels: []string{Channel}, Hold: hold, AnyHour: true, Reminders: []string{chattest.Reminder},
	}})
	if err != nil {
		t.Fatal(err)
	}
	g := &guest{t: t, out: new(bytes.Buffer), tried: tried}
	g.c = newSession(Config{Commands: cmds, Out: g.out, Folder: t.TempDir(), At: at, Now: time.Now})
	g.c.width = 0
	g.do(g.c.open(t.Context()))
	return g
}

func (g *guest) do(err error) {
	g.t.Helper()
	if err != nil {
		g.t.Fatal(err)
	}
}

// asking empties what the user has before him, runs ask, and gives what he
// sees then.
func (g *guest) asking(user string, ask func(ctx context.Context) error) chattest.Seen {
	g.t.Helper()
	before := *g.c.seen(user)
	*g.c.seen(user) = shown{form: before.form, values: before.values}
	g.c.user = user
	g.c.cfg.Folder = g.t.TempDir()  // so that a file keeps its name
	g.Sleep(100 * time.Millisecond) // a person is no faster
	g.out.Reset()
	opened := g.c.seen(user).form
	g.do(ask(g.t.Context()))
	now := g.c.seen(user)
	if now.form == opened && now.wrong == nil {
		return g.see(shown{message: now.message, post: now.post})
	}
	return g.see(*now)
}

func (g *guest) Type(user, text string) chattest.Seen {
	g.t.Helper()
	g.tried["/thb "+g.c.commands.Asks(text)] = true
	return g.asking(user, func(ctx context.Context) error { return g.c.line(ctx, "@"+user+" /thb "+text) })
}

func (g *guest) Press(user string, on chattest.Seen, label string) chattest.Seen {
	g.t.Helper()
	had := on.Post.(shown)
	b, choice := find(had.message.Buttons(), label)
	g.tried["button "+b.Action] = true
	return g.asking(user, func(ctx context.Context) error { return g.c.press(ctx, *b, choice, had.post) })
}

func (g *guest) Fill(user string, on chattest.Seen, values map[string]string) chattest.Seen {
	g.t.Helper()
	had := on.Post.(shown)
	g.c.seen(user).form, g.c.seen(user).values = had.form, maps.Clone(had.values)
	g.tried["form "+had.form.Name] = true
	return g.asking(user, func(ctx context.Context) error { return g.c.send(ctx, user, values) })
}

// see gives what stands before a user.
func (g *guest) see(s shown) chattest.Seen {
	seen := chattest.Seen{Form: formOf(s.form), Errors: s.wrong, Post: s}
	if s.message != nil {
		seen.Text, seen.Buttons = s.message.Text(), labels(s.message)
	}
	for l := range strings.SplitSeq(g.out.String(), "\n") {
		if path, ok := strings.CutPrefix(l, "File: "); ok {
			seen.Files = append(seen.Files, g.file(path, s.message))
		}
	}
	return seen
}

// file looks at a file that was written.
func (g *guest) file(path string, m *commands.Message) chattest.File {
	g.t.Helper()
	info, err := os.Stat(path)
	g.do(err)
	f := chattest.File{Name: filepath.Base(path), Size: int(info.Size())}
	if m != nil {
		for _, b := range m.Blocks {
			if b.Image != nil && b.Image.Name == f.Name {
				f.Alt = b.Image.Alt
			}
		}
	}
	return f
}

func labels(m *commands.Message) []string {
	var all []string
	for _, b := range m.Buttons() {
		if len(b.Options) == 0 {
			all = append(all, b.Label)
		}
		for _, o := range b.Options {
			all = append(all, o.Label)
		}
	}
	return all
}

func formOf(f *commands.Form) *chattest.Form {
	if f == nil {
		return nil
	}
	out := &chattest.Form{Title: f.Title}
	for _, field := range f.Fields {
		one := chattest.Field{Name: field.Name, Label: field.Label, Value: field.Value}
		for _, o := range field.Options {
			one.Options = append(one.Options, o.Label)
		}
		out.Fields = append(out.Fields, one)
	}
	return out
}

func (g *guest) Inbox(user string) []chattest.Seen { return g.place(account(user).String()) }

func (g *guest) Channel() []chattest.Seen { return g.place(Channel) }

func (g *guest) place(name string) []chattest.Seen {
	g.t.Helper()
	posts, err := g.c.posts(g.t.Context(), name)
	g.do(err)
	g.out.Reset()
	var all []chattest.Seen
	for _, p := range posts {
		all = append(all, g.see(shown{message: p.message, post: &p.post}))
	}
	return all
}

func (g *guest) Settle() { g.Sleep(5 * time.Second) }

func (g *guest) Now() time.Time { return g.c.clock }

func (g *guest) Sleep(d time.Duration) {
	g.t.Helper()
	g.do(g.c.moveTo(g.t.Context(), g.c.clock.Add(d)))
}
