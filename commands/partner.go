package commands

import (
	"slices"
	"strings"

	"thbot/commands/line"
	"thbot/store"
	"thbot/store/fault"
)

func partnerCommand() subcommand {
	answer := func(state string) func(*call, Press) (Reply, error) {
		return func(k *call, p Press) (Reply, error) { return k.answerPressed(p, state) }
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
	return k.answerPartner(id, state, agency, strings.TrimSpace(reason))
}

// answerPressed takes the answer of a pressed button. Where somebody has
// changed since what the button asked about, it shows that and asks again,
// beside the message, which may ask about others, too.
func (k *call) answerPressed(p Press, state string) (Reply, error) {
	var a *store.Activity
	moved := false
	if p.Revision > 0 {
		err := k.view(func(v *store.View) error {
			var err error
			if a, _, err = k.partnership(v, p.Record, ""); err != nil {
				return err
			}
			moved, err = k.askedOther(v, a, p.Revision)
			return err
		})
		if err != nil {
			return Reply{}, err
		}
	}
	if moved {
		m := Tell(Say("%s has changed since I asked you, so I noted nothing. This is how it stands:", store.ActivityRef(a.ID)))
		reply := Reply{Message: m.Add(k.shown(a)).Next(partnerButtons(a)...)}
		return reply, k.update("partner", func(ch *store.Change) error { return k.refreshNamed(ch, a) })
	}
	reply, err := k.answerPartner(p.Record, state, "", "")
	reply.Replace = err == nil
	return reply, err
}

// askedOther tells whether somebody else has changed, since the revision, what
// an agency is asked to confirm.
func (k *call) askedOther(v *store.View, a *store.Activity, revision int) (other bool, err error) {
	left := a.Revision - revision
	err = v.History(store.ActivityRef(a.ID), func(p store.Past) bool {
		if p.Record != store.ActivityRef(a.ID) {
			return left > 0
		}
		for _, f := range p.Fields {
			other = other || left > 0 && p.Actor != store.PersonRef(k.who.ID) && slices.Contains(askedFields, f.Name)
		}
		left--
		return left > 0 && !other
	})
	return other, err
}

// askedFields are what a partner confirms: what it is, when and where.
var askedFields = []string{"title", "description", "kind", "countries", "from", "to"}

func partnerButtons(a *store.Activity) []Button {
	ref := store.ActivityRef(a.ID)
	return []Button{
		{Label: "Confirm", Action: "partner.confirm", Record: ref, Revision: a.Revision},
		{Label: "Decline", Action: "partner.decline", Record: ref, Revision: a.Revision},
	}
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
	reply, err := k.answerPartner(id, state, "", strings.TrimSpace(s.Values["reason"]))
	return k.fieldErrors(reply, err, s, "answer")
}

// answerPartner confirms or declines that the caller's agency is a partner. A
// reason goes to the owner as a note on the activity.
func (k *call) answerPartner(id, state, agency, reason string) (Reply, error) {
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
		if err := k.planEnteredAs(ch, k.who, agency, store.ActivityRef(a.ID), a.Revision); err != nil {
			return err
		}
		return k.tellOwner(ch, a, agency)
	})
	if err != nil {
		return Reply{}, k.unsaved(err)
	}
	return Reply{Message: k.answered(a, state, agency, reason, k.concerning(a, flags), group, same)}, nil
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
	m.Tell(Say("I will tell %s %s, in private, unless you undo this.", k.agencyName(a.Agency), k.toldAt(a.Agency)))
	k.addFlags(m, a, flags)
	buttons := append([]Button{show}, questionButtons(flags)...)
	return m.Next(append(buttons, undoButton(group, ""))...)
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
