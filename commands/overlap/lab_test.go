package overlap

import (
	"fmt"
	"os"
	"slices"
	"strings"
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

func TestLab(t *testing.T) {
	if os.Getenv("LAB") == "" {
		t.Skip()
	}
	e, err := New(Options{})
	if err != nil {
		t.Fatal(err)
	}
	e.field = nil
	works, pairs := corpus(t)
	b := newBench(e, works, pairs)
	run := func(label string, c choice) {
		cv, m, _ := b.crossValidate(c)
		fmt.Printf("%-28s %v | noisy %v | %.2f %.2f %.2f t %.2f\n", label, cv.clean, cv.noisy, m.Scale, m.Rival, m.Shift, m.Threshold)
	}
	base := fullChoice()
	run("base", base)
	for _, opt := range strings.Split(os.Getenv("LAB"), ",") {
		switch opt {
		case "ablate":
			for i, n := range featureNames {
				run("without "+n, base.without(i))
			}
		case "limit":
			_, m, all := b.crossValidate(base)
			for _, m.Threshold = range []float64{0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5} {
				c, n := reports(&m, works, all)
				fmt.Printf("threshold %.2f %v | noisy %v\n", m.Threshold, c, n)
			}
		case "ridge":
			for _, r := range []float64{0.5, 1, 10} {
				c := base
				c.ridge = r
				run(fmt.Sprint("ridge ", r), c)
			}
			c := base
			c.copies = 0
			run("copies 0", c)
			c.copies = 1
			run("copies 1", c)
		}
	}
}
