package commands

import (
	"strings"
	"time"

	"thbot/store"
)

// outsiders is who reads a channel and is not on the roster.
type outsiders struct {
	public bool     // anybody in the workspace can
	ids    []string // such as slack:U0123
}

func (o outsiders) any() bool { return o.public || len(o.ids) > 0 }

// platformOf gives the platform of a channel's destination.
func platformOf(channel string) string {
	platform, _, _ := strings.Cut(channel, "/")
	return platform
}

// outsidersNamed is how many outsiders are named by their ids.
const outsidersNamed = 40

// String says who is in the way, by ids alone: it is for lists that
// administrators see, too.
func (o outsiders) String() string {
	var parts []string
	if o.public {
		parts = append(parts, "everybody in the workspace can read the channel")
	}
	if n := len(o.ids); n > 0 {
		named := strings.Join(o.ids[:min(n, outsidersNamed)], ", ")
		if n > outsidersNamed {
			named += " and " + itoa(n-outsidersNamed) + " more"
		}
		parts = append(parts, "in the channel and not on the roster: "+named)
	}
	return strings.Join(parts, "; ")
}

// outsiders finds out who of the channel's readers is not on the roster.
func (b *building) outsiders() (o outsiders, err error) {
	if b.others == nil {
		return o, nil
	}
	o.public = b.others.Public
	for _, account := range b.others.Accounts {
		p, err := b.view.PersonOf(account)
		if err != nil {
			return o, err
		}
		if p == nil {
			o.ids = append(o.ids, account.Platform+":"+account.User)
		}
	}
	return o, nil
}

// digestTotals is the digest for a channel that outsiders read: how many, and
// under which commitments; no titles, no agencies and no meeting.
func (c *Commands) digestTotals(d *digest, late time.Time) *Message {
	label := c.digestLabel(d, late)
	if d.quiet() {
		return Tell(Join(" ", Say("**%s: nothing new.**", label), openLine(d)))
	}
	m := Tell(Join(" ", Say("**%s: %s.**", label, d.newsWords()), Say("%s", c.coverageChange(d))), openLine(d))
	m.Aside(Say("People outside the network read this channel, so here are totals only. Contact points see the whole with `/thb digest`."))
	return m
}

// blocked keeps the digest from a channel, and has the coordinators told why.
func (b *building) blocked(o outsiders) (Built, error) {
	built := Built{Dropped: o.String()}
	roster, err := b.view.Roster()
	for _, p := range roster {
		if p.Role == store.Coordinator {
			built.Then = append(built.Then, store.Row{
				Kind: store.RowBlocked, Subject: subject(b.row.Destination, digestRevision(b.row)), Slot: b.row.Slot,
				Destination: store.PersonRef(p.ID), Due: b.now.UTC(),
			})
		}
	}
	return built, err
}

// buildBlocked tells a coordinator that the digest was kept from a channel, and
// who is in the way. Once it stands there after all, there is nothing to tell.
func buildBlocked(b *building) (Built, error) {
	channel, _, _ := strings.Cut(b.row.Subject, ".r")
	var last *store.Row
	err := b.view.Rows(store.RowDigest+":-", func(r *store.Row) bool {
		if r.Slot == b.row.Slot && r.Destination == channel && (last == nil || digestRevision(r) > digestRevision(last)) {
			last = r
		}
		return true
	})
	slot, bad := time.Parse(slotForm, b.row.Slot)
	if err != nil || bad != nil || last == nil || last.State != store.Dropped {
		return Built{Dropped: "the digest was posted, or is on its way"}, err
	}
	m := Tell(
		Say("**The digest of %s, was not posted**: not only the roster can read %s.", b.dueWords(slot, b.today), b.channelName(channel)),
		Say("%s.", capital(last.Reason)),
		Say("Make the channel private, take them out of it or, if they belong to the network, add them to the roster. Then post it."))
	m.Aside(Say("An administrator can also set `allow_outsiders`: then such a channel gets totals, without titles."))
	return Built{Message: m.Next(
		Button{Label: "Post it now", Action: "digest.post"},
		Button{Label: "Contacts", Action: "contact.list"})}, nil
}
