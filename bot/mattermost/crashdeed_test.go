package mattermost

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/mattermost/mattermost/server/public/model"

	"thbot/bot/crashtest"
)

// Do implements crashtest.Chat.
func (c *trial) Do(s crashtest.Step) <-chan struct{} {
	c.mu.Lock()
	d := deed{Step: s, posts: len(c.posts), answers: len(c.answers)}
	c.deeds = append(c.deeds, d)
	c.mu.Unlock()
	done := make(chan struct{})
	c.asking.Go(func() {
		if c.begin(d) {
			close(done)
		}
	})
	return done
}

// deed is a step, with what was there before.
type deed struct {
	crashtest.Step
	posts, answers int
}

// begin has a person do a step until it is answered, or the trial ends. The
// server delivers once and shows an error where no answer comes: then a button
// is pressed again, which is another press, and a form is sent again.
func (c *trial) begin(d deed) bool {
	switch {
	case d.Press != "":
		post, action := c.button(d)
		if action == nil {
			c.t.Errorf("%s sees no button %q", d.User, d.Press)
			return true
		}
		return c.until(d, func() ([]byte, bool) { return c.press(d, post, action) })
	case d.Fill != nil:
		sent := c.fill(d)
		return c.until(d, func() ([]byte, bool) { return c.bring("dialog", "application/json", sent) })
	}
	return c.command(d)
}

// command types a command. Who recorded something types it again, with a
// trigger of its own. For anything else a person would look first, so the same
// delivery comes again, as from a proxy on the way that was not sure.
func (c *trial) command(d deed) bool {
	form := c.typed(d.User, d.Text)
	return c.until(d, func() ([]byte, bool) {
		sent := form
		if strings.HasPrefix(d.Text, "record ") {
			form = c.typed(d.User, d.Text)
		}
		b, taken := c.bring("command", "application/x-www-form-urlencoded", sent.Encode())
		if taken {
			c.hear(d.User, b)
		}
		return b, taken
	})
}

// hear keeps the buttons of an answer to a command.
func (c *trial) hear(user string, b []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.buttons[user] = nil
	for _, at := range c.readAnswer("application/json", b).Attachments {
		c.buttons[user] = append(c.buttons[user], at.Actions...)
	}
}

// until delivers until there is an answer, and waits until its person has read
// what the step says. What was acknowledged and not answered is pressed again;
// a sent form is closed then, and its person is left to look.
func (c *trial) until(d deed, deliver func() ([]byte, bool)) bool {
	for c.ctx.Err() == nil {
		b, taken := deliver()
		if !taken || strings.Contains(string(b), sayStarting) {
			continue
		}
		life := c.lives.Now()
		c.pass(d.Acknowledged())
		if d.Says == nil || d.Says.Match(b) || c.reads(life, d) || d.Fill != nil && c.ctx.Err() == nil {
			return true
		}
		if c.ctx.Err() != nil {
			c.t.Logf("%s did not read %s; the answer was %s", d.User, d.Says, b)
		}
	}
	return false
}

// bring brings a delivery to thbot, and waits for a process that serves. It
// gives the answer, and whether there is one.
func (c *trial) bring(route, kind, body string) ([]byte, bool) {
	req, err := http.NewRequestWithContext(c.ctx, "POST", c.thbot+route, strings.NewReader(body))
	if err != nil {
		c.t.Error(err)
		return nil, true
	}
	req.Close = true // no connection to a process that may be dead
	req.Header.Set("Content-Type", kind)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, false
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, false
	}
	if resp.StatusCode != http.StatusOK {
		c.t.Errorf("a %s is refused: %s", route, resp.Status)
	}
	return b, true
}

func (c *trial) typed(user, text string) url.Values {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.commandForm(id(user), id("coordination"), text)
}

// button finds the newest that a person can press, in the answer to his last
// command or in his direct messages.
func (c *trial) button(d deed) (post string, action *model.PostAction) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, a := range c.buttons[d.User] {
		if a.Name == d.Press {
			return "cookie", a
		}
	}
	for _, p := range slices.Backward(c.posts) {
		for at, a := range c.actions {
			if p.DeleteAt == 0 && p.ChannelId == direct(id(d.User)) && strings.HasPrefix(at, p.Id+"/") && a.Name == d.Press {
				return p.Id, a
			}
		}
	}
	return "", nil
}

// press presses a button, and puts the answer in the place of the post where it
// says so.
func (c *trial) press(d deed, post string, action *model.PostAction) ([]byte, bool) {
	c.mu.Lock()
	sent, err := json.Marshal(c.pressed(d.User, post, action))
	c.mu.Unlock()
	if err != nil {
		c.t.Error(err)
	}
	b, taken := c.bring("action", "application/json", string(sent))
	if !taken {
		return nil, false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	var answer pressAnswer
	c.decode(b, &answer)
	if p := c.find(post); p != nil && answer.Update != nil {
		p.Message, p.Props = answer.Update.Message, answer.Update.Props
		c.keep(p)
	}
	return b, true
}

// fill types a command until a form is open, and fills it in.
func (c *trial) fill(d deed) string {
	open := 0
	for open == 0 && c.ctx.Err() == nil {
		c.bring("command", "application/x-www-form-urlencoded", c.typed(d.User, d.Text).Encode())
		c.mu.Lock()
		open = len(c.dialogs)
		c.mu.Unlock()
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if open == 0 {
		return ""
	}
	dialog := c.dialogs[open-1].Dialog
	c.dialogs = nil
	values := map[string]any{}
	for _, e := range dialog.Elements {
		values[e.Name] = e.Default
		if v, ok := d.Fill[e.DisplayName]; ok {
			values[e.Name] = v
		}
	}
	b, err := json.Marshal(model.SubmitDialogRequest{
		Type: "dialog_submission", CallbackId: dialog.CallbackId, State: dialog.State, UserId: id(d.User),
		ChannelId: id("elsewhere"), TeamId: id("team"), Submission: values,
	})
	if err != nil {
		c.t.Error(err)
	}
	return string(b)
}

// reads waits until a person has read what the step says, or the process is
// dead.
func (c *trial) reads(life context.Context, d deed) bool {
	for {
		c.mu.Lock()
		read, changed := c.read(d), c.changed
		c.mu.Unlock()
		if read {
			return true
		}
		select {
		case <-changed:
		case <-life.Done():
			return false
		}
	}
}

func (c *trial) read(d deed) bool {
	return slices.ContainsFunc(c.answers[d.answers:], func(a *model.CommandResponse) bool { return says(d, a) }) ||
		slices.ContainsFunc(c.posts[d.posts:], func(p *model.Post) bool { return p.ChannelId == direct(id(d.User)) && says(d, p) })
}

// says tells whether what is shown says what the step does.
func says(d deed, shown any) bool {
	b, err := json.Marshal(shown)
	return err == nil && d.Says != nil && d.Says.Match(b)
}

// told tells whether a post answers a step: it stands in no outbox.
func (c *trial) told(i int, p *model.Post) bool {
	return slices.ContainsFunc(c.deeds, func(d deed) bool { return i >= d.posts && p.ChannelId == direct(id(d.User)) && says(d, p) })
}
