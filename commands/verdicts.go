package commands

import (
	"math"
	"slices"

	"thbot/store"
)

// VerdictReport tells how the flags fared on the network's own verdicts: what
// `thbot evaluate --store` prints. docs/overlap.md explains each figure.
type VerdictReport struct {
	Threshold     float64           `json:"threshold"`      // the one in force
	Overlaps      int               `json:"overlaps"`       // all that were ever flagged, questions between partners aside
	Unanswered    int               `json:"unanswered"`     // nobody has said a word on these
	Disagreed     int               `json:"disagreed"`      // the two sides say different things; counted nowhere below
	Verdicts      int               `json:"verdicts"`       // the labelled pairs
	Duplicates    int               `json:"duplicates"`     // joint or coordinated
	NotDuplicates int               `json:"not_duplicates"` // dismissed
	Precision     float64           `json:"precision"`      // the share of the labelled pairs that are duplicates
	ByThreshold   []ThresholdEffect `json:"by_threshold"`
	Pairs         []LabelledPair    `json:"pairs"`
}

// ThresholdEffect is what another threshold would have made of the labelled
// pairs.
type ThresholdEffect struct {
	Threshold  float64 `json:"threshold"`
	Flagged    int     `json:"flagged"`    // labelled pairs that reach it
	Duplicates int     `json:"duplicates"` // of these
	Precision  float64 `json:"precision"`
	Kept       float64 `json:"kept"` // the share of the duplicates that it still flags
	F1         float64 `json:"f1"`
}

// LabelledPair is one verdict of the network.
type LabelledPair struct {
	Overlap string  `json:"overlap"`
	A       string  `json:"a"`
	B       string  `json:"b"`
	Score   float64 `json:"score"` // when the pair was last opened
	Label   int     `json:"label"` // 1 for a duplicate
	Verdict string  `json:"verdict"`
}

// EvaluateVerdicts measures the flags on every verdict that the register
// keeps. Scores are those with which the pairs were opened: what was settled
// since, such as a joint activity, would change them.
func (c *Commands) EvaluateVerdicts(v *store.View) (VerdictReport, error) {
	r := VerdictReport{Threshold: c.engine.Threshold(), Pairs: []LabelledPair{}}
	err := v.Overlaps(func(o *store.Overlap) bool {
		if o.Question {
			return true
		}
		r.Overlaps++
		switch w, agreed := verdict(o); {
		case w == nil:
			r.Unanswered++
		case !agreed:
			r.Disagreed++
		default:
			p := LabelledPair{Overlap: store.OverlapRef(o.ID), A: store.ActivityRef(o.A), B: store.ActivityRef(o.B), Score: math.Round(o.Score*1000) / 1000, Verdict: w.Verdict}
			if isDuplicate(w) {
				p.Label = 1
			}
			r.Pairs = append(r.Pairs, p)
			r.Duplicates += p.Label
		}
		return true
	})
	r.Verdicts = len(r.Pairs)
	r.NotDuplicates = r.Verdicts - r.Duplicates
	r.Precision = share(r.Duplicates, r.Verdicts)
	r.weighThresholds()
	return r, err
}

// verdict gives the latest settling word on an overlap, also one said before it
// was opened again: it stays the network's answer for the pair. Agreed is false
// where the other side's latest word says otherwise; a coordinator's word ends
// that.
func verdict(o *store.Overlap) (latest *store.Word, agreed bool) {
	by := map[string]*store.Word{}
	for i := range o.Words {
		if w := &o.Words[i]; w.Verdict != store.SayLater {
			latest, by[w.Agency] = w, w
		}
	}
	if latest == nil {
		return nil, false
	}
	across := by[o.Side(latest.Agency)]
	if central := by[""]; across != nil && central != nil && !central.At.Before(across.At) {
		across = nil
	}
	return latest, latest.Agency == "" || across == nil || isDuplicate(across) == isDuplicate(latest)
}

func isDuplicate(w *store.Word) bool { return w.Verdict != store.SayDismiss }

// weighThresholds fills in the effect of the threshold in force and of the
// tenths above it. What a lower one would flag, nobody was asked.
func (r *VerdictReport) weighThresholds() {
	steps := []float64{r.Threshold}
	for t := 0.1; t < 0.95; t += 0.1 {
		if t = math.Round(t*10) / 10; t > r.Threshold {
			steps = append(steps, t)
		}
	}
	for _, t := range steps {
		e := ThresholdEffect{Threshold: t}
		for _, p := range r.Pairs {
			if p.Score >= t {
				e.Flagged++
				e.Duplicates += p.Label
			}
		}
		e.Precision, e.Kept = share(e.Duplicates, e.Flagged), share(e.Duplicates, r.Duplicates)
		e.F1 = share(2*e.Duplicates, e.Flagged+r.Duplicates)
		r.ByThreshold = append(r.ByThreshold, e)
	}
	slices.SortStableFunc(r.Pairs, func(p, q LabelledPair) int {
		switch {
		case p.Score > q.Score:
			return -1
		case p.Score < q.Score:
			return 1
		}
		return 0
	})
}

// share is a of b, rounded to a thousandth; 0 of nothing.
func share(a, b int) float64 {
	if b == 0 {
		return 0
	}
	return math.Round(float64(a)/float64(b)*1000) / 1000
}
