package commands_test

import (
	"strings"
	"testing"

	"thbot/store"
	"thbot/store/date"
)

// recorded puts an activity into the store as its agency recorded it at the
// desk's time, without guesses and flags.
func (d *desk) recorded(agency, title string, change func(*store.Activity)) int {
	d.t.Helper()
	a := &store.Activity{Agency: agency, Title: title}
	if change != nil {
		change(a)
	}
	d.change(store.PersonRef(d.people[agency]), "record", func(ch *store.Change) error {
		b := a.Clone()
		err := ch.AddActivity(b)
		a.ID = b.ID
		return err
	})
	return a.ID
}

func under(commitments ...string) func(*store.Activity) {
	return func(a *store.Activity) { a.Commitments = commitments }
}

func dated(from, to date.Date, commitments ...string) func(*store.Activity) {
	return func(a *store.Activity) { a.From, a.To, a.Commitments = from, to, commitments }
}

func (d *desk) stated(agency, commitment, period string) {
	d.t.Helper()
	d.change(store.PersonRef(d.people[agency]), "nothing", func(ch *store.Change) error {
		return ch.AddConfirmation(&store.Confirmation{Agency: agency, Commitment: commitment, Period: period})
	})
}

// fill gives the desk a small register: work of some agencies in 2026 and
// 2027, old and new, joint and cancelled.
func fill(d *desk) {
	d.now = at(d.t, "2026-02-10 09:00")
	d.recorded("frontex", "Screening course for border guards", dated("2026-03", "2026-06", "training", "identification"))
	d.recorded("europol", "Action days against labour exploitation", func(a *store.Activity) {
		a.From, a.To, a.Commitments, a.Countries, a.Plan = "2026-05", "2026-05", []string{"prosecution"}, []string{"RO"}, "SPD 2026 4.1"
	})
	d.recorded("fra", "Report on victims' rights", func(a *store.Activity) {
		a.From, a.To, a.Commitments, a.Status = "2026-01", "2026-04", []string{"identification"}, store.Ongoing
	})
	d.stated("eurofound", "impunity", "2026")
	d.recorded("emcdda", "Drugs and trafficking: cancelled study", func(a *store.Activity) {
		a.From, a.To, a.Commitments, a.Status = "2026", "2026", []string{"synergies"}, store.Cancelled
	})
	d.now = at(d.t, "2026-11-02 09:00")
	d.recorded("cepol", "Webinar on indicators", dated("2026-12-01", "2026-12-01", "training"))
	d.recorded("eurojust", "Guide to Joint Investigation Teams", func(a *store.Activity) {
		a.Commitments, a.Guessed = []string{"prosecution"}, []store.Guess{{Field: "commitments", Evidence: "“Joint Investigation Teams”"}}
	})
	d.recorded("easo", "Online module for asylum officers", func(a *store.Activity) {
		a.From, a.To, a.Commitments, a.Countries = "2026-10", "2027-06", []string{"training", "vulnerabilities"}, []string{"EU", "Western Balkans"}
		a.Partners = []store.Partner{{Agency: "fra", State: store.Confirmed, At: d.now.UTC()}, {Agency: "eige", State: store.Named}}
	})
	d.recorded("easo", "Undated idea", nil)
	d.now = at(d.t, "2026-11-24 10:00")
}

func TestCoverage(t *testing.T) {
	d := open(t)
	d.surface.Width = 80
	c := d.conversation()
	c.says("cepol", "coverage")
	fill(d)
	c.says("cepol", "coverage")
	c.presses("cepol", "As sentences")
	c.presses("cepol", "2027")
	c.presses("cepol", "Table and picture")
	c.says("cepol", "coverage training")
	c.presses("cepol", "2025")
	c.says("cepol", "coverage easo 2026-Q4")
	c.presses("cepol", "First quarter of 2027")
	c.says("eurofound", "coverage mine")
	c.says("cepol", "coverage 2026-11..2027-02 text")
	c.says("cepol", "coverage trainnig")
	c.says("cepol", "coverage 2026-13")
	c.says("cepol", "coverage from March 2026")
	c.golden("coverage")
}

// TestCoverageFitsTheConsole holds the table to 80 columns, also when numbers
// have two digits.
func TestCoverageFitsTheConsole(t *testing.T) {
	d := open(t)
	d.surface.Width = 80
	for range 12 {
		for _, a := range d.commands.Catalogue().Agencies {
			d.recorded(a.Slug, "Work", under("joint-activities"))
		}
	}
	r := d.say("atc", "coverage")
	for _, b := range r.Message.Blocks {
		if b.Table == nil {
			continue
		}
		width := 0
		for i := range b.Table.Header {
			most := 0
			for _, row := range append(b.Table.Rows, b.Table.Header) {
				most = max(most, len([]rune(row[i])))
			}
			width += most + 1
		}
		if width-1 > 80 {
			t.Errorf("the table takes %d columns", width-1)
		}
	}
	if len(r.Files) != 1 || r.Files[0].Alt == "" || !strings.HasPrefix(string(r.Files[0].Data), "\x89PNG") {
		t.Errorf("the picture is missing: %d files", len(r.Files))
	}
	if text := d.say("atc", "coverage text"); len(text.Files) != 0 {
		t.Error("the text comes with a file")
	}
}
