package commands

import (
	"io"
	"strings"

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
	j := &importing{Commands: &Commands{catalogue: catalogue}, report: new(ImportReport)}
	number := map[string]int{}
	for i, row := range rows {
		number[row.ID] = i + 1
	}
	for i, row := range rows {
		if row.Err != "" {
			return nil, nil, fault.New(fault.Invalid, "Line %d: %s.", row.Line, row.Err)
		}
		agency, err := catalogue.FindAgency(row.Agency)
		if err != nil {
			return nil, nil, fault.New(fault.Invalid, "Line %d: %s.", row.Line, what(err))
		}
		a := &store.Activity{ID: i + 1, Agency: agency.Slug}
		var wrong []string
		for field := range row.Has {
			if set, ok := rowSetters()[field]; ok {
				if err := set(j, row, a); err != nil {
					wrong = append(wrong, field+": "+what(err))
				}
			}
		}
		if len(wrong) > 0 {
			return nil, nil, fault.New(fault.Invalid, "Line %d: %s.", row.Line, strings.Join(wrong, "; "))
		}
		w := work(a)
		for _, id := range row.Follows {
			if n := number[id]; n != 0 {
				w.Follows = append(w.Follows, n)
			}
		}
		works, ids = append(works, w), append(ids, row.ID)
	}
	return works, ids, nil
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
