package place

import (
	"slices"
	"strings"
	"unicode"

	"thbot/store/statement/spell"
	"thbot/store/statement/token"
)

// kind says what a phrase is, which decides how it is looked for and read.
type kind uint8

const (
	named     kind = iota // the English name of a country or region
	people                // an adjective or a people
	town                  // a town or another place within a country
	seat                  // a town where an agency or the institutions sit
	foreign               // a country's name in another language
	inflected             // an adjective or case form in another language
	code                  // an ISO code in capitals
	doubtful              // an ISO code that is a word too, and counts beside others
	silent                // looks like a place and is none
	language              // a language that no country's people share
)

// phrase is something looked for in texts.
type phrase struct {
	parts   []part
	place   int16
	kind    kind
	capital bool // the first letter in the text must be a capital
	head    int  // the word that begins with it: the second where the first is "the"
}

// part is one word of a phrase.
type part struct {
	number int32
	exact  string // where case counts (UK, EaP), how it must stand; else ""
}

// matcher holds the phrases under their first words, longest first.
type matcher struct {
	numbers map[string]int32 // of the phrases' words, by their folded form, from 1 on
	first   [][]phrase       // by the number of the first word
	stems   map[string]int16 // beginnings of words in other languages
	roles   map[string]role  // of small words
	tokens  []token.Token    // room for phrases while they are entered
}

func newMatcher() matcher {
	return matcher{numbers: make(map[string]int32, 8192), first: make([][]phrase, 1, 8192), stems: map[string]int16{}, roles: smallRoles()}
}

// careful are names that are other words too, and so count only with a
// capital letter. Names in other languages and towns always need one.
var careful = setOf("turkey chad jordan georgia guinea china jersey polish pole poles turk turks dane danes finn finns " +
	"czech slovak serb serbs swede swedes greek thai swiss dutch french irish mali niger togo oman peru cuba panama " +
	"car emirates guam tonga turkish danish german saudi swazi pacific levant holland macedonia samoa malvinas indian american " +
	"bahamas gambia union africa asia columbia brunei")

// shadowed are names in other languages that are English words or names of
// other things in an English text, and so are left out.
var shadowed = setOf("reunion riunione reuniao island man indie mena tai chili gana sead dania viro norra inde ciad cina")

func setOf(words string) map[string]bool {
	set := map[string]bool{}
	for w := range strings.FieldsSeq(words) {
		set[w] = true
	}
	return set
}

func (m *matcher) add(name string, place int16, kind kind) {
	if stem, ok := strings.CutSuffix(name, "*"); ok && kind == inflected {
		m.stems[spell.Key(stem)] = place
		return
	}
	p := phrase{place: place, kind: kind, parts: m.parts(name)}
	if len(p.parts) == 0 {
		return
	}
	key := spell.Key(name)
	p.capital = kind == town || kind == seat || kind == foreign || kind == silent || kind == language || careful[key]
	if kind == inflected {
		p.capital = capitals(name) > 0
	}
	if kind == people && len(key) < 6 {
		p.capital = true
	}
	if kind == foreign && (len(key) < 4 || shadowed[key] || m.has(p.parts)) {
		return
	}
	if len(p.parts) > 1 && p.parts[0].number == m.numbers["the"] {
		p.head = 1
	}
	list := m.first[p.parts[0].number]
	at := len(list)
	for at > 0 && len(list[at-1].parts) < len(p.parts) {
		at--
	}
	m.first[p.parts[0].number] = slices.Insert(list, at, p)
}

// parts cuts a name into the words of a phrase.
func (m *matcher) parts(name string) []part {
	m.tokens = token.Split(m.tokens[:0], name)
	parts := make([]part, 0, len(m.tokens))
	for i := 0; i < len(m.tokens); {
		n := dotted(name, m.tokens[i:])
		raw := name[m.tokens[i].Start:m.tokens[i+n-1].End]
		i += n
		p := part{number: m.number(raw)}
		if raw = strings.ReplaceAll(raw, ".", ""); capitals(raw) > 1 {
			p.exact = raw
		}
		parts = append(parts, p)
	}
	return parts
}

// number gives the number of a phrase's word.
func (m *matcher) number(raw string) int32 {
	var buf [64]byte
	folded := spell.AppendFold(buf[:0], raw, 0)
	n, ok := m.numbers[string(folded)]
	if !ok {
		n = int32(len(m.first))
		m.numbers[string(folded)] = n
		m.first = append(m.first, nil)
	}
	return n
}

func (m *matcher) has(parts []part) bool {
	return slices.ContainsFunc(m.first[parts[0].number], func(p phrase) bool {
		return slices.EqualFunc(p.parts, parts, func(a, b part) bool { return a.number == b.number })
	})
}

func capitals(s string) int {
	n := 0
	for _, r := range s {
		if unicode.IsUpper(r) {
			n++
		}
	}
	return n
}

// dotted tells how many of the tokens, from the first on, are one word: a full
// stop between single letters (U.K.) does not divide.
func dotted(text string, tokens []token.Token) int {
	n := 1
	for n < len(tokens) && n < 3 && single(tokens[n-1]) && joined(text, tokens[n-1].End, tokens[n].Start) {
		n++
	}
	return n
}

func single(t token.Token) bool { return t.End-t.Start == 1 }

// joined tells whether a full stop alone lies between, and a capital follows.
func joined(text string, end, start int) bool {
	return start == end+1 && text[end] == '.' && text[start] >= 'A' && text[start] <= 'Z'
}
