package statement

import (
	"strings"
	"unicode"

	"thbot/store/fault"
	"thbot/store/statement/spell"
)

// Term is a value of a facet.
type Term struct {
	Slug   string   // never changes; records use it
	Name   string   // how it reads in a sentence
	Plural string   // the same for several, where it differs in use
	Words  []string // other words that mean it
}

// Kinds are the kinds of activity. Like all vocabularies here it is shared:
// callers must not change it.
func Kinds() []Term { return kinds }

// Exploitations are the forms of exploitation.
func Exploitations() []Term { return exploitations }

// Audiences are those for whom an activity is done.
func Audiences() []Term { return audiences }

// Statuses are the states of an activity that a person may set.
func Statuses() []Term { return statuses }

// TLPs are the markings of the Traffic Light Protocol 2.0 under which an
// activity may be kept, AMBER, the default, first.
func TLPs() []Term { return tlps }

// FindTerm gives the term that the input means: by slug, name, plural or
// another usual word for it. A slip is not forgiven, since the wrong term
// would be stored unseen: the error, a *fault.Error, names the nearest.
func FindTerm(terms []Term, input string) (Term, error) {
	for i := range terms {
		if terms[i].Slug == input {
			return terms[i], nil
		}
	}
	if key := spell.Key(cut(input)); key != "" {
		for i := range terms {
			if terms[i].means(key) {
				return terms[i], nil
			}
		}
	}
	return Term{}, noTerm(terms, input)
}

func (t *Term) means(key string) bool {
	var buf [64]byte
	is := func(form string) bool { return string(spell.AppendFold(buf[:0], form, 0)) == key }
	if is(t.Slug) || is(t.Name) || is(t.Plural) {
		return true
	}
	for _, w := range t.Words {
		if is(w) {
			return true
		}
	}
	return false
}

func noTerm(terms []Term, input string) error {
	shown := cut(input)
	if len(terms) == 0 {
		return fault.New(fault.NotFound, "%q is not known here.", shown)
	}
	slugs := make([]string, len(terms))
	var forms []string
	of := map[string]string{}
	for i, t := range terms {
		slugs[i] = t.Slug
		for _, form := range append([]string{t.Slug, t.Name, t.Plural}, t.Words...) {
			if _, ok := of[form]; !ok && form != "" {
				forms, of[form] = append(forms, form), t.Slug
			}
		}
	}
	if shown == "" {
		return fault.New(fault.NotFound, "A value is missing. It may be %s.", either(slugs)).WithTry("%s", slugs[0])
	}
	if near := spell.Nearest(shown, forms); near != "" {
		return fault.New(fault.NotFound, "%q is not one of the values. The nearest is %s.", shown, of[near]).WithTry("%s", of[near])
	}
	return fault.New(fault.NotFound, "%q is not one of the values, which are %s.", shown, list(slugs)).WithTry("%s", slugs[0])
}

func either(names []string) string {
	s := list(names)
	if i := strings.LastIndex(s, " and "); i >= 0 {
		return s[:i] + " or " + s[i+len(" and "):]
	}
	return s
}

// FindTLP gives the marking, typed with or without "TLP:". RED is understood
// and refused: such a text is for the ears of those in the room. WHITE, the
// name before version 2.0 of the protocol, is CLEAR.
func FindTLP(input string) (Term, error) {
	mark := strings.ToUpper(strings.TrimSpace(input))
	mark = strings.TrimSpace(strings.TrimPrefix(mark, "TLP"))
	mark = strings.TrimSpace(strings.TrimPrefix(mark, ":"))
	if squeeze(mark) == "RED" {
		return Term{}, fault.New(fault.Refused, "What is marked TLP:RED is for those in the room alone and must not be passed on, so it cannot be kept in a register that ten agencies read.").WithTry("AMBER+STRICT")
	}
	switch squeeze(mark) {
	case "AMBERSTRICT", "STRICT", "AMBERANDSTRICT":
		return tlps[1], nil
	case "WHITE":
		return tlps[3], nil
	}
	for _, t := range tlps {
		if squeeze(mark) == t.Slug {
			return t, nil
		}
	}
	return Term{}, noTerm(tlps, mark)
}

// squeeze keeps the letters.
func squeeze(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) {
			return r
		}
		return -1
	}, s)
}
