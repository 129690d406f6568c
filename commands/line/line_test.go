package line

import (
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"thbot/store/fault"
)

var (
	testKeys = []string{"commitment", "kind", "country", "with", "status", "plan", "title", "when", "from", "to", "link", "follows"}
	testMany = []string{"commitment", "country", "with"}
)

func TestRead(t *testing.T) {
	type pairs map[string][]string
	tests := []struct {
		name, in, text string
		pairs          pairs
	}{
		{"no pairs", "Joint days in Riga", "Joint days in Riga", nil},
		{"at the end", "Joint days from:2027-02-28", "Joint days", pairs{"from": {"2027-02-28"}}},
		{"at the start", "when:2027-Q2  Joint days", "Joint days", pairs{"when": {"2027-Q2"}}},
		{"in the middle", "Joint  when:2027  days", "Joint days", pairs{"when": {"2027"}}},
		{"two in the middle", "Joint when:2027 \t kind:training  days", "Joint days", pairs{"when": {"2027"}, "kind": {"training"}}},
		{"only pairs", " when:2027 kind:event ", "", pairs{"when": {"2027"}, "kind": {"event"}}},
		{"any case", "Days WHEN:2027 Kind:Training", "Days", pairs{"when": {"2027"}, "kind": {"Training"}}},
		{"quoted", `Days when:"next Friday" in Riga`, "Days in Riga", pairs{"when": {"next Friday"}}},
		{"curly", `Days when:“next Friday”`, "Days", pairs{"when": {"next Friday"}}},
		{"German", `Tage when:„next Friday“ in Riga`, "Tage in Riga", pairs{"when": {"next Friday"}}},
		{"Polish", `Dni when:„next Friday” w Rydze`, "Dni w Rydze", pairs{"when": {"next Friday"}}},
		{"French", `Jours when:«next Friday» à Riga`, "Jours à Riga", pairs{"when": {"next Friday"}}},
		{"quote in a quote", `title:"The “Blue Heart” campaign"`, "", pairs{"title": {"The “Blue Heart” campaign"}}},
		{"list", "Days country:RO,BG", "Days", pairs{"country": {"RO", "BG"}}},
		{"list in quotes", `Days country:"Bosnia and Herzegovina, Serbia"`, "Days", pairs{"country": {"Bosnia and Herzegovina", "Serbia"}}},
		{"list of quotes", `Days with:"EU-LISA",frontex x`, "Days x", pairs{"with": {"EU-LISA", "frontex"}}},
		{"list twice", "Days country:RO x country:BG,EL", "Days x", pairs{"country": {"RO", "BG", "EL"}}},
		{"comma of a sentence", "Days when:2027-03, in Riga", "Days in Riga", pairs{"when": {"2027-03"}}},
		{"times and addresses", "At 10:30 see https://example.eu/a:b", "At 10:30 see https://example.eu/a:b", nil},
		{"other colons", "Objective: training, goal:x", "Objective: training, goal:x", nil},
		{"key inside a word", "(when:2027) and prewhen:2027", "(when:2027) and prewhen:2027", nil},
		{"space after the colon", "Kind: training", "Kind: training", nil},
		{"link", "x link:https://example.eu/?a=b,c:d", "x", pairs{"link": {"https://example.eu/?a=b", "c:d"}}},
		{"empty on purpose", `A17 plan:""`, "A17", pairs{"plan": nil}},
		{"dashes stay", `Days – and — and -- when:2027-03–2027-06`, "Days – and — and --", pairs{"when": {"2027-03–2027-06"}}},
		{"line breaks", "Title when:2027\nbody", "Title\nbody", pairs{"when": {"2027"}}},
		{"windows line breaks", "Title when:2027 \r\n body\r\nmore", "Title\r\nbody\r\nmore", pairs{"when": {"2027"}}},
		{"pair on its own line", "Title\nwhen:2027\nbody", "Title\nbody", pairs{"when": {"2027"}}},
		{"outer quotes", `"Joint days"`, "Joint days", nil},
		{"outer quotes and a pair", `“Joint days” when:2027`, "Joint days", pairs{"when": {"2027"}}},
		{"outer quotes with others inside", `"Joint" and "days"`, `"Joint" and "days"`, nil},
		{"apostrophes inside", `"victims' rights, l'été"`, "victims' rights, l'été", nil},
		{"one quote", `"`, `"`, nil},
		{"two quotes", `""`, "", nil},
		{"quote without end in text", `"Joint days`, `"Joint days`, nil},
		{"no-break space", "Days\u00a0when:2027\u00a0Riga", "Days\u00a0Riga", pairs{"when": {"2027"}}},
		{"invalid bytes", "a\xff when:2027 \xfe\"", "a\xff \xfe\"", pairs{"when": {"2027"}}},
		{"nothing", "", "", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			l, err := Read(tt.in, testKeys, testMany...)
			if err != nil {
				t.Fatal(err)
			}
			if l.Text != tt.text {
				t.Errorf("text %q, want %q", l.Text, tt.text)
			}
			got := pairs{}
			for _, p := range l.Pairs {
				got[p.Key] = p.Values
			}
			if len(got)+len(tt.pairs) > 0 && !reflect.DeepEqual(got, tt.pairs) {
				t.Errorf("pairs %q, want %q", got, tt.pairs)
			}
		})
	}
}

