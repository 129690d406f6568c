package lexicon

import (
	"slices"
	"strings"

	"thbot/store/statement/place"
)

// countries finds the places that the text names as those of the work. Towns
// where agencies sit are where people meet, unless they stand in a row with
// other towns ("Brussels, Paris and Vienna"), and the homes of persons
// ("victims from Nigeria", "Vietnamese workers") are not where the work is
// done: neither counts, but "Nigerian prosecutors" does. A region gives way to
// the countries in it that the text names as well, and so does the EU; where
// the smaller place only hosts the meeting ("held in Skopje"), it gives way.
func countries(text string, concepts []Hit) Suggestions {
	all := place.InText(text)
	hits := slices.DeleteFunc(slices.Clone(all), func(h place.Hit) bool {
		persons := h.People && h.Set.Minus(place.Union()).Len() > 0 && !ofAuthorities(h, concepts)
		return h.Seat && !inRow(text, h, all) || h.Origin || h.Code == "global" || persons
	})
	var out Suggestions
	at := map[string]int{}
	for _, h := range hits {
		if h.Region && narrowed(text, h, hits) || hosts(text, h) && within(h, hits) {
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

// inRow tells whether a town stands in a row with a town that is no seat.
func inRow(text string, h place.Hit, all []place.Hit) bool {
	i := slices.Index(starts(all), h.Start)
	joined := func(a, b int) bool { return all[b].Town && isJoin(text[all[a].End:all[b].Start]) }
	for j := i; j > 0 && all[j-1].Town && joined(j-1, j); j-- {
		if !all[j-1].Seat {
			return true
		}
	}
	for j := i; j+1 < len(all) && joined(j, j+1); j++ {
		if !all[j+1].Seat {
			return true
		}
	}
	return false
}

func starts(hits []place.Hit) []int {
	var out []int
	for _, h := range hits {
		out = append(out, h.Start)
	}
	return out
}

// isJoin tells what stands between the members of a row.
func isJoin(gap string) bool {
	switch strings.TrimSpace(gap) {
	case ",", "and", "&", ", and", "/":
		return true
	}
	return false
}

// narrowed tells whether the text names a smaller place inside the region that
// does not merely host.
func narrowed(text string, region place.Hit, hits []place.Hit) bool {
	return slices.ContainsFunc(hits, func(h place.Hit) bool { return inside(h, region) && !hosts(text, h) })
}

// within tells whether the text names a region, less than the EU, around the
// place.
func within(h place.Hit, hits []place.Hit) bool {
	return slices.ContainsFunc(hits, func(r place.Hit) bool { return r.Region && r.Code != union && inside(h, r) })
}

func inside(h, region place.Hit) bool {
	return h.Set.Len() < region.Set.Len() && region.Set.Contains(h.Set)
}

// hosts tells whether a place is named as the one where people meet.
func hosts(text string, h place.Hit) bool {
	before := strings.ToLower(text[max(0, h.Start-16):h.Start])
	return slices.ContainsFunc([]string{"held in ", "hosted in ", "takes place in ", "meeting in ", "venue: "}, func(s string) bool {
		return strings.HasSuffix(before, s)
	})
}

// ofAuthorities tells whether an adjective stands before those who work: the
// audiences among the concepts, not victims.
func ofAuthorities(h place.Hit, concepts []Hit) bool {
	return slices.ContainsFunc(concepts, func(c Hit) bool {
		return c.Concept.Kind == "audience" && c.Start > h.End && c.Start <= h.End+2
	})
}
