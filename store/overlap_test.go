package store_test

import (
	"testing"
	"time"

	"thbot/store"
)

// TestSayDiffers holds that a word differs from the other side's last one, and
// that coordinators, who are on no side, do not differ from themselves.
func TestSayDiffers(t *testing.T) {
	for _, test := range []struct {
		name          string
		first, second store.Word
		differs       bool
	}{
		{"the sides agree", store.Word{Agency: "cepol", Verdict: store.SayDismiss}, store.Word{Agency: "fra", Verdict: store.SayDismiss}, false},
		{"the sides differ", store.Word{Agency: "cepol", Verdict: store.SayDismiss}, store.Word{Agency: "fra", Verdict: store.SayCoordinate}, true},
		{"a side changes its mind", store.Word{Agency: "cepol", Verdict: store.SayDismiss}, store.Word{Agency: "cepol", Verdict: store.SayCoordinate}, false},
		{"the coordinators change theirs", store.Word{Verdict: store.SayDismiss}, store.Word{Verdict: store.SayCoordinate}, false},
		{"the coordinators decide otherwise than a side", store.Word{Agency: "cepol", Verdict: store.SayDismiss}, store.Word{Verdict: store.SayCoordinate}, false},
		{"a side says otherwise than the coordinators", store.Word{Verdict: store.SayDismiss}, store.Word{Agency: "fra", Verdict: store.SayCoordinate}, false},
	} {
		o := &store.Overlap{ID: 1, A: 1, B: 2, AgencyA: "cepol", AgencyB: "fra", State: store.StateOpen, OpenedAt: noon}
		test.first.At, test.second.At = noon.Add(time.Hour), noon.Add(2*time.Hour)
		test.first.By, test.second.By = "P1", "P2"
		o.Say(test.first)
		if e := o.Say(test.second); e.Differs != test.differs || e.Repeated {
			t.Errorf("%s: %+v", test.name, e)
		}
	}
}
