package commands

import (
	"context"
	"errors"
	"path/filepath"
	"testing"
	"time"

	"thbot/store"
	"thbot/store/bolt"
)

// TestDeliveryIsMarkedOnce holds that a request may change the register in
// several steps, that the same delivery is not done again, and that a step
// which failed leaves no mark.
func TestDeliveryIsMarkedOnce(t *testing.T) {
	db, err := bolt.Open(filepath.Join(t.TempDir(), "thbot.db"))
	if err != nil {
		t.Fatal(err)
	}
	s, err := store.Open(context.Background(), db)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	who := &store.Person{Role: store.Coordinator, Accounts: []store.Account{{AccountID: store.AccountID{Platform: "console", User: "atc"}}}}
	at := time.Date(2026, 11, 2, 8, 0, 0, 0, time.UTC)
	err = s.Update(context.Background(), store.By{Actor: store.Program, Op: "setup", At: at}, func(ch *store.Change) error { return ch.AddPerson(who) })
	if err != nil {
		t.Fatal(err)
	}
	c, err := New(Config{Store: s})
	if err != nil {
		t.Fatal(err)
	}
	delivered := func() *call {
		return &call{Commands: c, ctx: t.Context(), now: at, who: who, req: Request{Now: at, Delivery: "chat/1"}}
	}
	record := func(ch *store.Change) error { return ch.AddActivity(&store.Activity{Agency: "cepol", Title: "Days"}) }

	failed := errors.New("refused")
	if err := delivered().update("record", func(*store.Change) error { return failed }); !errors.Is(err, failed) {
		t.Fatalf("a failing step: %v", err)
	}
	k := delivered()
	for step := range 2 {
		if err := k.update("record", record); err != nil {
			t.Errorf("step %d: %v", step+1, err)
		}
	}
	if err := delivered().update("record", record); !errors.Is(err, errDelivered) {
		t.Errorf("the delivery came again, and was answered %v", err)
	}
}
