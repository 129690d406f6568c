package lexicon

import "testing"

const text300 = "Two-day course in Bucharest for labour inspectors and trade union officials on indicators of forced labour at construction sites and farms. Participants practise interviews with workers through interpreters, learn when to refer possible victims to the national referral mechanism and how to share information with police."

func BenchmarkFind300(b *testing.B) {
	l := Builtin()
	b.ReportAllocs()
	for b.Loop() {
		l.Find(text300)
	}
}
func BenchmarkBuild(b *testing.B) {
	for b.Loop() {
		r, _ := builtinConcepts()
		if _, err := build(r); err != nil {
			b.Fatal(err)
		}
	}
}
