package commands

import (
	"slices"
	"strings"

	"thbot/commands/line"
	"thbot/store"
	"thbot/store/date"
	"thbot/store/fault"
)

func partnerCommand() subcommand {
	answer := func(state string) func(*call, Press) (Reply, error) {
		return func(k *call, p Press) (Reply, error) { return k.answerPartner(p.Record, state, "", "", true) }
	}
	return subcommand{
		Name: "partner", Brief: "confirm or decline that your agency is a partner",
		Usage:   []string{"partner ID confirm or decline [REASON]"},
		Example: "/thb partner A17 confirm",
		Keys:    []string{"agency"},
		Run:     runPartner,
		Actions: map[string]func(*call, Press) (Reply, error){
			"partner.confirm": answer(store.Confirmed),
			"partner.decline": answer(store.Declined),
		},
		Forms: map[string]func(*call, Submission) (Reply, error){"partner": submitPartner},
		Rows: map[string]func(*building) (Built, error){
			store.RowNamed:   buildNamed,
			store.RowEntered: buildEntered,
		},
	}
}

var partnerWords = map[string]string{
	"confirm": store.Confirmed, "confirmed": store.Confirmed, "yes": store.Confirmed,
	"decline": store.Declined, "declined": store.Declined, "no": store.Declined,
}

func runPartner(k *call) (Reply, error) {
	id, rest := line.Word(k.rest)
	if id == "" {
		return k.partnerForm("")
	}
	l, err := line.Read(rest, k.sub.Keys)
	if err != nil {
		return Reply{}, err
	}
	word, reason := line.Word(l.Text)
	state, ok := partnerWords[strings.ToLower(strings.Trim(word, ".,"))]
	if word == "" && k.req.Surface.Forms {
		return k.partnerForm(id)
	}
	if !ok {
		return Reply{}, fault.New(fault.Invalid, "Do you confirm or decline? I read neither, so nothing was saved.").WithTry("/thb partner %s confirm", id)
	}
	agency := ""
	if p, given := l.Get("agency"); given {
		a, err := k.catalogue.FindAgency(p.Value)
		if err != nil {
			return Reply{}, k.inLine(l, "agency", err)
		}
		agency = a.Slug
	}
	return k.answerPartner(id, state, agency, strings.TrimSpace(reason), false)
}

// partnerForm asks for what is missing: the id, and the answer.
func (k *call) partnerForm(id string) (Reply, error) {
	if !k.req.Surface.Forms {
		return Reply{}, fault.New(fault.Invalid, "In which activity? I need its id.").WithTry("/thb partner A17 confirm")
	}
	f := &Form{Name: "partner", Record: id, Title: "Partner in an activity", Submit: "Save"}
	if id == "" {
		f.Fields = append(f.Fields, Field{Name: "id", Label: "Activity", Hint: "Its id, such as A17", Type: FieldText})
	}
	f.Fields = append(f.Fields,
		Field{Name: "answer", Label: "Your answer", Type: FieldChoice, Options: []Option{{"confirm", "We are a partner"}, {"decline", "We are not"}}},
		Field{Name: "reason", Label: "Reason", Type: FieldArea, Optional: true, Max: store.MaxText})
	return Reply{Form: f}, nil
}

func submitPartner(k *call, s Submission) (Reply, error) {
	id := s.Record
	if id == "" {
		id = s.Values["id"]
	}
	state, ok := partnerWords[s.Values["answer"]]
	if !ok {
		return Reply{Failed: true, Errors: map[string]string{"answer": "Please choose one of the answers."}}, nil
	}
	reply, err := k.answerPartner(id, state, "", strings.TrimSpace(s.Values["reason"]), false)
	return k.fieldErrors(reply, err, s, "answer")
}

