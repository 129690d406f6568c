package commands

import (
	"strings"

	"thbot/commands/line"
	"thbot/store"
	"thbot/store/date"
	"thbot/store/fault"
)

func showCommand() subcommand {
	return subcommand{
		Name: "show", Also: []string{"view"},
		Brief: "show a record with its notes and overlaps", Usage: []string{"show ID"},
		Example: "/thb show A17",
		Run:     func(k *call) (Reply, error) { return k.show(k.rest) },
		Actions: map[string]func(*call, Press) (Reply, error){
			"show.record": func(k *call, p Press) (Reply, error) { return k.show(p.Record) },
		},
		Forms: map[string]func(*call, Submission) (Reply, error){
			"show": func(k *call, s Submission) (Reply, error) { return k.show(s.Values["id"]) },
		},
	}
}

// show answers with any record, by its id.
func (k *call) show(input string) (Reply, error) {
	if strings.TrimSpace(input) == "" {
		return k.askID("show", "Show a record")
	}
	letter, id, ok := store.ParseRef(input, 'A')
	if !ok {
		return Reply{}, noID(input, "show")
	}
	switch letter {
	case 'O':
		return k.showOverlap(id)
	case 'M':
		return k.showMeeting(id)
	case 'P':
		return k.showPerson(id)
	}
	var m *Message
	err := k.view(func(v *store.View) error {
		a, err := k.activity(v, input)
		if err == nil {
			m, err = k.whole(v, a)
		}
		return err
	})
	return Reply{Message: m}, err
}

// askID asks for the id that a subcommand needs.
func (k *call) askID(name, title string) (Reply, error) {
	if !k.req.Surface.Forms {
		return Reply{}, fault.New(fault.Invalid, "Which record? I need its id.").WithTry("/thb %s A17", name)
	}
	return Reply{Form: &Form{Name: name, Title: title, Submit: "Go on", Fields: []Field{
		{Name: "id", Label: "Record", Hint: "Its id, such as A17", Type: FieldText},
	}}}, nil
}

func noID(input, sub string) error {
	word, _ := line.Word(input)
	return fault.New(fault.Invalid, "%s is no id of a record. Activities have ids such as A17.", word).WithTry("/thb %s A17", sub)
}

// activity finds an activity by its id as typed. A withdrawn one is found too.
func (k *call) activity(v *store.View, input string) (*store.Activity, error) {
	word, _ := line.Word(input)
	letter, id, ok := store.ParseRef(word, 'A')
	if !ok || letter != 'A' {
		return nil, noID(input, k.sub.Name)
	}
	a := v.Activity(id)
	if a == nil {
		return nil, fault.New(fault.NotFound, "There is no %s.", store.ActivityRef(id)).WithTry("/thb list agency:mine")
	}
	return a, nil
}

// editable gives a copy of an activity that the caller may change.
func (k *call) editable(v *store.View, input string) (*store.Activity, error) {
	a, err := k.activity(v, input)
	if err != nil {
		return nil, err
	}
	ref := store.ActivityRef(a.ID)
	switch {
	case !k.who.WritesFor(a.Agency):
		return nil, fault.New(fault.Forbidden, "%s belongs to %s, so its contact point has to change it. Nothing was saved.", ref, k.agencyName(a.Agency)).WithTry("/thb show %s", ref)
	case !a.Live():
		return nil, fault.New(fault.Conflict, "%s was withdrawn, so it cannot be changed. Nothing was saved.", ref).WithTry("/thb history %s", ref)
	}
	return a.Clone(), nil
}

// whole is an activity with notes and overlaps.
func (k *call) whole(v *store.View, a *store.Activity) (*Message, error) {
	m := k.shown(a)
	notes, err := v.Notes(a.ID)
	if err != nil {
		return nil, err
	}
	for _, n := range notes {
		who, err := k.authorName(v, n.By)
		if err != nil {
			return nil, err
		}
		m.Tell(Say("%s, %s:", date.Of(n.At.In(k.rules.Zone)).Date().Words(k.today), who)).Quoting(n.Text)
	}
	lines, err := k.overlapLines(v, a)
	if err != nil {
		return nil, err
	}
	m.Items(lines...)
	return m.Next(k.showButtons(a)...), nil
}

// shown is an activity without its notes.
func (k *call) shown(a *store.Activity) *Message {
	ref := store.ActivityRef(a.ID)
	m := Tell(Say("**%s** of %s: *%s*", ref, k.agencyName(a.Agency), title(a)))
	m.Quoting(a.Description)
	state := Say("%s", k.stateWords(a))
	m.Tell(state, facets(a, k.today, nil))
	if a.Live() {
		m.Tell(k.commitmentLine(a), k.partners(a), k.belongings(a))
	}
	m.Aside(guessedWords(a), k.freshness(a))
	return m
}

