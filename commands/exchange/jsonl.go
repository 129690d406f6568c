package exchange

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"runtime"
	"strings"
	"sync"
	"time"
	"unicode/utf8"
)

// batchSize is how many lines one goroutine decodes at a time.
const batchSize = 500

// ReadJSONL reads one activity a line. A line that cannot be read becomes a
// row with Err, so that all bad lines can be named at once. Empty lines are
// passed over. progress may be nil.
func ReadJSONL(in io.Reader, progress func(n int)) ([]*Row, error) {
	lines := bufio.NewReaderSize(in, 64<<10)
	skipMark(lines)
	var rows []*Row
	var batch []lineText
	var wg sync.WaitGroup
	slots := make(chan struct{}, runtime.GOMAXPROCS(0))
	flush := func() {
		work := batch
		batch = nil
		slots <- struct{}{}
		wg.Go(func() {
			defer func() { <-slots }()
			for _, l := range work {
				l.row.decode(l.text)
			}
		})
	}
	defer wg.Wait()
	for n := 1; ; n++ {
		text, err := readLine(lines)
		row := &Row{Line: n}
		if errors.Is(err, errLong) {
			rows = append(rows, row.bad("the line is longer than 1 MiB"))
			continue
		}
		if len(bytes.TrimSpace(text)) > 0 {
			rows = append(rows, row)
			batch = append(batch, lineText{row, text})
		}
		if len(batch) == batchSize || err != nil {
			flush()
			if progress != nil {
				progress(n)
			}
		}
		if errors.Is(err, io.EOF) {
			return rows, nil
		}
		if err != nil {
			return nil, err
		}
	}
}

type lineText struct {
	row  *Row
	text []byte
}

var errLong = errors.New("line too long")

// readLine gives one line. Of one that is longer than MaxLine it reads on to
// the end, so that the next line can be read, and keeps nothing.
func readLine(in *bufio.Reader) ([]byte, error) {
	var text []byte
	long := false
	for {
		part, err := in.ReadSlice('\n')
		if long = long || len(text)+len(part) > MaxLine; !long {
			text = append(text, part...)
		}
		if errors.Is(err, bufio.ErrBufferFull) {
			continue
		}
		if long && (err == nil || errors.Is(err, io.EOF)) {
			return nil, errLong
		}
		return text, err
	}
}

// skipMark passes over a byte order mark, which some programs write.
func skipMark(in *bufio.Reader) {
	if b, _ := in.Peek(3); string(b) == "\ufeff" {
		in.Discard(3)
	}
}

// decode reads one line of JSON into the row.
func (r *Row) decode(text []byte) {
	if !utf8.Valid(text) {
		r.bad("the line is not valid UTF-8")
		return
	}
	d := json.NewDecoder(bytes.NewReader(text))
	if open, err := d.Token(); err != nil || open != json.Delim('{') {
		r.bad("the line is no JSON object")
		return
	}
	for d.More() {
		name, err := d.Token()
		var raw json.RawMessage
		if err == nil {
			err = d.Decode(&raw)
		}
		if err != nil {
			r.bad("the line is no whole JSON object: %s", err)
			return
		}
		r.take(name.(string), raw)
	}
	if _, err := d.Token(); err != nil {
		r.bad("the line is no whole JSON object: it ends too early")
	} else if _, err := d.Token(); !errors.Is(err, io.EOF) {
		r.bad("there is more on the line than one JSON object")
	}
}

// take reads the value of one field.
func (r *Row) take(name string, raw []byte) {
	into := r.field(name)
	switch {
	case into == nil:
		r.bad("%s", unknown("field", name, Fields()))
	case string(raw) == "null":
	case r.Has(name):
		r.bad("the field %q stands twice", name)
	default:
		r.mark(name)
		d := json.NewDecoder(bytes.NewReader(raw))
		d.DisallowUnknownFields()
		if err := d.Decode(into); err != nil {
			r.bad("%s takes %s%s", name, wanted(into), unknownInside(err))
		}
	}
}

// wanted says what a field takes.
func wanted(into any) string {
	switch into.(type) {
	case *[]string:
		return `a list of texts, such as ["…","…"]`
	case *time.Time:
		return "a time such as 2027-03-01T09:00:00Z"
	case *[]Partner:
		return `a list of slugs, or of {"agency":"…","state":"…"}`
	case *[]Guess:
		return `a list of {"field":"…","evidence":"…"}`
	case *[]Note:
		return `a list of {"at":"2027-03-01T09:00:00Z","by":"…","text":"…"}`
	}
	return "a text in quotes"
}

func unknownInside(err error) string {
	if _, name, ok := strings.Cut(err.Error(), "unknown field "); ok {
		return ", without a field " + name
	}
	return ""
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

const timeFormat = time.RFC3339Nano

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
