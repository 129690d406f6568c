package mattermost

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"thbot/commands"
)

var messages = map[string]*commands.Message{
	"recorded": commands.Tell(
		commands.Say("**%s recorded** for CEPOL: *%s*", "A17", commands.Words("CEPOL webinar on indicators of labour_exploitation [draft], March 2027")),
		commands.Say("March 2027 · Romania · training · labour inspectors")).
		Aside(commands.Say("Read from your text. Commitments: training; identification, *suggested* from “indicators”")).
		Tell(commands.Say("**Possible duplicate:** %s of Eurofound, *%s*", "A9", commands.Words("Course: *spotting* signs of forced labour"))).
		Next(
			commands.Button{Label: "Change details", Action: "details", Record: "A17", Revision: 1},
			commands.Button{Label: "We will coordinate", Action: "overlap.coordinate", Record: "O5", Revision: 1},
			commands.Button{Label: "Undo", Action: "undo", Record: "A17", Revision: 1, Danger: true}),
	"refused": commands.Tell(
		commands.Say("February 2027 has 28 days, so I could not read `%s`.", commands.Words("from:2027-02-30 `x` @all")),
		commands.Say("Try: `/thb record Joint days from:2027-02-28`")).
		Quoting("# Joint days\n- with @jane\n\n> and <!channel> | 1. more"),
	"overlaps": new(commands.Message).
		Head(commands.Say("2 possible duplicates are open")).
		Tell(commands.Say("**O5** A17 and A9")).
		Next(commands.Button{Label: "O5: not a duplicate", Action: "overlap.dismiss", Record: "O5", Revision: 2}).
		Tell(commands.Say("**O6** A20 and A11")).
		Next(commands.Button{Label: "O6: later", Action: "overlap.later", Record: "O6", Options: []commands.Option{{Value: "7d", Label: "in a week"}, {Value: "30d", Label: "in a month"}}}).
		Aside(commands.Say("Both sides can read this.")),
	"coverage": new(commands.Message).
		Head(commands.Say("Coverage of 2027")).
		Grid(&commands.Table{
			Header: []string{"", "EUAA", "Europol"},
			Rows:   [][]string{{"1 impunity", "2 | 1", ""}, {"2 prevention", "a\nb", "**@here**"}},
		}).
		Items(commands.Say("impunity rests on %s alone", "EUAA"), commands.Say("synergies: nobody")).
		Picture("coverage.png", "Coverage of 2027: 9 of 11 commitments"),
}

func TestRenderGolden(t *testing.T) {
	for name, m := range messages {
		t.Run(name, func(t *testing.T) {
			bodies, err := Render(m)
			if err != nil {
				t.Fatal(err)
			}
			golden(t, name, show(t, bodies))
		})
	}
}

// show sets posts as a person would read them in the source.
func show(t *testing.T, bodies []json.RawMessage) string {
	var b strings.Builder
	for i, raw := range bodies {
		var part body
		if err := json.Unmarshal(raw, &part); err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&b, "=== post %d\n", i+1)
		for j, s := range part.Sections {
			if j > 0 {
				fmt.Fprintf(&b, "--- attachment\n")
			}
			b.WriteString(s.Text + "\n")
			for _, x := range s.Buttons {
				fmt.Fprintf(&b, "[%s] %s %s r%d id %s danger %t %v\n", x.Label, x.Action, x.Record, x.Revision, x.ID, x.Danger, x.Options)
			}
			if s.Plain != "" {
				fmt.Fprintf(&b, "plain: %s\n", strings.ReplaceAll(s.Plain, "\n", "\n       "))
			}
		}
	}
	return strings.ReplaceAll(b.String(), apart, "·U+200B·")
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name+".golden")
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(want, []byte(got)) {
		t.Errorf("%s differs; got:\n%s", path, got)
	}
}

func runes(b body) int {
	n := 0
	for _, s := range b.Sections {
		n += utf8.RuneCountInString(s.Text)
	}
	return n
}

func TestLongMessagesSplitOnRecords(t *testing.T) {
	m := new(commands.Message).Head(commands.Say("Everything"))
	for i := range 60 {
		ref := fmt.Sprint("A", i+1)
		m.Tell(commands.Say("**%s** %s", ref, commands.Words(strings.Repeat("Überprüfung_", 80)))).
			Next(commands.Button{Label: "Show " + ref, Action: "show", Record: ref})
	}
	parts := render(m)
	if len(parts) < 3 {
		t.Fatalf("%d parts", len(parts))
	}
	next := 1
	for _, p := range parts {
		if n := runes(p); n > partRunes {
			t.Errorf("a part of %d runes", n)
		}
		for _, s := range p.Sections {
			ref := fmt.Sprint("A", next)
			if !strings.Contains(s.Text, "**"+ref+"**") || len(s.Buttons) != 1 || s.Buttons[0].Record != ref {
				t.Fatalf("record %s is not together with its button", ref)
			}
			next++
		}
	}
	if next != 61 {
		t.Errorf("%d records", next-1)
	}
}

func TestLongTablesRepeatTheirHeader(t *testing.T) {
	table := &commands.Table{Header: []string{"id", "title"}}
	for i := range 400 {
		table.Rows = append(table.Rows, []string{fmt.Sprint("A", i), strings.Repeat("x|", 40)})
	}
	parts := render(new(commands.Message).Grid(table))
	rows := 0
	for _, p := range parts {
		text := p.Sections[0].Text
		if !strings.HasPrefix(text, "| id | title |\n| --- | --- |\n") || runes(p) > partRunes {
			t.Errorf("a part of %d runes begins %.40q", runes(p), text)
		}
		rows += strings.Count(text, "\n") - 1
	}
	if rows != 400 || len(parts) < 3 {
		t.Errorf("%d rows in %d parts", rows, len(parts))
	}
}

func TestOneVeryLongLineAndQuote(t *testing.T) {
	word := strings.Repeat("*_@", 20000)
	for name, m := range map[string]*commands.Message{
		"line":  commands.Tell(commands.Say("**%s**", commands.Words(word))),
		"quote": new(commands.Message).Quoting(word),
		"item":  new(commands.Message).Items(commands.Say("%s", commands.Words(word))),
		"cell":  new(commands.Message).Grid(&commands.Table{Header: []string{"a"}, Rows: [][]string{{word}}}),
	} {
		for _, p := range render(m) {
			if n := runes(p); n > partRunes || n == 0 {
				t.Errorf("%s: a part of %d runes", name, n)
			}
		}
	}
}

// An old client that shows the message of before an update must not press the
// button that stands in the same place now.
func TestButtonIDsAreMadeOfWhatTheyDo(t *testing.T) {
	button := func(action string, revision int) string {
		return render(commands.Tell(commands.Say("x")).Next(commands.Button{Label: "same", Action: action, Record: "O5", Revision: revision}))[0].Sections[0].Buttons[0].ID
	}
	if button("overlap.dismiss", 1) == button("overlap.joint", 1) || button("overlap.dismiss", 1) == button("overlap.dismiss", 2) {
		t.Error("two buttons share an id")
	}
	for name, m := range messages {
		if !reflect.DeepEqual(render(m), render(m)) {
			t.Errorf("%s is rendered in two ways", name)
		}
	}
}

func TestAnEmptyMessageIsNoPost(t *testing.T) {
	if parts := render(new(commands.Message)); len(parts) != 0 {
		t.Errorf("%+v", parts)
	}
	if parts := render(nil); len(parts) != 0 {
		t.Errorf("%+v", parts)
	}
}
