package bot

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"thbot/bot/chat"
	"thbot/store"
	"thbot/store/fault"
)

// Entry is a person of the configuration's roster.
type Entry struct {
	Where    string // the setting, such as roles.admins
	Platform string
	Name     string // with the platform, such as mattermost:jane
	Role     store.Role
	Agency   string // slug; empty for coordinators and admins
}

// admitEvery is how often to look whether a chat is connected, so that its
// part of the roster can be looked up.
const admitEvery = 250 * time.Millisecond

// admit brings a chat's part of the configuration's roster into the register,
// once the chat is connected; until then its requests are turned away. It
// fails where a name means somebody else than it did.
func (b *Bot) admit(ctx context.Context, p chat.Server) error {
	wait := admitEvery
	for ; ; chat.Pause(ctx, wait) {
		switch {
		case ctx.Err() != nil:
			return nil
		case !p.State().Connected:
			continue
		}
		look, err := b.lookUp(ctx, p)
		if err == nil {
			err = b.fill(ctx, look)
		}
		if err == nil {
			b.admitted[p.Platform()].Store(true)
			return nil
		}
		if fault.Is(err, fault.Refused) {
			return err
		}
		if ctx.Err() == nil {
			b.log.Error("the roster of the configuration was not looked up", "platform", p.Platform(), "error", err)
		}
		wait = min(2*wait, time.Minute)
	}
}

// lookedUp is what the names of one chat mean now.
type lookedUp struct {
	platform string
	accounts map[string]store.Account // by name; without those that mean nobody who can be on a roster
}

func (b *Bot) lookUp(ctx context.Context, p chat.Server) (lookedUp, error) {
	l := lookedUp{platform: p.Platform(), accounts: map[string]store.Account{}}
	for _, e := range b.roster {
		if e.Platform != l.platform {
			continue
		}
		account, err := p.Resolve(ctx, store.AccountID{Platform: l.platform}, e.Name)
		switch {
		case err == nil:
			l.accounts[e.Name] = account
		case fault.As(err) != nil:
			b.log.Error("a name of the configuration cannot be on the roster", "setting", e.Where, "platform", e.Platform, "code", fault.As(err).Code)
		default:
			return l, err
		}
	}
	return l, nil
}

// fill puts whom the configuration names on an empty roster; on one that has
// people of these chats only the admins. It runs once for each chat, so that a roster over
// two chats is filled when both were reached.
func (b *Bot) fill(ctx context.Context, l lookedUp) error {
	added, left := 0, 0
	by := store.By{Actor: store.Program, Op: "contact", At: b.now().UTC()}
	err := b.commands.Store().Update(ctx, by, func(ch *store.Change) error {
		if err := renamed(ch.View, l); err != nil {
			return err
		}
		filling, err := b.fillingNow(ch.View)
		if err != nil {
			return err
		}
		if added, err = b.add(ch, l, filling); err != nil || !filling {
			return err
		}
		if left, err = b.leftToAdd(ch.View); err != nil {
			return err
		}
		return ch.SetFilling(left > 0)
	})
	if err == nil && (added > 0 || left > 0) {
		b.log.Info("the roster is filled from the configuration", "platform", l.platform, "added", added, "left", left)
	}
	return err
}

// fillingNow tells whether the roster is to be filled: nobody on it has an
// account in a chat that is served, or a filling has begun. People of the
// console, where thbot was tried out, are in nobody's way.
func (b *Bot) fillingNow(v *store.View) (bool, error) {
	filling, err := v.Filling()
	if filling || err != nil {
		return filling, err
	}
	roster, err := v.Roster()
	reached := func(a store.Account) bool { return b.platforms.of(a.Platform) != nil }
	return !slices.ContainsFunc(roster, func(p *store.Person) bool { return slices.ContainsFunc(p.Accounts, reached) }), err
}

// add puts the people of a chat on the roster who belong there and are not.
func (b *Bot) add(ch *store.Change, l lookedUp, filling bool) (added int, err error) {
	for _, e := range b.roster {
		account, known := l.accounts[e.Name]
		if !known || !filling && e.Role != store.Admin {
			continue
		}
		there, err := ch.Claimant(account.AccountID)
		if err != nil {
			return added, err
		}
		if there == nil {
			person := &store.Person{Role: e.Role, Agency: e.Agency, Accounts: []store.Account{account}}
			if err := ch.AddPerson(person); err != nil {
				return added, err
			}
			added++
		}
		if err := ch.KeepName(e.Name, account.AccountID); err != nil {
			return added, err
		}
	}
	return added, nil
}

// leftToAdd counts the names that were never looked up with success.
func (b *Bot) leftToAdd(v *store.View) (left int, err error) {
	for _, e := range b.roster {
		id, err := v.NamedAccount(e.Name)
		if err != nil {
			return left, err
		}
		if id == (store.AccountID{}) {
			left++
		}
	}
	return left, nil
}

// renamed refuses names that mean another account than they did: whoever took
// a name must not take its place on the roster.
func renamed(v *store.View, l lookedUp) error {
	var wrong []string
	for name, account := range l.accounts {
		kept, err := v.NamedAccount(name)
		if err != nil {
			return err
		}
		if kept != (store.AccountID{}) && kept != account.AccountID {
			wrong = append(wrong, fmt.Sprintf("%s meant the account %s and now means %s", name, kept.User, account.User))
		}
	}
	if len(wrong) == 0 {
		return nil
	}
	slices.Sort(wrong)
	return fault.New(fault.Refused, "A name of the configuration means another account than when it was first looked up: %s. Nothing was changed. If that is right, write the id in place of the name.", strings.Join(wrong, "; ")).
		WithTry("%s:%s", l.platform, l.accounts[strings.SplitN(wrong[0], " ", 2)[0]].User)
}
