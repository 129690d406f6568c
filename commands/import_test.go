package commands_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"thbot/commands"
	"thbot/commands/made"
	"thbot/store"
	"thbot/store/bolt"
	"thbot/store/storetest"
)

// take imports a file and gives what is said of it, or the error.
func (d *desk) take(file string, change ...func(*commands.ImportOptions)) string {
	d.t.Helper()
	o := commands.ImportOptions{Format: "jsonl", Name: "plans.jsonl", Now: d.now}
	for _, f := range change {
		f(&o)
	}
	report, err := d.commands.Import(context.Background(), strings.NewReader(file), o)
	if err != nil {
		return "error: " + err.Error() + "\n"
	}
	return report.Text()
}

func force(o *commands.ImportOptions)  { o.Force = true }
func dryRun(o *commands.ImportOptions) { o.DryRun = true }

// takes imports a file and keeps it with what is said.
func (c *conversation) takes(file string, change ...func(*commands.ImportOptions)) {
	c.t.Helper()
	var o commands.ImportOptions
	for _, f := range change {
		f(&o)
	}
	flags := ""
	if o.DryRun {
		flags += " --dry-run"
	}
	if o.Force {
		flags += " --force"
	}
	fmt.Fprintf(&c.b, "import%s\n%s\n\n%s\n\n", flags, strings.TrimRight(file, "\n"), indent(strings.TrimRight(c.take(file, change...), "\n")))
}

// head is the journal's sequence.
func (d *desk) head() (seq int64) {
	d.view(func(v *store.View) error {
		h, err := v.Head()
		seq = h.Seq
		return err
	})
	return seq
}

// file exports the register.
func (d *desk) file(format string) string {
	d.t.Helper()
	var out bytes.Buffer
	if _, err := d.commands.Export(context.Background(), &out, format, "", d.now); err != nil {
		d.t.Fatal(err)
	}
	return out.String()
}

const twoPlans = `{"id":"X1","agency":"fra","title":"Study on begging","description":"Forced begging of children.","kind":"research","countries":["FR"],"from":"2027-03","plan":"SPD 3.1","partners":["eige"]}
{"id":"X2","agency":"easo","title":"Course for asylum officers","countries":["MT"],"follows":["X1"]}
`

// TestImportStory is the life of a file: new, again, changed, in conflict with
// chat, forced, withdrawn.
func TestImportStory(t *testing.T) {
	c := open(t).conversation()
	c.takes(twoPlans, dryRun)
	c.takes(twoPlans)
	c.says("fra", "show A1")
	c.says("easo", "show A2")
	c.takes(twoPlans)
	c.now = at(t, "2026-12-01 10:00")
	changed := strings.ReplaceAll(twoPlans, "2027-03", "2027-05")
	c.takes(changed, dryRun)
	c.takes(changed)
	c.says("fra", `edit A1 plan:"SPD 3.2"`)
	again := strings.ReplaceAll(changed, "SPD 3.1", "SPD 3.3")
	again = strings.ReplaceAll(again, "Study on", "Survey of")
	c.takes(again, dryRun)
	c.takes(again)
	c.takes(again, force)
	c.takes(again)
	c.says("eige", "partner A1 confirm")
	c.takes(again)
	c.says("easo", "withdraw A2 not funded")
	c.takes(again)
	c.says("fra", "history A1")
	c.golden("import-story")
}

