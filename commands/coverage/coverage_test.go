package coverage_test

import (
	"fmt"
	"slices"
	"testing"
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

func TestCells(t *testing.T) {
	cancelled := func(a *store.Activity) *store.Activity { a.Status = store.Cancelled; return a }
	recorded := func(a *store.Activity, at string) *store.Activity {
		a.RecordedAt, a.ChangedAt = day(at), day(at)
		return a
	}
	status := func(a *store.Activity, s string) *store.Activity { a.Status = s; return a }
	with := func(a *store.Activity, agency, state string) *store.Activity {
		a.Partners = append(a.Partners, store.Partner{Agency: agency, State: state})
		return a
	}
	withdrawn := func(a *store.Activity) *store.Activity { a.Withdrawn = &store.Withdrawal{At: a.RecordedAt}; return a }
	cepol := func(from, to date.Date) *store.Activity { return work(1, "cepol", from, to, "training") }
	for _, c := range []struct {
		name  string
		in    input
		all   []*store.Activity
		cepol string
		fra   string // "" is silent
	}{
		{name: "nothing at all", cepol: "silent"},
		{name: "planned", all: []*store.Activity{cepol("2026-12", "2026-12")}, cepol: "active 1·0·0"},
		{name: "ongoing", all: []*store.Activity{cepol("2026-11", "2026-12")}, cepol: "active 0·1·0"},
		{name: "completed", all: []*store.Activity{cepol("2026-02", "2026-03")}, cepol: "active 0·0·1"},
		{name: "another year", all: []*store.Activity{cepol("2027", "2027")}, cepol: "silent"},
		{name: "over new year", all: []*store.Activity{cepol("2025-12-31", "2026-01-01")}, cepol: "active 0·0·1"},
		{name: "open end", all: []*store.Activity{cepol("2024", "")}, cepol: "active 0·1·0"},
		{name: "open start", all: []*store.Activity{cepol("", "2026-01-01")}, cepol: "active 0·0·1"},
		{name: "no dates, recorded this year", all: []*store.Activity{cepol("", "")}, cepol: "active 1·0·0"},
		{name: "no dates, recorded last year", all: []*store.Activity{recorded(cepol("", ""), "2025-12-31")}, cepol: "silent"},
		{name: "cancelled only", all: []*store.Activity{cancelled(cepol("2026", "2026"))}, cepol: "silent"},
		{name: "withdrawn", all: []*store.Activity{withdrawn(cepol("2026", "2026"))}, cepol: "silent"},
		{name: "named partner", all: []*store.Activity{with(cepol("2026-12", "2026-12"), "fra", store.Named)}, cepol: "active 1·0·0"},
		{name: "confirmed partner", all: []*store.Activity{with(cepol("2026-12", "2026-12"), "fra", store.Confirmed)}, cepol: "active 1·0·0", fra: "active 1·0·0"},
		{name: "declined partner", all: []*store.Activity{with(cepol("2026-12", "2026-12"), "fra", store.Declined)}, cepol: "active 1·0·0"},

		{name: "says nothing", in: input{said: []*store.Confirmation{nothing("cepol", "training", "2026", "2026-03-01")}}, cepol: "nothing 2026-03-01"},
		{name: "says nothing, has work", in: input{said: []*store.Confirmation{nothing("cepol", "training", "2026", "2026-11-20")}}, all: []*store.Activity{cepol("2026", "2026")}, cepol: "active 0·1·0"},
		{name: "says nothing, then records and cancels", in: input{said: []*store.Confirmation{nothing("cepol", "training", "2026", "2026-03-01")}}, all: []*store.Activity{cancelled(cepol("2026", "2026"))}, cepol: "silent"},
		{name: "records, cancels, then says nothing", in: input{said: []*store.Confirmation{nothing("cepol", "training", "2026", "2026-11-02")}}, all: []*store.Activity{cancelled(cepol("2026", "2026"))}, cepol: "nothing 2026-11-02"},
		{name: "says so again", in: input{said: []*store.Confirmation{nothing("cepol", "training", "2026", "2026-03-01"), nothing("cepol", "training", "2026", "2026-11-02")}}, all: []*store.Activity{cancelled(cepol("2026", "2026"))}, cepol: "nothing 2026-11-02"},
		{name: "says nothing for another year", in: input{said: []*store.Confirmation{nothing("cepol", "training", "2027", "2026-03-01")}}, cepol: "silent"},
		{name: "says nothing for a quarter of it", in: input{said: []*store.Confirmation{nothing("cepol", "training", "2026-Q1", "2025-12-01")}}, cepol: "silent"},
		{name: "says nothing for all quarters", in: input{said: []*store.Confirmation{
			nothing("cepol", "training", "2026-Q1", "2025-12-01"), nothing("cepol", "training", "2026-04..2026-08", "2025-12-03"),
			nothing("cepol", "training", "2026-09..2026-12", "2025-12-02"),
		}}, cepol: "nothing 2025-12-01"},
		{name: "says nothing for the rest of the year", in: input{said: []*store.Confirmation{nothing("cepol", "training", "2026-11-02..2027-11-01", "2026-11-02")}}, cepol: "nothing 2026-11-02"},
		{name: "a year asked by quarter", in: input{period: date.Whole("2026-Q4"), said: []*store.Confirmation{nothing("cepol", "training", "2026", "2026-03-01")}}, cepol: "nothing 2026-03-01"},

		{name: "leap day", in: input{now: "2028-02-29", period: date.Whole("2028-02-29")}, all: []*store.Activity{cepol("2028-02-29", "2028-02-29")}, cepol: "active 0·1·0 stale"},
		{name: "day before the leap day", in: input{now: "2028-02-29", period: date.Whole("2028-02-29")}, all: []*store.Activity{cepol("2028-02-28", "2028-02-28")}, cepol: "silent"},

		{name: "untouched for 89 days", in: input{now: "2027-01-29", period: date.Whole("2027")}, all: []*store.Activity{cepol("2027", "2027")}, cepol: "active 0·1·0"},
		{name: "untouched for 90 days", in: input{now: "2027-01-30", period: date.Whole("2027")}, all: []*store.Activity{cepol("2027", "2027")}, cepol: "active 0·1·0 stale"},
		{name: "completed long ago is not stale", in: input{now: "2026-12-31"}, all: []*store.Activity{recorded(cepol("2026-01", "2026-01"), "2026-01-02")}, cepol: "active 0·0·1"},
		{name: "past its end", all: []*store.Activity{status(cepol("2026-01", "2026-03"), store.Ongoing)}, cepol: "active 0·1·0 stale"},
		{name: "one of two is stale", all: []*store.Activity{status(cepol("2026-01", "2026-03"), store.Ongoing), work(2, "cepol", "2026", "2026", "training")}, cepol: "active 0·2·0"},
		{name: "an agency the catalogue lacks", all: []*store.Activity{work(1, "osha", "2026", "2026", "training", "nonsense")}, cepol: "silent"},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := compute(c.in, c.all...)
			want := c.fra
			if want == "" {
				want = "silent"
			}
			if got := says(m, "training", "cepol"); got != c.cepol {
				t.Errorf("CEPOL is %s, want %s", got, c.cepol)
			}
			if got := says(m, "training", "fra"); got != want {
				t.Errorf("FRA is %s, want %s", got, want)
			}
		})
	}
}

