package commands

import (
	"strings"

	"thbot/commands/line"
	"thbot/store"
	"thbot/store/date"
	"thbot/store/fault"
)

func withdrawCommand() subcommand {
	return subcommand{
		Name: "withdraw", Also: []string{"delete", "remove"},
		Brief: "take a record out of lists, totals and flags", Usage: []string{"withdraw ID [REASON]"},
		Example: "/thb withdraw A17 The budget was not approved",
		Run:     runWithdraw,
		Forms: map[string]func(*call, Submission) (Reply, error){
			"withdraw": func(k *call, s Submission) (Reply, error) {
				return k.withdraw(s.Values["id"], strings.TrimSpace(s.Values["reason"]))
			},
		},
	}
}

func runWithdraw(k *call) (Reply, error) {
	id, reason := line.Word(k.rest)
	if id == "" {
		return k.askID("withdraw", "Withdraw a record")
	}
	return k.withdraw(id, strings.TrimSpace(reason))
}

// withdraw takes an activity out of lists, totals and flags. Its id stays its
// own.
func (k *call) withdraw(id, reason string) (Reply, error) {
	if err := k.onlyActivities(id, "withdraw"); err != nil {
		return Reply{}, err
	}
	if err := admitReason(reason); err != nil {
		return Reply{}, k.unsaved(err)
	}
	var a *store.Activity
	var group int64
	var taken rowsTaken
	err := k.update("withdraw", func(ch *store.Change) error {
		known, err := k.activity(ch.View, id)
		if err != nil {
			return err
		}
		if err := k.mayWithdraw(known); err != nil {
			return err
		}
		taken, group = rowsTaken{}, ch.Group()
		a = known.Clone()
		if err := k.takeOut(ch, a, reason, &taken); err != nil {
			return err
		}
		return k.planEntered(ch, k.who, a)
	})
	if err != nil {
		return Reply{}, k.unsaved(err)
	}
	ref := store.ActivityRef(a.ID)
	m := Tell(
		Say("**%s withdrawn** (%s): *%s*", ref, k.agencyName(a.Agency), title(a)),
		Say("It stands in no list or total and raises no flag. Its id is not used again, and its history stays."))
	m.Quoting(reason).Aside(taken.lines()...)
	return Reply{Message: m.Next(Button{Label: "Take this back", Action: "undo.change", Record: changeRef(group)})}, nil
}

// onlyActivities answers for the ids of records that are taken out otherwise.
func (k *call) onlyActivities(input, sub string) error {
	word, _ := line.Word(input)
	letter, id, ok := store.ParseRef(word, 'A')
	if !ok {
		return noID(input, sub)
	}
	switch letter {
	case 'A':
		return nil
	case 'O':
		return fault.New(fault.Invalid, "%s is an overlap: it is settled with a word, and both records stay. Nothing was changed.", store.OverlapRef(id)).WithTry("/thb overlap %s dismiss", store.OverlapRef(id))
	case 'M':
		return fault.New(fault.Invalid, "%s is a meeting: the Coordinator's office cancels it. Nothing was changed.", store.MeetingRef(id)).WithTry("/thb meeting cancel %s", store.MeetingRef(id))
	case 'P':
		return fault.New(fault.Invalid, "%s is a person on the roster: the Coordinator's office takes people off it. Nothing was changed.", store.PersonRef(id)).WithTry("/thb contact remove %s", store.PersonRef(id))
	}
	return noID(input, sub)
}

func (k *call) mayWithdraw(a *store.Activity) error {
	ref := store.ActivityRef(a.ID)
	switch {
	case !k.who.WritesFor(a.Agency):
		return fault.New(fault.Forbidden, "%s belongs to %s, so its contact point or the Coordinator's office withdraws it. Nothing was changed.", ref, k.agencyName(a.Agency)).WithTry("/thb show %s", ref)
	case !a.Live():
		return fault.New(fault.Conflict, "%s was withdrawn already, on %s. Nothing more was changed.", ref, date.Of(a.Withdrawn.At.In(k.rules.Zone)).Date().Words(k.today)).WithTry("/thb history %s", ref)
	}
	return nil
}

// takeOut withdraws a copy of an activity and all that hangs on it: overlaps
// become moot, the oldest of the other records leads a joint activity, and
// messages about it are dropped or edited.
func (c *Commands) takeOut(ch *store.Change, a *store.Activity, reason string, taken *rowsTaken) error {
	near, err := neighbours(ch.View, a.ID)
	if err != nil {
		return err
	}
	a.Withdrawn = &store.Withdrawal{At: ch.At, By: ch.Actor, Reason: reason}
	a.ChangedAt = ch.At
	if err := ch.PutActivity(a); err != nil {
		return err
	}
	if _, err := c.rematch(ch, a, nil); err != nil {
		return err
	}
	if err := c.rejoin(ch, append(near, a.ID)...); err != nil {
		return err
	}
	return c.takeBackAll(ch, a.ID, taken)
}

// takeBackAll does so with every message that tells of the activity, those on
// its overlaps included.
func (c *Commands) takeBackAll(ch *store.Change, id int, taken *rowsTaken) error {
	every := func(*store.Row) bool { return true }
	if err := c.takeBack(ch, store.ActivityRef(id), every, taken); err != nil {
		return err
	}
	overlaps, err := ch.OverlapsOf(id)
	if err != nil {
		return err
	}
	for _, o := range overlaps {
		if err := c.takeBack(ch, store.OverlapRef(o.ID), every, taken); err != nil {
			return err
		}
		if err := c.refreshTold(ch, o); err != nil {
			return err
		}
	}
	return nil
}
