package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"thbot/bot/slack/standin"
)

const (
	killsInTests = 20 // TEST_KILLS sets another number
	killsInOne   = 20 // of one register
)

// TestKills kills the built program, while it serves a stand-in Slack under
// load, with SIGKILL at random moments, twenty times for each register, and then
// lets it finish. The stand-in loses answers and shows posts late. What was
// acknowledged is recorded once, every message that is said to be delivered
// stands once, every minute has its digest, and nothing is posted again unseen.
func TestKills(t *testing.T) {
	if testing.Short() {
		t.Skip("kills a program for two minutes")
	}
	kills := killsInTests
	if n, err := strconv.Atoi(os.Getenv("TEST_KILLS")); err == nil {
		kills = n
	}
	program := filepath.Join(t.TempDir(), "thbot")
	if out, err := exec.Command("go", "build", "-o", program, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	seed := uint64(time.Now().UnixNano())
	failed := 0
	for from := 0; from < kills; from += killsInOne {
		t.Run(fmt.Sprint(from), func(t *testing.T) {
			t.Logf("seed %d", seed+uint64(from))
			v := newVictim(t, program, rand.New(rand.NewPCG(seed, uint64(from))))
			v.suffer(min(killsInOne, kills-from))
			v.check()
			if t.Failed() {
				failed++
			}
		})
	}
	t.Logf("%d kills, %d registers with a failure; without one, fewer than 3/%d = %.2f %% of kills do harm (95 %%)", kills, failed, kills, 300/float64(kills))
}

// victim is a served register that is killed again and again.
type victim struct {
	t       *testing.T
	rand    *rand.Rand
	program string
	folder  string
	admin   string
	slack   *standin.Server
	users   map[string]string // ids by name
	channel string            // id

	mu     sync.Mutex
	titles []string // of all that was sent to be recorded

	drainedAt time.Time // what was planned later may be cut off by the stop
}

func newVictim(t *testing.T, program string, r *rand.Rand) *victim {
	t.Helper()
	v := &victim{t: t, rand: r, program: program, folder: t.TempDir(), slack: standin.New(standin.Config{}), users: map[string]string{}}
	t.Cleanup(v.slack.Close)
	for _, name := range []string{"cepol", "frontex", "atc"} {
		v.users[name] = v.slack.AddUser(standin.User{Name: name}).ID
	}
	v.channel = v.slack.AddChannel(standin.Channel{Name: "thb", Private: true}, v.slack.Bot().ID, v.users["cepol"], v.users["frontex"], v.users["atc"]).ID
	v.admin = v.free()
	config := fmt.Sprintf(`
store = "bolt:%s"
listen = %q
admin_listen = %q
quiet = false
[slack]
channel = "thb"
api_url = %q
[overlap]
hold = "1s"
[digest]
schedule = "* * * * *"
[roles]
coordinators = ["slack:%s"]
[[contacts]]
agency = "cepol"
user = "slack:%s"
[[contacts]]
agency = "frontex"
user = "slack:%s"
`, v.path("thbot.db"), v.free(), v.admin, v.slack.URL(), v.users["atc"], v.users["cepol"], v.users["frontex"])
	if err := os.WriteFile(v.path("thbot.toml"), []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	return v
}

func (v *victim) path(name string) string { return filepath.Join(v.folder, name) }

// free gives an address on loopback that is free just now.
func (v *victim) free() string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		v.t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// start starts the program.
func (v *victim) start() (*exec.Cmd, *bytes.Buffer) {
	v.t.Helper()
	said := new(bytes.Buffer)
	cmd := exec.Command(v.program, "serve", "--config", v.path("thbot.toml"))
	cmd.Env = append(os.Environ(), "THBOT_SLACK_BOT_TOKEN="+standin.BotToken, "THBOT_SLACK_APP_TOKEN="+standin.AppToken)
	cmd.Stderr = said
	if err := cmd.Start(); err != nil {
		v.t.Fatal(err)
	}
	return cmd, said
}

// suffer kills the program n times under load, and lets it finish.
func (v *victim) suffer(n int) {
	v.t.Helper()
	ctx, cancel := context.WithCancel(v.t.Context())
	var load sync.WaitGroup
	for _, user := range []string{"cepol", "frontex", "atc"} {
		load.Go(func() { v.work(ctx, user) })
	}
	load.Go(func() { v.trouble(ctx) })
	for i := range n {
		cmd, said := v.start()
		if i%5 != 0 { // else it dies while it starts, on a busy machine at least
			v.answers()
		}
		dies := time.Duration(v.rand.IntN(4000)) * time.Millisecond
		time.Sleep(dies) // the moment is the test's subject
		cmd.Process.Kill()
		if cmd.Wait(); cmd.ProcessState.Exited() {
			v.t.Fatalf("it ended by itself:\n%s", said)
		}
	}
	cmd, said := v.start()
	cancel()
	load.Wait()
	err := v.drained()
	if v.drainedAt = time.Now().Add(-time.Second); err != nil {
		v.t.Errorf("%v\n%s", err, said)
	}
	cmd.Process.Signal(syscall.SIGTERM)
	if err = cmd.Wait(); err != nil {
		v.t.Errorf("it did not stop in order: %v\n%s", err, said)
	}
}

// work has a user record one thing after the other.
func (v *victim) work(ctx context.Context, user string) {
	for i := 1; ctx.Err() == nil; i++ {
		title := fmt.Sprintf("Seminar %d of %s on forced labour in sector %d", i, user, i%7)
		text := "record " + title
		if user == "atc" {
			text = "record agency:frontex " + title
		}
		v.mu.Lock()
		v.titles = append(v.titles, title)
		v.mu.Unlock()
		answered, stop := context.WithTimeout(context.WithoutCancel(ctx), 30*time.Second)
		v.slack.Command(v.users[user], "", text).Wait(answered)
		stop()
		pauseOr(ctx, 700*time.Millisecond)
	}
}

// trouble loses answers to posts, and keeps posts out of the history for a
// while.
func (v *victim) trouble(ctx context.Context) {
	for n := 0; ctx.Err() == nil; n++ {
		switch n % 3 {
		case 0:
			v.slack.Break(standin.Fault{Method: "chat.postMessage", Lost: true, Times: 1})
		case 1:
			v.slack.LagHistory(1)
		case 2:
			v.slack.Break(standin.Fault{Method: "chat.postMessage", Reset: true, Times: 1})
		}
		pauseOr(ctx, 2*time.Second)
	}
}

func pauseOr(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}

// answers waits until the program is there for people, however busy the
// machine is, and not for longer than a minute: it may be put off by trouble.
func (v *victim) answers() {
	for late := time.Now().Add(time.Minute); time.Now().Before(late); pauseOr(v.t.Context(), 20*time.Millisecond) {
		if page, err := v.get("/readyz"); err == nil && strings.Contains(page, `"connected": true`) {
			return
		}
	}
}

// get reads a page of the operators'.
func (v *victim) get(path string) (string, error) {
	resp, err := http.Get("http://" + v.admin + path)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	return string(b), err
}

var waitingRows = regexp.MustCompile(`(?m)^thbot_outbox_rows\{state="(waiting|claimed)"\} ([1-9]\d*)$`)

// drained waits until nothing waits in the outbox.
func (v *victim) drained() error {
	late := time.Now().Add(4 * time.Minute)
	for {
		body, err := v.get("/metrics")
		if err == nil && strings.Contains(body, "thbot_outbox_rows") && !waitingRows.MatchString(body) {
			return nil
		}
		if time.Now().After(late) {
			return fmt.Errorf("not drained: %v, %q", err, waitingRows.FindAllString(body, -1))
		}
		pauseOr(v.t.Context(), 200*time.Millisecond)
	}
}
