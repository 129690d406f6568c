package crashtest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync"
	"testing"
	"time"

	"thbot/bot/chat"
	"thbot/commands"
	"thbot/store"
)

// Board is a chat of the plainest kind: it keeps posts, edits, finds and
// deletes them over HTTP, and hands requests out until they are acknowledged.
// It misbehaves as real platforms do, at the calls that its troubles name.
type Board struct {
	srv     *httptest.Server
	now     func() time.Time
	pass    func(string)
	trouble *Troubles

	mu       sync.Mutex
	posts    []*pinned
	requests []*asked
	more     chan struct{} // closed when requests changed
	lives    int           // of the process
	looks    *Looks
}

type pinned struct {
	ID    string    `json:"id"`
	Post  chat.Post `json:"post"`
	at    time.Time
	shown time.Time // in the history from then on
	gone  bool
}

type asked struct {
	ID         int    `json:"id"`
	User       string `json:"user"`
	Text       string `json:"text"`
	out, acked bool
	done       chan struct{}
}

// NewBoard starts a board.
func NewBoard(now func() time.Time, pass func(string), trouble map[string]Trouble) *Board {
	b := &Board{now: now, pass: pass, trouble: NewTroubles(trouble), more: make(chan struct{}), looks: NewLooks()}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /send", b.send)
	mux.HandleFunc("POST /edit", b.edit)
	mux.HandleFunc("POST /find", b.find)
	mux.HandleFunc("POST /delete", b.delete)
	mux.HandleFunc("POST /next", b.next)
	mux.HandleFunc("POST /ack", b.ack)
	b.srv = httptest.NewServer(mux)
	return b
}

// Address implements Chat.
func (b *Board) Address() string { return b.srv.URL }

// Close implements Chat.
func (b *Board) Close() {
	b.srv.CloseClientConnections()
	b.srv.Close()
}

// Do implements Chat. A board has neither buttons nor forms.
func (b *Board) Do(s Step) <-chan struct{} {
	b.mu.Lock()
	defer b.mu.Unlock()
	a := &asked{ID: len(b.requests) + 1, User: s.User, Text: s.Text, done: make(chan struct{})}
	b.requests = append(b.requests, a)
	b.changed()
	return a.done
}

func (b *Board) changed() {
	close(b.more)
	b.more = make(chan struct{})
}

// Restarted implements Chat.
func (b *Board) Restarted() {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, a := range b.requests {
		a.out = false
	}
	b.lives++
	b.changed()
}

// Posts implements Chat.
func (b *Board) Posts() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	var ids []string
	for _, p := range b.posts {
		if !p.gone {
			ids = append(ids, p.ID)
		}
	}
	return ids
}

// Blind implements Chat.
func (b *Board) Blind() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.looks.Blind()
}

// begin reads a call, and says how it goes wrong.
func (b *Board) begin(name string, r *http.Request, into any) (Trouble, error) {
	err := json.NewDecoder(r.Body).Decode(into)
	return b.trouble.Next(name), err
}

// end answers a call.
func (b *Board) end(w http.ResponseWriter, name string, t Trouble, answer any) {
	if !t.Lost {
		b.pass(name + ": taken, not answered")
	}
	if !t.Spoil(w) {
		json.NewEncoder(w).Encode(answer)
	}
}

func (b *Board) send(w http.ResponseWriter, r *http.Request) {
	p := &pinned{at: b.now()}
	t, err := b.begin("send", r, &p.Post)
	if err != nil {
		return
	}
	b.mu.Lock()
	if t.Wait == 0 {
		b.looks.Sent(p.Post.Key, p.Post.Key)
	}
	if t.Arrives() {
		p.ID, p.shown = boardID(p.Post.Key, b.copies(p.Post.Key)+1), p.at.Add(t.Lag)
		b.posts = append(b.posts, p)
	}
	b.mu.Unlock()
	b.end(w, "send", t, p)
}

// boardID is the id of the n-th post with a key.
func boardID(key string, n int) string { return fmt.Sprintf("%s#%d", key, n) }

func (b *Board) copies(key string) (n int) {
	for _, p := range b.posts {
		if p.Post.Key == key {
			n++
		}
	}
	return n
}

func (b *Board) edit(w http.ResponseWriter, r *http.Request) {
	var p pinned
	t, err := b.begin("edit", r, &p)
	if err != nil {
		return
	}
	b.mu.Lock()
	known := false
	for _, q := range b.posts {
		if q.ID == p.ID && !q.gone {
			known = true
			q.Post = p.Post
		}
	}
	b.mu.Unlock()
	if !known {
		w.WriteHeader(http.StatusNotFound)
		return
	}
	b.end(w, "edit", t, p)
}

