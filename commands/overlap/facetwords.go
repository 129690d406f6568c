package overlap

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"thbot/store/date"
	"thbot/store/statement/place"
)

// readers are the audiences that are given or, where none is, that the text
// names; work the same for kinds.
func (p *profile) readers() mask { return cmp.Or(p.audience, p.says) }
func (p *profile) work() mask    { return cmp.Or(p.kind, p.does) }

// audienceAndKind says what both are and for whom, in one sentence where they
// share both: "both: training for labour inspectors".
func (c *comparison) audienceAndKind() {
	who, what := c.a.readers()&c.b.readers(), c.a.work()&c.b.work()
	audience, kind := audiences.names(who), kinds.singular(what)
	heardWho, heardWhat := c.heardAudience(who), c.heardKind(what)
	whoWeighs, whatWeighs := c.weigh(fAudience)+c.weigh(fAudienceApart), c.weigh(fKind)+c.weigh(fDoes)+c.weigh(fKindApart)
	if len(audience) == 0 {
		c.otherAudience()
	}
	if len(kind) == 0 {
		c.otherKind()
	}
	switch {
	case len(audience) > 0 && len(kind) > 0:
		with := " for "
		if what == kinds.bit("operation") {
			with = " with "
		}
		c.common("kind", "both: "+enumerate(kind)+with+enumerate(audience)+readFrom(append(heardWhat, heardWho...)), whoWeighs+whatWeighs, ofKind, ofAudience)
	case len(audience) > 0:
		c.common("audience", "both for "+enumerate(audience)+readFrom(heardWho), whoWeighs, ofAudience)
	case len(kind) > 0:
		c.common("kind", "both: "+enumerate(kind)+readFrom(heardWhat), whatWeighs, ofKind)
	}
}

func (c *comparison) otherAudience() {
	x, y := audiences.names(c.a.readers()), audiences.names(c.b.readers())
	if len(x) == 0 || len(y) == 0 {
		return
	}
	weight := c.weigh(fAudienceApart)
	if akin(c.a.readers())&c.b.readers() != 0 {
		weight /= 2
	}
	heard := append(c.a.heard("audience", c.a.audience, c.a.readers(), audiences), c.b.heard("audience", c.b.audience, c.b.readers(), audiences)...)
	c.differs("audience", fmt.Sprintf("%s is for %s, %s for %s", c.a.name, enumerate(x), c.b.name, enumerate(y))+readFrom(heard), weight, ofAudience)
}

// otherKind tells kinds that differ. Those by which agencies call the same
// thing, a webinar an event or a training, speak for rather than against.
func (c *comparison) otherKind() {
	x, y := kinds.singular(c.a.work()), kinds.singular(c.b.work())
	if len(x) == 0 || len(y) == 0 {
		return
	}
	heard := append(c.a.heard("kind", c.a.kind, c.a.work(), kinds), c.b.heard("kind", c.b.kind, c.b.work(), kinds)...)
	if near(c.a.work())&c.b.work() != 0 {
		c.common("kind", fmt.Sprintf("close in kind: %s in %s, %s in %s", enumerate(x), c.a.name, enumerate(y), c.b.name)+readFrom(heard), (c.weigh(fKind)+c.weigh(fDoes))/2, ofKind)
		return
	}
	c.differs("kind", fmt.Sprintf("%s is %s, %s %s", c.a.name, article(enumerate(x)), c.b.name, article(enumerate(y)))+readFrom(heard), c.weigh(fKindApart), ofKind)
}

// article puts "a" or "an" before a kind that is counted.
func article(kind string) string {
	switch {
	case slices.Contains([]string{"training", "guidance", "research", "support", "policy work"}, kind), strings.Contains(kind, " and "):
		return kind
	case strings.HasPrefix(kind, "o"), strings.HasPrefix(kind, "e"):
		return "an " + kind
	}
	return "a " + kind
}

func (c *comparison) heardAudience(shared mask) []string {
	return append(c.a.heard("audience", c.a.audience, shared, audiences), c.b.heard("audience", c.b.audience, shared, audiences)...)
}

func (c *comparison) heardKind(shared mask) []string {
	return append(c.a.heard("kind", c.a.kind, shared, kinds), c.b.heard("kind", c.b.kind, shared, kinds)...)
}

