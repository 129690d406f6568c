package overlap

import (
	"flag"
	"fmt"
	"math"
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

// threshold is the one in hundredths with the best mean F1 over the registers,
// as given.
func (b *bench) threshold(m *model, views [][1 + unseen][]held) float64 {
	best, at := 0.0, 0.0
	for t := 0.05; t < 0.6; t += 0.01 {
		sum := 0.0
		for _, view := range views {
			for _, h := range b.split(view[0]) {
				sum += f1(scored(m, b.works, h), t)
			}
		}
		if sum > best {
			best, at = sum, t
		}
	}
	return math.Round(at*100) / 100
}

func f1(scores []Scored, threshold float64) float64 {
	flagged, hits, positives := 0, 0, 0
	for _, s := range scores {
		positives += s.Label
		if s.Score >= threshold {
			flagged, hits = flagged+1, hits+s.Label
		}
	}
	return ratio(2*hits, flagged+positives)
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
		apart := b.leaveOneOut(fullChoice())
		for r, name := range registerNames {
			t.Logf("%s by models of the others, as given:  %v", name, apart.clean[r])
			t.Logf("%s by models of the others, with noise: %v", name, apart.noisy[r])
		}
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
