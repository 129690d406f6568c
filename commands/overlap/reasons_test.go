package overlap

import (
	"strings"
	"testing"
)

func words(reasons []Reason) string {
	var out []string
	for _, r := range reasons {
		out = append(out, r.Facet+": "+r.Text)
	}
	return strings.Join(out, "\n")
}

func TestReasons(t *testing.T) {
	e := builtin()
	a := Work{ID: 17, Agency: "cepol", Title: "CEPOL webinar on indicators of labour exploitation for labour inspectors in Romania",
		Kind: "training", Audience: []string{"labour-inspectors"}, Countries: []string{"RO"}, Exploitation: []string{"labour"},
		Commitments: []string{"training"}, From: "2027-03", To: "2027-03"}
	b := Work{ID: 9, Agency: "eurofound", Title: "Course: spotting signs of forced labour at the workplace", Kind: "training",
		Audience: []string{"labour-inspectors", "trade-unions"}, Countries: []string{"RO", "BG"}, Exploitation: []string{"labour"},
		Commitments: []string{"training"}, From: "2027-04", To: "2027-05"}
	m := e.Compare(a, b)
	want := "" +
		"audience: same audience: labour inspectors\n" +
		"countries: both in Romania\n" +
		"period: close in time: March 2027, and April to May 2027\n" +
		"kind: both: trainings\n" +
		"exploitation: both about labour exploitation\n" +
		"commitments: same commitment: training"
	if got := words(m.Reasons); !strings.HasSuffix(got, want) || !m.Flagged {
		t.Errorf("flagged %v, reasons\n%s", m.Flagged, got)
	}
	t.Log(words(m.Reasons))
	b.Audience, b.Countries, b.From, b.To = []string{"health"}, []string{"FI"}, "2027-11", "2027-11"
	b.Title, b.Kind, b.Exploitation = "Figures on women in prostitution", "data", []string{"sexual"}
	want = "" +
		"audience: other audience: labour inspectors, and health professionals\n" +
		"countries: other place: Romania, and Finland\n" +
		"period: 7 months apart: March 2027, and November 2027\n" +
		"kind: other kind of work: trainings, and data collections\n" +
		"exploitation: other form of exploitation: labour exploitation, and sexual exploitation"
	m = e.Compare(a, b)
	if got := words(m.Against); !strings.HasSuffix(got, want) || m.Flagged {
		t.Errorf("flagged %v, against\n%s", m.Flagged, got)
	}
}

func TestChanges(t *testing.T) {
	e := builtin()
	works, _ := corpus(t)
	a, b := works[10], works[11]
	changes := e.Changes(a, b)
	if len(changes) < 2 || changes[0] != "`with:"+b.Agency+"`, if you do it together" {
		t.Errorf("changes %q", changes)
	}
	a.With = []string{b.Agency}
	if changes := e.Changes(a, b); changes != nil {
		t.Errorf("partners need no change, and got %q", changes)
	}
}
