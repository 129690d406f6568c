package line

import (
	"strings"
	"unicode/utf8"
)

// Nearest finds the word that was probably meant: the one of which the typed
// word is the start (three letters or more, and no other fits), else the one
// with the fewest slips, at most one in a word of up to four letters and two
// in a longer one. Case does not matter.
func Nearest(word string, among []string) (string, bool) {
	word = strings.ToLower(word)
	if begun, ok := begunBy(word, among); ok {
		return begun, true
	}
	best, least := "", 2
	if utf8.RuneCountInString(word) > 4 {
		least = 3
	}
	for _, w := range among {
		if n := Slips(word, strings.ToLower(w)); n < least {
			best, least = w, n
		}
	}
	return best, best != ""
}

// begunBy finds the only word that begins with start.
func begunBy(start string, among []string) (found string, ok bool) {
	if utf8.RuneCountInString(start) < 3 {
		return "", false
	}
	for _, w := range among {
		if strings.EqualFold(w, start) {
			return w, true
		}
		if strings.HasPrefix(strings.ToLower(w), start) {
			if ok {
				return "", false
			}
			found, ok = w, true
		}
	}
	return found, ok
}

// Slips counts the slips between two words: a character left out, added,
// changed, or swapped with its neighbour. Words whose lengths differ by more
// than three characters, or of more than 64, count as many slips as the
// longer one has characters.
func Slips(a, b string) int {
	x, y := []rune(a), []rune(b)
	if len(x)-len(y) > 3 || len(y)-len(x) > 3 || len(x) > 64 || len(y) > 64 {
		return max(len(x), len(y))
	}
	var before, above, row [65]int
	for j := range len(y) + 1 {
		above[j] = j
	}
	for i := 1; i <= len(x); i++ {
		row[0] = i
		for j := 1; j <= len(y); j++ {
			cost := 1
			if x[i-1] == y[j-1] {
				cost = 0
			}
			row[j] = min(above[j]+1, row[j-1]+1, above[j-1]+cost)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, above = above, row
	}
	return above[len(y)]
}
