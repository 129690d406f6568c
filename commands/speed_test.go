package commands_test

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"thbot/commands"
	"thbot/commands/made"
	"thbot/store"
	"thbot/store/bolt"
)

// register imports n made activities into a new file and gives its path.
func register(b *testing.B, n int) string {
	b.Helper()
	path := filepath.Join(b.TempDir(), "made.db")
	c := start(b, path)
	defer c.Store().Close()
	var file bytes.Buffer
	if err := made.WriteJSONL(&file, n, 1); err != nil {
		b.Fatal(err)
	}
	importMade(b, c, &file)
	by := store.By{Actor: store.Program, Op: "contact", At: time.Now()}
	err := c.Store().Update(context.Background(), by, func(ch *store.Change) error {
		return ch.AddPerson(&store.Person{Role: store.ContactPoint, Agency: "cepol", Accounts: []store.Account{{AccountID: account("cepol"), Name: "cepol"}}})
	})
	if err != nil {
		b.Fatal(err)
	}
	return path
}

func importMade(b *testing.B, c *commands.Commands, file *bytes.Buffer) *commands.ImportReport {
	b.Helper()
	report, err := c.Import(context.Background(), file, commands.ImportOptions{Format: "jsonl", Name: "made.jsonl", Now: time.Now()})
	if err != nil || len(report.Bad) > 0 {
		b.Fatalf("import: %v %+v", err, report)
	}
	return report
}

// start opens the register and builds the overlap index, as the program does
// before it answers.
func start(b *testing.B, path string) *commands.Commands {
	b.Helper()
	d, err := bolt.Open(path)
	if err != nil {
		b.Fatal(err)
	}
	s, err := store.Open(context.Background(), d)
	if err != nil {
		b.Fatal(err)
	}
	c, err := commands.New(commands.Config{Store: s})
	if err != nil {
		b.Fatal(err)
	}
	if err := c.Warm(context.Background()); err != nil {
		b.Fatal(err)
	}
	return c
}

// BenchmarkRecord10k records with commit and overlap check in a register of
// 10,000 activities; the p99 is the figure that counts.
func BenchmarkRecord10k(b *testing.B) {
	c := start(b, register(b, 10_000))
	defer c.Store().Close()
	rows := made.Rows(b.N, 2)
	times := make([]time.Duration, 0, b.N)
	b.ResetTimer()
	for i, row := range rows {
		text := fmt.Sprintf("record %s, %s\n%s from:%s to:%s country:%s", row.Title, row.ID, row.Description,
			cmp.Or(row.From, "none"), cmp.Or(row.To, "none"), cmp.Or(strings.Join(row.Countries, ","), "none"))
		began := time.Now()
		reply := c.Handle(context.Background(), commands.Request{Account: account("cepol"), Now: began, Text: text})
		times = append(times, time.Since(began))
		if reply.Failed {
			b.Fatalf("row %d: %s", i, reply.Message.Text())
		}
	}
	b.StopTimer()
	slices.Sort(times)
	b.ReportMetric(float64(times[len(times)*99/100].Microseconds())/1000, "p99-ms")
	b.ReportMetric(float64(times[len(times)/2].Microseconds())/1000, "p50-ms")
}

func BenchmarkCoverage10k(b *testing.B) {
	c := start(b, register(b, 10_000))
	defer c.Store().Close()
	for b.Loop() {
		reply := c.Handle(context.Background(), commands.Request{Account: account("cepol"), Now: time.Now(), Text: "coverage 2027 text"})
		if reply.Failed {
			b.Fatal(reply.Message.Text())
		}
	}
}

func BenchmarkStart10k(b *testing.B)  { benchmarkStart(b, 10_000) }
func BenchmarkStart100k(b *testing.B) { benchmarkStart(b, 100_000) }

func benchmarkStart(b *testing.B, n int) {
	path := register(b, n)
	runtime.GC()
	b.ResetTimer()
	for b.Loop() {
		c := start(b, path)
		b.StopTimer()
		b.ReportMetric(resident(b), "resident-MB")
		c.Store().Close()
		b.StartTimer()
	}
}

func BenchmarkImport100k(b *testing.B) {
	var file bytes.Buffer
	if err := made.WriteJSONL(&file, 100_000, 1); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		b.StopTimer()
		c := start(b, filepath.Join(b.TempDir(), "made.db"))
		in := bytes.NewBuffer(bytes.Clone(file.Bytes()))
		b.StartTimer()
		report := importMade(b, c, in)
		b.StopTimer()
		b.ReportMetric(float64(report.Pairs), "pairs")
		b.ReportMetric(resident(b), "resident-MB")
		c.Store().Close()
		b.StartTimer()
	}
}

// resident is the process's resident memory in MB, where the system tells it.
func resident(b *testing.B) float64 {
	file, err := os.Open("/proc/self/status")
	if err != nil {
		return 0
	}
	defer file.Close()
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		if rest, ok := strings.CutPrefix(lines.Text(), "VmRSS:"); ok {
			var kb float64
			fmt.Sscan(rest, &kb)
			return kb / 1000
		}
	}
	return 0
}
