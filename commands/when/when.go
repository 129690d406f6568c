// Package when reads the times that people type: dates, periods, the time of a
// meeting, and durations; and it finds periods in running text.
//
// It takes the canonical forms of store/date, ranges of them with "..", "--",
// a dash or "to", and what a contact point would write: "March 2027", "1-5
// March 2027", "12.3.2027", "second half of 2027", "spring 2027", "end of
// March", "next Friday", "in two weeks", "until June 2027", in English and,
// for names of months, weekdays, seasons and small words, in the larger
// official languages of the Union. Numbers are read as in Europe: the day
// before the month.
//
// What it promises:
//
//   - The result keeps the precision typed. One value sets both ends.
//   - A month or day without a year is the next such, or one that ended within
//     the last three months. After "since" it is the last such. A weekday,
//     also with "next", is the first such day after today.
//   - Early, middle and late are thirds: ten days of a month; of a year the
//     first quarter, May to August, and the last quarter. Seasons are whole
//     months: spring is March to May.
//   - What can be read in two ways is refused, with a line that works; so are
//     days that do not exist, and an end before its start.
//
// Limits: no times of day but in Moment, no public holidays, years 1900 to
// 2199. Which day today is, and in which zone, is the caller's: now comes in
// that zone. The line that works, Try, is a value: the caller puts it in its
// place.
package when

import (
	"errors"
	"strings"
	"time"

	"thbot/commands/line"
	"thbot/store/date"
	"thbot/store/fault"
)

// maxInput is the longest value, in bytes, that can be a date.
const maxInput = 200

// Parse reads what was typed for a period. Its errors are faults.
func Parse(s string, now time.Time) (date.Period, error) {
	return parse(s, date.Of(now), nearest)
}

// From reads what was typed for the start of a period. "next week" begins on
// its Monday.
func From(s string, now time.Time) (date.Date, error) {
	p, err := Parse(s, now)
	if err == nil && !p.From.Known() {
		return "", fault.New(fault.Invalid, "%s says when it ends, not when it begins.", typed(s)).WithTry("%s", date.Of(now))
	}
	return p.From, err
}

// To reads what was typed for the end of a period. "next week" ends on its
// Sunday.
func To(s string, now time.Time) (date.Date, error) {
	p, err := Parse(s, now)
	if err == nil && !p.To.Known() {
		return "", fault.New(fault.Invalid, "%s says when it begins, not when it ends.", typed(s)).WithTry("%s", date.Of(now))
	}
	return p.To, err
}

func parse(s string, today date.Day, b bias) (date.Period, error) {
	if strings.TrimSpace(s) == "" {
		return date.Period{}, fault.New(fault.Invalid, "There is no date.").WithTry("2027-03")
	}
	if len(s) > maxInput {
		return date.Period{}, unread(s, nil)
	}
	p := &parser{toks: tokenize(strings.TrimSpace(s)), today: today, bias: b}
	i := 0
	for p.tok(i).has(within) || p.tok(i).word == "on" || p.tok(i).word == "at" {
		i++
	}
	for _, at := range []int{0, i} {
		if q, ok, err := p.all(at); ok || err != nil {
			return q, asFault(err, s)
		}
	}
	if p.err != nil {
		return date.Period{}, p.err
	}
	return date.Period{}, unread(s, p.toks)
}

// all reads all tokens from i on as one period.
func (p *parser) all(i int) (date.Period, bool, error) {
	r, next, ok := p.period(i)
	if p.tok(next).sign == '.' {
		next++
	}
	if !ok || next < len(p.toks) {
		return date.Period{}, false, nil
	}
	if err := r.doubtful(); err != nil {
		return date.Period{}, false, err
	}
	q, err := p.resolve(r)
	return q, err == nil, err
}

// asFault says of a day that does not exist what was typed for it.
func asFault(err error, s string) error {
	var no noSuchDay
	if errors.As(err, &no) {
		return fault.New(fault.Invalid, "%s, so I could not read %s.", no.why, typed(s)).WithTry("%s", no.near)
	}
	return err
}

// doubtful refuses 5/6, which is a day in June or in May.
func (r reading) doubtful() error {
	for _, pt := range []point{r.start, r.end} {
		if pt.form == noYear && pt.day <= 12 && pt.n <= 12 && r.start == r.end {
			return fault.New(fault.Invalid, "I could not tell which of %d and %d is the month.", pt.day, pt.n).
				WithTry("%d %s", pt.day, monthOf(max(pt.n, 1)))
		}
	}
	return nil
}

// unread is the fault for what is no date; a month with a slip in it is
// recognised.
func unread(s string, toks []token) error {
	f := fault.New(fault.Invalid, "I could not read %s as a date.", typed(s)).WithTry("2027-03-01")
	for _, t := range toks {
		if name, ok := nearMonth(t); ok {
			return f.WithTry("%s%s%s", s[:t.from], name, s[t.to:])
		}
	}
	return f
}

// typed shows what was typed, on one line and not long.
func typed(s string) string {
	s = strings.Join(strings.Fields(strings.ReplaceAll(s, "`", "'")), " ")
	if r := []rune(s); len(r) > 40 {
		s = string(r[:40]) + "…"
	}
	return "`" + s + "`"
}

// nearMonth finds the English month that a word misses by a slip or two.
func nearMonth(t token) (string, bool) {
	if len(t.word) < 4 || t.known != nil {
		return "", false
	}
	names := make([]string, 12)
	for i := range names {
		names[i] = monthOf(i + 1).String()
	}
	return line.Nearest(t.word, names)
}
