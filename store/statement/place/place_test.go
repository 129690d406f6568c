package place_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"thbot/store/fault"
	"thbot/store/statement/place"
	"thbot/store/statement/token"
)

func TestFind(t *testing.T) {
	want := map[string]string{
		"RO": "RO", "ro": "RO", "Romania": "RO", "romania": "RO", "EL": "GR", "el": "GR", "UK": "GB", "uk": "GB", "GB": "GB", "XK": "XK", "Kosovo*": "XK",
		"Czechia": "CZ", "Czech Republic": "CZ", "the Czech Republic": "CZ", "Ivory Coast": "CI", "Côte d’Ivoire": "CI", "cote d'ivoire": "CI",
		"North Macedonia": "MK", "FYROM": "MK", "Türkiye": "TR", "turkey": "TR", "Turkiye": "TR", "Moldova": "MD", "Republic of Moldova": "MD",
		"Gambia": "GM", "The Gambia": "GM", "the gambia": "GM", "Holland": "NL", "The Netherlands": "NL", "USA": "US", "U.S.": "US", "US": "US",
		"Rumänien": "RO", "République tchèque": "CZ", "Macédoine du Nord": "MK", "Großbritannien": "GB", "Frankreich": "FR", "Węgry": "HU", "Suomi": "FI", "Hrvatska": "HR", "Roumanie": "RO", "Deutschland": "DE", "Magyarország": "HU", "Ελλάδα": "GR", "Ελλάς": "", "България": "BG", "Éire": "IE",
		"EU": "EU", "eu": "EU", "European Union": "EU", "EU-27": "EU", "EU27": "EU", "Member States": "EU", "EU member states": "EU",
		"Western Balkans": "western-balkans", "western-balkans": "western-balkans", "WB6": "western-balkans",
		"Eastern Partnership": "eastern-partnership", "North Africa": "north-africa", "west africa": "west-africa", "Horn of Africa": "horn-of-africa",
		"Sahel": "sahel", "Sub-Saharan Africa": "sub-saharan-africa", "Central Asia": "central-asia", "Middle East": "middle-east",
		"South-East Asia": "south-east-asia", "southeast asia": "south-east-asia", "Latin America": "latin-america", "Baltic states": "baltic-states",
		"Nordic countries": "nordic-countries", "Benelux": "benelux", "Visegrad": "visegrad", "V4": "visegrad", "Schengen": "schengen", "EEA": "eea", "EFTA": "efta",
		"candidate countries": "candidate-countries", "global": "global", "worldwide": "global", "third countries": "third-countries",
		"Jersey": "JE", "AN": "", "Atlantis": "", "": "", "   ": "", "Rom": "", strings.Repeat("a", 5000): "",
	}
	for input, code := range want {
		p, err := place.Find(input)
		if code == "" {
			if !fault.Is(err, fault.NotFound) {
				t.Errorf("Find(%.20q) = %q, %v; want not found", input, p.Code, err)
			}
			continue
		}
		if err != nil || p.Code != code {
			t.Errorf("Find(%q) = %q, %v; want %q", input, p.Code, err, code)
		}
	}
}

func TestFindNamesTheNearest(t *testing.T) {
	for input, try := range map[string]string{"Roumenia": "RO", "Germny": "DE", "Westen Balkans": "western-balkans"} {
		_, err := place.Find(input)
		if f := fault.As(err); f == nil || f.Try != try {
			t.Errorf("Find(%q): %v; want to try %s", input, err, try)
		}
	}
}

// show writes the places of a text as codes, with a mark for what they are.
func show(text string) string {
	var b strings.Builder
	for _, h := range place.InText(text) {
		if text[h.Start:h.End] != h.Text {
			return "wrong bounds: " + h.Text
		}
		b.WriteString(" " + h.Code)
		for mark, on := range map[string]bool{"@": h.Seat, "<": h.Origin} {
			if on {
				b.WriteString(mark)
			}
		}
	}
	return strings.TrimSpace(b.String())
}

