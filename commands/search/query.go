// Package search finds activities by their words: ranked, over title,
// description and notes, without an index.
//
// A word is found in its other forms too ("trains" finds "training"), the last
// one also as the start of a longer word; words in quotes are found as they
// stand, one behind the other. Case and marks on letters do not count. A word
// in the title weighs more, and a rare word more than a common one.
//
// Promises: the same texts give the same order; nothing panics, whatever the
// input. A scan of 10,000 activities takes some milliseconds.
//
// Limits: other forms are those of English; 16 words and phrases of a query
// count, and 64 words of a phrase.
package search

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/kljensen/snowball/english"
	"golang.org/x/text/unicode/norm"
)

const (
	mostTerms  = 16
	mostPhrase = 64
)

// Query is what is looked for. It is not safe for concurrent use.
type Query struct {
	terms  []term
	begins [1 << 16 / 64]uint64 // pairs of bytes with which a word that counts may begin
	stems  map[string]string
	folded map[rune]string
	buf    []byte
}

// term is a word or a phrase.
type term struct {
	typed  string
	words  []word
	agency string // the slug, where the word names an agency
}

// word is one word of a term.
type word struct {
	exact  string // folded
	stem   string // empty: only the exact word counts
	start  string // what every form of the word begins with
	prefix bool   // a longer word counts too
}

// Parse reads a query. Agency gives the slug where a word names an agency,
// else ""; it may be nil.
func Parse(text string, agency func(word string) string) *Query {
	q := &Query{stems: map[string]string{}, folded: map[rune]string{}}
	open := false
	for rest := text; rest != ""; {
		at := strings.IndexFunc(rest, isQuote)
		if at < 0 {
			at = len(rest)
			open = false // a quote that is not closed is none
		}
		q.add(rest[:at], open, agency)
		_, size := utf8.DecodeRuneInString(rest[at:])
		rest, open = rest[at+size:], !open
	}
	q.dropSmall()
	q.terms = q.terms[:min(len(q.terms), mostTerms)]
	if n := len(q.terms); n > 0 && !isQuote(lastRune(text)) {
		if last := &q.terms[n-1]; len(last.words) == 1 && utf8.RuneCountInString(last.words[0].exact) > 1 {
			last.words[0].prefix = true
			last.words[0].start = shorter(last.words[0].start, last.words[0].exact)
		}
	}
	for _, t := range q.terms {
		for _, w := range t.words {
			q.allow(w.start)
		}
	}
	return q
}

// allow notes with which two bytes a word may begin.
func (q *Query) allow(start string) {
	first := uint(start[0]) << 8
	for second := range uint(256) {
		if len(start) == 1 || uint(start[1]) == second {
			q.begins[(first|second)/64] |= 1 << (second % 64)
		}
	}
}

// begun tells whether a word may count, by its first two bytes. A word with
// other than plain letters there may.
func (q *Query) begun(text string, from, to int) bool {
	if to-from < 2 {
		return true
	}
	a, b := text[from], text[from+1]
	if a >= utf8.RuneSelf || b >= utf8.RuneSelf {
		return true
	}
	pair := uint(small8(a))<<8 | uint(small8(b))
	return q.begins[pair/64]&(1<<(pair%64)) != 0
}

func small8(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}

// Empty tells whether there is nothing to look for.
func (q *Query) Empty() bool { return len(q.terms) == 0 }

// Words gives the words and phrases that are looked for.
func (q *Query) Words() []string {
	words := make([]string, len(q.terms))
	for i, t := range q.terms {
		words[i] = t.typed
	}
	return words
}

// add takes a piece of the query in: a phrase, or single words.
func (q *Query) add(piece string, phrase bool, agency func(string) string) {
	var words []word
	for from, to := range wordsIn(piece) {
		exact := string(q.fold(piece[from:to]))
		if exact == "" {
			continue
		}
		if phrase {
			words = append(words, word{exact: exact, start: exact})
			continue
		}
		t := term{typed: piece[from:to], words: []word{q.anyForm(exact)}}
		if agency != nil {
			t.agency = agency(whole(piece, from, to))
		}
		if !slices.ContainsFunc(q.terms, func(u term) bool { return len(u.words) == 1 && u.words[0].exact == exact }) {
			q.terms = append(q.terms, t)
		}
	}
	if len(words) > 0 {
		q.terms = append(q.terms, term{typed: "“" + strings.TrimSpace(piece) + "”", words: words[:min(len(words), mostPhrase)]})
	}
}

// whole gives the text around a word up to the next spaces: "eu-LISA".
func whole(text string, from, to int) string {
	start := strings.LastIndexFunc(text[:from], unicode.IsSpace) + 1
	end := strings.IndexFunc(text[to:], unicode.IsSpace)
	if end < 0 {
		end = len(text) - to
	}
	return strings.Trim(text[start:to+end], ".,;:()")
}

// anyForm is a word that is found in all its forms.
func (q *Query) anyForm(exact string) word {
	stem := english.Stem(exact, true)
	w := word{exact: exact, stem: stem, start: exact}
	// A stem may end in another letter than the word has: policy, polici.
	w.start = shorter(w.start, strings.TrimSuffix(stem, "i"))
	return w
}

// shorter gives what the two have in common at their start.
func shorter(a, b string) string {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	if n == 0 {
		return a
	}
	return a[:n]
}

// small are words that say nothing by themselves.
var small = strings.Fields("a an and are as at be by for from in is it of on or that the their this to was were with")

// dropSmall leaves out what says nothing, unless there is nothing else.
func (q *Query) dropSmall() {
	kept := slices.DeleteFunc(slices.Clone(q.terms), func(t term) bool {
		return len(t.words) == 1 && t.words[0].stem != "" && slices.Contains(small, t.words[0].exact)
	})
	if len(kept) > 0 {
		q.terms = kept
	}
}

func isQuote(r rune) bool { return strings.ContainsRune("\"“”„«»", r) && r != utf8.RuneError }

func lastRune(s string) rune {
	r, _ := utf8.DecodeLastRuneInString(s)
	return r
}

func isWordRune(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) }

// wordsIn gives the bounds of every word of a text.
func wordsIn(text string) func(func(from, to int) bool) {
	return func(yield func(from, to int) bool) {
		from := -1
		for i, r := range text {
			switch in := isWordRune(r); {
			case in && from < 0:
				from = i
			case !in && from >= 0:
				if !yield(from, i) {
					return
				}
				from = -1
			}
		}
		if from >= 0 {
			yield(from, len(text))
		}
	}
}

// fold gives the word in small letters without marks. The result is good until
// the next call.
func (q *Query) fold(w string) []byte {
	q.buf = q.buf[:0]
	for _, r := range w {
		if r < utf8.RuneSelf {
			if 'A' <= r && r <= 'Z' {
				r += 'a' - 'A'
			}
			q.buf = append(q.buf, byte(r))
			continue
		}
		q.buf = append(q.buf, q.foldRune(r)...)
	}
	return q.buf
}

func (q *Query) foldRune(r rune) string {
	if f, ok := q.folded[r]; ok {
		return f
	}
	f := ""
	for _, d := range norm.NFKD.String(string(unicode.ToLower(r))) {
		if !unicode.IsMark(d) {
			f += string(unicode.ToLower(d))
		}
	}
	switch r {
	case 'ß':
		f = "ss"
	case 'ø', 'Ø':
		f = "o"
	case 'ł', 'Ł':
		f = "l"
	case 'đ', 'Đ':
		f = "d"
	}
	q.folded[r] = f
	return f
}
