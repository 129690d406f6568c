package commands

import (
	"cmp"
	"slices"

	"thbot/commands/coverage"
	"thbot/store"
	"thbot/store/date"
)

func listCommand() subcommand {
	return subcommand{
		Name: "list", Also: []string{"ls"},
		Brief:   "activities, narrowed by filters",
		Usage:   []string{"list [key:value …]", "list stale", "list plan:none agency:mine"},
		Example: "/thb list agency:mine status:planned",
		Keys:    filterKeys(), Many: filterKeys(),
		Run: func(k *call) (Reply, error) { return k.list(page{Asked: k.rest}) },
		Actions: map[string]func(*call, Press) (Reply, error){
			"list.page": func(k *call, p Press) (Reply, error) {
				to, err := k.pageOf(p)
				if err != nil {
					return Reply{}, err
				}
				reply, err := k.list(to)
				reply.Replace = true
				return reply, err
			},
			"list.mine": func(k *call, _ Press) (Reply, error) { return k.list(page{Asked: "agency:mine"}) },
			"list.stale": func(k *call, p Press) (Reply, error) {
				if p.Record == "mine" {
					return k.list(page{Asked: "stale agency:mine"})
				}
				return k.list(page{Asked: "stale"})
			},
		},
	}
}

// list shows one page of the activities that pass the filters.
func (k *call) list(at page) (Reply, error) {
	f, err := k.filterOf(at.Asked)
	if err != nil {
		return Reply{}, err
	}
	var chosen []*store.Activity
	var loosened Line
	err = k.view(func(v *store.View) error {
		chosen = f.among(v)
		if len(chosen) == 0 {
			loosened = k.loosen(v, f)
		}
		return nil
	})
	if err != nil {
		return Reply{}, err
	}
	if len(chosen) == 0 {
		return Reply{Message: k.emptyList(f, loosened)}, nil
	}
	slices.SortStableFunc(chosen, func(a, b *store.Activity) int { return inListOrder(a, b, k.today) })
	at.From = min(at.From, (len(chosen)-1)/perPage*perPage)
	shown := chosen[at.From:min(at.From+perPage, len(chosen))]
	m := Tell(Say("**%s**%s.", count(len(chosen), "activity", "activities"), Words(f.words())))
	var lines []Line
	for _, a := range shown {
		lines = append(lines, k.listLine(a))
	}
	m.Items(lines...)
	m.Aside(pageWords(at.From, len(shown), len(chosen)))
	buttons, err := k.pageButtons(at, len(chosen))
	return Reply{Message: m.Next(buttons...)}, err
}

// listLine is an activity on one line: who, what, when, and where it stands.
func (k *call) listLine(a *store.Activity) Line {
	l := k.named(a, k.today)
	switch status := a.StatusAt(k.today); {
	case a.PartOf != 0:
		return append(l, Say(", part of %s", store.ActivityRef(a.PartOf))...)
	case coverage.Overdue(a, k.today):
		return append(l, Say(", still reads %s", status)...)
	case coverage.Stale(a, k.now, k.rules.StaleAfter):
		return append(l, Say(", %s, untouched since %s", status, monthWords(date.Of(a.TouchedAt().In(k.rules.Zone)), k.today))...)
	default:
		return append(l, Say(", %s", status)...)
	}
}

// monthWords gives "March", with the year where it is not this one's.
func monthWords(d, today date.Day) string {
	year, month, _ := d.Civil()
	if year == today.Year() {
		return month.String()
	}
	return month.String() + " " + itoa(year)
}

// inListOrder puts first what is under way, by its end; then what is planned,
// by its start; then what is completed, the latest first; cancelled work last.
func inListOrder(a, b *store.Activity, today date.Day) int {
	order := map[string]int{store.Ongoing: 0, store.Planned: 1, store.Completed: 2, store.Cancelled: 3}
	x, y := a.StatusAt(today), b.StatusAt(today)
	if x != y {
		return order[x] - order[y]
	}
	switch x {
	case store.Ongoing:
		return cmp.Or(soonest(a.To.Last(), b.To.Last()), a.ID-b.ID)
	case store.Planned:
		return cmp.Or(soonest(a.From.First(), b.From.First()), a.ID-b.ID)
	}
	return cmp.Or(latest(a.Period().Last(), b.Period().Last()), b.ID-a.ID)
}

// soonest compares days; one that is not known comes last.
func soonest(a, b date.Day) int {
	switch {
	case a == b:
		return 0
	case !a.Known():
		return 1
	case !b.Known():
		return -1
	}
	return cmp.Compare(a, b)
}

// latest compares days, the later one first; one that is not known comes last.
func latest(a, b date.Day) int {
	if a.Known() && b.Known() {
		return cmp.Compare(b, a)
	}
	return soonest(a, b)
}

// loosen names the condition without which the most activities would be found.
func (k *call) loosen(v *store.View, f *filter) Line {
	best, most := "", 0
	for i, c := range f.conditions {
		n := 0
		for a := range v.Live() {
			if f.passes(a, i) {
				n++
			}
		}
		if n > most {
			best, most = c.typed, n
		}
	}
	if best == "" {
		return nil
	}
	return Say("Without `%s` there are %d.", Words(best), most)
}

func (k *call) emptyList(f *filter, loosened Line) *Message {
	switch {
	case len(f.conditions) == 0:
		return Tell(Say("Nothing is recorded yet. The first one could be yours:"), Say("`/thb record Webinar for labour inspectors in Romania, March 2027`"))
	case loosened != nil:
		m := Tell(Say("No activity%s.", Words(f.words())))
		return m.Tell(loosened)
	case len(f.conditions) == 1:
		return Tell(Say("No activity%s.", Words(f.words())), Say("All activities: `/thb list`"))
	}
	return Tell(Say("No activity%s.", Words(f.words())), Say("No single part is to blame; ask for less at once: `/thb list %s`", Words(f.conditions[0].typed)))
}
