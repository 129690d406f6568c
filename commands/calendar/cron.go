package calendar

import (
	"fmt"
	"strings"
	"time"

	"github.com/robfig/cron/v3"

	"thbot/store/date"
	"thbot/store/fault"
)

// Cron is a cron expression of five fields, or a word such as @weekly.
type Cron struct{ spec cron.Schedule }

// ParseCron reads a cron expression. One that names a zone of its own, counts
// from the start of the program (@every) or never comes round is refused.
func ParseCron(expr string) (c *Cron, err error) {
	refuse := func(why string) error {
		return fault.New(fault.Invalid, "The schedule %q %s.", expr, why).WithTry("0 9 * * MON")
	}
	defer func() {
		if recover() != nil { // the parser panics on some expressions
			c, err = nil, refuse("cannot be read")
		}
	}()
	text := strings.TrimSpace(expr)
	if strings.Contains(text, "TZ=") {
		return nil, refuse("names a zone; it is read in the configured timezone")
	}
	if strings.HasPrefix(text, "@every") {
		return nil, refuse("has no fixed times")
	}
	spec, err := cron.ParseStandard(text)
	if err != nil {
		return nil, refuse(fmt.Sprintf("cannot be read (%s)", err))
	}
	if spec.Next(time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)).IsZero() {
		return nil, refuse("never comes round")
	}
	return &Cron{spec}, nil
}

// Next gives the first slot after the time, in the time's zone. The
// expression is read on a clock without summer time, and its slots are put
// into the zone afterwards, so that none is skipped and none comes twice.
func (c *Cron) Next(after time.Time) time.Time {
	w := wall(after)
	for {
		w = c.spec.Next(w)
		if w.IsZero() {
			return w
		}
		if t := onWall(w, after.Location()); t.After(after) {
			return t
		}
	}
}

// Digest is one round of the digest.
type Digest struct {
	Slot time.Time // as the expression says; its name in keys
	Due  time.Time // when it goes out
}

// Digests gives the rounds due after from and up to the end, in from's zone.
// On a holiday the round goes out on the next working day at the same time;
// one that meets the next round gives way to it.
func (c *Calendar) Digests(cr *Cron, from, to time.Time) []Digest {
	var all []Digest
	const far = 40 // days: no run of holidays is longer
	slot := cr.Next(from.AddDate(0, 0, -far))
	for !slot.IsZero() && !slot.After(to) {
		next := cr.Next(slot)
		due := c.moved(slot)
		meets := !due.Equal(slot) && !next.IsZero() && !due.Before(date.Of(c.moved(next)).Time(from.Location()))
		if due.After(from) && !due.After(to) && !meets {
			all = append(all, Digest{slot, due})
		}
		slot = next
	}
	return all
}

func (c *Calendar) moved(slot time.Time) time.Time {
	day := date.Of(slot)
	if !c.Holiday(day) {
		return slot
	}
	return At(c.NextWorkingDay(day), slot.Hour(), slot.Minute(), slot.Location())
}
