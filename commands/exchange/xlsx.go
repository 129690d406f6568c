package exchange

import (
	"io"
	"strconv"
	"time"
	"unicode/utf16"

	"github.com/xuri/excelize/v2"

	"thbot/store/fault"
)

const sheet = "Activities"

// unpacked is the most bytes a workbook may have when unpacked.
const unpacked = 256 << 20

// ReadXLSX reads the first sheet of a workbook, whose first line names the
// columns. Cells that the spreadsheet keeps as dates are read as such.
func ReadXLSX(in io.Reader, progress func(n int)) ([]*Row, error) {
	book, err := excelize.OpenReader(in, excelize.Options{UnzipSizeLimit: unpacked, RawCellValue: true})
	if err != nil {
		return damagedBook(1, err), nil
	}
	defer book.Close()
	since1904 := false
	if props, err := book.GetWorkbookProps(); err == nil && props.Date1904 != nil {
		since1904 = *props.Date1904
	}
	lines, err := book.Rows(book.GetSheetName(0))
	if err != nil {
		return damagedBook(1, err), nil
	}
	defer lines.Close()
	var names []string
	var rows []*Row
	for line := 1; lines.Next(); line++ {
		cells, err := lines.Columns()
		if err != nil {
			return damagedBook(line, err), nil
		}
		if blank(cells) {
			continue
		}
		if names == nil {
			var wrong string
			if names, wrong = header(cells); wrong != "" {
				return []*Row{(&Row{Line: line}).bad("%s", wrong)}, nil
			}
			continue
		}
		for i := range cells {
			if i < len(names) && (names[i] == "from" || names[i] == "to") {
				cells[i] = spreadsheetDate(cells[i], since1904)
			}
		}
		rows = append(rows, fill(line, names, cells, func(s string) string { return s }))
		if progress != nil && line%1000 == 0 {
			progress(line)
		}
	}
	return rows, lines.Error()
}

func damagedBook(line int, err error) []*Row {
	return []*Row{(&Row{Line: line}).bad("the file cannot be read as an XLSX workbook: %s", err)}
}

// spreadsheetDate turns the number under which a spreadsheet keeps a day into
// the day. The numbers of the years 1955 to 2119 are taken for days: a year
// typed as such, 2027, is none of them.
func spreadsheetDate(cell string, since1904 bool) string {
	n, err := strconv.ParseFloat(cell, 64)
	if err != nil || n < 20100 || n > 80000 {
		return cell
	}
	t, err := excelize.ExcelDateToTime(n, since1904)
	if err != nil {
		return cell
	}
	return t.Format(time.DateOnly)
}

// WriteXLSX writes a workbook with one sheet. Every cell is text, so nothing
// in it is a formula. A text that no cell can hold is a fault.
func WriteXLSX(out io.Writer, rows func(yield func(*Row) bool)) error {
	book := excelize.NewFile()
	defer book.Close()
	if err := book.SetSheetName(book.GetSheetName(0), sheet); err != nil {
		return err
	}
	w, err := book.NewStreamWriter(sheet)
	if err != nil {
		return err
	}
	names := columns()
	bold, err := book.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}})
	if err != nil {
		return err
	}
	head := make([]any, len(names))
	for i, name := range names {
		head[i] = excelize.Cell{StyleID: bold, Value: name}
	}
	if err := w.SetColWidth(3, 4, 50); err != nil {
		return err
	}
	if err := w.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	if err := w.SetRow("A1", head); err != nil {
		return err
	}
	line := 1
	for r := range rows {
		line++
		cells := make([]any, len(names))
		for i, name := range names {
			text := r.cell(name)
			if len(utf16.Encode([]rune(text))) > excelize.TotalCellChars {
				return fault.New(fault.Invalid, "The %s of %s are too long for a cell of a workbook. The jsonl format takes them.", name, r.ID).WithTry("/thb export jsonl")
			}
			cells[i] = text
		}
		at, err := excelize.CoordinatesToCellName(1, line)
		if err != nil {
			return err
		}
		if err := w.SetRow(at, cells); err != nil {
			return err
		}
	}
	if err := w.Flush(); err != nil {
		return err
	}
	return book.Write(out)
}
