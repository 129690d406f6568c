package commands

import (
	"testing"
	"time"

	"thbot/store"
)

// TestVerdict holds which word labels a pair: the latest one, also from before
// it was opened again, and none where the two sides differ.
func TestVerdict(t *testing.T) {
	day := func(n int) time.Time { return time.Date(2026, 11, n, 9, 0, 0, 0, time.UTC) }
	word := func(n int, agency, said string) store.Word {
		return store.Word{At: day(n), Agency: agency, Verdict: said}
	}
	for name, c := range map[string]struct {
		words  []store.Word
		label  int
		said   bool
		agreed bool
	}{
		"nobody spoke":                 {nil, 0, false, false},
		"only later":                   {[]store.Word{word(1, "fra", store.SayLater)}, 0, false, false},
		"one side":                     {[]store.Word{word(1, "fra", store.SayDismiss)}, 0, true, true},
		"changed its mind":             {[]store.Word{word(1, "fra", store.SayDismiss), word(2, "fra", store.SayJoint)}, 1, true, true},
		"before it was opened again":   {[]store.Word{word(1, "fra", store.SayCoordinate)}, 1, true, true},
		"both see a duplicate":         {[]store.Word{word(1, "fra", store.SayCoordinate), word(2, "easo", store.SayJoint)}, 1, true, true},
		"the sides differ":             {[]store.Word{word(1, "fra", store.SayDismiss), word(2, "easo", store.SayJoint)}, 1, true, false},
		"the coordinators end it":      {[]store.Word{word(1, "fra", store.SayDismiss), word(2, "easo", store.SayJoint), word(3, "", store.SayDismiss)}, 0, true, true},
		"a side after the coordinator": {[]store.Word{word(1, "fra", store.SayDismiss), word(2, "", store.SayDismiss), word(3, "easo", store.SayJoint)}, 1, true, true},
	} {
		o := &store.Overlap{AgencyA: "fra", AgencyB: "easo", Words: c.words, OpenedAt: day(9)}
		w, agreed := verdict(o)
		if (w != nil) != c.said || agreed != c.agreed {
			t.Errorf("%s: word %v, agreed %v", name, w, agreed)
		}
		if w != nil && isDuplicate(w) != (c.label == 1) {
			t.Errorf("%s: labelled by %s", name, w.Verdict)
		}
	}
}
