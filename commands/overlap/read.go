package overlap

import (
	"thbot/commands/lexicon"
	"thbot/commands/overlap/vector"
	"thbot/store/date"
	"thbot/store/statement/place"
)

// profile is what the engine keeps of an activity. It never changes.
type profile struct {
	id, joint          int32
	agency             uint32 // hash of the slug
	first, last, reach date.Day
	cellKey                      // the kind that is given; the kinds that the text names, with it; whether it is about exploitation
	wardKey                      // the audiences that are given; those that the text names, with them
	aimKey                       // the forms of exploitation, given and named, and the commitments
	countries          place.Set // as given
	where              place.Set // as given or, where that is nothing or everywhere, as the text says
	stage              stage
	gone               bool        // cancelled or withdrawn
	mute               bool        // no word of the text is known
	guessed            facetSet    // what is only read from the text, for the reasons
	stated             uint8       // the forms of exploitation that are given, by bit, for the reasons
	mean               vector.Mean // of the text's words
	ideas              []idea      // by concept
	ties               *ties       // nil for most
	period             date.Period // as typed, for the reasons, as the texts are
	title, description string
}

// ties are the activities and agencies that an activity names.
type ties struct {
	with    []uint32
	follows []int32
}

// read makes the profile of an activity.
func (e *Engine) read(w Work) profile {
	period := date.Period{From: w.From, To: w.To}
	p := profile{
		id: int32(w.ID), joint: int32(w.Joint), agency: hash(w.Agency), gone: w.Cancelled || w.Withdrawn,
		period: period, first: period.First(), last: period.Last(), reach: reach(period),
		cellKey: cellKey{kind: kinds.bit(w.Kind)}, wardKey: wardKey{audience: maskOf(w.Audience, audiences)},
		aimKey:    aimKey{exploitation: maskOf(w.Exploitation, exploitations), commitments: maskOf(w.Commitments, commitments)},
		countries: place.Expand(w.Countries), title: w.Title, description: w.Description,
	}
	p.tie(w)
	p.stated = uint8(p.exploitation)
	p.guesses(w.Guessed)
	r := e.open(w.Title, w.Description)
	defer e.rooms.Put(r)
	p.where = r.whereabouts(p.countries)
	p.hear(e.concepts, r.hits)
	p.ideas = e.ideas(r)
	p.mean, p.mute = e.meaning(e.terms(r))
	p.stage = readStage(r.words)
	return p
}

func (p *profile) tie(w Work) {
	if len(w.With) == 0 && len(w.Follows) == 0 {
		return
	}
	p.ties = &ties{}
	for _, a := range w.With {
		p.ties.with = append(p.ties.with, hash(a))
	}
	for _, id := range w.Follows {
		p.ties.follows = append(p.ties.follows, int32(id))
	}
}

// guesses moves facets that are only read from the text to what the text says,
// so that they part nobody, and notes the others.
func (p *profile) guesses(fields []string) {
	p.says, p.does = p.audience, p.kind
	for _, f := range fields {
		p.guessed |= facetOf(f)
		switch f {
		case "audience":
			p.audience = 0
		case "kind":
			p.kind = 0
		case "exploitation":
			p.stated = 0
		case "commitments":
			p.unsure = true
		}
	}
}

// hear takes from the text what it says of audience, exploitation and kind, and
// whether it is about exploitation at all.
func (p *profile) hear(concepts []concept, hits []lexicon.Hit) {
	for _, h := range hits {
		c := &concepts[h.Concept.Index]
		p.says |= c.audience
		p.exploitation |= c.exploitation
		p.does |= c.kind
		p.cause = p.cause || c.cause
	}
	p.cause = p.cause || p.exploitation != 0 || p.says&audiences.bit("victims") != 0
}
