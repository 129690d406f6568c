package commands

import (
	"slices"
	"strings"
	"time"

	"thbot/commands/line"
	"thbot/store"
	"thbot/store/fault"
)

func digestCommand() subcommand {
	dm := func(on bool) func(*call, Press) (Reply, error) {
		return func(k *call, _ Press) (Reply, error) { return k.digestDM(on) }
	}
	return subcommand{
		Name:    "digest",
		Brief:   "what is new, the coverage and the gaps, as the channel gets it",
		Usage:   []string{"digest", "digest post (Coordinator's office)", "digest dm on or off"},
		Example: "/thb digest",
		Run:     runDigest,
		Actions: map[string]func(*call, Press) (Reply, error){
			"digest.post":  func(k *call, _ Press) (Reply, error) { return k.postDigest() },
			"digest.dmon":  dm(true),
			"digest.dmoff": dm(false),
		},
		Rows: map[string]func(*building) (Built, error){
			store.RowDigest:   buildDigest,
			store.RowDigestDM: buildDigest,
			store.RowSilent:   buildSilent,
			store.RowBlocked:  buildBlocked,
		},
	}
}

func runDigest(k *call) (Reply, error) {
	word, rest := line.Word(k.rest)
	switch strings.ToLower(word) {
	case "", "preview", "show":
		return k.previewDigest()
	case "post":
		return k.postDigest()
	case "dm":
		switch strings.ToLower(strings.TrimSpace(rest)) {
		case "on", "yes":
			return k.digestDM(true)
		case "off", "no":
			return k.digestDM(false)
		}
		return Reply{}, fault.New(fault.Invalid, "Do you want the digest by direct message, on or off?").WithTry("/thb digest dm on")
	}
	return Reply{}, fault.New(fault.Invalid, "I know digest preview, digest post and digest dm, but not %q.", word).WithTry("/thb digest preview")
}

// previewDigest shows the digest of the coming round as it would be posted
// now.
func (k *call) previewDigest() (Reply, error) {
	round, err := k.nextRound(k.now)
	if err != nil {
		return Reply{}, err
	}
	slot := round.Slot
	if slot.IsZero() {
		slot = k.now
	}
	var d *digest
	err = k.view(func(v *store.View) error {
		d, err = k.digestOf(v, slot, k.now)
		return err
	})
	if err != nil {
		return Reply{}, err
	}
	details, files, err := k.digestDetails(d)
	if err != nil {
		return Reply{}, err
	}
	m := k.digestEssentials(d, time.Time{}, k.zone()).Add(details)
	m.Aside(Say("A preview: what happened since %s.", k.dueWords(d.Since, k.today)), k.digestDue(round.Due))
	if !k.req.Surface.Files {
		files = nil
	}
	return Reply{Message: m.Next(k.digestButtons()...), Files: files}, nil
}

func (k *call) digestDue(due time.Time) Line {
	switch {
	case due.IsZero():
		return nil
	case len(k.channels()) == 0:
		return Say("No channel is configured, so it goes only to those who asked for a copy, on %s.", k.dueWords(due, k.today))
	}
	return Say("It goes out on %s, with what comes until then.", k.dueWords(due, k.today))
}

func (k *call) digestButtons() []Button {
	var buttons []Button
	if k.who.Role == store.Coordinator && len(k.channels()) > 0 {
		buttons = append(buttons, Button{Label: "Post the last one again", Action: "digest.post"})
	}
	if k.who.DigestDM {
		return append(buttons, Button{Label: "No copy by direct message", Action: "digest.dmoff"})
	}
	return append(buttons, Button{Label: "A copy by direct message", Action: "digest.dmon"})
}

// digestDM sets whether the caller gets a copy.
func (k *call) digestDM(on bool) (Reply, error) {
	was := false
	err := k.update("digest", func(ch *store.Change) error {
		p, err := ch.Person(k.who.ID)
		if err != nil {
			return err
		}
		was = p.DigestDM
		p = p.Clone()
		p.DigestDM = on
		return ch.PutPerson(p)
	})
	if err != nil {
		return Reply{}, err
	}
	due, err := k.NextDigest(k.now)
	if err != nil {
		return Reply{}, err
	}
	words := "You get the digest by direct message"
	if !on {
		words = "You get no copy of the digest by direct message"
	}
	if was == on {
		return Reply{Message: Tell(Say("%s already; nothing was changed.", words))}, nil
	}
	m := Tell(Say("**%s.**", words))
	if on && !due.IsZero() {
		m.Tell(Say("The next one: %s.", k.dueWords(due, k.today)))
	}
	return Reply{Message: m}, nil
}

