package lexicon

import (
	"cmp"
	"slices"
)

// trie holds phrases as paths of word numbers, laid out for reading.
type trie struct {
	first    []int32 // by word number: the node of the phrases that begin with it, or 0
	nodes    []node
	kids     []branch // by node, then by word
	meanings []meaning
}

// node is where a phrase can end or go on.
type node struct{ kids, meanings span32 }

// span32 is a part of a slice.
type span32 struct{ from, to int32 }

// branch leads by a word to a node.
type branch struct{ word, to int32 }

// langs is a set of languages, a bit each in the order of Languages.
type langs uint32

// meaning is a concept whose phrase ends at a node.
type meaning struct {
	concept *Concept
	langs   langs // the languages that have the phrase
	free    langs // those in which it counts in a text of any language
}

// rootNode is where all phrases begin.
const rootNode = 0

// ends gives the concepts whose phrase ends at a node.
func (t *trie) ends(n int32) []meaning {
	of := t.nodes[n].meanings
	return t.meanings[of.from:of.to]
}

// fewBranches are looked through one by one.
const fewBranches = 8

// after is the node behind a node and a word, or 0.
func (t *trie) after(n, word int32) int32 {
	if n == rootNode {
		return t.first[word]
	}
	of := t.nodes[n].kids
	kids := t.kids[of.from:of.to]
	for len(kids) > fewBranches {
		if half := len(kids) / 2; kids[half].word <= word {
			kids = kids[half:]
		} else {
			kids = kids[:half]
		}
	}
	for _, b := range kids {
		if b.word == word {
			return b.to
		}
	}
	return 0
}

// thicket is a trie while phrases are added.
type thicket struct {
	next  map[edge]int32
	edges []edge      // by the node they lead to, from the first one on
	ends  [][]meaning // by node
}

type edge struct{ from, word int32 }

// newThicket has room for so many nodes.
func newThicket(nodes int) *thicket {
	return &thicket{next: make(map[edge]int32, nodes), edges: make([]edge, 0, nodes), ends: make([][]meaning, 1, 1+nodes)}
}

// add makes all the ways through a path lead to the concept.
func (t *thicket) add(c *Concept, path [][]int32, lang langs, guarded bool) {
	nodes := []int32{rootNode}
	for _, numbers := range path {
		after := make([]int32, 0, len(nodes)*len(numbers))
		for _, word := range numbers {
			for _, n := range nodes {
				after = append(after, t.step(edge{n, word}))
			}
		}
		nodes = after
	}
	for _, n := range nodes {
		t.end(n, c, lang, guarded)
	}
}

func (t *thicket) step(e edge) int32 {
	n, ok := t.next[e]
	if !ok {
		n = int32(len(t.ends))
		t.next[e] = n
		t.edges = append(t.edges, e)
		t.ends = append(t.ends, nil)
	}
	return n
}

func (t *thicket) end(n int32, c *Concept, lang langs, guarded bool) {
	at := slices.IndexFunc(t.ends[n], func(m meaning) bool { return m.concept == c })
	if at < 0 {
		at = len(t.ends[n])
		t.ends[n] = append(t.ends[n], meaning{concept: c})
	}
	t.ends[n][at].langs |= lang
	if !guarded {
		t.ends[n][at].free |= lang
	}
}

// settle lays the nodes out; words is how many numbers words have.
func (t *thicket) settle(words int) trie {
	out := trie{first: make([]int32, words), nodes: make([]node, len(t.ends)), kids: make([]branch, len(t.edges))}
	for _, e := range t.edges {
		out.nodes[e.from].kids.to++
	}
	at := int32(0)
	for n, ends := range t.ends {
		kids := &out.nodes[n].kids
		at, *kids = at+kids.to, span32{at, at}
		from := int32(len(out.meanings))
		out.meanings = append(out.meanings, ends...)
		out.nodes[n].meanings = span32{from, int32(len(out.meanings))}
	}
	for i, e := range t.edges {
		to := int32(i) + 1
		kids := &out.nodes[e.from].kids
		out.kids[kids.to] = branch{e.word, to}
		kids.to++
		if e.from == rootNode {
			out.first[e.word] = to
		}
	}
	for _, n := range out.nodes[1:] {
		slices.SortFunc(out.kids[n.kids.from:n.kids.to], func(a, b branch) int { return cmp.Compare(a.word, b.word) })
	}
	return out
}
