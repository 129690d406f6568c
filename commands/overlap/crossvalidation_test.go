package overlap

import (
	"flag"
	"fmt"
	"math"
	"slices"
	"testing"
)

// seeds is how many ways to deal the clusters into folds are averaged.
const seeds = 2

// crossValidated is the mean of the figures over the ways of dealing and, with
// noise, over the noisy copies; for each register.
type crossValidated struct{ clean, noisy []Report }

func (b *bench) crossValidate(c choice) (cv crossValidated, m model, views [][1 + unseen][]held) {
	for s := range seeds {
		views = append(views, b.validate(c, 4, uint64(s)))
	}
	calibrate(&m, views)
	m.Threshold = b.threshold(&m, views)
	return b.report(&m, views), m, views
}

// leaveOneOut gives each register the figures of a model that saw the others
// only: its weights, its calibration and its threshold are theirs.
func (b *bench) leaveOneOut(c choice) (cv crossValidated) {
	for r := range b.ends {
		others := b.only(func(register int) bool { return register != r })
		_, calibrated, _ := others.crossValidate(c)
		m := others.train(c, func(int) bool { return true })
		m.calibrateAs(&calibrated)
		one := b.only(func(register int) bool { return register == r })
		found := one.report(m, [][1 + unseen][]held{one.sums(m)})
		cv.clean, cv.noisy = append(cv.clean, found.clean[r]), append(cv.noisy, found.noisy[r])
	}
	return cv
}

// report gives the figures of each register.
func (b *bench) report(m *model, views [][1 + unseen][]held) (cv crossValidated) {
	cv = crossValidated{make([]Report, len(b.ends)), make([]Report, len(b.ends))}
	for _, view := range views {
		for v, all := range view {
			for r, h := range b.split(all) {
				s := scored(m, b.works, h)
				hard := hardShare(h, s)
				found := Measure(s)
				found.HardNegativesFlagged = hard
				if v == 0 {
					cv.clean[r].plus(found, 1/float64(len(views)))
				} else {
					cv.noisy[r].plus(found, 1/float64(len(views)*unseen))
				}
			}
		}
	}
	return cv
}

// split parts the pairs by their register.
func (b *bench) split(all []held) [][]held {
	out := make([][]held, len(b.ends))
	for _, h := range all {
		r := b.register(h.i)
		out[r] = append(out[r], h)
	}
	return out
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

// wantedRecall is the share of duplicates that contact points should see; a
// little more than that, since a stranger's register shows fewer.
const wantedRecall = 0.74

// dense is the share of duplicates among its pairs from which a register
// decides on the threshold: others have too few to ask for many.
const dense = 0.002

// threshold is the highest one in hundredths that keeps the recall wanted on
// held-out pairs of the dense registers.
func (b *bench) threshold(m *model, views [][1 + unseen][]held) float64 {
	var found []float64
	for _, view := range views {
		for _, h := range b.split(view[0]) {
			var here []float64
			for _, s := range scored(m, b.works, h) {
				if s.Label == 1 {
					here = append(here, s.Score)
				}
			}
			if ratio(len(here), len(h)) >= dense {
				found = append(found, here...)
			}
		}
	}
	slices.Sort(found)
	return math.Floor(found[int(float64(len(found))*(1-wantedRecall))]*100) / 100
}

var tables = flag.Bool("tables", false, "print the ablation and the calibration, as docs/overlap.md has them")

// floors are a little below the figures of docs/overlap.md: average precision,
// F1, recall at 3, average precision with noise, and above them the share of
// hard negatives that are flagged; for each register.
var floors = []struct{ precision, f1, recallAt3, noisy, hard float64 }{
	{0.79, 0.69, 0.96, 0.68, 0.13}, {0.90, 0.85, 0.97, 0.81, 0.09}, {0.79, 0.69, 0.94, 0.69, 0.13},
	{0.50, 0.45, 0.84, 0.41, 0.25}, {0.69, 0.60, 0.87, 0.56, 0.14}, {0.58, 0.50, 0.93, 0.40, 0.22},
}

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
	for r, floor := range floors {
		got := cv.clean[r]
		if got.AveragePrecision < floor.precision || got.F1 < floor.f1 || got.RecallAt3 < floor.recallAt3 || cv.noisy[r].AveragePrecision < floor.noisy {
			t.Errorf("%s: %v, with noise %v; they were above %v", registerNames[r], got, cv.noisy[r], floor)
		}
		if got.HardNegativesFlagged > floor.hard {
			t.Errorf("%s: %.3f of the hard negatives are flagged", registerNames[r], got.HardNegativesFlagged)
		}
	}
	if *tables {
		apart := b.leaveOneOut(fullChoice())
		for r, name := range registerNames {
			t.Logf("%s by models of the others, as given:  %v", name, apart.clean[r])
			t.Logf("%s by models of the others, with noise: %v", name, apart.noisy[r])
		}
		b.printCalibration(t, &m, views)
		for i, n := range featureNames {
			w, _, _ := b.crossValidate(fullChoice().without(i))
			line := "| " + n
			for r := range w.clean {
				line += fmt.Sprintf(" | %.3f | %.3f", w.clean[r].AveragePrecision, w.noisy[r].AveragePrecision)
			}
			t.Log(line + " |")
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
