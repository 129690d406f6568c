package commands

import (
	"cmp"
	"errors"
	"slices"
	"strings"
	"time"

	"thbot/commands/admit"
	"thbot/commands/line"
	"thbot/store"
	"thbot/store/fault"
)

func recordCommand() subcommand {
	return subcommand{
		Name: "record", Also: []string{"add", "new"},
		Brief:   "record an activity of your agency",
		Usage:   []string{"record TEXT [key:value …]"},
		Example: "/thb record Webinar on indicators of labour exploitation for labour inspectors when:2027-03 country:RO",
		Keys:    facetKeys, Many: manyKeys,
		Menu: "Record",
		Run:  runRecord,
		Actions: map[string]func(*call, Press) (Reply, error){
			"record.kept":    recordKept,
			"record.confirm": confirmGuesses,
		},
		Forms: map[string]func(*call, Submission) (Reply, error){"record": submitRecord},
	}
}

func runRecord(k *call) (Reply, error) {
	if strings.TrimSpace(k.rest) == "" && k.req.Surface.Forms {
		return Reply{Form: k.recordForm("")}, nil
	}
	l, err := k.read()
	if err != nil {
		return Reply{}, err
	}
	return k.record(l)
}

// record stores a new activity from what was typed or filled in.
func (k *call) record(l line.Line) (Reply, error) {
	agency, err := k.agencyOf(l)
	if err != nil {
		return Reply{}, err
	}
	if err := admitLine(l); err != nil {
		return Reply{}, k.unsaved(err)
	}
	var made *store.Activity
	var flags []flag
	var group int64
	err = k.update("record", func(ch *store.Change) error {
		a, err := k.draft(ch.View, l, agency)
		if err != nil {
			return err
		}
		if err := k.notTwice(ch, a); err != nil {
			return err
		}
		if err := ch.AddActivity(a); err != nil {
			return err
		}
		made, group = a, ch.Group()
		if flags, err = k.rematch(ch, a, nil); err != nil {
			return err
		}
		if err := k.planNamed(ch, a, nil); err != nil {
			return err
		}
		return k.planEntered(ch, k.who, a)
	})
	var twice *alreadyRecorded
	if errors.As(err, &twice) {
		return k.recordedBefore(twice.activity), nil
	}
	if err != nil {
		return Reply{}, k.unsaved(err)
	}
	return Reply{Message: k.recorded(made, flags, group)}, nil
}

// agencyOf is the agency that a new record is for: the caller's own, or the
// one named by somebody who acts for several.
func (k *call) agencyOf(l line.Line) (string, error) {
	p, given := l.Get("agency")
	if !given {
		if k.who.Agency == "" {
			return "", fault.New(fault.Invalid, "For which agency is this? Nothing was saved.").
				WithTry("/thb %s agency:cepol", k.typedWith(k.rest))
		}
		return k.who.Agency, nil
	}
	agency, err := k.catalogue.FindAgency(p.Value)
	if err != nil {
		return "", k.inLine(l, "agency", err)
	}
	if !k.who.WritesFor(agency.Slug) {
		return "", fault.New(fault.Forbidden, "You write for %s, so this is for %s's contact point to say. Nothing was saved.", k.agencyName(k.who.Agency), agency.Short).WithBack(l.Text)
	}
	return agency.Slug, nil
}

// admitLine passes every text of the line through Admit.
func admitLine(l line.Line) error {
	if strings.TrimSpace(l.Text) == "" {
		return nil
	}
	_, err := admit.Admit(l.Text)
	return err
}

// unsaved gives the caller's own text back with a refusal.
func (k *call) unsaved(err error) error {
	return fault.Amend(err, func(f *fault.Error) {
		switch {
		case f.Code == fault.Refused:
			f.Try, f.Back = "", cmp.Or(f.Back, k.rest) // the text itself is what has to change
		case f.Back == "" && f.Try == "":
			f.Back = k.rest
		}
	})
}

