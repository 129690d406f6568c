package commands

import (
	"cmp"
	"slices"
	"strings"

	"thbot/commands/line"
	"thbot/store"
	"thbot/store/fault"
)

// actionLinkYes confirms, on the new account itself, that it belongs to a
// person of the roster. Until then the account may do nothing else.
const actionLinkYes = "contact.linked"

// linkAccount adds a second account to a person, unconfirmed, and asks on it.
func (k *call) linkAccount(rest string) (Reply, error) {
	id, rest := line.Word(rest)
	name := strings.TrimSpace(rest)
	if id == "" || name == "" {
		return Reply{}, fault.New(fault.Invalid, "Which account shall I link to whom?").WithTry("/thb contact link %s mattermost:jane", cmp.Or(id, "P7"))
	}
	if err := k.view(func(v *store.View) error { _, err := k.personIn(v, id); return err }); err != nil {
		return Reply{}, err
	}
	account, err := k.resolve(name)
	if err != nil {
		return Reply{}, err
	}
	account.Unlinked = true
	var p *store.Person
	var group int64
	again := false
	err = k.update("contact", func(ch *store.Change) error {
		was, err := k.personIn(ch.View, id)
		if err != nil {
			return err
		}
		if other, err := ch.Claimant(account.AccountID); err != nil {
			return err
		} else if other != nil && other.ID != was.ID {
			return fault.New(fault.Conflict, "That account is on the roster already, as %s (%s). Nothing was changed.", store.PersonRef(other.ID), k.roleWords(other)).
				WithTry("/thb contact list")
		} else if again = other != nil; again {
			p = was
			return nil
		}
		p = was.Clone()
		p.Accounts = append(p.Accounts, account)
		if err := ch.PutPerson(p); err != nil {
			return err
		}
		group = ch.Group()
		_, err = ch.Plan(&store.Row{
			Kind: store.RowLink, Subject: subject(store.PersonRef(p.ID), p.Revision), Slot: "-",
			Destination: store.PersonRef(p.ID), Account: account.AccountID, Due: ch.At,
		})
		return err
	})
	if err != nil {
		return Reply{}, err
	}
	if again {
		return Reply{Message: Tell(Say("That account stands with **%s** already, so nothing was changed.", store.PersonRef(p.ID)))}, nil
	}
	return Reply{Message: Tell(
		Say("I am asking %s on %s whether the account is %s's. Until the answer it can do nothing here.", Words(cmp.Or(account.Name, account.User)), account.Platform, store.PersonRef(p.ID)),
		guestLine(account),
	).Next(undoButton(group, ""))}, nil
}

// buildLink asks on the new account. The row's account names it, since the
// person's other accounts must not get the question.
func buildLink(b *building) (Built, error) {
	i := slices.IndexFunc(b.reader.Accounts, func(a store.Account) bool { return a.AccountID == b.row.Account })
	if i < 0 || !b.reader.Accounts[i].Unlinked {
		return Built{Dropped: "already answered"}, nil
	}
	return Built{Message: Tell(
		Say("Is this account yours, too? It was linked to the register of the EU agencies' contact points against trafficking in human beings, as %s.", b.roleWords(b.reader)),
		Say("If it is not, do nothing: the account then stays outside."),
	).Next(Button{Label: "Yes, it is mine", Action: actionLinkYes, Record: store.PersonRef(b.reader.ID)})}, nil
}

// confirmLink takes the yes, which counts only on the account itself.
func confirmLink(k *call, _ Press) (Reply, error) {
	confirmed := false
	err := k.update("contact", func(ch *store.Change) error {
		p, err := ch.Person(k.who.ID)
		if err != nil {
			return err
		}
		p = p.Clone()
		confirmed = false
		for i := range p.Accounts {
			if a := &p.Accounts[i]; a.AccountID == k.req.Account && a.Unlinked {
				a.Unlinked, a.LinkedAt, confirmed = false, ch.At, true
			}
		}
		if !confirmed {
			return nil
		}
		return ch.PutPerson(p)
	})
	if err != nil {
		return Reply{}, err
	}
	if !confirmed {
		return Reply{Message: Tell(Say("This account is confirmed already. `/thb` shows what can be asked."))}, nil
	}
	return Reply{Replace: true, Message: Tell(
		Say("**Confirmed.** You are %s here, too.", k.roleWords(k.who)),
		Say("Messages come to the account that you used last. `/thb` shows what can be asked."))}, nil
}
