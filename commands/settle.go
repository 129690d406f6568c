package commands

import (
	"time"

	"thbot/store"
	"thbot/store/fault"
)

// settled is what one word on an overlap did.
type settled struct {
	o      *store.Overlap
	effect store.Effect
	word   store.Word
	stale  bool     // nothing was said: the button showed an older state
	group  int64    // for undo
	told   []string // agencies that are told in private
	urgent bool     // the coordinators are told
}

// settle says a word on an overlap. Of a button, revision is what it showed:
// where the overlap has moved on and the word no longer means the same, the
// answer is the present state.
func (k *call) settle(id int, w store.Word, revision int, pressed bool) (Reply, error) {
	var done settled
	err := k.update("overlap", func(ch *store.Change) error {
		o, err := k.settleable(ch.View, id)
		if err != nil {
			return err
		}
		done, err = k.sayWord(ch, o.Clone(), w, revision)
		return err
	})
	if err != nil {
		return Reply{}, k.unsaved(err)
	}
	return k.settledReply(done, pressed)
}

// settleable gives an overlap on which the caller may say a word.
func (k *call) settleable(v *store.View, id int) (*store.Overlap, error) {
	o, err := v.Overlap(id)
	ref := store.OverlapRef(id)
	switch {
	case err != nil:
		return nil, err
	case o == nil:
		return nil, fault.New(fault.NotFound, "There is no %s.", ref).WithTry("/thb overlap mine")
	case !k.mayWeigh(o):
		return nil, fault.New(fault.Forbidden, "%s is between %s and %s, so they or the Coordinator's office say the word on it. Nothing was saved.", ref, k.agencyName(o.AgencyA), k.agencyName(o.AgencyB)).WithTry("/thb overlap mine")
	case o.State == store.StateMoot:
		return nil, fault.New(fault.Conflict, "%s is no longer in question: %s. Nothing was saved.", ref, k.mootWords(v, o)).WithTry("/thb overlap %s", ref)
	}
	return o, nil
}

// mayWeigh tells whether the caller may say a word: the two sides and the
// coordinators.
func (k *call) mayWeigh(o *store.Overlap) bool {
	return k.who.Role == store.Coordinator || k.who.Agency != "" && o.Side(k.who.Agency) != ""
}

// mootWords says why an overlap is moot.
func (k *call) mootWords(v *store.View, o *store.Overlap) string {
	for _, id := range []int{o.A, o.B} {
		switch a := v.Activity(id); {
		case a == nil || !a.Live():
			return store.ActivityRef(id) + " was withdrawn"
		case a.Status == store.Cancelled:
			return store.ActivityRef(id) + " was cancelled"
		}
	}
	if m := k.compare(v, o); !m.Eligible && len(m.Against) > 0 {
		return m.Against[0].Text // the rule: one builds on the other, or more than a year lies between
	}
	return "the two activities no longer look like the same work"
}

// sayWord adds the word and does all that follows from it.
func (k *call) sayWord(ch *store.Change, o *store.Overlap, w store.Word, revision int) (settled, error) {
	w.At, w.By = ch.At, ch.Actor
	if k.who.Role != store.Coordinator {
		w.Agency = k.who.Agency
	}
	if w.Verdict == sayYes {
		if !o.Question && o.Proposer() == "" {
			return settled{}, fault.New(fault.Invalid, "Yes to which: do you coordinate, or is it one joint activity? Nothing was saved.").WithTry("/thb overlap %s joint", store.OverlapRef(o.ID))
		}
		w.Verdict = store.SayJoint
	}
	done := settled{o: o, word: w, group: ch.Group()}
	if revision > 0 && revision != o.Revision && !stillMeant(o, w) {
		done.stale = true
		return done, k.refreshPressed(ch, o)
	}
	sides := map[string]*store.Word{}
	for _, agency := range []string{o.AgencyA, o.AgencyB} {
		if last := o.Latest(agency); last != nil {
			copied := *last
			sides[agency] = &copied
		}
	}
	done.effect = o.Say(w)
	if done.effect.Repeated {
		return done, k.refreshPressed(ch, o)
	}
	if err := ch.PutOverlap(o); err != nil {
		return done, err
	}
	if err := k.link(ch, o, done.effect); err != nil {
		return done, err
	}
	return done, k.tellOfWord(ch, &done, sides)
}

// stillMeant tells whether a word means the same although the overlap has
// moved on since its button was shown.
func stillMeant(o *store.Overlap, w store.Word) bool {
	switch w.Verdict {
	case store.SayLater:
		return o.State == store.StateOpen
	case store.SayJoint:
		return o.State == store.StateJoint || o.Proposer() != "" && o.Proposer() != w.Agency
	case store.SayDismiss:
		return o.State == store.StateDismissed
	}
	return o.State == w.Verdict
}

