package made

import (
	"strings"
	"sync"

	"thbot/commands/lexicon"
	"thbot/store/statement"
	"thbot/store/statement/place"
)

// words are what texts are made of.
type words struct {
	products, audiences, subjects []concept
	commitments                   []string
}

var vocabulary = sync.OnceValue(func() *words {
	w := &words{}
	for _, c := range lexicon.Builtin().Concepts() {
		of := concept{c, english(c)}
		switch c.Kind {
		case "product":
			if of.value("kind") != "" {
				w.products = append(w.products, of)
			}
		case "audience":
			if of.value("audience") != "" {
				w.audiences = append(w.audiences, of)
			}
		case "body":
		default:
			w.subjects = append(w.subjects, of)
		}
	}
	for _, c := range statement.Builtin().Commitments {
		w.commitments = append(w.commitments, c.Slug)
	}
	return w
})

// english gives the words that a sentence can hold: the concept's name, and
// its words without the marks of the data.
func english(c *lexicon.Concept) []string {
	out := []string{c.Name}
	for _, w := range c.Words["en"] {
		if !strings.HasPrefix(w, "~") && !strings.HasPrefix(w, "*") && len(w) > 3 {
			out = append(out, strings.ReplaceAll(w, "*", ""))
		}
	}
	return out
}

// in puts a concept into words: by its name in two of five cases.
func (m *maker) in(c concept) string {
	if m.chance(40) {
		return c.Name
	}
	return pick(m, c.english)
}

var titles = []string{
	"{product} on {subject} for {audience}", "{product} for {audience}: {subject} and {subject}", "{subject} in {place}: {product}",
	"{product}: {subject}", "{subject}: {product} for {audience}", "{product} on {subject} and {subject}, {place}",
	"{audience} and {subject}: a {product}", "Annual {product} on {subject}", "{subject} and {subject}",
	"{product} in {place} for {audience}", "Towards {subject}: {product} for {audience} in {place}", "From {subject} to {subject}: {product}",
}

var sentences = []string{
	"Two days with case studies and role play on {subject}.", "The material comes in all official languages.", "National experts review the draft before it is printed.",
	"Builds a common understanding of {subject}, safety and referral.", "A short survey among {audience} precedes it.", "Interviews with practitioners in {number} Member States.",
	"Results are shared with the network of contact points.", "Participants are nominated by their authorities.", "Covers {subject} and {subject}.",
	"Includes data protection and access rights.", "Interpreters and cultural mediators take part.", "Financed under the work programme of the agency.",
	"Focus on {subject}.", "Looks at {subject}, payments and communication online.", "Good practices are collected and rated by {audience}.",
	"Warning signs, questions to ask and whom to call.", "Pilot in {place}, then extended.", "{number} modules, one of them on {subject}.",
	"A steering group meets every quarter in {place}.", "Lessons learnt will feed the next report on {subject}.", "Asks how {audience} deal with {subject}.",
	"With {number} participants from {place}.", "Explains {subject} in plain words.", "Requested by the ministry after a case of {subject}.",
	"Desk review, then {number} focus groups with {audience}.", "Prepares {audience} for {subject}.", "What happens when {subject} meets {subject}.",
	"Continues until the budget is spent.", "An online part of {number} hours comes first.", "No personal data are collected.",
	"Compares legislation on {subject} across {place}.", "Shows where {subject} is overlooked.", "Trainers come from {number} countries.",
	"Responds to a recommendation on {subject}.", "Open to {audience} from third countries.", "Tests a checklist on {subject} with {audience}.",
}

var numbers = strings.Fields("three four five six eight ten twelve 14 20 25 30 60")

// lengths are how many sentences a description has, one in ten cases each.
var lengths = []int{0, 1, 1, 1, 1, 1, 2, 2, 3, 6}

func (m *maker) title(p plan) string {
	t := m.fill(pick(m, titles), p)
	return strings.ToUpper(t[:1]) + t[1:]
}

func (m *maker) description(p plan) string {
	var b strings.Builder
	for i := range pick(m, lengths) {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(m.fill(pick(m, sentences), p))
	}
	return b.String()
}

// fill puts words in the places of a sentence, the subjects in turn.
func (m *maker) fill(form string, p plan) string {
	var b strings.Builder
	next := m.rng.IntN(len(p.subjects))
	for {
		before, rest, found := strings.Cut(form, "{")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		what, after, _ := strings.Cut(rest, "}")
		form = after
		switch what {
		case "product":
			b.WriteString(m.in(p.product))
		case "audience":
			b.WriteString(m.in(p.audience))
		case "place":
			b.WriteString(placeOf(p.countries))
		case "number":
			b.WriteString(pick(m, numbers))
		case "subject":
			b.WriteString(m.in(p.subjects[next%len(p.subjects)]))
			next++
		}
	}
}

func placeOf(countries []string) string {
	if len(countries) == 0 {
		return "the region"
	}
	p, err := place.Find(countries[0])
	if err != nil {
		return countries[0]
	}
	return p.Name
}
