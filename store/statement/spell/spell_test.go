package spell_test

import (
	"testing"

	"pgregory.net/rapid"

	"thbot/store/statement/spell"
)

func TestFold(t *testing.T) {
	for in, want := range map[string]string{
		"Côte d’Ivoire": "cote divoire", "eu-LISA": "eu lisa", "U.K.": "uk", "  Straße  ": "strasse", "Łódź": "lodz", "ΕΥΡΩΠΟΛ Ευρωπόλ": "ευρωπολ ευρωπολ",
		"Việt Nam": "viet nam", "e\u0301te\u0301": "ete", "": "", "🙂": "", "a\xffb": "a b", "Ætat": "aetat", "ﬁn": "fin", "Türkiye": "turkiye", "İzmir": "izmir",
	} {
		if got := spell.Fold(in); got != want {
			t.Errorf("Fold(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestFoldOfFoldedStays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		once := spell.Fold(rapid.String().Draw(t, "s"))
		if twice := spell.Fold(once); twice != once {
			t.Fatalf("%q becomes %q", once, twice)
		}
	})
}

// slips is the definition, without limits and cuts.
func slips(a, b string) int {
	d := make([][]int, len(a)+1)
	for i := range d {
		d[i] = make([]int, len(b)+1)
		for j := range d[i] {
			switch {
			case i == 0:
				d[i][j] = j
			case j == 0:
				d[i][j] = i
			default:
				same := 1
				if a[i-1] == b[j-1] {
					same = 0
				}
				d[i][j] = min(d[i-1][j]+1, d[i][j-1]+1, d[i-1][j-1]+same)
				if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
					d[i][j] = min(d[i][j], d[i-2][j-2]+1)
				}
			}
		}
	}
	return d[len(a)][len(b)]
}

func TestSlipsIsTheDefinition(t *testing.T) {
	word := rapid.StringMatching(`[abc]{0,9}`)
	rapid.Check(t, func(t *rapid.T) {
		a, b, limit := word.Draw(t, "a"), word.Draw(t, "b"), rapid.IntRange(0, 4).Draw(t, "limit")
		if got, want := spell.Slips(a, b, limit), min(slips(a, b), limit+1); got != want {
			t.Fatalf("Slips(%q, %q, %d) = %d, want %d", a, b, limit, got, want)
		}
	})
}

func TestNearest(t *testing.T) {
	names := []string{"training", "tool", "Western Balkans"}
	for typed, want := range map[string]string{"trainning": "training", "train": "training", "t": "", "tol": "tool", "westen balkan": "Western Balkans", "zebra": "", "": ""} {
		if got := spell.Nearest(typed, names); got != want {
			t.Errorf("Nearest(%q) = %q, want %q", typed, got, want)
		}
	}
}
