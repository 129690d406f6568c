package commands

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"thbot/commands/admit"
	"thbot/commands/exchange"
	"thbot/commands/line"
	"thbot/commands/when"
	"thbot/store"
	"thbot/store/date"
	"thbot/store/statement"
	"thbot/store/statement/place"
)

// fill writes the row's fields into its activity. A field that the file does
// not have stays as it is. It gives what is wrong, all of it.
func (j *importing) fill(it *item) string {
	var wrong []string
	row, a := it.row, it.a
	a.Guessed = nil // of an update, keepGuesses puts the marks back
	for _, field := range exchange.Fields() {
		if !row.Has(field) {
			continue
		}
		if err := j.set(field, row, a); err != nil {
			wrong = append(wrong, field+": "+what(err))
		}
	}
	wrong = append(wrong, checkTexts(a)...)
	if a.From.Known() && a.To.Known() && a.To.Last() < a.From.First() {
		wrong = append(wrong, fmt.Sprintf("the end (%s) is before the start (%s)", a.To, a.From))
	}
	wrong = append(wrong, j.fillNotes(it)...)
	if it.target == 0 {
		a.Source, a.SourceID = j.origin(row)
		for _, err := range []error{admitShort("source", a.Source), admitShort("source_id", a.SourceID)} {
			if err != nil {
				wrong = append(wrong, what(err))
			}
		}
	}
	if len(wrong) == 0 && it.target == 0 {
		j.guessMissing(it)
	}
	return strings.Join(wrong, "; ")
}

// set writes one field.
func (j *importing) set(field string, r *exchange.Row, a *store.Activity) (err error) {
	switch field {
	case "title":
		a.Title = j.text(a.Title, r.Title)
	case "description":
		a.Description = j.text(a.Description, r.Description)
	case "plan":
		a.Plan = j.text(a.Plan, r.Plan)
	case "links":
		a.Links = orNil(r.Links)
	case "others":
		a.Others = orNil(r.Others)
	case "commitments":
		a.Commitments, err = eachSlug(r.Commitments, func(v string) (string, error) {
			c, err := j.catalogue.FindCommitment(v)
			return c.Slug, err
		})
	case "kind":
		a.Kind, err = termOf(statement.Kinds(), r.Kind)
	case "status":
		a.Status, err = termOf(statement.Statuses(), r.Status)
	case "exploitation":
		a.Exploitation, err = termsOf(statement.Exploitations(), r.Exploitation)
	case "audience":
		a.Audience, err = termsOf(statement.Audiences(), r.Audience)
	case "countries":
		a.Countries, err = eachSlug(r.Countries, func(v string) (string, error) {
			_, err := place.Find(v)
			return v, err
		})
	case "from":
		a.From, err = j.date(r.From, when.From)
	case "to":
		a.To, err = j.date(r.To, when.To)
	case "tlp":
		a.TLP, err = tlpOf(r.TLP)
	case "partners":
		a.Partners, err = j.partnersIn(r, a)
	case "guessed":
		a.Guessed, err = guessesIn(r)
	}
	return err
}

// text gives the file's text. Tables know one kind of line end only, so one
// that differs in nothing else stays as it is.
func (j *importing) text(stored, said string) string {
	if j.o.Format != "jsonl" && strings.ReplaceAll(stored, "\r\n", "\n") == said {
		return stored
	}
	return said
}

// partnersIn reads the partners. One whose state the file does not change
// stays as it is, with the time of its answer.
func (j *importing) partnersIn(r *exchange.Row, a *store.Activity) ([]store.Partner, error) {
	var list []store.Partner
	for _, p := range r.Partners {
		agency, err := j.catalogue.FindAgency(p.Agency)
		if err != nil {
			return nil, err
		}
		if agency.Slug == a.Agency {
			return nil, fmt.Errorf("%s is the owner, and no partner of itself", agency.Short)
		}
		if !slices.Contains([]string{store.Named, store.Confirmed, store.Declined}, p.State) {
			return nil, fmt.Errorf("%q is none of named, confirmed and declined", p.State)
		}
		if slices.ContainsFunc(list, func(known store.Partner) bool { return known.Agency == agency.Slug }) {
			return nil, fmt.Errorf("%s stands there twice", agency.Short)
		}
		partner := store.Partner{Agency: agency.Slug, State: p.State, At: j.now.UTC()}
		for _, known := range a.Partners {
			if known.Agency == partner.Agency && known.State == partner.State {
				partner = known
			}
		}
		list = append(list, partner)
	}
	return list, nil
}

