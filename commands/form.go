package commands

import (
	"slices"
	"strings"

	"thbot/commands/line"
	"thbot/store/fault"
)

// lineOf reads a sent form as the line that would say the same. The field
// named text holds the free text.
func (k *call) lineOf(s Submission, text string) (line.Line, error) {
	l := line.Line{Text: s.Values[text]}
	for _, key := range k.sub.Keys {
		value, sent := s.Values[key]
		if !sent || key == text {
			continue
		}
		if strings.TrimSpace(value) == "" {
			value = none
		}
		p := line.Pair{Key: key, Value: value, Values: []string{value}}
		if slices.Contains(k.sub.Many, key) {
			p.Values = splitList(value)
		}
		l.Pairs = append(l.Pairs, p)
	}
	return l, nil
}

func splitList(value string) []string {
	var values []string
	for v := range strings.SplitSeq(value, ",") {
		if v = strings.TrimSpace(v); v != "" {
			values = append(values, v)
		}
	}
	return values
}

// fieldErrors puts a fault beside the form's field that it is about; the form
// stays open and nothing typed is lost.
func (k *call) fieldErrors(reply Reply, err error, s Submission, text string) (Reply, error) {
	f := fault.As(err)
	if f == nil || f.Code == fault.Busy || f.Code == fault.Full || f.Code == fault.Unsure {
		return reply, err
	}
	field := f.Field
	if field == "from" || field == "to" {
		field = "when"
	}
	if _, sent := s.Values[field]; !sent {
		field = text
	}
	return Reply{Failed: true, Errors: map[string]string{field: f.What}}, nil
}
