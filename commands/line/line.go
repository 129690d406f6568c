// Package line reads what people type after a subcommand: free text with
// key:value parts in it.
//
// A key is one of the subcommand's own keys, in any case, at the start of a
// word and directly followed by a colon and a value; any other colon is text
// ("10:30", "https://…", "Objective: …"). A value ends at the next space, or
// at its closing quote; several values are joined by commas. Quotes may be
// "…", “…”, „…“, „…”, ”…”, «…» and »…«. A word one slip away from a key, with
// colon and value, is asked about.
//
// The package promises that every byte of the text comes out as it went in,
// less the recognised parts, the white space around them, and one outer pair
// of quotes where the whole text is one quoted string. Between two pieces of
// text exactly one of the original white space characters stays, a line break
// before a space. Faults of this package give the whole input back.
//
// Limits: input of 64 KiB; dashes are kept as typed also in values, since a
// title may stand in one (who reads dates takes every dash alike). Whether a
// text may be stored is asked of commands/admit.
package line

import (
	"strings"
	"unicode/utf8"

	"thbot/store/fault"
)

// The limits of what is typed. Bytes count the whole line, the others
// characters, that is Unicode code points.
const (
	MaxBytes = 64 << 10
	MaxTitle = 200
	MaxText  = 3000
)

// Line is a line that was read.
type Line struct {
	Text   string  // what is left as text
	Pairs  []Pair  // in the order of their first appearance
	Strays []Stray // what stayed text and looks like a pair, in the order of appearance, at most maxStrays

	input string
}

// Pair is a recognised key with its value.
type Pair struct {
	Key    string   // as it stands in the subcommand's list
	Value  string   // as typed, less the quotes; empty only when typed as ""
	Values []string // Value cut at its commas, trimmed, without empty ones
	Raw    string   // key, colon and value as typed

	spans []span
}

// Stray is a word with a colon and a value that stayed text: the word is no key,
// or a space came after the colon.
type Stray struct {
	Word  string // before the colon, as typed
	Key   string // the key that the word is, where it was the space; else empty
	Value string // less the quotes; after a space, the rest of the line
}

// maxStrays bounds what is kept of a text with a colon in every word.
const maxStrays = 16

// span is a part of the input, in bytes.
type span struct{ from, to int }

// Get returns the pair of a key.
func (l Line) Get(key string) (Pair, bool) {
	for _, p := range l.Pairs {
		if p.Key == key {
			return p, true
		}
	}
	return Pair{}, false
}

// With is the line as it was typed, with another value for the key, which is
// added at the end where it was not given: the line that works, for a fault.
func (l Line) With(key, value string) string {
	if l.input == "" {
		return l.composed(key, value)
	}
	pair := key + ":" + enclose(value)
	p, ok := l.Get(key)
	if !ok {
		return strings.TrimSpace(strings.TrimSpace(l.input) + " " + pair)
	}
	first := p.spans[0]
	if after := l.input[first.to:]; after != "" && !isSpace(firstRune(after)) && !startsQuoted(pair[len(key)+1:]) {
		pair = key + `:"` + value + `"` // text follows without a space, and must not run into the value
	}
	return l.input[:first.from] + pair + cut(l.input[first.to:], shift(p.spans[1:], first.to))
}

// composed is With for a line that nobody typed, such as a sent form.
func (l Line) composed(key, value string) string {
	parts := []string{strings.TrimSpace(l.Text)}
	for _, p := range l.Pairs {
		if p.Key != key {
			parts = append(parts, p.Key+":"+enclose(p.Value))
		}
	}
	return strings.TrimSpace(strings.Join(append(parts, key+":"+enclose(value)), " "))
}

// enclose puts a value into quotes where it needs them.
func enclose(value string) string {
	switch {
	case value != "" && strings.IndexFunc(value, isSpace) < 0 && !startsQuoted(value):
		return value
	case strings.Contains(value, `"`):
		return "“" + value + "”"
	}
	return `"` + value + `"`
}

// Read takes the pairs out of what was typed. The keys named in many may be
// given more than once and are joined; any other key given twice is a fault
// that names both values.
func Read(input string, keys []string, many ...string) (Line, error) {
	if len(input) > MaxBytes {
		return Line{}, fault.New(fault.Invalid, "This line has %d KiB; I take %d KiB at most.", (len(input)+1023)>>10, MaxBytes>>10).WithBack(input)
	}
	r := reader{input: input, keys: keys, many: many, line: Line{input: input}}
	for at := 0; at < len(input); {
		next, err := r.word(at)
		if err != nil {
			return Line{}, err
		}
		at = next
	}
	r.line.Text = unquote(cut(input, r.spans))
	return r.line, nil
}

// cut takes the spans out of s; what stays of the white space around them is
// said in the package comment.
func cut(s string, spans []span) string {
	if len(spans) == 0 {
		return s
	}
	var b strings.Builder
	rest := 0
	for i := 0; i < len(spans); {
		from, to := widen(s, spans[i])
		gap := s[from:spans[i].from]
		for last := i; ; i++ { // pairs with only white space between them are one cut
			if i > last && (i == len(spans) || spans[i].from > to) {
				gap += s[spans[i-1].to:to]
				break
			}
			if i > last {
				gap += s[spans[i-1].to:spans[i].from]
				_, to = widen(s, spans[i])
			}
		}
		b.WriteString(s[rest:from])
		if from > 0 && to < len(s) {
			b.WriteString(oneOf(gap))
		}
		rest = to
	}
	b.WriteString(s[rest:])
	return b.String()
}

// widen stretches a span over the white space on both sides.
func widen(s string, sp span) (from, to int) {
	from = len(strings.TrimRightFunc(s[:sp.from], isSpace))
	to = len(s) - len(strings.TrimLeftFunc(s[sp.to:], isSpace))
	return from, to
}

// shift moves spans by n bytes towards the start.
func shift(spans []span, n int) []span {
	out := make([]span, len(spans))
	for i, sp := range spans {
		out[i] = span{sp.from - n, sp.to - n}
	}
	return out
}

// oneOf picks what stays of some white space: a line break, else its first
// character.
func oneOf(gap string) string {
	if i := strings.IndexByte(gap, '\n'); i >= 0 {
		if i > 0 && gap[i-1] == '\r' {
			return "\r\n"
		}
		return "\n"
	}
	_, n := utf8.DecodeRuneInString(gap)
	return gap[:n]
}

// Word takes the first word off, and the white space after it: a subcommand,
// an id, and what follows.
func Word(input string) (first, rest string) {
	input = strings.TrimLeftFunc(input, isSpace)
	end := strings.IndexFunc(input, isSpace)
	if end < 0 {
		return input, ""
	}
	return input[:end], strings.TrimLeftFunc(input[end:], isSpace)
}
