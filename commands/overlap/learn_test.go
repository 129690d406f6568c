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

// fit takes Newton steps, each the best within the signs by the curvature where
// it starts.
func (l learner) fit(rows []row) fitted {
	n := len(rows[0].x)
	mean, sd := moments(rows, n)
	prior := make([]float64, n+1)
	for j := range l.prior {
		prior[j] = l.prior[j] * sd[j]
	}
	w := make([]float64, n+1) // the last is the bias
	w[n] = -4
	loss := l.loss(rows, w, prior, mean, sd)
	for range 40 {
		g, h := slope(rows, w, mean, sd)
		for j := range n {
			g[j] += l.ridge * (w[j] - prior[j])
			h[j][j] += l.ridge
		}
		next, better := w, loss
		for d, share := l.step(w, g, h), 1.0; share > 1e-3; share /= 2 {
			next = along(w, d, share)
			if better = l.loss(rows, next, prior, mean, sd); better < loss {
				break
			}
		}
		if better > loss-1e-5 {
			break
		}
		w, loss = next, better
	}
	f := fitted{w: w[:n], b: w[n]}
	for j := range f.w {
		f.w[j] /= sd[j]
		f.b -= f.w[j] * mean[j]
	}
	return f
}

// slope gives the gradient and the curvature of the loss at w.
func slope(rows []row, w, mean, sd []float64) (g []float64, h [][]float64) {
	n := len(mean)
	g, h = make([]float64, n+1), make([][]float64, n+1)
	for j := range h {
		h[j] = make([]float64, n+1)
	}
	v := make([]float64, n+1)
	v[n] = 1
	for _, r := range rows {
		z := w[n]
		for j, x := range r.x {
			v[j] = (x - mean[j]) / sd[j]
			z += w[j] * v[j]
		}
		p := logistic(z)
		for j := range v {
			g[j] += r.weight * (p - r.y) * v[j]
			c := r.weight * p * (1 - p) * v[j]
			for k := range j + 1 {
				h[j][k] += c * v[k]
			}
		}
	}
	for j := range h {
		h[j][j] += 1e-9
		for k := range j {
			h[k][j] = h[j][k]
		}
	}
	return g, h
}

// loss is what fit makes least.
func (l learner) loss(rows []row, w, prior, mean, sd []float64) float64 {
	n, sum := len(mean), 0.0
	for _, r := range rows {
		z := w[n]
		for j, x := range r.x {
			z += w[j] * (x - mean[j]) / sd[j]
		}
		sum += r.weight * (max(z, 0) - r.y*z + math.Log1p(math.Exp(-math.Abs(z))))
	}
	for j := range n {
		sum += l.ridge / 2 * (w[j] - prior[j]) * (w[j] - prior[j])
	}
	return sum
}

// along goes a share of the way d from w.
func along(w, d []float64, share float64) []float64 {
	out := slices.Clone(w)
	for j := range out {
		out[j] += share * d[j]
	}
	return out
}

// step gives the way from w to the least of the parabola with the gradient g
// and the curvature h, within the signs.
func (l learner) step(w, g []float64, h [][]float64) []float64 {
	d := make([]float64, len(w))
	for range 200 {
		most := 0.0
		for j := range w {
			s := g[j]
			for k, x := range d {
				s += h[j][k] * x
			}
			next := d[j] - s/h[j][j]
			if j < len(l.signs) && l.signs[j] > 0 {
				next = max(-w[j], next)
			} else if j < len(l.signs) && l.signs[j] < 0 {
				next = min(-w[j], next)
			}
			most = max(most, math.Abs(next-d[j]))
			d[j] = next
		}
		if most < 1e-6 {
			break
		}
	}
	return d
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
