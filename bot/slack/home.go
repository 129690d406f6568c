package slack

import (
	"context"

	slackgo "github.com/slack-go/slack"

	"thbot/commands"
)

// takeEvent takes an event: an opened home, or what somebody wrote to the bot. A
// home is acknowledged at once: nothing is stored by it, and Slack would send it
// again.
func (a *Adapter) takeEvent(ctx context.Context, e event) ack {
	if e.written() {
		return a.takeWritten(ctx, e)
	}
	if e.Event.Type == "app_home_opened" && (e.Event.Tab == "" || e.Event.Tab == "home") && userID.MatchString(e.Event.User) {
		a.work.Start(ctx, func(ctx context.Context) { a.publish(ctx, e.Event.User) })
	}
	return ack{}
}

// publish shows a person's home.
func (a *Adapter) publish(ctx context.Context, user string) {
	m := a.homeOf(ctx, user)
	blocks, _ := a.viewBlocks(m)
	_, err := a.api.PublishViewContext(ctx, slackgo.PublishViewContextRequest{
		UserID: user, View: slackgo.HomeTabViewRequest{Type: slackgo.VTHomeTab, Blocks: slackgo.Blocks{BlockSet: blocks}},
	})
	if err != nil {
		a.log.Warn("a home was not shown", "error", failed("show a home", err))
	}
}

func (a *Adapter) homeOf(ctx context.Context, user string) *commands.Message {
	c := caller{user: user}
	handle, no := a.ready(ctx, &c)
	if no != "" {
		return commands.Tell(commands.Say("%s", no))
	}
	if acc, ok := a.accounts.Get(a.now(), user); ok {
		c.name = acc.name
	}
	req := a.request(c, "home/"+nonce())
	req.Home = true
	if m := handle(ctx, req).Message; m != nil {
		return m
	}
	return commands.Tell(commands.Say("Type `/%s` to begin.", Command))
}

// answerHome shows the answer to a press in the home on top of it, and the home
// as it stands then.
func (a *Adapter) answerHome(ctx context.Context, c caller, m *commands.Message) {
	if m != nil {
		a.raise(ctx, c, m)
	}
	a.publish(ctx, c.user)
}
