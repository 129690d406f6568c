package overlap

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"thbot/commands/made"
	"thbot/store/date"
)

// many makes a register of n activities from the corpus: its texts with
// other facets, agencies and dates.
func many(b *testing.B, n int) []Work {
	base, _ := corpus(b)
	rng := rand.New(rand.NewPCG(1, 1))
	out := make([]Work, n)
	for i := range out {
		w, o := base[rng.IntN(len(base))], base[rng.IntN(len(base))]
		w.ID, w.Agency, w.Countries, w.From, w.To = i+1, o.Agency, o.Countries, o.From, o.To
		if rng.IntN(2) == 0 {
			w.Description = o.Description
		}
		if rng.IntN(2) == 0 {
			w.Audience, w.Kind = o.Audience, o.Kind
		}
		out[i] = w
	}
	return out
}

// BenchmarkRead reads made activities, whose words have been met before.
func BenchmarkRead(b *testing.B) {
	e, rows := builtin(), made.Rows(4000, 2018)
	works := make([]Work, len(rows))
	for i, r := range rows {
		works[i] = Work{ID: 1 + i, Agency: r.Agency, Title: r.Title, Description: r.Description,
			Commitments: r.Commitments, Kind: r.Kind, Exploitation: r.Exploitation, Audience: r.Audience,
			Countries: r.Countries, From: date.Date(r.From), To: date.Date(r.To)}
		e.read(works[i])
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		e.read(works[i%len(works)])
	}
}

func BenchmarkCheck(b *testing.B) {
	for _, n := range []int{1000, 10_000} {
		e, works := builtin(), many(b, n)
		x := e.NewIndex()
		x.Build(works)
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			for i := range b.N {
				x.Best(works[i%n], 10)
			}
		})
	}
}
