// Package coverage says who works on which commitment: commitments × agencies
// for a period, with the gaps, and draws it.
//
// Everything here is a pure function of what it is given. The same input gives
// the same matrix, and the same matrix the same picture, byte for byte.
//
// What counts: an activity whose dates overlap the period; one without dates
// counts in the year it was recorded. Cancelled and withdrawn work, and
// partners that were merely named, do not. Records of one joint activity count
// once in totals and once under each partner.
//
// Limits: activities recorded under no commitment stand in the totals but in
// no cell; they are listed.
package coverage

import (
	"iter"
	"slices"
	"time"

	"thbot/store"
	"thbot/store/date"
	"thbot/store/statement"
)

// Input is what a matrix is made of.
type Input struct {
	Catalogue     *statement.Catalogue
	Activities    iter.Seq[*store.Activity] // all, in the order of ids, withdrawn ones too
	Confirmations []*store.Confirmation     // those that stand
	Period        date.Period               // both ends known
	Now           time.Time                 // in the register's zone
	StaleAfter    time.Duration
	Joined        map[string]time.Time        // since when an agency is on the roster; silence is not counted before
	Reach         func(places []string) Reach // nil: places are not looked at
}

// Reach says whether places lie inside or outside the EU.
type Reach struct{ Inside, Outside bool }

// Matrix is the coverage of a period.
type Matrix struct {
	Period      date.Period
	Today       date.Day
	Commitments []statement.Commitment
	Agencies    []statement.Agency
	Cells       [][]Cell // by commitment, then agency
	Rows        []Tally  // by commitment; a joint activity counts once
	Columns     []Tally  // by agency
	Total       Tally    // a joint activity counts once

	Planless    int // of Total: in no work programme
	Inside      int // of Total: in the EU only
	Outside     int // outside the EU only
	Both        int // inside and outside
	NoDates     []*store.Activity
	Uncommitted []*store.Activity // under no commitment
	Stale       []*store.Activity // of the period; those that are overdue first
	Silences    []Silence         // agencies that have been silent, the longest first

	location *time.Location
}

// Tally counts activities by status.
type Tally struct{ Planned, Ongoing, Completed int }

// Sum counts them all.
func (t Tally) Sum() int { return t.Planned + t.Ongoing + t.Completed }

func (t *Tally) add(status string) {
	switch status {
	case store.Planned:
		t.Planned++
	case store.Ongoing:
		t.Ongoing++
	case store.Completed:
		t.Completed++
	}
}

// State is what an agency says on a commitment.
type State int

// The states of a cell.
const (
	Silent  State = iota // nothing recorded, nothing said
	Nothing              // the agency has said that it plans nothing
	Active
)

// Cell is one agency under one commitment.
type Cell struct {
	State State
	Tally
	Stale      bool      // active, and all that is planned or ongoing is stale
	Said       time.Time // of Nothing: when
	Activities []*store.Activity

	current, stale int
	recorded       time.Time // the last record that does not count, such as a cancelled one
}

// Silence is an agency that has recorded, changed or confirmed nothing for a
// while.
type Silence struct {
	Agency string
	Since  time.Time // zero where it has never done so
}

// Compute makes the matrix. It takes a few milliseconds for 10,000 activities.
func Compute(in Input) *Matrix {
	c := newCounter(in)
	for a := range in.Activities {
		c.see(a)
	}
	c.settle()
	return c.Matrix
}

// counter is a matrix on its way.
type counter struct {
	*Matrix
	in          Input
	agencies    map[string]int
	commitments map[string]int
	joint       map[int][]*store.Activity // by lead: the lead and its parts
	heard       []time.Time               // by agency
	reach       map[string]Reach
	first, last date.Day
	found       []int
}

func newCounter(in Input) *counter {
	m := &Matrix{
		Period: in.Period, Today: date.Of(in.Now), location: in.Now.Location(),
		Commitments: in.Catalogue.Commitments, Agencies: in.Catalogue.Agencies,
		Rows: make([]Tally, len(in.Catalogue.Commitments)), Columns: make([]Tally, len(in.Catalogue.Agencies)),
	}
	c := &counter{
		Matrix: m, in: in, agencies: map[string]int{}, commitments: map[string]int{},
		joint: map[int][]*store.Activity{}, reach: map[string]Reach{},
		heard: make([]time.Time, len(m.Agencies)), first: in.Period.First(), last: in.Period.Last(),
	}
	for i, a := range m.Agencies {
		c.agencies[a.Slug] = i
	}
	for i, k := range m.Commitments {
		c.commitments[k.Slug] = i
	}
	m.Cells = make([][]Cell, len(m.Commitments))
	for i := range m.Cells {
		m.Cells[i] = make([]Cell, len(m.Agencies))
	}
	return c
}

// see takes one activity in. Records of joint activities wait until all their
// parts are known.
func (c *counter) see(a *store.Activity) {
	c.hear(a)
	if !a.Live() {
		return
	}
	in := c.within(a)
	status := a.StatusAt(c.Today)
	if status == store.Cancelled {
		if in {
			c.remember(a)
		}
		return
	}
	if a.PartOf != 0 {
		c.joint[a.PartOf] = append(c.joint[a.PartOf], a)
		return
	}
	if in {
		c.count(a, status)
	}
}

