package commands

import (
	"context"
	"time"

	"thbot/store"
	"thbot/store/date"
)

// Built is what an outbox row says now that it is due.
type Built struct {
	Message *Message
	Details *Message    // goes after Message, in posts of its own; mostly nil
	Files   []File      // go with the first post of Details or, where there are none, of Message
	Dropped string      // why it no longer holds; then there is no message
	Until   time.Time   // from when on it reads otherwise by itself, and is to be built anew; mostly zero
	Then    []store.Row // with Dropped: to be planned together with the drop, so that somebody hears of it
}

// Reading is when a row is read, where, and by whom.
type Reading struct {
	Now     time.Time
	Zone    *time.Location // of the reader's profile; nil: that of the agency's seat
	Readers *Readers       // of the channel; nil for direct messages, and where only the roster can read it
}

// Readers is who reads a channel, as the chat tells.
type Readers struct {
	Public   bool              // anybody in the workspace can read along
	Accounts []store.AccountID // all members but the bot
}

// building is one outbox row on its way to a text.
type building struct {
	*Commands
	view   *store.View
	row    *store.Row
	reader *store.Person // nil for a channel
	deputy *store.Person // reads it in the reader's place, who is away; mostly nil
	others *Readers      // of a channel; nil where only the roster can read it
	now    time.Time     // in the reader's zone
	today  date.Day
	until  time.Time // see Built.Until
	err    error     // of what was read on the way
}

// Build makes the text of a due row from the register as it stands, or says
// why it no longer holds. It changes nothing, so it may run again.
func (c *Commands) Build(ctx context.Context, v *store.View, row *store.Row, r Reading) (Built, error) {
	b := &building{Commands: c, view: v, row: row, others: r.Readers, now: r.Now.In(c.rules.Zone)}
	if letter, id, ok := store.ParseRef(row.Destination, 0); ok && letter == 'P' {
		p, err := v.Person(id)
		if err != nil {
			return Built{}, err
		}
		if p == nil || !p.Active() {
			return Built{Dropped: "no longer on the roster"}, nil
		}
		b.reader = p
		b.now = r.Now.In(c.ZoneOf(p))
		if r.Zone != nil {
			b.now = r.Now.In(r.Zone)
		}
	}
	b.today = date.Of(b.now)
	if double, err := b.standsIn(); double || err != nil {
		return Built{Dropped: toStandIn}, err
	}
	for i := range c.table {
		if build, ok := c.table[i].Rows[row.Kind]; ok {
			built, err := build(b)
			built.Until = b.until
			return b.forStandIn(built), errFirst(err, b.err)
		}
	}
	return Built{Dropped: "unknown kind of message"}, nil
}

// ZoneOf gives a person's time zone: the seat of the agency, else the
// register's.
func (c *Commands) ZoneOf(p *store.Person) *time.Location {
	if a, ok := c.catalogue.Agency(p.Agency); ok {
		if loc, err := time.LoadLocation(a.Zone); err == nil {
			return loc
		}
	}
	return c.rules.Zone
}
