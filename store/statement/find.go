package statement

import (
	"slices"
	"strconv"
	"strings"

	"thbot/store/fault"
	"thbot/store/statement/spell"
)

// index maps the folded forms of names to positions.
type index map[string]int

// keys are the spellings under which a form is entered and looked up: as it
// is, and with "EU" written out and articles left out, so that "the EU Agency
// for Asylum" is "European Union Agency for Asylum".
func keys(form string) []string {
	folded := spell.Fold(form)
	if folded == "" {
		return nil
	}
	plain := strings.ReplaceAll(folded, " ", "")
	words := strings.Fields(folded)
	words = slices.DeleteFunc(words, func(w string) bool { return w == "the" })
	for i, w := range words {
		switch w {
		case "eu", "eus":
			words[i] = "europeanunion"
		case "center":
			words[i] = "centre"
		case "labor":
			words[i] = "labour"
		}
	}
	long := strings.ReplaceAll(strings.Join(words, ""), "europeanunions", "europeanunion")
	if long == plain || long == "" {
		return []string{plain}
	}
	return []string{plain, long}
}

// find looks an input up: as it is, else with slips. Two answers at the same
// number of slips are none.
func (x index) find(input string) (int, bool) {
	tried := keys(input)
	for _, key := range tried {
		if i, ok := x[key]; ok {
			return i, true
		}
	}
	for _, key := range tried {
		if i, ok := x.slipped(key); ok {
			return i, true
		}
	}
	return 0, false
}

// slipped finds the one position whose form lies fewest slips from the key.
// A form of fewer than five letters is not found with slips: too many short
// names lie one letter apart.
func (x index) slipped(key string) (at int, ok bool) {
	least := spell.Allowed(len(key)) + 1
	for form, i := range x {
		limit := min(least, spell.Allowed(len(key)), spell.Allowed(len(form)))
		if limit == 0 {
			continue
		}
		n := spell.Slips(key, form, limit)
		switch {
		case n > limit:
		case n < least:
			at, least, ok = i, n, true
		case i != at:
			ok = false
		}
	}
	return at, ok
}

func (a *Agency) forms() []string {
	return append([]string{a.Slug, a.Short, a.Full, a.SignedAs}, a.Aliases...)
}

// FindAgency gives the agency that the input names: by its slug, its names of
// today and of before, abbreviations, names in other languages and usual
// misspellings. Case, marks, hyphens, spaces and apostrophes do not count, and
// a longer name may hold one or two slips. "EUAA (EASO)" and "EASO/EUAA" are
// understood where both name the same agency. The error is a *fault.Error
// that names the nearest agency.
func (c *Catalogue) FindAgency(input string) (Agency, error) {
	if a, ok := c.Agency(input); ok {
		return a, nil
	}
	if len(input) <= maxInput {
		if i, ok := c.agencies.find(input); ok {
			return c.Agencies[i], nil
		}
		if i, ok := c.agencies.together(input); ok {
			return c.Agencies[i], nil
		}
	}
	return Agency{}, c.noAgency(input)
}

// maxInput bounds what is looked up, in bytes: the longest name has some 170.
const maxInput = 400

// together finds what the parts of "EUAA (formerly EASO)" agree on.
func (x index) together(input string) (int, bool) {
	parts := strings.FieldsFunc(input, func(r rune) bool { return strings.ContainsRune("()/[],;|", r) })
	if len(parts) < 2 || len(parts) > 6 {
		return 0, false
	}
	at, found := 0, false
	for _, part := range parts {
		part = strings.TrimSpace(part)
		for _, lead := range [...]string{"formerly ", "former ", "ex-", "ex ", "now ", "previously "} {
			if len(part) > len(lead) && strings.EqualFold(part[:len(lead)], lead) {
				part = part[len(lead):]
			}
		}
		if part == "" {
			continue
		}
		i, ok := x.find(part)
		if !ok || found && i != at {
			return 0, false
		}
		at, found = i, true
	}
	return at, found
}

