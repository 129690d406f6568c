package commands

import (
	"slices"
	"strings"

	"thbot/commands/lexicon"
	"thbot/commands/line"
	"thbot/store"
	"thbot/store/date"
)

// guess reads the facets that were left out from the activity's text and marks
// them as guesses, with the words they were read from. Who does it, with whom,
// and what it follows are never guessed.
func (k *call) guess(a *store.Activity, l line.Line) {
	said := func(keys ...string) bool {
		return slices.ContainsFunc(l.Pairs, func(p line.Pair) bool { return slices.Contains(keys, p.Key) })
	}
	if said("commitment") && said("kind") && said("exploitation") && said("audience") && said("country") && said("when", "from", "to") {
		return
	}
	s := k.lexicon.Suggest(a.Title, a.Description, k.now)
	text := a.Title + "\n" + a.Description
	s = k.onlyNamed(s, text)
	if !said("commitment") {
		guessMany(a, &a.Commitments, "commitments", s, text)
	}
	if !said("kind") {
		guessOne(a, &a.Kind, "kind", s, text)
	}
	if !said("exploitation") {
		guessMany(a, &a.Exploitation, "exploitation", s, text)
	}
	if !said("audience") {
		guessMany(a, &a.Audience, "audience", s, text)
	}
	if !said("country") {
		guessMany(a, &a.Countries, "countries", s, text)
	}
	if !said("when", "from", "to") {
		var from, to string
		guessOne(a, &from, "from", s, text)
		guessOne(a, &to, "to", s, text)
		a.From, a.To = date.Date(from), date.Date(to)
	}
}

// clearly is the strength from which a concept of the lexicon names a value,
// and does not only go with it often.
const clearly = 0.6

// onlyNamed leaves out audiences and forms of exploitation that no word of the
// text names. What such work is often for or about is a good guess for a
// machine, but people would read it as a claim that they never made.
func (k *call) onlyNamed(s lexicon.Suggestions, text string) lexicon.Suggestions {
	names := map[string]bool{}
	for _, hit := range k.lexicon.Find(text) {
		for _, pull := range hit.Concept.Facets {
			if pull.Strength >= clearly {
				names[pull.Field+" "+pull.Value] = true
			}
		}
	}
	return slices.DeleteFunc(slices.Clone(s), func(g lexicon.Suggestion) bool {
		return (g.Field == "exploitation" || g.Field == "audience") && !names[g.Field+" "+g.Value]
	})
}

func guessOne(a *store.Activity, into *string, field string, s lexicon.Suggestions, text string) {
	for _, g := range s.Of(field) {
		*into = g.Value
		a.Guessed = append(a.Guessed, store.Guess{Field: field, Evidence: evidence(g)})
		return
	}
}

func guessMany(a *store.Activity, into *[]string, field string, s lexicon.Suggestions, text string) {
	var words []string
	for _, g := range s.Of(field) {
		*into = addOnce(*into, g.Value)
		for _, span := range g.Evidence {
			words = addOnce(words, "“"+span.Text+"”")
		}
	}
	if len(words) > 0 {
		a.Guessed = append(a.Guessed, store.Guess{Field: field, Evidence: strings.Join(words, ", ")})
	}
}

// evidence quotes the words that a suggestion rests on.
func evidence(g lexicon.Suggestion) string {
	var words []string
	for _, span := range g.Evidence {
		words = addOnce(words, "“"+span.Text+"”")
	}
	return strings.Join(words, ", ")
}
