package when

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"thbot/store/date"
	"thbot/store/fault"
)

// monday is the day on which the tests are read: Monday 23 November 2026.
var monday = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)

// show writes a period as its two ends, or one where they are the same.
func show(p date.Period) string {
	if p.From == p.To {
		return string(p.From)
	}
	return string(p.From) + ".." + string(p.To)
}

func TestParse(t *testing.T) {
	tests := []struct{ in, want string }{
		{"2027-03-01", "2027-03-01"}, {"2027-03", "2027-03"}, {"2027-Q2", "2027-Q2"}, {"2027-H1", "2027-H1"}, {"2027", "2027"},
		{"2027-q2", "2027-Q2"}, {"2027-3-1", "2027-03-01"}, {"2027/03/01", "2027-03-01"}, {"20270301", "2027-03-01"},
		{"2027-W12", "2027-03-22..2027-03-28"}, {"week 12 of 2027", "2027-03-22..2027-03-28"}, {"KW 12/2027", "2027-03-22..2027-03-28"}, {"week 3", "2027-01-18..2027-01-24"},
		{"2027-03..2027-06", "2027-03..2027-06"}, {"2027-03--2027-06", "2027-03..2027-06"}, {"2027-03–2027-06", "2027-03..2027-06"}, {"2027-03—2027-06", "2027-03..2027-06"},
		{"2027-03 - 2027-06", "2027-03..2027-06"}, {"2027-03-01-2027-03-05", "2027-03-01..2027-03-05"}, {"2027-03-2027-06", "2027-03..2027-06"}, {"2027-03-01/2027-03-05", "2027-03-01..2027-03-05"},
		{"2027-2029", "2027..2029"}, {"2027–2029", "2027..2029"}, {"2027/28", "2027..2028"}, {"2027-28", "2027..2028"}, {"2027 to 2029", "2027..2029"}, {"2027...2028", "2027..2028"}, {"2027…2028", "2027..2028"},
		{"2027-Q2..2027-Q3", "2027-Q2..2027-Q3"},
		{"March 2027", "2027-03"}, {"march, 2027", "2027-03"}, {"Mar. 2027", "2027-03"}, {"March '27", "2027-03"}, {"Mar 35", "2035-03"}, {"March/2027", "2027-03"}, {"2027 March", "2027-03"},
		{"March", "2027-03"}, {"in March", "2027-03"}, {"October", "2026-10"}, {"July", "2027-07"}, {"December", "2026-12"}, {"during December", "2026-12"},
		{"from March to May 2027", "2027-03..2027-05"}, {"March-May 2027", "2027-03..2027-05"}, {"March – May 2027", "2027-03..2027-05"}, {"March/April 2027", "2027-03..2027-04"}, {"March and April 2027", "2027-03..2027-04"},
		{"between March and May 2027", "2027-03..2027-05"}, {"November to February 2027", "2026-11..2027-02"}, {"November 2026 to February", "2026-11..2027-02"}, {"November to February", "2026-11..2027-02"},
		{"1-5 March 2027", "2027-03-01..2027-03-05"}, {"1 to 5 March 2027", "2027-03-01..2027-03-05"}, {"1st–5th of March 2027", "2027-03-01..2027-03-05"}, {"from 1 to 5 March 2027", "2027-03-01..2027-03-05"},
		{"1 March to 5 April 2027", "2027-03-01..2027-04-05"}, {"28 December to 3 January 2027", "2026-12-28..2027-01-03"}, {"March 1-5, 2027", "2027-03-01..2027-03-05"}, {"Monday 1 to Friday 5 March 2027", "2027-03-01..2027-03-05"},
		{"1 March 2027", "2027-03-01"}, {"1st March 2027", "2027-03-01"}, {"1st of March, 2027", "2027-03-01"}, {"March 1, 2027", "2027-03-01"}, {"March 5", "2027-03-05"}, {"10-Dec-2026", "2026-12-10"}, {"1 March 27", "2027-03-01"},
		{"3/2027", "2027-03"}, {"03.2027", "2027-03"}, {"12.3.2027", "2027-03-12"}, {"12/03/2027", "2027-03-12"}, {"12.3.27", "2027-03-12"}, {"12-03-2027", "2027-03-12"}, {"12.3.", "2027-03-12"}, {"25/3", "2027-03-25"}, {"1.-5.3.2027", "2027-03-01..2027-03-05"}, {"1.3.-5.4.2027", "2027-03-01..2027-04-05"}, {"01.03.2027-05.03.2027", "2027-03-01..2027-03-05"}, {"1/3/2027 - 5/3/2027", "2027-03-01..2027-03-05"},
		{"Q2 2027", "2027-Q2"}, {"Q2/2027", "2027-Q2"}, {"2Q 2027", "2027-Q2"}, {"2027 Q2", "2027-Q2"}, {"2027Q2", "2027-Q2"}, {"Q2", "2027-Q2"}, {"second quarter of 2027", "2027-Q2"}, {"2nd quarter 2027", "2027-Q2"}, {"Q2-Q3 2027", "2027-Q2..2027-Q3"}, {"Q4 2026 to Q2 2027", "2026-Q4..2027-Q2"}, {"the third quarter of next year", "2027-Q3"},
		{"second half of 2027", "2027-H2"}, {"H1 2027", "2027-H1"}, {"1st half 2027", "2027-H1"}, {"first half of March 2027", "2027-03-01..2027-03-15"}, {"second half of February 2027", "2027-02-16..2027-02-28"},
		{"first week of March 2027", "2027-03-01..2027-03-07"}, {"last week of February 2027", "2027-02-22..2027-02-28"}, {"2nd week of March", "2027-03-08..2027-03-14"}, {"week of 10 March 2027", "2027-03-08..2027-03-14"},
		{"spring 2027", "2027-03..2027-05"}, {"autumn of 2027", "2027-09..2027-11"}, {"winter 2026/27", "2026-12..2027-02"}, {"winter 2026-2027", "2026-12..2027-02"}, {"winter", "2026-12..2027-02"}, {"next summer", "2027-06..2027-08"},
		{"early 2027", "2027-Q1"}, {"mid-2027", "2027-05..2027-08"}, {"late 2027", "2027-Q4"}, {"end of 2027", "2027-Q4"}, {"early March 2027", "2027-03-01..2027-03-10"}, {"mid March", "2027-03-11..2027-03-20"}, {"end of March", "2027-03-21..2027-03-31"}, {"the end of the month", "2026-11-21..2026-11-30"}, {"beginning of next year", "2027-Q1"}, {"late Q2 2027", "2027-06"},
		{"today", "2026-11-23"}, {"tomorrow", "2026-11-24"}, {"the day after tomorrow", "2026-11-25"}, {"in two weeks", "2026-12-07"}, {"in 2 weeks", "2026-12-07"}, {"in a month", "2026-12-23"}, {"3 days ago", "2026-11-20"}, {"two weeks from now", "2026-12-07"},
		{"next month", "2026-12"}, {"this year", "2026"}, {"next year", "2027"}, {"last year", "2025"}, {"next week", "2026-11-30..2026-12-06"}, {"this week", "2026-11-23..2026-11-29"}, {"next quarter", "2027-Q1"}, {"this weekend", "2026-11-28..2026-11-29"}, {"next weekend", "2026-12-05..2026-12-06"},
		{"next Friday", "2026-11-27"}, {"Friday", "2026-11-27"}, {"Monday", "2026-11-30"}, {"on Friday", "2026-11-27"}, {"last Friday", "2026-11-20"}, {"this Friday", "2026-11-27"}, {"next March", "2027-03"}, {"last March", "2026-03"},
		{"since March", "2026-03.."}, {"since 2025", "2025.."}, {"from March 2027", "2027-03.."}, {"from March 2027 onwards", "2027-03.."}, {"March 2027 onwards", "2027-03.."}, {"until June 2027", "..2027-06"}, {"till June", "..2027-06"}, {"up to June 2027", "..2027-06"}, {"by the end of 2027", "..2027-Q4"}, {"from tomorrow to next Friday", "2026-11-24..2026-11-27"}, {"from 2027-03 until 2027-06", "2027-03..2027-06"},
		{"Thursday 10 December", "2026-12-10"}, {"Thu, 10 Dec 2026", "2026-12-10"}, {"Thursday, December 10", "2026-12-10"}, {"29 February", "2028-02-29"}, {"10 September", "2026-09-10"},
		// other languages
		{"März 2027", "2027-03"}, {"im März 2027", "2027-03"}, {"1. bis 5. März 2027", "2027-03-01..2027-03-05"}, {"vom 1. März bis zum 5. April 2027", "2027-03-01..2027-04-05"}, {"Ende März 2027", "2027-03-21..2027-03-31"}, {"nächsten Freitag", "2026-11-27"}, {"2. Quartal 2027", "2027-Q2"}, {"Frühjahr 2027", "2027-03..2027-05"}, {"in zwei Wochen", "2026-12-07"}, {"bis Juni 2027", "..2027-06"}, {"morgen", "2026-11-24"},
		{"mars 2027", "2027-03"}, {"1er mars 2027", "2027-03-01"}, {"du 1er au 5 mars 2027", "2027-03-01..2027-03-05"}, {"de mars à mai 2027", "2027-03..2027-05"}, {"fin août 2027", "2027-08-21..2027-08-31"}, {"été 2027", "2027-06..2027-08"}, {"l'été 2027", "2027-06..2027-08"}, {"T2 2027", "2027-Q2"}, {"semaine prochaine", "2026-11-30..2026-12-06"}, {"jusqu'à juin 2027", "..2027-06"}, {"demain", "2026-11-24"}, {"aujourd'hui", "2026-11-23"},
		{"marzo de 2027", "2027-03"}, {"del 1 al 5 de marzo de 2027", "2027-03-01..2027-03-05"}, {"de enero a marzo de 2027", "2027-01..2027-03"}, {"dal 1 al 5 marzo 2027", "2027-03-01..2027-03-05"}, {"da marzo a maggio 2027", "2027-03..2027-05"}, {"primavera 2027", "2027-03..2027-05"},
		{"od marca do maja 2027", "2027-03..2027-05"}, {"1-5 marca 2027", "2027-03-01..2027-03-05"}, {"styczeń 2027", "2027-01"}, {"październik 2027", "2027-10"},
		{"1 t/m 5 maart 2027", "2027-03-01..2027-03-05"}, {"van maart tot mei 2027", "2027-03..2027-05"}, {"março de 2027", "2027-03"}, {"martie 2027", "2027-03"}, {"de la martie până în mai 2027", "2027-03..2027-05"}, {"Μάρτιος 2027", "2027-03"}, {"από Μάρτιο έως Μάιο 2027", "2027-03..2027-05"}, {"2027. március 5.", "2027-03-05"}, {"март 2027", "2027-03"},
	}
	for _, tt := range tests {
		got, err := Parse(tt.in, monday)
		if err != nil || show(got) != tt.want {
			t.Errorf("%q: got %s, %v; want %s", tt.in, show(got), err, tt.want)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	tests := []struct{ in, what, try string }{
		{"2027-02-30", "February 2027 has 28 days, so I could not read `2027-02-30`.", "2027-02-28"},
		{"31 June", "June 2027 has 30 days, so I could not read `31 June`.", "2027-06-30"},
		{"2027-06..2027-03", "The end, March 2027, is before the start, June 2027.", "2027-03..2027-06"},
		{"1 to 5 March 2027 to May", "I could not read `1 to 5 March 2027 to May` as a date.", "2027-03-01"},
		{"", "There is no date.", "2027-03"},
		{"5th week of February 2027", "I could not read `5th week of February 2027` as a date.", "2027-03-01"},
		{"soon", "I could not read `soon` as a date.", "2027-03-01"},
		{"Marhc 2027", "I could not read `Marhc 2027` as a date.", "March 2027"},
		{"Mar 27", "I could not tell whether 27 after the month is a day or a year.", "2027-03"},
		{"5/6", "I could not tell which of 5 and 6 is the month.", "5 June"},
		{"winter 2027", "Winter 2027 could be the one that begins in that year or the one that ends in it.", "winter 2027/28"},
		{"Friday 10 December 2026", "10 December 2026 is a Thursday, not a Friday.", "2026-12-10"},
		{"Friday 10 December", "10 December 2026 is a Thursday, not a Friday.", "2026-12-10"},
		{"03/15/2027", "I read the day before the month, and there is no month 15.", "2027-03-15"},
		{"1850", "I know the years 1900 to 2199, so I could not read `1850`.", "1900"},
		{"2027-W60", "2027 has no calendar week 60.", "2027-W52"},
		{"2027-Q5", "A year has four quarters, so I could not read `2027-Q5`.", "2027-Q4"},
		{"13/2027", "A year has twelve months, so I could not read `13/2027`.", "2027-12"},
	}
	for _, tt := range tests {
		got, err := Parse(tt.in, monday)
		f := fault.As(err)
		if f == nil || f.Code != fault.Invalid {
			t.Errorf("%q: got %s, %v", tt.in, show(got), err)
			continue
		}
		if f.What != tt.what || f.Try != tt.try {
			t.Errorf("%q:\n got %s Try %s\nwant %s Try %s", tt.in, f.What, f.Try, tt.what, tt.try)
		}
		if _, err := Parse(f.Try, monday); err != nil && f.Try != "5 June" {
			t.Errorf("%q: the line that works does not: %v", tt.in, err)
		}
	}
}

func TestLongValue(t *testing.T) {
	if _, err := Parse(strings.Repeat("1-", 4000), monday); fault.As(err) == nil {
		t.Error("got", err)
	}
}

func TestFromAndTo(t *testing.T) {
	if d, err := From("next week", monday); d != "2026-11-30" || err != nil {
		t.Error(d, err)
	}
	if d, err := To("next week", monday); d != "2026-12-06" || err != nil {
		t.Error(d, err)
	}
	if d, err := To("until June 2027", monday); d != "2027-06" || err != nil {
		t.Error(d, err)
	}
	if _, err := To("from June 2027", monday); fault.As(err) == nil {
		t.Error("an end without an end")
	}
	if _, err := From("until June 2027", monday); fault.As(err) == nil {
		t.Error("a start without a start")
	}
}

// Whatever store/date says in words, this package reads back as the same.
func TestWordsComeBack(t *testing.T) {
	form := rapid.Custom(func(t *rapid.T) date.Date {
		y := rapid.IntRange(2020, 2040).Draw(t, "year")
		switch rapid.IntRange(0, 4).Draw(t, "precision") {
		case 0:
			return date.Year(y)
		case 1:
			return date.Half(y, rapid.IntRange(1, 2).Draw(t, "half"))
		case 2:
			return date.Quarter(y, rapid.IntRange(1, 4).Draw(t, "quarter"))
		case 3:
			return date.Month(y, time.Month(rapid.IntRange(1, 12).Draw(t, "month")))
		}
		return date.NewDay(y, 1, rapid.IntRange(1, 365).Draw(t, "day")).Date()
	})
	rapid.Check(t, func(t *rapid.T) {
		p := date.Whole(form.Draw(t, "date"))
		if got, err := Parse(p.Words(date.None), monday); err != nil || got != p {
			t.Fatalf("%q: got %s, %v; want %s", p.Words(date.None), show(got), err, show(p))
		}
		if rapid.Bool().Draw(t, "range") {
			p.To = form.Draw(t, "to")
		}
		if p.Check() != nil || p.From.First() > p.To.First() {
			return
		}
		if got, err := Parse(show(p), monday); err != nil || got != p {
			t.Fatalf("%q: got %s, %v", show(p), show(got), err)
		}
	})
}

func isFault(err error) bool { return fault.As(err) != nil }
