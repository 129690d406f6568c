package overlap

// stage is what a text says of its place in a series.
type stage struct {
	number int8 // "phase 2", "stage B", "part II": 2; 0 when it says nothing
	sequel bool // it says that it builds on another work, or that another builds on it
}

// staged is what a word says of that.
type staged struct {
	number   int8 // that it can give a stage
	numbered bool // the number may stand before the stage, as in "second phase"; one letter may not
	names    bool // it is a word for a stage
	ties     bool // it is a verb, and one of the particles makes it tie a work to another
	particle bool
}

var stageWords = setOf(`phase stage step part étape phase teil stufe fase etapa volet tranche`)

var stageNumbers = map[string]int8{"1": 1, "one": 1, "i": 1, "a": 1, "first": 1, "première": 1, "erste": 1,
	"2": 2, "two": 2, "ii": 2, "b": 2, "second": 2, "deuxième": 2, "zweite": 2,
	"3": 3, "three": 3, "iii": 3, "c": 3, "third": 3, "troisième": 3, "dritte": 3, "4": 4, "four": 4, "iv": 4, "d": 4, "fourth": 4}

var sequelVerbs = setOf(`builds build building draws draw drawing rests relies based takes taking taken handed follows follow`)

var sequelParticles = setOf(`on over up upon`)

// stagedOf reads a word in lower case.
func stagedOf(w string) staged {
	return staged{stageNumbers[w], len(w) > 2, stageWords[w], sequelVerbs[w], sequelParticles[w]}
}

// readStage looks for a stage's number beside its word, on either side, and
// for words that tie a work to another.
func readStage(words []*word) stage {
	var s stage
	before := &word{}
	for _, w := range words {
		switch {
		case s.number == 0 && before.names && w.number != 0:
			s.number = w.number
		case s.number == 0 && w.names && before.numbered && before.number != 0:
			s.number = before.number
		case w.particle && before.ties:
			s.sequel = true
		}
		before = w
	}
	return s
}

// phases tells whether two texts call themselves different stages of one work.
func phases(a, b *stage) float64 {
	switch {
	case a.number != 0 && b.number != 0 && a.number != b.number:
		return 1
	case a.number != b.number && (a.sequel || b.sequel):
		return 0.5
	}
	return 0
}
