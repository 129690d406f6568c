package coverage_test

import (
	"fmt"
	"slices"
	"time"

	"thbot/commands/coverage"
	"thbot/store"
	"thbot/store/date"
	"thbot/store/statement"
)

var brussels = func() *time.Location {
	zone, err := time.LoadLocation("Europe/Brussels")
	if err != nil {
		panic(err)
	}
	return zone
}()

func day(s string) time.Time {
	t, err := time.ParseInLocation("2006-01-02 15:04", s+" 10:00", brussels)
	if err != nil {
		panic(err)
	}
	return t
}

// work makes an activity of an agency under commitments, recorded and changed
// on 1 November 2026.
func work(id int, agency string, from, to date.Date, commitments ...string) *store.Activity {
	return &store.Activity{
		ID: id, Agency: agency, Title: fmt.Sprint("Activity ", id), From: from, To: to, Commitments: commitments,
		RecordedAt: day("2026-11-01"), ChangedAt: day("2026-11-01"),
	}
}

func nothing(agency, commitment, period, at string) *store.Confirmation {
	return &store.Confirmation{Agency: agency, Commitment: commitment, Period: period, At: day(at)}
}

type input struct {
	now    string
	period date.Period
	said   []*store.Confirmation
	joined map[string]time.Time
}

func compute(in input, all ...*store.Activity) *coverage.Matrix {
	if in.now == "" {
		in.now = "2026-11-24"
	}
	if !in.period.Known() {
		in.period = date.Whole("2026")
	}
	return coverage.Compute(coverage.Input{
		Catalogue: statement.Builtin(), Activities: slices.Values(all), Confirmations: in.said,
		Period: in.period, Now: day(in.now), StaleAfter: 90 * 24 * time.Hour, Joined: in.joined,
		Reach: func(places []string) coverage.Reach {
			return coverage.Reach{Inside: places[0] != "AL", Outside: places[0] == "AL" || places[0] == "global"}
		},
	})
}

func cell(m *coverage.Matrix, commitment, agency string) coverage.Cell {
	row := slices.IndexFunc(m.Commitments, func(c statement.Commitment) bool { return c.Slug == commitment })
	col := slices.IndexFunc(m.Agencies, func(a statement.Agency) bool { return a.Slug == agency })
	return m.Cells[row][col]
}

// says is a cell in short: "active 1·0·0 stale", "nothing 2026-03-01", "silent".
func says(m *coverage.Matrix, commitment, agency string) string {
	c := cell(m, commitment, agency)
	switch c.State {
	case coverage.Active:
		s := fmt.Sprintf("active %d·%d·%d", c.Planned, c.Ongoing, c.Completed)
		if c.Stale {
			s += " stale"
		}
		return s
	case coverage.Nothing:
		return "nothing " + c.Said.In(brussels).Format(time.DateOnly)
	}
	return "silent"
}
