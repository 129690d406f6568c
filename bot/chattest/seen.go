package chattest

import (
	"maps"
	"regexp"
	"slices"
	"strings"
)

// lines gives what a person sees as lines to compare.
func (s Seen) lines() []string {
	var all []string
	for l := range strings.SplitSeq(s.Text, "\n") {
		if l = strings.TrimSpace(l); l != "" {
			all = append(all, neutral(l))
		}
	}
	if len(s.Buttons) > 0 {
		all = append(all, "["+strings.Join(s.Buttons, "] [")+"]")
	}
	if s.Form != nil && len(s.Errors) == 0 { // a form sent back is as it was filled in
		all = append(all, s.Form.lines()...)
	}
	for _, name := range slices.Sorted(maps.Keys(s.Errors)) {
		if name == "" { // of no field: a chat may show it in place of the form
			all = append(all, Seen{Text: s.Errors[name]}.lines()...)
			continue
		}
		all = append(all, "! "+name+": "+flat(neutral(s.Errors[name])))
	}
	for _, f := range s.Files {
		l := "file " + f.Name
		if f.Size == 0 {
			l += ", empty"
		}
		if f.Alt != "" {
			l += ": " + flat(f.Alt)
		}
		all = append(all, l)
	}
	return all
}

func (f *Form) lines() []string {
	all := []string{"form " + f.Title}
	for _, field := range f.Fields {
		l := field.Name + " (" + field.Label + "):"
		if v := flat(field.Value); v != "" {
			l += " " + strings.Join(list(v), ", ")
		}
		all = append(all, l)
	}
	return all
}

// list parts a value at its commas: a menu of several choices joins them
// without a space, a text field with one.
func list(value string) []string {
	parts := strings.Split(value, ",")
	for i := range parts {
		parts[i] = strings.TrimSpace(parts[i])
	}
	return parts
}

func flat(s string) string { return strings.Join(strings.Fields(s), " ") }

// platform is the word that names a chat, as in "mattermost:jane".
var platform = regexp.MustCompile(`\b(console|mattermost|slack)\b`)

// neutral takes out which chat this is.
func neutral(s string) string { return platform.ReplaceAllString(s, "chat") }

// many gives messages one after another, parted by a line.
func many(all []Seen) []string {
	if len(all) == 0 {
		return []string{"nothing"}
	}
	var lines []string
	for i, s := range all {
		if i > 0 {
			lines = append(lines, "--")
		}
		lines = append(lines, s.lines()...)
	}
	return lines
}
