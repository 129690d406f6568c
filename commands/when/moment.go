package when

import (
	"fmt"
	"strings"
	"time"

	"thbot/store/date"
	"thbot/store/fault"
)

// Moment reads the day and the time of a meeting: "2026-12-10 10:00",
// "10 December 10:00", "Thursday at 10", "2026-12-10T10:00". The time is in
// now's zone, unless an offset stands behind it as in RFC 3339. Without a time
// of day hasTime is false and the moment is the start of the day. A time that
// the clock skips is refused; of one that comes twice it is the first. A day
// without a year is the next such.
func Moment(s string, now time.Time) (t time.Time, hasTime bool, err error) {
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04Z07:00"} {
		if t, err := time.Parse(layout, strings.TrimSpace(s)); err == nil {
			return t.In(now.Location()), true, nil
		}
	}
	if len(s) > maxInput {
		return t, false, unread(s, nil)
	}
	c, rest, err := clockIn(s)
	if err != nil {
		return t, false, err
	}
	if strings.TrimSpace(rest) == "" {
		return t, false, fault.New(fault.Invalid, "%s does not say on which day.", typed(s)).WithTry("%s", tomorrow(now, c))
	}
	p, err := parse(rest, date.Of(now), coming)
	if err != nil {
		return t, false, err
	}
	day := p.First()
	if !day.Known() || day != p.Last() {
		return t, false, fault.New(fault.Invalid, "A meeting needs one day, and %s is more than one.", typed(rest)).WithTry("%s", tomorrow(now, c))
	}
	t, err = c.on(day, now.Location())
	return t, c.said, err
}

// tomorrow is a moment that works.
func tomorrow(now time.Time, c clock) string {
	if !c.said {
		c = clock{hour: 10}
	}
	return fmt.Sprintf("%s %s", date.Of(now)+1, c)
}

// clock is a time of day.
type clock struct {
	hour, minute int
	said         bool
}

func (c clock) String() string { return fmt.Sprintf("%02d:%02d", c.hour, c.minute) }

// on is the moment of the clock on a day.
func (c clock) on(day date.Day, loc *time.Location) (time.Time, error) {
	y, m, d := day.Civil()
	t := time.Date(y, m, d, c.hour, c.minute, 0, 0, loc)
	if c.said && (t.Hour() != c.hour || t.Minute() != c.minute) {
		_, before := t.Add(-3 * time.Hour).Zone()
		_, after := t.Add(3 * time.Hour).Zone()
		later := time.Date(y, m, d, c.hour, c.minute+max(after-before, 0)/60, 0, 0, loc)
		return t, fault.New(fault.Invalid, "On %s the clocks go forward, and %s is skipped.", day.Date().Words(date.None), c).
			WithTry("%s %s", day, later.Format("15:04"))
	}
	if earlier := t.Add(-time.Hour); c.said && earlier.Hour() == c.hour && earlier.Minute() == c.minute {
		return earlier, nil
	}
	return t, nil
}

// clockIn finds the time of day in s, and gives s without it.
func clockIn(s string) (c clock, rest string, err error) {
	s = strings.NewReplacer("a.m.", "am", "p.m.", "pm", "A.M.", "am", "P.M.", "pm").Replace(s)
	toks := tokenize(s)
	for i := range toks {
		c, next, ok := clockAt(toks, i)
		if !ok {
			continue
		}
		if c.hour > 23 || c.minute > 59 {
			return c, "", fault.New(fault.Invalid, "A day ends at 23:59, so I could not read %s.", typed(s[toks[i].from:toks[next-1].to])).
				WithTry("%s", strings.TrimSpace(strings.TrimSpace(s[:toks[i].from])+" 10:00"+s[toks[next-1].to:]))
		}
		if end, ok := secondClock(toks, next); ok {
			return c, "", fault.New(fault.Invalid, "A meeting has the time when it begins, and no end; I found two in %s.", typed(s[toks[i].from:end])).
				WithTry("%s", strings.TrimSpace(s[:toks[next-1].to]+s[end:]))
		}
		from := toks[i].from
		if i > 0 && leadsIn(toks[i-1]) {
			from = toks[i-1].from
		}
		c.said = true
		return c, s[:from] + " " + s[toks[next-1].to:], nil
	}
	return c, s, nil
}

// secondClock finds the end of "-12:00" or "to 12:00" at token i.
func secondClock(toks []token, i int) (end int, ok bool) {
	if i+1 >= len(toks) || toks[i].sign != '-' && toks[i].sign != '–' && !toks[i].has(to) {
		return 0, false
	}
	_, next, ok := clockAt(toks, i+1)
	return toks[next-1].to, ok
}

// leadsIn tells words and signs before a time of day: at, um, à, @, a comma,
// and the T of 2026-12-10T10:00.
func leadsIn(t token) bool {
	switch t.word {
	case "at", "um", "a", "alle", "om", "o", "la", "as", "les", "las", "ore", "t", "ab", "from":
		return true
	}
	return t.sign == ',' || t.sign == '@'
}

// clockAt reads a time of day at token i: 10:00, 10h00, 10h, 10.30 Uhr, 10 am,
// at 10, noon.
func clockAt(toks []token, i int) (c clock, next int, ok bool) {
	at := func(j int) token {
		if j < 0 || j >= len(toks) {
			return token{}
		}
		return toks[j]
	}
	t, s, m := at(i), at(i+1), at(i+2)
	if t.word == "noon" || t.word == "midday" {
		return clock{hour: 12}, i + 1, true
	}
	if t.digits == 0 || t.digits > 2 {
		return c, i, false
	}
	c, next = clock{hour: t.num}, i+1
	switch before := at(i - 1); {
	case (s.sign == ':' || s.word == "h" || s.sign == '.' && (at(i+3).word == "uhr" || half(at(i+3)))) && s.glued && m.digits == 2 && m.glued:
		c.minute, next, ok = m.num, i+3, true
		if sec := at(i + 4); at(i+3).sign == ':' && at(i+3).glued && sec.digits == 2 && sec.num == 0 {
			next = i + 5
		}
	case s.word == "h" || s.word == "uhr" || s.word == "o" && at(i+3).word == "clock" || half(s):
		next, ok = i+1, true
		if !half(s) {
			next = i + 2
		}
		if s.word == "o" {
			next = i + 4
		}
	case (before.word == "at" || before.word == "um" || before.sign == '@') && s.sign == 0 && s.known == nil && s.digits == 0:
		return c, next, true
	}
	return c.halfDay(at, next, ok)
}

// half tells am and pm.
func half(t token) bool { return t.word == "am" || t.word == "pm" }

// halfDay reads what follows a time of day: am, pm, Uhr, h.
func (c clock) halfDay(at func(int) token, next int, ok bool) (clock, int, bool) {
	if !ok {
		return c, next, false
	}
	switch t := at(next); {
	case half(t) && c.hour >= 1 && c.hour <= 12:
		c.hour %= 12
		if t.word == "pm" {
			c.hour += 12
		}
		return c, next + 1, true
	case t.word == "uhr" || t.word == "h" || t.word == "hrs" || t.word == "hours":
		return c, next + 1, true
	}
	return c, next, true
}
