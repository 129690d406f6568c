package overlap

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"

	"pgregory.net/rapid"

	"thbot/store/date"
)

var builtin = sync.OnceValue(func() *Engine {
	e, err := New(Options{})
	if err != nil {
		panic(err)
	}
	return e
})

// scan checks by comparing with each: what an index has to answer.
func scan(e *Engine, works []Work, w Work, n int) []Match {
	all := slices.DeleteFunc(slices.Clone(works), func(o Work) bool { return o.ID == w.ID && o.ID != 0 })
	var out []Match
	scores := e.scoreAll(append(all, w))
	slices.SortFunc(scores, func(a, b Scored) int { return rival{a.sum, int32(a.A)}.order(rival{b.sum, int32(b.A)}) })
	for _, s := range scores {
		if s.B != w.ID || s.Score == 0 {
			continue
		}
		m := Match{A: w.ID, B: s.A}
		e.rate(&m, s.sum, s.Score)
		if m.Flagged || m.Related {
			out = append(out, m)
		}
	}
	out = out[:min(n, len(out))]
	slices.SortFunc(out, func(a, b Match) int {
		return rival{a.Score, int32(a.B)}.order(rival{b.Score, int32(b.B)})
	})
	return out
}

// register draws activities: the corpus's, with facets exchanged.
func register(t *rapid.T, corpus []Work) []Work {
	n := rapid.IntRange(0, 60).Draw(t, "size")
	out := make([]Work, n)
	for i := range out {
		out[i] = drawn(t, corpus)
		out[i].ID = i + 1
	}
	return out
}

func drawn(t *rapid.T, corpus []Work) Work {
	pick := func(label string) Work { return corpus[rapid.IntRange(0, len(corpus)-1).Draw(t, label)] }
	w := pick("text")
	if rapid.Bool().Draw(t, "other facets") {
		o := pick("facets")
		w.Audience, w.Countries, w.Kind, w.Exploitation, w.Commitments = o.Audience, o.Countries, o.Kind, o.Exploitation, o.Commitments
	}
	if rapid.Bool().Draw(t, "other agency") {
		w.Agency = pick("agency").Agency
	}
	switch rapid.IntRange(0, 5).Draw(t, "what else") {
	case 0:
		w.To = ""
	case 1:
		w.From, w.To = "", ""
	case 2:
		w.Guessed = []string{"audience", "kind", "commitments"}
	case 3:
		w.Follows, w.With = []int{1, 2}, []string{"fra"}
	case 4:
		w.Audience, w.Countries = nil, nil
	}
	return w
}

func TestIndexIsExact(t *testing.T) {
	e := builtin()
	base, _ := corpus(t)
	rapid.Check(t, func(t *rapid.T) {
		works := register(t, base[:80])
		x := e.NewIndex()
		x.crowd = rapid.SampledFrom([]int{0, crowd}).Draw(t, "crowd")
		if rapid.Bool().Draw(t, "at once") {
			x.Build(works)
		} else {
			for _, w := range works {
				guest := drawn(t, base)
				guest.ID = 999
				x.Put(guest)
				x.Remove(999)
				x.Put(w)
			}
		}
		if rapid.Bool().Draw(t, "studied") {
			x.Study(context.Background())
		}
		if len(works) > 3 {
			gone := rapid.IntRange(1, len(works)).Draw(t, "gone")
			x.Remove(gone)
			works = slices.DeleteFunc(works, func(w Work) bool { return w.ID == gone })
		}
		w := drawn(t, base[:80])
		w.ID = rapid.SampledFrom([]int{5, 1000}).Draw(t, "id")
		n := rapid.IntRange(1, 12).Draw(t, "n")
		got, want := x.Best(w, n), scan(e, works, w, n)
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Fatalf("index says\n%v\nscan says\n%v", got, want)
		}
		flagged := slices.DeleteFunc(want, func(m Match) bool { return !m.Flagged })
		if got := x.Flags(w, n); fmt.Sprint(got) != fmt.Sprint(flagged) {
			t.Fatalf("index flags\n%v\nscan flags\n%v", got, flagged)
		}
		x.Put(w)
		if got := x.FlagsOf(w.ID, n); fmt.Sprint(got) != fmt.Sprint(flagged) {
			t.Fatalf("index flags of its own\n%v\nscan flags\n%v", got, flagged)
		}
		for _, m := range got {
			other := works[slices.IndexFunc(works, func(o Work) bool { return o.ID == m.B })]
			if one := x.Compare(w, other); one.Score != m.Score || one.Flagged != m.Flagged || one.Related != m.Related {
				t.Fatalf("of %d the index says %v by itself, and %v among all", m.B, one, m)
			}
		}
	})
}

