package lexicon

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"thbot/store/statement/token"
)

func ids(hits []Hit) []string {
	var out []string
	for _, h := range hits {
		out = append(out, h.Concept.ID)
	}
	return out
}

func TestFind(t *testing.T) {
	for _, x := range []struct{ text, want string }{
		{"Victims of TRAFFICKING in human beings", "victims trafficking"},
		{"trafficking in firearms", "firearms"},
		{"drug trafficking and human trafficking", "drugs trafficking"},
		{"trafficking of cultural goods", "cultural-goods"},
		{"Wildlife trafficking", "wildlife"},
		{"migrant smuggling is not trafficking", "migrant-smuggling trafficking"},
		{"road traffic", "traffic-data"},
		{"a JIT, two JITs, no jit", "jit jit"},
		{"WHO IS WHO", ""},
		{"SIS and VIS; sis and vis", "sis vis"},
		{"identification of the victims", "identification"},
		{"child's best interests", "best-interests"},
		{"women's rights", "women-girls"},
		{"anti-trafficking", "trafficking"},
		{"Réfléxion: délai de reflexion", "reflection-period"},
		{"Hilfe für Menschenhandelsopfer", "trafficking victims"},
		{"Handbuch zur Arbeitsausbeutung auf Baustellen", "handbook labour-exploitation construction"},
		{"Schulungshandbuch für die Polizei", "training handbook law-enforcement"},
		{"Szkolenie dla inspektorów pracy", "training labour-inspectors"},
		{"Cursuri pentru polițiști de frontieră", "course border-guards"},
		{"Εκπαίδευση εισαγγελέων", "training prosecutors"},
		{"Обучение за прокурори", "training prosecutors"},
		{"koulutus työsuojelutarkastajille", "training labour-inspectors"},
		{"be kind in the barn", ""},
		{"Schutz für Kinder und das Kind", "children children"},
		{"forced. Labour", ""},
		{"a European Investigation Order, two European Investigation Orders", "investigation-order investigation-order"},
	} {
		if got := strings.Join(ids(Builtin().Find(x.text)), " "); got != x.want {
			t.Errorf("%q gives %q, want %q", x.text, got, x.want)
		}
	}
}

func TestFindPlaces(t *testing.T) {
	hits := Builtin().Find("„Opferschutzhandbuch“ für Kinder")
	var got []string
	for _, h := range hits {
		got = append(got, h.Text+"/"+h.Lang)
	}
	if want := []string{"Opferschutz/de", "handbuch/de", "Kinder/de"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

var awkward = []string{
	"", " ", "\x00", "👮‍♀️🚢🔥", "т̈рафик на ﬁsh ａｂｃ", "\xff\xfe victims \xc3",
	strings.Repeat("the ", 1000), strings.Repeat("victims of the ", 267), strings.Repeat("a", 4000),
	strings.Repeat("trafficking in ", 267), strings.Repeat("é", 2000), "İstanbul ẞ ǅ ﬀ", "'s's’s s",
}

// checkHits holds what every caller relies on.
func checkHits(t interface{ Fatalf(string, ...any) }, text string, hits []Hit) {
	last := 0
	for _, h := range hits {
		if h.Start < last || h.End <= h.Start || h.End > len(text) || text[h.Start:h.End] != h.Text {
			t.Fatalf("%q: hit %q at %d to %d after %d", text, h.Text, h.Start, h.End, last)
		}
		if utf8.ValidString(text) && !utf8.ValidString(h.Text) {
			t.Fatalf("%q: hit %q cuts a letter", text, h.Text)
		}
		last = h.Start
	}
}

func TestFindAwkward(t *testing.T) {
	for _, text := range awkward {
		checkHits(t, text, Builtin().Find(text))
	}
}

func TestFindProperty(t *testing.T) {
	l := Builtin()
	var phrases []string
	for _, c := range l.Concepts() {
		for _, w := range c.Words["en"] {
			phrases = append(phrases, strings.Trim(w, "*~"))
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		parts := rapid.SliceOf(rapid.OneOf(rapid.SampledFrom(phrases), rapid.String(), rapid.SampledFrom([]string{"the", ". ", "für", " - "}))).Draw(t, "parts")
		text := strings.Join(parts, " ")
		hits := l.Find(text)
		checkHits(t, text, hits)
		if again := l.Find(text); !slices.Equal(hits, again) {
			t.Fatalf("%q gives %v, then %v", text, hits, again)
		}
		tokens := token.Split(nil, text)
		words := make([]*Word, len(tokens))
		for i, t := range tokens {
			words[i] = l.Word(text[t.Start:t.End])
		}
		if again := l.FindIn(nil, text, tokens, words); !slices.Equal(hits, again) {
			t.Fatalf("%q gives %v, and by its words %v", text, hits, again)
		}
		// What was found stays found in capitals and with text before it; case
		// decides only for acronyms.
		if before := l.Find("— " + text); len(before) != len(hits) {
			t.Fatalf("%q gives %d hits, with a dash before %d", text, len(hits), len(before))
		}
	})
}

func FuzzFind(f *testing.F) {
	for _, text := range awkward {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) { checkHits(t, text, Builtin().Find(text)) })
}
