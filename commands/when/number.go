package when

import (
	"thbot/store/date"
)

// group is up to three numbers with the same sign between them and no white
// space: 2027-03-01, 12.3.2027, 3/2027.
type group struct {
	n     [3]token
	count int
	sign  rune
	end   int // the token after it
}

// group reads the numbers at token i. A longer chain (2.4.1.3, 2002/629/1)
// has count 4.
func (p *parser) group(i int) group {
	g := group{n: [3]token{p.tok(i)}, count: 1, end: i + 1}
	for {
		s, next := p.tok(g.end), p.tok(g.end+1)
		if !s.glued || s.sign == 0 || next.digits == 0 || !next.glued || s.sign != '-' && s.sign != '.' && s.sign != '/' {
			break
		}
		if g.count > 1 && s.sign != g.sign {
			break
		}
		if s.sign == '-' && next.digits == 4 && g.count > 1 && g.n[0].digits == 4 { // 2027-03-2027-06, 2027-03-01-2027-03-05
			break
		}
		if g.count == 3 {
			g.count = 4
			return g
		}
		g.sign = s.sign
		g.n[g.count] = next
		g.count++
		g.end += 2
	}
	return g
}

// numeric reads a date that is written in numbers alone, and a plain year.
func (p *parser) numeric(i int) (pt point, next int, ok bool) {
	g := p.group(i)
	a, b, c := g.n[0], g.n[1], g.n[2]
	switch {
	case g.count == 4 || a.digits == 0 || p.text && a.digits == 4 && g.sign == '/':
		return pt, i, false
	case g.count == 1:
		return p.oneNumber(a, g.end)
	case g.count == 3 && a.digits == 4 && b.digits <= 2 && c.digits <= 2:
		return point{shape: aDay, form: iso, year: a.num, n: b.num, day: c.num}, g.end, true
	case g.count == 3 && a.digits <= 2 && b.digits <= 2 && c.digits == 4 && b.num > 12 && a.num <= 12:
		p.refuse("I read the day before the month, and there is no month %d.", "%04d-%02d-%02d", b.num, c.num, a.num, b.num)
		return pt, i, false
	case g.count == 3 && a.digits <= 2 && b.digits <= 2 && c.digits == 4:
		return point{shape: aDay, form: inDigits, year: c.num, n: b.num, day: a.num}, g.end, true
	case g.count == 3 && a.digits <= 2 && b.digits <= 2 && c.digits == 2 && g.sign != '-':
		return point{shape: aDay, form: shortYear, year: 2000 + c.num, n: b.num, day: a.num}, g.end, true
	case g.count != 2:
		return pt, i, false
	case a.digits == 4 && b.digits <= 2 && b.num > 12 && b.num == (a.num+1)%100:
		span := date.Period{From: date.Year(a.num), To: date.Year(a.num + 1)}
		return point{shape: fixed, form: shortYear, span: span}, g.end, true
	case a.digits == 4 && b.digits <= 2 && (b.digits == 2 || g.sign != '.'):
		return point{shape: aMonth, form: iso, year: a.num, n: b.num}, g.end, true
	case a.digits <= 2 && b.digits == 4:
		return point{shape: aMonth, form: monthYear, year: b.num, n: a.num}, g.end, true
	case a.digits <= 2 && b.digits <= 2 && g.sign != '-' && !p.text:
		return p.dayAndMonth(g)
	case a.digits == 4 && b.digits == 4: // a range of years; the sign is read by period
		return p.oneNumber(a, i+1)
	}
	return pt, i, false
}

// oneNumber reads a year of four digits, or a date of eight.
func (p *parser) oneNumber(t token, next int) (pt point, end int, ok bool) {
	switch {
	case t.digits == 4:
		if q, end, ok := p.quarterAfterYear(t.num, next); ok {
			return q, end, true
		}
		return point{shape: aYear, year: t.num}, next, true
	case t.digits == 8 && t.num > 0 && !p.text:
		return point{shape: aDay, form: iso, year: t.num / 1e4, n: t.num / 100 % 100, day: t.num % 100}, next, true
	}
	return pt, next, false
}

// quarterAfterYear reads the rest of 2027-Q2, 2027 H1 and 2027-W12.
func (p *parser) quarterAfterYear(year, i int) (pt point, next int, ok bool) {
	if t := p.tok(i); t.sign == '-' || t.sign == '/' {
		i++
	}
	letter, n := p.tok(i), p.tok(i+1)
	if len(letter.word) != 1 || n.digits == 0 || n.digits > 2 || !n.glued {
		return pt, i, false
	}
	form := iso
	if letter.from > 0 && !letter.glued {
		form = abbreviated
	}
	switch {
	case letter.has(quarterly):
		pt = point{shape: aQuarter, form: form, year: year, n: n.num}
	case letter.has(halfly):
		pt = point{shape: aHalf, form: form, year: year, n: n.num}
	case letter.has(weekly):
		pt, ok = p.calendarWeek(year, n.num)
		return pt, i + 2, ok
	default:
		return pt, i, false
	}
	return pt, i + 2, true
}

// calendarWeek is the week of ISO 8601, Monday to Sunday. Week 1 is the one
// with 4 January in it.
func (p *parser) calendarWeek(year, n int) (point, bool) {
	fourth := date.NewDay(year, 1, 4)
	monday := fourth - date.Day(isoWeekday(fourth)-1) + date.Day(7*(n-1))
	thursday := monday + 3
	if n < 1 || thursday.Year() != year {
		p.refuse("%d has no calendar week %d.", "%d-W%02d", year, n, year, min(max(n, 1), 52))
		return point{}, false
	}
	return point{shape: fixed, form: iso, span: date.Period{From: monday.Date(), To: (monday + 6).Date()}}, true
}

// dayAndMonth reads a day and a month without a year: 12.3. and 12/3. Where
// both numbers could be either it is the order of Europe only with full stops.
func (p *parser) dayAndMonth(g group) (pt point, next int, ok bool) {
	a, b := g.n[0].num, g.n[1].num
	dot := p.tok(g.end)
	if g.sign == '.' && dot.sign == '.' && dot.glued {
		return point{shape: aDay, form: inDigits, n: b, day: a}, g.end + 1, true
	}
	if g.sign == '/' && g.n[1].digits == 2 && b > 12 && a <= 12 {
		p.refuse("I could not tell whether %d/%d is a day or a month.", "20%02d-%02d", a, b, b, a)
		return pt, g.end, false
	}
	return point{shape: aDay, form: noYear, n: b, day: a}, g.end, true
}
