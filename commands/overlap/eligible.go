package overlap

import (
	"slices"

	"thbot/store/date"
)

// maxMonths is how far apart two periods may lie, from the end of the one to
// the start of the other, in months (contract, sections 2 and 4).
const maxMonths = 12

// The rules that concern one of the two; the reasons say which.
const (
	ruleGone    = "one of the two is cancelled or withdrawn"
	ruleFollows = "one builds on the other"
)

// why gives the rule by which two activities cannot be duplicates, as a
// phrase for people, or "" when they can.
func why(a, b *profile, partners bool) string {
	switch {
	case a.agency == b.agency:
		return "both are the same agency's"
	case a.gone || b.gone:
		return ruleGone
	case a.joint != 0 && (a.joint == b.joint || a.joint == b.id) || b.joint != 0 && b.joint == a.id:
		return "both are records of one joint activity"
	case partners && (a.names(b.agency) || b.names(a.agency)):
		return "the agencies do it together"
	case a.follows(b.id) || b.follows(a.id):
		return ruleFollows
	case tooFar(a, b):
		return "more than twelve months lie between them"
	}
	return ""
}

// tooFar tells whether more than maxMonths lie between the two periods; what
// is not known passes.
func tooFar(a, b *profile) bool {
	return a.first.Known() && b.reach.Known() && a.first > b.reach ||
		b.first.Known() && a.reach.Known() && b.first > a.reach
}

// reach is the last day on which another period may start after p.
func reach(p date.Period) date.Day {
	if !p.Last().Known() {
		return date.None
	}
	return (p.Last() + 1).AddMonths(maxMonths)
}

// names tells whether the activity names the agency as a partner.
func (p *profile) names(agency uint32) bool {
	return p.ties != nil && slices.Contains(p.ties.with, agency)
}

// follows tells whether the activity builds on the other.
func (p *profile) follows(id int32) bool {
	return id != 0 && p.ties != nil && slices.Contains(p.ties.follows, id)
}
