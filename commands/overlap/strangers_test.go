package overlap

import "testing"

// TestStrangers holds the built-in model to its figures on registers by
// writers who had not seen the engine, and that nothing was ever trained on or
// chosen by: the nearest there is to a network's own. They are not for reading.
// The floors are a little below the figures of docs/overlap.md.
func TestStrangers(t *testing.T) {
	for _, s := range []struct {
		name                           string
		pairs, positives               int
		precision, f1, recallAt3, hard float64
	}{
		{"seventh", 17703, 60, 0.78, 0.74, 0.97, 0.08},
		{"eighth", 40068, 40, 0.56, 0.50, 0.84, 0.10},
	} {
		works, pairs := labelled(t, s.name)
		r := builtin().Evaluate(works, pairs)
		t.Logf("%s: %v", s.name, r)
		if r.Pairs != s.pairs || r.Positives != s.positives {
			t.Errorf("%s: %d pairs, %d duplicates", s.name, r.Pairs, r.Positives)
		}
		if r.AveragePrecision < s.precision || r.F1 < s.f1 || r.RecallAt3 < s.recallAt3 || r.HardNegativesFlagged > s.hard {
			t.Errorf("%s: %v", s.name, r)
		}
	}
}
