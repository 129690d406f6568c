package commands

import (
	"slices"

	"thbot/store"
)

const (
	homeActivities = 8
	homeOverlaps   = 4
)

// home is the caller's page in a chat that has one: what his agency does, what
// waits for its word, the next meeting, and what is stale, each with its next
// step. It is short; the buttons lead to the rest.
func (k *call) home() (Reply, error) {
	if k.who.Role == store.Admin {
		return k.menu(), nil
	}
	var m *Message
	err := k.view(func(v *store.View) error {
		b, err := k.briefOf(v, k.who.Agency, k.now)
		if err == nil && k.who.Role == store.Coordinator {
			err = k.officeHome(v, b)
		}
		if err == nil {
			m = k.homeMessage(v, b)
		}
		return err
	})
	return Reply{Message: m}, err
}

// officeHome makes of the brief one that is about all agencies: every open
// overlap, the oldest first, and all work that is stale.
func (k *call) officeHome(v *store.View, b *brief) error {
	for a := range v.Live() {
		k.underWay(b, a, k.now)
	}
	err := v.Overlaps(func(o *store.Overlap) bool {
		if o.State == store.StateOpen {
			b.Overlaps = append(b.Overlaps, o)
		}
		return true
	})
	slices.SortStableFunc(b.Overlaps, func(x, y *store.Overlap) int { return x.OpenedAt.Compare(y.OpenedAt) })
	return err
}

func (k *call) homeMessage(v *store.View, b *brief) *Message {
	m := new(Message).Head(Say("%s", k.homeName()))
	m.Next(Button{Label: "Record an activity", Action: "record.form"}, Button{Label: "Menu", Action: "menu.show"}, Button{Label: "Coverage", Action: "menu.run", Record: "coverage"})
	k.homeMeeting(m, b)
	k.homeOverlaps(m, v, b)
	k.homeStale(m, b)
	k.homeActivities(m, v, b)
	return m
}

func (k *call) homeName() string {
	if k.who.Agency == "" {
		return "The Coordinator's office"
	}
	return k.agencyName(k.who.Agency)
}

func (k *call) homeMeeting(m *Message, b *brief) {
	m.Head(Say("Next meeting"))
	if b.Next == nil {
		m.Tell(Say("None is planned."))
		return
	}
	ref := store.MeetingRef(b.Next.ID)
	m.Tell(Say("**%s** *%s*, %s", ref, Words(b.Next.Title), k.momentWords(b.Next.Start, k.zone(), k.today)))
	buttons := []Button{{Label: "Show " + ref, Action: "show.record", Record: ref}}
	if k.who.Role == store.Coordinator {
		m.Next(buttons...)
		return
	}
	if answer := k.agencyAnswer(b.Next, b.Agency); answer != "" {
		m.Tell(Say("You said: %s.", answerWords[answer]))
	} else {
		buttons = append(k.answerButtons(b.Next), buttons...)
	}
	m.Next(append(buttons, Button{Label: "Our brief", Action: "menu.run", Record: "brief"})...)
}

func (k *call) homeOverlaps(m *Message, v *store.View, b *brief) {
	m.Head(Say("Possible duplicates"))
	if len(b.Overlaps) == 0 {
		m.Tell(Say("None is open."))
		return
	}
	var lines []Line
	var buttons []Button
	for _, o := range b.Overlaps[:min(len(b.Overlaps), homeOverlaps)] {
		lines = append(lines, Join("", Say("**%s** ", store.OverlapRef(o.ID)), k.named(v.Activity(o.A), k.today), Say(" and "), k.named(v.Activity(o.B), k.today), k.homeWaits(o, b)))
		buttons = append(buttons, Button{Label: "Show " + store.OverlapRef(o.ID), Action: "overlap.show", Record: store.OverlapRef(o.ID)})
	}
	m.Items(lines...)
	if more := len(b.Overlaps) - homeOverlaps; more > 0 {
		mode := "mine"
		if k.who.Agency == "" {
			mode = "open"
		}
		buttons = append(buttons, Button{Label: "All " + itoa(len(b.Overlaps)), Action: "overlap.list", Record: mode})
	}
	m.Next(buttons...)
}

// homeWaits says whose word an overlap waits for, to those who are a side.
func (k *call) homeWaits(o *store.Overlap, b *brief) Line {
	if b.Agency == "" {
		return Say(": %s", k.overlapStanding(o, k.today).Text())
	}
	return Say(": %s", k.waitsFor(o, b))
}

func (k *call) homeStale(m *Message, b *brief) {
	stale := append(slices.Clone(b.Ended), b.Old...)
	if len(stale) == 0 {
		return
	}
	m.Head(Say("To be looked at"))
	var lines []Line
	for _, a := range stale[:min(len(stale), homeActivities)] {
		lines = append(lines, k.listLine(a))
	}
	m.Items(lines...)
	all := Button{Label: "All " + itoa(len(stale)), Action: "list.stale"}
	if k.who.Agency == "" {
		m.Next(all)
		return
	}
	all.Record = "mine"
	m.Next(Button{Label: "Nothing changed", Action: "meeting.unchanged"}, all)
}

// homeActivities lists what the agency does; the office has all of them in the
// list.
func (k *call) homeActivities(m *Message, v *store.View, b *brief) {
	if k.who.Agency == "" {
		return
	}
	var mine []*store.Activity
	for a := range v.Live() {
		if a.Agency == b.Agency {
			mine = append(mine, a)
		}
	}
	m.Head(Say("Your activities"))
	if len(mine) == 0 {
		m.Tell(Say("None is recorded yet."))
		return
	}
	slices.SortStableFunc(mine, func(x, y *store.Activity) int { return inListOrder(x, y, k.today) })
	var lines []Line
	for _, a := range mine[:min(len(mine), homeActivities)] {
		lines = append(lines, k.listLine(a))
	}
	m.Items(lines...)
	m.Next(Button{Label: "All " + itoa(len(mine)), Action: "list.mine"}, Button{Label: "Add a note", Action: "menu.run", Record: "update"})
}
