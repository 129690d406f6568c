// Package fault holds the one kind of error that is shown to people.
//
// A fault says what was wrong and, where one exists, shows one line that
// works. Every other error in thbot is wrapped with the operation that failed,
// logged once at the edge, and answered with the id of the log line.
//
// The text of a fault may quote what the reader typed. It is written to the
// reader alone and never to the log: a log line carries the Code only.
package fault

import (
	"errors"
	"fmt"
)

// Code sorts faults for programs: exit states, tests and retries.
type Code string

// The codes. They never change, since scripts and tests rely on them.
const (
	Invalid   Code = "invalid"   // the input cannot be understood or stored
	NotFound  Code = "not-found" // no such record, agency or commitment
	Forbidden Code = "forbidden" // the caller may not do this
	Conflict  Code = "conflict"  // somebody changed the same thing meanwhile
	Refused   Code = "refused"   // the text holds what must never be stored
	Busy      Code = "busy"      // the store did not come free in time
	Full      Code = "full"      // no room left on the disk
	Damaged   Code = "damaged"   // the store or a file is not what it should be
	Unsure    Code = "unsure"    // a commit whose outcome is not known
)

// Error is an error for people.
type Error struct {
	Code Code
	What string // what was wrong, in whole sentences
	Try  string // one line that works, without quotes around it; may be empty
	Back string // the reader's own text, given back ready to copy; may be empty
	Err  error  // the cause for the log; may be nil

	Field string // the key or form field it is about; may be empty
}

// New returns a fault; format and args make What.
func New(code Code, format string, args ...any) *Error {
	return &Error{Code: code, What: fmt.Sprintf(format, args...)}
}

// WithTry returns the fault with the line that works.
func (e *Error) WithTry(format string, args ...any) *Error {
	e.Try = fmt.Sprintf(format, args...)
	return e
}

// WithBack returns the fault with the reader's text to give back.
func (e *Error) WithBack(text string) *Error {
	e.Back = text
	return e
}

// Error gives What, and Try where there is one.
func (e *Error) Error() string {
	if e.Try == "" {
		return e.What
	}
	return e.What + " Try: " + e.Try
}

// Unwrap gives the cause, which may be nil.
func (e *Error) Unwrap() error { return e.Err }

// As returns the fault in err's chain, or nil.
func As(err error) *Error {
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	return nil
}

// Amend gives the fault in err's chain as change alters it, in a copy, since
// it may be one that others hold. An error that is no fault stays as it is.
func Amend(err error, change func(*Error)) error {
	e := As(err)
	if e == nil {
		return err
	}
	amended := *e
	change(&amended)
	return &amended
}

// Retry gives a fault another line that works, made of the one it has. One
// that has none stays as it is, and so does an error that is no fault.
func Retry(err error, line func(try string) string) error {
	if e := As(err); e == nil || e.Try == "" {
		return err
	}
	return Amend(err, func(e *Error) { e.Try = line(e.Try) })
}

// Is tells whether err is a fault of the code.
func Is(err error, code Code) bool {
	e := As(err)
	return e != nil && e.Code == code
}
