package overlap

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"sort"
	"strings"
	"testing"
)

type pairRow struct {
	i, j  int
	label int
	hard  string
	x     []float64
	ok    bool
	reps  [][]float64
}

func gather(e *Engine, works []Work, pairs []Pair, noisy [][]Work, names []string) []pairRow {
	labels := map[[2]int]Pair{}
	for _, p := range pairs {
		labels[[2]int{min(p.A, p.B), max(p.A, p.B)}] = p
	}
	sets := append([][]Work{works}, noisy...)
	prof := make([][]profile, len(sets))
	for s := range sets {
		prof[s] = make([]profile, len(works))
		for i, w := range sets[s] {
			prof[s][i] = e.read(w)
		}
	}
	var out []pairRow
	for i := range works {
		for j := i + 1; j < len(works); j++ {
			if works[i].Agency == works[j].Agency {
				continue
			}
			r := pairRow{i: i, j: j}
			if p, ok := labels[[2]int{min(works[i].ID, works[j].ID), max(works[i].ID, works[j].ID)}]; ok {
				r.label, r.hard = p.Label, p.Kind
			}
			r.ok = why(&prof[0][i], &prof[0][j], true) == ""
			for s := range sets {
				var f features
				e.compare(&prof[s][i], &prof[s][j], &f)
				x := f.list()
				if s == 0 {
					r.x = x
				} else {
					r.reps = append(r.reps, x)
				}
			}
			out = append(out, r)
		}
	}
	return out
}

type cvResult struct {
	ap, f1, best, prec, rec, r3, hard, thr, logloss float64
	napF1, nap                                      float64 // on the noisy replicate 0
	nr3                                             float64
}

// crossValidate scores every pair with a model that saw neither side's cluster.
func crossValidate(works []Work, rows []pairRow, fold map[int]int, nf int, use []int, signs []int, ridge float64, reps int) (clean, noisy []Scored, thr float64, hardFlag float64) {
	l := learner{ridge: ridge}
	for _, u := range use {
		l.signs = append(l.signs, signs[u])
	}
	pick := func(x []float64) []float64 {
		o := make([]float64, len(use))
		for k, u := range use {
			o[k] = x[u]
		}
		return o
	}
	hard, hardN := 0, 0
	for a := 0; a < nf; a++ {
		for b := a; b < nf; b++ {
			var train []row
			type ts struct {
				s, y float64
				w    float64
			}
			for _, r := range rows {
				fi, fj := fold[works[r.i].ID], fold[works[r.j].ID]
				if !r.ok || fi == a || fi == b || fj == a || fj == b {
					continue
				}
				w := 1.0 / float64(1+reps)
				if r.label == 0 && r.hard != "" {
					w *= hardWeight
				}
				if r.label == 0 && r.hard == "" {
					if (r.i*31+r.j*17+a)%5 != 0 {
						continue
					}
					w *= 5
				}
				train = append(train, row{pick(r.x), float64(r.label), w})
				for s := 0; s < reps; s++ {
					train = append(train, row{pick(r.reps[s]), float64(r.label), w})
				}
			}
			m := l.fit(train)
			// threshold by best F1 on the training pairs
			var tr []Scored
			for _, r := range rows {
				fi, fj := fold[works[r.i].ID], fold[works[r.j].ID]
				if !r.ok || fi == a || fi == b || fj == a || fj == b {
					continue
				}
				tr = append(tr, Scored{Score: m.logit(pick(r.x)), Label: r.label})
			}
			t := bestThreshold(tr)
			thr = t
			for _, r := range rows {
				fi, fj := fold[works[r.i].ID], fold[works[r.j].ID]
				if !(fi == a && fj == b || fi == b && fj == a) {
					continue
				}
				s, sn := 0.0, 0.0
				fl, fln := false, false
				if r.ok {
					z := m.logit(pick(r.x))
					s = 1 / (1 + math.Exp(-z))
					fl = z >= t
					zn := z
					if len(r.reps) > 0 {
						zn = m.logit(pick(r.reps[len(r.reps)-1]))
					}
					sn = 1 / (1 + math.Exp(-zn))
					fln = zn >= t
				}
				clean = append(clean, Scored{A: works[r.i].ID, B: works[r.j].ID, Score: s, Flagged: fl, Label: r.label})
				noisy = append(noisy, Scored{A: works[r.i].ID, B: works[r.j].ID, Score: sn, Flagged: fln, Label: r.label})
				if r.hard != "" && r.label == 0 {
					hardN++
					if fl {
						hard++
					}
				}
			}
		}
	}
	return clean, noisy, thr, float64(hard) / float64(hardN)
}

var hardWeight = 1.0

func bestThreshold(s []Scored) float64 {
	sort.Slice(s, func(i, j int) bool { return s[i].Score > s[j].Score })
	pos := 0
	for _, x := range s {
		pos += x.Label
	}
	best, at, hits := 0.0, 0.0, 0
	for i, x := range s {
		hits += x.Label
		if f := 2 * float64(hits) / float64(i+1+pos); f > best && i+1 < len(s) {
			best, at = f, (x.Score+s[i+1].Score)/2
		}
	}
	return at
}

