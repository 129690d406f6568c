package overlap

import (
	"math/rand/v2"
	"slices"
)

// noisy makes the facets as registers have them: missing, loose, of a near
// kind, EU-wide where a country is meant, without an end.
func noisy(works []Work, rng *rand.Rand) []Work {
	near := map[string]string{"training": "event", "event": "training", "guidance": "tool", "tool": "guidance",
		"campaign": "guidance", "data": "tool", "research": "data", "network": "event", "policy": "guidance"}
	out := slices.Clone(works)
	for i := range out {
		w := &out[i]
		if rng.Float64() < 0.2 {
			w.Audience = nil
		}
		if len(w.Audience) > 0 && rng.Float64() < 0.1 { // another's view of whom it is for
			w.Audience = []string{readers[rng.IntN(len(readers))]}
		}
		if len(w.Audience) > 1 && rng.Float64() < 0.25 {
			w.Audience = w.Audience[:1]
		}
		if rng.Float64() < 0.3 {
			w.Exploitation = nil
		}
		if rng.Float64() < 0.2 {
			w.Commitments = nil
		}
		switch p := rng.Float64(); {
		case p < 0.12:
			w.Countries = nil
		case p < 0.35:
			w.Countries = []string{"EU"}
		}
		if p := rng.Float64(); p < 0.15 {
			w.Kind = ""
		} else if p < 0.4 && near[w.Kind] != "" {
			w.Kind = near[w.Kind]
		}
		if rng.Float64() < 0.4 {
			w.To = ""
		}
	}
	return out
}

// readers are the audiences that agencies name most.
var readers = []string{"law-enforcement", "policy-makers", "border-guards", "prosecutors-judges", "asylum-officers", "social-services"}
