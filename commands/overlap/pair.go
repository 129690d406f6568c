package overlap

// Compare says what the engine thinks of two activities of the register, as
// Check does: each side's other good counterparts make the pair less likely.
// The two are taken as given here, also where the index holds them otherwise
// or not at all.
func (x *Index) Compare(a, b Work) Match {
	e := x.engine
	p, q := e.read(a), e.read(b)
	m := Match{A: a.ID, B: b.ID}
	if rule := why(&p, &q, true); rule != "" {
		m.Against = ruled(&p, &q, rule)
		return m
	}
	x.mu.RLock()
	ra, rb := x.rivalsApart(&p, q.id), x.rivalsApart(&q, p.id)
	x.mu.RUnlock()
	z := e.sum(&p, &q)
	e.rate(&m, z, e.model.probability(z, ra, rb))
	e.explain(&m, &p, &q)
	return m
}

// rivalsApart is how good the counterparts of the activity are but for the one
// with the id.
func (x *Index) rivalsApart(p *profile, id int32) float64 {
	s := x.search(p, 0, want{})
	defer x.rooms.Put(s)
	return s.rivals.without(id)
}
