// Package console is the terminal as a chat: for trying thbot out, for
// scripts, and for thbot's own tests.
//
// It reads lines, from a terminal or a pipe, and shows the replies as text of
// at most 80 columns. Its clock is the store's: in a pipe it stands still but
// for ":at", so that transcripts do not rot; on a terminal it runs. Whatever
// falls due on the way is delivered into the console's own chat, which
// ":inbox" and ":channel" show.
//
// Limits: one person at the keyboard plays everybody; there is no proof of who
// types. It is for one machine, not for a network.
package console

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"thbot/bot/outbox"
	"thbot/bot/schedule"
	"thbot/commands"
	"thbot/store"
)

// Platform is the console's word in account ids.
const Platform = "console"

// Channel is the console's coordination channel, as a destination.
const Channel = Platform + "//thb-contact-points"

// Config is what a console needs.
type Config struct {
	Commands *commands.Commands
	In       io.Reader
	Out      io.Writer
	Terminal bool             // In and Out are a terminal: edit lines, prompt for forms, let the clock run
	As       string           // the first user; empty: cepol
	At       time.Time        // sets the clock of a new store; zero: Now
	Now      func() time.Time // the time on the wall
	Folder   string           // where pictures and files are written
}

// Console is one session. It is not safe for concurrent use.
type Console struct {
	cfg      Config
	commands *commands.Commands
	store    *store.Store
	outbox   *outbox.Outbox
	schedule *schedule.Schedule
	out      io.Writer
	lines    lineReader
	user     string
	clock    time.Time                  // to the second
	wall     time.Time                  // the time on the wall up to which the clock has run
	shown    map[string]*shown          // by user
	sent     []outbox.Sent              // just delivered, and not told yet
	carried  map[string][]commands.File // what these brought, by post
	wrong    bool                       // a line was no command of the console
	width    int                        // columns of a table; 0: as many as it has
}

// shown is what a user saw last: buttons to press and a form to fill in.
type shown struct {
	message *commands.Message
	post    *store.ChatPost // where the message stands in the chat, or nil
	form    *commands.Form
	values  map[string]string // filled in so far
	wrong   map[string]string // what the form was sent back with, by field
}

// seen gives what the user saw last.
func (c *Console) seen(user string) *shown {
	if c.shown[user] == nil {
		c.shown[user] = new(shown)
	}
	return c.shown[user]
}

// ErrNoCommand says that a line of a pipe was no command of the console.
var ErrNoCommand = errors.New("a line was no command of the console")

// Run reads lines until the end of the input or ":quit".
func Run(ctx context.Context, cfg Config) error {
	c := newSession(cfg)
	if err := c.open(ctx); err != nil {
		return err
	}
	done, err := c.readFrom()
	if err != nil {
		return err
	}
	defer done()
	c.greet()
	if err := c.catchUp(ctx); err != nil {
		return err
	}
	return c.loop(ctx)
}

func newSession(cfg Config) *Console {
	c := &Console{
		cfg: cfg, commands: cfg.Commands, store: cfg.Commands.Store(), out: cfg.Out,
		user: cfg.As, width: lineWidth, shown: map[string]*shown{}, carried: map[string][]commands.File{}, schedule: schedule.New(cfg.Commands),
	}
	if c.user == "" {
		c.user = "cepol"
	}
	c.outbox = outbox.New(outbox.Config{
		Commands: c.commands, Chats: map[string]outbox.Chat{Platform: {Poster: &poster{c}}},
		Sent: func(s outbox.Sent) { c.sent = append(c.sent, s) },
	})
	return c
}

// open seeds a new store and sets the clock.
func (c *Console) open(ctx context.Context) error {
	var fresh bool
	err := c.store.View(ctx, func(v *store.View) error {
		first, err := v.Person(1) // an import may have filled the register before anybody came
		fresh = first == nil
		if err == nil {
			c.clock, err = v.Clock()
		}
		return err
	})
	if err != nil {
		return err
	}
	c.wall = c.cfg.Now().Round(0).Truncate(time.Second) // without the monotonic clock, which stops while a laptop sleeps
	if c.clock.IsZero() {
		c.clock = c.cfg.At.Truncate(time.Second)
		if c.clock.IsZero() {
			c.clock = c.wall
		}
		if err := c.keepClock(ctx); err != nil {
			return err
		}
	}
	if fresh {
		return c.seed(ctx)
	}
	return nil
}