func TestReadRefuses(t *testing.T) {
	tests := []struct{ name, in, what, try string }{
		{"slip", "Days contry:RO in Riga", "Did you mean `country:RO`? `contry:` is none of the keys, so I have done nothing yet. If it belongs to your text, put a space after the colon.", "Days country:RO in Riga"},
		{"swapped", "Days knid:event", "Did you mean `kind:event`? `knid:` is none of the keys, so I have done nothing yet. If it belongs to your text, put a space after the colon.", "Days kind:event"},
		{"singular", "Days countrys:RO", "Did you mean `country:RO`? `countrys:` is none of the keys, so I have done nothing yet. If it belongs to your text, put a space after the colon.", "Days country:RO"},
		{"twice", "Days when:2027 x when:2028", "`when` is given twice, as `2027` and as `2028`, and it can have one value.", "Days when:2027 x"},
		{"no value", "Days when:", "`when:` needs a value directly after the colon.", "Days when:…"},
		{"only a comma", "Days when:, x", "`when:` needs a value directly after the colon.", "Days when:…"},
		{"unclosed", `Days title:"Joint days`, "The quote in `\"Joint days` is not closed.", `Days title:"Joint days"`},
		{"unclosed before a key", `title:“Joint days when:2027 x`, "The quote in `“Joint days` is not closed.", `title:“Joint days” when:2027 x`},
		{"unclosed before a line", "title:«Joint days\nkind:x", "The quote in `«Joint days` is not closed.", "title:«Joint days»"},
		{"space in a list", "Days country:RO, BG x", "`country:RO,` ends with a comma: write the values of a list without spaces between them, or in quotes.", "Days country:RO,BG x"},
		{"comma at the end", "Days country:RO,", "`country:RO,` ends with a comma: write the values of a list without spaces between them, or in quotes.", "Days country:RO"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Read(tt.in, testKeys, testMany...)
			f := fault.As(err)
			if f == nil || f.Code != fault.Invalid {
				t.Fatalf("got %v", err)
			}
			if f.What != tt.what {
				t.Errorf("what %s\nwant %s", f.What, tt.what)
			}
			if f.Try != tt.try {
				t.Errorf("try %s\nwant %s", f.Try, tt.try)
			}
			if f.Back != tt.in {
				t.Errorf("back %q", f.Back)
			}
		})
	}
}

func TestReadTooLong(t *testing.T) {
	_, err := Read(strings.Repeat("a", MaxBytes+1), testKeys)
	if f := fault.As(err); f == nil || f.What != "This line has 65 KiB; I take 64 KiB at most." {
		t.Errorf("got %v", err)
	}
	if _, err := Read(strings.Repeat("a", MaxBytes), testKeys); err != nil {
		t.Error(err)
	}
}