// TestImportBad names everything that can be wrong with a row; nothing is
// stored.
func TestImportBad(t *testing.T) {
	d := open(t)
	d.take(twoPlans)
	register := d.store.Register()
	before := d.head()
	c := d.conversation()
	rows := []string{
		`{"agency":"fra","title":"fine"}`,
		`{"agency":"interpol","title":"A"}`,
		`{"title":"A"}`,
		`{"agency":"fra","title":" "}`,
		`{"agency":"fra","title":"` + strings.Repeat("x", 201) + `","description":"` + strings.Repeat("é", 3001) + `"}`,
		`{"agency":"fra","title":"A","commitments":["trainning"]}`,
		`{"agency":"fra","title":"A","kind":"party","audience":["judges","pilots"],"countries":["Atlantis"]}`,
		`{"agency":"fra","title":"A","from":"2027-02-30"}`,
		`{"agency":"fra","title":"A","from":"2027-05","to":"2027-03"}`,
		`{"agency":"fra","title":"A","partners":["fra"]}`,
		`{"agency":"fra","title":"A","partners":["eige","EIGE"]}`,
		`{"agency":"fra","title":"A","partners":[{"agency":"eige","state":"maybe"}]}`,
		`{"agency":"fra","title":"A","follows":["X9"]}`,
		`{"id":"X7","agency":"fra","title":"A","follows":["X7"]}`,
		`{"id":"X8","agency":"fra","title":"A"}`,
		`{"id":"X8","agency":"eige","title":"A"}`,
		`{"agency":"fra","title":"A","source_id":"S1"}`,
		`{"agency":"fra","title":"B","source_id":"S1"}`,
		`{"agency":"fra","title":"Write to jane.doe@example.org"}`,
		`{"agency":"fra","title":"A\u0000"}`,
		`{"agency":"fra","title":"A","notes":[{"text":"done","by":"Jane"}]}`,
		`{"agency":"fra","title":"A","guessed":[{"field":"agency","evidence":"x"}]}`,
		`{"agency":"fra","title":"A","tlp":"RED"}`,
		`{"agency":"fra","title":"A","status":"stuck"}`,
		`{"agency":"fra","title":"A","colour":"red"}`,
		`{"id":"A1","register":"` + register + `","agency":"cepol","title":"A"}`,
		`{"id":"A2","register":"` + register + `","agency":"easo","title":"A"}`,
		`{"id":"a2","register":"` + register + `","agency":"easo","title":"A"}`,
	}
	c.takes(strings.Join(rows, "\n"))
	golden(t, "import-bad", strings.NewReplacer(register, "OURS", strings.Repeat("x", 201), "xxx…", strings.Repeat("é", 3001), "ééé…").Replace(c.b.String()))
	if d.head() != before {
		t.Error("something was stored")
	}
}

// TestOneBadLineIn10000 holds that nothing is stored where one line is bad.
func TestOneBadLineIn10000(t *testing.T) {
	d := open(t)
	before := d.head()
	var file bytes.Buffer
	if err := made.WriteJSONL(&file, 10_000, 1); err != nil {
		t.Fatal(err)
	}
	lines := strings.SplitAfter(file.String(), "\n")
	lines[6999] = strings.Replace(lines[6999], `"title"`, `"titel"`, 1)
	got := d.take(strings.Join(lines, ""))
	const want = `9999 new, 0 changed, 0 unchanged, 0 conflicts, 1 bad.
Nothing was stored. Mend this line and import the file again:
line 7000: there is no field "titel"; did you mean "title"?
`
	if got != want || d.head() != before {
		t.Errorf("the journal went from %d to %d; got\n%s", before, d.head(), got)
	}
}

