package lexicon

import (
	"slices"

	"thbot/store/statement/place"
)

// countries finds the places that the text names as those of the work. Towns
// where agencies sit are where people meet, and the homes of persons
// ("victims from Nigeria", "Vietnamese workers") are not where the work is
// done: neither counts, but "Nigerian prosecutors" does. A region gives way to the countries in it that the
// text names as well, and so does the EU.
func countries(text string, concepts []Hit) Suggestions {
	hits := slices.DeleteFunc(place.InText(text), func(h place.Hit) bool {
		persons := h.People && h.Set.Minus(place.Union()).Len() > 0 && !ofAuthorities(h, concepts)
		return h.Seat || h.Origin || h.Code == "global" || persons
	})
	var out Suggestions
	at := map[string]int{}
	for _, h := range hits {
		if h.Region && narrowed(h, hits) {
			continue
		}
		span := Span{h.Start, h.End, h.Text}
		i, known := at[h.Code]
		if !known {
			at[h.Code] = len(out)
			out = append(out, Suggestion{"countries", h.Code, []Span{span}, 1})
		} else if len(out[i].Evidence) < maxEvidence {
			out[i].Evidence = append(out[i].Evidence, span)
		}
	}
	return out
}

// narrowed tells whether the text names a smaller place inside the region.
func narrowed(region place.Hit, hits []place.Hit) bool {
	return slices.ContainsFunc(hits, func(h place.Hit) bool {
		return h.Set.Len() < region.Set.Len() && region.Set.Contains(h.Set)
	})
}

// ofAuthorities tells whether an adjective stands before those who work: the
// audiences among the concepts, not victims.
func ofAuthorities(h place.Hit, concepts []Hit) bool {
	return slices.ContainsFunc(concepts, func(c Hit) bool {
		return c.Concept.Kind == "audience" && c.Start > h.End && c.Start <= h.End+2
	})
}
