package commands

import (
	"slices"
	"strings"

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

// commitmentsAndPeriod reads "training 2027", "7,4 2027-Q2", "synergies". The
// period is what stands at the end and can be read as one.
func (k *call) commitmentsAndPeriod(l line.Line) ([]statement.Commitment, date.Period, error) {
	text := strings.TrimSpace(l.Text)
	words := strings.Fields(text)
	for i := 1; i < len(words); i++ {
		if strings.HasSuffix(words[i-1], ",") {
			continue
		}
		found, err := k.findCommitments(strings.Join(words[:i], " "))
		if err != nil {
			continue
		}
		rest := strings.TrimPrefix(strings.Join(words[i:], " "), "in ")
		if _, err := when.Parse(rest, k.now); err != nil {
			continue
		}
		period, err := k.statedPeriod(l, rest)
		return found, period, err
	}
	found, err := k.findCommitments(text)
	if err != nil {
		return nil, date.Period{}, err
	}
	period, err := k.statedPeriod(l, "")
	return found, period, err
}

// findCommitments reads several commitments, joined by commas.
func (k *call) findCommitments(text string) ([]statement.Commitment, error) {
	var found []statement.Commitment
	for _, one := range splitList(text) {
		c, err := k.catalogue.FindCommitment(one)
		if err != nil {
			f := fault.As(err)
			if f == nil {
				return nil, err
			}
			g := *f
			g.What += " Nothing was saved."
			if g.Try != "" {
				g.Try = "/thb nothing " + g.Try
			}
			return nil, &g
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
		for _, c := range commitments {
			if err := k.nothingActive(ch.View, agency, c, period); err != nil {
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
		var err error
		silent, err = k.silentCommitments(ch.View, agency, period)
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
	return Reply{Message: m.Next(Button{Label: "Undo", Action: "undo.change", Record: changeRef(group), Danger: true})}, nil
}

func canonicalPeriod(p date.Period) string {
	if p.From == p.To {
		return string(p.From)
	}
	return string(p.From) + ".." + string(p.To)
}

// nothingActive refuses a statement where the agency has work after all.
func (k *call) nothingActive(v *store.View, agency string, c statement.Commitment, period date.Period) error {
	var active []string
	guessed := false
	var first *store.Activity
	for a := range v.Live() {
		if k.counts(a, agency, c.Slug, period) {
			active = append(active, store.ActivityRef(a.ID))
			guessed = guessed || a.IsGuess("commitments")
			if first == nil {
				first = a
			}
		}
	}
	if first == nil {
		return nil
	}
	verb := plural(len(active), "counts", "count")
	why := ""
	if guessed {
		why = " (as I read the text; change the commitments if that is wrong)"
	}
	if len(active) > 5 {
		active = append(active[:5], "others")
	}
	return fault.New(fault.Conflict, "%s has work there: %s %s for %s in that time%s. Nothing was saved.", k.agencyName(agency), andList(active), verb, c.Slug, why).
		WithTry("/thb show %s", store.ActivityRef(first.ID))
}

// counts tells whether an activity makes the agency active in a commitment in
// a period: owner or confirmed partner, not cancelled, dates that overlap or,
// without dates, recorded in it (contract, section 2).
func (k *call) counts(a *store.Activity, agency, commitment string, period date.Period) bool {
	if a.Agency != agency && a.PartnerState(agency) != store.Confirmed {
		return false
	}
	if a.Status == store.Cancelled || !slices.Contains(a.Commitments, commitment) {
		return false
	}
	if p := a.Period(); p.Known() {
		return p.Overlaps(period)
	}
	return date.Whole(date.Year(a.RecordedAt.In(k.rules.Zone).Year())).Overlaps(period)
}

// silentCommitments lists the commitments on which the agency has neither work
// nor a statement in the period.
func (k *call) silentCommitments(v *store.View, agency string, period date.Period) ([]string, error) {
	said, err := v.Confirmations()
	if err != nil {
		return nil, err
	}
	heard := map[string]bool{}
	for _, n := range said {
		if n.Agency == agency && n.Commitment != "" {
			if p, err := when.Parse(n.Period, k.now); err == nil && p.Overlaps(period) {
				heard[n.Commitment] = true
			}
		}
	}
	for a := range v.Live() {
		for _, c := range a.Commitments {
			heard[c] = heard[c] || k.counts(a, agency, c, period)
		}
	}
	var silent []string
	for _, c := range k.catalogue.Commitments {
		if !heard[c.Slug] {
			silent = append(silent, c.Slug)
		}
	}
	return silent, nil
}
