// Package exchange reads and writes activities as files: JSONL, CSV, XLSX, and,
// out only, ICS.
//
// JSONL carries everything an activity is and comes back the same. CSV and
// XLSX carry the facets and texts but not notes and guesses; a list is one
// cell, its values parted by semicolons and quoted where they hold one. What
// a spreadsheet could take for a formula is written so that it does not, and
// comes back as it was. All text is UTF-8. The package knows formats, not
// rules: whether a value means anything is asked of package commands.
//
// Limits: a line of JSONL of 1 MiB, a workbook of 256 MiB when unpacked, a cell
// of a workbook of 32,767 characters. CSV knows one kind of line end: in a cell
// a carriage return before a line feed is lost. A spreadsheet that was told
// nothing turns "2027-03" into the first of that month when it is typed anew.
package exchange

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"thbot/store/statement/spell"
)

// MaxLine is the most bytes of one line of a file.
const MaxLine = 1 << 20

// Row is one activity as a file holds it. Its fields are the file's own words,
// not yet understood.
type Row struct {
	Line int    // of the file, from 1
	Err  string // why the line cannot be read; empty otherwise
	has  uint32 // a bit for each field that the line has

	ID           string
	Agency       string
	Title        string
	Description  string
	Commitments  []string
	Kind         string
	Exploitation []string
	Audience     []string
	Countries    []string
	From         string
	To           string
	Status       string
	Plan         string
	Links        []string
	Follows      []string
	TLP          string
	Others       []string
	Partners     []Partner
	Guessed      []Guess
	Notes        []Note
	Register     string
	Source       string
	SourceID     string
	RecordedAt   time.Time
	ChangedAt    time.Time
}

// Partner is an agency of the network that does the activity with the owner.
// In JSON a bare slug means that it is named.
type Partner struct {
	Agency string `json:"agency"`
	State  string `json:"state"`
}

// UnmarshalJSON takes a slug or an object.
func (p *Partner) UnmarshalJSON(b []byte) error {
	if len(b) > 0 && b[0] == '"' {
		p.State = "named"
		return json.Unmarshal(b, &p.Agency)
	}
	type plain Partner
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	return d.Decode((*plain)(p))
}

// Guess is a facet read from the text, with the words it was read from.
type Guess struct {
	Field    string `json:"field"`
	Evidence string `json:"evidence"`
}

// Note is a progress note.
type Note struct {
	At   time.Time `json:"at"`
	By   string    `json:"by"`
	Text string    `json:"text"`
}

// Fields names the fields of a row in the order in which they are written.
func Fields() []string {
	return []string{
		"id", "agency", "title", "description", "commitments", "kind", "exploitation", "audience", "countries",
		"from", "to", "status", "plan", "links", "follows", "tlp", "others", "partners", "guessed", "notes",
		"register", "source", "source_id", "recorded_at", "changed_at",
	}
}

// field gives where the value of a field stands, or nil for a name that is no
// field.
func (r *Row) field(name string) any {
	switch name {
	case "id":
		return &r.ID
	case "agency":
		return &r.Agency
	case "title":
		return &r.Title
	case "description":
		return &r.Description
	case "commitments":
		return &r.Commitments
	case "kind":
		return &r.Kind
	case "exploitation":
		return &r.Exploitation
	case "audience":
		return &r.Audience
	case "countries":
		return &r.Countries
	case "from":
		return &r.From
	case "to":
		return &r.To
	case "status":
		return &r.Status
	case "plan":
		return &r.Plan
	case "links":
		return &r.Links
	case "follows":
		return &r.Follows
	case "tlp":
		return &r.TLP
	case "others":
		return &r.Others
	}
	return r.rarer(name)
}

func (r *Row) rarer(name string) any {
	switch name {
	case "partners":
		return &r.Partners
	case "guessed":
		return &r.Guessed
	case "notes":
		return &r.Notes
	case "register":
		return &r.Register
	case "source":
		return &r.Source
	case "source_id":
		return &r.SourceID
	case "recorded_at":
		return &r.RecordedAt
	case "changed_at":
		return &r.ChangedAt
	}
	return nil
}

// Has tells whether the file has the field for this row, be it empty.
func (r *Row) Has(name string) bool {
	i := slices.Index(Fields(), name)
	return i >= 0 && r.has&(1<<i) != 0
}

func (r *Row) mark(name string) { r.has |= 1 << slices.Index(Fields(), name) }

// bad adds to what is wrong with the row.
func (r *Row) bad(format string, args ...any) *Row {
	if r.Err != "" {
		r.Err += "; "
	}
	r.Err += fmt.Sprintf(format, args...)
	return r
}

// unknown says that a name is none of a list, and which was probably meant.
func unknown(what, name string, among []string) string {
	if near := spell.Nearest(name, among); near != "" {
		return fmt.Sprintf("there is no %s %q; did you mean %q?", what, name, near)
	}
	return fmt.Sprintf("there is no %s %q", what, name)
}
