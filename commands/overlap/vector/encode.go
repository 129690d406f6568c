package vector

import (
	"math/bits"
	"math/rand/v2"
)

// Encoder makes codes of vectors of one width. The planes depend on the width
// alone, so that codes made at different times can be compared.
type Encoder struct {
	width, size int         // size is the width's next power of two
	flips       [][]float32 // for each round of signs, two rows of +1 and -1
}

// NewEncoder makes an encoder for vectors with width numbers, 1 or more.
func NewEncoder(width int) *Encoder {
	e := &Encoder{width: width, size: 1 << bits.Len(uint(width-1))}
	rng := rand.New(rand.NewPCG(2018, uint64(width)))
	for made := 0; made < Signs; made += e.size {
		for range 2 {
			row := make([]float32, e.size)
			for i := range row {
				row[i] = float32(rng.IntN(2)*2 - 1)
			}
			e.flips = append(e.flips, row)
		}
	}
	return e
}

// Encode turns the vector in space by flips of signs and Hadamard transforms,
// which is near to a random rotation and fast, and takes the signs.
func (e *Encoder) Encode(vec []float32) (c Code) {
	x := make([]float32, e.size)
	for made := 0; made < Signs; made += e.size {
		copy(x, vec)
		clear(x[len(vec):])
		for k := range 2 {
			for i, f := range e.flips[made/e.size*2+k] {
				x[i] *= f
			}
			hadamard(x)
		}
		for i := 0; i < e.size && made+i < Signs; i++ {
			if x[i] > 0 {
				c[(made+i)/64] |= 1 << ((made + i) % 64)
			}
		}
	}
	return c
}

// hadamard is the fast Walsh–Hadamard transform, not normalised.
func hadamard(x []float32) {
	for h := 1; h < len(x); h *= 2 {
		for i := 0; i < len(x); i += 2 * h {
			for j := i; j < i+h; j++ {
				x[j], x[j+h] = x[j]+x[j+h], x[j]-x[j+h]
			}
		}
	}
}
