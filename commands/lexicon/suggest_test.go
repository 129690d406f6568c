package lexicon

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

var today = time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)

// says writes the suggestions of some fields with their evidence.
func says(s Suggestions, fields ...string) string {
	var out []string
	for _, x := range s {
		if !slices.Contains(fields, x.Field) {
			continue
		}
		var words []string
		for _, e := range x.Evidence {
			words = append(words, e.Text)
		}
		out = append(out, fmt.Sprintf("%s %s (%s)", x.Field, x.Value, strings.Join(words, "; ")))
	}
	return strings.Join(out, "\n")
}

func TestSuggest(t *testing.T) {
	for _, x := range []struct {
		title, description, fields, want string
	}{
		{"Handbook on training of border guards", "", "kind audience",
			"kind guidance (Handbook)\naudience border-guards (border guards)"},
		{"Training on the handbook for border guards", "", "kind", "kind training (Training)"},
		{"Indicators of forced labour: poster campaign for seasonal workers", "", "kind exploitation",
			"kind campaign (poster; campaign)\nexploitation labour (forced labour; seasonal workers)"},
		{"Trafficking in firearms: course for police", "", "kind exploitation", "kind training (course)"},
		{"Schulung für Arbeitsinspektoren in Rumänien", "", "kind audience countries",
			"kind training (Schulung)\naudience labour-inspectors (Arbeitsinspektoren)\ncountries RO (Rumänien)"},
		{"Course for Nigerian prosecutors", "", "kind countries", "kind training (Course)\ncountries NG (Nigerian)"},
		{"Study on Vietnamese victims in nail bars", "", "kind countries", "kind research (Study)"},
		{"Workshop in the Western Balkans, with visits to Albania", "", "countries", "countries AL (Albania)"},
		{"Case studies in Brussels, Paris and Vienna", "", "countries", "countries BE (Brussels)\ncountries FR (Paris)\ncountries AT (Vienna)"},
		{"Case studies in Paris", "Report in Vienna.", "countries", "countries FR (Paris)"},
		{"Workshop on referral in the Western Balkans", "Held in Skopje.", "countries", "countries western-balkans (the Western Balkans)"},
		{"Checks along the Balkan route", "", "countries", "countries balkan-route (Balkan route)"},
		{"Course in Tirana", "Part of WB PaCT, the Western Balkans project.", "countries", "countries western-balkans (WB PaCT; the Western Balkans)"},
		{"Coaching in Belgrade and Skopje", "Part of WB PaCT.", "countries", "countries RS (Belgrade)\ncountries MK (Skopje)"},
		{"Training of Moldovan, Georgian and Armenian investigators", "", "countries", "countries MD (Moldovan)\ncountries GE (Georgian)\ncountries AM (Armenian)"},
		{"Nigerian and Ghanaian madams", "", "countries", ""},
		{"The Moldovan border", "", "countries", "countries MD (Moldovan)"},
		{"Checks in Poland", "Persons brought via Belarus. The crossing points with Ukraine.", "countries", "countries PL (Poland)"},
		{"Drivers recruited in Manila and Tashkent", "", "countries", ""},
		{"Night trains Budapest–Vienna–Munich", "", "countries", "countries HU (Budapest)\ncountries AT (Vienna)\ncountries DE (Munich)"},
		{"Round table", "Dublin.", "countries", ""},
		{"Round table, Tallinn", "", "countries", "countries EE (Tallinn)"},
		{"Leitfaden für die Arbeitsinspektion: schwere Ausbeutung erkennen", "", "countries",
			"countries DE (Leitfaden für die Arbeitsinspektion)\ncountries AT (Leitfaden für die Arbeitsinspektion)"},
		{"Guide pour les inspecteurs du travail", "", "countries", ""},
		{"Workshop on referral", "Held in Skopje.", "countries", "countries MK (Skopje)"},
		{"Action day in ports of the Atlantic", "", "countries", "countries atlantic (ports of the Atlantic)"},
		{"Handbook for consular staff on spotting victims of forced marriage", "", "kind exploitation",
			"kind guidance (Handbook)\nexploitation marriage (forced marriage)"},
		{"How to spot victims on ferries", "", "kind", "kind guidance (How to)"},
		{"Webinar, March 2027", "", "from to", "from 2027-03 (March 2027)\nto 2027-03 (March 2027)"},
		{"Webinars in March 2027 and in May 2028", "", "from to", ""},
		{"", "", "kind commitments audience exploitation countries from to", ""},
		{"Lunch", "", "kind commitments audience exploitation countries from to", ""},
	} {
		got := says(Builtin().Suggest(x.title, x.description, today), strings.Fields(x.fields)...)
		if got != x.want {
			t.Errorf("%q gives\n%s\nwant\n%s", x.title, got, x.want)
		}
	}
}

