package commands

import (
	"cmp"
	"slices"

	"thbot/commands/overlap"
	"thbot/store"
)

// Related work is looked for beside so many of an agency's activities, those
// touched last, and so much of it is shown: one call stays well under a second
// on a large register.
const (
	relatedFor   = 30
	relatedShown = 10
)

// relatedPair is an activity of the agency and work of another that is close
// to it without looking like the same.
type relatedPair struct {
	own, other *store.Activity
	match      overlap.Match
}

// relatedWork lists work of others that is close to the agency's own.
func (k *call) relatedWork(agency string) (Reply, error) {
	var m *Message
	err := k.view(func(v *store.View) error {
		own := k.currentWork(v, agency)
		pairs, err := k.relatedTo(v, own[:min(relatedFor, len(own))])
		if err == nil {
			m = k.relatedMessage(agency, pairs, len(own))
		}
		return err
	})
	return Reply{Message: m}, err
}

// currentWork gives the agency's activities that are planned or ongoing, those
// touched last first.
func (k *call) currentWork(v *store.View, agency string) []*store.Activity {
	var own []*store.Activity
	for a := range v.Live() {
		if s := a.StatusAt(k.today); a.Agency == agency && (s == store.Planned || s == store.Ongoing) {
			own = append(own, a)
		}
	}
	slices.SortStableFunc(own, func(a, b *store.Activity) int { return b.TouchedAt().Compare(a.TouchedAt()) })
	return own
}

func (k *call) relatedTo(v *store.View, own []*store.Activity) ([]relatedPair, error) {
	var pairs []relatedPair
	for _, a := range own {
		found, err := k.matches(v, a, checkedMatches)
		if err != nil {
			return nil, err
		}
		for _, match := range found {
			if match.Related && !match.Flagged {
				pairs = append(pairs, relatedPair{a, v.Activity(counterpart(match, a.ID)), match})
			}
		}
	}
	slices.SortStableFunc(pairs, func(p, q relatedPair) int {
		return cmp.Compare(q.match.Score, p.match.Score)
	})
	return pairs[:min(relatedShown, len(pairs))], nil
}

func (k *call) relatedMessage(agency string, pairs []relatedPair, own int) *Message {
	if len(pairs) == 0 {
		return Tell(Say("I found no related work of others beside what %s has planned or under way.", k.agencyName(agency)))
	}
	m := Tell(Say("**Related to the work of %s**, and not the same: worth knowing of, perhaps worth joining.", k.agencyName(agency)))
	var lines []Line
	for _, p := range pairs {
		l := Join("", k.named(p.other, k.today), Say(", beside your %s", store.ActivityRef(p.own.ID)))
		if len(p.match.Reasons) > 0 {
			l = append(l, Span{Text: ": " + p.match.Reasons[0].Text, People: true})
		}
		lines = append(lines, l)
	}
	m.Items(lines...)
	if own > relatedFor {
		m.Aside(Say("I looked beside the %d activities changed last, of %d.", relatedFor, own))
	}
	first := store.ActivityRef(pairs[0].other.ID)
	return m.Next(Button{Label: "Show " + first, Action: "show.record", Record: first})
}
