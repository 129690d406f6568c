package exchange

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strings"
	"unicode/utf8"
)

// columns are the fields that a table of cells carries. Notes and guesses are
// lists of records and stay in JSONL.
func columns() []string {
	return slices.DeleteFunc(Fields(), func(f string) bool { return f == "guessed" || f == "notes" })
}

// header finds what each column holds, or says what is wrong with it.
func header(cells []string) (names []string, wrong string) {
	names = make([]string, len(cells))
	for i, cell := range cells {
		name := strings.ReplaceAll(strings.ToLower(strings.TrimSpace(cell)), " ", "_")
		switch {
		case name == "":
			continue
		case !utf8.ValidString(cell):
			return nil, "the file is not UTF-8; save it as CSV UTF-8"
		case !slices.Contains(columns(), name):
			return nil, unknown("column", cell, columns())
		case slices.Contains(names[:i], name):
			return nil, "the column " + name + " stands twice"
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

// fill makes a row of a table's cells. A line that is shorter than the header
// has its last cells empty.
func fill(line int, names, cells []string, read func(string) string) *Row {
	r := &Row{Line: line}
	for i := range max(len(names), len(cells)) {
		cell := ""
		if i < len(cells) {
			cell = cells[i]
		}
		switch {
		case i >= len(names) || names[i] == "":
			if strings.TrimSpace(cell) != "" {
				r.bad("there is a value in column %d, which has no name", i+1)
			}
		case !utf8.ValidString(cell):
			r.bad("the value of %s is not valid UTF-8", names[i])
		default:
			r.setCell(names[i], read(cell))
			r.mark(names[i])
		}
	}
	return r
}

func blank(cells []string) bool {
	return !slices.ContainsFunc(cells, func(c string) bool { return strings.TrimSpace(c) != "" })
}

// ReadCSV reads a table whose first line names the columns. Commas or
// semicolons may part the cells. A line that cannot be read becomes a row with
// Err, and reading goes on behind it. progress may be nil.
func ReadCSV(in io.Reader, progress func(n int)) ([]*Row, error) {
	b := bufio.NewReaderSize(in, 64<<10)
	skipMark(b)
	r := csv.NewReader(b)
	r.FieldsPerRecord = -1
	r.Comma = separator(b)
	var names []string
	var rows []*Row
	for n := 1; ; n++ {
		cells, err := r.Read()
		var bad *csv.ParseError
		switch {
		case errors.Is(err, io.EOF):
			return rows, nil
		case errors.As(err, &bad):
			rows = append(rows, (&Row{Line: bad.StartLine}).bad("the line cannot be read as CSV: %s", bad.Err))
			if names == nil {
				return rows, nil
			}
			continue
		case err != nil:
			return nil, err
		}
		line, _ := r.FieldPos(0)
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
		if progress != nil && n%1000 == 0 {
			progress(n)
		}
	}
}

// separator looks at the first line: names of columns have neither a comma nor
// a semicolon.
func separator(b *bufio.Reader) rune {
	first, _ := b.Peek(64 << 10) // an error comes again when it is read
	if i := bytes.IndexByte(first, '\n'); i >= 0 {
		first = first[:i]
	}
	if bytes.Count(first, []byte(";")) > bytes.Count(first, []byte(",")) {
		return ';'
	}
	return ','
}

// WriteCSV writes a table with commas. Cells that a spreadsheet would take for
// a formula are defused with an apostrophe, which ReadCSV takes off again. A
// reader of CSV takes "\r\n" within a cell for "\n", so it gets one "\r" more.
func WriteCSV(out io.Writer, rows func(yield func(*Row) bool)) error {
	w := csv.NewWriter(out)
	names := columns()
	if err := w.Write(names); err != nil {
		return err
	}
	cells := make([]string, len(names))
	for r := range rows {
		for i, name := range names {
			cells[i] = strings.ReplaceAll(defuse(r.cell(name)), "\r\n", "\r\r\n")
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
	return bare != "" && strings.IndexByte("=+-@\t\r\n", bare[0]) >= 0
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
