package commands

import (
	"slices"
	"strconv"
	"strings"
	"thbot/store"
	"thbot/store/fault"
)

// pageOf is how many overlaps a list shows at once.
const pageOf = 10

// listOverlaps lists the caller's, the open ones, all, or related work. The
// mode comes from a line, or with a page from a button: "open/2".
func (k *call) listOverlaps(mode, agency string) (Reply, error) {
	mode, pageText, _ := strings.Cut(mode, "/")
	page, _ := strconv.Atoi(pageText)
	if agency == "" {
		agency = k.who.Agency
	}
	if mode == "" {
		mode = "mine"
		if agency == "" {
			mode = "open"
		}
	}
	if agency == "" && (mode == "mine" || mode == "related") {
		return Reply{}, fault.New(fault.Invalid, "Of which agency? You act for all of them.").WithTry("/thb overlap %s agency:cepol", mode)
	}
	switch mode {
	case "related":
		return k.relatedWork(agency)
	case "mine", "open", "all":
		return k.overlapList(mode, agency, max(page, 0))
	}
	if strings.ContainsAny(mode, " ") || len(mode) > 20 {
		mode = "that"
	}
	return Reply{}, fault.New(fault.Invalid, "I know no list of overlaps called %s; there are mine, open, all and related. An overlap has an id such as O5.", mode).WithTry("/thb overlap open")
}

// overlapList shows one page of overlaps: open ones first and the oldest of
// them on top, so that those for the coordinators' list lead it.
func (k *call) overlapList(mode, agency string, page int) (Reply, error) {
	m := new(Message)
	err := k.view(func(v *store.View) error {
		var found []*store.Overlap
		err := v.Overlaps(func(o *store.Overlap) bool {
			if inList(o, mode, agency) {
				found = append(found, o)
			}
			return true
		})
		slices.SortStableFunc(found, func(a, b *store.Overlap) int { return k.listRank(a, b) })
		m = k.overlapPage(v, found, mode, agency, page)
		return err
	})
	return Reply{Message: m, Replace: k.req.Press != nil}, err
}

func inList(o *store.Overlap, mode, agency string) bool {
	switch mode {
	case "open":
		return o.State == store.StateOpen
	case "mine":
		return o.State != store.StateMoot && o.Side(agency) != ""
	}
	return true
}

func (k *call) listRank(a, b *store.Overlap) int {
	if open := a.State == store.StateOpen; open != (b.State == store.StateOpen) {
		if open {
			return -1
		}
		return 1
	}
	if a.State == store.StateOpen {
		return a.OpenedAt.Compare(b.OpenedAt)
	}
	return b.ID - a.ID
}

func (k *call) overlapPage(v *store.View, found []*store.Overlap, mode, agency string, page int) *Message {
	open := slices.DeleteFunc(slices.Clone(found), func(o *store.Overlap) bool { return o.State != store.StateOpen })
	m := Tell(k.listHead(mode, agency, len(found), len(open)))
	if len(found) == 0 && k.who.Agency == "" {
		return m
	}
	if len(found) == 0 {
		return m.Next(Button{Label: "Related work", Action: "overlap.list", Record: "related"})
	}
	from := min(page*pageOf, len(found))
	shown := found[from:min(from+pageOf, len(found))]
	var old, rest []Line
	for _, o := range shown {
		if o.State == store.StateOpen && k.now.Sub(o.OpenedAt) >= k.rules.Escalate {
			old = append(old, k.overlapItem(v, o))
		} else {
			rest = append(rest, k.overlapItem(v, o))
		}
	}
	if len(old) > 0 {
		m.Tell(Say("Open for %s or more:", count(int(k.rules.Escalate/day), "day", "days"))).Items(old...)
		if len(rest) > 0 {
			m.Tell(Say("The others:"))
		}
	}
	m.Items(rest...)
	return m.Next(k.listButtons(shown, len(found), mode, page)...)
}

func (k *call) listHead(mode, agency string, all, open int) Line {
	if all == 0 && mode != "mine" {
		return Say("**No overlap** is %s.", map[string]string{"open": "open", "all": "on record"}[mode])
	}
	switch mode {
	case "mine":
		if all == 0 {
			return Say("**No overlap** of %s with others is on record.", k.agencyName(agency))
		}
		return Say("**%s of %s**, %d open.", count(all, "overlap", "overlaps"), k.agencyName(agency), open)
	case "open":
		return Say("**%s.**", count(open, "open overlap", "open overlaps"))
	}
	return Say("**%s on record**, %d open.", count(all, "overlap", "overlaps"), open)
}

func (k *call) overlapItem(v *store.View, o *store.Overlap) Line {
	l := Join("", Say("**%s**, ", store.OverlapRef(o.ID)), k.overlapStanding(o, k.today), Say(": "),
		k.named(v.Activity(o.A), k.today), Say(" and "), k.named(v.Activity(o.B), k.today))
	if waits := k.awaits(o); waits != nil && o.State == store.StateOpen && len(o.Words) > 0 {
		l = Join(". ", l, waits)
	}
	return l
}

// listButtons open the first few of a page, and turn it.
func (k *call) listButtons(shown []*store.Overlap, all int, mode string, page int) []Button {
	var buttons []Button
	for i, o := range shown {
		if i < 4 {
			buttons = append(buttons, k.showOverlapButton(o))
		}
	}
	if page > 0 {
		buttons = append(buttons, Button{Label: "Back", Action: "overlap.list", Record: mode + "/" + strconv.Itoa(page-1)})
	}
	if (page+1)*pageOf < all {
		buttons = append(buttons, Button{Label: "More", Action: "overlap.list", Record: mode + "/" + strconv.Itoa(page+1)})
	}
	return buttons
}

// overlapsOfActivity lists the overlaps of one activity.
func (k *call) overlapsOfActivity(id int) (Reply, error) {
	var m *Message
	err := k.view(func(v *store.View) error {
		a := v.Activity(id)
		if a == nil {
			return fault.New(fault.NotFound, "There is no %s.", store.ActivityRef(id)).WithTry("/thb overlap mine")
		}
		overlaps, err := v.OverlapsOf(id)
		if err != nil {
			return err
		}
		slices.SortStableFunc(overlaps, func(a, b *store.Overlap) int { return k.listRank(a, b) })
		var lines []Line
		for _, o := range overlaps {
			lines = append(lines, k.overlapItem(v, o))
		}
		m = Tell(Join("", k.named(a, k.today), Say(" has %s.", count(len(lines), "overlap", "overlaps")))).Items(lines...)
		m.Next(k.listButtons(overlaps, 0, "all", 0)...)
		return nil
	})
	return Reply{Message: m}, err
}
