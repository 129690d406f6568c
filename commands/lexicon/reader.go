package lexicon

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"thbot/store/fault"
)

// Bounds of a lexicon, so that a file that is something else is refused early,
// and none takes all the time or memory.
const (
	maxFile     = 4 << 20 // bytes
	maxLine     = 8 << 10 // bytes
	maxConcepts = 5000
	maxPhrases  = 2000 // of a concept in one language
)

// validID is also the form of a commitment's slug.
var validID = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// entry is a concept while its file is read, with the place it came from.
type entry struct {
	concept  *Concept
	patterns map[string][]pattern // the concept's Words, read
	file     string
	line     int
}

// reader gathers concepts from files, later ones merged over earlier ones.
type reader struct {
	entries []*entry
	byID    map[string]*entry
	inFile  map[string]int // ids seen in the present file, with their line
	kinds   map[string]bool
	langs   map[string]bool
	values  map[string]map[string]bool
}

func newReader() *reader {
	return &reader{
		byID:   map[string]*entry{},
		kinds:  setOf(strings.Join(Kinds(), " ")),
		langs:  setOf(strings.Join(Languages(), " ")),
		values: facetValues(),
	}
}

func (r *reader) concepts() []*Concept {
	var out []*Concept
	for _, e := range r.entries {
		out = append(out, e.concept)
	}
	return out
}

func broken(file string, line int, format string, args ...any) *fault.Error {
	f := fault.New(fault.Invalid, format, args...)
	f.What = file + ", line " + strconv.Itoa(line) + ": " + f.What
	return f
}

// read takes in one file. Its errors name the file and the line.
func (r *reader) read(file string, text []byte) error {
	if !utf8.Valid(text) {
		return broken(file, 1+strings.Count(validPart(text), "\n"), "This is not UTF-8 text.")
	}
	r.inFile = map[string]int{}
	var at *entry
	n := 0
	for line := range strings.Lines(strings.TrimPrefix(string(text), "\ufeff")) {
		n++
		if len(line) > maxLine {
			return broken(file, n, "The line is longer than %d bytes.", maxLine)
		}
		line = strings.TrimSpace(line)
		var f *fault.Error
		switch {
		case line == "" || line[0] == '#':
		case line[0] == '[':
			at, f = r.head(file, n, line)
		case at == nil:
			f = broken(file, n, "A line before the first concept.").WithTry("[reflection-period] right")
		default:
			f = r.field(at, file, n, line)
		}
		if f != nil {
			return f
		}
	}
	return nil
}

// validPart is the text up to its first byte that is no UTF-8.
func validPart(text []byte) string {
	for i := 0; i < len(text); {
		c, size := utf8.DecodeRune(text[i:])
		if c == utf8.RuneError && size <= 1 {
			return string(text[:i])
		}
		i += size
	}
	return string(text)
}

// head reads "[id] kind".
func (r *reader) head(file string, n int, line string) (*entry, *fault.Error) {
	id, kind, ok := strings.Cut(line[1:], "]")
	id, kind = strings.TrimSpace(id), strings.TrimSpace(kind)
	if !ok || !validID.MatchString(id) {
		return nil, broken(file, n, "A concept begins with its id, lower-case letters and hyphens, in brackets.").WithTry("[reflection-period] right")
	}
	if first := r.inFile[id]; first > 0 {
		return nil, broken(file, n, "The concept %s stands in line %d already.", id, first)
	}
	r.inFile[id] = n
	e := r.byID[id]
	if kind == "" && e == nil {
		return nil, broken(file, n, "The new concept %s has no kind. Kinds are: %s.", id, strings.Join(Kinds(), ", ")).WithTry("[%s] theme", id)
	}
	if kind != "" && !r.kinds[kind] {
		return nil, broken(file, n, "%q is no kind of concept. Kinds are: %s.", kind, strings.Join(Kinds(), ", ")).WithTry("[%s] theme", id)
	}
	if e == nil && len(r.entries) == maxConcepts {
		return nil, broken(file, n, "There are more than %d concepts.", maxConcepts)
	}
	if e == nil {
		e = &entry{concept: &Concept{ID: id, Words: map[string][]string{}}, patterns: map[string][]pattern{}}
		r.byID[id] = e
		r.entries = append(r.entries, e)
	}
	if kind != "" {
		e.concept.Kind = kind
	}
	e.file, e.line = file, n
	return e, nil
}

