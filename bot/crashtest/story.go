package crashtest

import (
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"thbot/store"
)

// Names are the people of the story: three contact points, called by their
// agency, and the Coordinator's office.
var Names = []string{"cepol", "eurofound", "frontex", "atc"}

// People is a Process's Setup for the story.
func People(account func(name string) store.AccountID) func(*store.Change) error {
	return func(ch *store.Change) error {
		for _, name := range Names {
			p := &store.Person{Role: store.ContactPoint, Agency: name, Accounts: []store.Account{{AccountID: account(name), Name: name}}}
			if name == "atc" {
				p.Role, p.Agency = store.Coordinator, ""
			}
			if err := ch.AddPerson(p); err != nil {
				return err
			}
		}
		return nil
	}
}

// Story is a week of a register: two records that look alike, a meeting with
// invitations and reminders that is moved in between, a word on the overlap, a
// digest, and the same one once more.
func Story() Trial {
	day := func(d, h, m int) time.Time { return time.Date(2026, 11, d, h, m, 0, 0, time.UTC) }
	return Trial{
		Begin: day(24, 9, 0), End: day(30, 14, 0), Fewest: 20,
		Steps: []Step{
			{At: day(24, 9, 0), User: "cepol", Text: "record Webinar on indicators of labour exploitation for labour inspectors in Romania, March 2027"},
			{At: day(24, 9, 1), User: "eurofound", Text: "record Course: spotting signs of forced labour at the workplace for labour inspectors in Romania, April 2027"},
			{At: day(24, 9, 30), User: "atc", Text: "meeting add Coordinator meeting 3 December 2026 11:00"},
			{At: day(24, 11, 0), User: "cepol", Text: "overlap O1 coordinate"},
			{At: day(25, 9, 0), User: "atc", Text: "meeting edit M1 3 December 2026 12:00"},
			{At: day(25, 9, 5), User: "frontex", Text: "record Risk analysis of land borders with Serbia, May 2027"},
			{At: day(30, 13, 0), User: "atc", Text: "digest post"},
		},
	}
}

// Everywhere kills the process at every named point of a trial, once at each
// and, with TEST_CRASH=all, every time it passes there. Whatever the point: what
// was acknowledged is recorded once, the same messages go out as when nothing is
// killed, each once, and none is posted again unseen.
func (tr Trial) Everywhere(t *testing.T) {
	if testing.Short() {
		t.Skip("starts many processes")
	}
	reference := tr.Check(t, "")
	names := map[string]bool{}
	var at []string
	for _, p := range reference.Points {
		name, _, _ := strings.Cut(p, "#")
		if tr.At != nil && !tr.At(name) {
			continue
		}
		if !names[name] || os.Getenv("TEST_CRASH") == "all" {
			at = append(at, p)
		}
		names[name] = true
	}
	if len(names) < tr.Fewest {
		t.Fatalf("only %d points have a name", len(names))
	}
	for _, p := range at {
		t.Run(p, func(t *testing.T) {
			out := tr.Check(t, p)
			if out.Kills != 1 {
				t.Fatalf("killed %d times", out.Kills)
			}
			if !slices.Equal(out.Rows, reference.Rows) {
				t.Errorf("delivered\n%s\ninstead of\n%s", strings.Join(out.Rows, "\n"), strings.Join(reference.Rows, "\n"))
			}
		})
	}
	t.Logf("%d kills at %d named points, %d messages each", len(at), len(names), len(reference.Rows))
}

// FindsOut holds that a broken variant looks right as long as nothing is
// killed, and wrong when it is killed at the point.
func (tr Trial) FindsOut(t *testing.T, broken, at string) {
	t.Helper()
	if out := tr.Run(t, "", broken); len(out.Wrong) > 0 {
		t.Errorf("wrong without a kill: %q", out.Wrong)
	}
	if out := tr.Run(t, at, broken); len(out.Wrong) == 0 {
		t.Errorf("killed at %q, nothing is wrong", at)
	}
}

// Check plays a trial and reports what is wrong.
func (tr Trial) Check(t *testing.T, at string) Outcome {
	t.Helper()
	out := tr.Run(t, at, "")
	for _, w := range out.Wrong {
		t.Error(w)
	}
	return out
}
