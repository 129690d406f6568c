package store

import (
	"slices"
	"time"

	"thbot/store/date"
)

// Role is what a person on the roster may do.
type Role string

// The roles. Contact points and deputies write for their agency, coordinators
// see and settle everything, admins set up and see no record.
const (
	ContactPoint Role = "contact-point"
	Deputy       Role = "deputy"
	Coordinator  Role = "coordinator"
	Admin        Role = "admin"
)

// Person is an entry of the roster.
type Person struct {
	ID        int       `json:"id"`
	Revision  int       `json:"revision"`
	Role      Role      `json:"role"`
	Agency    string    `json:"agency,omitempty"` // slug; empty for coordinators and admins
	Accounts  []Account `json:"accounts"`
	Absences  []Absence `json:"absences,omitempty"`
	DigestDM  bool      `json:"digest_dm,omitempty"` // wants the digest by direct message too
	AddedAt   time.Time `json:"added_at"`
	AddedBy   string    `json:"added_by"`
	RemovedAt time.Time `json:"removed_at,omitzero"`
}

// AccountID names an account by ids alone: people are never recognised by name.
type AccountID struct {
	Platform  string `json:"platform"`  // "slack", "mattermost", "console"
	Workspace string `json:"workspace"` // team id or server id; empty for the console
	User      string `json:"user"`
}

// String gives platform/workspace/user, the form of keys and destinations.
func (id AccountID) String() string { return id.Platform + "/" + id.Workspace + "/" + id.User }

// Account is one account of a person.
type Account struct {
	AccountID
	Name     string    `json:"name,omitempty"`     // for show only
	Guest    bool      `json:"guest,omitempty"`    // the platform calls it a guest
	Unlinked bool      `json:"unlinked,omitempty"` // linked, but not yet confirmed on the account itself
	LinkedAt time.Time `json:"linked_at,omitzero"`
}

// Absence is a time in which a deputy receives what is due.
type Absence struct {
	From   date.Date `json:"from"`
	To     date.Date `json:"to"`
	Deputy int       `json:"deputy,omitempty"` // person id; 0 leaves it to the agency's deputies
}

// Active tells whether the person is on the roster.
func (p *Person) Active() bool { return p.RemovedAt.IsZero() }

// Name gives the person's name for show: the first account's, or the id.
func (p *Person) Name() string {
	for _, a := range p.Accounts {
		if a.Name != "" {
			return a.Name
		}
	}
	return PersonRef(p.ID)
}

// WritesFor tells whether the person may record for the agency: a contact
// point or deputy for the own one, a coordinator for every one.
func (p *Person) WritesFor(agency string) bool {
	switch p.Role {
	case ContactPoint, Deputy:
		return p.Agency == agency
	case Coordinator:
		return true
	}
	return false
}

// AwayOn gives the absence that covers the day, or nil.
func (p *Person) AwayOn(day date.Day) *Absence {
	for i := range p.Absences {
		if a := &p.Absences[i]; a.From.First() <= day && day <= a.To.Last() {
			return a
		}
	}
	return nil
}

// Clone returns a copy whose slices can be changed.
func (p *Person) Clone() *Person {
	c := *p
	c.Accounts = slices.Clone(p.Accounts)
	c.Absences = slices.Clone(p.Absences)
	return &c
}
