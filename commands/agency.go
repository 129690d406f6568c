package commands

import (
	"strings"

	"thbot/store"
	"thbot/store/date"
	"thbot/store/fault"
)

func agencyCommand() subcommand {
	return subcommand{
		Name:    "agency",
		Brief:   "the agencies and their contact points",
		Usage:   []string{"agency", "agency NAME"},
		Example: "/thb agency eurofound",
		Who:     everybody,
		Run:     runAgency,
	}
}

func runAgency(k *call) (Reply, error) {
	text := strings.TrimSpace(k.rest)
	if text == "" {
		return k.agencies()
	}
	a, err := k.catalogue.FindAgency(text)
	if err != nil {
		return Reply{}, fault.Retry(err, after("agency"))
	}
	return k.agency(a.Slug)
}

// agencies lists all with their contact points.
func (k *call) agencies() (Reply, error) {
	var lines []Line
	err := k.view(func(v *store.View) error {
		lines = nil
		roster, err := v.Roster()
		for _, a := range k.catalogue.Agencies {
			l := Say("**%s**, %s: ", a.Short, a.Seat)
			if names := pointsOf(roster, a.Slug); len(names) > 0 {
				l = append(l, Say("%s", Words(strings.Join(names, ", ")))...)
			} else {
				l = append(l, Say("no contact point yet")...)
			}
			lines = append(lines, l)
		}
		return err
	})
	return Reply{Message: Tell(Say("**%s** signed the joint statement in %d; with their contact points:", count(len(lines), "agency", "agencies"), k.catalogue.Signed)).Items(lines...)}, err
}

// pointsOf names the contact points of an agency, then its deputies.
func pointsOf(roster []*store.Person, agency string) []string {
	var points, deputies []string
	for _, p := range roster {
		switch {
		case p.Agency != agency:
		case p.Role == store.ContactPoint:
			points = append(points, p.Name())
		case p.Role == store.Deputy:
			deputies = append(deputies, p.Name()+" (deputy)")
		}
	}
	return append(points, deputies...)
}

// agency shows one: its names today and then, its seat, people and work.
func (k *call) agency(slug string) (Reply, error) {
	a, _ := k.catalogue.Agency(slug)
	full := a.Full
	if full == a.Short {
		full = ""
	}
	m := Tell(
		Join(", ", Say("**%s**", a.Short), Say("%s", full), Say("%s", a.Seat)),
		Say("Signed in %d as: %s", k.catalogue.Signed, a.SignedAs))
	err := k.view(func(v *store.View) error {
		roster, err := v.Roster()
		if err != nil {
			return err
		}
		if names := pointsOf(roster, slug); len(names) > 0 {
			m.Tell(Say("Contact point: %s", Words(strings.Join(names, ", "))))
		} else {
			m.Tell(Say("No contact point yet; the Coordinator's office speaks for it."))
		}
		if k.who.Role != store.Admin {
			m.Tell(k.workLine(v, slug)).Aside(Say("Its activities: `/thb list agency:%s`", slug))
		}
		return nil
	})
	return Reply{Message: m}, err
}

// workLine counts an agency's activities by state.
func (k *call) workLine(v *store.View, slug string) Line {
	states := map[string]int{}
	total, thisYear := 0, 0
	year := date.Whole(date.Year(k.today.Year()))
	for act := range v.Live() {
		if act.Agency != slug {
			continue
		}
		total++
		states[act.StatusAt(k.today)]++
		if k.inYear(act, year) {
			thisYear++
		}
	}
	if total == 0 {
		return Say("Nothing recorded yet.")
	}
	var parts []string
	for _, s := range []string{store.Planned, store.Ongoing, store.Completed, store.Cancelled} {
		if states[s] > 0 {
			parts = append(parts, itoa(states[s])+" "+s)
		}
	}
	return Say("%s: %s; %d of them in %d.", count(total, "activity", "activities"), strings.Join(parts, ", "), thisYear, k.today.Year())
}
