package main

import (
	"context"
	"flag"
	"path/filepath"
	"testing"
	"time"

	"thbot/commands/made"
	"thbot/store"
	"thbot/store/bolt"
	"thbot/store/date"
)

var (
	into = flag.String("store", "", "make a register in this file, which must not be there yet")
	size = flag.Int("rows", 100, "activities in it")
)

// TestMakeStore makes a register of made activities without comparing each
// with all, as an import would: to measure, it need not know its old overlaps.
//
//	go test ./bot/slack/standin/load -args -store /tmp/load.db -rows 100000
func TestMakeStore(t *testing.T) {
	path := *into
	if path == "" {
		path = filepath.Join(t.TempDir(), "load.db")
	}
	db, err := bolt.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	s, err := store.Open(context.Background(), db)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	by := store.By{Actor: store.Program, Op: "import", At: time.Now()}
	err = s.Update(context.Background(), by, func(c *store.Change) error {
		for _, r := range made.Rows(*size, 1) {
			if err := c.AddActivity(activity(t, r)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func activity(t *testing.T, r made.Row) *store.Activity {
	t.Helper()
	a := &store.Activity{
		Agency: r.Agency, Title: r.Title, Description: r.Description, Commitments: r.Commitments, Kind: r.Kind,
		Exploitation: r.Exploitation, Audience: r.Audience, Countries: r.Countries, Status: r.Status,
		Source: "made", SourceID: r.ID,
	}
	a.From, a.To = day(t, r.From), day(t, r.To)
	return a
}

func day(t *testing.T, text string) date.Date {
	t.Helper()
	if text == "" {
		var none date.Date
		return none
	}
	d, err := date.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}
