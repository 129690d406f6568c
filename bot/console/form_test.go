package console

import (
	"context"
	"strings"
	"testing"
)

// TestFormIsSafe holds that what stands in a form already, such as a title,
// cannot steer the terminal.
func TestFormIsSafe(t *testing.T) {
	c, out := newConsole(t)
	for _, line := range []string{"/thb record Course \u202ex for judges", "/thb edit A1"} {
		out.Reset()
		if err := c.line(context.Background(), line); err != nil {
			t.Fatal(err)
		}
	}
	shown := out.String()
	if !strings.Contains(shown, "now: Course <U+202E>x") {
		t.Errorf("the form does not show the title:\n%s", shown)
	}
	if i := strings.IndexFunc(shown, steers); i >= 0 {
		t.Errorf("a character that steers the terminal: %q", shown)
	}
}
