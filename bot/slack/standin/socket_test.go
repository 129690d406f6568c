package standin_test

import (
	"context"
	"encoding/json"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/slackevents"
	"github.com/slack-go/slack/socketmode"

	"thbot/bot/slack/standin"
)

// bot is a bot on slack-go's Socket Mode that acknowledges all it gets.
type bot struct {
	mu  sync.Mutex
	got []socketmode.Event
	ack func(socketmode.Request) any // nil: with nothing
}

// connect runs a bot on as many sockets, and waits until they are open.
func (w *world) connect(t *testing.T, sockets int, b *bot) {
	t.Helper()
	ctx, stop := context.WithCancel(w.ctx)
	var work sync.WaitGroup
	for range sockets {
		c := socketmode.New(w.api)
		work.Go(func() { c.RunContext(ctx) })
		work.Go(func() { b.serve(ctx, w, c) })
	}
	t.Cleanup(func() { stop(); w.DropSockets(); work.Wait() })
	w.until(t, func() bool { open, _ := w.Sockets(); return open == sockets })
}

func (b *bot) serve(ctx context.Context, w *world, c *socketmode.Client) {
	for {
		select {
		case <-ctx.Done():
			return
		case e := <-c.Events:
			if e.Type == socketmode.EventTypeErrorBadMessage {
				w.fail(e.Data.(*socketmode.ErrorBadMessage).Cause)
			}
			if e.Request == nil || e.Type == socketmode.EventTypeHello {
				continue
			}
			b.mu.Lock()
			b.got = append(b.got, e)
			b.mu.Unlock()
			if b.ack == nil {
				c.Ack(*e.Request)
			} else if payload := b.ack(*e.Request); payload != nil {
				c.Ack(*e.Request, payload)
			}
		}
	}
}

func (b *bot) events() []socketmode.Event {
	b.mu.Lock()
	defer b.mu.Unlock()
	return append([]socketmode.Event(nil), b.got...)
}

func (w *world) until(t *testing.T, done func() bool) {
	t.Helper()
	if err := w.Await(w.ctx, done); err != nil {
		t.Fatal(err)
	}
}

func TestSocketCommand(t *testing.T) {
	w := open(t, standin.Config{})
	b := &bot{ack: func(socketmode.Request) any { return map[string]string{"text": "heard"} }}
	w.connect(t, 2, b)
	d := w.Command(w.person.ID, w.channel.ID, "record A & B")
	seen, err := d.Next(w.ctx)
	if err != nil || seen.Kind != standin.Ephemeral || seen.User != w.person.ID || seen.Message.Text != "heard" {
		t.Fatalf("%v %+v", err, seen)
	}
	cmd := b.events()[0].Data.(slack.SlashCommand)
	if cmd.Text != "record A &amp; B" || cmd.UserID != w.person.ID || cmd.ChannelName != "privategroup" || cmd.TriggerID != d.Trigger {
		t.Errorf("%+v", cmd)
	}
	if len(w.Messages(w.channel.ID)) != 0 {
		t.Error("others can read an answer that is for one person")
	}
}

// TestSocketDies holds that what was not acknowledged comes again, wherever
// the socket dies, and what was acknowledged does not.
func TestSocketDies(t *testing.T) {
	for name, c := range map[string]struct {
		stage      standin.Stage
		deliveries int
	}{
		"before the envelope": {standin.BeforeEnvelope, 1}, "before it is answered": {standin.BeforeAck, 2}, "after that": {standin.AfterAck, 1},
	} {
		t.Run(name, func(t *testing.T) {
			w, b := open(t, standin.Config{}), &bot{}
			w.connect(t, 2, b)
			w.DropAt(c.stage)
			d := w.Command(w.person.ID, "", "record")
			if err := d.Wait(w.ctx); err != nil {
				t.Fatal(err)
			}
			w.until(t, func() bool { _, ever := w.Sockets(); return ever == 3 })
			if got := len(b.events()); got != c.deliveries {
				t.Errorf("delivered %d times", got)
			}
		})
	}
}

