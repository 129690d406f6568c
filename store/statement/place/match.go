package place

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"thbot/store/statement/spell"
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
	silent                // looks like a place and is none
	language              // a language that no country's people share
)

// phrase is something looked for in texts.
type phrase struct {
	words   []word
	place   int16
	kind    kind
	capital bool // the first letter in the text must be a capital
}

// word is one word of a phrase.
type word struct {
	folded string
	exact  string // where case counts (UK, EaP), how it must stand; else ""
}

// matcher holds the phrases under their first words, longest first.
type matcher struct {
	first map[string][]phrase
	stems map[string]int16 // beginnings of words in other languages
	room  *scratch         // for phrases while they are entered
}

func newMatcher() matcher {
	return matcher{make(map[string][]phrase, 8192), map[string]int16{}, new(scratch)}
}

// careful are names that are other words too, and so count only with a
// capital letter. Names in other languages and towns always need one.
var careful = setOf("turkey chad jordan georgia guinea china jersey polish pole poles turk turks dane danes finn finns " +
	"czech slovak serb serbs swede swedes greek thai swiss dutch french irish mali niger togo oman peru cuba panama " +
	"car emirates guam tonga turkish danish german saudi swazi pacific levant holland macedonia samoa malvinas indian american " +
	"bahamas gambia union africa asia columbia brunei")

// shadowed are names in other languages that are English words or names of
// other things in an English text, and so are left out.
var shadowed = setOf("island man indie mena tai chili gana sead dania viro norra inde ciad cina")

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
	tokens := m.room.split(name)
	if len(tokens) == 0 {
		return
	}
	p := phrase{place: place, kind: kind, words: make([]word, 0, len(tokens))}
	for _, t := range tokens {
		raw := strings.ReplaceAll(name[t.start:t.end], ".", "")
		w := word{folded: m.room.folded(t)}
		if capitals(raw) > 1 {
			w.exact = raw
		}
		p.words = append(p.words, w)
	}
	key := spell.Key(name)
	p.capital = kind == town || kind == seat || kind == foreign || kind == silent || kind == language || careful[key]
	if kind == inflected {
		p.capital = capitals(name) > 0
	}
	if kind == people && len(key) < 6 {
		p.capital = true
	}
	if kind == foreign && (len(key) < 4 || shadowed[key] || m.has(p.words)) {
		return
	}
	first := p.words[0].folded
	list := m.first[first]
	at := len(list)
	for at > 0 && len(list[at-1].words) < len(p.words) {
		at--
	}
	m.first[first] = slices.Insert(list, at, p)
}

func (m *matcher) has(words []word) bool {
	return slices.ContainsFunc(m.first[words[0].folded], func(p phrase) bool {
		return slices.EqualFunc(p.words, words, func(a, b word) bool { return a.folded == b.folded })
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

// token is a word of a text.
type token struct {
	start, end int  // in the text, bytes
	from, to   int  // its folded form in the buffer
	capital    bool // begins with a capital letter
	broken     bool // a sign over which no phrase reaches stands before it
}

// scratch is the room in which one text is split.
type scratch struct {
	buf    []byte
	tokens []token
}

func (s *scratch) folded(t token) string { return string(s.buf[t.from:t.to]) }

// split cuts a text into its words. Hyphens and apostrophes divide; a full
// stop between single letters (U.K.) does not.
func (s *scratch) split(text string) []token {
	s.buf, s.tokens = s.buf[:0], s.tokens[:0]
	broken := false
	for i := 0; i < len(text); {
		r, size := rune(text[i]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRuneInString(text[i:])
		}
		if !letter(r) {
			broken = broken || breaks(r)
			i += size
			continue
		}
		t := token{start: i, from: len(s.buf), capital: unicode.IsUpper(r), broken: broken}
		i = wordEnd(text, i)
		t.end = i
		s.buf = spell.AppendFold(s.buf, text[t.start:t.end], 0)
		t.to = len(s.buf)
		if t.to > t.from {
			s.tokens, broken = append(s.tokens, t), false
		}
	}
	return s.tokens
}

func wordEnd(text string, i int) int {
	start := i
	for i < len(text) {
		r, size := rune(text[i]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRuneInString(text[i:])
		}
		dotted := r == '.' && i-start <= 3 && (i-start == 1 || text[i-2] == '.') && i+1 < len(text) && text[i+1] >= 'A' && text[i+1] <= 'Z'
		if !dotted && !letter(r) && !unicode.IsMark(r) {
			break
		}
		i += size
	}
	return i
}

func letter(r rune) bool {
	if r < utf8.RuneSelf {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9'
	}
	return unicode.IsLetter(r) || unicode.IsDigit(r)
}

// breaks tells the signs over which no phrase reaches.
func breaks(r rune) bool {
	switch r {
	case '.', ',', ';', ':', '!', '?', '(', ')', '[', ']', '\n', '"', '“', '”', '«', '»', '–', '—', '/', '|':
		return true
	}
	return false
}
