package slack

import (
	"context"
	"errors"

	"thbot/bot/chat"
)

// ack is how a delivery is acknowledged: with nothing, or with a short answer.
type ack struct {
	body any
	// lost, where set, brings the answer another way, when the acknowledgement
	// did not get through.
	lost func(ctx context.Context)
	// then, where set, follows the acknowledgement.
	then func(ctx context.Context)
}

// delivery is one that came in; done is closed when it is answered.
type delivery struct {
	done chan struct{}
	ack  ack
}

// once answers a delivery; one that comes again, under any of its keys, gets
// the same answer, as soon as that is there. So an acknowledgement always
// means that it was done.
func (a *Adapter) once(ctx context.Context, keys []string, do func() ack) ack {
	mine := &delivery{done: make(chan struct{})}
	now := a.now()
	for _, key := range keys {
		if key == "" {
			continue
		}
		if first, added := a.deliveries.Add(now, key, mine); !added && first != mine {
			select {
			case <-first.done:
				mine.ack = first.ack
			case <-ctx.Done():
			}
			close(mine.done) // for whoever found an earlier key of this one
			return mine.ack
		}
	}
	defer close(mine.done)
	mine.ack = do()
	return mine.ack
}

// caller is who asks, and how an answer reaches him.
type caller struct {
	team, user, name string
	channel          string
	trigger          string // opens a form, for three seconds
	hook             string // answers where he asked; may be empty
	view             string // the modal that he used; empty: none
	opening          *opening
}

// errStarting says that requests cannot be handled yet.
var errStarting = errors.New("thbot is starting")

// sayStarting is for those who come too early.
const sayStarting = "I am starting, or cannot reach Slack's data just now. Nothing was done. Please try again in a minute."

// running gives what handles requests, once Run has begun and the workspace is
// known.
func (a *Adapter) running(ctx context.Context) (chat.Handler, *session, error) {
	handle := a.handle.Load()
	if handle == nil {
		return nil, nil, errStarting
	}
	s, err := a.conn.Session(ctx)
	return *handle, s, err
}

// ready is running, and whether the caller is let in: where not, it says why.
// It fills in to which workspace the caller belongs.
func (a *Adapter) ready(ctx context.Context, c *caller) (handle chat.Handler, no string) {
	handle, _, err := a.running(ctx)
	if err != nil {
		return nil, sayStarting
	}
	acc, err := a.account(ctx, c.user)
	switch {
	case nobody(err), err == nil && (acc.bot || !acc.active):
		return nil, sayNobody
	case err != nil:
		return nil, sayUnsure
	case acc.team != "":
		c.team = acc.team
	}
	return handle, ""
}

func (a *Adapter) commandForm(ctx context.Context, b []byte) (ack, error) {
	c, err := decodeCommand(b)
	if err != nil {
		return ack{}, err
	}
	return a.once(ctx, []string{c.Trigger}, func() ack { return a.takeCommand(ctx, c) }), nil
}

func (a *Adapter) interactiveForm(ctx context.Context, b []byte) (ack, error) {
	var payload string
	if err := decodeForm(b, map[string]*string{"payload": &payload}); err != nil {
		return ack{}, err
	}
	return a.interactiveBody(ctx, []byte(payload), "")
}

// interactiveBody takes an interaction; envelope is the socket's, or empty.
func (a *Adapter) interactiveBody(ctx context.Context, b []byte, envelope string) (ack, error) {
	i, err := decodeInteraction(b)
	if err != nil {
		return ack{}, err
	}
	take, err := a.taker(i)
	if err != nil {
		return ack{}, err
	}
	return a.once(ctx, []string{envelope, i.Trigger}, func() ack { return take(ctx) }), nil
}

// taker gives what takes an interaction of its type.
func (a *Adapter) taker(i interaction) (func(context.Context) ack, error) {
	switch i.Type {
	case "block_actions":
		return a.pressTaker(i)
	case "view_submission":
		return a.formTaker(i)
	case "message_action", "shortcut":
		return a.shortcutTaker(i)
	case "view_closed":
		return func(context.Context) ack { return ack{} }, nil
	}
	return nil, errShape
}

func (a *Adapter) eventBody(ctx context.Context, b []byte) (ack, error) {
	e, err := decodeEvent(b)
	if err != nil {
		return ack{}, err
	}
	if e.Type == "url_verification" {
		return ack{body: map[string]string{"challenge": e.Challenge}}, nil
	}
	return a.once(ctx, []string{e.ID}, func() ack { return a.takeEvent(ctx, e) }), nil
}
