package outbox

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"thbot/bot/chat"
	"thbot/commands"
	"thbot/commands/calendar"
	"thbot/store"
	"thbot/store/date"
)

// freeze checks that the row still holds, builds its text, and stores it in
// the parts in which it will go. It answers false when there is nothing to
// send now.
func (o *Outbox) freeze(ctx context.Context, row *store.Row, now time.Time) (bool, error) {
	place, reader, err := o.place(ctx, row, now)
	if err != nil {
		return false, err
	}
	if later := o.quietUntil(row, reader, now); later.After(now) {
		row.Attempt-- // to wait for the morning is no attempt
		return false, o.postpone(ctx, row, later)
	}
	readers, err := o.readers(ctx, place)
	if err != nil {
		return false, o.undelivered(ctx, row, chat.Outcome{Verdict: chat.Wait, After: lookAgain, Err: err}, now)
	}
	built, err := o.build(ctx, row, now, readers)
	if err != nil {
		return false, o.undelivered(ctx, row, chat.Outcome{Verdict: chat.Wait, After: lookAgain, Err: err}, now)
	}
	if built.Dropped != "" {
		return false, o.finish(ctx, row, store.Dropped, built.Dropped, now, built.Then...)
	}
	if place == nil {
		return false, o.finish(ctx, row, store.Failed, "no account on a connected chat", now)
	}
	bodies, err := render(o.posters[place.Account.Platform], built)
	if err != nil || len(bodies) == 0 {
		o.log.Error("a message cannot be rendered", "key", row.Key, "error", err)
		return false, o.finish(ctx, row, store.Failed, "cannot be shown", now)
	}
	row.Account = place.Account
	if row.Message, err = json.Marshal(built.Message); err != nil {
		return false, err
	}
	for _, body := range bodies {
		row.Parts = append(row.Parts, store.Part{Body: body})
	}
	return true, o.put(ctx, row)
}

// render splits a message, and after it its details, to the chat's limits.
func render(poster chat.Poster, built commands.Built) ([]json.RawMessage, error) {
	bodies, err := poster.Render(built.Message)
	if err != nil || built.Details == nil {
		return bodies, err
	}
	details, err := poster.Render(built.Details)
	return append(bodies, details...), err
}

// readers asks the chat who reads the channel; nil for direct messages, and
// where the chat has no channel but that of the roster.
func (o *Outbox) readers(ctx context.Context, place *chat.Place) (*commands.Readers, error) {
	if place == nil || !place.Channel {
		return nil, nil
	}
	channel, ok := o.posters[place.Account.Platform].(chat.Channel)
	if !ok {
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

// build makes the row's text. A panic in it is that row's failure alone.
func (o *Outbox) build(ctx context.Context, row *store.Row, now time.Time, readers *commands.Readers) (built commands.Built, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	err = o.store.View(ctx, func(v *store.View) error {
		built, err = o.commands.Build(ctx, v, row, commands.Reading{Now: now, Readers: readers})
		return err
	})
	return built, err
}

// place finds where the row goes now: a person's account used last, or that of
// the deputy in the time of absence, or a channel. It gives nil where no
// connected chat has such an account.
func (o *Outbox) place(ctx context.Context, row *store.Row, now time.Time) (place *chat.Place, reader *store.Person, err error) {
	letter, id, ok := store.ParseRef(row.Destination, 0)
	if !ok || letter != 'P' {
		parts := strings.SplitN(row.Destination, "/", 3)
		if len(parts) != 3 || o.posters[parts[0]] == nil {
			return nil, nil, nil
		}
		return &chat.Place{Account: store.AccountID{Platform: parts[0], Workspace: parts[1], User: parts[2]}, Channel: true}, nil, nil
	}
	err = o.store.View(ctx, func(v *store.View) error {
		if reader, err = v.Person(id); reader == nil || err != nil {
			return err
		}
		if row.Kind != store.RowLink && row.Kind != store.RowCatchup {
			if reader, err = standIn(v, reader, date.Of(now.In(o.commands.Rules().Zone))); err != nil {
				return err
			}
		}
		last, err := v.LastAccount(reader)
		if row.Kind == store.RowLink {
			last = row.Account // the account that is asked whether it is this person's
		}
		if err == nil && o.posters[last.Platform] != nil {
			place = &chat.Place{Account: last}
		}
		return err
	})
	return place, reader, err
}

// standIn gives the one who receives for a person today: the deputy named for
// the absence, else the agency's first deputy, else the person.
func standIn(v *store.View, p *store.Person, today date.Day) (*store.Person, error) {
	absence := p.AwayOn(today)
	if absence == nil {
		return p, nil
	}
	roster, err := v.Roster()
	if err != nil {
		return nil, err
	}
	for _, q := range roster {
		if q.ID == absence.Deputy || absence.Deputy == 0 && q.Role == store.Deputy && q.Agency == p.Agency {
			return q, nil
		}
	}
	return p, nil
}

// quietUntil gives the time until which a direct message waits: none but a
// reminder goes at night or at weekends in the reader's zone, unless the rules
// leave every hour free.
func (o *Outbox) quietUntil(row *store.Row, reader *store.Person, now time.Time) time.Time {
	if reader == nil || row.Kind == store.RowReminder || o.commands.Rules().AnyHour {
		return now
	}
	return calendar.AfterQuiet(now.In(o.commands.ZoneOf(reader)))
}
