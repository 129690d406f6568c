// Package outbox delivers what thbot sends by itself, each thing once.
//
// A row is claimed under a fence before a byte is sent, built and frozen, and
// marked delivered only after the platform has it. An attempt whose outcome is
// not known is looked up in the place's history by its key before it is made
// again. A row that no longer holds is dropped, with the reason.
//
// Limits: one process delivers at a time for each claim; text is frozen with
// the first attempt and erased from the store once delivered.
package outbox

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"thbot/bot/chat"
	"thbot/commands"
	"thbot/commands/calendar"
	"thbot/store"
	"thbot/store/date"
)

const (
	attemptTime = 20 * time.Second // one attempt
	lease       = 2 * time.Minute  // of a claim; several parts may go under one
	lookAgain   = 15 * time.Second // before an attempt of unknown outcome is made again
	backoffMost = 30 * time.Minute
	giveUpAfter = 40 // attempts, about a day
)

// Outbox delivers the due rows of one store.
type Outbox struct {
	store    *store.Store
	commands *commands.Commands
	posters  map[string]chat.Poster
	log      *slog.Logger
	sent     func(Sent)
}

// Sent tells of one delivered or edited message.
type Sent struct {
	Row   *store.Row
	Place chat.Place
	Edit  bool
	At    time.Time
}

// New makes an outbox over the connected platforms. sent, which may be nil, is
// called after each delivery; a nil log discards.
func New(c *commands.Commands, posters []chat.Poster, platforms []string, log *slog.Logger, sent func(Sent)) *Outbox {
	o := &Outbox{store: c.Store(), commands: c, posters: map[string]chat.Poster{}, log: log, sent: sent}
	for i, p := range posters {
		o.posters[platforms[i]] = p
	}
	if o.log == nil {
		o.log = slog.New(slog.DiscardHandler)
	}
	if o.sent == nil {
		o.sent = func(Sent) {}
	}
	return o
}

// batch is how many due rows one look takes, so that memory stays bounded.
const batch = 200

// Deliver handles every row that is due at the time. It gives how many it
// handled; rows that wait for another attempt are due later.
func (o *Outbox) Deliver(ctx context.Context, now time.Time) (int, error) {
	handled := 0
	for {
		var keys []string
		err := o.store.View(ctx, func(v *store.View) error {
			var err error
			keys, err = v.Due(now, batch)
			return err
		})
		if err != nil || len(keys) == 0 {
			return handled, err
		}
		for _, key := range keys {
			if err := o.handle(ctx, key, now); err != nil {
				return handled, fmt.Errorf("deliver %s: %w", key, err)
			}
			handled++
		}
	}
}

// handle takes one row as far as it goes now.
func (o *Outbox) handle(ctx context.Context, key string, now time.Time) error {
	row, err := o.claim(ctx, key, now)
	if row == nil || err != nil {
		return err
	}
	if row.Refresh {
		return o.refresh(ctx, row, now)
	}
	if row.Parts == nil {
		ready, err := o.freeze(ctx, row, now)
		if !ready || err != nil {
			return err
		}
	}
	return o.send(ctx, row, now)
}

// claim takes the row durably, before a byte is sent. A claim found with its
// lease over was cut off in the middle, so its attempt is of unknown outcome.
func (o *Outbox) claim(ctx context.Context, key string, now time.Time) (row *store.Row, err error) {
	err = o.store.Deliver(ctx, func(d *store.Delivery) error {
		row = nil
		r, err := d.Row(key)
		if err != nil || r == nil || !r.Open() || r.Due.After(now) {
			return err
		}
		r.Ambiguous = r.Ambiguous || r.State == store.Claimed && r.Parts != nil
		if !r.Refresh {
			r.State = store.Claimed
		}
		r.Attempt++
		r.Fence++
		r.LeaseUntil = now.Add(lease)
		r.Due = r.LeaseUntil
		if ok, err := d.PutRow(r); err != nil || !ok {
			return err
		}
		row = r
		return nil
	})
	return row, err
}

// freeze checks that the row still holds, builds its text, and stores it in
// the parts in which it will go. It answers false when there is nothing to
// send now.
func (o *Outbox) freeze(ctx context.Context, row *store.Row, now time.Time) (bool, error) {
	if !row.Lapses.IsZero() && now.After(row.Lapses) {
		return false, o.finish(ctx, row, store.Dropped, "too late", now)
	}
	place, reader, err := o.place(ctx, row, now)
	if err != nil {
		return false, err
	}
	if place == nil {
		return false, o.finish(ctx, row, store.Failed, "no account on a connected chat", now)
	}
	if later := o.quietUntil(row, reader, now); later.After(now) {
		return false, o.postpone(ctx, row, later)
	}
	built, err := o.build(ctx, row, now)
	if err != nil {
		return false, err
	}
	if built.Dropped != "" {
		return false, o.finish(ctx, row, store.Dropped, built.Dropped, now)
	}
	bodies, err := o.posters[place.Account.Platform].Render(built.Message)
	if err != nil {
		return false, o.finish(ctx, row, store.Failed, "cannot be shown", now)
	}
	row.Account = place.Account
	row.Message, err = json.Marshal(built.Message)
	if err != nil {
		return false, err
	}
	for _, body := range bodies {
		row.Parts = append(row.Parts, store.Part{Body: body})
	}
	return true, o.put(ctx, row)
}

