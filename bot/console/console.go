// Package console is the terminal as a chat: for trying thbot out, for
// scripts, and for thbot's own tests.
//
// It reads lines, from a terminal or a pipe, and shows the replies as text of
// at most 80 columns. Its clock is the store's: in a pipe it stands still but
// for ":at", so that transcripts do not rot. Whatever falls due on the way is
// delivered into the console's own chat, which ":inbox" and ":channel" show.
//
// Limits: one person at the keyboard plays everybody; there is no proof of who
// types. It is for one machine, not for a network.
package console

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"thbot/bot/chat"
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
	Terminal bool      // In and Out are a terminal: edit lines, prompt for forms, let the clock run
	As       string    // the first user; empty: cepol
	At       time.Time // sets the clock of a new store; zero: Started
	Started  time.Time // the time on the wall when the console was started
	Folder   string    // where pictures and files are written
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
	clock    time.Time
	shown    map[string]*shown // by user
	wrong    bool              // a line was no command of the console
}

// shown is what a user saw last: buttons to press and a form to fill in.
type shown struct {
	message *commands.Message
	post    *store.ChatPost // where the message stands in the chat, or nil
	form    *commands.Form
}

// ErrNoCommand says that a line of a pipe was no command of the console.
var ErrNoCommand = errors.New("a line was no command of the console")

// Run reads lines until the end of the input or ":quit".
func Run(ctx context.Context, cfg Config) error {
	c := &Console{
		cfg: cfg, commands: cfg.Commands, store: cfg.Commands.Store(), out: cfg.Out,
		user: cfg.As, shown: map[string]*shown{},
	}
	if c.user == "" {
		c.user = "cepol"
	}
	c.outbox = outbox.New(c.commands, []chat.Poster{&poster{c}}, []string{Platform}, nil, c.delivered)
	c.schedule = schedule.New(c.commands)
	if err := c.open(ctx); err != nil {
		return err
	}
	done, err := c.readFrom()
	if err != nil {
		return err
	}
	defer done()
	c.greet()
	return c.loop(ctx)
}

// open seeds a new store and sets the clock.
func (c *Console) open(ctx context.Context) error {
	var fresh bool
	err := c.store.View(ctx, func(v *store.View) error {
		head, err := v.Head()
		fresh = head.Seq == 0
		if err == nil {
			c.clock, err = v.Clock()
		}
		return err
	})
	if err != nil {
		return err
	}
	if c.clock.IsZero() {
		c.clock = c.cfg.At
		if c.clock.IsZero() {
			c.clock = c.cfg.Started
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
	fmt.Fprintf(c.out, "You are %s. Try: /thb record Webinar for labour inspectors in Romania, March 2027\n", c.user)
	fmt.Fprintf(c.out, "Then: /thb coverage · /thb help · :as frontex to be somebody else · :help\n")
}

func (c *Console) clockWords() string {
	return c.clock.In(c.commands.Rules().Zone).Format("Monday 2 January 2006, 15:04")
}

// loop takes line by line. In a pipe each line is shown before its answer, so
// that the output is the whole conversation.
func (c *Console) loop(ctx context.Context) error {
	for ctx.Err() == nil {
		text, err := c.lines.read(c.prompt())
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		if err := c.tick(ctx); err != nil {
			return err
		}
		if strings.TrimSpace(text) == ":quit" {
			break
		}
		if err := c.line(ctx, text); err != nil {
			return err
		}
	}
	if c.wrong && !c.cfg.Terminal {
		return ErrNoCommand
	}
	return nil
}

func (c *Console) prompt() string { return "\n" + c.user + "> " }

// tick lets the clock of a terminal run, and delivers what has fallen due.
func (c *Console) tick(ctx context.Context) error {
	if !c.cfg.Terminal {
		return nil
	}
	now := time.Now() //nolint // the wall clock is the terminal's clock
	if !now.After(c.clock) {
		return nil
	}
	return c.moveTo(ctx, now)
}

// lineReader gives one line of input, continued lines joined.
type lineReader interface {
	read(prompt string) (string, error)
}

// pipe reads lines from a pipe or a file and echoes them.
type pipe struct {
	in  *bufio.Reader
	out io.Writer
}

func (p *pipe) read(prompt string) (string, error) {
	var text strings.Builder
	for {
		line, err := p.in.ReadString('\n')
		if line == "" && err != nil {
			if text.Len() > 0 && errors.Is(err, io.EOF) {
				break
			}
			return "", err
		}
		line = strings.TrimSuffix(strings.TrimSuffix(line, "\n"), "\r")
		if rest, more := strings.CutSuffix(line, `\`); more {
			text.WriteString(rest + "\n")
			continue
		}
		text.WriteString(line)
		break
	}
	if s := text.String(); strings.TrimSpace(s) != "" {
		fmt.Fprintf(p.out, "%s%s\n", prompt, s)
	}
	return text.String(), nil
}

// file writes a file of a reply beside the store under a name not yet taken.
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
		return name, err
	}
}