// checkSuggestions holds what every caller relies on.
func checkSuggestions(t interface{ Fatalf(string, ...any) }, title, description string) {
	text := title + "\n" + description
	s := Builtin().Suggest(title, description, today)
	single := map[string]int{}
	for _, x := range s {
		if len(x.Evidence) == 0 || len(x.Evidence) > maxEvidence {
			t.Fatalf("%q: %s %s has %d pieces of evidence", text, x.Field, x.Value, len(x.Evidence))
		}
		for _, e := range x.Evidence {
			if e.Start < 0 || e.End > len(text) || e.Start >= e.End || text[e.Start:e.End] != e.Text {
				t.Fatalf("%q: %s %s rests on %v", text, x.Field, x.Value, e)
			}
		}
		if !(x.Strength > 0 && x.Strength <= 1) {
			t.Fatalf("%q: %s %s has strength %v", text, x.Field, x.Value, x.Strength)
		}
		if single[x.Field+x.Value]++; single[x.Field+x.Value] > 1 || x.Field == "kind" && len(s.Of("kind")) > 1 {
			t.Fatalf("%q: %s %s is suggested twice", text, x.Field, x.Value)
		}
	}
	if again := Builtin().Suggest(title, description, today); fmt.Sprint(again) != fmt.Sprint(s) {
		t.Fatalf("%q gives %v, then %v", text, s, again)
	}
}

func TestSuggestAwkward(t *testing.T) {
	for _, text := range awkward {
		checkSuggestions(t, text, "")
		checkSuggestions(t, "", text)
		checkSuggestions(t, text, text)
	}
}

func TestSuggestProperty(t *testing.T) {
	var phrases []string
	for _, c := range Builtin().Concepts() {
		for _, w := range c.Words["en"] {
			phrases = append(phrases, strings.Trim(w, "*~"))
		}
	}
	text := rapid.Map(rapid.SliceOf(rapid.OneOf(rapid.SampledFrom(phrases),
		rapid.SampledFrom([]string{"for", "of", "and", ",", ":", "in Romania", "in Nigeria", "EU", "May 2027"}), rapid.String())),
		func(parts []string) string { return strings.Join(parts, " ") })
	rapid.Check(t, func(t *rapid.T) {
		checkSuggestions(t, text.Draw(t, "title"), text.Draw(t, "description"))
	})
}

func FuzzSuggest(f *testing.F) {
	for _, text := range awkward {
		f.Add(text, text)
	}
	f.Fuzz(func(t *testing.T, title, description string) { checkSuggestions(t, title, description) })
}

func TestWeightsRead(t *testing.T) {
	ws, err := readWeights(weightsText)
	if err != nil || len(ws) == 0 {
		t.Fatal(err)
	}
	for _, bad := range []string{"one\t1", "[kind]\none\t1", "[kind training]\none", "[kind training]\none\tx"} {
		if _, err := readWeights(bad); err == nil {
			t.Errorf("%q is taken", bad)
		}
	}
}

func TestEvaluate(t *testing.T) {
	items := []Item{
		{Title: "Handbook for border guards", Kind: "guidance", Audience: []string{"border-guards"}, Countries: []string{"EU"}},
		{Title: "Handbook for border guards", Kind: "training", Audience: []string{"labour-inspectors"}, Countries: []string{"RO"}},
	}
	r := Builtin().Evaluate(items)
	if r.Items != 2 || r.KindAccuracy != 0.5 || r.AudienceF1 != 0.5 || r.CountriesF1 != 0.5 {
		t.Errorf("report is %+v", r)
	}
	if r := Builtin().Evaluate(nil); r != (Report{}) {
		t.Errorf("nothing gives %+v", r)
	}
}
