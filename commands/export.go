package commands

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"thbot/commands/exchange"
	"thbot/commands/line"
	"thbot/store"
	"thbot/store/date"
	"thbot/store/fault"
)

func exportCommand() subcommand {
	return subcommand{
		Name: "export", Also: []string{"download"},
		Brief: "get activities as a file: xlsx, csv, jsonl or ics", Usage: []string{"export xlsx, csv, jsonl or ics [filters]"},
		Example: "/thb export xlsx agency:mine",
		Keys:    filterKeys(), Many: manyKeys,
		Run: runExport,
		Forms: map[string]func(*call, Submission) (Reply, error){
			"export": submitExport,
		},
	}
}

func exportForm() *Form {
	return &Form{Name: "export", Title: "Export activities", Submit: "Make the file", Fields: []Field{{
		Name: "format", Label: "Format", Type: FieldChoice, Value: "xlsx", Options: []Option{
			{"xlsx", "Excel (xlsx)"}, {"csv", "Table (csv)"}, {"jsonl", "Everything, for thbot (jsonl)"}, {"ics", "Calendar (ics)"},
		}}}}
}

// submitExport takes the form; the format is not sent where it was left as it
// stood.
func submitExport(k *call, s Submission) (Reply, error) {
	k.rest = cmp.Or(s.Values["format"], "xlsx")
	return runExport(k)
}

func runExport(k *call) (Reply, error) {
	format, rest := line.Word(k.rest)
	if format == "" && k.req.Surface.Forms {
		return Reply{Form: exportForm()}, nil
	}
	format = strings.ToLower(strings.TrimPrefix(format, "."))
	var out bytes.Buffer
	n, err := k.export(&out, format, rest)
	if err != nil {
		return Reply{}, err
	}
	name := fmt.Sprintf("thbot-%s.%s", k.now.Format(time.DateOnly), format)
	m := Tell(Say("**%s** in %s.", count(n, "activity", "activities"), name))
	if format == "csv" || format == "xlsx" {
		m.Aside(Say("Notes and guesses are in the jsonl format only."))
	}
	return Reply{Message: m, Files: []File{{Name: name, Data: out.Bytes()}}}, nil
}

// export writes the activities that pass the filters and counts them.
func (k *call) export(out io.Writer, format, filters string) (n int, err error) {
	write, ok := map[string]func(io.Writer, func(func(*exchange.Row) bool)) error{
		"jsonl": exchange.WriteJSONL, "csv": exchange.WriteCSV, "xlsx": exchange.WriteXLSX,
	}[format]
	if !ok && format != "ics" {
		return 0, fault.New(fault.Invalid, "I can write xlsx, csv, jsonl and ics, but not %q.", format).WithTry("/thb export xlsx")
	}
	err = k.view(func(v *store.View) error {
		chosen, err := k.chosen(v, filters)
		if err != nil {
			return err
		}
		n = len(chosen)
		if format == "ics" {
			return k.calendarOf(v, out, chosen, strings.TrimSpace(filters) == "")
		}
		var failed error
		err = write(out, func(yield func(*exchange.Row) bool) {
			for _, a := range chosen {
				var r *exchange.Row
				if r, failed = k.rowOf(v, a); failed != nil || !yield(r) {
					return
				}
			}
		})
		return errOr(failed, err)
	})
	return n, err
}

// Export writes the activities that pass the filters (as of list) to a file of
// the format, for the command line. It gives how many there are.
func (c *Commands) Export(ctx context.Context, out io.Writer, format, filters string, now time.Time) (int, error) {
	k := &call{Commands: c, ctx: ctx, now: now.In(c.rules.Zone), who: &store.Person{Role: store.Coordinator}}
	k.today = date.Of(k.now)
	k.sub = k.lookUp("export")
	return k.export(out, format, filters)
}

