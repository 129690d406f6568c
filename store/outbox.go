package store

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"
)

// Row is one message to one destination that thbot sends by itself. It is
// planned, without text, in the transaction that causes it; what it says is
// built and frozen when it is due. Rows and their delivery are not journalled.
type Row struct {
	Key         string    `json:"key"` // see RowKey
	Kind        string    `json:"kind"`
	Subject     string    `json:"subject"`     // "A17.r1", "M3.r2", "-"
	Slot        string    `json:"slot"`        // "14d", an RFC 3339 time in UTC, or "-"
	Destination string    `json:"destination"` // a person (P7), a channel (slack/T1/C1), or "coordinators"
	PlannedAt   time.Time `json:"planned_at"`
	Group       int64     `json:"group,omitempty"` // the journal's group of the change that planned it; 0 for a slot's
	Due         time.Time `json:"due"`
	Lapses      time.Time `json:"lapses,omitzero"` // after this it is dropped and counted
	State       RowState  `json:"state"`
	Reason      string    `json:"reason,omitempty"` // why it failed or was dropped
	DoneAt      time.Time `json:"done_at,omitzero"`
	Refresh     bool      `json:"refresh,omitempty"` // delivered, and to be built anew and edited in place
	Edited      bool      `json:"edited,omitempty"`  // it was refreshed since: it tells how things stood then, not as it was planned
	Changed     bool      `json:"changed,omitempty"` // what it tells changed while it was on its way: it is refreshed once it is there

	// Delivery, under a fence: a claim raises Fence, and whoever writes with
	// an older one has lost the row.
	Attempt    int       `json:"attempt,omitempty"`
	Fence      int64     `json:"fence,omitempty"`
	LeaseUntil time.Time `json:"lease_until,omitzero"`
	Ambiguous  bool      `json:"ambiguous,omitempty"` // an attempt may have arrived: look it up first
	Looks      int       `json:"looks,omitempty"`     // how often it was looked up since that attempt, and not found
	Doubted    bool      `json:"doubted,omitempty"`   // it was ambiguous once, so a second post may come to light
	HealAt     time.Time `json:"heal_at,omitzero"`    // delivered, and to be looked over for a second post
	Heals      int       `json:"heals,omitempty"`     // how often it was looked over

	// Frozen content. The text in the parts is erased once all are delivered.
	TriedAt  time.Time `json:"tried_at,omitzero"` // when it was frozen first
	FrozenAt time.Time `json:"frozen_at,omitzero"`
	Account  AccountID `json:"account,omitzero"` // whose direct messages, or platform and workspace of the channel
	Parts    []Part    `json:"parts,omitempty"`
}

// RowFile is a file that goes with a message, such as the coverage picture.
type RowFile struct {
	Name string `json:"name"`
	Alt  string `json:"alt,omitempty"` // what a picture shows, in words
	Data []byte `json:"data"`
}

// Part is one post of a row, key/1..n.
type Part struct {
	Body   json.RawMessage `json:"body,omitempty"`  // as rendered; erased after delivery
	Files  []RowFile       `json:"files,omitempty"` // go with it; erased after delivery
	PostID string          `json:"post_id,omitempty"`
	SentAt time.Time       `json:"sent_at,omitzero"`
}

// RowState is where a row stands.
type RowState string

// The states of a row. Only Waiting and Claimed rows are still to be sent.
const (
	Waiting   RowState = "waiting"
	Claimed   RowState = "claimed"
	Delivered RowState = "delivered"
	Failed    RowState = "failed"
	Dropped   RowState = "dropped" // no longer held when it was due, or lapsed
)

// Kinds of rows.
const (
	RowFlag       = "flag"       // possible duplicates of a recorded activity, to the other agency
	RowImport     = "import"     // the pairs of an import, one for each agency
	RowNamed      = "named"      // your agency was named as partner
	RowVerdict    = "verdict"    // the other side said something else on an overlap
	RowProposal   = "proposal"   // the other side proposes one joint activity
	RowLater      = "later"      // an overlap that was put off
	RowUnsettled  = "unsettled"  // a third change of mind, to the coordinators
	RowEntered    = "entered"    // the Coordinator's office recorded for your agency
	RowInvitation = "invitation" // a meeting was set
	RowReminder   = "reminder"   // a meeting comes near
	RowMoved      = "moved"      // a meeting was moved or cancelled
	RowDigest     = "digest"     // the weekly digest, to a channel
	RowDigestDM   = "digest-dm"  // a copy for those who want one
	RowBlocked    = "blocked"    // the digest was kept from a channel that outsiders read
	RowSilent     = "silent"     // a private word before the digest names an agency
	RowCatchup    = "catch-up"   // what came while somebody was away
	RowLink       = "link"       // please confirm that this account is yours
	RowUndone     = "undone"     // what a message told you was taken back
	RowUnsent     = "unsent"     // messages that failed or came too late, to the coordinators
)

// RowKey gives kind:subject.revision:slot:destination; the subject comes with
// its revision. The key makes a message happen once.
func RowKey(kind, subject, slot, destination string) string {
	return fmt.Sprintf("%s:%s:%s:%s", kind, subject, slot, destination)
}

// Open tells whether there is still something to send or to edit.
func (r *Row) Open() bool { return r.State == Waiting || r.State == Claimed || r.Refresh }

// Begun tells whether a part of it is there, or may be.
func (r *Row) Begun() bool {
	return r.Ambiguous || slices.ContainsFunc(r.Parts, func(p Part) bool { return p.PostID != "" })
}

// falls tells whether the row has something to be done at its due time.
func (r *Row) falls() bool { return r.Open() || !r.HealAt.IsZero() }

// dueKey sorts rows by the time they fall due.
func (r *Row) dueKey() string { return timeKey(r.Due) + "/" + r.Key }

// timeKey sorts as time does and has a fixed width.
func timeKey(t time.Time) string { return t.UTC().Format(timeForm) }

const timeForm = "2006-01-02T15:04:05.000Z"
