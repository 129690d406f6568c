package when

import "thbot/store/date"

// aWeek reads "week 12 of 2027" and "KW 12/2027"; without a year it is that
// week of this year, or of the next when it is over.
func (p *parser) aWeek(i int) (pt point, next int, ok bool) {
	t, n := p.tok(i), p.tok(i+1)
	if !t.has(weekly) || n.digits == 0 || n.digits > 2 || p.text && len(t.word) < 4 {
		return pt, i, false
	}
	j := i + 2
	if s := p.tok(j); s.sign == '/' && s.glued {
		j++
	}
	year, next, said := p.yearAfter(j, false)
	if !said {
		if p.text {
			return pt, i, false
		}
		year, next = p.today.Year(), i+2
	}
	pt, ok = p.calendarWeek(year, n.num)
	if ok && !said && pt.span.Last() < p.today {
		pt, ok = p.calendarWeek(year+1, n.num)
	}
	return pt, next, ok
}

// weekOf reads "first week of March", "last week of March 2027" and "week of
// 10 March". The weeks of a month are its first seven days and so on, since
// nobody counts the calendar's weeks in it; the week of a day is Monday to
// Sunday.
func (p *parser) weekOf(i int) (pt point, next int, ok bool) {
	n, ok := p.tok(i).is(ordinal)
	j := i + 1
	switch {
	case ok:
	case p.tok(i).digits == 1:
		n, j = p.tok(i).num, p.ordinalSign(j)
	case p.tok(i).word == "week":
		n, j = 0, i
	default:
		if n, ok = p.tok(i).is(turn); !ok || n >= 0 {
			return pt, i, false
		}
	}
	if u, _ := p.tok(j).is(unit); u != weeks || !p.tok(j+1).has(of) {
		return pt, i, false
	}
	want, ways := aMonth, []reader{(*parser).monthFirst}
	if n == 0 {
		want, ways = aDay, []reader{(*parser).dayMonth, (*parser).monthFirst, (*parser).numeric}
	}
	var inner point
	for _, read := range ways {
		if inner, next, ok = read(p, p.fill(j+1)); ok {
			break
		}
	}
	if !ok || inner.shape != want {
		return pt, i, false
	}
	whole, err := inner.resolve(p.today, p.bias)
	if err != nil {
		return pt, i, false
	}
	if whole.First()+date.Day(7*(n-1)) > whole.Last() { // February may have four weeks
		return pt, i, false
	}
	return weekWithin(whole, n), next, true
}

// weekWithin is week n of a month, -1 for the last, or the week of a day for
// 0.
func weekWithin(whole date.Period, n int) point {
	first, last := whole.First(), whole.Last()
	switch {
	case n == 0:
		first -= date.Day(isoWeekday(first) - 1)
		last = first + 6
	case n < 0:
		first = last - 6
	default:
		first += date.Day(7 * (n - 1))
		last = min(first+6, last)
	}
	return point{shape: fixed, span: date.Period{From: first.Date(), To: last.Date()}}
}
