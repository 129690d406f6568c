package when

import (
	"slices"

	"thbot/store/date"
)

// point reads the longest point in time at token i.
func (p *parser) point(i int) (best point, end int, ok bool) {
	for p.tok(i).has(of) && !p.text {
		if best, end, ok = p.anyPoint(i); ok { // "do" is a Thursday, "am" is not
			return best, end, ok
		}
		i++
		if p.tok(i).sign == '\'' {
			i++
		}
	}
	if p.text && p.tok(i).word == "the" {
		i++
	}
	return p.anyPoint(i)
}

// anyPoint tries each way to say a time.
func (p *parser) anyPoint(i int) (best point, end int, ok bool) {
	t := p.tok(i)
	for _, way := range ways {
		if t.digits > 0 && !way.number || t.digits == 0 && !t.known.has(way.words) {
			continue
		}
		if pt, next, read := way.read(p, i); read && next > end {
			best, end, ok = pt, next, true
		}
	}
	return best, end, ok
}

// reader reads one way to say a time at a token.
type reader func(p *parser, i int) (point, int, bool)

// way is a reader with what it can begin with.
type way struct {
	read   reader
	number bool
	words  uint32
}

// ways are all ways to say a time; the longest that fits is taken. The list
// is never changed.
var ways = []way{
	{(*parser).numeric, true, 0},
	{(*parser).dayMonth, true, 0},
	{(*parser).yearMonth, true, 0},
	{(*parser).monthFirst, false, bits(month, monthAbbr, monthOdd)},
	{(*parser).quarterOrHalf, true, bits(quarterly, halfly, ordinal)},
	{(*parser).aWeek, false, bits(weekly)},
	{(*parser).weekOf, true, bits(ordinal, turn, unit)},
	{(*parser).weekdayPoint, false, bits(weekday)},
	{(*parser).partOf, false, bits(part)},
	{(*parser).seasonPoint, false, bits(season)},
	{(*parser).turned, false, bits(turn, unit, weekday, month, monthAbbr, monthOdd, season)},
	{(*parser).counted, true, bits(number, within)},
	{(*parser).nearDay, false, bits(near, unit)},
}

// opening is what a period in running text can begin with, other than a
// number.
var opening = bits(month, monthAbbr, weekday, season, ordinal, turn, part, near, from, since, until, between, quarterly, halfly, weekly)

// ordinalSign skips what makes a number an ordinal: 1st, 5., 1er, 1º.
func (p *parser) ordinalSign(i int) int {
	t := p.tok(i)
	if t.glued && (t.sign == '.' && p.tok(i+1).sign != '.' || slices.Contains([]string{"st", "nd", "rd", "th", "er", "re", "e", "o", "a", "º", "ª"}, t.word)) {
		return i + 1
	}
	return i
}

// fill skips words and commas that mean nothing between the parts of a date.
func (p *parser) fill(i int) int {
	for {
		t := p.tok(i)
		if !t.has(of) && t.sign != ',' && t.sign != '\'' {
			return i
		}
		i++
	}
}

// monthAt reads the name of a month. In running text short names need a
// capital letter, and so do the months that are also other words.
func (p *parser) monthAt(i int) (n, next int, short, ok bool) {
	t := p.tok(i)
	if n, ok := t.is(month); ok {
		return n, i + 1, false, !p.text || t.capital || t.word != "may" && t.word != "march"
	}
	n, ok = t.is(monthAbbr)
	if !ok && !p.text {
		n, ok = t.is(monthOdd)
	}
	if !ok || p.text && !t.capital {
		return 0, i, false, false
	}
	next = i + 1
	if dot := p.tok(next); dot.sign == '.' && dot.glued {
		next++
	}
	return n, next, true, true
}

// yearAfter reads a year, perhaps with a word or comma before it. short allows
// two digits without an apostrophe.
func (p *parser) yearAfter(i int, short bool) (year, next int, ok bool) {
	j := p.fill(i)
	t, before := p.tok(j), p.tok(j-1)
	after, beyond := p.tok(j+1), p.tok(j+2)
	if after.glued && beyond.glued && beyond.digits > 0 && (after.sign == '/' || after.sign == '.' || after.sign == ':') {
		return 0, i, false
	}
	switch {
	case t.digits == 4:
		return t.num, j + 1, true
	case t.digits == 2 && (before.sign == '\'' && t.glued || short && !p.text && j == i):
		return 2000 + t.num, j + 1, true
	}
	return 0, i, false
}

// dayMonth reads "10 December 2026" and "10th of December".
func (p *parser) dayMonth(i int) (pt point, next int, ok bool) {
	t := p.tok(i)
	if t.digits == 0 || t.digits > 2 {
		return pt, i, false
	}
	j := p.ordinalSign(i + 1)
	if s := p.tok(j); s.sign == '-' && s.glued && p.tok(j+1).glued { // 10-Dec-2026
		j++
	}
	if p.tok(j).sign != ',' {
		j = p.fill(j)
	}
	n, next, _, ok := p.monthAt(j)
	if !ok {
		return pt, i, false
	}
	pt = point{shape: aDay, n: n, day: t.num}
	j = next
	if s := p.tok(j); s.sign == '-' && s.glued && p.tok(j+1).digits == 4 {
		j++
	}
	if year, end, ok := p.yearAfter(j, true); ok {
		pt.year, next = year, end
	}
	return pt, next, true
}

