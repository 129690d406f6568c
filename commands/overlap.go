package commands

import (
	"cmp"
	"strings"
	"time"

	"thbot/commands/admit"
	"thbot/commands/line"
	"thbot/commands/when"
	"thbot/store"
	"thbot/store/fault"
)

func overlapCommand() subcommand {
	say := func(verdict string) func(*call, Press) (Reply, error) {
		return func(k *call, p Press) (Reply, error) { return k.sayPressed(verdict, p) }
	}
	return subcommand{
		Name: "overlap", Also: []string{"duplicate"},
		Brief: "possible duplicates with their reasons, and your word on them",
		Usage: []string{
			"overlap [mine or open or all or related or ID]",
			"overlap OID dismiss or coordinate or joint or later 7d [REASON]",
		},
		Example: "/thb overlap O5 coordinate We share one trainer",
		Keys:    []string{"agency"},
		Menu:    "Overlaps",
		Run:     runOverlap,
		Actions: map[string]func(*call, Press) (Reply, error){
			"overlap.coordinate": say(store.SayCoordinate),
			"overlap.joint":      say(store.SayJoint),
			"overlap.dismiss":    say(store.SayDismiss),
			"overlap.later":      say(store.SayLater),
			"overlap.form":       func(k *call, p Press) (Reply, error) { return k.settleForm(p.Record) },
			"overlap.list":       func(k *call, p Press) (Reply, error) { return k.listOverlaps(p.Record, "") },
			"overlap.show":       func(k *call, p Press) (Reply, error) { return k.overlapByID(p.Record) },
		},
		Forms: map[string]func(*call, Submission) (Reply, error){"overlap": submitOverlap},
		Rows:  overlapRows(),
	}
}

// runOverlap reads "mine", "O5", "O5 dismiss …", "A17", "A17 A9 dismiss …".
func runOverlap(k *call) (Reply, error) {
	first, rest := line.Word(k.rest)
	letter, id, isID := store.ParseRef(first, 'O')
	if !isID {
		l, err := k.read()
		if err != nil {
			return Reply{}, err
		}
		agency := ""
		if p, ok := l.Get("agency"); ok {
			a, err := k.catalogue.FindAgency(p.Value)
			if err != nil {
				return Reply{}, k.inLine(l, "agency", err)
			}
			agency = a.Slug
		}
		return k.listOverlaps(strings.ToLower(strings.TrimSpace(l.Text)), agency)
	}
	switch letter {
	case 'O':
	case 'A':
		if strings.TrimSpace(rest) == "" {
			return k.overlapsOfActivity(id)
		}
		var err error
		if id, rest, err = k.overlapOfWords(id, rest); err != nil {
			return Reply{}, err
		}
	default:
		return Reply{}, fault.New(fault.Invalid, "%s is no overlap; overlaps have ids such as O5.", first).WithTry("/thb overlap mine")
	}
	if strings.TrimSpace(rest) == "" {
		return k.showOverlap(id)
	}
	w, err := k.readWord(id, rest)
	if err != nil {
		return Reply{}, errOr(k.view(func(v *store.View) error {
			_, err := k.settleable(v, id)
			return err
		}), err)
	}
	return k.settle(id, w, 0, false)
}

// overlapOfWords finds the overlap that is meant by an activity and what
// follows it, which is another activity's id, or at once the word on the only
// overlap that the caller can settle. It gives the word that is left.
func (k *call) overlapOfWords(activity int, rest string) (id int, word string, err error) {
	second, after := line.Word(rest)
	if letter, other, ok := store.ParseRef(second, 0); ok && letter == 'A' {
		id, err := k.pairOf(activity, other)
		return id, after, err
	}
	ref := store.ActivityRef(activity)
	var refs []string
	err = k.view(func(v *store.View) error {
		if v.Activity(activity) == nil {
			return fault.New(fault.NotFound, "There is no %s. Nothing was saved.", ref).WithTry("/thb overlap mine")
		}
		all, err := v.OverlapsOf(activity)
		for _, o := range all {
			if k.mayWeigh(o) && o.State != store.StateMoot {
				id, refs = o.ID, append(refs, store.OverlapRef(o.ID))
			}
		}
		return err
	})
	switch {
	case err != nil:
	case len(refs) == 0:
		err = fault.New(fault.NotFound, "%s is in no overlap on which you have a word to say. Nothing was saved.", ref).WithTry("/thb overlap %s", ref)
	case len(refs) > 1:
		err = fault.New(fault.Invalid, "%s is in %s. Which one do you mean? Nothing was saved.", ref, andList(refs)).
			WithTry("/thb overlap %s %s", refs[0], strings.TrimSpace(cmp.Or(nearestVerdict(rest), rest)))
	}
	return id, rest, err
}