// draft makes an activity of a line, with guesses for what was left out.
func (k *call) draft(v *store.View, l line.Line, agency string) (*store.Activity, error) {
	a := &store.Activity{Agency: agency}
	a.Title, a.Description = l.Split()
	if strings.TrimSpace(a.Title) == "" {
		return nil, fault.New(fault.Invalid, "What is the activity? I found no text, so nothing was saved.").
			WithTry("%s", strings.TrimSuffix(recordCommand().Example, "."))
	}
	if n := len([]rune(a.Description)); n > store.MaxText {
		return nil, fault.New(fault.Invalid, "The description has %d characters; the most is %d. Nothing was saved: shorten it, or record the main part and add the rest with `/thb update`.", n, store.MaxText).WithBack(k.rest)
	}
	if _, err := k.apply(v, a, l); err != nil {
		return nil, err
	}
	k.guess(a, l)
	return a, nil
}

// alreadyRecorded says that the same person recorded the same thing just now.
type alreadyRecorded struct{ activity *store.Activity }

func (a *alreadyRecorded) Error() string { return "already recorded" }

// notTwice finds the same record by the same person within two minutes: a
// second press, or a line sent again because the answer was slow.
func (k *call) notTwice(ch *store.Change, a *store.Activity) error {
	for id := ch.NextActivity() - 1; id > 0; id-- {
		b := ch.Activity(id)
		if b == nil {
			continue
		}
		if ch.At.Sub(b.RecordedAt) > 2*time.Minute {
			return nil // ids rise with time
		}
		if b.RecordedBy == ch.Actor && b.Live() && b.Agency == a.Agency && b.Title == a.Title && b.Description == a.Description &&
			b.From == a.From && b.To == a.To && placeNames(b.Countries) == placeNames(a.Countries) {
			return &alreadyRecorded{b}
		}
	}
	return nil
}

func (k *call) recordedBefore(a *store.Activity) Reply {
	ref := store.ActivityRef(a.ID)
	m := Tell(
		Say("Already recorded as **%s** a moment ago: *%s*", ref, title(a)),
		Say("I did not record it twice. If you meant a second one, change a word in it."),
	)
	return Reply{Message: m.Next(Button{Label: "Show " + ref, Action: "show.record", Record: ref})}
}

// recorded tells what is stored, what was guessed, who else knows, and the
// next steps.
func (k *call) recorded(a *store.Activity, flags []flag, group int64) *Message {
	ref := store.ActivityRef(a.ID)
	m := Tell(
		Say("**%s recorded** for %s: *%s*", ref, k.agencyName(a.Agency), title(a)),
		facets(a, k.today, nil),
		k.commitmentLine(a),
	)
	strays := k.strays(a)
	m.Aside(guessedWords(a), missingWords(a, strays), k.strayLine(strays, ref))
	m.Tell(k.partnerLine(a))
	k.addFlags(m, a, flags)
	buttons := []Button{{Label: "Change details", Action: "edit.details", Record: ref, Revision: a.Revision}}
	if len(a.Guessed) > 0 {
		buttons = append(buttons, Button{Label: "That is right", Action: "record.confirm", Record: ref, Revision: a.Revision})
	}
	buttons = append(buttons, k.togetherButtons(a)...)
	buttons = append(buttons, flagButtons(flags)...)
	buttons = append(buttons, undoButton(group, ""))
	return m.Next(buttons...)
}

func (k *call) commitmentLine(a *store.Activity) Line {
	if len(a.Commitments) == 0 {
		return Say("No commitment yet, so it does not count in the coverage. Add one with `/thb edit %s commitment:…`", store.ActivityRef(a.ID))
	}
	l := Say("Commitments: %s", k.commitmentNames(a.Commitments))
	if a.IsGuess("commitments") {
		l = append(l, Say(" *(suggested)*")...)
	}
	return l
}

