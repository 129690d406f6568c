package outbox

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"thbot/bot/chat"
	"thbot/commands"
	"thbot/store"
)

// pages is a chat that makes a post of every line.
type pages struct{ *recorder }

func (c pages) Render(m *commands.Message) ([]json.RawMessage, error) {
	var bodies []json.RawMessage
	for line := range strings.SplitSeq(m.Text(), "\n") {
		b, err := json.Marshal(line)
		if err != nil {
			return nil, err
		}
		bodies = append(bodies, b)
	}
	return bodies, nil
}

func (c pages) Delete(_ context.Context, _ chat.Place, id string) error {
	c.posts = slices.DeleteFunc(c.posts, func(p recorded) bool { return p.id == id })
	return nil
}

// TestRefreshIsWhole holds that a message of several posts is edited in all of
// them, and that posts which it no longer needs do not stay with their buttons.
func TestRefreshIsWhole(t *testing.T) {
	p := open(t)
	p.use(pages{p.chat})
	p.say("cepol", "record Webinar on indicators of labour exploitation for labour inspectors in Romania, March 2027")
	p.say("eurofound", "record Webinar on indicators of labour exploitation for labour inspectors in Romania, April 2027")
	p.now = p.now.Add(time.Hour)
	p.deliver()
	before := p.chat.to("cepol")
	p.say("eurofound", "withdraw A2")
	p.deliver()
	after := p.chat.to("cepol")
	if len(before) < 3 || len(after) != 1 || !strings.Contains(after[0], "withdrew A2") {
		t.Fatalf("before:\n%s\nafter:\n%s", strings.Join(before, "\n"), strings.Join(after, "\n"))
	}
	if row := p.row(store.RowFlag, "P10"); len(row.Parts) != 1 || row.Refresh {
		t.Errorf("%+v", row)
	}
}

// TestEditWaitsForTheAnswer holds that a direct message is left alone until the
// answer to a press can have been put in its place.
func TestEditWaitsForTheAnswer(t *testing.T) {
	p := open(t)
	p.outbox.Chats["console"] = Chat{Poster: p.chat, Grace: 4 * time.Second}
	p.say("cepol", "record Webinar on indicators of labour exploitation for labour inspectors in Romania, March 2027")
	p.say("eurofound", "record Webinar on indicators of labour exploitation for labour inspectors in Romania, April 2027")
	p.now = p.now.Add(time.Hour)
	p.deliver()
	p.say("eurofound", "withdraw A2")
	p.now = p.now.Add(3 * time.Second)
	p.deliver()
	if row := p.row(store.RowFlag, "P10"); !row.Refresh {
		t.Error("edited at once")
	}
	p.now = p.now.Add(time.Second)
	p.deliver()
	if row := p.row(store.RowFlag, "P10"); row.Refresh {
		t.Error("not edited after the grace")
	}
}