// pairOf gives the overlap of two activities.
func (k *call) pairOf(a, b int) (id int, err error) {
	err = k.view(func(v *store.View) error {
		for _, one := range []int{a, b} {
			if v.Activity(one) == nil {
				return fault.New(fault.NotFound, "There is no %s.", store.ActivityRef(one)).WithTry("/thb overlap mine")
			}
		}
		o, err := v.OverlapOf(a, b)
		if err == nil && o == nil {
			err = fault.New(fault.NotFound, "%s and %s are not noted as a possible duplicate, so there is nothing to settle.", store.ActivityRef(a), store.ActivityRef(b)).
				WithTry("/thb overlap %s", store.ActivityRef(a))
		}
		if o != nil {
			id = o.ID
		}
		return err
	})
	return id, err
}

// Two answers that only mean something once it is known what was asked.
const sayYes = "yes"

// verdictWords are the ways in which people say a verdict, the longest first
// where one begins another. What is alone must stand alone or before a comma or
// a full stop: "no idea yet" is no answer.
var verdictWords = []struct {
	words, verdict string
	alone          bool
}{
	{words: "dismissed", verdict: store.SayDismiss}, {words: "dismiss", verdict: store.SayDismiss},
	{words: "this is not a duplicate", verdict: store.SayDismiss}, {words: "not a duplicate", verdict: store.SayDismiss},
	{words: "no duplicate", verdict: store.SayDismiss}, {words: "not the same", verdict: store.SayDismiss},
	{words: "we will coordinate", verdict: store.SayCoordinate}, {words: "we coordinate", verdict: store.SayCoordinate},
	{words: "coordinate", verdict: store.SayCoordinate}, {words: "one joint activity", verdict: store.SayJoint},
	{words: "joint activity", verdict: store.SayJoint}, {words: "joint", verdict: store.SayJoint},
	{words: "remind me in", verdict: store.SayLater}, {words: "remind me", verdict: store.SayLater},
	{words: "later", verdict: store.SayLater},
	{words: "no", verdict: store.SayDismiss, alone: true}, {words: "yes", verdict: sayYes, alone: true},
}

// askedAt is the time of day at which thbot comes back to what was put off to a
// day.
const askedAt = 9 * time.Hour

// aWeek is what "later" means where no time is named.
const aWeek = 7 * day

// readWord reads "dismiss", "we will coordinate, they start in May" or
// "later 7d not before the board meets".
func (k *call) readWord(id int, text string) (store.Word, error) {
	text = strings.TrimSpace(text)
	for _, v := range verdictWords {
		rest, ok := cutWords(text, v.words)
		if !ok || v.alone && strings.HasPrefix(rest, " ") {
			continue
		}
		w := store.Word{Verdict: v.verdict}
		if v.verdict == store.SayLater {
			w.Until, rest = k.until(rest)
		}
		w.Reason = strings.TrimSpace(strings.TrimLeft(rest, ",;:.–— "))
		return w, k.unsaved(admitReason(w.Reason))
	}
	ref := store.OverlapRef(id)
	if meant := nearestVerdict(text); meant != "" {
		typed, _ := line.Word(text)
		return store.Word{}, fault.New(fault.Invalid, "I do not know the word %q, so nothing was saved. The words on an overlap are dismiss, coordinate, joint and later.", typed).
			WithTry("/thb overlap %s %s", ref, meant)
	}
	return store.Word{}, fault.New(fault.Invalid, "What is your word on %s? I read none of dismiss, coordinate, joint or later, so nothing was saved.", ref).
		WithTry("/thb overlap %s", ref) // which word it is, is for the caller to say
}

// nearestVerdict gives the text with its first word put right, where that is a
// verdict with a slip in it, and else nothing.
func nearestVerdict(text string) string {
	typed, rest := line.Word(text)
	bare := strings.TrimRight(typed, ",;:.")
	meant, ok := line.Nearest(bare, []string{store.SayDismiss, store.SayCoordinate, store.SayJoint, store.SayLater})
	if !ok {
		return ""
	}
	return strings.TrimSpace(meant + typed[len(bare):] + " " + rest)
}

