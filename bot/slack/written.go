package slack

import (
	"context"
	"strings"

	"thbot/bot/chat"
	"thbot/commands"
)

// written tells whether the event is a message that a person wrote to the bot in
// its direct messages. What the bot says there comes as such an event, too, and
// so does every edit.
func (e event) written() bool {
	m := e.Event
	return m.Type == "message" && m.ChannelType == "im" && m.Subtype == "" && m.Bot == "" &&
		userID.MatchString(m.User) && strings.TrimSpace(m.Text) != ""
}

// takeWritten takes what somebody wrote to the bot without the command: it is
// answered there as the command with the same words would be. Nothing that
// could open a form comes with it, so a form is offered by a button.
func (a *Adapter) takeWritten(ctx context.Context, e event) ack {
	c := caller{team: e.Team, user: e.Event.User, channel: e.Event.Channel}
	return chat.Within(ctx, &a.work, a.patience, ack{}, func(ctx context.Context) func(context.Context, bool) ack {
		m := a.askWritten(ctx, &c, e)
		return func(ctx context.Context, _ bool) ack {
			if m != nil {
				a.work.Start(ctx, func(ctx context.Context) { a.inDirect(ctx, c, a.parts(m)) })
			}
			return ack{}
		}
	})
}

func (a *Adapter) askWritten(ctx context.Context, c *caller, e event) *commands.Message {
	handle, no := a.ready(ctx, c)
	if no != "" {
		return commands.Tell(commands.Say("%s", no))
	}
	if acc, ok := a.accounts.Get(a.now(), c.user); ok {
		c.name = acc.name
	}
	text := plain(e.Event.Text)
	req := a.request(*c, e.ID)
	req.Text = withoutCommand(text.Text)
	return a.carryOut(ctx, *c, handle(withMentions(ctx, text.Mentions), req))
}

// withoutCommand takes the command's own name off a line, which somebody may
// type here as elsewhere.
func withoutCommand(line string) string {
	line = strings.TrimSpace(line)
	word, rest, _ := strings.Cut(line, " ")
	if strings.EqualFold(word, "/"+Command) {
		return rest
	}
	return line
}
