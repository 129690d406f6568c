// Package admit is the one door that every text passes before it is kept.
//
// It refuses two kinds of text. What cannot be stored: invalid UTF-8, NUL and
// the other control characters but line feed, carriage return and tab, and
// what is too long; and what must never be stored, since it is surely personal
// data: mail addresses, phone numbers and IBAN. A refusal gives the text back,
// ready to copy, and shows no more of the piece than its owner needs to find
// it; a refused text belongs in no store and no log.
//
// What it promises: a text that is admitted comes out byte for byte as it went
// in. Right-to-left scripts, combining characters, zero-width joiners and
// emoji stay; so do the bidirectional controls U+202A to U+202E and U+2066 to
// U+2069, which whoever shows a text to others must isolate.
//
// A detector finds only what its own checks prove: a mail address by its form,
// a phone number by the numbering plan of its country, an IBAN by its
// country's format and its check digits. Phone numbers count in international
// form, or in national form behind a word such as "tel" or "mobile". Role
// mailboxes are mail addresses too.
//
// Limits: names of people, document numbers and addresses are not seen. Each
// detector is a row of a table, so that more can be added there.
package admit

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"thbot/commands/line"
	"thbot/store/fault"
)

// Field is a text with the name under which its writer knows it.
type Field struct {
	Name string // as people say it: "title"; may be empty
	Text string
	Max  int // in characters; 0 is a title line and line.MaxText below it
}

// Admit returns the text unchanged where it may be kept, else a fault: Invalid
// where it cannot be stored, Refused where it must not.
func Admit(text string) (string, error) {
	if err := (Field{Text: text}).admit(); err != nil {
		return "", err
	}
	return text, nil
}

// Check admits several fields and returns the first fault, which names the
// field and gives its text back.
func Check(fields ...Field) error {
	for _, f := range fields {
		if err := f.admit(); err != nil {
			return err
		}
	}
	return nil
}

// Find lists what must never be stored in a text, in its order. The offsets
// are bytes. It does not ask whether the text can be stored.
func Find(text string) []Hit {
	var hits []Hit
	for _, d := range detectors {
		for _, s := range d.find(text) {
			hits = append(hits, Hit{Kind: d.name, From: s.from, To: s.to, Shown: d.mask(text[s.from:s.to])})
		}
	}
	slices.SortFunc(hits, func(a, b Hit) int { return a.From - b.From })
	return hits
}

// Hit is a piece of a text that must not be stored.
type Hit struct {
	Kind     string // "a mail address"
	From, To int    // bytes
	Shown    string // the piece with its greater part left out
}

// admit is the whole check of one field.
func (f Field) admit() error {
	if err := f.storable(); err != nil {
		return err
	}
	hits := Find(f.Text)
	if len(hits) == 0 {
		return nil
	}
	var what []string
	for _, h := range hits {
		if s := fmt.Sprintf("%s (`%s`)", h.Kind, h.Shown); !slices.Contains(what, s) && len(what) < 3 {
			what = append(what, s)
		}
	}
	return fault.New(fault.Refused, "%s holds %s. The register keeps no personal data, so nothing was stored. %s",
		f.called(), strings.Join(what, ", "), advice(hits[0].Kind)).WithTry("%s", without(f.Text, hits)).WithBack(f.Text)
}

// called names the field at the start of a sentence.
func (f Field) called() string {
	if f.Name == "" {
		return "This text"
	}
	return "The " + f.Name
}

// without is the text with the pieces left out, where it is short enough to be
// shown as the line that works.
func without(text string, hits []Hit) string {
	if utf8.RuneCountInString(text) > 300 || strings.ContainsAny(text, "\r\n") {
		return ""
	}
	var b strings.Builder
	at := 0
	for _, h := range hits {
		if h.From >= at {
			b.WriteString(text[at:h.From] + "…")
		}
		at = max(at, h.To)
	}
	return b.String() + text[at:]
}

// storable refuses what no store and no chat could keep as it is.
func (f Field) storable() error {
	n := 0
	for i, c := range f.Text {
		if c == utf8.RuneError && !strings.HasPrefix(f.Text[i:], "\uFFFD") {
			return fault.New(fault.Invalid, "%s is not valid UTF-8: byte %d cannot be read. Nothing was stored.", f.called(), i+1).
				WithBack(printable(f.Text))
		}
		n++
		if unicode.IsControl(c) && c != '\n' && c != '\r' && c != '\t' {
			return fault.New(fault.Invalid, "%s has a control character (U+%04X) as its character %d, which cannot be stored; the copy I give back is without it.", f.called(), c, n).
				WithBack(printable(f.Text))
		}
	}
	if limit := f.limit(n); n > limit {
		return fault.New(fault.Invalid, "%s has %s characters; %s is the most. Nothing was stored.", f.called(), thousands(n), thousands(limit)).
			WithBack(f.Text)
	}
	return nil
}

// limit is the most characters for the field, which has n. A text without a
// limit of its own may be a title and line.MaxText below it.
func (f Field) limit(n int) int {
	if f.Max > 0 {
		return f.Max
	}
	_, below := line.Line{Text: f.Text}.Split()
	if n > line.MaxText && utf8.RuneCountInString(below) <= line.MaxText {
		return n
	}
	return line.MaxText
}

// printable leaves the control characters out, and what is not UTF-8.
func printable(text string) string {
	return strings.Map(func(c rune) rune {
		if unicode.IsControl(c) && c != '\n' && c != '\r' && c != '\t' {
			return -1
		}
		return c
	}, strings.ToValidUTF8(text, "\uFFFD"))
}

// thousands writes a number with a comma after the thousands.
func thousands(n int) string {
	if n < 1000 {
		return fmt.Sprint(n)
	}
	return fmt.Sprintf("%s,%03d", thousands(n/1000), n%1000)
}
