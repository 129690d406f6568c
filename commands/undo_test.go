package commands_test

import (
	"strings"
	"testing"

	"thbot/store"
)

const patrol = "Joint patrol training at the port of Piraeus country:EL when:2027-05 commitment:training kind:training audience:border-guards"

func TestUndoRecord(t *testing.T) {
	d := open(t)
	d.must("eurofound", "record "+courseOfEurofound)
	d.must("cepol", "record "+courseOfCEPOL+" with:frontex")
	c := d.conversation()
	c.says("cepol", "undo")
	c.says("cepol", "undo")
	c.until("2026-11-24 11:00")
	d.reads(d.must("cepol", "show A2"), "Withdrawn")
	golden(t, "undo", steady(c.b.String()))
	if a := d.activity(2); a.Live() || !a.Withdrawn.Undone {
		t.Errorf("still there: %+v", a)
	}
	if o := d.overlap(1); o.State != store.StateMoot {
		t.Errorf("the flag stands: %+v", o)
	}
	d.whole()
}

// Messages that are out are edited to say that it was taken back.
func TestUndoAfterTheFlagWentOut(t *testing.T) {
	d := pair(t)
	d.now = at(t, "2026-11-24 10:59")
	d.reads(d.must("cepol", "undo"), "1 message already sent will be edited")
	posts := to("eurofound", d.due(at(t, "2026-11-24 12:00")))
	if len(posts) != 1 || !strings.Contains(posts[0].Text, "CEPOL took back A2") || strings.Contains(posts[0].Text, "[") {
		t.Errorf("%s", posted(posts))
	}
}

func TestUndoAfterSomebodyElse(t *testing.T) {
	d := open(t)
	d.must("cepol", "record "+patrol)
	d.must("cepol", "edit A1 country:IT")
	d.must("atc", "edit A1 country:ES")
	before := d.activity(1)
	d.now = at(t, "2026-11-24 10:20")
	d.fails("cepol", "undo", "the Coordinator's office changed the place of A1", "10:00", "/thb history A1")
	if after := d.activity(1); after.Revision != before.Revision || after.Countries[0] != "ES" {
		t.Errorf("something was changed: %+v", after)
	}
	// Another field is no obstacle.
	d.must("cepol", "edit A1 plan:\"SPD 2027 1.2\"")
	d.must("atc", "edit A1 country:PT")
	d.must("cepol", "undo")
	if a := d.activity(1); a.Plan != "" || a.Countries[0] != "PT" {
		t.Errorf("%+v", a)
	}
	d.whole()
}

func TestUndoLimits(t *testing.T) {
	d := open(t)
	d.fails("cepol", "undo", "changed nothing yet")
	d.must("cepol", "record "+patrol)
	undo := d.shown["cepol"].Buttons()
	button := undo[len(undo)-1]
	d.failed(d.pressed("frontex", button), "CEPOL's contact point")
	d.now = at(t, "2026-11-24 10:59")
	d.must("cepol", "update A1 Speakers found")
	d.now = at(t, "2026-11-24 11:30")
	d.failed(d.pressed("cepol", button), "undo reaches back one hour", "/thb withdraw A1")
	d.must("cepol", "undo")
	d.view(func(v *store.View) error {
		notes, err := v.Notes(1)
		if len(notes) != 0 {
			t.Errorf("the note stands: %v", notes)
		}
		return err
	})
	d.fails("cepol", "undo", "undone your latest change already")
	d.must("cepol", "update A1 Speakers found again")
	d.now = at(t, "2026-11-24 12:31")
	d.fails("cepol", "undo", "undo reaches back one hour")
	d.fails("cepol", "undo A1", "withdraw")
	if a := d.activity(1); !a.Live() {
		t.Error("the record is gone")
	}
	d.whole()
}

// A second undo does not go on to the change before, but offers it.
func TestUndoTwice(t *testing.T) {
	d := open(t)
	d.must("cepol", "record "+patrol)
	d.must("cepol", "edit A1 country:IT")
	d.must("cepol", "undo")
	button := d.shown["cepol"]
	_ = button
	d.fails("cepol", "undo", "Before it you made another one: record of A1", "[Undo that too]")
	if a := d.activity(1); !a.Live() || a.Countries[0] != "EL" {
		t.Fatalf("%+v", a)
	}
	d.press("cepol", "Undo that too")
	if a := d.activity(1); a.Live() {
		t.Fatal("the record stands")
	}
	r := d.say("cepol", "undo")
	d.failed(r, "undone your latest change already")
	if strings.Contains(shows(r), "[") {
		t.Errorf("there is nothing more to offer:\n%s", shows(r))
	}
	d.whole()
}

