package chattest

import (
	"fmt"
	"strings"
)

// anything stands for words that the day decides.
const anything = "…"

// differs says in what the lines seen differ from those wanted, or nothing. A
// wanted line that is an ellipsis alone fits any number of lines.
func differs(want, got []string) string {
	for i, w := range want {
		switch {
		case w == anything:
			for skip := i; skip <= len(got); skip++ {
				if differs(want[i+1:], got[skip:]) == "" {
					return ""
				}
			}
			return fmt.Sprintf("not seen:\n\t%s", strings.Join(want[i+1:], "\n\t"))
		case i >= len(got):
			return fmt.Sprintf("not seen:\n\t%s", w)
		case !fits(w, got[i]):
			return fmt.Sprintf("want\n\t%s\ngot\n\t%s", w, got[i])
		}
	}
	if len(got) > len(want) {
		return fmt.Sprintf("more than was wanted:\n\t%s", got[len(want)])
	}
	return ""
}

// commonLines gives lines that fit both.
func commonLines(x, y []string) []string {
	head := 0
	var all []string
	for head < min(len(x), len(y)) && (len(x) == len(y) || x[head] == y[head]) {
		all = append(all, common(x[head], y[head]))
		head++
	}
	if len(x) == len(y) {
		return all
	}
	tail := 0
	for tail < min(len(x), len(y))-head && x[len(x)-1-tail] == y[len(y)-1-tail] {
		tail++
	}
	return append(append(all, anything), x[len(x)-tail:]...)
}

// fits tells whether a line is the wanted one, whose ellipses stand for
// anything.
func fits(want, got string) bool {
	parts := strings.Split(want, anything)
	if len(parts) == 1 {
		return want == got
	}
	last := len(parts) - 1
	rest, ok := strings.CutPrefix(got, parts[0])
	if !ok || !strings.HasSuffix(rest, parts[last]) {
		return false
	}
	rest = rest[:len(rest)-len(parts[last])]
	for _, p := range parts[1:last] {
		_, after, found := strings.Cut(rest, p)
		if !found {
			return false
		}
		rest = after
	}
	return true
}

// common gives a line that fits both: words that differ become an ellipsis.
func common(a, b string) string {
	if a == b {
		return a
	}
	x, y := strings.Split(a, " "), strings.Split(b, " ")
	if len(x) == len(y) {
		var words []string
		for i := range x {
			switch {
			case x[i] == y[i]:
				words = append(words, x[i])
			case len(words) == 0 || words[len(words)-1] != anything:
				words = append(words, anything)
			}
		}
		return strings.Join(words, " ")
	}
	head := 0
	for head < min(len(x), len(y)) && x[head] == y[head] {
		head++
	}
	tail := 0
	for tail < min(len(x), len(y))-head && x[len(x)-1-tail] == y[len(y)-1-tail] {
		tail++
	}
	return strings.Join(append(append(x[:head:head], anything), x[len(x)-tail:]...), " ")
}
