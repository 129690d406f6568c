package mattermost

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"thbot/bot/chat"
)

// probe is what thbot's own check runs as a command, followed by a word that
// comes back, so that it sees whether the server reaches the listener.
const probe = "are-you-there "

// takeCommand takes a typed command.
func (a *Adapter) takeCommand(ctx context.Context, body []byte) any {
	cmd, err := decodeCommand(body)
	if err != nil {
		return refusal(http.StatusBadRequest)
	}
	handle, s, err := a.running(ctx)
	if err != nil {
		return ephemeral(sayStarting)
	}
	if !s.known(cmd.token) {
		return a.refused("command", errors.New("wrong token"))
	}
	delivery, err := a.verify(ctx, s, cmd.trigger, cmd.user)
	switch {
	case errors.Is(err, errStale):
		return ephemeral(sayClock)
	case err != nil:
		return a.refused("command", err)
	}
	if word, asked := strings.CutPrefix(cmd.text, probe); asked && cmd.user == s.bot.Id {
		return ephemeral(word)
	}
	if no := a.unwelcome(ctx, cmd.user); no != "" {
		return ephemeral(no)
	}
	c := caller{user: cmd.user, name: cmd.name, channel: cmd.channel, trigger: cmd.trigger, hook: cmd.hook}
	return chat.Within[any](ctx, &a.work, a.patience, ephemeral(sayWait), func(ctx context.Context) func(context.Context, bool) any {
		req := a.request(s, c, delivery)
		req.Text = cmd.text
		m := a.carryOut(ctx, s, c, handle(ctx, req))
		return func(ctx context.Context, late bool) any {
			if late {
				a.tell(ctx, c, m)
				return nil
			}
			response, err := a.reply(m, c)
			if err != nil {
				a.log.Error("a reply cannot be shown", "error", err)
				return ephemeral("Something went wrong on my side when I answered. What you asked for may be done.")
			}
			return response
		}
	})
}

// unwelcome says why an account is turned away before anything is asked of the
// register; "" lets it pass. Who is on the roster is decided there, by ids: a
// guest account is no reason.
func (a *Adapter) unwelcome(ctx context.Context, user string) string {
	acc, err := a.account(ctx, user)
	switch {
	case status(err) == http.StatusNotFound, err == nil && (acc.bot || !acc.active):
		return sayNobody
	case err != nil:
		return sayUnsure
	}
	return ""
}
