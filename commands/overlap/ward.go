package overlap

import (
	"math"
	"sync"

	"thbot/commands/overlap/vector"
	"thbot/store/date"
	"thbot/store/statement/place"
)

// year holds the activities that begin in one year, so that a search passes
// over the years that are too far away. Those without a last day lie apart,
// since they are near to all that comes later.
type year struct {
	number int16           // 0 for those whose first day is not known
	open   bool            // no last day is known
	heads  []head          // of the wards, side by side: a search looks at them all
	wards  []ward          // in the order of heads
	find   map[int32]int32 // from the number of the audiences to the ward
	first  date.Day        // the earliest
	reach  date.Day        // the latest
}

// head is what a search reads of a ward before it goes in.
type head struct {
	audience int32 // the number of its audiences, given and named
}

// ward holds activities of one year with the same audiences.
type ward struct {
	entries []entry
	details []detail // in the order of entries
}

// entry is what a search reads of every activity in a ward.
type entry struct {
	first, reach     date.Day // the earliest and the latest possible where they are not known
	countries, where uint64   // a bit for each country, some sharing one
	ideas            uint64   // a bit for each idea, some sharing one
	kinds            int32    // the number of its kinds, given and named
}

// detail is what a search reads of those that come near.
type detail struct {
	mean    vector.Mean
	profile *profile
}

// wardKey are the audiences that are given, and with them those that the text
// names; cellKey the kinds of work.
type (
	wardKey struct{ audience, says mask }
	cellKey struct{ kind, does mask }
)

// spot is where an activity lies.
type spot struct {
	year    *year
	ward, i int32
}

// keys numbers the different values that activities have of a key. A value
// keeps its number when nobody has it any more: there are few.
type keys[K comparable] struct {
	numbers map[K]int32
	all     []K
}

func (k *keys[K]) number(v K) int32 {
	n, ok := k.numbers[v]
	if !ok {
		if k.numbers == nil {
			k.numbers = map[K]int32{}
		}
		n = int32(len(k.all))
		k.numbers[v], k.all = n, append(k.all, v)
	}
	return n
}

// room finds or makes the ward of the activity, and widens its bounds and
// those of its year so that they hold for it too.
func (x *Index) room(p *profile) (*year, int32) {
	y := x.year(p)
	audience := x.audiences.number(p.wardKey)
	i, ok := y.find[audience]
	if !ok {
		i = int32(len(y.wards))
		y.find[audience] = i
		y.heads, y.wards = append(y.heads, head{audience}), append(y.wards, ward{})
	}
	return y, i
}

func (x *Index) year(p *profile) *year {
	number, open := yearOf(p.first), !p.reach.Known()
	for _, y := range x.years {
		if y.number == number && y.open == open {
			y.first, y.reach = min(y.first, p.first), max(y.reach, p.latest())
			return y
		}
	}
	y := &year{number: number, open: open, find: map[int32]int32{}, first: p.first, reach: p.latest()}
	x.years = append(x.years, y)
	return y
}

func yearOf(d date.Day) int16 {
	if !d.Known() {
		return 0
	}
	year, _, _ := d.Civil()
	return int16(year)
}

// latest is how far the activity reaches; where that is not known, to the end
// of days. The first day needs no such care: None is before every other.
func (p *profile) latest() date.Day {
	if !p.reach.Known() {
		return math.MaxInt32
	}
	return p.reach
}

// add puts the activity into its ward, and tells where it lies.
func (x *Index) add(p *profile) spot {
	y, i := x.room(p)
	w := &y.wards[i]
	w.entries = append(w.entries, entry{first: p.first, reach: p.latest(), countries: countryBits(p.countries), where: countryBits(p.where),
		ideas: ideaBits(p.ideas), kinds: x.kinds.number(p.cellKey)})
	w.details = append(w.details, detail{p.mean, p})
	return spot{y, i, int32(len(w.entries) - 1)}
}

// take removes what lies at the spot and gives the id of the activity that has
// moved there, or its own.
func (s spot) take() int32 {
	w := &s.year.wards[s.ward]
	last := len(w.entries) - 1
	w.entries[s.i], w.details[s.i] = w.entries[last], w.details[last]
	moved := w.details[last].profile.id
	w.details[last] = detail{}
	w.entries, w.details = w.entries[:last], w.details[:last]
	return moved
}

// reserve makes room for many activities at once, ward beside ward, so that a
// search walks through the memory of a year from one end to the other.
func (x *Index) reserve(all []profile) {
	more := map[*year][]int{}
	for i := range all {
		y, w := x.room(&all[i])
		for len(more[y]) <= int(w) {
			more[y] = append(more[y], 0)
		}
		more[y][w]++
	}
	for y, counts := range more {
		total := 0
		for i, n := range counts {
			total += n + len(y.wards[i].entries)
		}
		entries, details := make([]entry, total), make([]detail, total)
		for i, n := range counts {
			w := &y.wards[i]
			had := len(w.entries)
			copy(entries, w.entries)
			copy(details, w.details)
			w.entries, entries = entries[:had:had+n], entries[had+n:]
			w.details, details = details[:had:had+n], details[had+n:]
		}
	}
}

// ideaBits gives each idea one of 64 bits.
func ideaBits(ideas []idea) uint64 {
	bits := uint64(0)
	for _, i := range ideas {
		bits |= 1 << (i.concept % 64)
	}
	return bits
}

// countryBits gives each country one of 64 bits; 0 when none is known.
func countryBits(s place.Set) uint64 {
	if s == place.Union() { // by far the most frequent
		return unionBits()
	}
	return codeBits(s)
}

var unionBits = sync.OnceValue(func() uint64 { return codeBits(place.Union()) })

func codeBits(s place.Set) uint64 {
	bits := uint64(0)
	for _, code := range s.Codes() {
		bits |= 1 << (hash(code) % 64)
	}
	return bits
}
