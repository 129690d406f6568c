package console

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"thbot/commands"
	"thbot/store"
)

// helpText lists the console's own words.
const helpText = `The console's own words:
  /thb …                 a command of the current user; alone it is the menu
  @frontex /thb …        a command of another user
  :as frontex            be another user from now on, such as atc, the office
  :click LABEL           press that button of the last message; its number will
                         do, also alone on the line
  :submit key=value …    fill in and send the open form; quotes around spaces
  :inbox · :channel      your direct messages · the coordination channel
  :at 2027-03-01T09:00   move the clock forward; sends what falls due on the way
  # …                    a comment; a line that ends in \ goes on in the next
  :quit                  leave`

// line runs one line of input.
func (c *Console) line(ctx context.Context, text string) error {
	if user, command, ok := parse(text); ok {
		if user == "" {
			user = c.user
		}
		return c.ask(ctx, user, command)
	}
	trimmed := strings.TrimSpace(text)
	word, rest := cutWord(trimmed)
	rest = strings.TrimSpace(rest)
	if trimmed == "" || strings.HasPrefix(trimmed, "#") {
		return nil
	}
	if _, err := strconv.Atoi(trimmed); err == nil {
		return c.click(ctx, trimmed)
	}
	switch word {
	case ":as":
		return c.as(rest)
	case ":click":
		return c.click(ctx, rest)
	case ":submit":
		return c.submit(ctx, rest)
	case ":inbox":
		return c.inbox(ctx)
	case ":channel":
		return c.channel(ctx)
	case ":at":
		return c.at(ctx, rest)
	case ":help":
		return c.say(helpText)
	}
	c.wrong = true
	return c.say("The console does not know this line. Commands begin with /thb; :help lists the console's own words.")
}

// parse reads "/thb …" and "@USER /thb …". What follows the one space after
// the command is kept as typed.
func parse(text string) (user, command string, ok bool) {
	s := strings.TrimLeftFunc(text, unicode.IsSpace)
	if rest, named := strings.CutPrefix(s, "@"); named {
		user, s = cutWord(rest)
		s = strings.TrimLeftFunc(s, unicode.IsSpace)
		if !isName(user) {
			return "", "", false
		}
	}
	word, command := cutWord(s)
	return user, command, strings.EqualFold(word, "/thb")
}

// cutWord cuts at the first white space, which it leaves out.
func cutWord(s string) (word, rest string) {
	i := strings.IndexFunc(s, unicode.IsSpace)
	if i < 0 {
		return s, ""
	}
	_, n := utf8.DecodeRuneInString(s[i:])
	return s[:i], s[i+n:]
}

// isName tells whether a word can be a user's name.
func isName(s string) bool { return s != "" && !strings.ContainsAny(s, " \t\n/:@") }

// say prints words of the console's own, or of a person, safe and within the
// width.
func (c *Console) say(format string, args ...any) error {
	t := &typesetter{}
	t.wrap(people(fmt.Sprintf(format, args...)), "", "")
	_, err := io.WriteString(c.out, t.b.String())
	return err
}

func (c *Console) as(name string) error {
	name = strings.TrimPrefix(name, "@")
	if !isName(name) {
		c.wrong = true
		return c.say("Who do you want to be? Try: :as frontex")
	}
	c.user = name
	return nil
}

// request fills in what every request of a user has in common.
func (c *Console) request(user string) commands.Request {
	return commands.Request{
		Account: account(user), Name: user, Now: c.clock,
		Surface: commands.Surface{Forms: true, Files: true, Width: c.width},
	}
}

// ask runs a command and shows the reply to the user.
func (c *Console) ask(ctx context.Context, user, text string) error {
	req := c.request(user)
	req.Text = text
	return c.answer(ctx, user, c.commands.Handle(ctx, req), nil)
}

// answer shows a reply. post is the message whose button was pressed, where it
// stands in the chat.
func (c *Console) answer(ctx context.Context, user string, reply commands.Reply, post *store.ChatPost) error {
	if reply.Message != nil {
		if !reply.Replace {
			post = nil
		}
		if post != nil {
			if err := c.replace(ctx, post, reply.Message); err != nil {
				return err
			}
		}
		c.show(reply.Message)
		seen := c.seen(user)
		seen.message, seen.post = reply.Message, post
	}
	if err := c.files(reply.Files); err != nil {
		return err
	}
	if reply.Form != nil {
		return c.openForm(ctx, user, reply.Form)
	}
	return nil
}

// click presses a button of the message shown last to the user, or of an
// earlier one in the inbox.
func (c *Console) click(ctx context.Context, label string) error {
	seen := c.seen(c.user)
	if seen.message != nil {
		if b, choice := find(seen.message.Buttons(), label); b != nil {
			return c.press(ctx, *b, choice, seen.post)
		}
	}
	posts, err := c.posts(ctx, account(c.user).String())
	if err != nil {
		return err
	}
	if _, err := strconv.Atoi(label); err == nil {
		posts = nil // a number means the message shown last
	}
	for i := len(posts) - 1; i >= 0; i-- {
		if b, choice := find(posts[i].message.Buttons(), label); b != nil {
			return c.press(ctx, *b, choice, &posts[i].post)
		}
	}
	c.wrong = true
	if seen.message == nil || len(seen.message.Buttons()) == 0 {
		return c.say("There is no button to press. A reply that has some shows them in brackets.")
	}
	if err := c.say("There is no such button. I see:"); err != nil {
		return err
	}
	c.show(new(commands.Message).Next(seen.message.Buttons()...))
	return nil
}

// find gives the button with the label or the number, or the menu that has an
// option so labelled, with the option's value.
func find(buttons []commands.Button, label string) (*commands.Button, string) {
	n, _ := strconv.Atoi(label)
	for i, b := range buttons {
		if strings.EqualFold(b.Label, label) {
			return &buttons[i], ""
		}
		for _, o := range b.Options {
			if strings.EqualFold(o.Label, label) {
				return &buttons[i], o.Value
			}
		}
	}
	if 1 <= n && n <= len(buttons) {
		return &buttons[n-1], ""
	}
	return nil, ""
}

func (c *Console) press(ctx context.Context, b commands.Button, choice string, post *store.ChatPost) error {
	if len(b.Options) > 0 && choice == "" {
		c.wrong = true
		return c.say("“%s” is a menu. Press one of its choices, such as :click %s", b.Label, b.Options[0].Label)
	}
	req := c.request(c.user)
	req.Press = &commands.Press{Action: b.Action, Record: b.Record, Revision: b.Revision, Choice: choice}
	return c.answer(ctx, c.user, c.commands.Handle(ctx, req), post)
}

// at moves the clock.
func (c *Console) at(ctx context.Context, when string) error {
	t, ok := ParseTime(when, c.commands.Rules().Zone)
	if !ok {
		c.wrong = true
		return c.say("I could not read that time. Try: :at 2027-03-01T09:00")
	}
	if t.Before(c.clock) {
		c.wrong = true
		return c.say("It is %s, and the clock does not go back.", c.clockWords())
	}
	if err := c.moveTo(ctx, t); err != nil {
		return err
	}
	return c.say("It is %s.", c.clockWords())
}
