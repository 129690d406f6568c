package when

import (
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"thbot/store/date"
)

func TestInText(t *testing.T) {
	tests := []struct{ in, want string }{
		{"CEPOL webinar on indicators of labour exploitation for labour inspectors in Romania, March 2027", "March 2027=2027-03"},
		{"Joint action days on 1-5 March 2027 in Riga", "1-5 March 2027=2027-03-01..2027-03-05"},
		{"Course from March to May 2027, then a report", "from March to May 2027=2027-03..2027-05"},
		{"Campaign for the EU Anti-Trafficking Day 18 October 2028: debate", "18 October 2028=2028-10-18"},
		{"EU Anti-Trafficking Day, 18 October", "18 October=2026-10-18"},
		{"Officers meet on Thursday 10 December.", "Thursday 10 December=2026-12-10"},
		{"JAD on forced begging, May 2027 || Street controls", "May 2027=2027-05"},
		{"an action week in June. Officers of the host", "June=2027-06"},
		{"delivered in March.", "March=2027-03"},
		{"consultation with national rapporteurs in spring.", "spring=2027-03..2027-05"},
		{"launch foreseen in Brussels end of 2026.", "end of 2026=2026-Q4"},
		{"(FRANET country reports, delivered end 2026) into a tool", "end 2026=2026-Q4"},
		{"handover to national staff in 2028.", "2028=2028"},
		{"a guide for ministries (2024)", "2024=2024"},
		{"Lisbon Addictions 2027: panel", "2027=2027"},
		{"JIT course, trafficking cases, 2025 edition", "2025=2025"},
		{"due by the end of March 2027", "by the end of March 2027=..2027-03-31"},
		{"runs until June 2027 in Sofia", "until June 2027=..2027-06"},
		{"starts in Q2 2027 and ends in Q4 2027", "Q2 2027=2027-Q2 | Q4 2027=2027-Q4"},
		{"in the second half of 2027", "second half of 2027=2027-H2"},
		{"mid-2027 review, early 2028 report", "mid-2027=2027-05..2027-08 | early 2028=2028-Q1"},
		{"next year, and this autumn", "next year=2027 | this autumn=2026-09..2026-11"},
		{"on 12.3.2027 and 2027-04-01, then 2027-Q3", "12.3.2027=2027-03-12 | 2027-04-01=2027-04-01 | 2027-Q3=2027-Q3"},
		{"Between 2027 and 2029 we train", "Between 2027 and 2029=2027..2029"},
		{"Schulung im März 2027 in Wien", "März 2027=2027-03"},
		{"Formation du 1er au 5 mars 2027 à Lyon", "du 1er au 5 mars 2027=2027-03-01..2027-03-05"},
		{"Conferencia de marzo de 2027 en Madrid", "marzo de 2027=2027-03"},
		{"Szkolenie w maju 2027 r.", "maju 2027=2027-05"},
		{"Σεμινάριο τον Μάιο 2027", "Μάιο 2027=2027-05"},
		{"in 9/2027", "9/2027=2027-09"},
		// none of these
		{"directive 2011/36, Directive 2004/81/EC and 2002/629/JHA", ""},
		{"Regulation (EU) 2018/1725, Regulation 2018/1805 certificates", ""},
		{"SPD 2027-2029 2.4.1", ""}, {"SPD 2027–2029, activity B.4", ""}, {"OAP 2027, action 4.3.", ""},
		{"EUR 2027", ""}, {"2027 EUR and 2028 participants", ""}, {"a budget of 2 027 euro", ""},
		{"Course 9/2027: minors", ""}, {"CEPOL webinar 31/2028: SIS", ""}, {"webinar 12/2025", ""},
		{"at 10:30 and 20:27, room 2.4.1", ""}, {"COM(2017) 728 final, COM(2012) 286", ""}, {"5 April 2011", ""},
		{"officers may 2 times; they march on", ""}, {"data set 2027", ""}, {"the second half", ""}, {"we may do it", ""},
		{"phase 2 of 3, 24 hours, day 1", ""}, {"the next day and in the coming weeks", ""}, {"ten years, last year", ""}, {"call HOME-2027-12", ""},
		{"in about two weeks", ""}, {"an autumn school", ""}, {"sat on the sun", ""}, {"March against trafficking", ""}, {"", ""}, {"🙂", ""},
	}
	for _, tt := range tests {
		var got []string
		for _, h := range InText(tt.in, monday) {
			if tt.in[h.From:h.To] != h.Evidence {
				t.Errorf("%q: %d to %d is not %q", tt.in, h.From, h.To, h.Evidence)
			}
			got = append(got, h.Evidence+"="+show(h.Period))
		}
		if s := strings.Join(got, " | "); s != tt.want {
			t.Errorf("%q:\n got %s\nwant %s", tt.in, s, tt.want)
		}
	}
}

