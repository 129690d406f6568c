package commands

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

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
	for _, field := range slices.Sorted(maps.Keys(row.Has)) {
		set, ok := rowSetters()[field]
		if !ok {
			continue
		}
		if err := set(j, row, a); err != nil {
			wrong = append(wrong, field+": "+what(err))
		}
	}
	wrong = append(wrong, checkTexts(a)...)
	if a.From.Known() && a.To.Known() && a.To.Last() < a.From.First() {
		wrong = append(wrong, fmt.Sprintf("the end (%s) is before the start (%s)", a.To, a.From))
	}
	if it.target == 0 {
		a.Source, a.SourceID = j.origin(row)
		it.notes = row.Notes
		j.guessMissing(it)
	} else {
		it.notes = row.Notes[min(len(row.Notes), a.NoteCount):]
	}
	for _, n := range it.notes {
		if _, err := admit.Admit(n.Text); err != nil {
			wrong = append(wrong, "notes: "+what(err))
		}
	}
	return strings.Join(wrong, "; ")
}

// checkTexts passes every text through Admit, and holds it to its length.
func checkTexts(a *store.Activity) []string {
	var wrong []string
	check := func(name, text string) {
		if text == "" {
			return
		}
		if _, err := admit.Admit(text); err != nil {
			wrong = append(wrong, name+": "+what(err))
		}
	}
	if strings.TrimSpace(a.Title) == "" {
		wrong = append(wrong, "title: it is empty")
	}
	if n := len([]rune(a.Title)); n > line.MaxTitle {
		wrong = append(wrong, fmt.Sprintf("title: it has %d characters; the most is %d", n, line.MaxTitle))
	}
	if n := len([]rune(a.Description)); n > line.MaxText {
		wrong = append(wrong, fmt.Sprintf("description: it has %d characters; the most is %d", n, line.MaxText))
	}
	check("title", a.Title)
	check("description", a.Description)
	check("plan", a.Plan)
	for _, o := range a.Others {
		check("others", o)
	}
	for _, l := range a.Links {
		check("links", l)
	}
	return wrong
}

// rowSetters has one for each field of a file that an activity keeps.
func rowSetters() map[string]func(*importing, *exchange.Row, *store.Activity) error {
	return map[string]func(*importing, *exchange.Row, *store.Activity) error{
		"title": func(_ *importing, r *exchange.Row, a *store.Activity) error { a.Title = r.Title; return nil },
		"description": func(_ *importing, r *exchange.Row, a *store.Activity) error {
			a.Description = r.Description
			return nil
		},
		"plan":   func(_ *importing, r *exchange.Row, a *store.Activity) error { a.Plan = r.Plan; return nil },
		"links":  func(_ *importing, r *exchange.Row, a *store.Activity) error { a.Links = orNil(r.Links); return nil },
		"others": func(_ *importing, r *exchange.Row, a *store.Activity) error { a.Others = orNil(r.Others); return nil },
		"commitments": func(j *importing, r *exchange.Row, a *store.Activity) (err error) {
			a.Commitments, err = eachSlug(r.Commitments, func(v string) (string, error) {
				c, err := j.catalogue.FindCommitment(v)
				return c.Slug, err
			})
			return err
		},
		"kind": func(_ *importing, r *exchange.Row, a *store.Activity) error {
			return termInto(&a.Kind, statement.Kinds(), r.Kind)
		},
		"status": func(_ *importing, r *exchange.Row, a *store.Activity) error {
			return termInto(&a.Status, statement.Statuses(), r.Status)
		},
		"exploitation": func(_ *importing, r *exchange.Row, a *store.Activity) error {
			return termsInto(&a.Exploitation, statement.Exploitations(), r.Exploitation)
		},
		"audience": func(_ *importing, r *exchange.Row, a *store.Activity) error {
			return termsInto(&a.Audience, statement.Audiences(), r.Audience)
		},
		"countries": func(_ *importing, r *exchange.Row, a *store.Activity) (err error) {
			a.Countries, err = eachSlug(r.Countries, func(v string) (string, error) {
				_, err := place.Find(v)
				return v, err
			})
			return err
		},
		"from": func(j *importing, r *exchange.Row, a *store.Activity) error {
			return j.dateInto(&a.From, r.From, when.From)
		},
		"to": func(j *importing, r *exchange.Row, a *store.Activity) error { return j.dateInto(&a.To, r.To, when.To) },
		"tlp": func(_ *importing, r *exchange.Row, a *store.Activity) error {
			a.TLP = ""
			if r.TLP == "" {
				return nil
			}
			t, err := statement.FindTLP(r.TLP)
			a.TLP = t.Slug
			return err
		},
		"partners": (*importing).setRowPartners,
		"guessed": func(_ *importing, r *exchange.Row, a *store.Activity) error {
			a.Guessed = nil
			for _, g := range r.Guessed {
				a.Guessed = append(a.Guessed, store.Guess{Field: g.Field, Evidence: g.Evidence})
			}
			return nil
		},
	}
}

func (j *importing) setRowPartners(r *exchange.Row, a *store.Activity) error {
	known := a.Partners
	a.Partners = nil
	for _, p := range r.Partners {
		agency, err := j.catalogue.FindAgency(p.Agency)
		if err != nil {
			return err
		}
		if agency.Slug == a.Agency || a.PartnerState(agency.Slug) != "" {
			continue // the owner, or named twice
		}
		if !slices.Contains([]string{store.Named, store.Confirmed, store.Declined}, p.State) {
			return fmt.Errorf("%s is none of named, confirmed and declined", p.State)
		}
		partner := store.Partner{Agency: agency.Slug, State: p.State, At: j.now.UTC()}
		for _, before := range known {
			if before.Agency == agency.Slug {
				partner = before // an answer given in chat stands
			}
		}
		a.Partners = append(a.Partners, partner)
	}
	return nil
}

func (j *importing) dateInto(into *date.Date, s string, read func(string, time.Time) (date.Date, error)) error {
	*into = ""
	if strings.TrimSpace(s) == "" {
		return nil
	}
	d, err := j.date(strings.TrimSpace(s), read)
	*into = d
	return err
}

// guessMissing reads the facets that the file has no field for from the text.
func (j *importing) guessMissing(it *item) {
	var l line.Line
	for field, key := range map[string]string{
		"commitments": "commitment", "kind": "kind", "exploitation": "exploitation",
		"audience": "audience", "countries": "country", "from": "from", "to": "to",
	} {
		if it.row.Has[field] {
			l.Pairs = append(l.Pairs, line.Pair{Key: key})
		}
	}
	k := &call{Commands: j.Commands, now: j.now}
	k.guess(it.a, l)
}

func termInto(into *string, terms []statement.Term, v string) error {
	*into = ""
	if v == "" {
		return nil
	}
	t, err := statement.FindTerm(terms, v)
	*into = t.Slug
	return err
}

func termsInto(into *[]string, terms []statement.Term, values []string) (err error) {
	*into, err = eachSlug(values, func(v string) (string, error) {
		t, err := statement.FindTerm(terms, v)
		return t.Slug, err
	})
	return err
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

func containsString(list []string, s string) bool { return slices.Contains(list, s) }

func sortRemarks(r []Remark) {
	slices.SortStableFunc(r, func(a, b Remark) int { return cmp.Compare(a.Line, b.Line) })
}
