package chattest

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// Open gives a chat with a new register, for one conversation.
type Open func(t *testing.T) Chat

// Clock is what a Chat has whose time is not that on the wall.
type Clock interface {
	Now() time.Time
	// Sleep lets the time go by.
	Sleep(time.Duration)
}

// Run plays the conversations so named, or all, each in a chat of its own.
func Run(t *testing.T, open Open, names ...string) {
	all, err := Conversations()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range all {
		if len(names) > 0 && !slices.Contains(names, c.Name) {
			continue
		}
		t.Run(c.Name, func(t *testing.T) {
			p := newPlayer(open(t))
			for _, s := range c.Steps {
				t.Logf("%s.txt:%d: %s", c.Name, s.Line, s.Text) // a chat can end the test by itself
				got, err := p.do(s)
				if err != nil {
					t.Fatal(err)
				}
				if diff := differs(s.Want, got); diff != "" {
					t.Errorf("%s.txt:%d: %s\n%s\nall of it:\n\t%s", c.Name, s.Line, s.Text, diff, strings.Join(got, "\n\t"))
				}
			}
		})
	}
}

// Record plays every conversation in two chats, whose clocks stand on
// different days, and writes what was seen in both into folder.
func Record(t *testing.T, folder string, one, other Open) {
	all, err := Conversations()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range all {
		t.Run(c.Name, func(t *testing.T) {
			a, b := newPlayer(one(t)), newPlayer(other(t))
			for _, s := range c.Steps {
				x, errX := a.do(s)
				y, errY := b.do(s)
				if err := errors.Join(errX, errY); err != nil {
					t.Fatalf("%s.txt:%d: %s: %v", c.Name, s.Line, s.Text, err)
				}
				s.Want = commonLines(x, y)
			}
			if err := os.WriteFile(filepath.Join(folder, c.Name+".txt"), []byte(c.String()), 0o644); err != nil {
				t.Fatal(err)
			}
		})
	}
}

// player plays one conversation.
type player struct {
	chat Chat
	seen map[string][]Seen // by user, oldest first
	soon time.Time         // when the time comes
}

// everybody is the reader of the channel.
const everybody = ""

func newPlayer(c Chat) *player { return &player{chat: c, seen: map[string][]Seen{}} }

// do does one step, and gives what is seen then.
func (p *player) do(s *Step) ([]string, error) {
	switch s.Verb {
	case Types:
		return p.saw(s.User, p.chat.Type(s.User, p.typed(s.Rest))), nil
	case Presses:
		on, ok := p.last(s.User, func(seen Seen) bool { return slices.Contains(seen.Buttons, s.Rest) })
		if !ok {
			return nil, fmt.Errorf("%s saw no such button", s.User)
		}
		return p.saw(s.User, p.chat.Press(s.User, on, s.Rest)), nil
	case Fills:
		on, ok := p.last(s.User, func(seen Seen) bool { return seen.Form != nil })
		if !ok {
			return nil, fmt.Errorf("%s saw no form", s.User)
		}
		values, err := Values(p.typed(s.Rest))
		if err != nil {
			return nil, err
		}
		return p.saw(s.User, p.chat.Fill(s.User, on, values)), nil
	case Inbox:
		p.chat.Settle()
		all := p.chat.Inbox(s.User)
		p.seen[s.User] = append(p.seen[s.User], all...)
		return many(all), nil
	case Channel:
		p.chat.Settle()
		all := p.chat.Channel()
		p.seen[everybody] = append(p.seen[everybody], all...)
		return many(all), nil
	}
	p.sleep(p.soon.Sub(p.now()))
	return nil, nil
}

func (p *player) saw(user string, seen Seen) []string {
	p.seen[user] = append(p.seen[user], seen)
	if lines := seen.lines(); len(lines) > 0 {
		return lines
	}
	return []string{"nothing"}
}

// last gives what the user saw last of that kind, in the channel if nowhere
// else.
func (p *player) last(user string, is func(Seen) bool) (Seen, bool) {
	for _, reader := range []string{user, everybody} {
		for _, seen := range slices.Backward(p.seen[reader]) {
			if is(seen) {
				return seen, true
			}
		}
	}
	return Seen{}, false
}

// soon is the placeholder of a time, which is at least soonLeast and 14 days
// away: what happens before it has to fit in.
const (
	soon      = "{in 14 days}"
	soonLeast = 40 * time.Second
)

func (p *player) typed(text string) string {
	if !strings.Contains(text, soon) {
		return text
	}
	zone, err := time.LoadLocation("Europe/Brussels")
	if err != nil {
		return text
	}
	p.soon = p.now().In(zone).Add(soonLeast + time.Minute).Truncate(time.Minute)
	return strings.ReplaceAll(text, soon, p.soon.Add(14*24*time.Hour).Format("2006-01-02 15:04"))
}

func (p *player) now() time.Time {
	if c, ok := p.chat.(Clock); ok {
		return c.Now()
	}
	return time.Now()
}

// sleep lets time go by. There is no event to wait for on a platform whose
// clock is that on the wall.
func (p *player) sleep(d time.Duration) {
	if c, ok := p.chat.(Clock); ok {
		c.Sleep(d)
		return
	}
	time.Sleep(d)
}
