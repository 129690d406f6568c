package commands

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"thbot/store"
	"thbot/store/date"
	"thbot/store/statement"
	"thbot/store/statement/place"
)

// agencyName gives today's short name of an agency, such as EUAA.
func (c *Commands) agencyName(slug string) string {
	if a, ok := c.catalogue.Agency(slug); ok {
		return a.Short
	}
	return slug
}

// agencyNames gives "CEPOL, EIGE and Frontex".
func (c *Commands) agencyNames(slugs []string) string {
	names := make([]string, len(slugs))
	for i, slug := range slugs {
		names[i] = c.agencyName(slug)
	}
	return andList(names)
}

// andList joins as people do: "a", "a and b", "a, b and c".
func andList(items []string) string { return listWith(items, "and") }

// orList joins as people do: "a", "a or b", "a, b or c".
func orList(items []string) string { return listWith(items, "or") }

func listWith(items []string, word string) string {
	if len(items) < 2 {
		return strings.Join(items, "")
	}
	last := len(items) - 1
	return strings.Join(items[:last], ", ") + " " + word + " " + items[last]
}

// count gives "1 activity", "2 activities".
func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// termName gives how a facet's value reads in a sentence.
func termName(terms []statement.Term, slug string) string {
	for _, t := range terms {
		if t.Slug == slug {
			return t.Name
		}
	}
	return slug
}

func kindName(slug string) string { return termName(statement.Kinds(), slug) }

func termNames(terms []statement.Term, slugs []string) string {
	names := make([]string, len(slugs))
	for i, s := range slugs {
		names[i] = termName(terms, s)
	}
	return strings.Join(names, ", ")
}

// placeNames gives "Romania, Western Balkans".
func placeNames(typed []string) string {
	names := make([]string, len(typed))
	for i, t := range typed {
		names[i] = t
		if p, err := place.Find(t); err == nil {
			names[i] = p.Name
		}
	}
	return strings.Join(names, ", ")
}

// title gives an activity's title as a person's words; an erased one says so.
func title(a *store.Activity) Words {
	if !a.RedactedAt.IsZero() {
		return "(text erased)"
	}
	return Words(a.Title)
}

// named gives "**A9** of Eurofound, *Course: …* (April to May 2027)".
func (c *Commands) named(a *store.Activity, today date.Day) Line {
	l := Say("**%s** of %s, *%s*", store.ActivityRef(a.ID), c.agencyName(a.Agency), title(a))
	if when := a.Period().Words(today); when != "" {
		l = append(l, Say(" (%s)", when)...)
	}
	return l
}

// facets gives an activity's facets, short, on one line: dates, places, kind,
// audience and exploitation. The fields named in only are shown, or all.
func facets(a *store.Activity, today date.Day, only func(field string) bool) Line {
	var parts []string
	add := func(field, words string) {
		if words != "" && (only == nil || only(field)) {
			parts = append(parts, words)
		}
	}
	add("from", a.Period().Words(today))
	add("countries", placeNames(a.Countries))
	add("kind", kindName(a.Kind))
	add("audience", termNames(statement.Audiences(), a.Audience))
	add("exploitation", exploitationNames(a.Exploitation))
	if len(parts) == 0 {
		return nil
	}
	return Say("%s", strings.Join(parts, " · "))
}

func exploitationNames(slugs []string) string {
	return termNames(statement.Exploitations(), slugs)
}

// commitmentNames gives "training; identification".
func (c *Commands) commitmentNames(slugs []string) string { return strings.Join(slugs, "; ") }

// clockWords gives "14:20", with the day where it is not today.
func clockWords(t time.Time, today date.Day) string {
	hour := t.Format("15:04")
	if d := date.Of(t); d != today {
		return d.Date().Words(today) + ", " + hour
	}
	return hour
}

// guessedWords says which facets were read from the text, and from which words.
func guessedWords(a *store.Activity) Line {
	if len(a.Guessed) == 0 {
		return nil
	}
	var parts []string
	for _, g := range a.Guessed {
		name := fieldName(g.Field)
		if g.Field == "from" || g.Field == "to" {
			name = "dates"
		}
		parts = addOnce(parts, name+" from "+g.Evidence)
	}
	return append(Say("Read from your text, not yet confirmed: "), Span{Text: strings.Join(parts, "; "), People: true})
}

// fieldName is how a field of an activity is called in replies.
func fieldName(field string) string {
	if name, ok := fieldNames[field]; ok {
		return name
	}
	return field
}

var fieldNames = map[string]string{
	"title": "title", "description": "description", "commitments": "commitments", "kind": "kind",
	"exploitation": "exploitation", "audience": "audience", "countries": "place", "from": "start", "to": "end",
	"status": "status", "partners": "partners", "others": "other partners", "plan": "work programme",
	"tlp": "TLP", "follows": "follows", "links": "link", "withdrawn": "state", "part_of": "joint activity",
}

func itoa(n int) string { return strconv.Itoa(n) }
