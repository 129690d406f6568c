package overlap

import (
	"flag"
	"fmt"
	"slices"
	"testing"
)

// seeds is how many ways to deal the clusters into folds are averaged.
const seeds = 2

// crossValidated is the mean of the figures over the ways of dealing and, with
// noise, over the noisy copies; for each register.
type crossValidated struct{ clean, noisy [2]Report }

func (b *bench) crossValidate(c choice) (cv crossValidated, m model, views [][1 + unseen][]held) {
	for s := range seeds {
		views = append(views, b.validate(c, 4, uint64(s)))
	}
	calibrate(&m, views)
	m.Threshold = b.threshold(&m, views)
	for r := range cv.clean {
		cv.clean[r], cv.noisy[r] = b.report(&m, views, r)
	}
	return cv, m, views
}

// report gives the figures of one register.
func (b *bench) report(m *model, views [][1 + unseen][]held, register int) (clean, noisy Report) {
	for _, view := range views {
		for v, h := range view {
			h = slices.DeleteFunc(slices.Clone(h), func(p held) bool { return b.register(p.i) != register })
			s := scored(m, b.works, h)
			hard := hardShare(h, s)
			r := Measure(s)
			r.HardNegativesFlagged = hard
			if v == 0 {
				clean.plus(r, 1.0/seeds)
			} else {
				noisy.plus(r, 1.0/seeds/unseen)
			}
		}
	}
	return clean, noisy
}

func (r *Report) plus(s Report, share float64) {
	r.Precision += s.Precision * share
	r.Recall += s.Recall * share
	r.F1 += s.F1 * share
	r.AveragePrecision += s.AveragePrecision * share
	r.RecallAt3 += s.RecallAt3 * share
	r.HardNegativesFlagged += s.HardNegativesFlagged * share
}

func (r Report) String() string {
	return fmt.Sprintf("AP %.3f F1 %.3f (P %.2f R %.2f) r3 %.3f hard %.3f", r.AveragePrecision, r.F1, r.Precision, r.Recall, r.RecallAt3, r.HardNegativesFlagged)
}

// wantedRecall is the share of duplicates that contact points should see.
const wantedRecall = 0.70

// threshold is the highest one that keeps the recall wanted on held-out pairs
// of the first register.
func (b *bench) threshold(m *model, views [][1 + unseen][]held) float64 {
	var found []float64
	for _, view := range views {
		for k, s := range scored(m, b.works, view[0]) {
			if s.Label == 1 && b.register(view[0][k].i) == 0 {
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
	b := newBench(e, registers(t))
	cv, m, views := b.crossValidate(fullChoice())
	for r, name := range registerNames {
		t.Logf("%s as given:  %v", name, cv.clean[r])
		t.Logf("%s with noise: %v", name, cv.noisy[r])
	}
	for _, held := range []struct {
		name       string
		got, floor float64
	}{
		{"average precision", cv.clean[0].AveragePrecision, 0.77}, {"F1", cv.clean[0].F1, 0.68}, {"recall at 3", cv.clean[0].RecallAt3, 0.95},
		{"average precision with noise", cv.noisy[0].AveragePrecision, 0.68}, {"F1 with noise", cv.noisy[0].F1, 0.61},
	} {
		if held.got < held.floor {
			t.Errorf("%s is %.3f, and was above %.3f", held.name, held.got, held.floor)
		}
	}
	if cv.clean[0].HardNegativesFlagged > 0.15 {
		t.Errorf("%.3f of the hard negatives are flagged", cv.clean[0].HardNegativesFlagged)
	}
	if *tables {
		b.printCalibration(t, &m, views)
		for i, n := range featureNames {
			w, _, _ := b.crossValidate(fullChoice().without(i))
			t.Logf("| %s | %.3f | %.3f | %.3f | %.3f |", n, w.clean[0].AveragePrecision, w.noisy[0].AveragePrecision, w.clean[1].AveragePrecision, w.noisy[1].AveragePrecision)
		}
	}
}

// printCalibration sets what was said beside what was so, in both registers.
func (b *bench) printCalibration(t *testing.T, m *model, views [][1 + unseen][]held) {
	edges := []float64{0, 0.01, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 0.95, 1.01}
	for _, noisy := range []bool{false, true} {
		var pool []Scored
		n := seeds
		if noisy {
			n = seeds * unseen
		}
		for _, view := range views {
			for v, h := range view {
				if (v > 0) == noisy {
					pool = append(pool, scored(m, b.works, h)...)
				}
			}
		}
		for k := range len(edges) - 1 {
			pairs, said, so := 0, 0.0, 0
			for _, s := range pool {
				if s.Score >= edges[k] && s.Score < edges[k+1] {
					pairs, said, so = pairs+1, said+s.Score, so+s.Label
				}
			}
			t.Logf("| noise %v | %.2f to %.2f | %d | %.3f | %.3f |", noisy, edges[k], min(1, edges[k+1]), pairs/n, said/float64(max(1, pairs)), ratio(so, pairs))
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
