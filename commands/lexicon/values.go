package lexicon

import "strings"

// Kinds are the kinds of concept, in the order of the documentation.
func Kinds() []string {
	return strings.Fields("purpose exploitation victim crime right method system place product audience sector body theme")
}

// Languages are the codes of the official EU languages, English first, then
// the larger ones.
func Languages() []string {
	return strings.Fields("en de fr es it pl ro nl pt el cs hu sv bg da fi sk hr lt lv et sl mt ga")
}

// facetValues are the values a concept may speak for. Commitments are left
// open, because a catalogue of the operator's may have others.
func facetValues() map[string]map[string]bool {
	return map[string]map[string]bool{
		"commitments":  nil,
		"kind":         setOf("training guidance research operation campaign event tool data support policy network representation"),
		"exploitation": setOf("sexual labour criminality begging marriage other"),
		"audience": setOf("law-enforcement border-guards prosecutors-judges asylum-officers labour-inspectors consular " +
			"social-services health ngos policy-makers private-sector recruitment-agencies trade-unions public victims " +
			"children women-girls migrants third-country-authorities"),
	}
}

func setOf(words string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(words) {
		set[w] = true
	}
	return set
}
