package outbox

import (
	"context"
	"fmt"
	"math"
	"os"
	"runtime"
	"testing"
	"time"

	"thbot/bot/chat"
)

// paced has posts to one place go a second apart, with some workers.
func paced(cfg *Config, one *Chat) { cfg.Workers, one.Pace = 4, time.Second }

// TestPace holds that a place gets a post a second, and that places do not wait
// for each other.
func TestPace(t *testing.T) {
	p := open(t)
	c := p.live(new(town), paced)
	p.rows(p.state("europol"), 5, nil, reader)
	p.rows(p.state("fra"), 2, nil, "P9")
	for i, want := range []int{2, 4, 5, 6, 7} {
		p.deliver()
		if n := len(c.posts); n != want {
			t.Fatalf("after %d seconds %d posts, not %d", i, n, want)
		}
		next, err := p.outbox.Look(t.Context(), p.now)
		if err != nil || i < 4 && !next.Equal(p.now.Add(time.Second)) {
			t.Fatalf("after %d seconds to look at %s: %v", i, next, err)
		}
		p.now = p.now.Add(time.Second)
	}
	c.once(t, 7)
}

// TestPartsInOrder holds that the parts of a message follow each other, before
// what fell due later in the same place.
func TestPartsInOrder(t *testing.T) {
	p := open(t)
	c := p.live(new(town), paced)
	p.say("cepol", "record Course on forced labour for judges in Romania, March 2027")
	p.now = at(t, "2026-11-30 09:00")
	if err := p.commands.PlanDigests(t.Context(), p.now); err != nil {
		t.Fatal(err)
	}
	p.rows(p.state("fra"), 1, nil, "console//channel")
	p.until(p.now.Add(10*time.Second), time.Second)
	got := c.in("channel")
	if len(got) < 2 || got[0].key[:6] != "digest" || got[1].key != got[0].key[:len(got[0].key)-1]+"2" || got[0].files != 0 {
		t.Fatalf("%d posts in the channel, first %+v", len(got), got[0])
	}
	if !got[1].at.Equal(got[0].at.Add(time.Second)) {
		t.Fatalf("the second part came %s after the first", got[1].at.Sub(got[0].at))
	}
}

// TestSlowPlaceHoldsUpNoOther holds that a post which gets no answer keeps
// nobody else waiting.
func TestSlowPlaceHoldsUpNoOther(t *testing.T) {
	p := open(t)
	answer, reached := make(chan struct{}), make(chan struct{}, 1)
	c := p.live(&town{meet: func(_ context.Context, post chat.Post) error {
		if post.Place.Account.User == "europol" {
			reached <- struct{}{}
			<-answer
		}
		return nil
	}}, paced)
	p.rows(p.state("europol"), 2, nil, reader)
	p.rows(p.state("fra"), 3, nil, "P9", "P10", "P1")
	if _, err := p.outbox.Look(t.Context(), p.now); err != nil {
		t.Fatal(err)
	}
	<-reached
	for len(c.standing()) < 3 {
		<-p.outbox.Done()
		if _, err := p.outbox.Look(t.Context(), p.now); err != nil {
			t.Fatal(err)
		}
	}
	close(answer)
	p.outbox.Wait(t.Context())
	p.now = p.now.Add(time.Second)
	p.deliver()
	c.once(t, 5)
}

// TestWaits holds that a place told to wait holds up no other, and that a
// second one told so holds up all: then the limit is the platform's.
func TestWaits(t *testing.T) {
	p := open(t)
	limited := map[string]bool{account("europol").String(): true}
	c := p.live(&town{wait: func(place string) time.Duration {
		if limited[place] {
			return time.Hour
		}
		return 0
	}})
	p.rows(p.state("fra"), 4, nil, reader, "P9", "P10", "P1")
	p.deliver()
	c.once(t, 3)
	limited[account("fra").String()] = true
	p.rows(p.state("eige"), 1, nil, "P9")
	p.deliver()
	p.rows(p.state("cepol"), 2, nil, "P10", "P1")
	before := c.sends[account("cepol").String()]
	p.deliver()
	if c.sends[account("cepol").String()] != before {
		t.Fatal("a platform that told two places to wait was tried at a third")
	}
	clear(limited)
	p.now = p.now.Add(time.Hour + time.Second)
	p.deliver()
	c.once(t, 7)
}

// TestPlatformDown holds that a platform without answers is tried by a few rows,
// not by all of them, and that all go out when it is back.
func TestPlatformDown(t *testing.T) {
	p := open(t)
	back := p.now.Add(10 * time.Minute)
	c := p.live(&town{out: func(now time.Time, _ string) bool { return now.Before(back) }})
	p.rows(p.state("fra"), 10, nil, "P1", "P2", "P3", "P4", "P5", "P6", "P7", "P8", "P9", "P10")
	p.deliver()
	if c.silent != downAfter {
		t.Fatalf("%d rows were tried", c.silent)
	}
	p.until(p.now.Add(time.Hour), 15*time.Second)
	c.once(t, 10)
	if c.silent > 60 {
		t.Errorf("%d attempts within ten minutes", c.silent)
	}
}

// TestManyAtOnce holds that 10,000 rows due at once go out at the platform's
// pace, each once, and that what is in memory does not grow with them. It follows
// them for a minute of the platform's time or, with TEST_MANY=all, to the last.
func TestManyAtOnce(t *testing.T) {
	const n = 10000
	p := open(t)
	c := p.live(new(town), func(cfg *Config, one *Chat) { cfg.Workers, one.Pace = 8, time.Second })
	people := []string{"P1", "P2", "P3", "P4", "P5", "P6", "P7", "P8", "P9", "P10", "P11", "P12"}
	p.rows(p.state("fra"), n, nil, people...)
	p.now = at(t, "2026-11-24 10:00")
	from, rounds := p.now, 60
	if os.Getenv("TEST_MANY") == "all" {
		rounds = n/len(people) + 1
	}
	var most uint64
	for range rounds {
		p.deliver()
		p.now = p.now.Add(time.Second)
		most = max(most, heap())
	}
	want := min(n, rounds*len(people))
	if got := len(c.standing()); got != want {
		t.Errorf("%d posts in %s", got, p.now.Sub(from))
	}
	c.once(t, want)
	if most > 64<<20 {
		t.Errorf("%d MB in use while %d rows wait", most>>20, n-want)
	}
	t.Logf("%d rows in %d seconds of the platform's time to %d places, at most %d MB in use", want, rounds, len(people), most>>20)
}

func heap() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapInuse
}

// BenchmarkDeliver measures rows a second against a chat that answers at once,
// with all due at the start.
func BenchmarkDeliver(b *testing.B) {
	p := openFor(b)
	c := p.live(new(town), func(cfg *Config, _ *Chat) { cfg.Workers = 8 })
	var people []string
	for i := 1; i <= 12; i++ {
		people = append(people, fmt.Sprintf("P%d", i))
	}
	p.rows(p.state("fra"), b.N, nil, people...)
	b.ResetTimer()
	p.deliver()
	b.StopTimer()
	if len(c.posts) != b.N {
		b.Fatalf("%d posts", len(c.posts))
	}
	b.ReportMetric(math.Round(float64(b.N)/b.Elapsed().Seconds()), "rows/s")
}
