package overlap

import (
	_ "embed"
	"strconv"
	"strings"
	"sync"
)

// How much the words and concepts that many activities of the field have
// still tell, from 0 to 1: counted over the labelled corpus by
// go test -run Train -train. What is not in the lists tells all it can.
var (
	//go:embed data/words.tsv
	wordData string
	//go:embed data/concepts.tsv
	conceptData string

	fieldWords    = sync.OnceValue(func() map[string]float32 { return weights(wordData) })
	fieldConcepts = sync.OnceValue(func() map[string]float32 { return weights(conceptData) })
)

func weights(data string) map[string]float32 {
	m := map[string]float32{}
	for line := range strings.Lines(data) {
		key, weight, _ := strings.Cut(strings.TrimSpace(line), "\t")
		if x, err := strconv.ParseFloat(weight, 32); err == nil {
			m[key] = float32(x)
		}
	}
	return m
}
