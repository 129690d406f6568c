package commands

import (
	"cmp"

	"thbot/store"
)

func whoamiCommand() subcommand {
	return subcommand{
		Name: "whoami", Also: []string{"me"},
		Brief: "what thbot knows about you and what you may do", Usage: []string{"whoami"},
		Example: "/thb whoami",
		Who:     everybody,
		Run:     runWhoami,
	}
}

func runWhoami(k *call) (Reply, error) {
	m := Tell(
		Say("You are **%s** (%s), %s.", Words(k.who.Name()), store.PersonRef(k.who.ID), k.roleWords(k.who)),
		Say("%s", k.mayWords()),
		Say("Your time zone here: %s.", cityOf(k.zone())),
	)
	var accounts []Line
	for _, a := range k.who.Accounts {
		l := Say("%s: %s", a.Platform, Words(cmp.Or(a.Name, a.User)))
		switch {
		case a.Unlinked:
			l = append(l, Say(" (waits for your yes on that account)")...)
		case a.AccountID == k.req.Account:
			l = append(l, Say(" (this one)")...)
		}
		if a.Guest {
			l = append(l, Say(", a guest there")...)
		}
		accounts = append(accounts, l)
	}
	m.Items(accounts...).Tell(k.absenceLines(k.who)...)
	if k.who.DigestDM {
		m.Tell(Say("You get a copy of the digest by direct message."))
	}
	return Reply{Message: m.Next(Button{Label: "What is kept about me", Action: "privacy.show"})}, nil
}

// mayWords says what the caller may do.
func (k *call) mayWords() string {
	agency := k.agencyName(k.who.Agency)
	switch k.who.Role {
	case store.ContactPoint:
		return "You record and answer for " + agency + ", and read what all agencies record."
	case store.Deputy:
		return "You record and answer for " + agency + ", and read what all agencies record. Messages reach you while a contact point is away."
	case store.Coordinator:
		return "You read and settle everything, run meetings, the digest and the roster, and may record for an agency."
	}
	return "You set thbot up and see states and ids, but no records."
}
