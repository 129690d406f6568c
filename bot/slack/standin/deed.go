package standin

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"
)

// Command is the slash command that the stand-in knows.
const Command = "/thb"

// Delivery is one deed of a person on its way to the bot.
type Delivery struct {
	ID      string
	User    string
	Trigger string // trigger_id
	Hook    string // response_url

	s        *Server
	envelope string // the envelope's id
	kind     string // slash_commands, interactive or events_api
	payload  object
	raw      json.RawMessage // in its place, where it is none
	message  *Message        // that was pressed
	view     *View           // that was pressed, sent or closed
	mark     int             // the first sight after it

	attempts int
	acked    bool
	failed   bool
	answer   []byte
}

// Payload gives what is delivered, as JSON.
func (d *Delivery) Payload() []byte {
	if d.raw != nil {
		return d.raw
	}
	raw, _ := json.Marshal(d.payload)
	return raw
}

// Acked tells whether the bot has acknowledged.
func (d *Delivery) Acked() bool {
	d.s.mu.Lock()
	defer d.s.mu.Unlock()
	return d.acked
}

// Answer gives what the bot acknowledged with.
func (d *Delivery) Answer() []byte {
	d.s.mu.Lock()
	defer d.s.mu.Unlock()
	return slices.Clone(d.answer)
}

// Attempts tells how often it was delivered.
func (d *Delivery) Attempts() int {
	d.s.mu.Lock()
	defer d.s.mu.Unlock()
	return d.attempts
}

// Wait waits until the bot has acknowledged, or Slack has given up.
func (d *Delivery) Wait(ctx context.Context) error {
	err := d.s.Await(ctx, func() bool {
		d.s.mu.Lock()
		defer d.s.mu.Unlock()
		return d.acked || d.failed
	})
	if err == nil && !d.Acked() {
		err = errors.New("the app did not acknowledge")
	}
	return err
}

// Mark gives the index of the first sight after the deed.
func (d *Delivery) Mark() int { return d.mark }

// Where gives the channel of the pressed message, or "".
func (d *Delivery) Where() string {
	if d.message == nil {
		return ""
	}
	return d.message.Channel
}

// Next waits for the first thing that its person sees of it.
func (d *Delivery) Next(ctx context.Context) (Sight, error) {
	x, _, err := d.s.Next(ctx, d.mark, d.Answers)
	return x, err
}

// Answers tells whether a sight answers the deed: by response_url, trigger or
// acknowledgement, as the pressed message or view in its place, or as an
// ephemeral message for its person.
func (d *Delivery) Answers(x Sight) bool {
	switch {
	case x.Delivery != "":
		return x.Delivery == d.ID
	case x.Kind == Edited || x.Kind == Deleted:
		return d.message != nil && x.Message.TS == d.message.TS
	case x.Kind == Changed:
		return d.view != nil && x.View.ID == d.view.ID || x.View.Type == "home" && d.kind == "events_api" && x.User == d.User
	case x.Kind == Ephemeral:
		return x.User == d.User
	}
	return false
}

// deliver sends a deed on its way; the lock is held.
func (s *Server) deliver(d *Delivery) *Delivery {
	d.s, d.mark = s, len(s.sights)
	if d.ID == "" {
		d.ID = hexOf(16)
	}
	d.envelope = d.ID
	s.deliveries = append(s.deliveries, d)
	s.send(d)
	s.wake()
	return d
}

// send makes an attempt, by HTTP or a socket.
func (s *Server) send(d *Delivery) {
	if s.callback != "" {
		to, attempt := s.callback, d.attempts
		d.attempts++
		s.start(func() { s.post(d, to, attempt) })
		return
	}
	s.dispatch(d)
}

// Again delivers the same once more, as Slack does when it is not sure that
// the first came through. fresh gives the envelope another id.
func (s *Server) Again(d *Delivery, fresh bool) {
	s.change(func() {
		if fresh {
			d.envelope = hexOf(16)
		}
		d.acked, d.failed = false, false
		s.send(d)
	})
}

// Command has a person type the slash command with the text in a channel;
// without one, in the direct messages with the app.
func (s *Server) Command(user, channel, text string) *Delivery {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.deliver(s.typed(user, channel, text))
}

