package slack

import (
	"context"
	"encoding/json"
	"strings"

	slackgo "github.com/slack-go/slack"

	"thbot/bot/chat"
	"thbot/commands"
)

// sayWait is the first answer to what takes longer than Slack waits.
const sayWait = "This takes a moment. I will answer here, or in your direct messages."

// takeCommand takes a typed command.
func (a *Adapter) takeCommand(ctx context.Context, cmd slash) ack {
	c := caller{team: cmd.Team, user: cmd.User, name: asTyped(cmd.Name), channel: cmd.Channel, trigger: cmd.Trigger, hook: cmd.Hook}
	return chat.Within(ctx, &a.work, a.patience, say(sayWait), func(ctx context.Context) func(context.Context, bool) ack {
		m := a.ask(ctx, c, cmd)
		return func(ctx context.Context, late bool) ack {
			if late {
				a.tell(ctx, c, m)
				return ack{}
			}
			return a.inline(ctx, c, m)
		}
	})
}

// formWords is the most that a command has which asks for a form: a subcommand
// and an id.
const formWords = 2

// ask has the command answered, and opens the form it asks for.
func (a *Adapter) ask(ctx context.Context, c caller, cmd slash) *commands.Message {
	handle, no := a.ready(ctx, &c)
	if no != "" {
		return commands.Tell(commands.Say("%s", no))
	}
	text := plain(cmd.Text)
	req := a.request(c, cmd.Trigger)
	req.Text = text.Text
	if len(strings.Fields(text.Text)) <= formWords {
		c.opening = a.expect(ctx, c)
		defer c.opening.end(ctx)
	}
	return a.carryOut(ctx, c, handle(withMentions(ctx, text.Mentions), req))
}

// ackBytes is the most that an acknowledgement holds; Slack drops those of
// 20 KB and more.
const ackBytes = 16_000

// inline acknowledges a command with its answer, for the caller alone. What
// does not fit goes where the command can still be answered.
func (a *Adapter) inline(ctx context.Context, c caller, m *commands.Message) ack {
	parts := a.parts(m)
	if len(parts) == 0 {
		return ack{}
	}
	first := ephemeral(parts[0])
	b, err := json.Marshal(first)
	if err != nil || len(b) > ackBytes {
		a.work.Start(ctx, func(ctx context.Context) { a.tellParts(ctx, c, parts) })
		return ack{}
	}
	if rest := parts[1:]; len(rest) > 0 {
		a.work.Start(ctx, func(ctx context.Context) { a.tellParts(ctx, c, rest) })
	}
	return ack{body: first, lost: func(ctx context.Context) { a.tellParts(ctx, c, parts[:1]) }}
}

// ephemeral is a message for the caller alone.
func ephemeral(b body) *slackgo.WebhookMessage {
	off := false
	return &slackgo.WebhookMessage{
		ResponseType: slackgo.ResponseTypeEphemeral, Text: b.Text, Blocks: &slackgo.Blocks{BlockSet: b.set()},
		UnfurlLinks: &off, UnfurlMedia: &off,
	}
}

// say acknowledges with a sentence of our own.
func say(text string) ack {
	return ack{body: &slackgo.WebhookMessage{ResponseType: slackgo.ResponseTypeEphemeral, Text: escape(text)}}
}

// frozen is a block as it was rendered.
type frozen json.RawMessage

// BlockType implements slack.Block.
func (frozen) BlockType() slackgo.MessageBlockType { return "" }

// ID implements slack.Block.
func (frozen) ID() string { return "" }

// MarshalJSON gives the block as it is.
func (f frozen) MarshalJSON() ([]byte, error) { return f, nil }

// set gives the blocks as the client takes them.
func (b body) set() []slackgo.Block {
	all := make([]slackgo.Block, len(b.Blocks))
	for i, raw := range b.Blocks {
		all[i] = frozen(raw)
	}
	return all
}
