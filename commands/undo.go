package commands

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"thbot/commands/line"
	"thbot/store"
	"thbot/store/date"
	"thbot/store/fault"
)

func undoCommand() subcommand {
	return subcommand{
		Name: "undo", Brief: "take back your latest change, within an hour",
		Usage: []string{"undo"}, Example: "/thb undo",
		Who: everybody,
		Run: runUndo,
		Actions: map[string]func(*call, Press) (Reply, error){
			"undo.change": func(k *call, p Press) (Reply, error) {
				group, err := strconv.ParseInt(strings.TrimPrefix(p.Record, "J"), 10, 64)
				if err != nil {
					return Reply{}, fault.New(fault.NotFound, "I no longer know which change this button meant.").WithTry("/thb undo")
				}
				reply, err := k.undo(group)
				reply.Replace = err == nil
				return reply, err
			},
		},
		Rows: map[string]func(*building) (Built, error){store.RowUndone: buildUndone},
	}
}

// undoWithin is how old a change may be that undo takes back.
const undoWithin = time.Hour

// stays lists operations that undo does not take back, each with the reason.
var stays = map[string]string{
	"undo":   "An undo is not undone",
	"import": "An import is not undone; import a corrected file instead",
	"redact": "Erased text cannot come back",
}

// runUndo takes back the caller's latest change.
func runUndo(k *call) (Reply, error) {
	if word, _ := line.Word(k.rest); word != "" {
		return Reply{}, fault.New(fault.Invalid, "`undo` takes back your latest change and needs nothing more. To take a record out at any time, use `withdraw`. Nothing was changed.").WithTry("/thb undo")
	}
	var latest, before *store.Past
	err := k.view(func(v *store.View) error {
		var failed error
		err := v.ChangesBy(store.PersonRef(k.who.ID), func(p store.Past) bool {
			if latest == nil {
				latest = &p
				return p.Op == "undo"
			}
			if p.Op == "undo" || stays[p.Op] != "" {
				return k.young(p.At)
			}
			at, err := undoneAt(v, p.Group)
			if failed = err; err == nil && at.IsZero() && k.young(p.At) {
				before = &p
			}
			return failed == nil && before == nil && k.young(p.At)
		})
		return errFirst(err, failed)
	})
	switch {
	case err != nil:
		return Reply{}, err
	case latest == nil:
		return Reply{}, fault.New(fault.NotFound, "You have changed nothing yet, so there is nothing to undo.").WithTry("/thb record Webinar on indicators of labour exploitation")
	case latest.Op == "undo":
		return k.undoneBefore(latest, before), nil
	}
	return k.undo(latest.Group)
}

func (k *call) young(t time.Time) bool { return k.now.Sub(t) < undoWithin }

// undoneBefore answers a second undo: it does not go on to the change before
// by itself, but offers it.
func (k *call) undoneBefore(latest, before *store.Past) Reply {
	m := Tell(Say("You have undone your latest change already, at %s. Nothing more was changed.", latest.At.In(k.rules.Zone).Format("15:04")))
	if before == nil {
		return Reply{Failed: true, Message: m}
	}
	m.Tell(Say("Before it you made another one: %s of %s at %s.", before.Op, before.Record, before.At.In(k.rules.Zone).Format("15:04")))
	return Reply{Failed: true, Message: m.Next(Button{
		Label: "Undo that too", Action: "undo.change", Record: changeRef(before.Group), Danger: true})}
}

// undoneAt says when a change was undone, or the zero time. An undo leaves an
// entry in the journal under the number of the change that it took back.
func undoneAt(v *store.View, group int64) (at time.Time, err error) {
	err = v.History(changeRef(group), func(p store.Past) bool {
		at = p.At
		return false
	})
	return at, err
}

func changeRef(group int64) string { return "J" + strconv.FormatInt(group, 10) }

// undoButton takes a change back; suffix tells the buttons of several in one
// message apart.
func undoButton(group int64, suffix string) Button {
	return Button{Label: "Undo" + suffix, Action: "undo.change", Record: changeRef(group), Danger: true}
}

