package overlap

import (
	"slices"
	"strings"

	"thbot/store/statement/place"
)

// Advice says what would make a plan no duplicate of another activity. Every
// clause was tried: with that change, and whatever else is in the register,
// the pair would not be flagged.
type Advice struct {
	If      []string // clauses of which each alone would do: "it is for others than labour inspectors"
	Unknown []string // what one of the two does not say, and would settle it
	Close   bool     // no other audience, place or form of exploitation alone would do
}

// Advise says what would make the plan w no duplicate of the other. That the
// two are done together or build on one another is for the caller to say.
func (e *Engine) Advise(w, other Work) Advice {
	d := &adviser{e: e, plan: w, other: other, p: e.read(w), q: e.read(other)}
	if why(&d.p, &d.q, true) != "" || !d.flagged(d.plan, d.other) {
		return Advice{}
	}
	d.audience()
	d.place()
	d.exploitation()
	d.advice.Close = len(d.advice.If) == 0
	if d.q.reach.Known() {
		d.advice.If = append(d.advice.If, "it starts more than twelve months after "+d.q.name()+" ends")
	}
	return d.advice
}

// adviser tries changes of a plan.
type adviser struct {
	e           *Engine
	plan, other Work
	p, q        profile
	advice      Advice
}

// flagged tells whether the pair would be flagged in a register that holds
// nothing else; in a fuller one its score is no higher.
func (d *adviser) flagged(w, other Work) bool {
	p, q := d.e.read(w), d.e.read(other)
	return why(&p, &q, true) == "" && d.e.lone(d.e.sum(&p, &q)) >= d.e.threshold
}

// clears tells whether each of the values would do for the field, first with
// the plan's text as it is, then without the words in it that name what is
// changed.
func (d *adviser) clears(field string, shared mask, v vocabulary, values []string) (does, reworded bool) {
	for _, plan := range []Work{d.plan, d.e.without(d.plan, field, shared, v)} {
		if len(values) > 0 && !slices.ContainsFunc(values, func(value string) bool { return d.flagged(set(plan, field, value), d.other) }) {
			return true, reworded
		}
		reworded = true
	}
	return false, false
}

func set(w Work, field, value string) Work {
	switch field {
	case "audience":
		w.Audience = []string{value}
	case "exploitation":
		w.Exploitation = []string{value}
	case "countries":
		w.Countries = []string{value}
	}
	return w
}

// without leaves out of a text the words that clearly name one of the terms.
func (e *Engine) without(w Work, field string, terms mask, v vocabulary) Work {
	cut := func(text string) string {
		var out strings.Builder
		at := 0
		for _, h := range e.lexicon.Find(text) {
			for _, f := range h.Concept.Facets {
				if f.Field == field && f.Strength >= clearly && v.bit(f.Value)&terms != 0 && h.Start >= at {
					out.WriteString(text[at:h.Start])
					at = h.End
				}
			}
		}
		out.WriteString(text[at:])
		return out.String()
	}
	w.Title, w.Description = cut(w.Title), cut(w.Description)
	return w
}

// others are the terms that are none of these.
func (v vocabulary) others(m mask) (slugs []string) {
	for i, t := range v.terms {
		if m&(1<<i) == 0 {
			slugs = append(slugs, t.Slug)
		}
	}
	return slugs
}

func (d *adviser) clause(clause string, reworded bool) {
	if reworded {
		clause += " and its text says so"
	}
	d.advice.If = append(d.advice.If, clause)
}

func (d *adviser) audience() {
	theirs := d.q.says | d.q.audience
	others := audiences.others(theirs)
	switch both := d.p.readers() & theirs; {
	case both != 0:
		if does, reworded := d.clears("audience", theirs, audiences, others); does {
			d.clause("it is for others than "+enumerate(audiences.names(theirs)), reworded)
		}
	case d.p.says == 0 && theirs != 0:
		if does, _ := d.clears("audience", theirs, audiences, others); does {
			d.advice.Unknown = append(d.advice.Unknown, "for whom yours is; if not for "+enumerate(audiences.names(theirs)))
		}
	case theirs == 0 && d.p.says != 0 && d.settles("audience", audiences.others(d.p.says)):
		d.advice.Unknown = append(d.advice.Unknown, "for whom "+d.q.name()+" is; if not for "+enumerate(audiences.names(d.p.readers())))
	}
}

// settles tells whether each of the values would do for a field of the other
// activity.
func (d *adviser) settles(field string, values []string) bool {
	return len(values) > 0 && !slices.ContainsFunc(values, func(value string) bool { return d.flagged(d.plan, set(d.other, field, value)) })
}

func (d *adviser) place() {
	theirs := d.q.where.Union(d.q.countries)
	away := elsewhere(theirs)
	none := place.Set{}
	if away == "" || theirs == none && d.p.where == none {
		return
	}
	where := "in " + countries(theirs)
	outside := "it takes place elsewhere than " + where
	if everywhere(&theirs) {
		where, outside = "in the EU", "it takes place outside the EU"
	}
	switch {
	case d.p.where.Intersects(theirs):
		if !d.flagged(set(d.plan, "countries", away), d.other) {
			d.clause(outside, false)
		}
	case d.p.where == none:
		if !d.flagged(set(d.plan, "countries", away), d.other) {
			d.advice.Unknown = append(d.advice.Unknown, "where yours takes place; if not "+where)
		}
	case theirs == none:
		if away := elsewhere(d.p.where); away != "" && !d.flagged(d.plan, set(d.other, "countries", away)) {
			d.advice.Unknown = append(d.advice.Unknown, "where "+d.q.name()+" takes place; if not "+strings.Replace(spread(d.p.where), "EU-wide", "in the EU", 1))
		}
	}
}

// elsewhere gives the code of a country that is not in the set, "" when it
// holds the world.
func elsewhere(s place.Set) string {
	for _, code := range []string{"AU", "NZ", "FJ", "IS", "CH", "AT", "PT"} {
		if !s.Has(code) {
			return code
		}
	}
	return ""
}

func (d *adviser) exploitation() {
	theirs := d.q.exploitation
	if d.p.exploitation&theirs == 0 || theirs == exploitations.bit("other") {
		return
	}
	if does, reworded := d.clears("exploitation", theirs, exploitations, exploitations.others(theirs)); does {
		d.clause("it is about another form than "+shortened(exploitations.names(theirs)), reworded)
	}
}