func TestRefreshAndEvents(t *testing.T) {
	w, b := open(t, standin.Config{}), &bot{}
	early := w.OpenHome(w.person.ID, "home") // no socket is open yet
	w.connect(t, 1, b)
	if err := early.Wait(w.ctx); err != nil {
		t.Fatal(err)
	}
	outer := b.events()[0].Data.(slackevents.EventsAPIEvent)
	if home, ok := outer.InnerEvent.Data.(*slackevents.AppHomeOpenedEvent); !ok || home.User != w.person.ID {
		t.Errorf("%+v", outer)
	}
	w.Disconnect("refresh_requested")
	w.until(t, func() bool { open, ever := w.Sockets(); return open == 1 && ever == 2 })
	if err := w.OpenHome(w.person.ID, "home").Wait(w.ctx); err != nil {
		t.Fatal(err)
	}
}

// TestUnacknowledged holds what people see of a bot that is silent or gone.
func TestUnacknowledged(t *testing.T) {
	w := open(t, standin.Config{Deadline: 50 * time.Millisecond})
	seen, err := w.Command(w.person.ID, "", "record").Next(w.ctx)
	if err != nil || seen.Kind != standin.Trouble || !strings.Contains(seen.Words, "dispatch_failed") {
		t.Errorf("without a socket: %v %+v", err, seen)
	}
	w.connect(t, 1, &bot{ack: func(socketmode.Request) any { return nil }})
	seen, err = w.Command(w.person.ID, "", "record").Next(w.ctx)
	if err != nil || seen.Kind != standin.Trouble || !strings.Contains(seen.Words, "operation_timeout") {
		t.Errorf("without an answer: %v %+v", err, seen)
	}
	home := w.OpenHome(w.person.ID, "home")
	w.until(t, func() bool { return home.Attempts() > 2 })
}

func TestLongAcknowledgementIsDropped(t *testing.T) {
	w := open(t, standin.Config{Deadline: 100 * time.Millisecond})
	w.connect(t, 1, &bot{ack: func(socketmode.Request) any { return map[string]string{"text": strings.Repeat("x", 19_980)} }})
	if seen, err := w.Command(w.person.ID, "", "record").Next(w.ctx); err != nil || seen.Kind != standin.Trouble {
		t.Errorf("%v %+v", err, seen)
	}
}

func TestTriggersAndHooks(t *testing.T) {
	now := time.Now()
	var mu sync.Mutex
	clock := func() time.Time { mu.Lock(); defer mu.Unlock(); return now }
	pass := func(d time.Duration) { mu.Lock(); defer mu.Unlock(); now = now.Add(d) }
	w := open(t, standin.Config{Now: clock})
	w.connect(t, 1, &bot{})
	view := slack.ModalViewRequest{Type: slack.VTModal, Title: slack.NewTextBlockObject("plain_text", "Record", false, false)}
	fresh, old := w.Command(w.person.ID, "", "one"), w.Command(w.person.ID, "", "two")
	opens := func(trigger string) string {
		_, err := w.api.OpenViewContext(w.ctx, trigger, view)
		if err == nil {
			return ""
		}
		return err.Error()
	}
	answers := func(hook string) error {
		return slack.PostWebhookContext(w.ctx, hook, &slack.WebhookMessage{Text: "x"})
	}
	if first, second := opens(fresh.Trigger), opens(fresh.Trigger); first != "" || second != "exchanged_trigger_id" {
		t.Errorf("%q, then %q", first, second)
	}
	pass(3100 * time.Millisecond)
	if late := opens(old.Trigger); late != "expired_trigger_id" {
		t.Errorf("late: %q", late)
	}
	for i := range 6 {
		if err := answers(fresh.Hook); (err == nil) != (i < 5) {
			t.Errorf("answer %d: %v", i+1, err)
		}
	}
	pass(30 * time.Minute)
	if err := answers(old.Hook); err == nil {
		t.Error("a response_url works after half an hour")
	}
}

