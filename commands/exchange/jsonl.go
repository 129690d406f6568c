package exchange

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"runtime"
	"sync"
	"unicode/utf8"
)

// ReadJSONL reads one activity a line. A line that cannot be read becomes a
// row with Err, so that all bad lines can be named at once. Empty lines are
// passed over.
func ReadJSONL(in io.Reader, progress func(n int)) ([]*Row, error) {
	scan := bufio.NewScanner(in)
	scan.Buffer(make([]byte, 64<<10), MaxLine)
	var rows []*Row
	var wg sync.WaitGroup
	slots := make(chan struct{}, runtime.GOMAXPROCS(0))
	type job struct {
		row  *Row
		text []byte
	}
	var batch []job
	flush := func() {
		jobs := batch
		batch = nil
		slots <- struct{}{}
		wg.Go(func() {
			defer func() { <-slots }()
			for _, j := range jobs {
				j.row.decode(j.text)
			}
		})
	}
	line := 0
	for scan.Scan() {
		line++
		text := scan.Bytes()
		if line == 1 {
			text = bytes.TrimPrefix(text, []byte("\ufeff"))
		}
		if len(bytes.TrimSpace(text)) == 0 {
			continue
		}
		row := &Row{Line: line}
		rows = append(rows, row)
		batch = append(batch, job{row, bytes.Clone(text)})
		if len(batch) == 500 {
			flush()
			if progress != nil {
				progress(line)
			}
		}
	}
	flush()
	wg.Wait()
	if errors.Is(scan.Err(), bufio.ErrTooLong) {
		rows = append(rows, (&Row{Line: line + 1}).bad("the line is longer than %d bytes", MaxLine))
		return rows, nil
	}
	return rows, scan.Err()
}

// decode reads one line of JSON into the row.
func (r *Row) decode(text []byte) {
	if !utf8.Valid(text) {
		r.bad("the line is not valid UTF-8")
		return
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(text, &fields); err != nil {
		r.bad("the line is no JSON object: %s", jsonReason(err))
		return
	}
	r.Has = make(map[string]bool, len(fields))
	for name, raw := range fields {
		into := r.field(name)
		if into == nil {
			r.bad("there is no field %q", name)
			continue
		}
		if string(raw) == "null" {
			continue
		}
		if err := json.Unmarshal(raw, into); err != nil {
			r.bad("the value of %q does not fit: %s", name, jsonReason(err))
		}
		r.Has[name] = true
	}
}

func jsonReason(err error) string {
	var kind *json.UnmarshalTypeError
	if errors.As(err, &kind) {
		return fmt.Sprintf("it is a %s where another type is needed", kind.Value)
	}
	return err.Error()
}

// jsonRow fixes the order of fields; every field is written, also when empty.
type jsonRow struct {
	ID           string    `json:"id"`
	Agency       string    `json:"agency"`
	Title        string    `json:"title"`
	Description  string    `json:"description"`
	Commitments  []string  `json:"commitments"`
	Kind         string    `json:"kind"`
	Exploitation []string  `json:"exploitation"`
	Audience     []string  `json:"audience"`
	Countries    []string  `json:"countries"`
	From         string    `json:"from"`
	To           string    `json:"to"`
	Status       string    `json:"status"`
	Plan         string    `json:"plan"`
	Links        []string  `json:"links"`
	Follows      []string  `json:"follows"`
	TLP          string    `json:"tlp"`
	Others       []string  `json:"others"`
	Partners     []Partner `json:"partners"`
	Guessed      []Guess   `json:"guessed"`
	Notes        []Note    `json:"notes"`
	Register     string    `json:"register"`
	Source       string    `json:"source"`
	SourceID     string    `json:"source_id"`
	RecordedAt   string    `json:"recorded_at"`
	ChangedAt    string    `json:"changed_at"`
}

const timeFormat = "2006-01-02T15:04:05.999999999Z07:00"

// WriteJSONL writes one line for each row.
func WriteJSONL(out io.Writer, rows func(yield func(*Row) bool)) error {
	e := json.NewEncoder(out)
	e.SetEscapeHTML(false)
	for r := range rows {
		err := e.Encode(jsonRow{
			r.ID, r.Agency, r.Title, r.Description, some(r.Commitments), r.Kind, some(r.Exploitation), some(r.Audience),
			some(r.Countries), r.From, r.To, r.Status, r.Plan, some(r.Links), some(r.Follows), r.TLP, some(r.Others),
			some(r.Partners), some(r.Guessed), some(r.Notes), r.Register, r.Source, r.SourceID,
			r.RecordedAt.UTC().Format(timeFormat), r.ChangedAt.UTC().Format(timeFormat),
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// some makes a list that is written as [], never as null.
func some[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