// answerPartner confirms or declines that the caller's agency is a partner. A
// reason goes to the owner as a note on the activity.
func (k *call) answerPartner(id, state, agency, reason string, pressed bool) (Reply, error) {
	if err := admitReason(reason); err != nil {
		return Reply{}, k.unsaved(err)
	}
	var a *store.Activity
	var flags []flag
	var group int64
	same := false
	err := k.update("partner", func(ch *store.Change) error {
		flags = nil
		known, i, err := k.partnership(ch.View, id, agency)
		if err != nil {
			return err
		}
		a, group = known.Clone(), ch.Group()
		if same = a.Partners[i].State == state; same {
			return nil
		}
		if err := k.notJoint(ch.View, a, a.Partners[i].Agency, state); err != nil {
			return err
		}
		a.Partners[i] = store.Partner{Agency: a.Partners[i].Agency, State: state, By: ch.Actor, At: ch.At}
		if reason != "" {
			if _, err := ch.AddNote(a, reason); err != nil {
				return err
			}
		}
		a.ChangedAt = ch.At
		if err := ch.PutActivity(a); err != nil {
			return err
		}
		if flags, err = k.rematch(ch, a, []string{"partners"}); err != nil {
			return err
		}
		agency := a.Partners[i].Agency
		if err := k.refreshNamed(ch, a); err != nil {
			return err
		}
		return k.tellOwner(ch, a, agency)
	})
	if err != nil {
		return Reply{}, k.unsaved(err)
	}
	return Reply{Message: k.answered(a, state, agency, reason, flags, group, same), Replace: pressed}, nil
}

// notJoint refuses to decline while a record of the partner is linked: the
// link is taken back first, so that both records stand for themselves again.
func (k *call) notJoint(v *store.View, a *store.Activity, partner, state string) error {
	if state != store.Declined {
		return nil
	}
	overlaps, err := v.OverlapsOf(a.ID)
	for _, o := range overlaps {
		if o.State == store.StateJoint && o.Side(a.Agency) == partner {
			return fault.New(fault.Conflict, "%s and your record %s are one joint activity. Take that back first; nothing was changed.", store.ActivityRef(a.ID), store.ActivityRef(o.Other(a.ID))).
				WithTry("/thb overlap %s dismiss", store.OverlapRef(o.ID))
		}
	}
	return err
}

// partnership finds the place of the caller's agency among the partners.
func (k *call) partnership(v *store.View, id, agency string) (*store.Activity, int, error) {
	a, err := k.activity(v, id)
	if err != nil {
		return nil, 0, err
	}
	ref := store.ActivityRef(a.ID)
	if agency == "" || k.who.Role != store.Coordinator {
		if agency != "" && agency != k.who.Agency {
			return nil, 0, fault.New(fault.Forbidden, "You answer for %s only. Nothing was saved.", k.agencyName(k.who.Agency)).WithTry("/thb partner %s confirm", ref)
		}
		agency = k.who.Agency
	}
	switch {
	case !a.Live():
		return nil, 0, fault.New(fault.Conflict, "%s was withdrawn, so there is nothing to answer.", ref).WithTry("/thb history %s", ref)
	case agency == "":
		return nil, 0, fault.New(fault.Invalid, "For which agency do you answer? Nothing was saved.").WithTry("/thb partner %s confirm agency:%s", ref, partnerExample(a))
	case agency == a.Agency:
		return nil, 0, fault.New(fault.Invalid, "%s is %s's own activity; its partners are the ones who confirm. Nothing was saved.", ref, k.agencyName(agency)).WithTry("/thb show %s", ref)
	}
	i := slices.IndexFunc(a.Partners, func(p store.Partner) bool { return p.Agency == agency })
	if i < 0 {
		return nil, 0, fault.New(fault.Conflict, "%s is not named as a partner in %s. Its owner, %s, can name you: `/thb edit %s with:%s`. Nothing was saved.", k.agencyName(agency), ref, k.agencyName(a.Agency), ref, agency).WithTry("/thb show %s", ref)
	}
	return a, i, nil
}

// partnerExample is an agency that could answer.
func partnerExample(a *store.Activity) string {
	if len(a.Partners) > 0 {
		return a.Partners[0].Agency
	}
	return "cepol"
}

func orText(text, other string) string {
	if text == "" {
		return other
	}
	return text
}

