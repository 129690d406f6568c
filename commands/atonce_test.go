package commands_test

import (
	"context"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"thbot/commands"
	"thbot/store"
	"thbot/store/bolt"
	"thbot/store/fault"
	"thbot/store/storetest"
)

// TestChangesAtOnce holds that two people who change one activity in the same
// moment lose nothing: each change stands, in an entry of its own.
func TestChangesAtOnce(t *testing.T) {
	d := open(t)
	d.say("fra", "record Study on begging when:2027-03 country:FR")
	revision := 0
	d.view(func(v *store.View) error { revision = v.Activity(1).Revision; return nil })
	lines := []struct{ user, text string }{
		{"fra", "edit A1 plan:SPD-1"}, {"atc", "edit A1 kind:training"}, {"fra", "update A1 first note"}, {"atc", "update A1 second note"},
		{"fra", "edit A1 country:BE"}, {"atc", "edit A1 commitment:training"},
	}
	var wg sync.WaitGroup
	for _, l := range lines {
		wg.Go(func() {
			reply := d.commands.Handle(context.Background(), commands.Request{Account: account(l.user), Name: l.user, Now: d.now, Surface: d.surface, Text: l.text})
			if reply.Failed {
				t.Errorf("%s: %s", l.text, reply.Message.Text())
			}
		})
	}
	wg.Wait()
	d.view(func(v *store.View) error {
		a := v.Activity(1)
		if a.Plan != "SPD-1" || a.Kind != "training" || a.NoteCount != 2 || strings.Join(a.Countries, ",") != "BE" || strings.Join(a.Commitments, ",") != "training" {
			t.Errorf("A1 is %+v", a)
		}
		if a.Revision < revision+len(lines) {
			t.Errorf("revision %d after %d", a.Revision, revision)
		}
		found, err := v.Verify(nil)
		if len(found.Wrong) > 0 {
			t.Errorf("the journal: %v", found.Wrong)
		}
		return err
	})
}

// TestFullDisk holds that a disk which fills up is told as such, and that
// nothing of the command or of a file is stored.
func TestFullDisk(t *testing.T) {
	db, err := bolt.Open(filepath.Join(t.TempDir(), "full.db"))
	if err != nil {
		t.Fatal(err)
	}
	disk := &storetest.Failing{Driver: db, Err: fault.New(fault.Full, "The disk is full, so nothing was saved.")}
	s, err := store.Open(context.Background(), disk)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	d := open(t, func(c *commands.Config) { c.Store = s })
	d.store = s
	d.populate()
	before := d.head()
	disk.On = true
	reply := d.say("fra", "record Study on begging when:2027-03")
	if !reply.Failed || !strings.Contains(plain(reply.Message), "The disk is full, so nothing was saved.") || !strings.Contains(plain(reply.Message), "Study on begging") {
		t.Errorf("said %s", plain(reply.Message))
	}
	if got := d.take(twoPlans); !strings.Contains(got, "The disk is full") {
		t.Errorf("said %s", got)
	}
	if d.head() != before {
		t.Error("something was stored")
	}
	disk.On = false
	if got := d.take(twoPlans); !strings.HasPrefix(got, "2 new") {
		t.Errorf("once there is room: %s", got)
	}
}
