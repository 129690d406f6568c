package place

import "math/bits"

// Set is a set of countries. Sets compare with ==, and the zero Set is empty.
type Set struct{ bits [4]uint64 }

func (s *Set) add(i int) { s.bits[i/64] |= 1 << (i % 64) }

// Union gives the countries of either.
func (s Set) Union(t Set) Set {
	for i := range s.bits {
		s.bits[i] |= t.bits[i]
	}
	return s
}

// Minus gives the countries of s that are not in t.
func (s Set) Minus(t Set) Set {
	for i := range s.bits {
		s.bits[i] &^= t.bits[i]
	}
	return s
}

// Intersect gives the countries of both.
func (s Set) Intersect(t Set) Set {
	for i := range s.bits {
		s.bits[i] &= t.bits[i]
	}
	return s
}

// Intersects tells whether the sets share a country.
func (s Set) Intersects(t Set) bool { return s.Intersect(t) != Set{} }

// Contains tells whether every country of t is in s.
func (s Set) Contains(t Set) bool { return t.Minus(s) == Set{} }

// Has tells whether the country of the ISO code is in the set.
func (s Set) Has(code string) bool {
	i, ok := gazetteer().country(code)
	return ok && s.bits[i/64]&(1<<(i%64)) != 0
}

// Len counts the countries.
func (s Set) Len() int {
	n := 0
	for _, b := range s.bits {
		n += bits.OnesCount64(b)
	}
	return n
}

// Codes gives the ISO codes in alphabetical order.
func (s Set) Codes() []string {
	codes := make([]string, 0, s.Len())
	for i, b := range s.bits {
		for ; b != 0; b &= b - 1 {
			codes = append(codes, gazetteer().places[i*64+bits.TrailingZeros64(b)].Code)
		}
	}
	return codes
}
