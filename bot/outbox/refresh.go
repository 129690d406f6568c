package outbox

import (
	"context"
	"fmt"
	"time"

	"thbot/bot/chat"
	"thbot/commands"
	"thbot/store"
)

// editTries is how often an edit is tried, about half a day.
const editTries = 30

// refresh builds a delivered message anew and edits it in place. One that no
// longer holds is left as it stands. A message that has become longer keeps
// the number of its posts; what does not fit in them is left out.
func (o *Outbox) refresh(ctx context.Context, row *store.Row, now time.Time) error {
	c, connected := o.Chats[row.Account.Platform]
	var built commands.Built
	readers, err := o.readers(ctx, placeOf(row))
	if err == nil {
		built, _, err = o.build(ctx, row, commands.Reading{Now: now, Zone: o.zone(ctx, row), Readers: readers})
	}
	edit := connected && built.Message != nil
	out := chat.Outcome{Err: err}
	if err != nil {
		out.Verdict = chat.Retry
	} else if edit {
		s := &sending{Outbox: o, chat: c, row: row, place: placeOf(row), now: now}
		out = s.editAll(ctx, built)
		now = s.now
	}
	if out.Verdict == chat.Retry || out.Verdict == chat.Wait {
		if row.Attempt < editTries {
			o.Log.Warn("not edited", "key", row.Key, "attempt", row.Attempt, "error", out.Err)
			return o.postpone(ctx, row, now.Add(max(out.After, o.backoff(row, now).Sub(now))))
		}
		o.Log.Error("an edit was given up", "key", row.Key, "error", out.Err)
		edit = false
	}
	row.Refresh, row.Attempt, row.LeaseUntil = false, 0, time.Time{}
	row.Due = row.HealAt // if there is one
	if edit && built.Until.After(now) {
		row.Refresh, row.Due = true, built.Until.UTC() // a look for a second post comes after it
	}
	if err := o.put(ctx, row); err != nil || !edit {
		return err
	}
	o.counts.edited.Add(1)
	o.told(Sent{row, placeOf(row), true, now})
	return nil
}

// zone asks for the reader's time zone; nil leaves it to the agency's seat.
func (o *Outbox) zone(ctx context.Context, row *store.Row) *time.Location {
	directory := o.Chats[row.Account.Platform].Directory
	if directory == nil || placeOf(row).Channel {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, attemptTime)
	defer cancel()
	zone, err := directory.Zone(ctx, row.Account)
	if err != nil {
		return nil
	}
	return zone
}

// editAll makes one attempt at each part. A post that the chat refuses to edit
// is left as it stands.
func (s *sending) editAll(ctx context.Context, built commands.Built) chat.Outcome {
	parts, err := partsOf(s.chat, built)
	if err != nil {
		return chat.Outcome{Verdict: chat.Retry, Err: fmt.Errorf("render: %w", err)}
	}
	for i := range min(len(parts), len(s.row.Parts)) {
		s.standing = append(s.standing, s.row.Parts[i].PostID)
		s.row.Parts[i].Body, s.row.Parts[i].Files = parts[i].Body, parts[i].Files
		out := s.try(toEdit, func() chat.Outcome { return s.edit(ctx, i) })
		s.row.Parts[i].Body, s.row.Parts[i].Files = nil, nil
		switch out.Verdict {
		case chat.Retry, chat.Wait:
			return out
		case chat.GiveUp:
			s.Log.Warn("a post cannot be edited", "key", partKey(s.row, i), "error", out.Err)
		}
	}
	for n := len(s.row.Parts); n > len(parts); n-- {
		if out := s.remove(ctx, s.row.Parts[n-1].PostID); out.Verdict != chat.Delivered {
			return out
		}
		s.row.Parts = s.row.Parts[:n-1]
	}
	return chat.Outcome{}
}

// remove makes one attempt to delete a post. One that is gone is deleted.
func (s *sending) remove(ctx context.Context, id string) chat.Outcome {
	ctx, cancel := context.WithTimeout(ctx, attemptTime)
	defer cancel()
	return unanswered(s.chat.Delete(ctx, s.place, id))
}