// heard says from which words the shared terms are read where none of them is
// given nor guessed: "‘course’ in A9".
func (s *side) heard(field string, given, shared mask, v vocabulary) []string {
	if shared == 0 || given&shared != 0 || s.guessed&facetOf(field) != 0 {
		return nil
	}
	for _, h := range s.hits {
		for _, f := range h.Concept.Facets {
			if f.Field == field && f.Strength >= clearly && v.bit(f.Value)&shared != 0 {
				return []string{"‘" + h.Text + "’ in " + s.name}
			}
		}
	}
	return []string{"the text of " + s.name}
}

// readFrom says that a facet is only read from a text.
func readFrom(heard []string) string {
	if len(heard) == 0 {
		return ""
	}
	return " (read from " + enumerate(slices.Compact(heard)) + ")"
}

func (c *comparison) place() {
	none := place.Set{}
	a, b := c.a.where, c.b.where
	if a == none || b == none {
		return
	}
	apartWeight := c.weigh(fPlaceApart)
	switch {
	case apart(&a, &b) > 0:
		c.differs("countries", fmt.Sprintf("%s is %s, %s %s", c.a.name, spread(a), c.b.name, spread(b))+readFrom(c.towns(none)), apartWeight+c.weigh(fWhereApart), ofCountries)
	case everywhere(&a) && everywhere(&b):
		c.common("countries", "both "+spread(place.Union()), apartWeight/4, ofCountries)
	case everywhere(&a):
		c.common("countries", fmt.Sprintf("%s is EU-wide, %s %s", c.a.name, c.b.name, spread(b))+readFrom(c.towns(b)), apartWeight/4, ofCountries)
	case everywhere(&b):
		c.common("countries", fmt.Sprintf("%s is %s, %s EU-wide", c.a.name, spread(a), c.b.name)+readFrom(c.towns(a)), apartWeight/4, ofCountries)
	default:
		both := a.Intersect(b)
		c.common("countries", "both "+spread(both)+readFrom(c.towns(both)), apartWeight+c.weigh(fPlace)*together(&a, &b), ofCountries)
	}
}

// towns says from which words the places are read where they are not given;
// none stands for all.
func (c *comparison) towns(among place.Set) (heard []string) {
	for _, s := range []*side{c.a, c.b} {
		if s.where == s.countries {
			continue
		}
		words := "the text of " + s.name
		for _, h := range s.places {
			if !h.Seat && !h.People && !h.Origin && (among == place.Set{} || h.Set.Intersects(among)) {
				words = "‘" + h.Text + "’ in " + s.name
				break
			}
		}
		heard = append(heard, words)
	}
	return heard
}

// spread says where a set of countries lies.
func spread(s place.Set) string {
	if s.Contains(place.Union()) {
		if s == place.Union() {
			return "EU-wide"
		}
		return "in the EU and beyond"
	}
	return "in " + countries(s)
}

func countries(s place.Set) string {
	if name := regionName(s); name != "" {
		return name
	}
	var names []string
	for _, code := range s.Codes() {
		if p, err := place.Find(code); err == nil {
			names = append(names, p.Name)
		}
	}
	slices.Sort(names)
	for i, n := range names {
		if strings.HasPrefix(n, "United ") || strings.HasSuffix(n, " Republic") || strings.HasSuffix(n, " Islands") || plurals[n] {
			names[i] = "the " + n
		}
	}
	return enumerate(names)
}

// regionName names a set of countries that is a region, but for coasts and
// routes, in which nobody is.
func regionName(s place.Set) string {
	region, ok := place.Region(s)
	switch last := region.Name[strings.LastIndexByte(region.Name, ' ')+1:]; {
	case !ok, s.Len() <= maxNames, last == "coast", last == "route", last == "Route":
		return ""
	case last == "Africa", last == "Asia", last == "America":
		return region.Name
	}
	return "the " + region.Name
}

// plurals are countries that stand with an article.
var plurals = map[string]bool{"Netherlands": true, "Philippines": true, "Maldives": true, "Bahamas": true, "Comoros": true, "Seychelles": true}

