package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
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
	"thbot/store"
	"thbot/store/bolt"
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
	v.slack.AddChannel(standin.Channel{Name: "thb", Private: true}, v.slack.Bot().ID, v.users["cepol"], v.users["frontex"], v.users["atc"])
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

// start starts the program and waits until it answers.
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
	for range n {
		cmd, said := v.start()
		dies := time.Duration(200+v.rand.IntN(3800)) * time.Millisecond
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

var waitingRows = regexp.MustCompile(`(?m)^thbot_outbox_rows\{state="(waiting|claimed)"\} ([1-9]\d*)$`)

// drained waits until nothing waits in the outbox.
func (v *victim) drained() error {
	late := time.Now().Add(4 * time.Minute)
	for {
		body := ""
		resp, err := http.Get("http://" + v.admin + "/metrics")
		if err == nil {
			var b []byte
			b, err = io.ReadAll(resp.Body)
			resp.Body.Close()
			body = string(b)
		}
		if err == nil && strings.Contains(body, "thbot_outbox_rows") && !waitingRows.MatchString(body) {
			return nil
		}
		if time.Now().After(late) {
			return fmt.Errorf("not drained: %v, %q", err, waitingRows.FindAllString(body, -1))
		}
		pauseOr(v.t.Context(), 200*time.Millisecond)
	}
}

// check compares register and chat.
func (v *victim) check() {
	v.t.Helper()
	db, err := bolt.Open(v.path("thbot.db"))
	if err != nil {
		v.t.Fatal(err)
	}
	s, err := store.Open(v.t.Context(), db)
	if err != nil {
		v.t.Fatal(err)
	}
	defer s.Close()
	said := map[string]string{} // key by post id
	err = s.View(v.t.Context(), func(view *store.View) error {
		v.checkRecords(view)
		return v.checkRows(view, said)
	})
	if err != nil {
		v.t.Fatal(err)
	}
	v.checkPosts(said)
	v.checkBlind()
}

func (v *victim) checkRecords(view *store.View) {
	times := map[string]int{}
	for a := range view.Activities() {
		times[a.Title]++
	}
	told := v.told()
	for _, title := range v.titles {
		if n := times[title]; n > 1 || told[title] && n == 0 {
			v.t.Errorf("%q is recorded %d times; its sender was told so: %t", title, n, told[title])
		}
	}
	v.t.Logf("%d records sent, %d acknowledged, %d stored", len(v.titles), len(told), len(times))
	if len(told) == 0 {
		v.t.Error("nothing was recorded")
	}
}

// told gives the titles whose senders were told that they are recorded.
func (v *victim) told() map[string]bool {
	told := map[string]bool{}
	for _, sight := range v.slack.Sights(0) {
		if sight.Kind != standin.Ephemeral {
			continue
		}
		b, err := json.Marshal(sight.Message)
		if err != nil {
			v.t.Fatal(err)
		}
		for _, title := range v.titles {
			if strings.Contains(string(b), " recorded") && strings.Contains(string(b), title) {
				told[title] = true
			}
		}
	}
	return told
}

func (v *victim) checkRows(view *store.View, said map[string]string) error {
	counts := map[store.RowState]int{}
	var first, last time.Time
	digests := 0
	err := view.Rows("", func(r *store.Row) bool {
		counts[r.State]++
		cut := r.PlannedAt.After(v.drainedAt)
		later := r.Refresh && r.Due.After(v.drainedAt) // an edit for which it is not time yet
		if r.State == store.Failed || !cut && !later && r.Open() && (r.State == store.Claimed || r.Begun()) {
			v.t.Errorf("%s is %s: %s", r.Key, r.State, r.Reason)
		}
		for _, p := range r.Parts {
			if p.PostID != "" && (cut || r.State == store.Delivered) {
				said[p.PostID] = r.Key
			}
		}
		if slot, err := time.Parse("2006-01-02T15:04Z", r.Slot); err == nil && r.Kind == store.RowDigest {
			digests++
			if first.IsZero() || slot.Before(first) {
				first = slot
			}
			if slot.After(last) {
				last = slot
			}
		}
		return true
	})
	if want := int(last.Sub(first)/time.Minute) + 1; digests != want {
		v.t.Errorf("%d digests from %s to %s", digests, first, last)
	}
	v.t.Logf("rows: %v, digests: %d", counts, digests)
	return err
}

// checkPosts holds that what stands in Slack is what the rows say, once.
func (v *victim) checkPosts(said map[string]string) {
	marks, stand := map[string]bool{}, map[string]bool{}
	for _, m := range v.posts() {
		mark := string(m.Metadata)
		if marks[mark] {
			v.t.Errorf("a message stands twice, the second as %s (%s)", m.TS, said[m.TS])
		}
		marks[mark], stand[m.TS] = true, true
		if said[m.TS] == "" {
			v.t.Errorf("post %s stands, and no message is there as it", m.TS)
		}
	}
	for id, key := range said {
		if !stand[id] {
			v.t.Errorf("%s is said to be there as %s, and is not", key, id)
		}
	}
	v.t.Logf("%d posts stand", len(stand))
}

// posts gives what stands of the outbox's posts: those with a mark.
func (v *victim) posts() []standin.Message {
	var all []standin.Message
	channels := []string{v.channel()}
	for _, id := range v.users {
		channels = append(channels, v.slack.Direct(id))
	}
	for _, c := range channels {
		for _, m := range v.slack.Messages(c) {
			if len(m.Metadata) > 0 && m.User == v.slack.Bot().ID {
				all = append(all, m)
			}
		}
	}
	return all
}

// channel gives the id of the coordination channel, as the bot has used it.
func (v *victim) channel() string {
	for _, c := range v.slack.Calls() {
		if id := c.Args.Get("channel"); c.Method == "chat.postMessage" && strings.HasPrefix(id, "C") {
			return id
		}
	}
	return ""
}

// checkBlind holds that a post is made again only after its place was read
// twice.
func (v *victim) checkBlind() {
	posted, reads, again := map[string]int{}, map[string]int{}, 0
	for _, c := range v.slack.Calls() {
		channel := c.Args.Get("channel")
		switch c.Method {
		case "conversations.history":
			reads[channel]++
		case "chat.postMessage":
			mark := markIn(c.Args)
			if at, before := posted[mark]; before && c.Error == "" {
				again++
				if reads[channel]-at < 2 {
					v.t.Errorf("posted again after %d look-ups", reads[channel]-at)
				}
			}
			posted[mark] = reads[channel]
		}
	}
	v.t.Logf("%d posts, %d of them made again after look-ups", len(posted), again)
}

func markIn(args url.Values) string {
	var m struct {
		Payload json.RawMessage `json:"event_payload"`
	}
	json.Unmarshal([]byte(args.Get("metadata")), &m)
	return string(m.Payload)
}