func admitReason(reason string) error {
	if reason == "" {
		return nil
	}
	_, err := admit.Admit(reason)
	return err
}

// cutWords takes the words off the start of the text, in any case, where they
// end with a word's end.
func cutWords(text, words string) (string, bool) {
	if len(text) < len(words) || !strings.EqualFold(text[:len(words)], words) {
		return "", false
	}
	rest := text[len(words):]
	return rest, rest == "" || strings.ContainsRune(" \n\t,;:.", rune(rest[0]))
}

// until reads how long to wait, or until which day, from the start of the text,
// a week where it names neither, and gives the rest.
func (k *call) until(text string) (time.Time, string) {
	text = strings.TrimSpace(text)
	words := strings.Fields(text)
	for n := min(3, len(words)); n > 0; n-- {
		first := strings.TrimRight(strings.Join(words[:n], " "), ",;:")
		if d, err := when.Duration(first); err == nil {
			return k.now.Add(d).UTC(), afterWords(text, n)
		}
		if p, err := when.Parse(first, k.now); err == nil && p.First().Known() && p.First() > k.today {
			return p.First().Time(k.rules.Zone).Add(askedAt).UTC(), afterWords(text, n)
		}
	}
	return k.now.Add(aWeek).UTC(), text
}

// afterWords gives what stands behind the first n words, as typed.
func afterWords(text string, n int) string {
	for range n {
		_, text = line.Word(text)
	}
	return text
}

// settleForm asks for a word and a reason at once.
func (k *call) settleForm(ref string) (Reply, error) {
	_, id, _ := store.ParseRef(ref, 'O')
	var f *Form
	err := k.view(func(v *store.View) error {
		o, err := k.settleable(v, id)
		if err != nil {
			return err
		}
		a, b := v.Activity(o.A), v.Activity(o.B)
		f = &Form{
			Name: "overlap", Record: store.OverlapRef(id), Revision: o.Revision,
			Title: "Your word on " + store.OverlapRef(id), Submit: "Save",
			Intro: store.ActivityRef(a.ID) + " of " + k.agencyName(a.Agency) + " and " + store.ActivityRef(b.ID) + " of " + k.agencyName(b.Agency),
			Fields: []Field{
				{Name: "verdict", Label: "Your word", Type: FieldChoice, Options: verdictOptions(o)},
				{Name: "reason", Label: "Reason", Hint: "Both sides can read it", Type: FieldArea, Max: store.MaxText, Optional: true},
			},
		}
		return nil
	})
	return Reply{Form: f}, err
}

func verdictOptions(o *store.Overlap) []Option {
	var options []Option
	for _, b := range settleButtons(o, "") {
		options = append(options, Option{strings.TrimPrefix(b.Action, "overlap."), b.Label})
	}
	return options
}

func submitOverlap(k *call, s Submission) (Reply, error) {
	_, id, ok := store.ParseRef(s.Record, 'O')
	if !ok {
		return Reply{}, noID(s.Record, "overlap")
	}
	w := store.Word{Verdict: s.Values["verdict"], Reason: strings.TrimSpace(s.Values["reason"])}
	if w.Verdict == store.SayLater {
		w.Until = k.now.Add(aWeek).UTC()
	}
	if !knownVerdict(w.Verdict) {
		return Reply{Failed: true, Errors: map[string]string{"verdict": "Please choose one of the answers."}}, nil
	}
	if err := admitReason(w.Reason); err != nil {
		return k.fieldErrors(Reply{}, err, s, "reason")
	}
	reply, err := k.settle(id, w, s.Revision, false)
	return k.fieldErrors(reply, err, s, "reason")
}

func knownVerdict(verdict string) bool {
	switch verdict {
	case store.SayCoordinate, store.SayJoint, store.SayDismiss, store.SayLater:
		return true
	}
	return false
}

// sayPressed says the word of a pressed button.
func (k *call) sayPressed(verdict string, p Press) (Reply, error) {
	_, id, ok := store.ParseRef(p.Record, 'O')
	if !ok {
		return Reply{}, noID(p.Record, "overlap")
	}
	w := store.Word{Verdict: verdict}
	if verdict == store.SayLater {
		w.Until = k.now.Add(aWeek).UTC()
	}
	return k.settle(id, w, p.Revision, true)
}

func (k *call) overlapByID(ref string) (Reply, error) {
	_, id, ok := store.ParseRef(ref, 'O')
	if !ok {
		return Reply{}, noID(ref, "overlap")
	}
	return k.showOverlap(id)
}
