package overlap

import (
	"bufio"
	_ "embed"
	"encoding/binary"
	"errors"
	"math"
	"os"
	"strconv"
	"strings"
	"sync"

	"thbot/store/fault"
)

// dims is the number of dimensions of the built-in vectors.
const dims = 100

//go:embed data/vectors.bin
var vectorData []byte

// vectors are word vectors of length one in int8, 254 standing for one.
type vectors struct {
	rows  map[string]int32
	rank  []int32 // place in general English by frequency, 0 the most frequent
	data  []int8  // row by row
	width int
}

// builtinVectors reads the vectors in the binary, once for all engines.
var builtinVectors = sync.OnceValue(func() *vectors {
	v, err := readCut(vectorData)
	if err != nil {
		panic("overlap: the built-in vectors are damaged: " + err.Error())
	}
	return v
})

// readCut reads the format that the tool in cut writes.
func readCut(b []byte) (*vectors, error) {
	const magic = "THBVEC1\n"
	if len(b) < len(magic)+8 || string(b[:len(magic)]) != magic {
		return nil, errors.New("not a file of word vectors")
	}
	b = b[len(magic):]
	width, n := int(binary.LittleEndian.Uint32(b)), int(binary.LittleEndian.Uint32(b[4:]))
	b = b[8:]
	if width != dims || len(b) < 4*n+4 {
		return nil, errors.New("cut short")
	}
	v := &vectors{rows: make(map[string]int32, n), rank: make([]int32, n), width: width}
	for i := range v.rank {
		v.rank[i] = int32(binary.LittleEndian.Uint32(b[4*i:]))
	}
	b = b[4*n:]
	size := int(binary.LittleEndian.Uint32(b))
	b = b[4:]
	if len(b) != size+n*width {
		return nil, errors.New("cut short")
	}
	words := string(b[:size])
	for i := range n {
		w, rest, _ := strings.Cut(words, "\n")
		v.rows[w], words = int32(i), rest
	}
	v.data = signed(b[size:])
	return v, nil
}

// signed copies bytes as signed numbers.
func signed(b []byte) []int8 {
	out := make([]int8, len(b))
	for i, x := range b {
		out[i] = int8(x)
	}
	return out
}

// row gives the vector of a row, or nil for -1.
func (v *vectors) row(i int32) []int8 {
	if i < 0 {
		return nil
	}
	return v.data[int(i)*v.width : (int(i)+1)*v.width : (int(i)+1)*v.width]
}

// maxOwnWords is how many words of an operator's vector file are kept, the
// first ones, which are the most frequent in the usual files.
const maxOwnWords = 400_000

// loadVectors reads an operator's file in word2vec's text format: a first line
// with the number of words and of dimensions, then a word and its numbers on
// each line. Words may be of any language.
func loadVectors(path string) (*vectors, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, badVectors(path, 0, "I could not open it", err)
	}
	defer f.Close()
	in := bufio.NewScanner(f)
	in.Buffer(make([]byte, 1<<16), 1<<20)
	own, err := readVectors(in, path)
	if err != nil {
		return nil, err
	}
	own.centre()
	return own.vectors(), nil
}

// rawVectors are an operator's vectors before they are centred and cut.
type rawVectors struct {
	words []string
	data  []float32
	width int
}

func readVectors(in *bufio.Scanner, path string) (*rawVectors, error) {
	if !in.Scan() {
		return nil, badVectors(path, 1, "the file is empty", in.Err())
	}
	head := strings.Fields(in.Text())
	if len(head) != 2 {
		return nil, badVectors(path, 1, "the first line must hold the number of words and of dimensions", nil)
	}
	n, err1 := strconv.Atoi(head[0])
	width, err2 := strconv.Atoi(head[1])
	if err1 != nil || err2 != nil || n < 1 || width < 2 || width > 2048 {
		return nil, badVectors(path, 1, "the first line must hold the number of words and of dimensions", nil)
	}
	raw := &rawVectors{width: width}
	for line := 2; in.Scan() && len(raw.words) < maxOwnWords; line++ {
		fields := strings.Fields(in.Text())
		if len(fields) == 0 {
			continue
		}
		if len(fields) != width+1 {
			return nil, badVectors(path, line, "a word and "+strconv.Itoa(width)+" numbers were expected", nil)
		}
		for _, s := range fields[1:] {
			x, err := strconv.ParseFloat(s, 32)
			if err != nil || math.IsNaN(x) || math.IsInf(x, 0) {
				return nil, badVectors(path, line, "one of the numbers cannot be read", err)
			}
			raw.data = append(raw.data, float32(x))
		}
		raw.words = append(raw.words, strings.ToLower(fields[0]))
	}
	if err := in.Err(); err != nil {
		return nil, badVectors(path, len(raw.words)+2, "it could not be read to the end", err)
	}
	if want := min(n, maxOwnWords); len(raw.words) < want {
		return nil, badVectors(path, len(raw.words)+2, "it ends before the "+head[0]+" words of its first line", nil)
	}
	return raw, nil
}

// centre takes away the mean, since uncentred vectors are all alike.
func (r *rawVectors) centre() {
	mean := make([]float64, r.width)
	for i, x := range r.data {
		mean[i%r.width] += float64(x)
	}
	for i := range r.data {
		r.data[i] -= float32(mean[i%r.width] / float64(len(r.words)))
	}
}

// vectors cuts to one byte a dimension.
func (r *rawVectors) vectors() *vectors {
	v := &vectors{rows: make(map[string]int32, len(r.words)), width: r.width, data: make([]int8, len(r.data)), rank: make([]int32, len(r.words))}
	for i, w := range r.words {
		if _, seen := v.rows[w]; !seen {
			v.rows[w] = int32(i)
		}
		v.rank[i] = int32(i)
		row := r.data[i*r.width : (i+1)*r.width]
		norm := 0.0
		for _, x := range row {
			norm += float64(x) * float64(x)
		}
		scale := 254 / max(math.Sqrt(norm), 1e-9)
		for d, x := range row {
			v.data[i*r.width+d] = int8(max(-127, min(127, math.Round(float64(x)*scale))))
		}
	}
	return v
}

// badVectors is the fault about an operator's vector file.
func badVectors(path string, line int, what string, cause error) error {
	f := fault.New(fault.Invalid, "The word vectors in %s, line %d: %s.", path, line, what)
	f.Err = cause
	return f
}
