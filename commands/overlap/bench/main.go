// Command bench measures one check of thbot's overlap index beside the same
// question put to SQLite's FTS5 (bm25) and to bleve, on generated activities.
//
//	cd commands/overlap/bench && go run . -sizes 1000,10000,100000 -queries 300
//
// It is a module of its own, so that thbot does not depend on either. The
// others answer with the ten best by words alone; thbot answers with the ten
// best by meaning, concepts, facets and rivals, with and without its reasons.
// All hold their data in memory. Times are of one query at a time.
package main

import (
	"flag"
	"fmt"
	"log"
	"math/rand/v2"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"thbot/commands/overlap"
)

const best = 10

func main() {
	sizes := flag.String("sizes", "1000,10000,100000", "how many activities, separated by commas")
	queries := flag.Int("queries", 300, "how many checks")
	others := flag.Bool("others", true, "measure SQLite and bleve too")
	flag.Parse()
	fmt.Println("| activities | engine | build/s | bytes each | mean | p50 | p99 |\n|---|---|---|---|---|---|---|")
	for _, s := range strings.Split(*sizes, ",") {
		n, err := strconv.Atoi(s)
		if err != nil {
			log.Fatal(err)
		}
		if err := run(n, *queries, *others); err != nil {
			log.Fatal(err)
		}
	}
}

// subject is one of the engines compared.
type subject struct {
	name  string
	build func([]overlap.Work) error
	check func(overlap.Work) error
}

func run(n, queries int, others bool) error {
	rng := rand.New(rand.NewPCG(2018, uint64(n)))
	works := make([]overlap.Work, n)
	for i := range works {
		works[i] = activity(rng, i+1)
	}
	asked := make([]overlap.Work, queries)
	for i := range asked {
		asked[i] = activity(rng, 0)
	}
	subjects, err := thbot()
	if err != nil {
		return err
	}
	if others {
		subjects = append(subjects, fts5(), blevesearch())
	}
	for _, s := range subjects {
		if err := measure(s, works, asked); err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
	}
	return nil
}

func measure(s subject, works, asked []overlap.Work) error {
	before := heap()
	start := time.Now()
	if err := s.build(works); err != nil {
		return err
	}
	built := time.Since(start)
	bytes := float64(int64(heap())-int64(before)) / float64(len(works))
	for _, w := range asked[:min(20, len(asked))] { // warm
		if err := s.check(w); err != nil {
			return err
		}
	}
	times := make([]time.Duration, len(asked))
	total := time.Duration(0)
	for i, w := range asked {
		start := time.Now()
		if err := s.check(w); err != nil {
			return err
		}
		times[i] = time.Since(start)
		total += times[i]
	}
	slices.Sort(times)
	us := func(d time.Duration) string { return fmt.Sprintf("%.0f µs", float64(d.Nanoseconds())/1000) }
	fmt.Printf("| %d | %s | %.0f | %.0f | %s | %s | %s |\n", len(works), s.name, float64(len(works))/built.Seconds(), bytes,
		us(total/time.Duration(len(asked))), us(times[len(times)/2]), us(times[len(times)*99/100]))
	return nil
}

func heap() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

func thbot() ([]subject, error) {
	e, err := overlap.New(overlap.Options{})
	if err != nil {
		return nil, err
	}
	x := e.NewIndex()
	return []subject{
		{"thbot", func(all []overlap.Work) error { x.Build(all); return nil },
			func(w overlap.Work) error { x.Best(w, best); return nil }},
		{"thbot, with reasons", func([]overlap.Work) error { return nil },
			func(w overlap.Work) error { x.Check(w, best); return nil }},
	}, nil
}
