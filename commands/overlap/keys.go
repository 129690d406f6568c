package overlap

import (
	"math"
	"slices"
)

// Keys hold what activities have in common with many others, so that a search
// compares each value once, however many have it.
type (
	wardKey struct{ audience, says mask } // the audiences that are given; with them, those that the text names
	cellKey struct {
		kind, does mask // the kind of work; with it, those that the text names
		cause      bool // it speaks of exploitation, or of those who suffer it
	}
	aimKey struct {
		exploitation, commitments mask
		unsure                    bool // the commitments are guessed
	}
)

// keyWidth is how many features a key tells at most.
const keyWidth = 4

// facetKey is compared by features of its own, in their order.
type facetKey[K any] interface {
	comparable
	compare(other K) [keyWidth]float64
	against(all []K, weights *[keyWidth]float64, adds []float32)
}

// The features that each key tells.
var (
	wardFeatures = []int{fAudience, fAudienceDiffers, fAudienceApart}
	cellFeatures = []int{fKind, fKindApart, fDoes, fCauseApart}
	aimFeatures  = []int{fExploitation, fExploitationApart, fCommitments, fCommitmentsApart}
)

func (k wardKey) compare(l wardKey) [keyWidth]float64 {
	return k.compareTo(l, akin(k.audience), akin(k.says))
}

func (k wardKey) compareTo(l wardKey, akinAudience, akinSays mask) (f [keyWidth]float64) {
	f[0], f[1] = sets(k.audience, l.audience)
	if f[1] > 0 && akinAudience&l.audience != 0 {
		f[1] = 0.5
	}
	switch {
	case k.says == 0 || l.says == 0 || k.says&l.says != 0:
	case akinSays&l.says != 0:
		f[2] = 0.5
	default:
		f[2] = 1
	}
	return f
}

func (k cellKey) compare(l cellKey) [keyWidth]float64 {
	return k.compareTo(l, near(k.kind), near(k.does))
}

func (k cellKey) compareTo(l cellKey, nearKind, nearDoes mask) (f [keyWidth]float64) {
	f[0], f[1] = compareKinds(k.kind, nearKind, l.kind)
	f[2], _ = compareKinds(k.does, nearDoes, l.does)
	if k.cause != l.cause {
		f[3] = 1
	}
	return f
}

func (k aimKey) compare(l aimKey) (f [keyWidth]float64) {
	f[0], f[1] = sets(k.exploitation, l.exploitation)
	f[2], f[3] = sets(k.commitments, l.commitments)
	if k.unsure || l.unsure {
		f[2], f[3] = f[2]/2, f[3]/2
	}
	return f
}

// put puts what a key tells among the features of a pair.
func (f *features) put(features []int, told [keyWidth]float64) {
	for i, which := range features {
		f[which] = told[i]
	}
}

func (k wardKey) against(all []wardKey, weights *[keyWidth]float64, adds []float32) {
	audience, says := akin(k.audience), akin(k.says)
	for i, l := range all {
		adds[i] = weighed(k.compareTo(l, audience, says), weights)
	}
}

func (k cellKey) against(all []cellKey, weights *[keyWidth]float64, adds []float32) {
	kind, does := near(k.kind), near(k.does)
	for i, l := range all {
		adds[i] = weighed(k.compareTo(l, kind, does), weights)
	}
}

func (k aimKey) against(all []aimKey, weights *[keyWidth]float64, adds []float32) {
	for i, l := range all {
		adds[i] = weighed(k.compare(l), weights)
	}
}

func weighed(told [keyWidth]float64, weights *[keyWidth]float64) float32 {
	return float32(told[0]*weights[0] + told[1]*weights[1] + told[2]*weights[2] + told[3]*weights[3])
}

// keys numbers the different values of a key, from 1. A value keeps its number
// when nobody has it any more: there are few. Should there ever be more than
// numbers, the others are all 0, of which nothing is known.
type keys[K facetKey[K]] struct {
	numbers map[K]uint16
	all     []K // by number, less one
}

func (k *keys[K]) number(v K) uint16 {
	n, ok := k.numbers[v]
	if !ok && len(k.all) < math.MaxUint16 {
		if k.numbers == nil {
			k.numbers = map[K]uint16{}
		}
		k.all = append(k.all, v)
		n = uint16(len(k.all))
		k.numbers[v] = n
	}
	return n
}

// told is what the values of a key add to a sum, against one of them.
type told[K facetKey[K]] struct {
	keys    *keys[K]
	weights [keyWidth]float64
	most    float32   // what it can add
	own     K         // the value against which they are told
	adds    []float32 // by number
}

func newTold[K facetKey[K]](keys *keys[K], features []int, weights *[nFeatures]float64) told[K] {
	t := told[K]{keys: keys}
	for i, which := range features {
		t.weights[i] = weights[which]
		t.most += float32(max(0, weights[which]))
	}
	return t
}

// aim makes it tell what is added against own, if it does not already.
func (t *told[K]) aim(own K) {
	n := len(t.keys.all) + 1
	if own == t.own && n == len(t.adds) {
		return
	}
	t.own = own
	t.adds = slices.Grow(t.adds[:0], n)[:n]
	t.adds[0] = t.most
	own.against(t.keys.all, &t.weights, t.adds[1:])
}