func TestStrays(t *testing.T) {
	for in, want := range map[string][]Stray{
		"Days Kind: training, in Riga\nmore":          {{"Kind", "kind", "training, in Riga"}},
		"Days wann:2027-05 land:RO,BG in Riga":        {{"wann", "", "2027-05"}, {"land", "", "RO,BG"}},
		`Days wann:"March 2027" when:2027`:            {{"wann", "", "March 2027"}},
		"At 10:30 see https://a.eu/b, Goal: training": nil,
		`Days wann:"March 2027 in Riga`:               nil,
		"Days kind: ":                                 nil,
	} {
		l, err := Read(in, testKeys)
		if err != nil || !reflect.DeepEqual(l.Strays, want) {
			t.Errorf("%q: %+v, %v", in, l.Strays, err)
		}
	}
	if l, _ := Read(strings.Repeat("a b:c ", 1000), testKeys); len(l.Strays) != maxStrays {
		t.Errorf("%d are kept", len(l.Strays))
	}
}

func TestWith(t *testing.T) {
	tests := []struct{ in, key, value, want string }{
		{"Days from:2027-02-30 x", "from", "2027-02-28", "Days from:2027-02-28 x"},
		{"Days", "when", "next Friday", `Days when:"next Friday"`},
		{"", "when", "2027", "when:2027"},
		{"Days country:RO x country:BG y", "country", "RO,BG", "Days country:RO,BG x y"},
		{"title:A", "title", `The "B"`, `title:“The "B"”`},
	}
	for _, tt := range tests {
		l, err := Read(tt.in, testKeys, testMany...)
		if err != nil {
			t.Fatal(err)
		}
		if got := l.With(tt.key, tt.value); got != tt.want {
			t.Errorf("%q.With(%s, %s) = %q, want %q", tt.in, tt.key, tt.value, got, tt.want)
		}
	}
}

func TestWord(t *testing.T) {
	tests := []struct{ in, first, rest string }{
		{"record Joint  days ", "record", "Joint  days "},
		{"  record\n Title", "record", "Title"},
		{"menu", "menu", ""},
		{"", "", ""},
	}
	for _, tt := range tests {
		if first, rest := Word(tt.in); first != tt.first || rest != tt.rest {
			t.Errorf("Word(%q) = %q, %q", tt.in, first, rest)
		}
	}
}

func TestNearest(t *testing.T) {
	words := []string{"record", "check", "coverage", "overlap", "contact", "commitment", "undo", "list"}
	tests := []struct {
		in, want string
		ok       bool
	}{
		{"recrod", "record", true}, {"Covrage", "coverage", true}, {"cov", "coverage", true},
		{"co", "", false}, {"con", "contact", true}, {"com", "commitment", true}, {"lsit", "list", true},
		{"unod", "undo", true}, {"training", "", false}, {"", "", false}, {"liszt", "list", true},
	}
	for _, tt := range tests {
		if got, ok := Nearest(tt.in, words); got != tt.want || ok != tt.ok {
			t.Errorf("Nearest(%q) = %q, %v", tt.in, got, ok)
		}
	}
}

func TestSplit(t *testing.T) {
	long := strings.Repeat("word ", 50)
	tests := []struct{ name, in, title, description string }{
		{"one line", "Joint days", "Joint days", ""},
		{"two lines", "Joint days\nin Riga\n\nx", "Joint days", "in Riga\n\nx"},
		{"windows", "Joint days\r\nin Riga\r\nx", "Joint days", "in Riga\r\nx"},
		{"blank lines first", "\n \nJoint days\nx", "Joint days", "x"},
		{"exactly 200", strings.Repeat("é", 200), strings.Repeat("é", 200), ""},
		{"sentence", "Joint days, e.g. in Riga. Then " + long + "\nmore", "Joint days, e.g. in Riga.", "Joint days, e.g. in Riga. Then " + long + "\nmore"},
		{"no sentence", long, strings.TrimSpace(strings.Repeat("word ", 40)), long},
		{"sentence too long", long + ". Next", strings.TrimSpace(strings.Repeat("word ", 40)), long + ". Next"},
		{"one word", strings.Repeat("x", 250), strings.Repeat("x", 200), strings.Repeat("x", 250)},
		{"marks stay with their letter", strings.Repeat("x", 199) + "e\u0301" + "yyy", strings.Repeat("x", 199), strings.Repeat("x", 199) + "e\u0301" + "yyy"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			title, description := Line{Text: tt.in}.Split()
			if title != tt.title || description != tt.description {
				t.Errorf("got %q\n%q", title, description)
			}
		})
	}
}

// piece is a word of the text or a pair, and the white space after it.
type piece struct {
	word  string
	pair  bool
	space string
}