func TestInText(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"webinar for labour inspectors in Romania, March 2027", "RO"},
		{"ROMANIA AND BULGARIA", "RO BG"},
		{"training in romania and the czech republic", "RO CZ"},
		{"Romania's police and Greece’s coast guard", "RO GR"},
		{"a turkey, some chad, jordan shoes, georgia type, nice cork, essen", ""},
		{"Turkey, Chad, Jordan and Georgia", "TR TD JO GE"},
		{"They went to Nice in Cork for Essen", ""},
		{"Bosnia and Herzegovina, Serbia", "BA RS"},
		{"North Macedonia and Guinea-Bissau; Equatorial Guinea; Guinea", "MK GW GQ GN"},
		{"South Sudan and Sudan", "SS SD"},
		{"held in The Hague", "NL@"},
		{"in the Hague and Vienna", "NL@ AT@"},
		{"Lesvos, Lampedusa, Algeciras, Calais and Ceuta", "GR IT ES FR ES"},
		{"EU Member States and an EU-wide survey in the EU", "EU EU EU"},
		{"European Union Agency for Asylum, EU Agency for Fundamental Rights, EU Drugs Agency", ""},
		{"the EU action on drugs", ""},
		{"leaflet in Romanian", ""},
		{"leaflets in Romanian, Bulgarian and Vietnamese for drivers", ""},
		{"translated into English, French and German", ""},
		{"Romanian and Bulgarian versions", ""},
		{"visits in Romanian prisons", "RO"},
		{"Romanian and Bulgarian police", "RO BG"},
		{"Vietnamese and Albanian nationals in Irish farms", "VN< AL< IE"},
		{"brides from Slovakia, Latvia and Romania; grooms from Pakistan", "SK< LV< RO< PK<"},
		{"Ukraine displaced, displaced Ukrainians", "UA< UA<"},
		{"West African women and girls", "west-africa<"},
		{"interpretation into BCMS and Albanian", ""},
		{"S.M. v. Croatia and Rantsev v Cyprus", ""},
		{"field presence GR, RO/BG border", "GR RO BG"},
		{"leaflets in EN, FR and RO", ""},
		{"THB and IT systems, HR staff", ""},
		{"policía española, policja w Rumunii, autorités françaises", "ES RO FR"},
		{"Nigerian women in Italy", "NG< IT"},
		{"ferries from Morocco in Tarifa", "MA< ES"},
		{"the UK, the U.K., U.S. and the US tell us", "GB GB US US"},
		{"contact us in uk", ""},
		{"Istanbul Convention and the Palermo Protocol, under the Lisbon Treaty", ""},
		{"Western Balkans, Horn of Africa, sub-Saharan Africa", "western-balkans horn-of-africa sub-saharan-africa"},
		{"Schulung in Rumänien und Österreich", "RO AT"},
		{"rumänische Behörden", "RO"},
		{"Formation en Grèce et en Côte d'Ivoire", "GR CI"},
		{"practice in IE, SE, FR and NL", "IE SE FR NL"},
		{"workshop RO-IT-ES; lessons for PL, NL, IE", "RO IT ES PL NL IE"},
		{"IT and HR staff; HELP AT RO BORDERS", "RO"},
		{"leaflets in EN/IT/EL/ES", ""},
		{"Facebook, Romanian, Georgian and Russian.", ""},
		{"Advice (Arabic, Kurdish, Albanian, Romanian)", ""},
		{"UK, Irish and Nordic practice", "GB IE nordic-countries"},
		{"Réseau des correspondants : réunion annuelle", ""},
		{"Riunione annuale; Reunião anual; Réunion du groupe", ""},
		{"Vigo, Gdynia and Myawaddy", "ES PL MM"},
		{"Roma children", ""},
		{"Island and mainland", ""},
		{"Benin City, Edo State", "NG NG"},
		{"\xff\xfe Romania \xc3", "RO"},
		{"", ""},
		{"🌍", ""},
	} {
		if got := show(c.text); got != c.want {
			t.Errorf("%q: %q, want %q", c.text, got, c.want)
		}
	}
}

