package commands

import (
	"reflect"
	"slices"
	"strings"

	"thbot/commands/admit"
	"thbot/commands/line"
	"thbot/store"
	"thbot/store/fault"
	"thbot/store/statement"
)

func editCommand() subcommand {
	return subcommand{
		Name: "edit", Also: []string{"change"},
		Brief: "change what an activity says; with no keys, the form", Usage: []string{"edit ID [key:value …]"},
		Example: `/thb edit A17 when:2027-04 title:"Webinar on indicators of forced labour"`,
		Keys:    append([]string{"title", "description"}, facetKeys...), Many: manyKeys,
		Run: runEdit,
		Actions: map[string]func(*call, Press) (Reply, error){
			"edit.form":    func(k *call, p Press) (Reply, error) { return k.editForm(p.Record) },
			"edit.details": func(k *call, p Press) (Reply, error) { return k.detailsForm(p.Record) },
			"edit.with":    addPartner,
		},
		Forms: map[string]func(*call, Submission) (Reply, error){
			"edit": submitEdit, "details": submitEdit,
		},
	}
}

func runEdit(k *call) (Reply, error) {
	id, rest := line.Word(k.rest)
	if id == "" {
		return k.askID("edit", "Edit an activity")
	}
	if strings.TrimSpace(rest) == "" && k.req.Surface.Forms {
		return k.editForm(id)
	}
	l, err := k.readRest(rest, id)
	if err != nil {
		return Reply{}, err
	}
	if text := strings.TrimSpace(l.Text); text != "" {
		return Reply{}, fault.New(fault.Invalid, "`edit` takes keys only, and this is none of them: %s. Nothing was saved. For a note use `update`; for a new title write it in quotes.", text).
			WithTry(`/thb edit %s title:"%s"`, id, strings.ReplaceAll(text, `"`, ""))
	}
	return k.editActivity(id, l, 0)
}

func submitEdit(k *call, s Submission) (Reply, error) {
	if s.Record == "" {
		return k.editForm(s.Values["id"])
	}
	l, err := k.lineOf(s, "")
	if err != nil {
		return Reply{}, err
	}
	if len(l.Pairs) == 0 {
		return Reply{Message: Tell(Say("Nothing was changed, so %s stays as it is.", s.Record))}, nil
	}
	reply, err := k.editActivity(s.Record, l, s.Revision)
	return k.fieldErrors(reply, err, s, "title")
}

// editActivity changes facets and texts. With the revision that a form was
// opened on, a field that somebody else has changed since is a conflict.
func (k *call) editActivity(id string, l line.Line, revision int) (Reply, error) {
	return k.change("edit", func(ch *store.Change) (*store.Activity, []string, error) {
		a, err := k.editable(ch.View, id)
		if err != nil {
			return nil, nil, err
		}
		before := *a
		fields, err := k.applyTexts(a, l)
		if err != nil {
			return nil, nil, err
		}
		facets, err := k.apply(ch.View, a, l)
		if err != nil {
			return nil, nil, err
		}
		fields = append(fields, facets...)
		if revision > 0 {
			if err := k.notOvertaken(ch, &before, fields, revision); err != nil {
				return nil, nil, err
			}
		}
		return a, fields, nil
	}, "")
}

// applyTexts writes title and description, every character as typed.
func (k *call) applyTexts(a *store.Activity, l line.Line) ([]string, error) {
	var fields []string
	for key, into := range map[string]*string{"title": &a.Title, "description": &a.Description} {
		p, given := l.Get(key)
		if !given {
			continue
		}
		value := p.Value
		if key == "description" && isNone(p) {
			value = ""
		}
		if key == "title" && strings.ContainsAny(value, "\n\r") {
			return nil, k.inLine(l, key, fault.New(fault.Invalid, "A title is one line; the rest belongs into the description."))
		}
		if value != "" {
			if _, err := admit.Admit(value); err != nil {
				return nil, k.inLine(l, key, err)
			}
		}
		*into = value
		fields = append(fields, key)
	}
	return fields, nil
}

// notOvertaken refuses a form's field that somebody else has changed since the
// form was opened. Every revision has one journal entry.
func (k *call) notOvertaken(ch *store.Change, a *store.Activity, fields []string, revision int) error {
	left := a.Revision - revision
	var clash error
	err := ch.History(store.ActivityRef(a.ID), func(p store.Past) bool {
		if left <= 0 {
			return false
		}
		if p.Record != store.ActivityRef(a.ID) {
			return true
		}
		left--
		for _, f := range p.Fields {
			if p.Actor != ch.Actor && slices.Contains(fields, f.Name) {
				clash = fault.New(fault.Conflict, "While your form was open, somebody else changed the %s of %s. Your change was not saved; look at it and try again.", fieldName(f.Name), store.ActivityRef(a.ID)).WithTry("/thb show %s", store.ActivityRef(a.ID))
				return false
			}
		}
		return true
	})
	if err != nil {
		return err
	}
	return clash
}

