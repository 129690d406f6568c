package lexicon

import (
	"slices"
	"strings"

	"thbot/store/statement/place"
)

// where reads the places of one text.
type where struct {
	text     string
	title    int         // where the title ends
	all      []place.Hit // every place that is named
	concepts []Hit
}

// countries finds the places that the text names as those of the work. Towns
// where agencies sit are where people meet, unless the title names them or
// they stand in a row with other towns ("Brussels, Paris and Vienna"); the
// homes of persons ("victims from Nigeria", "Vietnamese workers", "recruited
// in Manila") and what lies on the way or beyond a border ("via Belarus", "the
// border with Ukraine") are not where the work is done: none of these counts,
// but "Nigerian prosecutors" does. A region gives way to the countries in it
// that the text names as well, and so does the EU; where the smaller place
// only hosts the meeting, it gives way.
func countries(text string, titleEnd int, concepts []Hit) Suggestions {
	w := where{text, titleEnd, place.InText(text), concepts}
	var hits []place.Hit
	for i, h := range w.all {
		if h.Code != "global" && !h.Origin && !w.passing(i) && !w.recruiting(i) && !w.onlyMeeting(i) && !w.persons(i) {
			hits = append(hits, h)
		}
	}
	var out Suggestions
	at := map[string]int{}
	for _, h := range hits {
		if h.Region && w.narrowed(h, hits) || w.hosts(h, hits) && within(h, hits) {
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

// onlyMeeting tells the seat of an agency that the description names alone.
func (w *where) onlyMeeting(i int) bool {
	h := w.all[i]
	return h.Seat && h.Start >= w.title && !w.inRow(i)
}

// inRow tells whether a town stands in a row with a town that is no seat.
func (w *where) inRow(i int) bool {
	first, last := w.row(i)
	return slices.ContainsFunc(w.all[first:last+1], func(h place.Hit) bool { return h.Town && !h.Seat })
}

// row gives the first and the last of the places that stand side by side with
// place i.
func (w *where) row(i int) (first, last int) {
	first, last = i, i
	for first > 0 && w.joined(first-1) {
		first--
	}
	for last+1 < len(w.all) && w.joined(last) {
		last++
	}
	return first, last
}

// joined tells whether place i and the next stand in a row.
func (w *where) joined(i int) bool {
	switch strings.TrimSpace(w.text[w.all[i].End:w.all[i+1].Start]) {
	case ",", "and", "&", ", and", "/", "–", "-", "und", "et", "y", "e", "i", "or", "to":
		return true
	}
	return false
}

// before gives up to n bytes before the row in which place i stands, in small
// letters.
func (w *where) before(i, n int) string {
	first, _ := w.row(i)
	start := w.all[first].Start
	return strings.ToLower(strings.TrimSuffix(strings.TrimSpace(w.text[max(0, start-n):start]), " the"))
}

func endsIn(s string, ends ...string) bool {
	return slices.ContainsFunc(ends, func(end string) bool { return strings.HasSuffix(s, end) })
}

// passing tells a place on the way or beyond a border: "via Belarus", "the
// crossing points with Ukraine".
func (w *where) passing(i int) bool {
	before := w.before(i, 32)
	return endsIn(before, " via", " over", " through") && outside(w.all[i]) ||
		endsIn(before, "border with", "borders with", "points with", "frontier with")
}

// recruiting tells a place where persons are won, wherever they are brought.
func (w *where) recruiting(i int) bool {
	return endsIn(w.before(i, 24), "recruited in", "recruitment in", "recruiting in", "hired in")
}

// persons tells whether an adjective of a country outside the EU stands before
// something else than those who work there: "Nigerian madams", but not
// "Nigerian and Ghanaian prosecutors" or "the Moldovan border".
func (w *where) persons(i int) bool {
	if !w.all[i].People || !outside(w.all[i]) {
		return false
	}
	_, last := w.row(i)
	end := w.all[last].End
	next := strings.ToLower(strings.TrimLeft(w.text[end:min(len(w.text), end+20)], " "))
	return !slices.ContainsFunc(theirs, func(s string) bool { return strings.HasPrefix(next, s) }) &&
		!slices.ContainsFunc(w.concepts, func(c Hit) bool {
			return c.Concept.Kind == "audience" && c.Start > end && c.Start <= end+2
		})
}

// theirs are what stands in a country or works there.
var theirs = []string{"border", "coast", "authorit", "police", "agenc", "staff", "health staff", "reception", "embass", "airport", "port", "court", "ministr", "investigator", "analyst", "partner"}

// outside tells whether a place reaches beyond the EU.
func outside(h place.Hit) bool { return h.Set.Minus(place.Union()).Len() > 0 }

// narrowed tells whether the text names a smaller place inside the region that
// does not merely host.
func (w *where) narrowed(region place.Hit, hits []place.Hit) bool {
	return slices.ContainsFunc(hits, func(h place.Hit) bool { return inside(h, region) && !w.hosts(h, hits) })
}

// within tells whether the text names a region, less than the EU, around the
// place.
func within(h place.Hit, hits []place.Hit) bool {
	return slices.ContainsFunc(hits, func(r place.Hit) bool { return r.Region && r.Code != union && inside(h, r) })
}

func inside(h, region place.Hit) bool {
	return h.Set.Len() < region.Set.Len() && region.Set.Contains(h.Set)
}

// hosts tells whether a place is named as the one where people meet: in those
// words, or as the only town in a text that names the region around it.
func (w *where) hosts(h place.Hit, hits []place.Hit) bool {
	i := slices.IndexFunc(w.all, func(x place.Hit) bool { return x.Start == h.Start })
	if endsIn(w.before(i, 16), "held in", "hosted in", "takes place in", "meeting in", "venue:") {
		return true
	}
	towns := 0
	for _, x := range hits {
		if x.Town {
			towns++
		}
	}
	return h.Town && towns == 1 && within(h, hits)
}
