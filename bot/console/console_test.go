package console

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"thbot/commands"
)

// talk runs a session over the lines and gives what it showed.
func talk(t *testing.T, cfg Config, lines ...string) (string, error) {
	t.Helper()
	out := new(bytes.Buffer)
	cfg.In, cfg.Out, cfg.Folder = strings.NewReader(strings.Join(lines, "\n")+"\n"), out, t.TempDir()
	if cfg.Now == nil {
		cfg.Now = func() time.Time { return wall }
	}
	err := Run(t.Context(), cfg)
	return out.String(), err
}

var wall = time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC) // Tuesday, 10:00 in Brussels

func contains(t *testing.T, text string, parts ...string) {
	t.Helper()
	rest := text
	for _, p := range parts {
		i := strings.Index(rest, p)
		if i < 0 {
			t.Fatalf("%q does not stand, in its turn, in:\n%s", p, text)
		}
		rest = rest[i+len(p):]
	}
}

// TestClockOfAPipe holds that the clock is kept, stands still and never goes
// back, and that --at sets a new store's only.
func TestClockOfAPipe(t *testing.T) {
	c := newCommands(t)
	at := time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)
	out, err := talk(t, Config{Commands: c, At: at}, ":at 2026-03-03T10:00", ":at 2026-03-02T10:00")
	contains(t, out, "Monday 2 March 2026, 09:00", "It is Tuesday 3 March 2026, 10:00.", "the clock does not go back")
	if !errors.Is(err, ErrNoCommand) {
		t.Fatalf("the refused line gave %v", err)
	}
	out, err = talk(t, Config{Commands: c, At: at.AddDate(1, 0, 0)}, "/thb whoami")
	contains(t, out, "Tuesday 3 March 2026, 10:00")
	if err != nil {
		t.Fatal(err)
	}
}

// TestClockOfATerminal holds that the clock runs from where it stands, and
// catches up with the wall when a store is opened again.
func TestClockOfATerminal(t *testing.T) {
	c := newCommands(t)
	now := wall
	ticking := func() time.Time { now = now.Add(4 * time.Minute); return now }
	out, err := talk(t, Config{Commands: c, Terminal: true, Now: ticking, At: wall.AddDate(0, 0, -7)},
		"/thb record Webinar on indicators of labour exploitation for labour inspectors in Romania, March 2027",
		"@eurofound /thb record Webinar on indicators of labour exploitation for labour inspectors in Romania, April 2027",
		"# a while", "# a while", "# a while", "# a while")
	if err != nil {
		t.Fatal(err)
	}
	contains(t, out, "Tuesday 17 November 2026, 10:00", "[Tuesday 17 November 2026, 10:18 · a direct message to cepol]")
	out, err = talk(t, Config{Commands: c, Terminal: true, Now: func() time.Time { return wall.AddDate(0, 0, 7) }}, "/thb whoami")
	contains(t, out, "Tuesday 17 November", "[Monday 23 November 2026, 09:00 · in the channel]", "it is Tuesday 1 December 2026, 10:00")
	if err != nil {
		t.Fatal(err)
	}
	_, err = talk(t, Config{Commands: c, Terminal: true}, ":nonsense")
	if err != nil {
		t.Fatalf("a wrong line on a terminal ended it with %v", err)
	}
}

// TestFormOnATerminal fills a form in at the prompts: one field is wrong and
// asked again, the others keep what was typed.
func TestFormOnATerminal(t *testing.T) {
	c := newCommands(t)
	out, err := talk(t, Config{Commands: c, Terminal: true, At: wall}, "/thb record",
		"Course for consular staff in Albania on early identification", "2027-02-30", "AL", "", "", "2027-02", "/thb show A1")
	if err != nil {
		t.Fatal(err)
	}
	contains(t, out, "Form: ", "The form is still open:", "when: ", "A1 recorded for CEPOL", "Course for consular staff", "February 2027")
	out, _ = talk(t, Config{Commands: c, Terminal: true, At: wall}, "/thb record", "Something", ".", "/thb list")
	contains(t, out, "The form is closed; nothing was saved.")
	if strings.Contains(out, "A2") {
		t.Fatal("a form that was left was saved")
	}
}

func TestFormInAPipe(t *testing.T) {
	c := newCommands(t)
	out, err := talk(t, Config{Commands: c, At: wall}, "/thb record",
		`:submit what="Course for consular staff in Albania" when=2027-02-30`, `:submit when=2027-02`, `:submit when=2027-02`)
	if !errors.Is(err, ErrNoCommand) {
		t.Fatal(err)
	}
	contains(t, out, "The form is still open:", "A1 recorded for CEPOL", "Course for consular staff in Albania", "There is no open form.")
}

// TestWrongLines holds that each of these ends a pipe with status 1, and that
// the rest is still done.
func TestWrongLines(t *testing.T) {
	c := newCommands(t)
	for _, line := range []string{"record x", ":as", ":as a b", ":click", ":click Nothing", "7", ":submit x=1", ":at tomorrow", ":unknown", "@ /thb"} {
		out, err := talk(t, Config{Commands: c, At: wall}, line, "/thb whoami")
		if !errors.Is(err, ErrNoCommand) {
			t.Errorf("%q: %v", line, err)
		}
		contains(t, out, "cepol> "+line, "CEPOL")
	}
	for _, line := range []string{"", "# note", ":as frontex", ":inbox", ":channel", ":help", ":at 2026-11-24T10:00", "/thb nonsense", "/thb record A \\\nB", "@atc /thb"} {
		if _, err := talk(t, Config{Commands: c, At: wall}, line); err != nil {
			t.Errorf("%q: %v", line, err)
		}
	}
}

// TestFind holds how a button is named: by label in any case, by number, and a
// menu's choice by its own label.
func TestFind(t *testing.T) {
	buttons := []commands.Button{
		{Label: "2027", Action: "a"}, {Label: "Undo", Action: "b"},
		{Label: "Commitment", Action: "c", Options: []commands.Option{{Value: "7", Label: "training"}}},
	}
	for label, want := range map[string]string{"2027": "a", "1": "a", "undo": "b", "2": "b", "Training": "c", "3": "c", "4": "", "0": "", "-1": "", "": ""} {
		b, choice := find(buttons, label)
		if got := action(b); got != want {
			t.Errorf("%q presses %q", label, got)
		}
		if label == "Training" && choice != "7" {
			t.Errorf("the choice is %q", choice)
		}
	}
}

func action(b *commands.Button) string {
	if b == nil {
		return ""
	}
	return b.Action
}
