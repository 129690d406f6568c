package commands

import (
	"slices"
	"strings"
	"time"

	"thbot/commands/calendar"
	"thbot/commands/when"
	"thbot/store"
	"thbot/store/date"
	"thbot/store/fault"
)

func awayCommand() subcommand {
	return subcommand{
		Name: "away", Also: []string{"absence", "absent"},
		Brief:   "say when you are away and who stands in",
		Usage:   []string{"away FROM..TO [@DEPUTY]", "away off"},
		Example: "/thb away 2027-08-01..2027-08-14",
		Run:     runAway,
		Actions: map[string]func(*call, Press) (Reply, error){
			"away.off": func(k *call, _ Press) (Reply, error) { return k.back() },
		},
		Forms: map[string]func(*call, Submission) (Reply, error){"away": submitAway},
		Rows:  map[string]func(*building) (Built, error){store.RowCatchup: buildCatchup},
	}
}

func runAway(k *call) (Reply, error) {
	text := strings.TrimSpace(k.rest)
	switch strings.ToLower(text) {
	case "":
		return k.askAway()
	case "off", "end", "back":
		return k.back()
	}
	period, deputy := text, ""
	if i := strings.LastIndexByte(text, '@'); i > 0 {
		period, deputy = strings.TrimSpace(text[:i]), strings.TrimSpace(text[i:])
	}
	period = strings.TrimSpace(strings.Trim(period, `"“”„«»`))
	id := 0
	if deputy != "" {
		account, err := k.resolve(deputy)
		if err != nil {
			return Reply{}, err
		}
		p, err := k.standInOf(account.AccountID, deputy)
		if err != nil {
			return Reply{}, err
		}
		id = p.ID
	}
	return k.leave(period, id, deputy)
}

// standInOf gives the person of an account, who must be able to stand in: an
// absence gives nobody new access.
func (k *call) standInOf(account store.AccountID, name string) (p *store.Person, err error) {
	err = k.view(func(v *store.View) error {
		if p, err = v.PersonOf(account); err != nil {
			return err
		}
		if p != nil && k.mayStandIn(p) {
			return nil
		}
		return fault.New(fault.Forbidden, "%s cannot stand in for you: only somebody on the roster for %s can, since an absence gives nobody new access. The Coordinator's office can add a deputy. Nothing was saved.", name, k.ownWords())
	})
	return p, err
}

func (k *call) mayStandIn(p *store.Person) bool {
	return p.ID != k.who.ID && p.Role != store.Admin && p.Agency == k.who.Agency
}

func (k *call) ownWords() string {
	if k.who.Agency == "" {
		return "the Coordinator's office"
	}
	return k.agencyName(k.who.Agency)
}

// askAway opens the form or, where there is none, says how it is typed.
func (k *call) askAway() (Reply, error) {
	if !k.req.Surface.Forms {
		return Reply{}, fault.New(fault.Invalid, "From when to when are you away?").WithTry("/thb away %s..%s", k.today+1, k.today+14)
	}
	var options []Option
	err := k.view(func(v *store.View) error {
		roster, err := v.Roster()
		options = nil
		for _, p := range roster {
			if k.mayStandIn(p) {
				options = append(options, Option{store.PersonRef(p.ID), p.Name()})
			}
		}
		return err
	})
	f := &Form{Name: "away", Title: "Away", Submit: "Save", Fields: []Field{
		{Name: "from", Label: "First day away", Hint: "Such as 1 August", Type: FieldDate},
		{Name: "to", Label: "Last day away", Hint: "Such as 14 August", Type: FieldDate},
	}}
	if len(options) > 0 {
		f.Fields = append(f.Fields, Field{Name: "deputy", Label: "Who stands in", Type: FieldChoice, Options: options, Optional: true})
	}
	return Reply{Form: f}, err
}

func submitAway(k *call, s Submission) (Reply, error) {
	_, id, _ := store.ParseRef(s.Values["deputy"], 'P')
	if id != 0 {
		err := k.view(func(v *store.View) error {
			p, err := k.personIn(v, s.Values["deputy"])
			if err == nil && !k.mayStandIn(p) {
				err = fault.New(fault.Forbidden, "%s cannot stand in for you.", store.PersonRef(id))
			}
			return err
		})
		if err != nil {
			return Reply{}, err
		}
	}
	reply, err := k.leaveBetween(s.Values["from"], s.Values["to"], id)
	return k.fieldErrors(reply, err, s, "to")
}

// leaveBetween reads the first and the last day, each in any date form.
func (k *call) leaveBetween(first, last string, deputy int) (Reply, error) {
	from, err := when.Parse(first, k.now)
	if err != nil {
		if f := fault.As(err); f != nil {
			return Reply{Failed: true, Errors: map[string]string{"from": f.What}}, nil
		}
		return Reply{}, err
	}
	to, err := when.Parse(last, k.now)
	if err != nil {
		return Reply{}, err
	}
	return k.absent(store.Absence{From: from.From, To: to.To, Deputy: deputy})
}