// undo takes one change back, whole or not at all.
func (k *call) undo(group int64) (Reply, error) {
	var back takenBack
	err := k.update("undo", func(ch *store.Change) error {
		back = takenBack{}
		entries, err := k.undoable(ch.View, group)
		if err != nil {
			return err
		}
		back.entries = entries
		if back.refs, err = ch.Revert(group); err != nil {
			return k.overtaken(ch.View, err)
		}
		if err := ch.Enter(changeRef(group), map[string]string{"undone": strconv.FormatInt(group, 10)}); err != nil {
			return err
		}
		return k.afterUndo(ch, &back)
	})
	if err != nil {
		return Reply{}, err
	}
	var m *Message
	err = k.view(func(v *store.View) error {
		m = k.undone(v, &back)
		return nil
	})
	return Reply{Message: m}, err
}

// takenBack is what an undo did.
type takenBack struct {
	entries []store.Past
	refs    []string
	rows    rowsTaken
}

// undoable gives the entries of a change that the caller may undo now.
func (k *call) undoable(v *store.View, group int64) ([]store.Past, error) {
	entries, err := v.GroupOf(group)
	if err != nil {
		return nil, err
	}
	if len(entries) == 0 || entries[0].Group != group {
		return nil, fault.New(fault.NotFound, "I no longer know which change this button meant.").WithTry("/thb undo")
	}
	first := entries[0]
	at, err := undoneAt(v, group)
	if err != nil {
		return nil, err
	}
	try := "/thb history " + ownerOf(first.Record)
	switch {
	case first.Actor != store.PersonRef(k.who.ID):
		who, err := k.actorName(v, first.Entry)
		return nil, errFirst(err, fault.New(fault.Forbidden, "This change was made by %s, so you cannot undo it. Nothing was changed.", who).WithTry("%s", try))
	case !at.IsZero():
		return nil, fault.New(fault.Conflict, "This was undone already, at %s. Nothing more was changed.", clockWords(at.In(k.rules.Zone), k.today)).WithTry("%s", try)
	case stays[first.Op] != "":
		return nil, fault.New(fault.Conflict, "%s. Nothing was changed.", stays[first.Op]).WithTry("/thb help %s", first.Op)
	case !slices.ContainsFunc(entries, func(p store.Past) bool { return p.Fields != nil }):
		return nil, fault.New(fault.Conflict, "What was sent is out and cannot be undone. Nothing was changed.").WithTry("/thb help undo")
	case !k.young(first.At):
		f := fault.New(fault.Conflict, "Your latest change (%s of %s) is from %s, and undo reaches back one hour. Nothing was changed.", first.Op, ownerOf(first.Record), clockWords(first.At.In(k.rules.Zone), k.today))
		if first.New && first.Record[0] == 'A' {
			return nil, f.WithTry("/thb withdraw %s", first.Record)
		}
		return nil, f.WithTry("%s", try)
	}
	return entries, nil
}

// ownerOf gives the record to which a reference in the journal belongs: that
// of a note is its activity's.
func ownerOf(ref string) string {
	owner, _, _ := strings.Cut(ref, "/")
	return owner
}

// overtaken says who changed the same since, and when.
func (k *call) overtaken(v *store.View, err error) error {
	var o *store.Overtaken
	if !errors.As(err, &o) {
		return err
	}
	who, err := k.actorName(v, o.Entry)
	if err != nil {
		return err
	}
	if o.Entry.Actor == store.PersonRef(k.who.ID) {
		who = "you yourself"
	}
	at := clockWords(o.Entry.At.In(k.rules.Zone), k.today)
	ref := ownerOf(o.Record)
	what := "changed the " + fieldName(o.Field) + " of " + ref
	if ref[0] == 'O' {
		what = "said or changed something on " + ref
	}
	return fault.New(fault.Conflict, "Since then %s %s (%s), so I undid nothing.", who, what, at).WithTry("/thb history %s", ref)
}

// afterUndo brings what hangs on the records back into order: overlaps, joint
// records, and messages that told of the change.
func (k *call) afterUndo(ch *store.Change, back *takenBack) error {
	slices.Sort(back.refs)
	back.refs = slices.Compact(back.refs)
	activities := map[int]bool{} // true for those that the change itself was of
	for _, ref := range back.refs {
		letter, id, ok := store.ParseRef(ownerOf(ref), 0)
		switch {
		case !ok:
		case letter == 'A':
			activities[id] = true
		case letter == 'O':
			o, err := ch.Overlap(id)
			if err != nil {
				return err
			}
			for _, a := range []int{o.A, o.B} {
				if !activities[a] {
					activities[a] = false // it is among them, and not the change's own
				}
			}
			if err := k.refreshTold(ch, o); err != nil {
				return err
			}
		}
	}
	group := back.entries[0].Group
	for _, ref := range back.refs {
		if err := k.takeBack(ch, ownerOf(ref), func(r *store.Row) bool { return r.Group == group }, &back.rows); err != nil {
			return err
		}
	}
	if err := k.replanOthers(ch, back.refs); err != nil {
		return err
	}
	var ids []int
	for _, a := range sortedKeys(activities) {
		near, err := neighbours(ch.View, a)
		if err != nil {
			return err
		}
		ids = append(append(ids, a), near...)
	}
	if err := k.rejoin(ch, ids...); err != nil {
		return err
	}
	for _, id := range sortedKeys(activities) {
		if err := k.resettle(ch, id, activities[id]); err != nil {
			return err
		}
	}
	return nil
}

