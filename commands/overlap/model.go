package overlap

import "math"

// model turns the features of a pair into a probability.
type model struct {
	Threshold float64 // from here on a pair is flagged
	Related   float64 // and from this share of it on, related
}

func builtinModel() model { return model{Threshold: 0.5, Related: 0.2} }

// centre is the mean of the field's texts in the dimension.
func (m *model) centre(d int) float32 { return 0 }

// probability of a pair being called possible duplicates.
func (m *model) probability(f *features) float64 {
	z := -7.5 + 3*f.words + 4*f.meaning + 5*f.aligned + 1.5*f.titles +
		1.2*f.audience - 3*f.audienceApart + 1*f.place - 4*f.placeApart + 1*f.kind - 1.5*f.kindApart +
		0.5*f.exploitation - 1*f.exploitationApart + 0.7*f.commitments + 0.7*f.period
	return 1 / (1 + math.Exp(-z))
}
