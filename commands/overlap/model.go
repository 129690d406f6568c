package overlap

import (
	_ "embed"
	"encoding/json"
	"math"
	"sync"

	"thbot/commands/overlap/vector"
)

//go:embed data/model.json
var modelData []byte

// model turns the features of a pair into a probability. It is a logistic
// regression: a sum of weighted features through the logistic function.
type model struct {
	Weights   [nFeatures]float64    `json:"weights"`
	Bias      float64               `json:"bias"`
	Centre    [vector.Width]float32 `json:"centre"`    // the mean word of the field
	Scale     float64               `json:"scale"`     // of the weighted sum, in the probability
	Rival     float64               `json:"rival"`     // of the two sides' rivals, see rivals.go
	Shift     float64               `json:"shift"`     // makes probabilities of the sums
	Threshold float64               `json:"threshold"` // from here on a pair is flagged
	Related   float64               `json:"related"`   // from here on, rivals aside, it is related
}

// builtinModel reads the model in the binary, once.
var builtinModel = sync.OnceValue(func() *model {
	m := &model{}
	if err := json.Unmarshal(modelData, m); err != nil {
		panic("overlap: the built-in model is damaged: " + err.Error()) // a test reads it
	}
	return m
})

// logit is the weighted sum.
func (m *model) logit(f *features) float64 {
	z := m.Bias
	for i, w := range m.Weights {
		z += w * f[i]
	}
	return z
}

// probability of a pair with the weighted sum z, whose two sides have the
// rivals ra and rb.
func (m *model) probability(z, ra, rb float64) float64 {
	return logistic(m.Scale*z - m.Rival*(ra+rb) + m.Shift)
}

// least is the smallest sum that reaches the probability in a register that
// holds nothing else.
func (m *model) least(probability float64) float64 {
	return m.needed(probability, rivalFloor, rivalFloor)
}

// needed is the smallest sum that reaches the probability beside the rivals ra
// and rb.
func (m *model) needed(probability, ra, rb float64) float64 {
	return (math.Log(probability/(1-probability)) + m.Rival*(ra+rb) - m.Shift) / m.Scale
}

func logistic(z float64) float64 { return 1 / (1 + math.Exp(-z)) }
