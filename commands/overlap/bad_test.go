package overlap

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"thbot/store/fault"
)

// odd are texts that say little or too much.
func odd() []string {
	return []string{"", " ", "x", "Training", "👮🛂👶🆘", "\x00\xff\xfe", strings.Repeat("a", 4000), strings.Repeat("victim ", 570),
		strings.Repeat("ж", 2000), "Обучение на трудови инспектори: 訓練 تدريب training für Arbeitsinspektoren", "2027 12 3 4 5", "\n\n\n", "key:value \"quoted\" <b>"}
}

func TestOddTexts(t *testing.T) {
	e := builtin()
	var works []Work
	for i, s := range odd() {
		works = append(works, Work{ID: 2*i + 1, Agency: "fra", Title: s, Description: s}, Work{ID: 2*i + 2, Agency: "eige", Title: s})
	}
	x := e.NewIndex()
	x.Build(works)
	for _, w := range works {
		for _, m := range x.Check(w, 30) {
			if !(m.Score >= 0 && m.Score <= 1) || m.B == w.ID {
				t.Fatalf("%q: %v", w.Title, m)
			}
			for _, r := range append(m.Reasons, m.Against...) {
				if r.Text == "" || !utf8.ValidString(r.Text) {
					t.Errorf("%q gives the reason %q", w.Title, r.Text)
				}
			}
		}
	}
	// Nothing said is no evidence: two empty records of two agencies are no flag.
	if m := e.Compare(Work{ID: 1, Agency: "fra"}, Work{ID: 2, Agency: "eige"}); m.Flagged || m.Related {
		t.Errorf("two empty activities: %v", m)
	}
}

// What an emoji brings along is no word, so that a text with one says as much
// as without.
func TestMarksAreNoWords(t *testing.T) {
	e := builtin()
	plain, decked := e.read(Work{Title: "Training for labour inspectors"}), e.read(Work{Title: "⚠\ufe0f Training for labour inspectors 👮\u200d♀\ufe0f"})
	if plain.mean != decked.mean {
		t.Errorf("with emoji the text means %v, without %v", decked.mean, plain.mean)
	}
}

func TestThousandIdentical(t *testing.T) {
	e := builtin()
	base, _ := corpus(t)
	works := make([]Work, 1000)
	for i := range works {
		works[i] = base[1]
		works[i].ID, works[i].Agency = i+1, base[i%len(base)].Agency
	}
	x := e.NewIndex()
	x.Build(works)
	got := x.Check(works[0], 5)
	if len(got) != 5 {
		t.Fatalf("%d matches", len(got))
	}
	for _, m := range got {
		if !m.Flagged || m.Score != got[0].Score {
			t.Errorf("%v", m)
		}
	}
	if got[0].B > got[1].B || got[1].B > got[2].B {
		t.Errorf("ties are not by id: %v", got)
	}
}

func TestBrokenFiles(t *testing.T) {
	dir := t.TempDir()
	write := func(text string) string {
		path := filepath.Join(dir, "file")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	for name, text := range map[string]string{
		"empty": "", "no head": "police 0.1 0.2\n", "words for numbers": "1 2\npolice one two\n", "too few numbers": "1 3\npolice 0.1 0.2\n",
		"too few words": "3 2\npolice 0.1 0.2\n", "not a number": "1 2\npolice NaN 0.2\n", "no width": "1 0\n", "binary": "\x00\x01\x02",
	} {
		_, err := New(Options{VectorsFile: write(text)})
		if f := fault.As(err); f == nil || !strings.Contains(f.What, "line") {
			t.Errorf("vectors, %s: %v", name, err)
		}
	}
	for _, opts := range []Options{{VectorsFile: filepath.Join(dir, "none")}, {LexiconFile: filepath.Join(dir, "none")},
		{LexiconFile: write("no concept\n")}, {Threshold: 1.5}, {Threshold: -1}} {
		if _, err := New(opts); fault.As(err) == nil {
			t.Errorf("%+v: %v", opts, err)
		}
	}
	e, err := New(Options{VectorsFile: write("3 4\npolice 0.1 0.2 0.3 1\nPolizei 0.1 0.2 0.3 0.9\nfarm 1 0 0 0\n")})
	if err != nil {
		t.Fatal(err)
	}
	a, b := Work{ID: 1, Agency: "fra", Title: "police farm"}, Work{ID: 2, Agency: "eige", Title: "Polizei farm"}
	if m := e.Compare(a, b); m.Score <= 0 || m.Score > 1 {
		t.Errorf("with own vectors: %v", m)
	}
}

// FuzzCompare holds that two texts, whatever they are, get a probability, the
// same from either side, with reasons that can be shown, and that neither is
// read otherwise by an engine that has met no word before.
func FuzzCompare(f *testing.F) {
	for _, s := range odd() {
		f.Add(s, "Training for labour inspectors")
	}
	f.Add("Formation pour les inspecteurs du travail\u0301 en Roumanie, U.K.", "Phase two builds on ⚠\ufe0f phase one")
	e := builtin()
	f.Fuzz(func(t *testing.T, a, b string) {
		v, w := Work{ID: 1, Agency: "fra", Title: a, From: "2027"}, Work{ID: 2, Agency: "eige", Title: b, Description: a}
		m, back := e.Compare(v, w), e.Compare(w, v)
		if !(m.Score >= 0 && m.Score <= 1) || m.Score != back.Score {
			t.Fatalf("score %v, from the other side %v", m.Score, back.Score)
		}
		for _, r := range append(m.Reasons, m.Against...) {
			if r.Text == "" || utf8.ValidString(a+b) && !utf8.ValidString(r.Text) {
				t.Errorf("the reason %q", r.Text)
			}
		}
		fresh, err := New(Options{})
		if err != nil {
			t.Fatal(err)
		}
		if p, q := e.read(w), fresh.read(w); !sameReading(&p, &q) {
			t.Fatalf("read as %+v, and anew as %+v", p, q)
		}
	})
}
