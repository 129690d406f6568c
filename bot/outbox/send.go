package outbox

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"thbot/bot/chat"
	"thbot/commands"
	"thbot/store"
)

// send makes one attempt at each part that is not there yet.
func (o *Outbox) send(ctx context.Context, row *store.Row, now time.Time) error {
	place := placeOf(row)
	poster := o.posters[place.Account.Platform]
	if poster == nil {
		return o.finish(ctx, row, store.Failed, "that chat is not connected", now)
	}
	standing, err := o.standing(ctx, row)
	if err != nil {
		return err
	}
	for i := range row.Parts {
		part := &row.Parts[i]
		if part.PostID != "" {
			continue
		}
		var out chat.Outcome
		if i < len(standing) {
			out = o.replace(ctx, poster, row, i, standing[i])
		} else {
			out = o.attempt(ctx, poster, row, i, now)
		}
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
	o.sent(Sent{row, place, len(standing) > 0, now})
	return nil
}

// standing gives the posts that stand in the channel for an earlier revision
// of a digest. The new one is edited into them, so that one digest stands for
// each round.
func (o *Outbox) standing(ctx context.Context, row *store.Row) (ids []string, err error) {
	if row.Kind != store.RowDigest {
		return nil, nil
	}
	var latest time.Time
	err = o.store.View(ctx, func(v *store.View) error {
		ids = nil
		return v.Rows(store.RowDigest+":-", func(r *store.Row) bool {
			if r.Key != row.Key && r.Slot == row.Slot && r.Destination == row.Destination &&
				r.State == store.Delivered && !r.PlannedAt.Before(latest) && !r.PlannedAt.After(row.PlannedAt) {
				latest, ids = r.PlannedAt, postIDs(r)
			}
			return true
		})
	})
	return ids, err
}

func postIDs(row *store.Row) (ids []string) {
	for _, p := range row.Parts {
		ids = append(ids, p.PostID)
	}
	return ids
}

// replace edits a part into a post that stands; where the chat refuses, since
// somebody has deleted it, the part is posted. To edit twice does no harm.
func (o *Outbox) replace(ctx context.Context, poster chat.Poster, row *store.Row, i int, id string) chat.Outcome {
	ctx, cancel := context.WithTimeout(ctx, attemptTime)
	defer cancel()
	post := chat.Post{Place: placeOf(row), Key: partKey(row, i), Body: row.Parts[i].Body}
	out := poster.Edit(ctx, id, post)
	switch out.Verdict {
	case chat.GiveUp:
		return poster.Send(ctx, post)
	case chat.Delivered:
		out.ID = id
	}
	return out
}

// attempt looks an earlier attempt of unknown outcome up before it posts.
func (o *Outbox) attempt(ctx context.Context, poster chat.Poster, row *store.Row, i int, now time.Time) chat.Outcome {
	ctx, cancel := context.WithTimeout(ctx, attemptTime)
	defer cancel()
	place, key := placeOf(row), partKey(row, i)
	if row.Ambiguous {
		ids, err := poster.Find(ctx, place, key, row.PlannedAt)
		if err != nil {
			return chat.Outcome{Verdict: chat.Retry, Err: err}
		}
		if len(ids) > 0 {
			return chat.Outcome{Verdict: chat.Delivered, ID: ids[0]}
		}
		if lapsed(row, now) {
			return chat.Outcome{Verdict: chat.GiveUp, Err: errLapsed}
		}
	}
	return poster.Send(ctx, chat.Post{Place: place, Key: key, Body: row.Parts[i].Body})
}

var (
	errLapsed = errors.New("lapsed before it could be delivered")
	errLost   = errors.New("another claim has taken the row over")
)

func partKey(row *store.Row, i int) string { return fmt.Sprintf("%s/%d", row.Key, i+1) }

func placeOf(row *store.Row) chat.Place {
	return chat.Place{Account: row.Account, Channel: strings.Contains(row.Destination, "/")}
}

// undelivered puts the row back with the time of its next attempt, or ends it.
func (o *Outbox) undelivered(ctx context.Context, row *store.Row, out chat.Outcome, now time.Time) error {
	o.log.Warn("not delivered", "key", row.Key, "attempt", row.Attempt, "error", out.Err)
	switch {
	case errors.Is(out.Err, errLapsed):
		return o.finish(ctx, row, store.Dropped, tooLate, now)
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
// longer holds is left as it stands. A message that has become longer keeps
// the number of its posts; what does not fit in them is left out.
func (o *Outbox) refresh(ctx context.Context, row *store.Row, now time.Time) error {
	poster := o.posters[placeOf(row).Account.Platform]
	built, err := o.build(ctx, row, now, nil)
	if err == nil && built.Message != nil && poster != nil {
		err = o.edit(ctx, poster, row, built.Message)
	}
	var later *laterError
	switch {
	case err != nil && row.Attempt < giveUpAfter:
		o.log.Warn("not edited", "key", row.Key, "attempt", row.Attempt, "error", err)
		after := lookAgain
		if errors.As(err, &later) {
			after = max(after, later.after)
		}
		return o.postpone(ctx, row, now.Add(after))
	case err != nil:
		o.log.Error("an edit was given up", "key", row.Key, "error", err)
	}
	row.Refresh, row.Attempt, row.LeaseUntil = false, 0, time.Time{}
	if perr := o.put(ctx, row); perr != nil || err != nil || built.Message == nil || poster == nil {
		return perr
	}
	o.sent(Sent{row, placeOf(row), true, now})
	return nil
}

// laterError is an edit to be made again.
type laterError struct {
	after time.Duration
	err   error
}

func (e *laterError) Error() string { return fmt.Sprintf("edit again later: %v", e.err) }
func (e *laterError) Unwrap() error { return e.err }

// edit makes one attempt at each part. A post that the chat refuses to edit is
// left as it stands.
func (o *Outbox) edit(ctx context.Context, poster chat.Poster, row *store.Row, m *commands.Message) error {
	bodies, err := poster.Render(m)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, attemptTime)
	defer cancel()
	for i := range min(len(bodies), len(row.Parts)) {
		post := chat.Post{Place: placeOf(row), Key: partKey(row, i), Body: bodies[i]}
		switch out := poster.Edit(ctx, row.Parts[i].PostID, post); out.Verdict {
		case chat.Retry, chat.Wait:
			return &laterError{out.After, out.Err}
		case chat.GiveUp:
			o.log.Warn("a post cannot be edited", "key", post.Key, "error", out.Err)
		}
	}
	return nil
}
