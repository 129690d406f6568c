package statement_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"thbot/store/fault"
	"thbot/store/statement"
)

func TestBuiltin(t *testing.T) {
	c := statement.Builtin()
	var agencies, commitments []string
	for _, a := range c.Agencies {
		agencies = append(agencies, a.Slug+" "+a.Short)
		if _, err := time.LoadLocation(a.Zone); err != nil || a.Seat == "" {
			t.Errorf("%s: %v, seat %q", a.Slug, err, a.Seat)
		}
	}
	for _, m := range c.Commitments {
		commitments = append(commitments, m.Slug)
	}
	if got := strings.Join(agencies, ", "); got != "easo EUAA, europol Europol, eu-lisa eu-LISA, emcdda EUDA, eurojust Eurojust, eige EIGE, frontex Frontex, eurofound Eurofound, fra FRA, cepol CEPOL" {
		t.Error(got)
	}
	if got := strings.Join(commitments, " "); got != "impunity prevention gender-child identification vulnerabilities prosecution training synergies information joint-activities cooperation" {
		t.Error(got)
	}
}

func TestFindCommitment(t *testing.T) {
	for input, slug := range map[string]string{
		"7": "training", "#7": "training", " 7 ": "training", "07": "", "11": "cooperation", "#1": "impunity", "commitment 4": "identification",
		"training": "training", "Training": "training", "TRAININGS": "training", "capacity building": "training", "Capacity-Building": "training",
		"JITs": "prosecution", "jit": "prosecution", "Joint Investigation Teams": "prosecution", "asset recovery": "information", "interoperability": "information",
		"children": "gender-child", "gender": "gender-child", "gender child": "gender-child", "drugs": "synergies", "the EU action on drugs": "synergies",
		"victims’ rights": "identification", "border management": "vulnerabilities", "recruitment agencies": "joint-activities", "social partners": "cooperation",
		"joint activities": "joint-activities", "cross-border": "cooperation", "culture of impunity": "impunity", "police cooperation": "prosecution",
		"0": "", "12": "", "-1": "", "1,1": "", "1-1": "", "7.": "", "##7": "training", "": "", "trainning": "", "police": "", "victims": "", "🙂": "",
	} {
		m, err := statement.Builtin().FindCommitment(input)
		if slug == "" != fault.Is(err, fault.NotFound) || m.Slug != slug {
			t.Errorf("%q finds %q, %v; want %q", input, m.Slug, err, slug)
		}
	}
}

func TestFindCommitmentNamesTheNearest(t *testing.T) {
	for input, want := range map[string]string{
		"trainning":       `There is no commitment "trainning". The nearest is number 7, training. Try: training`,
		"12":              `There is no commitment 12; they are numbered 1 to 11. Try: cooperation`,
		"aset recovery":   `There is no commitment "aset recovery". The nearest is number 9, information. Try: information`,
		"":                `The commitment is missing. Try: impunity`,
		"quantum physics": `There is no commitment "quantum physics". They are impunity, prevention, gender-child, identification, vulnerabilities, prosecution, training, synergies, information, joint-activities and cooperation. Try: impunity`,
	} {
		if _, err := statement.Builtin().FindCommitment(input); err == nil || err.Error() != want {
			t.Errorf("%q: %v", input, err)
		}
	}
}

func TestLacks(t *testing.T) {
	got := statement.Builtin().Lacks([]string{"fra", "osha", "etf", "osha"}, []string{"training", "housing"})
	if strings.Join(got, " ") != "etf osha housing" {
		t.Error(got)
	}
	if got := statement.Builtin().Lacks(nil, []string{"training"}); got != nil {
		t.Error(got)
	}
}

