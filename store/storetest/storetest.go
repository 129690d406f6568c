// Package storetest is the suite that every driver of the register must pass.
//
// Run tries the driver's own promises, then everything the Store promises
// above it; then the Store once more over a driver that runs every update
// twice and one whose commits fail; and at last random operations against a
// simple model. A driver that passes can hold a register.
//
// Limits: what a driver does with a damaged file, a full disk or a lost
// connection is its own, and tested beside it.
package storetest

import (
	"context"
	"testing"
	"time"

	"thbot/store"
)

// noon is when everything happens, unless a test says otherwise.
var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// Run runs the suite. open gives the driver of a new, empty database each time
// and sees that it is closed when its test ends.
func Run(t *testing.T, open func(t *testing.T) store.Driver) {
	t.Run("driver", func(t *testing.T) { each(t, open, driverTests()) })
	t.Run("store", func(t *testing.T) { each(t, open, storeTests()) })
	t.Run("twice", func(t *testing.T) {
		twice := func(t *testing.T) store.Driver { return Twice{open(t)} }
		each(t, twice, driverTests())
		each(t, twice, storeTests())
	})
	t.Run("failing", func(t *testing.T) { each(t, open, failingTests()) })
	t.Run("random", func(t *testing.T) { testRandom(t, open) })
}

// test is one of the suite, on a driver of its own.
type test struct {
	name string
	run  func(t *testing.T, d store.Driver)
}

func each(t *testing.T, open func(*testing.T) store.Driver, tests []test) {
	for _, c := range tests {
		t.Run(c.name, func(t *testing.T) { c.run(t, open(t)) })
	}
}

// reporter is what a test and a property have in common.
type reporter interface {
	Helper()
	Fatal(args ...any)
	Fatalf(format string, args ...any)
	Errorf(format string, args ...any)
}

// register is a Store under test, with short ways to use it.
type register struct {
	*store.Store
	t   reporter
	now time.Time
}

func begin(t reporter, d store.Driver) *register {
	t.Helper()
	s, err := store.Open(context.Background(), d)
	if err != nil {
		t.Fatal(err)
	}
	return &register{s, t, noon}
}

// try updates as the actor and gives the transaction's number.
func (r *register) try(actor, op string, f func(*store.Change) error) (group int64, err error) {
	r.now = r.now.Add(time.Minute)
	err = r.Update(context.Background(), store.By{Actor: actor, Op: op, At: r.now}, func(c *store.Change) error {
		group = c.Group()
		return f(c)
	})
	return group, err
}

func (r *register) do(actor, op string, f func(*store.Change) error) int64 {
	r.t.Helper()
	group, err := r.try(actor, op, f)
	if err != nil {
		r.t.Fatalf("%s by %s: %v", op, actor, err)
	}
	return group
}

func (r *register) view(f func(*store.View) error) {
	r.t.Helper()
	if err := r.View(context.Background(), f); err != nil {
		r.t.Fatal(err)
	}
}

func (r *register) deliver(f func(*store.Delivery) error) {
	r.t.Helper()
	if err := r.Deliver(context.Background(), f); err != nil {
		r.t.Fatal(err)
	}
}

// record adds an activity of the agency and gives its id.
func (r *register) record(agency, title string) (id int) {
	r.t.Helper()
	r.do("P1", "record", func(c *store.Change) error {
		a := &store.Activity{Agency: agency, Title: title}
		err := c.AddActivity(a)
		id = a.ID
		return err
	})
	return id
}

// edit changes an activity and gives the transaction's number.
func (r *register) edit(actor string, id int, f func(*store.Activity)) int64 {
	r.t.Helper()
	return r.do(actor, "edit", func(c *store.Change) error {
		a := c.Activity(id).Clone()
		f(a)
		return c.PutActivity(a)
	})
}

func (r *register) activity(id int) (a *store.Activity) {
	r.t.Helper()
	r.view(func(v *store.View) error { a = v.Activity(id); return nil })
	return a
}

func (r *register) undo(actor string, group int64) error {
	_, err := r.try(actor, "undo", func(c *store.Change) error { _, err := c.Revert(group); return err })
	return err
}

// wrong gives what Verify finds.
func (r *register) wrong() (found []string) {
	r.t.Helper()
	r.view(func(v *store.View) error {
		f, err := v.Verify(nil)
		if err == nil {
			found = f.Wrong
		}
		return err
	})
	return found
}

func (r *register) whole() {
	r.t.Helper()
	if wrong := r.wrong(); len(wrong) > 0 {
		r.t.Errorf("the register is not whole: %q", wrong)
	}
}