func (c *comparison) exploitation() {
	a, b := c.a.exploitation, c.b.exploitation
	both := a & b
	switch names := exploitations.names(both); {
	case a == 0 || b == 0:
	case both == 0:
		x, y := exploitations.names(a), exploitations.names(b)
		if len(x) > 0 && len(y) > 0 {
			heard := append(c.a.heard("exploitation", mask(c.a.stated), a, exploitations), c.b.heard("exploitation", mask(c.b.stated), b, exploitations)...)
			c.differs("exploitation", fmt.Sprintf("%s is about %s, %s about %s", c.a.name, shortened(x), c.b.name, shortened(y))+readFrom(heard), c.weigh(fExploitationApart), ofExploitation)
		}
	case len(names) > 0:
		if both&^c.quoted == 0 {
			return // the words stand in the quotes
		}
		heard := append(c.a.heard("exploitation", mask(c.a.stated), both, exploitations), c.b.heard("exploitation", mask(c.b.stated), both, exploitations)...)
		c.common("exploitation", "both about "+shortened(names)+readFrom(heard), c.weigh(fExploitation)+c.weigh(fExploitationApart), ofExploitation)
	}
}

// cause says which of the two is about something else than exploitation.
func (c *comparison) cause() {
	other, weight := c.a, c.weigh(fCauseApart)
	switch {
	case c.a.cause == c.b.cause:
		return
	case c.a.cause:
		other = c.b
	}
	c.differs("text", other.name+" speaks neither of exploitation nor of those who suffer it", weight)
}

// shortened makes "sexual and labour exploitation" of two names.
func shortened(names []string) string {
	if len(names) == 2 && strings.HasSuffix(names[1], " exploitation") {
		names[0] = strings.TrimSuffix(names[0], " exploitation")
	}
	return enumerate(names)
}

// closeMonths is how many whole months may lie between two periods that are
// called close.
const closeMonths = 3

func (c *comparison) period() {
	p, q := c.a.period, c.b.period
	if !p.Known() || !q.Known() {
		return
	}
	words := p.Words(date.None)
	if p != q {
		words = months(p) + " and " + months(q)
		if p.First().Known() != p.Last().Known() || q.First().Known() != q.Last().Known() {
			words = months(p) + ", and " + months(q)
		}
	}
	near := closeness(c.a.profile, c.b.profile)
	switch gap := p.Gap(q); {
	case p.Overlaps(q):
		c.common("period", "at the same time: "+words, c.weigh(fPeriod)*near, ofPeriod)
	case gap <= closeMonths:
		c.common("period", "close in time: "+words, c.weigh(fPeriod)*near, ofPeriod)
	default:
		c.differs("period", fmt.Sprintf("%d months between them: %s", gap, words), c.weigh(fPeriod)*(1-near), ofPeriod)
	}
}

// months says a period by its months where it is longer than one: the days
// stand with the record, and here they only make the comparison hard to read.
func months(p date.Period) string {
	first, last := p.First(), p.Last()
	month := func(d date.Day) date.Date {
		y, m, _ := d.Civil()
		return date.Date(fmt.Sprintf("%04d-%02d", y, int(m)))
	}
	if first.Known() && last.Known() && last-first < 31 {
		return p.Words(date.None)
	}
	if len(p.From) == len("2027-01-01") {
		p.From = month(first)
	}
	if len(p.To) == len("2027-01-01") {
		p.To = month(last)
	}
	words := p.Words(date.None)
	if !p.To.Known() {
		words += " on"
	}
	return words
}

func (c *comparison) commitments() {
	both := c.a.aimKey.commitments & c.b.aimKey.commitments
	if both == 0 {
		return
	}
	if names := commitments.names(both); len(names) > 0 {
		lead := "same commitment: "
		if len(names) > 1 {
			lead = "same commitments: "
		}
		c.common("commitments", lead+enumerate(names), c.weigh(fCommitments), ofCommitments)
	}
}

// phases says that a text calls itself another stage of the work, or a sequel.
func (c *comparison) phases() {
	far := phases(&c.a.stage, &c.b.stage)
	if far == 0 {
		return
	}
	if x, y := c.a.stage.number, c.b.stage.number; x != 0 && y != 0 {
		c.differs("text", fmt.Sprintf("%s calls itself stage %d, %s stage %d", c.a.name, x, c.b.name, y), far*c.weigh(fPhases))
		return
	}
	for _, s := range []*side{c.a, c.b} {
		if s.stage.sequel {
			c.differs("text", "the text of "+s.name+" ties it to another work, before or after it", far*c.weigh(fPhases))
			return
		}
	}
}
