// Package admin is what operators watch: /healthz, /readyz and /metrics.
//
// Nothing here holds a text, a name or an id of people. The listener belongs
// on an address that only operators reach: nothing is asked of who reads.
package admin

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"

	"thbot/bot/chat"
	"thbot/bot/outbox"
	"thbot/store"
)

// Config is what an Admin needs. Store and Version are required.
type Config struct {
	Store     *store.Store
	Platforms []chat.Server
	Version   string
	StoreSize func() (int64, error) // bytes of the store; nil: not told
	Outbox    func() outbox.Counts  // nil: not told
	Now       func() time.Time      // nil: time.Now
}

// Admin answers operators and their tools. It is the bot's Observer.
type Admin struct {
	cfg Config
	*metrics
}

// New makes an Admin.
func New(cfg Config) *Admin {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	return &Admin{cfg, newMetrics(cfg)}
}

// Handler serves GET /healthz, /readyz and /metrics.
func (a *Admin) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		w.Write([]byte("ok\n"))
	})
	mux.HandleFunc("GET /readyz", a.ready)
	mux.Handle("GET /metrics", promhttp.HandlerFor(a.registry, promhttp.HandlerOpts{}))
	return mux
}

// readiness is the body of /readyz.
type readiness struct {
	Ready     bool                `json:"ready"`
	Store     string              `json:"store"` // ok, or down
	Platforms map[string]platform `json:"platforms"`
}

type platform struct {
	Connected bool   `json:"connected"`
	Refused   bool   `json:"refused"` // its credentials
	State     string `json:"state"`
}

// storeTime is how long the store may take to answer.
const storeTime = 2 * time.Second

// ready tells whether thbot can work. A chat that cannot be reached is only
// told of, since another start would not mend it; refused credentials are for
// the operator, and the status says so.
func (a *Admin) ready(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), storeTime)
	defer cancel()
	body := readiness{Ready: true, Store: "ok", Platforms: map[string]platform{}}
	if _, err := a.head(ctx); err != nil {
		body.Ready, body.Store = false, "down"
	}
	for _, p := range a.cfg.Platforms {
		s := p.State()
		body.Platforms[p.Platform()] = platform{s.Connected, s.Refused, s.Text}
		body.Ready = body.Ready && !s.Refused
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	if !body.Ready {
		w.WriteHeader(http.StatusServiceUnavailable)
	}
	out := json.NewEncoder(w)
	out.SetIndent("", "  ")
	out.Encode(body)
}

// head reads the journal's head: whoever can, has a store that answers.
func (a *Admin) head(ctx context.Context) (head store.Head, err error) {
	err = a.cfg.Store.View(ctx, func(v *store.View) error {
		head, err = v.Head()
		return err
	})
	return head, err
}
