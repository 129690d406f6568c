package exchange_test

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"thbot/commands/exchange"
)

// texts are the awkward ones first, then any.
func texts(least int) *rapid.Generator[string] {
	awkward := rapid.SampledFrom([]string{
		"=1+1", "+49", "-x", "@sum", "'=1", "''@", "\tx", "\rx", "'\t", "a; b", "; ", ";", `"`, `""`, `"a"; b`, `"a`, "'", "a,b", "x\ny", "\n", " x ", "x\r\ny", "\r\n", "\r\r\n0", "x\r",
		"2027", "46113", "1e5", "TRUE", "_x0041_", "_x000D_", "<b>&amp;", "مرحبا", "e\u0301", "👩‍👧", "\u202edoc", "a\u00a0", "NULL", "#N/A", "0012",
	})
	any := rapid.StringOf(rapid.RuneFrom([]rune("ab;,'\"=+-@ \n\té😀_x{}")))
	return rapid.OneOf(awkward, any).Filter(func(s string) bool { return len(s) >= least })
}

func lists() *rapid.Generator[[]string] { return rapid.SliceOfN(texts(0), 0, 4) }

// rows gives rows as export makes them.
func rows() *rapid.Generator[[]*exchange.Row] {
	one := rapid.Custom(func(t *rapid.T) *exchange.Row {
		moment := time.Date(2027, 3, 1, 9, 0, 0, rapid.IntRange(0, 999_999_999).Draw(t, "ns"), time.UTC)
		text := func(name string) string { return texts(0).Draw(t, name) }
		return &exchange.Row{
			ID: text("id"), Agency: "easo", Title: texts(1).Draw(t, "title"), Description: text("description"),
			Commitments: lists().Draw(t, "commitments"), Kind: text("kind"), Countries: lists().Draw(t, "countries"),
			Audience: lists().Draw(t, "audience"), From: "2027-03", To: "2027-Q2", Status: text("status"), Plan: text("plan"),
			Links: lists().Draw(t, "links"), Follows: lists().Draw(t, "follows"), Others: lists().Draw(t, "others"), TLP: text("tlp"),
			Partners: rapid.SliceOfN(rapid.Custom(func(t *rapid.T) exchange.Partner {
				return exchange.Partner{
					Agency: rapid.SampledFrom([]string{"fra", "eu-lisa", "European Asylum Support Office (EASO)", "x (confirmed)", "a; b"}).Draw(t, "agency"),
					State:  rapid.SampledFrom([]string{"named", "confirmed", "declined"}).Draw(t, "state"),
				}
			}), 0, 3).Draw(t, "partners"),
			Guessed:  []exchange.Guess{{Field: "kind", Evidence: text("evidence")}},
			Notes:    []exchange.Note{{At: moment, By: "fra", Text: text("note")}},
			Register: text("register"), Source: text("source"), SourceID: text("source id"), RecordedAt: moment, ChangedAt: moment,
		}
	})
	return rapid.SliceOfN(one, 0, 5)
}

// same compares rows as their files hold them, with an empty list like none.
func same(t interface{ Fatalf(string, ...any) }, want, got []*exchange.Row, but ...string) {
	if len(want) != len(got) {
		t.Fatalf("%d rows went out, %d came back", len(want), len(got))
	}
	for i := range want {
		if got[i].Err != "" {
			t.Fatalf("row %d: %s", i, got[i].Err)
		}
		a, b := reflect.ValueOf(*want[i]), reflect.ValueOf(*got[i])
		for f := range a.NumField() {
			name := a.Type().Field(f).Name
			if name == "Line" || name == "has" || slices.Contains(but, name) || a.Field(f).Kind() == reflect.Slice && a.Field(f).Len()+b.Field(f).Len() == 0 {
				continue
			}
			if !reflect.DeepEqual(a.Field(f).Interface(), b.Field(f).Interface()) {
				t.Fatalf("row %d, %s: %#v came back as %#v", i, name, a.Field(f).Interface(), b.Field(f).Interface())
			}
		}
	}
}

type format struct {
	write func(io.Writer, func(func(*exchange.Row) bool)) error
	read  func(io.Reader, func(int)) ([]*exchange.Row, error)
	but   []string // what the format does not carry
}