// The same button pressed again says when it was undone, and changes nothing.
func TestUndoButtonTwice(t *testing.T) {
	d := open(t)
	d.must("cepol", "record "+patrol)
	buttons := d.shown["cepol"].Buttons()
	undo := buttons[len(buttons)-1]
	d.pressed("cepol", undo)
	revision := d.activity(1).Revision
	d.now = at(t, "2026-11-24 10:10")
	d.failed(d.pressed("cepol", undo), "undone already, at 10:00")
	if d.activity(1).Revision != revision {
		t.Error("it was changed again")
	}
}

// The other side's word since is not wiped out by undoing the record.
func TestUndoAfterTheOtherSidesWord(t *testing.T) {
	d := pair(t)
	d.now = at(t, "2026-11-24 10:40")
	d.must("eurofound", "overlap O1 coordinate")
	d.fails("cepol", "undo", "Eurofound's contact point said or changed something on O1", "10:40")
	if !d.activity(2).Live() {
		t.Error("the record is gone")
	}
}

func TestUndoSettlingPartnerAndStatements(t *testing.T) {
	d := pair(t)
	d.must("eurofound", "overlap O1 dismiss")
	d.must("eurofound", "undo")
	if o := d.overlap(1); o.State != store.StateOpen || len(o.Words) != 0 {
		t.Errorf("%+v", o)
	}
	d.must("cepol", "edit A2 with:frontex")
	d.must("frontex", "partner A2 confirm")
	d.must("frontex", "undo")
	if s := d.activity(2).PartnerState("frontex"); s != store.Named {
		t.Errorf("the partner is %s", s)
	}
	d.must("eige", "nothing training,4 2027")
	d.must("eige", "undo")
	d.must("cepol", "unchanged")
	d.must("cepol", "undo")
	d.view(func(v *store.View) error {
		said, err := v.Confirmations()
		if len(said) != 0 || !d.activity(2).ConfirmedAt.IsZero() {
			t.Errorf("%v", said)
		}
		return err
	})
	d.must("atc", "meeting add Autumn meeting 2026-12-10 10:00")
	d.must("atc", "undo")
	d.view(func(v *store.View) error {
		meetings, err := v.Meetings()
		if len(meetings) != 0 {
			t.Errorf("the meeting stands")
		}
		return err
	})
	for _, p := range d.due(at(t, "2026-12-12 12:00")) {
		if p.Dropped == "" && (p.Kind == store.RowInvitation || p.Kind == store.RowReminder) {
			t.Errorf("%s goes out: %s", p.Kind, p.Text)
		}
	}
	d.whole()
}

func TestWithdraw(t *testing.T) {
	d := pair(t)
	c := d.conversation()
	c.says("frontex", "withdraw A2")
	c.says("cepol", "withdraw O1")
	c.says("cepol", "withdraw M1")
	c.says("cepol", "withdraw P3")
	c.says("cepol", "withdraw A2 The budget was not approved")
	c.says("cepol", "withdraw A2")
	c.says("cepol", "overlap O1 dismiss")
	c.until("2026-11-24 11:10")
	c.says("cepol", "undo")
	c.says("eurofound", "overlap")
	c.says("cepol", "withdraw")
	golden(t, "withdraw", steady(c.b.String()))
	if a, o := d.activity(2), d.overlap(1); !a.Live() || o.State != store.StateOpen {
		t.Errorf("not brought back: %+v %+v", a, o)
	}
	d.whole()
}

// A flag that was dropped with its record goes out when the record stands
// again.
func TestWithdrawTakenBackTellsAfterAll(t *testing.T) {
	d := open(t)
	d.must("eurofound", "record "+courseOfEurofound)
	d.must("cepol", "record "+courseOfCEPOL)
	d.must("cepol", "withdraw A2")
	if posts := to("eurofound", d.due(at(t, "2026-11-24 10:30"))); len(posts) != 0 {
		t.Fatalf("%s", posted(posts))
	}
	d.must("cepol", "undo")
	posts := to("eurofound", d.due(at(t, "2026-11-24 11:30")))
	if count(posts, store.RowFlag) != 1 {
		t.Errorf("Eurofound is never told: %s", posted(posts))
	}
}

