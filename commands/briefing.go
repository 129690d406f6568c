package commands

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"thbot/commands/coverage"
	"thbot/commands/overlap"
	"thbot/store"
	"thbot/store/date"
	"thbot/store/statement"
)

const (
	briefShown       = 3  // of each kind
	briefOpportunity = 2  // contract, section 2
	briefLooked      = 20 // activities compared for opportunities, those touched last
)

// brief is what an agency should know before a meeting.
type brief struct {
	Agency        string
	Since         time.Time      // the last meeting; zero where there was none
	Next          *store.Meeting // may be nil
	Fresh         []*store.Activity
	Changed       []*store.Activity
	Overlaps      []*store.Overlap // open ones, those that wait for the agency first
	Mine          int              // of Overlaps: how many wait for the agency
	Ended         []*store.Activity
	Old           []*store.Activity // planned or ongoing, nothing heard for stale_after
	Unplanned     []*store.Activity // planned or ongoing, in no work programme
	Fora          []*store.Activity
	Named         []*store.Activity // of others, which name the agency as partner
	Silent        []string          // commitments with nothing said for this year
	Stale         []string          // commitments under which all work is stale
	Opportunities []opportunity
	active        []*store.Activity // the agency's planned and ongoing ones
	you, your     string            // the agency, as the reader is addressed
	today         date.Day
}

// opportunity is work of another agency that could be joined.
type opportunity struct {
	Mine, Theirs *store.Activity
	Reason       string
	Contacts     []string // names of the other agency's contact points, for private messages only
	score        float64
}

// briefOf gathers an agency's brief from the register, without opportunities,
// which take longer and stand in no reminder. It changes nothing.
func (c *Commands) briefOf(v *store.View, agency string, now time.Time) (*brief, error) {
	b := &brief{Agency: agency, you: "you", your: "your", today: date.Of(now)}
	last, err := lastMeeting(v, now)
	if err != nil {
		return nil, err
	}
	if last != nil {
		b.Since = last.Start
	}
	if b.Next, err = nextMeeting(v, now); err != nil {
		return nil, err
	}
	if agency == "" {
		return b, nil
	}
	b.active = c.sift(v, b, now)
	if err := c.briefOverlaps(v, b); err != nil {
		return nil, err
	}
	b.Silent, b.Stale, err = c.cells(v, agency, now.In(c.rules.Zone))
	return b, err
}

// sift sorts the activities into the brief's lists, and gives the agency's
// planned and ongoing ones.
func (c *Commands) sift(v *store.View, b *brief, now time.Time) []*store.Activity {
	var active []*store.Activity
	for a := range v.Live() {
		if a.PartnerState(b.Agency) == store.Named {
			b.Named = append(b.Named, a)
		}
		if a.Agency != b.Agency {
			continue
		}
		switch {
		case a.RecordedAt.After(b.Since):
			b.Fresh = append(b.Fresh, a)
		case a.ChangedAt.After(b.Since):
			b.Changed = append(b.Changed, a)
		}
		if a.Kind == "representation" && (a.RecordedAt.After(b.Since) || a.From.Known() && a.From.First().Time(now.Location()).After(b.Since)) && a.StatusAt(b.today) != store.Cancelled {
			b.Fora = append(b.Fora, a)
		}
		if !c.underWay(b, a, now) {
			continue
		}
		active = append(active, a)
		if a.Plan == "" {
			b.Unplanned = append(b.Unplanned, a)
		}
	}
	return active
}

// underWay tells whether an activity is planned or ongoing, and sorts it to
// what has ended or is stale.
func (c *Commands) underWay(b *brief, a *store.Activity, now time.Time) bool {
	status := a.StatusAt(b.today)
	if status != store.Planned && status != store.Ongoing || a.PartOf != 0 {
		return false
	}
	switch {
	case coverage.Overdue(a, b.today):
		b.Ended = append(b.Ended, a)
	case coverage.Stale(a, now.In(c.rules.Zone), c.rules.StaleAfter):
		b.Old = append(b.Old, a)
	}
	return true
}

// briefOverlaps gathers the agency's open overlaps, those that wait for its
// own word first, then the oldest.
func (c *Commands) briefOverlaps(v *store.View, b *brief) error {
	err := v.Overlaps(func(o *store.Overlap) bool {
		if o.State == store.StateOpen && o.Side(b.Agency) != "" {
			b.Overlaps = append(b.Overlaps, o)
			if o.Latest(b.Agency) == nil {
				b.Mine++
			}
		}
		return true
	})
	slices.SortStableFunc(b.Overlaps, func(x, y *store.Overlap) int {
		mine := func(o *store.Overlap) int {
			if o.Latest(b.Agency) == nil {
				return 0
			}
			return 1
		}
		return cmp.Or(mine(x)-mine(y), x.OpenedAt.Compare(y.OpenedAt))
	})
	return err
}

// cells lists the commitments under which the agency has said nothing for the
// year, and those under which all it has is stale.
func (c *Commands) cells(v *store.View, agency string, now time.Time) (silent, stale []string, err error) {
	said, err := v.Confirmations()
	if err != nil {
		return nil, nil, err
	}
	m := coverage.Compute(coverage.Input{
		Catalogue: c.catalogue, Activities: v.Activities(), Confirmations: said,
		Period: date.Whole(date.Year(now.Year())), Now: now, StaleAfter: c.rules.StaleAfter,
	})
	column := slices.IndexFunc(m.Agencies, func(a statement.Agency) bool { return a.Slug == agency })
	if column < 0 {
		return nil, nil, nil
	}
	for i, row := range m.Cells {
		switch cell := row[column]; {
		case cell.State == coverage.Silent:
			silent = append(silent, m.Commitments[i].Slug)
		case cell.Stale:
			stale = append(stale, m.Commitments[i].Slug)
		}
	}
	return silent, stale, nil
}

