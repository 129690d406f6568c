package admin

import (
	"bytes"
	"context"
	"io"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"

	"thbot/bot/chat"
	"thbot/store"
	"thbot/store/bolt"
)

// connection is a chat as far as its state goes.
type connection struct {
	chat.Server
	name  string
	state chat.State
}

func (c *connection) Platform() string  { return c.name }
func (c *connection) State() chat.State { return c.state }

// open gives an Admin over a register with one activity and three rows.
func open(t *testing.T, chats ...chat.Server) (*Admin, *store.Store) {
	t.Helper()
	db, err := bolt.Open(filepath.Join(t.TempDir(), "thbot.db"))
	if err != nil {
		t.Fatal(err)
	}
	s, err := store.Open(context.Background(), db)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	by := store.By{Actor: store.Program, Op: "setup", At: time.Date(2026, 11, 2, 8, 0, 0, 0, time.UTC)}
	err = s.Update(context.Background(), by, func(ch *store.Change) error {
		for _, slot := range []string{"1d", "2d", "3d"} {
			if _, err := ch.Plan(&store.Row{Kind: store.RowReminder, Subject: "M1.r1", Slot: slot, Destination: "P1", Due: by.At}); err != nil {
				return err
			}
		}
		if _, err := ch.Drop(store.RowKey(store.RowReminder, "M1.r1", "3d", "P1"), "cancelled"); err != nil {
			return err
		}
		return ch.AddActivity(&store.Activity{Agency: "cepol", Title: "A secret plan"})
	})
	if err != nil {
		t.Fatal(err)
	}
	return New(Config{Store: s, Platforms: chats, Version: "v1.2.3", StoreSize: func() (int64, error) { return 4096, nil }}), s
}

func get(t *testing.T, a *Admin, path string) (status int, body string) {
	t.Helper()
	w := httptest.NewRecorder()
	a.Handler().ServeHTTP(w, httptest.NewRequest("GET", path, nil))
	b, err := io.ReadAll(w.Body)
	if err != nil {
		t.Fatal(err)
	}
	return w.Code, string(b)
}

// TestReadiness is 200 whatever the chats do, but for refused credentials and
// a store that does not answer.
func TestReadiness(t *testing.T) {
	slack := &connection{name: "slack", state: chat.State{Connected: true, Text: "connected"}}
	mattermost := &connection{name: "mattermost", state: chat.State{Text: "no answer"}}
	a, s := open(t, slack, mattermost)
	want := func(status int, words ...string) {
		t.Helper()
		got, body := get(t, a, "/readyz")
		if got != status {
			t.Errorf("status %d, want %d", got, status)
		}
		for _, w := range words {
			if !strings.Contains(body, w) {
				t.Errorf("%q is not in %s", w, body)
			}
		}
	}
	want(200, `"ready": true`, `"store": "ok"`, `"state": "no answer"`)
	slack.state = chat.State{Refused: true, Text: "the token is refused"}
	want(503, `"ready": false`, `"refused": true`, `"state": "the token is refused"`)
	slack.state = chat.State{Connected: true}
	want(200)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	want(503, `"store": "down"`)
	if status, body := get(t, a, "/healthz"); status != 200 || body != "ok\n" {
		t.Errorf("the process lives, and /healthz says %d %q", status, body)
	}
}

// TestMetrics holds the figures, and that no text is among them.
func TestMetrics(t *testing.T) {
	a, _ := open(t, &connection{name: "slack", state: chat.State{Connected: true}})
	a.Answered("slack", "done", 3*time.Millisecond)
	a.Answered("slack", "failed", time.Second)
	a.Attempted("slack", "delivered", 200*time.Millisecond)
	err := testutil.GatherAndCompare(a.registry, strings.NewReader(`
# HELP thbot_build_info Always 1; the version is its label.
# TYPE thbot_build_info gauge
thbot_build_info{version="v1.2.3"} 1
# HELP thbot_deliveries_total Attempts to post or edit, by chat and outcome: delivered, retry, wait or refused.
# TYPE thbot_deliveries_total counter
thbot_deliveries_total{outcome="delivered",platform="slack"} 1
# HELP thbot_journal_entries Entries of the journal.
# TYPE thbot_journal_entries gauge
thbot_journal_entries 1
# HELP thbot_outbox_rows Messages in the outbox, by state; delivered ones are not told.
# TYPE thbot_outbox_rows gauge
thbot_outbox_rows{state="claimed"} 0
thbot_outbox_rows{state="dropped"} 1
thbot_outbox_rows{state="failed"} 0
thbot_outbox_rows{state="waiting"} 2
# HELP thbot_platform_connected Whether the chat is connected.
# TYPE thbot_platform_connected gauge
thbot_platform_connected{platform="slack"} 1
# HELP thbot_requests_total Requests of people, by chat and outcome: done, failed, or turned away before the register.
# TYPE thbot_requests_total counter
thbot_requests_total{outcome="done",platform="slack"} 1
thbot_requests_total{outcome="failed",platform="slack"} 1
# HELP thbot_store_bytes Size of the store.
# TYPE thbot_store_bytes gauge
thbot_store_bytes 4096
`), "thbot_build_info", "thbot_deliveries_total", "thbot_journal_entries", "thbot_outbox_rows", "thbot_platform_connected", "thbot_requests_total", "thbot_store_bytes")
	if err != nil {
		t.Error(err)
	}
	status, body := get(t, a, "/metrics")
	if status != 200 || !strings.Contains(body, `thbot_request_seconds_bucket{platform="slack",le="0.005"} 1`) || !strings.Contains(body, "process_resident_memory_bytes") {
		t.Errorf("status %d, %s", status, body)
	}
	if strings.Contains(body, "secret") || bytes.Contains([]byte(body), []byte("cepol")) {
		t.Error("the figures tell of a record")
	}
	if problems, err := testutil.GatherAndLint(a.registry); err != nil || len(problems) > 0 {
		t.Errorf("%v, %v", problems, err)
	}
}