// When the lead of a joint activity is withdrawn, the oldest other record
// leads, and it is part of nothing.
func TestWithdrawLeadOfJoint(t *testing.T) {
	d := pair(t)
	d.must("eige", "record "+courseOfCEPOL)
	d.must("eurofound", "overlap A1 A2 joint")
	d.must("cepol", "overlap A1 A2 joint")
	d.must("cepol", "overlap A2 A3 joint")
	d.must("eige", "overlap A2 A3 joint")
	if d.activity(2).PartOf != 1 || d.activity(3).PartOf != 1 {
		t.Fatalf("%d %d", d.activity(2).PartOf, d.activity(3).PartOf)
	}
	d.must("eurofound", "withdraw A1")
	if d.activity(2).PartOf != 0 || d.activity(3).PartOf != 2 {
		t.Errorf("A2 is part of %d, A3 of %d", d.activity(2).PartOf, d.activity(3).PartOf)
	}
	d.must("eurofound", "undo")
	if d.activity(2).PartOf != 1 || d.activity(3).PartOf != 1 {
		t.Errorf("brought back, A2 is part of %d, A3 of %d", d.activity(2).PartOf, d.activity(3).PartOf)
	}
	d.whole()
}

// A meeting that was moved and moved back is told at its time, once.
func TestUndoMovedMeetingAndAbsence(t *testing.T) {
	d := open(t)
	d.must("atc", "meeting add Autumn meeting 2026-12-10 10:00")
	d.due(at(t, "2026-11-24 11:00"))
	d.must("atc", "meeting edit M1 when:\"2026-12-17 10:00\"")
	d.must("atc", "undo")
	posts := to("cepol", d.due(at(t, "2026-12-20 12:00")))
	if n := count(posts, store.RowReminder); n != 3 || strings.Contains(posted(posts), "17 December") {
		t.Errorf("%d reminders: %s", n, posted(posts))
	}
	d.must("cepol", "away 2027-01-11..2027-01-15")
	d.must("cepol", "undo")
	if posts := to("cepol", d.due(at(t, "2027-02-01 12:00"))); count(posts, store.RowCatchup) != 0 {
		t.Errorf("%s", posted(posts))
	}
	d.whole()
}

// A message that is just on its way can neither be stopped nor edited: a word
// follows it, unless it does not go out after all.
func TestUndoOfMessageOnItsWay(t *testing.T) {
	for _, arrives := range []bool{true, false} {
		d := open(t)
		d.must("eurofound", "record "+courseOfEurofound)
		d.must("cepol", "record "+courseOfCEPOL)
		d.now = at(t, "2026-11-24 10:10")
		key := ""
		set := func(state store.RowState) {
			err := d.store.Deliver(t.Context(), func(dv *store.Delivery) error {
				return dv.Rows(store.RowFlag+":A2.", func(r *store.Row) bool {
					key = r.Key
					return false
				})
			})
			if err == nil {
				err = d.store.Deliver(t.Context(), func(dv *store.Delivery) error {
					r, err := dv.Row(key)
					if err == nil {
						r.State, r.Due = state, d.now.AddDate(0, 0, 1)
						_, err = dv.PutRow(r)
					}
					return err
				})
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		set(store.Claimed)
		d.reads(d.must("cepol", "undo"), "1 message on the way will be followed")
		if arrives {
			set(store.Delivered)
		} else {
			set(store.Dropped)
		}
		posts := d.due(at(t, "2026-11-24 11:00"))
		if len(posts) != 1 || posts[0].Kind != store.RowUndone || arrives != strings.Contains(posts[0].Text, "A2 was taken back") || arrives != (posts[0].Dropped == "") {
			t.Errorf("arrives %v: %s", arrives, posted(posts))
		}
	}
}

// Undo of what the caller said after recording comes first.
func TestUndoOwnWordFirst(t *testing.T) {
	d := open(t)
	d.must("eurofound", "record "+courseOfEurofound)
	d.must("cepol", "record "+courseOfCEPOL)
	buttons := d.shown["cepol"].Buttons()
	undo := buttons[len(buttons)-1]
	d.must("cepol", "overlap O1 coordinate")
	d.failed(d.pressed("cepol", undo), "Since then you yourself said or changed something on O1")
	d.must("cepol", "undo")
	if r := d.pressed("cepol", undo); r.Failed {
		t.Errorf("%s", shows(r))
	}
	d.whole()
}