// monthFirst reads "March 2027", "March", "March '27" and "March 5, 2027".
func (p *parser) monthFirst(i int) (pt point, next int, ok bool) {
	n, next, short, ok := p.monthAt(i)
	if !ok {
		return pt, i, false
	}
	pt = point{shape: aMonth, n: n}
	if short {
		pt.form = abbreviated
	}
	j := next
	if s := p.tok(j); (s.sign == '/' || s.sign == '-') && s.glued && p.tok(j+1).digits == 4 && p.tok(j+1).glued {
		j++
	}
	if year, end, ok := p.yearAfter(j, false); ok {
		pt.year = year
		return pt, end, true
	}
	d := p.tok(next)
	if d.digits == 0 || d.digits > 2 || p.text && !short && !p.tok(i).capital {
		return pt, next, true
	}
	return p.monthNumber(pt, next)
}

// monthNumber reads the number after a month: a day or a year, if that can be
// told.
func (p *parser) monthNumber(pt point, i int) (point, int, bool) {
	d := p.tok(i)
	after := p.tok(i + 1)
	if after.glued && (after.sign == ':' || after.sign == '/' || after.sign == '%') || after.sign == '.' && p.tok(i+2).digits > 0 && p.tok(i+2).glued {
		return pt, i, true
	}
	day := pt
	day.shape, day.day, day.form = aDay, d.num, inWords
	ordinal := p.ordinalSign(i + 1)
	if year, end, ok := p.yearAfter(ordinal, false); ok {
		day.year = year
		return day, end, true
	}
	yy := p.today.Year() % 100
	asYear := d.digits == 2 && d.num >= yy-3 && d.num <= yy+15
	switch {
	case p.text && (ordinal == i+1 || after.sign == '.'):
		return pt, i, true
	case ordinal > i+1 || !asYear:
		if d.num > 31 && d.digits == 2 {
			pt.year = 2000 + d.num
			return pt, i + 1, true
		}
		return day, ordinal, true
	case d.num > 31:
		pt.year = 2000 + d.num
		return pt, i + 1, true
	}
	name := date.Month(2000+d.num, monthOf(pt.n))
	p.refuse("I could not tell whether %d after the month is a day or a year.", "%s", d.num, name)
	return pt, i, false
}

// yearMonth reads "2027 March" and "2027. március 5.".
func (p *parser) yearMonth(i int) (pt point, next int, ok bool) {
	t := p.tok(i)
	if t.digits != 4 || p.text {
		return pt, i, false
	}
	j := p.ordinalSign(i + 1)
	n, next, _, ok := p.monthAt(j)
	if !ok {
		return pt, i, false
	}
	pt = point{shape: aMonth, year: t.num, n: n}
	if d := p.tok(next); d.digits > 0 && d.digits <= 2 {
		pt.shape, pt.day = aDay, d.num
		next = p.ordinalSign(next + 1)
	}
	return pt, next, true
}

// quarterOrHalf reads "Q2 2027", "2Q 2027", "second half of 2027", "2. Quartal".
func (p *parser) quarterOrHalf(i int) (pt point, next int, ok bool) {
	t, u := p.tok(i), p.tok(i+1)
	switch {
	case (t.has(quarterly) || t.has(halfly)) && u.digits == 1 && (u.glued || len(t.word) > 1):
		if p.text && (!t.capital || t.word != "q" && t.word != "h") {
			return pt, i, false
		}
		pt = point{shape: aQuarter, form: abbreviated, n: u.num}
		if t.has(halfly) {
			pt.shape = aHalf
		}
		next = i + 2
	default:
		if pt, next, ok = p.ranked(i); !ok {
			return pt, i, false
		}
	}
	j := next
	if s := p.tok(j); (s.sign == '/' || s.sign == '-') && s.glued && p.tok(j+1).digits == 4 {
		j++
	}
	if year, end, ok := p.yearAfter(j, false); ok {
		pt.year = year
		return pt, end, true
	}
	return p.ofTurn(pt, next)
}

// ranked reads "second quarter", "1st half", "2Q", without the year.
func (p *parser) ranked(i int) (pt point, next int, ok bool) {
	t := p.tok(i)
	n, ok := t.is(ordinal)
	next = i + 1
	if !ok && t.digits == 1 {
		n, next, ok = t.num, p.ordinalSign(i+1), true
	}
	u := p.tok(next)
	k, isUnit := u.is(unit)
	switch {
	case !ok:
		return pt, i, false
	case isUnit && k == quarters || u.glued && u.has(quarterly) && !p.text:
		return point{shape: aQuarter, n: n}, next + 1, true
	case isUnit && k == halves || u.glued && u.word == "h" && !p.text:
		if inner, end, ok := p.halfOfMonth(n, p.fill(next+1)); ok {
			return inner, end, true
		}
		return point{shape: aHalf, n: n}, next + 1, true
	}
	return pt, i, false
}

// halfOfMonth reads what follows "first half of" when it is a month with its
// year.
func (p *parser) halfOfMonth(n, i int) (pt point, next int, ok bool) {
	m, next, ok := p.monthFirst(i)
	if !ok || m.shape != aMonth || m.year == 0 || n > 2 {
		return pt, i, false
	}
	span, err := m.at(m.year)
	if err != nil {
		return pt, i, false
	}
	first, last := span.First(), span.Last()
	if n == 1 {
		last = first + 14
	} else {
		first += 15
	}
	return point{shape: fixed, span: date.Period{From: first.Date(), To: last.Date()}}, next, true
}

// ofTurn gives a point without a year the year of "of next year" after it.
func (p *parser) ofTurn(pt point, i int) (point, int, bool) {
	j := p.fill(i)
	if t, ok := p.tok(j).is(turn); ok && pt.year == 0 && pt.shape != fixed {
		if u, _ := p.tok(j + 1).is(unit); u == years {
			pt.year = p.today.Year() + t
			return pt, j + 2, true
		}
	}
	return pt, i, true
}