// postDigest posts the digest of the slot last due anew: a new revision, which
// edits what stands in the channel.
func (k *call) postDigest() (Reply, error) {
	if k.who.Role != store.Coordinator {
		return Reply{}, fault.New(fault.Forbidden, "Posting the digest is for the Coordinator's office. Everybody can look at it.").WithTry("/thb digest preview")
	}
	if len(k.channels()) == 0 {
		return Reply{}, fault.New(fault.Conflict, "No channel is configured, so there is nowhere to post it.").WithTry("/thb digest preview")
	}
	round, err := k.lastRound(k.now)
	if err != nil {
		return Reply{}, err
	}
	if round.Slot.IsZero() {
		return Reply{}, fault.New(fault.Conflict, "No digest has fallen due yet, so there is none to post again.").WithTry("/thb digest preview")
	}
	planned, stands := 0, false
	err = k.update("digest", func(ch *store.Change) error {
		planned = 0
		if stands, err = digestStands(ch.View, slotName(round.Slot)); err != nil {
			return err
		}
		for _, channel := range k.channels() {
			row, err := nextRevision(ch.View, slotName(round.Slot), channel)
			if row == nil || err != nil {
				if err != nil {
					return err
				}
				continue
			}
			row.Due, row.Lapses = ch.At, ch.At.Add(digestLate)
			if _, err := ch.Plan(row); err != nil {
				return err
			}
			planned++
		}
		return nil
	})
	if err != nil {
		return Reply{}, err
	}
	if planned == 0 {
		return Reply{Message: Tell(Say("It is on its way already; nothing more was planned."))}, nil
	}
	m := Tell(Say("**The digest goes out now**, for the round of %s.", k.dueWords(round.Slot, k.today)))
	if stands {
		m.Tell(Say("What stands in the channel for it is edited."))
	}
	return Reply{Message: m}, nil
}

// digestStands tells whether a slot's digest stands in a channel.
func digestStands(v *store.View, slot string) (stands bool, err error) {
	err = v.Rows(store.RowDigest+":-", func(r *store.Row) bool {
		stands = stands || r.Slot == slot && r.State == store.Delivered
		return !stands
	})
	return stands, err
}

// nextRevision gives the row that posts a slot's digest anew, or nil while one
// is still on its way.
func nextRevision(v *store.View, slot, channel string) (*store.Row, error) {
	revision, open := 0, false
	err := v.Rows(store.RowDigest+":-", func(r *store.Row) bool {
		if r.Slot == slot && r.Destination == channel {
			revision = max(revision, digestRevision(r))
			open = open || r.State == store.Waiting || r.State == store.Claimed
		}
		return true
	})
	if err != nil || open {
		return nil, err
	}
	row := &store.Row{Kind: store.RowDigest, Subject: "-", Slot: slot, Destination: channel}
	if revision > 0 {
		row.Subject = subject("-", revision+1)
	}
	return row, nil
}

// digestRevision gives 2 of the subject "-.r2", and 1 of "-".
func digestRevision(r *store.Row) int {
	if n := silentRevision(r); n > 0 {
		return n
	}
	return 1
}

// buildDigest makes the text of a digest for a channel, or of a copy.
func buildDigest(b *building) (Built, error) {
	if b.row.Kind == store.RowDigestDM && !b.reader.DigestDM {
		return Built{Dropped: "a copy is no longer wanted"}, nil
	}
	slot, err := time.Parse(slotForm, b.row.Slot)
	if err != nil {
		return Built{Dropped: "its slot cannot be read"}, nil
	}
	round, err := b.roundOf(slot)
	if err != nil {
		return Built{}, err
	}
	d, err := b.digestOf(b.view, slot, b.now)
	if err != nil {
		return Built{}, err
	}
	var late time.Time
	if digestRevision(b.row) == 1 && b.now.Sub(round.Due) >= markedLate {
		late = round.Due
	}
	if b.reader != nil {
		return b.wholeDigest(d, late, b.now.Location())
	}
	others, err := b.outsiders()
	switch {
	case err != nil:
		return Built{}, err
	case !others.any():
		return b.wholeDigest(d, late, b.rules.Zone)
	case slices.Contains(b.rules.Outsiders, platformOf(b.row.Destination)):
		return Built{Message: b.digestTotals(d, late)}, nil
	}
	return b.blocked(others)
}

// wholeDigest is the digest for those on the roster.
func (b *building) wholeDigest(d *digest, late time.Time, zone *time.Location) (Built, error) {
	details, files, err := b.digestDetails(d)
	return Built{Message: b.digestEssentials(d, late, zone), Details: details, Files: files}, err
}
