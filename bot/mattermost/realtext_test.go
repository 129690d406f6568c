package mattermost

import (
	"strings"
	"testing"
)

// readAs gives a message as a person reads it in the client: without Markdown's
// signs. It knows what thbot writes.
func readAs(source string) string {
	var rows []string
	for row := range strings.SplitSeq(source, "\n") {
		lead := ""
		switch {
		case strings.HasPrefix(row, "| --- |"):
			continue
		case strings.HasPrefix(row, "|"):
			rows = append(rows, strings.Join(cells(row), " | "))
			continue
		case strings.HasPrefix(row, "#### "):
			row = row[len("#### "):]
		case strings.HasPrefix(row, "> "), strings.HasPrefix(row, "- "):
			lead, row = row[:2], row[2:]
		}
		rows = append(rows, lead+readLine(row))
	}
	return strings.Join(rows, "\n")
}

func cells(row string) []string {
	var all []string
	open := 0
	for i := 1; i < len(row); i++ {
		switch {
		case row[i] == '\\':
			i++
		case row[i] == '|':
			all = append(all, strings.TrimSpace(readLine(row[open+1:i])))
			open = i
		}
	}
	return all
}

func readLine(s string) string {
	var b strings.Builder
	for s != "" {
		switch {
		case s[0] == '\\' && len(s) > 1 && strings.IndexByte("\\`*_{}[]()#+-.!|~$>=<", s[1]) >= 0:
			b.WriteByte(s[1])
			s = s[2:]
		case s[0] == '`':
			fence := s[:len(s)-len(strings.TrimLeft(s, "`"))]
			code, rest, found := strings.Cut(s[len(fence):], fence)
			if !found {
				b.WriteString(fence)
				s = s[len(fence):]
				continue
			}
			b.WriteString(strings.ReplaceAll(strings.TrimSpace(code), apart, ""))
			s = rest
		case s[0] == '*':
			s = s[1:]
		case strings.HasPrefix(s, apart):
			s = s[len(apart):]
		case strings.HasPrefix(s, "\u00a0"):
			b.WriteByte(' ')
			s = s[len("\u00a0"):]
		default:
			b.WriteByte(s[0])
			s = s[1:]
		}
	}
	return b.String()
}

func TestRead(t *testing.T) {
	for source, want := range map[string]string{
		"**A1 recorded** for CEPOL: *x \\*y\\**":           "A1 recorded for CEPOL: x *y*",
		"`/thb a` and `` b`c ``":                           "/thb a and b`c",
		"| a | b\\|c |\n| --- | --- |\n| 1 | @\u200ball |": "a | b|c\n1 | @all",
		"#### Head\n> said\n- one":                         "Head\n> said\n- one",
	} {
		if got := readAs(source); got != want {
			t.Errorf("%q reads %q, not %q", source, got, want)
		}
	}
}