// A joint activity of two records counts once in totals and rows, and once
// under each agency, whichever record names the commitment.
func TestJointActivityCountsOnce(t *testing.T) {
	pair := func() (lead, part *store.Activity) {
		lead = work(1, "cepol", "2026-12", "2026-12", "training")
		part = work(2, "fra", "2026-12", "2026-12", "training", "identification")
		lead.Partners = []store.Partner{{Agency: "fra", State: store.Confirmed}}
		part.Partners = []store.Partner{{Agency: "cepol", State: store.Confirmed}}
		part.PartOf, part.Plan = 1, "FRA 2027"
		return lead, part
	}
	check := func(name string, m *coverage.Matrix) {
		t.Helper()
		if m.Total.Sum() != 1 || m.Planned() != 1 {
			t.Errorf("%s: total %d, planned %d", name, m.Total.Sum(), m.Planned())
		}
		for col, a := range m.Agencies {
			want := 0
			if a.Slug == "cepol" || a.Slug == "fra" {
				want = 1
			}
			if m.Columns[col].Sum() != want {
				t.Errorf("%s: %s counts %d", name, a.Slug, m.Columns[col].Sum())
			}
		}
		for row, k := range m.Commitments {
			want := 0
			if k.Slug == "training" || k.Slug == "identification" {
				want = 1
			}
			if m.Rows[row].Sum() != want {
				t.Errorf("%s: %s counts %d", name, k.Slug, m.Rows[row].Sum())
			}
		}
		for _, agency := range []string{"cepol", "fra"} {
			for _, commitment := range []string{"training", "identification"} {
				if got := says(m, commitment, agency); got != "active 1·0·0" {
					t.Errorf("%s: %s on %s is %s", name, agency, commitment, got)
				}
			}
		}
	}
	lead, part := pair()
	check("both", compute(input{}, lead, part))
	check("part first", compute(input{}, part, lead))
	lead, part = pair()
	third := work(3, "fra", "2026-12", "2026-12", "training")
	third.PartOf = 1
	check("two parts", compute(input{}, lead, part, third))
	lead, part = pair()
	lead.Status = store.Cancelled
	check("lead cancelled", compute(input{}, lead, part))
	lead, part = pair()
	lead.From, lead.To = "2025", "2025"
	check("lead outside the period", compute(input{}, lead, part))
	lead, part = pair()
	lead.Withdrawn = &store.Withdrawal{}
	check("lead withdrawn", compute(input{}, lead, part))
}

