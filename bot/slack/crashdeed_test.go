package slack_test

import (
	"context"
	"fmt"
	"slices"

	"thbot/bot/crashtest"
	"thbot/bot/slack/standin"
)

// Do implements crashtest.Chat.
func (c *trial) Do(s crashtest.Step) <-chan struct{} {
	c.steps = append(c.steps, s)
	done := make(chan struct{})
	go func() {
		if c.deed(s) {
			close(done)
		}
	}()
	return done
}

// deed has a person do a step, and read the answer where there is one to be
// read. What no socket could take, or acknowledge, is delivered once more, as
// Slack does when it is not sure that it came through. A press that was
// acknowledged and not answered is pressed again; a sent form is closed then,
// and its person is left to look.
func (c *trial) deed(s crashtest.Step) bool {
	for c.connected() {
		from := c.Mark()
		d, err := c.begin(s)
		if err != nil {
			c.t.Error(err)
			return true
		}
		for d.Wait(c.ctx) != nil {
			if !c.connected() {
				return false
			}
			c.Again(d, true)
		}
		life := c.lives.Now()
		c.pass(s.Acknowledged())
		if s.Says == nil || c.reads(life, s, d, from) || s.Fill != nil {
			return true
		}
	}
	return false
}

// connected waits for a socket, until the trial ends.
func (c *trial) connected() bool {
	return c.Await(c.ctx, func() bool { open, _ := c.Sockets(); return open > 0 }) == nil
}

// begin brings a step on its way.
func (c *trial) begin(s crashtest.Step) (*standin.Delivery, error) {
	user := c.users[s.User]
	switch {
	case s.Press != "":
		for _, seen := range slices.Backward(c.Sights(0)) {
			if seen.Message.TS == "" {
				continue
			}
			if d, err := c.Press(user, seen.Message, s.Press); err == nil {
				return d, nil
			}
		}
		return nil, fmt.Errorf("%s sees no button %q", s.User, s.Press)
	case s.Fill != nil:
		values := map[string]any{}
		for label, value := range s.Fill {
			values[label] = value
		}
		view, err := c.form(user, s.Text)
		if err != nil {
			return nil, err
		}
		return c.Submit(user, view, values)
	}
	return c.Command(user, "", s.Text), nil
}

// form types a command until a form is open, and gives the form.
func (c *trial) form(user, text string) (view string, err error) {
	for c.connected() {
		life, from := c.lives.Now(), c.Mark()
		c.Command(user, "", text)
		x, _, err := c.Next(life, from, func(x standin.Sight) bool { return x.User == user && x.View.Submit != "" })
		if err == nil {
			return x.View.ID, nil
		}
	}
	return "", c.ctx.Err()
}

// reads waits until a person has read what the step says, or the process is
// dead.
func (c *trial) reads(life context.Context, s crashtest.Step, d *standin.Delivery, from int) bool {
	_, _, err := c.Next(life, from, func(x standin.Sight) bool {
		return c.told(x, s) || (x.User == d.User || d.Answers(x)) && s.Says.MatchString(words(x))
	})
	return err == nil
}

// told tells whether a sight is a post in the direct messages of the step's
// person that answers him.
func (c *trial) told(x standin.Sight, s crashtest.Step) bool {
	return x.Kind == standin.Posted && x.Message.Channel == c.Direct(c.users[s.User]) && s.Says.MatchString(words(x))
}

// answers gives the posts that answer a step, and stand in no outbox.
func (c *trial) answers() map[string]bool {
	all := map[string]bool{}
	for _, x := range c.Sights(0) {
		for _, s := range c.steps {
			all[x.Message.TS] = all[x.Message.TS] || s.Says != nil && c.told(x, s)
		}
	}
	return all
}

// words is all that a sight says.
func words(x standin.Sight) string {
	return fmt.Sprint(x.Message.Text, x.Message.Blocks, x.Errors, x.Words)
}
