// Package made makes registers of any size for benchmarks: activities that
// differ as those of a real network do, in agency, place, time, audience,
// kind and words. The same seed makes the same register.
//
// Limits: the texts are put together from parts, so they say less about how
// well overlaps are found than about how fast.
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

var (
	agencies    = []string{"easo", "europol", "eu-lisa", "emcdda", "eurojust", "eige", "frontex", "eurofound", "fra", "cepol"}
	commitments = []string{"impunity", "prevention", "gender-child", "identification", "vulnerabilities", "prosecution", "training", "synergies", "information", "joint-activities", "cooperation"}
	kinds       = map[string][]string{
		"training": {"Course", "Webinar", "Online module", "Workshop", "Train-the-trainer seminar", "Summer school"},
		"guidance": {"Handbook", "Pocket guide", "Guidelines", "Checklist", "Manual"},
		"research": {"Study", "Survey", "Comparative report", "Literature review"},
		"event":    {"Conference", "Expert meeting", "Round table", "Seminar"},
		"tool":     {"Dashboard", "Mobile application", "Database", "Translation tool"},
		"data":     {"Data collection", "Statistical bulletin", "Indicator set"},
		"campaign": {"Awareness campaign", "Poster series", "Radio spots"},
		"support":  {"On-site support", "Mentoring", "Peer review"},
	}
	kindNames = []string{"training", "guidance", "research", "event", "tool", "data", "campaign", "support"}
	topics    = []string{
		"indicators of forced labour", "online recruitment of victims", "financial investigation of trafficking networks",
		"child victims in migration", "the reflection period", "compensation of victims", "sham marriages", "forced begging",
		"domestic servitude", "seasonal work in agriculture", "construction sites", "nail bars and massage parlours",
		"digital evidence", "Joint Investigation Teams", "asset recovery", "the non-punishment principle", "age assessment",
		"guardianship of unaccompanied children", "safe return of victims", "interviewing traumatised victims",
		"referral between asylum and police", "supply chains", "temporary work agencies", "airline crews", "health screening",
		"drug dependence of victims", "demand for sexual services", "gender-based violence in trafficking", "hotlines",
		"entry and exit data at borders", "labour exploitation of posted workers", "cross-border surveillance",
	}
	audiences = map[string]string{
		"law-enforcement": "police investigators", "border-guards": "border guards", "prosecutors-judges": "prosecutors and judges",
		"asylum-officers": "asylum case officers", "labour-inspectors": "labour inspectors", "consular": "consular staff",
		"social-services": "social workers", "health": "health professionals", "ngos": "civil society organisations",
		"policy-makers": "policy-makers", "private-sector": "companies", "recruitment-agencies": "recruitment agencies",
		"trade-unions": "trade unions", "migrants": "migrant communities",
	}
	audienceNames = []string{"law-enforcement", "border-guards", "prosecutors-judges", "asylum-officers", "labour-inspectors", "consular", "social-services", "health", "ngos", "policy-makers", "private-sector", "recruitment-agencies", "trade-unions", "migrants"}
	countries     = []string{"AT", "BE", "BG", "HR", "CY", "CZ", "DK", "EE", "FI", "FR", "DE", "GR", "HU", "IE", "IT", "LV", "LT", "LU", "MT", "NL", "PL", "PT", "RO", "SK", "SI", "ES", "SE", "EU", "RS", "AL", "BA", "ME", "MK", "MD", "UA", "NG", "MA", "TN"}
	exploitations = []string{"sexual", "labour", "criminality", "begging", "marriage"}
	extras        = []string{
		"National authorities nominate participants.", "The material is translated on request.", "Two pilot rounds come first.",
		"Results feed the annual report.", "Civil society is consulted beforehand.", "A steering group meets every quarter.",
		"It follows a needs assessment among practitioners.", "Lessons are shared with the network.", "Costs are covered by the agency.",
	}
)

// Rows makes n activities.
func Rows(n int, seed uint64) []Row {
	r := rand.New(rand.NewPCG(seed, 1))
	rows := make([]Row, n)
	for i := range rows {
		rows[i] = row(r, i)
	}
	return rows
}

func row(r *rand.Rand, i int) Row {
	kind, audience, topic := pick(r, kindNames), pick(r, audienceNames), pick(r, topics)
	year, month := 2020+r.IntN(12), 1+r.IntN(12)
	length := r.IntN(7)
	end := month - 1 + length
	return Row{
		ID: fmt.Sprintf("X%06d", i+1), Agency: pick(r, agencies),
		Title:       fmt.Sprintf("%s on %s for %s", pick(r, kinds[kind]), topic, audiences[audience]),
		Description: fmt.Sprintf("%s It also deals with %s. %s No. %d of the series.", pick(r, extras), pick(r, topics), pick(r, extras), i+1),
		Commitments: []string{pick(r, commitments), pick(r, commitments)}, Kind: kind,
		Exploitation: []string{pick(r, exploitations)}, Audience: []string{audience}, Countries: []string{pick(r, countries)},
		From: fmt.Sprintf("%d-%02d-%02d", year, month, 1+r.IntN(28)), To: fmt.Sprintf("%d-%02d-28", year+end/12, end%12+1),
		Status: "planned", Partners: []string{},
	}
}

func pick(r *rand.Rand, list []string) string { return list[r.IntN(len(list))] }

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
