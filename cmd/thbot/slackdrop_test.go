package main

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"thbot/bot/slack/standin"
)

// TestSocketDropped drops the socket at every stage of a command, several
// times: what is acknowledged is stored, and once.
func TestSocketDropped(t *testing.T) {
	t.Parallel()
	s := serve(t, "socket", standin.Config{})
	var want []string
	for round := range 3 {
		for stage, name := range map[standin.Stage]string{
			standin.BeforeEnvelope: "before the envelope", standin.AfterEnvelope: "after the envelope",
			standin.BeforeAck: "before the acknowledgement", standin.AfterAck: "after the acknowledgement",
		} {
			s.eventually("no two sockets", func() bool { open, _ := s.Sockets(); return open == 2 })
			title := fmt.Sprintf("Course %d dropped %s", round+1, name)
			s.DropAt(stage)
			d := s.Command(s.people["cepol"].ID, s.channel.ID, "record "+title)
			if err := d.Wait(s.ctx); err != nil {
				t.Fatalf("%s: %v\n%s", name, err, s.log)
			}
			if want = append(want, title); !s.told("cepol", d.Mark(), title) {
				t.Errorf("%s: nobody was told", name)
			}
		}
	}
	got := s.titles()
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("acknowledged:\n%q\nstored:\n%q", want, got)
	}
}

// told waits until a person has seen the words, wherever.
func (s *served) told(user string, from int, words string) bool {
	id := s.people[user].ID
	_, _, err := s.Next(s.ctx, from, func(x standin.Sight) bool {
		mine := x.User == id || x.Message.Channel == s.Direct(id)
		return mine && strings.Contains(readMessage(x.Message).Text, words)
	})
	return err == nil
}

// TestDeliveredAgain delivers the same command again, under the same envelope
// and under another: it is answered and not done again.
func TestDeliveredAgain(t *testing.T) {
	t.Parallel()
	s := serve(t, "socket", standin.Config{})
	d := s.Command(s.people["cepol"].ID, s.channel.ID, "record Course that comes again")
	for i := range 3 {
		if i > 0 {
			s.Again(d, i == 2)
		}
		if err := d.Wait(s.ctx); err != nil {
			t.Fatal(err)
		}
	}
	if all := s.titles(); len(all) != 1 {
		t.Errorf("the register has %q", all)
	}
}

// TestSecondPress presses a button twice, and at once from two clients: by
// meaning it is done once.
func TestSecondPress(t *testing.T) {
	t.Parallel()
	s := serve(t, "socket", standin.Config{})
	seen, err := s.Command(s.people["cepol"].ID, s.channel.ID, "record Course pressed twice for judges in Spain, 2031").Next(s.ctx)
	if err != nil {
		t.Fatal(err)
	}
	var presses sync.WaitGroup
	for range 2 {
		presses.Go(func() {
			d, err := s.Press(s.people["cepol"].ID, seen.Message, "Undo")
			if err == nil {
				_, err = d.Next(s.ctx)
			}
			if err != nil {
				t.Error(err)
			}
		})
	}
	presses.Wait()
	undone := s.entries()
	d, err := s.Press(s.people["cepol"].ID, seen.Message, "Undo")
	if err != nil {
		t.Fatal(err)
	}
	again, err := d.Next(s.ctx)
	if err != nil || s.entries() != undone {
		t.Errorf("pressed again: %v, %s entries, then %s\n%s", err, undone, s.entries(), readMessage(again.Message).Text)
	}
}

// entries is how many entries the journal has.
func (s *served) entries() string {
	for line := range strings.SplitSeq(s.get("/metrics"), "\n") {
		if n, ok := strings.CutPrefix(line, "thbot_journal_entries "); ok {
			return n
		}
	}
	s.t.Fatal("the metrics do not tell of the journal")
	return ""
}

// TestFormTooLate holds what is said when a trigger has expired.
func TestFormTooLate(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	var slip time.Duration
	clock := func() time.Time { mu.Lock(); defer mu.Unlock(); return time.Now().Add(slip) }
	s := serve(t, "socket", standin.Config{Now: clock})
	held := make(chan struct{})
	s.Break(standin.Fault{Method: "views.open", Times: 1, Hold: held})
	d := s.Command(s.people["cepol"].ID, s.channel.ID, "record")
	mu.Lock()
	slip = 4 * time.Second
	mu.Unlock()
	close(held)
	seen, err := d.Next(s.ctx)
	if err != nil || !strings.Contains(readMessage(seen.Message).Text, "could not be opened in time") {
		t.Errorf("%v: %s", err, readMessage(seen.Message).Text)
	}
}

// TestBadPayload holds that what cannot be read is acknowledged, so that it does
// not come again, and ends nothing.
func TestBadPayload(t *testing.T) {
	t.Parallel()
	s := serve(t, "socket", standin.Config{})
	for _, payload := range []string{`{}`, `[]`, `"x"`, `{"type":"block_actions","actions":7}`, `{"type":"unheard_of"}`, `null`} {
		if err := s.Bad(payload).Wait(s.ctx); err != nil {
			t.Errorf("%s: %v", payload, err)
		}
	}
	if got := s.say("cepol", "whoami"); !strings.Contains(got, "CEPOL") {
		t.Errorf("afterwards: %s", got)
	}
}
