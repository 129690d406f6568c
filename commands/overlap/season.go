package overlap

import (
	"sync"

	"thbot/commands/overlap/vector"
	"thbot/store/date"
	"thbot/store/statement/place"
)

// season holds the activities that begin in one quarter of a year and end in
// one, side by side in memory: a search looks at all of them, or at none.
type season struct {
	span
	entries []entry
	means   []vector.Mean // of the texts, in the order of entries
	details []detail      // in the same order
	first   date.Day      // the earliest
	last    date.Day      // the latest
}

// span tells seasons apart: the quarters of the first and the last day.
type span struct{ from, to date.Day }

// quarter is the length of a season's ends, in days.
const quarter = 91

func spanOf(p *profile) span { return span{p.first / quarter, p.until() / quarter} }

// entry is what a search reads of every activity.
type entry struct {
	countries, where       uint64   // a bit for each country, some sharing one; all where none is known
	ideas                  uint64   // a bit for each idea, some sharing one
	first, last            date.Day // the earliest and the latest possible where they are not known
	agency                 uint32
	audiences, kinds, aims uint16  // their numbers
	places                 uint16  // how many countries can be in common, see placesOf
	tail                   float32 // of the mean
}

func (x *Index) entry(p *profile) entry {
	return entry{countries: countryBits(p.countries), where: countryBits(p.where), ideas: ideaBits(p.ideas),
		places: placesOf(&p.where), first: p.first, last: p.until(), agency: p.agency, tail: p.mean.Tail(),
		audiences: x.audiences.number(p.wardKey), kinds: x.kinds.number(p.cellKey), aims: x.aims.number(p.aimKey)}
}

// detail is what a search reads of those that come near.
type detail struct {
	profile *profile
	rivals  remembered // see recall
}

// spot is where an activity lies.
type spot struct {
	season *season
	i      int32
}

// season finds or makes the season of the activity, and widens its bounds so
// that they hold for it too.
func (x *Index) season(p *profile) *season {
	s := x.find[spanOf(p)]
	if s == nil {
		s = &season{span: spanOf(p), first: p.first, last: p.until()}
		x.find[s.span], x.seasons = s, append(x.seasons, s)
	}
	s.first, s.last = min(s.first, p.first), max(s.last, p.until())
	return s
}

// add puts the activity into its season, and tells where it lies.
func (x *Index) add(p *profile) spot {
	s := x.season(p)
	s.entries = append(s.entries, x.entry(p))
	s.means = append(s.means, p.mean)
	s.details = append(s.details, detail{profile: p})
	return spot{s, int32(len(s.entries) - 1)}
}

// take removes what lies at the spot and gives the id of the activity that has
// moved there, or its own.
func (s spot) take() int32 {
	in := s.season
	last := len(in.entries) - 1
	in.entries[s.i], in.means[s.i], in.details[s.i] = in.entries[last], in.means[last], in.details[last]
	moved := in.details[last].profile.id
	in.details[last] = detail{}
	in.entries, in.means, in.details = in.entries[:last], in.means[:last], in.details[:last]
	return moved
}

// reserve makes room for many activities at once.
func (x *Index) reserve(all []profile) {
	more := map[*season]int{}
	for i := range all {
		more[x.season(&all[i])]++
	}
	for s, n := range more {
		s.entries = append(make([]entry, 0, len(s.entries)+n), s.entries...)
		s.means = append(make([]vector.Mean, 0, len(s.means)+n), s.means...)
		s.details = append(make([]detail, 0, len(s.details)+n), s.details...)
	}
}

// mostPlaces is how many countries are told apart by their number.
const mostPlaces = 31

// placesOf is the number of countries, none where they cannot be in common with
// others: where none is known, or the whole EU is meant.
func placesOf(s *place.Set) uint16 {
	if everywhere(s) {
		return 0
	}
	return uint16(min(s.Len(), mostPlaces))
}

// ideaBits gives each idea one of 64 bits.
func ideaBits(ideas []idea) uint64 {
	bits := uint64(0)
	for _, i := range ideas {
		bits |= 1 << (i.concept % 64)
	}
	return bits
}

// countryBits gives each country one of 64 bits; all when none is known, since
// what is not known is apart from nothing.
func countryBits(s place.Set) uint64 {
	switch s {
	case place.Set{}:
		return ^uint64(0)
	case place.Union(): // by far the most frequent
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
