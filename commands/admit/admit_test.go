package admit

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"pgregory.net/rapid"

	"thbot/store/fault"
)

func TestPersonal(t *testing.T) {
	tests := []struct{ in, kind, piece, shown string }{
		{"ask jane.doe@europol.europa.eu for it", "a mail address", "jane.doe@europol.europa.eu", "j….eu"},
		{"THB-unit@frontex.europa.eu.", "a mail address", "THB-unit@frontex.europa.eu", "T….eu"},
		{"<mailto:o'neill@x.ie>", "a mail address", "o'neill@x.ie", "o….ie"},
		{"jürgen@bücher.de", "a mail address", "jürgen@bücher.de", "j….de"},
		{"jane [at] example.eu", "a mail address", "jane [at] example.eu", "j….eu"},
		{"jane(at)example.eu", "a mail address", "jane(at)example.eu", "j….eu"},
		{"a@b@example.eu", "a mail address", "b@example.eu", "b….eu"},
		{"https://x.eu/?to=jane@example.eu&x=1", "a mail address", "jane@example.eu", "j….eu"},
		{"call +32 2 299 11 11 now", "a phone number", "+32 2 299 11 11", "+32 …11"},
		{"+31703025000", "a phone number", "+31703025000", "+317…00"},
		{"+48 (22) 205 95 00", "a phone number", "+48 (22) 205 95 00", "+48 …00"},
		{"(+356) 2248 7500", "a phone number", "(+356) 2248 7500", "(+35…00"},
		{"0032 2 299 11 11", "a phone number", "0032 2 299 11 11", "0032…11"},
		{"Tel.: 02 299 11 11", "a phone number", "02 299 11 11", "02 2…11"},
		{"mobile no. 0470 12 34 56", "a phone number", "0470 12 34 56", "0470…56"},
		{"Handy 0170/1234567", "a phone number", "0170/1234567", "0170…67"},
		{"téléphone : 01 42 34 56 78", "a phone number", "01 42 34 56 78", "01 4…78"},
		{"tel. 22 205 95 00", "a phone number", "22 205 95 00", "22 2…00"},
		{"teléfono 912 345 678", "a phone number", "912 345 678", "912 …78"},
		{"τηλ. 210 1234567", "a phone number", "210 1234567", "210 …67"},
		{"call me on 0470 12 34 56", "a phone number", "0470 12 34 56", "0470…56"},
		{"BE68539007547034", "an IBAN", "BE68539007547034", "BE68…34"},
		{"be68 5390 0754 7034 please", "an IBAN", "be68 5390 0754 7034", "be68…34"},
		{"BE68-5390-0754-7034", "an IBAN", "BE68-5390-0754-7034", "BE68…34"},
		{"GB82 WEST 1234 5698 7654 32", "an IBAN", "GB82 WEST 1234 5698 7654 32", "GB82…32"},
		{"DE89370400440532013000", "an IBAN", "DE89370400440532013000", "DE89…00"},
		{"FR14 2004 1010 0505 0001 3M02 606", "an IBAN", "FR14 2004 1010 0505 0001 3M02 606", "FR14…06"},
		{"MT84MALT011000012345MTLCAST001S", "an IBAN", "MT84MALT011000012345MTLCAST001S", "MT84…1S"},
		{"NL91ABNA0417164300,", "an IBAN", "NL91ABNA0417164300", "NL91…00"},
	}
	for _, tt := range tests {
		hits := Find(tt.in)
		if len(hits) != 1 {
			t.Errorf("%q: %d hits %v", tt.in, len(hits), hits)
			continue
		}
		h := hits[0]
		if got := tt.in[h.From:h.To]; got != tt.piece || h.Kind != tt.kind || h.Shown != tt.shown {
			t.Errorf("%q: %s %q shown %q", tt.in, h.Kind, got, h.Shown)
		}
	}
}

