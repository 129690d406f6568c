package commands

import (
	"strings"
	"time"

	"thbot/commands/coverage"
	"thbot/commands/line"
	"thbot/commands/when"
	"thbot/store"
	"thbot/store/date"
	"thbot/store/fault"
	"thbot/store/statement/place"
)

func coverageCommand() subcommand {
	shown := func(text bool) func(*call, Press) (Reply, error) {
		return func(k *call, p Press) (Reply, error) {
			w, err := k.coverageView(p.Record)
			if err != nil {
				return Reply{}, err
			}
			w.text = text
			return k.coverage(w)
		}
	}
	return subcommand{
		Name: "coverage", Also: []string{"cover", "matrix"},
		Brief:   "who works on which commitment, and the gaps",
		Usage:   []string{"coverage [COMMITMENT or AGENCY] [PERIOD] [text]"},
		Example: "/thb coverage training 2027",
		Menu:    "Coverage",
		Run: func(k *call) (Reply, error) {
			w, err := k.readCoverage(k.rest)
			if err != nil {
				return Reply{}, err
			}
			return k.coverage(w)
		},
		Actions: map[string]func(*call, Press) (Reply, error){
			"coverage.show": shown(false),
			"coverage.text": shown(true),
		},
	}
}

// coverageView is what is to be shown: everything, one commitment, or one
// agency, for a period.
type coverageView struct {
	commitment, agency string // slugs; at most one is set
	period             date.Period
	text               bool // sentences instead of a table and a picture
}

// id is the view as a short id for buttons: "2026", "training.2027-Q1".
func (w coverageView) id() string {
	id := canonicalPeriod(w.period)
	if about := w.commitment + w.agency; about != "" {
		id = about + "." + id
	}
	return id
}

// coverageView reads the id of a view; an empty one is the whole of this year.
func (k *call) coverageView(id string) (coverageView, error) {
	about, period, both := strings.Cut(id, ".")
	if !both || strings.HasPrefix(period, ".") { // a range has two dots
		about, period = "", id
	}
	return k.readCoverage(strings.TrimSpace(about + " " + period))
}

// readCoverage reads "training 2027 text". Whatever stands behind the
// commitment or the agency is the period.
func (k *call) readCoverage(typed string) (coverageView, error) {
	w := coverageView{period: date.Whole(date.Year(k.today.Year()))}
	words := strings.Fields(typed)
	if n := len(words); n > 0 && strings.EqualFold(words[n-1], "text") {
		w.text, words = true, words[:n-1]
	}
	for n := len(words); n >= 0; n-- {
		about, period := strings.Join(words[:n], " "), strings.Join(words[n:], " ")
		v, ok := k.coverageOf(w, about)
		if !ok {
			continue
		}
		if period == "" {
			return v, nil
		}
		p, err := when.Parse(strings.TrimPrefix(period, "in "), k.now)
		if err != nil {
			if n == 0 || fault.As(err) == nil || !strings.ContainsAny(period, "0123456789") {
				continue
			}
			return v, fault.Retry(err, after("coverage", about))
		}
		if !p.First().Known() || !p.Last().Known() {
			return v, fault.New(fault.Invalid, "Coverage needs a beginning and an end; %s has only one.", p.Words(date.None)).WithTry("/thb coverage %s", k.today.Date()[:4])
		}
		v.period = p
		return v, nil
	}
	if v, ok := k.periodFirst(w, words); ok {
		return v, nil
	}
	return w, k.noCoverage(strings.Join(words, " "))
}

// periodFirst reads "2027-Q4 training", the period before what it is about.
func (k *call) periodFirst(w coverageView, words []string) (coverageView, bool) {
	for n := 1; n < len(words); n++ {
		p, err := when.Parse(strings.Join(words[:n], " "), k.now)
		if err != nil || !p.First().Known() || !p.Last().Known() {
			continue
		}
		if v, ok := k.coverageOf(w, strings.Join(words[n:], " ")); ok {
			v.period = p
			return v, true
		}
	}
	return w, false
}

// coverageOf narrows the view to a commitment or an agency; an empty text to
// none.
func (k *call) coverageOf(w coverageView, about string) (coverageView, bool) {
	if about == "" {
		return w, true
	}
	if strings.EqualFold(about, "mine") && k.who.Agency != "" {
		w.agency = k.who.Agency
		return w, true
	}
	if c, err := k.catalogue.FindCommitment(about); err == nil {
		w.commitment = c.Slug
		return w, true
	}
	if a, err := k.catalogue.FindAgency(about); err == nil {
		w.agency = a.Slug
		return w, true
	}
	return w, false
}

// noCoverage says that the text is none of the three, with the nearest.
func (k *call) noCoverage(typed string) error {
	if strings.ContainsAny(typed, "0123456789") {
		if _, err := when.Parse(typed, k.now); fault.As(err) != nil && fault.As(err).Try != "" {
			return fault.Retry(err, after("coverage"))
		}
	}
	first, _ := line.Word(typed)
	try := "/thb coverage training 2027"
	_, err := k.catalogue.FindCommitment(first)
	if f := fault.As(err); f != nil && f.Try != "" {
		try = "/thb coverage " + f.Try
	}
	return fault.New(fault.Invalid, "I look for a commitment, an agency or a period here, and %q is none that I know.", typed).WithTry("%s", try)
}