func TestFindTerm(t *testing.T) {
	for _, c := range []struct {
		terms       []statement.Term
		input, slug string
	}{
		{statement.Kinds(), "training", "training"}, {statement.Kinds(), "Webinar", "training"}, {statement.Kinds(), "joint action days", "operation"},
		{statement.Exploitations(), "sexual", "sexual"}, {statement.Exploitations(), "Labor", "labour"}, {statement.Exploitations(), "forced labour", "labour"},
		{statement.Audiences(), "labour inspectors", "labour-inspectors"}, {statement.Audiences(), "Labour Inspector", "labour-inspectors"},
		{statement.Audiences(), "police", "law-enforcement"}, {statement.Audiences(), "NGO", "ngos"}, {statement.Audiences(), "women and girls", "women-girls"},
		{statement.Statuses(), "on-going", "ongoing"}, {statement.Statuses(), "canceled", "cancelled"}, {statement.Statuses(), "done", "completed"},
		{statement.Kinds(), "trainning", ""}, {statement.Audiences(), "", ""}, {statement.Kinds(), "zebra", ""},
	} {
		got, err := statement.FindTerm(c.terms, c.input)
		if c.slug == "" != fault.Is(err, fault.NotFound) || got.Slug != c.slug {
			t.Errorf("%q finds %q, %v; want %q", c.input, got.Slug, err, c.slug)
		}
	}
	_, err := statement.FindTerm(statement.Kinds(), "trainning")
	if f := fault.As(err); f == nil || f.Try != "training" {
		t.Error(err)
	}
}

// No word may mean two terms of a facet.
func TestTermsDoNotClash(t *testing.T) {
	for _, terms := range [][]statement.Term{statement.Kinds(), statement.Exploitations(), statement.Audiences(), statement.Statuses()} {
		for _, term := range terms {
			for _, word := range append([]string{term.Slug, term.Name, term.Plural}, term.Words...) {
				if got, err := statement.FindTerm(terms, word); err != nil || got.Slug != term.Slug {
					t.Errorf("%q of %s finds %q, %v", word, term.Slug, got.Slug, err)
				}
			}
		}
	}
}

func TestFindTLP(t *testing.T) {
	for input, slug := range map[string]string{
		"amber": "AMBER", "TLP:AMBER": "AMBER", "tlp: amber": "AMBER", "TLP AMBER": "AMBER", "AMBER+STRICT": "AMBER+STRICT", "tlp:amber+strict": "AMBER+STRICT",
		"amber strict": "AMBER+STRICT", "GREEN": "GREEN", "clear": "CLEAR", "white": "CLEAR", "TLP:WHITE": "CLEAR",
	} {
		if got, err := statement.FindTLP(input); err != nil || got.Slug != slug {
			t.Errorf("%q: %q, %v", input, got.Slug, err)
		}
	}
	if _, err := statement.FindTLP("tlp:red"); !fault.Is(err, fault.Refused) {
		t.Errorf("red: %v", err)
	}
	for _, input := range []string{"", "blue", "TLP:"} {
		if _, err := statement.FindTLP(input); !fault.Is(err, fault.NotFound) {
			t.Errorf("%q: %v", input, err)
		}
	}
}

