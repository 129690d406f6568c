package slack

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	slackgo "github.com/slack-go/slack"

	"thbot/bot/chat"
)

// clockMost is how far the clocks may differ before it is said.
const clockMost = time.Minute

// Check looks over the connection, and says what to mend. It changes nothing.
func (a *Adapter) Check(ctx context.Context, up chat.Checkup) []chat.Finding {
	var all []chat.Finding
	say := func(ok bool, format string, args ...any) {
		all = append(all, chat.Finding{OK: ok, Text: "slack: " + fmt.Sprintf(format, args...)})
	}
	s, err := a.conn.Refresh(ctx)
	if err != nil {
		if refusedToken(err) {
			err = errBotToken
		}
		say(false, "%s", err)
		return all
	}
	say(true, "connected to the workspace %s as @%s", s.url, s.name)
	a.checkClock(ctx, say)
	checkScopes(s, say)
	a.checkDelivery(ctx, say)
	a.checkChannel(ctx, s, up, say)
	return all
}

func (a *Adapter) checkClock(ctx context.Context, say func(bool, string, ...any)) {
	who, err := a.api.AuthTestContext(ctx)
	if err != nil {
		say(false, "Slack did not answer when asked for its time")
		return
	}
	theirs, err := http.ParseTime(who.Header.Get("Date"))
	if err != nil {
		say(true, "Slack does not tell its time")
		return
	}
	apart := a.now().Sub(theirs).Round(time.Second).Abs()
	say(apart <= clockMost, "its clock differs by %s; over five minutes deliveries by HTTP are refused", apart)
}

func checkScopes(s *session, say func(bool, string, ...any)) {
	missing := lacking(s.scopes)
	for _, m := range missing {
		say(false, "the scope %s is missing; it is needed %s", m.name, m.why)
	}
	if len(missing) > 0 {
		say(false, "to mend the scopes, put the text of thbot manifest in place of the app's manifest, or add them under OAuth & Permissions > Bot Token Scopes; then install the app to the workspace again")
	} else {
		say(true, "all %d scopes are granted", len(scopes))
	}
	if more := needless(s.scopes); len(more) > 0 {
		say(true, "granted and not needed: %s", strings.Join(more, ", "))
	}
}

// checkDelivery looks at how commands come in.
func (a *Adapter) checkDelivery(ctx context.Context, say func(bool, string, ...any)) {
	if a.cfg.Mode == HTTP {
		say(true, "by HTTP: commands come with Slack's signature; whether it reaches the listener shows when /%s is typed", Command)
		return
	}
	_, _, err := a.api.StartSocketModeContext(ctx)
	switch err = failed("ask for a socket", err); {
	case err == nil:
		say(true, "by Socket Mode: the app-level token is taken")
	case refusedToken(err) || code(err) == missingScope:
		say(false, "%s", errAppToken)
	default:
		say(false, "Socket Mode: %s", err)
	}
}

func (a *Adapter) checkChannel(ctx context.Context, s *session, up chat.Checkup, say func(bool, string, ...any)) {
	if s.channelErr != nil {
		say(false, "%s", s.channelErr)
		return
	}
	ch := s.channel
	if ch.IsMember {
		say(true, "the bot is in the channel %s", a.cfg.Channel)
	} else {
		say(false, "the bot is not in the channel %s. Somebody who is can type there: /invite @%s", a.cfg.Channel, s.name)
	}
	if ch.IsArchived {
		say(false, "the channel %s is archived", a.cfg.Channel)
	}
	if ch.IsExtShared || ch.IsPendingExtShared {
		say(false, "the channel %s is shared with another organisation by Slack Connect: whoever is in it there reads what is posted. Use a channel of this workspace, with guests", a.cfg.Channel)
	}
	audience, err := a.Audience(ctx, ch.ID)
	if err != nil {
		say(false, "the members of the channel %s cannot be read: %v", a.cfg.Channel, err)
		return
	}
	say(!audience.Public, "the channel %s is %s", a.cfg.Channel, map[bool]string{true: "public: everybody in the workspace can read it; make it private", false: "private"}[audience.Public])
	if up.OnRoster != nil {
		checkMembers(s, audience, up, say)
	}
}

func checkMembers(s *session, audience chat.Audience, up chat.Checkup, say func(bool, string, ...any)) {
	var strangers []string
	for _, user := range audience.Users {
		if !up.OnRoster(s.accountID(user)) {
			strangers = append(strangers, user)
		}
	}
	if len(strangers) > 0 {
		say(false, "%d in the channel are not on the roster: %s. Take them out of it, or add them with /%s contact add", len(strangers), strings.Join(strangers, ", "), Command)
		return
	}
	say(true, "all %d in the channel are on the roster", len(audience.Users))
}

// Members are read in pages.
const (
	memberPage  = 200
	memberPages = 50
)

// Audience tells who reads a channel. One that is shared with another
// organisation counts as public: who reads it there is not known here.
func (a *Adapter) Audience(ctx context.Context, channel string) (chat.Audience, error) {
	s, err := a.conn.Session(ctx)
	if err != nil {
		return chat.Audience{}, err
	}
	ch, err := a.channelInfo(ctx, channel)
	if err != nil {
		return chat.Audience{}, err
	}
	out := chat.Audience{Public: !ch.IsPrivate || ch.IsExtShared}
	q := &slackgo.GetUsersInConversationParameters{ChannelID: channel, Limit: memberPage}
	for range memberPages {
		users, next, err := a.api.GetUsersInConversationContext(ctx, q)
		if err != nil {
			return chat.Audience{}, failed("read the channel's members", err)
		}
		for _, u := range users {
			if u != s.user {
				out.Users = append(out.Users, u)
			}
		}
		if q.Cursor = next; next == "" {
			break
		}
	}
	return out, nil
}
