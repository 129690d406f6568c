package lexicon

import (
	"slices"
	"time"

	"thbot/store/statement/place"
)

// Item is an activity with the facets that people gave it.
type Item struct {
	Title, Description, Kind                       string
	Commitments, Audience, Exploitation, Countries []string
}

// Report says how well the facets are guessed from title and description
// alone. The F1 figures are micro-averages over all values; KindAccuracy is
// the share of items with a kind for which that kind was suggested.
type Report struct {
	Items         int     `json:"items"`
	CommitmentsF1 float64 `json:"commitments_f1"`
	KindAccuracy  float64 `json:"kind_accuracy"`
	AudienceF1    float64 `json:"audience_f1"`
	ExploitF1     float64 `json:"exploitation_f1"`
	CountriesF1   float64 `json:"countries_f1"`
}

// Evaluate compares the suggestions with the facets of the items. What nobody
// gave is unknown: items without a kind do not count for kind, nor those
// without commitments or an audience for these, since every activity has some.
// No form of exploitation may be an answer, and counts. For countries, nothing
// suggested and nothing given both count as EU, and a region is right with any
// of its countries.
func (l *Lexicon) Evaluate(items []Item) Report {
	count := map[string]*tally{}
	var where places
	for _, field := range []string{"commitments", "kind", "audience", "exploitation"} {
		count[field] = &tally{}
	}
	for _, it := range items {
		s := l.Suggest(it.Title, it.Description, time.Time{})
		where.add(orUnion(values(s.Of("countries"))), orUnion(it.Countries))
		for field, want := range map[string][]string{
			"commitments": it.Commitments, "kind": one(it.Kind), "audience": it.Audience, "exploitation": it.Exploitation,
		} {
			if len(want) > 0 || field == "exploitation" {
				count[field].add(values(s.Of(field)), want)
			}
		}
	}
	return Report{
		Items:         len(items),
		CommitmentsF1: count["commitments"].f1(),
		KindAccuracy:  count["kind"].recall(),
		AudienceF1:    count["audience"].f1(),
		ExploitF1:     count["exploitation"].f1(),
		CountriesF1:   where.f1(),
	}
}

// one is a list of what is there.
func one(v string) []string {
	if v == "" {
		return nil
	}
	return []string{v}
}

// places counts countries: a suggested region counts once, and is right when
// it has a country that was given; a given country is found when a suggested
// place has it. The EU counts as a country of its own.
type places struct{ said, right, want, found int }

func (p *places) add(said, want []string) {
	for _, v := range said {
		p.said++
		if meets(v, want) {
			p.right++
		}
	}
	for _, v := range want {
		p.want++
		if meets(v, said) {
			p.found++
		}
	}
}

// meets tells whether a place has something in common with one of the list.
func meets(v string, list []string) bool {
	return slices.ContainsFunc(list, func(w string) bool {
		if v == union || w == union {
			return v == w
		}
		return place.Expand([]string{v}).Intersects(place.Expand([]string{w}))
	})
}

const union = "EU"

// orUnion takes an activity that names no place for one of the whole EU.
func orUnion(places []string) []string {
	if len(places) == 0 {
		return []string{union}
	}
	return places
}

func (p *places) f1() float64 {
	if p.right == 0 || p.found == 0 {
		return 0
	}
	precision, recall := float64(p.right)/float64(p.said), float64(p.found)/float64(p.want)
	return 2 * precision * recall / (precision + recall)
}

func values(s []Suggestion) []string {
	var out []string
	for _, x := range s {
		out = append(out, x.Value)
	}
	return out
}

// tally counts the values said, wanted, and both.
type tally struct{ said, want, hit int }

func (t *tally) add(said, want []string) {
	t.said += len(said)
	t.want += len(want)
	for _, v := range said {
		if slices.Contains(want, v) {
			t.hit++
		}
	}
}

// f1 is the harmonic mean of precision and recall; 0 where there is nothing.
func (t *tally) f1() float64 {
	if t.said+t.want == 0 {
		return 0
	}
	return 2 * float64(t.hit) / float64(t.said+t.want)
}

func (t *tally) recall() float64 {
	if t.want == 0 {
		return 0
	}
	return float64(t.hit) / float64(t.want)
}
