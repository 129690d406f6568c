package commands

import (
	"slices"
	"testing"
)

// TestHelpNamesEverySubcommand holds that each stands in help once, with its
// line, its example and its usage.
func TestHelpNamesEverySubcommand(t *testing.T) {
	var named []string
	for _, g := range helpGroups {
		named = append(named, g.names...)
	}
	for _, sub := range subcommands() {
		if n := len(slices.DeleteFunc(slices.Clone(named), func(s string) bool { return s != sub.Name })); n != 1 {
			t.Errorf("%s stands in help %d times", sub.Name, n)
		}
		if sub.Brief == "" || sub.Example == "" || len(sub.Usage) == 0 {
			t.Errorf("%s has no line, example or usage", sub.Name)
		}
	}
	if len(named) != len(subcommands()) {
		t.Errorf("help names %d of %d", len(named), len(subcommands()))
	}
}
