package overlap

import (
	"cmp"
	"slices"
)

// Pair is a labelled pair of activities; label 1 is a possible duplicate.
type Pair struct {
	A, B  int
	Label int
	Kind  string // paraphrase, homonym, … as in the pairs file
}

// Scored is the score of one pair.
type Scored struct {
	A, B    int
	Score   float64
	Flagged bool
	Label   int
	sum     float64 // the weighted sum behind the score
}

// Report holds the figures of `thbot evaluate`.
type Report struct {
	Pairs                int     `json:"pairs"`
	Positives            int     `json:"positives"`
	Flagged              int     `json:"flagged"`
	Precision            float64 `json:"precision"`
	Recall               float64 `json:"recall"`
	F1                   float64 `json:"f1"`
	AveragePrecision     float64 `json:"average_precision"`
	RecallAt3            float64 `json:"recall_at_3"`
	Threshold            float64 `json:"threshold"`
	HardNegatives        int     `json:"hard_negatives"`
	HardNegativesFlagged float64 `json:"hard_negatives_flagged"` // share

	Scores []Scored `json:"-"` // every pair of different agencies, the best first
}

// Evaluate scores every pair of different agencies and compares with the
// labels. A pair that is not eligible has the score 0 and stays in the count.
func (e *Engine) Evaluate(works []Work, pairs []Pair) Report {
	labels := map[[2]int]Pair{}
	for _, p := range pairs {
		labels[key(p.A, p.B)] = p
	}
	scores := e.scoreAll(works)
	for i := range scores {
		scores[i].Label = labels[key(scores[i].A, scores[i].B)].Label
	}
	r := Measure(scores)
	r.Threshold = e.threshold
	for _, s := range scores {
		if p, ok := labels[key(s.A, s.B)]; ok && p.Label == 0 {
			r.HardNegatives++
			if s.Flagged {
				r.HardNegativesFlagged++
			}
		}
	}
	r.HardNegativesFlagged /= max(1, float64(r.HardNegatives))
	return r
}

func key(a, b int) [2]int { return [2]int{min(a, b), max(a, b)} }

// scoreAll scores every pair of different agencies as an index of all would.
func (e *Engine) scoreAll(works []Work) []Scored {
	profiles := make([]profile, len(works))
	for i, w := range works {
		profiles[i] = e.read(w)
	}
	type pair struct {
		i, j     int
		z        float64
		eligible bool
	}
	var all []pair
	best := make([]rivals, len(works))
	for i := range profiles {
		for j := i + 1; j < len(profiles); j++ {
			a, b := &profiles[i], &profiles[j]
			if a.agency == b.agency {
				continue
			}
			p := pair{i: i, j: j, eligible: why(a, b, true) == ""}
			if p.eligible {
				p.z = e.sum(a, b)
				best[i].add(rival{p.z, b.id})
				best[j].add(rival{p.z, a.id})
			}
			all = append(all, p)
		}
	}
	scores := make([]Scored, len(all))
	for k, p := range all {
		a, b := &profiles[p.i], &profiles[p.j]
		scores[k] = Scored{A: int(a.id), B: int(b.id), sum: p.z}
		if p.eligible {
			scores[k].Score = e.model.probability(p.z, best[p.i].without(b.id), best[p.j].without(a.id))
			scores[k].Flagged = scores[k].Score >= e.threshold
		}
	}
	return scores
}

// Measure computes the figures from scored pairs, which it sorts. Ties count
// as one group.
func Measure(scores []Scored) Report {
	slices.SortStableFunc(scores, func(a, b Scored) int { return cmp.Compare(b.Score, a.Score) })
	r := Report{Pairs: len(scores), Scores: scores}
	hits := 0
	for _, s := range scores {
		r.Positives += s.Label
		if s.Flagged {
			r.Flagged++
			hits += s.Label
		}
	}
	r.Precision = ratio(hits, r.Flagged)
	r.Recall = ratio(hits, r.Positives)
	r.F1 = ratio(2*hits, r.Flagged+r.Positives)
	r.AveragePrecision = averagePrecision(scores, r.Positives)
	r.RecallAt3 = recallAt(scores, 3)
	return r
}

func ratio(a, b int) float64 {
	if b == 0 {
		return 0
	}
	return float64(a) / float64(b)
}

// averagePrecision takes a group of equal scores as one step.
func averagePrecision(sorted []Scored, positives int) float64 {
	sum, seen, hits := 0.0, 0, 0
	for i := 0; i < len(sorted); {
		j, found := i, 0
		for ; j < len(sorted) && sorted[j].Score == sorted[i].Score; j++ {
			found += sorted[j].Label
		}
		seen, hits = seen+j-i, hits+found
		sum += float64(found) * float64(hits) / float64(seen)
		i = j
	}
	return sum / max(1, float64(positives))
}

// recallAt is the share of the activities in a pair of label 1 that have such
// a counterpart among their n best. Of equal scores, the ones that are no
// counterpart come first, so that ties win nothing.
func recallAt(scores []Scored, n int) float64 {
	best := map[int][]Scored{}
	for _, s := range scores {
		best[s.A] = append(best[s.A], s)
		best[s.B] = append(best[s.B], s)
	}
	of, found := 0, 0
	for _, list := range best {
		if !slices.ContainsFunc(list, func(s Scored) bool { return s.Label == 1 }) {
			continue
		}
		slices.SortFunc(list, func(a, b Scored) int {
			return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.Label, b.Label))
		})
		of++
		if slices.ContainsFunc(list[:min(n, len(list))], func(s Scored) bool { return s.Label == 1 && s.Score > 0 }) {
			found++
		}
	}
	return ratio(found, of)
}
