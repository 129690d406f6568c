package commands

import (
	"fmt"
	"slices"
	"strings"

	"thbot/store"
)

// differing keeps the fields whose values differ.
func differing(before, after *store.Activity, fields []string) []string {
	was, is := contentOf(before), contentOf(after)
	var out []string
	for _, f := range fields {
		if was[f] != is[f] && !slices.Contains(out, f) {
			out = append(out, f)
		}
	}
	return out
}

// contentOf gives an activity's content by field name.
func contentOf(a *store.Activity) map[string]string {
	return map[string]string{
		"title": a.Title, "description": a.Description, "commitments": list(a.Commitments), "kind": a.Kind,
		"exploitation": list(a.Exploitation), "audience": list(a.Audience), "countries": placeNames(a.Countries),
		"from": string(a.From), "to": string(a.To), "status": a.Status, "partners": fmt.Sprint(a.Partners), "others": list(a.Others),
		"plan": a.Plan, "tlp": a.TLP, "follows": fmt.Sprint(a.Follows), "links": list(a.Links),
	}
}

// contentFields names the fields of an activity's content, in the order in
// which replies tell them.
func contentFields() []string {
	return []string{
		"title", "description", "from", "to", "countries", "kind", "audience", "exploitation", "commitments",
		"status", "partners", "others", "plan", "tlp", "follows", "links",
	}
}

// keepField puts one field of content back as it is in the other.
func keepField(a, other *store.Activity, field string) {
	switch field {
	case "title":
		a.Title = other.Title
	case "description":
		a.Description = other.Description
	case "from":
		a.From = other.From
	case "to":
		a.To = other.To
	case "countries":
		a.Countries = other.Countries
	case "kind":
		a.Kind = other.Kind
	case "audience":
		a.Audience = other.Audience
	case "exploitation":
		a.Exploitation = other.Exploitation
	case "commitments":
		a.Commitments = other.Commitments
	case "status":
		a.Status = other.Status
	case "partners":
		a.Partners = other.Partners
	case "others":
		a.Others = other.Others
	case "plan":
		a.Plan = other.Plan
	case "tlp":
		a.TLP = other.TLP
	case "follows":
		a.Follows = other.Follows
	case "links":
		a.Links = other.Links
	}
}

func list(values []string) string { return strings.Join(values, "\x00") }
