package date

import (
	"math"

	"thbot/store/fault"
)

// Period is a span of time as it was said: both ends keep their precision.
// One date that means the whole period stands at both ends. Its zero value
// means that no date is known.
type Period struct {
	From Date `json:"from,omitempty"`
	To   Date `json:"to,omitempty"`
}

// Whole is the period that one date means.
func Whole(d Date) Period { return Period{From: d, To: d} }

// Known tells whether at least one end is known.
func (p Period) Known() bool { return p.From.Known() || p.To.Known() }

// Check refuses a period whose dates are not canonical, or whose end lies
// before its start; the fault shows the period the other way round.
func (p Period) Check() error {
	for _, d := range []Date{p.From, p.To} {
		if _, err := Parse(string(d)); err != nil {
			return err
		}
	}
	if p.From.Known() && p.To.Known() && p.To.Last() < p.From.First() {
		return fault.New(fault.Invalid, "The end, %s, is before the start, %s.", p.To.Words(None), p.From.Words(None)).
			WithTry("from:%s to:%s", p.To, p.From)
	}
	return nil
}

// First is the first day of the period, or None when it has no known start.
func (p Period) First() Day { return p.From.First() }

// Last is the last day of the period, or None when its end is not known.
func (p Period) Last() Day { return p.To.Last() }

// bounds are the days of the period with open ends far away.
func (p Period) bounds() (first, last int64) {
	first, last = math.MinInt32, math.MaxInt32
	if d := p.First(); d.Known() {
		first = int64(d)
	}
	if d := p.Last(); d.Known() {
		last = int64(d)
	}
	return first, last
}

// Overlaps tells whether the periods have a day in common. A period without
// any date overlaps nothing: ask Known first where that matters.
func (p Period) Overlaps(q Period) bool {
	if !p.Known() || !q.Known() {
		return false
	}
	p1, p2 := p.bounds()
	q1, q2 := q.bounds()
	return p1 <= q2 && q1 <= p2
}

// Contains tells whether the day lies in the period; in a period without any
// date lies no day.
func (p Period) Contains(d Day) bool {
	first, last := p.bounds()
	return p.Known() && d.Known() && first <= int64(d) && int64(d) <= last
}

// Apart gives the last day of the earlier period and the first day of the
// later one, and ok when there is time between the two. Periods that overlap,
// or of which one has no date, are not apart.
func (p Period) Apart(q Period) (end, start Day, ok bool) {
	if !p.Known() || !q.Known() || p.Overlaps(q) {
		return None, None, false
	}
	if p.Last().Known() && q.First().Known() && p.Last() < q.First() {
		return p.Last(), q.First(), true
	}
	return q.Last(), p.First(), true
}

// Gap is the number of whole months between the two periods, from the end of
// the earlier to the start of the later one. It is 0 where they overlap, where
// less than a month lies between them, and where a date is not known.
func (p Period) Gap(q Period) int {
	end, start, ok := p.Apart(q)
	if !ok {
		return 0
	}
	free := end + 1 // the first day that belongs to neither
	y1, m1, _ := free.Civil()
	y2, m2, _ := start.Civil()
	months := (y2-y1)*12 + int(m2-m1)
	if months > 0 && free.AddMonths(months) > start {
		months--
	}
	return months
}

// Within tells whether the two periods overlap or lie at most so many months
// apart, from the end of the earlier to the start of the later one. What is
// not known passes.
func (p Period) Within(q Period, months int) bool {
	end, start, ok := p.Apart(q)
	return !ok || (end+1).AddMonths(months) >= start
}
