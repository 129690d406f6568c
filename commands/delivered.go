package commands

import (
	"errors"

	"thbot/store"
)

// errDelivered says that the platform delivered the same request again, as it
// does where it did not hear that the first one had arrived. Nothing is done
// twice; delivered answers it.
var errDelivered = errors.New("the request was delivered before")

// shownDeeds is how many records the answer to a second delivery names.
const shownDeeds = 5

// delivered tells what the request did when it came first, since its sender may
// never have seen the answer, and gives the way on and back.
func (k *call) delivered() (Reply, error) {
	m := Tell(Say("I have this already and did not do it twice."))
	err := k.view(func(v *store.View) error {
		groups, err := k.firstTime(v)
		if err != nil || len(groups) == 0 {
			return err
		}
		first := groups[0][0]
		m.Tell(Say("It was done at %s:", clockWords(first.At.In(k.rules.Zone), k.today)))
		var lines []Line
		for _, group := range groups {
			lines = append(lines, k.recordDeeds(group)...)
		}
		m.Items(lines[:min(shownDeeds, len(lines))]...)
		if len(lines) > shownDeeds {
			m.Tell(Say("And %d more.", len(lines)-shownDeeds))
		}
		buttons := showOf(ownerOf(first.Record))
		if undone, err := undoneAt(v, first.Group); err == nil && undone.IsZero() && stays[first.Op] == "" && k.young(first.At) {
			buttons = append(buttons, undoButton(first.Group, ""))
		}
		m.Next(buttons...)
		return nil
	})
	return Reply{Failed: true, Message: m}, err
}

// firstTime gives what the request's first delivery changed, a transaction at a
// time, oldest first: that of the caller, at the very time of its mark.
func (k *call) firstTime(v *store.View) (groups [][]store.Past, err error) {
	at, err := v.Seen(k.req.Delivery)
	if err != nil || at.IsZero() {
		return nil, err
	}
	var ids []int64
	err = v.ChangesBy(store.PersonRef(k.who.ID), func(p store.Past) bool {
		if p.At.Equal(at) && (len(ids) == 0 || ids[0] != p.Group) {
			ids = append([]int64{p.Group}, ids...)
		}
		return !p.At.Before(at)
	})
	for _, id := range ids {
		group, failed := v.GroupOf(id)
		if failed != nil {
			return nil, failed
		}
		groups = append(groups, group)
	}
	return groups, err
}

// recordDeeds says in words what one transaction did, a line for each record.
func (k *call) recordDeeds(group []store.Past) []Line {
	var refs []string
	byRecord := map[string][]store.Past{}
	for _, p := range group {
		ref := ownerOf(p.Record)
		refs = addOnce(refs, ref)
		byRecord[ref] = append([]store.Past{p}, byRecord[ref]...)
	}
	var lines []Line
	for _, ref := range refs {
		deeds := k.deedsOf(byRecord[ref])
		switch {
		case len(deeds) == 0:
		case ref[0] == 'N': // nobody knows these by their ids
			lines = append(lines, Join("; ", deeds...))
		default:
			lines = append(lines, Join("", Say("**%s**: ", ref), Join("; ", deeds...)))
		}
	}
	return lines
}

// showOf gives the button that shows an activity or an overlap.
func showOf(ref string) []Button {
	switch letter, _, _ := store.ParseRef(ref, 0); letter {
	case 'A':
		return []Button{{Label: "Show " + ref, Action: "show.record", Record: ref}}
	case 'O':
		return []Button{{Label: "Show " + ref, Action: "overlap.show", Record: ref}}
	}
	return nil
}
