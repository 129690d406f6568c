package lexicon

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"thbot/store/fault"
)

func TestBuiltinIsSound(t *testing.T) {
	l := Builtin()
	if n := len(l.Concepts()); n < 350 {
		t.Errorf("%d concepts, want at least 350", n)
	}
	for i, c := range l.Concepts() {
		if c.Index != i || l.Concept(c.ID) != c {
			t.Errorf("%s is not found where it stands", c.ID)
		}
		if len(c.Words["en"]) == 0 {
			t.Errorf("%s has no English words", c.ID)
		}
		if c.Name == "" || strings.ContainsAny(c.Name, "*~") {
			t.Errorf("%s has the name %q", c.ID, c.Name)
		}
		if slices.Contains(l.Wider(c), c) {
			t.Errorf("%s is broader than itself", c.ID)
		}
	}
}

// Every phrase of the data must be found in a text that is the phrase, or it
// is dead: hidden by a longer reading, or by a mistake in its marks.
func TestEveryPhraseIsFound(t *testing.T) {
	l := Builtin()
	for _, c := range l.Concepts() {
		for lang, phrases := range c.Words {
			for _, phrase := range phrases {
				p, _ := parsePattern(phrase)
				if p.guarded(lang) {
					continue
				}
				text := strings.ReplaceAll(phrase, "*", "")
				found := slices.ContainsFunc(l.Find(text), func(h Hit) bool {
					return h.Concept == c || slices.Contains(l.Wider(h.Concept), c)
				})
				if !found {
					t.Errorf("%s: %q (%s) is read as %v", c.ID, phrase, lang, ids(l.Find(text)))
				}
			}
		}
	}
}

func TestMerge(t *testing.T) {
	l, err := merged("own.txt", []byte("\ufeff# our own\r\n[berry-picking]\nen: cloud picking\nname: picking of berries\n\n"+
		"[seaweed] sector\nbroader: fishing\nfacets: exploitation labour 0.5, commitments our-own\nen: seaweed harvest*\n"))
	if err != nil {
		t.Fatal(err)
	}
	if got := l.Concept("berry-picking"); got.Name != "picking of berries" || got.Kind != "sector" || len(got.Facets) != 1 {
		t.Errorf("merged concept is %+v", got)
	}
	if got := ids(l.Find("Seaweed harvesting and cloud picking; berry pickers")); !slices.Equal(got, []string{"seaweed", "berry-picking", "berry-picking"}) {
		t.Errorf("found %v", got)
	}
	if Builtin().Concept("seaweed") != nil || Builtin().Concept("berry-picking").Name != "berry picking" {
		t.Error("the built-in lexicon has changed")
	}
}

