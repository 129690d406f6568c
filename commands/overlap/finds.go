package overlap

import (
	"math"
	"sync"
	"sync/atomic"
)

// finds are what a search has found, and what is left to be searched. Two may
// work on them at once.
type finds struct {
	leave   int32 // the id of an activity that is left out beside p itself
	want    want
	seasons []bounded // those that may hold something
	next    [len(steps)]atomic.Int32
	bar     atomic.Uint64 // the limit

	mu     sync.Mutex // of what follows
	rivals rivals
	near   []candidate // the nearest of them, the nearest first
}

// limit is what a sum must pass to matter. What is found raises it.
func (f *finds) limit() float64 { return math.Float64frombits(f.bar.Load()) }

// turn gives the number of a step's next season, to each who asks another.
func (f *finds) turn(step int) int { return int(f.next[step].Add(1)) - 1 }

// crowd is how many activities near in time are worth a second processor. It is
// seldom so many but where an end is not known.
const crowd = 40_000

// crowded tells whether somebody waits for a search that two do sooner.
func (x *Index) crowded(f *finds) bool {
	n := 0
	for _, c := range f.seasons {
		n += len(c.entries)
	}
	return f.want.n > 0 && !f.want.flags && n >= x.crowd
}
