package mattermost

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/mattermost/mattermost/server/public/model"

	"thbot/bot/chat"
)

// Check looks over the connection, and says what to mend. Beside registering
// the command, as a start does, and one command of the bot's own where thbot
// serves, it changes nothing.
func (a *Adapter) Check(ctx context.Context, up chat.Checkup) []chat.Finding {
	var all []chat.Finding
	say := func(ok bool, format string, args ...any) {
		all = append(all, chat.Finding{OK: ok, Text: "mattermost: " + strings.TrimPrefix(fmt.Sprintf(format, args...), "mattermost: ")})
	}
	s, err := a.conn.Refresh(ctx)
	if err != nil {
		if status(err) == http.StatusUnauthorized {
			err = errRefused
		}
		say(false, "%s", err)
		return all
	}
	checkServer(s, say)
	a.checkClock(ctx, say)
	if s.command != nil {
		say(false, "%s", s.command)
	} else {
		say(true, "the command /%s leads to %s", Trigger, a.callback("command"))
		a.checkCallback(ctx, s, up.Serving, say)
	}
	a.checkChannel(ctx, s, up, say)
	return all
}

func checkServer(s *session, say func(bool, string, ...any)) {
	switch v := s.version; {
	case !v.from(9, 10):
		say(false, "the server has version %s; thbot needs 9.10 or later", v)
	case v.from(12, 0):
		say(true, "the server has version %s, newer than those thbot was tried with (9.10 to 11)", v)
	default:
		say(true, "connected to version %s as @%s", v, s.bot.Username)
	}
	if !s.bot.IsBot {
		say(false, "the token is of the person @%s; make a bot account (Integrations > Bot Accounts) and use its token", s.bot.Username)
	}
}

// clockMost is how far the clocks may differ before it is said.
const clockMost = time.Minute

func (a *Adapter) checkClock(ctx context.Context, say func(bool, string, ...any)) {
	_, resp, err := a.api.GetPing(ctx)
	if err != nil || resp == nil {
		say(false, "the server did not answer a ping")
		return
	}
	theirs, err := http.ParseTime(resp.Header.Get("Date"))
	if err != nil {
		say(true, "the server does not tell its time")
		return
	}
	apart := a.now().Sub(theirs).Round(time.Second)
	say(apart.Abs() <= clockMost, "its clock differs by %s; over five minutes commands are refused", apart.Abs())
}

// checkCallback runs a command as the bot: an answer proves that the server
// reaches the listener.
func (a *Adapter) checkCallback(ctx context.Context, s *session, serving bool, say func(bool, string, ...any)) {
	host := host(a.cfg.PublicURL)
	allow := fmt.Sprintf("%q must stand in ServiceSettings.AllowedUntrustedInternalConnections (System Console > Environment > Developer)", host)
	if !serving {
		if internal(host) {
			say(true, "public_url is an internal address: %s", allow)
		}
		say(true, "whether the server reaches %s can be seen while thbot serves", a.callback("command"))
		return
	}
	word := nonce()
	args := fmt.Sprintf(`{"channel_id":%q,"command":%q}`, s.channel.Id, "/"+Trigger+" "+probe+word)
	resp, err := a.api.DoAPIPost(ctx, "/commands/execute", args)
	if err == nil {
		defer resp.Body.Close()
		b, _ := io.ReadAll(io.LimitReader(resp.Body, 64<<10))
		if strings.Contains(string(b), word) {
			say(true, "the server reaches %s", a.callback("command"))
			return
		}
	}
	err = failed("run the command", model.BuildResponse(resp), err)
	say(false, "the server does not reach %s. If that address is right and the network lets it through, %s; the server's log says \"address forbidden\" then (%v)", a.callback("command"), allow, err)
}

func host(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	return u.Hostname()
}

// internal tells whether the server would take the host for one of its own
// network.
func internal(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && (ip.IsLoopback() || ip.IsPrivate() || ip.IsLinkLocalUnicast())
}

func (a *Adapter) checkChannel(ctx context.Context, s *session, up chat.Checkup, say func(bool, string, ...any)) {
	_, err := call[*model.ChannelMember]("look for the bot in the channel")(a.api.GetChannelMember(ctx, s.channel.Id, s.bot.Id, ""))
	if err != nil {
		say(false, "the bot is not in the channel %s. Somebody who is can type there: /invite @%s", a.cfg.Channel, s.bot.Username)
		return
	}
	audience, err := a.Audience(ctx, s.channel.Id)
	if err != nil {
		say(false, "the members of the channel %s cannot be read: %v", a.cfg.Channel, err)
		return
	}
	say(!audience.Public, "the channel %s is %s", a.cfg.Channel, map[bool]string{true: "public: everybody in the team can read it; make it private", false: "private, and the bot is in it"}[audience.Public])
	if up.OnRoster == nil {
		return
	}
	var strangers []string
	for _, user := range audience.Users {
		if !up.OnRoster(s.accountID(user)) {
			strangers = append(strangers, user)
		}
	}
	if len(strangers) > 0 {
		say(false, "%d in the channel are not on the roster: %s. Take them out of it, or add them with /thb contact add", len(strangers), strings.Join(strangers, ", "))
	} else {
		say(true, "all %d in the channel are on the roster", len(audience.Users))
	}
}

// membersMost bounds the pages of members that are read.
const membersMost = 50

// Audience tells who reads a channel.
func (a *Adapter) Audience(ctx context.Context, channel string) (chat.Audience, error) {
	s, err := a.conn.Session(ctx)
	if err != nil {
		return chat.Audience{}, err
	}
	ch, err := call[*model.Channel]("read the channel")(a.api.GetChannel(ctx, channel))
	if err != nil {
		return chat.Audience{}, err
	}
	out := chat.Audience{Public: ch.Type == model.ChannelTypeOpen}
	for page := range membersMost {
		members, err := call[model.ChannelMembers]("read the channel's members")(a.api.GetChannelMembers(ctx, channel, page, pageSize, ""))
		if err != nil {
			return chat.Audience{}, err
		}
		for _, m := range members {
			if m.UserId != s.bot.Id {
				out.Users = append(out.Users, m.UserId)
			}
		}
		if len(members) < pageSize {
			break
		}
	}
	return out, nil
}
