package commands

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"thbot/store"
	"thbot/store/date"
	"thbot/store/fault"
)

// reading is a call that only reads what was typed.
func reading(t testing.TB) *call {
	c, err := New(Config{})
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 11, 24, 10, 0, 0, 0, c.rules.Zone)
	k := &call{Commands: c, now: now, today: date.Of(now), who: &store.Person{Role: store.ContactPoint, Agency: "cepol"}}
	k.sub = k.lookUp("list")
	return k
}

// Whatever is typed, filters and views of coverage are understood or refused
// with a fault.
func FuzzFilters(f *testing.F) {
	for _, s := range []string{"agency:mine stale", "status:planned when:2027-Q1", "country:RO,none plan:none", "europol 2026", "7 2027 text", "training next quarter", "2026-11..2027-02", "tlp:red", "from:2027 to:2026", "with:\"", "follows:A1 0 9999999999"} {
		f.Add(s)
	}
	k := reading(f)
	work := &store.Activity{ID: 1, Agency: "cepol", Title: "Webinar", From: "2026", Countries: []string{"RO"}}
	f.Fuzz(func(t *testing.T, typed string) {
		filter, err := k.filterOf(typed)
		if err != nil && fault.As(err) == nil {
			t.Fatalf("%q: %v is no fault", typed, err)
		}
		if err == nil {
			filter.passes(work, -1)
			_ = filter.words()
		}
		view, err := k.readCoverage(typed)
		if err != nil {
			if fault.As(err) == nil {
				t.Fatalf("%q: %v is no fault", typed, err)
			}
			return
		}
		for _, b := range k.coverageButtons(view) {
			if _, err := k.coverageView(b.Record); err != nil {
				t.Fatalf("%q gives a button %q that cannot be read: %v", typed, b.Record, err)
			}
		}
	})
}

// A button of coverage leads to the view that it was made for, and the period
// after the one before is the same again.
func TestCoverageViewsComeBack(t *testing.T) {
	k := reading(t)
	rapid.Check(t, func(t *rapid.T) {
		w := coverageView{period: anyPeriod(t)}
		switch rapid.IntRange(0, 2).Draw(t, "about") {
		case 1:
			w.commitment = k.catalogue.Commitments[rapid.IntRange(0, 10).Draw(t, "commitment")].Slug
		case 2:
			w.agency = k.catalogue.Agencies[rapid.IntRange(0, 9).Draw(t, "agency")].Slug
		}
		back, err := k.coverageView(w.id())
		if err != nil || back.id() != w.id() {
			t.Fatalf("%s leads to %s (%v)", w.id(), back.id(), err)
		}
		same := beside(beside(w.period, 1), -1)
		if _, _, first := w.period.First().Civil(); first == 1 && same.First() != w.period.First() {
			t.Fatalf("%v, one on and one back, is %v", w.period, same)
		}
		if next := beside(w.period, 1); next.First() != w.period.Last()+1 {
			t.Fatalf("%v is not followed by %v", w.period, next)
		}
	})
}

func anyPeriod(t *rapid.T) date.Period {
	year := rapid.IntRange(2020, 2040).Draw(t, "year")
	switch rapid.IntRange(0, 4).Draw(t, "length") {
	case 0:
		return date.Whole(date.Year(year))
	case 1:
		return date.Whole(date.Half(year, rapid.IntRange(1, 2).Draw(t, "half")))
	case 2:
		return date.Whole(date.Quarter(year, rapid.IntRange(1, 4).Draw(t, "quarter")))
	case 3:
		return date.Whole(date.Month(year, time.Month(rapid.IntRange(1, 12).Draw(t, "month"))))
	}
	from := date.NewDay(year, 1, 1) + date.Day(rapid.IntRange(0, 365).Draw(t, "from"))
	to := from + date.Day(rapid.IntRange(1, 700).Draw(t, "days"))
	return date.Period{From: from.Date(), To: to.Date()}
}
