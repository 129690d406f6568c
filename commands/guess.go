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
	if !said("commitment") {
		guessMany(a, &a.Commitments, "commitments", s, text)
	}
	if !said("kind") {
		guessOne(a, &a.Kind, "kind", s, text)
	}
	if !said("exploitation") {
		guessMany(a, &a.Exploitation, "exploitation", named(s), text)
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

// namedStrength is the strength that a suggested form of exploitation reaches
// where the text names it. Below, it is only what such work is often about, and
// people would read it as a claim that they never made.
const namedStrength = 0.5

// named leaves out forms of exploitation that the text does not name.
func named(s lexicon.Suggestions) lexicon.Suggestions {
	return slices.DeleteFunc(slices.Clone(s), func(g lexicon.Suggestion) bool {
		return g.Field == "exploitation" && g.Strength < namedStrength
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
