package outbox

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"thbot/bot/chat"
	"thbot/commands"
	"thbot/store"
	"thbot/store/date"
)

// addressee is where a row goes, and who reads it there.
type addressee struct {
	place   *chat.Place       // nil: nowhere
	why     string            // there is no place
	reader  *store.Person     // nil for a channel
	readers *commands.Readers // of a channel, where the chat can tell
	zone    *time.Location    // of the reader's profile, else of the agency's seat
}

// The reasons why there is no place.
const (
	notConnected = "no account on a connected chat"
	notActive    = "the account is deactivated"
)

// addressee finds where the row goes now, and asks the platform whether the
// account is still there. Of several accounts the one used last goes first;
// one that is gone is passed over.
func (o *Outbox) addressee(ctx context.Context, row *store.Row, now time.Time) (addressee, error) {
	var to addressee
	var accounts []store.AccountID
	err := o.store.View(ctx, func(v *store.View) (err error) {
		to.reader, accounts, err = o.accounts(v, row, now)
		return err
	})
	if err != nil {
		return to, err
	}
	if to.reader == nil {
		to.why = "that chat is not connected"
		if to.place = o.channel(row); to.place != nil {
			to.readers, err = o.readers(ctx, *to.place)
		}
		return to, err
	}
	to.zone, to.why = o.Commands.ZoneOf(to.reader), notConnected
	for _, id := range accounts {
		directory := o.Chats[id.Platform].Directory
		if directory == nil {
			to.place = &chat.Place{Account: id}
			return to, nil
		}
		ctx, cancel := context.WithTimeout(ctx, attemptTime)
		defer cancel()
		active, err := directory.Active(ctx, id)
		if err != nil {
			return to, fmt.Errorf("ask for an account: %w", err)
		}
		if !active {
			to.why = notActive
			continue
		}
		to.place = &chat.Place{Account: id}
		// Without an answer the seat's zone serves.
		if zone, err := directory.Zone(ctx, id); err == nil && zone != nil {
			to.zone = zone
		}
		return to, nil
	}
	return to, nil
}

// readers asks the chat who reads the channel; nil for direct messages, and
// where the chat has no channel but that of the roster.
func (o *Outbox) readers(ctx context.Context, place chat.Place) (*commands.Readers, error) {
	channel, tells := o.Chats[place.Account.Platform].Poster.(chat.Channel)
	if !tells || !place.Channel {
		return nil, nil
	}
	ctx, cancel := context.WithTimeout(ctx, attemptTime)
	defer cancel()
	audience, err := channel.Audience(ctx, place.Account.User)
	if err != nil {
		return nil, fmt.Errorf("ask who reads the channel: %w", err)
	}
	r := &commands.Readers{Public: audience.Public}
	for _, user := range audience.Users {
		r.Accounts = append(r.Accounts, store.AccountID{Platform: place.Account.Platform, Workspace: place.Account.Workspace, User: user})
	}
	return r, nil
}

// bound gives where a row goes, as far as the store knows; nil: nowhere.
func (o *Outbox) bound(v *store.View, row *store.Row, now time.Time) (*chat.Place, error) {
	if row.Parts != nil {
		place := placeOf(row)
		return &place, nil
	}
	reader, accounts, err := o.accounts(v, row, now)
	switch {
	case err != nil:
		return nil, err
	case reader == nil:
		return o.channel(row), nil
	case len(accounts) == 0:
		return nil, nil
	}
	return &chat.Place{Account: accounts[0]}, nil
}

// channel gives the place of a row to a channel, or nil where its chat is not
// connected.
func (o *Outbox) channel(row *store.Row) *chat.Place {
	parts := strings.SplitN(row.Destination, "/", 3)
	if len(parts) != 3 || o.Chats[parts[0]].Poster == nil {
		return nil
	}
	return &chat.Place{Account: store.AccountID{Platform: parts[0], Workspace: parts[1], User: parts[2]}, Channel: true}
}

// accounts gives who reads a row to a person, and on which accounts of
// connected chats, the one used last first. The reader is nil for a channel.
func (o *Outbox) accounts(v *store.View, row *store.Row, now time.Time) (*store.Person, []store.AccountID, error) {
	reader, err := v.PersonNamed(row.Destination)
	if err != nil || reader == nil {
		return nil, nil, err
	}
	if row.Kind == store.RowLink { // it asks that account whether it is this person's
		return reader, o.connected([]store.AccountID{row.Account}), nil
	}
	if reader, err = o.Commands.StandIn(v, reader, row.Kind, date.Of(now.In(o.Commands.Rules().Zone))); err != nil {
		return nil, nil, err
	}
	last, err := v.LastAccount(reader)
	accounts := []store.AccountID{last}
	for _, a := range reader.Accounts {
		if !a.Unlinked && a.AccountID != last {
			accounts = append(accounts, a.AccountID)
		}
	}
	return reader, o.connected(accounts), err
}

func (o *Outbox) connected(accounts []store.AccountID) []store.AccountID {
	return slices.DeleteFunc(accounts, func(id store.AccountID) bool { return o.Chats[id.Platform].Poster == nil })
}

func placeOf(row *store.Row) chat.Place {
	return chat.Place{Account: row.Account, Channel: strings.Contains(row.Destination, "/")}
}