// TestImportJournal holds that there is an entry for each record and one for
// the file, and one message for each agency.
func TestImportJournal(t *testing.T) {
	d := open(t)
	before := d.head()
	d.take(twoPlans)
	var facts map[string]string
	entries := map[string]int{}
	d.view(func(v *store.View) error {
		for _, ref := range []string{"A1", "A2", "import"} {
			err := v.History(ref, func(p store.Past) bool {
				entries[ref]++
				if p.Seq <= before || p.Actor != store.Program || p.Op != "import" {
					t.Errorf("%s: entry %+v", ref, p.Entry)
				}
				facts = p.Facts
				return true
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	if len(entries) != 3 || entries["A1"] != 1 || entries["A2"] != 1 || entries["import"] != 1 || int(d.head()-before) != 3 {
		t.Errorf("entries %v, %d in all", entries, d.head()-before)
	}
	if facts["file"] != "plans.jsonl" || facts["rows"] != "2" || len(facts["sha256"]) != 64 {
		t.Errorf("facts %v", facts)
	}
}

const alike = `{"id":"1","agency":"cepol","title":"Webinar on indicators of labour exploitation for labour inspectors in Romania","kind":"training","exploitation":["labour"],"audience":["labour-inspectors"],"countries":["RO"],"commitments":["training"],"from":"2027-03","to":"2027-03"}
{"id":"2","agency":"eurofound","title":"Webinar: indicators of labour exploitation, for Romanian labour inspectors","kind":"training","exploitation":["labour"],"audience":["labour-inspectors"],"countries":["RO"],"commitments":["training"],"from":"2027-03","to":"2027-04"}
`

// outboxRows counts the outbox by kind and destination.
func (d *desk) outboxRows() map[string]int {
	rows := map[string]int{}
	d.view(func(v *store.View) error {
		return v.Rows("", func(r *store.Row) bool { rows[r.Kind+" to "+r.Destination]++; return true })
	})
	return rows
}

// TestImportTellsOnce holds that an import sends no single flags: the pairs
// stand open, and each agency gets one message.
func TestImportTellsOnce(t *testing.T) {
	d := open(t)
	got := d.take(alike + strings.NewReplacer(`"1"`, `"3"`, "cepol", "frontex").Replace(strings.SplitAfter(alike, "\n")[0]))
	const want = "3 new, 0 changed, 0 unchanged, 0 conflicts, 0 bad.\n3 possible duplicates opened; each agency concerned gets one message.\n"
	if got != want {
		t.Errorf("got\n%s", got)
	}
	rows := d.outboxRows()
	for agency, n := range map[string]int{"cepol": 1, "eurofound": 1, "frontex": 1, "fra": 0} {
		if got := rows["import to "+store.PersonRef(d.people[agency])]; got != n {
			t.Errorf("%d messages for %s in %v", got, agency, rows)
		}
	}
	if len(rows) != 3 {
		t.Errorf("more than the three messages: %v", rows)
	}
}

// TestImportAsksPartners holds that records of partners which look like the
// same work become questions, within the file and towards the register.
func TestImportAsksPartners(t *testing.T) {
	joint := strings.Replace(alike, `"kind"`, `"partners":["eurofound"],"kind"`, 1)
	lines := strings.SplitAfter(joint, "\n")
	for name, files := range map[string][]string{
		"in one file": {joint}, "the named one first": {lines[1], lines[0]}, "the naming one first": {lines[0], lines[1]},
	} {
		t.Run(name, func(t *testing.T) {
			d := open(t)
			said := ""
			for _, f := range files {
				said = d.take(f)
			}
			if !strings.Contains(said, "\n1 question to partners opened;") {
				t.Errorf("said\n%s", said)
			}
			d.view(func(v *store.View) error {
				o, err := v.OverlapOf(1, 2)
				if err == nil && (o == nil || !o.Question || o.State != store.StateOpen) {
					t.Errorf("the overlap is %+v", o)
				}
				return err
			})
		})
	}
}

// normal is an export without what may differ between two registers: ids
// there are in the order of the rows, so only the register's own words go.
func normal(t *testing.T, jsonl string, but ...string) string {
	t.Helper()
	var b strings.Builder
	for line := range strings.Lines(jsonl) {
		var row map[string]any
		if err := json.Unmarshal([]byte(line), &row); err != nil {
			t.Fatal(err)
		}
		for _, f := range append([]string{"register", "source", "source_id", "recorded_at", "changed_at"}, but...) {
			delete(row, f)
		}
		out, err := json.Marshal(row)
		if err != nil {
			t.Fatal(err)
		}
		b.Write(append(out, '\n'))
	}
	return b.String()
}

// TestExportImportExport holds that a register comes back from its file the
// same but for what the contract names, and that the file taken in again
// changes nothing.
func TestExportImportExport(t *testing.T) {
	d := open(t)
	d.take(twoPlans)
	d.take(alike)
	d.say("cepol", `record Training for judges "on" begging; with=signs country:RO,BG plan:"=SPD 1; 2" link:https://example.eu/a;b others:"IOM; Geneva,+UNODC" with:fra follows:A2`)
	d.say("cepol", "update A5 First session held")
	d.say("fra", "partner A5 confirm")
	d.say("fra", "update A5 Room booked; second")
	d.say("fra", "edit A1 title:\"=Study of — “begging”\"")
	for format, but := range map[string][]string{"jsonl": nil, "csv": {"notes", "guessed"}, "xlsx": {"notes", "guessed"}} {
		t.Run(format, func(t *testing.T) {
			file := d.file(format)
			as := func(o *commands.ImportOptions) { o.Format, o.Name = format, "all."+format }
			if got := d.take(file, as); got != "0 new, 0 changed, 5 unchanged, 0 conflicts, 0 bad.\n" {
				t.Errorf("taken in again: %s", got)
			}
			other := open(t)
			other.now = at(t, "2027-01-12 10:00")
			if got := other.take(file, as); !strings.HasPrefix(got, "5 new, 0 changed") {
				t.Fatalf("taken in elsewhere: %s", got)
			}
			if want, got := normal(t, d.file("jsonl"), but...), normal(t, other.file("jsonl"), but...); got != want {
				t.Errorf("got\n%swant\n%s", got, want)
			}
			if got := other.take(file, as); got != "0 new, 0 changed, 5 unchanged, 0 conflicts, 0 bad.\n" {
				t.Errorf("taken in elsewhere again: %s", got)
			}
		})
	}
}

// TestFollowsGetsNewIDs holds that follows names the new ids where they differ
// from the file's, in any order of the lines.
func TestFollowsGetsNewIDs(t *testing.T) {
	d := open(t)
	d.take(`{"agency":"fra","title":"first"}`)
	d.take(`{"id":"A7","agency":"fra","title":"late","follows":["A3","A9"]}
{"id":"A3","agency":"fra","title":"early"}
{"id":"A9","agency":"eige","title":"between","follows":["A3"]}
`)
	d.take(`{"id":"A10","agency":"cepol","title":"a file later","follows":["A9"]}`)
	d.view(func(v *store.View) error {
		if got := fmt.Sprint(v.Activity(2).Follows, v.Activity(4).Follows, v.Activity(5).Follows); got != "[3 4] [3] [4]" {
			t.Errorf("follows %s", got)
		}
		return nil
	})
}

// during calls f once, when the import has come to the stage.
func during(stage string, f func()) func(*commands.ImportOptions) {
	return func(o *commands.ImportOptions) {
		var once sync.Once
		o.Progress = func(what string, n, of int) {
			if what == stage {
				once.Do(f)
			}
		}
	}
}

// TestImportCatchesUp holds that what happens between check and commit counts:
// a new record is compared with the rows, a changed one is not overwritten, a
// withdrawn one stays so, and a file that somebody else has taken in meanwhile
// is not taken in twice.
func TestImportCatchesUp(t *testing.T) {
	first, second, _ := strings.Cut(alike, "\n")
	t.Run("recorded", func(t *testing.T) {
		d := open(t)
		got := d.take(first, during("rows compared", func() { d.take(second) }))
		if !strings.Contains(got, "1 new,") || !strings.Contains(got, "1 possible duplicate opened") {
			t.Error(got)
		}
	})
	t.Run("recorded by a partner", func(t *testing.T) {
		d := open(t)
		got := d.take(strings.Replace(first, `"kind"`, `"partners":["eurofound"],"kind"`, 1), during("rows compared", func() { d.take(second) }))
		if !strings.Contains(got, "1 new,") || !strings.Contains(got, "1 question to partners opened") {
			t.Error(got)
		}
	})
	t.Run("edited", func(t *testing.T) {
		d := open(t)
		d.take(twoPlans)
		got := d.take(strings.ReplaceAll(twoPlans, "SPD 3.1", "SPD 4"), during("rows compared", func() { d.say("fra", "edit A1 plan:chat") }))
		if got != "0 new, 0 changed, 2 unchanged, 1 conflict, 0 bad.\nWhat was changed in chat is kept. To take the file's values: --force\nline 1: work programme of A1\n" {
			t.Error(got)
		}
		d.view(func(v *store.View) error {
			if plan := v.Activity(1).Plan; plan != "chat" {
				t.Errorf("the plan is %q", plan)
			}
			return nil
		})
	})
	t.Run("withdrawn", func(t *testing.T) {
		d := open(t)
		d.take(twoPlans)
		got := d.take(strings.ReplaceAll(twoPlans, "SPD 3.1", "SPD 4"), during("rows compared", func() { d.say("fra", "withdraw A1") }))
		if !strings.Contains(got, "A1 was withdrawn and stays so") {
			t.Error(got)
		}
	})
	t.Run("taken in", func(t *testing.T) {
		d := open(t)
		got := d.take(twoPlans, during("rows compared", func() { d.take(twoPlans) }))
		if got != "0 new, 0 changed, 2 unchanged, 0 conflicts, 0 bad.\n" {
			t.Error(got)
		}
	})
}

// TestRedactedStaysErased holds that a file does not bring a text back that
// was erased.
func TestRedactedStaysErased(t *testing.T) {
	d := open(t)
	d.take(twoPlans)
	d.say("fra", "redact A1 yes")
	d.take(twoPlans, force)
	d.view(func(v *store.View) error {
		if a := v.Activity(1); a.Title != "" || a.Description != "" || a.Live() {
			t.Errorf("A1 is %+v", a)
		}
		return nil
	})
}

// TestImportNotes holds that notes of the file and of chat stand side by side.
func TestImportNotes(t *testing.T) {
	d := open(t)
	row := func(notes ...string) string {
		return `{"id":"1","agency":"fra","title":"A","notes":[` + strings.Join(notes, ",") + "]}"
	}
	one := `{"at":"2026-11-01T09:00:00Z","by":"FRA","text":"one"}`
	two := `{"at":"2026-11-25T09:00:00Z","by":"EASO","text":"two"}`
	d.take(row(one))
	d.say("fra", "update A1 from chat")
	for _, want := range []string{"0 new, 1 changed", "0 new, 0 changed"} {
		if got := d.take(row(one, two)); !strings.HasPrefix(got, want) {
			t.Error(got)
		}
	}
	d.view(func(v *store.View) error {
		notes, err := v.Notes(1)
		var said []string
		for _, n := range notes {
			said = append(said, n.By+": "+n.Text)
		}
		if got := strings.Join(said, ", "); got != "fra: one, P9: from chat, easo: two" {
			t.Error(got)
		}
		return err
	})
}

// TestGuessesStay holds that a table of cells, which has no marks, leaves those
// of what it does not change.
func TestGuessesStay(t *testing.T) {
	d := open(t)
	d.take(twoPlans)
	file := strings.Replace(d.file("csv"), "Course for asylum officers,", "Course for the asylum officers,", 1)
	as := func(o *commands.ImportOptions) { o.Format = "csv" }
	if got := d.take(file, as); !strings.HasPrefix(got, "0 new, 1 changed") {
		t.Error(got)
	}
	d.view(func(v *store.View) error {
		if a := v.Activity(2); !a.IsGuess("commitments") || !a.IsGuess("audience") {
			t.Errorf("guessed %v", a.Guessed)
		}
		return nil
	})
}

// TestImportTwiceRun holds that a database which runs the import's transaction
// twice gets the same register from it.
func TestImportTwiceRun(t *testing.T) {
	file := twoPlans + alike + `{"id":"N","agency":"fra","title":"with notes","notes":[{"text":"one"},{"text":"two"}]}`
	once := open(t)
	said := once.take(file)
	db, err := bolt.Open(filepath.Join(t.TempDir(), "twice.db"))
	if err != nil {
		t.Fatal(err)
	}
	again, err := store.Open(context.Background(), storetest.Twice{Driver: db})
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	twice := open(t, func(c *commands.Config) { c.Store = again })
	twice.store = again
	twice.populate()
	if got := twice.take(file); got != said {
		t.Errorf("once:\n%stwice:\n%s", said, got)
	}
	if want, got := normal(t, once.file("jsonl")), normal(t, twice.file("jsonl")); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

// TestImportedPairsRest holds that an imported pair knows what it rests on, so
// that a change of that opens it again.
func TestImportedPairsRest(t *testing.T) {
	first, second, _ := strings.Cut(alike, "\n")
	for name, files := range map[string][]string{"one file": {alike}, "two files": {first, second}} {
		d := open(t)
		for _, f := range files {
			d.take(f)
		}
		d.view(func(v *store.View) error {
			o, err := v.OverlapOf(1, 2)
			if err == nil && (o == nil || len(o.Rests) < 3) {
				t.Errorf("%s: the overlap is %+v", name, o)
			}
			return err
		})
	}
}
