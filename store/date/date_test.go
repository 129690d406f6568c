package date

import (
	"encoding/json"
	"testing"
	"time"
	_ "time/tzdata"

	"pgregory.net/rapid"

	"thbot/store/fault"
)

func TestParse(t *testing.T) {
	tests := []struct {
		in          Date
		first, last string
	}{
		{"2027", "2027-01-01", "2027-12-31"},
		{"2027-H1", "2027-01-01", "2027-06-30"},
		{"2027-H2", "2027-07-01", "2027-12-31"},
		{"2027-Q1", "2027-01-01", "2027-03-31"},
		{"2027-Q4", "2027-10-01", "2027-12-31"},
		{"2028-02", "2028-02-01", "2028-02-29"},
		{"2027-02", "2027-02-01", "2027-02-28"},
		{"2027-12", "2027-12-01", "2027-12-31"},
		{"2028-02-29", "2028-02-29", "2028-02-29"},
		{"1900-01-01", "1900-01-01", "1900-01-01"},
		{"2199-12-31", "2199-12-31", "2199-12-31"},
	}
	for _, tt := range tests {
		d, err := Parse(string(tt.in))
		if err != nil || d != tt.in || d.First().String() != tt.first || d.Last().String() != tt.last {
			t.Errorf("%s: %s to %s, %v", tt.in, d.First(), d.Last(), err)
		}
	}
	if d, err := Parse(""); d != "" || err != nil || d.Known() || d.First() != None || d.Last() != None {
		t.Errorf("nothing: %q, %v", d, err)
	}
}

func TestParseRefuses(t *testing.T) {
	tests := []struct{ in, what, try string }{
		{"2027-02-30", "February 2027 has 28 days, so I could not read `2027-02-30`.", "2027-02-28"},
		{"2027-06-31", "June 2027 has 30 days, so I could not read `2027-06-31`.", "2027-06-30"},
		{"2027-06-00", "June 2027 has 30 days, so I could not read `2027-06-00`.", "2027-06-01"},
		{"2027-13", "A year has twelve months, so I could not read `2027-13`.", "2027-12"},
		{"2027-13-31", "A year has twelve months, so I could not read `2027-13-31`.", "2027-12-31"},
		{"2027-Q5", "A year has four quarters, so I could not read `2027-Q5`.", "2027-Q4"},
		{"2027-H0", "A year has two halves, so I could not read `2027-H0`.", "2027-H1"},
		{"1899", "I know the years 1900 to 2199, so I could not read `1899`.", "1900"},
		{"2200-02-29", "I know the years 1900 to 2199, so I could not read `2200-02-29`.", "2199-02-28"},
		{"March 2027", "I could not read `March 2027` as a date: I know days, months, quarters, half years and years.", "2027-03-01"},
		{"2027-q2", "I could not read `2027-q2` as a date: I know days, months, quarters, half years and years.", "2027-03-01"},
		{"2027-3-1", "I could not read `2027-3-1` as a date: I know days, months, quarters, half years and years.", "2027-03-01"},
		{" 2027", "I could not read ` 2027` as a date: I know days, months, quarters, half years and years.", "2027-03-01"},
		{"+027", "I could not read `+027` as a date: I know days, months, quarters, half years and years.", "2027-03-01"},
	}
	for _, tt := range tests {
		d, err := Parse(tt.in)
		f := fault.As(err)
		if f == nil || f.Code != fault.Invalid || f.What != tt.what || f.Try != tt.try || d != "" {
			t.Errorf("%s: %q, %v", tt.in, d, err)
			continue
		}
		if _, err := Parse(f.Try); err != nil {
			t.Errorf("%s: the line that works does not: %v", tt.in, err)
		}
	}
}

