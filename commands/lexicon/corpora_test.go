package lexicon

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
)

// labelled is an activity of a corpus; its pairs tell the clusters.
type labelled struct {
	ID, Title, Description, Kind                   string
	Commitments, Audience, Exploitation, Countries []string
	corpus                                         string
	cluster                                        int
}

func (a labelled) has(f facet) bool {
	switch f.field {
	case "kind":
		return a.Kind == f.value
	case "commitments":
		return slices.Contains(a.Commitments, f.value)
	case "audience":
		return slices.Contains(a.Audience, f.value)
	case "exploitation":
		return slices.Contains(a.Exploitation, f.value)
	}
	return false
}

// The corpora: the project's, and one written after it for the overlap engine.
const (
	first  = "corpus"
	second = "second"
)

func corpora(t testing.TB) []labelled {
	return append(corpus(t, first), corpus(t, second)...)
}

func corpus(t testing.TB, name string) []labelled {
	t.Helper()
	var out []labelled
	at := map[string]int{}
	for line := range strings.Lines(read(t, name, "activities.jsonl")) {
		var a labelled
		if err := json.Unmarshal([]byte(line), &a); err != nil {
			t.Fatal(err)
		}
		a.corpus, a.cluster = name, len(out)
		at[a.ID] = len(out)
		out = append(out, a)
	}
	for line := range strings.Lines(read(t, name, "pairs.tsv")) {
		c := strings.Split(line, "\t")
		if len(c) < 3 || c[2] != "1" {
			continue
		}
		a, b := out[at[c[0]]].cluster, out[at[c[1]]].cluster
		for i := range out {
			if out[i].cluster == b {
				out[i].cluster = a
			}
		}
	}
	return out
}

func read(t testing.TB, corpus, file string) string {
	t.Helper()
	text, err := os.ReadFile("../overlap/testdata/" + corpus + "/" + file)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// sample is a text's features with its labels.
type sample struct {
	e    *evidence
	x    []feature
	item labelled
}

func samples(t testing.TB) []sample {
	var out []sample
	for _, a := range corpora(t) {
		e := Builtin().weigh(a.Title+"\n"+a.Description, len(a.Title))
		out = append(out, sample{e, e.features(), a})
	}
	return out
}
