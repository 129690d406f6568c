package slack

import (
	"context"
	"strings"
	"testing"
	"time"

	"thbot/bot/slack/standin"
	"thbot/commands"
)

// both runs a test over both transports.
func both(t *testing.T, test func(t *testing.T, d *desk)) {
	for _, mode := range []string{Socket, HTTP} {
		t.Run(mode, func(t *testing.T) { test(t, newDesk(t, mode)) })
	}
}

func TestACommandIsAnsweredForTheCallerAlone(t *testing.T) {
	both(t, func(t *testing.T, d *desk) {
		x := d.sees(d.say("cepol", `record Webinar "on" <!channel> & co, see https://example.org/a?b=1&c=2 for @europol`))
		if x.Kind != standin.Ephemeral || x.User != d.id("cepol") || x.Message.Text != "heard" {
			t.Errorf("%+v", x)
		}
		req := d.last()
		if want := `record Webinar "on" <!channel> & co, see https://example.org/a?b=1&c=2 for @europol`; req.Text != want {
			t.Errorf("asked %q, typed %q", req.Text, want)
		}
		if req.Account.Platform != "slack" || req.Account.Workspace != d.server.Team().ID || req.Account.User != d.id("cepol") || req.Delivery == "" || req.Name != "cepol" {
			t.Errorf("%+v", req)
		}
	})
}

func TestALateAnswerComesToTheSamePlace(t *testing.T) {
	both(t, func(t *testing.T, d *desk) {
		d.adapter.patience = time.Millisecond
		gate := make(chan struct{})
		d.answers(func(context.Context, commands.Request) commands.Reply {
			<-gate
			return commands.Reply{Message: commands.Tell(commands.Say("done at last"))}
		})
		mark := d.server.Mark()
		del := d.say("cepol", "coverage")
		if x := d.sees(del); x.Message.Text != escape(sayWait) {
			t.Errorf("first: %+v", x)
		}
		close(gate)
		_, _, err := d.server.Next(d.ctx(), mark, func(x standin.Sight) bool {
			return x.Kind == standin.Ephemeral && x.Message.Text == "done at last"
		})
		if err != nil {
			t.Error(err)
		}
	})
}

func TestALongAnswerComesInParts(t *testing.T) {
	d := newDesk(t, HTTP)
	m := new(commands.Message)
	for range 12 {
		m.Tell(commands.Say("%s", commands.Words(strings.Repeat("Überprüfung <&> ", 60))))
	}
	d.replies(commands.Reply{Message: m})
	d.acked(d.say("cepol", "list"))
	d.adapter.work.Wait()
	n := 0
	for _, x := range d.server.Sights(0) {
		if x.Kind == standin.Ephemeral {
			n += strings.Count(x.Message.Text, "Überprüfung")
		}
	}
	if n != 12*60 {
		t.Errorf("%d of %d words arrived", n, 12*60)
	}
}

func TestAnAnswerThatCannotBeGivenThereGoesToTheDirectMessages(t *testing.T) {
	d := newDesk(t, Socket)
	d.adapter.patience = time.Millisecond
	d.server.Break(standin.Fault{Method: "hook", Status: 404})
	gate := make(chan struct{})
	d.answers(func(context.Context, commands.Request) commands.Reply {
		<-gate
		return commands.Reply{Message: commands.Tell(commands.Say("here instead"))}
	})
	del := d.say("cepol", "coverage")
	d.acked(del)
	close(gate)
	d.until("the message is there", func() bool { all := d.direct("cepol"); return len(all) == 1 && all[0].Text == "here instead" })
}

func TestWhoIsLetIn(t *testing.T) {
	d := newDesk(t, HTTP)
	d.acked(d.say("guest-eige", "list"))
	if len(d.requests()) != 1 {
		t.Error("a guest was not let in; the roster decides")
	}
	if x := d.sees(d.say("robot", "list")); x.Message.Text != sayNobody || len(d.requests()) != 1 {
		t.Errorf("a bot was let in: %+v", x)
	}
	d.server.ChangeUser(d.id("europol"), func(u *standin.User) { u.Deleted = true })
	if x := d.sees(d.say("europol", "list")); x.Message.Text != sayNobody || len(d.requests()) != 1 {
		t.Errorf("a deactivated account was let in: %+v", x)
	}
	far := d.server.AddTeam("elsewhere")
	d.users["far"] = d.server.AddUser(standin.User{Name: "far", Team: far.ID})
	d.acked(d.say("far", "list"))
	if got := d.last().Account.Workspace; got != far.ID {
		t.Errorf("an account of another workspace asks as one of %s", got)
	}
}
