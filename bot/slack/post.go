package slack

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"time"

	slackgo "github.com/slack-go/slack"

	"thbot/bot/chat"
	"thbot/commands"
)

var _ chat.Poster = (*Adapter)(nil)

// Send implements chat.Poster. What goes before the post itself (the direct
// channel, the pictures) can be made twice without harm.
func (a *Adapter) Send(ctx context.Context, p chat.Post) chat.Outcome {
	b, err := thaw(p.Body)
	if err != nil {
		return outcome("", err)
	}
	return a.send(ctx, p.Place, p.Key, b, p.Files)
}

func thaw(raw json.RawMessage) (body, error) {
	var b body
	if err := json.Unmarshal(raw, &b); err != nil || b.Text == "" {
		return b, &apiError{op: "post", code: notOurs, err: err}
	}
	return b, nil
}

func (a *Adapter) send(ctx context.Context, place chat.Place, key string, b body, files []commands.File) chat.Outcome {
	channel, err := a.channel(ctx, place)
	if err != nil {
		return outcome("", err)
	}
	if b.Blocks, err = a.withFiles(ctx, b.Blocks, channel, files); err != nil {
		return outcome("", err)
	}
	options := append(content(b), slackgo.MsgOptionMetadata(marked(a.marker.mark(channel, key))))
	_, ts, err := a.api.PostMessageContext(ctx, channel, options...)
	if err == nil && ts == "" {
		err = errors.New("the answer names no message")
	}
	return outcome(ts, failed("post", err))
}

// Edit implements chat.Poster. Pictures take the place of those that the post
// had; other files were shared beside it, and stay.
func (a *Adapter) Edit(ctx context.Context, id string, p chat.Post) chat.Outcome {
	b, err := thaw(p.Body)
	if err != nil {
		return outcome("", err)
	}
	channel, err := a.channel(ctx, p.Place)
	if err != nil {
		return outcome("", err)
	}
	pictures := slices.DeleteFunc(slices.Clone(p.Files), func(f commands.File) bool { return f.Alt == "" })
	if b.Blocks, err = a.withFiles(ctx, b.Blocks, channel, pictures); err != nil {
		return outcome("", err)
	}
	options := append(content(b), slackgo.MsgOptionMetadata(marked(a.marker.mark(channel, p.Key))))
	_, ts, _, err := a.api.UpdateMessageContext(ctx, channel, id, options...)
	if err == nil && ts == "" {
		err = errors.New("the answer names no message")
	}
	return outcome(id, failed("edit a post", err))
}

// channel gives the channel of a place; for a person the direct one.
func (a *Adapter) channel(ctx context.Context, p chat.Place) (string, error) {
	if p.Channel {
		return p.Account.User, nil
	}
	user := p.Account.User
	if id, ok := a.directs.Get(a.now(), user); ok {
		return id, nil
	}
	ch, _, _, err := a.api.OpenConversationContext(ctx, &slackgo.OpenConversationParameters{Users: []string{user}})
	if err == nil && ch.ID == "" {
		err = errors.New("the answer names no channel")
	}
	if err != nil {
		return "", failed("open direct messages", err)
	}
	a.directs.Put(a.now(), user, ch.ID)
	return ch.ID, nil
}

// History is read in pages. An attempt of unknown outcome is at most about a
// day old, so historyPages pages hold it in any channel that people can read.
const (
	historyPage  = 200
	historyPages = 100
	clockSlip    = 10 * time.Minute // by which Slack's clock may differ from ours
)

// Find implements chat.Poster. A post counts if the bot wrote it and it
// carries the mark, which no other app can make.
func (a *Adapter) Find(ctx context.Context, place chat.Place, key string, since time.Time) ([]string, error) {
	s, err := a.conn.Session(ctx)
	if err != nil {
		return nil, err
	}
	channel, err := a.channel(ctx, place)
	if err != nil {
		return nil, err
	}
	mark := a.marker.mark(channel, key)
	q := url.Values{
		"channel": {channel}, "include_all_metadata": {"true"}, "inclusive": {"true"}, "limit": {strconv.Itoa(historyPage)},
		"oldest": {stamp(since.Add(-clockSlip))},
	}
	var found []string
	for range historyPages {
		var page history
		if err := a.call(ctx, "conversations.history", q, &page); err != nil {
			return nil, failed("read the history", err)
		}
		for _, m := range page.Messages {
			if (m.User == s.user || s.bot != "" && m.Bot == s.bot) && markOf(m.Metadata) == mark {
				found = append(found, m.TS)
			}
		}
		if page.Meta.Next == "" {
			break
		}
		q.Set("cursor", page.Meta.Next)
	}
	slices.SortFunc(found, byTime)
	return found, nil
}

// history is a page of a channel's messages, as far as Find looks at it. It is
// read here and not by slack-go, which refuses a whole page for one block of
// somebody else's that it does not know.
type history struct {
	slackgo.SlackResponse
	Messages []struct {
		TS       string                `json:"ts"`
		User     string                `json:"user"`
		Bot      string                `json:"bot_id"`
		Metadata slackgo.SlackMetadata `json:"metadata"`
	} `json:"messages"`
	Meta struct {
		Next string `json:"next_cursor"`
	} `json:"response_metadata"`
}

// stamp gives a time as Slack names messages.
func stamp(t time.Time) string {
	return fmt.Sprintf("%d.%06d", t.Unix(), t.Nanosecond()/1000)
}

// byTime orders the names of messages by their time.
func byTime(x, y string) int {
	a, _ := strconv.ParseFloat(x, 64)
	b, _ := strconv.ParseFloat(y, 64)
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// Delete implements chat.Poster. A post that is gone already is deleted.
func (a *Adapter) Delete(ctx context.Context, place chat.Place, id string) error {
	channel, err := a.channel(ctx, place)
	if err != nil {
		return err
	}
	_, _, err = a.api.DeleteMessageContext(ctx, channel, id)
	if err = failed("delete a post", err); code(err) == "message_not_found" {
		return nil
	}
	return err
}
