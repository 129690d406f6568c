package lexicon

import (
	"cmp"
	"slices"
)

// index finds the phrases of all concepts. Words of phrases are numbered;
// phrases are paths of word numbers in a trie.
type index struct {
	fold     *foldTable
	wholes   map[string]int32 // by stem
	acronyms map[string]int32
	openings affixes
	closings affixes
	first    []int32          // by word number: the node of the phrases that begin with it, or 0
	next     map[uint64]int32 // node and word number to node, while phrases are added
	kids     []branch         // the same but for the first words, by node
	kidsOf   []int32          // by node: where its branches begin; those of the next end them
	ends     [][]meaning      // by node: the concepts whose phrase ends here
	function map[string]langs // words that show a language
	roles    map[string]role  // of small words
	codes    []string
}

// langs is a set of languages, a bit each in the order of Languages.
type langs uint32

// meaning is a concept whose phrase ends at a node.
type meaning struct {
	concept *Concept
	langs   langs // the languages that have the phrase
	free    langs // those in which it counts in a text of any language
}

const (
	minAffix = 2 // bytes; the reader refuses fewer letters
	rootNode = 0
)

func newIndex(concepts []*Concept) *index {
	x := &index{
		fold:   newFoldTable(),
		wholes: make(map[string]int32, 16<<10), acronyms: make(map[string]int32, 1<<10),
		openings: affixes{numbers: make(map[string]int32, 8<<10)}, closings: affixes{numbers: make(map[string]int32, 1<<7), ends: true},
		next: make(map[uint64]int32, 32<<10), ends: make([][]meaning, 1, 32<<10),
		function: functionWords(),
		roles:    smallRoles(),
		codes:    Languages(),
	}
	for _, c := range concepts {
		for bit, lang := range x.codes {
			for _, phrase := range c.Words[lang] {
				if p, wrong := parsePattern(phrase); wrong == "" {
					x.add(c, p, langs(1)<<bit, p.guarded(lang))
				}
			}
		}
	}
	x.settle()
	return x
}

func (x *index) add(c *Concept, p pattern, lang langs, guarded bool) {
	nodes := []int32{rootNode}
	for _, w := range p.parts {
		var after []int32
		for _, id := range x.words(w) {
			for _, n := range nodes {
				after = append(after, x.step(n, id))
			}
		}
		nodes = after
	}
	for _, n := range nodes {
		x.end(n, c, lang, guarded)
	}
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
		id = int32(len(x.wholes) + len(x.acronyms) + len(x.openings.numbers) + len(x.closings.numbers))
		in[w] = id
	}
	return id
}

// branch leads from a node by a word to a node.
type branch struct{ from, word, to int32 }

// settle lays the nodes out for reading, once all phrases are added.
func (x *index) settle() {
	x.first = make([]int32, len(x.wholes)+len(x.acronyms)+len(x.openings.numbers)+len(x.closings.numbers))
	x.kidsOf = make([]int32, len(x.ends)+1)
	for e, to := range x.next {
		b := branch{int32(e >> 32), int32(uint32(e)), to}
		if b.from == rootNode {
			x.first[b.word] = to
		} else {
			x.kids = append(x.kids, b)
			x.kidsOf[b.from+1]++
		}
	}
	slices.SortFunc(x.kids, func(a, b branch) int { return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(a.word, b.word)) })
	for node := range x.ends {
		x.kidsOf[node+1] += x.kidsOf[node]
	}
	x.next = nil
}

// after is the node behind a node and a word, or 0.
func (x *index) after(node, word int32) int32 {
	if node == rootNode {
		return x.first[word]
	}
	for _, b := range x.kids[x.kidsOf[node]:x.kidsOf[node+1]] {
		if b.word == word {
			return b.to
		}
	}
	return 0
}

func edge(node, word int32) uint64 { return uint64(node)<<32 | uint64(word) }

func (x *index) step(node, word int32) int32 {
	n, ok := x.next[edge(node, word)]
	if !ok {
		n = int32(len(x.ends))
		x.next[edge(node, word)] = n
		x.ends = append(x.ends, nil)
	}
	return n
}

func (x *index) end(node int32, c *Concept, lang langs, guarded bool) {
	at := slices.IndexFunc(x.ends[node], func(m meaning) bool { return m.concept == c })
	if at < 0 {
		at = len(x.ends[node])
		x.ends[node] = append(x.ends[node], meaning{concept: c})
	}
	x.ends[node][at].langs |= lang
	if !guarded {
		x.ends[node][at].free |= lang
	}
}
