package chattest

import (
	"slices"
	"strings"
	"testing"
)

// TestConversations holds that every file reads, and is written as it stands.
func TestConversations(t *testing.T) {
	all, err := Conversations()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range all {
		b, err := files.ReadFile(Folder + "/" + c.Name + ".txt")
		if err != nil {
			t.Fatal(err)
		}
		if c.String() != string(b) {
			t.Errorf("%s.txt would be written otherwise", c.Name)
		}
		for _, s := range c.Steps {
			if len(s.Want) == 0 && s.Verb != Waits {
				t.Errorf("%s.txt:%d: nothing is expected of %q", c.Name, s.Line, s.Text)
			}
		}
	}
	if len(all) < 10 {
		t.Errorf("only %d conversations", len(all))
	}
}

func TestParseRefuses(t *testing.T) {
	for _, text := range []string{"\tseen before anything was done", "cepol", "cepol waves", "cepol fills in what", `cepol fills in what="open`, "the room"} {
		if c, err := Parse("x", text); err == nil {
			t.Errorf("%q was read as %+v", text, c.Steps)
		}
	}
}

func TestDiffers(t *testing.T) {
	for _, c := range []struct {
		want, got string
		same      bool
	}{
		{"a b", "a b", true},
		{"a b", "a c", false},
		{"at … in private", "at 09:40, in private", true},
		{"at … in private", "at 09:40, in public", false},
		{"… and … end", "x and y end", true},
		{"… and … end", "x or y end", false},
		{"aa…aa", "aaa", false},
		{"a|…|z", "a|z", true},
		{"a|…|z", "a|b|c|z", true},
		{"a|…|z", "a|b|c", false},
		{"a", "a|b", false},
		{"a|b", "a", false},
	} {
		if diff := differs(strings.Split(c.want, "|"), strings.Split(c.got, "|")); (diff == "") != c.same {
			t.Errorf("%q, %q: %s", c.want, c.got, diff)
		}
	}
}

// TestCommonLines holds that what is common to two plays fits both.
func TestCommonLines(t *testing.T) {
	for _, c := range []struct{ x, y, want string }{
		{"due on Monday|end", "due on Friday|end", "due on …|end"},
		{"on 3 May, 09:00", "today, 09:00", "… 09:00"},
		{"a|b|c", "a|c", "a|…|c"},
		{"a", "a", "a"},
	} {
		x, y := strings.Split(c.x, "|"), strings.Split(c.y, "|")
		got := commonLines(x, y)
		if !slices.Equal(got, strings.Split(c.want, "|")) {
			t.Errorf("%q and %q: %q", c.x, c.y, got)
		}
		if differs(got, x)+differs(got, y) != "" {
			t.Errorf("%q fits not both of %q and %q", got, c.x, c.y)
		}
	}
}