func TestScoreIsTheSameInEitherOrder(t *testing.T) {
	e := builtin()
	base, _ := corpus(t)
	rapid.Check(t, func(t *rapid.T) {
		a, b := drawn(t, base), drawn(t, base)
		a.ID, b.ID = 1, 2
		ab, ba := e.Compare(a, b), e.Compare(b, a)
		if ab.Score != ba.Score || ab.Eligible != ba.Eligible || ab.Score < 0 || ab.Score > 1 {
			t.Fatalf("%v and %v", ab, ba)
		}
		if ab.Flagged && (ab.Related || !ab.Eligible) {
			t.Fatalf("flagged, and %v", ab)
		}
		if !ab.Eligible && ab.Score != 0 {
			t.Fatalf("not eligible, and %v", ab)
		}
	})
}

func TestEligibility(t *testing.T) {
	e := builtin()
	a := Work{ID: 1, Agency: "cepol", Title: "Webinar on forced labour for labour inspectors", From: "2027-03", To: "2027-03"}
	b := a
	b.ID, b.Agency = 2, "eurofound"
	if m := e.Compare(a, b); !m.Eligible || !m.Flagged {
		t.Fatalf("the same work of two agencies: %v", m)
	}
	for name, change := range map[string]func(a, b *Work){
		"same agency":     func(a, b *Work) { b.Agency = "cepol" },
		"cancelled":       func(a, b *Work) { b.Cancelled = true },
		"withdrawn":       func(a, b *Work) { a.Withdrawn = true },
		"partner of a":    func(a, b *Work) { a.With = []string{"eurofound"} },
		"partner of b":    func(a, b *Work) { b.With = []string{"cepol", "fra"} },
		"follows":         func(a, b *Work) { b.Follows = []int{1} },
		"one joint":       func(a, b *Work) { b.Joint = 1 },
		"thirteen months": func(a, b *Work) { b.From, b.To = "2028-04-02", "2028-05" },
	} {
		x, y := a, b
		change(&x, &y)
		for _, m := range []Match{e.Compare(x, y), e.Compare(y, x)} {
			if m.Eligible || m.Score != 0 || m.Flagged || m.Related || len(m.Against) == 0 {
				t.Errorf("%s: %v", name, m)
			}
		}
		if m := e.Resembles(x, y); m.Eligible != (name == "partner of a" || name == "partner of b") {
			t.Errorf("%s, partners aside: %v", name, m)
		}
	}
	for _, from := range []date.Date{"2028-03-31", ""} {
		c := b
		c.From, c.To = from, from
		if m := e.Compare(a, c); !m.Eligible {
			t.Errorf("from %q: %v", from, m)
		}
	}
}

func TestReadersBesideAWriter(t *testing.T) {
	base, _ := corpus(t)
	x := builtin().NewIndex()
	x.crowd = 0
	x.Build(base[:60])
	var wg sync.WaitGroup
	for r := range 3 {
		wg.Go(func() {
			for i := range 40 {
				for _, m := range x.Check(base[(r*40+i)%len(base)], 5) {
					if m.A == m.B {
						t.Error("an activity is compared with itself")
					}
				}
			}
		})
	}
	wg.Go(func() { x.Study(context.Background()) })
	for i := range 120 {
		x.Put(base[i%80])
		x.Remove(base[(i*7)%80].ID)
	}
	wg.Wait()
	if x.Len() > 80 {
		t.Errorf("%d activities", x.Len())
	}
}

// However much changes, what a search would have to look for is found in the
// background.
func TestKeepStudied(t *testing.T) {
	base, _ := corpus(t)
	e := builtin()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		x := e.NewIndex()
		x.Build(base)
		go x.KeepStudied(ctx)
		known := func() (n int) {
			synctest.Wait()
			x.mu.RLock()
			defer x.mu.RUnlock()
			for _, s := range x.at {
				if _, ok := x.recalled(s.season.details[s.i].profile); ok {
					n++
				}
			}
			return n
		}
		if n := known(); n < x.Len() {
			t.Errorf("at first, %d of %d activities are studied", n, x.Len())
		}
		for i := range logSize * 5 / 2 {
			w := base[i%10]
			w.Title = base[i%len(base)].Title
			x.Put(w)
			if i%100 == 0 {
				synctest.Wait()
			}
		}
		if n := known(); n < x.Len()/2 { // those with a rival among the latest changes are not
			t.Errorf("after many changes, %d of %d activities are studied", n, x.Len())
		}
		cancel()
	})
}
