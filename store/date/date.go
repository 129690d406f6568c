// Package date holds dates with the precision in which they were said.
//
// "March 2027" and "1 March 2027" are different statements, and a register
// that turns the first into the second invents something. So a Date keeps what
// was typed, in one canonical form for each precision:
//
//	""            not known
//	"2027"        a year
//	"2027-H1"     a half year
//	"2027-Q2"     a quarter
//	"2027-03"     a month
//	"2027-03-01"  a day
//
// As a bound, a date stands for the first day meant at the start of a period
// and for the last day meant at its end. A Period whose end is not known is
// open towards the future, one whose start is not known towards the past.
//
// The package promises that a Date which Parse accepted has a First and a
// Last, that First is never after Last, and that the words it gives name the
// same days. Limits: the Gregorian calendar, the years 1900 to 2199, no times
// of day, no time zones (but for Of and Day.Time), and English words.
// What people type is read by package commands/when, which is generous; this
// one knows the canonical forms only.
package date

import (
	"fmt"
	"time"

	"thbot/store/fault"
)

// The years a Date can name.
const (
	MinYear = 1900
	MaxYear = 2199
)

// Date is a year, half year, quarter, month or day in canonical form, or ""
// when it is not known. Its JSON form is the string. The zero value is ready
// to use and means "not known". A Date that did not come from this package
// must pass Parse.
type Date string

// Parse checks that s is in canonical form and names days that exist. Its
// errors are faults that show the nearest date which exists.
func Parse(s string) (Date, error) {
	if s == "" {
		return "", nil
	}
	p, ok := split(Date(s))
	if !ok {
		return "", fault.New(fault.Invalid, "I could not read %s as a date: I know days, months, quarters, half years and years.", quote(s)).WithTry("2027-03-01")
	}
	if near, why := p.mend(); why != "" {
		return "", fault.New(fault.Invalid, "%s, so I could not read %s.", why, quote(s)).WithTry("%s", near)
	}
	return Date(s), nil
}

// Mend gives for a date in canonical form which does not exist the nearest one
// that does, and why: "February 2027 has 28 days". why is empty where the date
// exists, and where it is in no canonical form; then near is empty too.
func Mend(d Date) (near Date, why string) {
	p, ok := split(d)
	if !ok {
		return "", ""
	}
	return p.mend()
}

// quote shows what was typed, cut short where it is long.
func quote(s string) string {
	if r := []rune(s); len(r) > 40 {
		s = string(r[:40]) + "…"
	}
	return "`" + s + "`"
}

// precision is how exactly a date was said.
type precision byte

const (
	toYear precision = iota + 1
	toHalf
	toQuarter
	toMonth
	toDay
)

// parts is a date taken apart; n counts halves, quarters or months.
type parts struct {
	prec    precision
	year, n int
	day     int
}

// split reads the form of d without asking whether such a day exists.
func split(d Date) (p parts, ok bool) {
	if p.year, ok = digits(d, 0, 4); !ok {
		return p, false
	}
	switch {
	case len(d) == 4:
		p.prec = toYear
		return p, true
	case len(d) == 7 && d[4] == '-' && (d[5] == 'Q' || d[5] == 'H'):
		p.prec = toQuarter
		if d[5] == 'H' {
			p.prec = toHalf
		}
		p.n, ok = digits(d, 6, 7)
		return p, ok
	case len(d) == 7 && d[4] == '-':
		p.prec = toMonth
		p.n, ok = digits(d, 5, 7)
		return p, ok
	case len(d) == 10 && d[4] == '-' && d[7] == '-':
		p.prec = toDay
		var okDay bool
		p.n, ok = digits(d, 5, 7)
		p.day, okDay = digits(d, 8, 10)
		return p, ok && okDay
	}
	return p, false
}

// digits reads d[from:to] as a number without sign.
func digits(d Date, from, to int) (n int, ok bool) {
	if len(d) < to {
		return 0, false
	}
	for i := from; i < to; i++ {
		if d[i] < '0' || d[i] > '9' {
			return 0, false
		}
		n = n*10 + int(d[i]-'0')
	}
	return n, true
}

