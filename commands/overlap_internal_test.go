package commands

import (
	"strings"
	"testing"
	"time"

	"thbot/store"
	"thbot/store/date"
)

func TestReadWord(t *testing.T) {
	now := time.Date(2026, 11, 24, 10, 0, 0, 0, brussels())
	k := &call{Commands: &Commands{rules: Rules{}.withDefaults()}, now: now, today: date.Of(now)}
	for _, c := range []struct{ text, verdict, reason, until string }{
		{"dismiss", store.SayDismiss, "", ""},
		{"Dismissed, theirs is a course", store.SayDismiss, "theirs is a course", ""},
		{"not a duplicate: theirs is older", store.SayDismiss, "theirs is older", ""},
		{"We will coordinate", store.SayCoordinate, "", ""},
		{"coordinate — one week each", store.SayCoordinate, "one week each", ""},
		{"one joint activity", store.SayJoint, "", ""},
		{"yes", sayYes, "", ""},
		{"yes, it is ours", sayYes, "it is ours", ""},
		{"no.", store.SayDismiss, "", ""},
		{"dismiss. Theirs is a course.", store.SayDismiss, "Theirs is a course.", ""},
		{"no idea yet", "", "", ""},
		{"yes and no", "", "", ""},
		{"notwithstanding", "", "", ""},
		{"jointly", "", "", ""},
		{"perhaps", "", "", ""},
		{"later", store.SayLater, "", "2026-12-01 10:00"},
		{"later 7d", store.SayLater, "", "2026-12-01 10:00"},
		{"later 2w not before the board meets", store.SayLater, "not before the board meets", "2026-12-08 10:00"},
		{"remind me in a week", store.SayLater, "", "2026-12-01 10:00"},
		{"later next Friday", store.SayLater, "", "2026-11-27 09:00"},
		{"later 2026-12-10, after the meeting", store.SayLater, "after the meeting", "2026-12-10 09:00"},
		{"later 2025-01-01", store.SayLater, "2025-01-01", "2026-12-01 10:00"},
	} {
		w, err := k.readWord(5, c.text)
		if (err != nil) != (c.verdict == "") {
			t.Errorf("%q: %v", c.text, err)
			continue
		}
		until := ""
		if !w.Until.IsZero() {
			until = w.Until.In(brussels()).Format("2006-01-02 15:04")
		}
		if w.Verdict != c.verdict || w.Reason != c.reason || until != c.until {
			t.Errorf("%q is read as %q because %q until %q", c.text, w.Verdict, w.Reason, until)
		}
	}
}

// Whatever is typed, a word is one of the known ones, its reason stands in the
// text as typed, and later lies ahead.
func FuzzReadWord(f *testing.F) {
	for _, s := range []string{"dismiss", "later 7d x", "we will coordinate, “yes”", "no\x00", "dismiss\xff", "later 9999999999h", "ſ", "remind me in in in"} {
		f.Add(s)
	}
	now := time.Date(2026, 11, 24, 10, 0, 0, 0, brussels())
	k := &call{Commands: &Commands{rules: Rules{}.withDefaults()}, now: now, today: date.Of(now)}
	f.Fuzz(func(t *testing.T, text string) {
		w, err := k.readWord(5, text)
		if err != nil {
			return
		}
		if !knownVerdict(w.Verdict) && w.Verdict != sayYes {
			t.Errorf("verdict %q", w.Verdict)
		}
		if !strings.HasSuffix(strings.TrimSpace(text), w.Reason) {
			t.Errorf("%q became the reason %q", text, w.Reason)
		}
		if w.Verdict == store.SayLater && !w.Until.After(now) {
			t.Errorf("later is %v", w.Until)
		}
	})
}
