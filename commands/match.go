package commands

import (
	"slices"
	"strings"

	"thbot/commands/overlap"
	"thbot/store"
)

// work is what the overlap engine reads of an activity.
func work(a *store.Activity) overlap.Work {
	w := overlap.Work{
		ID: a.ID, Agency: a.Agency, Title: a.Title, Description: a.Description,
		Commitments: a.Commitments, Kind: a.Kind, Exploitation: a.Exploitation, Audience: a.Audience,
		Countries: a.Countries, From: a.From, To: a.To,
		Cancelled: a.Status == store.Cancelled, Withdrawn: !a.Live(),
		With: a.With(), Follows: a.Follows, Joint: a.PartOf,
	}
	for _, g := range a.Guessed {
		w.Guessed = append(w.Guessed, g.Field)
	}
	return w
}

// follow brings the overlap index up to the journal's head as the view sees
// it. It never goes back, so an older view finds it a little ahead.
func (c *Commands) follow(v *store.View) error {
	c.following.Lock()
	defer c.following.Unlock()
	head := v.Committed()
	if head <= c.indexed {
		return nil
	}
	if c.indexed == 0 {
		var all []overlap.Work
		for a := range v.Stored() {
			all = append(all, work(a))
		}
		c.index.Build(all)
		c.indexed = head
		return nil
	}
	ids, err := v.ActivitiesSince(c.indexed)
	if err != nil {
		return err
	}
	changed := make([]overlap.Work, len(ids))
	for i, id := range ids {
		changed[i] = work(v.StoredActivity(id))
	}
	c.index.Build(changed)
	c.indexed = head
	return nil
}

// matches finds the counterparts of an activity, the best first.
func (c *Commands) matches(v *store.View, a *store.Activity, n int) ([]overlap.Match, error) {
	if err := c.follow(v); err != nil {
		return nil, err
	}
	found := c.index.Check(work(a), n)
	return slices.DeleteFunc(found, func(m overlap.Match) bool {
		other := v.Activity(counterpart(m, a.ID))
		return other == nil || !other.Live()
	}), nil
}

func counterpart(m overlap.Match, id int) int {
	if m.A == id {
		return m.B
	}
	return m.A
}

// flag is an overlap as the reply to its recorder shows it.
type flag struct {
	Overlap *store.Overlap
	Match   overlap.Match
	Other   *store.Activity
	Fresh   bool // opened or opened again by this change
}

// maxFlags is how many possible duplicates one recorded activity opens; more
// would say that it resembles everything.
const maxFlags = 10

// rematch brings an activity's overlaps up to date after a change of the
// fields (all of a new one's): it opens and reopens, closes as moot, turns a
// flag between partners into a question, and plans the private messages to
// the other agencies. It gives the flags that stand open, the best first.
func (c *Commands) rematch(ch *store.Change, a *store.Activity, fields []string) ([]flag, error) {
	if err := c.follow(ch.View); err != nil {
		return nil, err
	}
	known, err := ch.OverlapsOf(a.ID)
	if err != nil {
		return nil, err
	}
	var flags []flag
	for _, o := range known {
		f, err := c.reweigh(ch, a, o, fields)
		if err != nil {
			return nil, err
		}
		if f != nil {
			flags = append(flags, *f)
		}
	}
	fresh, err := c.open(ch, a, known)
	if err != nil {
		return nil, err
	}
	flags = append(flags, fresh...)
	slices.SortStableFunc(flags, func(x, y flag) int {
		switch {
		case x.Match.Score > y.Match.Score:
			return -1
		case x.Match.Score < y.Match.Score:
			return 1
		}
		return x.Overlap.ID - y.Overlap.ID
	})
	return flags, c.planFlags(ch, a, flags)
}

