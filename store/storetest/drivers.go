package storetest

import (
	"context"
	"errors"

	"thbot/store"
	"thbot/store/fault"
)

// Twice is a driver that runs every update two times, as a database that
// retries does: the first run is rolled back, with all that it wrote. A
// closure that passes on it has no effect but on its transaction.
type Twice struct{ store.Driver }

var errAgain = errors.New("once more")

// Update runs f, throws its work away, and runs it again. An error of the
// first run is not the last word.
func (d Twice) Update(ctx context.Context, scope store.Scope, f func(store.Tx) error) error {
	err := d.Driver.Update(ctx, scope, func(tx store.Tx) error {
		f(tx)
		return errAgain
	})
	if !errors.Is(err, errAgain) {
		return err
	}
	return d.Driver.Update(ctx, scope, f)
}

// Failing is a driver whose commits fail while On is set: all that an update
// did is rolled back, and Err is returned.
type Failing struct {
	store.Driver
	On  bool
	Err error
}

// Update fails after f, as a full disk does.
func (d *Failing) Update(ctx context.Context, scope store.Scope, f func(store.Tx) error) error {
	return d.Driver.Update(ctx, scope, func(tx store.Tx) error {
		if err := f(tx); err != nil || !d.On {
			return err
		}
		return d.Err
	})
}

// full is what a driver says when there is no room.
var full = fault.New(fault.Full, "The disk is full, so nothing was saved.")
