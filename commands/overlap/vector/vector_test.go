package vector

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"thbot/store/fault"
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

func TestBrokenFiles(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"", "line 1: the file is empty"},
		{"police 1 2\n", "line 1: the first line must hold the number of words and the number of dimensions, such as 40000 100"},
		{"2 5000\n", "line 1: the first line must hold"},
		{"-1 2\n", "line 1: the first line must hold"},
		{"99999999999999999999 2\n", "line 1: the first line must hold"},
		{strings.Repeat("x", maxLine+1), "line 1: the line is longer than 1048576 bytes"},
		{"3 2\na 1 2\n", "line 3: the file ends before the 3 words that its first line promises"},
		{"2 2\na 1 2\nb 1\n", "line 3: a word and 2 numbers were expected"},
		{"2 2\na 1 2\n\n", "line 3: a word and 2 numbers were expected"},
		{"2 2\na 1 2\nb 1 two\n", "line 3: one of the numbers cannot be read"},
		{"2 2\na 1 2\nb 1 NaN\n", "line 3: one of the numbers cannot be read"},
		{"2 2\na 1 2\nb 1 1e39\n", "line 3: one of the numbers cannot be read"},
		{"2 2\na 1 2\nb 1 -3e38\n", "line 3: one of the numbers is larger than a million"},
		{"2 2\na 1 2\nb 1 -Inf\n", "line 3: one of the numbers is larger than a million"},
		{"2 2\na 1 2\n\xff 1 2\n", "line 3: the word is not UTF-8 text"},
		{"2 2\na 1 2\nb " + strings.Repeat("1 ", maxLine), "line 3: the line is longer than 1048576 bytes"},
		{"2 2\na 0 0\nb 0 0\n", "line 3: all the words have the same numbers, which tell nothing"},
		{"1 2\na 1 2\n", "line 2: all the words have the same numbers"},
	} {
		_, err := read(strings.NewReader(c.text), "own.vec")
		if f := fault.As(err); f == nil || !strings.HasPrefix(f.What, "The word vectors in own.vec, "+c.want) {
			t.Errorf("%.40q gives %v, want %s", c.text, err, c.want)
		}
	}
}

// TestLoad reads what usual tools write: with a byte order mark, with lines
// that end in CR LF, with a word twice, of which the first counts.
func TestLoad(t *testing.T) {
	s, err := read(strings.NewReader("\ufeff3 2\r\nPolizei 1 2\r\nfarm -1 0.5\r\npolizei 5 5\r\n"), "own.vec")
	if err != nil {
		t.Fatal(err)
	}
	if s.Len() != 3 || s.Row("polizei") != 0 || s.Row("farm") != 1 || s.Row("") != -1 || s.Row("Polizei") != -1 {
		t.Errorf("%d words, polizei in row %d", s.Len(), s.Row("polizei"))
	}
	if _, err := Load(t.TempDir()); !fault.Is(err, fault.Invalid) && !fault.Is(err, fault.NotFound) {
		t.Errorf("a folder: %v", err)
	}
}

// FuzzRead holds that what is refused names the file and a line of it, and that
// every word of what is read has a code that a text can be made of.
func FuzzRead(f *testing.F) {
	f.Add("2 3\na 1 2 3\nb 1 2 4\n")
	f.Add("1 2\na 1 1\n")
	f.Add("\ufeff2 2\r\na 1e5 -1e-9\r\na 0 0")
	f.Fuzz(func(t *testing.T, text string) {
		s, err := read(strings.NewReader(text), "own.vec")
		if err != nil {
			if f := fault.As(err); f == nil || !strings.HasPrefix(f.What, "The word vectors in own.vec, line ") {
				t.Fatalf("%q: %v", text, err)
			}
			return
		}
		for _, w := range strings.Fields(text) {
			row := s.Row(strings.ToLower(w))
			if row < 0 {
				continue
			}
			var sum Sum
			sum.Add(s.Code(row), 1)
			if m := sum.Mean(); !(math.Abs(m.Cosine(&m)) < 1.001) || s.Rank(row) >= s.Len() {
				t.Fatalf("%q: the word %q has the code %v", text, w, s.Code(row))
			}
		}
	})
}
