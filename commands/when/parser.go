package when

import (
	"thbot/store/date"
	"thbot/store/fault"
)

// parser reads periods from tokens.
type parser struct {
	toks  []token
	today date.Day
	bias  bias
	text  bool // running text: only what is surely a date
	err   *fault.Error
}

// tok is token i, or one that is nothing.
func (p *parser) tok(i int) token {
	if i < 0 || i >= len(p.toks) {
		return token{}
	}
	return p.toks[i]
}

// refuse keeps the first fault; args serve what first, then try.
func (p *parser) refuse(what, try string, args ...any) {
	if p.err != nil {
		return
	}
	n := verbs(what)
	p.err = fault.New(fault.Invalid, what, args[:n]...).WithTry(try, args[n:]...)
}

// verbs counts the verbs of a format.
func verbs(format string) (n int) {
	for _, c := range format {
		if c == '%' {
			n++
		}
	}
	return n
}

// reading is a period in the making: one end or both.
type reading struct {
	start, end       point
	hasStart, hasEnd bool
	past             bool // it was opened by "since"
	led              bool // a word such as "from", "until", "between" led in
}

// period reads the longest period at token i.
func (p *parser) period(i int) (r reading, next int, ok bool) {
	t := p.tok(i)
	if t.has(between) {
		return p.twoEnds(i+1, and)
	}
	if t.has(from) || t.has(since) {
		if r, next, ok = p.begun(i); ok {
			return r, next, true
		}
	}
	if t.has(until) || t.word == "up" && p.tok(i+1).has(to) {
		if r, next, ok = p.ended(i); ok {
			return r, next, true
		}
	}
	if r, next, ok = p.twoEnds(i, to); ok {
		r.led = false
		return r, next, true
	}
	r = reading{}
	if r.start, next, ok = p.point(i); ok {
		r.end, r.hasStart, r.hasEnd = r.start, true, true
		if after := p.onwards(next); after > next {
			r.hasEnd, r.led, next = false, true, after
		}
	}
	return r, next, ok
}

// begun reads "from March to May", "from March" and "since March". A word that
// is also "of" opens nothing by itself: "de marzo" is a month.
func (p *parser) begun(i int) (r reading, next int, ok bool) {
	t := p.tok(i)
	past := t.has(since) && !t.has(from)
	if !past {
		if r, next, ok = p.twoEnds(i+1, to); ok || t.has(of) {
			return r, next, ok
		}
	}
	r = reading{past: past, led: true}
	r.start, next, r.hasStart = p.point(i + 1)
	return r, p.onwards(next), r.hasStart
}

// ended reads "until June", "up to June", "bis zum 5. April", "jusqu'à juin".
func (p *parser) ended(i int) (r reading, next int, ok bool) {
	j := i + 1
	for p.tok(j).has(to) || p.tok(j).sign == '\'' {
		j++
	}
	r.led = true
	r.end, next, r.hasEnd = p.point(j)
	return r, next, r.hasEnd
}

// onwards skips "onwards" after a start.
func (p *parser) onwards(i int) int {
	switch p.tok(i).word {
	case "onwards", "onward":
		return i + 1
	}
	return i
}

// twoEnds reads two points with a separator between them.
func (p *parser) twoEnds(i int, mid kind) (r reading, next int, ok bool) {
	before := p.err
	var after int
	for _, read := range []reader{(*parser).point, (*parser).bareDay} {
		if r.start, next, ok = read(p, i); ok {
			if after, ok = p.separator(next, mid, r.start); ok {
				break
			}
		}
	}
	if !ok {
		return r, i, false
	}
	r.led, r.hasStart, r.hasEnd = true, true, true
	if r.end, next, ok = p.point(after); ok {
		return r, next, r.start.shape != dayOnly || r.end.shape == aDay || r.end.shape == fixed
	}
	if n := p.tok(after); r.start.shape == aDay && r.start.form == inWords && 0 < n.digits && n.digits <= 2 { // March 1 to 5, 2027
		r.end = r.start
		r.end.day, r.end.week = n.num, 0
		year, next, ok := p.yearAfter(p.ordinalSign(after+1), true)
		if ok {
			r.end.year = year
		}
		return r, next, true
	}
	p.err = before
	return r, i, false
}

