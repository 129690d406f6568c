package commands

import (
	"encoding/json"
	"slices"
	"time"

	"thbot/store"
)

// link makes two records one joint activity, or takes that back: the lead
// stands in lists and totals, the other is part of it, and each agency is a
// confirmed partner in the other's record.
func (c *Commands) link(ch *store.Change, o *store.Overlap, e store.Effect) error {
	if !e.Linked && !e.Unlinked {
		return nil
	}
	for _, id := range []int{o.A, o.B} {
		a := ch.Activity(id).Clone()
		partner := o.Side(a.Agency)
		if e.Linked {
			confirmPartner(a, partner, ch)
		} else if err := restorePartner(ch, a, o, partner); err != nil {
			return err
		}
		a.ChangedAt = ch.At
		if err := ch.PutActivity(a); err != nil {
			return err
		}
	}
	if err := c.rejoin(ch, o.A, o.B); err != nil {
		return err
	}
	for _, id := range []int{o.A, o.B} {
		if _, err := c.rematch(ch, ch.Activity(id).Clone(), []string{"partners"}); err != nil {
			return err
		}
	}
	return nil
}

// confirmPartner makes the agency a confirmed partner.
func confirmPartner(a *store.Activity, agency string, ch *store.Change) {
	p := store.Partner{Agency: agency, State: store.Confirmed, By: ch.Actor, At: ch.At}
	i := slices.IndexFunc(a.Partners, func(q store.Partner) bool { return q.Agency == agency })
	switch {
	case i < 0:
		a.Partners = append(a.Partners, p)
	case a.Partners[i].State != store.Confirmed:
		a.Partners[i] = p
	}
}

// restorePartner gives the agency back the place it had in the activity before
// the two records were linked: as the journal has it.
func restorePartner(ch *store.Change, a *store.Activity, o *store.Overlap, agency string) error {
	i := slices.IndexFunc(a.Partners, func(p store.Partner) bool { return p.Agency == agency })
	if i < 0 || !linkedBy(o, a.Partners[i]) {
		return nil // confirmed before or since, in a way of its own
	}
	before, err := partnerBefore(ch, a.ID, agency, a.Partners[i].At)
	if err != nil {
		return err
	}
	if before == nil {
		a.Partners = slices.Delete(a.Partners, i, i+1)
	} else {
		a.Partners[i] = *before
	}
	return nil
}

// linkedBy tells whether the partner was confirmed by a word "joint".
func linkedBy(o *store.Overlap, p store.Partner) bool {
	return p.State == store.Confirmed && slices.ContainsFunc(o.Words, func(w store.Word) bool {
		return w.Verdict == store.SayJoint && w.At.Equal(p.At) && w.By == p.By
	})
}

func partnerBefore(ch *store.Change, activity int, agency string, at time.Time) (before *store.Partner, err error) {
	var old []store.Partner
	ref := store.ActivityRef(activity)
	err = ch.History(ref, func(p store.Past) bool {
		v, changed := p.Side.Fields["partners"]
		if p.Record != ref || !p.At.Equal(at) || !changed {
			return !p.At.Before(at)
		}
		if len(v.Old) > 0 {
			err = json.Unmarshal(v.Old, &old)
		}
		return false
	})
	for i := range old {
		if old[i].Agency == agency {
			before = &old[i]
		}
	}
	return before, err
}

// rejoin sets, for all records that are joint with any of these, which of them
// leads: the oldest that stands. It follows from the overlaps that are joint,
// so it holds as well when a lead is withdrawn or a pair is taken apart.
func (c *Commands) rejoin(ch *store.Change, activities ...int) error {
	seen := map[int]bool{}
	for _, id := range activities {
		if seen[id] {
			continue
		}
		members, pairs, err := jointWith(ch, id)
		if err != nil {
			return err
		}
		for _, m := range members {
			seen[m] = true
		}
		if err := lead(ch, members, pairs); err != nil {
			return err
		}
	}
	return nil
}

// jointWith collects, in the order of ids, the records that are one joint
// activity with the given one, and the overlaps that say so.
func jointWith(ch *store.Change, id int) (members []int, pairs []*store.Overlap, err error) {
	if a := ch.Activity(id); a == nil || !a.Live() {
		return []int{id}, nil, nil
	}
	members = []int{id}
	have := map[int]bool{}
	for i := 0; i < len(members); i++ {
		overlaps, err := ch.OverlapsOf(members[i])
		if err != nil {
			return nil, nil, err
		}
		for _, o := range overlaps {
			other := ch.Activity(o.Other(members[i]))
			if o.State != store.StateJoint || have[o.ID] || !other.Live() {
				continue
			}
			have[o.ID] = true
			pairs = append(pairs, o)
			if !slices.Contains(members, other.ID) {
				members = append(members, other.ID)
			}
		}
	}
	slices.Sort(members)
	return members, pairs, nil
}

func lead(ch *store.Change, members []int, pairs []*store.Overlap) error {
	for i, id := range members {
		a := ch.Activity(id).Clone()
		part := members[0]
		if i == 0 {
			part = 0
		}
		if a.PartOf == part {
			continue
		}
		a.PartOf = part
		if err := ch.PutActivity(a); err != nil {
			return err
		}
	}
	for _, o := range pairs {
		if o.Lead == members[0] {
			continue
		}
		o.Lead = members[0]
		if err := ch.PutOverlap(o); err != nil {
			return err
		}
	}
	return nil
}

// neighbours lists the records that are joint with the given one.
func neighbours(v *store.View, id int) ([]int, error) {
	overlaps, err := v.OverlapsOf(id)
	var ids []int
	for _, o := range overlaps {
		if o.State == store.StateJoint {
			ids = append(ids, o.Other(id))
		}
	}
	return ids, err
}
