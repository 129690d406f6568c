package made

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"

	"thbot/commands/lexicon"
	"thbot/store/date"
)

// plan is a work before it is put into words.
type plan struct {
	agency            string
	product, audience concept
	subjects          []concept
	countries         []string
	start             date.Day
	days              int
}

// maker makes one register.
type maker struct {
	rng   *rand.Rand
	words *words
	plans []plan
}

// chance is true in so many of a hundred cases.
func (m *maker) chance(percent int) bool { return m.rng.IntN(100) < percent }

func pick[T any](m *maker, list []T) T { return list[m.rng.IntN(len(list))] }

// frequent picks the first ones much more often than the last.
func frequent[T any](m *maker, list []T) T {
	return list[int(float64(len(list))*math.Pow(m.rng.Float64(), 1.8))]
}

var (
	agencies  = strings.Fields("easo europol eu-lisa emcdda eurojust eige frontex eurofound fra cepol")
	countries = strings.Fields("RO BG IT ES DE GR HU FR PL RS NL NG AL UA MD AT PT BE CZ HR SE BA ME MK MA TN SK SI LT LV EE FI DK IE CY MT LU XK TR GE AM VN CN BR CO NE SN GH LY EG")
)

// plan makes a new plan, or that of another agency's earlier work.
func (m *maker) plan() plan {
	if len(m.plans) > 0 && m.chance(5) {
		p := pick(m, m.plans)
		p.agency = pick(m, agencies)
		p.start += date.Day(m.rng.IntN(240) - 120)
		return p
	}
	p := plan{agency: pick(m, agencies), product: pick(m, m.words.products), audience: frequent(m, m.words.audiences),
		start: date.NewDay(2020, 1, 1) + date.Day(m.rng.IntN(12*365)), days: 1 + int(400*math.Pow(m.rng.Float64(), 2))}
	for range 2 + m.rng.IntN(2) {
		p.subjects = append(p.subjects, frequent(m, m.words.subjects))
	}
	p.countries = m.where()
	return p
}

func (m *maker) where() []string {
	n := 0
	switch r := m.rng.IntN(100); {
	case r < 60:
		return []string{"EU"}
	case r < 85:
		n = 1
	case r < 95:
		n = 2 + m.rng.IntN(3)
	}
	out := []string{}
	for range n {
		out = addOnce(out, frequent(m, countries))
	}
	return out
}

// row puts a plan into words and facets.
func (m *maker) row(p plan) Row {
	r := Row{Agency: p.agency, Title: m.title(p), Description: m.description(p), Countries: p.countries,
		From: string(p.start.Date()), To: string((p.start + date.Day(p.days)).Date()), Status: "planned",
		Commitments: []string{}, Exploitation: []string{}, Audience: []string{}, Partners: []string{}}
	if m.chance(90) {
		r.Kind = p.product.value("kind")
	}
	if m.chance(90) {
		r.Audience = append(r.Audience, p.audience.value("audience"))
		if m.chance(30) {
			r.Audience = addOnce(r.Audience, frequent(m, m.words.audiences).value("audience"))
		}
	}
	for _, s := range p.subjects {
		if v := s.value("exploitation"); v != "" && m.chance(80) {
			r.Exploitation = addOnce(r.Exploitation, v)
		}
		if v := s.value("commitments"); v != "" && len(r.Commitments) < 2 {
			r.Commitments = addOnce(r.Commitments, v)
		}
	}
	if len(r.Commitments) == 0 {
		r.Commitments = append(r.Commitments, pick(m, m.words.commitments))
	}
	if m.chance(5) {
		r.To = ""
	}
	return r
}

func addOnce(list []string, v string) []string {
	if slices.Contains(list, v) {
		return list
	}
	return append(list, v)
}

// concept is one of the lexicon's, with its English words.
type concept struct {
	*lexicon.Concept
	english []string
}

// value is what the concept speaks for most in a facet, or "".
func (c concept) value(field string) string {
	best, strength := "", 0.25
	for _, f := range c.Facets {
		if f.Field == field && f.Strength > strength {
			best, strength = f.Value, f.Strength
		}
	}
	return best
}
