package commands

import (
	"strings"

	"thbot/store"
	"thbot/store/date"
	"thbot/store/fault"
)

func unchangedCommand() subcommand {
	answer := func(status string) func(*call, Press) (Reply, error) {
		return func(k *call, p Press) (Reply, error) { return k.answerDue(p, status) }
	}
	return subcommand{
		Name: "unchanged", Also: []string{"nochange"},
		Brief: "confirm that what your agency has recorded still holds", Usage: []string{"unchanged"},
		Example: "/thb unchanged",
		Keys:    []string{"agency"},
		Run:     runUnchanged,
		Actions: map[string]func(*call, Press) (Reply, error){
			"unchanged.start":     func(k *call, _ Press) (Reply, error) { return runUnchanged(k) },
			"unchanged.completed": answer(store.Completed),
			"unchanged.ongoing":   answer(store.Ongoing),
			"unchanged.cancelled": answer(store.Cancelled),
			"unchanged.rest":      confirmRest,
		},
	}
}

// runUnchanged asks first about what has ended or should have begun; where
// there is nothing to ask, it confirms at once.
func runUnchanged(k *call) (Reply, error) {
	l, err := k.read()
	if err != nil {
		return Reply{}, err
	}
	if text := strings.TrimSpace(l.Text); text != "" {
		return Reply{}, fault.New(fault.Invalid, "`unchanged` confirms everything of your agency and takes no more words. For a single record add a note. Nothing was confirmed.").WithTry("/thb unchanged")
	}
	agency, err := k.agencyOf(l)
	if err != nil {
		return Reply{}, err
	}
	var due []dueActivity
	var open int
	err = k.view(func(v *store.View) error {
		due, open = k.dueOf(v, agency)
		return nil
	})
	if err != nil {
		return Reply{}, err
	}
	if len(due) > 0 {
		return Reply{Message: k.askDue(agency, due, open)}, nil
	}
	return k.confirm(agency)
}

// dueActivity is an activity whose dates and status do not go together.
type dueActivity struct {
	*store.Activity
	why Line
}

// dueOf lists what is to be asked about, and how many activities of the agency
// are planned or ongoing in all. What was answered today is not asked again.
func (k *call) dueOf(v *store.View, agency string) (due []dueActivity, open int) {
	for a := range v.Live() {
		status := a.StatusAt(k.today)
		if a.Agency != agency || status != store.Planned && status != store.Ongoing {
			continue
		}
		open++
		if !a.ConfirmedAt.IsZero() && date.Of(a.ConfirmedAt.In(k.rules.Zone)) == k.today {
			continue
		}
		switch {
		case a.To.Known() && a.To.Last() < k.today:
			due = append(due, dueActivity{a, Say("ended (%s) and still reads *%s*", a.To.Words(k.today), status)})
		case status == store.Planned && a.From.Known() && a.From.First() < k.today:
			due = append(due, dueActivity{a, Say("should have begun (%s) and still reads *planned*", a.From.Words(k.today))})
		}
	}
	return due, open
}

// askedAtOnce is how many activities one message asks about.
const askedAtOnce = 4

// askDue asks about each, and offers to confirm the rest.
func (k *call) askDue(agency string, due []dueActivity, open int) *Message {
	m := Tell(Say("**%s of %s to look at first.** Nothing is confirmed yet.", count(len(due), "activity", "activities"), k.agencyName(agency)))
	for i, d := range due {
		if i == askedAtOnce {
			m.Tell(Say("%d more follow when these are answered.", len(due)-askedAtOnce))
			break
		}
		ref := store.ActivityRef(d.ID)
		m.Tell(Join("", Say("**%s**, *%s*, ", ref, title(d.Activity)), d.why))
		button := func(label, action string) Button {
			return Button{Label: ref + ": " + label, Action: action, Record: ref, Revision: d.Revision}
		}
		m.Next(button("completed", "unchanged.completed"), button("still ongoing", "unchanged.ongoing"),
			button("cancelled", "unchanged.cancelled"), button("change the dates", "edit.form"))
	}
	rest := open - len(due)
	m.Tell(Say("Besides these, %s planned or under way.", count(rest, "activity is", "activities are")))
	return m.Next(Button{Label: "Confirm the rest", Action: "unchanged.rest", Record: agency})
}

