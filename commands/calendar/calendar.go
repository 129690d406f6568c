// Package calendar says when a message may go out: working days, the quiet
// hours of a reader, the reminders before a meeting, and the slots of a cron
// expression.
//
// Everything here is a pure function of rule, zone and time. A time that the
// clock skips stands for the first minute after the gap, one that comes twice
// for its first.
//
// The holidays are those of the EU institutions, in holidays.txt: the days that
// the Commission's yearly decisions for Brussels name again and again. A single
// year's decision may differ in a day; an operator's list replaces them. Limits:
// the built-in list covers 2025 to 2035; other years have weekends only.
package calendar

import (
	_ "embed"
	"strings"
	"sync"
	"time"

	"thbot/store/date"
	"thbot/store/fault"
)

//go:embed holidays.txt
var holidays string

// Calendar knows the working days. It never changes once it is made.
type Calendar struct{ free map[date.Day]bool }

var builtin = sync.OnceValue(func() *Calendar {
	c, err := From(strings.Split(holidays, "\n"))
	if err != nil {
		panic(err) // the embedded list is held by a test
	}
	return c
})

// EU gives the calendar of the EU institutions.
func EU() *Calendar { return builtin() }

// From makes a calendar of a list of days: one in each line, such as
// "2026-12-24" with its name behind it. Empty lines and those that begin with #
// are passed over. A line that names no day is a fault.
func From(lines []string) (*Calendar, error) {
	c := &Calendar{free: map[date.Day]bool{}}
	for i, line := range lines {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		word, _, _ := strings.Cut(line, " ")
		d, err := date.Parse(word)
		if err != nil || !d.Known() || d.First() != d.Last() {
			return nil, fault.New(fault.Invalid, "Line %d of the holidays names no day: %s. A line begins with a day such as 2026-12-24.", i+1, word)
		}
		c.free[d.First()] = true
	}
	return c, nil
}

// Working tells whether the day is neither a weekend nor a holiday.
func (c *Calendar) Working(d date.Day) bool { return !weekend(d) && !c.free[d] }

// Holiday tells whether the day is on the list of holidays.
func (c *Calendar) Holiday(d date.Day) bool { return c.free[d] }

// LastWorkingDayBefore gives the nearest working day before the day.
func (c *Calendar) LastWorkingDayBefore(d date.Day) date.Day { return c.step(d, -1) }

// NextWorkingDay gives the nearest working day after the day.
func (c *Calendar) NextWorkingDay(d date.Day) date.Day { return c.step(d, 1) }

// step looks a year far: a list that frees a whole year is taken for a slip.
func (c *Calendar) step(d, by date.Day) date.Day {
	for n := d + by; n != d+366*by; n += by {
		if c.Working(n) {
			return n
		}
	}
	return d + by
}

func weekend(d date.Day) bool {
	return d.Weekday() == time.Saturday || d.Weekday() == time.Sunday
}

// The hours in which people may be written to.
const (
	morning = 7  // from 07:00
	evening = 20 // to 20:00
)

// Quiet tells whether the time, in the reader's zone, is at night, from 20:00
// to 07:00, or at a weekend.
func Quiet(t time.Time) bool {
	return weekend(date.Of(t)) || t.Hour() < morning || t.Hour() >= evening
}

// AfterQuiet gives the time itself or, where it is quiet in the reader's zone,
// the next 07:00 at which it no longer is.
func AfterQuiet(t time.Time) time.Time {
	if !Quiet(t) {
		return t
	}
	d := date.Of(t)
	if t.Hour() >= morning {
		d++
	}
	for weekend(d) {
		d++
	}
	return At(d, morning, 0, t.Location())
}

// At gives a time of day on a day.
func At(d date.Day, hour, minute int, zone *time.Location) time.Time {
	y, m, dd := d.Civil()
	return onWall(time.Date(y, m, dd, hour, minute, 0, 0, time.UTC), zone)
}

// onWall gives the moment at which a clock on a wall in the zone shows what w
// shows in UTC.
func onWall(w time.Time, zone *time.Location) time.Time {
	t := time.Date(w.Year(), w.Month(), w.Day(), w.Hour(), w.Minute(), w.Second(), w.Nanosecond(), zone)
	_, before := t.Add(-12 * time.Hour).Zone()
	_, after := t.Add(12 * time.Hour).Zone()
	if before == after {
		return t
	}
	first := w.Add(-time.Duration(before) * time.Second).In(zone)
	if shows(first, w) {
		return first // of a time that comes twice, the first
	}
	second := w.Add(-time.Duration(after) * time.Second).In(zone)
	if shows(second, w) {
		return second
	}
	return endOfGap(second, first)
}

func shows(t, wall time.Time) bool {
	return t.Hour() == wall.Hour() && t.Minute() == wall.Minute() && t.Day() == wall.Day()
}

// endOfGap gives the moment of the change of clocks between the two.
func endOfGap(from, to time.Time) time.Time {
	_, offset := from.Zone()
	for to.Sub(from) > time.Second {
		middle := from.Add(to.Sub(from) / 2)
		if _, o := middle.Zone(); o == offset {
			from = middle
		} else {
			to = middle
		}
	}
	return to.Truncate(time.Minute)
}

// wall is what a clock shows at the time, as if it were UTC.
func wall(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), time.UTC)
}
