package mattermost

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/mattermost/mattermost/server/public/model"

	"thbot/bot/chat"
	"thbot/commands"
)

// Limits of a dialog, in bytes. The server does not refuse a form that breaks
// them: it passes it on, and the client shows what it can.
const (
	titleBytes = model.DialogTitleMaxLength
	labelBytes = model.DialogElementDisplayNameMaxLength
	hintBytes  = model.DialogElementHelpTextMaxLength
	lineBytes  = model.DialogElementTextMaxLength
	areaBytes  = model.DialogElementTextareaMaxLength
	introBytes = 3000
	mostFields = 8
)

// noChoice is the option that empties a menu, which clients cannot.
const noChoice = "-"

var isoDate = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}$`)

// dialog gives a form as the server's version can show it, and what its
// submission is held against. A value that its field cannot hold stays out of
// the form, and the intro says so.
func dialog(f *commands.Form, v version) (model.Dialog, []chat.Shown) {
	d := model.Dialog{
		CallbackId: f.Name, Title: fit(f.Title, titleBytes), SubmitLabel: fit(f.Submit, labelBytes),
	}
	var fields []chat.Shown
	var kept []string
	for _, field := range f.Fields {
		e, kind, ok := element(field, v)
		if !ok || len(fields) == mostFields {
			kept = append(kept, field.Label)
			continue
		}
		d.Elements = append(d.Elements, e)
		shown := chat.Shown{Name: field.Name, Label: e.DisplayName, Kind: kind, Need: !field.Optional}
		if !f.New {
			shown.Digest = chat.Digest(kind, field.Value)
		}
		fields = append(fields, shown)
	}
	d.IntroductionText = intro(f.Intro, kept)
	return d, fields
}

// intro is Markdown, and may quote a title.
func intro(text string, kept []string) string {
	var lines []string
	for l := range strings.SplitSeq(fitLines(text, introBytes/3), "\n") {
		lines = append(lines, escape(l, true))
	}
	if len(kept) > 0 {
		lines = append(lines, fmt.Sprintf("Kept as it is, since it does not fit into this form: %s.", escape(strings.Join(kept, ", "), false)))
	}
	return strings.TrimSpace(strings.Join(lines, "\n"))
}

// element gives one field; false where its value fits into no field.
func element(f commands.Field, v version) (model.DialogElement, string, bool) {
	e := model.DialogElement{
		Name: f.Name, DisplayName: fit(f.Label, labelBytes), HelpText: fit(f.Hint, hintBytes), Optional: f.Optional,
		Default: f.Value,
	}
	switch {
	case f.Type == commands.FieldChoice && len(f.Options) > 0:
		return choice(e, f)
	case f.Type == commands.FieldMulti && v.multiSelect() && len(f.Options) > 0:
		return several(e, f)
	case f.Type == commands.FieldMulti:
		e.Default = strings.Join(chat.Split(f.Value), ", ")
		if e.HelpText == "" {
			e.HelpText = fit("With commas: "+strings.Join(values(f.Options), ", "), hintBytes)
		}
		return typed(e, f, chat.KindList)
	case f.Type == commands.FieldPerson && f.Value == "":
		e.Type, e.DataSource = "select", model.PostActionDataSourceUsers
		return e, chat.KindChoice, true
	case f.Type == commands.FieldDate && v.dates() && (f.Value == "" || isoDate.MatchString(f.Value)):
		e.Type = "date"
		return e, chat.KindText, true
	}
	return typed(e, f, chat.KindText)
}

// typed is a field for text: of one line where that is enough.
func typed(e model.DialogElement, f commands.Field, kind string) (model.DialogElement, string, bool) {
	if len(e.Default) > areaBytes || strings.ContainsRune(e.Default, 0) {
		return e, "", false
	}
	e.Type, e.MaxLength = "text", lineBytes
	if f.Type == commands.FieldArea || f.Max > lineBytes || len(e.Default) > lineBytes {
		e.Type, e.MaxLength = "textarea", areaBytes
	}
	if f.Max > 0 {
		// The client counts UTF-16 units, the command characters; the command
		// has the last word.
		e.MaxLength = min(e.MaxLength, max(2*f.Max, len(e.Default)))
	}
	return e, kind, true
}

func choice(e model.DialogElement, f commands.Field) (model.DialogElement, string, bool) {
	e.Type = "select"
	if f.Optional {
		e.Options = append(e.Options, &model.PostActionOptions{Text: "none", Value: noChoice})
	}
	e.Options = append(e.Options, options(f.Options)...)
	return e, chat.KindChoice, f.Value == "" || slices.Contains(values(f.Options), f.Value)
}

func several(e model.DialogElement, f commands.Field) (model.DialogElement, string, bool) {
	e.Type, e.MultiSelect, e.Options = "select", true, options(f.Options)
	chosen := chat.Split(f.Value)
	e.Default = strings.Join(chosen, ",")
	for _, v := range chosen {
		if !slices.Contains(values(f.Options), v) {
			return e, "", false
		}
	}
	return e, chat.KindMulti, len(e.Default) <= areaBytes
}

func options(all []commands.Option) []*model.PostActionOptions {
	out := make([]*model.PostActionOptions, len(all))
	for i, o := range all {
		out[i] = &model.PostActionOptions{Text: chat.Shorten(chat.Clean(o.Label), labelRunes), Value: o.Value}
	}
	return out
}

func values(all []commands.Option) []string {
	out := make([]string, len(all))
	for i, o := range all {
		out[i] = o.Value
	}
	return out
}

// fit cuts a text of one line to n bytes between two characters.
func fit(s string, n int) string { return fitLines(strings.ReplaceAll(s, "\n", " "), n) }

func fitLines(s string, n int) string {
	s = chat.Clean(s)
	if len(s) <= n {
		return s
	}
	end := n - len("…")
	for end > 0 && !utf8.RuneStart(s[end]) {
		end--
	}
	return strings.TrimRight(s[:end], " ") + "…"
}

// entries gives what was changed in a form, and what is wrong with it by field.
// Any signed-in user can make the server send anything here.
func entries(fields []chat.Shown, sent map[string]any) (changed, wrong map[string]string) {
	return chat.Entries(fields, func(f chat.Shown) (string, bool) { return read(f.Kind, sent[f.Name]) })
}

// read gives a field's value as the commands take it. Clients leave an empty
// field out, or send null or "".
func read(kind string, sent any) (string, bool) {
	switch v := sent.(type) {
	case nil:
		return "", true
	case string:
		v = strings.ReplaceAll(asTyped(v), "\r\n", "\n")
		if kind == chat.KindChoice && v == noChoice {
			v = ""
		}
		return v, true
	case []any:
		if kind != chat.KindMulti {
			return "", false
		}
		var all []string
		for _, one := range v {
			s, ok := one.(string)
			if !ok || strings.Contains(s, ",") {
				return "", false
			}
			all = append(all, asTyped(s))
		}
		return strings.Join(all, ","), true
	}
	return "", false
}

// typedText gives what a person wrote into a form, ready to copy.
func typedText(fields []chat.Shown, sent map[string]any) string {
	var rows []string
	for _, f := range fields {
		if v, ok := read(f.Kind, sent[f.Name]); ok && v != "" {
			rows = append(rows, f.Label+": "+v)
		}
	}
	return strings.Join(rows, "\n")
}
