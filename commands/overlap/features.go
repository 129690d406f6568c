package overlap

import (
	"math"

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
	fKind                   // the same kind of work, a half for near kinds
	fKindApart              // kinds that are neither
	fDoes                   // the same kind, with the kinds that the texts name
	fExploitation
	fExploitationApart
	fCommitments
	fPeriod // 1 for periods that overlap, falling to 0 at a year between them
	fPhases // two stages of one work
	nFeatures
)

var featureNames = [nFeatures]string{"meaning", "concepts", "audience", "audience apart",
	"audience differs", "place apart", "where apart", "kind", "kind apart", "does", "exploitation", "exploitation apart",
	"commitments", "period", "phases"}

// features of one pair.
type features [nFeatures]float64

// measure fills in all features of a pair.
func (e *Engine) measure(a, b *profile, f *features) {
	e.facets(a, b, f)
	e.glance(a, b, f)
}

// facets measures what costs next to nothing.
func (e *Engine) facets(a, b *profile, f *features) {
	a.wardKey.compare(b.wardKey, f)
	e.places(a, b, f)
	a.cellKey.compare(b.cellKey, f)
	e.aims(a, b, f)
	f[fPeriod] = closeness(a, b)
	f[fPhases] = phases(&a.stage, &b.stage)
}

// The features that a ward and a cell of the index decide, and what is done
// besides.
var (
	wardFeatures  = []int{fAudience, fAudienceApart, fAudienceDiffers}
	cellFeatures  = []int{fKind, fKindApart, fDoes}
	worksFeatures = []int{fExploitation, fExploitationApart, fCommitments}
)

func (k wardKey) compare(l wardKey, f *features) {
	f[fAudience], f[fAudienceDiffers] = sets(k.audience, l.audience)
	_, f[fAudienceApart] = sets(k.says, l.says)
}

func (e *Engine) places(a, b *profile, f *features) {
	f[fPlaceApart] = apart(&a.countries, &b.countries)
	f[fWhereApart] = apart(&a.where, &b.where)
}

func (k cellKey) compare(l cellKey, f *features) {
	f[fKind], f[fKindApart] = compareKinds(k.kind, l.kind)
	f[fDoes], _ = compareKinds(k.does, l.does)
}

// aims compares which exploitation is meant, and which commitments it serves.
func (e *Engine) aims(a, b *profile, f *features) {
	f[fExploitation], f[fExploitationApart] = sets(a.exploitation, b.exploitation)
	if (a.unsure|b.unsure)&unsureExploitation != 0 {
		f[fExploitation], f[fExploitationApart] = f[fExploitation]/2, f[fExploitationApart]/2
	}
	f[fCommitments], _ = sets(a.commitments, b.commitments)
	if (a.unsure|b.unsure)&unsureCommitments != 0 {
		f[fCommitments] /= 2
	}
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
	if a == 0 || b == 0 {
		return 0, 0
	}
	both := (a & b).count()
	if both == 0 {
		return 0, 1
	}
	return float64(both) / math.Sqrt(float64(a.count()*b.count())), 0
}

// apart is 1 when both sets are known and share no country.
func apart(a, b *place.Set) float64 {
	if *a == (place.Set{}) || *b == (place.Set{}) || a.Intersects(*b) {
		return 0
	}
	return 1
}

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

// compareKinds gives 1 where the kinds meet, a half for near ones; apart is 1
// for kinds that are neither. What is not known is neither.
func compareKinds(a, b mask) (same, apart float64) {
	switch {
	case a == 0 || b == 0:
		return 0, 0
	case a&b != 0:
		return 1, 0
	}
	for rest := a; rest != 0; rest &= rest - 1 {
		if nearKinds[rest.bit()]&b != 0 {
			return 0.5, 0
		}
	}
	return 0, 1
}

// closeness falls from 1 for periods that overlap to 0 at a year between them.
func closeness(a, b *profile) float64 {
	gap := 0.0
	if a.first.Known() && b.last.Known() && a.first > b.last {
		gap = float64(a.first - b.last)
	} else if b.first.Known() && a.last.Known() && b.first > a.last {
		gap = float64(b.first - a.last)
	}
	return max(0, 1-gap/366)
}