func TestNotPersonal(t *testing.T) {
	for _, s := range []string{
		"SPD 2027-2029 2.4.1", "COM(2017) 728 final", "Directive 2011/36/EU", "Regulation (EU) 2018/1725", "D001", "a rise of +5 %", "+5 000 000 EUR", "+46 500 000 EUR",
		"2027-03-01 to 2027-03-05", "12.3.2027–14.3.2027", "EUR 1 000 000 000", "€ 00 000 000 000", "10:30 to 12:00", "call for proposals 2027-2029", "Call HOME-2027-ISFP-THB", "see page 123 456 789",
		"@USER and @everyone", "write to user@host", "https://example.eu/@jane", "https://social.example.eu/@jane.doe/1", "SIENA @ 10:30", "x@1.2", "18+ and 25+ 2027 2028",
		"tel quel, 2027-2029", "phone interviews in 2027 (120 000 people)", "mobile units: 2027-03-01", "no. 2002/629/JHA", "contact 2027-03", "number 1234567", "hotline 116 006", "call 112",
		"RO 24 labour inspectors and police officers in the field", "at 10 the workshops of the network begin here", "BE68539007547035", "de 12 mars 2027 au 15 juin 2027 inclus", "AT 61 1904 3002 3457 3202",
		"ISBN 978-92-9498-123-4", "doi 10.2847/123456", "OAP 2027, action 4.3.", "C(2021) 9123", "14-06-2027 09:00", "tel aviv 2027",
	} {
		if hits := Find(s); len(hits) > 0 {
			t.Errorf("%q: %s %q", s, hits[0].Kind, s[hits[0].From:hits[0].To])
		}
	}
}

// The register's own texts hold none of it: a false alarm would refuse real
// work.
func TestCorpusIsAdmitted(t *testing.T) {
	file, err := os.ReadFile("../overlap/testdata/corpus/activities.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for row := range strings.Lines(string(file)) {
		var a struct{ Title, Description string }
		if err := json.Unmarshal([]byte(row), &a); err != nil {
			t.Fatal(err)
		}
		if err := Check(Field{Name: "title", Text: a.Title}, Field{Name: "description", Text: a.Description}); err != nil {
			t.Error(err)
		}
		n++
	}
	if n != 239 {
		t.Errorf("%d activities", n)
	}
}

func TestRefusalIsKind(t *testing.T) {
	err := Check(Field{Name: "title", Text: "Joint days"}, Field{Name: "description", Text: "Ask jane@example.eu or +32 2 299 11 11."})
	f := fault.As(err)
	if f == nil || f.Code != fault.Refused {
		t.Fatal(err)
	}
	want := "The description holds a mail address (`j….eu`), a phone number (`+32 …11`). The register keeps no personal data, so nothing was stored. Name the unit or team instead of its mailbox."
	if f.What != want {
		t.Errorf("what %s\nwant %s", f.What, want)
	}
	if f.Try != "Ask … or …." || f.Back != "Ask jane@example.eu or +32 2 299 11 11." {
		t.Errorf("try %q, back %q", f.Try, f.Back)
	}
	if _, err := Admit(f.Try); err != nil {
		t.Errorf("the line that works does not: %v", err)
	}
}

func TestNotStorable(t *testing.T) {
	tests := []struct{ name, in, what, back string }{
		{"NUL", "a\x00b", "This text has a control character (U+0000) as its character 2, which cannot be stored; the copy I give back is without it.", "ab"},
		{"escape", "é\x1b[1m", "This text has a control character (U+001B) as its character 2, which cannot be stored; the copy I give back is without it.", "é[1m"},
		{"next line", "a\u0085b", "This text has a control character (U+0085) as its character 2, which cannot be stored; the copy I give back is without it.", "ab"},
		{"invalid", "ab\xffc", "This text is not valid UTF-8: byte 3 cannot be read. Nothing was stored.", "ab\uFFFDc"},
		{"cut short", "ab\xe2\x82", "This text is not valid UTF-8: byte 3 cannot be read. Nothing was stored.", "ab\uFFFD"},
		{"long", strings.Repeat("é", 3001), "This text has 3,001 characters; 3,000 is the most. Nothing was stored.", strings.Repeat("é", 3001)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Admit(tt.in)
			f := fault.As(err)
			if f == nil || f.Code != fault.Invalid || f.What != tt.what || f.Back != tt.back {
				t.Errorf("got %v\nback %q", err, f.Back)
			}
		})
	}
	if _, err := Admit("Title\n" + strings.Repeat("x", 3000)); err != nil {
		t.Error("a title and 3,000 characters below:", err)
	}
	if _, err := Admit("Title\n" + strings.Repeat("x", 3001)); !fault.Is(err, fault.Invalid) {
		t.Error("a title and 3,001 characters below:", err)
	}
	if err := Check(Field{Name: "title", Text: strings.Repeat("x", 201), Max: 200}); fault.As(err) == nil {
		t.Error("a title of 201 characters")
	}
}

