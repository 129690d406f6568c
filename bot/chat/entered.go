package chat

import (
	"crypto/sha256"
	"encoding/base64"
	"slices"
	"strings"
)

// Kinds of a field as it was shown, which say how its value comes back.
const (
	KindText   = "text"
	KindList   = "list" // text with commas
	KindChoice = "choice"
	KindMulti  = "multi"
	KindDate   = "date"
	KindPerson = "person"
)

// Shown is a field as it was shown. It travels with the form, so its names are
// short.
type Shown struct {
	Name   string `json:"n"`
	Label  string `json:"l"`
	Kind   string `json:"t"`
	Digest string `json:"d,omitempty"` // of the value filled in; empty for none
	Need   bool   `json:"x,omitempty"`
}

// Entries gives what was changed in a form, and what is wrong with it by field.
// A field left as it was is in neither, so that it is never written back. read
// gives a field's value as the commands take it, and whether it could be read.
func Entries(fields []Shown, read func(Shown) (string, bool)) (changed, wrong map[string]string) {
	changed, wrong = map[string]string{}, map[string]string{}
	for _, f := range fields {
		value, ok := read(f)
		switch {
		case !ok:
			wrong[f.Name] = "I could not read this field."
		case f.Need && strings.TrimSpace(value) == "":
			wrong[f.Name] = "This field is needed."
		case Digest(f.Kind, value) != f.Digest:
			changed[f.Name] = value
		}
	}
	return changed, wrong
}

// Digest tells two values apart as a form gives them back: line breaks and the
// order of a list do not count.
func Digest(kind, value string) string {
	value = strings.TrimSpace(strings.ReplaceAll(value, "\r\n", "\n"))
	if kind == KindList || kind == KindMulti {
		list := Split(value)
		slices.Sort(list)
		value = strings.Join(list, ",")
	}
	if value == "" {
		return ""
	}
	sum := sha256.Sum256([]byte(value))
	return base64.RawStdEncoding.EncodeToString(sum[:9])
}

// Split gives the values of a list with commas.
func Split(list string) []string {
	var all []string
	for v := range strings.SplitSeq(list, ",") {
		if v = strings.TrimSpace(v); v != "" {
			all = append(all, v)
		}
	}
	return all
}
