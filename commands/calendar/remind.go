package calendar

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"thbot/store/date"
	"thbot/store/fault"
)

// Lead is how long before a meeting a reminder goes out.
type Lead struct {
	N    int
	Unit byte // m, h, d or w
}

// ParseLead reads "14d", "2h", "30m" or "2w".
func ParseLead(s string) (Lead, error) {
	s = strings.ToLower(strings.TrimSpace(s))
	if n := len(s) - 1; n > 0 && strings.IndexByte("mhdw", s[n]) >= 0 {
		if v, err := strconv.Atoi(s[:n]); err == nil && v > 0 && v <= 10000 {
			return Lead{v, s[n]}, nil
		}
	}
	return Lead{}, fault.New(fault.Invalid, "%q is no time before a meeting. It is a number with m, h, d or w, such as 14d or 2h.", s)
}

// String gives the form that ParseLead reads.
func (l Lead) String() string { return strconv.Itoa(l.N) + string(l.Unit) }

// Reminder is one reminder before a meeting.
type Reminder struct {
	Slot string // its name in keys, such as 14d
	Due  time.Time
}

// ByDay tells whether the reminder is counted in days or weeks.
func (r Reminder) ByDay() bool {
	return strings.HasSuffix(r.Slot, "d") || strings.HasSuffix(r.Slot, "w")
}

// Morning is the hour of a reminder that was moved to another day, and of what
// is to come back on the next working day.
const Morning = 9

// Reminders gives the reminders before a start that fall due after the time,
// soonest first. One counted in days or weeks that falls on a weekend or a
// holiday moves to the last working day before, 09:00 in the start's zone;
// those in minutes and hours never move. Of several on one day the first
// stays. A lead that cannot be read is passed over: the configuration has been
// checked before.
func (c *Calendar) Reminders(start time.Time, leads []string, after time.Time) []Reminder {
	var all []Reminder
	for _, text := range leads {
		lead, err := ParseLead(text)
		if err != nil {
			continue
		}
		if due := c.due(start, lead); due.After(after) && due.Before(start) {
			all = append(all, Reminder{lead.String(), due})
		}
	}
	slices.SortStableFunc(all, func(a, b Reminder) int { return a.Due.Compare(b.Due) })
	return slices.CompactFunc(all, func(a, b Reminder) bool { return date.Of(a.Due) == date.Of(b.Due) })
}

func (c *Calendar) due(start time.Time, l Lead) time.Time {
	days := l.N
	switch l.Unit {
	case 'm':
		return start.Add(-time.Duration(l.N) * time.Minute)
	case 'h':
		return start.Add(-time.Duration(l.N) * time.Hour)
	case 'w':
		days *= 7
	}
	day := date.Of(start) - date.Day(days)
	if c.Working(day) {
		return At(day, start.Hour(), start.Minute(), start.Location())
	}
	return At(c.LastWorkingDayBefore(day), Morning, 0, start.Location())
}

// Tomorrow is when "remind me tomorrow" comes round: the next working day, at
// 09:00 in now's zone.
func (c *Calendar) Tomorrow(now time.Time) time.Time {
	return At(c.NextWorkingDay(date.Of(now)), Morning, 0, now.Location())
}
