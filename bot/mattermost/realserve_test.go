package mattermost

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"thbot/bot/chattest"
)

// agencies in the order of the statement, which are also the names of their
// contact points.
var agencies = []string{"easo", "europol", "eu-lisa", "emcdda", "eurojust", "eige", "frontex", "eurofound", "fra", "cepol"}

// served is thbot serve as a process, with a register of its own.
type served struct {
	r               *real
	t               *testing.T
	folder          string
	listen, admin   string
	config, environ []string // lines of thbot.toml, and of the environment
	sections        map[string][]string
	contacts        []contact // beside those of the agencies
	log             *lines
	cmd             *exec.Cmd
	gone            chan error
}

// contact is one more of an agency's.
type contact struct{ agency, name string }

// rushing are twenty people who may record.
func (r *real) rushing() []string {
	people := append([]string{}, agencies...)
	for i := range 10 {
		people = append(people, fmt.Sprintf("helper-%d", i+1))
	}
	return people
}

// lines keeps a log.
type lines struct {
	mu  sync.Mutex
	all bytes.Buffer
}

func (l *lines) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.all.Write(b)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.all.String()
}

// build builds thbot, once.
func (r *real) build() string {
	r.t.Helper()
	r.built.Do(func() {
		r.program = filepath.Join(r.folder, "thbot")
		build := exec.Command("go", "build", "-o", r.program, "thbot/cmd/thbot")
		build.Stderr = os.Stderr
		if err := build.Run(); err != nil {
			r.program = ""
		}
	})
	if r.program == "" {
		r.t.Fatal("thbot was not built")
	}
	return r.program
}

// thbot prepares thbot serve with a new register, and does not start it. A
// change may alter what it is given.
func (r *real) thbot(t *testing.T, change ...func(*served)) *served {
	t.Helper()
	s := &served{r: r, t: t, folder: t.TempDir(), listen: freeAddress(t), admin: freeAddress(t), log: &lines{}}
	s.config = []string{
		`store = "bolt:thbot.db"`, fmt.Sprintf("listen = %q", s.listen), fmt.Sprintf("admin_listen = %q", s.admin),
		fmt.Sprintf("public_url = %q", "http://"+s.listen), "quiet = false",
	}
	s.sections = map[string][]string{
		"mattermost": {fmt.Sprintf("url = %q", r.world.URL), fmt.Sprintf("team = %q", r.world.Team), fmt.Sprintf("channel = %q", r.world.Channel)},
		"overlap":    {fmt.Sprintf("hold = %q", chattest.Hold)},
		"reminders":  {fmt.Sprintf("before = [%q]", chattest.Reminder)},
		"roles":      {`coordinators = ["mattermost:atc"]`},
	}
	s.environ = []string{"THBOT_MATTERMOST_TOKEN=" + r.world.Bot.Token}
	for _, f := range change {
		f(s)
	}
	s.write()
	return s
}

// serve starts thbot serve with a new register.
func (r *real) serve(t *testing.T, change ...func(*served)) *served {
	t.Helper()
	s := r.thbot(t, change...)
	s.start()
	return s
}

func (s *served) write() {
	s.t.Helper()
	var b strings.Builder
	fmt.Fprintln(&b, strings.Join(s.config, "\n"))
	for name, keys := range s.sections {
		fmt.Fprintf(&b, "[%s]\n%s\n", name, strings.Join(keys, "\n"))
	}
	for _, a := range agencies {
		fmt.Fprintf(&b, "[[contacts]]\nagency = %q\nuser = %q\n", a, "mattermost:"+a)
	}
	for _, c := range s.contacts {
		fmt.Fprintf(&b, "[[contacts]]\nagency = %q\nuser = %q\n", c.agency, "mattermost:"+c.name)
	}
	if err := os.WriteFile(filepath.Join(s.folder, "thbot.toml"), []byte(b.String()), 0o600); err != nil {
		s.t.Fatal(err)
	}
}

