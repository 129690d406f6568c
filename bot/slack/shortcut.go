package slack

import (
	"context"
	"strings"

	"thbot/bot/chat"
	"thbot/commands"
)

// Names of the shortcuts, as the manifest declares them.
const (
	shortcutRecord = "record-message" // on a message
	shortcutNew    = "record"         // anywhere; the command that it runs
)

// shortcutTaker reads a shortcut: on a message, or anywhere.
func (a *Adapter) shortcutTaker(i interaction) (func(context.Context) ack, error) {
	c := callerOf(i)
	var asked commands.Request
	switch {
	case i.Callback == shortcutRecord && i.Message != nil:
		asked.Quote = &commands.Quote{Text: plain(i.Message.Text).Text, Link: a.permalink(i)}
	case i.Callback == shortcutNew && i.Type == "shortcut":
		asked.Text = shortcutNew
	default:
		return nil, errShape
	}
	return func(ctx context.Context) ack { return a.takeShortcut(ctx, c, asked) }, nil
}

// takeShortcut opens the form; there is nothing else to answer but a refusal.
func (a *Adapter) takeShortcut(ctx context.Context, c caller, asked commands.Request) ack {
	return chat.Within(ctx, &a.work, a.patience, ack{}, func(ctx context.Context) func(context.Context, bool) ack {
		c.opening = a.expect(ctx, c)
		defer c.opening.end(ctx)
		var m *commands.Message
		if handle, no := a.ready(ctx, &c); no != "" {
			m = commands.Tell(commands.Say("%s", no))
		} else {
			req := a.request(c, c.trigger)
			req.Text, req.Quote = asked.Text, asked.Quote
			m = a.carryOut(ctx, c, handle(ctx, req))
		}
		return func(ctx context.Context, _ bool) ack {
			a.work.Start(ctx, func(ctx context.Context) { a.tell(ctx, c, m) })
			return ack{}
		}
	})
}

// permalink is the address of the chosen message. It is put together, not
// asked for: the form has to be open within three seconds.
func (a *Adapter) permalink(i interaction) string {
	s := a.conn.Known.Load()
	if s == nil || !strings.HasPrefix(s.url, "https://") || i.Channel.ID == "" || i.Message.TS == "" {
		return ""
	}
	link := strings.TrimRight(s.url, "/") + "/archives/" + i.Channel.ID + "/p" + strings.ReplaceAll(i.Message.TS, ".", "")
	if t := i.Message.Thread; t != "" && t != i.Message.TS {
		link += "?thread_ts=" + t + "&cid=" + i.Channel.ID
	}
	return link
}
