package commands

import (
	"slices"
	"strings"

	"thbot/commands/coverage"
	"thbot/store"
	"thbot/store/date"
	"thbot/store/fault"
	"thbot/store/statement"
)

func commitmentCommand() subcommand {
	return subcommand{
		Name:    "commitment",
		Brief:   "the statement's commitments; one with its wording and who works on it",
		Usage:   []string{"commitment", "commitment NUMBER, SLUG or WORDS"},
		Example: "/thb commitment training",
		Who:     everybody,
		Run:     runCommitment,
	}
}

func runCommitment(k *call) (Reply, error) {
	if text := strings.TrimSpace(k.rest); text != "" {
		return k.commitment(text)
	}
	var lines []Line
	for _, c := range k.catalogue.Commitments {
		lines = append(lines, Say("%d **%s**: %s", c.Number, c.Slug, c.Title))
	}
	return Reply{Message: Tell(Say("**%s** of the joint statement (%d)", count(len(lines), "commitment", "commitments"), k.catalogue.Signed)).
		Items(lines...).
		Aside(Say("One with its wording and who works on it: `/thb commitment %s`", k.catalogue.Commitments[0].Slug))}, nil
}

// commitment shows one: the statement's words and the work under it this year.
func (k *call) commitment(input string) (Reply, error) {
	c, err := k.catalogue.FindCommitment(input)
	if err != nil {
		return Reply{}, fault.Retry(err, after("commitment"))
	}
	m := Tell(Say("**%d %s**: %s", c.Number, c.Slug, c.Title)).Quoting(c.Text)
	if k.who.Role == store.Admin {
		return Reply{Message: m}, nil
	}
	var work map[string]int
	err = k.view(func(v *store.View) error {
		work = k.workUnder(v, c)
		return nil
	})
	if err != nil {
		return Reply{}, err
	}
	var with, without []string
	for _, a := range k.catalogue.Agencies {
		if n := work[a.Slug]; n > 0 {
			with = append(with, a.Short+" ("+itoa(n)+")")
		} else {
			without = append(without, a.Short)
		}
	}
	year := k.today.Year()
	if len(with) == 0 {
		m.Tell(Say("No work recorded for %d.", year))
	} else {
		m.Tell(Say("Work in %d: %s.", year, andList(with)))
		if len(without) > 0 {
			m.Tell(Say("None recorded: %s.", andList(without)))
		}
	}
	return Reply{Message: m.Aside(Say("The activities: `/thb list commitment:%s`", c.Slug))}, nil
}

// workUnder counts this year's activities under a commitment, by owner and by
// confirmed partner.
func (k *call) workUnder(v *store.View, c statement.Commitment) map[string]int {
	year := date.Whole(date.Year(k.today.Year()))
	work := map[string]int{}
	for a := range v.Live() {
		if !slices.Contains(a.Commitments, c.Slug) || !k.inYear(a, year) {
			continue
		}
		work[a.Agency]++
		for _, p := range a.Partners {
			if p.State == store.Confirmed {
				work[p.Agency]++
			}
		}
	}
	return work
}

// inYear tells whether an activity counts in a year, as in the coverage.
func (c *Commands) inYear(a *store.Activity, year date.Period) bool {
	return a.Status != store.Cancelled && coverage.Within(a, year, c.rules.Zone)
}
