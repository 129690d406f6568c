package calendar

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"pgregory.net/rapid"

	"thbot/store/date"
	"thbot/store/fault"
)

var update = flag.Bool("update", false, "write holidays.txt anew from its rules")

// TestHolidaysFollowTheirRules computes the list from the rules that the
// Commission's yearly decisions repeat (such as OJ C 39, 12.2.2013, p. 26, for
// 2014), and compares it with the file.
func TestHolidaysFollowTheirRules(t *testing.T) {
	var b strings.Builder
	b.WriteString("# Public holidays of the EU institutions in Brussels: a day in each line.\n")
	b.WriteString("# By the rules that the Commission's yearly decisions repeat; the operator's\n# own list replaces this one (holidays in thbot.toml).\n")
	for year := 2025; year <= 2035; year++ {
		b.WriteString("\n")
		for _, h := range rules(year) {
			fmt.Fprintf(&b, "%s %s\n", h.day, h.name)
		}
	}
	if *update {
		if err := os.WriteFile("holidays.txt", []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if b.String() != holidays {
		t.Error("holidays.txt differs from its rules; write it with -update and look at the difference")
	}
}

type holiday struct {
	day  date.Day
	name string
}

func rules(year int) []holiday {
	e := easter(year)
	list := []holiday{
		{e - 3, "Maundy Thursday"}, {e - 2, "Good Friday"}, {e + 1, "Easter Monday"},
		{e + 39, "Ascension Day"}, {e + 40, "day after Ascension Day"}, {e + 50, "Whit Monday"},
	}
	fixed := func(m time.Month, d int, name string) {
		list = append(list, holiday{date.NewDay(year, m, d), name})
	}
	fixed(time.January, 1, "New Year's Day")
	fixed(time.January, 2, "day after New Year's Day")
	fixed(time.May, 1, "Labour Day")
	fixed(time.May, 9, "Europe Day")
	fixed(time.July, 21, "Belgian National Day")
	fixed(time.August, 15, "Assumption")
	fixed(time.November, 1, "All Saints' Day")
	fixed(time.November, 2, "All Souls' Day")
	for d := 24; d <= 31; d++ {
		fixed(time.December, d, "end of the year")
	}
	slices.SortStableFunc(list, func(a, b holiday) int { return int(a.day - b.day) })
	return list
}

// easter is the Gregorian computus (Meeus, Astronomical Algorithms, ch. 8).
func easter(y int) date.Day {
	a, b, c := y%19, y/100, y%100
	d, e, f := b/4, b%4, (b+8)/25
	g := (b - f + 1) / 3
	h := (19*a + b - d - g + 15) % 30
	i, k := c/4, c%4
	l := (32 + 2*e + 2*i - h - k) % 7
	m := (a + 11*h + 22*l) / 451
	return date.NewDay(y, time.Month((h+l-7*m+114)/31), (h+l-7*m+114)%31+1)
}

func TestEaster(t *testing.T) {
	for year, want := range map[int]string{2025: "2025-04-20", 2026: "2026-04-05", 2027: "2027-03-28", 2030: "2030-04-21", 2035: "2035-03-25"} {
		if got := easter(year).String(); got != want {
			t.Errorf("Easter of %d: %s, want %s", year, got, want)
		}
	}
}

func day(t testing.TB, s string) date.Day {
	d, err := date.Parse(s)
	if err != nil {
		t.Fatal(err)
	}
	return d.First()
}

func zone(t testing.TB, name string) *time.Location {
	loc, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

func moment(t testing.TB, s, in string) time.Time {
	m, err := time.ParseInLocation("2006-01-02 15:04", s, zone(t, in))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

const brussels = "Europe/Brussels"

func TestWorkingDays(t *testing.T) {
	c := EU()
	for _, test := range []struct{ from, before, after string }{
		{"2026-12-28", "2026-12-23", "2027-01-04"}, // the end of the year
		{"2027-03-26", "2027-03-24", "2027-03-30"}, // Good Friday
		{"2026-11-24", "2026-11-23", "2026-11-25"}, // an ordinary Tuesday
		{"2026-11-21", "2026-11-20", "2026-11-23"}, // a Saturday
		{"2026-05-15", "2026-05-13", "2026-05-18"}, // the day after Ascension Day
	} {
		if got := c.LastWorkingDayBefore(day(t, test.from)).String(); got != test.before {
			t.Errorf("before %s: %s, want %s", test.from, got, test.before)
		}
		if got := c.NextWorkingDay(day(t, test.from)).String(); got != test.after {
			t.Errorf("after %s: %s, want %s", test.from, got, test.after)
		}
	}
}

func TestListReplaces(t *testing.T) {
	c, err := From([]string{"# ours", "", "2026-12-07 a day of our own"})
	if err != nil {
		t.Fatal(err)
	}
	if c.Working(day(t, "2026-12-07")) || !c.Working(day(t, "2026-12-25")) {
		t.Error("the list does not replace the built-in one")
	}
	for _, bad := range []string{"2026-12", "Christmas", "2026-02-30"} {
		if _, err := From([]string{bad}); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", bad, err)
		}
	}
}

func TestAfterQuiet(t *testing.T) {
	for _, test := range []struct{ at, want string }{
		{"2026-11-24 07:00", "2026-11-24 07:00"},
		{"2026-11-24 06:59", "2026-11-24 07:00"},
		{"2026-11-24 19:59", "2026-11-24 19:59"},
		{"2026-11-24 20:00", "2026-11-25 07:00"},
		{"2026-11-27 20:00", "2026-11-30 07:00"}, // Friday evening
		{"2026-11-28 12:00", "2026-11-30 07:00"},
		{"2026-11-29 03:00", "2026-11-30 07:00"},
		{"2026-11-30 03:00", "2026-11-30 07:00"},
	} {
		if got := AfterQuiet(moment(t, test.at, brussels)).Format("2006-01-02 15:04"); got != test.want {
			t.Errorf("%s: %s, want %s", test.at, got, test.want)
		}
	}
}

func TestReminders(t *testing.T) {
	leads := []string{"14d", "3d", "2h"}
	for _, test := range []struct {
		name, start, now string
		leads            []string
		want             string
	}{
		{"on working days they stand", "2026-12-10 10:00", "2026-11-20 09:00", leads,
			"14d 2026-11-26 10:00, 3d 2026-12-07 10:00, 2h 2026-12-10 08:00"},
		{"a weekend moves to Friday 09:00", "2026-12-09 10:00", "2026-11-20 09:00", leads,
			"14d 2026-11-25 10:00, 3d 2026-12-04 09:00, 2h 2026-12-09 08:00"},
		{"the end of the year moves before it", "2027-01-05 10:00", "2026-12-01 09:00", leads,
			"14d 2026-12-22 10:00, 3d 2026-12-23 09:00, 2h 2027-01-05 08:00"},
		{"hours never move", "2027-01-04 00:30", "2026-12-01 09:00", []string{"2h"},
			"2h 2027-01-03 22:30"},
		{"what is past is left out", "2026-12-10 10:00", "2026-12-01 09:00", leads,
			"3d 2026-12-07 10:00, 2h 2026-12-10 08:00"},
		{"those that meet are one", "2026-12-08 10:00", "2026-12-01 09:00", []string{"3d", "2d", "4d"},
			"3d 2026-12-04 09:00"},
		{"weeks are days", "2026-12-10 10:00", "2026-11-20 09:00", []string{"1w"}, "1w 2026-12-03 10:00"},
		{"over a change of clocks the hour stays", "2026-11-03 10:00", "2026-10-01 09:00", []string{"14d"}, "14d 2026-10-20 10:00"},
	} {
		var got []string
		for _, r := range EU().Reminders(moment(t, test.start, brussels), test.leads, moment(t, test.now, brussels)) {
			got = append(got, r.Slot+" "+r.Due.Format("2006-01-02 15:04"))
		}
		if s := strings.Join(got, ", "); s != test.want {
			t.Errorf("%s: %s, want %s", test.name, s, test.want)
		}
	}
}

// TestRemindersHold checks what must hold of every meeting: reminders come
// before it and after now, one a day, and those in days on working days.
func TestRemindersHold(t *testing.T) {
	loc := zone(t, brussels)
	rapid.Check(t, func(rt *rapid.T) {
		start := At(day(t, "2025-02-01")+date.Day(rapid.IntRange(0, 3900).Draw(rt, "day")), rapid.IntRange(0, 23).Draw(rt, "hour"), 30, loc)
		now := start.Add(-time.Duration(rapid.IntRange(1, 60*24).Draw(rt, "hours before")) * time.Hour)
		leads := rapid.SliceOfN(rapid.SampledFrom([]string{"14d", "3d", "2h", "1w", "30m", "1d", "20h"}), 0, 5).Draw(rt, "leads")
		seen := map[date.Day]bool{}
		for _, r := range EU().Reminders(start, leads, now) {
			if !r.Due.After(now) || !r.Due.Before(start) || seen[date.Of(r.Due)] {
				rt.Fatalf("%s at %s for %s, now %s", r.Slot, r.Due, start, now)
			}
			seen[date.Of(r.Due)] = true
			if u := r.Slot[len(r.Slot)-1]; (u == 'd' || u == 'w') && !EU().Working(date.Of(r.Due)) {
				rt.Fatalf("%s on %s, which is no working day", r.Slot, r.Due)
			}
		}
	})
}

func TestTomorrow(t *testing.T) {
	for now, want := range map[string]string{
		"2026-11-24 10:00": "2026-11-25 09:00",
		"2026-11-27 23:00": "2026-11-30 09:00",
		"2026-12-23 10:00": "2027-01-04 09:00",
	} {
		if got := EU().Tomorrow(moment(t, now, brussels)).Format("2006-01-02 15:04"); got != want {
			t.Errorf("%s: %s, want %s", now, got, want)
		}
	}
}

func TestParseCronRefuses(t *testing.T) {
	for _, expr := range []string{"", "TZ=UTC", "CRON_TZ=Asia/Tokyo 0 9 * * *", "@every 1h", "0 9 30 2 *", "61 9 * * *", "hello", "0 9 * *", "\x00"} {
		if _, err := ParseCron(expr); !fault.Is(err, fault.Invalid) {
			t.Errorf("%q: %v", expr, err)
		}
	}
}

func FuzzParseCron(f *testing.F) {
	for _, s := range []string{"0 9 * * MON", "TZ=UTC", "@weekly", "*/5 * * * *", "0 9 30 2 *"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		c, err := ParseCron(s)
		if err != nil && fault.As(err) == nil {
			t.Fatal(err)
		}
		if c != nil {
			if from := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC); !c.Next(from).After(from) {
				t.Fatalf("%q does not go on", s)
			}
		}
	})
}

func TestDigests(t *testing.T) {
	for _, test := range []struct{ name, expr, from, to, want string }{
		{"every Monday", "0 9 * * MON", "2026-11-22 00:00", "2026-12-08 00:00", "2026-11-23 09:00, 2026-11-30 09:00, 2026-12-07 09:00"},
		{"a holiday: the next working day", "0 9 * * MON", "2027-03-25 00:00", "2027-04-06 00:00", "2027-03-30 09:00, 2027-04-05 09:00"},
		{"one that meets the next gives way", "0 9 * * *", "2027-03-24 00:00", "2027-04-01 00:00",
			"2027-03-24 09:00, 2027-03-27 09:00, 2027-03-28 09:00, 2027-03-30 09:00, 2027-03-31 09:00"},
		{"two Mondays in the holidays", "0 9 * * MON", "2026-12-15 00:00", "2027-01-12 00:00", "2026-12-21 09:00, 2027-01-04 09:00, 2027-01-11 09:00"},
	} {
		c, err := ParseCron(test.expr)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, d := range EU().Digests(c, moment(t, test.from, brussels), moment(t, test.to, brussels)) {
			got = append(got, d.Due.Format("2006-01-02 15:04"))
		}
		if s := strings.Join(got, ", "); s != test.want {
			t.Errorf("%s: %s, want %s", test.name, s, test.want)
		}
	}
}
