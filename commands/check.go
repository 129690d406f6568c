package commands

import (
	"slices"
	"strings"

	"thbot/commands/line"
	"thbot/commands/overlap"
	"thbot/store"
)

func checkCommand() subcommand {
	return subcommand{
		Name: "check", Also: []string{"test", "plan"},
		Brief: "test a plan against the register, and store nothing", Usage: []string{"check TEXT [key:value …]"},
		Example: "/thb check Two-day course on forced labour for labour inspectors country:BG when:2027-Q2",
		Keys:    facetKeys, Many: manyKeys,
		Menu: "Check a plan",
		Run:  runCheck,
		Actions: map[string]func(*call, Press) (Reply, error){
			"check.kept": checkKept,
		},
		Forms: map[string]func(*call, Submission) (Reply, error){"check": submitCheck},
	}
}

func (k *call) checkForm() *Form {
	f := k.recordForm("")
	f.Name, f.Title, f.Submit = "check", "Check a plan", "Check"
	return f
}

func runCheck(k *call) (Reply, error) {
	if strings.TrimSpace(k.rest) == "" && k.req.Surface.Forms {
		return Reply{Form: k.checkForm()}, nil
	}
	l, err := k.read()
	if err != nil {
		return Reply{}, err
	}
	return k.check(l)
}

func submitCheck(k *call, s Submission) (Reply, error) {
	l, err := k.lineOf(s, "what")
	if err != nil {
		return Reply{}, err
	}
	reply, err := k.check(l)
	return k.fieldErrors(reply, err, s, "what")
}

func checkKept(k *call, p Press) (Reply, error) {
	text, err := k.kept(p.Record)
	if err != nil {
		return Reply{}, err
	}
	k.rest = text
	return runCheck(k)
}

// checkedMatches is how many counterparts a check looks at.
const checkedMatches = 8

// check compares a plan with the register and stores nothing.
func (k *call) check(l line.Line) (Reply, error) {
	agency, err := k.agencyOf(l)
	if err != nil {
		return Reply{}, err
	}
	if err := admitLine(l); err != nil {
		return Reply{}, k.unsaved(err)
	}
	var m *Message
	err = k.view(func(v *store.View) error {
		a, err := k.draft(v, l, agency)
		if err != nil {
			return err
		}
		found, err := k.matches(v, a, checkedMatches)
		if err != nil {
			return err
		}
		m = k.checked(v, a, found)
		return nil
	})
	if err != nil {
		return Reply{}, k.unsaved(err)
	}
	return Reply{Message: k.withRecordButton(m)}, nil
}

// withRecordButton keeps the text for a day, so that a good plan is recorded
// with one press.
func (k *call) withRecordButton(m *Message) *Message {
	if k.rest == "" {
		return m
	}
	page, err := k.keep(k.rest)
	if err != nil {
		return m // a check without its button is still an answer
	}
	return m.Next(Button{Label: "Record this", Action: "record.kept", Record: page})
}

// checked tells what was understood, what looks like the same work, what would
// make it none, and what is related.
func (k *call) checked(v *store.View, a *store.Activity, found []overlap.Match) *Message {
	flagged := slices.DeleteFunc(slices.Clone(found), func(m overlap.Match) bool { return !m.Flagged })
	related := slices.DeleteFunc(slices.Clone(found), func(m overlap.Match) bool { return m.Flagged || !m.Related })
	m := new(Message)
	switch len(flagged) {
	case 0:
		m.Tell(Say("**No possible duplicate found.** Nothing was stored."))
	default:
		found := count(len(flagged), "possible duplicate", "possible duplicates")
		if len(flagged) == checkedMatches {
			found = "At least " + found
		}
		m.Tell(Say("**%s found.** Nothing was stored.", found))
	}
	m.Tell(Say("Understood, for %s: *%s*", k.agencyName(a.Agency), title(a)), facets(a, k.today, nil))
	m.Aside(guessedWords(a), k.strayLine(k.strays(a), ""))
	if len(flagged) > shownFlags {
		m.Tell(Say("The %d closest:", shownFlags))
	}
	for i, match := range flagged {
		if i == shownFlags {
			break
		}
		other := v.Activity(counterpart(match, a.ID))
		m.Tell(append([]Line{k.named(other, k.today)}, reasonLines(match)...)...)
		m.Tell(k.wouldBeNone(a, other)...)
	}
	if len(related) > 0 {
		m.Tell(Say("Related work you may want to know of:")).Items(k.matchLines(v, a, related)...)
	}
	if earlier := k.earlier(v, a); len(earlier) > 0 {
		m.Tell(Say("Earlier work of %s in the same places; if yours builds on it, add `follows:%s`:", k.agencyName(a.Agency), store.ActivityRef(earlier[0].ID)))
		var lines []Line
		for _, b := range earlier {
			lines = append(lines, k.named(b, k.today))
		}
		m.Items(lines...)
	}
	return m
}

// wouldBeNone says what would make the plan no duplicate of the other, and what
// is not known and would settle it.
func (k *call) wouldBeNone(a, other *store.Activity) (lines []Line) {
	advice := k.engine.Advise(work(a), work(other))
	together := Say("It would be none if you do it together (`with:%s`)", k.agencyName(other.Agency))
	if !before(a, other) {
		together = append(together, Say(", if yours builds on it (`follows:%s`)", store.ActivityRef(other.ID))...)
	}
	clauses := advice.If
	for i, clause := range clauses {
		join := ", if "
		if i == len(clauses)-1 {
			join = ", or if "
		}
		together = append(together, Say("%s%s", join, clause)...)
	}
	lines = append(lines, append(together, Say(".")...))
	if advice.Close {
		lines = append(lines, Say("Another audience, place or form of exploitation alone would not do: too much else is the same."))
	}
	for _, unknown := range advice.Unknown {
		lines = append(lines, Say("Not known: %s, it is none.", unknown))
	}
	return lines
}

func (k *call) matchLines(v *store.View, a *store.Activity, found []overlap.Match) []Line {
	var lines []Line
	for i, match := range found {
		if i == shownFlags {
			break
		}
		l := k.named(v.Activity(counterpart(match, a.ID)), k.today)
		if len(match.Reasons) > 0 {
			l = append(l, Span{Text: ": " + match.Reasons[0].Text, People: true})
		}
		lines = append(lines, l)
	}
	return lines
}

// earlier finds the agency's own activities that the plan may build on: alike,
// and begun before it. At most two.
func (k *call) earlier(v *store.View, a *store.Activity) []*store.Activity {
	var own []*store.Activity
	w := work(a)
	w.Agency = "" // the rule "same agency" is the one thing not asked here
	for b := range v.Live() {
		if b.Agency == a.Agency && b.Status != store.Cancelled && before(b, a) && k.engine.Resembles(w, work(b)).Flagged {
			own = append(own, b)
		}
	}
	if len(own) > 2 {
		own = own[len(own)-2:]
	}
	return own
}

func before(a, b *store.Activity) bool {
	return a.From.Known() && b.From.Known() && a.From.First() < b.From.First()
}
