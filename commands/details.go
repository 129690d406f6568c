package commands

import (
	"slices"
	"strings"

	"thbot/commands/line"
	"thbot/store"
	"thbot/store/fault"
	"thbot/store/statement"
)

// editForm is the first form of edit: texts, time, place and company.
func (k *call) editForm(id string) (Reply, error) {
	a, err := k.openEditable(id)
	if err != nil {
		return Reply{}, err
	}
	return Reply{Form: &Form{
		Name: "edit", Record: store.ActivityRef(a.ID), Revision: a.Revision,
		Title: "Edit " + store.ActivityRef(a.ID), Submit: "Save",
		Fields: []Field{
			{Name: "title", Label: "Title", Type: FieldArea, Value: a.Title, Max: store.MaxTitle},
			{Name: "description", Label: "Description", Type: FieldArea, Value: a.Description, Max: store.MaxText, Optional: true},
			{Name: "when", Label: "When", Hint: "Such as March 2027 or 2027-03..2027-06", Type: FieldText, Value: typedPeriod(a), Optional: true},
			{Name: "country", Label: "Where", Hint: "Countries or regions, with commas", Type: FieldText, Value: strings.Join(a.Countries, ", "), Optional: true},
			{Name: "with", Label: "With which agencies", Type: FieldMulti, Options: k.agencyOptions(a.Agency), Value: strings.Join(a.With(), ","), Optional: true},
			{Name: "plan", Label: "Work programme", Type: FieldText, Value: a.Plan, Optional: true},
		},
	}}, nil
}

// detailsForm is the second: the facets, with guesses as defaults.
func (k *call) detailsForm(id string) (Reply, error) {
	a, err := k.openEditable(id)
	if err != nil {
		return Reply{}, err
	}
	var follows []string
	for _, f := range a.Follows {
		follows = append(follows, store.ActivityRef(f))
	}
	var commitments []Option
	for _, c := range k.catalogue.Commitments {
		commitments = append(commitments, Option{c.Slug, itoa(c.Number) + " " + c.Title})
	}
	return Reply{Form: &Form{
		Name: "details", Record: store.ActivityRef(a.ID), Revision: a.Revision,
		Title: "Details of " + store.ActivityRef(a.ID), Submit: "Save",
		Fields: []Field{
			{Name: "commitment", Label: "Commitments", Type: FieldMulti, Options: commitments, Value: strings.Join(a.Commitments, ","), Optional: true},
			{Name: "kind", Label: "Kind of work", Type: FieldChoice, Options: termOptions(statement.Kinds()), Value: a.Kind, Optional: true},
			{Name: "audience", Label: "For whom", Type: FieldMulti, Options: termOptions(statement.Audiences()), Value: strings.Join(a.Audience, ","), Optional: true},
			{Name: "exploitation", Label: "Form of exploitation", Type: FieldMulti, Options: termOptions(statement.Exploitations()), Value: strings.Join(a.Exploitation, ","), Optional: true},
			{Name: "status", Label: "Status", Hint: "Left out, it follows the dates", Type: FieldChoice, Options: statusOptions(), Value: a.Status, Optional: true},
			{Name: "others", Label: "Partners outside", Hint: "Outside the network, with commas", Type: FieldText, Value: strings.Join(a.Others, ", "), Optional: true},
			{Name: "follows", Label: "Builds on", Hint: "Earlier activities, such as A12", Type: FieldText, Value: strings.Join(follows, ", "), Optional: true},
			{Name: "link", Label: "Link", Hint: "https://…", Type: FieldText, Value: strings.Join(a.Links, ", "), Optional: true},
		},
	}}, nil
}

func (k *call) openEditable(id string) (a *store.Activity, err error) {
	err = k.view(func(v *store.View) error {
		a, err = k.editable(v, id)
		return err
	})
	return a, err
}

func termOptions(terms []statement.Term) []Option {
	options := make([]Option, len(terms))
	for i, t := range terms {
		options[i] = Option{t.Slug, t.Name}
	}
	return options
}

func statusOptions() []Option { return termOptions(statement.Statuses()) }

// typedPeriod gives the dates in a form that the commands read.
func typedPeriod(a *store.Activity) string {
	switch {
	case a.From == a.To:
		return string(a.From)
	case !a.To.Known():
		return "from " + string(a.From)
	case !a.From.Known():
		return "until " + string(a.To)
	}
	return string(a.From) + ".." + string(a.To)
}

// togetherButtons offer the agencies that the text names: with whom is never
// guessed, but asked.
func (k *call) togetherButtons(a *store.Activity) []Button {
	var buttons []Button
	for _, agency := range k.agenciesNamed(a) {
		if len(buttons) < 2 {
			buttons = append(buttons, Button{
				Label: "Together with " + k.agencyName(agency), Action: "edit.with",
				Record: store.ActivityRef(a.ID) + "/" + agency, Revision: a.Revision,
			})
		}
	}
	return buttons
}

// agenciesNamed lists other agencies whose short name stands in the text.
func (k *call) agenciesNamed(a *store.Activity) []string {
	words := strings.FieldsFunc(a.Title+" "+a.Description, func(r rune) bool {
		return !('a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || r == '-')
	})
	var named []string
	for _, agency := range k.catalogue.Agencies {
		if agency.Slug != a.Agency && a.PartnerState(agency.Slug) == "" && slices.Contains(words, agency.Short) {
			named = append(named, agency.Slug)
		}
	}
	return named
}

// addPartner names the agency of a pressed "Together with" button as partner.
func addPartner(k *call, p Press) (Reply, error) {
	id, agency, _ := strings.Cut(p.Record, "/")
	if _, ok := k.catalogue.Agency(agency); !ok {
		return Reply{}, fault.New(fault.NotFound, "I know no agency %s.", agency)
	}
	var with []string
	err := k.view(func(v *store.View) error {
		a, err := k.editable(v, id)
		if err == nil {
			with = addOnce(a.With(), agency)
		}
		return err
	})
	if err != nil {
		return Reply{}, err
	}
	return k.editActivity(id, line.Line{Pairs: []line.Pair{{Key: "with", Value: strings.Join(with, ","), Values: with}}}, 0)
}
