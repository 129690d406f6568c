package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"thbot/bot/chattest"
	"thbot/bot/slack/standin"
)

// agencies in the order of the statement, which are also the names of their
// contact points.
var agencies = []string{"easo", "europol", "eu-lisa", "emcdda", "eurojust", "eige", "frontex", "eurofound", "fra", "cepol"}

// patient bounds every wait of the tests that serve: they run beside others.
const patient = time.Minute

// served is thbot serve as a process, with a register of its own, in a Slack
// of its own.
type served struct {
	*standin.Server
	t       *testing.T
	ctx     context.Context
	folder  string
	mode    string // socket or http
	people  map[string]*standin.User
	channel *standin.Channel
	keys    map[string]string // further lines of thbot.toml, by section
	environ []string
	log     *journal
	cmd     *exec.Cmd
	gone    chan error
}

// journal keeps what thbot logs.
type journal struct {
	mu  sync.Mutex
	all bytes.Buffer
}

func (j *journal) Write(b []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.all.Write(b)
}

func (j *journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.all.String()
}

// workspace makes a Slack with the people of the suite, and prepares thbot for
// it. A change may alter what it is given.
func workspace(t *testing.T, mode string, cfg standin.Config, change ...func(*served)) *served {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 4*patient)
	t.Cleanup(cancel)
	s := &served{Server: standin.New(cfg), t: t, ctx: ctx, mode: mode, folder: t.TempDir(), people: map[string]*standin.User{}, log: &journal{}}
	t.Cleanup(s.Close)
	members := []string{s.Bot().ID}
	for _, name := range append(agencies[:len(agencies):len(agencies)], "atc") {
		s.people[name] = s.AddUser(standin.User{Name: name})
		members = append(members, s.people[name].ID)
	}
	for _, name := range []string{"guest", "jane", "omar"} {
		s.people[name] = s.AddUser(standin.User{Name: name})
	}
	s.channel = s.AddChannel(standin.Channel{Name: "thb-contact-points", Private: true}, members...)
	s.keys = map[string]string{
		"":          "store = \"bolt:thbot.db\"\nlisten = \"127.0.0.1:0\"\nadmin_listen = \"127.0.0.1:0\"\nquiet = false\npublic_url = \"https://thbot.example.eu\"",
		"slack":     fmt.Sprintf("mode = %q\nchannel = %q\napi_url = %q", mode, s.channel.Name, s.URL()),
		"overlap":   fmt.Sprintf("hold = %q", chattest.Hold),
		"reminders": fmt.Sprintf("before = [%q]", chattest.Reminder),
		"roles":     "coordinators = [\"slack:atc\"]",
	}
	s.environ = []string{"THBOT_SLACK_BOT_TOKEN=" + standin.BotToken, "THBOT_SLACK_APP_TOKEN=" + standin.AppToken}
	if mode == "http" {
		s.environ[1] = "THBOT_SLACK_SIGNING_SECRET=" + standin.SigningSecret
	}
	for _, f := range change {
		f(s)
	}
	return s
}

// serve starts thbot with a new register in a new workspace.
func serve(t *testing.T, mode string, cfg standin.Config, change ...func(*served)) *served {
	t.Helper()
	s := workspace(t, mode, cfg, change...)
	s.start()
	return s
}

// write writes thbot.toml.
func (s *served) write() {
	s.t.Helper()
	var b strings.Builder
	fmt.Fprintln(&b, s.keys[""])
	for name, keys := range s.keys {
		if name != "" {
			fmt.Fprintf(&b, "[%s]\n%s\n", name, keys)
		}
	}
	for _, a := range agencies {
		fmt.Fprintf(&b, "[[contacts]]\nagency = %q\nuser = %q\n", a, "slack:"+a)
	}
	if err := os.WriteFile(filepath.Join(s.folder, "thbot.toml"), []byte(b.String()), 0o600); err != nil {
		s.t.Fatal(err)
	}
}

// command is thbot in the folder of the configuration.
func (s *served) command(args ...string) *exec.Cmd {
	c := exec.Command("thbot", args...)
	c.Dir = s.folder
	for _, pair := range os.Environ() { // but what is meant for these tests
		if !strings.HasPrefix(pair, "THBOT_") {
			c.Env = append(c.Env, pair)
		}
	}
	c.Env = append(c.Env, s.environ...)
	return c
}

