package lexicon

import "unicode/utf8"

// affixes are how words begin, or how they end. Nearly all that is asked for is
// none of them, which a bit by its hash tells without a look into the map.
type affixes struct {
	numbers map[string]int32 // by their folded letters
	ends    bool
	longest int // in bytes
	bits    [1 << 11]uint64
}

// note makes the affix known.
func (a *affixes) note(w string) {
	a.longest = max(a.longest, len(w))
	h := uint32(fnvBasis)
	for i := range len(w) {
		h = a.hash(h, w, i)
	}
	a.bits[h>>6%(1<<11)] |= 1 << (h % 64)
}

const (
	fnvBasis = 2166136261
	fnvPrime = 16777619
)

// hash takes the letter at distance i from the end where words are read from.
func (a *affixes) hash(h uint32, w string, i int) uint32 {
	if a.ends {
		i = len(w) - 1 - i
	}
	return (h ^ uint32(w[i])) * fnvPrime
}

// each calls f with the number and the length of every affix that the word has,
// the longest first.
func (a *affixes) each(w string, f func(number int32, size int)) {
	h := uint32(fnvBasis)
	var room [32]int
	maybe := room[:0]
	for i := range min(len(w), a.longest) {
		h = a.hash(h, w, i)
		if i+1 >= minAffix && a.bits[h>>6%(1<<11)]&(1<<(h%64)) != 0 {
			maybe = append(maybe, i+1)
		}
	}
	for i := len(maybe) - 1; i >= 0; i-- {
		if number, ok := a.numbers[a.cut(w, maybe[i])]; ok {
			f(number, maybe[i])
		}
	}
}

// cut gives so much of the word; nothing where that would part a letter.
func (a *affixes) cut(w string, size int) string {
	at, part := size, w[:size]
	if a.ends {
		at, part = len(w)-size, w[len(w)-size:]
	}
	if at < len(w) && !utf8.RuneStart(w[at]) {
		return ""
	}
	return part
}
