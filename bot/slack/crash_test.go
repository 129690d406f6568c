package slack_test

import (
	"context"
	"testing"
	"time"

	"thbot/bot/chat"
	"thbot/bot/crashtest"
	"thbot/bot/slack"
	"thbot/bot/slack/standin"
	"thbot/commands"
	"thbot/store"
)

// workspace is a stand-in Slack with the people of the story in one channel.
type workspace struct {
	*standin.Server
	users   map[string]string // ids by name
	channel string
}

func newWorkspace(now func() time.Time) *workspace {
	w := &workspace{Server: standin.New(standin.Config{Now: now, Deadline: time.Minute}), users: map[string]string{}}
	members := []string{w.Bot().ID}
	for _, name := range crashtest.Names {
		w.users[name] = w.AddUser(standin.User{Name: name}).ID
		members = append(members, w.users[name])
	}
	w.channel = w.AddChannel(standin.Channel{Name: "contact-points", Private: true}, members...).ID
	return w
}

// TestMain starts the tests or, for a trial, the process that is killed. Every
// stand-in gives the same ids, so one that is closed again tells them.
func TestMain(m *testing.M) {
	w := newWorkspace(nil)
	account := func(user string) store.AccountID {
		return store.AccountID{Platform: slack.Platform, Workspace: w.Team().ID, User: user}
	}
	w.Close()
	crashtest.Main(m, crashtest.Process{
		Adapter: connect,
		Setup:   crashtest.People(func(name string) store.AccountID { return account(w.users[name]) }),
		Rules:   commands.Rules{Channels: []string{account(w.channel).String()}, Reminders: []string{"3d"}},
	})
}

func connect(address string, s *store.Store, _ func() time.Time) (chat.Adapter, error) {
	return slack.New(slack.Config{
		Mode: slack.Socket, Channel: "contact-points", APIURL: address,
		BotToken: standin.BotToken, AppToken: standin.AppToken, Secret: s.Secret(),
	})
}

// TestCrashPoints kills the process wherever it can be killed, over Slack's
// stand-in. It loses posts and answers, tells to wait, fails, and keeps the
// first post out of its history until it was made twice.
func TestCrashPoints(t *testing.T) {
	story := crashtest.Story()
	story.Open = openTrial((*workspace).trouble)
	story.Everywhere(t)
}

// TestCrashDeeds kills the process around each press and each sent form.
func TestCrashDeeds(t *testing.T) {
	deeds := crashtest.Deeds()
	deeds.Open = openTrial(nil)
	deeds.Everywhere(t)
}

// TestBrokenDeedsAreFound holds that the trials find out what is acknowledged
// before it is stored, and what is done again when it comes again.
func TestBrokenDeedsAreFound(t *testing.T) { crashtest.Deeds().FindOut(t, openTrial(nil)) }

// openTrial starts a workspace with trouble, which may be nil.
func openTrial(trouble func(*workspace, context.Context)) func(testing.TB, func() time.Time, func(string)) crashtest.Chat {
	return func(t testing.TB, now func() time.Time, pass func(string)) crashtest.Chat {
		c := &trial{workspace: newWorkspace(now), t: t, pass: pass}
		ctx, cancel := context.WithCancel(t.Context())
		c.ctx, c.lives = ctx, crashtest.NewLives(ctx)
		done := make(chan struct{})
		go func() {
			defer close(done)
			if trouble != nil {
				trouble(c.workspace, ctx)
			}
		}()
		c.stop = func() { cancel(); <-done }
		return c
	}
}

// trouble breaks calls, each after so many posts.
func (w *workspace) trouble(ctx context.Context) {
	w.LagHistory(3)
	w.Break(standin.Fault{Method: post, Lost: true, Times: 1})
	for _, next := range []struct {
		after int
		fault standin.Fault
	}{
		{2, standin.Fault{Method: post, Reset: true, Times: 1}},
		{4, standin.Fault{Method: post, Status: 429, RetryAfter: 40, Times: 1}},
		{6, standin.Fault{Method: post, Gateway: true, Times: 1}},
		{8, standin.Fault{Method: "conversations.history", Status: 500, Times: 1}},
		{9, standin.Fault{Method: post, Truncated: true, Times: 1}},
		{10, standin.Fault{Method: "chat.update", Lost: true, Times: 1}},
	} {
		if w.Await(ctx, func() bool { return w.count(post) >= next.after }) != nil {
			return
		}
		w.LagHistory(0)
		w.Break(next.fault)
	}
}

const post = "chat.postMessage"

func (w *workspace) count(method string) (n int) {
	for _, c := range w.Calls() {
		if c.Method == method {
			n++
		}
	}
	return n
}

// trial is a workspace as a trial uses it.
type trial struct {
	*workspace
	t     testing.TB
	ctx   context.Context // ends with the trial
	lives *crashtest.Lives
	pass  func(string)
	stop  func()
	steps []crashtest.Step // done
}

func (c *trial) Address() string { return c.URL() }

// Restarted implements crashtest.Chat.
func (c *trial) Restarted() { c.lives.Next() }

// Posts implements crashtest.Chat: what stands of the posts with a mark, but
// for answers.
func (c *trial) Posts() []string {
	var ids []string
	answers := c.answers()
	channels := []string{c.channel}
	for _, id := range c.users {
		channels = append(channels, c.Direct(id))
	}
	for _, id := range channels {
		for _, m := range c.Messages(id) {
			if m.User == c.Bot().ID && len(m.Metadata) > 0 && !answers[m.TS] {
				ids = append(ids, m.TS)
			}
		}
	}
	return ids
}

// Blind implements crashtest.Chat, by how often a place was read between two
// posts with one mark.
func (c *trial) Blind() []string {
	var looks crashtest.Looks
	for _, call := range c.Calls() {
		channel := call.Args.Get("channel")
		switch {
		case call.Method == "conversations.history":
			looks.Read(channel, time.Time{})
		case call.Method == post && call.Error == "":
			looks.Sent(channel, call.Args.Get("metadata"))
		}
	}
	return looks.Blind()
}

func (c *trial) Close() {
	c.stop()
	c.Server.Close()
}