func formats() map[string]format {
	return map[string]format{
		"jsonl": {exchange.WriteJSONL, exchange.ReadJSONL, nil},
		"csv":   {exchange.WriteCSV, exchange.ReadCSV, []string{"Guessed", "Notes"}},
		"xlsx":  {exchange.WriteXLSX, exchange.ReadXLSX, []string{"Guessed", "Notes"}},
	}
}

// TestRoundTrip holds that what is written comes back character for character.
func TestRoundTrip(t *testing.T) {
	for name, f := range formats() {
		t.Run(name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				want := rows().Draw(t, "rows")
				var file bytes.Buffer
				if err := f.write(&file, slices.Values(want)); err != nil {
					t.Fatal(err)
				}
				got, err := f.read(&file, nil)
				if err != nil {
					t.Fatal(err)
				}
				same(t, want, got, f.but...)
			})
		})
	}
}

// TestDefused holds that no cell of a CSV file begins as a formula does.
func TestDefused(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var file bytes.Buffer
		if err := exchange.WriteCSV(&file, slices.Values(rows().Draw(t, "rows"))); err != nil {
			t.Fatal(err)
		}
		cells, err := csv.NewReader(&file).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		for _, cell := range slices.Concat(cells...) {
			if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
				t.Fatalf("the cell %q would be a formula", cell)
			}
		}
	})
}

func read(t *testing.T, f func(io.Reader, func(int)) ([]*exchange.Row, error), text string) []*exchange.Row {
	t.Helper()
	got, err := f(strings.NewReader(text), nil)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// told is what was read, or what is said of it, a line each.
func told(rows []*exchange.Row) string {
	var b strings.Builder
	for _, r := range rows {
		if r.Err != "" {
			fmt.Fprintf(&b, "%d: %s\n", r.Line, r.Err)
			continue
		}
		fmt.Fprintf(&b, "%d %s|%s|%s|%s|%v\n", r.Line, r.Agency, r.Title, strings.Join(r.Countries, "+"), r.From, r.Partners)
	}
	return b.String()
}

func TestReadJSONL(t *testing.T) {
	long := strings.Repeat("x", exchange.MaxLine)
	for _, c := range []struct{ name, file, want string }{
		{"nothing", "", ""},
		{"mark, empty lines and both line ends", "\ufeff{\"agency\":\"fra\",\"title\":\"A\"}\r\n\n  \n{\"agency\":\"fra\",\"title\":\"B\"}", "1 fra|A|||[]\n4 fra|B|||[]\n"},
		{"slugs and objects", `{"agency":"fra","title":"A","partners":["cepol",{"agency":"easo","state":"declined"}]}`, "1 fra|A|||[{cepol named} {easo declined}]\n"},
		{"null is left out", `{"agency":"fra","title":"A","countries":null}`, "1 fra|A|||[]\n"},
		{"unknown field", `{"agency":"fra","titel":"A","zzz":1}`, "1: there is no field \"titel\"; did you mean \"title\"?; there is no field \"zzz\"\n"},
		{"field inside", `{"agency":"fra","title":"A","notes":[{"text":"x","who":"me"}],"partners":[{"slug":"fra"}]}`,
			"1: notes takes a list of {\"at\":\"2027-03-01T09:00:00Z\",\"by\":\"…\",\"text\":\"…\"}, without a field \"who\"; partners takes a list of slugs, or of {\"agency\":\"…\",\"state\":\"…\"}, without a field \"slug\"\n"},
		{"field twice", `{"agency":"fra","title":"A","title":"B"}`, "1: the field \"title\" stands twice\n"},
		{"wrong types", `{"agency":"fra","title":7,"countries":"RO","recorded_at":"soon"}`,
			"1: title takes a text in quotes; countries takes a list of texts, such as [\"…\",\"…\"]; recorded_at takes a time such as 2027-03-01T09:00:00Z\n"},
		{"no object", "[1]\nx\n{\"a\n{} {}\n{\"agency\":\"fra\"", "1: the line is no JSON object\n2: the line is no JSON object\n3: the line is no whole JSON object: invalid character '\\n' in string literal\n4: there is more on the line than one JSON object\n5: the line is no whole JSON object: it ends too early\n"},
		{"not UTF-8", "{\"agency\":\"\xff\"}", "1: the line is not valid UTF-8\n"},
		{"a long line, and one behind it", long + "x\n{\"agency\":\"fra\",\"title\":\"A\"}", "1: the line is longer than 1 MiB\n2 fra|A|||[]\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := told(read(t, exchange.ReadJSONL, c.file)); got != c.want {
				t.Errorf("got\n%swant\n%s", got, c.want)
			}
		})
	}
}

