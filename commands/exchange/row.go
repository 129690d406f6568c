// Package exchange reads and writes activities as files: JSONL, CSV, XLSX, and,
// out only, ICS.
//
// JSONL carries everything an activity is and comes back the same. CSV and
// XLSX carry the facets and texts but not notes and guesses. All text is
// UTF-8. The package knows formats, not rules: whether a value means anything
// is asked of package commands.
//
// Limits: a line or cell of 1 MiB, a workbook of 256 MiB when unpacked.
package exchange

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// MaxLine is the most bytes of one line of a file.
const MaxLine = 1 << 20

// Row is one activity as a file holds it. Its fields are the file's own words,
// not yet understood.
type Row struct {
	Line int             // of the file, from 1
	Has  map[string]bool // the fields the file has, also empty ones
	Err  string          // why the line cannot be read at all; empty otherwise

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

// bad marks the row as one that cannot be read.
func (r *Row) bad(format string, args ...any) *Row {
	if r.Err == "" {
		r.Err = fmt.Sprintf(format, args...)
	}
	return r
}

// splitCell takes a list out of a cell: values stand between semicolons.
func splitCell(cell string) []string {
	var values []string
	for v := range strings.SplitSeq(cell, ";") {
		if v = strings.TrimSpace(v); v != "" {
			values = append(values, v)
		}
	}
	return values
}
