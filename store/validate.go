package store

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"thbot/store/date"
	"thbot/store/fault"
)

// MaxList is the most values that one facet of an activity takes. There are
// 250 countries and territories.
const MaxList = 300

// validate holds the rules that every stored activity keeps, whoever wrote it.
func (a *Activity) validate() error {
	if a.ID <= 0 || a.Agency == "" {
		return fault.New(fault.Invalid, "An activity needs an agency.")
	}
	if a.PartOf < 0 || a.PartOf >= a.ID { // the lead is the older record, so that there are no circles
		return fmt.Errorf("activity %d cannot be part of %d", a.ID, a.PartOf)
	}
	for _, check := range []func() error{a.validateTexts, a.validateDates, a.validateFacets, a.validatePartners} {
		if err := check(); err != nil {
			return err
		}
	}
	return nil
}

func (a *Activity) validateTexts() error {
	least := 1
	if !a.RedactedAt.IsZero() {
		least = 0
	}
	if err := checkText("title", a.Title, least, MaxTitle); err != nil {
		return err
	}
	if err := checkText("description", a.Description, 0, MaxText); err != nil {
		return err
	}
	if err := checkText("work-programme entry", a.Plan, 0, MaxText); err != nil {
		return err
	}
	if a.Withdrawn != nil {
		return checkText("reason", a.Withdrawn.Reason, 0, MaxText)
	}
	return nil
}

func (a *Activity) validateDates() error {
	for _, d := range []date.Date{a.From, a.To} {
		if _, err := date.Parse(string(d)); err != nil {
			return err
		}
	}
	if a.From.Known() && a.To.Known() && a.To.Last() < a.From.First() {
		return fault.New(fault.Invalid, "The end (%s) is before the start (%s).", a.To, a.From)
	}
	return nil
}

func (a *Activity) validateFacets() error {
	switch a.Status {
	case "", Planned, Ongoing, Completed, Cancelled:
	default:
		return fault.New(fault.Invalid, "%q is no status: it is planned, ongoing, completed or cancelled.", a.Status)
	}
	if a.TLP == "RED" {
		return fault.New(fault.Refused, "What is marked TLP:RED must not leave the people who were told, so it is not kept here.")
	}
	for _, list := range [][]string{a.Commitments, a.Exploitation, a.Audience, a.Countries, a.Others, a.Links} {
		if len(list) > MaxList {
			return fault.New(fault.Invalid, "There are %d values in one list; the most is %d.", len(list), MaxList)
		}
		for _, text := range list {
			if err := checkText("value", text, 0, MaxText); err != nil {
				return err
			}
		}
	}
	if len(a.Follows) > MaxList {
		return fault.New(fault.Invalid, "It follows %d activities; the most is %d.", len(a.Follows), MaxList)
	}
	if slices.Contains(a.Follows, a.ID) {
		return fault.New(fault.Invalid, "An activity cannot follow itself.")
	}
	return nil
}

func (a *Activity) validatePartners() error {
	seen := map[string]bool{}
	for _, p := range a.Partners {
		switch {
		case p.Agency == a.Agency:
			return fault.New(fault.Invalid, "An agency cannot be its own partner.")
		case p.Agency == "" || seen[p.Agency]:
			return fault.New(fault.Invalid, "A partner is named twice, or has no name.")
		case p.State != Named && p.State != Confirmed && p.State != Declined:
			return fault.New(fault.Invalid, "%q is no state of a partner: it is named, confirmed or declined.", p.State)
		}
		seen[p.Agency] = true
	}
	return nil
}

func (m *Meeting) validate() error {
	if err := checkText("title", m.Title, 1, MaxTitle); err != nil {
		return err
	}
	for what, text := range map[string]string{"place": m.Place, "link": m.Link, "agenda": m.Agenda} {
		if err := checkText(what, text, 0, MaxText); err != nil {
			return err
		}
	}
	return nil
}

func (o *Overlap) validate() error {
	for _, w := range o.Words {
		if err := checkText("reason", w.Reason, 0, MaxText); err != nil {
			return err
		}
	}
	return nil
}

// checkText holds a text to its length, and to what every database can keep.
func checkText(what, text string, least, most int) error {
	n := utf8.RuneCountInString(text)
	switch {
	case n < least || least > 0 && strings.TrimSpace(text) == "":
		return fault.New(fault.Invalid, "The %s is empty.", what)
	case n > most:
		return fault.New(fault.Invalid, "The %s has %d characters; the most is %d.", what, n, most)
	case !utf8.ValidString(text):
		return fault.New(fault.Invalid, "The %s is not valid UTF-8 text.", what)
	case strings.IndexByte(text, 0) >= 0:
		return fault.New(fault.Invalid, "The %s contains a NUL character, which cannot be stored.", what)
	}
	return nil
}
