package when

import (
	"slices"
	"strings"
	"time"

	"thbot/store/date"
)

func monthOf(n int) time.Month { return time.Month(n) }

// whole is a point that needs no year.
func whole(d date.Date) point {
	return point{shape: fixed, form: relative, span: date.Whole(d)}
}

// between two days.
func span(first, last date.Day) point {
	return point{shape: fixed, form: relative, span: date.Period{From: first.Date(), To: last.Date()}}
}

// weekdayPoint reads "Thursday", which is the next one after today, and
// "Thursday, 10 December".
func (p *parser) weekdayPoint(i int) (pt point, next int, ok bool) {
	t := p.tok(i)
	w, ok := t.is(weekday)
	if !ok || p.text && len(t.word) < 4 {
		return pt, i, false
	}
	j := i + 1
	if dot := p.tok(j); dot.sign == '.' && dot.glued && len(t.word) <= 4 {
		j++
	}
	j = p.fill(j)
	for _, read := range []reader{(*parser).dayMonth, (*parser).monthFirst, (*parser).numeric} {
		if pt, next, ok = read(p, j); ok && pt.shape == aDay {
			pt.week = w
			return pt, next, true
		}
	}
	return whole(p.nextWeekday(w).Date()), i + 1, !p.text
}

// nextWeekday is the next such day after today.
func (p *parser) nextWeekday(w int) date.Day {
	return p.today + date.Day((w-isoWeekday(p.today)+6)%7+1)
}

// partOf reads "early March 2027", "end of 2027", "mid-2027", "beginning of
// next year".
func (p *parser) partOf(i int) (pt point, next int, ok bool) {
	n, ok := p.tok(i).is(part)
	if !ok || p.text && slices.Contains([]string{"final", "fine", "mi", "begin", "middle"}, p.tok(i).word) {
		return pt, i, false
	}
	j := i + 1
	if s := p.tok(j); s.sign == '-' {
		j++
	}
	j = p.fill(j)
	for _, read := range []reader{(*parser).turned, (*parser).monthFirst, (*parser).quarterOrHalf, (*parser).numeric, (*parser).seasonPoint, (*parser).bareUnit} {
		pt, next, ok = read(p, j)
		if ok && pt.part == 0 && pt.shape != aDay && (pt.form == inWords || pt.form == iso || pt.form == abbreviated || pt.form == relative) {
			pt.part = n
			if pt.shape == fixed {
				pt.span, pt.part = third(pt.span, n), 0
			}
			return pt, next, true
		}
	}
	return pt, i, false
}

// bareUnit reads "the month", "the year" after "end of".
func (p *parser) bareUnit(i int) (pt point, next int, ok bool) {
	u, ok := p.tok(i).is(unit)
	if !ok || p.text {
		return pt, i, false
	}
	pt, ok = p.unitAt(u, 0)
	return pt, i + 1, ok
}

// seasonPoint reads "spring 2027", "spring", "winter 2026/27". A winter with
// one year is refused, since it could begin or end in it.
func (p *parser) seasonPoint(i int) (pt point, next int, ok bool) {
	n, ok := p.tok(i).is(season)
	if !ok {
		return pt, i, false
	}
	pt, next = point{shape: aSeason, n: n}, i+1
	a, s, b := p.tok(p.fill(next)), p.tok(p.fill(next)+1), p.tok(p.fill(next)+2)
	if n == 4 && a.digits == 4 && (s.sign == '/' || s.sign == '-' || s.sign == '–') && (b.num == a.num+1 || b.num == (a.num+1)%100 && b.digits == 2) {
		pt.year = a.num
		return pt, p.fill(next) + 3, true
	}
	year, end, ok := p.yearAfter(next, false)
	if !ok {
		return p.ofTurn(pt, next)
	}
	if n == 4 {
		p.refuse("Winter %d could be the one that begins in that year or the one that ends in it.", "winter %d/%02d", year, year, (year+1)%100)
		return pt, i, false
	}
	pt.year = year
	return pt, end, true
}

// turned reads "next Friday", "this year", "last March", and "semaine
// prochaine" with the turn after its word.
func (p *parser) turned(i int) (pt point, next int, ok bool) {
	n, ok := p.tok(i).is(turn)
	if ok {
		if p.text && !slices.Contains([]string{"this", "next", "current", "coming", "nachsten", "nachste", "nachstes", "diesen", "dieses", "kommenden"}, p.tok(i).word) {
			return pt, i, false
		}
		pt, ok = p.turn(i+1, n)
		if ok {
			return pt, i + 2, true
		}
		return pt, i, false
	}
	n, ok = p.tok(i + 1).is(turn)
	if !ok || p.text || p.tok(i+1).has(of) {
		return pt, i, false
	}
	pt, ok = p.turn(i, n)
	return pt, i + 2, ok
}

