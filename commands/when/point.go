package when

import (
	"time"

	"thbot/store/date"
	"thbot/store/fault"
)

// shape is what kind of time was said.
type shape byte

const (
	fixed    shape = iota + 1 // resolved already: tomorrow, next week
	aYear                     // 2027
	aHalf                     // n is 1 or 2
	aQuarter                  // n is 1 to 4
	aSeason                   // n is 1 to 4
	aMonth                    // n is 1 to 12
	aDay                      // n is the month, day the day of it
	dayOnly                   // "1" in "1 to 5 March": the month follows
)

// point is one time that was said, the year of which may be missing.
type point struct {
	shape  shape
	year   int // 0: not said
	n, day int
	part   int // 1 early, 2 middle, 3 late; 0 the whole
	week   int // the weekday said with a day, 1 for Monday; 0 for none
	span   date.Period
	form   form
}

// form says how the point was written, which decides whether it is read in
// running text.
type form byte

const (
	inWords     form = iota
	inDigits         // 12.3.2027
	iso              // 2027-03-01, 2027-03, 2027-Q2
	shortYear        // with a year of two digits
	monthYear        // 3/2027
	noYear           // 12.3. or 1/3
	relative         // next month, tomorrow
	abbreviated      // with a short name of a month or the letter of a quarter
)

// noSuchDay says why a date does not exist, and which does. It becomes a fault
// where the words that were typed are known.
type noSuchDay struct {
	near date.Date
	why  string
}

func (e noSuchDay) Error() string { return e.why }

// at is the period that the point means in a year.
func (pt point) at(year int) (date.Period, error) {
	var p date.Period
	switch pt.shape {
	case fixed:
		p = pt.span
	case aYear:
		p = date.Whole(date.Year(year))
	case aHalf:
		p = date.Whole(date.Half(year, pt.n))
	case aQuarter:
		p = date.Whole(date.Quarter(year, pt.n))
	case aSeason:
		p = seasonOf(year, pt.n)
	case aMonth:
		p = date.Whole(date.Month(year, time.Month(pt.n)))
	default:
		p = date.Whole(date.Civil(year, pt.n, pt.day))
	}
	for _, d := range []date.Date{p.From, p.To} {
		if near, why := date.Mend(d); why != "" {
			return p, noSuchDay{near, why}
		}
	}
	if pt.part != 0 {
		p = third(p, pt.part)
	}
	return p, pt.checkWeekday(p)
}

// checkWeekday refuses "Friday 10 December" in a year where it is a Thursday.
func (pt point) checkWeekday(p date.Period) error {
	day := p.First()
	if pt.week == 0 || isoWeekday(day) == pt.week {
		return nil
	}
	said := time.Weekday(pt.week % 7)
	return fault.New(fault.Invalid, "%s is a %s, not a %s.", p.From.Words(date.None), day.Weekday(), said).WithTry("%s", p.From)
}

// isoWeekday counts from 1 for Monday to 7 for Sunday.
func isoWeekday(d date.Day) int { return (int(d.Weekday())+6)%7 + 1 }

// seasonOf is the three months of a season; winter begins in December.
func seasonOf(year, n int) date.Period {
	if n == 4 {
		return date.Period{From: date.Month(year, time.December), To: date.Month(year+1, time.February)}
	}
	return date.Period{From: date.Month(year, time.Month(3*n)), To: date.Month(year, time.Month(3*n+2))}
}

// third is the early, middle or late part of a period: ten days or so of a
// month, one month of a quarter, two of a half year, and of a year the first
// quarter, May to August, and the last quarter.
func third(p date.Period, part int) date.Period {
	first, last := p.First(), p.Last()
	y, m, _ := first.Civil()
	month := func(a, b int) date.Period {
		if a == b {
			return date.Whole(date.Month(y, m+time.Month(a)))
		}
		return date.Period{From: date.Month(y, m+time.Month(a)), To: date.Month(y, m+time.Month(b))}
	}
	switch length := last - first; {
	case length > 300 && part == 2:
		return month(4, 7)
	case length > 300:
		return date.Whole(date.Quarter(y, 1+3*(part/3)))
	case length > 150:
		return month(2*(part-1), 2*(part-1)+1)
	case length > 80:
		return startingAt(first.AddMonths(part - 1))
	case length > 8:
		from := first + date.Day(10*(part-1))
		to := from + 9
		if part == 3 {
			to = last
		}
		return date.Period{From: from.Date(), To: to.Date()}
	}
	return p
}

// startingAt is the month that begins on a day.
func startingAt(d date.Day) date.Period {
	y, m, _ := d.Civil()
	return date.Whole(date.Month(y, m))
}

// bias says which year is meant where none was said.
type bias byte

const (
	nearest bias = iota // the next such, or one that ended within the last three months
	coming              // the next such
	gone                // the last such that has begun
)

// resolve finds the year of the point where it was not said, and gives the
// period. For an ambiguous bias of nearest the rule is that of the package
// comment.
func (pt point) resolve(today date.Day, b bias) (date.Period, error) {
	if pt.shape == fixed || pt.year != 0 {
		return pt.at(pt.year)
	}
	if pt.shape == dayOnly {
		return date.Period{}, fault.New(fault.Invalid, "I could not tell which month is meant by %d alone.", pt.day).
			WithTry("%s", today.Date())
	}
	var first error
	start, step := today.Year()-1, 1
	if b == gone {
		start, step = today.Year(), -1
	}
	limit := today
	if b == nearest {
		limit = today.AddMonths(-3)
	}
	for i := range 9 { // a 29 February is at most eight years away
		p, err := pt.at(start + i*step)
		switch {
		case err != nil && first == nil && p.Last() >= max(limit, today):
			first = err
		case err != nil:
		case b == gone && p.First() <= today, b != gone && p.Last() >= limit:
			if pt.week != 0 && first != nil {
				return p, first
			}
			return p, nil
		}
	}
	if first == nil {
		first = fault.New(fault.Invalid, "I found no such day near today.").WithTry("%s", today.Date())
	}
	return date.Period{}, first
}
