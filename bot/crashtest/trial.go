package crashtest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"thbot/store"
	"thbot/store/bolt"
)

// Chat is a chat that the test keeps running while the process dies.
type Chat interface {
	// Address is where the process connects to.
	Address() string

	// Do has a person do a step. The platform delivers it until it is
	// acknowledged, or the person does it again, and where there is an answer to
	// be read, as long as the process lives, he reads it; then the channel is
	// closed.
	Do(s Step) (done <-chan struct{})

	// Restarted tells that the process was killed, so that what was not
	// acknowledged is delivered again.
	Restarted()

	// Posts gives the ids of thbot's posts that stand.
	Posts() []string

	// Blind names posts that were made again, after an attempt that may have
	// arrived, without two look-ups fifteen seconds apart.
	Blind() []string

	Close()
}

// Listening is a Chat that calls the process. The socket is the test's, so that
// it has one address whichever life of the process serves it, and calls wait in
// it while none does.
type Listening interface {
	Listener() *os.File
}

// Inherited is the socket of a Listening chat, in the process.
func Inherited() (net.Listener, error) {
	f := os.NewFile(3, "listener") // the first after standard input, output and error
	defer f.Close()
	return net.FileListener(f)
}

// Trial is one story, from Begin to End, played with the process killed at one
// point.
type Trial struct {
	Begin, End time.Time
	Steps      []Step
	// Done is what the people then have done, by the journal; nil: not compared.
	Done []string
	// At tells at which points Everywhere kills; nil: at all.
	At func(point string) bool
	// Fewest is how many points have to have a name.
	Fewest int
	// Open starts a chat. pass is called at the chat's own points, such as a
	// post that was taken and not answered: it may kill the process.
	Open func(t testing.TB, now func() time.Time, pass func(point string)) Chat
}

// Outcome is what is left when all is done.
type Outcome struct {
	Points []string // passed, each with its count, of a run in which nothing was killed
	Kills  int
	Rows   []string // keys of the delivered messages
	Wrong  []string // what must not be, in words
}

// running is a trial under way.
type running struct {
	Trial
	t       testing.TB
	chat    Chat
	at      string
	broken  string
	folder  string
	control *httptest.Server

	mu     sync.Mutex
	now    time.Time
	step   int
	wait   <-chan struct{}
	passed map[string]int
	trace  []string
	child  *exec.Cmd
	dead   chan struct{}
}

// Run plays the story. at is the point at which the process is killed, such as
// "claim: after the commit#2"; broken is one of the broken variants, or "".
func (tr Trial) Run(t testing.TB, at, broken string) Outcome {
	t.Helper()
	r := &running{Trial: tr, t: t, at: at, broken: broken, folder: folder(t), now: tr.Begin, passed: map[string]int{}}
	r.chat = tr.Open(t, r.time, r.pass)
	defer r.chat.Close()
	r.control = httptest.NewServer(http.HandlerFunc(r.tell))
	defer r.control.Close()
	var out Outcome
	for !r.live(out.Kills == 0) {
		if out.Kills++; out.Kills > 3 {
			t.Fatalf("%s: killed again and again", at)
		}
		r.chat.Restarted()
	}
	if at == "" {
		out.Points = r.points()
	}
	out.Rows, out.Wrong = r.check()
	return out
}

// folder is a place for a store: in memory where the system has one there.
func folder(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("/dev/shm", "thbot-crash-")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

func (r *running) time() time.Time {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.now
}

func (r *running) storePath() string { return filepath.Join(r.folder, "thbot.db") }

// patience is how long one life may take.
const patience = time.Minute

// live runs the process until its end. It answers whether it came to the end of
// the story; else it was killed.
func (r *running) live(first bool) bool {
	r.t.Helper()
	self, err := os.Executable()
	if err != nil {
		r.t.Fatal(err)
	}
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), envControl+"="+r.control.URL, envChat+"="+r.chat.Address(), envStore+"="+r.storePath(),
		envBroken+"="+r.broken, envTrace+"="+filepath.Join(r.folder, "trace"))
	if first {
		cmd.Env = append(cmd.Env, envAt+"="+r.at)
	}
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	if l, ok := r.chat.(Listening); ok {
		cmd.ExtraFiles = []*os.File{l.Listener()}
	}
	r.mu.Lock()
	r.child, r.dead = cmd, make(chan struct{})
	err = cmd.Start()
	r.mu.Unlock()
	if err != nil {
		r.t.Fatal(err)
	}
	slow := time.AfterFunc(patience, func() { cmd.Process.Signal(syscall.SIGQUIT) })
	err = cmd.Wait()
	slow.Stop()
	close(r.dead)
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.Sys().(syscall.WaitStatus).Signal() == syscall.SIGKILL {
		return false
	}
	if err != nil {
		r.t.Fatalf("at %q, in step %d: %v\n%s", r.at, r.step, err, said.Bytes())
	}
	return true
}

