package overlap

import (
	_ "embed"
	"encoding/json"
	"strings"
	"sync"

	"thbot/store/date"
)

//go:embed data/field.jsonl
var fieldData string

// sample is one activity of the field's sample.
type sample struct {
	Title        string    `json:"title"`
	Description  string    `json:"description"`
	Commitments  []string  `json:"commitments"`
	Kind         string    `json:"kind"`
	Exploitation []string  `json:"exploitation"`
	Audience     []string  `json:"audience"`
	Countries    []string  `json:"countries"`
	From         date.Date `json:"from"`
	To           date.Date `json:"to"`
	Cluster      int32     `json:"cluster"` // those of one cluster are near by intent
}

var fieldSamples = sync.OnceValue(func() []sample {
	var out []sample
	for line := range strings.Lines(fieldData) {
		var s sample
		if err := json.Unmarshal([]byte(line), &s); err != nil {
			panic("overlap: the sample of the field is damaged: " + err.Error()) // a test reads it
		}
		out = append(out, s)
	}
	return out
})

// field is the sample as an engine reads it.
type field struct {
	profiles []profile
	clusters []int32
	own      map[uint64]int32 // the cluster of a text that is itself in the sample
}

func (e *Engine) readField() *field {
	f := &field{own: map[uint64]int32{}}
	for _, s := range fieldSamples() {
		w := Work{Title: s.Title, Description: s.Description, Commitments: s.Commitments, Kind: s.Kind,
			Exploitation: s.Exploitation, Audience: s.Audience, Countries: s.Countries, From: s.From, To: s.To}
		p := e.read(w) // without crowding, since e.field is not set yet
		f.profiles = append(f.profiles, p)
		f.clusters = append(f.clusters, s.Cluster)
		f.own[textKey(w.Title, w.Description)] = s.Cluster
	}
	return f
}

func textKey(title, description string) uint64 {
	return uint64(hash(title))<<32 | uint64(hash(description))
}

// crowdSize is how many of the nearest count, leastCrowd the least that each
// counts for.
const (
	crowdSize  = 3
	leastCrowd = -12.0
)

// crowding tells how near the activity is to the field at large: the mean
// first look at its nearest in a sample of the field. What is near to much
// needs more evidence before it is a duplicate of anything in particular. A
// text that is itself in the sample is not held against its own cluster.
func (e *Engine) crowding(p *profile) float32 {
	if e.field == nil {
		return 0
	}
	own, inside := e.field.own[textKey(p.title, p.description)]
	top := [crowdSize]float64{leastCrowd, leastCrowd, leastCrowd}
	var f features
	for i := range e.field.profiles {
		if inside && e.field.clusters[i] == own {
			continue
		}
		q := &e.field.profiles[i]
		e.facets(p, q, &f)
		e.glance(p, q, &f)
		z := e.model.first(&f)
		for k := range top {
			if z > top[k] {
				z, top[k] = top[k], z
			}
		}
	}
	return float32((top[0] + top[1] + top[2]) / crowdSize)
}
