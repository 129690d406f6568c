package search_test

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"thbot/commands/search"
)

// texts are a handful of activities; ids count from 1.
var texts = []search.Text{
	{Title: "Training on indicators of labour exploitation", Body: []string{"For labour inspectors in Romania."}, Agencies: []string{"cepol"}},
	{Title: "Handbook for consular staff", Body: []string{"Indicators, referral, and a chapter on labour inspectors.", "Note: the policy chapter is done."}, Agencies: []string{"easo"}},
	{Title: "Operation at the Černá border", Body: []string{"Joint checks. Train the trainers first."}, Agencies: []string{"frontex", "europol"}},
	{Title: "Straße der Zukunft: policies against begging", Agencies: []string{"fra"}},
	{Title: "eu-LISA interoperability report", Agencies: []string{"eu-lisa"}},
}

func agency(word string) string {
	switch strings.ToLower(word) {
	case "frontex", "eu-lisa":
		return strings.ToLower(word)
	case "easo", "euaa":
		return "easo"
	}
	return ""
}

func ids(query string) []int {
	q := search.Parse(query, agency)
	s := q.Scan()
	for i := range texts {
		t := texts[i]
		t.ID = i + 1
		s.Add(&t)
	}
	var ids []int
	for _, h := range s.Ranked() {
		if h.All {
			ids = append(ids, h.ID)
		} else {
			ids = append(ids, -h.ID) // only some of the words
		}
	}
	return ids
}

func TestRanking(t *testing.T) {
	for query, want := range map[string][]int{
		"indicators":                  {1, 2},  // the title weighs more
		"INDICATOR":                   {1, 2},  // another form, another case
		"trained":                     {1, 3},  // training, train
		"polic":                       {4, 2},  // the last word may go on
		"policy":                      {4, 2},  // policies
		"strasse zukunft":             {4},     // marks on letters do not count
		"cerna":                       {3},     //
		"labour inspectors romania":   {1, -2}, // all words before some
		`"labour inspectors"`:         {1, 2},  // a phrase
		`"inspectors labour"`:         nil,     // in its order
		`„labour inspectors“ romania`: {1, -2},
		"frontex":                     {3}, // an agency, though no text names it
		"EASO handbook":               {2},
		"the of in":                   {1, 2, 4, 3}, // nothing but small words: they count then
		"indicators of the":           {1, 2},
		"eu-lisa":                     {5},
		`unclosed "labour`:            {-1, -2},
		"":                            nil,
		`"" … —`:                      nil,
		"zzz":                         nil,
	} {
		got := ids(query)
		if query == "the of in" {
			slices.Sort(got)
			if len(got) == 0 {
				t.Errorf("small words alone find nothing")
			}
			continue
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q finds %v, want %v", query, got, want)
		}
	}
}

func TestSnippet(t *testing.T) {
	long := strings.Repeat("Some words before it. ", 20) + "Here the inspectors meet prosecutors. " + strings.Repeat("More of it follows. ", 20)
	q := search.Parse("inspector", nil)
	var b strings.Builder
	for _, p := range q.Snippet([]string{"nothing here", long}, 120) {
		if p.Found {
			b.WriteString("[" + p.Text + "]")
		} else {
			b.WriteString(p.Text)
		}
	}
	if got, want := b.String(), "… it. Some words before it. Here the [inspectors] meet prosecutors. More of it follows. More of it follows. More of it …"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestMarkLosesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text, query := rapid.String().Draw(t, "text"), rapid.String().Draw(t, "query")
		q := search.Parse(query+" "+text[:len(text)/2], nil)
		var b strings.Builder
		for _, p := range q.Mark(text) {
			b.WriteString(p.Text)
		}
		if b.String() != text {
			t.Fatalf("%q became %q", text, b.String())
		}
	})
}

// What stands in a title is found by its words, alone and as a phrase.
func TestOwnWordsAreFound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.SliceOfN(rapid.StringMatching(`[a-zA-ZäöüßÉčş]{2,9}`), 1, 12).Draw(t, "words")
		title := strings.Join(words, " ")
		from := rapid.IntRange(0, len(words)-1).Draw(t, "from")
		to := rapid.IntRange(from+1, len(words)).Draw(t, "to")
		part := strings.Join(words[from:to], " ")
		for _, query := range []string{part, `"` + part + `"`, strings.ToUpper(part)} {
			s := search.Parse(query, nil).Scan()
			s.Add(&search.Text{ID: 1, Title: title})
			if hits := s.Ranked(); len(hits) != 1 || !hits[0].All {
				t.Fatalf("%q is not found in %q: %v", query, title, hits)
			}
		}
	})
}

func FuzzSearch(f *testing.F) {
	f.Add("labour", `"labour inspectors" x`)
	f.Add("", `"`)
	f.Fuzz(func(t *testing.T, text, query string) {
		q := search.Parse(query, agency)
		s := q.Scan()
		s.Add(&search.Text{ID: 1, Title: text, Body: []string{text}})
		s.Ranked()
		q.Snippet([]string{text}, 60)
	})
}

func corpus(b *testing.B, n int) []search.Text {
	data, err := os.ReadFile("../overlap/testdata/corpus/activities.jsonl")
	if err != nil {
		b.Fatal(err)
	}
	var all []search.Text
	for line := range strings.Lines(string(data)) {
		var a struct{ Title, Description, Agency string }
		if err := json.Unmarshal([]byte(line), &a); err != nil {
			b.Fatal(err)
		}
		all = append(all, search.Text{Title: a.Title, Body: []string{a.Description}, Agencies: []string{a.Agency}})
	}
	texts := make([]search.Text, n)
	for i := range texts {
		texts[i] = all[i%len(all)]
		texts[i].ID = i + 1
	}
	return texts
}

func BenchmarkSearch10000(b *testing.B) {
	texts := corpus(b, 10_000)
	for b.Loop() {
		s := search.Parse(`labour inspectors "false documents" romania train`, agency).Scan()
		for i := range texts {
			s.Add(&texts[i])
		}
		s.Ranked()
	}
}
