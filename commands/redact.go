package commands

import (
	"context"
	"strings"
	"time"

	"thbot/commands/line"
	"thbot/store"
	"thbot/store/date"
	"thbot/store/fault"
)

func redactCommand() subcommand {
	return subcommand{
		Name: "redact", Also: []string{"erase"},
		Brief: "erase the texts of a record everywhere, for good", Usage: []string{"redact ID"},
		Example: "/thb redact A17",
		Who:     everybody,
		Run:     runRedact,
		Actions: map[string]func(*call, Press) (Reply, error){
			"redact.yes": func(k *call, p Press) (Reply, error) {
				reply, err := k.redact(p.Record)
				reply.Replace = err == nil
				return reply, err
			},
		},
		Forms: map[string]func(*call, Submission) (Reply, error){
			"redact": func(k *call, s Submission) (Reply, error) { return k.askRedact(s.Values["id"]) },
		},
	}
}

func runRedact(k *call) (Reply, error) {
	id, rest := line.Word(k.rest)
	switch answer := strings.TrimSpace(rest); {
	case id == "":
		return k.askID("redact", "Erase a record's text")
	case strings.EqualFold(answer, "yes"):
		return k.redact(id)
	case answer != "":
		return Reply{}, fault.New(fault.Invalid, "`redact` takes an id and, to go ahead, the word yes. Nothing was erased.").WithTry("/thb redact %s yes", id)
	}
	return k.askRedact(id)
}

// askRedact says what would be lost, before anything is.
func (k *call) askRedact(id string) (Reply, error) {
	var a *store.Activity
	err := k.view(func(v *store.View) (err error) {
		a, err = k.redactable(v, id)
		return err
	})
	if err != nil {
		return Reply{}, err
	}
	ref := store.ActivityRef(a.ID)
	m := Tell(Join("", Say("**Erase the text of %s for good?** ", ref), k.shownToCaller(a)))
	m.Items(
		Say("Gone: title, description, notes, all facets, and the reasons given on its overlaps; in the record, in the journal's values, in messages on their way, and in what is kept for the buttons of lists, which end here for everybody. This cannot be undone."),
		Say("Kept: that %s had a record %s, when it was changed and by which role.", k.agencyName(a.Agency), ref),
		Say("Not reached: backups and files made before, digests already posted, and what others copied. Messages sent about it are edited."))
	m.Tell(Say("To take it out of lists and totals only, `withdraw` is enough."))
	return Reply{Message: m.Next(Button{Label: "Erase the text of " + ref, Action: "redact.yes", Record: ref, Revision: a.Revision, Danger: true})}, nil
}

// shownToCaller is the record's title; an administrator sees no text.
func (k *call) shownToCaller(a *store.Activity) Line {
	if k.who.Role == store.Admin {
		return Say("It belongs to %s.", k.agencyName(a.Agency))
	}
	return Say("*%s*", title(a))
}

func (k *call) redactable(v *store.View, id string) (*store.Activity, error) {
	if err := k.onlyActivities(id, "redact"); err != nil {
		return nil, err
	}
	a, err := k.activity(v, id)
	if err != nil {
		return nil, err
	}
	ref := store.ActivityRef(a.ID)
	switch {
	case k.who.Role != store.Admin && !k.who.WritesFor(a.Agency):
		return nil, fault.New(fault.Forbidden, "%s belongs to %s, so its contact point, the Coordinator's office or an administrator erases it. Nothing was changed.", ref, k.agencyName(a.Agency)).WithTry("/thb show %s", ref)
	case !a.RedactedAt.IsZero():
		return nil, fault.New(fault.Conflict, "The text of %s was erased already, on %s.", ref, date.Of(a.RedactedAt.In(k.rules.Zone)).Date().Words(k.today)).WithTry("/thb history %s", ref)
	}
	return a, nil
}

// redact erases the texts of an activity everywhere: the record, its notes,
// the words on its overlaps, the journal's values, messages that wait frozen,
// and then the bytes in the store's file.
func (k *call) redact(id string) (Reply, error) {
	var a *store.Activity
	err := k.update("redact", func(ch *store.Change) error {
		known, err := k.redactable(ch.View, id)
		if err != nil {
			return err
		}
		a = known.Clone()
		if a.Live() {
			if err := k.takeOut(ch, a, "", new(rowsTaken)); err != nil {
				return err
			}
		} else if err := k.takeBackAll(ch, a.ID, new(rowsTaken)); err != nil {
			return err
		}
		if err := ch.RedactActivity(a.ID); err != nil {
			return err
		}
		return k.planEntered(ch, k.who, ch.Activity(a.ID))
	})
	if err != nil {
		return Reply{}, err
	}
	ref := store.ActivityRef(a.ID)
	m := Tell(Say("**The text of %s is erased.** %s had it; that and the dates of its changes are all that is left.", ref, k.agencyName(a.Agency)))
	if err := k.scrub(); err != nil {
		k.log.Error("erased text may still lie in the store's file", "record", ref, "error", err)
		m.Tell(Say("The store's file could not be cleaned just now, so traces of the bytes may lie in it until the next erasure. Your administrator finds this in the log."))
	}
	if k.who.Role != store.Admin {
		m.Next(Button{Label: "History of " + ref, Action: "history.page", Record: ref})
	}
	return Reply{Message: m}, nil
}

// scrub removes what messages hold frozen, and the erased bytes of the file. A
// message that is still to go is built anew from the register as it stands.
func (k *call) scrub() error {
	ctx := context.WithoutCancel(k.ctx)
	err := k.store.Deliver(ctx, func(d *store.Delivery) error {
		var frozen []*store.Row
		err := d.Rows("", func(r *store.Row) bool {
			if holdsText(r) {
				frozen = append(frozen, r)
			}
			return true
		})
		for _, r := range frozen {
			if err == nil {
				thaw(r, k.req.Now)
				_, err = d.PutRow(r)
			}
		}
		return err
	})
	return errFirst(err, k.store.Compact(ctx))
}

func holdsText(r *store.Row) bool {
	for _, p := range r.Parts {
		if len(p.Body) > 0 {
			return true
		}
	}
	return false
}

// thaw takes the text out of a row. One of which nothing has gone out is built
// anew when it is due; a part of one that has begun is not sent any more. The
// fence is raised, so that an attempt on its way cannot put the text back.
func thaw(r *store.Row, now time.Time) {
	begun := false
	for i := range r.Parts {
		begun = begun || r.Parts[i].PostID != ""
		r.Parts[i].Body, r.Parts[i].Files = nil, nil
	}
	r.Fence++
	switch {
	case r.State != store.Waiting && r.State != store.Claimed:
	case begun:
		r.State, r.Reason, r.DoneAt = store.Dropped, "a text in it was erased", now
	default:
		if r.State == store.Claimed {
			r.Ambiguous, r.Doubted, r.Looks = true, true, 0
		}
		r.Parts, r.State, r.LeaseUntil = nil, store.Waiting, time.Time{}
	}
}
