package coverage_test

import (
	"bytes"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"thbot/commands/coverage"
	"thbot/store"
	"thbot/store/date"
	"thbot/store/statement"
)

// many makes n activities spread over agencies, commitments and time.
func many(n int) []*store.Activity {
	r := rand.New(rand.NewPCG(1, 2))
	c := statement.Builtin()
	all := make([]*store.Activity, n)
	for i := range all {
		from := date.NewDay(2025, 6, 1) + date.Day(r.IntN(800))
		a := work(i+1, c.Agencies[r.IntN(10)].Slug, from.Date(), (from + date.Day(r.IntN(200))).Date(), c.Commitments[r.IntN(11)].Slug)
		a.Commitments = append(a.Commitments, c.Commitments[r.IntN(11)].Slug)
		a.Countries = []string{[]string{"RO", "AL", "global", "EU"}[r.IntN(4)]}
		if p := c.Agencies[r.IntN(10)].Slug; p != a.Agency && r.IntN(5) == 0 {
			a.Partners = []store.Partner{{Agency: p, State: store.Confirmed}}
		}
		if r.IntN(3) == 0 {
			a.Plan = "SPD 2027-2029 2.4.1"
			a.ChangedAt = day("2026-05-01")
		}
		all[i] = a
	}
	return all
}

func sample() *coverage.Matrix {
	all := many(40)
	for _, a := range all {
		if a.Commitments[0] == "synergies" {
			a.Commitments = []string{"training"}
		}
		for i, c := range a.Commitments {
			if c == "synergies" || c == "impunity" && a.Agency != "europol" {
				a.Commitments[i] = "identification"
			}
		}
		if a.Agency == "eige" {
			a.Agency = "fra"
		}
	}
	return compute(input{said: []*store.Confirmation{
		nothing("eurofound", "impunity", "2026", "2026-02-03"), nothing("fra", "synergies", "2026", "2025-12-12"),
		nothing("emcdda", "synergies", "2026", "2026-06-30"), nothing("cepol", "impunity", "2026", "2026-10-03"),
	}}, all...)
}

func TestPictureIsTheSameEachTime(t *testing.T) {
	first, err := coverage.Picture(sample())
	if err != nil {
		t.Fatal(err)
	}
	again, err := coverage.Picture(sample())
	if err != nil || !bytes.Equal(first, again) {
		t.Fatalf("two pictures of one matrix differ (%v)", err)
	}
	if len(first) > 200<<10 {
		t.Errorf("the picture has %d KiB", len(first)>>10)
	}
	if path := os.Getenv("THBOT_PICTURE"); path != "" { // to look at it
		os.WriteFile(path, first, 0o644)
	}
}

// The words of the picture fit where they must, however much there is.
func TestAltFits(t *testing.T) {
	for _, n := range []int{0, 1, 40, 300, 3000, 30000} {
		alt := coverage.Alt(compute(input{}, many(n)...))
		if len([]rune(alt)) > 2000 || !strings.Contains(alt, "11 cooperation") {
			t.Errorf("%d activities take %d characters: %s", n, len([]rune(alt)), alt)
		}
	}
	if alt := coverage.Alt(sample()); !strings.Contains(alt, "FRA none (Dec 2025)") || !strings.Contains(alt, "Nothing heard lately: EIGE.") {
		t.Errorf("a fact of the picture is missing: %s", alt)
	}
}
