package slack

import (
	"context"
	"strings"

	slackgo "github.com/slack-go/slack"

	"thbot/bot/chat"
	"thbot/commands"
)

// origin is where a pressed button stands.
type origin int

const (
	onEphemeral origin = iota
	onDirect           // a message in the presser's direct messages
	onChannel          // a message that others read
	onModal
	onHome
)

// press is a pressed button of ours.
type press struct {
	commands.Press
	caller caller
	origin origin
	ts     string // of the message
}

// pressTaker reads a press; Slack sends one action at a time.
func (a *Adapter) pressTaker(i interaction) (func(context.Context) ack, error) {
	if len(i.Actions) != 1 {
		return nil, errShape
	}
	what, err := readAction(i.Actions[0].ID)
	if err != nil {
		return nil, err
	}
	if chosen := i.Actions[0].Choice; chosen != nil {
		what.Choice = chosen.Value
	}
	p := press{Press: what, caller: callerOf(i), origin: originOf(i), ts: i.Container.Message}
	if p.origin == onModal {
		p.caller.view = i.View.ID
	}
	return func(ctx context.Context) ack { return a.takePress(ctx, p) }, nil
}

func callerOf(i interaction) caller {
	return caller{team: i.User.Team, user: i.User.ID, name: asTyped(i.User.Name), channel: i.Channel.ID, trigger: i.Trigger, hook: i.Hook}
}

func originOf(i interaction) origin {
	switch {
	case i.View != nil && i.View.Type == "home":
		return onHome
	case i.View != nil:
		return onModal
	case i.Container.Ephemeral:
		return onEphemeral
	case strings.HasPrefix(i.Channel.ID, "D"):
		return onDirect
	}
	return onChannel
}

// takePress takes a pressed button or a choice from a menu.
func (a *Adapter) takePress(ctx context.Context, p press) ack {
	return chat.Within(ctx, &a.work, a.patience, ack{}, func(ctx context.Context) func(context.Context, bool) ack {
		p.caller.opening = a.expect(ctx, p.caller)
		m, replace := a.pressed(ctx, &p)
		return func(ctx context.Context, _ bool) ack {
			a.work.Start(ctx, func(ctx context.Context) {
				a.answerPress(ctx, p, m, replace)
				p.caller.opening.end(ctx)
			})
			return ack{}
		}
	})
}

func (a *Adapter) pressed(ctx context.Context, p *press) (m *commands.Message, replace bool) {
	handle, no := a.ready(ctx, &p.caller)
	if no != "" {
		return commands.Tell(commands.Say("%s", no)), false
	}
	req := a.request(p.caller, p.caller.trigger)
	req.Press = &p.Press
	reply, ours := a.offers.Pressed(a.now(), &p.Press)
	if !ours {
		reply = handle(ctx, req)
	}
	return a.carryOut(ctx, p.caller, reply), reply.Replace
}

// answerPress shows the message. In place of the pressed one it stands only
// where that is the presser's alone: a channel must not read what one person
// asked.
func (a *Adapter) answerPress(ctx context.Context, p press, m *commands.Message, replace bool) {
	switch {
	case p.origin == onHome:
		a.answerHome(ctx, p.caller, m)
	case m == nil:
	case p.origin == onModal:
		a.show(ctx, p.caller, m)
	case replace && p.origin == onEphemeral:
		a.replaceEphemeral(ctx, p, m)
	case replace && p.origin == onDirect:
		a.replaceDirect(ctx, p, m)
	case p.origin == onDirect:
		a.inDirect(ctx, p.caller, a.parts(m))
	default:
		a.tell(ctx, p.caller, m)
	}
}

// inDirect answers in the direct messages for good, which an ephemeral message
// would not.
func (a *Adapter) inDirect(ctx context.Context, c caller, parts []body) {
	if err := a.directly(ctx, c, parts); err != nil {
		a.log.Error("an answer was not delivered", "error", err)
	}
}

func (a *Adapter) replaceEphemeral(ctx context.Context, p press, m *commands.Message) {
	parts := a.parts(m)
	first := ephemeral(parts[0])
	first.ReplaceOriginal = true
	if err := a.viaHook(ctx, p.caller.hook, first); err != nil {
		a.log.Warn("an answer goes to the direct messages instead", "error", err)
		a.inDirect(ctx, p.caller, parts)
		return
	}
	a.tellParts(ctx, p.caller, parts[1:])
}

// replaceDirect edits the pressed message. Its mark stays, as Slack keeps
// metadata that an edit does not give.
func (a *Adapter) replaceDirect(ctx context.Context, p press, m *commands.Message) {
	parts := a.parts(m)
	_, _, _, err := a.api.UpdateMessageContext(ctx, p.caller.channel, p.ts, content(parts[0])...)
	if err = failed("edit a post", err); err != nil {
		a.log.Warn("a pressed message was not edited", "error", err)
		a.inDirect(ctx, p.caller, parts)
		return
	}
	a.inDirect(ctx, p.caller, parts[1:])
}

// content gives a message's text and blocks to a call.
func content(b body) []slackgo.MsgOption {
	return []slackgo.MsgOption{
		slackgo.MsgOptionText(b.Text, false), slackgo.MsgOptionBlocks(b.set()...),
		slackgo.MsgOptionDisableLinkUnfurl(), slackgo.MsgOptionDisableMediaUnfurl(),
	}
}