func TestKeptAsTyped(t *testing.T) {
	for _, s := range []string{"", "مكافحة الاتجار بالبشر", "e\u0301 \u200d \u200c \ufeff", "👩\u200d👧\u200d👦 🏳️\u200d🌈", "\u202eabc\u202c \u2066x\u2069", "a\tb\r\nc", "\uFFFD", strings.Repeat("é", 3000)} {
		if got, err := Admit(s); got != s || err != nil {
			t.Errorf("%q: %q, %v", s, got, err)
		}
	}
}

// Whatever is written around a real one, it is found; and what is admitted is
// unchanged.
func TestAlwaysFound(t *testing.T) {
	around := rapid.StringOfN(rapid.RuneFrom([]rune("abc XYZ.,;:\n éß€ مك")), 0, 40, -1)
	piece := rapid.SampledFrom([]string{"jane@example.eu", "+32 2 299 11 11", "BE68 5390 0754 7034", "+31703025000", "DE89370400440532013000"})
	rapid.Check(t, func(t *rapid.T) {
		before, p, after := around.Draw(t, "before"), piece.Draw(t, "piece"), around.Draw(t, "after")
		if _, err := Admit(before + "\n" + p + "\n" + after); !fault.Is(err, fault.Refused) {
			t.Fatalf("%q was admitted: %v", before+"\n"+p+"\n"+after, err)
		}
		if clean, err := Admit(before + after); err == nil && clean != before+after {
			t.Fatalf("%q became %q", before+after, clean)
		}
	})
}

func FuzzAdmit(f *testing.F) {
	for _, s := range []string{"a@b.eu", "+32 2 299 11 11", "BE68539007547034", "(at)x.eu", "tel 0(0)1/2-3.4", "\xff\x00", "＋３２２２９９１１１１", "ro 24 abcd"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		clean, err := Admit(s)
		for _, h := range Find(s) {
			if h.From < 0 || h.To > len(s) || h.From >= h.To {
				t.Fatalf("%q: %+v", s, h)
			}
		}
		if err != nil {
			f := fault.As(err)
			if f == nil {
				t.Fatalf("%T is no fault", err)
			}
			if !utf8.ValidString(f.Back) || strings.IndexFunc(f.Back, func(c rune) bool { return unicode.IsControl(c) && c != '\n' && c != '\r' && c != '\t' }) >= 0 {
				t.Fatalf("gives back %q", f.Back)
			}
			return
		}
		if clean != s || !utf8.ValidString(s) {
			t.Fatalf("%q became %q", s, clean)
		}
	})
}

func BenchmarkAdmit(b *testing.B) {
	text := strings.Repeat("Checks on 12 ferries (2027-03-01, EUR 1 000 000), Regulation (EU) 2018/1725. ", 40)[:3000]
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		if _, err := Admit(text); err != nil {
			b.Fatal(err)
		}
	}
}

// Worst is a text full of what looks like phone numbers and is none, so that
// every one is asked of every numbering plan.
func BenchmarkAdmitWorst(b *testing.B) {
	text := strings.Repeat("tel 000 000 01; +32 000 000 01 ", 100)[:3000]
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		if _, err := Admit(text); err != nil {
			b.Fatal(err)
		}
	}
}
