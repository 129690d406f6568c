package commands

import (
	"slices"
	"strings"

	"thbot/commands/coverage"
	"thbot/commands/line"
	"thbot/commands/when"
	"thbot/store"
	"thbot/store/date"
	"thbot/store/fault"
	"thbot/store/statement"
)

func nothingCommand() subcommand {
	return subcommand{
		Name: "nothing", Also: []string{"none"},
		Brief: "state that your agency plans nothing for a commitment", Usage: []string{"nothing COMMITMENT [period]"},
		Example: "/thb nothing training 2027",
		Keys:    []string{"agency", "when"},
		Run:     runNothing,
		Forms:   map[string]func(*call, Submission) (Reply, error){"nothing": submitNothing},
	}
}

func runNothing(k *call) (Reply, error) {
	l, err := k.read()
	if err != nil {
		return Reply{}, err
	}
	if strings.TrimSpace(l.Text) == "" {
		if k.req.Surface.Forms {
			return Reply{Form: k.nothingForm()}, nil
		}
		return Reply{}, fault.New(fault.Invalid, "For which commitment? Nothing was saved.").WithTry("/thb nothing training 2027")
	}
	agency, err := k.agencyOf(l)
	if err != nil {
		return Reply{}, err
	}
	commitments, period, err := k.commitmentsAndPeriod(l)
	if err != nil {
		return Reply{}, k.unsaved(err)
	}
	return k.nothing(agency, commitments, period)
}

func (k *call) nothingForm() *Form {
	f := &Form{Name: "nothing", Title: "Nothing is planned", Submit: "State it",
		Intro: "A dated statement that your agency plans nothing for these commitments. It shows in the coverage in place of silence."}
	if k.who.Agency == "" {
		f.Fields = append(f.Fields, Field{Name: "agency", Label: "Agency", Type: FieldChoice, Options: k.agencyOptions("")})
	}
	var options []Option
	for _, c := range k.catalogue.Commitments {
		options = append(options, Option{c.Slug, itoa(c.Number) + " " + c.Title})
	}
	f.Fields = append(f.Fields,
		Field{Name: "commitment", Label: "Commitments", Type: FieldMulti, Options: options},
		Field{Name: "when", Label: "Period", Hint: "At most a year, such as 2027 or 2027-Q2", Type: FieldText, Value: string(date.Year(k.today.Year())), Optional: true})
	return f
}

func submitNothing(k *call, s Submission) (Reply, error) {
	l, err := k.lineOf(s, "commitment")
	if err != nil {
		return Reply{}, err
	}
	agency, err := k.agencyOf(l)
	if err != nil {
		return k.fieldErrors(Reply{}, err, s, "agency")
	}
	commitments, err := k.findCommitments(l.Text)
	if err != nil {
		return k.fieldErrors(Reply{}, err, s, "commitment")
	}
	period, err := k.statedPeriod(l, "")
	if err != nil {
		return k.fieldErrors(Reply{}, err, s, "when")
	}
	reply, err := k.nothing(agency, commitments, period)
	return k.fieldErrors(reply, err, s, "commitment")
}

// commitmentsAndPeriod reads "training 2027", "7,4 2027-Q2", "synergies",
// "2027 training". The period is what can be read as one, at either end.
func (k *call) commitmentsAndPeriod(l line.Line) ([]statement.Commitment, date.Period, error) {
	text := strings.TrimSpace(l.Text)
	words := strings.Fields(text)
	for i := 1; i < len(words); i++ {
		if strings.HasSuffix(words[i-1], ",") {
			continue
		}
		front, back := strings.Join(words[:i], " "), strings.TrimPrefix(strings.Join(words[i:], " "), "in ")
		for _, p := range [][2]string{{front, back}, {back, front}} {
			found, err := k.findCommitments(p[0])
			if err != nil {
				continue
			}
			if _, err := when.Parse(p[1], k.now); err == nil {
				period, err := k.statedPeriod(l, p[1])
				return found, period, err
			}
		}
	}
	found, err := k.findCommitments(text)
	if err != nil {
		return nil, date.Period{}, k.misread(words, err)
	}
	period, err := k.statedPeriod(l, "")
	return found, period, err
}

// misread says which of the two could not be read, where a commitment or
// something with digits tells: "training 2027-Q5", "trainnig 2027".
func (k *call) misread(words []string, err error) error {
	for i := len(words) - 1; i > 0; i-- {
		about, period := strings.Join(words[:i], " "), strings.Join(words[i:], " ")
		if !strings.ContainsAny(period, "0123456789") {
			continue
		}
		_, unknown := k.findCommitments(about)
		_, bad := when.Parse(period, k.now)
		switch {
		case unknown == nil && bad != nil:
			return fault.Retry(fault.Amend(bad, notSaved), after("nothing", about))
		case unknown != nil && bad == nil:
			return fault.Retry(unknown, func(try string) string { return try + " " + period })
		case unknown != nil && i == 1:
			return unknown
		}
	}
	return err
}

