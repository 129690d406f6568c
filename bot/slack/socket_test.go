package slack

import (
	"context"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"thbot/bot/slack/standin"
	"thbot/commands"
	"thbot/store/fault"
)

func TestTwoSocketsAreOpen(t *testing.T) {
	d := newDesk(t, Socket)
	if open, _ := d.server.Sockets(); open != socketCount || d.adapter.Handler() != nil {
		t.Errorf("%d sockets, handler %v", open, d.adapter.Handler())
	}
}

// A socket is dropped at each stage of a command: what is acknowledged was
// done, and once.
func TestADroppedSocketLosesNothing(t *testing.T) {
	for name, stage := range map[string]standin.Stage{
		"before the envelope": standin.BeforeEnvelope, "after the envelope": standin.AfterEnvelope,
		"before the acknowledgement": standin.BeforeAck, "after the acknowledgement": standin.AfterAck,
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t, Socket)
			var stored atomic.Int32
			d.answers(func(context.Context, commands.Request) commands.Reply {
				stored.Add(1)
				return commands.Reply{Message: commands.Tell(commands.Say("A1 recorded"))}
			})
			d.server.DropAt(stage)
			mark := d.server.Mark()
			del := d.say("cepol", "record Course")
			d.acked(del)
			if n := stored.Load(); n != 1 {
				t.Errorf("acknowledged, and stored %d times", n)
			}
			if _, _, err := d.server.Next(d.ctx(), mark, func(x standin.Sight) bool {
				return x.Kind == standin.Ephemeral && x.Message.Text == "A1 recorded"
			}); err != nil {
				t.Errorf("the receipt is lost: %v", err)
			}
			d.until("both sockets are open again", func() bool { open, _ := d.server.Sockets(); return open == socketCount })
			if s := d.adapter.State(); !s.Connected {
				t.Errorf("%+v", s)
			}
		})
	}
}

func TestARefreshOfASocketLosesNothing(t *testing.T) {
	d := newDesk(t, Socket)
	for _, reason := range []string{"warning", "refresh_requested"} {
		_, ever := d.server.Sockets()
		d.server.Disconnect(reason)
		d.acked(d.say("cepol", "list"))
		d.until("the socket is renewed", func() bool {
			open, now := d.server.Sockets()
			return now > ever && open >= socketCount
		})
		d.acked(d.say("cepol", "list"))
	}
	if n := len(d.requests()); n != 4 {
		t.Errorf("%d requests", n)
	}
}

func TestAllSocketsDropAndComeBack(t *testing.T) {
	d := newDesk(t, Socket)
	lift := d.server.Break(standin.Fault{Method: "apps.connections.open", Status: 503})
	d.server.DropSockets()
	d.until("no socket is open", func() bool { return !d.adapter.State().Connected })
	if s := d.adapter.State(); s.Refused || s.Text == "" {
		t.Errorf("%+v", s)
	}
	// An event that comes meanwhile is delivered once there is a socket, as a
	// second attempt.
	del := d.server.OpenHome(d.id("cepol"), "home")
	lift()
	d.acked(del)
	d.until("both are back", func() bool { open, _ := d.server.Sockets(); return open == socketCount && d.adapter.State().Connected })
}

func TestBadPayloadsAreAcknowledgedAndCounted(t *testing.T) {
	d := newDesk(t, Socket)
	for i, bad := range []string{`{}`, `[]`, `"x"`, `{"type":"block_actions","user":7}`, `{"type":"hologram","user":{"id":"U0000001"},"team":{"id":"T"}}`} {
		d.server.Bad(bad)
		d.until("it is counted", func() bool { return d.adapter.Misread() == int64(i+1) })
	}
	d.acked(d.say("cepol", "list"))
	if open, _ := d.server.Sockets(); open != socketCount {
		t.Errorf("%d sockets", open)
	}
}

