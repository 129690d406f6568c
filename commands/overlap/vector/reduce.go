package vector

import (
	"math"
	"math/rand/v2"
)

// rounds is how often the directions are sharpened.
const rounds = 60

// evening draws the directions nearer to each other in strength: each is
// divided by its variance to this power. In full (0.5) all would count alike,
// also those that hold chance; at 0 the strongest drown the others.
const evening = 0.25

// reach is how many times the root mean square of all numbers the largest
// number stands for; what lies further out is cut.
const reach = 5

// Reduce makes codes of vectors: data holds them one after the other, each
// with width numbers, with their mean taken away. The directions are the
// strongest ones of the vectors in sample. A narrower source fills the first
// numbers of each code only.
func Reduce(data []float32, width int, sample []int) []Code {
	dirs := strongest(covariance(data, width, sample), width, min(width, Width))
	n := len(data) / width
	flat, square := make([]float32, n*len(dirs)), 0.0
	for i := range n {
		for k, dir := range dirs {
			x := dot(data[i*width:(i+1)*width], dir)
			flat[i*len(dirs)+k] = float32(x)
			square += x * x
		}
	}
	codes := make([]Code, n)
	if square == 0 {
		return codes
	}
	scale := 127 / (reach * math.Sqrt(square/float64(len(flat))))
	for i := range codes {
		for k := range dirs {
			codes[i][k] = int8(max(-127, min(127, math.Round(scale*float64(flat[i*len(dirs)+k])))))
		}
	}
	return codes
}

// covariance of the vectors in the sample, row by row.
func covariance(data []float32, width int, sample []int) []float64 {
	c := make([]float64, width*width)
	for _, s := range sample {
		v := data[s*width : (s+1)*width]
		for i, x := range v {
			row := c[i*width : (i+1)*width]
			for j, y := range v[:i+1] {
				row[j] += float64(x * y)
			}
		}
	}
	for i := range width {
		for j := range i {
			c[j*width+i] = c[i*width+j]
		}
	}
	return c
}

// strongest finds the n strongest directions by orthogonal iteration, and
// brings each to the length that evening asks for.
func strongest(c []float64, width, n int) [][]float64 {
	rng := rand.New(rand.NewPCG(2018, uint64(width)))
	dirs := make([][]float64, n)
	for k := range dirs {
		dirs[k] = make([]float64, width)
		for i := range dirs[k] {
			dirs[k][i] = rng.NormFloat64()
		}
	}
	strength := make([]float64, n)
	for range rounds {
		for k := range dirs {
			next := make([]float64, width)
			for i := range next {
				next[i] = dotWide(c[i*width:(i+1)*width], dirs[k])
			}
			dirs[k] = next
			strength[k] = straighten(dirs, k)
		}
	}
	for k, dir := range dirs {
		long := 0.0
		if strength[k] > strength[0]*1e-9 {
			long = math.Pow(strength[k]/strength[0], -evening)
		}
		for i := range dir {
			dir[i] *= long
		}
	}
	return dirs
}

// straighten makes direction k orthogonal to those before it and of length
// one, and gives the length that it had.
func straighten(dirs [][]float64, k int) float64 {
	v := dirs[k]
	for _, u := range dirs[:k] {
		d := dotWide(u, v)
		for i := range v {
			v[i] -= d * u[i]
		}
	}
	length := math.Sqrt(dotWide(v, v))
	for i := range v {
		v[i] /= max(length, math.SmallestNonzeroFloat32)
	}
	return length
}

func dot(a []float32, b []float64) float64 {
	sum := 0.0
	for i, x := range a {
		sum += float64(x) * b[i]
	}
	return sum
}

func dotWide(a, b []float64) float64 {
	sum := 0.0
	for i, x := range a {
		sum += x * b[i]
	}
	return sum
}
