package token

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// show writes the words of a text, each with the sign of its gap before it.
func show(text string) string {
	var b strings.Builder
	for _, t := range Split(nil, text) {
		b.WriteString([...]string{" ", ",", "."}[t.Gap] + text[t.Start:t.End])
	}
	return strings.TrimSpace(b.String())
}

func TestSplit(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"", ""},
		{"👮\u200d♀\ufe0f \u0301 -", ""},
		{"forced labour", "forced labour"},
		{"child-friendly, victims'", "child friendly,victims"},
		{"a, (b) c/d", "a.b.c,d"},
		{"U.K. 2027–2029", "U.K.2027.2029"},
		{"te\u0301st \u0301te", "te\u0301st te"},
		{"हिन्दी Είναι 訓練", "हिन्दी Είναι 訓練"},
		{"a\xffb\xc3", "a b"},
	} {
		if got := show(c.text); got != c.want {
			t.Errorf("%q: %q, want %q", c.text, got, c.want)
		}
	}
}

// FuzzSplit holds that words lie in order and apart, that each begins with a
// letter or digit, and that none stands between them.
func FuzzSplit(f *testing.F) {
	for _, s := range []string{"forced labour", "U.K.", "\xff\xfe", "👮\u200d♀\ufe0f", "e\u0301", "1\ufe0f\u20e3"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		end := 0
		for _, w := range append(Split(nil, text), Token{Start: len(text), End: len(text)}) {
			if w.Start < end || w.End < w.Start || w.Gap > Stop {
				t.Fatalf("%q: %+v after %d", text, w, end)
			}
			if strings.ContainsFunc(text[end:w.Start], Letter) {
				t.Fatalf("%q: a letter is left out before %d", text, w.Start)
			}
			if first, _ := utf8.DecodeRuneInString(text[w.Start:w.End]); w.End > w.Start && !Letter(first) {
				t.Fatalf("%q: a word begins with %q", text, first)
			}
			for _, r := range text[w.Start:w.End] {
				if !Letter(r) && !unicode.IsMark(r) {
					t.Fatalf("%q: %q stands in a word", text, r)
				}
			}
			end = w.End
		}
	})
}
