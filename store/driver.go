package store

import "context"

// Kind names one table of records. Its keys and values are laid out in the
// package comment.
type Kind string

// The kinds. A driver makes a bucket or a table for each, under this name.
const (
	KindMeta         Kind = "meta"
	KindActivity     Kind = "activity"
	KindNote         Kind = "note"
	KindSource       Kind = "source"
	KindPerson       Kind = "person"
	KindAccount      Kind = "account"
	KindMeeting      Kind = "meeting"
	KindOverlap      Kind = "overlap"
	KindPair         Kind = "pair"
	KindTouch        Kind = "touch"
	KindConfirmation Kind = "confirmation"
	KindJournal      Kind = "journal"
	KindSide         Kind = "side"
	KindTrail        Kind = "trail"
	KindOutbox       Kind = "outbox"
	KindDue          Kind = "due"
	KindSeen         Kind = "seen"
	KindPage         Kind = "page"
	KindPost         Kind = "post"
)

// Kinds lists every kind, for drivers that make their tables at the start.
func Kinds() []Kind {
	return []Kind{
		KindMeta, KindActivity, KindNote, KindSource, KindPerson, KindAccount,
		KindMeeting, KindOverlap, KindPair, KindTouch, KindConfirmation,
		KindJournal, KindSide, KindTrail, KindOutbox, KindDue, KindSeen, KindPage, KindPost,
	}
}

// Scope tells a driver what an update may touch.
type Scope int

const (
	// Journalled updates take the journal's head before anything else, so
	// that there is one writer at a time.
	Journalled Scope = iota
	// Deliveries updates touch only outbox rows, delivery keys and pages. They
	// run beside a journalled one where the driver can do so.
	Deliveries
)

// Driver is what a database must be able to do for the Store. Everything
// else, ids, indexes, journal, validation and time, is written once above it.
type Driver interface {
	// View runs f on one consistent state of the database.
	View(ctx context.Context, f func(Tx) error) error

	// Update runs f and commits what it wrote, all or nothing; an error of f
	// rolls back and is returned as it is. It may run f more than once, so f
	// has no effect but on the Tx. When the outcome of a commit is not known
	// it returns a fault.Unsure, when the disk is full a fault.Full, and
	// when the turn does not come before ctx ends a fault.Busy: then nothing
	// was stored.
	Update(ctx context.Context, scope Scope, f func(Tx) error) error

	// Backup writes a copy of one consistent state to a new file at path,
	// complete and synced, or leaves no file.
	Backup(ctx context.Context, path string) error

	// Compact rewrites the storage so that deleted bytes are gone from it. It
	// must not be called within a transaction.
	// A driver whose database does this by itself does nothing.
	Compact(ctx context.Context) error

	// Name tells people which store this is, without any secret.
	Name() string

	// Close ends the use of the database after the running transactions.
	Close() error
}

// Tx is one transaction of a Driver. Keys are ASCII and sorted bytewise;
// values are JSON documents. Values given out must not be changed and are
// valid only until the transaction ends.
type Tx interface {
	// Get returns the value, or nil where there is none.
	Get(kind Kind, key string) ([]byte, error)
	Put(kind Kind, key string, value []byte) error
	// Delete removes the key; one that is not there is no error.
	Delete(kind Kind, key string) error
	// Scan gives every key with from <= key < to, in order, until f answers
	// false or an error; an empty to means the end. f may read, and must not
	// write.
	Scan(kind Kind, from, to string, f func(key string, value []byte) (bool, error)) error
}