// Draft makes the delivery of a command and does not send it, for tests that
// send what Slack would not.
func (s *Server) Draft(user, channel, text string) *Delivery {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.typed(user, channel, text)
}

func (s *Server) typed(user, channel, text string) *Delivery {
	c := s.direct(user)
	if channel != "" {
		c = s.channels[channel]
	}
	u := s.users[user]
	if !s.cfg.Plain {
		text = s.encode(text)
	}
	d := &Delivery{s: s, ID: hexOf(16), User: user, kind: "slash_commands"}
	d.Trigger = s.newTrigger(user, d.ID, "")
	d.Hook = s.newHook(hook{user: user, channel: c.ID, delivery: d.ID})
	d.payload = object{
		"token": VerificationToken, "team_id": s.team.ID, "team_domain": s.team.Domain, "channel_id": c.ID, "channel_name": shownName(c),
		"user_id": u.ID, "user_name": u.Name, "command": Command, "text": text, "api_app_id": appID, "is_enterprise_install": "false",
		"response_url": d.Hook, "trigger_id": d.Trigger,
	}
	return d
}

func shownName(c *Channel) string {
	switch c.kind() {
	case "im":
		return "directmessage"
	case "groups":
		return "privategroup"
	}
	return c.Name
}

// interaction is what all interactive payloads have in common.
func (s *Server) interaction(kind, user string, d *Delivery) object {
	u := s.users[user]
	t := s.teams[u.Team]
	return object{
		"type": kind, "token": VerificationToken, "api_app_id": appID, "trigger_id": d.Trigger,
		"team": object{"id": t.ID, "domain": t.Domain}, "enterprise": nil, "is_enterprise_install": false,
		"user": object{"id": u.ID, "username": u.Name, "name": u.Name, "team_id": u.Team},
	}
}

// Press has a person press a button, or pick an option, of a message as he
// sees it, by its label.
func (s *Server) Press(user string, seen Message, label string) (*Delivery, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.channels[seen.Channel]
	i := slices.IndexFunc(c.messages, func(m *Message) bool { return m.TS == seen.TS })
	switch {
	case i < 0:
		return nil, errors.New("the message is not there any more")
	case seen.Only != "" && seen.Only != user || !c.has(user):
		return nil, errors.New("the person does not see the message")
	}
	action, err := s.act(seen.Blocks, label)
	if err != nil {
		return nil, err
	}
	m := c.messages[i]
	d := &Delivery{ID: hexOf(16), User: user, kind: "interactive", message: m}
	d.Trigger = s.newTrigger(user, d.ID, "")
	d.Hook = s.newHook(hook{user: user, channel: c.ID, delivery: d.ID, message: m})
	d.payload = s.interaction("block_actions", user, d)
	d.payload["container"] = object{"type": "message", "message_ts": m.TS, "channel_id": c.ID, "is_ephemeral": m.Only != ""}
	d.payload["channel"] = object{"id": c.ID, "name": shownName(c)}
	d.payload["state"] = object{"values": object{}}
	d.payload["response_url"] = d.Hook
	d.payload["actions"] = []object{action}
	if m.Only == "" {
		d.payload["message"] = s.messageObject(m, false)
	}
	return s.deliver(d), nil
}

// PressView has a person press a button of a modal or the App Home.
func (s *Server) PressView(user, view, label string) (*Delivery, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	v, err := s.before(user, view)
	if err != nil {
		return nil, err
	}
	action, err := s.act(v.Blocks, label)
	if err != nil {
		return nil, err
	}
	d := &Delivery{ID: hexOf(16), User: user, kind: "interactive", view: v}
	d.Trigger = s.newTrigger(user, d.ID, v.ID)
	d.payload = s.interaction("block_actions", user, d)
	d.payload["container"] = object{"type": "view", "view_id": v.ID}
	d.payload["view"] = s.viewObject(v, v.filled)
	d.payload["state"] = object{"values": v.filled}
	d.payload["actions"] = []object{action}
	return s.deliver(d), nil
}

