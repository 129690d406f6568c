package commands

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"time"

	"thbot/commands/exchange"
	"thbot/store"
	"thbot/store/date"
	"thbot/store/fault"
)

// ImportOptions say how a file is taken in.
type ImportOptions struct {
	Format   string // jsonl, csv or xlsx
	Name     string // the file's name, for the journal and as source of last resort
	Source   string // of rows that name none; empty: the name without its extension
	DryRun   bool   // say what would happen, and store nothing
	Force    bool   // take the file's value also where chat has changed it since
	Now      time.Time
	Progress func(what string, n, of int) // may be nil
}

// ImportReport says what an import did, or would do.
type ImportReport struct {
	DryRun    bool
	New       int
	Changed   int
	Unchanged int
	Conflicts []Remark // kept as they are in the register, unless forced
	Bad       []Remark // nothing is stored while there is one
	Pairs     int      // possible duplicates opened
	Agencies  []string // slugs that will be told of them
}

// Remark is what is to be said of one line of a file.
type Remark struct {
	Line int
	What string
}

// Text gives the report as lines.
func (r *ImportReport) Text() string {
	var b strings.Builder
	for _, bad := range r.Bad {
		fmt.Fprintf(&b, "line %d: %s\n", bad.Line, bad.What)
	}
	for _, c := range r.Conflicts {
		fmt.Fprintf(&b, "line %d, conflict: %s\n", c.Line, c.What)
	}
	fmt.Fprintf(&b, "%d new, %d changed, %d unchanged, %s, %d bad.\n", r.New, r.Changed, r.Unchanged, count(len(r.Conflicts), "conflict", "conflicts"), len(r.Bad))
	switch {
	case len(r.Bad) > 0:
		b.WriteString("Nothing was stored. Mend the lines named and import the file again.\n")
	case r.DryRun:
		b.WriteString("This was a dry run: nothing was stored.\n")
	case r.Pairs > 0:
		fmt.Fprintf(&b, "%s opened; each agency concerned gets one message.\n", count(r.Pairs, "possible duplicate", "possible duplicates"))
	}
	return b.String()
}

// Import takes a file in, all of it or nothing. It is parsed, checked and
// scored before it takes the writer; under it, it is checked only against what
// the journal has gained since.
func (c *Commands) Import(ctx context.Context, in io.Reader, o ImportOptions) (*ImportReport, error) {
	if o.Progress == nil {
		o.Progress = func(string, int, int) {}
	}
	sum := sha256.New()
	rows, err := readRows(io.TeeReader(in, sum), o)
	if err != nil {
		return nil, err
	}
	io.Copy(sum, in) // what a reader left behind the last line
	j := &importing{Commands: c, o: o, report: &ImportReport{DryRun: o.DryRun}, now: o.Now.In(c.rules.Zone)}
	j.source = o.Source
	if j.source == "" {
		j.source = strings.TrimSuffix(o.Name, filepath.Ext(o.Name))
	}
	if err := c.store.View(ctx, func(v *store.View) error { return j.prepare(v, rows) }); err != nil {
		return nil, err
	}
	if len(j.report.Bad) > 0 || o.DryRun {
		return j.report, nil
	}
	j.score(ctx)
	facts := map[string]string{"file": o.Name, "sha256": hex.EncodeToString(sum.Sum(nil)), "rows": itoa(len(rows))}
	by := store.By{Actor: store.Program, Op: "import", At: o.Now.UTC()}
	err = c.store.Update(ctx, by, func(ch *store.Change) error { return j.store(ch, facts) })
	return j.report, err
}

func readRows(in io.Reader, o ImportOptions) ([]*exchange.Row, error) {
	progress := func(n int) { o.Progress("lines read", n, n) }
	switch o.Format {
	case "jsonl":
		return exchange.ReadJSONL(in, progress)
	case "csv":
		return exchange.ReadCSV(in, progress)
	case "xlsx":
		return exchange.ReadXLSX(in, progress)
	}
	return nil, fault.New(fault.Invalid, "thbot imports jsonl, csv and xlsx, not %s.", o.Format)
}

// importing is one import on its way.
type importing struct {
	*Commands
	o      ImportOptions
	now    time.Time
	source string
	report *ImportReport
	seen   int64 // the journal's sequence at which the rows were checked
	items  []*item
	byFile map[string]*item // by the file's id
}

// item is one row and what it is to become.
type item struct {
	row    *exchange.Row
	place  int             // among the items
	target int             // the activity it updates; 0 for a new one
	a      *store.Activity // as it will be stored; a new one has no id yet
	fields []string        // of an update: the fields that differ
	notes  []exchange.Note
	pairs  []scoredPair
}

