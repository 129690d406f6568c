package overlap

import (
	"bufio"
	"encoding/json"
	"os"
	"strconv"
	"strings"
	"testing"

	"thbot/store/date"
)

// corpus reads the labelled corpus in testdata.
func corpus(t testing.TB) ([]Work, []Pair) { return labelled(t, "corpus") }

// labelled reads a labelled register in testdata.
func labelled(t testing.TB, name string) ([]Work, []Pair) {
	t.Helper()
	f, err := os.Open("testdata/" + name + "/activities.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var works []Work
	for in := bufio.NewScanner(f); in.Scan(); {
		var row struct {
			ID, Agency, Title, Description, Kind, Status             string
			Commitments, Exploitation, Audience, Countries, Partners []string
			From, To                                                 date.Date
		}
		if err := json.Unmarshal(in.Bytes(), &row); err != nil {
			t.Fatal(err)
		}
		works = append(works, Work{ID: number(row.ID), Agency: row.Agency, Title: row.Title, Description: row.Description,
			Commitments: row.Commitments, Kind: row.Kind, Exploitation: row.Exploitation, Audience: row.Audience,
			Countries: row.Countries, From: row.From, To: row.To, Cancelled: row.Status == "cancelled", With: row.Partners})
	}
	raw, err := os.ReadFile("testdata/" + name + "/pairs.tsv")
	if err != nil {
		t.Fatal(err)
	}
	var pairs []Pair
	for _, line := range strings.Split(strings.TrimSpace(string(raw)), "\n")[1:] {
		c := strings.Split(line, "\t")
		label, _ := strconv.Atoi(c[2])
		pairs = append(pairs, Pair{A: number(c[0]), B: number(c[1]), Label: label, Kind: c[3]})
	}
	return works, pairs
}

// labelledRegister is a labelled register in testdata: what it holds, and which
// of its pairs are duplicates.
type labelledRegister struct {
	works []Work
	pairs []Pair
}

// registerNames are those that the model is trained on, by folder.
var registerNames = []string{"corpus", "second", "third", "fourth", "fifth", "sixth"}

// registers reads them, with ids that differ between them.
func registers(t testing.TB) (all []labelledRegister) {
	t.Helper()
	const apart = 1000
	for i, name := range registerNames {
		works, pairs := labelled(t, name)
		for k := range works {
			works[k].ID += i * apart
		}
		for k := range pairs {
			pairs[k].A, pairs[k].B = pairs[k].A+i*apart, pairs[k].B+i*apart
		}
		all = append(all, labelledRegister{works, pairs})
	}
	return all
}

func number(id string) int {
	n, _ := strconv.Atoi(strings.TrimLeft(id, "D0"))
	return n
}
