package overlap

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"os"
	"slices"
	"strings"
	"testing"

	"thbot/commands/lexicon"
	"thbot/commands/overlap/vector"
	"thbot/store/statement/token"
)

// wordCount and conceptCount say how much the common words and concepts of
// the corpus still tell, in the format of data/words.tsv and concepts.tsv.
func wordCount(works []Work) string {
	df := map[string]int{}
	for _, w := range works {
		seen := map[string]bool{}
		text := w.Title + " " + w.Description
		for _, t := range token.Split(nil, text) {
			s := strings.ToLower(text[t.Start:t.End])
			if len(s) > 1 && !isPlainNumber(s) && !stopWords[s] {
				seen[stemOf(s)] = true
			}
		}
		for s := range seen {
			df[s]++
		}
	}
	return tsv(df, len(works))
}

func conceptCount(works []Work, lex *lexicon.Lexicon) string {
	df := map[string]int{}
	for _, w := range works {
		seen := map[string]bool{}
		for _, h := range lex.Find(w.Title + "\n" + w.Description) {
			seen[h.Concept.ID] = true
			for _, c := range lex.Wider(h.Concept) {
				seen[c.ID] = true
			}
		}
		for s := range seen {
			df[s]++
		}
	}
	return tsv(df, len(works))
}

// rare is the share of texts from which down a word tells all it can.
const rare = 1.0 / 127

// tsv writes what is more common than that. What is rarer is not counted: two
// activities that share a rare word may be the very duplicates.
func tsv(df map[string]int, n int) string {
	var b strings.Builder
	for _, s := range slices.Sorted(maps.Keys(df)) {
		if share := float64(df[s]) / float64(n); share > rare {
			fmt.Fprintf(&b, "%s\t%.3f\n", s, math.Log(share)/math.Log(rare))
		}
	}
	return b.String()
}

// fieldCentre is the mean of the words' codes over the corpus.
func fieldCentre(e *Engine, works []Work) (centre [vector.Width]float32) {
	var sum vector.Sum
	weight := float32(0)
	for _, w := range works {
		r := e.open(w.Title, w.Description)
		terms, _ := e.terms(r)
		for _, t := range terms {
			if t.row >= 0 {
				sum.Add(e.vectors.Code(t.row), float32(t.weight))
				weight += float32(t.weight)
			}
		}
	}
	for i := range sum {
		centre[i] = float32(math.Round(float64(sum[i]/weight)*1e3) / 1e3)
	}
	return centre
}

// TestTrainWords writes the words' and concepts' files; it has to be run before TestTrain, since they are read from the binary.
func TestTrainWords(t *testing.T) {
	if !*trainFlag {
		t.Skip("only with -train")
	}
	works := newBench(builtin(), registers(t)).works
	for path, text := range map[string]string{
		"data/words.tsv":    wordCount(works),
		"data/concepts.tsv": conceptCount(works, lexicon.Builtin()),
	} {
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// TestTrainCentre writes the field's centre into the model.
func TestTrainCentre(t *testing.T) {
	if !*trainFlag {
		t.Skip("only with -train")
	}
	works := newBench(builtin(), registers(t)).works
	e, err := New(Options{})
	if err != nil {
		t.Fatal(err)
	}
	m := *builtinModel()
	m.Centre = fieldCentre(e, works)
	writeModel(t, &m)
}

func writeModel(t *testing.T, m *model) {
	t.Helper()
	raw, err := json.MarshalIndent(m, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile("data/model.json", append(raw, '\n'), 0o644); err != nil {
		t.Fatal(err)
	}
}
