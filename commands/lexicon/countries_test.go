package lexicon

import (
	"testing"
	"time"

	"thbot/store/statement/place"
)

// TestCountries measures the places by the convention of Evaluate, and beside
// it what could be reached at most: by somebody who knows of every place that
// a text names, in whatever role, whether it is one of the labels, and says
// nothing where none is.
func TestCountries(t *testing.T) {
	floors := map[string]float64{first: 0.88, second: 0.84, third: 0.68, fourth: 0.72, fifth: 0.77, sixth: 0.69}
	for _, name := range hands {
		var got, best places
		for _, a := range corpus(t, name) {
			if !a.knows("countries") {
				continue
			}
			want := orUnion(a.Countries)
			s := values(Builtin().Suggest(a.Title, a.Description, time.Time{}).Of("countries"))
			got.add(orUnion(s), want)
			best.add(orUnion(readable(a, want)), want)
		}
		t.Logf("%s: F1 %.3f, at most %.3f", name, got.f1(), best.f1())
		if got.f1() < floors[name] || got.f1() > best.f1() {
			t.Errorf("%s: F1 %.3f, floor %.2f, ceiling %.3f", name, got.f1(), floors[name], best.f1())
		}
	}
}

// readable are the labels for which there is a word in the text, or its
// language.
func readable(a labelled, want []string) []string {
	text := a.Title + "\n" + a.Description
	named := values(Builtin().weigh(text, len(a.Title)).homeland())
	for _, h := range place.InText(text) {
		named = append(named, h.Code)
	}
	var out []string
	for _, v := range want {
		if meets(v, named) {
			out = append(out, v)
		}
	}
	return out
}
