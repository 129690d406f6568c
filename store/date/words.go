package date

import (
	"fmt"
	"strings"
	"time"
)

// near is how many days before or after today a weekday still helps.
const near = 60

// Words says the date as people say it: "March 2027", "Thursday 10 December",
// "second quarter of 2027". The weekday stands with days less than two months
// away, the year with days and months where it differs from today's. With None
// for today the year always stands and the weekday never. A date that is not
// known is "no date".
func (d Date) Words(today Day) string {
	p, ok := split(d)
	if !ok {
		return "no date"
	}
	words := p.words(!today.Known() || p.year != today.Year())
	if p.prec != toDay || !today.Known() {
		return words
	}
	day := d.First()
	if away := int64(day) - int64(today); away <= near && away >= -near {
		return day.Weekday().String() + " " + words
	}
	return words
}

// words says p without a weekday; half years, quarters and years always carry
// the year, since "second quarter" alone may be anybody's.
func (p parts) words(year bool) string {
	s := ""
	switch p.prec {
	case toYear:
		return fmt.Sprint(p.year)
	case toHalf, toQuarter:
		return fmt.Sprintf("%s of %d", p.ordinal(), p.year)
	case toMonth:
		s = time.Month(p.n).String()
	case toDay:
		s = fmt.Sprintf("%d %s", p.day, time.Month(p.n))
	}
	if year {
		s += fmt.Sprintf(" %d", p.year)
	}
	return s
}

// ordinal says a half year or a quarter without its year.
func (p parts) ordinal() string {
	name := []string{"first", "second", "third", "fourth"}[min(max(p.n, 1), 4)-1]
	if p.prec == toHalf {
		return name + " half"
	}
	return name + " quarter"
}

// Words says the period as people say it: "March to May 2027", "1 to 5 March
// 2027", "from March 2027", "until June 2027". Years follow the rule of
// Date.Words, but both stand where they differ. A period without dates is
// "no dates".
func (p Period) Words(today Day) string {
	switch {
	case !p.Known():
		return "no dates"
	case p.From == p.To:
		return p.From.Words(today)
	case !p.To.Known():
		return "from " + p.From.Words(today)
	case !p.From.Known():
		return "until " + p.To.Words(today)
	}
	from, ok1 := split(p.From)
	to, ok2 := split(p.To)
	if !ok1 || !ok2 {
		return "no dates"
	}
	if from.year != to.year {
		return from.words(true) + " to " + to.words(true)
	}
	year := !today.Known() || to.year != today.Year()
	end := to.words(year)
	switch {
	case from.prec == toYear && to.prec != toYear:
		return "the start of " + from.words(true) + " to " + to.words(true)
	case from.prec > to.prec: // "1 March to May" would not say which end of May
		end = "the end of " + end
	}
	return from.start(to) + " to " + end
}

// start says the start of a period that ends with to, in the same year, less
// what the end says as well.
func (p parts) start(to parts) string {
	switch {
	case p.prec == to.prec && (p.prec == toHalf || p.prec == toQuarter):
		return strings.TrimSuffix(p.ordinal(), " quarter")
	case p.prec == toDay && to.prec == toDay && p.n == to.n:
		return fmt.Sprint(p.day)
	}
	return p.words(false)
}