// before gives the view that a person has before him.
func (s *Server) before(user, view string) (*View, error) {
	v := s.views[view]
	if v == nil || !v.Open || v.User != user {
		return nil, errors.New("the view is not open")
	}
	return v, nil
}

// act finds the element with the label and makes the action of using it.
func (s *Server) act(blocks []object, label string) (object, error) {
	var labels []string
	for _, b := range blocks {
		list, _ := b["elements"].([]any)
		if a, ok := b["accessory"]; ok {
			list = append(slices.Clone(list), a)
		}
		for _, v := range list {
			e, _ := v.(object)
			action := object{"type": e["type"], "action_id": e["action_id"], "block_id": b["block_id"], "action_ts": s.stamp()}
			if e["type"] == "button" {
				if textOf(e["text"]) == label {
					action["text"] = e["text"]
					if v, set := e["value"]; set {
						action["value"] = v
					}
					return action, nil
				}
				labels = append(labels, textOf(e["text"]))
				continue
			}
			if o := choice(e, func(o object) bool { labels = append(labels, textOf(o["text"])); return textOf(o["text"]) == label }); o != nil {
				action["selected_option"] = o
				return action, nil
			}
		}
	}
	return nil, fmt.Errorf("there is no button or option %q; there are %q", label, labels)
}

// Shortcut has a person use the message shortcut on a message.
func (s *Server) Shortcut(user, callback string, seen Message) *Delivery {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.channels[seen.Channel]
	d := &Delivery{ID: hexOf(16), User: user, kind: "interactive"}
	d.Trigger = s.newTrigger(user, d.ID, "")
	d.Hook = s.newHook(hook{user: user, channel: c.ID, delivery: d.ID})
	d.payload = s.interaction("message_action", user, d)
	d.payload["callback_id"], d.payload["action_ts"], d.payload["message_ts"] = callback, s.stamp(), seen.TS
	d.payload["response_url"], d.payload["channel"] = d.Hook, object{"id": c.ID, "name": shownName(c)}
	d.payload["message"] = s.messageObject(&seen, false)
	return s.deliver(d)
}

// GlobalShortcut has a person use a shortcut that belongs to no message.
func (s *Server) GlobalShortcut(user, callback string) *Delivery {
	s.mu.Lock()
	defer s.mu.Unlock()
	d := &Delivery{ID: hexOf(16), User: user, kind: "interactive"}
	d.Trigger = s.newTrigger(user, d.ID, "")
	d.payload = s.interaction("shortcut", user, d)
	d.payload["callback_id"], d.payload["action_ts"] = callback, s.stamp()
	return s.deliver(d)
}

// done takes an acknowledgement, once; the lock is held.
func (s *Server) done(d *Delivery, answer []byte) {
	if d.acked {
		return
	}
	late := d.failed
	d.acked, d.failed, d.answer = true, false, answer
	s.calls = append(s.calls, Call{Method: "answer", Body: string(answer)})
	if !late {
		s.take(d, answer)
	}
}

// fail ends a delivery that was not acknowledged: its person is told, in
// Slack's words.
func (s *Server) fail(d *Delivery, code string) {
	if d.acked || d.failed {
		return
	}
	d.failed = true
	words := fmt.Sprintf("%s failed with the error %q", Command, code)
	switch d.payload["type"] {
	case "view_submission":
		words = "We had some trouble connecting. Try again?"
	case "block_actions", "message_action", "shortcut":
		words = "This app did not respond (" + code + ")"
	case "event_callback":
		words = ""
	}
	if words != "" {
		s.see(Sight{Kind: Trouble, User: d.User, Words: words, Delivery: d.ID})
	}
}

// watch ends a delivery that stays unacknowledged.
func (s *Server) watch(d *Delivery, attempt int) {
	s.start(func() {
		select {
		case <-time.After(s.cfg.Deadline):
		case <-s.close:
			return
		}
		s.change(func() {
			switch {
			case d.acked || d.failed || d.attempts != attempt:
			case d.kind == "events_api" && d.attempts <= 3:
				s.send(d)
			default:
				s.fail(d, "operation_timeout")
			}
		})
	})
}

func retry(attempt int) string { return strconv.Itoa(attempt) }
