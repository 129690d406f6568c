package commands

import (
	"cmp"
	"strings"

	"thbot/store"
	"thbot/store/date"
)

// roleWords says what somebody is: "contact point of CEPOL".
func (c *Commands) roleWords(p *store.Person) string {
	switch p.Role {
	case store.ContactPoint:
		return "contact point of " + c.agencyName(p.Agency)
	case store.Deputy:
		return "deputy at " + c.agencyName(p.Agency)
	case store.Coordinator:
		return "Coordinator's office"
	}
	return "administrator"
}

// listContacts shows the roster, agency by agency.
func (k *call) listContacts() (Reply, error) {
	var roster []*store.Person
	err := k.view(func(v *store.View) (err error) {
		roster, err = v.Roster()
		return err
	})
	if err != nil {
		return Reply{}, err
	}
	var lines []Line
	for _, a := range k.catalogue.Agencies {
		lines = append(lines, k.rosterLine(a.Short, roster, func(p *store.Person) bool { return p.Agency == a.Slug }))
	}
	for _, group := range []struct {
		name string
		role store.Role
	}{{"Coordinator's office", store.Coordinator}, {"Administrators", store.Admin}} {
		lines = append(lines, k.rosterLine(group.name, roster, func(p *store.Person) bool { return p.Role == group.role }))
	}
	m := Tell(Say("**%s on the roster**", count(len(roster), "person", "people"))).Items(lines...)
	if officeAdmins.admits(k.who.Role) {
		m.Next(Button{Label: "Add somebody", Action: "contact.add"})
	}
	return Reply{Message: m}, nil
}

func (k *call) rosterLine(name string, roster []*store.Person, in func(*store.Person) bool) Line {
	var people []Line
	for _, p := range roster {
		if in(p) {
			people = append(people, k.personLine(p))
		}
	}
	if len(people) == 0 {
		return Say("**%s**: nobody yet", name)
	}
	return append(Say("**%s**: ", name), Join(", ", people...)...)
}

// personLine gives "jane (P7, deputy, away until Friday 4 December)".
func (k *call) personLine(p *store.Person) Line {
	notes := []string{store.PersonRef(p.ID)}
	if p.Role == store.Deputy {
		notes = append(notes, "deputy")
	}
	if away := p.AwayOn(k.today); away != nil {
		notes = append(notes, "away until "+away.To.Words(k.today))
	}
	for _, a := range p.Accounts {
		if a.Unlinked {
			notes = append(notes, "an account on "+a.Platform+" not yet confirmed")
		}
	}
	return Say("%s (%s)", Words(p.Name()), strings.Join(notes, ", "))
}

// showPerson is a person of the roster; one who was removed is shown as such.
func (k *call) showPerson(id int) (Reply, error) {
	var p *store.Person
	err := k.view(func(v *store.View) (err error) {
		if p, err = v.Person(id); err == nil && (p == nil || p.Active()) {
			p, err = k.personIn(v, store.PersonRef(id))
		}
		return err
	})
	if err != nil {
		return Reply{}, err
	}
	return Reply{Message: k.personMessage(p)}, nil
}

func (k *call) personMessage(p *store.Person) *Message {
	m := Tell(Say("**%s**: %s, %s", store.PersonRef(p.ID), Words(p.Name()), k.roleWords(p)))
	if !p.Active() {
		return m.Tell(Say("Removed from the roster on %s.", k.dayWords(date.Of(p.RemovedAt.In(k.rules.Zone)))))
	}
	var accounts []Line
	for _, a := range p.Accounts {
		l := Say("%s: %s", a.Platform, Words(cmp.Or(a.Name, a.User)))
		if a.Guest {
			l = append(l, Say(" (a guest there)")...)
		}
		if a.Unlinked {
			l = append(l, Say(" (not yet confirmed)")...)
		}
		accounts = append(accounts, l)
	}
	return m.Items(accounts...).Tell(k.absenceLines(p)...)
}

// absenceLines tells the absences that are not over.
func (k *call) absenceLines(p *store.Person) []Line {
	var lines []Line
	for _, a := range p.Absences {
		if a.To.Last() >= k.today {
			lines = append(lines, Say("Away: %s", absencePeriod(a).Words(k.today)))
		}
	}
	return lines
}

func absencePeriod(a store.Absence) date.Period { return date.Period{From: a.From, To: a.To} }