// refreshNamed has the delivered questions to the partners show the answer.
func (c *Commands) refreshNamed(ch *store.Change, a *store.Activity) error {
	return eachRow(ch, store.RowNamed, store.ActivityRef(a.ID), refreshRow(ch))
}

// tellOwner plans one private word to the owner; an earlier one that has not
// gone out no longer holds.
func (c *Commands) tellOwner(ch *store.Change, a *store.Activity, partner string) error {
	ref := store.ActivityRef(a.ID)
	err := eachRow(ch, store.RowVerdict, ref, func(r *store.Row) error {
		if r.Slot != partner {
			return nil
		}
		if _, err := ch.Drop(r.Key, "answered anew since"); err != nil {
			return err
		}
		_, err := ch.Refresh(r.Key)
		return err
	})
	if err != nil {
		return err
	}
	return c.tell(ch, a.Agency, store.Row{Kind: store.RowVerdict, Subject: subject(ref, a.Revision), Slot: partner, Due: ch.At.Add(c.rules.Hold)})
}

func (k *call) answered(a *store.Activity, state, agency, reason string, flags []flag, group int64, same bool) *Message {
	ref := store.ActivityRef(a.ID)
	if agency == "" || k.who.Role != store.Coordinator {
		agency = k.who.Agency
	}
	words := "confirmed"
	if state == store.Declined {
		words = "declined"
	}
	show := Button{Label: "Show " + ref, Action: "show.record", Record: ref}
	if same {
		return Tell(Say("%s has %s **%s** already, so nothing was changed.", k.agencyName(agency), words, ref)).Next(show)
	}
	m := Tell(Say("**%s %s** as partner in %s: *%s*", k.agencyName(agency), words, ref, title(a)))
	if state == store.Confirmed {
		m.Tell(Say("It now counts for %s too, and you can add notes to it.", k.agencyName(agency)))
	} else {
		m.Tell(Say("It counts for %s alone.", k.agencyName(a.Agency)))
	}
	if reason != "" {
		m.Tell(Say("Your reason stands as a note on it."))
	}
	m.Tell(Say("I will tell %s at %s, in private, unless you undo this.", k.agencyName(a.Agency), clockWords(k.now.Add(k.rules.Hold), k.today)))
	k.addFlags(m, a, flags)
	buttons := append([]Button{show}, questionButtons(flags)...)
	return m.Next(append(buttons, Button{Label: "Undo", Action: "undo.change", Record: "J" + itoa(int(group)), Danger: true})...)
}

// questionButtons answer the question between partners, where there is one.
func questionButtons(flags []flag) []Button {
	for _, f := range flags {
		if f.Overlap.Question {
			return settleButtons(f.Overlap, "")[:2]
		}
	}
	return nil
}

// planNamed plans a private question to each agency that a change names as
// partner: one that was not named before, or had declined.
func (c *Commands) planNamed(ch *store.Change, a, before *store.Activity) error {
	for _, p := range a.Partners {
		if p.State != store.Named {
			continue
		}
		if before != nil {
			if was := before.PartnerState(p.Agency); was == store.Named || was == store.Confirmed {
				continue
			}
		}
		if err := c.tell(ch, p.Agency, store.Row{
			Kind: store.RowNamed, Subject: subject(store.ActivityRef(a.ID), a.Revision), Slot: "-", Due: ch.At.Add(c.rules.Hold),
		}); err != nil {
			return err
		}
	}
	return nil
}