// turn is the last, this or next of what stands at token i.
func (p *parser) turn(i, n int) (pt point, ok bool) {
	t := p.tok(i)
	if u, ok := t.is(unit); ok && len(t.word) > 1 {
		if p.text && (u == days || u >= halves && u != years || strings.HasSuffix(t.word, "s")) { // "the next day", "the coming weeks"
			return pt, false
		}
		return p.unitAt(u, n)
	}
	if w, ok := t.is(weekday); ok {
		day := p.nextWeekday(w)
		switch n {
		case 0:
			day = p.today - date.Day(isoWeekday(p.today)-1) + date.Day(w-1)
		case -1:
			day = p.today - date.Day((isoWeekday(p.today)-w+6)%7+1)
		}
		return whole(day.Date()), true
	}
	if m, _, _, ok := p.monthAt(i); ok {
		return p.turnMonth(point{shape: aMonth, n: m}, n)
	}
	if s, ok := t.is(season); ok {
		return p.turnMonth(point{shape: aSeason, n: s}, n)
	}
	return pt, false
}

// turnMonth is the last, this year's or next month or season of a name.
func (p *parser) turnMonth(pt point, n int) (point, bool) {
	y := p.today.Year()
	for ; ; y += max(n, -1) {
		q, err := pt.at(y)
		if err != nil {
			return pt, false
		}
		if n == 0 || n > 0 && q.First() > p.today || n < 0 && q.Last() < p.today {
			return point{shape: fixed, form: relative, span: q}, true
		}
	}
}

// unitAt is the unit of time n units from the present one.
func (p *parser) unitAt(u, n int) (point, bool) {
	y, m, _ := p.today.Civil()
	switch u {
	case days:
		return whole((p.today + date.Day(n)).Date()), true
	case weeks, weekends:
		monday := p.today - date.Day(isoWeekday(p.today)-1) + date.Day(7*n)
		if u == weekends {
			return span(monday+5, monday+6), true
		}
		return span(monday, monday+6), true
	case months:
		y, m, _ = date.NewDay(y, m, 1).AddMonths(n).Civil()
		return whole(date.Month(y, m)), true
	case quarters:
		y, m, _ = date.NewDay(y, m, 1).AddMonths(3 * n).Civil()
		return whole(date.Quarter(y, (int(m)-1)/3+1)), true
	case halves:
		y, m, _ = date.NewDay(y, m, 1).AddMonths(6 * n).Civil()
		return whole(date.Half(y, (int(m)-1)/6+1)), true
	case years:
		return whole(date.Year(y + n)), true
	}
	return point{}, false
}

// counted reads "in two weeks", "3 days ago", "two weeks from now".
func (p *parser) counted(i int) (pt point, next int, ok bool) {
	if p.text {
		return pt, i, false
	}
	in := p.tok(i).has(within)
	j := i
	if in {
		j++
	}
	n, ok := p.tok(j).is(number)
	if p.tok(j).digits > 0 && p.tok(j).digits < 4 {
		n, ok = p.tok(j).num, true
	}
	u, isUnit := p.tok(j + 1).is(unit)
	if !ok || !isUnit {
		return pt, i, false
	}
	next = j + 2
	switch {
	case p.tok(next).has(ago):
		n, next = -n, next+1
	case p.tok(next).word == "from" && (p.tok(next+1).word == "now" || p.tok(next+1).word == "today"):
		next += 2
	case !in:
		return pt, i, false
	}
	return p.away(n, u, next)
}

// away is the day n units from today.
func (p *parser) away(n, u, next int) (point, int, bool) {
	day := p.today
	switch u {
	case days:
		day += date.Day(n)
	case weeks:
		day += date.Day(7 * n)
	case months:
		day = day.AddMonths(n)
	case quarters:
		day = day.AddMonths(3 * n)
	case halves:
		day = day.AddMonths(6 * n)
	case years:
		day = day.AddMonths(12 * n)
	default:
		return point{}, next, false
	}
	if y := day.Year(); y < date.MinYear || y > date.MaxYear {
		return point{}, next, false
	}
	return whole(day.Date()), next, true
}

// nearDay reads "tomorrow" and "the day after tomorrow".
func (p *parser) nearDay(i int) (pt point, next int, ok bool) {
	t := p.tok(i)
	if n, ok := t.is(near); ok {
		next = i + 1
		if p.tok(next).sign == '\'' && p.tok(next+1).word == "hui" {
			next += 2
		}
		return whole((p.today + date.Day(n)).Date()), next, true
	}
	if t.word == "day" && p.tok(i+1).word == "after" && p.tok(i+2).word == "tomorrow" {
		return whole((p.today + 2).Date()), i + 3, true
	}
	return pt, i, false
}
