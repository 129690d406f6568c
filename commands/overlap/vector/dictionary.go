package vector

import "hash/maphash"

// dictionary finds the rows of words. It holds no pointer for a word, so that
// it is made quickly and costs the garbage collector nothing.
type dictionary struct {
	text  string
	words []piece // by row
	slots []int32 // one more than a row, in the first free slot from its word's hash on; 0 for none
	seed  maphash.Seed
}

// piece is where a word lies in the text.
type piece struct{ from, to int }

// newDictionary has a row for each word of the text, in order. Of a word that
// is there twice the first row counts.
func newDictionary(text string, words []piece) *dictionary {
	size := 8
	for 7*size < 10*len(words) {
		size *= 2
	}
	d := &dictionary{text, words, make([]int32, size), maphash.MakeSeed()}
	for row, w := range words {
		if at := d.slot(text[w.from:w.to]); d.slots[at] == 0 {
			d.slots[at] = int32(row) + 1
		}
	}
	return d
}

// slot is where the word lies, or would.
func (d *dictionary) slot(word string) uint64 {
	mask := uint64(len(d.slots) - 1)
	at := maphash.String(d.seed, word) & mask
	for {
		row := d.slots[at]
		if row == 0 {
			return at
		}
		if w := d.words[row-1]; d.text[w.from:w.to] == word {
			return at
		}
		at = (at + 1) & mask
	}
}

// row gives the row of a word, or -1.
func (d *dictionary) row(word string) int32 { return d.slots[d.slot(word)] - 1 }