// opportunities finds work of others that is near the agency's own, and is no
// possible duplicate: at most two, of different records.
func (c *Commands) opportunities(v *store.View, b *brief) ([]opportunity, error) {
	active := b.active
	slices.SortStableFunc(active, func(a, b *store.Activity) int { return b.TouchedAt().Compare(a.TouchedAt()) })
	var found []opportunity
	for _, a := range active[:min(len(active), briefLooked)] {
		matches, err := c.matches(v, a, checkedMatches)
		if err != nil {
			return nil, err
		}
		for _, m := range matches {
			theirs := v.Activity(counterpart(m, a.ID))
			if m.Flagged || !m.Related || !c.joinable(theirs, b.Agency, b.today) {
				continue
			}
			known, err := v.OverlapOf(a.ID, theirs.ID)
			if err != nil {
				return nil, err
			}
			if known == nil {
				found = append(found, opportunity{Mine: a, Theirs: theirs, Reason: reasonText(m.Reasons), score: m.Score})
			}
		}
	}
	slices.SortStableFunc(found, func(x, y opportunity) int {
		return cmp.Or(cmp.Compare(y.score, x.score), x.Theirs.ID-y.Theirs.ID)
	})
	var best []opportunity
	for _, o := range found {
		if len(best) == briefOpportunity {
			break
		}
		if !slices.ContainsFunc(best, func(x opportunity) bool { return x.Theirs.ID == o.Theirs.ID }) {
			best = append(best, o)
		}
	}
	return best, c.addContacts(v, best)
}

// joinable tells whether another agency's activity still lies ahead or goes
// on, and the agency has no part in it yet.
func (c *Commands) joinable(a *store.Activity, agency string, today date.Day) bool {
	if a == nil || a.Agency == agency || a.PartnerState(agency) != "" || a.PartOf != 0 {
		return false
	}
	status := a.StatusAt(today)
	return (status == store.Planned || status == store.Ongoing) && !coverage.Overdue(a, today)
}

func reasonText(reasons []overlap.Reason) string {
	var texts []string
	for _, r := range reasons[:min(len(reasons), 2)] {
		texts = append(texts, r.Text)
	}
	return strings.Join(texts, ", ")
}

func (c *Commands) addContacts(v *store.View, best []opportunity) error {
	roster, err := v.Roster()
	for i := range best {
		for _, p := range roster {
			if p.Role == store.ContactPoint && p.Agency == best[i].Theirs.Agency {
				best[i].Contacts = append(best[i].Contacts, p.Name())
			}
		}
	}
	return err
}

// essentials are the brief's figures, each on a line; with nothing to say it
// says so.
func (b *brief) essentials(c *Commands) []Line {
	var lines []Line
	add := func(n int, l Line) {
		if n > 0 {
			lines = append(lines, l)
		}
	}
	since := "recorded so far"
	if !b.Since.IsZero() {
		since = "new since the last meeting on " + date.Of(b.Since.In(c.rules.Zone)).Date().Words(b.today)
	}
	add(len(b.Fresh), Say("%s %s%s", count(len(b.Fresh), "activity", "activities"), since, firstRefs(b.Fresh)))
	add(len(b.Changed), Say("%s changed since then%s", count(len(b.Changed), "activity", "activities"), firstRefs(b.Changed)))
	if b.Mine > 0 {
		add(b.Mine, Say("%s for %s word", count(b.Mine, "open overlap waits", "open overlaps wait"), b.your))
	}
	if rest := len(b.Overlaps) - b.Mine; rest > 0 {
		add(rest, Say("%s for others", count(rest, "open overlap waits", "open overlaps wait")))
	}
	add(len(b.Named), Say("%s as partner, not answered yet%s", count(len(b.Named), "record of another agency names "+b.you, "records of other agencies name "+b.you), firstRefs(b.Named)))
	for _, a := range b.Ended[:min(len(b.Ended), briefShown)] {
		add(1, Say("%s ended (%s) and still reads *%s*", store.ActivityRef(a.ID), a.To.Words(b.today), a.StatusAt(b.today)))
	}
	if more := len(b.Ended) - briefShown; more > 0 {
		add(more, Say("%s ended too", count(more, "other", "others")))
	}
	add(len(b.Old), Say("%s not confirmed for %d days or more%s", count(len(b.Old), "activity", "activities"), int(c.rules.StaleAfter/day), firstRefs(b.Old)))
	add(len(b.Unplanned), Say("%s in no work programme%s", count(len(b.Unplanned), "activity", "activities"), firstRefs(b.Unplanned)))
	add(len(b.Stale), Say("Nothing new under %s: all of it is that old or past its end", andList(b.Stale)))
	add(len(b.Silent), Say("%s without a word for %d", count(len(b.Silent), "commitment", "commitments"), b.today.Year()))
	if len(lines) == 0 {
		lines = append(lines, Say("Nothing is open, and all is up to date."))
	}
	return lines
}

// firstRefs gives ": A4, A9, A12 and 5 more".
func firstRefs(list []*store.Activity) string {
	var refs []string
	for _, a := range list[:min(len(list), briefShown)] {
		refs = append(refs, store.ActivityRef(a.ID))
	}
	if more := len(list) - briefShown; more > 0 {
		return ": " + strings.Join(refs, ", ") + " and " + itoa(more) + " more"
	}
	return ": " + andList(refs)
}
