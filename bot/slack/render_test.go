package slack

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"thbot/commands"
)

var messages = map[string]*commands.Message{
	"recorded": commands.Tell(
		commands.Say("**%s recorded** for CEPOL: *%s*", "A17", commands.Words("CEPOL webinar on indicators of labour_exploitation *draft*, March 2027")),
		commands.Say("March 2027 · Romania · training · labour inspectors")).
		Aside(commands.Say("Read from your text. Commitments: training; identification, *suggested* from “indicators”. Mend it with `/thb edit A17`")).
		Tell(commands.Say("**Possible duplicate:** %s of Eurofound, *%s*", "A9", commands.Words("Course: <spotting> signs & indicators"))).
		Next(
			commands.Button{Label: "Change details", Action: "edit.details", Record: "A17", Revision: 1},
			commands.Button{Label: "We will coordinate", Action: "overlap.coordinate", Record: "O5", Revision: 1},
			commands.Button{Label: "Undo", Action: "undo.change", Record: "J17", Danger: true}),
	"refused": commands.Tell(
		commands.Say("February 2027 has 28 days, so I could not read `%s`.", commands.Words("from:2027-02-30 `x` <!here>")),
		commands.Say("Try: `/thb record Joint days from:2027-02-28`")).
		Quoting("Joint days\n- with <@U1|jane>\n\n> and <!channel> | see https://example.org/a_b?x=1.").
		Aside(commands.Say("From %s", commands.Words("*jane* <!subteam^S1>"))),
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
			Header: []string{"Commitment", "EUAA", "Europol"},
			Rows:   [][]string{{"1 impunity", "1·2·0", ""}, {"2 prevention", "a\nb", "<!here> & co"}},
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

// show sets posts as they are sent, one thing a line.
func show(t *testing.T, bodies []json.RawMessage) string {
	t.Helper()
	var b strings.Builder
	for i, raw := range bodies {
		part, err := thaw(raw)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&b, "=== message %d\n%s\n", i+1, part.Text)
		for _, block := range part.Blocks {
			var v map[string]any
			if err := json.Unmarshal(block, &v); err != nil {
				t.Fatal(err)
			}
			fmt.Fprintf(&b, "--- %s\n", v["type"])
			delete(v, "type")
			enc := json.NewEncoder(&b)
			enc.SetEscapeHTML(false)
			enc.SetIndent("", " ")
			if err := enc.Encode(v); err != nil {
				t.Fatal(err)
			}
		}
	}
	return strings.ReplaceAll(b.String(), apart, "·U+200B·")
}

func TestRecordsStayTogether(t *testing.T) {
	m := new(commands.Message).Head(commands.Say("Everything"))
	for i := range 60 {
		ref := fmt.Sprint("A", i+1)
		m.Tell(commands.Say("**%s** %s", ref, commands.Words(strings.Repeat("Überprüfung_", 40)))).
			Next(commands.Button{Label: "Show " + ref, Action: "show", Record: ref})
	}
	parts, err := render(m)
	if err != nil || len(parts) < 3 {
		t.Fatalf("%d parts, %v", len(parts), err)
	}
	for _, p := range parts {
		all := string(must(json.Marshal(p.Blocks)))
		for i := range 60 {
			ref := fmt.Sprint("A", i+1)
			if said, button := strings.Contains(all, `"`+ref+`"`), strings.Contains(all, "Show "+ref+`"`); said != button {
				t.Errorf("record %s is not together with its button", ref)
			}
		}
	}
}

func must(b []byte, err error) []byte {
	if err != nil {
		panic(err)
	}
	return b
}

func TestLongTablesRepeatTheirHeaderAndLoseNoRow(t *testing.T) {
	table := &commands.Table{Header: []string{"id", "title"}}
	for i := range 400 {
		table.Rows = append(table.Rows, []string{fmt.Sprint("A", i), strings.Repeat("x|", 40)})
	}
	parts, err := render(new(commands.Message).Grid(table))
	if err != nil {
		t.Fatal(err)
	}
	rows := 0
	for _, p := range parts {
		var block struct {
			Rows [][]struct{ Text string }
		}
		if err := json.Unmarshal(p.Blocks[0], &block); err != nil || len(p.Blocks) != 1 {
			t.Fatalf("%v: %s", err, p.Blocks)
		}
		if block.Rows[0][0].Text != "id" || len(block.Rows) > 100 {
			t.Errorf("%d rows that begin with %v", len(block.Rows), block.Rows[0])
		}
		rows += len(block.Rows) - 1
		if said := strings.Count(p.Text, "- A"); said != len(block.Rows)-1 {
			t.Errorf("the text says %d of %d rows", said, len(block.Rows)-1)
		}
	}
	if rows != 400 {
		t.Errorf("%d rows", rows)
	}
}