// tellOfWord plans what others are told of a word: the other side where it
// said something else or is asked, both where a coordinator decides, and the
// coordinators of a third change of mind. What was to be said before, and has
// not gone out, no longer holds.
func (k *call) tellOfWord(ch *store.Change, done *settled, sides map[string]*store.Word) error {
	o, w := done.o, done.word
	row := store.Row{Subject: subject(store.OverlapRef(o.ID), len(o.Words)), Slot: "-", Due: ch.At.Add(k.rules.Hold)}
	if w.Verdict == store.SayLater {
		row.Kind, row.Slot, row.Due = store.RowLater, w.Until.UTC().Format(time.RFC3339), w.Until
		if err := k.refreshPressed(ch, o); err != nil {
			return err
		}
		return tellEach(ch, []*store.Person{k.who}, row)
	}
	if err := k.retell(ch, o); err != nil {
		return err
	}
	row.Kind = store.RowVerdict
	if done.effect.Proposed {
		row.Kind = store.RowProposal
	}
	for _, agency := range []string{o.AgencyA, o.AgencyB} {
		if agency == w.Agency || !concerned(done, sides[agency]) {
			continue
		}
		if err := k.tell(ch, agency, row); err != nil {
			return err
		}
		done.told = append(done.told, agency)
	}
	return k.tellUnsettled(ch, done)
}

// concerned tells whether a side is told of a word that it did not say itself:
// where it said something else, or its record is linked or unlinked by it.
func concerned(done *settled, said *store.Word) bool {
	e := done.effect
	return e.Proposed || e.Linked || e.Unlinked || said != nil && said.Verdict != done.word.Verdict
}

// manyChanges is the change of mind with which the coordinators hear of it.
const manyChanges = 3

func (k *call) tellUnsettled(ch *store.Change, done *settled) error {
	if done.effect.Changes < manyChanges {
		return nil
	}
	roster, err := ch.Roster()
	if err != nil {
		return err
	}
	for _, p := range roster {
		if p.Role != store.Coordinator || p.ID == k.who.ID {
			continue
		}
		row := store.Row{
			Kind: store.RowUnsettled, Subject: subject(store.OverlapRef(done.o.ID), manyChanges), Slot: "-",
			Due: ch.At.Add(k.rules.Hold), Destination: store.PersonRef(p.ID),
		}
		fresh, err := ch.Plan(&row)
		if err != nil {
			return err
		}
		done.urgent = done.urgent || fresh
	}
	return nil
}

// retell has every message about an overlap tell its present state: waiting
// ones about earlier words are dropped, delivered ones are edited.
func (c *Commands) retell(ch *store.Change, o *store.Overlap) error {
	ref := store.OverlapRef(o.ID)
	for _, kind := range []string{store.RowVerdict, store.RowProposal} {
		if err := eachRow(ch, kind, ref, func(r *store.Row) error {
			_, err := ch.Drop(r.Key, "said anew since")
			return err
		}); err != nil {
			return err
		}
	}
	return c.refreshTold(ch, o)
}

// refreshTold has every delivered message that tells of a pair tell its present
// state, so that a colleague's copy shows that the word has been said.
func (c *Commands) refreshTold(ch *store.Change, o *store.Overlap) error {
	return eachTold(ch, o, refreshRow(ch))
}

// refreshPressed has the messages on the caller's account tell the present state
// of a pair: on one of them the word was said, and it may tell of others, whose
// buttons have to stay.
func (k *call) refreshPressed(ch *store.Change, o *store.Overlap) error {
	return eachTold(ch, o, func(r *store.Row) error {
		if r.Account != k.req.Account {
			return nil
		}
		return refreshRow(ch)(r)
	})
}

// eachTold gives every row that may tell of a pair.
func eachTold(ch *store.Change, o *store.Overlap, f func(*store.Row) error) error {
	for _, kind := range []string{store.RowVerdict, store.RowProposal, store.RowLater, store.RowUnsettled} {
		if err := eachRow(ch, kind, store.OverlapRef(o.ID), f); err != nil {
			return err
		}
	}
	for _, activity := range []int{o.A, o.B} {
		for _, kind := range []string{store.RowFlag, store.RowNamed} {
			if err := eachRow(ch, kind, store.ActivityRef(activity), f); err != nil {
				return err
			}
		}
	}
	return gather(ch, store.RowImport+":", func(r *store.Row) error {
		if !r.PlannedAt.Equal(o.OpenedAt) {
			return nil
		}
		return f(r)
	})
}

func refreshRow(ch *store.Change) func(*store.Row) error {
	return func(r *store.Row) error {
		_, err := ch.Refresh(r.Key)
		return err
	}
}

// eachRow gives every row of the kind about the record, of whatever revision.
func eachRow(ch *store.Change, kind, ref string, f func(*store.Row) error) error {
	return gather(ch, kind+":"+ref+".r", f)
}

// gather collects the rows before f may change them.
func gather(ch *store.Change, prefix string, f func(*store.Row) error) error {
	var rows []*store.Row
	err := ch.Rows(prefix, func(r *store.Row) bool {
		rows = append(rows, r)
		return true
	})
	for _, r := range rows {
		if err == nil {
			err = f(r)
		}
	}
	return err
}