// left is what the rule says stays of the pieces, told piece by piece and not
// by bytes as the package does it.
func left(pieces []piece) string {
	var b strings.Builder
	gap, seen, removed := "", false, false
	for i, p := range pieces {
		if i > 0 {
			gap += pieces[i-1].space
		}
		if p.pair {
			removed = true
			continue
		}
		switch {
		case seen && removed && strings.Contains(gap, "\n"):
			b.WriteString("\n")
		case seen && removed:
			b.WriteString(string([]rune(gap)[0]))
		case seen:
			b.WriteString(gap)
		}
		b.WriteString(p.word)
		gap, seen, removed = "", true, false
	}
	return b.String()
}

func TestNothingIsLost(t *testing.T) {
	word := rapid.StringMatching(`[^\s\v\x{85}\p{Z}:"“”„«»]{1,8}`)
	gap := rapid.SampledFrom([]string{" ", "  ", "\t", "\n", " \n ", "\u00a0 "})
	pair := rapid.SampledFrom([]string{"country:RO", `with:"a b"`, "COUNTRY:“x y”,z", "with:«q»", "commitment:7,4"})
	rapid.Check(t, func(t *rapid.T) {
		pieces := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) piece {
			p := piece{pair: rapid.Bool().Draw(t, "pair"), space: gap.Draw(t, "space")}
			if p.word = word.Draw(t, "word"); p.pair {
				p.word = pair.Draw(t, "text")
			}
			return p
		}), 1, 12).Draw(t, "pieces")
		pieces[len(pieces)-1].space = ""
		var in strings.Builder
		for _, p := range pieces {
			in.WriteString(p.word + p.space)
		}
		l, err := Read(in.String(), testKeys, testMany...)
		if err != nil {
			t.Fatal(err)
		}
		if want := left(pieces); l.Text != want {
			t.Fatalf("%q\n got %q\nwant %q", in.String(), l.Text, want)
		}
	})
}

func TestSplitKeepsAll(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`(\w{1,9}[ .\n]{1,2}){0,80}`).Draw(t, "text")
		title, description := Line{Text: text}.Split()
		if utf8.RuneCountInString(title) > MaxTitle {
			t.Fatalf("title of %d", utf8.RuneCountInString(title))
		}
		body := skipBlankLines(text)
		if body != title && body != title+"\n"+description && body != description {
			t.Fatalf("%q became %q and %q", text, title, description)
		}
		if strings.TrimSpace(text) != "" && title == "" {
			t.Fatalf("no title from %q", text)
		}
	})
}

func FuzzRead(f *testing.F) {
	for _, s := range []string{"Days when:2027", `a title:"b`, "x country:RO,\"a b\",c y", "“a” with:„b“", "\xff:\"\xfe", "kind:\n", "contry:RO"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, in string) {
		l, err := Read(in, testKeys, testMany...)
		if err != nil {
			if fault.As(err) == nil {
				t.Fatalf("%T is no fault", err)
			}
			return
		}
		if len(l.Pairs) == 0 && l.Text != in && l.Text != unquote(in) {
			t.Fatalf("%q became %q", in, l.Text)
		}
		if len(l.Text) > len(in) {
			t.Fatalf("%q grew to %q", in, l.Text)
		}
		title, _ := l.Split()
		if utf8.RuneCountInString(title) > MaxTitle {
			t.Fatalf("title of %q too long", in)
		}
		for _, p := range l.Pairs {
			again, err := Read(l.With(p.Key, "2027"), testKeys, testMany...)
			if err != nil {
				t.Fatalf("%q with %s: %v", in, p.Key, err)
			}
			if got, _ := again.Get(p.Key); got.Value != "2027" {
				t.Fatalf("%q with %s: %q", in, p.Key, got.Value)
			}
		}
	})
}

func BenchmarkRead(b *testing.B) {
	in := "CEPOL webinar on indicators of labour exploitation country:RO,BG when:\"March to May 2027\" kind:training\n" + strings.Repeat("A line of the description: with a colon. ", 70)
	b.SetBytes(int64(len(in)))
	for b.Loop() {
		if _, err := Read(in, testKeys, testMany...); err != nil {
			b.Fatal(err)
		}
	}
}
