package line_test

import (
	"testing"

	"thbot/commands/line"
)

// TestWithOfAForm holds that a line nobody typed, as a sent form gives it, can
// still be shown as a line that works.
func TestWithOfAForm(t *testing.T) {
	l := line.Line{Text: "Course for consular staff", Pairs: []line.Pair{{Key: "country", Value: "RO, BG"}, {Key: "when", Value: "2027-02-30"}}}
	for _, c := range []struct{ key, value, want string }{
		{"when", "2027-02-28", `Course for consular staff country:"RO, BG" when:2027-02-28`},
		{"kind", "training", `Course for consular staff country:"RO, BG" when:2027-02-30 kind:training`},
	} {
		if got := l.With(c.key, c.value); got != c.want {
			t.Errorf("got %s, want %s", got, c.want)
		}
	}
}
