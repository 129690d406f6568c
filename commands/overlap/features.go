package overlap

import (
	"math"

	"thbot/store/date"
	"thbot/store/statement/place"
)

// What is measured of a pair. Every feature is the same in either order.
const (
	fMeaning         = iota // cosine of the two texts' mean vectors
	fConcepts               // cosine of the concepts
	fAudience               // the audiences that both give, shared
	fAudienceApart          // no audience in common, nor in what the texts say
	fAudienceDiffers        // no audience in common among those given
	fPlaceApart             // no country in common
	fWhereApart             // none, once the texts are heard where the facet says nothing or everywhere
	fPlace                  // the countries in common where neither is everywhere
	fKind                   // the same kind of work, a half for near kinds
	fKindApart              // kinds that are neither
	fDoes                   // the same kind, with the kinds that the texts name
	fCauseApart             // only one of them speaks of exploitation, or of those who suffer it
	fExploitation
	fExploitationApart
	fCommitments
	fCommitmentsApart
	fPeriod // 1 for periods that overlap, falling to 0 at a year between them
	fPhases // two stages of one work
	nFeatures
)

var featureNames = [nFeatures]string{"meaning", "concepts", "audience", "audience apart",
	"audience differs", "place apart", "where apart", "place", "kind", "kind apart", "does", "cause apart", "exploitation", "exploitation apart",
	"commitments", "commitments apart", "period", "phases"}

// features of one pair.
type features [nFeatures]float64

// measure fills in all features of a pair.
func (e *Engine) measure(a, b *profile, f *features) {
	e.facets(a, b, f)
	e.glance(a, b, f)
}

// facets measures what costs next to nothing.
func (e *Engine) facets(a, b *profile, f *features) {
	f.put(wardFeatures, a.wardKey.compare(b.wardKey))
	e.places(a, b, f)
	f.put(cellFeatures, a.cellKey.compare(b.cellKey))
	f.put(aimFeatures, a.aimKey.compare(b.aimKey))
	f[fPeriod] = closeness(a, b)
	f[fPhases] = phases(&a.stage, &b.stage)
}

func (e *Engine) places(a, b *profile, f *features) {
	f[fPlaceApart] = apart(&a.countries, &b.countries)
	f[fPlace] = together(&a.where, &b.where)
	f[fWhereApart] = apart(&a.where, &b.where)
}

// glance measures the texts as wholes.
func (e *Engine) glance(a, b *profile, f *features) {
	f[fMeaning] = a.likeness(b)
	f[fConcepts] = compareIdeas(a.ideas, b.ideas)
}

// likeness is the cosine of the two texts' mean vectors, 0 at least and where
// one of them says nothing.
func (p *profile) likeness(q *profile) float64 {
	if p.mute || q.mute {
		return 0
	}
	return max(0, p.mean.Cosine(&q.mean))
}

// sets compares two sets of terms: how much they share, and whether they have
// nothing in common. A missing one is unknown: neither.
func sets(a, b mask) (shared, apart float64) {
	switch {
	case a == 0 || b == 0:
		return 0, 0
	case a&b == 0:
		return 0, 1
	}
	return cosine(a, b), 0
}

func cosine(a, b mask) float64 {
	return float64((a & b).count()) / math.Sqrt(float64(a.count()*b.count()))
}

// apart is 1 when both sets are known and share no country.
func apart(a, b *place.Set) float64 {
	if *a == (place.Set{}) || *b == (place.Set{}) || a.Intersects(*b) {
		return 0
	}
	return 1
}

// together is the share of countries in common where both are known and
// neither holds the whole EU.
func together(a, b *place.Set) float64 {
	both := a.Intersect(*b).Len()
	if both == 0 || everywhere(a) || everywhere(b) {
		return 0
	}
	return float64(both) / math.Sqrt(float64(a.Len()*b.Len()))
}

// everywhere tells whether the set holds the whole EU.
func everywhere(s *place.Set) bool { return s.Contains(place.Union()) }

// nearKinds gives, for each kind by its bit, those by which other agencies
// call the same thing: a webinar is a training to one and an event to the
// other.
var nearKinds = func() (near [64]mask) {
	for _, pair := range [][2]string{{"training", "event"}, {"guidance", "tool"}, {"guidance", "campaign"}, {"guidance", "policy"},
		{"data", "tool"}, {"research", "data"}, {"research", "policy"}, {"network", "event"}, {"event", "representation"},
		{"training", "guidance"}, {"training", "support"}, {"event", "campaign"}, {"tool", "campaign"}} {
		a, b := kinds.bit(pair[0]), kinds.bit(pair[1])
		near[a.bit()] |= b
		near[b.bit()] |= a
	}
	return near
}()

// near gives the kinds that are near to any of those given.
func near(kinds mask) (all mask) {
	for ; kinds != 0; kinds &= kinds - 1 {
		all |= nearKinds[kinds.bit()]
	}
	return all
}

// compareKinds gives 1 where the kinds meet, a half for near ones; apart is 1
// for kinds that are neither. What is not known is neither.
func compareKinds(a, nearToA, b mask) (same, apart float64) {
	switch {
	case a == 0 || b == 0:
		return 0, 0
	case a&b != 0:
		return 1, 0
	case nearToA&b != 0:
		return 0.5, 0
	}
	return 0, 1
}

// closeness falls from 1 for periods that overlap to 0 at a year between them.
func closeness(a, b *profile) float64 {
	return nearness(max(0, apartBy(a.first, b.until()), apartBy(b.first, a.until())))
}

// apartBy is by how many days the first follows the last, less than 0 where it
// does not.
func apartBy(first, last date.Day) int { return int(first) - int(last) }

func nearness(days int) float64 { return max(0, 1-float64(days)/366) }

// until is the last day; where it is not known, the end of days. The first day
// needs no such care, since None is before every other.
func (p *profile) until() date.Day {
	if !p.last.Known() {
		return math.MaxInt32
	}
	return p.last
}

// nearAudiences gives, for each audience by its bit, those that other agencies
// give for the same readers.
var nearAudiences = func() (near [64]mask) {
	for _, pair := range [][2]string{{"victims", "migrants"}, {"victims", "women-girls"}, {"victims", "children"}, {"social-services", "ngos"}, {"recruitment-agencies", "private-sector"}, {"private-sector", "trade-unions"}, {"public", "migrants"}, {"public", "children"}, {"public", "women-girls"}, {"health", "social-services"}} {
		a, b := audiences.bit(pair[0]), audiences.bit(pair[1])
		near[a.bit()] |= b
		near[b.bit()] |= a
	}
	return near
}()

// akin gives the audiences that are near to any of those given.
func akin(audiences mask) (all mask) {
	for ; audiences != 0; audiences &= audiences - 1 {
		all |= nearAudiences[audiences.bit()]
	}
	return all
}
