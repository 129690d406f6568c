package crashtest

import (
	"net/http"
	"strconv"
	"sync"
	"time"
)

// Trouble is how a call goes wrong.
type Trouble struct {
	Lost     bool          // it never arrives
	Unheard  bool          // it arrives, and the answer is lost
	Wait     time.Duration // 429
	Lag      time.Duration // the post is not in the history so long
	Internal bool          // answers 500
}

// Arrives tells whether the call does what it is for.
func (t Trouble) Arrives() bool { return !t.Lost && t.Wait == 0 }

// Spoil answers a call that goes wrong; it gives false where an answer is still
// to be given. An answer that is lost breaks the connection.
func (t Trouble) Spoil(w http.ResponseWriter) bool {
	switch {
	case t.Lost || t.Unheard:
		panic(http.ErrAbortHandler)
	case t.Wait > 0:
		w.Header().Set("Retry-After", strconv.Itoa(int(t.Wait.Seconds())))
		w.WriteHeader(http.StatusTooManyRequests)
	case t.Internal:
		w.WriteHeader(http.StatusInternalServerError)
	default:
		return false
	}
	return true
}

// Troubles says which calls go wrong, by name and count, such as "send#3". It
// is safe for concurrent use.
type Troubles struct {
	at    map[string]Trouble
	mu    sync.Mutex
	calls map[string]int
}

// NewTroubles makes troubles of which none has happened yet.
func NewTroubles(at map[string]Trouble) *Troubles {
	return &Troubles{at: at, calls: map[string]int{}}
}

// Next counts a call and tells how it goes wrong.
func (t *Troubles) Next(name string) Trouble {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.calls[name]++
	return t.at[name+"#"+strconv.Itoa(t.calls[name])]
}
