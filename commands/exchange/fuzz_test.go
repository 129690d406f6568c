package exchange_test

import (
	"bytes"
	"slices"
	"testing"
	"time"

	"thbot/commands/exchange"
)

// again holds that whatever was read without a complaint is written and read
// again as the same.
func again(t *testing.T, name string, file []byte) {
	f := formats()[name]
	got, err := f.read(bytes.NewReader(file), nil)
	if err != nil || slices.ContainsFunc(got, func(r *exchange.Row) bool { return r.Err != "" }) {
		return
	}
	for _, r := range got {
		times := []*time.Time{&r.RecordedAt, &r.ChangedAt}
		for i := range r.Notes {
			times = append(times, &r.Notes[i].At)
		}
		for _, at := range times { // the zone is not kept, nor can JSON hold every year
			if *at = at.UTC(); at.Year() < 0 || at.Year() > 9999 {
				return
			}
		}
	}
	var out bytes.Buffer
	if err := f.write(&out, slices.Values(got)); err != nil {
		if name == "xlsx" {
			return // a cell too long
		}
		t.Fatal(err)
	}
	back, err := f.read(&out, nil)
	if err != nil {
		t.Fatal(err)
	}
	same(t, got, back, f.but...)
}

func FuzzJSONL(f *testing.F) {
	f.Add([]byte("{\"agency\":\"fra\",\"title\":\"A\",\"partners\":[\"easo\"],\"countries\":[\"RO\"]}\n{\"id\":7}\n"))
	f.Add([]byte(`{"agency":"fra","title":"\ud800","notes":[{"at":"2027-03-01T09:00:00+02:00","by":"fra","text":"x"}]}`))
	f.Fuzz(func(t *testing.T, file []byte) { again(t, "jsonl", file) })
}

func FuzzCSV(f *testing.F) {
	f.Add([]byte("agency,title,others\nfra,'=1,\"\"\"a; b\"\"; c\"\n"))
	f.Add([]byte("\ufeffagency;title\r\nfra;\"x\r\ny\"\r\n"))
	f.Fuzz(func(t *testing.T, file []byte) { again(t, "csv", file) })
}

func FuzzXLSX(f *testing.F) {
	var file bytes.Buffer
	if err := exchange.WriteXLSX(&file, slices.Values([]*exchange.Row{{Agency: "fra", Title: "=1", Others: []string{"a; b", "c"}}})); err != nil {
		f.Fatal(err)
	}
	f.Add(file.Bytes())
	f.Fuzz(func(t *testing.T, file []byte) {
		rows, err := exchange.ReadXLSX(bytes.NewReader(file), nil)
		if err != nil {
			t.Fatal(err) // what is wrong with a file is said of its lines
		}
		for _, r := range rows {
			if r.Line < 1 {
				t.Fatalf("a row of line %d", r.Line)
			}
		}
	})
}
