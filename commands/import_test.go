package commands_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"thbot/commands"
	"thbot/commands/made"
	"thbot/store"
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
