package store

import (
	"slices"
	"time"
)

// Overlap is the one record of a pair of activities that may be the same
// work. A flag advises: it never blocks, hides or closes an activity.
type Overlap struct {
	ID       int       `json:"id"`
	Revision int       `json:"revision"`
	A        int       `json:"a"` // the older activity: A < B
	B        int       `json:"b"`
	AgencyA  string    `json:"agency_a"`
	AgencyB  string    `json:"agency_b"`
	Question bool      `json:"question,omitempty"` // between partners: "is this your record of the same joint activity?"
	State    string    `json:"state"`
	Was      string    `json:"was,omitempty"`   // the state before it became moot
	Words    []Word    `json:"words,omitempty"` // all, oldest first; the latest counts
	Rests    []string  `json:"rests,omitempty"` // facets its reasons rest on
	Score    float64   `json:"score"`           // when it was last opened
	FoundAt  time.Time `json:"found_at"`
	OpenedAt time.Time `json:"opened_at"`      // first opened, or opened again
	Past     int       `json:"past,omitempty"` // words said before it was last opened, which no longer count
	Lead     int       `json:"lead,omitempty"` // of a joint pair: the record that stands in lists and totals
}

// States of an Overlap.
const (
	StateOpen       = "open"
	StateCoordinate = "coordinate"
	StateJoint      = "joint"
	StateDismissed  = "dismissed"
	StateMoot       = "moot"
)

// Verdicts of a Word. The first three are also states.
const (
	SayCoordinate = "coordinate"
	SayJoint      = "joint"
	SayDismiss    = "dismiss"
	SayLater      = "later"
)

// Word is what somebody said on an overlap. It is kept for good.
type Word struct {
	At      time.Time `json:"at"`
	By      string    `json:"by"`
	Agency  string    `json:"agency"` // the side; empty for coordinators
	Verdict string    `json:"verdict"`
	Reason  string    `json:"reason,omitempty"`
	Until   time.Time `json:"until,omitzero"` // with later: when to ask again
}

// Effect tells what a word did to an overlap.
type Effect struct {
	Proposed bool // a joint activity is proposed; the other side has yet to say yes
	Linked   bool // both sides said joint: the two records are one activity
	Unlinked bool // they were, and are no longer
	Repeated bool // the side had said the same already; nothing was added
	Changes  int  // how often sides have changed their mind so far
}

// Side gives the agency across from the one given, or "" when it has no part.
func (o *Overlap) Side(agency string) string {
	switch agency {
	case o.AgencyA:
		return o.AgencyB
	case o.AgencyB:
		return o.AgencyA
	}
	return ""
}

// Other gives the activity across from the one given.
func (o *Overlap) Other(activity int) int {
	if activity == o.A {
		return o.B
	}
	return o.A
}

// Latest gives the side's latest word that settles something, or nil. A word
// said before the overlap was last opened no longer counts.
func (o *Overlap) Latest(agency string) *Word {
	return o.last(func(w *Word) bool { return w.Agency == agency })
}

// Last gives the latest settling word of anybody since it was opened, or nil.
func (o *Overlap) Last() *Word {
	return o.last(func(*Word) bool { return true })
}

// last gives the latest settling word of those wanted that was said since the
// overlap was opened. Words are counted, since a word and what opens the
// overlap again may come at one moment; the times tell of registers that were
// written before they were counted.
func (o *Overlap) last(wanted func(*Word) bool) *Word {
	for i := len(o.Words) - 1; i >= o.Past; i-- {
		w := &o.Words[i]
		if w.Verdict != SayLater && !w.At.Before(o.OpenedAt) && wanted(w) {
			return w
		}
	}
	return nil
}

// across gives the latest settling word of the agency across, or nil. Nobody
// is across from the coordinators: they are on no side.
func (o *Overlap) across(agency string) *Word {
	if other := o.Side(agency); other != "" {
		return o.Latest(other)
	}
	return nil
}

// Proposer gives the agency that proposes one joint activity and waits for
// the other side, or "".
func (o *Overlap) Proposer() string {
	if o.State == StateJoint {
		return ""
	}
	if w := o.Last(); w != nil && w.Verdict == SayJoint {
		return w.Agency
	}
	return ""
}

// Say adds a word and sets the state by it: the latest word counts, but one
// joint activity needs the word of both sides, or a coordinator's. A question
// between partners needs only one yes, since the other side named its partner.
func (o *Overlap) Say(w Word) Effect {
	var e Effect
	if last := o.Last(); last != nil && last.By == w.By && last.Verdict == w.Verdict && last.Reason == w.Reason && w.Verdict != SayLater {
		e.Repeated = true
		e.Changes = o.changes()
		return e
	}
	other := o.across(w.Agency)
	wasJoint := o.State == StateJoint
	o.Words = append(slices.Clip(o.Words), w)
	e.Changes = o.changes()
	switch w.Verdict {
	case SayLater:
		return e
	case SayCoordinate:
		o.State = StateCoordinate
	case SayDismiss:
		o.State = StateDismissed
	case SayJoint:
		if w.Agency == "" || o.Question || other != nil && other.Verdict == SayJoint {
			o.State, o.Lead, e.Linked = StateJoint, o.A, !wasJoint
		} else {
			o.State, e.Proposed = StateOpen, true
		}
	}
	if wasJoint && o.State != StateJoint {
		o.Lead, e.Unlinked = 0, true
	}
	return e
}

// MakeMoot closes the overlap because one side's work is cancelled, withdrawn
// or years away. It answers false when there is nothing to close.
func (o *Overlap) MakeMoot() bool {
	if o.State == StateMoot || o.State == StateJoint {
		return false
	}
	o.Was, o.State = o.State, StateMoot
	return true
}

// Restore brings back what was said of it before it became moot. It answers
// false when nothing had been settled then.
func (o *Overlap) Restore() bool {
	if o.State != StateMoot || o.Was == "" || o.Was == StateOpen {
		return false
	}
	o.State, o.Was = o.Was, ""
	return true
}

// Reopen opens it again after a change it rests on. It answers false when it
// is open already or joint.
func (o *Overlap) Reopen(at time.Time, score float64, rests []string) bool {
	if o.State == StateOpen || o.State == StateJoint {
		return false
	}
	o.State, o.Was, o.OpenedAt, o.Score, o.Rests, o.Past = StateOpen, "", at, score, rests, len(o.Words)
	return true
}

// changes counts how often a side took back its own word for another.
func (o *Overlap) changes() int {
	n := 0
	latest := map[string]string{}
	for _, w := range o.Words {
		if w.Verdict == SayLater {
			continue
		}
		if before, ok := latest[w.Agency]; ok && before != w.Verdict {
			n++
		}
		latest[w.Agency] = w.Verdict
	}
	return n
}

// Clone returns a copy whose slices can be changed.
func (o *Overlap) Clone() *Overlap {
	c := *o
	c.Words = slices.Clone(o.Words)
	c.Rests = slices.Clone(o.Rests)
	return &c
}
