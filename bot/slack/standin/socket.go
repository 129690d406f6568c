package standin

import (
	"encoding/json"
	"net"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"
)

// Stage is a place in the life of an envelope.
type Stage int

// The stages at which a socket can be dropped.
const (
	BeforeEnvelope Stage = iota + 1 // the socket dies and takes the envelope with it
	AfterEnvelope                   // it is written, then the socket dies
	BeforeAck                       // the acknowledgement arrives, but dies with the socket unread
	AfterAck                        // the acknowledgement is taken, then the socket dies
)

// ackBytes is where Slack drops an acknowledgement for its size; sockets is how
// many an app may have open.
const (
	ackBytes   = 20_000
	mostSocket = 10
	pingEvery  = 5 * time.Second
)

// socket is one connection of Socket Mode.
type socket struct {
	conn  *websocket.Conn
	write sync.Mutex
	held  map[string]*Delivery // unacknowledged, by envelope id
	half  atomic.Bool          // half open: it takes everything and says nothing
}

func (s *Server) openConnection(*asked) (object, *refusal) {
	if len(s.sockets) >= mostSocket {
		return nil, no("too_many_websockets")
	}
	ticket := hexOf(12)
	s.tickets[ticket] = true
	return object{"url": "ws" + s.http.URL[len("http"):] + "/socket/" + ticket + "?app_id=" + appID}, nil
}

// serveSocket takes a WebSocket with a fresh ticket and reads from it until it
// ends.
func (s *Server) serveSocket(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	ticket := r.PathValue("ticket")
	valid := s.tickets[ticket]
	delete(s.tickets, ticket)
	s.mu.Unlock()
	if !valid {
		http.Error(w, "invalid ticket", http.StatusNotFound)
		return
	}
	up := websocket.Upgrader{CheckOrigin: func(*http.Request) bool { return true }}
	conn, err := up.Upgrade(w, r, nil)
	if err != nil {
		return
	}
	k := &socket{conn: conn, held: map[string]*Delivery{}}
	s.mu.Lock()
	n := len(s.sockets) + 1
	s.mu.Unlock()
	k.send(object{
		"type": "hello", "num_connections": n, "connection_info": object{"app_id": appID},
		"debug_info": object{"host": "standin", "build_number": 1, "approximate_connection_time": 18060},
	})
	s.change(func() {
		s.hello++
		s.sockets = append(s.sockets, k)
		again := s.waiting
		s.waiting = nil
		for _, d := range again {
			s.dispatch(d)
		}
	})
	stop := make(chan struct{})
	s.start(func() { k.ping(stop) })
	for {
		_, raw, err := conn.ReadMessage()
		if err != nil {
			break
		}
		s.ack(k, raw)
	}
	close(stop)
	s.change(func() { s.gone(k) })
}

func (k *socket) send(v any) error {
	k.write.Lock()
	defer k.write.Unlock()
	return k.conn.WriteJSON(v)
}

// ping keeps the other side sure of the connection.
func (k *socket) ping(stop chan struct{}) {
	tick := time.NewTicker(pingEvery)
	defer tick.Stop()
	for {
		if !k.half.Load() {
			k.conn.WriteControl(websocket.PingMessage, []byte("standin"), time.Now().Add(time.Second))
		}
		select {
		case <-stop:
			return
		case <-tick.C:
		}
	}
}