// open makes overlaps for pairs that have none yet.
func (c *Commands) open(ch *store.Change, a *store.Activity, known []*store.Overlap) ([]flag, error) {
	if !a.Live() || a.Status == store.Cancelled {
		return nil, nil
	}
	have := map[int]bool{}
	for _, o := range known {
		have[o.Other(a.ID)] = true
	}
	var flags []flag
	add := func(m overlap.Match, other *store.Activity, question bool) error {
		o := newOverlap(a, other, m, question)
		if err := ch.AddOverlap(o); err != nil {
			return err
		}
		flags = append(flags, flag{o, m, other, true})
		return nil
	}
	found := c.index.Check(work(a), maxFlags)
	for _, m := range found {
		other := ch.Activity(counterpart(m, a.ID))
		if m.Flagged && other != nil && other.Live() && !have[other.ID] && other.ID != a.ID {
			if err := add(m, other, false); err != nil {
				return nil, err
			}
		}
	}
	for _, other := range c.partnersRecords(ch.View, a) {
		m := c.engine.Resembles(work(a), work(other))
		if m.Flagged && !have[other.ID] {
			if err := add(m, other, true); err != nil {
				return nil, err
			}
		}
	}
	return flags, nil
}

// partnersRecords lists the records of agencies that do the activity together
// with its owner, named on either side: they may be records of the same work.
func (c *Commands) partnersRecords(v *store.View, a *store.Activity) []*store.Activity {
	with := a.With()
	var records []*store.Activity
	for b := range v.Live() {
		if len(with)+len(b.Partners) == 0 || b.Agency == a.Agency || b.PartOf == a.ID || a.PartOf == b.ID {
			continue
		}
		if slices.Contains(with, b.Agency) || slices.Contains(b.With(), a.Agency) {
			records = append(records, b)
		}
	}
	return records
}

func partners(a, b *store.Activity) bool {
	return slices.Contains(a.With(), b.Agency) || slices.Contains(b.With(), a.Agency)
}

func newOverlap(a, b *store.Activity, m overlap.Match, question bool) *store.Overlap {
	if a.ID > b.ID {
		a, b = b, a
	}
	return &store.Overlap{
		A: a.ID, B: b.ID, AgencyA: a.Agency, AgencyB: b.Agency,
		Question: question, Score: m.Score, Rests: m.Rests,
	}
}

// reweigh looks again at one overlap after a change of the activity. It gives
// the flag if the overlap is open now.
func (c *Commands) reweigh(ch *store.Change, a *store.Activity, o *store.Overlap, fields []string) (*flag, error) {
	other := ch.Activity(o.Other(a.ID))
	question := partners(a, other)
	m := c.weigh(ch.View, a, other, question)
	changed, fresh := false, false
	switch {
	case !m.Eligible:
		changed = o.MakeMoot()
	case o.State == store.StateMoot && !m.Flagged, o.State == store.StateJoint:
	case o.State == store.StateMoot && !rested(o, m, fields) && o.Restore():
		changed = true
	case o.State == store.StateMoot:
		changed, fresh = true, o.Reopen(ch.At, m.Score, m.Rests)
	case o.State == store.StateOpen && !m.Flagged && len(o.Words) == 0:
		changed = o.MakeMoot() // nobody has said a word on it, and it no longer looks alike
	case o.State != store.StateOpen && m.Flagged && rested(o, m, fields):
		changed, fresh = true, o.Reopen(ch.At, m.Score, m.Rests)
	}
	if o.State != store.StateJoint && o.Question != question {
		fresh = fresh || o.Question && o.State == store.StateOpen && m.Flagged // only the partner was asked so far
		o.Question, changed = question, true
	}
	if changed {
		if err := ch.PutOverlap(o); err != nil {
			return nil, err
		}
	}
	if o.State != store.StateOpen {
		return nil, nil
	}
	return &flag{o, m, other, fresh}, nil
}

// rested tells whether the change of the fields may open the overlap again: it
// rests on one of them, or the two share one now.
func rested(o *store.Overlap, m overlap.Match, fields []string) bool {
	return restsOn(o.Rests, fields) || restsOn(m.Rests, fields)
}

