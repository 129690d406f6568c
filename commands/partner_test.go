package commands_test

import (
	"strings"
	"testing"

	"thbot/store"
)

func TestPartnerConversation(t *testing.T) {
	d := open(t)
	d.must("cepol", "record Training of border guards in Poland on signs of trafficking country:PL when:2027-05 with:frontex kind:training commitment:training audience:border-guards exploitation:none")
	c := d.conversation()
	c.until("2026-11-24 11:00")
	c.presses("frontex", "Decline")
	c.says("frontex", "partner A1 confirm")
	c.until("2026-11-24 12:00")
	c.says("frontex", "partner A1 confirm")
	c.says("frontex", "partner A1 decline We were not asked")
	c.until("2026-11-24 13:00")
	c.says("eige", "partner A1 confirm")
	c.says("cepol", "partner A1 confirm")
	c.says("cepol", "partner A9 confirm")
	c.says("frontex", "partner A1 perhaps")
	c.says("atc", "partner A1 confirm")
	c.says("frontex", "partner")
	golden(t, "partner", steady(c.b.String()))
	if s := d.activity(1).PartnerState("frontex"); s != store.Declined {
		t.Errorf("the latest answer counts, and it is %s", s)
	}
	d.whole()
}

// A partner who never confirms stays named, and may not update.
func TestPartnerNeverConfirms(t *testing.T) {
	d := open(t)
	d.must("cepol", "record Training of border guards in Poland on signs of trafficking country:PL when:2027-05 with:frontex,eige commitment:training")
	d.due(at(t, "2027-05-24 11:00"))
	if s := d.activity(1).PartnerState("frontex"); s != store.Named {
		t.Fatalf("it is %s", s)
	}
	d.fails("frontex", "update A1 All set", "has not confirmed", "/thb partner A1 confirm")
	d.must("frontex", "partner A1 confirm")
	d.must("frontex", "update A1 All set")
}

// Named again after having declined, the agency is asked again.
func TestPartnerNamedAgain(t *testing.T) {
	d := open(t)
	d.must("cepol", "record Training of border guards in Poland on signs of trafficking country:PL when:2027-05 with:frontex commitment:training")
	d.due(at(t, "2026-11-24 11:00"))
	d.press("frontex", "Decline")
	d.due(at(t, "2026-11-24 12:00"))
	d.must("cepol", "edit A1 with:frontex")
	posts := to("frontex", d.due(at(t, "2026-11-24 13:00")))
	if count(posts, store.RowNamed) == 0 || !strings.Contains(posted(posts), "[Confirm]") {
		t.Errorf("Frontex is not asked again: %s", posted(posts))
	}
}

// Where a partner has a record that looks like the same work, it is no flag
// but a question, and one yes links the two.
func TestPartnerQuestion(t *testing.T) {
	d := open(t)
	d.must("eurofound", "record "+courseOfEurofound)
	d.must("cepol", "record "+courseOfCEPOL+" with:eurofound")
	if o := d.overlap(1); !o.Question {
		t.Fatalf("it is no question: %+v", o)
	}
	posts := to("eurofound", d.due(at(t, "2026-11-24 11:00")))
	if count(posts, store.RowFlag) != 0 || !strings.Contains(posted(posts), "Is this your record of the same joint activity? A1") {
		t.Fatalf("%s", posted(posts))
	}
	d.reads(d.press("eurofound", "Yes, the same"), "one joint activity")
	a1, a2 := d.activity(1), d.activity(2)
	if a2.PartOf != 1 || a2.PartnerState("eurofound") != store.Confirmed || a1.PartnerState("cepol") != store.Confirmed {
		t.Fatalf("not linked: %+v %+v", a1, a2)
	}
	d.must("eurofound", "overlap O1 dismiss")
	a1, a2 = d.activity(1), d.activity(2)
	if a2.PartOf != 0 || a2.PartnerState("eurofound") != store.Named || a1.PartnerState("cepol") != "" {
		t.Errorf("not as it was before the link: %+v %+v", a1.Partners, a2.Partners)
	}
	d.whole()
}

func TestEnteredByTheOffice(t *testing.T) {
	d := open(t)
	d.must("atc", "record agency:eige Gender-sensitive guidance for labour inspectors country:LT when:2027 commitment:gender-child kind:guidance")
	d.must("atc", "edit A1 when:2028")
	posts := to("eige", d.due(at(t, "2026-11-24 11:00")))
	if count(posts, store.RowEntered) != 1 || !strings.Contains(posted(posts), "recorded it") || !strings.Contains(posted(posts), "changed the start from") {
		t.Fatalf("%s", posted(posts))
	}
	d.must("atc", "nothing training agency:eige")
	d.must("atc", "withdraw A1 entered twice")
	d.press("atc", "Take this back")
	posts = to("eige", d.due(at(t, "2026-11-24 12:00")))
	if !strings.Contains(posted(posts), "nothing is planned for") {
		t.Errorf("%s", posted(posts))
	}
	for _, p := range posts {
		if strings.Contains(p.Text, "withdrew") {
			t.Errorf("EIGE hears of a withdrawal that was taken back: %s", p.Text)
		}
	}
}

// What the owner changed since the question is shown before the answer counts.
func TestPartnerStalePress(t *testing.T) {
	d := open(t)
	d.must("cepol", "record Training of border guards in Poland country:PL when:2027-05 with:frontex commitment:training")
	d.due(at(t, "2026-11-24 11:00"))
	asked := d.shown["frontex"].Buttons()[0]
	d.must("cepol", "update A1 The room is booked")
	d.must("cepol", "edit A1 when:2028-05")
	d.reads(d.pressed("frontex", asked), "has changed since I asked you", "May 2028", "[Confirm] [Decline]")
	if s := d.activity(1).PartnerState("frontex"); s != store.Named {
		t.Fatalf("it is %s", s)
	}
	d.must("cepol", "update A1 The room is paid")
	d.reads(d.press("frontex", "Confirm"), "Frontex confirmed")
}

// One message to a coordinator covers every agency without a contact point.
func TestPartnersWithoutContactPoint(t *testing.T) {
	d := open(t)
	d.change("program", "setup", func(ch *store.Change) error {
		for _, name := range []string{"frontex", "fra"} {
			p, err := ch.Person(d.people[name])
			if err != nil {
				return err
			}
			p.RemovedAt = ch.At
			if err := ch.PutPerson(p); err != nil {
				return err
			}
		}
		return nil
	})
	d.must("cepol", "record Training of border guards in Poland country:PL when:2027-05 with:frontex,fra,eige commitment:training")
	posts := d.due(at(t, "2026-11-24 11:00"))
	text := posted(to("atc", posts))
	if !strings.Contains(text, "Frontex and FRA have no contact point here") || strings.Contains(text, "agency:eige") {
		t.Fatalf("%s", text)
	}
	d.must("atc", "partner A1 confirm agency:fra")
	if a := d.activity(1); a.PartnerState("fra") != store.Confirmed || a.PartnerState("frontex") != store.Named {
		t.Errorf("%+v", a.Partners)
	}
}

// A partner that is taken off again sees that there is nothing left to answer.
func TestPartnerTakenOff(t *testing.T) {
	d := open(t)
	d.must("cepol", "record Training of border guards in Poland country:PL when:2027-05 with:frontex commitment:training")
	d.due(at(t, "2026-11-24 11:00"))
	d.must("cepol", "edit A1 with:none")
	posts := to("frontex", d.due(at(t, "2026-11-24 11:30")))
	if len(posts) != 1 || !strings.Contains(posts[0].Text, "no longer names you") {
		t.Errorf("%s", posted(posts))
	}
}
