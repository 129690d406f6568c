package date

import (
	"math"
	"time"
)

// Day counts civil days since 1970-01-01, without a time zone. The zero value
// is that day, and not "unknown": where a day is not known, it is None.
type Day int32

// None stands for a day that is not known. It is before every other day, so
// compare only days that are known.
const None Day = math.MinInt32

// NewDay returns the day of a civil date. A day or month outside its range
// runs on into the next, as in time.Date.
func NewDay(year int, month time.Month, day int) Day {
	return Day(time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Unix() / secondsADay)
}

const secondsADay = 24 * 60 * 60

// Of is the civil day of t in t's own location; use t.In first where another
// zone decides.
func Of(t time.Time) Day {
	y, m, d := t.Date()
	return NewDay(y, m, d)
}

// Known tells whether the day is a day.
func (d Day) Known() bool { return d != None }

// Time is the start of the day in loc. Where the clock skips midnight, it is
// the hour that time.Date gives for it.
func (d Day) Time(loc *time.Location) time.Time {
	y, m, dd := d.Civil()
	return time.Date(y, m, dd, 0, 0, 0, 0, loc)
}

// Civil takes the day apart.
func (d Day) Civil() (year int, month time.Month, day int) {
	return time.Unix(int64(d)*secondsADay, 0).UTC().Date()
}

// Year is the calendar year of the day.
func (d Day) Year() int {
	y, _, _ := d.Civil()
	return y
}

// Weekday is the day of the week.
func (d Day) Weekday() time.Weekday {
	return time.Unix(int64(d)*secondsADay, 0).UTC().Weekday()
}

// AddMonths moves the day by n months; where the month that it reaches is
// shorter, it is that month's last day, so that 31 January and one month more
// is 28 February.
func (d Day) AddMonths(n int) Day {
	y, m, day := d.Civil()
	first := time.Date(y, m+time.Month(n), 1, 0, 0, 0, 0, time.UTC)
	return NewDay(first.Year(), first.Month(), min(day, DaysIn(first.Year(), first.Month())))
}

// Date is the day as a Date, or "" for None.
func (d Day) Date() Date {
	if d == None {
		return ""
	}
	y, m, day := d.Civil()
	return parts{prec: toDay, year: y, n: int(m), day: day}.date()
}

// String is the day in the form 2027-03-01, or "none".
func (d Day) String() string {
	if d == None {
		return "none"
	}
	return string(d.Date())
}

// DaysIn is the number of days in a month.
func DaysIn(year int, month time.Month) int {
	return time.Date(year, month+1, 0, 0, 0, 0, 0, time.UTC).Day()
}
