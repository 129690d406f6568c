package exchange

import (
	"strings"
	"time"
)

// cell gives the row's value of a column.
func (r *Row) cell(name string) string {
	switch v := r.field(name).(type) {
	case *string:
		return *v
	case *[]string:
		return joinCell(*v)
	case *[]Partner:
		parts := make([]string, len(*v))
		for i, p := range *v {
			parts[i] = p.cell()
		}
		return joinCell(parts)
	case *time.Time:
		return v.UTC().Format(timeFormat)
	}
	return ""
}

// setCell reads a cell into the row.
func (r *Row) setCell(name, cell string) {
	switch v := r.field(name).(type) {
	case *string:
		*v = cell
	case *[]string:
		*v = splitCell(cell)
	case *[]Partner:
		for _, part := range splitCell(cell) {
			*v = append(*v, partnerOf(part))
		}
	case *time.Time:
		if cell == "" {
			return
		}
		t, err := time.Parse(timeFormat, cell)
		if err != nil {
			r.bad("%s takes %s", name, wanted(v))
		}
		*v = t
	}
}

// cell writes "frontex (confirmed)"; an agency that is only named stands alone.
func (p Partner) cell() string {
	if p.State == "named" && !strings.HasSuffix(p.Agency, ")") {
		return p.Agency
	}
	return p.Agency + " (" + p.State + ")"
}

// partnerOf reads what Partner.cell writes. Only a state in brackets is a state:
// full names of agencies have brackets too.
func partnerOf(cell string) Partner {
	for _, state := range []string{"named", "confirmed", "declined"} {
		if agency, ok := strings.CutSuffix(cell, " ("+state+")"); ok {
			return Partner{agency, state}
		}
	}
	return Partner{cell, "named"}
}

// joinCell writes a list in one cell: a; b. A value that would not come back
// by itself stands in double quotes, with those inside doubled.
func joinCell(values []string) string {
	parts := make([]string, len(values))
	for i, v := range values {
		parts[i] = v
		if v == "" || v[0] == '"' || strings.Contains(v, ";") || strings.TrimSpace(v) != v {
			parts[i] = `"` + strings.ReplaceAll(v, `"`, `""`) + `"`
		}
	}
	return strings.Join(parts, "; ")
}

// splitCell takes a list out of a cell. Quotes count only where they hold a
// whole value, so that people who know nothing of them can write what they like.
func splitCell(cell string) []string {
	var values []string
	for cell = strings.TrimSpace(cell); cell != ""; cell = strings.TrimSpace(cell) {
		if v, rest, ok := quoted(cell); ok {
			values, cell = append(values, v), rest
			continue
		}
		v, rest, _ := strings.Cut(cell, ";")
		if v = strings.TrimSpace(v); v != "" {
			values = append(values, v)
		}
		cell = rest
	}
	return values
}

// quoted takes a value in quotes from the front of a cell, up to the semicolon
// behind it or the end.
func quoted(cell string) (value, rest string, ok bool) {
	if cell[0] != '"' {
		return "", "", false
	}
	for i := 1; i < len(cell); i++ {
		if cell[i] != '"' {
			continue
		}
		if i+1 < len(cell) && cell[i+1] == '"' {
			i++
			continue
		}
		value = strings.ReplaceAll(cell[1:i], `""`, `"`)
		rest = strings.TrimSpace(cell[i+1:])
		if rest == "" {
			return value, "", true
		}
		rest, ok = strings.CutPrefix(rest, ";")
		return value, rest, ok
	}
	return "", "", false
}