// bareDay reads a number that can only be a day of the month named later.
func (p *parser) bareDay(i int) (pt point, next int, ok bool) {
	if w, ok := p.tok(i).is(weekday); ok {
		pt, next, ok = p.bareDay(i + 1)
		pt.week = w
		return pt, next, ok
	}
	t := p.tok(i)
	if t.digits == 0 || t.digits > 2 || t.num < 1 || t.num > 31 {
		return pt, i, false
	}
	return point{shape: dayOnly, day: t.num}, p.ordinalSign(i + 1), true
}

// separator skips what stands between two ends.
func (p *parser) separator(i int, mid kind, start point) (next int, ok bool) {
	t := p.tok(i)
	if (mid == and || start.shape == aMonth && start.year == 0) && (t.has(and) || t.sign == '&' || t.sign == '/' && t.glued) {
		return i + 1, true
	}
	switch {
	case t.has(to) || t.has(until):
		for p.tok(i+1).has(to) || p.tok(i+1).sign == '\'' || p.tok(i+1).word == "in" { // bis zum, jusqu'à, până în
			i++
		}
		return i + 1, true
	case t.sign == '–' || t.sign == '…':
		return i + 1, true
	case t.sign == '/' && t.glued && start.form == iso:
		return i + 1, true
	case t.sign == '-' || t.sign == '.' && p.tok(i+1).sign == '.':
		for p.tok(i+1).sign == t.sign && p.tok(i+1).glued {
			i++
		}
		return i + 1, true
	case t.word == "t" && p.tok(i+1).sign == '/' && p.tok(i+2).word == "m":
		return i + 3, true
	}
	return i, false
}

// resolve gives the days of a reading: the year that is missing at one end is
// taken from the other.
func (p *parser) resolve(r reading) (date.Period, error) {
	switch {
	case !r.hasEnd:
		b := p.bias
		if r.past {
			b = gone
		}
		from, err := r.start.resolve(p.today, b)
		return date.Period{From: from.From}, err
	case !r.hasStart:
		to, err := r.end.resolve(p.today, p.bias)
		return date.Period{To: to.To}, err
	case r.start == r.end:
		return r.start.resolve(p.today, p.bias)
	}
	return p.both(r.start, r.end)
}

// both resolves two ends.
func (p *parser) both(start, end point) (date.Period, error) {
	if start.shape == dayOnly {
		start.shape, start.n, start.year = aDay, end.n, end.year
		if end.shape == fixed && end.span.From == end.span.To {
			y, m, _ := end.span.First().Civil()
			start.n, start.year = int(m), y
		} else if end.shape != aDay {
			return date.Period{}, fault.New(fault.Invalid, "I could not tell which month is meant by %d.", start.day).WithTry("%s", p.today.Date())
		}
	}
	var from, to date.Period
	var err error
	if start.year == 0 && start.shape != fixed && (end.year != 0 || end.shape == fixed) {
		if to, err = end.resolve(p.today, p.bias); err != nil {
			return to, err
		}
		from, err = start.before(to)
	} else {
		if from, err = start.resolve(p.today, p.bias); err != nil {
			return from, err
		}
		to, err = end.after(from, p)
	}
	if err != nil {
		return from, err
	}
	return inOrder(date.Period{From: from.From, To: to.To})
}

// before is the point in the year of the end, or in the one before.
func (pt point) before(end date.Period) (date.Period, error) {
	y := end.Last().Year()
	p, err := pt.at(y)
	if err == nil && p.First() > end.Last() {
		return pt.at(y - 1)
	}
	return p, err
}

// after is the point itself where it has a year, or else in the year of the
// start or the one after.
func (pt point) after(start date.Period, p *parser) (date.Period, error) {
	if pt.year != 0 || pt.shape == fixed {
		return pt.resolve(p.today, p.bias)
	}
	y := start.First().Year()
	q, err := pt.at(y)
	if err == nil && q.Last() < start.First() {
		return pt.at(y + 1)
	}
	return q, err
}

// inOrder refuses an end before its start and shows the two in order.
func inOrder(q date.Period) (date.Period, error) {
	if q.To.Last() < q.From.First() {
		return q, fault.New(fault.Invalid, "The end, %s, is before the start, %s.", q.To.Words(date.None), q.From.Words(date.None)).
			WithTry("%s..%s", q.To, q.From)
	}
	return q, nil
}