// TestForm fills in a modal: wrong, then right, then another in its place.
func TestForm(t *testing.T) {
	w := open(t, standin.Config{})
	answers := []string{`{"response_action":"errors","errors":{"when":"That is no date."}}`, `{"response_action":"errors","errors":{"where":"x"}}`, `{}`}
	var states []slack.InteractionCallback
	b := &bot{}
	b.ack = func(r socketmode.Request) any {
		if r.Type != "interactive" {
			return map[string]string{}
		}
		var i slack.InteractionCallback
		json.Unmarshal(r.Payload, &i)
		states = append(states, i)
		return json.RawMessage(answers[len(states)-1])
	}
	w.connect(t, 1, b)
	d := w.Command(w.person.ID, "", "record")
	raw := `{"type":"modal","title":{"type":"plain_text","text":"Record"},"submit":{"type":"plain_text","text":"Record"},"private_metadata":"x","blocks":[
		{"type":"input","block_id":"what","label":{"type":"plain_text","text":"What"},"element":{"type":"plain_text_input","action_id":"v","initial_value":"Webinar"}},
		{"type":"input","block_id":"when","label":{"type":"plain_text","text":"When"},"optional":true,"element":{"type":"plain_text_input","action_id":"v"}},
		{"type":"input","block_id":"with","label":{"type":"plain_text","text":"With"},"optional":true,"element":{"type":"multi_static_select","action_id":"v","options":[
			{"text":{"type":"plain_text","text":"Europol"},"value":"europol"},{"text":{"type":"plain_text","text":"FRA"},"value":"fra"}]}}]}`
	if err := call(w, "views.open", map[string]string{"trigger_id": d.Trigger, "view": raw}); err != nil {
		t.Fatal(err)
	}
	opened, _, err := w.Next(w.ctx, 0, func(x standin.Sight) bool { return x.Kind == standin.Opened })
	if err != nil {
		t.Fatal(err)
	}
	send := func(values map[string]any) standin.Sight {
		t.Helper()
		d, err := w.Submit(w.person.ID, opened.View.ID, values)
		if err != nil {
			t.Fatal(err)
		}
		seen, err := d.Next(w.ctx)
		if err != nil {
			t.Fatal(err)
		}
		return seen
	}
	if _, err := w.Submit(w.person.ID, opened.View.ID, map[string]any{"What": ""}); err == nil {
		t.Error("Slack's client sends a form without a required field")
	}
	if seen := send(map[string]any{"What": "Webinar", "When": "soonish", "with": []string{"FRA", "europol"}}); seen.Kind != standin.Wrong || seen.Errors["when"] == "" {
		t.Errorf("%+v", seen)
	}
	if seen := send(nil); seen.Kind != standin.Trouble {
		t.Errorf("errors beside a field that is not there: %+v", seen)
	}
	if seen := send(map[string]any{"When": "March"}); seen.Kind != standin.Closed {
		t.Errorf("%+v", seen)
	}
	last := states[2].View.State.Values
	if last["what"]["v"].Value != "Webinar" || last["when"]["v"].Value != "March" || len(last["with"]["v"].SelectedOptions) != 2 {
		t.Errorf("%+v", last)
	}
}

// TestMentionsCount is the control of every test that says that nobody was
// mentioned: the stand-in would have seen it.
func TestMentionsCount(t *testing.T) {
	w := open(t, standin.Config{})
	for i, words := range []string{"<!channel>", "hey <!here|here>", "<@" + w.person.ID + ">", "<!subteam^S1|@all>", "<!everyone>"} {
		w.api.PostMessageContext(w.ctx, w.channel.ID, text(words))
		if got := len(w.Mentions()); got != i+1 {
			t.Errorf("%s: %d mentions", words, got)
		}
	}
	before := len(w.Mentions())
	for _, b := range []o{section("<!channel> &lt;!here&gt;"), {"type": "section", "text": plain("<!channel>")}} {
		if err := postRaw(w, []o{b}); err != nil {
			t.Fatal(err)
		}
	}
	if got := len(w.Mentions()) - before; got != 1 {
		t.Errorf("%d mentions in mrkdwn, escaped and plain text", got)
	}
}
