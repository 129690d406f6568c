package commands

import (
	"io"

	"thbot/commands/exchange"
	"thbot/commands/lexicon"
	"thbot/commands/overlap"
	"thbot/store"
	"thbot/store/fault"
	"thbot/store/statement"
)

// ReadWorks reads a JSONL file of activities for `thbot evaluate`. The works
// are numbered from 1 in the file's order; ids gives the file's own id of each.
func ReadWorks(in io.Reader, catalogue *statement.Catalogue) (works []overlap.Work, ids []string, err error) {
	rows, err := exchange.ReadJSONL(in, nil)
	if err != nil {
		return nil, nil, err
	}
	j := &importing{Commands: &Commands{catalogue: catalogue}}
	number := make(map[string]int, len(rows))
	for i, row := range rows {
		if first := number[row.ID]; first != 0 {
			return nil, nil, fault.New(fault.Invalid, "Line %d: the id %s stands in line %d already.", row.Line, row.ID, rows[first-1].Line)
		}
		number[row.ID] = i + 1
	}
	for i, row := range rows {
		a, wrong := j.read(row)
		if wrong != "" {
			return nil, nil, fault.New(fault.Invalid, "Line %d: %s.", row.Line, wrong)
		}
		a.ID = i + 1
		for _, id := range row.Follows {
			if n := number[id]; n != 0 {
				a.Follows = append(a.Follows, n)
			}
		}
		works, ids = append(works, work(a)), append(ids, row.ID)
	}
	return works, ids, nil
}

// read makes an activity of a row that is measured and not kept, so its texts
// need no admission.
func (j *importing) read(row *exchange.Row) (a *store.Activity, wrong string) {
	if row.Err != "" {
		return nil, row.Err
	}
	if row.ID == "" {
		return nil, "it has no id, by which pairs could name it"
	}
	agency, err := j.catalogue.FindAgency(row.Agency)
	if err != nil {
		return nil, what(err)
	}
	a = &store.Activity{Agency: agency.Slug}
	for _, field := range exchange.Fields() {
		if !row.Has(field) {
			continue
		}
		if err := j.set(field, row, a); err != nil {
			return nil, field + ": " + what(err)
		}
	}
	return a, ""
}

// EvaluateSuggestions gives how well facets are guessed from title and
// description alone.
func EvaluateSuggestions(words *lexicon.Lexicon, works []overlap.Work) lexicon.Report {
	items := make([]lexicon.Item, len(works))
	for i, w := range works {
		items[i] = lexicon.Item{
			Title: w.Title, Description: w.Description, Kind: w.Kind, Commitments: w.Commitments,
			Audience: w.Audience, Exploitation: w.Exploitation, Countries: w.Countries,
		}
	}
	return words.Evaluate(items)
}
