package admin

import (
	"context"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"thbot/store"
)

// metrics are the figures of one process. Labels are words of the program:
// platforms and outcomes.
type metrics struct {
	registry *prometheus.Registry
	requests *prometheus.CounterVec
	answers  *prometheus.HistogramVec
	posts    *prometheus.CounterVec
	attempts *prometheus.HistogramVec
}

func newMetrics(cfg Config) *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "thbot_requests_total", Help: "Requests of people, by chat and outcome: done, failed, or turned away before the register.",
		}, []string{"platform", "outcome"}),
		answers: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "thbot_request_seconds", Help: "Time from a request to its answer, by chat.",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2, 3, 5, 10},
		}, []string{"platform"}),
		posts: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "thbot_deliveries_total", Help: "Attempts to post or edit, by chat and outcome: delivered, retry, wait or refused.",
		}, []string{"platform", "outcome"}),
		attempts: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "thbot_delivery_seconds", Help: "Time that an attempt to post or edit took, by chat.",
			Buckets: []float64{.01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 20},
		}, []string{"platform"}),
	}
	build := prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "thbot_build_info", Help: "Always 1; the version is its label.", ConstLabels: prometheus.Labels{"version": cfg.Version},
	})
	build.Set(1)
	m.registry.MustRegister(
		m.requests, m.answers, m.posts, m.attempts, build, &register{cfg: cfg},
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
	)
	return m
}

// Answered counts a request.
func (m *metrics) Answered(platform, outcome string, took time.Duration) {
	m.requests.WithLabelValues(platform, outcome).Inc()
	m.answers.WithLabelValues(platform).Observe(took.Seconds())
}

// Attempted counts an attempt at a post.
func (m *metrics) Attempted(platform, outcome string, took time.Duration) {
	m.posts.WithLabelValues(platform, outcome).Inc()
	m.attempts.WithLabelValues(platform).Observe(took.Seconds())
}

// register tells what stands in the register and how the chats are connected,
// when somebody asks.
type register struct {
	cfg Config

	mu      sync.Mutex
	counted time.Time // when rows was counted last
	rows    map[store.RowState]int
}

var (
	rowsDesc      = prometheus.NewDesc("thbot_outbox_rows", "Messages in the outbox, by state; delivered ones are not told.", []string{"state"}, nil)
	journalDesc   = prometheus.NewDesc("thbot_journal_entries", "Entries of the journal.", nil, nil)
	sizeDesc      = prometheus.NewDesc("thbot_store_bytes", "Size of the store.", nil, nil)
	connectedDesc = prometheus.NewDesc("thbot_platform_connected", "Whether the chat is connected.", []string{"platform"}, nil)
	misreadDesc   = prometheus.NewDesc("thbot_misread_total", "Deliveries of the chat since the start that could not be read.", []string{"platform"}, nil)
	outboxDesc    = prometheus.NewDesc("thbot_outbox_total", "What became of messages and attempts since the start.", []string{"what"}, nil)
	refusedDesc   = prometheus.NewDesc("thbot_platform_refused", "Whether the chat refuses the credentials.", []string{"platform"}, nil)
)

// Describe implements prometheus.Collector.
func (r *register) Describe(out chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{rowsDesc, journalDesc, sizeDesc, connectedDesc, refusedDesc, misreadDesc, outboxDesc} {
		out <- d
	}
}

// Collect implements prometheus.Collector. A figure that cannot be read is
// left out: /readyz says that the store is down.
func (r *register) Collect(out chan<- prometheus.Metric) {
	gauge := func(d *prometheus.Desc, value float64, labels ...string) {
		out <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, value, labels...)
	}
	count := func(d *prometheus.Desc, n int64, labels ...string) {
		out <- prometheus.MustNewConstMetric(d, prometheus.CounterValue, float64(n), labels...)
	}
	for _, p := range r.cfg.Platforms {
		s := p.State()
		gauge(connectedDesc, yes(s.Connected), p.Platform())
		gauge(refusedDesc, yes(s.Refused), p.Platform())
		count(misreadDesc, s.Misread, p.Platform())
	}
	if r.cfg.Outbox != nil {
		for what, n := range r.cfg.Outbox().All() {
			count(outboxDesc, n, what)
		}
	}
	if r.cfg.StoreSize != nil {
		if n, err := r.cfg.StoreSize(); err == nil {
			gauge(sizeDesc, float64(n))
		}
	}
	ctx, cancel := context.WithTimeout(context.Background(), storeTime)
	defer cancel()
	rows, head, err := r.read(ctx)
	if err != nil {
		return
	}
	gauge(journalDesc, float64(head.Seq))
	for _, state := range []store.RowState{store.Waiting, store.Claimed, store.Failed, store.Dropped} {
		gauge(rowsDesc, float64(rows[state]), string(state))
	}
}

func yes(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// countEvery bounds how often all rows are read.
const countEvery = 15 * time.Second

func (r *register) read(ctx context.Context) (rows map[store.RowState]int, head store.Head, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := r.cfg.Now()
	err = r.cfg.Store.View(ctx, func(v *store.View) error {
		if head, err = v.Head(); err != nil || now.Sub(r.counted).Abs() < countEvery {
			return err
		}
		counted := map[store.RowState]int{}
		if err := v.Rows("", func(row *store.Row) bool { counted[row.State]++; return true }); err != nil {
			return err
		}
		r.rows, r.counted = counted, now
		return nil
	})
	return r.rows, head, err
}
