package lexicon

// index finds the phrases of all concepts. Words of phrases are numbered;
// phrases are paths of word numbers in a trie.
type index struct {
	fold     *foldTable
	wholes   map[string]int32 // by stem
	acronyms map[string]int32
	openings affixes
	closings affixes
	phrases  trie
	function map[string]langs // words that show a language
	roles    map[string]role  // of small words
	codes    []string
}

const minAffix = 2 // bytes; the reader refuses fewer letters

func newIndex(entries []*entry) *index {
	n := count(entries)
	x := &index{
		fold:   newFoldTable(),
		wholes: make(map[string]int32, n), acronyms: map[string]int32{},
		openings: affixes{numbers: make(map[string]int32, n/2)}, closings: affixes{numbers: map[string]int32{}, ends: true},
		function: functionWords(),
		roles:    smallRoles(),
		codes:    Languages(),
	}
	t := newThicket(2 * n)
	for _, e := range entries {
		for bit, lang := range x.codes {
			for _, p := range e.patterns[lang] {
				t.add(e.concept, x.path(p), langs(1)<<bit, p.guarded(lang))
			}
		}
	}
	x.phrases = t.settle(x.numbers())
	return x
}

// count tells how many phrases there are, for which the room is made.
func count(entries []*entry) int {
	n := 0
	for _, e := range entries {
		for _, patterns := range e.patterns {
			n += len(patterns)
		}
	}
	return n
}

// path gives, for each word of a phrase, the numbers that it can have.
func (x *index) path(p pattern) [][]int32 {
	path := make([][]int32, len(p.parts))
	for i, w := range p.parts {
		path[i] = x.words(w)
	}
	return path
}

// words gives the numbers of a phrase's word: several for one that may open or
// close a compound, or be the whole word.
func (x *index) words(w part) []int32 {
	folded := x.fold.fold(w.text)
	switch w.form {
	case acronym:
		return []int32{x.number(x.acronyms, w.text)}
	case opening:
		return []int32{x.affix(&x.openings, folded), x.number(x.wholes, stem(folded))}
	case closing:
		return []int32{x.affix(&x.closings, folded)}
	case either:
		return []int32{x.affix(&x.openings, folded), x.affix(&x.closings, folded), x.number(x.wholes, stem(folded))}
	}
	return []int32{x.number(x.wholes, stem(folded))}
}

func (x *index) affix(in *affixes, w string) int32 {
	in.note(w)
	return x.number(in.numbers, w)
}

func (x *index) number(in map[string]int32, w string) int32 {
	id, ok := in[w]
	if !ok {
		id = int32(x.numbers())
		in[w] = id
	}
	return id
}

// numbers is how many numbers words of phrases have.
func (x *index) numbers() int {
	return len(x.wholes) + len(x.acronyms) + len(x.openings.numbers) + len(x.closings.numbers)
}