// mend is Mend of the parts.
func (p parts) mend() (_ Date, why string) {
	near := p
	near.year = min(max(p.year, MinYear), MaxYear)
	near.n = min(max(p.n, 1), p.most())
	switch {
	case near.year != p.year:
		why = fmt.Sprintf("I know the years %d to %d", MinYear, MaxYear)
	case p.prec != toYear && near.n != p.n:
		why = "A year has " + [...]string{toHalf: "two halves", toQuarter: "four quarters", toMonth: "twelve months", toDay: "twelve months"}[p.prec]
	}
	if p.prec == toDay {
		month := time.Month(near.n)
		days := DaysIn(near.year, month)
		near.day = min(max(p.day, 1), days)
		if why == "" && near.day != p.day {
			why = fmt.Sprintf("%s %d has %d days", month, near.year, days)
		}
	}
	if why == "" {
		return "", ""
	}
	return near.date(), why
}

// most is the highest number n may have at this precision.
func (p parts) most() int {
	switch p.prec {
	case toHalf:
		return 2
	case toQuarter:
		return 4
	}
	return 12
}

// date puts the parts together again.
func (p parts) date() Date {
	switch p.prec {
	case toHalf:
		return Half(p.year, p.n)
	case toQuarter:
		return Quarter(p.year, p.n)
	case toMonth:
		return Month(p.year, time.Month(p.n))
	case toDay:
		return Civil(p.year, p.n, p.day)
	}
	return Year(p.year)
}

// write makes a date of a year, a letter or 0, and one or two numbers; -1 is
// none. It is here since dates are written often while texts are read.
func write(year int, letter byte, n, day int) Date {
	b := make([]byte, 0, 10)
	b = append(b, byte('0'+year/1000%10), byte('0'+year/100%10), byte('0'+year/10%10), byte('0'+year%10))
	switch {
	case letter != 0:
		b = append(b, '-', letter, byte('0'+n%10))
	case n >= 0:
		b = append(b, '-', byte('0'+n/10%10), byte('0'+n%10))
	}
	if day >= 0 {
		b = append(b, '-', byte('0'+day/10%10), byte('0'+day%10))
	}
	return Date(b)
}

// Year returns the date that means a whole year.
func Year(year int) Date { return write(year, 0, -1, -1) }

// Half returns the date that means half a year; half is 1 or 2.
func Half(year, half int) Date { return write(year, 'H', half, -1) }

// Quarter returns the date that means a quarter; quarter is 1 to 4.
func Quarter(year, quarter int) Date { return write(year, 'Q', quarter, -1) }

// Month returns the date that means a whole month.
func Month(year int, month time.Month) Date { return write(year, 0, int(month), -1) }

// Civil returns the date of a day whose parts were typed. There may be no such
// day; Mend tells.
func Civil(year, month, day int) Date { return write(year, 0, month, day) }

// Known tells whether the date says anything.
func (d Date) Known() bool { return d != "" }

// First is the first day meant, or None when the date is not known.
func (d Date) First() Day {
	p, ok := split(d)
	if !ok {
		return None
	}
	if p.prec == toDay {
		return NewDay(p.year, time.Month(p.n), p.day)
	}
	first, _ := p.months()
	return NewDay(p.year, first, 1)
}

// Last is the last day meant, or None when the date is not known.
func (d Date) Last() Day {
	p, ok := split(d)
	if !ok {
		return None
	}
	if p.prec == toDay {
		return NewDay(p.year, time.Month(p.n), p.day)
	}
	_, last := p.months()
	return NewDay(p.year, last, DaysIn(p.year, last))
}

// months are the first and the last month that p covers.
func (p parts) months() (first, last time.Month) {
	span := 12
	switch p.prec {
	case toHalf:
		span = 6
	case toQuarter:
		span = 3
	case toMonth:
		span = 1
	case toYear:
		p.n = 1
	}
	return time.Month((p.n-1)*span + 1), time.Month(p.n * span)
}
