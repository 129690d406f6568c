package when

import (
	"strings"
	"time"

	"thbot/store/fault"
)

// lengths of the units as durations; a month is 30 days and a year 365, since
// a duration knows no calendar.
var lengths = map[int]time.Duration{
	minutes: time.Minute,
	hours:   time.Hour,
	days:    24 * time.Hour,
	weeks:   7 * 24 * time.Hour,
	months:  30 * 24 * time.Hour,
	years:   365 * 24 * time.Hour,
}

// longest is the longest duration that is taken.
const longest = 10 * 365 * 24 * time.Hour

// Duration reads "7d", "2w", "10m", "2h", "1d12h" and words such as "a week"
// or "three days". m is minutes; a month is 30 days of 24 hours, a year 365.
// Nothing, less than nothing, and more than ten years are refused with a
// fault.
func Duration(s string) (time.Duration, error) {
	if len(s) > maxInput {
		return 0, noDuration(s)
	}
	toks := tokenize(strings.TrimSpace(s))
	if len(toks) > 0 && toks[0].has(within) {
		toks = toks[1:]
	}
	var sum time.Duration
	for len(toks) > 0 {
		d, used := oneDuration(toks)
		if used == 0 {
			return 0, noDuration(s)
		}
		if sum += d; sum > longest {
			return 0, fault.New(fault.Invalid, "%s is more than ten years.", typed(s)).WithTry("90d")
		}
		toks = toks[used:]
		if len(toks) > 1 && (toks[0].has(and) || toks[0].sign == ',') {
			toks = toks[1:]
		}
	}
	if sum <= 0 {
		return 0, noDuration(s)
	}
	return sum, nil
}

// oneDuration reads a number and a unit; used is 0 where there are none.
func oneDuration(toks []token) (d time.Duration, used int) {
	if len(toks) < 2 {
		return 0, 0
	}
	n, ok := toks[0].is(number)
	if toks[0].digits > 0 && toks[0].digits < 6 {
		n, ok = toks[0].num, true
	}
	u, isUnit := toks[1].is(unit)
	length, known := lengths[u]
	if !ok || !isUnit || !known {
		return 0, 0
	}
	return time.Duration(n) * length, 2
}

func noDuration(s string) error {
	return fault.New(fault.Invalid, "I could not read %s as a length of time: I know minutes (m), hours (h), days (d) and weeks (w).", typed(s)).WithTry("7d")
}
