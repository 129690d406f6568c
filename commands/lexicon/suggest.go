package lexicon

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"thbot/commands/when"
)

// Span is a piece of the text that a suggestion rests on. Start and End are
// bytes of title + "\n" + description.
type Span struct {
	Start, End int
	Text       string
}

// Suggestion is a guessed value of a facet with its evidence. Field is one of
// commitments, kind, audience, exploitation, countries, from and to; Strength
// is between 0 and 1 and orders the values of one field.
type Suggestion struct {
	Field, Value string
	Evidence     []Span
	Strength     float64
}

// Suggestions are guesses, field by field, the strongest first.
type Suggestions []Suggestion

// Of returns the suggestions for a field, the strongest first.
func (s Suggestions) Of(field string) []Suggestion {
	var out []Suggestion
	for _, x := range s {
		if x.Field == field {
			out = append(out, x)
		}
	}
	return out
}

// maxEvidence is how many pieces of text a suggestion shows.
const maxEvidence = 3

// Suggest guesses the facets of an activity from its text. Where nothing in
// the text speaks for a value, nothing is suggested; a place is suggested only
// where one is named, and a period only where the text names one alone. Now,
// in the reader's zone, is the day that dates without a year are counted from.
func (l *Lexicon) Suggest(title, description string, now time.Time) Suggestions {
	text := title + "\n" + description
	e := l.weigh(text, len(title))
	x := e.features()
	var out Suggestions
	all := l.model.guesses(x)
	for _, r := range rules() {
		for _, g := range r.choose(all, x) {
			if spans := l.model.because(g.facet, e, x); len(spans) > 0 {
				out = append(out, Suggestion{r.field, g.value, spans, g.p})
			}
		}
	}
	where := countries(text, len(title), e.hits)
	if len(where) == 0 {
		where = e.homeland()
	}
	return slices.Concat(out, where, period(text, now))
}

// because finds the words a value rests on: those that speak for it, or where
// there are none, those of the features that did most for it. A form of
// exploitation rests on words of trafficking, victims or crime alone, since a
// prosecutor or a poster says nothing about it.
func (m *model) because(f facet, e *evidence, x []feature) []Span {
	out := addSpans(nil, e.behind("all "+f.field+" "+f.value))
	if len(out) == 0 {
		for _, name := range m.strongest(f, x) {
			more := e.behind(name)
			if f.field == "exploitation" {
				more = e.onCrime(more)
			}
			out = addSpans(out, more)
		}
	}
	slices.SortFunc(out, func(a, b Span) int { return cmp.Compare(a.Start, b.Start) })
	return out
}

// strongest names the features that speak for a value, the strongest first.
func (m *model) strongest(f facet, x []feature) []string {
	var reasons []feature
	for _, have := range x {
		if w := m.evidence[f][have.name] * have.v; w > 0 {
			reasons = append(reasons, feature{have.name, w})
		}
	}
	slices.SortStableFunc(reasons, func(a, b feature) int { return cmp.Compare(b.v, a.v) })
	var out []string
	for _, r := range reasons {
		out = append(out, r.name)
	}
	return out
}

// onCrime keeps the pieces that speak of exploitation, victims or crimes.
func (e *evidence) onCrime(spans []Span) []Span {
	var out []Span
	for _, s := range spans {
		if slices.ContainsFunc(e.hits, func(h Hit) bool {
			k := h.Concept.Kind
			return h.Start == s.Start && h.End == s.End && (k == "exploitation" || k == "victim" || k == "crime")
		}) {
			out = append(out, s)
		}
	}
	return out
}

// addSpans adds pieces of text up to maxEvidence.
func addSpans(out, more []Span) []Span {
	for _, s := range more {
		if len(out) < maxEvidence && !slices.ContainsFunc(out, s.meets) {
			out = append(out, s)
		}
	}
	return out
}

// meets tells pieces that share text or say the same.
func (s Span) meets(t Span) bool {
	return s.Start < t.End && t.Start < s.End || strings.EqualFold(s.Text, t.Text)
}

// period takes the first period that the text names. Where it names several
// that do not lie in each other, nobody can know which is meant: none.
func period(text string, now time.Time) Suggestions {
	hits := when.InText(text, now)
	if len(hits) != 1 {
		return nil
	}
	span := []Span{{hits[0].From, hits[0].To, hits[0].Evidence}}
	var out Suggestions
	if p := hits[0].Period; p.From.Known() {
		out = append(out, Suggestion{"from", string(p.From), span, 1})
	}
	if p := hits[0].Period; p.To.Known() {
		out = append(out, Suggestion{"to", string(p.To), span, 1})
	}
	return out
}
