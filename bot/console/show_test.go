package console

import (
	"strings"
	"testing"
	"unicode"

	"pgregory.net/rapid"

	"thbot/commands"
)

// word draws words of many scripts: wide ones, marks that take no column, and
// right-to-left letters.
var word = rapid.OneOf(
	rapid.StringMatching(`[a-zA-Z0-9,.;:-]{1,20}`),
	rapid.StringMatching(`[а-яא-תء-ي]{1,12}`),
	rapid.StringMatching(`[一-十あ-お]{1,30}`),
	rapid.SampledFrom([]string{"e\u0301te\u0301", "n\u0303", strings.Repeat("x", 120), "\u202eevil", "a\x1b[2J", "tab\there", "\u00a0"}),
)

var text = rapid.Map(rapid.SliceOfN(word, 1, 40), func(words []string) string { return strings.Join(words, " ") })

// drawMessage draws a message of every kind of block.
func drawMessage(t *rapid.T) *commands.Message {
	m := new(commands.Message)
	for range rapid.IntRange(1, 5).Draw(t, "blocks") {
		s := commands.Words(text.Draw(t, "text"))
		switch rapid.IntRange(0, 6).Draw(t, "kind") {
		case 0:
			m.Head(commands.Say("%s", s))
		case 1:
			m.Tell(commands.Say("*%s* and **%s**", s, commands.Words(text.Draw(t, "more"))))
		case 2:
			m.Items(commands.Say("%s", s), commands.Say("x"))
		case 3:
			m.Quoting(string(s) + "\n" + text.Draw(t, "below"))
		case 4:
			m.Aside(commands.Say("%s", s))
		case 5:
			m.Picture("coverage.png", string(s))
		case 6:
			m.Next(commands.Button{Label: word.Draw(t, "label")}, commands.Button{Label: "Choose", Options: []commands.Option{{Label: string(s)}, {Label: "none"}}})
		}
	}
	return m
}

// TestLinesFit holds that no line is wider than the terminal unless a single
// word is, and that nothing in it steers the terminal.
func TestLinesFit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		for l := range strings.Lines(Text(drawMessage(t))) {
			l = strings.TrimSuffix(l, "\n")
			if columns(l) > lineWidth && !single(l) {
				t.Fatalf("%d columns: %q", columns(l), l)
			}
			if i := strings.IndexFunc(l, steers); i >= 0 {
				t.Fatalf("a character that steers the terminal: %q", l)
			}
		}
	})
}

// single tells whether a line is one word, with what stands before it.
func single(l string) bool {
	for _, lead := range []string{"  | ", "  ", "- "} {
		l = strings.TrimPrefix(l, lead)
	}
	return !strings.Contains(l, " ") || strings.HasPrefix(l, "[") // a button's number stands with its label
}

// TestNoWordLost holds that every word arrives, in order, once what steers is
// shown by its number.
func TestNoWordLost(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := text.Draw(t, "text")
		got := strings.Fields(Text(commands.Tell(commands.Say("%s", commands.Words(s)))))
		want := strings.Fields(people(s))
		if strings.Join(got, " ") != strings.Join(want, " ") {
			t.Fatalf("%q became %q", want, got)
		}
	})
}

// TestTablesFit holds that a table of a few columns fits, aligned, and loses
// no word.
func TestTablesFit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 6).Draw(t, "columns")
		cell := rapid.Map(rapid.SliceOfN(rapid.StringMatching(`[a-zé一二]{1,7}`), 0, 12), func(w []string) string { return strings.Join(w, " ") })
		row := rapid.SliceOfN(cell, n, n)
		tab := &commands.Table{Header: row.Draw(t, "header"), Rows: rapid.SliceOfN(row, 0, 5).Draw(t, "rows")}
		out := Text(new(commands.Message).Grid(tab))
		for l := range strings.Lines(out) {
			if columns(strings.TrimSuffix(l, "\n")) > lineWidth+6 { // wide words of 14 columns in cells of 8
				if !strings.ContainsAny(l, "一二") {
					t.Fatalf("%d columns: %q", columns(l), l)
				}
			}
		}
		want, got := 0, len(strings.Fields(out))
		for _, r := range append([][]string{tab.Header}, tab.Rows...) {
			want += len(strings.Fields(strings.Join(r, " ")))
		}
		if got != want {
			t.Fatalf("%d words became %d", want, got)
		}
	})
}

func TestTable(t *testing.T) {
	got := Text(new(commands.Message).Grid(&commands.Table{
		Header: []string{"Commitment", "Frontex", "FRA"},
		Rows:   [][]string{{"training", "2", ""}, {"école 一二", "12", "-"}, {"e\u0301cole", "", "1"}},
	}))
	want := "" +
		"Commitment Frontex FRA\n" +
		"training   2\n" +
		"école 一二 12      -\n" +
		"e\u0301cole              1\n"
	if got != want {
		t.Fatalf("got:\n%swant:\n%s", got, want)
	}
}

func TestColumns(t *testing.T) {
	for s, want := range map[string]int{"": 0, "abc": 3, "e\u0301": 1, "一": 2, "ｆ": 2, "שלום": 4, "a\u200db": 2, "👍": 2} {
		if got := columns(s); got != want {
			t.Errorf("%q takes %d columns, not %d", s, want, got)
		}
	}
}

// TestPeopleIsSafe holds that whatever bytes come, none of them steers the
// terminal.
func TestPeopleIsSafe(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := people(string(rapid.SliceOf(rapid.Byte()).Draw(t, "bytes")))
		for _, r := range s {
			if r != '\n' && unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) {
				t.Fatalf("%q", s)
			}
		}
	})
}