func TestReadCSV(t *testing.T) {
	for _, c := range []struct{ name, file, want string }{
		{"nothing", "", ""},
		{"commas, mark, CRLF", "\ufeffAgency,Title,Source ID\r\nfra,\"a, b\",1\r\n", "2 fra|a, b|||[]\n"},
		{"mark before a quote", "\ufeff\"agency\",title\nfra,A\n", "2 fra|A|||[]\n"},
		{"semicolons", "agency;title;countries\nfra;A;\"RO; BG\"\n", "2 fra|A|RO+BG||[]\n"},
		{"several lines in a cell", "agency,title,description\nfra,A,\"x\ny\"\nfra,B,z\n", "2 fra|A|||[]\n4 fra|B|||[]\n"},
		{"defused", "agency,title\nfra,'=1\nfra,''=1\nfra,'n Abend\n", "2 fra|=1|||[]\n3 fra|'=1|||[]\n4 fra|'n Abend|||[]\n"},
		{"list with quotes", "agency,title,countries\nfra,A,\"\"\"a; b\"\"; \"\"c\"\" d; e\"\n", "2 fra|A|a; b+\"c\" d+e||[]\n"},
		{"partners", "agency,title,partners\nfra,A,easo; European Asylum Support Office (EASO) (confirmed); Asylum (EASO)\n", "2 fra|A|||[{easo named} {European Asylum Support Office (EASO) confirmed} {Asylum (EASO) named}]\n"},
		{"empty lines and columns", "agency,title,\n,,\nfra,A,\nfra,B,x\n", "3 fra|A|||[]\n4: there is a value in column 3, which has no name\n"},
		{"unknown column", "agency,titel\nfra,A\n", "1: there is no column \"titel\"; did you mean \"title\"?\n"},
		{"column twice", "agency,title,Title\nfra,A,B\n", "1: the column title stands twice\n"},
		{"no title", "agency\nfra\n", "1: the first line lacks the column title\n"},
		{"notes stay in JSONL", "agency,title,notes\n", "1: there is no column \"notes\"\n"},
		{"a bad line, and what follows", "agency,title\nfra,a\"b\nfra,B\nfra,\"C\"x\nfra,D\n", "2: the line cannot be read as CSV: bare \" in non-quoted-field\n3 fra|B|||[]\n4: the line cannot be read as CSV: extraneous or missing \" in quoted-field\n5 fra|D|||[]\n"},
		{"not UTF-8", "agency,title\nfra,\xe9\n", "2: the value of title is not valid UTF-8\n"},
		{"UTF-16", "\xff\xfea\x00g\x00", "1: the file is not UTF-8; save it as CSV UTF-8\n"},
		{"no time", "agency,title,changed_at\nfra,A,soon\n", "2: changed_at takes a time such as 2027-03-01T09:00:00Z\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := told(read(t, exchange.ReadCSV, c.file)); got != c.want {
				t.Errorf("got\n%swant\n%s", got, c.want)
			}
		})
	}
}

// TestShortLineEmptiesCells holds that a spreadsheet, which drops empty cells
// at the end of a line, says the same as one that keeps them.
func TestShortLineEmptiesCells(t *testing.T) {
	r := read(t, exchange.ReadCSV, "agency,title,plan\nfra,A\n")[0]
	if !r.Has("plan") || r.Plan != "" || r.Has("kind") {
		t.Errorf("plan %v %q, kind %v", r.Has("plan"), r.Plan, r.Has("kind"))
	}
}