// rowOf is the activity as files hold it.
func (k *call) rowOf(v *store.View, a *store.Activity) (*exchange.Row, error) {
	r := &exchange.Row{
		ID: store.ActivityRef(a.ID), Agency: a.Agency, Title: a.Title, Description: a.Description,
		Commitments: a.Commitments, Kind: a.Kind, Exploitation: a.Exploitation, Audience: a.Audience, Countries: a.Countries,
		From: string(a.From), To: string(a.To), Status: a.Status, Plan: a.Plan, Links: a.Links, TLP: a.TLP, Others: a.Others,
		Register: v.Register(), Source: a.Source, SourceID: a.SourceID, RecordedAt: a.RecordedAt, ChangedAt: a.ChangedAt,
	}
	for _, id := range a.Follows {
		r.Follows = append(r.Follows, store.ActivityRef(id))
	}
	for _, p := range a.Partners {
		r.Partners = append(r.Partners, exchange.Partner{Agency: p.Agency, State: p.State})
	}
	for _, g := range a.Guessed {
		r.Guessed = append(r.Guessed, exchange.Guess{Field: g.Field, Evidence: g.Evidence})
	}
	if a.NoteCount == 0 {
		return r, nil
	}
	notes, err := v.Notes(a.ID)
	if err != nil {
		return nil, err
	}
	for _, n := range notes {
		who, err := k.authorSlug(v, n.By)
		if err != nil {
			return nil, err
		}
		r.Notes = append(r.Notes, exchange.Note{At: n.At, By: who, Text: n.Text})
	}
	return r, nil
}

// authorSlug names who wrote a note in a way that another register can keep:
// by agency, never by person.
func (k *call) authorSlug(v *store.View, actor string) (string, error) {
	p, err := v.PersonNamed(actor)
	if p == nil || err != nil {
		return actor, err
	}
	return cmp.Or(p.Agency, string(p.Role)), nil
}

// meetingLength is how long a meeting stands in calendars; its end is not
// recorded.
const meetingLength = 2 * time.Hour

// calendarOf writes what has a date: the activities and, unless a filter was
// given, the meetings.
func (k *call) calendarOf(v *store.View, out io.Writer, chosen []*store.Activity, meetings bool) error {
	var events []exchange.Event
	for _, a := range chosen {
		if a.From.Known() || a.To.Known() {
			events = append(events, k.eventOf(v, a))
		}
	}
	if meetings {
		all, err := v.Meetings()
		if err != nil {
			return err
		}
		for _, m := range all {
			events = append(events, exchange.Event{
				UID: store.MeetingRef(m.ID) + "-" + v.Register() + "@thbot", Title: m.Title, Description: m.Agenda,
				Place: m.Place, Link: m.Link, Start: m.Start, End: m.Start.Add(meetingLength),
				Cancelled: m.Cancelled != nil, Changed: m.AddedAt, Sequence: m.Revision,
			})
		}
	}
	return exchange.WriteICS(out, "Work against trafficking in human beings", func(yield func(exchange.Event) bool) {
		for _, e := range events {
			if !yield(e) {
				return
			}
		}
	})
}

func (k *call) eventOf(v *store.View, a *store.Activity) exchange.Event {
	first, last := a.From, a.To
	if !first.Known() {
		first = last
	}
	if !last.Known() {
		last = first
	}
	e := exchange.Event{
		UID:   store.ActivityRef(a.ID) + "-" + v.Register() + "@thbot",
		Title: fmt.Sprintf("%s: %s (%s)", k.agencyName(a.Agency), a.Title, store.ActivityRef(a.ID)), Description: a.Description,
		Place: placeNames(a.Countries), Start: first.First().Time(time.UTC), End: last.Last().Time(time.UTC), AllDay: true,
		Cancelled: a.Status == store.Cancelled, Changed: a.ChangedAt, Sequence: a.Revision,
	}
	if len(a.Links) > 0 {
		e.Link = a.Links[0]
	}
	return e
}
