package lexicon

import "time"

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

// Suggest guesses the facets of an activity from its text. Where nothing in
// the text speaks for a value, nothing is suggested; a place is suggested only
// where one is named. Now, in the reader's zone, is the day that dates without
// a year are counted from.
func (l *Lexicon) Suggest(title, description string, now time.Time) Suggestions {
	return nil
}