func bestF1(s []Scored) float64 {
	c := slices.Clone(s)
	sort.Slice(c, func(i, j int) bool { return c[i].Score > c[j].Score })
	pos := 0
	for _, x := range c {
		pos += x.Label
	}
	best, hits := 0.0, 0
	for i, x := range c {
		hits += x.Label
		best = max(best, 2*float64(hits)/float64(i+1+pos))
	}
	return best
}

// noise makes facets as registers have them.
func noise(works []Work, rng *rand.Rand) []Work {
	out := slices.Clone(works)
	for i := range out {
		w := &out[i]
		if rng.Float64() < 0.2 {
			w.Audience = nil
		}
		if len(w.Audience) > 1 && rng.Float64() < 0.25 {
			w.Audience = w.Audience[:1]
		}
		if rng.Float64() < 0.3 {
			w.Exploitation = nil
		}
		if rng.Float64() < 0.2 {
			w.Commitments = nil
		}
		switch p := rng.Float64(); {
		case p < 0.12:
			w.Countries = nil
		case p < 0.35:
			w.Countries = []string{"EU"}
		}
		if p := rng.Float64(); p < 0.15 {
			w.Kind = ""
		} else if p < 0.4 {
			switch w.Kind {
			case "training":
				w.Kind = "event"
			case "event":
				w.Kind = "training"
			case "guidance":
				w.Kind = "tool"
			case "tool":
				w.Kind = "guidance"
			case "campaign":
				w.Kind = "guidance"
			case "data":
				w.Kind = "tool"
			case "research":
				w.Kind = "data"
			case "network":
				w.Kind = "event"
			case "policy":
				w.Kind = "guidance"
			}
		}
		if rng.Float64() < 0.4 {
			w.To = ""
		}
	}
	return out
}

func TestLab(t *testing.T) {
	if os.Getenv("LAB") == "" {
		t.Skip()
	}
	e, _ := New(Options{})
	works, pairs := corpus(t)
	rng := rand.New(rand.NewPCG(7, 7))
	var noisy [][]Work
	for s := 0; s < 4; s++ {
		noisy = append(noisy, noise(works, rng))
	}
	rows := gather(e, works, pairs, noisy, nil)
	names, signs := featureNames()
	all := []int{}
	for i := range names {
		all = append(all, i)
	}
	run := func(label string, use []int, ridge float64, reps int) {
		var ap, f1, bf, r3, hd, nap, nf1, nr3, pr, rc float64
		seeds := 2
		for s := 0; s < seeds; s++ {
			fold := folds(works, pairs, 5, uint64(s))
			c, n, _, h := crossValidate(works, rows, fold, 5, use, signs, ridge, reps)
			m, mn := Measure(c), Measure(n)
			ap += m.AveragePrecision
			f1 += m.F1
			bf += bestF1(c)
			r3 += m.RecallAt3
			hd += h
			pr += m.Precision
			rc += m.Recall
			nap += mn.AveragePrecision
			nf1 += mn.F1
			nr3 += mn.RecallAt3
		}
		k := float64(seeds)
		fmt.Printf("%-28s AP %.3f F1 %.3f (P %.2f R %.2f best %.3f) r3 %.3f hard %.3f | noisy AP %.3f F1 %.3f r3 %.3f\n", label, ap/k, f1/k, pr/k, rc/k, bf/k, r3/k, hd/k, nap/k, nf1/k, nr3/k)
	}
	run("all ridge 3 reps 0", all, 3, 0)
	run("all ridge 3 reps 3", all, 3, 3)
	for _, opt := range strings.Split(os.Getenv("LAB"), ",") {
		switch opt {
		case "ridge":
			for _, r := range []float64{0.3, 1, 10, 30} {
				run(fmt.Sprint("ridge ", r), all, r, 3)
			}
		case "ablate":
			for i, n := range names {
				use := slices.Delete(slices.Clone(all), i, i+1)
				run("without "+n, use, 3, 3)
			}
		case "hard":
			for _, h := range []float64{3, 10} {
				hardWeight = h
				run(fmt.Sprint("hard ", h), all, 3, 3)
			}
			hardWeight = 1
		}
	}
	if os.Getenv("DUMP") != "" {
		c, n, _, _ := crossValidate(works, rows, folds(works, pairs, 5, 0), 5, all, signs, 3, 3)
		f, _ := os.Create(os.Getenv("DUMP"))
		for i := range c {
			fmt.Fprintf(f, "%d %d %g %g %d\n", c[i].A, c[i].B, c[i].Score, n[i].Score, c[i].Label)
		}
		f.Close()
	}
	var train []row
	for _, r := range rows {
		if r.ok {
			train = append(train, row{r.x, float64(r.label), 1})
		}
	}
	m := learner{signs: signs, ridge: 3}.fit(train)
	for i, n := range names {
		fmt.Printf("%s %.2f  ", n, m.w[i])
	}
	fmt.Println(m.b)
}
