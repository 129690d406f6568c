package overlap

import (
	"flag"
	"fmt"
	"slices"
	"testing"
)

// seeds is how many ways to deal the clusters into folds are averaged.
const seeds = 2

// crossValidated is the mean of the figures over the seeds.
type crossValidated struct{ clean, noisy Report }

func (b *bench) crossValidate(c choice) (cv crossValidated, m model, all [][]held) {
	for s := range seeds {
		all = append(all, b.validate(c, 4, uint64(s)))
	}
	calibrate(&m, all...)
	m.Threshold = b.threshold(&m, all)
	cv.clean, cv.noisy = reports(&m, b.works, all)
	return cv, m, all
}

func reports(m *model, works []Work, all [][]held) (clean, noisy Report) {
	for _, h := range all {
		s := scored(m, works, h, false)
		r := Measure(slices.Clone(s))
		r.HardNegativesFlagged = hardShare(h, s)
		clean.plus(r)
		s = scored(m, works, h, true)
		r = Measure(slices.Clone(s))
		r.HardNegativesFlagged = hardShare(h, s)
		noisy.plus(r)
	}
	return clean, noisy
}

func (r *Report) plus(s Report) {
	r.Precision += s.Precision / seeds
	r.Recall += s.Recall / seeds
	r.F1 += s.F1 / seeds
	r.AveragePrecision += s.AveragePrecision / seeds
	r.RecallAt3 += s.RecallAt3 / seeds
	r.HardNegativesFlagged += s.HardNegativesFlagged / seeds
}

func (r Report) String() string {
	return fmt.Sprintf("AP %.3f F1 %.3f (P %.2f R %.2f) r3 %.3f hard %.3f", r.AveragePrecision, r.F1, r.Precision, r.Recall, r.RecallAt3, r.HardNegativesFlagged)
}

// wantedRecall is the share of duplicates that contact points should see.
const wantedRecall = 0.70

// threshold is the highest one that keeps the recall wanted on held-out pairs.
func (b *bench) threshold(m *model, all [][]held) float64 {
	var found []float64
	for _, h := range all {
		for _, s := range scored(m, b.works, h, false) {
			if s.Label == 1 {
				found = append(found, s.Score)
			}
		}
	}
	slices.Sort(found)
	return found[int(float64(len(found))*(1-wantedRecall))]
}

var tables = flag.Bool("tables", false, "print the ablation and the calibration, as docs/overlap.md has them")

// TestCrossValidation holds the figures that docs/overlap.md reports: on pairs
// of clusters that no model saw, by models trained here and now.
func TestCrossValidation(t *testing.T) {
	e, err := New(Options{})
	if err != nil {
		t.Fatal(err)
	}
	works, pairs := corpus(t)
	b := newBench(e, works, pairs)
	cv, m, all := b.crossValidate(fullChoice())
	t.Logf("as given:  %v", cv.clean)
	t.Logf("with noise: %v", cv.noisy)
	for _, held := range []struct {
		name       string
		got, floor float64
	}{
		{"average precision", cv.clean.AveragePrecision, 0.75}, {"F1", cv.clean.F1, 0.66}, {"recall at 3", cv.clean.RecallAt3, 0.94},
		{"average precision with noise", cv.noisy.AveragePrecision, 0.67}, {"F1 with noise", cv.noisy.F1, 0.60},
	} {
		if held.got < held.floor {
			t.Errorf("%s is %.3f, and was above %.3f", held.name, held.got, held.floor)
		}
	}
	if cv.clean.HardNegativesFlagged > 0.15 {
		t.Errorf("%.3f of the hard negatives are flagged", cv.clean.HardNegativesFlagged)
	}
	if *tables {
		printCalibration(t, &m, works, all)
		for i, n := range featureNames {
			w, _, _ := b.crossValidate(fullChoice().without(i))
			t.Logf("| %s | %.3f | %.3f | %.3f | %.3f |", n, w.clean.AveragePrecision, w.clean.F1, w.noisy.AveragePrecision, w.noisy.F1)
		}
	}
}

// printCalibration sets what was said beside what was so.
func printCalibration(t *testing.T, m *model, works []Work, all [][]held) {
	edges := []float64{0, 0.01, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 0.95, 1.01}
	for _, noisy := range []bool{false, true} {
		var pool []Scored
		for _, h := range all {
			pool = append(pool, scored(m, works, h, noisy)...)
		}
		for k := range len(edges) - 1 {
			n, said, so := 0, 0.0, 0
			for _, s := range pool {
				if s.Score >= edges[k] && s.Score < edges[k+1] {
					n, said, so = n+1, said+s.Score, so+s.Label
				}
			}
			t.Logf("| noise %v | %.2f to %.2f | %d | %.3f | %.3f |", noisy, edges[k], min(1, edges[k+1]), n/seeds, said/float64(max(1, n)), ratio(so, n))
		}
	}
}

// TestEvaluate holds the figures of the built-in model on the corpus it was
// trained on, which are better than it deserves, to the same floors.
func TestEvaluate(t *testing.T) {
	works, pairs := corpus(t)
	r := builtin().Evaluate(works, pairs)
	t.Logf("in sample: %v", r)
	if r.Pairs != 25395 || r.Positives != 74 || r.AveragePrecision < 0.8 || r.F1 < 0.7 || r.RecallAt3 < 0.96 || r.HardNegativesFlagged > 0.15 {
		t.Errorf("%d pairs, %d positives, %v", r.Pairs, r.Positives, r)
	}
}
