package store

import (
	"bytes"
	"encoding/json"
	"errors"
	"slices"
	"strings"
)

// field is one member of a JSON object, as its bytes.
type field struct {
	name  string
	value json.RawMessage
}

// change is a field's value before and after.
type change struct {
	name string
	SideValue
}

var errNotJSON = errors.New("not a JSON object")

// fieldsOf takes a JSON object apart without decoding its values. Names with
// escapes are refused: records have none.
func fieldsOf(doc []byte) ([]field, error) {
	all := make([]field, 0, 24)
	err := eachField(doc, func(name, value []byte) error {
		all = append(all, field{string(name), value})
		return nil
	})
	return all, err
}

// eachField gives the members of a JSON object in their order.
func eachField(doc []byte, f func(name, value []byte) error) error {
	i := blank(doc, 0)
	if i >= len(doc) || doc[i] != '{' {
		return errNotJSON
	}
	if i = blank(doc, i+1); i < len(doc) && doc[i] == '}' {
		return atEnd(doc, i+1)
	}
	for {
		end := stringEnd(doc, i)
		colon := blank(doc, end)
		if end < 0 || colon >= len(doc) || doc[colon] != ':' {
			return errNotJSON
		}
		name := doc[i+1 : end-1]
		from := blank(doc, colon+1)
		to := valueEnd(doc, from)
		if to < 0 || bytes.IndexByte(name, '\\') >= 0 {
			return errNotJSON
		}
		if err := f(name, bytes.TrimRight(doc[from:to], " \t\r\n")); err != nil {
			return err
		}
		if doc[to] == '}' {
			return atEnd(doc, to+1)
		}
		i = blank(doc, to+1)
	}
}

func atEnd(doc []byte, i int) error {
	if blank(doc, i) < len(doc) {
		return errNotJSON
	}
	return nil
}

func blank(doc []byte, i int) int {
	for i >= 0 && i < len(doc) && (doc[i] == ' ' || doc[i] == '\n' || doc[i] == '\t' || doc[i] == '\r') {
		i++
	}
	return i
}

// stringEnd gives the place after the string that begins at i, or -1.
func stringEnd(doc []byte, i int) int {
	if i < 0 || i >= len(doc) || doc[i] != '"' {
		return -1
	}
	for i++; i < len(doc); i++ {
		switch doc[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return -1
}

// valueEnd gives the place of the comma or brace behind the value at i, or -1.
func valueEnd(doc []byte, i int) int {
	depth := 0
	for start := i; i < len(doc); i++ {
		switch doc[i] {
		case '"':
			if i = stringEnd(doc, i) - 1; i < 0 {
				return -1
			}
		case '{', '[':
			depth++
		case ',':
			if depth == 0 {
				return ended(start, i)
			}
		case '}', ']':
			if depth == 0 {
				return ended(start, i)
			}
			depth--
		}
	}
	return -1
}

func ended(start, i int) int {
	if i == start {
		return -1
	}
	return i
}

func valueOf(all []field, name string) json.RawMessage {
	for i := range all {
		if all[i].name == name {
			return all[i].value
		}
	}
	return nil
}

// differences compares two documents field by field and gives the changes by
// name. The revision is no field: it says that something changed, not what.
func differences(was, is []field) []change {
	var changes []change
	for _, f := range is {
		if old := valueOf(was, f.name); f.name != "revision" && !sameField(old, f.value) {
			changes = append(changes, change{f.name, SideValue{old, f.value}})
		}
	}
	for _, f := range was {
		if f.name != "revision" && valueOf(is, f.name) == nil {
			changes = append(changes, change{f.name, SideValue{Old: f.value}})
		}
	}
	slices.SortFunc(changes, func(a, b change) int { return strings.Compare(a.name, b.name) })
	return changes
}
