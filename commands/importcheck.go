package commands

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"thbot/commands/exchange"
	"thbot/commands/overlap"
	"thbot/store"
	"thbot/store/fault"
)

// importing is one import on its way. Once its rows are checked and scored it
// changes no more: the transaction may run twice.
type importing struct {
	*Commands
	o        ImportOptions
	now      time.Time
	source   string // of rows that name none
	seen     int64  // the journal's sequence at which the rows were checked
	bad      []Remark
	items    []*item // in the order of the file
	byFile   map[fileID]*item
	byTarget map[int]*item
	register []*store.Activity // live when the rows were checked

	fresh *overlap.Index // the rows, by place
	bare  *overlap.Index // the same as if they named no partners
}

// fileID is an id of the file: registers that were put together in one file
// may use the same ids.
type fileID struct{ register, id string }

// item is one row and what it is to become.
type item struct {
	row       *exchange.Row
	place     int             // among the items
	target    int             // the activity it updates; 0 for a new one
	a         *store.Activity // as it will be; in Follows, -n is the item at place n-1, which is new
	fields    []string        // of an update: the fields that differ
	notes     []exchange.Note // that the register does not have yet
	conflicts []string
	bad       bool
	pairs     []foundPair
}

// changes tells whether the item updates its activity.
func (it *item) changes() bool { return len(it.fields) > 0 || len(it.notes) > 0 }

// quiet tells whether the item brings nothing that could look like other work.
func (it *item) quiet() bool { return it.target != 0 && len(it.fields) == 0 }

// prepare understands every row and finds what it is to become.
func (j *importing) prepare(v *store.View, rows []*exchange.Row) error {
	if err := j.follow(v); err != nil {
		return err
	}
	j.seen, j.register = v.Committed(), slices.Collect(v.Live())
	j.byFile, j.byTarget = map[fileID]*item{}, map[int]*item{}
	origins := map[[3]string]int{}
	for i, row := range rows {
		if i%1000 == 0 {
			j.o.Progress("rows checked", i, len(rows))
		}
		it := &item{row: row, place: len(j.items)}
		problem, err := j.understand(v, it)
		if err != nil {
			return err
		}
		j.refuse(it, problem)
		if it.a == nil {
			continue
		}
		j.refuse(it, j.twice(it, origins))
		j.items = append(j.items, it)
	}
	for _, it := range j.items {
		problem, err := j.resolve(v, it)
		if err != nil {
			return err
		}
		j.refuse(it, problem)
		if err := j.reconcile(v, it); err != nil {
			return err
		}
	}
	slices.SortStableFunc(j.bad, func(a, b Remark) int { return cmp.Compare(a.Line, b.Line) })
	return nil
}

// refuse notes what is wrong with a row, if anything is.
func (j *importing) refuse(it *item, problem string) {
	if problem != "" && !it.bad {
		it.bad = true
		j.bad = append(j.bad, Remark{it.row.Line, problem})
	}
}

// twice refuses a second row for the same activity.
func (j *importing) twice(it *item, origins map[[3]string]int) string {
	if it.row.ID != "" {
		id := fileID{it.row.Register, it.row.ID}
		if other := j.byFile[id]; other != nil {
			return fmt.Sprintf("the id %s stands in line %d already", it.row.ID, other.row.Line)
		}
		j.byFile[id] = it
	}
	if it.target != 0 {
		if other := j.byTarget[it.target]; other != nil {
			return fmt.Sprintf("line %d is about %s already", other.row.Line, store.ActivityRef(it.target))
		}
		j.byTarget[it.target] = it
	}
	source, sourceID := j.origin(it.row)
	if sourceID == "" {
		return ""
	}
	key := [3]string{source, it.a.Agency, sourceID}
	if line := origins[key]; line != 0 {
		return fmt.Sprintf("line %d has the same agency, source and source_id", line)
	}
	origins[key] = it.row.Line
	return ""
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
		if it.a.Agency != agency.Slug {
			return fmt.Sprintf("%s belongs to %s, not to %s", store.ActivityRef(it.target), j.agencyName(it.a.Agency), agency.Short), nil
		}
	}
	return j.fill(it), nil
}

// target finds the activity that a row updates: by our own id, or by where it
// came from.
func (j *importing) target(v *store.View, row *exchange.Row, agency string) (int, error) {
	if id := j.ownID(row, row.ID); id != 0 && v.Activity(id) != nil {
		return id, nil
	}
	source, sourceID := j.origin(row)
	if sourceID == "" {
		return 0, nil
	}
	return v.ActivityBySource(source, agency, sourceID)
}

// origin is where a row came from: its own words, else the file's. An id that
// is not ours serves as source_id.
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

