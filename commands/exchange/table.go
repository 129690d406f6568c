package exchange

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// columns are the fields that a table of cells carries. Notes and guesses are
// lists of records and stay in JSONL.
func columns() []string {
	return slices.DeleteFunc(Fields(), func(f string) bool { return f == "guessed" || f == "notes" })
}

// cell gives the row's value of a column.
func (r *Row) cell(name string) string {
	switch v := r.field(name).(type) {
	case *string:
		return *v
	case *[]string:
		return strings.Join(*v, "; ")
	case *[]Partner:
		parts := make([]string, len(*v))
		for i, p := range *v {
			parts[i] = p.Agency
			if p.State != "named" {
				parts[i] += " (" + p.State + ")"
			}
		}
		return strings.Join(parts, "; ")
	case *time.Time:
		return v.UTC().Format(timeFormat)
	}
	return ""
}

// setCell reads a cell into the row.
func (r *Row) setCell(name, cell string) {
	switch v := r.field(name).(type) {
	case *string:
		*v = cell
	case *[]string:
		*v = splitCell(cell)
	case *[]Partner:
		for _, part := range splitCell(cell) {
			agency, state, ok := strings.Cut(strings.TrimSuffix(part, ")"), " (")
			if !ok {
				state = "named"
			}
			*v = append(*v, Partner{agency, state})
		}
	case *time.Time:
		if cell == "" {
			return
		}
		t, err := time.Parse(timeFormat, cell)
		if err != nil {
			r.bad("%s is no time: %s", name, cell)
		}
		*v = t
	}
}

// header finds what each column holds. A name that is no field is an error
// with its name.
func header(cells []string) ([]string, string) {
	names := make([]string, len(cells))
	for i, cell := range cells {
		name := strings.ToLower(strings.TrimSpace(strings.TrimPrefix(cell, "\ufeff")))
		name = strings.ReplaceAll(name, " ", "_")
		if name == "" {
			continue
		}
		if !slices.Contains(columns(), name) {
			return nil, "there is no column " + cell
		}
		if slices.Contains(names[:i], name) {
			return nil, "the column " + cell + " stands twice"
		}
		names[i] = name
	}
	for _, needed := range []string{"agency", "title"} {
		if !slices.Contains(names, needed) {
			return nil, "the first line lacks the column " + needed
		}
	}
	return names, ""
}

// fill makes a row of a table's cells.
func fill(line int, names, cells []string, undo func(string) string) *Row {
	r := &Row{Line: line, Has: map[string]bool{}}
	for i, cell := range cells {
		if i >= len(names) || names[i] == "" {
			if strings.TrimSpace(cell) != "" {
				r.bad("there is a value in column %d, which has no name", i+1)
			}
			continue
		}
		if !utf8.ValidString(cell) {
			r.bad("the value of %s is not valid UTF-8", names[i])
			continue
		}
		r.setCell(names[i], undo(cell))
		r.Has[names[i]] = true
	}
	return r
}

func blank(cells []string) bool {
	return !slices.ContainsFunc(cells, func(c string) bool { return strings.TrimSpace(c) != "" })
}

// ReadCSV reads a table whose first line names the columns. Commas or
// semicolons may part the cells.
func ReadCSV(in io.Reader, progress func(n int)) ([]*Row, error) {
	b := bufio.NewReaderSize(in, 64<<10)
	first, err := b.Peek(64 << 10)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, bufio.ErrBufferFull) {
		return nil, err
	}
	if i := bytes.IndexByte(first, '\n'); i >= 0 {
		first = first[:i]
	}
	r := csv.NewReader(b)
	r.FieldsPerRecord = -1
	if bytes.Count(first, []byte(";")) > bytes.Count(first, []byte(",")) {
		r.Comma = ';'
	}
	var names []string
	var rows []*Row
	for {
		cells, err := r.Read()
		if errors.Is(err, io.EOF) {
			return rows, nil
		}
		line, _ := r.FieldPos(0)
		var bad *csv.ParseError
		if errors.As(err, &bad) {
			return append(rows, (&Row{Line: bad.StartLine}).bad("the line cannot be read as CSV: %s", bad.Err)), nil
		}
		if err != nil {
			return rows, err
		}
		if names == nil {
			var wrong string
			if names, wrong = header(cells); wrong != "" {
				return []*Row{(&Row{Line: line}).bad("%s", wrong)}, nil
			}
			continue
		}
		if !blank(cells) {
			rows = append(rows, fill(line, names, cells, undefuse))
		}
		if progress != nil && line%1000 == 0 {
			progress(line)
		}
	}
}

// WriteCSV writes a table with commas. Cells that a spreadsheet would take for
// a formula are defused with an apostrophe, which ReadCSV takes off again.
func WriteCSV(out io.Writer, rows func(yield func(*Row) bool)) error {
	w := csv.NewWriter(out)
	names := columns()
	if err := w.Write(names); err != nil {
		return err
	}
	cells := make([]string, len(names))
	for r := range rows {
		for i, name := range names {
			cells[i] = defuse(r.cell(name))
		}
		if err := w.Write(cells); err != nil {
			return err
		}
	}
	w.Flush()
	return w.Error()
}

// dangerous tells whether a spreadsheet would take the cell for a formula,
// once apostrophes before it are gone.
func dangerous(cell string) bool {
	bare := strings.TrimLeft(cell, "'")
	return bare != "" && strings.ContainsRune("=+-@\t\r", rune(bare[0]))
}

func defuse(cell string) string {
	if dangerous(cell) {
		return "'" + cell
	}
	return cell
}

func undefuse(cell string) string {
	if strings.HasPrefix(cell, "'") && dangerous(cell) {
		return cell[1:]
	}
	return cell
}