// missingWords says what would help others most and is not there.
func missingWords(a *store.Activity, strays []stray) Line {
	near := func(keys ...string) bool {
		return slices.ContainsFunc(strays, func(s stray) bool { return slices.Contains(keys, s.key) })
	}
	var missing []string
	if !a.From.Known() && !a.To.Known() && !near("when", "from", "to") {
		missing = append(missing, "`when:`")
	}
	if len(a.Countries) == 0 && !near("country") {
		missing = append(missing, "`country:`")
	}
	if len(missing) == 0 {
		return nil
	}
	return Say("Not known yet: "+andList(missing)+". It helps others to find this: `/thb edit %s %s`", store.ActivityRef(a.ID), exampleOf(missing[0]))
}

func exampleOf(key string) string {
	if key == "`when:`" {
		return "when:2027-03"
	}
	return "country:RO"
}

func (k *call) partnerLine(a *store.Activity) Line {
	with := a.With()
	if len(with) == 0 {
		return nil
	}
	return Say("With %s: I will ask to confirm.", k.agencyNames(with))
}

// recordForm is the form for a new activity.
func (k *call) recordForm(text string) *Form {
	f := &Form{Name: "record", New: true, Title: "Record an activity", Submit: "Record"}
	if k.who.Agency == "" {
		f.Fields = append(f.Fields, Field{Name: "agency", Label: "Agency", Type: FieldChoice, Options: k.agencyOptions("")})
	}
	f.Fields = append(f.Fields,
		Field{Name: "what", Label: "What", Hint: "First line: the title. Below it, more if you like.", Type: FieldArea, Value: text, Max: store.MaxText},
		Field{Name: "when", Label: "When", Hint: "Such as March 2027, 2027-Q2 or 1 to 5 March 2027", Type: FieldText, Optional: true},
		Field{Name: "country", Label: "Where", Hint: "Countries or regions, with commas: RO, Western Balkans", Type: FieldText, Optional: true},
		Field{Name: "with", Label: "With which agencies", Type: FieldMulti, Options: k.agencyOptions(k.who.Agency), Optional: true},
		Field{Name: "plan", Label: "Work programme", Hint: "The entry, such as SPD 2027-2029 2.4.1", Type: FieldText, Optional: true},
	)
	return f
}

func (k *call) agencyOptions(without string) []Option {
	var options []Option
	for _, a := range k.catalogue.Agencies {
		if a.Slug != without {
			options = append(options, Option{a.Slug, a.Short})
		}
	}
	return options
}

// submitRecord feeds the form into the same path as the typed line.
func submitRecord(k *call, s Submission) (Reply, error) {
	l, err := k.lineOf(s, "what")
	if err != nil {
		return Reply{}, err
	}
	reply, err := k.record(l)
	return k.fieldErrors(reply, err, s, "what")
}

// recordKept records a text that was kept when the caller was asked what to do
// with it.
func recordKept(k *call, p Press) (Reply, error) {
	text, err := k.kept(p.Record)
	if err != nil {
		return Reply{}, err
	}
	k.rest = text
	l, err := k.read()
	if err != nil {
		return Reply{}, err
	}
	reply, err := k.record(l)
	reply.Replace = err == nil
	return reply, err
}

// kept gives a text that a menu kept for its buttons.
func (k *call) kept(page string) (text string, err error) {
	err = k.view(func(v *store.View) error {
		text, err = v.Page(page)
		return err
	})
	if err == nil && text == "" {
		err = fault.New(fault.NotFound, "I kept that text for a day and no longer have it. Please type it again.").WithTry("/thb record")
	}
	return text, err
}

// confirmGuesses takes the caller's word that the guessed facets are right.
func confirmGuesses(k *call, p Press) (Reply, error) {
	var a *store.Activity
	err := k.update("edit", func(ch *store.Change) error {
		var err error
		if a, err = k.editable(ch.View, p.Record); err != nil {
			return err
		}
		a.Guessed, a.ChangedAt = nil, ch.At
		if err := ch.PutActivity(a); err != nil {
			return err
		}
		_, err = k.rematch(ch, a, nil)
		return err
	})
	if err != nil {
		return Reply{}, err
	}
	return Reply{Replace: true, Message: k.shown(a).Next(k.showButtons(a)...)}, nil
}
