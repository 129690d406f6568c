package outbox

import (
	"context"
	"fmt"
	"time"

	"thbot/bot/chat"
	"thbot/commands"
	"thbot/store"
)

// sending is a frozen row on its way, under a claim.
type sending struct {
	*Outbox
	chat     Chat
	row      *store.Row
	place    chat.Place
	standing []string // posts that the parts are edited into
	now      time.Time
}

// send makes one attempt at each part that is not there yet. Where posts have a
// pace, the part after goes with the next claim.
func (o *Outbox) send(ctx context.Context, row *store.Row, now time.Time) error {
	s := &sending{Outbox: o, row: row, place: placeOf(row), now: now}
	var connected bool
	if s.chat, connected = o.Chats[s.place.Account.Platform]; !connected {
		return o.finish(ctx, row, store.Failed, "that chat is not connected", now)
	}
	var err error
	if s.standing, err = o.standing(ctx, row); err != nil {
		return err
	}
	posted := false
	for i := 0; i < len(row.Parts); i++ { // a text that is made anew may have more
		if row.Parts[i].PostID != "" {
			continue
		}
		if posted && s.chat.Pace > 0 {
			return s.rest(ctx)
		}
		if done, err := s.part(ctx, i); !done || err != nil {
			return err
		}
		posted = true
	}
	if !s.clear(ctx) {
		return o.postpone(ctx, row, o.backoff(row, s.now))
	}
	if err := o.finish(ctx, row, store.Delivered, "", s.now); err != nil {
		return err
	}
	o.told(Sent{row, s.place, len(s.standing) > 0, s.now})
	return nil
}

// rest gives the claim back between two parts. The row is due already, so that
// its next part goes before what fell due later in the same place.
func (s *sending) rest(ctx context.Context) error {
	s.row.Attempt--
	return s.postpone(ctx, s.row, earlier(s.row.FrozenAt, s.now))
}

// part brings one part to its place. It answers whether it is there.
func (s *sending) part(ctx context.Context, i int) (bool, error) {
	if i < len(s.standing) {
		if out := s.try(toEdit, func() chat.Outcome { return s.edit(ctx, i) }); out.Verdict != chat.GiveUp {
			return s.mark(ctx, i, out)
		}
		// Somebody has deleted the post: the part is posted anew.
	}
	if s.row.Ambiguous {
		out := s.try(toFind, func() chat.Outcome { return s.lookUp(ctx, i) })
		switch {
		case out.Verdict == chat.Delivered && out.ID != "":
			s.counts.found.Add(1)
			return s.mark(ctx, i, out)
		case out.Verdict != chat.Delivered:
			return false, s.unread(ctx, out)
		}
		if again, err := s.missing(ctx); !again || err != nil {
			return false, err
		}
	}
	return s.mark(ctx, i, s.try(toPost, func() chat.Outcome { return s.post(ctx, i) }))
}

// try makes one call, and lets the lanes learn from its outcome.
func (s *sending) try(kind string, call func() chat.Outcome) chat.Outcome {
	began := time.Now()
	out := call()
	s.now = s.now.Add(time.Since(began).Truncate(time.Second)) // what comes after counts from the end of a slow call
	s.lanes.answered(s.place, kind, out, s.now)
	if kind == toPost {
		s.lanes.hold(s.now.Add(s.chat.Pace), s.place.String(), s.row.Destination)
	}
	return out
}

func (s *sending) post(ctx context.Context, i int) (out chat.Outcome) {
	ctx, cancel := context.WithTimeout(ctx, attemptTime)
	defer cancel()
	defer survive(&out)
	return s.chat.Send(ctx, s.body(i))
}

// edit puts a part into a post that stands. To edit twice does no harm.
func (s *sending) edit(ctx context.Context, i int) (out chat.Outcome) {
	ctx, cancel := context.WithTimeout(ctx, attemptTime)
	defer cancel()
	defer survive(&out)
	if out = s.chat.Edit(ctx, s.standing[i], s.body(i)); out.Verdict == chat.Delivered {
		out.ID = s.standing[i]
	}
	return out
}

