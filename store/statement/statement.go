// Package statement holds the joint statement as data: the agencies that
// signed it, the commitments they made, and the words in which activities are
// described.
//
// The built-in catalogue is statement.toml; a file of the same form replaces
// it, so that a later statement or another network needs no code.
//
// Promises: a Catalogue never changes once it is made and serves any number of
// goroutines. A slug never changes its meaning. An input that could mean two
// agencies or two commitments finds neither. Nothing panics, whatever the
// input.
//
// Limits: the facets other than the commitments (Kinds, Audiences and so on)
// are the same under every catalogue. Names in other languages are those the
// agencies themselves go by in the larger EU languages, not every inflection.
package statement

import (
	_ "embed"
	"fmt"
	"os"
	"slices"
	"sync"

	// Zones are checked against the same data on every machine.
	_ "time/tzdata"

	"thbot/store/fault"
)

// Agency is one of the network's agencies.
type Agency struct {
	Slug     string   // never changes; records use it
	Short    string   // today's name in lists and messages
	Full     string   // today's name in full
	SignedAs string   // the name under which the statement was signed
	Aliases  []string // the other forms that are understood
	Seat     string   // the town
	Zone     string   // its IANA time zone
}

// Commitment is one of the statement's commitments.
type Commitment struct {
	Number int      // its place in the statement, from 1
	Slug   string   // never changes; records use it
	Title  string   // short, to be read in lists
	Text   string   // the statement's own wording
	Words  []string // what people type when they mean it
}

// Catalogue is a statement: who signed it and what they committed to.
// Callers must not change what its slices hold.
type Catalogue struct {
	Title       string
	Signed      int          // the year
	Agencies    []Agency     // in the order of the signatures
	Commitments []Commitment // in the statement's order

	agencies    index // forms of names to positions in Agencies
	commitments index
}

//go:embed statement.toml
var builtin []byte

var builtinCatalogue = sync.OnceValue(func() *Catalogue {
	c, err := parse(builtin)
	if err != nil {
		panic(fmt.Sprintf("the built-in statement.toml is broken: %v", err))
	}
	return c
})

// Builtin gives the joint statement of 2018.
func Builtin() *Catalogue { return builtinCatalogue() }

// maxFile bounds a catalogue's file, so that a wrong path is refused and not
// read into memory.
const maxFile = 1 << 20

// Load reads a catalogue from a TOML file of the form of statement.toml. All
// that is wrong with the file comes in one *fault.Error.
func Load(path string) (*Catalogue, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, unreadable(path, err)
	}
	if info.Size() > maxFile && !info.IsDir() {
		return nil, fault.New(fault.Invalid, "The catalogue %s is larger than 1 MiB.", path)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, unreadable(path, err)
	}
	c, err := parse(data)
	if f := fault.As(err); f != nil {
		f.What = fmt.Sprintf("The catalogue %s cannot be used. %s", path, f.What)
	}
	return c, err
}

func unreadable(path string, err error) error {
	f := fault.New(fault.NotFound, "The catalogue %s cannot be read: %s.", path, fault.Reason(err)).
		WithTry(`catalogue = "" in thbot.toml, for the built-in statement`)
	f.Err = err
	return f
}

// Agency gives the agency of the slug.
func (c *Catalogue) Agency(slug string) (Agency, bool) {
	for i := range c.Agencies {
		if c.Agencies[i].Slug == slug {
			return c.Agencies[i], true
		}
	}
	return Agency{}, false
}

// Commitment gives the commitment of the slug.
func (c *Catalogue) Commitment(slug string) (Commitment, bool) {
	for i := range c.Commitments {
		if c.Commitments[i].Slug == slug {
			return c.Commitments[i], true
		}
	}
	return Commitment{}, false
}

// Lacks gives those of the slugs that the catalogue does not have, agencies
// first, each once and in order. A catalogue that lacks what records still use
// must not be started with.
func (c *Catalogue) Lacks(agencies, commitments []string) []string {
	var lacking []string
	add := func(slugs []string, has func(string) bool) {
		slugs = slices.Clone(slugs)
		slices.Sort(slugs)
		for _, s := range slices.Compact(slugs) {
			if !has(s) {
				lacking = append(lacking, s)
			}
		}
	}
	add(agencies, func(s string) bool { _, ok := c.Agency(s); return ok })
	add(commitments, func(s string) bool { _, ok := c.Commitment(s); return ok })
	return lacking
}
