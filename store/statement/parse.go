package statement

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/pelletier/go-toml/v2"

	"thbot/store/fault"
	"thbot/store/fault/badtoml"
	"thbot/store/statement/spell"
)

// file is the TOML form of a catalogue.
type file struct {
	Title       string            `toml:"title"`
	Signed      int               `toml:"signed"`
	Agencies    []fileAgency      `toml:"agency"`
	Commitments []fileCommitments `toml:"commitment"`
}

type fileAgency struct {
	Slug     string   `toml:"slug"`
	Short    string   `toml:"short"`
	Full     string   `toml:"full"`
	SignedAs string   `toml:"signed_as"`
	Aliases  []string `toml:"aliases"`
	Seat     string   `toml:"seat"`
	Zone     string   `toml:"zone"`
}

type fileCommitments struct {
	Number int      `toml:"number"`
	Slug   string   `toml:"slug"`
	Title  string   `toml:"title"`
	Text   string   `toml:"text"`
	Words  []string `toml:"words"`
}

// most bounds the agencies and the commitments: a chat's choice field takes a
// hundred.
const most = 100

// longTitle is the longest title of a commitment, in characters: what chats
// show of a choice on a phone, with room for its number.
const longTitle = 60

// slugForm is what a slug looks like. It begins with a letter, so that it is
// never taken for a number.
var slugForm = regexp.MustCompile(`^[a-z][a-z0-9-]{0,31}$`)

// reserved are the words that filters use in the place of an agency or a
// commitment.
var reserved = map[string]bool{"mine": true, "all": true, "none": true, "agency": true, "commitment": true, "text": true}

// parse reads and checks a catalogue.
func parse(data []byte) (*Catalogue, error) {
	var f file
	var p problems
	dec := toml.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&f); err != nil {
		var strict *toml.StrictMissingError
		if !as(err, &strict) {
			return nil, badTOML(err)
		}
		for _, e := range strict.Errors {
			row, _ := e.Position()
			p.add("line %d: unknown key %q", row, strings.Join(e.Key(), "."))
		}
	}
	c := f.catalogue()
	p.check(c)
	if len(p) > 0 {
		return nil, p.fault()
	}
	return c, nil
}

// badTOML says where the file stops being TOML, or holds a value of another
// kind than the key takes.
func badTOML(err error) error {
	f := fault.New(fault.Invalid, "It cannot be read as TOML: %s.", badtoml.Reason(err))
	f.Err = err
	return f
}

func as[T error](err error, target *T) bool { return errors.As(err, target) }

func (f *file) catalogue() *Catalogue {
	c := &Catalogue{Title: f.Title, Signed: f.Signed}
	for _, a := range f.Agencies {
		c.Agencies = append(c.Agencies, Agency(a))
	}
	for _, m := range f.Commitments {
		c.Commitments = append(c.Commitments, Commitment(m))
	}
	return c
}

// problems are all that is wrong with a catalogue, in the order found.
type problems []string

func (p *problems) add(format string, args ...any) { *p = append(*p, fmt.Sprintf(format, args...)) }

func (p problems) fault() error {
	count := "One thing is"
	if len(p) > 1 {
		count = fmt.Sprintf("%d things are", len(p))
	}
	return fault.New(fault.Invalid, "%s wrong:\n- %s", count, strings.Join(p, "\n- "))
}

func (p *problems) check(c *Catalogue) {
	p.need("the catalogue", "title", c.Title)
	p.amount("agency", len(c.Agencies))
	p.amount("commitment", len(c.Commitments))
	slugs := map[string]bool{}
	c.agencies = index{}
	for i, a := range c.Agencies {
		where := place("agency", i, a.Slug)
		p.slug(where, a.Slug, slugs)
		p.need(where, "short", a.Short)
		p.need(where, "full", a.Full)
		p.zone(where, a.Zone)
		for _, form := range a.forms() {
			p.form(where, form, c.agencies, i, func(j int) string { return c.Agencies[j].Slug })
		}
	}
	slugs = map[string]bool{}
	c.commitments = index{}
	for i, m := range c.Commitments {
		where := place("commitment", i, m.Slug)
		p.slug(where, m.Slug, slugs)
		p.need(where, "title", m.Title)
		if n := utf8.RuneCountInString(m.Title); n > longTitle {
			p.add("%s: title has %d characters, at most %d can be read in a list", where, n, longTitle)
		}
		p.need(where, "text", m.Text)
		if m.Number != i+1 {
			p.add("%s: number is %d, and must be %d, since they count from 1 in the order of the file", where, m.Number, i+1)
		}
		for _, form := range m.forms() {
			p.form(where, form, c.commitments, i, func(j int) string { return c.Commitments[j].Slug })
		}
	}
}

func place(kind string, i int, slug string) string {
	if slug == "" {
		return fmt.Sprintf("%s %d", kind, i+1)
	}
	return fmt.Sprintf("%s %d (%s)", kind, i+1, slug)
}

func (p *problems) need(where, key, value string) {
	if strings.TrimSpace(value) == "" {
		p.add("%s: %s is missing", where, key)
	}
}

func (p *problems) amount(kind string, n int) {
	switch {
	case n == 0:
		p.add("there is no [[%s]]", kind)
	case n > most:
		p.add("there are %d times [[%s]], and at most %d fit in a chat's list", n, kind, most)
	}
}

func (p *problems) slug(where, slug string, seen map[string]bool) {
	switch {
	case slug == "":
		p.add("%s: slug is missing", where)
	case !slugForm.MatchString(slug):
		p.add("%s: slug %q must begin with a letter and hold only a-z, 0-9 and hyphens, at most 32", where, slug)
	case reserved[slug]:
		p.add("%s: slug %q has a meaning of its own in commands", where, slug)
	case seen[slug]:
		p.add("%s: slug %q is used twice", where, slug)
	}
	seen[slug] = true
}

// zone refuses "" and "Local" too, which mean UTC and the machine's own zone.
func (p *problems) zone(where, zone string) {
	if zone == "" {
		p.add("%s: zone is missing", where)
		return
	}
	if _, err := time.LoadLocation(zone); err != nil || zone == "Local" {
		p.add("%s: zone %q is not a time zone such as %q", where, zone, "Europe/Brussels")
	}
}

// form enters a form under all its spellings, unless it is another's.
func (p *problems) form(where, form string, in index, i int, name func(int) string) {
	if form != "" && spell.Key(form) == "" {
		p.add("%s: %q has neither a letter nor a digit", where, form)
		return
	}
	for _, key := range keys(form) {
		if j, taken := in[key]; taken && j != i {
			if form == name(j) && form == name(i) {
				return // said already: the slug is used twice
			}
			p.add("%s: %q means %s already", where, form, name(j))
			return
		}
	}
	for _, key := range keys(form) {
		in[key] = i
	}
}
