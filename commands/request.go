package commands

import (
	"time"

	"thbot/store"
)

// Request is what a person asks, whatever the chat: a typed command, a pressed
// button or a sent form. An adapter has verified and decoded it.
type Request struct {
	Account  store.AccountID // who asks; ids alone decide
	Name     string          // the account's name, for show only
	Now      time.Time       // in any zone
	Text     string          // a typed command: all that followed /thb, as typed
	Attached bool            // a file came with the text, which no command takes
	Press    *Press          // a pressed button
	Send     *Submission     // a sent form
	Quote    *Quote          // a message of the chat, chosen to be recorded
	Home     bool            // the chat's page of its own for the caller is to be shown
	Surface  Surface
	Delivery string // the platform's id of this delivery; the same one again is answered, not done again
}

// Press is a pressed button, as the button carried it.
type Press struct {
	Action   string // such as overlap.coordinate
	Record   string // such as O5; may be empty
	Revision int    // of the record when the button was shown; 0 where it does not matter
	Choice   string // of a menu: the chosen option
}

// Submission is a sent form. A field that was left as it was is not in Values,
// unless the form is New.
type Submission struct {
	Form     string // the form's Name
	Record   string
	Revision int
	Values   map[string]string // by field name; several choices are joined by commas
}

// Quote is a message of the chat that the caller chose to record as an activity.
type Quote struct {
	Text string
	Link string // to the message; may be empty
}

// Surface says what a chat can show. It is plain data: above the adapters
// nobody asks which platform it is.
type Surface struct {
	Forms       bool // can open forms
	MultiSelect bool // a form's field can take several choices from a list
	DatePicker  bool
	Files       bool // can deliver files to the caller
	Width       int  // characters in a line of fixed-width text; 0 means no such limit
}

// Reply is the answer to a Request, for the caller alone.
type Reply struct {
	Message *Message
	Form    *Form             // open this form
	Errors  map[string]string // of a sent form: what is wrong, by field; the form stays open
	Replace bool              // show Message in place of the message whose button was pressed
	Files   []File            // to the caller's direct messages
	Failed  bool              // nothing was done; for scripts
}

// File is a file for the caller.
type File struct {
	Name string // with its extension
	Alt  string // what a picture shows, in words; empty for other files
	Data []byte
}

// Form asks for up to eight fields at once.
type Form struct {
	Name     string // action name, such as record
	Record   string // such as A17
	Revision int
	New      bool   // nothing is stored yet: a value left as it was counts as entered
	Title    string // at most 24 characters
	Submit   string // label of the button, at most 24 characters
	Intro    string // one or two sentences above the fields; may be empty
	Fields   []Field
}

// FieldType is how a field is filled in.
type FieldType string

// The types of fields. A chat that lacks one offers a text field and leaves
// the check to the command.
const (
	FieldText   FieldType = "text"   // one line
	FieldArea   FieldType = "area"   // several lines
	FieldChoice FieldType = "choice" // one of Options
	FieldMulti  FieldType = "multi"  // several of Options
	FieldDate   FieldType = "date"   // any date form of the commands
	FieldPerson FieldType = "person" // an account of the chat
)

// Field is one field of a form.
type Field struct {
	Name     string // as the key of the command, such as when
	Label    string // at most 24 characters
	Hint     string // what works, in one short line; may be empty
	Type     FieldType
	Options  []Option
	Value    string // filled in already; several values are joined by commas
	Optional bool
	Max      int // characters; 0 means the type's usual limit
}

// Option is one choice of a field or a menu.
type Option struct {
	Value string
	Label string // at most 75 characters
}