// replanOthers brings the messages about meetings and absences in line.
func (k *call) replanOthers(ch *store.Change, refs []string) error {
	if err := k.replanMeetings(ch, refs); err != nil {
		return err
	}
	for _, ref := range refs {
		p, err := ch.PersonNamed(ref)
		if err != nil {
			return err
		}
		if p == nil {
			continue
		}
		if err := k.dropCatchups(ch, p); err != nil {
			return err
		}
		for _, a := range p.Absences {
			if a.To.Last() < k.today {
				continue
			}
			if err := k.planCatchup(ch, p, a); err != nil {
				return err
			}
		}
	}
	return nil
}

func sortedKeys(set map[int]bool) []int {
	keys := make([]int, 0, len(set))
	for k := range set {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// undone tells what is as it was before, and what became of the messages.
func (k *call) undone(v *store.View, back *takenBack) *Message {
	first := back.entries[0]
	m := Tell(Say("**Undone:** %s, %s.", first.Op, clockWords(first.At.In(k.rules.Zone), k.today)))
	var lines []Line
	made := map[string]bool{}
	for _, p := range back.entries {
		made[p.Record] = made[p.Record] || p.New
	}
	for _, ref := range back.refs {
		if l := k.undoneLine(v, ref, made[ref]); l != nil {
			lines = append(lines, l)
		}
	}
	m.Items(lines[:min(10, len(lines))]...)
	if len(lines) > 10 {
		m.Tell(Say("And %d more.", len(lines)-10))
	}
	return m.Aside(back.rows.lines()...)
}

func (k *call) undoneLine(v *store.View, ref string, made bool) Line {
	letter, id, _ := store.ParseRef(ownerOf(ref), 0)
	switch letter {
	case 'A':
		if strings.Contains(ref, "/") {
			return Say("The note on %s is taken back.", ownerOf(ref))
		}
		a := v.Activity(id)
		switch {
		case made:
			return Say("**%s** is withdrawn: it stands in no list and raises no flag, and its id is not used again.", ref)
		case a != nil:
			return Join("", k.named(a, k.today), Say(" is as it was."))
		}
	case 'O':
		if o, err := v.Overlap(id); err == nil && o != nil && !made {
			return Say("%s reads again: %s.", ref, overlapState(o))
		}
	case 'N':
		if n, err := v.Confirmation(id); err == nil && n != nil {
			if n.Commitment == "" {
				return Say("%s's word that all is unchanged is taken back.", k.agencyName(n.Agency))
			}
			return Say("%s's statement on %s for %s is taken back.", k.agencyName(n.Agency), n.Commitment, n.Period)
		}
	case 'M':
		if made {
			return Say("%s is taken back: it is in no list.", ref)
		}
		return Say("%s is as it was.", ref)
	case 'P':
		return Say("%s on the roster is as before.", ref)
	}
	return nil
}

// errOnItsWay has the outbox build a message again later.
var errOnItsWay = errors.New("the message that it is about is still on its way")

// buildUndone tells of a message that was on its way when its cause was taken
// back, so that it could neither be stopped nor edited then.
func buildUndone(b *building) (Built, error) {
	kind, slot, _ := strings.Cut(b.row.Slot, ".")
	r, err := b.view.Row(store.RowKey(kind, b.row.Subject, slot, b.row.Destination))
	if err != nil {
		return Built{}, err
	}
	if r != nil && r.State != store.Delivered && r.Open() {
		return Built{}, errOnItsWay
	}
	if r == nil || r.State != store.Delivered {
		return dropped("the message was not sent after all")
	}
	letter, id := b.about()
	on := date.Of(b.row.PlannedAt.In(b.now.Location())).Date().Words(b.today)
	return Built{Message: Tell(Say("What I told you about **%s%d** was taken back on %s. There is nothing to do.", string(letter), id, on))}, nil
}