func TestWords(t *testing.T) {
	today := NewDay(2026, time.November, 23)
	tests := []struct {
		from, to    Date
		words, full string
	}{
		{"", "", "no dates", "no dates"},
		{"2027", "2027", "2027", "2027"},
		{"2026", "2026", "2026", "2026"},
		{"2027-Q2", "2027-Q2", "second quarter of 2027", "second quarter of 2027"},
		{"2026-H2", "2026-H2", "second half of 2026", "second half of 2026"},
		{"2027-03", "2027-03", "March 2027", "March 2027"},
		{"2026-12", "2026-12", "December", "December 2026"},
		{"2026-12-10", "2026-12-10", "Thursday 10 December", "10 December 2026"},
		{"2026-03-10", "2026-03-10", "10 March", "10 March 2026"},
		{"2027-01-04", "2027-01-04", "Monday 4 January 2027", "4 January 2027"},
		{"2027-03-01", "2027-03-01", "1 March 2027", "1 March 2027"},
		{"2027-03", "2027-05", "March to May 2027", "March to May 2027"},
		{"2026-03", "2026-05", "March to May", "March to May 2026"},
		{"2026-11", "2027-02", "November 2026 to February 2027", "November 2026 to February 2027"},
		{"2027-03-01", "2027-03-05", "1 to 5 March 2027", "1 to 5 March 2027"},
		{"2027-03-01", "2027-04-05", "1 March to 5 April 2027", "1 March to 5 April 2027"},
		{"2026-12-01", "2026-12-05", "1 to 5 December", "1 to 5 December 2026"},
		{"2027-Q1", "2027-Q3", "first to third quarter of 2027", "first to third quarter of 2027"},
		{"2026-Q3", "2027-Q1", "third quarter of 2026 to first quarter of 2027", "third quarter of 2026 to first quarter of 2027"},
		{"2027", "2029", "2027 to 2029", "2027 to 2029"},
		{"2027-03", "2027", "March to the end of 2027", "March to the end of 2027"},
		{"2027-03-01", "2027-05", "1 March to the end of May 2027", "1 March to the end of May 2027"},
		{"2027", "2027-06", "the start of 2027 to June 2027", "the start of 2027 to June 2027"},
		{"2027-03", "2027-05-10", "March to 10 May 2027", "March to 10 May 2027"},
		{"2027-03", "", "from March 2027", "from March 2027"},
		{"", "2027-06", "until June 2027", "until June 2027"},
		{"", "2026-12-10", "until Thursday 10 December", "until 10 December 2026"},
	}
	for _, tt := range tests {
		p := Period{tt.from, tt.to}
		if got := p.Words(today); got != tt.words {
			t.Errorf("%v: %q, want %q", p, got, tt.words)
		}
		if got := p.Words(None); got != tt.full {
			t.Errorf("%v without today: %q, want %q", p, got, tt.full)
		}
	}
}

func TestOverlapsAndGap(t *testing.T) {
	tests := []struct {
		p, q     Period
		overlaps bool
		gap      int
		within   int // the least number of months that passes
	}{
		{Whole("2027"), Whole("2027-03-01"), true, 0, 0},
		{Whole("2027-03"), Whole("2027-04"), false, 0, 0},
		{Whole("2027-03"), Whole("2027-05"), false, 1, 1},
		{Whole("2026-01"), Whole("2027-02"), false, 12, 12},
		{Whole("2026-01"), Whole("2027-02-02"), false, 12, 13},
		{Whole("2026-01-31"), Whole("2026-02-28"), false, 0, 1},
		{Period{From: "2027-03"}, Whole("2040"), true, 0, 0},
		{Period{From: "2027-03"}, Whole("2026-03"), false, 11, 11},
		{Period{To: "2026-03"}, Period{From: "2027-04"}, false, 12, 12},
		{Period{}, Whole("2027"), false, 0, 0},
		{Period{}, Period{}, false, 0, 0},
		{Period{From: "2027"}, Period{To: "2027-06"}, true, 0, 0},
	}
	for _, tt := range tests {
		for _, pair := range [][2]Period{{tt.p, tt.q}, {tt.q, tt.p}} {
			p, q := pair[0], pair[1]
			if got := p.Overlaps(q); got != tt.overlaps {
				t.Errorf("%v overlaps %v: %v", p, q, got)
			}
			if got := p.Gap(q); got != tt.gap {
				t.Errorf("gap of %v and %v: %d, want %d", p, q, got, tt.gap)
			}
			if !p.Within(q, tt.within) || tt.within > 0 && p.Within(q, tt.within-1) {
				t.Errorf("%v within %d months of %v", p, tt.within, q)
			}
		}
	}
}

func TestContains(t *testing.T) {
	day := NewDay(2027, time.March, 31)
	for p, want := range map[Period]bool{Whole("2027-03"): true, Whole("2027-04"): false, {From: "2027"}: true, {To: "2027-02"}: false, {}: false} {
		if got := p.Contains(day); got != want {
			t.Errorf("%v: %v", p, got)
		}
	}
	if (Period{From: "2027"}).Contains(None) {
		t.Error("no day lies in a period")
	}
}

func TestCheck(t *testing.T) {
	if err := (Period{"2027-03", "2027-03-05"}).Check(); err != nil {
		t.Error(err)
	}
	err := Period{"2027-06", "2027-03"}.Check()
	if f := fault.As(err); f == nil || f.What != "The end, March 2027, is before the start, June 2027." || f.Try != "from:2027-03 to:2027-06" {
		t.Error(err)
	}
	if err := (Period{From: "2027-02-30"}).Check(); !fault.Is(err, fault.Invalid) {
		t.Error(err)
	}
}

