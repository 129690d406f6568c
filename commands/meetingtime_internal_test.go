package commands

import (
	"strings"
	"testing"
	"time"

	"thbot/commands/when"
)

// FuzzSplitMoment holds that what is found can be read as a time, that it
// stands in the text, and that nothing is said twice or made up.
func FuzzSplitMoment(f *testing.F) {
	for _, s := range []string{
		"Meeting of the contact points on 10 December at 10:00", "10:00", "tomorrow 9h30", "  ", "\u00a0 \x00",
		"12.1.2027 14:00 in Vienna", "at at at 10:00 Friday", strings.Repeat("1 ", 130), "Übung am 3. März 2027 um 9 Uhr",
	} {
		f.Add(s)
	}
	now := time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, text string) {
		title, moment, found := splitMoment(text, now)
		if !found {
			if title != text || moment != "" {
				t.Fatalf("%q: nothing found, yet %q and %q", text, title, moment)
			}
			return
		}
		if _, _, err := when.Moment(moment, now); err != nil || !strings.Contains(text, moment) {
			t.Fatalf("%q: %q is no time of it (%v)", text, moment, err)
		}
		if len(title)+len(moment) > len(text)+1 {
			t.Fatalf("%q: %q and %q are more than it", text, title, moment)
		}
	})
}
