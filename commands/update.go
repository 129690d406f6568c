package commands

import (
	"strings"

	"thbot/commands/admit"
	"thbot/commands/line"
	"thbot/store"
	"thbot/store/fault"
)

func updateCommand() subcommand {
	return subcommand{
		Name: "update", Also: []string{"note"},
		Brief: "add a progress note, and change facets with it", Usage: []string{"update ID TEXT [key:value …]"},
		Example: "/thb update A17 Speakers confirmed status:ongoing",
		Keys:    facetKeys, Many: manyKeys,
		Menu: "Update",
		Run:  runUpdate,
		Actions: map[string]func(*call, Press) (Reply, error){
			"update.form": updateForm,
		},
		Forms: map[string]func(*call, Submission) (Reply, error){"update": submitUpdate},
	}
}

func runUpdate(k *call) (Reply, error) {
	id, rest := line.Word(k.rest)
	if strings.TrimSpace(rest) == "" && k.req.Surface.Forms {
		return updateForm(k, Press{Record: id})
	}
	if id == "" {
		return k.askID("update", "Update an activity")
	}
	l, err := k.readRest(rest, id)
	if err != nil {
		return Reply{}, err
	}
	return k.updateActivity(id, l)
}

// updateForm is the form for a note; without a record it asks for the id too.
func updateForm(k *call, p Press) (Reply, error) {
	f := &Form{Name: "update", Record: p.Record, Title: "Update an activity", Submit: "Save"}
	if p.Record == "" {
		f.Fields = append(f.Fields, Field{Name: "id", Label: "Activity", Hint: "Its id, such as A17", Type: FieldText})
	} else {
		err := k.view(func(v *store.View) error {
			a, err := k.updatable(v, p.Record)
			if err == nil {
				f.Record, f.Revision, f.Intro = store.ActivityRef(a.ID), a.Revision, store.ActivityRef(a.ID)+": "+a.Title
			}
			return err
		})
		if err != nil {
			return Reply{}, err
		}
	}
	f.Fields = append(f.Fields,
		Field{Name: "note", Label: "What is new", Type: FieldArea, Max: store.MaxText, Optional: true},
		Field{Name: "status", Label: "Status", Type: FieldChoice, Options: statusOptions(), Optional: true},
		Field{Name: "when", Label: "When", Hint: "Only if it changed", Type: FieldText, Optional: true},
	)
	return Reply{Form: f}, nil
}

func submitUpdate(k *call, s Submission) (Reply, error) {
	id := s.Record
	if id == "" {
		id = s.Values["id"]
	}
	l, err := k.lineOf(s, "note")
	if err != nil {
		return Reply{}, err
	}
	reply, err := k.updateActivity(id, l)
	return k.fieldErrors(reply, err, s, "note")
}

// updatable gives a copy of an activity that the caller may update: its own
// agency's, or one in which it is a confirmed partner.
func (k *call) updatable(v *store.View, input string) (*store.Activity, error) {
	a, err := k.activity(v, input)
	if err != nil {
		return nil, err
	}
	if a.Live() && k.who.Agency != "" && a.PartnerState(k.who.Agency) == store.Confirmed {
		return a.Clone(), nil
	}
	if a.PartnerState(k.who.Agency) == store.Named && k.who.Agency != "" {
		ref := store.ActivityRef(a.ID)
		return nil, fault.New(fault.Forbidden, "%s is named as partner in %s but has not confirmed it. Confirm first, then update. Nothing was saved.", k.agencyName(k.who.Agency), ref).WithTry("/thb partner %s confirm", ref)
	}
	return k.editable(v, input)
}

// updateActivity adds a note and changes facets, in one change.
func (k *call) updateActivity(id string, l line.Line) (Reply, error) {
	note, err := admit.Admit(l.Text)
	if strings.TrimSpace(l.Text) == "" {
		note, err = "", nil
	}
	if err != nil {
		return Reply{}, k.unsaved(err)
	}
	if note == "" && len(l.Pairs) == 0 {
		return Reply{}, fault.New(fault.Invalid, "What is new? I found no text, so nothing was saved.").WithTry("/thb update %s Speakers confirmed", orExample(id))
	}
	return k.change("update", func(ch *store.Change) (*store.Activity, []string, error) {
		a, err := k.updatable(ch.View, id)
		if err != nil {
			return nil, nil, err
		}
		fields, err := k.apply(ch.View, a, l)
		if err != nil {
			return nil, nil, err
		}
		if note != "" {
			if _, err := ch.AddNote(a, note); err != nil {
				return nil, nil, k.unsaved(err)
			}
		}
		return a, fields, nil
	}, note)
}

func orExample(id string) string {
	if id == "" {
		return "A17"
	}
	return id
}