// within tells whether the activity falls into the period.
func (c *counter) within(a *store.Activity) bool { return Within(a, c.in.Period, c.in.Now.Location()) }

// Within tells whether the activity falls into the period: its dates overlap
// it or, without dates, the year in which it was recorded does.
func Within(a *store.Activity, p date.Period, zone *time.Location) bool {
	if a.From.Known() || a.To.Known() {
		return a.Period().Overlaps(p)
	}
	return date.Whole(date.Year(a.RecordedAt.In(zone).Year())).Overlaps(p)
}

// remember notes work that was recorded in a cell and does not count there.
func (c *counter) remember(a *store.Activity) {
	col, ok := c.agencies[a.Agency]
	if !ok {
		return
	}
	for _, row := range c.rows(a) {
		if cell := &c.Cells[row][col]; a.RecordedAt.After(cell.recorded) {
			cell.recorded = a.RecordedAt
		}
	}
}

// rows gives the rows of an activity's commitments, each once. The result is
// good until the next call.
func (c *counter) rows(a *store.Activity) []int {
	c.found = c.found[:0]
	for _, slug := range a.Commitments {
		if row, ok := c.commitments[slug]; ok && !slices.Contains(c.found, row) {
			c.found = append(c.found, row)
		}
	}
	return c.found
}

// count enters an activity that leads or stands alone.
func (c *counter) count(a *store.Activity, status string) {
	c.total(a, status)
	for _, row := range c.rows(a) {
		c.Rows[row].add(status)
	}
	c.enter(a, a.Agency, status)
	for i := range a.Partners {
		if a.Partners[i].State == store.Confirmed {
			c.enter(a, a.Partners[i].Agency, status)
		}
	}
}

// total enters an activity where it counts once, whoever does it.
func (c *counter) total(a *store.Activity, status string) {
	c.Total.add(status)
	if a.Plan == "" {
		c.Planless++
	}
	if !a.From.Known() && !a.To.Known() {
		c.NoDates = append(c.NoDates, a)
	}
	if len(a.Commitments) == 0 {
		c.Uncommitted = append(c.Uncommitted, a)
	}
	if c.stale(a, status) {
		c.Stale = append(c.Stale, a)
	}
	switch r := c.reaches(a.Countries); {
	case r.Inside && r.Outside:
		c.Both++
	case r.Inside:
		c.Inside++
	case r.Outside:
		c.Outside++
	}
}

// enter counts a record under an agency: in its column, and in a cell for each
// commitment.
func (c *counter) enter(a *store.Activity, agency, status string) {
	col, ok := c.agencies[agency]
	if !ok {
		return
	}
	c.Columns[col].add(status)
	for _, row := range c.rows(a) {
		c.place(&c.Cells[row][col], a, status)
	}
}

// place puts a record into a cell.
func (c *counter) place(cell *Cell, a *store.Activity, status string) {
	cell.State = Active
	cell.add(status)
	cell.Activities = append(cell.Activities, a)
	if status == store.Completed {
		return
	}
	cell.current++
	if c.stale(a, status) {
		cell.stale++
	}
}

func (c *counter) reaches(places []string) Reach {
	var all Reach
	if c.in.Reach == nil {
		return all
	}
	for _, p := range places {
		r, known := c.reach[p]
		if !known {
			r = c.in.Reach([]string{p})
			c.reach[p] = r
		}
		all.Inside, all.Outside = all.Inside || r.Inside, all.Outside || r.Outside
	}
	return all
}

func (c *counter) stale(a *store.Activity, status string) bool {
	return (status == store.Planned || status == store.Ongoing) &&
		(Overdue(a, c.Today) || c.in.Now.Sub(a.TouchedAt()) >= c.in.StaleAfter)
}

// Overdue tells whether the activity is past its end and still reads planned
// or ongoing.
func Overdue(a *store.Activity, today date.Day) bool {
	return (a.Status == store.Planned || a.Status == store.Ongoing) && a.To.Known() && a.To.Last() < today
}

// Stale tells whether the activity is planned or ongoing, and past its end or
// without change or confirmation for so long. Now comes in the register's zone.
func Stale(a *store.Activity, now time.Time, after time.Duration) bool {
	today := date.Of(now)
	status := a.StatusAt(today)
	return (status == store.Planned || status == store.Ongoing) && (Overdue(a, today) || now.Sub(a.TouchedAt()) >= after)
}

// settle finishes what needs all activities.
func (c *counter) settle() {
	c.countParts()
	for row := range c.Cells {
		for col := range c.Cells[row] {
			cell := &c.Cells[row][col]
			cell.Stale = cell.current > 0 && cell.stale == cell.current
		}
	}
	c.confirm()
	c.listSilent()
	slices.SortStableFunc(c.Matrix.Stale, func(a, b *store.Activity) int {
		x, y := Overdue(a, c.Today), Overdue(b, c.Today)
		switch {
		case x != y && x:
			return -1
		case x != y:
			return 1
		}
		return a.TouchedAt().Compare(b.TouchedAt())
	})
}