// command is thbot in the folder of the configuration.
func (s *served) command(args ...string) *exec.Cmd {
	s.t.Helper()
	c := exec.Command(s.r.build(), args...)
	c.Dir = s.folder
	for _, pair := range os.Environ() { // but what is meant for these tests
		if !strings.HasPrefix(pair, "THBOT_") {
			c.Env = append(c.Env, pair)
		}
	}
	c.Env = append(c.Env, s.environ...)
	return c
}

// start starts it, and waits until it answers commands.
func (s *served) start() {
	s.t.Helper()
	s.launch()
	s.t.Cleanup(s.stop)
	if !s.ready(time.Minute) {
		s.t.Fatalf("thbot is not ready:\n%s", s.log)
	}
}

func (s *served) launch() {
	s.t.Helper()
	s.cmd = s.command("serve")
	s.cmd.Stdout, s.cmd.Stderr = s.log, s.log
	if err := s.cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	s.gone = make(chan error, 1)
	go func(c *exec.Cmd, gone chan<- error) { gone <- c.Wait() }(s.cmd, s.gone)
}

// ready waits until the roster is there, and the platform is connected.
func (s *served) ready(within time.Duration) bool {
	s.t.Helper()
	is := false
	eventually(within, func() bool {
		select {
		case err := <-s.gone:
			s.gone <- err
			return true
		default:
		}
		if strings.Contains(s.get("/readyz"), `"connected": true`) {
			got, err := s.r.someone("atc").try("whoami")
			is = err == nil && strings.Contains(got.Text, "Coordinator")
		}
		return is
	})
	return is
}

// get reads a page of the operators'.
func (s *served) get(path string) string {
	resp, err := http.Get("http://" + s.admin + path)
	if err != nil {
		return ""
	}
	defer resp.Body.Close()
	b, _ := io.ReadAll(resp.Body)
	return string(b)
}

// stop stops it as an operator does.
func (s *served) stop() { s.end(syscall.SIGTERM) }

// kill ends it in the middle of whatever it does.
func (s *served) kill() { s.end(syscall.SIGKILL) }

func (s *served) end(how syscall.Signal) {
	if s.cmd == nil {
		return
	}
	s.cmd.Process.Signal(how)
	select {
	case <-s.gone:
	case <-time.After(30 * time.Second):
		s.cmd.Process.Kill()
		<-s.gone
		s.t.Error("thbot did not stop")
	}
	s.cmd = nil
}

// run runs another subcommand of thbot, and gives what it printed.
func (s *served) run(args ...string) string {
	s.t.Helper()
	out, err := s.command(args...).CombinedOutput()
	if err != nil {
		s.t.Fatalf("thbot %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return string(out)
}

// titles gives the activities that the register holds, by id.
func (s *served) titles() map[string]string {
	s.t.Helper()
	path := filepath.Join(s.t.TempDir(), "all.jsonl")
	s.run("export", path)
	b, err := os.ReadFile(path)
	if err != nil {
		s.t.Fatal(err)
	}
	all := map[string]string{}
	for line := range bytes.Lines(b) {
		var a struct{ ID, Title string }
		if err := json.Unmarshal(line, &a); err != nil {
			s.t.Fatal(err)
		}
		all[a.ID] = a.Title
	}
	return all
}

// head is how many entries the journal has: what changed nothing adds none.
func (s *served) head() string {
	s.t.Helper()
	for line := range strings.SplitSeq(s.get("/metrics"), "\n") {
		if rest, ok := strings.CutPrefix(line, "thbot_journal_entries "); ok {
			return rest
		}
	}
	s.t.Fatal("the metrics do not tell of the journal")
	return ""
}

// someone is a user without an open client.
func (r *real) someone(name string) *person {
	return &person{r: r, login: r.world.Users[name], api: r.api(r.world.Users[name])}
}

// eventually waits until it is so, looking now and then: the two processes
// have no event to wait for.
func eventually(within time.Duration, so func() bool) bool {
	for end := time.Now().Add(within); time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
		if so() {
			return true
		}
	}
	return false
}

func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}
