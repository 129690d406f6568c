package commands

import (
	"cmp"
	"slices"

	"thbot/store"
)

// imported is what an import has for an agency: the pairs it opened, the
// questions between partners, and the activities that name the agency.
type imported struct {
	pairs, questions []*store.Overlap
	named            []*store.Activity
	open             int // of the pairs
	waits            int // what still waits for a word, of all three
}

// buildImport tells an agency what an import has for it, in one message: how
// much, and the three closest of each. Only these are compared anew, since
// there may be thousands.
func buildImport(b *building) (Built, error) {
	side, err := b.sides()
	if err != nil {
		return Built{}, err
	}
	found, err := b.imported(side)
	if err != nil {
		return Built{}, err
	}
	best := b.bestOf(found.pairs, side)
	if len(best) == 0 {
		found.waits -= found.open
	}
	if found.waits == 0 && !b.sent() {
		return dropped("nothing of the import waits for a word any more")
	}
	m := new(Message)
	buttons := append(b.tellPairs(m, found, best), b.tellNamed(m, found.named, side)...)
	buttons = append(buttons, b.tellQuestions(m, found.questions, side)...)
	return Built{Message: m.Next(buttons...)}, nil
}

// imported gathers what the import of the row has for these agencies. What is
// answered already stands in a message that is out, and in no new one.
func (b *building) imported(side func(string) bool) (imported, error) {
	var found imported
	err := b.view.Overlaps(func(o *store.Overlap) bool {
		if !o.OpenedAt.Equal(b.row.PlannedAt) || !side(o.AgencyA) && !side(o.AgencyB) {
			return true
		}
		open := o.State == store.StateOpen
		switch {
		case !o.Question:
			found.pairs = append(found.pairs, o)
			if open {
				found.open++
			}
		case open || b.sent():
			found.questions = append(found.questions, o)
		}
		if open {
			found.waits++
		}
		return true
	})
	for a := range b.view.Live() {
		for _, p := range a.Partners {
			asked := p.State == store.Named && p.At.Equal(b.row.PlannedAt)
			if !side(p.Agency) || !asked && (!b.sent() || !a.RecordedAt.Equal(b.row.PlannedAt)) {
				continue
			}
			if asked {
				found.waits++
			}
			found.named = append(found.named, a)
			break
		}
	}
	return found, err
}

// tellPairs tells the possible duplicates, the closest three with reasons.
func (b *building) tellPairs(m *Message, found imported, best []told) []Button {
	if len(best) == 0 {
		return nil
	}
	head := Say("**An import brought %s** of %s work with that of others", count(len(found.pairs), "possible duplicate", "possible duplicates"), b.importOwner())
	if found.open < len(found.pairs) {
		head = append(head, Say(", %d of them open", found.open)...)
	}
	m.Tell(append(head, Say(".")...))
	if len(found.pairs) > toldPairs {
		m.Tell(Say("The closest three:"))
	}
	for _, p := range best {
		head := Join("", Say("**%s**, %s: ", store.OverlapRef(p.o.ID), overlapState(p.o)), b.ownWords(p.own), Say(" and "), b.named(p.other, b.today))
		m.Tell(append([]Line{head}, reasonLines(p.match)...)...)
	}
	m.Tell(Say("All of them: `/thb overlap mine`"))
	return importButtons(best)
}

func (b *building) importReader() string {
	if b.reader.Role == store.Coordinator {
		return "agencies without a contact point"
	}
	return "you"
}

func (b *building) importOwner() string {
	if b.reader.Role == store.Coordinator {
		return "these agencies'"
	}
	return "your agency's"
}

// tellNamed asks for a word on the activities that name the agency as partner,
// or tells what was answered.
func (b *building) tellNamed(m *Message, named []*store.Activity, side func(string) bool) (buttons []Button) {
	if len(named) == 0 {
		return nil
	}
	var lines []Line
	var ask Line
	for i, a := range named {
		ref, l := store.ActivityRef(a.ID), b.named(a, b.today)
		for _, p := range a.Partners {
			switch {
			case !side(p.Agency):
			case p.State != store.Named:
				l = Join(" ", append(l, Say(".")...), b.answerLine(p))
			case ask == nil:
				ask = Say("Is that so? `/thb partner %s confirm`, or `decline`.", ref)
			}
		}
		if i < toldPairs {
			lines = append(lines, l)
			buttons = append(buttons, Button{Label: "Show " + ref, Action: "show.record", Record: ref})
		}
	}
	if more := len(named) - toldPairs; more > 0 {
		lines = append(lines, Say("and %d more", more))
	}
	head := Say("**%s names %s as partner in %s.**", theImport(m), b.importReader(), count(len(named), "activity", "activities"))
	m.Tell(Join(" ", head, ask)).Items(lines...)
	return buttons
}

// tellQuestions asks whether two records of partners are of the same work.
func (b *building) tellQuestions(m *Message, questions []*store.Overlap, side func(string) bool) (buttons []Button) {
	if len(questions) == 0 {
		return nil
	}
	var lines []Line
	for _, o := range questions[:min(len(questions), toldPairs)] {
		own := o.A
		if !side(o.AgencyA) {
			own = o.B
		}
		lines = append(lines, Join("", Say("**%s**, %s: ", store.OverlapRef(o.ID), overlapState(o)),
			b.ownWords(b.view.Activity(own)), Say(" and "), b.named(b.view.Activity(o.Other(own)), b.today)))
		ref := store.OverlapRef(o.ID)
		buttons = append(buttons, Button{Label: "Show " + ref, Action: "overlap.show", Record: ref})
	}
	if more := len(questions) - toldPairs; more > 0 {
		lines = append(lines, Say("and %d more: `/thb overlap mine`", more))
	}
	m.Tell(Join(" ",
		Say("**%s brought %s to partners.**", theImport(m), count(len(questions), "question", "questions")),
		Say("Are these records of the same joint activity?"))).Items(lines...)
	return buttons
}

// theImport names the import where it stands first, and refers to it later.
func theImport(m *Message) string {
	if len(m.Blocks) == 0 {
		return "An import"
	}
	return "It"
}

// bestOf gives the three best pairs by the score they were opened with, of
// those that look alike still; of a message that is out, the same three.
func (b *building) bestOf(opened []*store.Overlap, side func(string) bool) []told {
	slices.SortStableFunc(opened, func(x, y *store.Overlap) int {
		return cmp.Or(cmp.Compare(y.Score, x.Score), cmp.Compare(x.ID, y.ID))
	})
	var best []told
	for _, o := range opened {
		own := o.A
		if !side(o.AgencyA) {
			own = o.B
		}
		p := told{o: o, own: b.view.Activity(own), other: b.view.Activity(o.Other(own))}
		if !b.sent() && o.State != store.StateOpen {
			continue
		}
		if p.match = b.compare(b.view, o); b.sent() || p.match.Flagged {
			best = append(best, p)
		}
		if len(best) == toldPairs {
			break
		}
	}
	return best
}

func importButtons(pairs []told) []Button {
	buttons := []Button{{Label: "All of ours", Action: "overlap.list", Record: "mine"}}
	for _, p := range pairs {
		ref := store.OverlapRef(p.o.ID)
		buttons = append(buttons, Button{Label: "Show " + ref, Action: "overlap.show", Record: ref})
	}
	return buttons
}