// prepare understands every row and finds what it is to become.
func (j *importing) prepare(v *store.View, rows []*exchange.Row) error {
	j.seen = v.Committed()
	j.byFile = map[string]*item{}
	var lines []lineError
	for i, row := range rows {
		if i%1000 == 0 {
			j.o.Progress("rows checked", i, len(rows))
		}
		it := &item{row: row}
		problem, err := j.understand(v, it)
		if err != nil {
			return err
		}
		if problem != "" {
			lines = append(lines, lineError{row.Line, problem})
			continue
		}
		it.place = len(j.items)
		j.items = append(j.items, it)
		if row.ID != "" {
			if other := j.byFile[row.ID]; other != nil {
				lines = append(lines, lineError{row.Line, fmt.Sprintf("the id %s stands in line %d already", row.ID, other.row.Line)})
			}
			j.byFile[row.ID] = it
		}
	}
	for _, it := range j.items {
		if problem := j.checkFollows(v, it); problem != "" {
			lines = append(lines, lineError{it.row.Line, problem})
		}
	}
	for _, l := range lines {
		j.report.Bad = append(j.report.Bad, Remark(l))
	}
	sortRemarks(j.report.Bad)
	j.countUp(v)
	return nil
}

type lineError struct {
	Line int
	What string
}

// understand makes an activity of a row, or says what is wrong with it.
func (j *importing) understand(v *store.View, it *item) (problem string, err error) {
	row := it.row
	if row.Err != "" {
		return row.Err, nil
	}
	agency, err := j.catalogue.FindAgency(row.Agency)
	if err != nil {
		return "agency: " + what(err), nil
	}
	if it.target, err = j.target(v, row, agency.Slug); err != nil {
		return "", err
	}
	it.a = &store.Activity{Agency: agency.Slug}
	if it.target != 0 {
		it.a = v.Activity(it.target).Clone()
		if !it.a.Live() {
			return store.ActivityRef(it.target) + " was withdrawn, so it cannot be updated", nil
		}
		if it.a.Agency != agency.Slug {
			return fmt.Sprintf("%s belongs to %s, not to %s", store.ActivityRef(it.target), j.agencyName(it.a.Agency), agency.Short), nil
		}
	}
	return j.fill(it), nil
}

// target finds the activity that a row updates: by our own id, or by where it
// came from.
func (j *importing) target(v *store.View, row *exchange.Row, agency string) (int, error) {
	if row.Register == j.Commands.store.Register() {
		if letter, id, ok := store.ParseRef(row.ID, 'A'); ok && letter == 'A' && v.Activity(id) != nil {
			return id, nil
		}
	}
	source, sourceID := j.origin(row)
	if sourceID == "" {
		return 0, nil
	}
	return v.ActivityBySource(source, agency, sourceID)
}

// origin is where a row came from: its own words, else the file's.
func (j *importing) origin(row *exchange.Row) (source, sourceID string) {
	source, sourceID = row.Source, row.SourceID
	if source == "" {
		source = j.source
	}
	if sourceID == "" && row.Register != j.Commands.store.Register() {
		sourceID = row.ID
	}
	return source, sourceID
}

// countUp says what will be new, changed and unchanged, and names conflicts.
func (j *importing) countUp(v *store.View) {
	for _, it := range j.items {
		if it.target == 0 {
			j.report.New++
			continue
		}
		j.reconcile(v.Activity(it.target), it)
		if len(it.fields) > 0 || len(it.notes) > 0 {
			j.report.Changed++
		} else {
			j.report.Unchanged++
		}
	}
	sortRemarks(j.report.Conflicts)
}

// reconcile keeps what chat has changed since the last import, and names it as
// a conflict where the file says something else.
func (j *importing) reconcile(stored *store.Activity, it *item) {
	was, is := contentOf(stored), contentOf(it.a)
	it.fields = nil
	for _, field := range contentFields() {
		if was[field] == is[field] {
			continue
		}
		if containsString(stored.ChatFields, field) && !j.o.Force {
			j.report.Conflicts = append(j.report.Conflicts, Remark{it.row.Line, fmt.Sprintf(
				"%s of %s was changed in chat since the last import and is kept", fieldName(field), store.ActivityRef(stored.ID))})
			keepField(it.a, stored, field)
			continue
		}
		it.fields = append(it.fields, field)
	}
}

// checkFollows refuses a row that follows what is neither in the file nor in
// the register.
func (j *importing) checkFollows(v *store.View, it *item) string {
	for _, id := range it.row.Follows {
		if j.byFile[id] != nil {
			continue
		}
		if n := j.ownID(it.row, id); n == 0 || v.Activity(n) == nil {
			return fmt.Sprintf("follows: %s is neither in the file nor in the register", id)
		}
	}
	return ""
}

// ownID reads an id of this register from a row that came from it.
func (j *importing) ownID(row *exchange.Row, id string) int {
	letter, n, ok := store.ParseRef(id, 'A')
	if !ok || letter != 'A' || row.Register != j.Commands.store.Register() {
		return 0
	}
	return n
}

// what is an error in words for one line of a report.
func what(err error) string {
	if f := fault.As(err); f != nil {
		return strings.TrimSuffix(f.What, ".")
	}
	return err.Error()
}

// importDate takes the canonical forms first, then what people type.
func (j *importing) date(s string, read func(string, time.Time) (date.Date, error)) (date.Date, error) {
	if d, err := date.Parse(s); err == nil {
		return d, nil
	}
	return read(s, j.now)
}