// lookUp looks for a part in the place's history. It answers Delivered without
// an id when it is not there.
func (s *sending) lookUp(ctx context.Context, i int) chat.Outcome {
	ids, err := s.find(ctx, s.chat, s.row, i, s.now)
	if err != nil {
		return unanswered(err)
	}
	if len(ids) == 0 {
		return chat.Outcome{}
	}
	return chat.Outcome{ID: ids[0]}
}

// unanswered is the outcome of a call that gives an error and no verdict.
func unanswered(err error) chat.Outcome {
	if err == nil {
		return chat.Outcome{}
	}
	if after := chat.RetryAfter(err); after > 0 {
		return chat.Outcome{Verdict: chat.Wait, After: after, Err: err}
	}
	return chat.Outcome{Verdict: chat.Retry, Err: err}
}

// slip is by how much the clock may have been ahead when the row was planned.
const slip = 25 * time.Hour

func (o *Outbox) find(ctx context.Context, c Chat, row *store.Row, i int, now time.Time) ([]string, error) {
	ctx, cancel := context.WithTimeout(ctx, attemptTime)
	defer cancel()
	return c.Find(ctx, placeOf(row), partKey(row, i), earlier(row.PlannedAt, now).Add(-slip))
}

// unread puts a row back whose history could not be read.
func (s *sending) unread(ctx context.Context, out chat.Outcome) error {
	s.Log.Warn("not looked up", "key", s.row.Key, "attempt", s.row.Attempt, "error", out.Err)
	if s.row.Lapses.IsZero() && s.now.Sub(s.row.TriedAt) > giveUpAfter {
		return s.finish(ctx, s.row, store.Failed, "the chat could not be reached", s.now)
	}
	due := s.backoff(s.row, s.now)
	if after := s.now.Add(out.After); after.After(due) {
		due = after
	}
	return s.postpone(ctx, s.row, due)
}

// missing decides what to do with a part that was not found: look once more, or
// post it again, if the row still holds.
func (s *sending) missing(ctx context.Context) (again bool, err error) {
	if s.row.Looks++; s.row.Looks < looksFirst {
		s.row.Attempt-- // to look is no attempt
		return false, s.postpone(ctx, s.row, s.now.Add(s.jitter(lookAgain)))
	}
	if !s.begun() {
		if lapsed(s.row, s.now) {
			return false, s.finish(ctx, s.row, store.Dropped, tooLate, s.now)
		}
		ready, err := s.renew(ctx, s.row, s.now)
		if !ready || err != nil {
			return false, err
		}
		s.place = placeOf(s.row)
	}
	s.counts.again.Add(1)
	return true, nil
}

// begun tells whether a part is there for certain.
func (s *sending) begun() bool {
	for _, p := range s.row.Parts {
		if p.PostID != "" {
			return true
		}
	}
	return false
}

// mark stores that a part is there, or what else became of the attempt. It
// answers whether the part is there. The last part is stored with the row's end.
func (s *sending) mark(ctx context.Context, i int, out chat.Outcome) (bool, error) {
	if out.Verdict != chat.Delivered {
		return false, s.undelivered(ctx, s.row, out, s.now)
	}
	part := &s.row.Parts[i]
	part.PostID, part.SentAt, s.row.Ambiguous, s.row.Looks = out.ID, s.now.UTC(), false, 0
	if i == len(s.row.Parts)-1 {
		return true, nil
	}
	return true, s.put(ctx, s.row)
}

func (s *sending) body(i int) chat.Post {
	post := chat.Post{Place: s.place, Key: partKey(s.row, i), Body: s.row.Parts[i].Body}
	for _, f := range s.row.Parts[i].Files {
		post.Files = append(post.Files, commands.File{Name: f.Name, Alt: f.Alt, Data: f.Data})
	}
	return post
}

func partKey(row *store.Row, i int) string { return fmt.Sprintf("%s/%d", row.Key, i+1) }

// survive takes a panic in an adapter for an attempt of unknown outcome.
func survive(out *chat.Outcome) {
	if p := recover(); p != nil {
		*out = chat.Outcome{Verdict: chat.Retry, Err: fmt.Errorf("panic: %v", p)}
	}
}
