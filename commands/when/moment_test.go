package when

import (
	"testing"
	"time"
	_ "time/tzdata"

	"thbot/store/fault"
)

func brussels(t *testing.T) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation("Europe/Brussels")
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

func TestMoment(t *testing.T) {
	loc := brussels(t)
	now := time.Date(2026, 11, 23, 9, 0, 0, 0, loc)
	tests := []struct {
		in, want string
		timed    bool
	}{
		{"2026-12-10 10:00", "2026-12-10T10:00+01:00", true}, {"2026-12-10T10:00", "2026-12-10T10:00+01:00", true}, {"2026-12-10 10:00:00", "2026-12-10T10:00+01:00", true},
		{"2026-12-10T10:00:00Z", "2026-12-10T11:00+01:00", true}, {"2026-12-10T10:00+02:00", "2026-12-10T09:00+01:00", true},
		{"10 December 10:00", "2026-12-10T10:00+01:00", true}, {"Thursday 10:00", "2026-11-26T10:00+01:00", true}, {"10 Dec 2026 at 10", "2026-12-10T10:00+01:00", true},
		{"Thursday, 10 December, 10:00", "2026-12-10T10:00+01:00", true}, {"10:00 on 10 December", "2026-12-10T10:00+01:00", true}, {"tomorrow at 3 pm", "2026-11-24T15:00+01:00", true}, {"tomorrow 3pm", "2026-11-24T15:00+01:00", true},
		{"tomorrow 12 am", "2026-11-24T00:00+01:00", true}, {"tomorrow 12:30 pm", "2026-11-24T12:30+01:00", true}, {"tomorrow 10 a.m.", "2026-11-24T10:00+01:00", true}, {"tomorrow noon", "2026-11-24T12:00+01:00", true},
		{"10 décembre à 10h00", "2026-12-10T10:00+01:00", true}, {"10 décembre à 10h", "2026-12-10T10:00+01:00", true}, {"10. Dezember um 10 Uhr", "2026-12-10T10:00+01:00", true}, {"10. Dezember um 10.30 Uhr", "2026-12-10T10:30+01:00", true}, {"10.12.2026 10:00", "2026-12-10T10:00+01:00", true}, {"next Friday 9:05", "2026-11-27T09:05+01:00", true},
		{"10 September 10:00", "2027-09-10T10:00+02:00", true},
		{"10 December", "2026-12-10T00:00+01:00", false}, {"2027-06-01", "2027-06-01T00:00+02:00", false},
		{"2027-10-31 02:30", "2027-10-31T02:30+02:00", true},
	}
	for _, tt := range tests {
		got, timed, err := Moment(tt.in, now)
		if err != nil || got.Format("2006-01-02T15:04Z07:00") != tt.want || timed != tt.timed {
			t.Errorf("%q: got %s, %v, %v; want %s", tt.in, got.Format(time.RFC3339), timed, err, tt.want)
		}
	}
}

func TestMomentRefuses(t *testing.T) {
	now := time.Date(2026, 11, 23, 9, 0, 0, 0, brussels(t))
	tests := []struct{ in, what, try string }{
		{"2027-03-28 02:30", "On 28 March 2027 the clocks go forward, and 02:30 is skipped.", "2027-03-28 03:30"},
		{"10:00", "`10:00` does not say on which day.", "2026-11-24 10:00"},
		{"March 10:00", "A meeting needs one day, and `March` is more than one.", "2026-11-24 10:00"},
		{"2026-12-10 25:00", "A day ends at 23:59, so I could not read `25:00`.", "2026-12-10 10:00"},
		{"2026-02-30 10:00", "February 2026 has 28 days, so I could not read `2026-02-30`.", "2026-02-28"},
		{"10 December 10:00-12:00", "A meeting has the time when it begins, and no end; I found two in `10:00-12:00`.", "10 December 10:00"},
		{"soon", "I could not read `soon` as a date.", "2027-03-01"},
		{"", "`` does not say on which day.", "2026-11-24 10:00"},
	}
	for _, tt := range tests {
		got, _, err := Moment(tt.in, now)
		f := fault.As(err)
		if f == nil || f.What != tt.what || f.Try != tt.try {
			t.Errorf("%q: got %s, %v", tt.in, got, err)
			continue
		}
		if _, _, err := Moment(f.Try, now); err != nil {
			t.Errorf("%q: the line that works does not: %v", tt.in, err)
		}
	}
}

func TestDuration(t *testing.T) {
	const day = 24 * time.Hour
	tests := []struct {
		in   string
		want time.Duration
	}{
		{"7d", 7 * day}, {"2w", 14 * day}, {"10m", 10 * time.Minute}, {"2h", 2 * time.Hour}, {"1d12h", 36 * time.Hour}, {"90d", 90 * day}, {"1 d", day},
		{"a week", 7 * day}, {"two weeks", 14 * day}, {"in three days", 3 * day}, {"a month", 30 * day}, {"1 hour and 30 minutes", 90 * time.Minute}, {"eine Woche", 7 * day}, {"10 min", 10 * time.Minute}, {"1 year", 365 * day},
	}
	for _, tt := range tests {
		if got, err := Duration(tt.in); got != tt.want || err != nil {
			t.Errorf("%q: got %v, %v", tt.in, got, err)
		}
	}
	for _, s := range []string{"", "0d", "-7d", "7", "d", "7x", "11 years", "99999999d", "soon", "1e5d", "7d x"} {
		if got, err := Duration(s); fault.As(err) == nil || fault.As(err).Try == "" {
			t.Errorf("%q: got %v, %v", s, got, err)
		}
	}
}
