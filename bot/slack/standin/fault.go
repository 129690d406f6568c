package standin

import (
	"net"
	"net/http"
	"slices"
	"strconv"
	"time"
)

// Fault is something that goes wrong on script. It strikes calls of one method
// of the Web API, or "hook" for answers by response_url, "upload" for files, or
// every call where Method is empty.
type Fault struct {
	Method string
	Times  int // how often it strikes; 0: until lifted

	// What happens. Before the call is taken, so that nothing is done: an
	// answer with Status (a 429 with RetryAfter seconds), or Reset of the
	// connection. After it was taken and done: Lost resets the connection,
	// Gateway answers 502, Truncated cuts the answer short.
	Status     int
	RetryAfter int
	Reset      bool
	Lost       bool
	Gateway    bool
	Truncated  bool

	// Hold keeps the call waiting until it is closed, before all else; Slow
	// keeps the answer back for a time, after the call was taken.
	Hold <-chan struct{}
	Slow time.Duration

	hits int
}

// Break scripts a fault and gives what lifts it. The fault scripted last
// strikes first.
func (s *Server) Break(f Fault) (lift func()) {
	p := &f
	s.change(func() { s.faults = append(s.faults, p) })
	return func() {
		s.change(func() { s.faults = slices.DeleteFunc(s.faults, func(o *Fault) bool { return o == p }) })
	}
}

// fault takes the fault that strikes a call, or nil.
func (s *Server) fault(method string) *Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, f := range slices.Backward(s.faults) {
		if (f.Method == "" || f.Method == method) && (f.Times == 0 || f.hits < f.Times) {
			f.hits++
			s.wake()
			return f
		}
	}
	return nil
}

// before does what comes before a call is taken, and tells whether the call
// ends with it.
func (f *Fault) before(s *Server, w http.ResponseWriter, a *asked) bool {
	if f == nil {
		return false
	}
	if f.Hold != nil {
		select {
		case <-f.Hold:
		case <-s.close:
		}
	}
	if f.Reset || f.Status != 0 {
		s.note(a, "fault") // before the other side hears of it
	}
	switch {
	case f.Reset:
		reset(w)
	case f.Status != 0:
		if f.RetryAfter > 0 {
			w.Header().Set("Retry-After", strconv.Itoa(f.RetryAfter))
		}
		w.WriteHeader(f.Status)
		if f.Status == http.StatusTooManyRequests {
			w.Write([]byte(`{"ok":false,"error":"ratelimited"}`))
		}
	default:
		return false
	}
	return true
}

// after does what comes in place of the answer to a call that was taken.
func (f *Fault) after(s *Server, w http.ResponseWriter, body []byte) bool {
	if f == nil {
		return false
	}
	if f.Slow > 0 {
		select {
		case <-time.After(f.Slow):
		case <-s.close:
		}
	}
	switch {
	case f.Lost:
		reset(w)
	case f.Gateway:
		w.WriteHeader(http.StatusBadGateway)
	case f.Truncated:
		w.Write(body[:len(body)/2])
	default:
		return false
	}
	return true
}

// reset breaks the connection so that the other side gets no answer.
func reset(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		tcp.SetLinger(0)
	}
	conn.Close()
}

// LagHistory keeps what is posted from now on out of the history for its first
// n reads.
func (s *Server) LagHistory(n int) { s.change(func() { s.historyLag = n }) }