// ownID reads an id of this register from a row that came from it; 0 for any
// other.
func (j *importing) ownID(row *exchange.Row, id string) int {
	letter, n, ok := store.ParseRef(id, 'A')
	if !ok || letter != 'A' || row.Register != j.Commands.store.Register() {
		return 0
	}
	return n
}

// resolve finds what the row follows: rows of the file, records of the
// register, or what an earlier file of the same source brought.
func (j *importing) resolve(v *store.View, it *item) (problem string, err error) {
	if !it.row.Has("follows") {
		return "", nil
	}
	it.a.Follows = nil
	for _, id := range it.row.Follows {
		n, err := j.followed(v, it, id)
		switch {
		case err != nil:
			return "", err
		case n == 0:
			return fmt.Sprintf("follows: %s is neither in the file nor in the register", id), nil
		case n == it.target || n == -it.place-1:
			return "follows: an activity cannot follow itself", nil
		}
		if !slices.Contains(it.a.Follows, n) {
			it.a.Follows = append(it.a.Follows, n)
		}
	}
	if len(it.a.Follows) > store.MaxList {
		return fmt.Sprintf("follows: it has %d values; the most is %d", len(it.a.Follows), store.MaxList), nil
	}
	return "", nil
}

func (j *importing) followed(v *store.View, it *item, id string) (int, error) {
	if other := j.byFile[fileID{it.row.Register, id}]; other != nil {
		if other.target != 0 {
			return other.target, nil
		}
		return -other.place - 1, nil
	}
	if n := j.ownID(it.row, id); n != 0 {
		if v.Activity(n) == nil {
			return 0, nil
		}
		return n, nil
	}
	source, _ := j.origin(it.row)
	for _, agency := range j.catalogue.Agencies {
		if n, err := v.ActivityBySource(source, agency.Slug, id); n != 0 || err != nil {
			return n, err
		}
	}
	return 0, nil
}

// reconcile finds what an update changes. It keeps what chat has changed since
// the last import, and names it as a conflict where the file says something else.
func (j *importing) reconcile(v *store.View, it *item) error {
	it.fields, it.conflicts = nil, nil
	if it.target == 0 {
		return nil
	}
	stored := v.Activity(it.target)
	if !stored.Live() {
		it.a, it.notes = stored.Clone(), nil
		it.conflicts = []string{store.ActivityRef(stored.ID) + " was withdrawn and stays so; this line was passed over"}
		return nil
	}
	for _, field := range differing(stored, it.a, contentFields()) {
		if touched(stored, field) && !j.o.Force {
			it.conflicts = append(it.conflicts, fmt.Sprintf("%s of %s", fieldName(field), store.ActivityRef(stored.ID)))
			keepField(it.a, stored, field)
			continue
		}
		it.fields = append(it.fields, field)
	}
	j.keepGuesses(it, stored)
	return j.keepNotes(v, it)
}

// touched tells whether the field was changed in chat since the last import;
// a partner's answer counts.
func touched(stored *store.Activity, field string) bool {
	if field == "partners" && slices.ContainsFunc(stored.Partners, func(p store.Partner) bool { return p.By != "" }) {
		return true
	}
	return slices.Contains(stored.ChatFields, field)
}

// keepGuesses leaves the mark "guessed" on what the file does not change: a
// table of cells has no marks, and an old file knows nothing of what people
// have confirmed since.
func (j *importing) keepGuesses(it *item, stored *store.Activity) {
	said := it.a.Guessed
	it.a.Guessed = nil
	for _, g := range stored.Guessed {
		if !slices.Contains(it.fields, g.Field) {
			it.a.Guessed = append(it.a.Guessed, g)
		}
	}
	for _, g := range said {
		if it.row.Has("guessed") && slices.Contains(it.fields, g.Field) {
			it.a.Guessed = append(it.a.Guessed, g)
		}
	}
}

// keepNotes leaves out the notes that the register has and, unless the file is
// to have its way, those that were taken back there. Who wrote one is not
// compared: files name the agency, the register the person.
func (j *importing) keepNotes(v *store.View, it *item) error {
	if len(it.notes) == 0 {
		return nil
	}
	written := v.WrittenNotes
	if j.o.Force {
		written = v.Notes
	}
	known, err := written(it.target)
	it.notes = slices.DeleteFunc(it.notes, func(n exchange.Note) bool {
		return slices.ContainsFunc(known, func(k store.Note) bool {
			return k.Text == n.Text && (n.At.IsZero() || k.At.Equal(n.At))
		})
	})
	return err
}

// what is an error in words for one line of a report.
func what(err error) string {
	if f := fault.As(err); f != nil {
		return strings.TrimSuffix(f.What, ".")
	}
	return err.Error()
}
