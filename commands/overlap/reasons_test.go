package overlap

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write what is said into the golden file")

// pair is two activities, and what is asked of their reasons.
type pair struct {
	name string
	a, b Work
}

// explained are pairs of every sort that a contact point may meet.
func explained() []pair {
	signs := Work{ID: 17, Agency: "cepol", Title: "CEPOL webinar on indicators of labour exploitation for labour inspectors in Romania",
		Kind: "training", Audience: []string{"labour-inspectors"}, Countries: []string{"RO"}, Exploitation: []string{"labour"},
		Commitments: []string{"training"}, From: "2027-03", To: "2027-03"}
	course := Work{ID: 9, Agency: "eurofound", Title: "Course: spotting signs of forced labour at the workplace", Kind: "training",
		Audience: []string{"labour-inspectors", "trade-unions"}, Countries: []string{"RO", "BG"}, Exploitation: []string{"labour"},
		Commitments: []string{"training"}, From: "2027-04", To: "2027-05"}
	elsewhere := course
	elsewhere.Title, elsewhere.Kind, elsewhere.Audience, elsewhere.Countries = "Figures on women in prostitution", "data", []string{"health"}, []string{"FI"}
	elsewhere.Exploitation, elsewhere.From, elsewhere.To = []string{"sexual"}, "2027-11", "2027-11"
	plan := Work{Agency: "cepol", Title: "Webinar for prosecutors in Spain on forced begging", Kind: "training", Audience: []string{"prosecutors-judges"},
		Countries: []string{"ES"}, Exploitation: []string{"begging"}, Guessed: []string{"kind", "audience", "countries", "exploitation"}, From: "2027-06-01"}
	read := Work{ID: 4, Agency: "eurojust", Title: "Taller para fiscales: mendicidad forzada", Countries: []string{"EU"}, From: "2026-10-05", To: "2027-09-30",
		Audience: []string{"prosecutors-judges"}, Guessed: []string{"audience", "from"}}
	kit := Work{ID: 5, Agency: "cepol", Title: "Awareness kit for hotel receptionists", Description: "Flyer, video and phone number; night shift.", Kind: "campaign",
		Audience: []string{"private-sector"}, Countries: []string{"EU"}, From: "2027-05-01", To: "2027-10-31"}
	carriers := Work{ID: 6, Agency: "frontex", Title: "Awareness kit for carriers' personnel", Description: "Flyer, in-flight video, phone number.", Kind: "campaign",
		Audience: []string{"private-sector"}, Countries: []string{"EU"}, From: "2027-04-01", To: "2027-10-31"}
	meat := Work{ID: 7, Agency: "eurofound", Title: "Slaughterhouses and subcontracting: sector report", Kind: "research", Countries: []string{"NL", "DE", "PL"}, From: "2027"}
	talk := Work{ID: 8, Agency: "fra", Title: "Exploited in meat processing: what workers tell", Kind: "data", Countries: []string{"DE", "NL"}}
	balkans := Work{ID: 10, Agency: "frontex", Title: "Joint operation on drug-related trafficking", Kind: "operation", Audience: []string{"law-enforcement"}, Countries: []string{"western-balkans"}}
	narco := Work{ID: 11, Agency: "europol", Title: "عملية مشتركة ضد تهريب المخدرات", Kind: "operation", Audience: []string{"law-enforcement"}, Countries: []string{"western-balkans"}}
	first := Work{ID: 12, Agency: "fra", Title: "Children in migration: country reports (phase 1)", Kind: "research", Countries: []string{"EU"}}
	second := Work{ID: 13, Agency: "easo", Title: "Children in migration: screening tool (phase 2)", Kind: "tool", Countries: []string{"EU"}}
	long := Work{ID: 14, Agency: "europol", Title: "Interviewing victims of forced begging", Description: strings.Repeat("The handbook covers interviews with trafficked children. ", 70)}
	short := Work{ID: 15, Agency: "eige", Title: "Interviews with trafficked children: handbook"}
	return []pair{{"signs and course", signs, course}, {"all apart", signs, elsewhere}, {"a plan, and one read from Spanish", plan, read}, {"two kits", kit, carriers},
		{"near kinds, no end", meat, talk}, {"a region, right to left", balkans, narco}, {"phases", first, second}, {"long and short", long, short},
		{"partners", with(signs, "eurofound"), course}, {"follows", following(signs, 9), course}, {"joint", inJoint(signs, 9), course},
		{"cancelled", signs, cancelled(course)}, {"years apart", signs, moved(course)}, {"of one agency", signs, Work{ID: 3, Agency: "cepol"}}, {"nothing said", Work{ID: 1, Agency: "fra"}, Work{ID: 2, Agency: "eige"}}}
}

func with(w Work, agency string) Work { w.With = []string{agency}; return w }
func following(w Work, id int) Work   { w.Follows = []int{id}; return w }
func inJoint(w Work, id int) Work     { w.Joint = id; return w }
func cancelled(w Work) Work           { w.Cancelled = true; return w }
func moved(w Work) Work               { w.From, w.To = "2029-01", "2029-02"; return w }

// The order of reasons is the model's, so here they stand by facet.
func TestReasons(t *testing.T) {
	e := builtin()
	var got strings.Builder
	for _, p := range explained() {
		m := e.Compare(p.a, p.b)
		fmt.Fprintf(&got, "%s\n", p.name)
		if m.Guesses != "" {
			fmt.Fprintf(&got, "  guessed: %s\n", m.Guesses)
		}
		for i, list := range [][]Reason{m.Reasons, m.Against} {
			slices.SortStableFunc(list, func(x, y Reason) int { return strings.Compare(x.Facet, y.Facet) })
			for _, r := range list {
				fmt.Fprintf(&got, "  %s %s: %s\n", []string{"+", "-"}[i], r.Facet, r.Text)
			}
		}
	}
	const golden = "testdata/reasons.golden"
	if *update {
		if err := os.WriteFile(golden, []byte(got.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if got.String() != string(want) {
		t.Errorf("with -update, %s would become:\n%s", golden, got.String())
	}
}

// What stands first is what would change the sum most.
func TestWeightiestFirst(t *testing.T) {
	heavy, light := finding{Reason: Reason{"kind", "heavy"}, weight: 3}, finding{Reason: Reason{"period", "light"}, weight: 1}
	if got := weightiest([]finding{light, heavy, light}, 2, new(facetSets)); len(got) != 2 || got[0].Text != "heavy" {
		t.Errorf("%v", got)
	}
}