func guessesIn(r *exchange.Row) ([]store.Guess, error) {
	var list []store.Guess
	for _, g := range r.Guessed {
		if !slices.Contains([]string{"commitments", "kind", "exploitation", "audience", "countries", "from", "to"}, g.Field) {
			return nil, fmt.Errorf("%q is no field that is guessed", g.Field)
		}
		if err := admitText(g.Evidence); err != nil {
			return nil, err
		}
		list = append(list, store.Guess{Field: g.Field, Evidence: g.Evidence})
	}
	return list, nil
}

// fillNotes checks the notes. Their authors are agencies or offices, never
// people.
func (j *importing) fillNotes(it *item) (wrong []string) {
	it.notes = slices.Clone(it.row.Notes)
	for i := range it.notes {
		n := &it.notes[i]
		if strings.TrimSpace(n.Text) == "" {
			wrong = append(wrong, "notes: one of them is empty")
		} else if err := admitText(n.Text); err != nil {
			wrong = append(wrong, "notes: "+what(err))
		}
		switch n.By {
		case "", store.Program, string(store.Coordinator), string(store.Admin):
			continue
		}
		agency, err := j.catalogue.FindAgency(n.By)
		if err != nil {
			wrong = append(wrong, "notes: by takes an agency, never a person; "+what(err))
		}
		n.By = agency.Slug
	}
	return wrong
}

// checkTexts passes every text through Admit, and holds it to its length.
func checkTexts(a *store.Activity) []string {
	var wrong []string
	check := func(name, text string, most int) {
		n := utf8.RuneCountInString(text)
		if n > most {
			wrong = append(wrong, fmt.Sprintf("%s: it has %d characters; the most is %d", name, n, most))
		} else if text != "" {
			if _, err := admit.Admit(text); err != nil {
				wrong = append(wrong, name+": "+what(err))
			}
		}
	}
	if strings.TrimSpace(a.Title) == "" {
		wrong = append(wrong, "title: it is empty")
	}
	check("title", a.Title, line.MaxTitle)
	check("description", a.Description, line.MaxText)
	check("plan", a.Plan, line.MaxText)
	for _, f := range []struct {
		name string
		list []string
	}{{"others", a.Others}, {"links", a.Links}, {"countries", a.Countries}} {
		if len(f.list) > store.MaxList {
			wrong = append(wrong, fmt.Sprintf("%s: it has %d values; the most is %d", f.name, len(f.list), store.MaxList))
			continue
		}
		for _, text := range f.list {
			check(f.name, text, line.MaxText)
		}
	}
	return wrong
}

func admitText(text string) error {
	if n := utf8.RuneCountInString(text); n > line.MaxText {
		return fmt.Errorf("it has %d characters; the most is %d", n, line.MaxText)
	}
	_, err := admit.Admit(text)
	return err
}

// maxOrigin is the most characters of a source and of an id there.
const maxOrigin = 200

func admitShort(name, text string) error {
	if text == "" {
		return nil
	}
	if n := utf8.RuneCountInString(text); n > maxOrigin {
		return fmt.Errorf("%s: it has %d characters; the most is %d", name, n, maxOrigin)
	}
	if _, err := admit.Admit(text); err != nil {
		return fmt.Errorf("%s: %s", name, what(err))
	}
	return nil
}

// date takes the canonical forms first, then what people type.
func (j *importing) date(s string, read func(string, time.Time) (date.Date, error)) (date.Date, error) {
	s = strings.TrimSpace(s)
	if d, err := date.Parse(s); err == nil {
		return d, nil
	}
	return read(s, j.now)
}

// guessMissing reads the facets that the file has no field for from the text.
func (j *importing) guessMissing(it *item) {
	var l line.Line
	for _, k := range [][2]string{
		{"commitments", "commitment"}, {"kind", "kind"}, {"exploitation", "exploitation"},
		{"audience", "audience"}, {"countries", "country"}, {"from", "from"}, {"to", "to"},
	} {
		if it.row.Has(k[0]) {
			l.Pairs = append(l.Pairs, line.Pair{Key: k[1]})
		}
	}
	k := &call{Commands: j.Commands, now: j.now}
	k.guess(it.a, l)
}

func termOf(terms []statement.Term, v string) (string, error) {
	if v == "" {
		return "", nil
	}
	t, err := statement.FindTerm(terms, v)
	return t.Slug, err
}

func termsOf(terms []statement.Term, values []string) ([]string, error) {
	return eachSlug(values, func(v string) (string, error) { return termOf(terms, v) })
}

func tlpOf(v string) (string, error) {
	if v == "" {
		return "", nil
	}
	t, err := statement.FindTLP(v)
	return t.Slug, err
}

func eachSlug(values []string, find func(string) (string, error)) ([]string, error) {
	var slugs []string
	for _, v := range values {
		slug, err := find(v)
		if err != nil {
			return slugs, err
		}
		slugs = addOnce(slugs, slug)
	}
	return slugs, nil
}

func orNil(list []string) []string {
	if len(list) == 0 {
		return nil
	}
	return list
}
