package vector

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"
)

func TestBuiltin(t *testing.T) {
	s := Builtin()
	if s.Len() < 40_000 {
		t.Fatalf("%d words", s.Len())
	}
	near := func(a, b string) int { return s.Code(s.Row(a)).Differ(s.Code(s.Row(b))) }
	if near("prosecutor", "judge") >= near("prosecutor", "harvest") {
		t.Error("a prosecutor is nearer to a harvest than to a judge")
	}
	if s.Row("no such word") != -1 {
		t.Error("a word that is not there has a row")
	}
}

// TestSignsKeepAngles holds the encoder to what it promises: the share of
// signs that differ is near the angle between the vectors.
func TestSignsKeepAngles(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for _, width := range []int{2, 100, 300} {
		enc, sum := NewEncoder(width), 0.0
		for range 100 {
			a, b := make([]float32, width), make([]float32, width)
			var ab, aa, bb float64
			for i := range a {
				a[i] = float32(rng.NormFloat64())
				b[i] = a[i] + float32(rng.NormFloat64())
				ab, aa, bb = ab+float64(a[i]*b[i]), aa+float64(a[i]*a[i]), bb+float64(b[i]*b[i])
			}
			ca, cb := enc.Encode(a), enc.Encode(b)
			sum += math.Abs(math.Acos(ab/math.Sqrt(aa*bb))/math.Pi - float64(ca.Differ(&cb))/Signs)
		}
		if limit := 0.06; width > 2 && sum/100 > limit {
			t.Errorf("width %d: off by %.3f of a half turn on average", width, sum/100)
		}
	}
}

func TestMarshal(t *testing.T) {
	want := []Entry{{"a", 3, Code{1, 2, 3, 4}}, {"bé", 0, Code{5}}}
	s, err := parse(Marshal(want))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range want {
		if r := s.Row(e.Word); r < 0 || s.Rank(r) != e.Rank || *s.Code(r) != e.Code {
			t.Errorf("%s came back otherwise", e.Word)
		}
	}
	if _, err := parse([]byte("THBVEC2\nabc")); err == nil {
		t.Error("a file cut short was read")
	}
}

func FuzzRead(f *testing.F) {
	f.Add("2 3\na 1 2 3\nb 1 2 3\n")
	f.Add("1 1\na 1\n")
	f.Fuzz(func(t *testing.T, text string) {
		if s, err := read(strings.NewReader(text), "file"); err == nil && s.Len() == 0 {
			t.Error("an empty set without an error")
		}
	})
}
