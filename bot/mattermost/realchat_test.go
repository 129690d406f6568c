package mattermost

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mattermost/mattermost/server/public/model"

	"thbot/bot/chat"
	"thbot/bot/chattest"
)

// room is the real server as the suite of conversations plays it.
type room struct {
	r      *real
	t      *testing.T
	served *served
	since  int64           // when the conversation began, in the server's milliseconds
	taken  map[string]bool // posts in direct messages that were an answer
	people map[string]*person
}

var _ chattest.Chat = (*room)(nil)

// newRoom starts thbot with a new register, for one conversation.
func (r *real) newRoom(t *testing.T, change ...func(*served)) *room {
	t.Helper()
	defer r.on(t)()
	g := &room{r: r, t: t, taken: map[string]bool{}, people: map[string]*person{}, since: time.Now().UnixMilli()}
	g.served = r.serve(t, change...)
	return g
}

// on is what was seen, as Press and Fill need it.
type on struct {
	posts  []*model.Post
	dialog model.Dialog
	url    string
}

func (g *room) person(name string) *person {
	g.t.Helper()
	defer g.r.on(g.t)()
	if g.people[name] == nil {
		g.people[name] = g.r.person(name)
	}
	g.people[name].forget()
	return g.people[name]
}

func (g *room) Type(user, text string) chattest.Seen {
	g.t.Helper()
	defer g.r.on(g.t)()
	p := g.person(user)
	got := p.run(text)
	if got.Text == "" && len(got.Attachments) == 0 {
		return g.form(p.event(model.WebsocketEventOpenDialog))
	}
	posts := []*model.Post{p.ephemeral()}
	if posts[0].Message == sayWait {
		return g.answer(p, "")
	}
	for range got.ExtraResponses {
		posts = append(posts, p.ephemeral())
	}
	return g.see(p, posts...)
}

func (g *room) Press(user string, seen chattest.Seen, label string) chattest.Seen {
	g.t.Helper()
	defer g.r.on(g.t)()
	p := g.person(user)
	for _, q := range seen.Post.(on).posts {
		if slices.Contains(labels(q), label) {
			if err := p.press(q, label, ""); err != nil {
				g.t.Fatalf("%s presses %s: %v", user, label, err)
			}
			return g.answer(p, q.Id)
		}
	}
	g.t.Fatalf("no button %q", label)
	return chattest.Seen{}
}

// answer waits for what comes of a press or a sent form: a form, an ephemeral
// post, another text in the pressed one's place, or a direct message.
func (g *room) answer(p *person, pressed string) chattest.Seen {
	g.t.Helper()
	direct := p.direct()
	e := p.within(20*time.Second, func(e *model.WebSocketEvent) bool {
		switch e.EventType() {
		case model.WebsocketEventOpenDialog, model.WebsocketEventEphemeralMessage:
			return true
		case model.WebsocketEventPostEdited:
			return post(g.t, e).Id == pressed
		case model.WebsocketEventPosted:
			q := post(g.t, e)
			return q.ChannelId == direct && q.UserId == p.r.world.Bot.ID && len(q.FileIds) == 0
		}
		return false
	})
	switch {
	case e == nil:
		g.t.Fatalf("%s saw no answer", p.login.Name)
		return chattest.Seen{}
	case e.EventType() == model.WebsocketEventOpenDialog:
		return g.form(e)
	case e.EventType() == model.WebsocketEventPosted:
		g.taken[post(g.t, e).Id] = true
	case e.EventType() == model.WebsocketEventPostEdited:
		// As it was edited then: the outbox may edit it again at once.
		return g.see(p, post(g.t, e))
	}
	q := post(g.t, e)
	switch q.Message {
	case sayWait:
		return g.answer(p, pressed)
	case chat.SayNextForm: // here a form cannot open another
		if err := p.press(q, labels(q)[0], ""); err != nil {
			g.t.Fatal(err)
		}
		return g.answer(p, q.Id)
	}
	return g.see(p, q)
}

func (g *room) form(e *model.WebSocketEvent) chattest.Seen {
	g.t.Helper()
	d, url := opened(g.t, e)
	f := &chattest.Form{Title: d.Title}
	for _, el := range d.Elements {
		field := chattest.Field{Name: el.Name, Label: el.DisplayName, Value: el.Default}
		for _, o := range el.Options {
			if o.Value != noChoice {
				field.Options = append(field.Options, o.Text)
			}
		}
		f.Fields = append(f.Fields, field)
	}
	return chattest.Seen{Form: f, Post: on{dialog: d, url: url}}
}