// field reads "key: values" of a concept.
func (r *reader) field(e *entry, file string, n int, line string) *fault.Error {
	key, value, ok := strings.Cut(line, ":")
	key, value = strings.TrimSpace(key), strings.TrimSpace(value)
	if !ok || value == "" {
		return broken(file, n, "Expected a key, a colon and a value.").WithTry("en: reflection period, recovery period")
	}
	switch {
	case key == "name":
		e.concept.Name = value
	case key == "broader":
		e.concept.Broader = list(value)
	case key == "facets":
		pulls, f := r.pulls(file, n, value)
		e.concept.Facets = pulls
		return f
	case r.langs[key]:
		return e.addWords(file, n, key, value)
	default:
		return broken(file, n, "%q is neither name, broader, facets nor the code of an official EU language.", key).WithTry("en: reflection period, recovery period")
	}
	return nil
}

// pulls reads "audience children 0.8, exploitation labour".
func (r *reader) pulls(file string, n int, value string) ([]Pull, *fault.Error) {
	var out []Pull
	for _, item := range list(value) {
		parts := strings.Fields(item)
		if len(parts) != 2 && len(parts) != 3 {
			return nil, broken(file, n, "%q is not a facet, a value and a strength.", item).WithTry("facets: audience children 0.8")
		}
		values, ok := r.values[parts[0]]
		if !ok {
			return nil, broken(file, n, "%q is no facet a concept can speak for: these are commitments, kind, audience and exploitation.", parts[0]).WithTry("facets: audience children 0.8")
		}
		if values != nil && !values[parts[1]] || !validID.MatchString(parts[1]) {
			return nil, broken(file, n, "%q is no value of %s.", parts[1], parts[0])
		}
		p := Pull{Field: parts[0], Value: parts[1], Strength: 1}
		if len(parts) == 3 {
			s, err := strconv.ParseFloat(parts[2], 64)
			if err != nil || !(s > 0 && s <= 1) {
				return nil, broken(file, n, "The strength %q is not a number above 0 and up to 1.", parts[2]).WithTry("facets: %s %s 0.8", parts[0], parts[1])
			}
			p.Strength = s
		}
		out = append(out, p)
	}
	return out, nil
}

func (e *entry) addWords(file string, n int, lang, value string) *fault.Error {
	for _, w := range list(value) {
		p, wrong := parsePattern(w)
		if wrong != "" {
			return broken(file, n, "The phrase %q %s.", w, wrong)
		}
		if len(e.patterns[lang]) == maxPhrases {
			return broken(file, n, "The concept %s has more than %d phrases in one language.", e.concept.ID, maxPhrases)
		}
		if !slices.Contains(e.concept.Words[lang], w) {
			e.concept.Words[lang] = append(e.concept.Words[lang], w)
			e.patterns[lang] = append(e.patterns[lang], p)
		}
	}
	return nil
}

func list(value string) []string {
	var out []string
	for item := range strings.SplitSeq(value, ",") {
		if item = strings.TrimSpace(item); item != "" {
			out = append(out, item)
		}
	}
	return out
}

// check holds what can be seen only when all files are read: broader concepts
// exist and form no circle, every concept has words and a name.
func (r *reader) check() error {
	for _, e := range r.entries {
		c := e.concept
		for _, id := range c.Broader {
			if r.byID[id] == nil {
				return broken(e.file, e.line, "%s names the broader concept %s, which does not exist.", c.ID, id)
			}
		}
		if len(c.Words) == 0 {
			return broken(e.file, e.line, "%s has no words in any language.", c.ID)
		}
		if c.Name == "" {
			c.Name = nameOf(c)
		}
	}
	return r.checkCircles()
}

// nameOf takes the first English phrase, or the id where there is none.
func nameOf(c *Concept) string {
	if len(c.Words["en"]) == 0 {
		return strings.ReplaceAll(c.ID, "-", " ")
	}
	return strings.Trim(c.Words["en"][0], "*~")
}

func (r *reader) checkCircles() error {
	state := map[string]int{} // 1 on the way up, 2 done
	var visit func(id string) bool
	visit = func(id string) bool {
		if state[id] != 0 {
			return state[id] == 2
		}
		state[id] = 1
		for _, b := range r.byID[id].concept.Broader {
			if !visit(b) {
				return false
			}
		}
		state[id] = 2
		return true
	}
	for _, e := range r.entries {
		if !visit(e.concept.ID) {
			return broken(e.file, e.line, "The broader concepts of %s lead back to it.", e.concept.ID)
		}
	}
	return nil
}
