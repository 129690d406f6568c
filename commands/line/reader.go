package line

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"thbot/store/fault"
)

// reader walks over a line, word by word.
type reader struct {
	input string
	keys  []string
	many  []string
	line  Line
	spans []span
}

// word looks at what stands at a byte: white space, a pair, or text up to the
// next white space. It returns where to go on.
func (r *reader) word(at int) (next int, err error) {
	rest := r.input[at:]
	if text := strings.TrimLeftFunc(rest, isSpace); len(text) < len(rest) {
		return at + len(rest) - len(text), nil
	}
	name, ok := keyLike(rest)
	if !ok {
		return at + wordEnd(rest), nil
	}
	after := rest[len(name)+1:]
	key, known := r.key(name)
	switch {
	case known && after == "":
		return 0, r.noValue(name, key, at)
	case known && isSpace(firstRune(after)):
		rest, _, _ := strings.Cut(after, "\n")
		r.stray(name, key, rest)
		return at + len(name) + 1, nil
	case known:
		return r.pair(at, name, key)
	case after != "" && !isSpace(firstRune(after)) && !strings.HasPrefix(after, "//"):
		if near, ok := r.slip(name); ok {
			return 0, r.ask(name, near, at)
		}
		if value, _, unclosed := readValue(after); unclosed == "" {
			r.stray(name, "", value)
		}
	}
	return at + wordEnd(rest), nil
}

// stray keeps what stays text and looks like a pair.
func (r *reader) stray(word, key, value string) {
	if value = strings.TrimFunc(value, isSpace); value != "" && len(r.line.Strays) < maxStrays {
		r.line.Strays = append(r.line.Strays, Stray{word, key, value})
	}
}

// keyLike gives the word before a colon, where it could be a key: letters,
// digits and hyphens, and a letter first.
func keyLike(s string) (string, bool) {
	for i, c := range s {
		switch {
		case c == ':':
			return s[:i], i > 0
		case unicode.IsLetter(c):
		case i > 0 && (unicode.IsDigit(c) || c == '-' || c == '_'):
		default:
			return "", false
		}
	}
	return "", false
}

// key finds the subcommand's key that a word names, in any case.
func (r *reader) key(name string) (string, bool) {
	for _, k := range r.keys {
		if strings.EqualFold(k, name) {
			return k, true
		}
	}
	return "", false
}

// slip finds the key that a word misses by one slip. A single letter is no
// slip of anything.
func (r *reader) slip(name string) (string, bool) {
	if utf8.RuneCountInString(name) < 2 {
		return "", false
	}
	for _, k := range r.keys {
		if Slips(strings.ToLower(name), k) == 1 {
			return k, true
		}
	}
	return "", false
}

// pair reads the pair that starts at a byte and keeps it.
func (r *reader) pair(at int, name, key string) (next int, err error) {
	start := at + len(name) + 1
	value, n, closed := readValue(r.input[start:])
	if closed != "" {
		return 0, r.unclosed(start, closed)
	}
	p := Pair{Key: key, Value: value, Values: values(value), Raw: r.input[at : start+n], spans: []span{{at, start + n}}}
	if len(p.Values) == 0 && !strings.ContainsAny(p.Raw, quoteMarks) {
		return 0, r.noValue(name, key, at)
	}
	if slices.Contains(r.many, key) && strings.HasSuffix(p.Raw, ",") {
		return 0, r.comma(p, start+n)
	}
	if err := r.keep(p); err != nil {
		return 0, err
	}
	return start + n, nil
}

// keep adds a pair to the line, or joins it to the earlier one of its key.
func (r *reader) keep(p Pair) error {
	r.spans = append(r.spans, p.spans...)
	for i := range r.line.Pairs {
		first := &r.line.Pairs[i]
		if first.Key != p.Key {
			continue
		}
		if !slices.Contains(r.many, p.Key) {
			return r.twice(*first, p)
		}
		first.Value += "," + p.Value
		first.Values = append(first.Values, p.Values...)
		first.Raw += " " + p.Raw
		first.spans = append(first.spans, p.spans...)
		return nil
	}
	r.line.Pairs = append(r.line.Pairs, p)
	return nil
}

