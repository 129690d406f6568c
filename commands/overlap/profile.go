package overlap

import (
	"cmp"
	"math"
	"slices"

	"thbot/store/date"
)

// maxTerms is how many different words of one activity the engine compares.
const maxTerms = 48

// term is one stem of an activity.
type term struct {
	stem   uint32
	row    int32   // of its vector, -1 for none
	weight float32 // its share: the squares of all terms' weights sum to one
	title  bool    // it stands in the title
}

// profile is what the engine keeps of an activity. It never changes.
type profile struct {
	id, joint    int
	agency       string
	gone         bool // cancelled or withdrawn
	with         []string
	follows      []int
	first, last  date.Day
	reach        date.Day
	kind         string
	audience     mask
	exploitation mask
	commitments  mask
	countries    places
	guessed      mask
	terms        []term // sorted by stem
	meaning      []int8 // the mean of the words' vectors, of length one
}

// read makes the profile of an activity.
func (e *Engine) read(w Work) profile {
	period := date.Period{From: w.From, To: w.To}
	p := profile{
		id: w.ID, joint: w.Joint, agency: w.Agency, gone: w.Cancelled || w.Withdrawn,
		with: w.With, follows: w.Follows, first: period.First(), last: period.Last(), reach: reach(period),
		kind: w.Kind, audience: maskOf(w.Audience, audiences), exploitation: maskOf(w.Exploitation, exploitations),
		commitments: maskOf(w.Commitments, commitments), countries: expand(w.Countries),
		guessed: maskOf(w.Guessed, fields),
	}
	p.terms = e.terms(w.Title, w.Description)
	p.meaning = e.meaning(p.terms)
	return p
}

// terms reads the words of both texts; those of the title weigh more.
func (e *Engine) terms(title, description string) []term {
	var out []term
	add := func(s string, factor float32, inTitle bool) {
		w := e.words.look(s)
		if w.weight > 0 {
			out = append(out, term{stem: w.stem, row: w.row, weight: w.weight * factor, title: inTitle})
		}
	}
	eachWord(title, func(s string) { add(s, titleFactor, true) })
	eachWord(description, func(s string) { add(s, 1, false) })
	slices.SortStableFunc(out, func(a, b term) int { return cmp.Compare(a.stem, b.stem) })
	out = merge(out)
	if len(out) > maxTerms {
		slices.SortStableFunc(out, func(a, b term) int { return cmp.Compare(b.weight, a.weight) })
		out = out[:maxTerms]
		slices.SortStableFunc(out, func(a, b term) int { return cmp.Compare(a.stem, b.stem) })
	}
	norm := 0.0
	for _, t := range out {
		norm += float64(t.weight * t.weight)
	}
	for i := range out {
		out[i].weight /= float32(math.Sqrt(norm))
	}
	return slices.Clip(out)
}

// titleFactor is how much more a word of the title weighs.
const titleFactor = 1.6

// merge keeps each stem once, with the weight of its heaviest use.
func merge(sorted []term) []term {
	out := sorted[:0]
	for _, t := range sorted {
		if n := len(out); n > 0 && out[n-1].stem == t.stem {
			out[n-1].weight = max(out[n-1].weight, t.weight)
			out[n-1].title = out[n-1].title || t.title
			continue
		}
		out = append(out, t)
	}
	return out
}

// meaning is the mean of the terms' vectors, brought to length one.
func (e *Engine) meaning(terms []term) []int8 {
	sum := make([]float32, e.vectors.width)
	for _, t := range terms {
		for d, x := range e.vectors.row(t.row) {
			sum[d] += t.weight * float32(x)
		}
	}
	for d := range sum {
		sum[d] -= e.model.centre(d) * total(terms)
	}
	norm := 0.0
	for _, x := range sum {
		norm += float64(x) * float64(x)
	}
	out := make([]int8, len(sum))
	if norm == 0 {
		return out
	}
	scale := 254 / math.Sqrt(norm)
	for d, x := range sum {
		out[d] = int8(max(-127, min(127, math.Round(float64(x)*scale))))
	}
	return out
}
