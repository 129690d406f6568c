package store_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"testing"
	"time"

	"thbot/store"
	"thbot/store/bolt"
	"thbot/store/date"
)

// resident gives the process's memory and its highest so far, in megabytes,
// where the system tells.
func resident() (now, peak float64) {
	b, _ := os.ReadFile("/proc/self/status")
	for _, line := range strings.Split(string(b), "\n") {
		if f := strings.Fields(line); len(f) == 3 {
			kb, _ := strconv.ParseFloat(f[1], 64)
			switch f[0] {
			case "VmRSS:":
				now = kb / 1024
			case "VmHWM:":
				peak = kb / 1024
			}
		}
	}
	return now, peak
}

// sample is an activity as agencies write them, with 300 to 500 bytes of text.
func sample(i int) *store.Activity {
	agencies := []string{"easo", "europol", "eu-lisa", "emcdda", "eurojust", "eige", "frontex", "eurofound", "fra", "cepol"}
	from, _ := date.Parse(fmt.Sprintf("20%02d-%02d", 20+i%10, 1+i%12))
	to, _ := date.Parse(fmt.Sprintf("20%02d", 31+i%5))
	return &store.Activity{
		Agency: agencies[i%10], Kind: "training", Status: []string{"", "planned", "ongoing"}[i%3],
		Title:       fmt.Sprintf("Course %d: signs of forced labour at the workplace for inspectors", i),
		Description: strings.Repeat("Two days on interviews, documents and the rights of victims. ", 5+i%3) + strconv.Itoa(i),
		Commitments: []string{"training", "identification"}, Exploitation: []string{"labour"},
		Audience: []string{"labour-inspectors", "law-enforcement"}, Countries: []string{"RO", "BG", "Western Balkans"},
		From: from, To: to, Plan: "SPD 2027-2029 2.4.1",
		Guessed: []store.Guess{{Field: "audience", Evidence: "inspectors"}},
		Source:  "plan", SourceID: fmt.Sprintf("D%06d", i),
	}
}

var imported = store.By{Actor: store.Program, Op: "import", At: noon}

func fill(tb testing.TB, s *store.Store, n int) {
	tb.Helper()
	err := s.Update(context.Background(), imported, func(c *store.Change) error {
		for i := range n {
			if err := c.AddActivity(sample(i)); err != nil {
				return err
			}
		}
		return c.Enter("import", map[string]string{"rows": strconv.Itoa(n)})
	})
	if err != nil {
		tb.Fatal(err)
	}
}

func openAt(tb testing.TB, path string) *store.Store {
	tb.Helper()
	d, err := bolt.Open(path)
	if err != nil {
		tb.Fatal(err)
	}
	s, err := store.Open(context.Background(), d)
	if err != nil {
		tb.Fatal(err)
	}
	return s
}

// sizes are those that the project promises figures for.
var sizes = []int{10_000, 100_000}

func BenchmarkImport(b *testing.B) {
	for _, n := range sizes {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				path := filepath.Join(b.TempDir(), "x.db")
				s := openAt(b, path)
				fill(b, s, n)
				s.Close()
				info, _ := os.Stat(path)
				b.ReportMetric(float64(info.Size())/(1<<20), "file-MB")
			}
			_, peak := resident()
			b.ReportMetric(peak, "peak-MB")
		})
	}
}

func BenchmarkOpen(b *testing.B) {
	for _, n := range sizes {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			path := filepath.Join(b.TempDir(), "x.db")
			s := openAt(b, path)
			fill(b, s, n)
			s.Close()
			b.ReportAllocs()
			for b.Loop() {
				openAt(b, path).Close()
			}
			s = openAt(b, path)
			var m runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&m)
			b.ReportMetric(float64(m.HeapAlloc)/(1<<20), "heap-MB")
			debug.FreeOSMemory()
			now, _ := resident()
			b.ReportMetric(now, "resident-MB")
			s.Close()
		})
	}
}

// BenchmarkUpdate records one activity in a register of some size, as far as
// the store goes: with its commit and its sync to the disk.
func BenchmarkUpdate(b *testing.B) {
	for _, n := range sizes {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			s := openAt(b, filepath.Join(b.TempDir(), "x.db"))
			defer s.Close()
			fill(b, s, n)
			i := n
			b.ReportAllocs()
			for b.Loop() {
				i++
				err := s.Update(context.Background(), store.By{Actor: "P1", Op: "record", At: noon.Add(time.Duration(i) * time.Second)}, func(c *store.Change) error {
					return c.AddActivity(sample(i))
				})
				if err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkVerify(b *testing.B) {
	s := openAt(b, filepath.Join(b.TempDir(), "x.db"))
	defer s.Close()
	fill(b, s, 100_000)
	for b.Loop() {
		err := s.View(context.Background(), func(v *store.View) error {
			f, err := v.Verify(nil)
			if err == nil && len(f.Wrong) > 0 {
				b.Fatal(f.Wrong)
			}
			return err
		})
		if err != nil {
			b.Fatal(err)
		}
	}
}
