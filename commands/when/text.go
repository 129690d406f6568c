package when

import (
	"slices"
	"strings"
	"time"

	"thbot/store/date"
)

// Hit is a period that was found in running text.
type Hit struct {
	From, To int // bytes
	Period   date.Period
	Evidence string // the words it was read from
}

// InText finds the periods in running text, in its order and without overlaps,
// the longest first where several begin at one place. It takes less than Parse
// does: what could as well be a number of a course, a legal act, a work
// programme, an amount or a time of day is left alone, and so are years more
// than four behind or twelve ahead. Text that holds nothing of the kind gives
// none; there are no errors.
func InText(text string, now time.Time) []Hit {
	var hits []Hit
	p := &parser{toks: tokenize(text), today: date.Of(now), text: true}
	for i := 0; i < len(p.toks); {
		p.err = nil
		if !p.begins(i) {
			i++
			continue
		}
		r, next, ok := p.period(i)
		if !ok || !p.sure(text, r, i, next) {
			i++
			continue
		}
		q, err := p.resolve(r)
		if err != nil || p.err != nil || !p.inReach(r, q) {
			i++
			continue
		}
		from, to := p.toks[i].from, p.toks[next-1].to
		hits = append(hits, Hit{From: from, To: to, Period: q, Evidence: text[from:to]})
		i = next
	}
	return hits
}

// begins tells whether a period could begin at token i.
func (p *parser) begins(i int) bool {
	t := p.tok(i)
	if t.digits > 0 {
		before := p.tok(i - 1)
		return t.digits <= 4 && !(t.glued && i > 0 && before.sign != '(' && before.sign != '\n' && before.sign != '"' && before.sign != '“')
	}
	return t.known.has(opening) && !(t.glued && p.tok(i-1).digits > 0)
}

// The years, counted from the present one, that an activity's text can mean.
const (
	yearsBack  = 4
	yearsAhead = 12
)

// inReach tells whether the period is near enough to be that of an activity.
// What is over and was said from today's view ("yesterday") is background.
func (p *parser) inReach(r reading, q date.Period) bool {
	for _, d := range []date.Day{q.First(), q.Last()} {
		if y := d.Year(); d.Known() && (y < p.today.Year()-yearsBack || y > p.today.Year()+yearsAhead) {
			return false
		}
	}
	ended := q.Last().Known() && q.Last() < p.today
	return !ended || r.start.form != relative
}

// sure tells whether the tokens i to next are a period and nothing else, from
// how they are written and from what stands around them.
func (p *parser) sure(text string, r reading, i, next int) bool {
	if p.runsOn(next) {
		return false
	}
	c := p.context(text, i, next)
	c.led = c.led || r.led && (!r.hasStart || !r.hasEnd || p.tok(i).has(from) || p.tok(i).has(between))
	c.ranged = r.hasStart && r.hasEnd && r.start != r.end
	for _, pt := range []point{r.start, r.end} {
		if pt.shape != 0 && !c.allows(pt, r) {
			return false
		}
	}
	return true
}

// runsOn tells whether what was read goes on as something else: 2018/1725,
// 10.30, 2027-A, 50 %.
func (p *parser) runsOn(next int) bool {
	t, after := p.tok(next), p.tok(next+1)
	if !t.glued || next >= len(p.toks) {
		return false
	}
	switch {
	case t.sign == 0 || t.sign == '%' || t.sign == '_' || t.sign == '€':
		return true
	case strings.ContainsRune("/-.:", t.sign):
		return after.glued && next+1 < len(p.toks) && (after.digits > 0 || t.sign != '.' && after.sign == 0)
	}
	return false
}

// context is what stands around a piece of text.
type context struct {
	led      bool // a word such as "in", "from", "until" stands before it
	enclosed bool // it stands in brackets
	closes   bool // it ends a phrase: the end, or a sign
	named    bool // it ends a name: "Lisbon Addictions 2027"
	counts   bool // things are counted after it: "2027 officers"
	ranged   bool // it has two ends
}

// context looks around the tokens i to next.
func (p *parser) context(text string, i, next int) context {
	before := i - 1
	for p.tok(before).has(of) && !p.tok(before).has(from) && before > 0 {
		before--
	}
	b, a := p.tok(before), p.tok(next)
	c := context{
		led:      slices.Contains(leading, b.word),
		enclosed: b.sign == '(' && a.sign == ')',
		closes:   next >= len(p.toks) || a.sign != 0 && a.sign != '%' || slices.Contains(editions, a.word) || strings.Contains(text[p.tok(next-1).to:a.from], "\n"),
		counts:   slices.Contains(counted, a.word),
	}
	if i > 0 {
		word := text[b.from:b.to]
		c.named = len(b.word) > 3 && word != strings.ToUpper(word) && !slices.Contains(acts, b.word) || b.sign == ','
	}
	return c
}

// Words around a year or a month in running text.
var (
	leading  = []string{"in", "during", "throughout", "im", "en", "nel", "durante", "pendant", "durant", "tijdens", "w", "em", "for", "until", "till", "since", "from", "by", "before", "bis", "seit", "ab", "desde", "hasta", "depuis", "od", "do", "din", "von", "and"}
	editions = []string{"edition", "cycle", "round", "and", "in", "with", "at", "for"}
	acts     = []string{"directive", "regulation", "decision", "report", "agenda", "strategy", "programme", "program", "plan", "page", "article", "number", "annex", "resolution", "communication", "recommendation", "euro", "euros", "budget", "priority", "appropriations", "about", "around", "over", "nearly", "almost", "some", "than", "course", "webinar"}
	counted  = []string{"participants", "people", "victims", "officers", "cases", "euro", "euros", "eur", "persons", "copies", "staff", "hours", "women", "children", "men", "experts", "million", "billion", "inspectors", "police", "migrants", "pages", "million"}
)

// allows tells whether a point is believed in its context.
func (c context) allows(pt point, r reading) bool {
	switch pt.form {
	case shortYear, noYear:
		return false
	case monthYear:
		return c.led
	}
	switch pt.shape {
	case aYear:
		switch {
		case pt.part != 0:
			return true
		case c.counts:
			return false
		case c.ranged && r.start.shape == aYear && r.end.shape == aYear:
			return c.led || c.enclosed
		}
		return c.led || c.enclosed || c.closes && c.named || c.ranged
	case aMonth:
		if pt.year == 0 && pt.form == abbreviated {
			return c.ranged && r.end.year != 0
		}
		return pt.year != 0 || pt.part != 0 || c.led || c.ranged || c.closes && c.enclosed
	case aQuarter, aSeason:
		return pt.year != 0 || pt.part != 0 || c.led || c.ranged && r.end.year != 0
	case aHalf:
		return pt.year != 0 || c.ranged && r.end.year != 0
	}
	return true
}