func TestJSON(t *testing.T) {
	b, err := json.Marshal(Period{From: "2027-Q2"})
	if err != nil || string(b) != `{"from":"2027-Q2"}` {
		t.Errorf("%s, %v", b, err)
	}
}

func TestDay(t *testing.T) {
	loc, err := time.LoadLocation("Europe/Brussels")
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 11, 23, 23, 30, 0, 0, time.UTC)
	if d := Of(at.In(loc)); d.String() != "2026-11-24" || d.Weekday() != time.Tuesday || Of(at).String() != "2026-11-23" {
		t.Error(d)
	}
	if got := NewDay(2026, 11, 24).Time(loc).Format(time.RFC3339); got != "2026-11-24T00:00:00+01:00" {
		t.Error(got)
	}
	if got := NewDay(2027, 1, 31).AddMonths(1).String(); got != "2027-02-28" {
		t.Error(got)
	}
	if got := NewDay(2027, 1, 31).AddMonths(-2).String(); got != "2026-11-30" {
		t.Error(got)
	}
	if NewDay(1969, 12, 31) != -1 || NewDay(1970, 1, 1) != 0 || None.String() != "none" || None.Date() != "" {
		t.Error("days are counted from 1970")
	}
}

// anyDate draws a date that exists.
var anyDate = rapid.Custom(func(t *rapid.T) Date {
	y := rapid.IntRange(MinYear, MaxYear).Draw(t, "year")
	switch rapid.SampledFrom([]precision{toYear, toHalf, toQuarter, toMonth, toDay}).Draw(t, "precision") {
	case toYear:
		return Year(y)
	case toHalf:
		return Half(y, rapid.IntRange(1, 2).Draw(t, "half"))
	case toQuarter:
		return Quarter(y, rapid.IntRange(1, 4).Draw(t, "quarter"))
	case toMonth:
		return Month(y, time.Month(rapid.IntRange(1, 12).Draw(t, "month")))
	}
	return NewDay(y, 1, rapid.IntRange(1, 365).Draw(t, "day")).Date()
})

func TestDates(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := anyDate.Draw(t, "date")
		if got, err := Parse(string(d)); err != nil || got != d {
			t.Fatalf("%s: %v", d, err)
		}
		if d.First() > d.Last() || d.First().Date().First() != d.First() {
			t.Fatalf("%s is %s to %s", d, d.First(), d.Last())
		}
		y, m, day := d.First().Civil()
		if NewDay(y, m, day) != d.First() || Of(d.First().Time(time.UTC)) != d.First() {
			t.Fatalf("%s does not come back", d.First())
		}
	})
}

func TestPeriods(t *testing.T) {
	period := rapid.Custom(func(t *rapid.T) Period {
		p := Period{anyDate.Draw(t, "from"), anyDate.Draw(t, "to")}
		if p.Check() != nil {
			p.From, p.To = p.To, p.From
		}
		return p
	})
	rapid.Check(t, func(t *rapid.T) {
		p, q := period.Draw(t, "p"), period.Draw(t, "q")
		if err := p.Check(); err != nil {
			t.Fatal(err)
		}
		if p.Overlaps(q) != q.Overlaps(p) || p.Gap(q) != q.Gap(p) || p.Within(q, 12) != q.Within(p, 12) {
			t.Fatalf("%v and %v are not even", p, q)
		}
		if p.Overlaps(q) != (p.Contains(q.First()) || q.Contains(p.First())) {
			t.Fatalf("%v overlaps %v: %v", p, q, p.Overlaps(q))
		}
		if gap := p.Gap(q); !p.Within(q, gap+1) || gap > 0 && p.Within(q, gap-1) {
			t.Fatalf("%v and %v: gap %d", p, q, gap)
		}
	})
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"", "2027-02-30", "2027-Q9", "0000-H0", "2027-W12"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, err := Parse(s)
		if err != nil {
			if f := fault.As(err); f == nil {
				t.Fatalf("%T is no fault", err)
			} else if _, err := Parse(f.Try); err != nil {
				t.Fatalf("%q: the line that works does not: %v", s, err)
			}
			return
		}
		if string(d) != s || d.Known() && d.First() > d.Last() {
			t.Fatalf("%q: %s to %s", s, d.First(), d.Last())
		}
	})
}

func BenchmarkFirst(b *testing.B) {
	for b.Loop() {
		if Date("2027-03-01").First() == None {
			b.Fatal("no day")
		}
	}
}
