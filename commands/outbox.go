package commands

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"time"

	"thbot/commands/line"
	"thbot/store"
	"thbot/store/date"
	"thbot/store/fault"
)

func outboxCommand() subcommand {
	return subcommand{
		Name:    "outbox",
		Brief:   "what waits to be sent, failed, or was dropped",
		Usage:   []string{"outbox", "outbox retry ID"},
		Example: "/thb outbox",
		Who:     officeAdmins,
		Run:     runOutbox,
		Actions: map[string]func(*call, Press) (Reply, error){
			"outbox.retry": func(k *call, p Press) (Reply, error) { return k.retry(p.Record) },
		},
		Rows: map[string]func(*building) (Built, error){store.RowUnsent: buildUnsent},
	}
}

func runOutbox(k *call) (Reply, error) {
	verb, rest := line.Word(k.rest)
	switch strings.ToLower(verb) {
	case "":
		return k.outbox()
	case "retry", "again":
		id, _ := line.Word(rest)
		return k.retry(id)
	}
	return Reply{}, fault.New(fault.Invalid, "`outbox %s` is not something I know.", verb).WithTry("/thb outbox retry R3f9c1")
}

// rowID is a row's short id: the first digits of its key's digest.
func rowID(key string) string { return "R" + rowDigest(key)[:5] }

func rowDigest(key string) string {
	sum := sha256.Sum256([]byte(key))
	return hex.EncodeToString(sum[:])
}

const (
	outboxShown = 10
	droppedFor  = 30 * 24 * time.Hour // how long a dropped row is shown
)

// outboxState is what stands in the outbox.
type outboxState struct {
	later           int // waiting, and not due yet
	overdue, failed []*store.Row
	dropped         []*store.Row
	next            time.Time
}

func (k *call) outboxState(v *store.View) (outboxState, error) {
	var s outboxState
	err := v.Rows("", func(r *store.Row) bool {
		switch {
		case r.State == store.Failed:
			s.failed = append(s.failed, r)
		case r.State == store.Dropped && k.now.Sub(r.DoneAt) < droppedFor:
			s.dropped = append(s.dropped, r)
		case r.Refresh && r.Due.After(k.now) && r.Attempt == 0: // it is there, and nobody waits for its edit
		case r.Open() && r.Due.After(k.now) && r.Attempt == 0:
			s.later++
			if s.next.IsZero() || r.Due.Before(s.next) {
				s.next = r.Due
			}
		case r.Open():
			s.overdue = append(s.overdue, r)
		}
		return true
	})
	for _, list := range [][]*store.Row{s.failed, s.dropped} {
		slices.SortStableFunc(list, func(a, b *store.Row) int { return b.DoneAt.Compare(a.DoneAt) })
	}
	slices.SortStableFunc(s.overdue, func(a, b *store.Row) int { return a.Due.Compare(b.Due) })
	return s, err
}

func (k *call) outbox() (Reply, error) {
	m := new(Message)
	var buttons []Button
	err := k.view(func(v *store.View) error {
		s, err := k.outboxState(v)
		if err != nil {
			return err
		}
		m, buttons = new(Message), nil
		m.Tell(Say("**%s waiting, %d failed, %d dropped.**", count(s.later+len(s.overdue), "message", "messages"), len(s.failed), len(s.dropped)))
		if s.later > 0 {
			m.Tell(Say("%d not due yet, the next %s; `/thb schedule` lists them.", s.later, atWords(s.next.In(k.rules.Zone), k.today)))
		}
		for _, part := range []struct {
			title string
			rows  []*store.Row
		}{{"Due, on the way:", s.overdue}, {"Failed:", s.failed}} {
			lines, err := k.rowLines(v, part.rows, k.today)
			if err != nil {
				return err
			}
			if len(lines) > 0 {
				m.Tell(Say("%s", part.title)).Items(lines...)
			}
		}
		dropped, err := k.droppedLines(v, s.dropped)
		if err != nil {
			return err
		}
		if len(dropped) > 0 {
			m.Tell(Say("Dropped in the last 30 days:")).Items(dropped...)
		}
		buttons = retryButtons(s.failed)
		return nil
	})
	return Reply{Message: m.Next(buttons...)}, err
}

func retryButtons(failed []*store.Row) []Button {
	var buttons []Button
	for _, r := range failed[:min(len(failed), 3)] {
		buttons = append(buttons, Button{Label: "Send " + rowID(r.Key) + " again", Action: "outbox.retry", Record: rowID(r.Key)})
	}
	return buttons
}

