package coverage

import (
	"maps"
	"slices"

	"thbot/store"
)

// countParts enters the further records of joint activities: under agencies
// and commitments that the lead does not name, and in the totals only where
// the lead itself does not count in the period.
func (c *counter) countParts() {
	if len(c.joint) == 0 {
		return
	}
	leads := map[int]*store.Activity{}
	for a := range c.in.Activities {
		if _, ok := c.joint[a.ID]; ok && a.Live() {
			leads[a.ID] = a
		}
	}
	for _, id := range slices.Sorted(maps.Keys(c.joint)) {
		c.countJoint(leads[id], c.joint[id])
	}
}

// countJoint enters the parts of one joint activity. lead is nil where it no
// longer stands.
func (c *counter) countJoint(lead *store.Activity, parts []*store.Activity) {
	parts = slices.DeleteFunc(parts, func(a *store.Activity) bool { return !c.within(a) })
	whole := lead
	if lead == nil || !c.within(lead) || lead.StatusAt(c.Today) == store.Cancelled {
		if len(parts) == 0 {
			return
		}
		whole, parts = parts[0], parts[1:]
		c.count(whole, whole.StatusAt(c.Today))
	}
	under, planned := does(whole), whole.Plan != ""
	for _, a := range parts {
		under = c.countPart(a, under)
		if a.Plan != "" && !planned {
			c.Planless--
			planned = true
		}
	}
}

// countPart enters one part: in a column or cell only where no other record
// of the joint activity counts already. It gives the agencies counted so far.
func (c *counter) countPart(a *store.Activity, under []string) []string {
	status := a.StatusAt(c.Today)
	for _, row := range c.rows(a) {
		if !c.rowHas(row, a) {
			c.Rows[row].add(status)
		}
	}
	for _, agency := range does(a) {
		col, ok := c.agencies[agency]
		if !ok {
			continue
		}
		if !slices.Contains(under, agency) {
			under = append(under, agency)
			c.Columns[col].add(status)
		}
		for _, row := range c.rows(a) {
			if !c.Cells[row][col].has(a) {
				c.place(&c.Cells[row][col], a, status)
			}
		}
	}
	return under
}

func (c *counter) rowHas(row int, a *store.Activity) bool {
	return slices.ContainsFunc(c.Cells[row], func(cell Cell) bool { return cell.has(a) })
}

// has tells whether a record of the same work counts in the cell.
func (c *Cell) has(a *store.Activity) bool {
	return slices.ContainsFunc(c.Activities, func(b *store.Activity) bool { return group(a) == group(b) })
}

// group is the id that all records of one joint activity share.
func group(a *store.Activity) int {
	if a.PartOf != 0 {
		return a.PartOf
	}
	return a.ID
}

// does lists the agencies under which a record counts.
func does(a *store.Activity) []string {
	agencies := []string{a.Agency}
	for _, p := range a.Partners {
		if p.State == store.Confirmed {
			agencies = append(agencies, p.Agency)
		}
	}
	return agencies
}
