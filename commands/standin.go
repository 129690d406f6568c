package commands

import (
	"thbot/store"
	"thbot/store/date"
)

// StandIn gives the one who receives for a person on a day: the deputy named
// for the absence, else the agency's first deputy, else the person. What asks
// the person alone goes to nobody else.
func (c *Commands) StandIn(v *store.View, p *store.Person, kind string, today date.Day) (*store.Person, error) {
	absence := p.AwayOn(today)
	if absence == nil || kind == store.RowLink || kind == store.RowCatchup {
		return p, nil
	}
	roster, err := v.Roster()
	if err != nil {
		return nil, err
	}
	var deputy *store.Person
	for _, q := range roster {
		switch {
		case q.ID == absence.Deputy:
			return q, nil
		case deputy == nil && q.Role == store.Deputy && q.Agency == p.Agency && q.ID != p.ID && q.AwayOn(today) == nil:
			deputy = q
		}
	}
	if deputy != nil {
		return deputy, nil
	}
	return p, nil
}

const toStandIn = "whoever stands in gets a copy already"

// standsIn finds out who reads the row in the reader's place, and whether that
// one gets the same message already: a direct message goes once to a person.
func (b *building) standsIn() (double bool, err error) {
	if b.reader == nil {
		return false, nil
	}
	deputy, err := b.StandIn(b.view, b.reader, b.row.Kind, b.sentOn())
	if err != nil || deputy.ID == b.reader.ID {
		return false, err
	}
	if b.deputy = deputy; b.sent() {
		return false, nil
	}
	copies, err := b.copies()
	for _, other := range copies {
		reader, err := b.StandIn(b.view, other, b.row.Kind, b.sentOn())
		if err != nil {
			return false, err
		}
		if reader.ID == deputy.ID && (other.ID == deputy.ID || other.ID < b.reader.ID) {
			return true, nil
		}
	}
	return false, err
}

// sentOn is the day on which the row goes out, or went, as the outbox counts
// days: in the register's zone.
func (b *building) sentOn() date.Day {
	at := b.now
	if b.sent() {
		at = b.row.DoneAt
	}
	return date.Of(at.In(b.rules.Zone))
}

// copies gives the others to whom the same message goes or went.
func (b *building) copies() (people []*store.Person, err error) {
	var to []string
	err = b.view.Rows(store.RowKey(b.row.Kind, b.row.Subject, b.row.Slot, ""), func(r *store.Row) bool {
		if r.Key != b.row.Key && alive(r) {
			to = append(to, r.Destination)
		}
		return true
	})
	for _, destination := range to {
		p, err := b.view.PersonNamed(destination)
		if err != nil {
			return nil, err
		}
		if p != nil && p.Active() {
			people = append(people, p)
		}
	}
	return people, err
}

// forStandIn tells whoever stands in why this comes.
func (b *building) forStandIn(built Built) Built {
	if b.deputy == nil || built.Message == nil {
		return built
	}
	absence := b.reader.AwayOn(b.sentOn())
	built.Message.Aside(Say("This comes to you while %s is away, until %s.", Words(b.reader.Name()), absence.To.Words(b.today)))
	return built
}
