package place

import (
	_ "embed"
	"fmt"
	"strings"
	"sync"

	"thbot/store/statement/spell"
)

//go:generate go run ./names

//go:embed countries.tsv
var countriesFile string

//go:embed regions.tsv
var regionsFile string

//go:embed towns.tsv
var townsFile string

//go:embed names.tsv
var namesFile string

//go:embed words.tsv
var wordsFile string

//go:embed silent.txt
var silentFile string

//go:embed languages.txt
var languagesFile string

// written are the codes that people write for a country within a sentence and
// that hardly mean anything else there.
const written = "AL BA BG CY CZ DE DK ES FR GR HU LT LV MD MK MT NG NL PL PT RO RS SK TR UA XK"

// words are the codes that are words too, or abbreviations of the field. They
// count in a row with one of the others alone: "IE, SE and NL", "RO-IT-ES".
const words = "AT BE CH EE FI GE HR IE IS IT LU ME NO SE SI"

// tables are all that is known, made from the files.
type tables struct {
	places  []Place          // countries first, in order of code; then regions
	codes   [26 * 26]int16   // "RO" to position in places, -1 for none
	names   map[string]int16 // folded names to positions
	english []string         // the names an error may suggest
	union   Set
	text    matcher
}

// gazetteer is built at the first use, which takes some milliseconds.
var gazetteer = sync.OnceValue(build)

func build() *tables {
	g := &tables{names: make(map[string]int16, 8192), text: newMatcher()}
	for i := range g.codes {
		g.codes[i] = -1
	}
	countries := rows(countriesFile, 4)
	for i, r := range countries {
		p := Place{Code: r[0], Name: strings.TrimPrefix(r[1], "~")}
		p.Set.add(i)
		g.places = append(g.places, p)
		g.codes[slot(p.Code)] = int16(i)
	}
	g.codes[slot("EL")], g.codes[slot("UK")] = g.codes[slot("GR")], g.codes[slot("GB")]
	for i, r := range countries {
		g.typed(i, r[0])
		g.enter(i, named, r[1]+"|"+r[2])
		g.enter(i, people, r[3])
		if strings.Contains(written, r[0]) {
			g.text.add(r[0], int16(i), code)
		} else if strings.Contains(words, r[0]) {
			g.text.add(r[0], int16(i), doubtful)
		}
		g.english = append(g.english, g.places[i].Name)
	}
	g.typed(int(g.codes[slot("GR")]), "EL")
	g.text.add("EL", g.codes[slot("GR")], code)
	for _, r := range rows(regionsFile, 4) {
		g.region(r)
	}
	i, _ := g.find("EU")
	g.union = g.places[i].Set
	g.others()
	return g
}

func (g *tables) region(r []string) {
	p := Place{Code: r[0], Name: strings.TrimPrefix(r[1], "~"), Region: true}
	for _, m := range strings.Fields(r[3]) {
		switch {
		case m == "*" || m == "-EU":
			for _, q := range g.places[:g.countries()] {
				p.Set = p.Set.Union(q.Set)
			}
			if m == "-EU" {
				i, _ := g.find("EU")
				p.Set = p.Set.Minus(g.places[i].Set)
			}
		default:
			i, ok := g.find(m)
			if !ok {
				panic(fmt.Sprintf("regions.tsv: %s has the unknown member %q", r[0], m))
			}
			p.Set = p.Set.Union(g.places[i].Set)
		}
	}
	g.places = append(g.places, p)
	i := len(g.places) - 1
	g.typed(i, p.Code)
	g.enter(i, named, r[1]+"|"+r[2])
	g.english = append(g.english, p.Name)
}

// countries is how many of the places are countries.
func (g *tables) countries() int {
	n := 0
	for n < len(g.places) && !g.places[n].Region {
		n++
	}
	return n
}

// others enters what the smaller files hold. Names entered before win, so that
// no foreign name hides an English one.
func (g *tables) others() {
	for _, r := range rows(townsFile, 2) {
		i, _ := g.country(r[0])
		for name := range strings.SplitSeq(r[1], "|") {
			kind := town
			if bare, ok := strings.CutPrefix(name, "@"); ok {
				name, kind = bare, seat
			}
			g.text.add(name, int16(i), kind)
		}
	}
	for _, r := range rows(namesFile, 2) {
		i, _ := g.country(r[0])
		for name := range strings.SplitSeq(r[1], "|") {
			g.enter(i, foreign, name)
		}
	}
	for _, r := range rows(wordsFile, 2) {
		i, _ := g.country(r[0])
		for word := range strings.FieldsSeq(r[1]) {
			g.text.add(word, int16(i), inflected)
		}
	}
	for line := range lines(silentFile) {
		g.text.add(line, 0, silent)
	}
	for line := range lines(languagesFile) {
		for word := range strings.FieldsSeq(line) {
			g.text.add(word, 0, language)
		}
	}
}

// enter makes the names findable and, but for those after ~, looked for in
// texts.
func (g *tables) enter(i int, kind kind, names string) {
	for name := range strings.SplitSeq(names, "|") {
		bare, hidden := strings.CutPrefix(name, "~")
		if bare == "" || len(bare) == 2 && bare == g.places[i].Code {
			continue
		}
		if kind != people {
			g.typed(i, bare)
		}
		if !hidden {
			g.text.add(bare, int16(i), kind)
		}
	}
}

func (g *tables) typed(i int, name string) {
	key := spell.Key(name)
	if _, taken := g.names[key]; key != "" && !taken {
		g.names[key] = int16(i)
	}
}

// slot numbers two capital letters.
func slot(code string) int { return int(code[0]-'A')*26 + int(code[1]-'A') }

// country finds a code of two capital letters.
func (g *tables) country(code string) (int, bool) {
	if len(code) != 2 || code[0] < 'A' || code[0] > 'Z' || code[1] < 'A' || code[1] > 'Z' {
		return 0, false
	}
	i := g.codes[slot(code)]
	return int(i), i >= 0
}

func lines(file string) func(func(string) bool) {
	return func(yield func(string) bool) {
		for line := range strings.Lines(file) {
			line = strings.TrimRight(line, "\r\n")
			if line != "" && line[0] != '#' && !yield(line) {
				return
			}
		}
	}
}

// rows reads a file of tab-parted columns. The files are our own: a broken one
// is a broken build, and a test reads them all.
func rows(file string, columns int) [][]string {
	var out [][]string
	for line := range lines(file) {
		r := strings.Split(line, "\t")
		if len(r) != columns {
			panic(fmt.Sprintf("%d columns, want %d: %s", len(r), columns, line))
		}
		out = append(out, r)
	}
	return out
}
