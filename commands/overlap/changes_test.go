package overlap

import (
	"strings"
	"testing"
)

// Whoever follows a clause of the advice is not flagged with that pair, in the
// register as it is.
func TestAdviceHolds(t *testing.T) {
	e := builtin()
	works, pairs := corpus(t)
	by := map[int]Work{}
	for _, w := range works {
		by[w.ID] = w
	}
	x := e.NewIndex()
	x.Build(works)
	tried := map[string]int{}
	for _, p := range pairs {
		plan, other := by[p.A], by[p.B]
		if !x.Compare(plan, other).Flagged {
			continue
		}
		plan.ID = 0
		advice := e.Advise(plan, other)
		for _, clause := range advice.If {
			changed, what := follow(e, plan, other, clause)
			if tried[what]++; x.Compare(changed, other).Flagged {
				t.Errorf("A%d and A%d are flagged still when %s", p.A, p.B, clause)
			}
		}
	}
	for _, what := range []string{"audience", "countries", "exploitation", "period"} {
		if tried[what] == 0 {
			t.Errorf("no advice about %s", what)
		}
	}
	t.Log(tried)
}

// follow changes the plan as the clause says.
func follow(e *Engine, plan, other Work, clause string) (Work, string) {
	q := e.read(other)
	reword := func(field string, m mask, v vocabulary) {
		if strings.HasSuffix(clause, "its text says so") {
			plan = e.without(plan, field, m, v)
		}
	}
	switch {
	case strings.HasPrefix(clause, "it is for others"):
		reword("audience", q.says, audiences)
		plan.Audience = audiences.others(q.says | q.audience)[:2]
		return plan, "audience"
	case strings.HasPrefix(clause, "it takes place"):
		plan.Countries = []string{"NZ", "AU"}
		return plan, "countries"
	case strings.HasPrefix(clause, "it is about"):
		reword("exploitation", q.exploitation, exploitations)
		plan.Exploitation = exploitations.others(q.exploitation)[:1]
		return plan, "exploitation"
	}
	plan.From, plan.To = (q.reach + 40).Date(), ""
	return plan, "period"
}

func TestAdvice(t *testing.T) {
	e := builtin()
	var signs, course Work
	for _, p := range explained() {
		if p.name == "signs and course" {
			signs, course = p.a, p.b
		}
	}
	signs.ID = 0
	advice := e.Advise(signs, course)
	want := []string{"it takes place elsewhere than in Bulgaria and Romania", "it starts more than twelve months after A9 ends"}
	for _, clause := range want {
		if !strings.Contains(strings.Join(advice.If, "; "), clause) {
			t.Errorf("no %q in %q", clause, advice.If)
		}
	}
	unknown := signs
	unknown.Countries, unknown.Title = nil, "Webinar on indicators of labour exploitation for labour inspectors"
	if got := e.Advise(unknown, course).Unknown; len(got) != 1 || got[0] != "where yours takes place; if not in Bulgaria and Romania" {
		t.Errorf("not known: %q", got)
	}
	if got := e.Advise(with(signs, course.Agency), course); got.If != nil {
		t.Errorf("partners need no change, and got %q", got.If)
	}
}