// pass counts a point of the chat's, and kills the process at one.
func (r *running) pass(name string) {
	r.mu.Lock()
	r.passed[name]++
	r.trace = append(r.trace, name)
	hit := fmt.Sprintf("%s#%d", name, r.passed[name]) == r.at
	child, dead := r.child, r.dead
	r.mu.Unlock()
	if hit {
		child.Process.Kill()
		<-dead
	}
}

// points gives all points passed, each with its count.
func (r *running) points() []string {
	b, err := os.ReadFile(filepath.Join(r.folder, "trace"))
	if err != nil {
		r.t.Fatal(err)
	}
	counts := map[string]int{}
	var all []string
	for _, name := range append(strings.Split(strings.TrimSpace(string(b)), "\n"), r.trace...) {
		counts[name]++
		all = append(all, fmt.Sprintf("%s#%d", name, counts[name]))
	}
	return all
}

// tell answers the process's question what time it is.
func (r *running) tell(w http.ResponseWriter, req *http.Request) {
	var in round
	if err := json.NewDecoder(req.Body).Decode(&in); err != nil {
		http.Error(w, "", http.StatusBadRequest)
		return
	}
	if in.Next.IsZero() { // it has just begun
		json.NewEncoder(w).Encode(round{Now: r.time()})
		return
	}
	waited, alive := r.acknowledged(req)
	if waited || !alive { // what it said is due was reckoned before
		r.answer(w, round{Now: r.time()}, alive)
		return
	}
	out := r.advance(in.Next)
	_, alive = r.acknowledged(req)
	r.answer(w, out, alive)
}

func (r *running) answer(w http.ResponseWriter, out round, alive bool) {
	if alive {
		json.NewEncoder(w).Encode(out)
	}
}

// acknowledged waits until what was asked for last is, and tells whether there
// was something to wait for; alive is false where the process dies first.
func (r *running) acknowledged(req *http.Request) (waited, alive bool) {
	r.mu.Lock()
	wait := r.wait
	r.mu.Unlock()
	if wait == nil {
		return false, true
	}
	select {
	case <-wait:
	case <-req.Context().Done():
		return true, false
	}
	r.mu.Lock()
	r.wait = nil
	r.mu.Unlock()
	return true, true
}

// advance moves the clock to when something falls due or somebody asks for
// something, which he does at the next round, when the process knows the time.
func (r *running) advance(next time.Time) round {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !next.After(r.now) {
		next = r.now.Add(time.Second)
	}
	if r.step < len(r.Steps) && !r.Steps[r.step].At.After(next) {
		s := r.Steps[r.step]
		if s.At.After(r.now) {
			r.now = s.At
			return round{Now: r.now}
		}
		r.step++
		r.wait = r.chat.Do(s)
		return round{Now: r.now}
	}
	if next.After(r.End) {
		return round{Now: r.now, End: true}
	}
	r.now = next
	return round{Now: r.now}
}

// check compares what the register says with what stands in the chat.
func (r *running) check() (rows, wrong []string) {
	db, err := bolt.Open(r.storePath())
	if err != nil {
		r.t.Fatal(err)
	}
	s, err := store.Open(r.t.Context(), db)
	if err != nil {
		r.t.Fatal(err)
	}
	defer s.Close()
	known := map[string]int{}
	err = s.View(r.t.Context(), func(v *store.View) error {
		if wrong, err = r.checkDone(v); err != nil {
			return err
		}
		return v.Rows("", func(row *store.Row) bool {
			wrong = append(wrong, r.checkRow(row, known)...)
			if row.State == store.Delivered {
				rows = append(rows, row.Key)
			}
			return true
		})
	})
	if err != nil {
		r.t.Fatal(err)
	}
	stand := map[string]bool{}
	for _, id := range r.chat.Posts() {
		stand[id] = true
		if known[id] == 0 {
			wrong = append(wrong, fmt.Sprintf("post %s stands, and no message is there as it", id))
		}
	}
	for id := range known {
		if !stand[id] {
			wrong = append(wrong, fmt.Sprintf("post %s is said to be there and is not", id))
		}
	}
	for _, key := range r.chat.Blind() {
		wrong = append(wrong, "posted again without looking twice: "+key)
	}
	slices.Sort(rows)
	return rows, wrong
}

// checkRow holds that nothing is left open that was due, and notes posts.
func (r *running) checkRow(row *store.Row, known map[string]int) (wrong []string) {
	if row.State == store.Failed || row.Open() && !row.Due.After(r.now) {
		wrong = append(wrong, fmt.Sprintf("%s is %s: %s", row.Key, row.State, row.Reason))
	}
	for _, p := range row.Parts {
		if row.State != store.Delivered && p.PostID != "" {
			wrong = append(wrong, fmt.Sprintf("%s is %s, and a part of it is out", row.Key, row.State))
		}
		if p.PostID != "" {
			known[p.PostID]++
		}
	}
	return wrong
}
