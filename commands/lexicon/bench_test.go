package lexicon

import (
	"strings"
	"testing"
)

const text300 = "Two-day course in Bucharest for labour inspectors and trade union officials on indicators of forced labour at construction sites and farms. Participants practise interviews with workers through interpreters, learn when to refer possible victims to the national referral mechanism, and share information with police."

func BenchmarkFind300(b *testing.B) {
	l := Builtin()
	b.ReportAllocs()
	for b.Loop() {
		l.Find(text300)
	}
}

func BenchmarkFindLong(b *testing.B) {
	l := Builtin()
	text := strings.Repeat("victims of the trafficking in ", 134)[:4000]
	for b.Loop() {
		l.Find(text)
	}
}

func BenchmarkSuggest300(b *testing.B) {
	l := Builtin()
	for b.Loop() {
		l.Suggest(text300[:100], text300[100:], today)
	}
}

func BenchmarkBuild(b *testing.B) {
	for b.Loop() {
		r, err := builtinConcepts()
		if err != nil {
			b.Fatal(err)
		}
		if _, err := build(r); err != nil {
			b.Fatal(err)
		}
	}
}
