package store

import (
	"maps"
	"slices"
	"time"
)

// Meeting is a meeting organised by the Coordinator's office.
type Meeting struct {
	ID        int            `json:"id"`
	Revision  int            `json:"revision"`
	Schedule  int            `json:"schedule"` // rises when time or state changes; part of outbox keys
	Title     string         `json:"title"`
	Start     time.Time      `json:"start"`
	Place     string         `json:"place,omitempty"`
	Link      string         `json:"link,omitempty"`
	Agenda    string         `json:"agenda,omitempty"`
	Answers   map[int]Answer `json:"answers,omitempty"`  // by person id
	Attended  []string       `json:"attended,omitempty"` // agencies, as noted afterwards
	AddedAt   time.Time      `json:"added_at"`
	AddedBy   string         `json:"added_by"`
	Cancelled *Withdrawal    `json:"cancelled,omitempty"`
	Withdrawn *Withdrawal    `json:"withdrawn,omitempty"` // the adding was undone
}

// Answer is what a contact point said to an invitation.
type Answer struct {
	Going  string    `json:"going"` // Going, DeputyGoes or Away
	Agency string    `json:"agency"`
	At     time.Time `json:"at"`
}

// Values of Answer.Going.
const (
	Going      = "going"
	DeputyGoes = "deputy"
	Away       = "away"
)

// Stands tells whether the meeting is neither cancelled nor taken back.
func (m *Meeting) Stands() bool { return m.Cancelled == nil && m.Withdrawn == nil }

// Clone returns a copy whose maps and slices can be changed.
func (m *Meeting) Clone() *Meeting {
	c := *m
	c.Answers = maps.Clone(m.Answers)
	c.Attended = slices.Clone(m.Attended)
	return &c
}

// Confirmation is an agency's dated statement that it plans nothing for a
// commitment in a period ("nothing"), or, with an empty commitment, that what
// it has recorded is unchanged.
type Confirmation struct {
	ID         int         `json:"id"`
	Revision   int         `json:"revision"`
	Agency     string      `json:"agency"`
	Commitment string      `json:"commitment,omitempty"`
	Period     string      `json:"period,omitempty"` // canonical, such as 2027 or 2027-03..2027-06
	At         time.Time   `json:"at"`
	By         string      `json:"by"`
	Withdrawn  *Withdrawal `json:"withdrawn,omitempty"`
}

// Clone returns a copy.
func (c *Confirmation) Clone() *Confirmation { d := *c; return &d }