func write(t testing.TB, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "c.toml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

const small = `title = "T"
[[agency]]
slug = "osha"
short = "EU-OSHA"
full = "European Agency for Safety and Health at Work"
aliases = ["OSHA"]
seat = "Bilbao"
zone = "Europe/Madrid"
[[commitment]]
number = 1
slug = "safety"
title = "Safe work"
text = "making work safe"
`

func TestLoad(t *testing.T) {
	c, err := statement.Load(write(t, small))
	if err != nil {
		t.Fatal(err)
	}
	if a, err := c.FindAgency("eu osha"); err != nil || a.Seat != "Bilbao" {
		t.Error(a, err)
	}
	if m, err := c.FindCommitment("1"); err != nil || m.Slug != "safety" {
		t.Error(m, err)
	}
	builtin, err := statement.Load("statement.toml")
	if err != nil || len(builtin.Agencies) != 10 {
		t.Errorf("the built-in file does not load: %v", err)
	}
}

func TestLoadNamesEveryProblem(t *testing.T) {
	path := write(t, `titel = "T"
[[agency]]
slug = "osha"
short = "EU-OSHA"
full = "Agency for Work"
zone = "Bilbao"
town = "Bilbao"
[[agency]]
slug = "Osha 2"
full = "agency-for-WORK"
zone = "Local"
[[agency]]
slug = "osha"
short = "!!"
full = "Other"
zone = "Europe/Madrid"
[[commitment]]
number = 2
slug = "mine"
title = "Safe work"
`)
	_, err := statement.Load(path)
	f := fault.As(err)
	if f == nil || f.Code != fault.Invalid {
		t.Fatal(err)
	}
	want := `The catalogue FILE cannot be used. 13 things are wrong:
- line 1: unknown key "titel"
- line 7: unknown key "agency.town"
- the catalogue: title is missing
- agency 1 (osha): zone "Bilbao" is not a time zone such as "Europe/Brussels"
- agency 2 (Osha 2): slug "Osha 2" must begin with a letter and hold only a-z, 0-9 and hyphens, at most 32
- agency 2 (Osha 2): short is missing
- agency 2 (Osha 2): zone "Local" is not a time zone such as "Europe/Brussels"
- agency 2 (Osha 2): "agency-for-WORK" means osha already
- agency 3 (osha): slug "osha" is used twice
- agency 3 (osha): "!!" has neither a letter nor a digit
- commitment 1 (mine): slug "mine" has a meaning of its own in commands
- commitment 1 (mine): text is missing
- commitment 1 (mine): number is 2, and must be 1, since they count from 1 in the order of the file`
	if got := strings.ReplaceAll(f.What, path, "FILE"); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestLoadRefuses(t *testing.T) {
	for text, part := range map[string]string{
		"":                              "there is no [[agency]]",
		"title = ":                      "line 1, column",
		"title = 7\n":                   "line 1, column",
		"\x00\xff":                      "cannot be read as TOML",
		strings.Repeat("#", 1<<20+1):    "larger than 1 MiB",
		small + "words = [\"osha\", 7]": "cannot be read as TOML",
	} {
		if _, err := statement.Load(write(t, text)); fault.As(err) == nil || !strings.Contains(err.Error(), part) {
			t.Errorf("%.30q: %v; want %q in it", text, err, part)
		}
	}
	if _, err := statement.Load(t.TempDir()); !fault.Is(err, fault.NotFound) || !strings.Contains(err.Error(), "it is a folder") {
		t.Errorf("a folder: %v", err)
	}
	if _, err := statement.Load("no-such-file.toml"); !fault.Is(err, fault.NotFound) {
		t.Errorf("no file: %v", err)
	}
}

// One slip in a name of five or more letters either finds its agency or says
// that it does not know; it never finds another.
func TestASlipNeverFindsAnother(t *testing.T) {
	c := statement.Builtin()
	rapid.Check(t, func(t *rapid.T) {
		a := rapid.SampledFrom(c.Agencies).Draw(t, "agency")
		name := []rune(rapid.SampledFrom(append([]string{a.Short, a.Full, a.SignedAs}, a.Aliases...)).Draw(t, "name"))
		if len(name) < 5 {
			return
		}
		i := rapid.IntRange(0, len(name)-2).Draw(t, "at")
		switch rapid.IntRange(0, 2).Draw(t, "slip") {
		case 0:
			name[i], name[i+1] = name[i+1], name[i]
		case 1:
			name = append(name[:i], name[i+1:]...)
		case 2:
			name = append(name[:i], append([]rune{'x'}, name[i:]...)...)
		}
		if got, err := c.FindAgency(string(name)); err == nil && got.Slug != a.Slug {
			t.Fatalf("%q of %s finds %s", string(name), a.Slug, got.Slug)
		}
	})
}

func FuzzLoad(f *testing.F) {
	f.Add(small)
	f.Add("[[agency]]\nslug = 1")
	f.Add("title = \"\"\n[agency]\n")
	f.Fuzz(func(t *testing.T, text string) {
		c, err := statement.Load(write(t, text))
		if err != nil && fault.As(err) == nil {
			t.Fatalf("no fault: %v", err)
		}
		if err == nil && (len(c.Agencies) == 0 || len(c.Commitments) == 0) {
			t.Fatal("an empty catalogue")
		}
	})
}