// start starts thbot and waits until it answers.
func (s *served) start() {
	s.t.Helper()
	s.launch()
	s.t.Cleanup(func() { s.end(syscall.SIGTERM) })
	if s.mode == "http" {
		s.SetCallback("http://" + s.address("listening for the chats"))
	}
	s.eventually("thbot is not ready", func() bool { return strings.Contains(s.get("/readyz"), `"connected": true`) })
	s.eventually("the roster is not there", func() bool { return strings.Contains(s.say("atc", "whoami"), "Coordinator") })
}

// launch starts the process and does not wait for it.
func (s *served) launch() {
	s.t.Helper()
	s.write()
	s.log = &journal{}
	s.cmd = s.command("serve")
	s.cmd.Stdout, s.cmd.Stderr = s.log, s.log
	if err := s.cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	s.gone = make(chan error, 1)
	go func(c *exec.Cmd, gone chan<- error) { gone <- c.Wait() }(s.cmd, s.gone)
}

// end ends the process, if it runs.
func (s *served) end(how syscall.Signal) {
	if s.cmd == nil {
		return
	}
	s.cmd.Process.Signal(how)
	select {
	case <-s.gone:
	case <-time.After(patient):
		s.cmd.Process.Kill()
		<-s.gone
		s.t.Error("thbot did not stop")
	}
	s.cmd = nil
	if s.t.Failed() {
		s.t.Logf("the log:\n%s", s.log)
	}
}

// address gives where a listener stands, as the log says.
func (s *served) address(what string) string {
	s.t.Helper()
	line := regexp.MustCompile(what + `" address=(\S+)`)
	var found []string
	s.eventually("no line about "+what, func() bool {
		found = line.FindStringSubmatch(s.log.String())
		return found != nil
	})
	return found[1]
}

// get reads a page of the operators'.
func (s *served) get(path string) string {
	s.t.Helper()
	resp, err := http.Get("http://" + s.address("listening for operators") + path)
	if err != nil {
		return ""
	}
	defer resp.Body.Close()
	b, _ := io.ReadAll(resp.Body)
	return string(b)
}

// eventually waits until it is so, looking now and then: of another process
// there is no event to wait for.
func (s *served) eventually(what string, so func() bool) {
	s.t.Helper()
	for end := time.Now().Add(patient); !so(); time.Sleep(20 * time.Millisecond) {
		select {
		case err := <-s.gone:
			s.gone <- err
			s.t.Fatalf("thbot has ended: %v\n%s", err, s.log)
		default:
		}
		if time.Now().After(end) {
			s.t.Fatalf("%s\n%s", what, s.log)
		}
	}
}

// types has a person type a command, in the channel if he is in it, else in
// the direct messages with thbot.
func (s *served) types(user, text string) *standin.Delivery {
	id := s.people[user].ID
	if slices.Contains(s.channel.Members, id) {
		return s.Command(id, s.channel.ID, text)
	}
	return s.Command(id, "", text)
}

// say has a person type a command, and gives what stands in the answer.
func (s *served) say(user, text string) string {
	s.t.Helper()
	d := s.types(user, text)
	seen, err := d.Next(s.ctx)
	if err != nil {
		s.t.Fatalf("/thb %s: %v\n%s", text, err, s.log)
	}
	return readMessage(seen.Message).Text + seen.Words
}

// titles gives the titles in the register, once thbot is stopped.
func (s *served) titles() []string {
	s.t.Helper()
	s.end(syscall.SIGTERM)
	path := filepath.Join(s.t.TempDir(), "all.jsonl")
	if out, err := s.command("export", path).CombinedOutput(); err != nil {
		s.t.Fatalf("export: %v\n%s", err, out)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		s.t.Fatal(err)
	}
	var all []string
	for line := range bytes.Lines(b) {
		var a struct{ Title string }
		if err := json.Unmarshal(line, &a); err != nil {
			s.t.Fatal(err)
		}
		all = append(all, a.Title)
	}
	return all
}