// leave keeps an absence that was typed as one period.
func (k *call) leave(typed string, deputy int, name string) (Reply, error) {
	period, err := when.Parse(typed, k.now)
	if err != nil {
		return Reply{}, fault.Retry(err, func(try string) string { return strings.TrimSpace("/thb away " + quoted(try) + " " + name) })
	}
	return k.absent(store.Absence{From: period.From, To: period.To, Deputy: deputy})
}

// absent keeps an absence and plans what catches up with it.
func (k *call) absent(absence store.Absence) (Reply, error) {
	if err := k.checkAbsence(&absence); err != nil {
		return Reply{}, err
	}
	var roster []*store.Person
	var group int64
	err := k.update("away", func(ch *store.Change) error {
		p, err := ch.Person(k.who.ID)
		if err != nil {
			return err
		}
		p = p.Clone()
		p.Absences = append(slices.DeleteFunc(p.Absences, func(a store.Absence) bool {
			return absencePeriod(a).Overlaps(absencePeriod(absence))
		}), absence)
		if roster, err = ch.Roster(); err != nil {
			return err
		}
		if err := ch.PutPerson(p); err != nil {
			return err
		}
		group = ch.Group()
		return k.planCatchup(ch, p, absence)
	})
	if err != nil {
		return Reply{}, err
	}
	return Reply{Message: Tell(
		Say("**Noted:** you are away %s.", absencePeriod(absence).Words(k.today)),
		k.standInLine(absence, roster),
		Say("On %s I will tell you what came meanwhile.", clockWords(k.backAt(k.who, absence).In(k.rules.Zone), k.today)),
	).Next(
		Button{Label: "I am back", Action: "away.off"},
		undoButton(group, ""))}, nil
}

// quoted puts a value of several words into quotes.
func quoted(s string) string {
	if strings.ContainsAny(s, " \t") {
		return `"` + s + `"`
	}
	return s
}

// checkAbsence wants both ends, not in the past, and at most a year.
func (k *call) checkAbsence(a *store.Absence) error {
	if !a.From.Known() {
		a.From = k.today.Date()
	}
	switch {
	case !a.To.Known():
		return fault.New(fault.Invalid, "Until when are you away? An absence needs an end.").WithTry("/thb away %s..%s", a.From, a.From.First()+14)
	case a.To.Last() < a.From.First():
		return fault.New(fault.Invalid, "The last day, %s, is before the first, %s. Nothing was saved.", a.To.Words(k.today), a.From.Words(k.today)).WithTry("/thb away %s..%s", a.From, a.From.First()+14)
	case a.To.Last() < k.today:
		return fault.New(fault.Invalid, "%s is over, so nothing was saved.", capital(absencePeriod(*a).Words(k.today))).WithTry("/thb away %s..%s", k.today+1, k.today+14)
	case a.To.Last()-a.From.First() > 366:
		return fault.New(fault.Invalid, "An absence lasts a year at most; for longer, the Coordinator's office can change the contact point. Nothing was saved.").WithTry("/thb away %s..%s", a.From, a.From.First()+14)
	}
	return nil
}

// standInLine says who gets what is due meanwhile.
func (k *call) standInLine(a store.Absence, roster []*store.Person) Line {
	var names []string
	for _, p := range roster {
		if p.ID == a.Deputy || a.Deputy == 0 && p.Role == store.Deputy && k.mayStandIn(p) && len(names) == 0 {
			names = append(names, p.Name())
		}
	}
	if len(names) > 0 {
		return Say("What is due meanwhile goes to %s.", Words(andList(names)))
	}
	return Say("Nobody stands in, so what is due still goes to you. Somebody on the roster for %s can: `/thb away %s..%s @DEPUTY`", k.ownWords(), a.From, a.To)
}

// backAt is when the one who was away hears what came: 09:00 of the first
// working day after.
func (c *Commands) backAt(p *store.Person, a store.Absence) time.Time {
	return calendar.At(c.calendar().NextWorkingDay(a.To.Last()), 9, 0, c.ZoneOf(p))
}

// planCatchup plans the one message after an absence, in place of any that
// still waits.
func (c *Commands) planCatchup(ch *store.Change, p *store.Person, a store.Absence) error {
	if err := c.dropCatchups(ch, p); err != nil {
		return err
	}
	waits := false
	err := ch.Rows(store.RowCatchup+":"+store.PersonRef(p.ID)+".", func(r *store.Row) bool {
		waits = r.State == store.Waiting && r.Slot == a.To.Last().String()
		return !waits
	})
	if err != nil || waits {
		return err
	}
	_, err = ch.Plan(&store.Row{
		Kind: store.RowCatchup, Subject: subject(store.PersonRef(p.ID), p.Revision), Slot: a.To.Last().String(),
		Destination: store.PersonRef(p.ID), Due: c.backAt(p, a),
	})
	return err
}

