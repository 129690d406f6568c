package commands_test

import (
	"fmt"
	"strings"
	"testing"

	"thbot/commands"
	"thbot/store"
)

func TestList(t *testing.T) {
	d := open(t)
	c := d.conversation()
	c.says("cepol", "list")
	fill(d)
	lead := d.recorded("fra", "Joint seminar", dated("2027-01", "2027-01", "training"))
	d.recorded("easo", "Idea without anything", nil)
	d.recorded("eige", "The same seminar", func(a *store.Activity) { a.From, a.To, a.PartOf = "2027-01", "2027-01", lead })
	c.says("cepol", "list")
	c.presses("cepol", "Next 1")
	c.presses("cepol", "Previous 10")
	c.says("fra", "list agency:mine")
	c.says("cepol", "list agency:easo,frontex commitment:training status:ongoing")
	c.says("cepol", "list stale")
	c.says("cepol", "list overdue")
	c.says("cepol", "list plan:none when:2026-Q4")
	c.says("cepol", "list with:fra")
	c.says("cepol", "list country:AL")
	c.says("cepol", "list country:outside")
	c.says("cepol", "list commitment:none")
	c.says("cepol", "list europol 2026")
	c.says("cepol", "list agency:cepol status:completed when:2026")
	c.says("cepol", "list agency:cepol status:cancelled when:2031")
	c.says("cepol", "list tlp:green")
	c.says("cepol", "list status:finishd agency:mine")
	c.says("cepol", "list banana bread")
	c.says("atc", "list agency:mine")
	c.says("cepol", "list from:2027-02 to:2026-12")
	c.golden("list")
}

// TestListPagesAreComplete holds that the pages show every activity once, and
// that a button of a list that is gone says so.
func TestListPagesAreComplete(t *testing.T) {
	d := open(t)
	for i := range 34 {
		d.recorded("cepol", fmt.Sprint("Work ", i), under("training"))
	}
	r := d.say("cepol", "list commitment:training")
	seen := map[string]int{}
	pages := 0
	for {
		pages++
		for line := range strings.Lines(r.Message.Text()) {
			if strings.HasPrefix(line, "- A") {
				seen[strings.Fields(line)[1]]++
			}
		}
		buttons := r.Message.Buttons()
		if !strings.HasPrefix(buttons[0].Label, "Next") {
			break
		}
		if r = d.pressed("cepol", buttons[0]); !r.Replace {
			t.Error("a page is shown in addition to the one before")
		}
	}
	if pages != 4 || len(seen) != 34 {
		t.Errorf("%d pages show %d activities", pages, len(seen))
	}
	for ref, n := range seen {
		if n != 1 {
			t.Errorf("%s is shown %d times", ref, n)
		}
	}
	gone := d.pressed("cepol", commands.Button{Action: "list.page", Record: "2026-01-01T00:00:00.000Zabc"})
	if !gone.Failed || !strings.Contains(plain(gone.Message), "no longer kept") {
		t.Errorf("a page that is gone: %s", shows(gone))
	}
}

func TestSearch(t *testing.T) {
	d := open(t)
	c := d.conversation()
	c.says("cepol", "search training")
	fill(d)
	d.recorded("europol", "Operational action days", func(a *store.Activity) {
		a.Description = "Joint inspections of nail bars, car washes and farms by police and labour inspectors. The results go to the analysis project."
	})
	d.say("frontex", `update A1 "First group of border guards is through; indicators were the hardest part."`)
	c.says("cepol", "search indicators")
	c.says("cepol", `search "labour inspectors"`)
	c.says("cepol", "search labour inspectors Malta")
	c.says("cepol", "search EASO module")
	c.says("cepol", "search a2 course")
	c.says("cepol", "search A2")
	c.says("cepol", "search zzz")
	c.says("cepol", `search ""`)
	c.says("cepol", "search")
	c.submits("cepol", "words", "victim")
	d.say("fra", "withdraw A3")
	c.says("cepol", "search victim")
	for i := range 12 {
		d.recorded("fra", fmt.Sprint("Seminar ", i), nil)
	}
	c.says("cepol", "search seminars")
	c.presses("cepol", "Next 2")
	c.golden("search")
}
