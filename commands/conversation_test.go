package commands_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"thbot/commands"
)

var update = flag.Bool("update", false, "write the golden files anew")

// conversation writes down what is typed, pressed and answered, for a golden
// file: lines such as "cepol /thb brief", "cepol [Undo]", "# a comment".
type conversation struct {
	*desk
	b strings.Builder
}

func (d *desk) conversation() *conversation { return &conversation{desk: d} }

// says types a line and keeps it with its answer.
func (c *conversation) says(user, text string) commands.Reply {
	c.t.Helper()
	r := c.say(user, text)
	fmt.Fprintf(&c.b, "@%s /thb %s\n%s\n\n", user, text, indent(shows(r)))
	return r
}

// presses presses a button and keeps the answer.
func (c *conversation) presses(user, label string) commands.Reply {
	c.t.Helper()
	r := c.press(user, label)
	fmt.Fprintf(&c.b, "@%s [%s]\n%s\n\n", user, label, indent(shows(r)))
	return r
}

// submits sends the open form and keeps the answer.
func (c *conversation) submits(user string, fields ...string) commands.Reply {
	c.t.Helper()
	r := c.submit(user, fields...)
	fmt.Fprintf(&c.b, "@%s submits %s\n%s\n\n", user, strings.Join(fields, " "), indent(shows(r)))
	return r
}

// until moves the clock and keeps what fell due on the way: all, or that for
// the users.
func (c *conversation) until(when string, users ...string) []post {
	c.t.Helper()
	posts := c.due(at(c.t, when))
	if len(users) > 0 {
		posts = slices.DeleteFunc(posts, func(p post) bool { return !slices.Contains(users, p.To) })
	}
	fmt.Fprintf(&c.b, "until %s\n%s\n\n", when, indent(posted(posts)))
	return posts
}

// golden compares the whole conversation with testdata/NAME.golden.
func (c *conversation) golden(name string) {
	c.t.Helper()
	golden(c.t, name, c.b.String())
}

func indent(s string) string {
	if s == "" {
		return "    (nothing)"
	}
	lines := strings.Split(s, "\n")
	for i, l := range lines {
		if l != "" {
			lines[i] = "    " + l
		}
	}
	return strings.Join(lines, "\n")
}

// golden compares a text with testdata/NAME.golden; -update writes it.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name+".golden")
	got = strings.TrimRight(got, "\n") + "\n"
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v; write it with -update", err)
	}
	if got != string(want) {
		t.Errorf("%s differs; see it with -update and git diff.\ngot:\n%s\nwant:\n%s", path, got, want)
	}
}