// dropCatchups drops those whose absence no longer stands.
func (c *Commands) dropCatchups(ch *store.Change, p *store.Person) error {
	var gone []string
	err := ch.Rows(store.RowCatchup+":"+store.PersonRef(p.ID)+".", func(r *store.Row) bool {
		if r.State == store.Waiting && absenceUntil(p, r.Slot) == nil {
			gone = append(gone, r.Key)
		}
		return true
	})
	for _, key := range gone {
		if err == nil {
			_, err = ch.Drop(key, "the absence was changed")
		}
	}
	return err
}

// absenceUntil gives the absence that ends on the day, or nil.
func absenceUntil(p *store.Person, day string) *store.Absence {
	for i := range p.Absences {
		if p.Absences[i].To.Last().String() == day {
			return &p.Absences[i]
		}
	}
	return nil
}

// back ends the absence, and tells at once what came.
func (k *call) back() (Reply, error) {
	var ended *store.Absence
	var news []Line
	planned := 0
	err := k.update("away", func(ch *store.Change) error {
		was, err := ch.Person(k.who.ID)
		if err != nil {
			return err
		}
		ended, planned, news = nil, 0, nil
		p := was.Clone()
		p.Absences = slices.DeleteFunc(p.Absences, func(a store.Absence) bool { return a.To.Last() >= k.today })
		planned = len(was.Absences) - len(p.Absences)
		if now := was.AwayOn(k.today); now != nil && now.From.First() < k.today {
			a := store.Absence{From: now.From, To: (k.today - 1).Date(), Deputy: now.Deputy}
			p.Absences, ended = append(p.Absences, a), &a
		}
		if planned == 0 {
			return nil
		}
		if ended != nil {
			if news, err = k.missed(ch.View, p, *ended, k.now); err != nil {
				return err
			}
		}
		if err := ch.PutPerson(p); err != nil {
			return err
		}
		return k.dropCatchups(ch, p)
	})
	switch {
	case err != nil:
		return Reply{}, err
	case planned == 0:
		return Reply{Message: Tell(Say("You are not away, so nothing was changed."))}, nil
	case ended == nil:
		return Reply{Message: Tell(Say("**Noted:** you are not away."))}, nil
	}
	return Reply{Message: Tell(Say("**Welcome back.** Messages come to you again.")).Tell(news[0]).Items(news[1:]...)}, nil
}

// buildCatchup tells what came while the reader was away.
func buildCatchup(b *building) (Built, error) {
	a := absenceUntil(b.reader, b.row.Slot)
	if a == nil {
		return Built{Dropped: "came back earlier"}, nil
	}
	news, err := b.missed(b.view, b.reader, *a, b.now)
	if err != nil {
		return Built{}, err
	}
	m := Tell(Say("**Welcome back.** You were away %s.", absencePeriod(*a).Words(b.today)), news[0]).Items(news[1:]...)
	if b.reader.Agency != "" {
		m.Next(Button{Label: "Brief", Action: "brief.show", Record: b.reader.Agency})
	}
	return Built{Message: m}, nil
}

// missedShown is how many messages a catch-up lists.
const missedShown = 8

// missed tells what was sent to the person, or to whoever stood in, during an
// absence: the count first, then each message.
func (c *Commands) missed(v *store.View, p *store.Person, a store.Absence, now time.Time) ([]Line, error) {
	from, to := a.From.First().Time(c.rules.Zone), (a.To.Last() + 1).Time(c.rules.Zone)
	var rows []*store.Row
	err := v.Rows("", func(r *store.Row) bool {
		if r.Destination == store.PersonRef(p.ID) && (r.State == store.Delivered || r.Reason == toStandIn) && !r.DoneAt.Before(from) && r.DoneAt.Before(to) {
			rows = append(rows, r)
		}
		return true
	})
	if err != nil {
		return nil, err
	}
	if len(rows) == 0 {
		return []Line{Say("Nothing came meanwhile.")}, nil
	}
	slices.SortStableFunc(rows, func(x, y *store.Row) int { return x.DoneAt.Compare(y.DoneAt) })
	lines := []Line{Say("%s meanwhile:", count(len(rows), "message came", "messages came"))}
	for i, r := range rows {
		if i == missedShown {
			lines = append(lines, Say("and %d more: `/thb brief` sums them up", len(rows)-i))
			break
		}
		l := Say("%s: %s", date.Of(r.DoneAt.In(c.rules.Zone)).Date().Words(date.Of(now)), c.rowWords(r))
		if by, err := c.readBy(v, r, p); err != nil {
			return nil, err
		} else if by != "" {
			l = append(l, Say(", to %s", Words(by))...)
		}
		lines = append(lines, l)
	}
	return lines, nil
}

// readBy names whoever got a message in the person's place, or "".
func (c *Commands) readBy(v *store.View, r *store.Row, p *store.Person) (string, error) {
	if (r.Account == store.AccountID{}) {
		return "", nil
	}
	q, err := v.PersonOf(r.Account)
	if err != nil || q == nil || q.ID == p.ID {
		return "", err
	}
	return q.Name(), nil
}