// readValue reads a value at the start of s: items, each bare or in quotes,
// with commas between them. It gives the value less its quotes and the bytes
// it took, and in unclosed the mark that was missing.
func readValue(s string) (value string, n int, unclosed string) {
	var b strings.Builder
	for {
		if open := firstRune(s[n:]); quotes[open] != "" {
			from := n + utf8.RuneLen(open)
			end := strings.IndexAny(s[from:], quotes[open])
			if end < 0 {
				_, size := utf8.DecodeRuneInString(quotes[open])
				return "", n, quotes[open][:size]
			}
			b.WriteString(s[from : from+end])
			n = from + end + utf8.RuneLen(firstRune(s[from+end:]))
		} else {
			end := strings.IndexFunc(s[n:], func(c rune) bool { return c == ',' || isSpace(c) })
			if end < 0 {
				end = len(s) - n
			}
			b.WriteString(s[n : n+end])
			n += end
		}
		if n == len(s) || s[n] != ',' {
			return b.String(), n, ""
		}
		n++
		if n == len(s) || isSpace(firstRune(s[n:])) {
			return b.String(), n, ""
		}
		b.WriteByte(',')
	}
}

// values cuts a value at its commas.
func values(value string) []string {
	var out []string
	for _, v := range strings.Split(value, ",") {
		if v = strings.TrimFunc(v, isSpace); v != "" {
			out = append(out, v)
		}
	}
	return out
}

// noValue is the fault for a key that nothing follows.
func (r *reader) noValue(name, key string, at int) error {
	line := strings.TrimRightFunc(r.input[:at], isSpace)
	return fault.New(fault.Invalid, "`%s:` needs a value directly after the colon.", name).
		WithTry("%s", r.short(strings.TrimSpace(line+" "+key+":…"), key+":…")).WithBack(r.input)
}

// ask is the fault for a word that is nearly a key.
func (r *reader) ask(name, near string, at int) error {
	raw := r.input[at : at+len(name)+1]
	_, n, _ := readValue(r.input[at+len(raw):])
	right := near + ":" + r.input[at+len(raw):at+len(raw)+n]
	return fault.New(fault.Invalid, "Did you mean `%s`? `%s` is none of the keys, so I have done nothing yet. If it belongs to your text, put a space after the colon.",
		quoted(right), quoted(raw)).WithTry("%s", r.short(r.input[:at]+near+r.input[at+len(name):], right)).WithBack(r.input)
}

// twice is the fault for a key that can have one value and was given two.
func (r *reader) twice(a, b Pair) error {
	s := b.spans[0]
	return fault.New(fault.Invalid, "`%s` is given twice, as `%s` and as `%s`, and it can have one value.", a.Key, quoted(a.Value), quoted(b.Value)).
		WithTry("%s", r.short(cut(r.input, []span{s}), a.Raw)).WithBack(r.input)
}

// comma is the fault for a list with a space after its comma, since the next
// word would silently become text.
func (r *reader) comma(p Pair, end int) error {
	s := p.spans[0]
	fixed := p.Raw + strings.TrimLeftFunc(r.input[end:], isSpace)
	first, _ := Word(fixed)
	if strings.TrimFunc(r.input[end:], isSpace) == "" {
		first, fixed = strings.TrimRight(p.Raw, ","), strings.TrimRight(p.Raw, ",")
	}
	return fault.New(fault.Invalid, "`%s` ends with a comma: write the values of a list without spaces between them, or in quotes.", quoted(p.Raw)).
		WithTry("%s", r.short(r.input[:s.from]+fixed, first)).WithBack(r.input)
}

// unclosed is the fault for a quote that is opened and not closed; it shows
// the quote closed before the next key, or at the end of its line.
func (r *reader) unclosed(start int, mark string) error {
	end := len(r.input)
	if nl := strings.IndexByte(r.input[start:], '\n'); nl >= 0 {
		end = start + nl
	}
	for i := start; i < end; i++ {
		if !isSpace(lastRune(r.input[:i])) {
			continue
		}
		if name, ok := keyLike(r.input[i:end]); ok {
			if _, known := r.key(name); known {
				end = i
			}
		}
	}
	text := strings.TrimRightFunc(r.input[:end], isSpace)
	fixed := text + mark + r.input[len(text):]
	return fault.New(fault.Invalid, "The quote in `%s` is not closed.", quoted(text[start:])).
		WithTry("%s", r.short(fixed, text[strings.LastIndexFunc(text[:start], isSpace)+1:]+mark)).WithBack(r.input)
}

// short is the whole line where it is short enough to be shown, else only the
// part that matters.
func (r *reader) short(whole, part string) string {
	if strings.Contains(whole, "\n") || utf8.RuneCountInString(whole) > 300 {
		return part
	}
	return whole
}
