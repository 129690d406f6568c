package store

import (
	"strings"
	"time"
)

// Row gives the outbox row, or nil.
func (v *View) Row(key string) (*Row, error) {
	var r Row
	found, err := getJSON(v.tx, KindOutbox, key, &r)
	if !found || err != nil {
		return nil, err
	}
	return &r, nil
}

// Rows gives every outbox row by key, from those that begin with the prefix,
// until f answers false.
func (v *View) Rows(prefix string, f func(*Row) bool) error {
	return scanInto(v, KindOutbox, prefix, f)
}

// Due gives the keys of open rows that fall due up to the time, soonest first,
// at most n. A claimed row is due again when its lease is over.
func (v *View) Due(until time.Time, n int) ([]string, error) {
	var keys []string
	err := v.tx.Scan(KindDue, "", timeKey(until.Add(time.Millisecond)), func(key string, _ []byte) (bool, error) {
		keys = append(keys, key[strings.IndexByte(key, '/')+1:])
		return len(keys) < n, nil
	})
	return keys, err
}

// EachDue gives the open rows in the order in which they fall due, each with its
// time in whole milliseconds, until f answers false.
func (v *View) EachDue(f func(due time.Time, key string) bool) error {
	return v.tx.Scan(KindDue, "", "", func(key string, _ []byte) (bool, error) {
		at, row, _ := strings.Cut(key, "/")
		due, err := time.Parse(timeForm, at)
		if err != nil {
			return false, damaged(KindDue, key, err)
		}
		return f(due, row), nil
	})
}

// NextDue gives the time at which the next open row falls due, or the zero
// time when there is none.
func (v *View) NextDue() (time.Time, error) {
	var next time.Time
	err := v.EachDue(func(due time.Time, _ string) bool {
		next = due
		return false
	})
	return next, err
}

// Clock gives the time that a console store keeps, or the zero time.
func (v *View) Clock() (time.Time, error) {
	var t time.Time
	_, err := getJSON(v.tx, KindMeta, metaClock, &t)
	return t, err
}

// Page gives what Delivery.KeepPage kept under the id, or "".
func (v *View) Page(id string) (string, error) {
	var p keptPage
	_, err := getJSON(v.tx, KindPage, id, &p)
	return p.Value, err
}

// Seen gives when the delivery id was marked, and the zero time where that was
// not within the last day.
func (v *View) Seen(delivery string) (at time.Time, err error) {
	_, err = getJSON(v.tx, KindSeen, seenKey(delivery), &at)
	return at, err
}