// findCommitments reads several commitments, joined by commas.
func (k *call) findCommitments(text string) ([]statement.Commitment, error) {
	var found []statement.Commitment
	for _, one := range splitList(text) {
		c, err := k.catalogue.FindCommitment(one)
		if err != nil {
			return nil, fault.Retry(fault.Amend(err, notSaved), after("nothing"))
		}
		if !slices.ContainsFunc(found, func(d statement.Commitment) bool { return d.Slug == c.Slug }) {
			found = append(found, c)
		}
	}
	if len(found) == 0 {
		return nil, fault.New(fault.Invalid, "For which commitment? Nothing was saved.").WithTry("/thb nothing training 2027")
	}
	return found, nil
}

// statedPeriod reads the period, the current calendar year where none is
// given, and holds it to a year.
func (k *call) statedPeriod(l line.Line, typed string) (date.Period, error) {
	if p, ok := l.Get("when"); ok && typed == "" && !isNone(p) {
		typed = p.Value
	}
	if typed == "" {
		return date.Whole(date.Year(k.today.Year())), nil
	}
	p, err := when.Parse(typed, k.now)
	if err != nil {
		return p, k.inLine(l, "when", err)
	}
	year := itoa(k.today.Year())
	if !p.First().Known() || !p.Last().Known() {
		return p, fault.New(fault.Invalid, "The statement needs a beginning and an end, at most a year apart. Nothing was saved.").WithTry("/thb nothing training %s", year)
	}
	if p.Last() >= p.First().AddMonths(12) {
		return p, fault.New(fault.Invalid, "The statement holds for a year at most, and %s is longer. Nothing was saved.", p.Words(k.today)).WithTry("/thb nothing training %s", year)
	}
	if p.Last() < k.today {
		return p, fault.New(fault.Invalid, "%s is over; the statement is about what is planned. Nothing was saved.", p.Words(k.today)).WithTry("/thb nothing training %s", year)
	}
	return p, nil
}

// nothing stores the statement for each commitment, all or none.
func (k *call) nothing(agency string, commitments []statement.Commitment, period date.Period) (Reply, error) {
	var silent []string
	var group int64
	err := k.update("nothing", func(ch *store.Change) error {
		group = ch.Group()
		before, err := k.column(ch.View, agency, period)
		if err != nil {
			return err
		}
		for _, c := range commitments {
			if err := k.nothingActive(agency, c, before[c.Number-1]); err != nil {
				return err
			}
		}
		for _, c := range commitments {
			n := &store.Confirmation{Agency: agency, Commitment: c.Slug, Period: canonicalPeriod(period)}
			if err := ch.AddConfirmation(n); err != nil {
				return err
			}
			if err := k.planEnteredAs(ch, k.who, agency, store.ConfirmationRef(n.ID), n.Revision); err != nil {
				return err
			}
		}
		after, err := k.column(ch.View, agency, period)
		silent = nil
		for row, cell := range after {
			if cell.State == coverage.Silent {
				silent = append(silent, k.catalogue.Commitments[row].Slug)
			}
		}
		return err
	})
	if err != nil {
		return Reply{}, err
	}
	titles := make([]string, len(commitments))
	for i, c := range commitments {
		titles[i] = itoa(c.Number) + " " + c.Slug
	}
	m := Tell(
		Say("**Stated for %s:** nothing is planned for %s, %s.", k.agencyName(agency), andList(titles), period.Words(date.None)),
		Say("Dated %s. If you record something there after all, that counts instead.", k.today.Date().Words(date.None)))
	if len(silent) > 0 {
		m.Tell(Say("Still silent in that time: %s.", strings.Join(silent, ", ")))
	} else {
		m.Tell(Say("%s has now said something on every commitment for that time.", k.agencyName(agency)))
	}
	return Reply{Message: m.Next(undoButton(group, ""))}, nil
}

func canonicalPeriod(p date.Period) string {
	if p.From == p.To {
		return string(p.From)
	}
	return string(p.From) + ".." + string(p.To)
}

// column gives the agency's cells of the coverage, by commitment.
func (k *call) column(v *store.View, agency string, period date.Period) ([]coverage.Cell, error) {
	said, err := v.Confirmations()
	if err != nil {
		return nil, err
	}
	m := coverage.Compute(coverage.Input{
		Catalogue: k.catalogue, Activities: v.Activities(), Confirmations: said,
		Period: period, Now: k.now, StaleAfter: k.rules.StaleAfter,
	})
	col := slices.IndexFunc(m.Agencies, func(a statement.Agency) bool { return a.Slug == agency })
	cells := make([]coverage.Cell, len(m.Cells))
	for row := range m.Cells {
		cells[row] = m.Cells[row][col]
	}
	return cells, nil
}

// nothingActive refuses a statement where the agency has work after all.
func (k *call) nothingActive(agency string, c statement.Commitment, cell coverage.Cell) error {
	if cell.State != coverage.Active {
		return nil
	}
	var active []string
	guessed := false
	for _, a := range cell.Activities {
		active = append(active, store.ActivityRef(a.ID))
		guessed = guessed || a.IsGuess("commitments")
	}
	try, verb, why := active[0], plural(len(active), "counts", "count"), ""
	if guessed {
		why = " (as I read the text; change the commitments if that is wrong)"
	}
	if len(active) > 5 {
		active = append(active[:5], "others")
	}
	return fault.New(fault.Conflict, "%s has work there: %s %s for %s in that time%s. Nothing was saved.", k.agencyName(agency), andList(active), verb, c.Slug, why).
		WithTry("/thb show %s", try)
}