// change runs one change of an activity's content, brings its overlaps up to
// date, and tells what is different now.
func (k *call) change(op string, f func(*store.Change) (*store.Activity, []string, error), note string) (Reply, error) {
	var before, after *store.Activity
	var flags []flag
	var group int64
	err := k.update(op, func(ch *store.Change) error {
		a, fields, err := f(ch)
		if err != nil {
			return err
		}
		before, group = ch.Activity(a.ID), ch.Group()
		after = a
		fields = differing(before, a, fields)
		if len(fields) == 0 && note == "" && reflect.DeepEqual(before.Guessed, a.Guessed) {
			return nil
		}
		a.ChangedAt = ch.At
		for _, field := range fields {
			a.ChatFields = addOnce(a.ChatFields, field)
		}
		if err := ch.PutActivity(a); err != nil {
			return err
		}
		if flags, err = k.rematch(ch, a, fields); err != nil {
			return err
		}
		if err := k.planNamed(ch, a, before); err != nil {
			return err
		}
		return k.planEntered(ch, k.who, a)
	})
	if err != nil {
		return Reply{}, k.unsaved(err)
	}
	return Reply{Message: k.changed(before, after, k.concerning(after, flags), group, note)}, nil
}

// changed tells what is different now.
func (k *call) changed(before, after *store.Activity, flags []flag, group int64, note string) *Message {
	ref := store.ActivityRef(after.ID)
	fields := differing(before, after, contentFields())
	if len(fields) == 0 && note == "" && len(before.Guessed) == len(after.Guessed) {
		return Tell(Say("**%s** says that already, so nothing was changed.", ref)).
			Next(Button{Label: "Show " + ref, Action: "show.record", Record: ref})
	}
	m := Tell(Say("**%s updated** (%s): *%s*", ref, k.agencyName(after.Agency), title(after)))
	var lines []Line
	if note != "" {
		lines = append(lines, Say("Note added."))
	}
	for _, f := range fields {
		lines = append(lines, k.changeLine(f, before, after))
	}
	if len(before.Guessed) > len(after.Guessed) && len(fields) == 0 {
		lines = append(lines, Say("What I had guessed is confirmed."))
	}
	m.Items(lines...)
	m.Aside(k.strayLine(k.strays(after), ref))
	m.Tell(k.partnerNews(before, after))
	k.addFlags(m, after, flags)
	var buttons []Button
	if k.who.WritesFor(after.Agency) { // a partner adds notes only
		buttons = []Button{{Label: "Change details", Action: "edit.details", Record: ref, Revision: after.Revision}}
	}
	buttons = append(buttons, flagButtons(flags)...)
	return m.Next(append(buttons, undoButton(group, ""))...)
}

// changeLine gives "end: March 2027 → April 2027".
func (k *call) changeLine(field string, before, after *store.Activity) Line {
	was, is := k.fieldWords(field, before), k.fieldWords(field, after)
	if field == "description" {
		return Say("Description changed.")
	}
	if was == "" {
		return Line{{Text: fieldName(field) + ": "}, {Text: is, People: true}}
	}
	if is == "" {
		is = "none"
	}
	return Line{{Text: fieldName(field) + ": "}, {Text: was, People: true}, {Text: " → "}, {Text: is, People: true}}
}

// fieldWords gives a field's value as people read it.
func (k *call) fieldWords(field string, a *store.Activity) string {
	switch field {
	case "title":
		return a.Title
	case "description":
		return a.Description
	case "commitments":
		return k.commitmentNames(a.Commitments)
	case "kind":
		return kindName(a.Kind)
	case "exploitation":
		return exploitationNames(a.Exploitation)
	case "audience":
		return termNames(statement.Audiences(), a.Audience)
	case "countries":
		return placeNames(a.Countries)
	case "from":
		return a.From.Words(k.today)
	case "to":
		return a.To.Words(k.today)
	case "status":
		return a.Status
	case "partners":
		return k.agencyNames(a.With())
	case "others":
		return strings.Join(a.Others, ", ")
	case "plan":
		return a.Plan
	case "tlp":
		return a.TLP
	case "follows":
		refs := make([]string, len(a.Follows))
		for i, id := range a.Follows {
			refs[i] = store.ActivityRef(id)
		}
		return strings.Join(refs, ", ")
	case "links":
		return strings.Join(a.Links, ", ")
	}
	return ""
}

// partnerNews says who will be asked to confirm.
func (k *call) partnerNews(before, after *store.Activity) Line {
	var fresh []string
	for _, agency := range after.With() {
		if state := before.PartnerState(agency); state == "" || state == store.Declined {
			fresh = append(fresh, agency)
		}
	}
	if len(fresh) == 0 {
		return nil
	}
	return Say("I will ask %s to confirm.", k.agencyNames(fresh))
}
