package slack

import (
	"context"
	"errors"
	"net/url"
	"strings"

	slackgo "github.com/slack-go/slack"

	"thbot/bot/chat"
	"thbot/commands"
	"thbot/store"
)

// Words of the adapter's own.
const (
	sayNotShown = "Something went wrong on my side when I answered. What you asked for may be done."
	sayNoForm   = "The form could not be opened in time. Please try once more, or type it; `/thb help` shows how."
)

// parts renders an answer; one that cannot be shown says so.
func (a *Adapter) parts(m *commands.Message) []body {
	parts, err := render(m)
	if err != nil {
		a.log.Error("an answer cannot be shown", "error", err)
		parts, _ = render(commands.Tell(commands.Say(sayNotShown)))
	}
	return parts
}

// carryOut opens the reply's form and delivers its files, and gives the
// message with what there is to say of that. It may be nil.
func (a *Adapter) carryOut(ctx context.Context, c caller, r commands.Reply) *commands.Message {
	m := r.Message
	add := func(line commands.Line) { m = new(commands.Message).Add(m).Tell(line) }
	switch {
	case r.Form == nil:
	case c.trigger == "":
		m = a.offers.Add(a.now(), m, r.Form)
	default:
		if err := a.open(ctx, c, r.Form); err != nil {
			a.log.Warn("a form was not opened", "form", r.Form.Name, "error", err)
			add(commands.Say(sayNoForm))
		}
	}
	if len(r.Files) > 0 {
		a.work.Start(ctx, func(ctx context.Context) { a.deliverOrSay(ctx, c, r.Files) })
		add(commands.Say("On its way to your direct messages: %s.", commands.Words(names(r.Files))))
	}
	if m != nil && len(m.Blocks) == 0 {
		return nil
	}
	return m
}

// deliverOrSay brings files to the caller, which takes Slack some seconds.
func (a *Adapter) deliverOrSay(ctx context.Context, c caller, files []commands.File) {
	if err := a.deliver(ctx, c, files); err != nil {
		a.log.Warn("a file was not delivered", "error", err)
		a.tell(ctx, c, commands.Tell(commands.Say("%s could not be sent to your direct messages. Please ask again in a minute.", commands.Words(names(files)))))
	}
}

func names(files []commands.File) string {
	all := make([]string, len(files))
	for i, f := range files {
		all[i] = f.Name
	}
	return strings.Join(all, ", ")
}

// tell reaches the caller apart from the acknowledgement: where he asked, else
// by direct message.
func (a *Adapter) tell(ctx context.Context, c caller, m *commands.Message) {
	a.tellParts(ctx, c, a.parts(m))
}

func (a *Adapter) tellParts(ctx context.Context, c caller, parts []body) {
	for i, part := range parts {
		err := a.viaHook(ctx, c.hook, ephemeral(part))
		if err == nil {
			continue
		}
		if !errors.Is(err, errNoHook) {
			a.log.Warn("an answer goes to the direct messages instead", "error", err)
		}
		if err := a.directly(ctx, c, parts[i:]); err != nil {
			a.log.Error("an answer was not delivered", "error", err)
		}
		return
	}
}

var errNoHook = errors.New("no place to answer")

// viaHook answers at a response_url.
func (a *Adapter) viaHook(ctx context.Context, hook string, m *slackgo.WebhookMessage) error {
	if !a.slacks(hook) {
		return errNoHook
	}
	return failed("answer at a response_url", slackgo.PostWebhookCustomHTTPContext(ctx, hook, a.http, m))
}

// slacks tells whether an address is Slack's, or that of the API in use: what
// people read goes nowhere else.
func (a *Adapter) slacks(address string) bool {
	u, err := url.Parse(address)
	if err != nil || u.User != nil {
		return false
	}
	api, err := url.Parse(a.cfg.APIURL)
	if err == nil && u.Scheme == api.Scheme && strings.EqualFold(u.Host, api.Host) {
		return true
	}
	host := strings.ToLower(u.Hostname())
	return u.Scheme == "https" && (strings.HasSuffix(host, ".slack.com") || strings.HasSuffix(host, ".slack-gov.com"))
}

// directly posts parts into the caller's direct messages, once. Nobody waits
// for them in an outbox.
func (a *Adapter) directly(ctx context.Context, c caller, parts []body) error {
	for _, part := range parts {
		out := a.send(ctx, c.place(), "reply/"+nonce(), part, nil)
		if out.Verdict != chat.Delivered {
			return out.Err
		}
	}
	return nil
}

// place is the caller's direct messages.
func (c caller) place() chat.Place {
	return chat.Place{Account: store.AccountID{Platform: Platform, Workspace: c.team, User: c.user}}
}