// restsOn tells whether a change of the fields may open an overlap again that
// rests on the facets: those of old, or those that the two share now, since
// what parted them when the word was said may be what was changed.
func restsOn(facets, fields []string) bool {
	return slices.ContainsFunc(fields, func(f string) bool {
		if f == "to" || f == "from" {
			f = "period"
		}
		return f == "title" || f == "description" || slices.Contains(facets, f)
	})
}

// planFlags plans one private message for each contact point of the other
// agencies, and of the activity's own where somebody else made the change, due
// after the hold. While one is still waiting, it will tell what stands then; a
// new one is planned only when none is.
func (c *Commands) planFlags(ch *store.Change, a *store.Activity, flags []flag) error {
	agencies := map[string]bool{}
	for _, f := range flags {
		if f.Fresh && !f.Overlap.Question {
			agencies[f.Other.Agency] = true
		}
	}
	if len(agencies) == 0 {
		return nil
	}
	foreign, err := byAnother(ch, a)
	if err != nil {
		return err
	}
	if foreign {
		agencies[a.Agency] = true
	}
	waiting, err := c.flagWaits(ch.View, a)
	if err != nil || waiting {
		return err
	}
	a.FlagRevision++
	if err := ch.PutActivity(a); err != nil {
		return err
	}
	for _, agency := range c.catalogue.Agencies {
		if agencies[agency.Slug] {
			to, err := c.recipients(ch.View, agency.Slug)
			if err != nil {
				return err
			}
			if err := tellEach(ch, others(to, ch.Actor), store.Row{
				Kind: store.RowFlag, Subject: flagSubject(a), Slot: "-", Due: ch.At.Add(c.rules.Hold),
			}); err != nil {
				return err
			}
		}
	}
	return nil
}

// byAnother tells whether a person of another agency than the activity's makes
// the change, who alone would see its possible duplicates in the reply.
func byAnother(ch *store.Change, a *store.Activity) (bool, error) {
	p, err := ch.PersonNamed(ch.Actor)
	return p != nil && p.Agency != a.Agency, err
}

func flagSubject(a *store.Activity) string {
	return subject(store.ActivityRef(a.ID), a.FlagRevision)
}

// flagWaits tells whether a message about the activity is planned and not yet
// on its way.
func (c *Commands) flagWaits(v *store.View, a *store.Activity) (bool, error) {
	waits := false
	err := v.Rows(store.RowFlag+":"+flagSubject(a)+":", func(r *store.Row) bool {
		waits = r.State == store.Waiting
		return !waits
	})
	return waits, err
}

// tell plans a message to each contact point of an agency, or to the
// coordinators where it has none.
func (c *Commands) tell(ch *store.Change, agency string, r store.Row) error {
	to, err := c.recipients(ch.View, agency)
	if err != nil {
		return err
	}
	return tellEach(ch, to, r)
}

// others leaves the actor out, who has seen it.
func others(people []*store.Person, actor string) []*store.Person {
	return slices.DeleteFunc(people, func(p *store.Person) bool { return store.PersonRef(p.ID) == actor })
}

// tellEach plans the message to each of the people.
func tellEach(ch *store.Change, to []*store.Person, r store.Row) error {
	for _, p := range to {
		row := r
		row.Destination = store.PersonRef(p.ID)
		if _, err := ch.Plan(&row); err != nil {
			return err
		}
	}
	return nil
}

// recipients are the people to whom what concerns an agency goes: its contact
// points, or the coordinators where it has none.
func (c *Commands) recipients(v *store.View, agency string) ([]*store.Person, error) {
	roster, err := v.Roster()
	if err != nil {
		return nil, err
	}
	var points, coordinators []*store.Person
	for _, p := range roster {
		switch {
		case p.Role == store.ContactPoint && p.Agency == agency:
			points = append(points, p)
		case p.Role == store.Coordinator:
			coordinators = append(coordinators, p)
		}
	}
	if len(points) > 0 {
		return points, nil
	}
	return coordinators, nil
}

func subject(ref string, revision int) string {
	var b strings.Builder
	b.WriteString(ref)
	b.WriteString(".r")
	b.WriteString(itoa(revision))
	return b.String()
}
