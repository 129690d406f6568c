// Command bench measures one check of thbot's overlap index beside the same
// question put to SQLite's FTS5 (bm25) and to bleve, on made activities.
//
//	cd commands/overlap/bench && go run .
//
// It is a module of its own, so that thbot does not depend on either. The
// others answer with the ten best by words alone; thbot answers with the ten
// best by meaning, concepts, facets and rivals, with and without its reasons.
// All hold their data in memory, and are asked one question at a time, the
// same ones in the same order. What is slow is asked fewer of them, as many as
// -budget allows. An engine that by what it took for the size before would take
// longer than -patience to build an index is passed over, as are those other
// than thbot from -alone activities on.
//
// Bytes are what stays on Go's heap beside the activities themselves; SQLite
// keeps its own memory.
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"math"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"thbot/commands/overlap"
)

const best = 10

func main() {
	sizes := flag.String("sizes", "1000,10000,100000,1000000", "how many activities, separated by commas")
	queries := flag.Int("queries", 200, "how many checks")
	only := flag.String("only", "", "measure only the engines whose names begin so")
	most := flag.Int("study", 100_000, "study no index of more activities than that: it takes as long as that many checks")
	alone := flag.Int("alone", 1_000_000, "with so many activities measure thbot alone")
	patience := flag.Duration("patience", 10*time.Minute, "the most that building an index may take")
	budget := flag.Duration("budget", time.Minute, "the most that one line's checks may take, once three are through")
	flag.Parse()
	fmt.Printf("%s, %d processors, load %s\n\n", time.Now().UTC().Format("2006-01-02 15:04"), runtime.GOMAXPROCS(0), load())
	fmt.Println("| activities | engine | build/s | bytes each | checks | mean | p50 | p99 | load |\n|---|---|---|---|---|---|---|---|---|")
	perEach := map[string]time.Duration{}
	for _, s := range strings.Split(*sizes, ",") {
		n, err := strconv.Atoi(s)
		if err != nil {
			log.Fatal(err)
		}
		works, asked := activities(n, 2018, 1), activities(*queries, 2028, n+1)
		for _, make := range []func() (subject, error){thbot, fts5, blevesearch} {
			s, err := make()
			if err != nil {
				log.Fatal(err)
			}
			switch {
			case !strings.HasPrefix(s.name, *only):
			case n >= *alone && s.name != "thbot":
			case time.Duration(n)*perEach[s.name] > *patience:
				fmt.Printf("| %d | %s | not built within %s | | | | | | |\n", n, s.name, *patience)
			default:
				if perEach[s.name], err = measure(s, works, asked, *most, *budget); err != nil {
					log.Fatalf("%s: %v", s.name, err)
				}
			}
		}
	}
}

// subject is one of the engines compared. What it is asked in turn are checks,
// by name.
type subject struct {
	name      string
	build     func([]overlap.Work) error
	checks    []check
	close     func() error
	elsewhere bool // it keeps its memory outside of Go's heap
}

type check struct {
	name  string
	times int    // how often each question is asked
	first func() // what is done before, and not timed; may be nil
	ask   func(overlap.Work) error
}

// measure prints a line for each kind of check, and gives what one activity
// took to build.
func measure(s subject, works, asked []overlap.Work, most int, budget time.Duration) (time.Duration, error) {
	before := heap()
	start := time.Now()
	if err := s.build(works); err != nil {
		return 0, err
	}
	built := time.Since(start)
	size := fmt.Sprintf("%.0f | ", float64(len(works))/built.Seconds())
	if s.elsewhere {
		size += "not on Go's heap"
	} else {
		size += fmt.Sprintf("%.0f", bytesEach(before, works))
	}
	for _, c := range s.checks {
		if c.first != nil && len(works) <= most {
			c.first()
			size = fmt.Sprintf(" | %.0f", bytesEach(before, works))
		}
		times, err := timed(c, asked, budget)
		if err != nil {
			return 0, err
		}
		mean := time.Duration(0)
		for _, t := range times {
			mean += t / time.Duration(len(times))
		}
		fmt.Printf("| %d | %s%s | %s | %d | %s | %s | %s | %s |\n", len(works), s.name, c.name, size, len(times),
			ms(mean), ms(times[len(times)/2]), ms(times[len(times)*99/100]), load())
		size = " | "
	}
	runtime.KeepAlive(works)
	return built / time.Duration(len(works)), s.close()
}

// timed gives how long each question took, the shortest first. What is asked
// more than once counts with its shortest time, which takes out what other work
// on the machine does to it.
func timed(c check, asked []overlap.Work, budget time.Duration) ([]time.Duration, error) {
	var times []time.Duration
	begun := time.Now()
	for _, w := range asked {
		if len(times) >= 3 && time.Since(begun) > budget {
			break
		}
		shortest := time.Duration(math.MaxInt64)
		for range c.times {
			start := time.Now()
			if err := c.ask(w); err != nil {
				return nil, err
			}
			shortest = min(shortest, time.Since(start))
		}
		times = append(times, shortest)
	}
	slices.Sort(times)
	return times, nil
}

func ms(d time.Duration) string { return fmt.Sprintf("%.2f ms", float64(d.Microseconds())/1000) }

// bytesEach is what has come to lie on the heap for each activity.
func bytesEach(before uint64, works []overlap.Work) float64 {
	return max(0, float64(int64(heap())-int64(before))/float64(len(works)))
}

func heap() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// load is the machine's load of the last minute, where the system tells it.
func load() string {
	b, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "unknown"
	}
	first, _, _ := strings.Cut(string(b), " ")
	return first
}

// often is how often a question is asked whose answer does not change.
const often = 3

// thbot is asked right after its index is built, once, since it then remembers
// the rivals of what it found; and again when it has studied the index, as the
// program does after a start. Where that would take long here, that each
// question was asked before makes up for it.
func thbot() (subject, error) {
	e, err := overlap.New(overlap.Options{})
	if err != nil {
		return subject{}, err
	}
	e.Compare(overlap.Work{Title: "a"}, overlap.Work{Title: "b"}) // what is made at the first use is not the index's
	x := e.NewIndex()
	find := func(w overlap.Work) error { x.Best(w, best); return nil }
	study := func() { x.Study(context.Background()) }
	return subject{name: "thbot", build: func(all []overlap.Work) error { x.Build(all); return nil }, checks: []check{
		{", just built", 1, nil, find},
		{"", often, study, find},
		{", with reasons", often, nil, func(w overlap.Work) error { x.Check(w, best); return nil }},
	}, close: func() error { return nil }}, nil
}
