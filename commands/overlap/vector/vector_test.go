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
	near := func(a, b string) float64 {
		var x, y Sum
		x.Add(s.Code(s.Row(a)), 1)
		y.Add(s.Code(s.Row(b)), 1)
		m, n := x.Mean(), y.Mean()
		return m.Cosine(&n)
	}
	if near("prosecutor", "judge") <= near("prosecutor", "harvest") {
		t.Error("a prosecutor is nearer to a harvest than to a judge")
	}
	if s.Row("no such word") != -1 {
		t.Error("a word that is not there has a row")
	}
}

// TestReduceKeepsAngles holds Reduce to what it promises: where the vectors lie
// in few directions, the angles between them stay.
func TestReduceKeepsAngles(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for _, width := range []int{40, 300} {
		const n = 400
		planes := make([][]float64, 20)
		for k := range planes {
			planes[k] = make([]float64, width)
			for i := range planes[k] {
				planes[k][i] = rng.NormFloat64()
			}
		}
		data, sample := make([]float32, n*width), []int{}
		for i := range n {
			sample = append(sample, i)
			for _, p := range planes {
				x := rng.NormFloat64()
				for d := range p {
					data[i*width+d] += float32(x * p[d])
				}
			}
		}
		codes, off := Reduce(data, width, sample), 0.0
		for i := 1; i < n; i++ {
			var a, b Sum
			a.Add(&codes[i-1], 1)
			b.Add(&codes[i], 1)
			x, y := a.Mean(), b.Mean()
			off += math.Abs(x.Cosine(&y) - cosine(data[(i-1)*width:i*width], data[i*width:(i+1)*width]))
		}
		if off /= n; off > 0.1 {
			t.Errorf("width %d: the cosines are off by %.3f on average", width, off)
		}
	}
}

func cosine(a, b []float32) float64 {
	var ab, aa, bb float64
	for i := range a {
		ab, aa, bb = ab+float64(a[i]*b[i]), aa+float64(a[i]*a[i]), bb+float64(b[i]*b[i])
	}
	return ab / math.Sqrt(aa*bb)
}

func TestMeanOfNothing(t *testing.T) {
	var s Sum
	nothing := s.Mean()
	s.Add(Builtin().Code(Builtin().Row("harvest")), 1)
	some := s.Mean()
	if nothing.Cosine(&some) != 0 || nothing.Cosine(&nothing) != 0 {
		t.Error("a text without words is near to something")
	}
	if c := some.Cosine(&some); math.Abs(c-1) > 1e-6 {
		t.Errorf("a text has the cosine %v with itself", c)
	}
}

func TestMarshal(t *testing.T) {
	want := []Entry{{"a", 3, Code{1, -2, 3, 127}}, {"bé", 0, Code{5}}}
	s, err := parse(string(Marshal(want)))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range want {
		if r := s.Row(e.Word); r < 0 || s.Rank(r) != e.Rank || *s.Code(r) != e.Code {
			t.Errorf("%s came back otherwise", e.Word)
		}
	}
	if _, err := parse("THBVEC3\nabc"); err == nil {
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
