package statement_test

import (
	"bufio"
	"os"
	"strings"
	"testing"

	"thbot/store/fault"
	"thbot/store/statement"
)

// The table holds what people type, "input → slug"; "→ -" finds none.
func TestFindAgency(t *testing.T) {
	file, err := os.Open("testdata/agencies.golden")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	n := 0
	for lines := bufio.NewScanner(file); lines.Scan(); n++ {
		input, slug, ok := strings.Cut(lines.Text(), " → ")
		if !ok {
			t.Fatalf("no arrow in %q", lines.Text())
		}
		a, err := statement.Builtin().FindAgency(input)
		switch {
		case slug == "-" && !fault.Is(err, fault.NotFound):
			t.Errorf("%q finds %q, %v; want nothing", input, a.Slug, err)
		case slug != "-" && (err != nil || a.Slug != slug):
			t.Errorf("%q finds %q, %v; want %s", input, a.Slug, err, slug)
		}
	}
	if n < 150 {
		t.Errorf("only %d lines", n)
	}
}

func TestFindAgencyNamesTheNearest(t *testing.T) {
	for input, want := range map[string]string{
		"Frotnxe":  `There is no agency "Frotnxe" in the network. The nearest is Frontex. Try: Frontex`,
		"EUBA":     `There is no agency "EUBA" in the network. The nearest is EUAA. Try: EUAA`,
		"":         `The name of an agency is missing. Try: EUAA`,
		"Interpol": `There is no agency "Interpol" in the network. It has EUAA, Europol, eu-LISA, EUDA, Eurojust, EIGE, Frontex, Eurofound, FRA and CEPOL. Try: EUAA`,
	} {
		if _, err := statement.Builtin().FindAgency(input); err == nil || err.Error() != want {
			t.Errorf("%q: %v", input, err)
		}
	}
}

// Each form of each agency finds it in capitals, without spaces and with a
// typographic apostrophe as well.
func TestEveryFormFindsItsAgency(t *testing.T) {
	c := statement.Builtin()
	for _, a := range c.Agencies {
		for _, form := range append([]string{a.Slug, a.Short, a.Full, a.SignedAs}, a.Aliases...) {
			for _, typed := range []string{form, strings.ToUpper(form), strings.ToLower(form), strings.ReplaceAll(form, " ", "-"),
				strings.ReplaceAll(form, " ", ""), strings.ReplaceAll(form, "'", "’"), "  " + form + " "} {
				if got, err := c.FindAgency(typed); err != nil || got.Slug != a.Slug {
					t.Errorf("%q finds %q, %v; want %s", typed, got.Slug, err, a.Slug)
				}
			}
		}
	}
}

func FuzzFindAgency(f *testing.F) {
	for _, s := range []string{"euoropol", "EUAA (EASO)", "\xff", "ß", "a/b,c", strings.Repeat("é", 300), "7", "#11"} {
		f.Add(s)
	}
	c := statement.Builtin()
	f.Fuzz(func(t *testing.T, input string) {
		a, err := c.FindAgency(input)
		if _, known := c.Agency(a.Slug); known == (err != nil) {
			t.Fatalf("%q: %q, %v", input, a.Slug, err)
		}
		m, err := c.FindCommitment(input)
		if _, known := c.Commitment(m.Slug); known == (err != nil) {
			t.Fatalf("%q: %q, %v", input, m.Slug, err)
		}
		if _, err := statement.FindTerm(statement.Audiences(), input); err != nil && fault.As(err) == nil {
			t.Fatal(err)
		}
		if _, err := statement.FindTLP(input); err != nil && fault.As(err) == nil {
			t.Fatal(err)
		}
	})
}

func BenchmarkFindAgency(b *testing.B) {
	c := statement.Builtin()
	for _, input := range []string{"easo", "EUAA", "euoropol", "nobody we know"} {
		b.Run(input, func(b *testing.B) {
			for b.Loop() {
				_, _ = c.FindAgency(input)
			}
		})
	}
}
