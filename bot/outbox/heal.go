package outbox

import (
	"context"
	"time"

	"thbot/store"
)

// healAfter is when a message that was ever in doubt is looked over, each time
// counted from the last: once soon, and once when a history that lags far
// behind has caught up.
var healAfter = []time.Duration{5 * time.Minute, 2 * time.Hour}

// healTries is how often a history that cannot be read is tried.
const healTries = 20

// planHealing plans the next time at which a delivered row is looked over.
func (o *Outbox) planHealing(row *store.Row, now time.Time) {
	row.HealAt = time.Time{}
	if row.Doubted && row.Heals < len(healAfter) {
		row.HealAt = now.Add(healAfter[row.Heals]).UTC()
		row.Due = row.HealAt
	}
}

// heal looks for a second post of each part and removes the later one. The
// earlier one stays, since people may have pressed its buttons.
func (o *Outbox) heal(ctx context.Context, row *store.Row, now time.Time) error {
	c, connected := o.Chats[row.Account.Platform]
	var err error
	for i := range row.Parts {
		if connected && err == nil {
			err = o.healPart(ctx, c, row, i, now)
		}
	}
	if err != nil && row.Attempt < healTries {
		o.Log.Warn("not looked over", "key", row.Key, "attempt", row.Attempt, "error", err)
		row.HealAt = o.backoff(row, now).UTC()
		return o.postpone(ctx, row, row.HealAt)
	}
	row.Attempt, row.LeaseUntil = 0, time.Time{}
	row.Heals++
	o.planHealing(row, now)
	if row.Refresh {
		row.Due = now.UTC()
	}
	return o.put(ctx, row)
}

func (o *Outbox) healPart(ctx context.Context, c Chat, row *store.Row, i int, now time.Time) error {
	ids, err := o.find(ctx, c, row, i, now)
	o.lanes.answered(placeOf(row), toFind, unanswered(err), now)
	if err != nil || len(ids) == 0 {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, attemptTime)
	defer cancel()
	for _, id := range ids[1:] {
		if err := c.Delete(ctx, placeOf(row), id); err != nil {
			return err
		}
		o.counts.healed.Add(1)
		o.Log.Warn("a message that was there twice was removed once", "key", partKey(row, i))
	}
	if row.Parts[i].PostID != ids[0] { // also when the other was deleted just before a crash
		row.Parts[i].PostID = ids[0]
		if row.Edited { // what stays has not been edited yet
			row.Refresh = true
		}
	}
	return nil
}
