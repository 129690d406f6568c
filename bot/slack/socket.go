package slack

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"
	slackgo "github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"

	"thbot/bot/chat"
)

// Sizes and times of a socket. Two are open, so that the refresh of one, which
// Slack asks for every few hours, loses nothing; a delivery comes by either.
const (
	socketCount = 2
	readBytes   = 1 << 20 // of a message
	writeBytes  = 32 << 10
	ackTime     = 2 * time.Second
	flushTime   = 100 * time.Millisecond
)

// socket keeps one socket open until ctx ends, or gives the reason why the
// app-level token is refused.
func (a *Adapter) socket(ctx context.Context) error {
	wait := a.conn.Wait
	for {
		k := &socket{adapter: a, lost: chat.Remember[func(context.Context)](time.Minute, 1<<8)}
		err := k.run(ctx)
		switch {
		case gone(ctx):
			return nil
		case refusedToken(err) || code(err) == missingScope:
			return errAppToken
		case k.opened.Load() > 0:
			wait = a.conn.Wait
		}
		a.log.Warn("a socket is closed", "error", err)
		if !chat.Pause(ctx, max(wait, chat.RetryAfter(err))) {
			return nil
		}
		wait = min(2*wait, chat.MostWait)
	}
}

// socket is one connection by Socket Mode, which slack-go renews.
type socket struct {
	adapter *Adapter
	client  *socketmode.Client
	opened  atomic.Int64 // how often it was opened
	up      bool
	err     error
	under   sync.WaitGroup // deliveries under way
	lost    *chat.Recent[func(context.Context)]
}

// run stays connected until ctx ends or the connection cannot be renewed. What
// was taken when ctx ends is still answered.
func (k *socket) run(ctx context.Context) error {
	k.client = socketmode.New(k.adapter.api, socketmode.OptionReadLimit(readBytes), socketmode.OptionDialer(k.adapter.dial))
	running, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	ended := make(chan error, 1)
	go func() { ended <- k.client.RunContext(running) }()
	defer k.down()
	for {
		select {
		case <-ctx.Done():
			k.under.Wait()
			chat.Pause(running, flushTime) // Ack returns before it is sent
			return nil
		case err := <-ended:
			k.under.Wait()
			if k.err != nil {
				err = k.err
			}
			return failed("keep a socket open", err)
		case e := <-k.client.Events:
			if k.take(ctx, e) {
				stop() // slack-go would wait for up to five minutes
			}
		}
	}
}

// take takes an event of the client's, and tells whether to give this
// connection up.
func (k *socket) take(ctx context.Context, e socketmode.Event) (giveUp bool) {
	switch e.Type {
	case socketmode.EventTypeHello:
		k.opened.Add(1)
		if !k.up {
			k.up = true
			k.adapter.sockets.Add(1)
		}
	case socketmode.EventTypeConnecting:
		k.down()
	case socketmode.EventTypeConnectionError:
		if bad, ok := e.Data.(*slackgo.ConnectionErrorEvent); ok {
			k.err = bad.ErrorObj
		}
		return true
	case socketmode.EventTypeSlashCommand, socketmode.EventTypeInteractive, socketmode.EventTypeEventsAPI:
		k.deliver(ctx, *e.Request)
	case socketmode.EventTypeErrorBadMessage:
		k.unread(ctx, e)
	case socketmode.EventTypeErrorWriteFailed:
		k.unwritten(ctx, e)
	}
	return false
}

func (k *socket) down() {
	if k.up {
		k.up = false
		k.adapter.sockets.Add(-1)
	}
}

// unread takes what slack-go could not read: as far as thbot can, else it is
// acknowledged and counted, or Slack would send it again and again.
func (k *socket) unread(ctx context.Context, e socketmode.Event) {
	bad, ok := e.Data.(*socketmode.ErrorBadMessage)
	if !ok {
		return
	}
	var req socketmode.Request
	if err := json.Unmarshal(bad.Message, &req); err != nil || req.EnvelopeID == "" {
		k.adapter.misread(errShape)
		return
	}
	k.deliver(ctx, req)
}

// unwritten brings an answer another way, since its acknowledgement was not
// written.
func (k *socket) unwritten(ctx context.Context, e socketmode.Event) {
	bad, ok := e.Data.(*socketmode.ErrorWriteFailed)
	if !ok || bad.Response == nil {
		return
	}
	k.adapter.log.Warn("an acknowledgement was not written", "error", bad.Cause)
	if again, ok := k.lost.Get(k.adapter.now(), bad.Response.EnvelopeID); ok {
		k.adapter.work.Start(ctx, again)
	}
}

// deliver answers a delivery apart from the others, and acknowledges it.
func (k *socket) deliver(ctx context.Context, req socketmode.Request) {
	opened := k.opened.Load()
	k.under.Go(func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Minute)
		defer cancel()
		given, err := k.adapter.fromSocket(ctx, req)
		if err != nil {
			k.adapter.misread(err)
			given = ack{}
		}
		k.acknowledge(ctx, req.EnvelopeID, given, opened)
	})
}

// acknowledge sends the answer back. Where the connection is not the one by
// which the delivery came, or it cannot be sent, the answer goes another way.
func (k *socket) acknowledge(ctx context.Context, envelope string, given ack, opened int64) {
	if given.lost != nil {
		k.lost.Put(k.adapter.now(), envelope, given.lost)
	}
	sending, cancel := context.WithTimeout(ctx, ackTime)
	defer cancel()
	err := k.client.AckCtx(sending, envelope, given.body)
	if err != nil {
		k.adapter.log.Warn("a delivery was not acknowledged", "error", err)
	}
	if given.lost != nil && (err != nil || k.opened.Load() != opened) {
		given.lost(ctx)
	}
	if given.then != nil {
		k.adapter.work.Start(ctx, given.then)
	}
}

// fromSocket answers a delivery that came by socket. A hello or a disconnect
// is none.
func (a *Adapter) fromSocket(ctx context.Context, req socketmode.Request) (ack, error) {
	switch req.Type {
	case socketmode.RequestTypeSlashCommands:
		var c slash
		if err := json.Unmarshal(req.Payload, &c); err != nil {
			return ack{}, errShape
		}
		if err := c.whole(); err != nil {
			return ack{}, err
		}
		return a.once(ctx, []string{req.EnvelopeID, c.Trigger}, func() ack { return a.takeCommand(ctx, c) }), nil
	case socketmode.RequestTypeInteractive:
		return a.interactiveBody(ctx, req.Payload, req.EnvelopeID)
	case socketmode.RequestTypeEventsAPI:
		return a.eventBody(ctx, req.Payload)
	}
	return ack{}, errShape
}

// dialer opens sockets the way the http client calls: with its proxy and its
// certificates. It is made before the client calls for the first time, which
// changes the client's own configuration.
func dialer(client *http.Client) *websocket.Dialer {
	d := &websocket.Dialer{Proxy: http.ProxyFromEnvironment, HandshakeTimeout: chat.CallTime, WriteBufferSize: writeBytes}
	if client != nil {
		if t, ok := client.Transport.(*http.Transport); ok {
			d.Proxy, d.TLSClientConfig = t.Proxy, t.TLSClientConfig.Clone()
		}
	}
	if d.TLSClientConfig != nil {
		d.TLSClientConfig.NextProtos = slices.DeleteFunc(d.TLSClientConfig.NextProtos, func(p string) bool { return p == "h2" })
	}
	return d
}
