package commands

import (
	"strconv"
	"strings"

	"thbot/commands/line"
	"thbot/store"
	"thbot/store/date"
	"thbot/store/fault"
)

func historyCommand() subcommand {
	return subcommand{
		Name: "history", Also: []string{"journal", "log"},
		Brief: "the journal of a record: who changed what, and when", Usage: []string{"history ID"},
		Example: "/thb history A17",
		Who:     everybody,
		Run:     func(k *call) (Reply, error) { return k.history(k.rest, 0) },
		Actions: map[string]func(*call, Press) (Reply, error){
			"history.page": func(k *call, p Press) (Reply, error) {
				ref, page, _ := strings.Cut(p.Record, "/")
				n, _ := strconv.Atoi(page)
				reply, err := k.history(ref, max(n, 0))
				reply.Replace = err == nil
				return reply, err
			},
		},
		Forms: map[string]func(*call, Submission) (Reply, error){
			"history": func(k *call, s Submission) (Reply, error) { return k.history(s.Values["id"], 0) },
		},
	}
}

// historyPage is how many changes a page of history shows.
const historyPage = 10

// history answers with the journal of a record, newest first.
func (k *call) history(input string, page int) (Reply, error) {
	word, _ := line.Word(input)
	if word == "" {
		return k.askID("history", "History of a record")
	}
	letter, id, ok := store.ParseRef(word, 'A')
	if !ok || letter == 'N' {
		return Reply{}, noID(input, "history")
	}
	if err := k.mayReadHistory(letter); err != nil {
		return Reply{}, err
	}
	ref := string(letter) + strconv.Itoa(id)
	var m *Message
	err := k.view(func(v *store.View) error {
		heading, err := k.historyHead(v, letter, id)
		if err != nil {
			return err
		}
		lines, more, err := k.historyLines(v, ref, page)
		if err != nil {
			return err
		}
		m = Tell(heading).Items(lines...)
		if len(lines) == 0 {
			m.Tell(Say("Nothing more is in the journal."))
		}
		m.Next(historyButtons(ref, page, more)...)
		return nil
	})
	return Reply{Message: m}, err
}

// mayReadHistory keeps records from administrators, and people from members.
func (k *call) mayReadHistory(letter byte) error {
	admin, office := k.who.Role == store.Admin, k.who.Role == store.Coordinator
	switch {
	case letter == 'P' && !admin && !office:
		return fault.New(fault.Forbidden, "The history of people on the roster is for the Coordinator's office.").WithTry("/thb contact list")
	case letter != 'P' && admin:
		return fault.New(fault.Forbidden, "Administrators set thbot up and do not see the register's records; you can read the history of people, such as P7.").WithTry("/thb history P7")
	}
	return nil
}

func historyButtons(ref string, page int, more bool) []Button {
	var buttons []Button
	if page > 0 {
		buttons = append(buttons, Button{Label: "Newer", Action: "history.page", Record: ref + "/" + strconv.Itoa(page-1)})
	}
	if more {
		buttons = append(buttons, Button{Label: "Older", Action: "history.page", Record: ref + "/" + strconv.Itoa(page+1)})
	}
	if ref[0] == 'A' || ref[0] == 'O' {
		buttons = append(buttons, Button{Label: "Show " + ref, Action: "show.record", Record: ref})
	}
	return buttons
}

func (k *call) historyHead(v *store.View, letter byte, id int) (Line, error) {
	missing := fault.New(fault.NotFound, "There is no %s%d.", string(letter), id).WithTry("/thb list")
	switch letter {
	case 'A':
		if a := v.Activity(id); a != nil {
			return Join("", Say("History of "), k.named(a, k.today)), nil
		}
	case 'O':
		if o, err := v.Overlap(id); o != nil || err != nil {
			return Join("", Say("History of **%s**: ", store.OverlapRef(id)), k.named(v.Activity(o.A), k.today), Say(" and "), k.named(v.Activity(o.B), k.today)), err
		}
	case 'M':
		if m, err := v.Meeting(id); m != nil || err != nil {
			return Say("History of **%s**, *%s*", store.MeetingRef(id), Words(m.Title)), err
		}
	case 'P':
		if p, err := v.Person(id); p != nil || err != nil {
			return Say("History of **%s**, %s", store.PersonRef(id), k.roleName(p)), err
		}
	}
	return nil, missing
}

// historyLines gives one page, a line for each transaction that changed
// something a reader cares for, and whether there is more.
func (k *call) historyLines(v *store.View, ref string, page int) (lines []Line, more bool, err error) {
	skip, told := page*historyPage, 0
	var group []store.Past
	flush := func() error {
		if len(group) == 0 {
			return nil
		}
		deeds, who := k.deedsOf(group), ""
		if len(deeds) == 0 {
			return nil
		}
		told++
		if told <= skip || len(lines) == historyPage {
			more = told > skip
			return nil
		}
		who, err := k.actorName(v, group[0].Entry)
		if err != nil {
			return err
		}
		at := group[0].At.In(k.rules.Zone)
		lines = append(lines, Join("", Say("%s, %s · %s ", date.Of(at).Date().Words(k.today), at.Format("15:04"), who), Join("; ", deeds...)))
		return nil
	}
	var failed error
	err = v.History(ref, func(p store.Past) bool {
		if len(group) > 0 && group[0].Group != p.Group {
			failed = flush()
			group = nil
		}
		group = append(group, p)
		return failed == nil && !more
	})
	if err == nil {
		err = failed
	}
	if err == nil && !more {
		err = flush()
	}
	return lines, more, err
}

// actorName says who made a change: the role, never a name.
func (k *call) actorName(v *store.View, e store.Entry) (string, error) {
	if e.Op == "import" {
		return "an import", nil
	}
	p, err := v.PersonNamed(e.Actor)
	if p == nil || err != nil {
		return "thbot", err
	}
	return k.roleName(p), nil
}

// roleName says who somebody is, as the one who does something.
func (c *Commands) roleName(p *store.Person) string {
	switch p.Role {
	case store.ContactPoint:
		return c.agencyName(p.Agency) + "'s contact point"
	case store.Deputy:
		return c.agencyName(p.Agency) + "'s deputy"
	}
	return c.speaksFor(p)
}

// speaksFor says for whom somebody speaks.
func (c *Commands) speaksFor(p *store.Person) string {
	switch p.Role {
	case store.Coordinator:
		return "the Coordinator's office"
	case store.Admin:
		return "an administrator"
	}
	return c.agencyName(p.Agency)
}
