package slack

import (
	"context"
	"regexp"
	"strings"

	slackgo "github.com/slack-go/slack"

	"thbot/store"
	"thbot/store/fault"
)

// session is what is known of the workspace while the token works.
type session struct {
	team, url  string // id, and address such as https://thb.slack.com/
	user, bot  string // the bot's ids
	name       string // of the bot's user
	scopes     []string
	channel    *slackgo.Channel
	channelErr error // why there is no channel; nil where there is one
}

// accountID names an id of the workspace.
func (s *session) accountID(id string) store.AccountID {
	return store.AccountID{Platform: Platform, Workspace: s.team, User: id}
}

// connect reads a session, and says how it stands.
func (a *Adapter) connect(ctx context.Context) (*session, string, error) {
	who, err := a.api.AuthTestContext(ctx)
	if err != nil {
		return nil, "", failed("test the token", err)
	}
	s := &session{team: who.TeamID, url: who.URL, user: who.UserID, bot: who.BotID, name: who.User, scopes: scopesOf(who.Header)}
	words := "connected as @" + s.name
	if s.channel, s.channelErr = a.coordination(ctx, s); s.channelErr != nil {
		words += ", but without the channel: " + s.channelErr.Error()
	}
	return s, words, nil
}

// channelID is the form of a channel's id.
var channelID = regexp.MustCompile(`^[CG][A-Z0-9]{7,}$`)

// coordination finds the coordination channel, by its id once that is known.
func (a *Adapter) coordination(ctx context.Context, s *session) (*slackgo.Channel, error) {
	id := a.cfg.Channel
	if known := a.conn.Known.Load(); known != nil && known.channel != nil {
		id = known.channel.ID
	}
	if channelID.MatchString(id) {
		ch, err := a.channelInfo(ctx, id)
		if err == nil || code(err) != "channel_not_found" {
			return ch, err
		}
	} else if ch, err := a.channelNamed(ctx, strings.TrimPrefix(id, "#")); ch != nil || err != nil {
		return ch, err
	}
	return nil, fault.New(fault.NotFound, "The bot @%s sees no channel %s. If it is private, somebody who is in it can add the bot by typing this there.", s.name, a.cfg.Channel).
		WithTry("/invite @%s", s.name)
}

func (a *Adapter) channelInfo(ctx context.Context, id string) (*slackgo.Channel, error) {
	ch, err := a.api.GetConversationInfoContext(ctx, &slackgo.GetConversationInfoInput{ChannelID: id})
	return ch, failed("read the channel", err)
}

// channelPages bounds the search for a channel's name.
const channelPages = 100

func (a *Adapter) channelNamed(ctx context.Context, name string) (*slackgo.Channel, error) {
	q := &slackgo.GetConversationsParameters{ExcludeArchived: true, Limit: 200, Types: []string{"private_channel", "public_channel"}}
	for range channelPages {
		page, next, err := a.api.GetConversationsContext(ctx, q)
		if err != nil {
			return nil, failed("find the channel", err)
		}
		for i := range page {
			if page[i].Name == name {
				return &page[i], nil
			}
		}
		if q.Cursor = next; next == "" {
			break
		}
	}
	return nil, nil
}
