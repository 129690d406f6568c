package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"thbot/store"
	"thbot/store/fault"
)

// say says one finding: in order, or to be mended.
type say func(ok bool, format string, args ...any)

// check looks over configuration, store, journal, roster and chats, and says
// what to mend. It changes nothing in the register.
func (p *program) check(ctx context.Context) error {
	if err := p.none(); err != nil {
		return err
	}
	if p.held == nil && p.missing() {
		return p.checkBefore(ctx)
	}
	return p.onRegister(ctx, p.checkRegister)
}

// checkBefore looks over the configuration before there is a store, on one
// that is made beside its place and removed again: that a store can be made
// there is looked over with it.
func (p *program) checkBefore(ctx context.Context) error {
	folder, err := os.MkdirTemp(p.storeFolder(), ".thbot-check-*")
	if err != nil {
		return fault.New(fault.Forbidden, "The folder %s, where the store is to be, cannot be written: %s.", p.storeFolder(), fault.Reason(err))
	}
	defer os.RemoveAll(folder)
	configured := p.config.Store
	p.config.Store = "bolt:" + filepath.Join(folder, "thbot.db")
	parts, err := p.open(ctx, p.unconnected)
	p.config.Store = configured
	if err != nil {
		return err
	}
	defer parts.store.Close()
	return p.checkRegister(ctx, &register{parts: parts, none: true})
}

func (p *program) checkRegister(ctx context.Context, r *register) error {
	wrong := 0
	say := func(ok bool, format string, args ...any) {
		mark := "ok    "
		if !ok {
			mark = "mend  "
			wrong++
		}
		fmt.Fprintf(p.stdout, mark+format+"\n", args...)
	}
	catalogue := r.commands.Catalogue()
	say(true, "configuration read; %d agencies, %d commitments in the catalogue", len(catalogue.Agencies), len(catalogue.Commitments))
	if r.none {
		path, _ := p.boltPath()
		say(true, "store: %s is not there yet; the first start makes it", path)
	}
	err := r.store.View(ctx, func(v *store.View) error {
		if r.none {
			return nil
		}
		if err := checkJournal(p, v, say); err != nil {
			return err
		}
		return checkRoster(r.parts, v, say)
	})
	if err == nil {
		err = p.checkChats(ctx, r, say)
	}
	if err != nil {
		return err
	}
	if wrong > 0 {
		return errSaid
	}
	return nil
}

func checkJournal(p *program, v *store.View, say say) error {
	done, show := p.showProgress()
	var progress func(n, of int64)
	if show != nil {
		progress = func(n, of int64) { show("journal entries", int(n), int(of)) }
	}
	found, err := v.Verify(progress)
	done()
	if err != nil {
		return err
	}
	for _, w := range found.Wrong {
		say(false, "journal: %s", w)
	}
	if len(found.Wrong) == 0 {
		say(true, "journal: %d entries, the chain is whole and every record stands as it was left", found.Entries)
	}
	return nil
}

// checkRoster names agencies without a contact point, and failed messages.
func checkRoster(parts *parts, v *store.View, say say) error {
	roster, err := v.Roster()
	if err != nil {
		return err
	}
	has := map[string]bool{}
	coordinators := 0
	for _, person := range roster {
		has[person.Agency] = has[person.Agency] || person.Role == store.ContactPoint
		if person.Role == store.Coordinator {
			coordinators++
		}
	}
	if len(roster) == 0 {
		say(true, "roster: nobody yet; the first start fills it from the configuration")
		return nil
	}
	for _, a := range parts.commands.Catalogue().Agencies {
		if !has[a.Slug] {
			say(false, "roster: %s has no contact point; what concerns it goes to the coordinators", a.Short)
		}
	}
	say(coordinators > 0, "roster: %d people, %d of them in the Coordinator's office", len(roster), coordinators)
	failed := 0
	err = v.Rows("", func(r *store.Row) bool {
		if r.State == store.Failed {
			failed++
		}
		return true
	})
	say(failed == 0, "outbox: %d messages could not be delivered", failed)
	return err
}