func (g *room) Fill(user string, seen chattest.Seen, values map[string]string) chattest.Seen {
	g.t.Helper()
	defer g.r.on(g.t)()
	p := g.person(user)
	had := seen.Post.(on)
	change := map[string]any{}
	for _, e := range had.dialog.Elements {
		value, given := values[e.Name]
		switch {
		case !given:
			continue
		case e.DataSource == model.PostActionDataSourceUsers:
			value = g.r.world.Users[value].ID
		case e.Type == "select" && value == "":
			value = noChoice
		}
		change[e.Name] = value
	}
	out, err := p.submit(had.dialog, had.url, change)
	if err != nil {
		g.t.Fatalf("%s sends a form: %v", user, err)
	}
	if out.Error == "" && len(out.Errors) == 0 {
		return g.answer(p, "")
	}
	for i, e := range had.dialog.Elements { // the client keeps what was typed
		if v, given := change[e.Name]; given {
			had.dialog.Elements[i].Default = v.(string)
		}
	}
	again := chattest.Seen{Form: seen.Form, Errors: out.Errors, Post: had}
	if out.Error != "" {
		again.Errors = map[string]string{"": out.Error}
	}
	return again
}

// see gives posts as a person sees them.
func (g *room) see(p *person, posts ...*model.Post) chattest.Seen {
	g.t.Helper()
	seen := chattest.Seen{Post: on{posts: posts}}
	var text []string
	for _, q := range posts {
		text = append(text, readAs(q.Message))
		for _, at := range q.Attachments() {
			text = append(text, readAs(at.Text))
		}
		seen.Buttons = append(seen.Buttons, labels(q)...)
	}
	var kept []string
	for l := range strings.SplitSeq(strings.Join(text, "\n"), "\n") {
		if strings.HasPrefix(l, "In your direct messages: ") {
			seen.Files = g.sent(p)
			continue
		}
		kept = append(kept, strings.TrimPrefix(l, "Picture: "))
	}
	seen.Text = strings.Join(kept, "\n")
	return seen
}

func labels(q *model.Post) []string {
	var all []string
	for _, at := range q.Attachments() {
		for _, a := range at.Actions {
			if len(a.Options) == 0 {
				all = append(all, a.Name)
			}
			for _, o := range a.Options {
				all = append(all, o.Text)
			}
		}
	}
	return all
}

// sent gives the files of the newest direct message that was not seen yet.
func (g *room) sent(p *person) []chattest.File {
	g.t.Helper()
	for _, q := range slices.Backward(g.posts(p, p.direct())) {
		if len(q.FileIds) > 0 {
			g.taken[q.Id] = true
			return g.files(p, q)
		}
	}
	g.t.Fatalf("%s got no file", p.login.Name)
	return nil
}

func (g *room) files(p *person, q *model.Post) []chattest.File {
	g.t.Helper()
	var all []chattest.File
	for _, id := range q.FileIds {
		info, _, err := p.api.GetFileInfo(context.Background(), id)
		if err != nil {
			g.t.Fatal(err)
		}
		f := chattest.File{Name: info.Name, Size: int(info.Size)}
		_, f.Alt, _ = strings.Cut(readAs(q.Message), info.Name+": ")
		all = append(all, f)
	}
	return all
}

// posts gives the bot's posts of this conversation, oldest first.
func (g *room) posts(p *person, channel string) []*model.Post {
	g.t.Helper()
	list, _, err := p.api.GetPostsSince(context.Background(), channel, g.since, false)
	if err != nil {
		g.t.Fatal(err)
	}
	var all []*model.Post
	for _, q := range list.Posts {
		if q.UserId == g.r.world.Bot.ID && q.CreateAt >= g.since && q.DeleteAt == 0 && !g.taken[q.Id] && q.Type == "" {
			all = append(all, q)
		}
	}
	slices.SortFunc(all, func(a, b *model.Post) int { return int(a.CreateAt - b.CreateAt) })
	return all
}

func (g *room) Inbox(user string) []chattest.Seen {
	g.t.Helper()
	defer g.r.on(g.t)()
	p := g.person(user)
	return g.all(p, p.direct())
}

func (g *room) Channel() []chattest.Seen {
	g.t.Helper()
	defer g.r.on(g.t)()
	return g.all(g.person("atc"), g.r.world.ChannelID)
}

func (g *room) all(p *person, channel string) []chattest.Seen {
	g.t.Helper()
	var all []chattest.Seen
	for _, q := range g.posts(p, channel) {
		all = append(all, g.see(p, q))
	}
	return all
}

// Settle waits for the hold, and then until nothing that is due is on its way.
func (g *room) Settle() {
	g.t.Helper()
	defer g.r.on(g.t)()
	hold, err := time.ParseDuration(chattest.Hold)
	if err != nil {
		g.t.Fatal(err)
	}
	time.Sleep(hold + 500*time.Millisecond)
	atc := g.person("atc")
	for end := time.Now().Add(30 * time.Second); time.Now().Before(end); time.Sleep(200 * time.Millisecond) {
		if !strings.Contains(atc.say("outbox").Message, "Due, on the way") {
			return
		}
	}
	g.t.Fatal("what is due does not go out")
}
