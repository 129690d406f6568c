package commands

import (
	"slices"
	"time"

	"thbot/commands/coverage"
	"thbot/store"
	"thbot/store/date"
)

// digest is what a digest tells: a pure function of the register and the
// slot.
type digest struct {
	Slot  time.Time
	Since time.Time // what happened after this is new
	Now   time.Time
	Today date.Day

	New, Changed, Finished, Cancelled []*store.Activity
	Withdrawn                         int
	Fields                            map[int][]string // what changed, by id

	Matrix, Then *coverage.Matrix // this year, now and at Since
	Ahead        *coverage.Matrix // next year, in the last quarter; else nil

	Open    []*store.Overlap // possible duplicates, the oldest first
	Opened  int              // since then
	Settled int
	Stated  []*store.Confirmation // "nothing", since then
	Silent  []coverage.Silence    // those that may be named
	Next    *store.Meeting        // may be nil
	Meeting bool                  // Next was set since then
}

// digestOf gathers the digest of a slot. It changes nothing.
func (c *Commands) digestOf(v *store.View, slot, now time.Time) (*digest, error) {
	since, err := c.digestedUntil(v, slot)
	if err != nil {
		return nil, err
	}
	now = now.In(c.rules.Zone)
	d := &digest{Slot: slot.In(c.rules.Zone), Since: since, Now: now, Today: date.Of(now), Fields: map[int][]string{}}
	then, err := d.sift(v)
	if err != nil {
		return nil, err
	}
	if err := c.digestCoverage(v, d, then); err != nil {
		return nil, err
	}
	if err := d.overlaps(v, c.rules.Hold); err != nil {
		return nil, err
	}
	if d.Silent, err = c.nameable(v, d.Matrix.Silences, now); err != nil {
		return nil, err
	}
	if d.Next, err = nextMeeting(v, now); err != nil {
		return nil, err
	}
	d.Meeting = d.Next != nil && d.Next.AddedAt.After(since)
	return d, nil
}

// sift sorts what happened to activities, and gives them as they were.
func (d *digest) sift(v *store.View) ([]past, error) {
	var all []past
	for a := range v.Activities() {
		p, err := pastOf(v, a, d.Since)
		if err != nil {
			return nil, err
		}
		all = append(all, p)
		d.sort(a, p)
	}
	return all, nil
}

// sort puts one activity where it belongs.
func (d *digest) sort(a *store.Activity, p past) {
	switch {
	case !a.Live():
		if p.was != nil && p.was.Live() {
			d.Withdrawn++
		}
		return
	case p.was == nil:
		d.New = append(d.New, a)
		return
	case !p.was.Live():
		return
	}
	was, is := p.was.StatusAt(date.Of(d.Since)), a.StatusAt(d.Today)
	switch {
	case is == store.Completed && was != is && a.PartOf == 0:
		d.Finished = append(d.Finished, a)
	case is == store.Cancelled && was != is:
		d.Cancelled = append(d.Cancelled, a)
	case a.ChangedAt.After(d.Since) && len(p.fields) > 0:
		d.Changed = append(d.Changed, a)
		d.Fields[a.ID] = p.fields
	}
}

// digestCoverage computes this year's coverage, now and then.
func (c *Commands) digestCoverage(v *store.View, d *digest, then []past) error {
	year := d.Today.Year()
	in, err := c.coverageInput(v, date.Whole(date.Year(year)), d.Now)
	if err != nil {
		return err
	}
	d.Matrix = coverage.Compute(in)
	for _, n := range in.Confirmations {
		if n.At.After(d.Since) && n.Commitment != "" {
			d.Stated = append(d.Stated, n)
		}
	}
	before := in
	before.Now, before.Activities = d.Since, activitiesThen(then)
	before.Confirmations = slices.DeleteFunc(slices.Clone(in.Confirmations), func(n *store.Confirmation) bool { return n.At.After(d.Since) })
	d.Then = coverage.Compute(before)
	if _, month, _ := d.Today.Civil(); month >= time.October {
		in.Period = date.Whole(date.Year(year + 1))
		d.Ahead = coverage.Compute(in)
	}
	return nil
}

// overlaps gathers the possible duplicates that are open. One whose agencies
// have not been told yet is kept back.
func (d *digest) overlaps(v *store.View, hold time.Duration) error {
	err := v.Overlaps(func(o *store.Overlap) bool {
		if o.Question {
			return true
		}
		if o.State == store.StateOpen && o.OpenedAt.Add(hold).Before(d.Now) {
			d.Open = append(d.Open, o)
			if o.OpenedAt.After(d.Since) {
				d.Opened++
			}
		}
		if last := o.Last(); o.State != store.StateOpen && o.State != store.StateMoot && last != nil && last.At.After(d.Since) {
			d.Settled++
		}
		return true
	})
	slices.SortStableFunc(d.Open, func(a, b *store.Overlap) int { return a.OpenedAt.Compare(b.OpenedAt) })
	return err
}

// quiet tells whether nothing is new.
func (d *digest) quiet() bool {
	return len(d.New)+len(d.Changed)+len(d.Finished)+len(d.Cancelled)+len(d.Stated)+d.Withdrawn+d.Opened+d.Settled == 0 && !d.Meeting
}
