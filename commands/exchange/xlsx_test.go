package exchange_test

import (
	"archive/zip"
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"thbot/commands/exchange"
	"thbot/store/fault"
)

// workbook makes one as people do, with cells that are no texts.
func workbook(t *testing.T, since1904 bool, lines ...[]any) *bytes.Buffer {
	t.Helper()
	book := excelize.NewFile()
	defer book.Close()
	if err := book.SetWorkbookProps(&excelize.WorkbookPropsOptions{Date1904: &since1904}); err != nil {
		t.Fatal(err)
	}
	for i, line := range lines {
		at, err := excelize.CoordinatesToCellName(1, i+1)
		if err != nil {
			t.Fatal(err)
		}
		if err := book.SetSheetRow("Sheet1", at, &line); err != nil {
			t.Fatal(err)
		}
	}
	b, err := book.WriteToBuffer()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestReadXLSXDates(t *testing.T) {
	day := time.Date(2027, 3, 1, 0, 0, 0, 0, time.UTC)
	for _, since1904 := range []bool{false, true} {
		rows, err := exchange.ReadXLSX(workbook(t, since1904,
			[]any{"Agency", "Title", "From", "Commitments", "Countries"},
			[]any{"fra", "a day", day, 7, "RO; BG"},
			[]any{},
			[]any{"fra", "a year", 2027, "7; 4"},
			[]any{"fra", "a month", "2027-03"},
		), nil)
		if err != nil {
			t.Fatal(err)
		}
		const want = "2 fra|a day|RO+BG|2027-03-01|[]\n4 fra|a year||2027|[]\n5 fra|a month||2027-03|[]\n"
		if got := told(rows); got != want {
			t.Errorf("since 1904 %v: got\n%swant\n%s", since1904, got, want)
		}
	}
}

func TestReadXLSXBad(t *testing.T) {
	rows, err := exchange.ReadXLSX(workbook(t, false, []any{"agency", "titel"}), nil)
	if got := told(rows); err != nil || got != "1: there is no column \"titel\"; did you mean \"title\"?\n" {
		t.Errorf("%v %s", err, got)
	}
	for _, file := range []string{"", "PK", "agency,title\nfra,A\n"} {
		if rows, err := exchange.ReadXLSX(strings.NewReader(file), nil); err != nil || len(rows) != 1 || rows[0].Err == "" {
			t.Errorf("%q: %v %s", file, err, told(rows))
		}
	}
}

// TestBomb holds that a small file which unpacks to more than a workbook may
// have is refused, also where it lies about its size.
func TestBomb(t *testing.T) {
	good := workbook(t, false, []any{"agency", "title"}, []any{"fra", "A"})
	in, err := zip.NewReader(bytes.NewReader(good.Bytes()), int64(good.Len()))
	if err != nil {
		t.Fatal(err)
	}
	var bomb bytes.Buffer
	out := zip.NewWriter(&bomb)
	for _, f := range in.File {
		if f.Name != "xl/worksheets/sheet1.xml" {
			if err := out.Copy(f); err != nil {
				t.Fatal(err)
			}
			continue
		}
		w, err := out.Create(f.Name)
		if err != nil {
			t.Fatal(err)
		}
		spaces := bytes.Repeat([]byte(" "), 1<<20)
		for range 300 {
			if _, err := w.Write(spaces); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
	if bomb.Len() > 2<<20 {
		t.Fatalf("the bomb has %d bytes packed", bomb.Len())
	}
	rows, err := exchange.ReadXLSX(&bomb, nil)
	if err != nil || len(rows) != 1 || !strings.Contains(rows[0].Err, "limit") {
		t.Errorf("%v %s", err, told(rows))
	}
}

// TestTooLongForACell holds that nothing is cut in silence.
func TestTooLongForACell(t *testing.T) {
	row := &exchange.Row{ID: "A17", Agency: "fra", Title: "A", Others: slices.Repeat([]string{strings.Repeat("x", 3000)}, 12)}
	err := exchange.WriteXLSX(new(bytes.Buffer), slices.Values([]*exchange.Row{row}))
	if f := fault.As(err); f == nil || f.Code != fault.Invalid {
		t.Errorf("got %v", err)
	}
}
