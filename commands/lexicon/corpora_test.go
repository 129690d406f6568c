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

// The corpora: the project's, and those written after it, each by another hand.
// In a loose one facets are often missing or ticked loosely, as in a register.
const (
	first  = "corpus"
	second = "second"
	third  = "third"
	fourth = "fourth"
	fifth  = "fifth"
	sixth  = "sixth"
)

var (
	hands = []string{first, second, third, fourth, fifth, sixth}
	loose = map[string]bool{fourth: true, sixth: true}
)

// knows tells whether the labels of a field say something. An activity has
// commitments, an audience and a kind, so that none is a gap; that none is
// marked as a form of exploitation is an answer where labels are careful.
func (a labelled) knows(field string) bool {
	switch field {
	case "commitments":
		return len(a.Commitments) > 0
	case "audience":
		return len(a.Audience) > 0
	case "exploitation":
		return len(a.Exploitation) > 0 || !loose[a.corpus]
	case "countries":
		return len(a.Countries) > 0 || !loose[a.corpus]
	}
	return a.Kind != ""
}

func corpora(t testing.TB) []labelled {
	var out []labelled
	for _, name := range hands {
		out = append(out, corpus(t, name)...)
	}
	return out
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
