package calendar

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"thbot/store/date"
	"thbot/store/statement"
)

// schedules are 30 cron expressions, most of them in the hours in which clocks
// change: 01:00 to 02:00 in Lisbon and Dublin, 02:00 to 03:00 in most of the
// seats' zones, 03:00 to 04:00 in Tallinn and Vilnius.
var schedules = []string{
	"0 9 * * MON", "0 9 * * 1-5", "0 9 1 * *", "30 8 * * *", "0 0 * * *", "59 23 * * *", "0 12 * * 0", "0 6 28-31 * *",
	"0 2 * * 0", "30 2 * * *", "0 2 * * *", "0 3 * * *", "59 2 * * *", "1 2 * * *", "30 1 * * *", "0 1 * * 0", "30 3 * * *", "0 4 * * 0",
	"*/20 1-3 * * *", "*/7 * * * *", "15,45 0-4 * * *", "0 */2 * * *", "30 0,1,2,3 * * *", "5 1-4/2 * * SUN",
	"30 2 25-31 3,10 *", "0 3 25-31 3,10 0", "* * * * *", "* 2 * * *", "59 1,2,3 * * SAT,SUN", "17 2 * 3 *",
}

// seatZones gives the zones of the agencies' seats, each once.
func seatZones(t *testing.T) (zones []*time.Location) {
	for _, a := range statement.Builtin().Agencies {
		if loc := zone(t, a.Zone); !slices.ContainsFunc(zones, func(z *time.Location) bool { return z.String() == loc.String() }) {
			zones = append(zones, loc)
		}
	}
	return zones
}

// changes gives the first instants after each change of clocks in a year.
func changes(year int, loc *time.Location) (all []time.Time) {
	for t := time.Date(year, 1, 1, 0, 0, 0, 0, loc); t.Year() == year; t = t.Add(time.Hour) {
		_, before := t.Add(-time.Hour).Zone()
		if _, after := t.Zone(); before != after {
			all = append(all, t)
		}
	}
	return all
}

// expression is a cron expression, read anew and by itself: what Next is
// compared with must not rest on the same reading.
type expression struct {
	minute, hour, day, month, weekday [60]bool
	anyDay, anyWeekday                bool
}

func read(t testing.TB, expr string) *expression {
	t.Helper()
	f := strings.Fields(expr)
	e := &expression{anyDay: f[2] == "*", anyWeekday: f[4] == "*"}
	days := strings.NewReplacer("SUN", "0", "MON", "1", "SAT", "6")
	for i, part := range []struct {
		into      *[60]bool
		low, high int
	}{{&e.minute, 0, 59}, {&e.hour, 0, 23}, {&e.day, 1, 31}, {&e.month, 1, 12}, {&e.weekday, 0, 6}} {
		for item := range strings.SplitSeq(days.Replace(f[i]), ",") {
			span, every, _ := strings.Cut(item, "/")
			step, err := strconv.Atoi(orOne(every))
			low, high := part.low, part.high
			if span != "*" {
				from, to, isSpan := strings.Cut(span, "-")
				if !isSpan {
					to = from
				}
				var err2 error
				low, err2 = strconv.Atoi(from)
				if high, err = strconv.Atoi(to); err2 != nil {
					err = err2
				}
			}
			if err != nil {
				t.Fatalf("%s: %v", expr, err)
			}
			for n := low; n <= high; n += step {
				part.into[n] = true
			}
		}
	}
	return e
}

func orOne(s string) string {
	if s == "" {
		return "1"
	}
	return s
}

func (e *expression) meets(wall time.Time) bool {
	if !e.minute[wall.Minute()] || !e.hour[wall.Hour()] || !e.month[wall.Month()] {
		return false
	}
	day, weekday := e.day[wall.Day()], e.weekday[wall.Weekday()]
	if e.anyDay || e.anyWeekday {
		return day && weekday
	}
	return day || weekday // as cron has always read two that are both given
}

// walked looks at every minute: a time is due at the first minute at which the
// clock on the wall shows it or has gone past it, and only once.
func walked(e *expression, from, to time.Time) (all []time.Time) {
	highest := shown(from)
	for t := from.Add(time.Minute); !t.After(to); t = t.Add(time.Minute) {
		due := false
		for w := shown(t); highest.Before(w); {
			highest = highest.Add(time.Minute)
			due = due || e.meets(highest)
		}
		if due {
			all = append(all, t)
		}
	}
	return all
}

// shown is what a clock on the wall shows, as if it were UTC.
func shown(t time.Time) time.Time {
	_, offset := t.Zone()
	return t.Add(time.Duration(offset) * time.Second).UTC()
}

func slots(next func(time.Time) time.Time, from, to time.Time) (all []time.Time) {
	for t := next(from); !t.IsZero() && !t.After(to); t = next(t) {
		all = append(all, t)
	}
	return all
}

