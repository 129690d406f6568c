package overlap

import (
	"math"
	"math/rand/v2"
	"slices"
)

// row is one pair for training.
type row struct {
	x      []float64
	y      float64
	weight float64
}

// learner fits a logistic regression with a ridge and fixed signs.
type learner struct {
	signs []int // +1: the weight may not fall below 0; -1: not rise above it; 0: free
	ridge float64
	prior []float64 // in units of the raw feature; nil for none
}

// fitted weighs standardised features.
type fitted struct {
	w []float64
	b float64
}

// fit uses projected Newton steps, coordinate by coordinate.
func (l learner) fit(rows []row) fitted {
	n := len(rows[0].x)
	mean, sd := moments(rows, n)
	w, b := make([]float64, n), -4.0
	prior := make([]float64, n)
	for j := range l.prior {
		prior[j] = l.prior[j] * sd[j]
	}
	z := make([]float64, len(rows))
	for i := range z {
		z[i] = b
	}
	for round := 0; round < 60; round++ {
		moved := 0.0
		for j := -1; j < n; j++ {
			g, h := 0.0, 1e-9
			for i := range rows {
				p := 1 / (1 + math.Exp(-z[i]))
				v := 1.0
				if j >= 0 {
					v = (rows[i].x[j] - mean[j]) / sd[j]
				}
				g += rows[i].weight * (p - rows[i].y) * v
				h += rows[i].weight * p * (1 - p) * v * v
			}
			var d float64
			if j < 0 {
				d = -g / h
			} else {
				g, h = g+l.ridge*(w[j]-prior[j]), h+l.ridge
				next := w[j] - g/h
				if l.signs[j] > 0 {
					next = max(0, next)
				} else if l.signs[j] < 0 {
					next = min(0, next)
				}
				d = next - w[j]
			}
			d = max(-1, min(1, d))
			if math.Abs(d) < 1e-4 {
				continue
			}
			moved = max(moved, math.Abs(d))
			if j < 0 {
				b += d
			} else {
				w[j] += d
			}
			for i := range rows {
				if j < 0 {
					z[i] += d
				} else {
					z[i] += d * (rows[i].x[j] - mean[j]) / sd[j]
				}
			}
		}
		if moved < 2e-3 {
			break
		}
	}
	for j := range w {
		w[j] /= sd[j]
		b -= w[j] * mean[j]
	}
	return fitted{w, b}
}

func moments(rows []row, n int) (mean, sd []float64) {
	mean, sd = make([]float64, n), make([]float64, n)
	for _, r := range rows {
		for j, v := range r.x {
			mean[j] += v / float64(len(rows))
		}
	}
	for _, r := range rows {
		for j, v := range r.x {
			sd[j] += (v - mean[j]) * (v - mean[j]) / float64(len(rows))
		}
	}
	for j := range sd {
		sd[j] = max(1e-6, math.Sqrt(sd[j]))
	}
	return mean, sd
}

// clusters gives each activity the number of its connected component of
// labelled pairs; one without labelled pairs is its own.
func clusters(works []Work, pairs []Pair) map[int]int {
	root := map[int]int{}
	for _, w := range works {
		root[w.ID] = w.ID
	}
	var find func(int) int
	find = func(i int) int {
		if root[i] != i {
			root[i] = find(root[i])
		}
		return root[i]
	}
	for _, p := range pairs {
		root[find(p.A)] = find(p.B)
	}
	out := map[int]int{}
	for id := range root {
		out[id] = find(id)
	}
	return out
}

// folds deals the clusters into n folds, the same for the same seed.
func folds(works []Work, of map[int]int, n int, seed uint64) map[int]int {
	var roots []int
	for _, r := range of {
		roots = append(roots, r)
	}
	slices.Sort(roots)
	roots = slices.Compact(roots)
	rng := rand.New(rand.NewPCG(seed, 1))
	rng.Shuffle(len(roots), func(i, j int) { roots[i], roots[j] = roots[j], roots[i] })
	size := map[int]int{}
	for _, r := range of {
		size[r]++
	}
	slices.SortStableFunc(roots, func(a, b int) int { return size[b] - size[a] })
	load := make([]int, n)
	fold := map[int]int{}
	for _, r := range roots {
		k := 0
		for i := range load {
			if load[i] < load[k] {
				k = i
			}
		}
		fold[r] = k
		load[k] += size[r]
	}
	out := map[int]int{}
	for id, r := range of {
		out[id] = fold[r]
	}
	return out
}
