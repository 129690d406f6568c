package store

import (
	"slices"
	"time"

	"thbot/store/date"
)

// Limits of an activity's texts, in Unicode characters (contract, section 2).
const (
	MaxTitle = 200
	MaxText  = 3000
)

// Activity is one piece of work of an agency against trafficking in human
// beings. Slices keep the order in which they were given.
type Activity struct {
	ID           int       `json:"id"`
	Revision     int       `json:"revision"` // 1 when recorded, rises with every journalled change
	Agency       string    `json:"agency"`   // slug of the owner
	Title        string    `json:"title"`
	Description  string    `json:"description,omitempty"`
	Commitments  []string  `json:"commitments,omitempty"` // slugs
	Kind         string    `json:"kind,omitempty"`
	Exploitation []string  `json:"exploitation,omitempty"`
	Audience     []string  `json:"audience,omitempty"`
	Countries    []string  `json:"countries,omitempty"` // as typed; package place expands them
	From         date.Date `json:"from,omitempty"`
	To           date.Date `json:"to,omitempty"`
	Status       string    `json:"status,omitempty"` // as said; empty follows the dates, see StatusAt
	Partners     []Partner `json:"partners,omitempty"`
	Others       []string  `json:"others,omitempty"` // partners outside the network, free text
	Plan         string    `json:"plan,omitempty"`   // work-programme entry
	TLP          string    `json:"tlp,omitempty"`    // empty means AMBER
	Follows      []int     `json:"follows,omitempty"`
	Links        []string  `json:"links,omitempty"`
	Guessed      []Guess   `json:"guessed,omitempty"`

	Source   string `json:"source,omitempty"`    // where an imported row came from
	SourceID string `json:"source_id,omitempty"` // its id there

	RecordedAt   time.Time   `json:"recorded_at"`
	RecordedBy   string      `json:"recorded_by"`           // actor, such as P7
	ChangedAt    time.Time   `json:"changed_at"`            // last change of a facet, text or note
	ConfirmedAt  time.Time   `json:"confirmed_at,omitzero"` // last "unchanged" that named it
	ChatFields   []string    `json:"chat_fields,omitempty"` // fields changed in chat since the last import
	Withdrawn    *Withdrawal `json:"withdrawn,omitempty"`
	PartOf       int         `json:"part_of,omitempty"` // lead record of the joint activity this is part of
	RedactedAt   time.Time   `json:"redacted_at,omitzero"`
	NoteCount    int         `json:"note_count,omitempty"`    // notes ever written; the next is NoteCount+1
	FlagRevision int         `json:"flag_revision,omitempty"` // of the outbox key flag:A17.r1
}

// Partner is another agency of the network that does the activity with the
// owner. Only a confirmed one counts in coverage.
type Partner struct {
	Agency string    `json:"agency"`
	State  string    `json:"state"` // Named, Confirmed or Declined
	By     string    `json:"by,omitempty"`
	At     time.Time `json:"at,omitzero"`
}

// States of a Partner.
const (
	Named     = "named"
	Confirmed = "confirmed"
	Declined  = "declined"
)

// Guess marks a facet that was read from the text and not yet confirmed by a
// person. Evidence quotes the words it was read from.
type Guess struct {
	Field    string `json:"field"` // commitments, kind, exploitation, audience, countries, from or to
	Evidence string `json:"evidence"`
}

// Withdrawal says when, by whom and why a record left lists, totals and flags.
type Withdrawal struct {
	At     time.Time `json:"at"`
	By     string    `json:"by"`
	Reason string    `json:"reason,omitempty"`
	Undone bool      `json:"undone,omitempty"` // taken back with undo, within the hour
}

// Note is a progress note on an activity.
type Note struct {
	Activity int       `json:"activity"`
	N        int       `json:"n"` // 1, 2, … in the order written
	At       time.Time `json:"at"`
	By       string    `json:"by"`
	Text     string    `json:"text"`
	Undone   bool      `json:"undone,omitempty"` // taken back with undo
}

// Values of Activity.Status and StatusAt.
const (
	Planned   = "planned"
	Ongoing   = "ongoing"
	Completed = "completed"
	Cancelled = "cancelled"
)

// Period gives the activity's dates as typed.
func (a *Activity) Period() date.Period { return date.Period{From: a.From, To: a.To} }

// StatusAt gives the status that was said or, where none was, the one that
// follows from the dates: completed after the last day, ongoing from the first
// day on, else planned. Without dates it is planned.
func (a *Activity) StatusAt(today date.Day) string {
	switch {
	case a.Status != "":
		return a.Status
	case a.To.Known() && a.To.Last() < today:
		return Completed
	case a.From.Known() && a.From.First() <= today:
		return Ongoing
	}
	return Planned
}

// Live tells whether the activity stands in lists and totals: not withdrawn.
func (a *Activity) Live() bool { return a.Withdrawn == nil }

// IsGuess tells whether the field's value is only read from the text.
func (a *Activity) IsGuess(field string) bool {
	return slices.ContainsFunc(a.Guessed, func(g Guess) bool { return g.Field == field })
}

// Settle drops the mark "guessed" from the fields, because a person has said
// or confirmed their values.
func (a *Activity) Settle(fields ...string) {
	a.Guessed = slices.DeleteFunc(slices.Clone(a.Guessed), func(g Guess) bool {
		return slices.Contains(fields, g.Field)
	})
	if len(a.Guessed) == 0 {
		a.Guessed = nil
	}
}

// PartnerState gives the state of the agency as partner, or "".
func (a *Activity) PartnerState(agency string) string {
	for _, p := range a.Partners {
		if p.Agency == agency {
			return p.State
		}
	}
	return ""
}

// With lists the agencies named or confirmed as partners.
func (a *Activity) With() []string {
	var with []string
	for _, p := range a.Partners {
		if p.State != Declined {
			with = append(with, p.Agency)
		}
	}
	return with
}

// TouchedAt is the last moment at which somebody changed or confirmed it.
func (a *Activity) TouchedAt() time.Time {
	if a.ConfirmedAt.After(a.ChangedAt) {
		return a.ConfirmedAt
	}
	return a.ChangedAt
}

// Clone returns a copy whose slices can be changed. The store hands out shared
// activities; whoever changes one changes a clone.
func (a *Activity) Clone() *Activity {
	c := *a
	c.Commitments = slices.Clone(a.Commitments)
	c.Exploitation = slices.Clone(a.Exploitation)
	c.Audience = slices.Clone(a.Audience)
	c.Countries = slices.Clone(a.Countries)
	c.Partners = slices.Clone(a.Partners)
	c.Others = slices.Clone(a.Others)
	c.Follows = slices.Clone(a.Follows)
	c.Links = slices.Clone(a.Links)
	c.Guessed = slices.Clone(a.Guessed)
	c.ChatFields = slices.Clone(a.ChatFields)
	if a.Withdrawn != nil {
		w := *a.Withdrawn
		c.Withdrawn = &w
	}
	return &c
}
