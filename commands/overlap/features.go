package overlap

import "math"

// features are what is measured of a pair, each in 0..1 and the same in
// either order.
type features struct {
	words   float64 // cosine of the weighted stems
	meaning float64 // cosine of the mean vectors
	aligned float64 // each word with its nearest in the other text
	titles  float64 // the same, titles only

	audience, audienceApart         float64
	place, placeApart               float64
	kind, kindApart                 float64
	exploitation, exploitationApart float64
	commitments                     float64
	period                          float64
}

// compare measures a pair.
func (e *Engine) compare(a, b *profile, f *features) {
	f.words = cosine(a.terms, b.terms)
	f.meaning = max(0, float64(dot(a.meaning, b.meaning))/(254*254))
	f.aligned, f.titles = e.align(a.terms, b.terms)
	f.audience, f.audienceApart = sets(a.audience, b.audience)
	f.exploitation, f.exploitationApart = sets(a.exploitation, b.exploitation)
	f.commitments, _ = sets(a.commitments, b.commitments)
	f.place, f.placeApart = a.countries.compare(b.countries)
	f.kind, f.kindApart = compareKinds(a.kind, b.kind)
	f.period = closeness(a, b)
}

// cosine of two lists of terms sorted by stem.
func cosine(a, b []term) float64 {
	sum := float32(0)
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i].stem < b[j].stem:
			i++
		case a[i].stem > b[j].stem:
			j++
		default:
			sum += a[i].weight * b[j].weight
			i, j = i+1, j+1
		}
	}
	return float64(sum)
}

func dot(a, b []int8) int32 {
	if len(a) != len(b) {
		return 0
	}
	sum := int32(0)
	for i, x := range a {
		sum += int32(x) * int32(b[i])
	}
	return sum
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

// align pairs each word with its nearest in the other text; the share of the
// text's weight that finds a counterpart, of both directions the mean.
func (e *Engine) align(a, b []term) (all, titles float64) {
	ab, abT := e.covered(a, b)
	ba, baT := e.covered(b, a)
	return (ab + ba) / 2, (abT + baT) / 2
}

// covered is how much of a's weight b's words cover.
func (e *Engine) covered(a, b []term) (all, title float64) {
	var sum, of, sumT, ofT float64
	for _, t := range a {
		best, bestT := 0.0, 0.0
		for _, u := range b {
			s := e.near(t, u)
			best = max(best, s)
			if u.title {
				bestT = max(bestT, s)
			}
		}
		w := float64(t.weight)
		sum, of = sum+w*best, of+w
		if t.title {
			sumT, ofT = sumT+w*bestT, ofT+w
		}
	}
	return sum / max(of, 1e-9), sumT / max(ofT, 1e-9)
}

// near is how near two words are, 0..1.
func (e *Engine) near(t, u term) float64 {
	if t.stem == u.stem {
		return 1
	}
	if t.row < 0 || u.row < 0 {
		return 0
	}
	s := float64(dot(e.vectors.row(t.row), e.vectors.row(u.row))) / (254 * 254)
	return max(0, (s-0.35)/0.65)
}

// nearKinds are kinds of which people call one thing by either: a webinar is
// a training to one agency and an event to the other.
var nearKinds = []mask{
	maskOf([]string{"training", "event"}, kinds), maskOf([]string{"guidance", "tool"}, kinds),
	maskOf([]string{"guidance", "campaign"}, kinds), maskOf([]string{"guidance", "policy"}, kinds),
	maskOf([]string{"data", "tool"}, kinds), maskOf([]string{"research", "data"}, kinds),
	maskOf([]string{"research", "policy"}, kinds), maskOf([]string{"network", "event"}, kinds),
	maskOf([]string{"event", "representation"}, kinds), maskOf([]string{"training", "guidance"}, kinds),
	maskOf([]string{"training", "support"}, kinds),
}

// compareKinds gives 1 for the same kind, a half for near ones; apart is 1
// for two kinds that are neither.
func compareKinds(a, b string) (same, apart float64) {
	if a == "" || b == "" {
		return 0, 0
	}
	if a == b {
		return 1, 0
	}
	both := kinds.bit(a) | kinds.bit(b)
	for _, near := range nearKinds {
		if near == both {
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

func (f *features) list() []float64 {
	return []float64{f.words, f.meaning, f.aligned, f.titles, f.audience, f.audienceApart, f.place, f.placeApart, f.kind, f.kindApart,
		f.exploitation, f.exploitationApart, f.commitments, f.period}
}

func featureNames() ([]string, []int) {
	return []string{"words", "meaning", "aligned", "titles", "audience", "audienceApart", "place", "placeApart", "kind", "kindApart",
			"exploitation", "exploitationApart", "commitments", "period"},
		[]int{1, 1, 1, 1, 1, -1, 1, -1, 1, -1, 1, -1, 1, 1}
}