func (b *Board) find(w http.ResponseWriter, r *http.Request) {
	var p pinned
	t, err := b.begin("find", r, &p)
	if err != nil {
		return
	}
	now := b.now()
	ids := []string{}
	b.mu.Lock()
	if !t.Lost && !t.Internal {
		b.looks.Read(p.Post.Key, now)
	}
	for _, q := range b.posts {
		if q.Post.Key == p.Post.Key && q.Post.Place == p.Post.Place && !q.gone && !q.shown.After(now) {
			ids = append(ids, q.ID)
		}
	}
	b.mu.Unlock()
	b.end(w, "find", t, ids)
}

func (b *Board) delete(w http.ResponseWriter, r *http.Request) {
	var p pinned
	t, err := b.begin("delete", r, &p)
	if err != nil {
		return
	}
	b.mu.Lock()
	for _, q := range b.posts {
		q.gone = q.gone || q.ID == p.ID
	}
	b.mu.Unlock()
	b.end(w, "delete", t, p)
}

// next hands the next request out, and waits for one.
func (b *Board) next(w http.ResponseWriter, r *http.Request) {
	io.Copy(io.Discard, r.Body) // only then is a broken connection noticed
	b.mu.Lock()
	life := b.lives
	b.mu.Unlock()
	for {
		b.mu.Lock()
		if life != b.lives {
			b.mu.Unlock()
			return // whoever asked is dead
		}
		more := b.more
		for _, a := range b.requests {
			if !a.out && !a.acked {
				a.out = true
				b.mu.Unlock()
				json.NewEncoder(w).Encode(a)
				return
			}
		}
		b.mu.Unlock()
		select {
		case <-more:
		case <-r.Context().Done():
			return
		}
	}
}

func (b *Board) ack(w http.ResponseWriter, r *http.Request) {
	var a asked
	if json.NewDecoder(r.Body).Decode(&a) != nil {
		return
	}
	b.mu.Lock()
	q := b.requests[a.ID-1]
	fresh := !q.acked
	q.acked = true
	b.mu.Unlock()
	b.pass("acknowledged")
	if fresh {
		close(q.done)
	}
	json.NewEncoder(w).Encode(a)
}

// BoardPlatform is the board's word in ids.
const BoardPlatform = "board"

// boardAdapter connects a process to a board.
type boardAdapter struct{ url string }

// BoardAdapter is a Process's Adapter for a Board.
func BoardAdapter(address string, _ *store.Store, _ func() time.Time) (chat.Adapter, error) {
	return &boardAdapter{address}, nil
}

func (a *boardAdapter) Platform() string { return BoardPlatform }

func (a *boardAdapter) Run(ctx context.Context, handle chat.Handler) error {
	for {
		var in asked
		if err := call(ctx, a.url+"/next", struct{}{}, &in); err != nil {
			return err
		}
		handle(ctx, commands.Request{
			Account: BoardAccount(in.User), Name: in.User, Text: in.Text, Delivery: strconv.Itoa(in.ID),
		})
		if err := call(ctx, a.url+"/ack", in, &in); err != nil {
			return err
		}
	}
}

// BoardAccount is a user's account on a board.
func BoardAccount(user string) store.AccountID {
	return store.AccountID{Platform: BoardPlatform, User: user}
}

// Render keeps a message whole: a board has no limit.
func (a *boardAdapter) Render(m *commands.Message) ([]json.RawMessage, error) {
	b, err := json.Marshal(m.Text())
	return []json.RawMessage{b}, err
}

func (a *boardAdapter) Send(ctx context.Context, p chat.Post) chat.Outcome {
	return a.do(ctx, "/send", p, new(pinned))
}

func (a *boardAdapter) Edit(ctx context.Context, id string, p chat.Post) chat.Outcome {
	return a.do(ctx, "/edit", pinned{ID: id, Post: p}, new(pinned))
}

func (a *boardAdapter) do(ctx context.Context, path string, in any, out *pinned) chat.Outcome {
	err := call(ctx, a.url+path, in, out)
	var said *statusError
	switch {
	case err == nil:
		return chat.Outcome{ID: out.ID}
	case errors.As(err, &said) && said.status == http.StatusTooManyRequests:
		seconds, _ := strconv.Atoi(said.after)
		return chat.Outcome{Verdict: chat.Wait, After: time.Duration(seconds) * time.Second, Err: err}
	case errors.As(err, &said) && said.status == http.StatusNotFound:
		return chat.Outcome{Verdict: chat.GiveUp, Err: err}
	}
	return chat.Outcome{Verdict: chat.Retry, Err: err}
}

func (a *boardAdapter) Find(ctx context.Context, place chat.Place, key string, _ time.Time) (ids []string, err error) {
	err = call(ctx, a.url+"/find", pinned{Post: chat.Post{Place: place, Key: key}}, &ids)
	return ids, err
}

func (a *boardAdapter) Delete(ctx context.Context, _ chat.Place, id string) error {
	return call(ctx, a.url+"/delete", pinned{ID: id}, new(pinned))
}

// OpenBoard is a Trial's Open.
func OpenBoard(trouble map[string]Trouble) func(testing.TB, func() time.Time, func(string)) Chat {
	return func(_ testing.TB, now func() time.Time, pass func(string)) Chat { return NewBoard(now, pass, trouble) }
}