func TestLoad(t *testing.T) {
	if l, err := Load(""); err != nil || l != Builtin() {
		t.Errorf("no file gives %v, %v", l, err)
	}
	file := filepath.Join(t.TempDir(), "own.txt")
	if _, err := Load(file); !fault.Is(err, fault.NotFound) {
		t.Errorf("a file that is not there: %v", err)
	}
	if _, err := Load(filepath.Dir(file)); !fault.Is(err, fault.NotFound) {
		t.Errorf("a folder: %v", err)
	}
	if err := os.WriteFile(file, make([]byte, maxFile+1), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Load(file); !fault.Is(err, fault.Invalid) || !strings.Contains(err.Error(), file) {
		t.Errorf("a file that is too large: %v", err)
	}
	if err := os.WriteFile(file, []byte("[new] theme\nen: brand new thing\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if l, err := Load(file); err != nil || l.Concept("new") == nil {
		t.Errorf("a good file: %v", err)
	}
}

func TestBrokenFiles(t *testing.T) {
	for _, x := range []struct{ text, want string }{
		{"en: word", `own.txt, line 1: A line before the first concept. Try: [reflection-period] right`},
		{"# x\n[Two Words] theme", `own.txt, line 2: A concept begins with its id, lower-case letters and hyphens, in brackets. Try: [reflection-period] right`},
		{"[new]\nen: word", `own.txt, line 1: The new concept new has no kind. Kinds are: purpose, exploitation, victim, crime, right, method, system, place, product, audience, sector, body, theme. Try: [new] theme`},
		{"[new] thing", `own.txt, line 1: "thing" is no kind of concept. Kinds are: purpose, exploitation, victim, crime, right, method, system, place, product, audience, sector, body, theme. Try: [new] theme`},
		{"[a1] theme\nen: x1\n[a1] theme", `own.txt, line 3: The concept a1 stands in line 1 already.`},
		{"[a1] theme\nxx: word", `own.txt, line 2: "xx" is neither name, broader, facets nor the code of an official EU language. Try: en: reflection period, recovery period`},
		{"[a1] theme\nword", `own.txt, line 2: Expected a key, a colon and a value. Try: en: reflection period, recovery period`},
		{"[a1] theme\nen: a*b", `own.txt, line 2: The phrase "a*b" has a star inside a word; it may stand at the beginning or the end.`},
		{"[a1] theme\nen: ab*", `own.txt, line 2: The phrase "ab*" is a star on fewer than three letters.`},
		{"[a1] theme\nen: *one* *two* *three* *four* *five*", `own.txt, line 2: The phrase "*one* *two* *three* *four* *five*" has more than four words with a star.`},
		{"[a1] theme\nen: " + strings.Repeat("x ", maxParts+1), `own.txt, line 2: The phrase "x x x x x x x x x x x x x" has more than twelve words.`},
		{tooManyConcepts(), fmt.Sprintf(`own.txt, line %d: There are more than 5000 concepts.`, 2*(maxConcepts-len(Builtin().Concepts()))+1)},
		{tooManyPhrases(), `own.txt, line 4: The concept a1 has more than 2000 phrases in one language.`},
		{"[a1] theme\nen: !!", `own.txt, line 2: The phrase "!!" has no letters.`},
		{"[a1] theme\nfacets: audience", `own.txt, line 2: "audience" is not a facet, a value and a strength. Try: facets: audience children 0.8`},
		{"[a1] theme\nfacets: people children", `own.txt, line 2: "people" is no facet a concept can speak for: these are commitments, kind, audience and exploitation. Try: facets: audience children 0.8`},
		{"[a1] theme\nfacets: audience martians", `own.txt, line 2: "martians" is no value of audience.`},
		{"[a1] theme\nfacets: audience children NaN", `own.txt, line 2: The strength "NaN" is not a number above 0 and up to 1. Try: facets: audience children 0.8`},
		{"[a1] theme\nbroader: nowhere\nen: word", `own.txt, line 1: a1 names the broader concept nowhere, which does not exist.`},
		{"[a1] theme\nbroader: b1\nen: word\n[b1] theme\nbroader: a1\nen: word", `own.txt, line 1: The broader concepts of a1 lead back to it.`},
		{"[a1] theme\n", `own.txt, line 1: a1 has no words in any language.`},
		{"[a1] theme\nen: \xff", `own.txt, line 2: This is not UTF-8 text.`},
		{"[a1] theme\nen: " + strings.Repeat("x", maxLine), `own.txt, line 2: The line is longer than 8192 bytes.`},
	} {
		_, err := merged("own.txt", []byte(x.text))
		if err == nil {
			t.Errorf("%.60q is taken", x.text)
			continue
		}
		if f := fault.As(err); f == nil || f.Error() != x.want {
			t.Errorf("%.60q gives\n%v, want\n%v", x.text, err, x.want)
		}
	}
}

func tooManyConcepts() string {
	var b strings.Builder
	for i := range maxConcepts + 1 {
		fmt.Fprintf(&b, "[n%d] theme\nen: word\n", i)
	}
	return b.String()
}

func tooManyPhrases() string {
	var b strings.Builder
	b.WriteString("[a1] theme")
	for i := range maxPhrases + 1 {
		if i%800 == 0 {
			b.WriteString("\nen: ")
		}
		fmt.Fprintf(&b, "word%d,", i)
	}
	return b.String()
}

func FuzzLoad(f *testing.F) {
	f.Add([]byte("[a1] theme\nbroader: children\nfacets: audience children 0.5\nen: word, two words, ABC, pre*, *suf, ~x\n"))
	f.Add([]byte("[children]\nde: \xff"))
	f.Add([]byte("[a] theme\nbroader: a\nen: *"))
	f.Add([]byte("[b] theme\nde: *eins* *zwei* *drei* *vier*, ~und\nen: *one* the two's"))
	f.Add([]byte(" "))
	f.Fuzz(func(t *testing.T, text []byte) {
		r := newReader()
		err := r.read("fuzz.txt", text)
		if err == nil {
			err = r.check()
		}
		if err != nil {
			if f := fault.As(err); f == nil || !strings.HasPrefix(f.What, "fuzz.txt, line ") {
				t.Errorf("not a fault with a line: %v", err)
			}
			return
		}
		l, err := build(r)
		if err != nil {
			t.Fatal(err)
		}
		checkHits(t, string(text), l.Find(string(text)))
	})
}
