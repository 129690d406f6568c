package overlap

// explain fills in the reasons of a match.
func (e *Engine) explain(m *Match, a, b *profile) {
	if a.audience&b.audience != 0 {
		m.Reasons = append(m.Reasons, Reason{Facet: "audience", Text: "same audience"})
	}
	if _, apart := a.countries.compare(b.countries); apart == 0 && a.countries.n > 0 && b.countries.n > 0 {
		m.Reasons = append(m.Reasons, Reason{Facet: "countries", Text: "same place"})
	}
	if a.kind != "" && b.kind != "" && a.kind != b.kind {
		m.Against = append(m.Against, Reason{Facet: "kind", Text: "one is " + a.kind + ", the other " + b.kind})
	}
}

// Changes says what would make w no duplicate of other.
func (e *Engine) Changes(w, other Work) []string {
	return []string{"name " + other.Agency + " as a partner, if the two of you do it together"}
}