func (k *call) stateWords(a *store.Activity) string {
	switch {
	case !a.RedactedAt.IsZero():
		return "Withdrawn; its text was erased on " + k.dayWords(date.Of(a.RedactedAt.In(k.rules.Zone))) + "."
	case !a.Live():
		words := "Withdrawn on " + k.dayWords(date.Of(a.Withdrawn.At.In(k.rules.Zone)))
		if a.Withdrawn.Reason != "" {
			words += ": " + a.Withdrawn.Reason
		}
		return words + "."
	case a.PartOf != 0:
		return strings.ToUpper(a.StatusAt(k.today)[:1]) + a.StatusAt(k.today)[1:] + ", part of " + store.ActivityRef(a.PartOf) + "."
	}
	status := a.StatusAt(k.today)
	return strings.ToUpper(status[:1]) + status[1:] + "."
}

func (k *call) dayWords(d date.Day) string { return d.Date().Words(k.today) }

func (k *call) partners(a *store.Activity) Line {
	var parts []string
	for _, p := range a.Partners {
		words := k.agencyName(p.Agency)
		switch p.State {
		case store.Named:
			words += " (not yet confirmed)"
		case store.Declined:
			words += " (declined)"
		}
		parts = append(parts, words)
	}
	parts = append(parts, a.Others...)
	if len(parts) == 0 {
		return nil
	}
	return Line{{Text: "With "}, {Text: andList(parts), People: true}}
}

// belongings are the facets that tie an activity to something else.
func (k *call) belongings(a *store.Activity) Line {
	var parts []string
	if a.Plan != "" {
		parts = append(parts, "Work programme: "+a.Plan)
	}
	for _, id := range a.Follows {
		parts = append(parts, "follows "+store.ActivityRef(id))
	}
	parts = append(parts, a.Links...)
	if a.TLP != "" && a.TLP != "AMBER" {
		parts = append(parts, "TLP:"+strings.TrimPrefix(a.TLP, "TLP:"))
	}
	if len(parts) == 0 {
		return nil
	}
	return Line{{Text: strings.Join(parts, " · "), People: true}}
}

func (k *call) freshness(a *store.Activity) Line {
	l := Say("Recorded %s", k.dayWords(date.Of(a.RecordedAt.In(k.rules.Zone))))
	if a.TouchedAt().After(a.RecordedAt) {
		l = append(l, Say(", last changed or confirmed %s", k.dayWords(date.Of(a.TouchedAt().In(k.rules.Zone))))...)
	}
	return l
}

// authorName says who wrote something: the agency, never a name.
func (k *call) authorName(v *store.View, actor string) (string, error) {
	p, err := v.PersonNamed(actor)
	switch {
	case p != nil:
		return k.speaksFor(p), err
	case actor == store.Program:
		return "thbot", err
	}
	return actor, err // of an imported note
}

// overlapLines lists an activity's overlaps with their state.
func (k *call) overlapLines(v *store.View, a *store.Activity) ([]Line, error) {
	overlaps, err := v.OverlapsOf(a.ID)
	if err != nil {
		return nil, err
	}
	var lines []Line
	for _, o := range overlaps {
		if other := v.Activity(o.Other(a.ID)); other != nil && o.State != store.StateMoot {
			lines = append(lines, Join("", Say("%s, %s: ", store.OverlapRef(o.ID), overlapState(o)), k.named(other, k.today)))
		}
	}
	return lines, nil
}

// overlapState says where an overlap stands, in words.
func overlapState(o *store.Overlap) string {
	switch o.State {
	case store.StateCoordinate:
		return "the two coordinate"
	case store.StateJoint:
		return "one joint activity"
	case store.StateDismissed:
		return "not a duplicate"
	case store.StateMoot:
		return "no longer in question"
	}
	if o.Question {
		return "the same joint activity, or not?"
	}
	return "possible duplicate, open"
}

func (k *call) showButtons(a *store.Activity) []Button {
	if !a.Live() || !k.who.WritesFor(a.Agency) {
		return nil
	}
	ref := store.ActivityRef(a.ID)
	return []Button{
		{Label: "Add a note", Action: "update.form", Record: ref, Revision: a.Revision},
		{Label: "Edit", Action: "edit.form", Record: ref, Revision: a.Revision},
		{Label: "Change details", Action: "edit.details", Record: ref, Revision: a.Revision},
	}
}
