// Package place knows countries and regions: by code, by name in the official
// languages of the EU, and in the text of an activity.
//
// The data are files beside this one, each with its format at the top:
// countries.tsv and regions.tsv in English with usual variants, names.tsv the
// countries' names in other languages, words.tsv adjectives and case forms of
// the larger ones, towns.tsv towns and border places, silent.txt and
// languages.txt what only looks like a place.
//
// Promises: nothing here panics or changes once read, and all of it serves any
// number of goroutines. The tables are built at the first use. A region is
// kept as typed; what it covers is derived each time, so that a corrected file
// corrects every record.
//
// Limits: which countries make up a region is a convention of this file (EU
// external action's and the UN's, where they have one), not a legal opinion;
// XK stands without prejudice to positions on status. Texts are matched by
// word: whether an activity takes place where a name stands is for the caller
// to judge.
package place

import (
	"strings"

	"thbot/store/fault"
	"thbot/store/statement/spell"
)

// Place is a country or a region.
type Place struct {
	Code   string // ISO code, "EU", or the slug of a region
	Name   string // how it reads in a sentence
	Set    Set    // its countries
	Region bool   // a region, the EU included
}

// maxInput bounds what is looked up, in bytes; the longest name has 60.
const maxInput = 120

// Find gives the place that the input names: a code (also EL and UK), a name
// in any official language of the EU, or a region. Case, marks, hyphens and
// spaces do not count. The error is a *fault.Error that names the nearest.
func Find(input string) (Place, error) {
	g := gazetteer()
	if i, ok := g.find(input); ok {
		return g.places[i], nil
	}
	return Place{}, g.noPlace(input)
}

func (g *tables) find(input string) (int, bool) {
	if i, ok := g.country(input); ok {
		return i, true
	}
	if len(input) > maxInput {
		return 0, false
	}
	var buf [2 * maxInput]byte
	key := spell.AppendFold(buf[:0], input, 0)
	i, ok := g.names[string(key)]
	if !ok && len(key) > 3 && string(key[:3]) == "the" {
		i, ok = g.names[string(key[3:])]
	}
	return int(i), ok
}

func (g *tables) noPlace(input string) error {
	shown := strings.Join(strings.Fields(strings.ToValidUTF8(input, "?")), " ")
	if runes := []rune(shown); len(runes) > 60 {
		shown = string(runes[:59]) + "…"
	}
	if shown == "" {
		return fault.New(fault.NotFound, "The name of the country or region is missing.").WithTry("RO")
	}
	if near := spell.Nearest(shown, g.english); near != "" {
		i, _ := g.find(near)
		p := g.places[i]
		return fault.New(fault.NotFound, "There is no country or region %q. The nearest is %s.", shown, p.Name).WithTry("%s", p.Code)
	}
	return fault.New(fault.NotFound, "There is no country or region %q. Countries go by their two letters or their name, regions by their name; EU means all Member States.", shown).WithTry("Western Balkans")
}

// Expand gives the countries of all that was typed; what is unknown adds none.
func Expand(typed []string) Set {
	var s Set
	g := gazetteer()
	for _, t := range typed {
		if i, ok := g.find(t); ok {
			s = s.Union(g.places[i].Set)
		}
	}
	return s
}

// Global tells whether what was typed says the whole world.
func Global(typed []string) bool {
	g := gazetteer()
	for _, t := range typed {
		if i, ok := g.find(t); ok && g.places[i].Code == "global" {
			return true
		}
	}
	return false
}

// Union gives the Member States of the EU.
func Union() Set { return gazetteer().union }

// Sides tells whether what was typed lies inside the EU, outside it, or both.
// What is unknown is on neither side.
func Sides(typed []string) (inside, outside bool) {
	s := Expand(typed)
	return s.Intersects(Union()), s.Minus(Union()) != Set{}
}

// Region gives the region with exactly these countries, if more than one.
func Region(s Set) (Place, bool) {
	if s.Len() < 2 {
		return Place{}, false
	}
	for _, p := range gazetteer().places {
		if p.Region && p.Set == s {
			return p, true
		}
	}
	return Place{}, false
}
