// Package spell compares names as people type them.
//
// Fold makes two spellings of one name equal: case, marks on letters,
// apostrophes, full stops and the difference between a hyphen and a space do
// not count. Slips counts typing mistakes between two folded names.
//
// Promises: Fold of a folded name is that name; nothing here panics, whatever
// the bytes; time is linear in the length for Fold and bounded for Slips.
//
// Limits: letters outside the Latin, Greek and Cyrillic scripts are compared as
// they are, lower-cased. Letters are not transliterated: "Athina" and "Αθήνα"
// stay different.
package spell

import (
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// table maps the runes of the European alphabets to what they are compared as.
var table = sync.OnceValue(func() *[0x530]string {
	special := map[rune]string{'ß': "ss", 'ø': "o", 'ł': "l", 'đ': "d", 'ð': "d", 'æ': "ae", 'œ': "oe", 'þ': "th", 'ı': "i", 'ħ': "h"}
	var t [0x530]string
	for c := range rune(len(t)) {
		low := unicode.ToLower(c)
		if s, ok := special[low]; ok {
			t[c] = s
			continue
		}
		for _, d := range norm.NFKD.String(string(low)) {
			if d == 'ς' {
				d = 'σ'
			}
			if unicode.IsLetter(d) || unicode.IsDigit(d) {
				t[c] += string(unicode.ToLower(d))
			}
		}
	}
	return &t
})

// Fold gives the form under which a name is compared: its words in small
// letters without marks, one space between them. A hyphen or another sign
// divides words; an apostrophe and a full stop join what stands around them,
// so that "d’Ivoire" is "divoire" and "U.K." is "uk".
func Fold(s string) string {
	return string(AppendFold(make([]byte, 0, len(s)+8), s, ' '))
}

// Key is Fold without the spaces, for lookups in which "Euro just" and
// "eu-LISA" find what "Eurojust" and "euLISA" find.
func Key(s string) string {
	return string(AppendFold(make([]byte, 0, len(s)+8), s, 0))
}

// AppendFold appends the folded s to b, with gap between words, or with
// nothing between them where gap is zero.
func AppendFold(b []byte, s string, gap byte) []byte {
	start, divide := len(b), false
	for i := 0; i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf {
			i++
			switch {
			case c >= 'A' && c <= 'Z':
				b, divide = append(divided(b, start, divide, gap), c+'a'-'A'), false
			case c >= 'a' && c <= 'z', c >= '0' && c <= '9':
				b, divide = append(divided(b, start, divide, gap), c), false
			case c != '.' && c != '\'':
				divide = true
			}
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		i += size
		switch {
		case int(r) < len(table()) && table()[r] != "":
			b, divide = append(divided(b, start, divide, gap), table()[r]...), false
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			b, divide = appendRune(divided(b, start, divide, gap), r), false
		case r != '’' && r != '‘' && r != 'ʼ' && r != '\u00ad' && !unicode.Is(unicode.Mn, r):
			divide = true
		}
	}
	return b
}

func divided(b []byte, start int, divide bool, gap byte) []byte {
	if divide && gap != 0 && len(b) > start {
		return append(b, gap)
	}
	return b
}

// appendRune folds a rune beyond the table. What decomposes into a letter of
// the table and its marks (as in Vietnamese) is that letter.
func appendRune(b []byte, r rune) []byte {
	for _, d := range norm.NFKD.String(string(unicode.ToLower(r))) {
		switch {
		case unicode.Is(unicode.Mn, d):
		case int(d) < len(table()) && table()[d] != "":
			b = append(b, table()[d]...)
		case unicode.IsLetter(d) || unicode.IsDigit(d):
			b = utf8.AppendRune(b, unicode.ToLower(d))
		}
	}
	return b
}

// Allowed is how many slips a word of n letters may hold and still be read as
// the word meant: none up to four letters, one up to seven, then two.
func Allowed(n int) int {
	switch {
	case n < 5:
		return 0
	case n < 8:
		return 1
	}
	return 2
}

// Slips counts the letters left out, added, changed, or swapped with their
// neighbour between a and b, up to limit; more than limit is limit+1. It
// compares bytes, which after Fold are letters in most of Europe, and takes
// names of up to 127 bytes; longer ones differ by limit+1 unless equal.
func Slips(a, b string, limit int) int {
	if a == b {
		return 0
	}
	if len(a) > 127 || len(b) > 127 || len(a)-len(b) > limit || len(b)-len(a) > limit {
		return limit + 1
	}
	var rows [3][128]int
	before, above, row := &rows[0], &rows[1], &rows[2]
	for j := range len(b) + 1 {
		above[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		least := i
		for j := 1; j <= len(b); j++ {
			row[j] = min(above[j]+1, row[j-1]+1, above[j-1]+differs(a[i-1], b[j-1]))
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
			least = min(least, row[j])
		}
		if least > limit {
			return limit + 1
		}
		before, above, row = above, row, before
	}
	return min(above[len(b)], limit+1)
}

func differs(x, y byte) int {
	if x == y {
		return 0
	}
	return 1
}

// Nearest gives the name among those that lies fewest slips from the typed
// one, at most a third of its letters and three away; of equals the first.
// Where none is that near, it gives the only name that begins with what was
// typed, or "".
func Nearest(typed string, among []string) string {
	key := Key(typed)
	best, least := "", min(len(key)/3, 3)+1
	for _, name := range among {
		if n := Slips(key, Key(name), least-1); n < least {
			best, least = name, n
		}
	}
	if best != "" || len(key) < 3 {
		return best
	}
	for _, name := range among {
		if strings.HasPrefix(Key(name), key) {
			if best != "" {
				return ""
			}
			best = name
		}
	}
	return best
}
