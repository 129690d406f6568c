package outbox

import (
	"context"
	"slices"

	"thbot/store"
)

// standing gives the posts that stand in the channel for earlier revisions of a
// digest. The new one is edited into them, so that one digest stands for each
// round.
func (o *Outbox) standing(ctx context.Context, row *store.Row) (ids []string, err error) {
	if row.Kind != store.RowDigest {
		return nil, nil
	}
	var earlier []*store.Row
	err = o.store.View(ctx, func(v *store.View) error {
		earlier = nil
		return v.Rows(store.RowDigest+":-", func(r *store.Row) bool {
			if r.Key != row.Key && r.Slot == row.Slot && r.Destination == row.Destination && !r.PlannedAt.After(row.PlannedAt) {
				earlier = append(earlier, r)
			}
			return true
		})
	})
	slices.SortStableFunc(earlier, func(a, b *store.Row) int { return a.PlannedAt.Compare(b.PlannedAt) })
	for _, r := range earlier {
		if r.State == store.Delivered {
			ids = nil // it was edited into what stood before, and deleted the rest
		}
		for i, p := range r.Parts {
			switch {
			case p.PostID == "":
			case i < len(ids):
				ids[i] = p.PostID
			default:
				ids = append(ids, p.PostID)
			}
		}
	}
	return ids, err
}

// clear deletes the posts of an earlier revision that had more parts. It
// answers false when it should be tried again.
func (s *sending) clear(ctx context.Context) bool {
	if len(s.standing) <= len(s.row.Parts) {
		return true
	}
	ctx, cancel := context.WithTimeout(ctx, attemptTime)
	defer cancel()
	for _, id := range s.standing[len(s.row.Parts):] {
		if err := s.chat.Delete(ctx, s.place, id); err != nil {
			s.Log.Warn("a part of an earlier digest is not deleted", "key", s.row.Key, "attempt", s.row.Attempt, "error", err)
			return s.row.Attempt >= clearTries
		}
	}
	return true
}

// clearTries is how often to try to delete a post before it is left.
const clearTries = 8
