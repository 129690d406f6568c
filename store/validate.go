package store

import (
	"strings"
	"unicode/utf8"

	"thbot/store/fault"
)

// validate holds the rules that every stored activity keeps, whoever wrote it.
func (a *Activity) validate() error {
	if a.ID <= 0 || a.Agency == "" {
		return fault.New(fault.Invalid, "An activity needs an agency.")
	}
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
	for _, list := range [][]string{{a.Plan}, a.Others, a.Links, a.Countries} {
		for _, text := range list {
			if err := checkText("value", text, 0, MaxText); err != nil {
				return err
			}
		}
	}
	if a.From.Known() && a.To.Known() && a.To.Last() < a.From.First() {
		return fault.New(fault.Invalid, "The end (%s) is before the start (%s).", a.To, a.From)
	}
	if a.TLP == "RED" {
		return fault.New(fault.Refused, "What is marked TLP:RED must not leave the people who were told, so it is not kept here.")
	}
	for _, p := range a.Partners {
		if p.Agency == a.Agency {
			return fault.New(fault.Invalid, "An agency cannot be its own partner.")
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
	case strings.ContainsRune(text, 0):
		return fault.New(fault.Invalid, "The %s contains a NUL character, which cannot be stored.", what)
	}
	return nil
}
