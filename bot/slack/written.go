package slack

import (
	"context"
	"strings"

	"thbot/bot/chat"
	"thbot/commands"
)

// written tells whether the event is a message that a person wrote to the bot in
// its direct messages, or a file that came there. What the bot says there comes
// as such an event, too, and so does every edit.
func (e event) written() bool {
	m := e.Event
	said := m.Subtype == "" && strings.TrimSpace(m.Text) != ""
	return m.Type == "message" && m.ChannelType == "im" && (said || e.attached()) && m.Bot == "" && userID.MatchString(m.User)
}

// attached tells whether a file came with the message.
func (e event) attached() bool {
	return len(e.Event.Files) > 0 && (e.Event.Subtype == "" || e.Event.Subtype == "file_share")
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
	if e.attached() && a.itself(ctx, c.user) {
		return nil
	}
	if no != "" {
		return commands.Tell(commands.Say("%s", no))
	}
	if acc, ok := a.accounts.Get(a.now(), c.user); ok {
		c.name = acc.name
	}
	text := plain(e.Event.Text)
	req := a.request(*c, e.ID)
	req.Text, req.Attached = withoutCommand(text.Text), e.attached()
	return a.carryOut(ctx, *c, handle(withMentions(ctx, text.Mentions), req))
}

// itself tells whether the user is the bot: a file that it sends comes back as
// one of its user's, without a mark of a bot.
func (a *Adapter) itself(ctx context.Context, user string) bool {
	s, err := a.conn.Session(ctx)
	return err == nil && s.user == user
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