func FuzzWhen(f *testing.F) {
	for _, s := range []string{"2027-02-30", "1-5 March 2027", "de la martie până în mai 2027", "winter 2026/27", "99999999999/1", "in 999 years", "29 February", "2027-W53"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		p, err := Parse(s, monday)
		if err == nil {
			if !p.Known() || p.Check() != nil {
				t.Fatalf("%q: %s, %v", s, show(p), p.Check())
			}
		} else if !isFault(err) {
			t.Fatalf("%q: %T %v", s, err, err)
		}
		if _, _, err := Moment(s, monday); err != nil && !isFault(err) {
			t.Fatalf("%q: %T %v", s, err, err)
		}
		if d, err := Duration(s); err == nil && (d <= 0 || d > longest) || err != nil && !isFault(err) {
			t.Fatalf("%q: %v, %v", s, d, err)
		}
	})
}

func FuzzInText(f *testing.F) {
	for _, s := range []string{"in March 2027 and from 1 to 5 May", "SPD 2027-2029", "\xff2027", "by the end of", "Q2 2027–Q3"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		end := 0
		for _, h := range InText(s, monday) {
			if h.From < end || h.To <= h.From || h.To > len(s) || s[h.From:h.To] != h.Evidence || !h.Period.Known() || h.Period.Check() != nil {
				t.Fatalf("%q: %+v", s, h)
			}
			if utf8.ValidString(s) && !utf8.ValidString(h.Evidence) {
				t.Fatalf("%q: cuts a character in %q", s, h.Evidence)
			}
			end = h.To
		}
	})
}

func BenchmarkInText(b *testing.B) {
	text := strings.Repeat("Checks on ferries and coaches that come from Morocco in March 2027. Seconded staff support second-line interviews and queries in SIS (SPD 2027-2029 2.4.1), the host authorities decide on referral; Regulation (EU) 2018/1725. ", 30)[:3000]
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		InText(text, monday)
	}
}

func BenchmarkParse(b *testing.B) {
	for b.Loop() {
		if _, err := Parse("from March to May 2027", monday); err != nil {
			b.Fatal(err)
		}
	}
}

// A period in words is found in a sentence, and nothing else is.
func TestInTextFindsWords(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		first := date.NewDay(2024, 1, rapid.IntRange(1, 3000).Draw(t, "first"))
		p := date.Period{From: first.Date(), To: (first + date.Day(rapid.IntRange(0, 200).Draw(t, "days"))).Date()}
		if rapid.Bool().Draw(t, "months") {
			p.From, p.To = p.From[:7], p.To[:7]
		}
		words := p.Words(date.None)
		text := rapid.SampledFrom([]string{"Joint days in ", "Riga, ", "(", "Course for 12 officers, ", ""}).Draw(t, "before") + words +
			rapid.SampledFrom([]string{" in Riga", ".", ")", "; SPD 2027-2029 2.4.1", "\n12 officers", ""}).Draw(t, "after")
		hits := InText(text, monday)
		if len(hits) != 1 || hits[0].Period != p || hits[0].Evidence != words {
			t.Fatalf("%q: %+v, want %s", text, hits, show(p))
		}
	})
}