// seed puts the ten contact points and the Coordinator's office on the roster
// of a new store. "guest" stays outside.
func (c *Console) seed(ctx context.Context) error {
	by := store.By{Actor: store.Program, Op: "contact", At: c.clock.UTC()}
	return c.store.Update(ctx, by, func(ch *store.Change) error {
		for _, a := range c.commands.Catalogue().Agencies {
			if err := ch.AddPerson(person(a.Slug, store.ContactPoint, a.Slug)); err != nil {
				return err
			}
		}
		return ch.AddPerson(person("atc", store.Coordinator, ""))
	})
}

func person(name string, role store.Role, agency string) *store.Person {
	return &store.Person{Role: role, Agency: agency, Accounts: []store.Account{{AccountID: account(name), Name: name}}}
}

func account(name string) store.AccountID { return store.AccountID{Platform: Platform, User: name} }

// greet opens with three lines that say what to try.
func (c *Console) greet() {
	fmt.Fprintf(c.out, "thbot console · %s · %s\n", filepath.Base(c.store.Name()), c.clockWords())
	fmt.Fprintf(c.out, "You are %s. Try: /thb record Webinar for labour inspectors, March 2027\n", c.user)
	fmt.Fprintf(c.out, "Then: /thb coverage · /thb help · :as frontex to be somebody else · :help\n")
}

// loop takes line by line, and delivers what has fallen due after each. In a
// pipe each line is shown before its answer, so that the output is the whole
// conversation.
func (c *Console) loop(ctx context.Context) error {
	for {
		text, err := c.next(ctx)
		if err == nil && strings.TrimSpace(text) == ":quit" {
			break
		}
		if err == nil {
			err = c.line(ctx, text)
		}
		if err == nil {
			err = c.moveTo(ctx, c.clock)
		}
		if errors.Is(err, io.EOF) || ctx.Err() != nil {
			break
		}
		if err != nil {
			return err
		}
	}
	if c.cfg.Terminal {
		// past the line editor, which would show its prompt again
		_, err := io.WriteString(c.cfg.Out, "\r\n")
		return err
	}
	if c.wrong {
		return ErrNoCommand
	}
	return nil
}

// next waits for a line. Meanwhile the clock of a terminal runs.
func (c *Console) next(ctx context.Context) (string, error) {
	type input struct {
		text string
		err  error
	}
	lines := make(chan input, 1)
	if c.cfg.Terminal {
		c.say("")
	}
	prompt := c.user + "> "
	go func() {
		text, err := c.lines.read(prompt)
		lines <- input{text, err}
	}()
	for {
		select {
		case <-ctx.Done():
			return "", ctx.Err()
		case l := <-lines:
			if l.err != nil {
				return "", l.err
			}
			return l.text, c.run(ctx)
		case <-c.wake(ctx):
			if err := c.run(ctx); err != nil {
				return "", err
			}
		}
	}
}

// files writes files beside the store, and names them.
func (c *Console) files(files []commands.File) error {
	for _, f := range files {
		path, err := c.file(f)
		if err != nil {
			return err
		}
		if err := c.say("File: %s", path); err != nil {
			return err
		}
	}
	return nil
}

// file writes a file of a reply beside the store under a name not yet taken,
// and gives its path.
func (c *Console) file(f commands.File) (string, error) {
	ext := filepath.Ext(f.Name)
	base := strings.TrimSuffix(filepath.Base(f.Name), ext)
	for n := 1; ; n++ {
		name := base + ext
		if n > 1 {
			name = fmt.Sprintf("%s-%d%s", base, n, ext)
		}
		out, err := os.OpenFile(filepath.Join(c.cfg.Folder, name), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
		if errors.Is(err, os.ErrExist) {
			continue
		}
		if err != nil {
			return "", fmt.Errorf("write %s: %w", name, err)
		}
		_, err = out.Write(f.Data)
		if cerr := out.Close(); err == nil {
			err = cerr
		}
		return out.Name(), err
	}
}
