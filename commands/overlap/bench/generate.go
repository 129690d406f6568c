package main

import (
	"thbot/commands/made"
	"thbot/commands/overlap"
	"thbot/store/date"
)

// activities makes n activities with the ids from first on. What they are
// like stands with package made.
func activities(n int, seed uint64, first int) []overlap.Work {
	out := make([]overlap.Work, n)
	for i, r := range made.Rows(n, seed) {
		out[i] = overlap.Work{ID: first + i, Agency: r.Agency, Title: r.Title, Description: r.Description,
			Commitments: r.Commitments, Kind: r.Kind, Exploitation: r.Exploitation, Audience: r.Audience,
			Countries: r.Countries, From: date.Date(r.From), To: date.Date(r.To)}
	}
	return out
}
