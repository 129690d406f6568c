package overlap

import (
	"strconv"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"
)

// textOf draws a text of words that the engine, the lexicon and the gazetteer
// know, of signs and marks, and of anything.
func textOf(words []string) *rapid.Generator[string] {
	signs := []string{" ", " ", " ", ", ", ". ", "-", "'s ", "’s ", "/", "\n", "\xff", "\u0301", "\ufe0f", "👮\u200d♀\ufe0f", "U.K.", "हिन्दी", "phase two", "builds on"}
	part := rapid.OneOf(rapid.SampledFrom(words), rapid.SampledFrom(words), rapid.SampledFrom(signs), rapid.String(),
		rapid.Map(rapid.SampledFrom(words), strings.ToUpper))
	return rapid.Map(rapid.SliceOfN(part, 0, 60), func(parts []string) string { return strings.Join(parts, " ") })
}

// written are the words of the labelled registers and the names of the
// lexicon's concepts.
func written(t testing.TB, e *Engine) []string {
	var out []string
	for _, r := range registers(t) {
		for _, w := range r.works {
			out = append(out, strings.Fields(w.Title+" "+w.Description)...)
		}
	}
	for _, c := range e.lexicon.Concepts() {
		for _, phrases := range c.Words {
			out = append(out, strings.Trim(phrases[0], "*~"))
		}
	}
	return out
}

// TestReadAlike holds that a text is read the same whatever the engine has
// read before.
func TestReadAlike(t *testing.T) {
	seasoned := builtin()
	words := written(t, seasoned)
	text := textOf(words)
	rapid.Check(t, func(t *rapid.T) {
		w := Work{ID: 1, Title: text.Draw(t, "title"), Description: text.Draw(t, "description")}
		fresh, err := New(Options{})
		if err != nil {
			t.Fatal(err)
		}
		if a, b := fresh.read(w), seasoned.read(w); !sameReading(&a, &b) {
			t.Fatalf("read as %+v, then as %+v", a, b)
		}
	})
}

func sameReading(a, b *profile) bool {
	return a.mean == b.mean && a.mute == b.mute && a.wardKey == b.wardKey && a.cellKey == b.cellKey && a.aimKey == b.aimKey &&
		a.where == b.where && a.stage == b.stage && compareIdeas(a.ideas, a.ideas) == compareIdeas(a.ideas, b.ideas) && len(a.ideas) == len(b.ideas)
}

// TestWordTable holds that a word is the same one for all who look for it at
// once, and still known for what it is when the table is full.
func TestWordTable(t *testing.T) {
	e, err := New(Options{})
	if err != nil {
		t.Fatal(err)
	}
	fill := func() {
		for i := range maxKnown + 1000 {
			e.words.look("x" + strconv.Itoa(i))
		}
	}
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(fill)
	}
	wg.Wait()
	if n := e.words.known.Load(); n < maxKnown || n > maxKnown+4 {
		t.Errorf("%d words are kept", n)
	}
	if a, b := e.words.look("x1"), e.words.look("x1"); a != b {
		t.Error("a word that is kept was made again")
	}
	for _, s := range []string{"Training", "victims", "the", "II", "Romania"} {
		got, want := e.words.look(s), builtin().words.look(s)
		if got.stem != want.stem || got.row != want.row || got.weight != want.weight || got.staged != want.staged || got.place != want.place {
			t.Errorf("%s is %+v in a full table, else %+v", s, got, want)
		}
	}
	w := Work{Title: strings.Repeat("victims ", 500)}
	if a, b := e.read(w), builtin().read(w); !sameReading(&a, &b) {
		t.Error("a text is read otherwise with a full table")
	}
}