// droppedLines gives a line for what was dropped for the same reason on the same
// day, to everybody who would have got it, the latest first.
func (k *call) droppedLines(v *store.View, rows []*store.Row) ([]Line, error) {
	var order []string
	to := map[string][]string{}
	for _, r := range rows {
		on := date.Of(r.DoneAt.In(k.rules.Zone)).Date().Words(k.today)
		name, err := k.destinationName(v, r, date.Of(r.Due.In(k.rules.Zone)))
		if err != nil {
			return nil, err
		}
		same := k.rowWords(r) + "\x00" + r.Reason + " (" + on + ")"
		if to[same] == nil {
			order = append(order, same)
		}
		to[same] = addOnce(to[same], name)
	}
	var lines []Line
	for i, same := range order {
		if i == outboxShown {
			return append(lines, Say("and %d more of other kinds", len(order)-outboxShown)), nil
		}
		what, why, _ := strings.Cut(same, "\x00")
		lines = append(lines, Say("%s, to %s: %s", what, k.toWords(to[same]), why))
	}
	return lines, nil
}

// rowLines gives a line for each row: id, what it is, to whom, and why it
// stands where it stands. No title and no name is in it.
func (c *Commands) rowLines(v *store.View, rows []*store.Row, today date.Day) ([]Line, error) {
	var lines []Line
	zone := c.rules.Zone
	for i, r := range rows {
		if i == outboxShown {
			return append(lines, Say("and %d more", len(rows)-outboxShown)), nil
		}
		name, err := c.destinationName(v, r, date.Of(r.Due.In(zone)))
		if err != nil {
			return nil, err
		}
		l := Say("**%s** %s, to %s", rowID(r.Key), c.rowWords(r), name)
		switch {
		case r.Reason != "":
			l = append(l, Say(": %s (%s)", r.Reason, clockWords(r.DoneAt.In(zone), today))...)
		case r.Attempt > 0:
			l = append(l, Say(": %s so far, the next %s", count(r.Attempt, "attempt", "attempts"), atWords(r.Due.In(zone), today))...)
		}
		lines = append(lines, l)
	}
	return lines, nil
}

// retry puts a failed row back, due at once. What may have arrived of it is
// looked up before it is sent again.
func (k *call) retry(id string) (Reply, error) {
	id = strings.ToLower(strings.TrimPrefix(strings.TrimPrefix(strings.TrimSpace(id), "R"), "r"))
	if len(id) < 5 {
		return Reply{}, fault.New(fault.Invalid, "Which message? I need its id; `/thb outbox` shows those that failed.").WithTry("/thb outbox")
	}
	var row *store.Row
	again := false
	err := k.store.Deliver(k.ctx, func(d *store.Delivery) error {
		row, again = nil, false
		err := d.Rows("", func(r *store.Row) bool {
			if strings.HasPrefix(rowDigest(r.Key), id) && (row == nil || r.State == store.Failed) {
				row = r
			}
			return true
		})
		if err != nil || row == nil || row.State != store.Failed {
			return err
		}
		if !row.Lapses.IsZero() && k.now.After(row.Lapses) {
			return fault.New(fault.Conflict, "It is too late for this message: %s has begun.", strings.SplitN(row.Subject, ".", 2)[0]).WithTry("/thb outbox")
		}
		putBackRow(row, k.now)
		again, err = d.PutRow(row)
		return err
	})
	switch {
	case err != nil:
		return Reply{}, err
	case row == nil:
		return Reply{}, fault.New(fault.NotFound, "There is no message R%s.", id).WithTry("/thb outbox")
	case !again:
		return Reply{Message: Tell(Say("**%s** has not failed (it is %s), so nothing was changed.", rowID(row.Key), row.State))}, nil
	}
	return Reply{Message: Tell(Say("**%s** goes out again now: %s.", rowID(row.Key), k.rowWords(row)))}, nil
}

// putBackRow makes a failed row due again. Its text was erased when it failed,
// so it is built anew.
func putBackRow(r *store.Row, now time.Time) {
	if r.Begun() {
		r.Ambiguous, r.Doubted, r.Looks = true, true, 0
	}
	r.State, r.Reason, r.DoneAt, r.Due = store.Waiting, "", time.Time{}, now.UTC()
	r.Attempt, r.LeaseUntil, r.TriedAt, r.Parts = 0, time.Time{}, time.Time{}, nil
	r.Fence++
}
