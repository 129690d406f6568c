// Package made makes registers of any size for benchmarks, in the likeness of
// a real one.
//
// An activity is planned first (whose it is, what kind of product, on which two
// or three of the lexicon's subjects, for whom, where and when) and then put
// into words, each concept in one of its English words. Some of the subjects,
// audiences and countries are much more frequent than others, and so is the
// whole EU; facets are missing or only half said in one of ten; one in twenty
// is the work that another agency has planned before, in other words, with the
// dates moved a little. How long the texts are and how many values a facet has
// follows the labelled corpus (commands/overlap/testdata). The activities begin
// within twelve years, whatever their number.
//
// The same seed makes the same register, for one version of the lexicon.
//
// Limits: the texts are put together from parts, so they say nothing about how
// well overlaps are found, only how fast; and since ten agencies share all of
// them, a register of 100,000 has many more works that are alike than a real
// one of that size could have.
package made

import (
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
)

// Row is one made activity, in the form of a JSONL line.
type Row struct {
	ID           string   `json:"id"`
	Agency       string   `json:"agency"`
	Title        string   `json:"title"`
	Description  string   `json:"description"`
	Commitments  []string `json:"commitments"`
	Kind         string   `json:"kind"`
	Exploitation []string `json:"exploitation"`
	Audience     []string `json:"audience"`
	Countries    []string `json:"countries"`
	From         string   `json:"from"`
	To           string   `json:"to"`
	Status       string   `json:"status"`
	Partners     []string `json:"partners"`
}

// Rows makes n activities.
func Rows(n int, seed uint64) []Row {
	m := maker{rng: rand.New(rand.NewPCG(seed, 1)), words: vocabulary(), plans: make([]plan, 0, n)}
	rows := make([]Row, n)
	for i := range rows {
		p := m.plan()
		m.plans = append(m.plans, p)
		rows[i] = m.row(p)
		rows[i].ID = fmt.Sprintf("X%06d", i+1)
	}
	return rows
}

// WriteJSONL writes n activities as a file for import.
func WriteJSONL(w io.Writer, n int, seed uint64) error {
	e := json.NewEncoder(w)
	for _, row := range Rows(n, seed) {
		if err := e.Encode(row); err != nil {
			return err
		}
	}
	return nil
}