func TestFacts(t *testing.T) {
	planned := work(1, "cepol", "2026-12", "2026-12", "training")
	planned.Plan, planned.Countries = "SPD", []string{"RO"}
	outside := work(2, "frontex", "2026-12", "2026-12", "training")
	outside.Countries = []string{"AL"}
	both := work(3, "fra", "2026-12", "2026-12", "identification")
	both.Countries = []string{"global"}
	over := work(4, "eige", "2026-01", "2026-02", "identification")
	over.Status = store.Ongoing
	bare := work(5, "eige", "", "")
	m := compute(input{}, planned, outside, both, over, bare)
	got := fmt.Sprint(m.Total.Sum(), m.Covered(), m.OnOne(), m.Planned(), m.Inside, m.Outside, m.Both,
		len(m.NoDates), len(m.Uncommitted), len(m.Stale), m.Stale[0].ID)
	if want := "5 2 [] 1 1 1 1 1 1 1 4"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if gaps := m.Gaps(); len(gaps) != 9 || gaps[0] != "impunity" {
		t.Errorf("gaps %v", gaps)
	}
}

func TestSilences(t *testing.T) {
	old := work(1, "cepol", "2026", "2026", "training")
	old.RecordedAt, old.ChangedAt = day("2026-03-01"), day("2026-03-02")
	confirmed := work(2, "fra", "2026", "2026", "training")
	confirmed.RecordedAt, confirmed.ChangedAt, confirmed.ConfirmedAt = day("2026-03-01"), day("2026-03-01"), day("2026-11-01")
	partner := work(3, "easo", "2026", "2026", "training")
	partner.Partners = []store.Partner{{Agency: "eige", State: store.Confirmed, At: day("2026-11-01")}, {Agency: "europol", State: store.Named, At: day("2026-11-01")}}
	withdrawn := work(4, "frontex", "2026", "2026", "training")
	withdrawn.Withdrawn = &store.Withdrawal{At: day("2026-11-01")}
	m := compute(input{
		said:   []*store.Confirmation{nothing("emcdda", "impunity", "2026", "2026-10-01"), {Agency: "eurojust", At: day("2026-10-02")}},
		joined: map[string]time.Time{"eurofound": day("2026-11-01"), "eu-lisa": day("2026-01-01")},
	}, old, confirmed, partner, withdrawn)
	var got []string
	for _, s := range m.Silences {
		got = append(got, s.Agency)
	}
	// Europol was only named, eu-LISA has long been on the roster, CEPOL's word
	// is old; Eurofound has just joined.
	if want := []string{"europol", "eu-lisa", "cepol"}; !slices.Equal(got, want) {
		t.Errorf("silent are %v, want %v", got, want)
	}
}

// Totals add up, whatever the register.
func TestTotalsAddUp(t *testing.T) {
	for n := range 40 {
		all := many(n * 10)
		m := compute(input{}, all...)
		counted := 0
		for _, a := range all {
			if coverage.Within(a, m.Period, brussels) {
				counted++
			}
		}
		if m.Total.Sum() != counted || m.Inside+m.Outside+m.Both != counted || m.Planned()+m.Planless != counted {
			t.Fatalf("%d activities: total %d, want %d", n, m.Total.Sum(), counted)
		}
		for row := range m.Cells {
			for col := range m.Cells[row] {
				c := &m.Cells[row][col]
				if c.Sum() != len(c.Activities) || (c.State == coverage.Active) != (c.Sum() > 0) || c.Sum() > m.Rows[row].Sum() || c.Sum() > m.Columns[col].Sum() {
					t.Fatalf("%d activities: cell %d, %d does not add up: %+v", n, row, col, c)
				}
			}
		}
	}
}

func benchmark(b *testing.B, n int) {
	all := many(n)
	for b.Loop() {
		compute(input{}, all...)
	}
}

func BenchmarkCompute10000(b *testing.B)  { benchmark(b, 10_000) }
func BenchmarkCompute100000(b *testing.B) { benchmark(b, 100_000) }

func BenchmarkPicture(b *testing.B) {
	m := sample()
	for b.Loop() {
		if _, err := coverage.Picture(m); err != nil {
			b.Fatal(err)
		}
	}
}
