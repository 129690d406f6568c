package lexicon

import (
	"encoding/binary"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
)

// TestEveryConceptInTheLargerLanguages holds what docs/lexicon.md promises:
// but for bodies, whose names and acronyms are often the same everywhere.
func TestEveryConceptInTheLargerLanguages(t *testing.T) {
	for _, c := range Builtin().Concepts() {
		for _, lang := range strings.Fields("en de fr es it pl ro nl pt") {
			if c.Kind != "body" && len(c.Words[lang]) == 0 {
				t.Errorf("%s has no words in %s", c.ID, lang)
			}
		}
	}
}

// Where the table of the documentation begins and ends.
const (
	tableHead = "| languages | concepts with words | words and phrases |\n|---|---|---|\n"
	docs      = "../../docs/lexicon.md"
)

// TestCoverageTable compares the table of the documentation with the data;
// with -update it writes it.
func TestCoverageTable(t *testing.T) {
	text, err := os.ReadFile(docs)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(text), tableHead)
	if !ok {
		t.Fatal("docs/lexicon.md has no table of coverage")
	}
	_, after, _ := strings.Cut(rest, "\n\n")
	want := before + tableHead + coverage() + "\n" + after
	switch {
	case string(text) == want:
	case *update:
		if err := os.WriteFile(docs, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	default:
		t.Errorf("the table of docs/lexicon.md is old (go test -run TestCoverageTable -update); it should be\n%s", coverage())
	}
}

// coverage is a row for each language.
func coverage() string {
	var b strings.Builder
	for _, lang := range Languages() {
		concepts, phrases := 0, 0
		for _, c := range Builtin().Concepts() {
			if n := len(c.Words[lang]); n > 0 {
				concepts++
				phrases += n
			}
		}
		fmt.Fprintf(&b, "| %s | %d | %d |\n", lang, concepts, phrases)
	}
	return b.String()
}

// twice are the phrases that two concepts share on purpose: one word for two
// things (coaches teach and coaches drive), or a thing that is both.
var twice = setOf("agenda benelux coaches ctf decision·tree* document·expert* flowchart* frontline·worker* joint·work·plan " +
	"neighbouring·countries passport·desk* peer·exchange self·assessment·tool* trains badan tyrim* raziskav*")

// TestOnePhraseOneConcept finds phrases that stand with two concepts in one
// language: a text would then be about both.
func TestOnePhraseOneConcept(t *testing.T) {
	fold := Builtin().index.fold
	for _, lang := range Languages() {
		owner := map[string]string{}
		for _, c := range Builtin().Concepts() {
			for _, phrase := range c.Words[lang] {
				key := foldedPhrase(fold, phrase)
				if first := owner[key]; first != "" && first != c.ID && !twice[strings.ReplaceAll(key, " ", "·")] {
					t.Errorf("%s: %q stands with %s and with %s", lang, phrase, first, c.ID)
				}
				owner[key] = c.ID
			}
		}
	}
}

// foldedPhrase is the phrase as the index compares it, marks kept.
func foldedPhrase(fold *foldTable, phrase string) string {
	words := strings.FieldsFunc(phrase, divides)
	for i, w := range words {
		core := strings.Trim(w, "*")
		words[i] = strings.Replace(w, core, fold.fold(core), 1)
	}
	return strings.Join(words, " ")
}

// foreign are words of other languages that English texts know as such.
var foreign = setOf("agricole atelier carabinieri empresa escuela granic moldavia visser")

// TestEnglishWords asks for each word of the vectors' English vocabulary
// whether another language's phrase is found in it: a false friend, which
// needs the mark ~ or a longer form.
func TestEnglishWords(t *testing.T) {
	for _, w := range vocabulary(t) {
		for _, h := range Builtin().Find(w) {
			if h.Lang != "en" && !foreign[w] {
				t.Errorf("the English word %q is found as %s in %s", w, h.Concept.ID, h.Lang)
			}
		}
	}
}

// vocabulary reads the words of the built-in vectors: after a line and two
// numbers of four bytes, the second of which is the length of the words.
func vocabulary(t *testing.T) []string {
	t.Helper()
	b, err := os.ReadFile("../overlap/vector/words.bin")
	if err != nil {
		t.Fatal(err)
	}
	const head = 16
	words := strings.Fields(string(b[head : head+binary.LittleEndian.Uint32(b[head-4:])]))
	if len(words) < 40_000 || !slices.Contains(words, "victims") {
		t.Fatalf("%d words of vectors are read", len(words))
	}
	return words
}

// quoted are words of other languages that English texts of the corpora quote.
var quoted = setOf("caporali aide-mémoire aide-memoire utsatthet marítimo policía recommandations")

// TestEnglishTexts does the same with the English texts of all corpora.
func TestEnglishTexts(t *testing.T) {
	english := 0
	for _, a := range corpora(t) {
		text := a.Title + "\n" + a.Description
		if !isEnglish(text) {
			continue
		}
		english++
		for _, h := range Builtin().Find(text) {
			if h.Lang != "en" && !foreign[strings.ToLower(h.Text)] && !quoted[strings.ToLower(h.Text)] {
				t.Errorf("%s: %q is found as %s in %s", a.ID, h.Text, h.Concept.ID, h.Lang)
			}
		}
	}
	if english < 350 {
		t.Errorf("only %d texts are taken for English", english)
	}
}

// isEnglish looks for small words that no other language of the EU has.
func isEnglish(text string) bool {
	return slices.ContainsFunc(strings.Fields("of and the for with how by"), func(w string) bool {
		return slices.Contains(strings.Fields(strings.ToLower(text)), w)
	})
}

// TestSentences reads titles in the other languages.
func TestSentences(t *testing.T) {
	text, err := os.ReadFile("testdata/sentences.tsv")
	if err != nil {
		t.Fatal(err)
	}
	spoken := map[string]int{}
	for line := range strings.Lines(string(text)) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		row := strings.Split(strings.TrimSpace(line), "\t")
		if len(row) != 4 {
			t.Fatalf("%q is not a language, a text and two lists", line)
		}
		spoken[row[0]]++
		hits := Builtin().Find(row[1])
		checkHits(t, row[1], hits)
		found := withWider(hits)
		for _, id := range strings.Fields(row[2]) {
			if !found[id] {
				t.Errorf("%s: %q does not give %s, but %v", row[0], row[1], id, ids(hits))
			}
		}
		for _, id := range strings.Fields(row[3]) {
			if Builtin().Concept(id) == nil {
				t.Errorf("%s: %q names the concept %s, which does not exist", row[0], row[1], id)
			}
			if found[id] {
				t.Errorf("%s: %q gives %s", row[0], row[1], id)
			}
		}
	}
	for _, lang := range Languages()[1:] {
		if spoken[lang] < 3 {
			t.Errorf("%d sentences in %s, want at least 3", spoken[lang], lang)
		}
	}
}

// withWider are the concepts of the hits and all that are broader.
func withWider(hits []Hit) map[string]bool {
	found := map[string]bool{}
	for _, h := range hits {
		found[h.Concept.ID] = true
		for _, w := range Builtin().Wider(h.Concept) {
			found[w.ID] = true
		}
	}
	return found
}