// buildNamed asks an agency whether it is a partner and, where it has a record
// that looks like the same work, whether that is it.
func buildNamed(b *building) (Built, error) {
	_, id := b.about()
	a := b.view.Activity(id)
	if a == nil || !a.Live() {
		return b.goneOrDropped(a)
	}
	side, err := b.sides()
	if err != nil {
		return Built{}, err
	}
	var partner *store.Partner
	for i := range a.Partners {
		if p := &a.Partners[i]; side(p.Agency) && (p.State == store.Named || b.sent()) {
			partner = p
			break
		}
	}
	if partner == nil {
		if b.sent() {
			return Built{Message: Tell(Say("%s no longer names you as partner in **%s**. There is nothing left to answer here.", b.agencyName(a.Agency), store.ActivityRef(a.ID)))}, nil
		}
		return dropped("no longer named, or answered already")
	}
	m := Tell(
		Join("", Say("**%s names %s as partner** in ", b.agencyName(a.Agency), b.agencyName(partner.Agency)), Say("**%s**, *%s*", store.ActivityRef(a.ID), title(a))),
		facets(a, b.today, nil))
	if partner.State != store.Named {
		m.Tell(b.answerLine(partner))
		return Built{Message: m}, nil
	}
	m.Tell(Say("Is that so? Once you confirm, it counts for %s too, and you can add notes. Until then it counts for %s alone.", b.agencyName(partner.Agency), b.agencyName(a.Agency)))
	ref := store.ActivityRef(a.ID)
	buttons := []Button{
		{Label: "Confirm", Action: "partner.confirm", Record: ref, Revision: a.Revision},
		{Label: "Decline", Action: "partner.decline", Record: ref, Revision: a.Revision},
		{Label: "Show " + ref, Action: "show.record", Record: ref},
	}
	if b.reader.Role == store.Coordinator {
		buttons = buttons[2:]
		m.Aside(Say("%s has no contact point here, so this comes to you. To answer for it: `/thb partner %s confirm agency:%s`", b.agencyName(partner.Agency), ref, partner.Agency))
	}
	more, err := b.addQuestion(m, a, partner.Agency)
	return Built{Message: m.Next(append(buttons, more...)...)}, err
}

func (b *building) answerLine(p *store.Partner) Line {
	return Say("%s %s this on %s.", b.agencyName(p.Agency), p.State, date.Of(p.At.In(b.now.Location())).Date().Words(b.today))
}

// addQuestion asks whether a record of the partner is of the same work.
func (b *building) addQuestion(m *Message, a *store.Activity, partner string) ([]Button, error) {
	overlaps, err := b.view.OverlapsOf(a.ID)
	for _, o := range overlaps {
		other := b.view.Activity(o.Other(a.ID))
		if !o.Question || o.State != store.StateOpen || other.Agency != partner {
			continue
		}
		m.Tell(Join("", Say("Is this your record of the same joint activity? "), b.ownWords(other)))
		return settleButtons(o, "")[:2], err
	}
	return nil, err
}

// buildAnswer tells the owner, once, what a partner answered.
func buildAnswer(b *building) (Built, error) {
	_, id := b.about()
	a := b.view.Activity(id)
	if a == nil || !a.Live() {
		return b.goneOrDropped(a)
	}
	for i := range a.Partners {
		p := &a.Partners[i]
		if p.Agency != b.row.Slot || p.State == store.Named && !b.sent() {
			continue
		}
		m, err := b.answerMessage(a, p)
		ref := store.ActivityRef(a.ID)
		return Built{Message: m.Next(Button{Label: "Show " + ref, Action: "show.record", Record: ref})}, err
	}
	return dropped("the answer was taken back")
}

func (b *building) answerMessage(a *store.Activity, p *store.Partner) (*Message, error) {
	record := Say("%s, *%s*", store.ActivityRef(a.ID), title(a))
	switch {
	case p.State == store.Named:
		return Tell(Join("", Say("**%s took its answer back** on ", b.agencyName(p.Agency)), record)), nil
	case b.sent() && !p.At.Equal(b.row.PlannedAt):
		return Tell(Join("", Say("**%s has answered anew** since I wrote this: it %s as partner in ", b.agencyName(p.Agency), p.State), record)), nil
	}
	m := Tell(Join("", Say("**%s %s** as partner in ", b.agencyName(p.Agency), p.State), record))
	notes, err := b.view.Notes(a.ID)
	for _, n := range notes {
		if n.At.Equal(p.At) && n.By == p.By {
			m.Quoting(n.Text)
		}
	}
	if p.State == store.Confirmed {
		return m.Tell(Say("It now counts for both of you.")), err
	}
	return m.Tell(Say("It counts for %s alone.", b.agencyName(a.Agency))), err
}
