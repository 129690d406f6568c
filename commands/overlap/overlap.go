// Package overlap finds activities of different agencies that may be the same
// work.
//
// An Engine compares two activities and gives the probability that a contact
// point would call them possible duplicates, with the reasons in words. An
// Index holds many activities and finds the counterparts of one. The method,
// its figures and its limits stand in docs/overlap.md.
//
// Promises: an Engine never changes and may be used by many at once; two
// activities get the same score in either order; an index gives what comparing
// each activity with each would give. Pairs that cannot
// be duplicates by rule (same agency, cancelled, withdrawn, partners, phases of
// one work, more than twelve months apart) have the score 0.
//
// Limits: it reads words and facets, not files or links; of a long text it
// keeps the weightiest words; across languages it sees the concepts of the
// lexicon and the facets only; negation it does not see.
package overlap

import (
	"sync"

	"thbot/commands/lexicon"
	"thbot/commands/overlap/vector"
	"thbot/store/date"
	"thbot/store/fault"
	"thbot/store/statement/place"
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
	Guesses  string   // which facets in these are only read from the texts, for people: "kind and place of A9"
	Rests    []string // every facet that the two share, also where no reason is given for it
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
	lexicon    *lexicon.Lexicon
	concepts   []concept // by Index
	vectors    *vector.Set
	ownVectors bool // the operator's
	words      *wordTable
	kin        *kin
	rooms      sync.Pool // of *reading
	model      *model
	threshold  float64
}

// New makes an engine. Its errors about files are faults that name the file
// and what is wrong with it.
func New(opts Options) (*Engine, error) {
	if opts.Threshold < 0 || opts.Threshold >= 1 {
		return nil, fault.New(fault.Invalid, "The overlap threshold is a probability, from 0 to 1; 0 is the built-in one.").WithTry("threshold = 0.5")
	}
	var others sync.WaitGroup // the tables that are made beside the lexicon's, so that a start is quick
	others.Go(func() { vector.Builtin() })
	others.Go(func() { place.Union() })
	lex, err := lexicon.Load(opts.LexiconFile)
	others.Wait()
	if err != nil {
		return nil, err
	}
	e := &Engine{lexicon: lex, concepts: conceptsOf(lex), vectors: vector.Builtin(), model: builtinModel(), threshold: opts.Threshold}
	if opts.VectorsFile != "" {
		if e.vectors, err = vector.Load(opts.VectorsFile); err != nil {
			return nil, err
		}
		e.ownVectors = true
	}
	if e.threshold == 0 {
		e.threshold = e.model.Threshold
	}
	e.words = newWordTable(lex, e.vectors)
	e.kin = kinOf(e, opts.LexiconFile == "" && !e.ownVectors)
	return e, nil
}

// Threshold is the score from which a pair is flagged.
func (e *Engine) Threshold() float64 { return e.threshold }

// Compare says what the engine thinks of two activities by themselves, as an
// index would that holds nothing else. In a fuller one a pair whose sides have
// other good counterparts gets a lower score, never a higher one: there ask
// Index.Compare.
func (e *Engine) Compare(a, b Work) Match { return e.compare(a, b, true) }

// Resembles compares two activities as if neither named the other's agency as
// a partner: is this a record of the same joint work?
func (e *Engine) Resembles(a, b Work) Match { return e.compare(a, b, false) }

func (e *Engine) compare(a, b Work, partners bool) Match {
	pa, pb := e.read(a), e.read(b)
	m := Match{A: a.ID, B: b.ID}
	if rule := why(&pa, &pb, partners); rule != "" {
		m.Against = ruled(&pa, &pb, rule)
		return m
	}
	z := e.sum(&pa, &pb)
	e.rate(&m, z, e.lone(z))
	e.explain(&m, &pa, &pb)
	return m
}

// rate sets the score of an eligible pair with the weighted sum z, and what
// follows. Rivals make a pair less of a duplicate, but not less related.
func (e *Engine) rate(m *Match, z, score float64) {
	m.Eligible = true
	m.Score = score
	m.Flagged = score >= e.threshold
	m.Related = !m.Flagged && e.lone(z) >= e.related()
}

// lone is the probability for a pair in a register that holds nothing else.
func (e *Engine) lone(z float64) float64 { return e.model.probability(z, rivalFloor, rivalFloor) }

// related is the lone probability from which a pair is shown on request; with
// an operator's threshold it keeps its distance.
func (e *Engine) related() float64 { return e.threshold * e.model.Related / e.model.Threshold }

// sum is the weighted sum for an eligible pair.
func (e *Engine) sum(a, b *profile) float64 {
	var f features
	e.measure(a, b, &f)
	return e.model.logit(&f)
}
