// Package lexicon knows the concepts of anti-trafficking work and the words
// for them in the official languages of the EU.
//
// A concept is one thing an activity can be about: a form of exploitation, a
// crime, a right of victims, a method of investigation, an IT system, a kind
// of place, a product, an audience, a sector. Its words lie in data files of
// a simple format (docs/lexicon.md) built into the binary; an operator's file
// of the same format adds to them. On top of the concepts the package guesses
// the facets of an activity from its text, with the words the guess rests on.
//
// Promises: a Lexicon never changes once it is made, and serves any number of
// goroutines. Find and Suggest never panic, whatever the text, and take time
// linear in its length. Equal input gives equal output, in the same order.
//
// Limits: English is the richest; the other languages hold the field's terms,
// not its paraphrases, and the smaller ones only the central terms. Inflection is cut lightly, not
// analysed. Negation is not seen ("no training" is found as training). What a
// text is about is guessed from the words it uses: a guess is to be shown as
// one.
package lexicon

import (
	"embed"
	"fmt"
	"io"
	"os"
	"path"
	"sync"

	"thbot/store/fault"
)

// Concept is one thing an activity can be about. It is shared by all who use
// the lexicon and must not be changed.
type Concept struct {
	ID      string              // lower-case words joined by hyphens; never changes
	Index   int                 // position in Concepts, for sets kept as bits or arrays
	Kind    string              // one of Kinds
	Name    string              // how it is called in a sentence, in English
	Broader []string            // ids of the wider concepts it belongs to
	Facets  []Pull              // the facet values it speaks for
	Words   map[string][]string // language code to words and phrases, marks kept
}

// Pull says that a concept speaks for a value of a facet, and how strongly,
// from just above 0 to 1.
type Pull struct {
	Field    string // commitments, kind, audience or exploitation
	Value    string
	Strength float64
}

// Lexicon is a set of concepts with the index that finds their words.
type Lexicon struct {
	concepts []*Concept
	byID     map[string]*Concept
	wider    [][]*Concept // by Index: all broader concepts, nearest first
	pulls    []map[facet]float64
	model    *model
	index    *index
}

//go:embed data/*.txt
var data embed.FS

var builtin = sync.OnceValue(func() *Lexicon {
	concepts, err := builtinConcepts()
	if err != nil {
		panic("lexicon: the built-in data are broken: " + err.Error()) // a test reads them all
	}
	l, err := build(concepts)
	if err != nil {
		panic("lexicon: the built-in data are broken: " + err.Error())
	}
	return l
})

// Builtin returns the built-in lexicon. It is made at the first call.
func Builtin() *Lexicon { return builtin() }

// Load returns the built-in lexicon with the operator's file merged over it:
// a concept with a new id is added; one with a known id gains words, and its
// kind, name, broader concepts and facets are replaced where the file gives
// them. The empty path gives the built-in lexicon. A file that is broken is
// refused with a *fault.Error that names the line.
func Load(path string) (*Lexicon, error) {
	if path == "" {
		return Builtin(), nil
	}
	text, err := readFile(path)
	if err != nil {
		f := fault.New(fault.NotFound, "The lexicon file %s cannot be read: %s.", path, fault.Reason(err))
		f.Err = err
		return nil, f
	}
	if len(text) > maxFile {
		return nil, fault.New(fault.Invalid, "The lexicon file %s is larger than %d MB.", path, maxFile>>20)
	}
	return merged(path, text)
}

// readFile reads no more of a file than shows that it is too large.
func readFile(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, maxFile+1))
}

// merged is Load for a text already read.
func merged(name string, text []byte) (*Lexicon, error) {
	concepts, err := builtinConcepts()
	if err != nil {
		return nil, fmt.Errorf("lexicon: %w", err)
	}
	if err := concepts.read(name, text); err != nil {
		return nil, err
	}
	return build(concepts)
}

func builtinConcepts() (*reader, error) {
	r := newReader()
	files, err := data.ReadDir("data")
	if err != nil {
		return nil, fmt.Errorf("lexicon: %w", err)
	}
	for _, f := range files {
		name := path.Join("data", f.Name())
		text, err := data.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("lexicon: %w", err)
		}
		if err := r.read(name, text); err != nil {
			return nil, err
		}
	}
	return r, nil
}

func build(r *reader) (*Lexicon, error) {
	if err := r.check(); err != nil {
		return nil, err
	}
	l := &Lexicon{concepts: r.concepts(), byID: map[string]*Concept{}}
	for i, c := range l.concepts {
		c.Index = i
		l.byID[c.ID] = c
	}
	for _, c := range l.concepts {
		l.wider = append(l.wider, l.climb(c))
	}
	l.pulls = pullsOf(l)
	ws, err := readWeights(weightsText)
	if err != nil {
		return nil, err
	}
	l.model = newModel(ws)
	l.index = newIndex(r.entries)
	return l, nil
}

// climb collects all broader concepts of c, nearest first. Data are checked
// to have no circles before.
func (l *Lexicon) climb(c *Concept) []*Concept {
	var out []*Concept
	seen := map[string]bool{c.ID: true}
	for next := c.Broader; len(next) > 0; {
		var after []string
		for _, id := range next {
			if seen[id] {
				continue
			}
			seen[id] = true
			out = append(out, l.byID[id])
			after = append(after, l.byID[id].Broader...)
		}
		next = after
	}
	return out
}

// Concepts returns all concepts; a concept's Index is its place here. The
// slice must not be changed.
func (l *Lexicon) Concepts() []*Concept { return l.concepts }

// Concept returns the concept with the id, or nil.
func (l *Lexicon) Concept(id string) *Concept { return l.byID[id] }

// Wider returns all concepts that c belongs to, directly or through others,
// the nearest first. The slice must not be changed.
func (l *Lexicon) Wider(c *Concept) []*Concept { return l.wider[c.Index] }
