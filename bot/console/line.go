package console

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"thbot/commands"
	"thbot/store"
)

// helpText lists the console's own words.
const helpText = `The console's own words:
  /thb …                 a command of the current user; alone it is the menu
  @frontex /thb …        a command of another user
  :as frontex            be another user from now on (atc is the Coordinator's office)
  :click LABEL           press the button of the last message; a number will do
  :submit key=value …    fill in and send the open form; quote values with spaces
  :inbox · :channel      your direct messages · the coordination channel
  :at 2027-03-01T09:00   move the clock forward; sends what falls due on the way
  # …                    a comment; a line that ends in \ goes on in the next
  :quit                  leave`

// line runs one line of input.
func (c *Console) line(ctx context.Context, text string) error {
	trimmed := strings.TrimSpace(text)
	word, rest, _ := strings.Cut(trimmed, " ")
	rest = strings.TrimSpace(rest)
	switch {
	case trimmed == "" || strings.HasPrefix(trimmed, "#"):
		return nil
	case isCommand(trimmed):
		return c.ask(ctx, c.user, commandText(text))
	case strings.HasPrefix(word, "@") && isCommand(rest):
		return c.ask(ctx, strings.TrimPrefix(word, "@"), commandText(text[strings.Index(text, "/thb"):]))
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

func isCommand(s string) bool {
	first, _, _ := strings.Cut(strings.ReplaceAll(s, "\n", " "), " ")
	return strings.EqualFold(first, "/thb")
}

// commandText is what follows /thb, as typed.
func commandText(s string) string {
	s = strings.TrimLeft(s, " \t")[len("/thb"):]
	if s != "" {
		s = s[1:] // the one space after the command
	}
	return s
}

func (c *Console) say(format string, args ...any) error {
	_, err := fmt.Fprintf(c.out, format+"\n", args...)
	return err
}

func (c *Console) as(name string) error {
	name = strings.TrimPrefix(name, "@")
	if name == "" || strings.ContainsAny(name, " /") {
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
		Surface: commands.Surface{Forms: true, Files: true, Width: 80},
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
		if reply.Replace && post != nil {
			if err := c.replace(ctx, post, reply.Message); err != nil {
				return err
			}
		} else {
			post = nil
		}
		c.show(reply.Message)
		c.shown[user] = &shown{message: reply.Message, post: post}
	}
	for _, f := range reply.Files {
		name, err := c.file(f)
		if err != nil {
			return err
		}
		if err := c.say("File: %s", name); err != nil {
			return err
		}
	}
	if len(reply.Errors) > 0 {
		return c.showErrors(user, reply.Errors)
	}
	if reply.Form != nil {
		return c.openForm(ctx, user, reply.Form)
	}
	return nil
}

// click presses a button of the message shown last to the user, or of an
// earlier one in the inbox.
func (c *Console) click(ctx context.Context, label string) error {
	seen := c.shown[c.user]
	if seen != nil && seen.message != nil {
		if b := find(seen.message.Buttons(), label); b != nil {
			return c.press(ctx, *b, label, seen.post)
		}
	}
	posts, err := c.posts(ctx, account(c.user).String())
	if err != nil {
		return err
	}
	for i := len(posts) - 1; i >= 0; i-- {
		if b := find(posts[i].message.Buttons(), label); b != nil {
			return c.press(ctx, *b, label, &posts[i].post)
		}
	}
	c.wrong = true
	if seen == nil || seen.message == nil || len(seen.message.Buttons()) == 0 {
		return c.say("There is no button to press. A reply that has some shows them in brackets.")
	}
	return c.say("There is no button “%s”. I see: %s", label, buttonLabels(seen.message.Buttons()))
}

// find gives the button with the label or the number, or the menu that has an
// option so labelled.
func find(buttons []commands.Button, label string) *commands.Button {
	n, err := strconv.Atoi(label)
	for i := range buttons {
		if err == nil && n == i+1 || strings.EqualFold(buttons[i].Label, label) {
			return &buttons[i]
		}
		for _, o := range buttons[i].Options {
			if strings.EqualFold(o.Label, label) {
				return &buttons[i]
			}
		}
	}
	return nil
}

func (c *Console) press(ctx context.Context, b commands.Button, label string, post *store.ChatPost) error {
	req := c.request(c.user)
	req.Press = &commands.Press{Action: b.Action, Record: b.Record, Revision: b.Revision}
	for _, o := range b.Options {
		if strings.EqualFold(o.Label, label) {
			req.Press.Choice = o.Value
		}
	}
	return c.answer(ctx, c.user, c.commands.Handle(ctx, req), post)
}

// at moves the clock.
func (c *Console) at(ctx context.Context, when string) error {
	zone := c.commands.Rules().Zone
	for _, layout := range []string{"2006-01-02T15:04", "2006-01-02 15:04", time.RFC3339, "2006-01-02"} {
		t, err := time.ParseInLocation(layout, when, zone)
		if err != nil {
			continue
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
	c.wrong = true
	return c.say("I could not read that time. Try: :at 2027-03-01T09:00")
}
