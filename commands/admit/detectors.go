package admit

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// span is a piece of a text, in bytes.
type span struct{ from, to int }

// detector finds one kind of personal data by a pure function.
type detector struct {
	name   string
	advice string
	find   func(text string) []span
	mask   func(piece string) string
}

// detectors is every kind that is looked for. It is never changed.
var detectors = []detector{
	{"a mail address", "Name the unit or team instead of its mailbox.", findMail, maskMail},
	{"a phone number", "Name the unit or team instead of its number.", findPhone, maskEnds},
	{"an IBAN", "Leave the account out, or name the budget line.", findIBAN, maskEnds},
}

// advice is what to write instead of a kind.
func advice(kind string) string {
	for _, d := range detectors {
		if d.name == kind {
			return d.advice
		}
	}
	return ""
}

// findMail finds local@domain.tld, also with the sign written out in brackets
// as in "jane [at] example.eu".
func findMail(text string) []span {
	var found []span
	for i := 0; i < len(text); {
		at, size := nextAt(text, i)
		if at < 0 {
			break
		}
		i = at + size
		left, right := at, i
		if size > 1 { // written out: spaces may stand around it
			left = len(strings.TrimRight(text[:at], " "))
			right = len(text) - len(strings.TrimLeft(text[i:], " "))
		}
		from, to := mailStart(text, left), domainEnd(text, right)
		if from < left && to > right {
			found = append(found, span{from, to})
			i = to
		}
	}
	return found
}

// nextAt finds the next at sign, or the word in brackets.
func nextAt(text string, from int) (at, size int) {
	at = -1
	for _, sign := range []string{"@", "＠", "(at)", "[at]", "{at}"} {
		i := strings.Index(text[from:], sign)
		if i >= 0 && (at < 0 || from+i < at) {
			at, size = from+i, len(sign)
		}
	}
	return at, size
}

// mailStart is where the local part that ends at a byte begins. The signs that
// separate the parts of a web address are allowed in none, though the standard
// has them: "/@jane.doe" is the name of an account, and "?to=" no part of one.
func mailStart(text string, end int) int {
	from := end
	for from > 0 {
		c, size := utf8.DecodeLastRuneInString(text[:from])
		if !unicode.IsLetter(c) && !unicode.IsDigit(c) && !strings.ContainsRune("._%+-'’!$*^{}|~", c) {
			break
		}
		from -= size
	}
	for from < end && strings.IndexByte("._%+-'!$*^{}|~", text[from]) >= 0 {
		from++
	}
	return from
}

// domainEnd is where the domain that begins at a byte ends, or that byte where
// there is none with a top level of letters.
func domainEnd(text string, from int) int {
	end, label, labels, letters := from, 0, 0, true
	for i, c := range text[from:] {
		switch {
		case unicode.IsLetter(c) || unicode.IsDigit(c) || c == '-' || unicode.Is(unicode.M, c):
			label++
			letters = letters && !unicode.IsDigit(c)
			if labels > 0 && label >= 2 && letters {
				end = from + i + utf8.RuneLen(c)
			}
		case c == '.' && label > 0:
			labels, label, letters = labels+1, 0, true
		default:
			return end
		}
	}
	return end
}

// maskMail keeps the first letter and the end of the domain.
func maskMail(piece string) string {
	c, _ := utf8.DecodeRuneInString(piece)
	return string(c) + "…" + piece[strings.LastIndexByte(piece, '.'):]
}

// maskEnds keeps the first four and the last two characters.
func maskEnds(piece string) string {
	r := []rune(piece)
	if len(r) < 9 {
		return string(r[:min(2, len(r))]) + "…"
	}
	return string(r[:4]) + "…" + string(r[len(r)-2:])
}
