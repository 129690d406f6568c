package outbox

import (
	"iter"
	"maps"
	"sync/atomic"
)

// Counts are what has become of messages and attempts since the start.
type Counts struct {
	Delivered int64 // messages that are there
	Edited    int64 // messages edited in place
	Dropped   int64 // messages that no longer held, or came too late
	Failed    int64 // messages that could not be delivered
	Refused   int64 // attempts that the platform refused for good
	Waits     int64 // attempts that the platform told to wait
	Unknown   int64 // attempts of unknown outcome
	Found     int64 // parts found in the history after such an attempt
	Again     int64 // parts posted again, since they were not found
	Healed    int64 // second posts that were removed
}

type counts struct {
	delivered, edited, dropped, failed, refused, waits, unknown, found, again, healed atomic.Int64
}

// Counts gives the counts since the start, for an operator's figures.
func (o *Outbox) Counts() Counts {
	c := &o.counts
	return Counts{
		Delivered: c.delivered.Load(), Edited: c.edited.Load(), Dropped: c.dropped.Load(), Failed: c.failed.Load(),
		Refused: c.refused.Load(), Waits: c.waits.Load(), Unknown: c.unknown.Load(),
		Found: c.found.Load(), Again: c.again.Load(), Healed: c.healed.Load(),
	}
}

// All gives each count under its word, in no order.
func (c Counts) All() iter.Seq2[string, int64] {
	return maps.All(map[string]int64{
		"delivered": c.Delivered, "edited": c.Edited, "dropped": c.Dropped, "failed": c.Failed, "refused": c.Refused,
		"waits": c.Waits, "unknown": c.Unknown, "found": c.Found, "again": c.Again, "healed": c.Healed,
	})
}
