// Package overlap finds activities of different agencies that may be the same
// work.
//
// An Engine compares two activities and gives the probability that a contact
// point would call them possible duplicates, with the reasons in words. An
// Index holds many activities and finds the counterparts of one. The method,
// its figures and its limits stand in docs/overlap.md.
//
// Promises: an Engine never changes and may be used by many at once; the same
// two activities get the same score in either order, alone or in an index; an
// index gives what comparing with each activity would give. Pairs that cannot
// be duplicates by rule (same agency, cancelled, withdrawn, partners, phases of
// one work, more than twelve months apart) have the score 0.
//
// Limits: it reads words and facets, not files or links; texts beyond
// maxTerms different words are read by their weightiest words; across
// languages it sees the words of the lexicon and the facets only.
package overlap

import (
	"thbot/store/date"
)

// Work is what the engine reads of an activity.
type Work struct {
	ID                         int
	Agency, Title, Description string
	Commitments                []string // slugs
	Kind                       string   // slug, or "" when not known
	Exploitation, Audience     []string // slugs
	Countries                  []string // as typed; package place expands them
	Guessed                    []string // fields that are only read from the text, such as "audience"
	From, To                   date.Date
	Cancelled, Withdrawn       bool
	With                       []string // agencies named or confirmed as partners
	Follows                    []int    // earlier activities this one builds on
	Joint                      int      // the lead record of a joint activity, 0 for none
}

// Match is what the engine says of two activities.
type Match struct {
	A, B     int
	Score    float64  // the probability that a contact point calls the two possible duplicates
	Flagged  bool     // the score reaches the threshold: a possible duplicate
	Related  bool     // not flagged, and close enough to show on request
	Eligible bool     // false when a rule says that the two cannot be duplicates
	Reasons  []Reason // what the two have in common, the weightiest first
	Against  []Reason // what speaks against it; for a pair that is not eligible, the rule
}

// Reason is one thing that two activities have in common, or that parts them.
// Facet is text, audience, countries, period, kind, exploitation, commitments
// or rule; Text is a phrase for people.
type Reason struct {
	Facet string `json:"facet"`
	Text  string `json:"text"`
}

// Options are the operator's choices. The zero value is the built-in engine.
type Options struct {
	LexiconFile string  // further concepts, in the lexicon's format
	VectorsFile string  // word vectors in word2vec's text format, used before the built-in ones
	Threshold   float64 // score from which a pair is flagged; 0 is the built-in one
}

// Engine compares activities. It is immutable and safe for concurrent use.
type Engine struct {
	vectors   *vectors
	words     *wordTable
	model     model
	threshold float64
}

// New makes an engine. Its errors about files are faults that name the file
// and what is wrong with it.
func New(opts Options) (*Engine, error) {
	e := &Engine{vectors: builtinVectors(), model: builtinModel(), threshold: opts.Threshold}
	if opts.VectorsFile != "" {
		own, err := loadVectors(opts.VectorsFile)
		if err != nil {
			return nil, err
		}
		e.vectors = own
	}
	if e.threshold == 0 {
		e.threshold = e.model.Threshold
	}
	e.words = newWordTable(e.vectors)
	return e, nil
}

// Threshold is the score from which a pair is flagged.
func (e *Engine) Threshold() float64 { return e.threshold }

// Compare says what the engine thinks of two activities.
func (e *Engine) Compare(a, b Work) Match {
	pa, pb := e.read(a), e.read(b)
	m := e.match(&pa, &pb, why(&pa, &pb, true))
	if m.Eligible {
		e.explain(&m, &pa, &pb)
	}
	return m
}

// Resembles compares two activities as if neither named the other's agency as
// a partner: is this a record of the same joint work?
func (e *Engine) Resembles(a, b Work) Match {
	pa, pb := e.read(a), e.read(b)
	m := e.match(&pa, &pb, why(&pa, &pb, false))
	if m.Eligible {
		e.explain(&m, &pa, &pb)
	}
	return m
}

// match scores a pair; rule is "" when the pair is eligible.
func (e *Engine) match(a, b *profile, rule string) Match {
	m := Match{A: a.id, B: b.id, Eligible: rule == ""}
	if !m.Eligible {
		m.Against = []Reason{{Facet: "rule", Text: rule}}
		return m
	}
	m.Score = e.score(a, b)
	m.Flagged = m.Score >= e.threshold
	m.Related = !m.Flagged && m.Score >= e.threshold*e.model.Related
	return m
}

// score is the probability for an eligible pair.
func (e *Engine) score(a, b *profile) float64 {
	var f features
	e.compare(a, b, &f)
	return e.model.probability(&f)
}