// answerDue takes the answer about one activity and goes on with the others.
func (k *call) answerDue(p Press, status string) (Reply, error) {
	var a *store.Activity
	moved := false
	err := k.update("unchanged", func(ch *store.Change) error {
		var err error
		if a, err = k.editable(ch.View, p.Record); err != nil {
			return err
		}
		if moved = p.Revision > 0 && p.Revision != a.Revision; moved {
			return nil
		}
		var fields []string
		if a.Status != status {
			a.Status = status
			a.ChangedAt, fields = ch.At, []string{"status"}
			a.ChatFields = addOnce(a.ChatFields, "status")
		}
		a.Settle("status")
		a.ConfirmedAt = ch.At
		if err := ch.PutActivity(a); err != nil {
			return err
		}
		if _, err := k.rematch(ch, a, fields); err != nil {
			return err
		}
		return k.planEntered(ch, k.who, a)
	})
	if err != nil {
		return Reply{}, err
	}
	m := Tell(Say("**%s noted** as %s.", store.ActivityRef(a.ID), status))
	if moved {
		m = Tell(Say("**%s** has changed since that message, so I noted nothing for it.", store.ActivityRef(a.ID)))
	}
	return k.goOn(m, a.Agency)
}

// goOn asks about what is left, or offers to confirm.
func (k *call) goOn(m *Message, agency string) (Reply, error) {
	err := k.view(func(v *store.View) error {
		due, open := k.dueOf(v, agency)
		if len(due) > 0 {
			m.Add(k.askDue(agency, due, open))
			return nil
		}
		if open == 0 {
			m.Tell(Say("That was the last to look at, and nothing else of %s is planned or under way.", k.agencyName(agency)))
			return nil
		}
		m.Tell(Say("That was the last to look at. %s planned or under way: shall I note that the rest is unchanged?", count(open, "activity is", "activities are")))
		m.Next(Button{Label: "Confirm the rest", Action: "unchanged.rest", Record: agency})
		return nil
	})
	return Reply{Message: m, Replace: true}, err
}

func confirmRest(k *call, p Press) (Reply, error) {
	if !k.who.WritesFor(p.Record) {
		return Reply{}, fault.New(fault.Forbidden, "You do not write for %s, so nothing was confirmed.", k.agencyName(p.Record)).WithTry("/thb unchanged")
	}
	reply, err := k.confirm(p.Record)
	reply.Replace = err == nil
	return reply, err
}

// confirm notes that what the agency has planned or under way is unchanged,
// and that it said so. Of what is still to be asked about it says nothing, and
// it fills no empty cell.
func (k *call) confirm(agency string) (Reply, error) {
	var n, left int
	var group int64
	err := k.update("unchanged", func(ch *store.Change) error {
		n, group = 0, ch.Group()
		due, _ := k.dueOf(ch.View, agency)
		left = len(due)
		asked := map[int]bool{}
		for _, d := range due {
			asked[d.ID] = true
		}
		var all []*store.Activity
		for a := range ch.Live() {
			if s := a.StatusAt(k.today); a.Agency == agency && !asked[a.ID] && (s == store.Planned || s == store.Ongoing) {
				all = append(all, a.Clone())
			}
		}
		for _, a := range all {
			a.ConfirmedAt = ch.At
			if err := ch.PutActivity(a); err != nil {
				return err
			}
		}
		if n = len(all); n == 0 {
			return fault.New(fault.Conflict, "%s has nothing planned or under way that could be confirmed. To say that nothing is planned for a commitment, name it.", k.agencyName(agency)).WithTry("/thb nothing training")
		}
		said := &store.Confirmation{Agency: agency}
		if err := ch.AddConfirmation(said); err != nil {
			return err
		}
		return k.planEnteredAs(ch, k.who, agency, store.ConfirmationRef(said.ID), said.Revision)
	})
	if err != nil {
		return Reply{}, err
	}
	m := Tell(
		Say("**Confirmed for %s:** %s unchanged as of today.", k.agencyName(agency), count(n, "activity is", "activities are")),
		Say("Commitments without work of yours are not touched; for those there is `/thb nothing COMMITMENT`."))
	if left > 0 {
		m.Tell(Say("Still to look at: %s.", count(left, "activity", "activities")))
	}
	return Reply{Message: m.Next(undoButton(group, ""))}, nil
}
