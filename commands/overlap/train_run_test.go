package overlap

import (
	"math"
	"testing"
)

// TestTrain writes the model anew. The whole of it, from the words' weights
// to the threshold, comes from the registers in testdata:
//
//	go test ./commands/overlap -run 'TestTrainWords$' -train
//	go test ./commands/overlap -run 'TestKinTable$' -update
//	go test ./commands/overlap -run 'TestTrainCentre$' -train
//	go test ./commands/overlap -run 'TestTrain$' -train
func TestTrain(t *testing.T) {
	if !*trainFlag {
		t.Skip("only with -train")
	}
	e, err := New(Options{})
	if err != nil {
		t.Fatal(err)
	}
	b := newBench(e, registers(t))
	cv, calibrated, _ := b.crossValidate(fullChoice())
	m := b.train(fullChoice(), func(int) bool { return true })
	m.Centre = builtinModel().Centre
	m.calibrateAs(&calibrated)
	m.Related = math.Round(m.Threshold*relatedShare*1000) / 1000
	for i := range m.Weights {
		m.Weights[i] = round(m.Weights[i])
	}
	m.Bias = round(m.Bias)
	m.Scale, m.Rival, m.Shift = round(m.Scale), round(m.Rival), round(m.Shift)
	writeModel(t, m)
	for r, name := range registerNames {
		t.Logf("%s by cross-validation: %v, with noise: %v", name, cv.clean[r], cv.noisy[r])
	}
	for i, n := range featureNames {
		t.Logf("%-20s %6.2f", n, m.Weights[i])
	}
}

// relatedShare is the related score's share of the threshold.
const relatedShare = 0.35

func round(x float64) float64 { return math.Round(x*1000) / 1000 }
