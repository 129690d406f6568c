package crashtest

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// Deeds is a morning of presses and forms. Each is acknowledged only when it is
// committed, done once though it comes again, and answered: with what it did,
// or that it was done already.
func Deeds() Trial {
	at := func(h, m int) time.Time { return time.Date(2026, 11, 24, h, m, 0, 0, time.UTC) }
	says := func(did string) *regexp.Regexp {
		return regexp.MustCompile(did + "|I have this already and did not do it twice")
	}
	return Trial{
		Begin: at(9, 0), End: at(12, 0),
		Steps: []Step{
			{At: at(9, 0), User: "cepol", Text: "record Webinar on indicators of labour exploitation for labour inspectors in Romania, March 2027"},
			{At: at(9, 1), User: "eurofound", Text: "record Course: spotting signs of forced labour at the workplace for labour inspectors in Romania, April 2027"},
			{At: at(9, 30), User: "cepol", Press: "We will coordinate", Says: says("O1 noted|You have said that on O1 already")},
			{At: at(9, 40), User: "cepol", Text: "record Joint action day on begging in Vienna, May 2027 with:frontex"},
			{At: at(9, 50), User: "atc", Text: "meeting add Coordinator meeting 10 December 2026 11:00"},
			{At: at(10, 10), User: "frontex", Press: "Confirm", Says: says("Frontex confirmed.{0,4} as partner in A3|Frontex has confirmed.*already")},
			{At: at(10, 20), User: "frontex", Text: "record", Fill: map[string]string{"What": "Risk analysis of land borders with Serbia", "When": "May 2027"}, Says: says("A4 recorded")},
			{At: at(10, 25), User: "cepol", Text: "update A1", Fill: map[string]string{"What is new": "Staff from two posts will come"}, Says: says("A1 updated")},
			{At: at(10, 30), User: "frontex", Text: "record Guide on consular work in Tirana, June 2027"},
			{At: at(10, 31), User: "frontex", Press: "Undo", Says: says("Undone:|This was undone already")},
			{At: at(11, 10), User: "eurofound", Press: "I will be there", Says: says("Noted: you will be there")},
			{At: at(11, 20), User: "atc", Text: "meeting add", Fill: map[string]string{"Title": "Preparation", "Day and time": "3 December 2026 11:00"}, Says: says("M2 added")},
		},
		Done: []string{
			"cepol: record A1", "cepol: overlap O1", "cepol: record A3", "cepol: update A1/1", "cepol: update A1",
			"eurofound: record A2", "eurofound: record O1", "eurofound: record A2", "eurofound: meeting M1",
			"frontex: partner A3", "frontex: record A4", "frontex: record A5", "frontex: undo A5", "frontex: undo J16",
			"atc: meeting M1", "atc: meeting M2",
		},
		At: func(point string) bool {
			return strings.HasPrefix(point, "press ") || strings.HasPrefix(point, "form ")
		},
		Fewest: 35,
	}
}

// FindOut holds that the variants are found out which acknowledge a press or a
// form before it is stored, or do again what comes again.
func (tr Trial) FindOut(t *testing.T, open func(testing.TB, func() time.Time, func(string)) Chat) {
	if testing.Short() {
		t.Skip("starts many processes")
	}
	tr.Open, tr.Steps = open, slices.Clone(tr.Steps)
	for i := range tr.Steps {
		if s := tr.Steps[i].Says; s != nil {
			tr.Steps[i].Says = regexp.MustCompile(s.String() + `|Noted\.`) // as the hasty one says
		}
	}
	for _, c := range []struct{ broken, at string }{
		{Hasty, "press overlap.coordinate: before the command#1"},
		{Hasty, "press partner.confirm: before the command#1"},
		{Hasty, "form record: before the command#1"},
		{Hasty, "form meeting-add: before the command#1"},
		{Forgetful, "form update: answered, not acknowledged#1"},
	} {
		t.Run(c.broken+" "+c.at, func(t *testing.T) { tr.FindsOut(t, c.broken, c.at) })
	}
}