// overChanges calls with every change of clocks of the years in the zones of
// the seats, and every schedule.
func overChanges(t *testing.T, first, last int, do func(expr string, from, to time.Time)) (n int) {
	for _, loc := range seatZones(t) {
		for year := first; year <= last; year++ {
			for _, change := range changes(year, loc) {
				for _, expr := range schedules {
					do(expr, change.Add(-25*time.Hour), change.Add(26*time.Hour))
					n++
				}
			}
		}
	}
	return n
}

// TestNextAgainstAWalk holds that over no change of clocks a slot is missed, or
// comes twice.
func TestNextAgainstAWalk(t *testing.T) {
	if n := len(schedules); n != 30 {
		t.Fatalf("%d schedules", n)
	}
	missed, doubled := 0, 0
	n := overChanges(t, 2025, 2035, func(expr string, from, to time.Time) {
		c, err := ParseCron(expr)
		if err != nil {
			t.Fatal(err)
		}
		m, d := apart(slots(c.Next, from, to), walked(read(t, expr), from, to))
		if missed, doubled = missed+m, doubled+d; m+d > 0 {
			t.Errorf("%s in %s from %s: %d missed, %d too many", expr, from.Location(), from.Format("2006-01-02"), m, d)
		}
	})
	t.Logf("%d changes and schedules: %d missed, %d doubled", n, missed, doubled)
	if n != 9*11*2*30 {
		t.Errorf("%d changes and schedules were looked at", n)
	}
}

// TestTheWalkFindsTheLibrarysSlips shows that the walk tells: the library by
// itself misses slots in the gap, and has those that come twice twice.
func TestTheWalkFindsTheLibrarysSlips(t *testing.T) {
	missed, doubled := 0, 0
	overChanges(t, 2026, 2026, func(expr string, from, to time.Time) {
		c, _ := ParseCron(expr)
		m, d := apart(slots(c.spec.Next, from, to), walked(read(t, expr), from, to))
		missed, doubled = missed+m, doubled+d
	})
	if missed == 0 || doubled == 0 {
		t.Errorf("%d missed, %d doubled", missed, doubled)
	}
}

// apart counts what is wanted and not there, and what is there beyond that.
func apart(got, want []time.Time) (missed, more int) {
	count := map[int64]int{}
	for _, t := range want {
		count[t.Unix()]++
	}
	for _, t := range got {
		if count[t.Unix()]--; count[t.Unix()] < 0 {
			more++
		}
	}
	for _, n := range count {
		missed += max(n, 0)
	}
	return missed, more
}

// TestSlotsHold holds for any schedule, zone and stretch of time that slots
// rise, that they do not depend on when one asks, and that rounds of the digest
// asked for bit by bit are those asked for at once.
func TestSlotsHold(t *testing.T) {
	zones := seatZones(t)
	rapid.Check(t, func(rt *rapid.T) {
		expr := fmt.Sprintf("%d %d %s * %s", rapid.IntRange(0, 59).Draw(rt, "minute"), rapid.IntRange(0, 23).Draw(rt, "hour"),
			rapid.SampledFrom([]string{"*", "*", "1", "15", "31", "28-31"}).Draw(rt, "day"),
			rapid.SampledFrom([]string{"*", "MON", "1-5", "0", "FRI", "2,4"}).Draw(rt, "weekday"))
		c, err := ParseCron(expr)
		if err != nil {
			rt.Fatal(err)
		}
		loc := rapid.SampledFrom(zones).Draw(rt, "zone")
		from := At(day(t, "2025-02-10")+date.Day(rapid.IntRange(0, 3900).Draw(rt, "from")), rapid.IntRange(0, 23).Draw(rt, "at"), 17, loc)
		to := from.Add(time.Duration(rapid.IntRange(1, 70*24*60).Draw(rt, "minutes")) * time.Minute)
		all := EU().Digests(c, from, to)
		for i, d := range all {
			if i > 0 && (!d.Slot.After(all[i-1].Slot) || !d.Due.After(all[i-1].Due)) {
				rt.Fatalf("%s: %s comes after %s", expr, d.Due, all[i-1].Due)
			}
			if d.Due.Before(d.Slot) || EU().Holiday(date.Of(d.Due)) {
				rt.Fatalf("%s: the round of %s goes out at %s", expr, d.Slot, d.Due)
			}
		}
		middle := from.Add(time.Duration(rapid.IntRange(0, int(to.Sub(from)/time.Second)).Draw(rt, "middle")) * time.Second)
		parts := append(EU().Digests(c, from, middle), EU().Digests(c, middle, to)...)
		if !slices.EqualFunc(all, parts, func(a, b Digest) bool { return a.Slot.Equal(b.Slot) && a.Due.Equal(b.Due) }) {
			rt.Fatalf("%s from %s over %s to %s: %v and %v", expr, from, middle, to, all, parts)
		}
	})
}
