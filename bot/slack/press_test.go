package slack

import (
	"context"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"thbot/bot/slack/standin"
	"thbot/commands"
)

func asked() *commands.Message {
	return commands.Tell(commands.Say("A17 and A9")).Next(
		commands.Button{Label: "We will coordinate", Action: "overlap.coordinate", Record: "O5", Revision: 4},
		commands.Button{Label: "Later", Action: "overlap.later", Record: "O5", Options: []commands.Option{{Value: "7d", Label: "in a week"}, {Value: "30d", Label: "in a month"}}})
}

func settled() commands.Reply {
	return commands.Reply{Message: commands.Tell(commands.Say("noted")), Replace: true}
}

// posted gives the post as people see it.
func (d *desk) posted(user string) standin.Message {
	d.t.Helper()
	all := d.direct(user)
	if len(all) == 0 {
		d.t.Fatal("no direct message")
	}
	return all[len(all)-1]
}

func TestAPressCarriesWhatTheButtonSays(t *testing.T) {
	both(t, func(t *testing.T, d *desk) {
		d.post(d.place("cepol"), "flag/1", asked())
		seen := d.posted("cepol")
		d.acked(d.press("cepol", seen, "We will coordinate"))
		if p := d.last().Press; p == nil || *p != (commands.Press{Action: "overlap.coordinate", Record: "O5", Revision: 4}) {
			t.Errorf("%+v", p)
		}
		d.acked(d.press("cepol", seen, "in a month"))
		if p := d.last().Press; p == nil || *p != (commands.Press{Action: "overlap.later", Record: "O5", Choice: "30d"}) {
			t.Errorf("%+v", p)
		}
	})
}

// In the direct messages the answer takes the place of the question, and the
// post keeps its mark; what is no answer stands below for good.
func TestAPressInTheDirectMessages(t *testing.T) {
	both(t, func(t *testing.T, d *desk) {
		since := time.Now()
		d.post(d.place("cepol"), "flag/1", asked())
		d.acked(d.press("cepol", d.posted("cepol"), "in a week"))
		if all := d.direct("cepol"); len(all) != 2 || all[1].Text != "heard" || all[1].Only != "" {
			t.Errorf("%+v", all)
		}
		d.replies(settled())
		d.acked(d.press("cepol", d.direct("cepol")[0], "We will coordinate"))
		if all := d.direct("cepol"); len(all) != 2 || all[0].Text != "noted" || len(all[0].Blocks) != 1 {
			t.Errorf("%+v", all)
		}
		if found, err := d.adapter.Find(context.Background(), d.place("cepol"), "flag/1", since); len(found) != 1 || err != nil {
			t.Errorf("the mark is gone: %q, %v", found, err)
		}
	})
}

// In the channel the post stays: what one person asked is for him alone.
func TestAPressInTheChannel(t *testing.T) {
	both(t, func(t *testing.T, d *desk) {
		d.post(d.coordination(), "digest/1", asked())
		d.replies(settled())
		x := d.sees(d.press("europol", d.server.Messages(d.channel.ID)[0], "We will coordinate"))
		if x.Kind != standin.Ephemeral || x.User != d.id("europol") || x.Message.Text != "noted" {
			t.Errorf("%+v", x)
		}
		if all := d.server.Messages(d.channel.ID); len(all) != 1 || all[0].Edits != 0 {
			t.Errorf("the channel's post was changed: %+v", all)
		}
	})
}

func TestAPressOnAnAnswerReplacesIt(t *testing.T) {
	both(t, func(t *testing.T, d *desk) {
		d.replies(commands.Reply{Message: asked()})
		x := d.sees(d.say("cepol", "overlap O5"))
		d.replies(settled())
		y := d.sees(d.press("cepol", x.Message, "We will coordinate"))
		if y.Message.Text != "noted" || y.Message.TS != x.Message.TS {
			t.Errorf("%+v after %+v", y, x)
		}
	})
}

func TestAPressOpensAForm(t *testing.T) {
	d := newDesk(t, Socket)
	d.post(d.place("cepol"), "flag/1", asked())
	d.replies(commands.Reply{Form: wide()})
	d.acked(d.press("cepol", d.posted("cepol"), "We will coordinate"))
	if v := d.opened("cepol"); v.Title != "Details of A17" {
		t.Errorf("%+v", v)
	}
}

func TestAPressThatCannotBeShownGoesToTheDirectMessages(t *testing.T) {
	d := newDesk(t, HTTP)
	d.replies(commands.Reply{Message: asked()})
	x := d.sees(d.say("cepol", "overlap O5"))
	d.server.Break(standin.Fault{Method: "hook", Status: 500})
	d.replies(settled())
	d.acked(d.press("cepol", x.Message, "We will coordinate"))
	if m := d.posted("cepol"); m.Text != "noted" {
		t.Errorf("%+v", m)
	}
}

// What is logged holds no response_url, which is a key to the conversation, no
// token and no text of people.
func TestTheLogHoldsNoSecrets(t *testing.T) {
	var log safeLog
	d := newDesk(t, HTTP, func(c *Config) { c.Log = slog.New(slog.NewTextHandler(&log, nil)) })
	d.replies(commands.Reply{Message: asked()})
	x := d.sees(d.say("cepol", "overlap O5 a-word-of-mine"))
	d.server.Break(standin.Fault{Method: "hook", Reset: true})
	d.replies(settled())
	del := d.press("cepol", x.Message, "We will coordinate")
	d.acked(del)
	d.adapter.work.Wait()
	text := log.String()
	if !strings.Contains(text, "direct messages instead") {
		t.Errorf("the failure is not logged: %s", text)
	}
	for _, secret := range []string{del.Hook, "/hook/", standin.BotToken, standin.AppToken, standin.SigningSecret, "a-word-of-mine", "A17 and A9"} {
		if strings.Contains(text, secret) {
			t.Errorf("%s is logged: %s", secret, text)
		}
	}
}

// safeLog keeps what is logged from several places at once.
type safeLog struct {
	mu sync.Mutex
	b  strings.Builder
}

func (l *safeLog) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *safeLog) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

func TestAPressDeliveredTwiceIsDoneOnce(t *testing.T) {
	d := newDesk(t, Socket)
	d.post(d.place("cepol"), "flag/1", asked())
	del := d.press("cepol", d.posted("cepol"), "We will coordinate")
	d.acked(del)
	for _, fresh := range []bool{false, true} {
		d.server.Again(del, fresh)
		d.acked(del)
	}
	if n := len(d.requests()); n != 1 {
		t.Errorf("%d times", n)
	}
}

// A delivery that comes again while the first is under way is not acknowledged
// before that is done.
func TestADeliveryUnderWayIsNotAcknowledgedTwice(t *testing.T) {
	d := newDesk(t, Socket)
	gate := make(chan struct{})
	entered := make(chan struct{}, 2)
	d.answers(func(context.Context, commands.Request) commands.Reply {
		entered <- struct{}{}
		<-gate
		return commands.Reply{Message: commands.Tell(commands.Say("stored"))}
	})
	del := d.say("cepol", "record Course")
	<-entered
	d.server.Again(del, true)
	if del.Acked() {
		t.Error("acknowledged before it was done")
	}
	close(gate)
	d.acked(del)
	d.adapter.work.Wait()
	if n := len(d.requests()); n != 1 {
		t.Errorf("%d times", n)
	}
}