func (o *Outbox) build(ctx context.Context, row *store.Row, now time.Time) (built commands.Built, err error) {
	err = o.store.View(ctx, func(v *store.View) error {
		built, err = o.commands.Build(ctx, v, row, now)
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
// reminder goes at night or at weekends in the reader's zone.
func (o *Outbox) quietUntil(row *store.Row, reader *store.Person, now time.Time) time.Time {
	if reader == nil || row.Kind == store.RowReminder {
		return now
	}
	return calendar.AfterQuiet(now.In(o.commands.ZoneOf(reader)))
}

// send makes one attempt at each part that is not there yet.
func (o *Outbox) send(ctx context.Context, row *store.Row, now time.Time) error {
	place := placeOf(row)
	poster := o.posters[place.Account.Platform]
	if poster == nil {
		return o.finish(ctx, row, store.Failed, "that chat is not connected", now)
	}
	for i := range row.Parts {
		part := &row.Parts[i]
		if part.PostID != "" {
			continue
		}
		out := o.attempt(ctx, poster, row, i, place)
		if out.Verdict != chat.Delivered {
			return o.undelivered(ctx, row, out, now)
		}
		part.PostID, part.SentAt, row.Ambiguous = out.ID, now, false
		if err := o.put(ctx, row); err != nil {
			return err
		}
	}
	if err := o.finish(ctx, row, store.Delivered, "", now); err != nil {
		return err
	}
	o.sent(Sent{row, place, false, now})
	return nil
}

// attempt looks an earlier attempt of unknown outcome up before it posts.
func (o *Outbox) attempt(ctx context.Context, poster chat.Poster, row *store.Row, i int, place chat.Place) chat.Outcome {
	ctx, cancel := context.WithTimeout(ctx, attemptTime)
	defer cancel()
	key := partKey(row, i)
	if row.Ambiguous {
		ids, err := poster.Find(ctx, place, key, row.PlannedAt)
		if err != nil {
			return chat.Outcome{Verdict: chat.Retry, Err: err}
		}
		if len(ids) > 0 {
			return chat.Outcome{Verdict: chat.Delivered, ID: ids[0]}
		}
	}
	return poster.Send(ctx, chat.Post{Place: place, Key: key, Body: row.Parts[i].Body})
}

func partKey(row *store.Row, i int) string { return fmt.Sprintf("%s/%d", row.Key, i+1) }

func placeOf(row *store.Row) chat.Place {
	return chat.Place{Account: row.Account, Channel: strings.Contains(row.Destination, "/")}
}

// undelivered puts the row back with the time of its next attempt, or ends it.
func (o *Outbox) undelivered(ctx context.Context, row *store.Row, out chat.Outcome, now time.Time) error {
	o.log.Warn("not delivered", "key", row.Key, "attempt", row.Attempt, "error", out.Err)
	switch {
	case out.Verdict == chat.GiveUp:
		return o.finish(ctx, row, store.Failed, "refused by the chat", now)
	case row.Attempt >= giveUpAfter:
		return o.finish(ctx, row, store.Failed, "the chat could not be reached", now)
	case out.Verdict == chat.Wait:
		return o.postpone(ctx, row, now.Add(max(out.After, time.Second)))
	}
	row.Ambiguous = true
	return o.postpone(ctx, row, now.Add(min(lookAgain<<min(row.Attempt-1, 10), backoffMost)))
}

// refresh builds a delivered message anew and edits it in place. One that no
// longer holds is left as it stands.
func (o *Outbox) refresh(ctx context.Context, row *store.Row, now time.Time) error {
	row.Refresh = false
	place := placeOf(row)
	poster := o.posters[place.Account.Platform]
	built, err := o.build(ctx, row, now)
	if err != nil || built.Message == nil || poster == nil {
		return errOr(err, o.put(ctx, row))
	}
	bodies, err := poster.Render(built.Message)
	if err != nil {
		return o.put(ctx, row)
	}
	for i := range min(len(bodies), len(row.Parts)) {
		if out := poster.Edit(ctx, row.Parts[i].PostID, chat.Post{Place: place, Key: partKey(row, i), Body: bodies[i]}); out.Verdict == chat.Retry || out.Verdict == chat.Wait {
			row.Refresh = true
			return o.postpone(ctx, row, now.Add(max(out.After, lookAgain)))
		}
	}
	o.sent(Sent{row, place, true, now})
	return o.put(ctx, row)
}

// postpone gives the claim back, due at the later time.
func (o *Outbox) postpone(ctx context.Context, row *store.Row, due time.Time) error {
	if !row.Refresh {
		row.State = store.Waiting
	}
	row.Due, row.LeaseUntil = due, time.Time{}
	return o.put(ctx, row)
}

// finish ends the row and erases its text.
func (o *Outbox) finish(ctx context.Context, row *store.Row, state store.RowState, reason string, now time.Time) error {
	row.State, row.Reason, row.DoneAt, row.LeaseUntil, row.Message = state, reason, now, time.Time{}, nil
	for i := range row.Parts {
		row.Parts[i].Body = nil
	}
	return o.put(ctx, row)
}

func (o *Outbox) put(ctx context.Context, row *store.Row) error {
	return o.store.Deliver(ctx, func(d *store.Delivery) error {
		ok, err := d.PutRow(row)
		if err == nil && !ok {
			err = fmt.Errorf("row %s was taken over by another claim", row.Key)
		}
		return err
	})
}

func errOr(err, other error) error {
	if err != nil {
		return err
	}
	return other
}
