package exchange

import (
	"io"
	"strings"
	"time"

	ics "github.com/arran4/golang-ical"
)

// Event is one entry of a calendar.
type Event struct {
	UID         string // the same for the same record for ever
	Title       string
	Description string
	Place       string
	Link        string
	Start, End  time.Time // with AllDay: the first day and the last day meant
	AllDay      bool
	Cancelled   bool
	Changed     time.Time
	Sequence    int // rises with each change
}

// WriteICS writes a calendar.
func WriteICS(out io.Writer, name string, events func(yield func(Event) bool)) error {
	c := ics.NewCalendar()
	c.SetProductId("-//thbot//activities//EN")
	c.SetMethod(ics.MethodPublish)
	c.SetXWRCalName(name)
	for e := range events {
		v := c.AddEvent(e.UID)
		v.SetDtStampTime(e.Changed.UTC())
		v.SetSequence(e.Sequence)
		v.SetSummary(oneLine(e.Title))
		if e.AllDay {
			v.SetAllDayStartAt(e.Start)
			v.SetAllDayEndAt(e.End.AddDate(0, 0, 1)) // the end of a calendar entry is the day after
		} else {
			v.SetStartAt(e.Start.UTC())
			v.SetEndAt(e.End.UTC())
		}
		if e.Description != "" {
			v.SetDescription(e.Description)
		}
		if e.Place != "" {
			v.SetLocation(oneLine(e.Place))
		}
		if e.Link != "" {
			v.SetURL(e.Link)
		}
		if e.Cancelled {
			v.SetStatus(ics.ObjectStatusCancelled)
		}
	}
	return c.SerializeTo(out)
}

func oneLine(s string) string { return strings.ReplaceAll(s, "\n", " ") }
