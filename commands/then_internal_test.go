package commands

import (
	"context"
	"encoding/json"
	"math/rand/v2"
	"path/filepath"
	"testing"
	"time"

	"thbot/store"
	"thbot/store/bolt"
	"thbot/store/date"
)

// TestPastIsAsItWas changes an activity at random and holds that the journal
// takes it back to every earlier moment.
func TestPastIsAsItWas(t *testing.T) {
	db, err := bolt.Open(filepath.Join(t.TempDir(), "thbot.db"))
	if err != nil {
		t.Fatal(err)
	}
	s, err := store.Open(context.Background(), db)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	begin := time.Date(2026, 11, 2, 8, 0, 0, 0, time.UTC)
	r := rand.New(rand.NewPCG(3, 4))
	var then []string // the activity after each hour
	for hour := range 40 {
		at := begin.Add(time.Duration(hour) * time.Hour)
		var now *store.Activity
		err := s.Update(context.Background(), store.By{Actor: "P1", Op: "edit", At: at}, func(ch *store.Change) error {
			if hour == 0 {
				now = &store.Activity{Agency: "cepol", Title: "Webinar"}
				return ch.AddActivity(now)
			}
			now = ch.Activity(1).Clone()
			changeAtRandom(r, now, at)
			return ch.PutActivity(now)
		})
		if err != nil {
			t.Fatal(err)
		}
		then = append(then, asJSON(t, now))
	}
	err = s.View(context.Background(), func(v *store.View) error {
		for hour, want := range then {
			p, err := pastOf(v, v.Activity(1), begin.Add(time.Duration(hour)*time.Hour))
			if err != nil {
				return err
			}
			if got := asJSON(t, p.was); got != want {
				t.Errorf("after %d hours\ngot  %s\nwant %s", hour, got, want)
			}
		}
		p, err := pastOf(v, v.Activity(1), begin.Add(-time.Second))
		if p.was != nil {
			t.Error("it stood before it was recorded")
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func changeAtRandom(r *rand.Rand, a *store.Activity, at time.Time) {
	switch r.IntN(6) {
	case 0:
		a.Title, a.Commitments = []string{"Webinar", "Course", "Report"}[r.IntN(3)], []string{"training", "synergies"}[:r.IntN(3)]
	case 1:
		a.From, a.To = []date.Date{"", "2026", "2026-11"}[r.IntN(3)], ""
	case 2:
		a.Status = []string{"", store.Ongoing, store.Cancelled}[r.IntN(3)]
	case 3:
		a.Withdrawn = nil
		if r.IntN(2) == 0 {
			a.Withdrawn = &store.Withdrawal{At: at, By: "P1"}
			return
		}
	case 4:
		a.Partners = []store.Partner{{Agency: "fra", State: store.Confirmed, At: at}}
		return
	case 5:
		a.ConfirmedAt = at
		return
	}
	a.ChangedAt = at
}

// asJSON leaves out the revision, which is no field.
func asJSON(t *testing.T, a *store.Activity) string {
	t.Helper()
	if a == nil {
		return "nothing"
	}
	c := a.Clone()
	c.Revision = 0
	if len(c.Commitments) == 0 {
		c.Commitments = nil
	}
	b, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