// coverage shows a view of the matrix.
func (k *call) coverage(w coverageView) (Reply, error) {
	var m *coverage.Matrix
	err := k.view(func(v *store.View) error {
		var err error
		m, err = k.matrix(v, w.period, k.now)
		return err
	})
	if err != nil {
		return Reply{}, err
	}
	switch {
	case w.commitment != "":
		return Reply{Message: k.commitmentCoverage(m, w).Next(k.coverageButtons(w)...)}, nil
	case w.agency != "":
		return Reply{Message: k.agencyCoverage(m, w).Next(k.coverageButtons(w)...)}, nil
	case w.text:
		return Reply{Message: k.coverageText(m).Next(k.coverageButtons(w)...)}, nil
	}
	return k.coveragePicture(m, w)
}

// coveragePicture is the matrix as a table and a picture.
func (k *call) coveragePicture(m *coverage.Matrix, w coverageView) (Reply, error) {
	msg := Tell(k.coverageFacts(m)...)
	table, legend := coverageTable(m, k.req.Surface.Width)
	msg.Grid(table).Aside(legend...).Aside(k.coverageRemarks(m)...)
	var files []File
	if k.req.Surface.Files {
		data, err := coverage.Picture(m)
		if err != nil {
			return Reply{}, err
		}
		name := "coverage-" + canonicalPeriod(w.period) + ".png"
		alt := coverage.Alt(m)
		files = []File{{Name: name, Alt: alt, Data: data}}
		msg.Picture(name, alt)
	}
	return Reply{Message: msg.Next(k.coverageButtons(w)...), Files: files}, nil
}

// matrix computes the coverage of a period from the register as the view sees
// it.
func (c *Commands) matrix(v *store.View, p date.Period, now time.Time) (*coverage.Matrix, error) {
	in, err := c.coverageInput(v, p, now)
	if err != nil {
		return nil, err
	}
	return coverage.Compute(in), nil
}

func (c *Commands) coverageInput(v *store.View, p date.Period, now time.Time) (coverage.Input, error) {
	said, err := v.Confirmations()
	if err != nil {
		return coverage.Input{}, err
	}
	roster, err := v.Roster()
	if err != nil {
		return coverage.Input{}, err
	}
	joined := map[string]time.Time{}
	for _, person := range roster {
		if t, known := joined[person.Agency]; !known || person.AddedAt.Before(t) {
			joined[person.Agency] = person.AddedAt
		}
	}
	return coverage.Input{
		Catalogue: c.catalogue, Activities: v.Activities(), Confirmations: said, Period: p,
		Now: now.In(c.rules.Zone), StaleAfter: c.rules.StaleAfter, Joined: joined,
		Reach: func(places []string) coverage.Reach {
			in, out := place.Sides(places)
			return coverage.Reach{Inside: in, Outside: out}
		},
	}, nil
}

// coverageButtons are the other form, the periods before and after, and the
// way back from a part to the whole.
func (k *call) coverageButtons(w coverageView) []Button {
	var buttons []Button
	if w.commitment+w.agency == "" {
		if w.text {
			buttons = append(buttons, Button{Label: "Table and picture", Action: "coverage.show", Record: w.id()})
		} else {
			buttons = append(buttons, Button{Label: "As sentences", Action: "coverage.text", Record: w.id()})
		}
	}
	action := "coverage.show"
	if w.text {
		action = "coverage.text"
	}
	for _, by := range []int{-1, 1} {
		next := w
		next.period = beside(w.period, by)
		if next.period.Check() == nil {
			buttons = append(buttons, Button{Label: capital(next.period.Words(date.None)), Action: action, Record: next.id()})
		}
	}
	if w.commitment+w.agency != "" {
		whole := coverageView{period: w.period}
		buttons = append(buttons, Button{Label: "All commitments", Action: "coverage.show", Record: whole.id()})
	}
	return buttons
}

// beside gives the period of the same length before or after: the next
// quarter, the year before, a range of months moved by its length.
func beside(p date.Period, by int) date.Period {
	first, last := p.First(), p.Last()
	if after := last + 1; firstOfMonth(first) && firstOfMonth(after) {
		y1, m1, _ := first.Civil()
		y2, m2, _ := after.Civil()
		months := (y2-y1)*12 + int(m2) - int(m1)
		from, end := first.AddMonths(by*months), after.AddMonths(by*months)
		return monthsAs(from, end-1, months)
	}
	days := last - first + 1
	from := first + days*date.Day(by)
	return date.Period{From: from.Date(), To: (from + days - 1).Date()}
}

func firstOfMonth(d date.Day) bool { _, _, day := d.Civil(); return day == 1 }

// monthsAs gives a run of whole months by its usual name, where it has one.
func monthsAs(from, to date.Day, months int) date.Period {
	year, month, _ := from.Civil()
	switch {
	case months == 12 && month == 1:
		return date.Whole(date.Year(year))
	case months == 6 && month%6 == 1:
		return date.Whole(date.Half(year, int(month)/6+1))
	case months == 3 && month%3 == 1:
		return date.Whole(date.Quarter(year, int(month)/3+1))
	case months == 1:
		return date.Whole(date.Month(year, month))
	}
	lastYear, lastMonth, _ := to.Civil()
	return date.Period{From: date.Month(year, month), To: date.Month(lastYear, lastMonth)}
}