// dispatch sends a delivery over one of the sockets, in turn. Without any, an
// event waits for one, and everything else fails. The lock is held.
func (s *Server) dispatch(d *Delivery) {
	if len(s.sockets) == 0 {
		if d.kind == "events_api" || d.attempts > 0 {
			s.waiting = append(s.waiting, d)
			return
		}
		s.fail(d, "dispatch_failed")
		return
	}
	s.turn++
	k := s.sockets[s.turn%len(s.sockets)]
	attempt := d.attempts
	d.attempts++
	k.held[d.envelope] = d
	s.watch(d, d.attempts)
	if s.dropAt(BeforeEnvelope) {
		k.drop()
		return
	}
	e := object{"envelope_id": d.envelope, "payload": json.RawMessage(d.Payload()), "type": d.kind, "accepts_response_payload": d.kind != "events_api"}
	if attempt > 0 || d.kind == "events_api" {
		e["retry_attempt"], e["retry_reason"] = attempt, ""
	}
	if attempt > 0 {
		e["retry_reason"] = "timeout"
	}
	after := s.dropAt(AfterEnvelope)
	s.start(func() {
		if !k.half.Load() {
			k.send(e)
		}
		if after {
			k.drop()
		}
	})
}

// ack reads what the bot sends: acknowledgements.
func (s *Server) ack(k *socket, raw []byte) {
	var a struct {
		ID      string          `json:"envelope_id"`
		Payload json.RawMessage `json:"payload"`
	}
	bad := json.Unmarshal(raw, &a) != nil || len(raw) >= ackBytes
	s.change(func() {
		d := k.held[a.ID]
		switch {
		case bad || k.half.Load() || d == nil:
			return
		case s.dropAt(BeforeAck):
			k.drop()
			return
		}
		delete(k.held, a.ID)
		if string(a.Payload) == "null" {
			a.Payload = nil
		}
		s.done(d, a.Payload)
		if s.dropAt(AfterAck) {
			k.drop()
		}
	})
}

// gone takes a dead socket away; what it held unacknowledged goes to another,
// now or when there is one. The lock is held.
func (s *Server) gone(k *socket) {
	s.sockets = slices.DeleteFunc(s.sockets, func(o *socket) bool { return o == k })
	for id, d := range k.held {
		delete(k.held, id)
		if !d.acked && !d.failed {
			s.dispatch(d)
		}
	}
}

// drop breaks a socket without a word.
func (k *socket) drop() {
	if tcp, ok := k.conn.NetConn().(*net.TCPConn); ok {
		tcp.SetLinger(0)
	}
	k.conn.Close()
}

// dropAt tells whether a socket is to die now; the lock is held.
func (s *Server) dropAt(stage Stage) bool {
	i := slices.Index(s.drops, stage)
	if i >= 0 {
		s.drops = slices.Delete(s.drops, i, i+1)
	}
	return i >= 0
}

// DropAt has the next socket that comes to the stage die there, once.
func (s *Server) DropAt(stage Stage) { s.change(func() { s.drops = append(s.drops, stage) }) }

// DropSockets breaks all sockets.
func (s *Server) DropSockets() {
	for _, k := range s.open() {
		k.drop()
	}
}

// Disconnect tells one socket that Slack will close it, with the reason
// warning (in ten seconds) or refresh_requested (now).
func (s *Server) Disconnect(reason string) {
	all := s.open()
	if len(all) == 0 {
		return
	}
	k := all[0]
	k.send(object{"type": "disconnect", "reason": reason, "debug_info": object{"host": "standin"}})
	if reason != "warning" {
		k.conn.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(websocket.CloseNormalClosure, ""), time.Now().Add(time.Second))
	}
}

// HalfOpen has one socket take everything and say nothing from now on.
func (s *Server) HalfOpen() {
	if all := s.open(); len(all) > 0 {
		all[0].half.Store(true)
	}
}

// Bad sends an interaction that is none over one socket: a payload that no app
// could know.
func (s *Server) Bad(payload string) *Delivery {
	s.mu.Lock()
	defer s.mu.Unlock()
	d := &Delivery{ID: hexOf(16), kind: "interactive", raw: json.RawMessage(payload)}
	return s.deliver(d)
}

func (s *Server) open() []*socket {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.sockets)
}

// Sockets tells how many sockets are open, and how many ever were.
func (s *Server) Sockets() (open, ever int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.sockets), s.hello
}
