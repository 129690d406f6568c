package console

import (
	"bytes"
	"context"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"thbot/commands"
	"thbot/store"
	"thbot/store/bolt"
)

func TestParse(t *testing.T) {
	for _, c := range []struct{ line, user, command string }{
		{"/thb", "", ""},
		{"/THB record x", "", "record x"},
		{"  /thb  two spaces ", "", " two spaces "},
		{"/thb\trecord", "", "record"},
		{"/thb record first\nsecond", "", "record first\nsecond"},
		{"@frontex /thb show A1", "frontex", "show A1"},
		{"@frontex   /THB", "frontex", ""},
		{"\u00a0/thb x", "", "x"},
	} {
		user, command, ok := parse(c.line)
		if !ok || user != c.user || command != c.command {
			t.Errorf("%q: %q, %q, %t", c.line, user, command, ok)
		}
	}
	for _, line := range []string{"", "/thbx", "thb record", "@ /thb", "@a/b /thb", "@frontex", "@frontex record", ":as frontex", "@frontex/thb"} {
		if _, _, ok := parse(line); ok {
			t.Errorf("%q is no command", line)
		}
	}
}

// TestAssignments holds that what is quoted comes back as it was.
func TestAssignments(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := rapid.MapOf(rapid.StringMatching(`[a-z]{1,8}`), rapid.String()).Draw(t, "values")
		var parts []string
		for _, name := range slices.Sorted(maps.Keys(want)) {
			value := strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`).Replace(want[name])
			parts = append(parts, name+`="`+value+`"`)
		}
		got, err := assignments(strings.Join(parts, " "))
		if err != nil || !maps.Equal(got, want) {
			t.Fatalf("%q: %q, %v", parts, got, err)
		}
	})
}

func TestAssignmentsByHand(t *testing.T) {
	got, err := assignments(`when=2027-03  what="Course for \"new\" staff" with= plan="a=b"`)
	want := map[string]string{"when": "2027-03", "what": `Course for "new" staff`, "with": "", "plan": "a=b"}
	if err != nil || !maps.Equal(got, want) {
		t.Fatalf("%q, %v", got, err)
	}
	for _, wrong := range []string{"when", "=x", `what="open`, `Course for staff`, `a=1 b`} {
		if got, err := assignments(wrong); err == nil {
			t.Errorf("%q was read as %q", wrong, got)
		}
	}
}

// newConsole is a console on a new store that is not reading lines yet.
func newConsole(t testing.TB) (*Console, *bytes.Buffer) {
	t.Helper()
	out := new(bytes.Buffer)
	cfg := Config{
		Commands: newCommands(t), In: strings.NewReader(""), Out: out, Folder: t.TempDir(),
		Now: func() time.Time { return time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC) },
	}
	c := newSession(cfg)
	if err := c.open(t.Context()); err != nil {
		t.Fatal(err)
	}
	return c, out
}

func newCommands(t testing.TB) *commands.Commands {
	t.Helper()
	db, err := bolt.Open(filepath.Join(t.TempDir(), "thbot.db"))
	if err != nil {
		t.Fatal(err)
	}
	s, err := store.Open(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	all, err := commands.New(commands.Config{Store: s, Directory: Directory{}, Rules: commands.Rules{Channels: []string{Channel}}})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// FuzzLine holds that the console takes any line, answers, and prints nothing
// that steers the terminal.
func FuzzLine(f *testing.F) {
	for _, seed := range []string{
		"/thb", "/thb record Course for labour inspectors in Romania, March 2027", "@frontex /thb check x", "@FRONTEX /THB", ":as fra",
		":click Undo", ":click 1", "3", `:submit what="a b" when=2027`, ":submit a", ":inbox", ":channel", ":at 2026-11-25T09:00", ":at 2020-01-01", "# x",
		"\u00a0/thb help", "@/thb", "/thb record \u202ex \x1b[2J", "/thb list\n", "what is this", ":help", "/thb record", "/thb edit A1", "\x00", "\xff\xfe",
	} {
		f.Add(seed)
	}
	c, out := newConsole(f)
	f.Fuzz(func(t *testing.T, text string) {
		out.Reset()
		c.user = "cepol"
		if _, rest := cutWord(strings.TrimSpace(text)); strings.HasPrefix(strings.TrimSpace(text), ":at") {
			if to, ok := ParseTime(strings.TrimSpace(rest), time.UTC); ok && to.Year() > 2027 {
				t.Skip("years of digests, one by one")
			}
		}
		if err := c.line(context.Background(), text); err != nil {
			t.Fatal(err)
		}
		if i := strings.IndexFunc(out.String(), steers); i >= 0 {
			t.Fatalf("%q", out.String())
		}
	})
}