// A table that no block holds is said as a list, whole.
func TestWideTablesAreLists(t *testing.T) {
	wide := &commands.Table{Header: make([]string, 25), Rows: [][]string{make([]string, 25)}}
	for i := range 25 {
		wide.Header[i], wide.Rows[0][i] = fmt.Sprint("h", i), fmt.Sprint("c", i)
	}
	long := &commands.Table{Header: []string{"a", "b"}, Rows: [][]string{{"x", strings.Repeat("long ", 200) + "end"}}}
	for _, table := range []*commands.Table{wide, long} {
		parts, err := render(new(commands.Message).Grid(table))
		if err != nil || len(parts) != 1 {
			t.Fatalf("%d parts, %v", len(parts), err)
		}
		if all := string(must(json.Marshal(parts[0]))); strings.Contains(all, `"table"`) || !strings.Contains(parts[0].Text, table.Rows[0][1]) {
			t.Errorf("%s", all)
		}
	}
}

func TestButtonsCarryOnlyIds(t *testing.T) {
	for _, b := range []commands.Button{
		{Label: "x", Action: "show", Record: strings.Repeat("A", 300)},
		{Label: "x", Action: "show", Options: []commands.Option{{Value: strings.Repeat("v", 151), Label: "v"}}},
		{Label: "x", Action: "show", Options: make([]commands.Option, 101)},
	} {
		if _, err := Render(commands.Tell(commands.Say("x")).Next(b)); err == nil {
			t.Errorf("%.60v was rendered", b)
		}
	}
}

func TestActionsComeBackAsTheyWent(t *testing.T) {
	want := commands.Press{Action: "edit.with", Record: "A17/frontex|x", Revision: 3}
	id, err := actionID(7, commands.Button{Action: want.Action, Record: want.Record, Revision: want.Revision})
	if err != nil {
		t.Fatal(err)
	}
	if got, err := readAction(id); err != nil || got != want {
		t.Errorf("%+v, %v", got, err)
	}
	for _, bad := range []string{"", "1|a|2", "1||2|r", "1|a|x|r", "approve"} {
		if _, err := readAction(bad); err == nil {
			t.Errorf("%q was read", bad)
		}
	}
}

func TestAnEmptyMessageIsNoPost(t *testing.T) {
	for _, m := range []*commands.Message{nil, new(commands.Message), commands.Tell(commands.Say("%s", commands.Words("  ")))} {
		if parts, err := render(m); len(parts) != 0 || err != nil {
			t.Errorf("%+v, %v", parts, err)
		}
	}
}

func TestVeryLongTextsLoseNothing(t *testing.T) {
	word := strings.Repeat("a<b>&c ", 9000)
	n := strings.Count(word, "a")
	for name, m := range map[string]*commands.Message{
		"line":    commands.Tell(commands.Say("**%s**", commands.Words(word))),
		"quote":   new(commands.Message).Quoting(word),
		"item":    new(commands.Message).Items(commands.Say("%s", commands.Words(word))),
		"small":   new(commands.Message).Aside(commands.Say("%s", commands.Words(word))),
		"heading": new(commands.Message).Head(commands.Say("%s", commands.Words(word))),
		"cell":    new(commands.Message).Grid(&commands.Table{Header: []string{"x", "y"}, Rows: [][]string{{word, word}}}),
	} {
		parts, err := render(m)
		if err != nil {
			t.Fatal(err)
		}
		said := 0
		for _, p := range parts {
			said += strings.Count(p.Text, "a&lt;b&gt;&amp;c")
			if utf8.RuneCountInString(p.Text) > 4000 {
				t.Errorf("%s: a text of %d", name, utf8.RuneCountInString(p.Text))
			}
		}
		if want := n * map[bool]int{false: 1, true: 2}[name == "cell"]; said < want-len(parts)-8 {
			t.Errorf("%s: %d of %d words", name, said, want)
		}
	}
}
