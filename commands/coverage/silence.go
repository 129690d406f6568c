package coverage

import (
	"slices"
	"strings"
	"time"

	"thbot/store"
	"thbot/store/date"
)

// hear notes when an agency was heard last through its activities: recorded,
// changed or confirmed as its own, or answered as partner.
func (c *counter) hear(a *store.Activity) {
	if i, ok := c.agencies[a.Agency]; ok {
		c.heardAt(i, a.RecordedAt)
		c.heardAt(i, a.TouchedAt())
	}
	for _, p := range a.Partners {
		if i, ok := c.agencies[p.Agency]; ok && p.State != store.Named {
			c.heardAt(i, p.At)
		}
	}
}

func (c *counter) heardAt(agency int, t time.Time) {
	if t.After(c.heard[agency]) {
		c.heard[agency] = t
	}
}

// listSilent lists the agencies of which nothing was heard for a while. One
// that came on the roster lately is given its time.
func (c *counter) listSilent() {
	for i, a := range c.Agencies {
		since := c.heard[i]
		if joined := c.in.Joined[a.Slug]; joined.After(since) {
			if c.in.Now.Sub(joined) < c.in.StaleAfter {
				continue
			}
		}
		if c.in.Now.Sub(since) >= c.in.StaleAfter {
			c.Silences = append(c.Silences, Silence{a.Slug, since})
		}
	}
	slices.SortStableFunc(c.Silences, func(x, y Silence) int { return x.Since.Compare(y.Since) })
}

// confirm sets the cells in which an agency has said that it plans nothing,
// and hears what agencies have said.
func (c *counter) confirm() {
	said := map[[2]int][]*store.Confirmation{}
	for _, n := range c.in.Confirmations {
		col, ok := c.agencies[n.Agency]
		if !ok {
			continue
		}
		c.heardAt(col, n.At)
		if row, ok := c.commitments[n.Commitment]; ok {
			said[[2]int{row, col}] = append(said[[2]int{row, col}], n)
		}
	}
	for at, all := range said {
		cell := &c.Cells[at[0]][at[1]]
		if t := c.saidAt(all); cell.State == Silent && !t.IsZero() && !cell.recorded.After(t) {
			cell.State, cell.Said = Nothing, t
		}
	}
}

// saidAt gives the day of the statements that together hold for the whole
// period, the oldest of those needed, or the zero time. A statement made
// within the period need not speak of the days before it.
func (c *counter) saidAt(all []*store.Confirmation) time.Time {
	sorted := slices.Clone(all)
	slices.SortStableFunc(sorted, func(x, y *store.Confirmation) int { return y.At.Compare(x.At) })
	open := []span{{c.first, c.last}}
	for _, n := range sorted {
		p := PeriodOf(n)
		s := span{p.First(), p.Last()}
		if made := date.Of(n.At.In(c.in.Now.Location())); made <= c.last && s.from <= made && made <= s.to {
			s.from = min(s.from, c.first)
		}
		open = without(open, s)
		if len(open) == 0 {
			return n.At
		}
	}
	return time.Time{}
}

// PeriodOf gives the period that a statement speaks of.
func PeriodOf(n *store.Confirmation) date.Period {
	from, to, isRange := strings.Cut(n.Period, "..")
	if !isRange {
		to = from
	}
	return date.Period{From: date.Date(from), To: date.Date(to)}
}

// span is a run of days, both included.
type span struct{ from, to date.Day }

// without takes the days of s out of the spans.
func without(open []span, s span) []span {
	var left []span
	for _, o := range open {
		if s.to < o.from || o.to < s.from {
			left = append(left, o)
			continue
		}
		if o.from < s.from {
			left = append(left, span{o.from, s.from - 1})
		}
		if s.to < o.to {
			left = append(left, span{s.to + 1, o.to})
		}
	}
	return left
}