func (c *Catalogue) noAgency(input string) error {
	shown := cut(input)
	if strings.TrimSpace(shown) == "" {
		return fault.New(fault.NotFound, "The name of an agency is missing.").WithTry("%s", c.Agencies[0].Short)
	}
	var forms []string
	of := map[string]int{}
	for i := range c.Agencies {
		for _, form := range c.Agencies[i].forms() {
			forms, of[form] = append(forms, form), i
		}
	}
	if near := spell.Nearest(shown, forms); near != "" {
		short := c.Agencies[of[near]].Short
		return fault.New(fault.NotFound, "There is no agency %q in the network. The nearest is %s.", shown, short).WithTry("%s", short)
	}
	names := make([]string, len(c.Agencies))
	for i := range c.Agencies {
		names[i] = c.Agencies[i].Short
	}
	return fault.New(fault.NotFound, "There is no agency %q in the network. It has %s.", shown, list(names)).WithTry("%s", names[0])
}

func (m *Commitment) forms() []string {
	return append([]string{m.Slug, m.Title, m.Text, strconv.Itoa(m.Number), "commitment " + strconv.Itoa(m.Number)}, m.Words...)
}

// FindCommitment gives the commitment that the input names: by number ("7",
// "#7"), slug, or words that mean only this one ("asset recovery"). Unlike an
// agency's name a slip is not forgiven, because a wrong commitment would be
// stored unseen: the error, a *fault.Error, names the nearest.
func (c *Catalogue) FindCommitment(input string) (Commitment, error) {
	if m, ok := c.Commitment(input); ok {
		return m, nil
	}
	if len(input) <= maxInput {
		for _, key := range keys(input) {
			if i, ok := c.commitments[key]; ok && (!digits(key) || digits(strings.TrimLeft(strings.TrimSpace(input), "#"))) {
				return c.Commitments[i], nil
			}
		}
	}
	return Commitment{}, c.noCommitment(input)
}

// digits tells a number. A key is compared without its signs, so "1,1" and
// "-1" must be kept from being 11 and 1.
func digits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

func (c *Catalogue) noCommitment(input string) error {
	shown := cut(input)
	last := c.Commitments[len(c.Commitments)-1]
	if strings.TrimSpace(shown) == "" {
		return fault.New(fault.NotFound, "The commitment is missing.").WithTry("%s", c.Commitments[0].Slug)
	}
	if n, err := strconv.Atoi(strings.TrimLeft(strings.TrimSpace(shown), "#")); err == nil {
		return fault.New(fault.NotFound, "There is no commitment %d; they are numbered 1 to %d.", n, last.Number).WithTry("%s", last.Slug)
	}
	var slugs, words []string
	of := map[string]int{}
	for i := range c.Commitments {
		m := &c.Commitments[i]
		slugs = append(slugs, m.Slug)
		of[m.Slug] = i
		for _, w := range m.Words {
			words, of[w] = append(words, w), i
		}
	}
	near := spell.Nearest(shown, slugs)
	if near == "" {
		near = spell.Nearest(shown, words)
	}
	if near == "" {
		return fault.New(fault.NotFound, "There is no commitment %q. They are %s.", shown, list(slugs)).WithTry("%s", slugs[0])
	}
	m := c.Commitments[of[near]]
	return fault.New(fault.NotFound, "There is no commitment %q. The nearest is number %d, %s.", shown, m.Number, m.Slug).WithTry("%s", m.Slug)
}

// cut keeps what an error quotes readable: one line of at most 60 characters.
func cut(input string) string {
	runes := []rune(strings.Join(strings.Fields(strings.ToValidUTF8(input, "?")), " "))
	if len(runes) > 60 {
		return string(runes[:59]) + "…"
	}
	return string(runes)
}

// list joins names as a sentence does.
func list(names []string) string {
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	return strings.Join(names[:len(names)-1], ", ") + " and " + names[len(names)-1]
}
