package commands

import (
	"strings"
	"time"

	"thbot/commands/when"
	"thbot/store/date"
	"thbot/store/fault"
)

const (
	timeWords = 9   // the most words that name a day and a time
	mostWords = 120 // of a text in which a time is looked for
)

// splitMoment finds the day and time in what was typed for a new meeting, and
// gives the text without it. Of several it takes one with a time of day before
// one without, then the longest, then the last.
func splitMoment(text string, now time.Time) (title string, moment string, found bool) {
	words := wordsOf(text)
	if len(words) > mostWords {
		return text, "", false
	}
	best, bestTime := span{}, false
	for from := range words {
		for to := from + 1; to <= min(from+timeWords, len(words)); to++ {
			s := span{words[from].from, words[to-1].to}
			_, hasTime, err := when.Moment(unquoted(text[s.from:s.to]), now)
			if err != nil || bestTime && !hasTime {
				continue
			}
			if hasTime && !bestTime || s.to-s.from >= best.to-best.from {
				best, bestTime = s, hasTime
			}
		}
	}
	if best.to == 0 {
		return text, "", false
	}
	before, after := dangling(text[:best.from]), strings.TrimSpace(strings.TrimLeft(text[best.to:], " ,;"))
	return unquoted(strings.TrimSpace(before + " " + after)), unquoted(text[best.from:best.to]), true
}

// unquoted takes off the outer quotes of a title or a time, which a line of
// two quoted parts has; quotes inside stay.
func unquoted(s string) string {
	for _, q := range []string{`""`, "“”", "„“", "«»"} {
		open, shut := string([]rune(q)[0]), string([]rune(q)[1])
		rest, begins := strings.CutPrefix(s, open)
		inner, ends := strings.CutSuffix(rest, shut)
		if begins && ends && !strings.Contains(inner, open) && !strings.Contains(inner, shut) {
			return strings.TrimSpace(inner)
		}
	}
	return s
}

type span struct{ from, to int }

func wordsOf(text string) []span {
	var words []span
	from := -1
	for i, r := range text + " " {
		switch space := r == ' ' || r == '\n' || r == '\t' || r == '\r' || r == '\u00a0'; {
		case space && from >= 0:
			words, from = append(words, span{from, i}), -1
		case !space && from < 0:
			from = i
		}
	}
	return words
}

// dangling takes off the small words and signs that led to the time.
func dangling(text string) string {
	text = strings.TrimRight(text, " ,;:-–—\t\n")
	for _, word := range []string{" on", " at", " from", " am", " um", " le", " à", " on the", " for"} {
		if cut, ok := strings.CutSuffix(text, word); ok {
			return dangling(cut)
		}
	}
	return text
}

// meetingTime reads the time of a meeting, which must lie ahead.
func (k *call) meetingTime(value string) (time.Time, error) {
	t, hasTime, err := when.Moment(value, k.now)
	switch {
	case err != nil:
		return t, fault.Retry(err, func(try string) string {
			if strings.Contains(try, ":") {
				return try
			}
			return try + " 10:00"
		})
	case !hasTime:
		return t, fault.New(fault.Invalid, "At what time on %s?", date.Of(t).Date().Words(k.today)).WithTry("%s 10:00", date.Of(t))
	case !t.After(k.now):
		later := t
		for !later.After(k.now) {
			later = later.AddDate(1, 0, 0)
		}
		return t, fault.New(fault.Invalid, "%s is in the past.", capital(k.momentWords(t, k.rules.Zone, k.today))).WithTry("%s", later.Format("2006-01-02 15:04"))
	}
	return t, nil
}

// unreadTime says why no time was found in the text of a new meeting: the
// fault of the part that was most probably meant for it, and that part.
func (k *call) unreadTime(text string) (f *fault.Error, part string) {
	words := wordsOf(text)
	for n := min(timeWords, len(words)); n > 0; n-- {
		part := text[words[len(words)-n].from:]
		if !strings.ContainsAny(part[:1], "0123456789") {
			continue
		}
		if _, _, err := when.Moment(part, k.now); err != nil {
			if f := fault.As(err); f != nil && f.Try != "" {
				g := *f
				return g.WithTry("%s", withClock(f.Try, part)), part
			}
		}
	}
	f = fault.New(fault.Invalid, "On which day and at what time? I found none in your text.")
	return f.WithTry("%s 10:00", k.today+14), ""
}

// withClock adds the time of day that was typed to a day.
func withClock(day, typed string) string {
	if strings.Contains(day, ":") {
		return day
	}
	for _, word := range strings.Fields(typed) {
		if i := strings.IndexByte(word, ':'); i > 0 && len(word) <= 5 {
			return day + " " + word
		}
	}
	return day + " 10:00"
}

func capital(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

// atWords gives "at 14:20", or "on Thursday 10 December, 14:20".
func atWords(t time.Time, today date.Day) string {
	if date.Of(t) == today {
		return "at " + clockWords(t, today)
	}
	return "on " + clockWords(t, today)
}