func TestSets(t *testing.T) {
	if n := place.Union().Len(); n != 27 {
		t.Errorf("the EU has %d countries", n)
	}
	if got := strings.Join(place.Expand([]string{"Benelux", "RO", "nowhere", "EL"}).Codes(), " "); got != "BE GR LU NL RO" {
		t.Errorf("expanded: %s", got)
	}
	balkans, albania := place.Expand([]string{"western-balkans"}), place.Expand([]string{"AL"})
	if !balkans.Contains(albania) || albania.Contains(balkans) || !balkans.Intersects(albania) || !balkans.Has("XK") || balkans.Has("RO") {
		t.Error("sets do not contain what they should")
	}
	if balkans.Intersects(place.Union()) || balkans.Union(albania) != balkans {
		t.Error("the Western Balkans lie outside the EU, and hold Albania")
	}
	for _, c := range []struct {
		typed           string
		inside, outside bool
	}{{"RO", true, false}, {"NG", false, true}, {"EEA", true, true}, {"EU", true, false}, {"global", true, true}, {"third countries", false, true}, {"x", false, false}} {
		if in, out := place.Sides([]string{c.typed}); in != c.inside || out != c.outside {
			t.Errorf("%s: inside %v, outside %v", c.typed, in, out)
		}
	}
	if !place.Global([]string{"RO", "worldwide"}) || place.Global([]string{"EU"}) {
		t.Error("global is not what it should be")
	}
}

// Every name that a place goes by finds that place, whatever file it is from.
func TestNamesFindTheirPlace(t *testing.T) {
	for _, code := range place.Expand([]string{"global"}).Codes() {
		p, err := place.Find(code)
		if err != nil || p.Code != code || p.Region {
			t.Errorf("%s: %+v, %v", code, p, err)
			continue
		}
		if q, err := place.Find(p.Name); err != nil || q.Code != code {
			t.Errorf("%s: %q finds %s, %v", code, p.Name, q.Code, err)
		}
	}
	if n := place.Expand([]string{"global"}).Len(); n != 250 {
		t.Errorf("%d countries, want the 249 of ISO 3166-1 and XK", n)
	}
}

// byWords finds the places by way of the words, as callers do that know them.
func byWords(text string) []place.Hit {
	tokens := token.Split(nil, text)
	words := make([]place.Word, len(tokens))
	for i, t := range tokens {
		words[i] = place.WordOf(text[t.Start:t.End])
	}
	return place.InWords(nil, text, tokens, words)
}

func FuzzInText(f *testing.F) {
	for _, s := range []string{"in Romania and Bulgaria", "the U.K. in Romanian", "\xff\xfeİ ǅ Ǆ", "EU", "v. v. Cyprus", "ﬁ U.K", "in the"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		end := 0
		hits := place.InText(text)
		if again := byWords(text); !slices.Equal(hits, again) {
			t.Fatalf("%q: %+v, by its words %+v", text, hits, again)
		}
		for _, h := range hits {
			if h.Start < end || h.End > len(text) || text[h.Start:h.End] != h.Text || h.Set.Len() == 0 {
				t.Fatalf("%q: %+v", text, h)
			}
			end = h.End
		}
		if p, err := place.Find(text); err == nil && p.Code == "" {
			t.Fatal("a place without a code")
		}
	})
}

// threeHundred is a text of some 300 characters, as descriptions are.
const threeHundred = "Joint action days at land border crossing points in Romania, Bulgaria and Hungary: officers of the host countries " +
	"and seconded staff carry out second-line interviews with Nigerian and Vietnamese women, query SIS, and refer persons to the " +
	"national referral mechanism. Evaluation report in The Hague within two months."

func BenchmarkInText(b *testing.B) {
	place.InText(threeHundred)
	b.ReportAllocs()
	for b.Loop() {
		place.InText(threeHundred)
	}
}

func BenchmarkFind(b *testing.B) {
	for _, input := range []string{"RO", "Czech Republic", "Côte d’Ivoire", "western-balkans"} {
		b.Run(input, func(b *testing.B) {
			for b.Loop() {
				if _, err := place.Find(input); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkExpand(b *testing.B) {
	for b.Loop() {
		place.Expand([]string{"RO", "BG", "EU"})
	}
}

// A text of nothing but names takes time in line with its length: ten times
// the text, about ten times the time per operation.
func BenchmarkInTextOfNames(b *testing.B) {
	for _, n := range []int{100, 1000, 10000} {
		text := strings.Repeat("in Romanian, from RO and Greek, ", n)
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			for b.Loop() {
				place.InText(text)
			}
		})
	}
}
