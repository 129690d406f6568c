// Package badtoml says in words what is wrong with a TOML file that somebody
// wrote by hand. The parser's own words name the program's types, which tell
// its author something and nobody else.
package badtoml

import (
	"errors"
	"fmt"
	"strings"

	"github.com/pelletier/go-toml/v2"
)

// Reason is what is wrong and where: the line, the column, and the key where
// the file has one there. An error that is not the parser's is given in its
// own words.
func Reason(err error) string {
	var e *toml.DecodeError
	if !errors.As(err, &e) {
		return strings.TrimPrefix(err.Error(), "toml: ")
	}
	row, column := e.Position()
	what := strings.TrimPrefix(e.Error(), "toml: ")
	if found, takes, ok := mismatch(what); ok {
		what = fmt.Sprintf("`%s` takes %s, and has %s", strings.Join(e.Key(), "."), takes, found)
	}
	return fmt.Sprintf("line %d, column %d: %s", row, column, what)
}

// mismatch reads "cannot decode TOML integer into struct field x.Y of type
// string", which is all that the parser tells of a value of the wrong kind.
func mismatch(what string) (found, takes string, ok bool) {
	if target, ok := strings.CutPrefix(what, "cannot store a table in a "); ok {
		return foundKind("table"), takesKind(target), true
	}
	rest, ok := strings.CutPrefix(what, "cannot decode TOML ")
	kind, target, into := strings.Cut(rest, " into ")
	if !ok || !into {
		return "", "", false
	}
	if i := strings.LastIndex(target, " of type "); i >= 0 {
		target = target[i+len(" of type "):]
	}
	return foundKind(kind), takesKind(target), true
}

func foundKind(kind string) string {
	switch kind {
	case "integer", "float":
		return "a number"
	case "string":
		return "text in quotes"
	case "boolean":
		return "true or false"
	case "array":
		return "a list"
	case "table", "inline table":
		return "a section"
	}
	return "a date or time"
}

func takesKind(target string) string {
	switch target {
	case "int", "float64":
		return "a number"
	case "string":
		return "text in quotes"
	case "bool":
		return "true or false"
	case "[]string":
		return `a list such as ["a", "b"]`
	}
	return "a section"
}