// A form that slack-go cannot read, for one block of a view that it does not
// know, is taken all the same.
func TestWhatSlackGoCannotReadIsReadHere(t *testing.T) {
	d := newDesk(t, Socket)
	d.server.Bad(`{"type":"block_actions","trigger_id":"9.9.9","user":{"id":"` + d.id("cepol") + `"},"team":{"id":"` + d.server.Team().ID + `"},
		"container":{"type":"message","is_ephemeral":true},"message":{"blocks":[{"type":"table","rows":[[{"type":"hologram"}]]}]},
		"actions":[{"action_id":"0|show.record|0|A1","type":"button","block_id":"b"}]}`)
	d.until("it is asked", func() bool { return len(d.requests()) == 1 })
	if p := d.last().Press; p == nil || p.Action != "show.record" || d.adapter.Misread() != 0 {
		t.Errorf("%+v", d.last())
	}
}

func TestRefusedCredentialsEndTheRun(t *testing.T) {
	for name, refuse := range map[string]func(*desk){
		"bot token":                 func(d *desk) { d.server.Refuse("token_revoked"); d.adapter.cfg.Mode = HTTP },
		"account":                   func(d *desk) { d.server.Refuse("account_inactive"); d.adapter.cfg.Mode = HTTP },
		"all by socket":             func(d *desk) { d.server.Refuse("invalid_auth") },
		"app token is a bot's":      nil,
		"app token is of no socket": nil,
	} {
		t.Run(name, func(t *testing.T) {
			d := &desk{t: t, server: standin.New(standin.Config{}), ended: make(chan error, 1)}
			t.Cleanup(d.server.Close)
			d.server.AddChannel(standin.Channel{Name: "c"}, d.server.Bot().ID)
			cfg := Config{Channel: "c", APIURL: d.server.URL(), BotToken: standin.BotToken, AppToken: standin.AppToken, SigningSecret: "s", Secret: secret}
			switch name {
			case "app token is a bot's":
				cfg.AppToken = standin.BotToken
			case "app token is of no socket":
				cfg.AppToken = "xapp-other"
			}
			a, err := New(cfg)
			if err != nil {
				t.Fatal(err)
			}
			a.conn.Wait, d.adapter = time.Millisecond, a
			if refuse != nil {
				refuse(d)
			}
			ctx, stop := context.WithTimeout(context.Background(), 20*time.Second)
			defer stop()
			err = a.Run(ctx, d.handle)
			if f := fault.As(err); f == nil || f.Code != fault.Forbidden || f.Try == "" {
				t.Fatalf("%v", err)
			}
			if s := a.State(); !s.Refused || s.Connected || s.Text == "" {
				t.Errorf("%+v", s)
			}
		})
	}
}

// What keeps Slack from answering is no refusal: it goes on trying.
func TestAnOutageIsNoRefusal(t *testing.T) {
	d := &desk{t: t, server: standin.New(standin.Config{}), ended: make(chan error, 1)}
	t.Cleanup(d.server.Close)
	d.server.AddChannel(standin.Channel{Name: "c"}, d.server.Bot().ID)
	a, err := New(Config{Channel: "c", APIURL: d.server.URL(), BotToken: standin.BotToken, AppToken: standin.AppToken, Secret: secret})
	if err != nil {
		t.Fatal(err)
	}
	a.conn.Wait, d.adapter = time.Millisecond, a
	for _, f := range []standin.Fault{{Status: 503, Times: 4}, {Reset: true, Times: 3}, {Status: http.StatusTooManyRequests, RetryAfter: 1, Times: 1}} {
		d.server.Break(f)
	}
	d.run()
	if s := a.State(); !s.Connected || !strings.Contains(s.Text, "thbot") {
		t.Errorf("%+v", s)
	}
}

// What was taken when the program is told to stop is still finished and
// acknowledged.
func TestStoppingFinishesWhatWasBegun(t *testing.T) {
	d := newDesk(t, Socket)
	gate, entered := make(chan struct{}), make(chan struct{})
	d.answers(func(context.Context, commands.Request) commands.Reply {
		close(entered)
		<-gate
		return commands.Reply{Message: commands.Tell(commands.Say("stored"))}
	})
	del := d.say("cepol", "record Course")
	<-entered
	d.stop()
	close(gate)
	d.acked(del)
	if err := <-d.ended; err != nil || !del.Acked() {
		t.Errorf("%v", err)
	}
	if d.adapter.sockets.Load() != 0 {
		t.Errorf("%d sockets counted after the end", d.adapter.sockets.Load())
	}
}
