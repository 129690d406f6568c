package commands_test

import (
	"slices"
	"strings"
	"testing"

	"thbot/commands"
	"thbot/store"
)

// The two records of these conversations are the same work in other words, so
// that every version of the engine flags them.
const (
	courseOfEurofound = `Course for labour inspectors in Romania on recognising signs of labour exploitation when:2027-03 country:RO audience:labour-inspectors exploitation:labour kind:training commitment:training`
	courseOfCEPOL     = `Course for labour inspectors in Romania on recognising the signs of labour exploitation when:2027-03 country:RO audience:labour-inspectors exploitation:labour kind:training commitment:training`
)

// pair gives a desk with A1 of Eurofound, A2 of CEPOL and their overlap O1,
// after the flag has gone out.
func pair(t *testing.T, change ...func(*commands.Config)) *desk {
	t.Helper()
	d := open(t, change...)
	d.must("eurofound", "record "+courseOfEurofound)
	d.now = at(t, "2026-11-24 10:05")
	d.must("cepol", "record "+courseOfCEPOL)
	d.due(at(t, "2026-11-24 11:00"))
	if o := d.overlap(1); o.State != store.StateOpen {
		t.Fatalf("the two are not flagged: %+v", o)
	}
	return d
}

// must types a line that has to work.
func (d *desk) must(user, text string) commands.Reply {
	d.t.Helper()
	r := d.say(user, text)
	if r.Failed {
		d.t.Fatalf("@%s /thb %s\n%s", user, text, shows(r))
	}
	return r
}

// fails types a line that has to fail, with these words in the answer.
func (d *desk) fails(user, text string, words ...string) {
	d.t.Helper()
	d.failed(d.say(user, text), words...)
}

func (d *desk) failed(r commands.Reply, words ...string) {
	d.t.Helper()
	if !r.Failed {
		d.t.Fatalf("this should have failed:\n%s", shows(r))
	}
	d.reads(r, words...)
}

// reads wants the words in the reply.
func (d *desk) reads(r commands.Reply, words ...string) {
	d.t.Helper()
	for _, w := range words {
		if !strings.Contains(shows(r), w) {
			d.t.Fatalf("%q is missing in:\n%s", w, shows(r))
		}
	}
}

func (d *desk) overlap(id int) (o *store.Overlap) {
	d.t.Helper()
	d.view(func(v *store.View) (err error) {
		o, err = v.Overlap(id)
		return err
	})
	if o == nil {
		d.t.Fatalf("there is no O%d", id)
	}
	return o
}

func (d *desk) activity(id int) (a *store.Activity) {
	d.t.Helper()
	d.view(func(v *store.View) error {
		a = v.Activity(id)
		return nil
	})
	if a == nil {
		d.t.Fatalf("there is no A%d", id)
	}
	return a
}

// whole checks the journal and every record against it.
func (d *desk) whole() {
	d.t.Helper()
	d.view(func(v *store.View) error {
		f, err := v.Verify(nil)
		if err == nil && len(f.Wrong) > 0 {
			d.t.Errorf("the store is not whole: %v", f.Wrong)
		}
		return err
	})
}

// steady leaves the reasons of the engine out of a conversation, since they get
// better independently.
func steady(text string) string {
	lines := slices.DeleteFunc(strings.Split(text, "\n"), func(l string) bool {
		l = strings.TrimSpace(l)
		return strings.HasPrefix(l, "In common: ") || strings.HasPrefix(l, "Different: ")
	})
	return strings.Join(lines, "\n")
}

func TestSettleBothSidesDiffer(t *testing.T) {
	d := pair(t)
	c := d.conversation()
	c.says("eurofound", "overlap")
	c.presses("eurofound", "Show O1")
	c.presses("eurofound", "We will coordinate")
	c.until("2026-11-24 12:00")
	c.says("cepol", "overlap O1 not a duplicate: theirs is a course of four weeks")
	c.says("atc", "overlap open")
	c.until("2026-11-24 13:00")
	c.says("cepol", "overlap O1")
	if o := d.overlap(1); o.State != store.StateDismissed || len(o.Words) != 2 {
		t.Errorf("the latest word counts: %+v", o)
	}
	golden(t, "settle", steady(c.b.String()))
	d.whole()
}

func TestSettleTellsOnceAndCoordinatorsOfThirdChange(t *testing.T) {
	d := pair(t)
	d.must("eurofound", "overlap O1 coordinate")
	d.must("cepol", "overlap O1 dismiss")
	posts := to("eurofound", d.due(at(t, "2026-11-24 12:00")))
	if n := count(posts, store.RowVerdict); n != 1 {
		t.Fatalf("Eurofound was told %d times: %v", n, posts)
	}
	d.must("cepol", "overlap O1 coordinate") // first change of mind
	d.must("cepol", "overlap O1 dismiss")    // second
	if posts := to("atc", d.due(at(t, "2026-11-24 13:00"))); count(posts, store.RowUnsettled) > 0 {
		t.Fatalf("the coordinators were told before the third change: %v", posts)
	}
	d.reads(d.must("eurofound", "overlap O1 dismiss"), "Coordinator's office to have a look") // third
	posts = d.due(at(t, "2026-11-24 14:00"))
	if n := count(to("atc", posts), store.RowUnsettled); n != 1 {
		t.Fatalf("the coordinators were told %d times: %v", n, posts)
	}
	d.must("eurofound", "overlap O1 coordinate")
	if n := count(to("atc", d.due(at(t, "2026-11-24 15:00"))), store.RowUnsettled); n > 1 {
		t.Errorf("the coordinators were told again")
	}
}

func count(posts []post, kind string) int {
	n := 0
	for _, p := range posts {
		if p.Kind == kind {
			n++
		}
	}
	return n
}

func TestJointNeedsTheOtherSide(t *testing.T) {
	d := pair(t)
	c := d.conversation()
	c.says("cepol", "overlap O1 one joint activity, we share the trainers")
	if o := d.overlap(1); o.State != store.StateOpen || o.Proposer() != "cepol" {
		t.Fatalf("a proposal alone must not link: %+v", o)
	}
	c.until("2026-11-24 12:00")
	c.presses("eurofound", "Yes, one joint activity")
	a1, a2 := d.activity(1), d.activity(2)
	d.fails("eurofound", "partner A2 decline", "one joint activity", "/thb overlap O1 dismiss")
	if a1.PartOf != 0 || a2.PartOf != 1 || a1.PartnerState("cepol") != store.Confirmed || a2.PartnerState("eurofound") != store.Confirmed {
		t.Fatalf("not linked: %+v %+v", a1, a2)
	}
	if o := d.overlap(1); o.State != store.StateJoint || o.Lead != 1 {
		t.Fatalf("not joint: %+v", o)
	}
	c.until("2026-11-24 13:00")
	c.says("eurofound", "overlap O1 dismiss After all two courses")
	a1, a2 = d.activity(1), d.activity(2)
	if a2.PartOf != 0 || len(a1.Partners) != 0 || len(a2.Partners) != 0 {
		t.Fatalf("still linked: %+v %+v", a1, a2)
	}
	c.until("2026-11-24 14:00")
	golden(t, "joint", steady(c.b.String()))
	d.whole()
}

func TestJointUndone(t *testing.T) {
	d := pair(t)
	d.must("cepol", "overlap O1 joint")
	d.must("eurofound", "overlap O1 joint")
	d.press("eurofound", "Undo")
	a1, a2, o := d.activity(1), d.activity(2), d.overlap(1)
	if a2.PartOf != 0 || len(a1.Partners) != 0 || len(a2.Partners) != 0 {
		t.Errorf("still linked: %+v %+v", a1, a2)
	}
	if o.State != store.StateOpen || o.Proposer() != "cepol" || o.Lead != 0 {
		t.Errorf("the proposal should stand again: %+v", o)
	}
	posts := to("eurofound", d.due(at(t, "2026-11-24 12:00")))
	if count(posts, store.RowProposal) != 1 {
		t.Errorf("the proposal is not put to Eurofound again: %v", posts)
	}
	if told := to("cepol", d.due(at(t, "2026-11-24 13:00"))); count(told, store.RowVerdict) != 0 {
		t.Errorf("CEPOL hears of a yes that was undone: %v", told)
	}
	d.whole()
}

func TestProposalThenNo(t *testing.T) {
	d := pair(t)
	d.must("cepol", "overlap O1 joint")
	d.due(at(t, "2026-11-24 12:00"))
	d.reads(d.press("eurofound", "No, not the same"), "not duplicates", "I will tell CEPOL")
	posts := to("cepol", d.due(at(t, "2026-11-24 13:00")))
	if count(posts, store.RowVerdict) != 1 || !strings.Contains(posted(posts), "You had said that it is one joint activity") {
		t.Errorf("CEPOL is not told: %s", posted(posts))
	}
	if a := d.activity(2); a.PartOf != 0 || len(a.Partners) > 0 {
		t.Errorf("linked by a no: %+v", a)
	}
}

// A second contact point's copy shows that the word has been said.
func TestSettleAgencyWithTwoContactPoints(t *testing.T) {
	d := open(t)
	d.change("program", "setup", func(ch *store.Change) error {
		p := &store.Person{Role: store.ContactPoint, Agency: "eurofound", Accounts: []store.Account{{AccountID: account("eurofound-2"), Name: "eurofound-2"}}}
		err := ch.AddPerson(p)
		d.people["eurofound-2"] = p.ID
		return err
	})
	d.must("eurofound", "record "+courseOfEurofound)
	d.must("cepol", "record "+courseOfCEPOL)
	posts := d.due(at(t, "2026-11-24 11:00"))
	if count(to("eurofound", posts), store.RowFlag) != 1 || count(to("eurofound-2", posts), store.RowFlag) != 1 {
		t.Fatalf("each contact point gets one: %s", posted(posts))
	}
	stale := d.shown["eurofound-2"].Buttons()
	d.press("eurofound", "Not a duplicate")
	edits := to("eurofound-2", d.due(at(t, "2026-11-24 11:05")))
	if count(edits, store.RowFlag) != 1 || !strings.Contains(edits[0].Text, "not a duplicate") || strings.Contains(edits[0].Text, "[Not a duplicate]") {
		t.Fatalf("the other copy is not edited: %s", posted(edits))
	}
	// A press on the old copy that means something else shows the state.
	i := slices.IndexFunc(stale, func(b commands.Button) bool { return b.Label == "One joint activity" })
	r := d.pressed("eurofound-2", stale[i])
	d.reads(r, "Something has changed since", "not a duplicate")
	if o := d.overlap(1); len(o.Words) != 1 {
		t.Errorf("the stale press was noted: %+v", o)
	}
}

// What concerns an agency without a contact point goes to the coordinators.
func TestSettleAgencyWithoutContactPoint(t *testing.T) {
	d := open(t)
	d.change("program", "setup", func(ch *store.Change) error {
		p, err := ch.Person(d.people["eurofound"])
		if err != nil {
			return err
		}
		p.RemovedAt = ch.At
		return ch.PutPerson(p)
	})
	d.must("atc", "record agency:eurofound "+courseOfEurofound)
	d.must("cepol", "record "+courseOfCEPOL)
	posts := d.due(at(t, "2026-11-24 11:00"))
	if count(to("atc", posts), store.RowFlag) != 1 || !strings.Contains(posted(posts), "Eurofound has no contact point here") {
		t.Fatalf("the coordinators are not told: %s", posted(posts))
	}
	if count(to("atc", posts), store.RowEntered) != 0 {
		t.Errorf("the coordinator is told of what he entered himself: %s", posted(posts))
	}
	d.must("atc", "overlap O1 coordinate")
	if n := count(to("cepol", d.due(at(t, "2026-11-24 12:00"))), store.RowVerdict); n != 0 {
		t.Errorf("CEPOL had said nothing that differs, and is told")
	}
}

func TestSettleRights(t *testing.T) {
	d := pair(t)
	d.fails("frontex", "overlap O1 dismiss", "between Eurofound and CEPOL")
	d.reads(d.must("frontex", "overlap O1"), "O1", "A1", "A2")
	d.fails("guest", "overlap O1", "contact points")
	d.fails("admin", "overlap O1", "Administrators")
	d.fails("cepol", "overlap O9 dismiss", "There is no O9", "/thb overlap mine")
	d.fails("cepol", "overlap A1 A9 dismiss", "There is no A9")
	d.fails("cepol", "overlap O1 perhaps", "nothing was saved", "/thb overlap O1")
	d.fails("cepol", "overlap O1 dismiss write to jane@example.eu", "mail")
	d.fails("cepol", "overlap O1 yes", "Yes to which")
	d.fails("cepol", "overlap P3", "no overlap")
	d.fails("cepol", "overlap everything", "mine, open, all and related")
	if o := d.overlap(1); len(o.Words) != 0 {
		t.Fatalf("something was noted: %+v", o)
	}
	d.fails("cepol", "overlap A99 dismis", "There is no A99")
	d.fails("cepol", "overlap O9 dismis", "There is no O9")
	d.fails("cepol", "overlap A2 dismis", "dismis", "/thb overlap O1 dismiss")
	d.fails("cepol", "overlap O1 coordnate: one week each", "/thb overlap O1 coordinate: one week each")
	d.fails("frontex", "overlap A2 dismiss", "no overlap on which you have a word")
	d.must("europol-deputy", "overlap all")
	d.must("cepol", "overlap A2 A1 we will coordinate")
	if o := d.overlap(1); o.State != store.StateCoordinate {
		t.Errorf("by its pair and in words: %+v", o)
	}
	d.must("cepol", "overlap A1")
	d.must("cepol", "overlap related")
	d.fails("atc", "overlap related", "agency:cepol")
	d.must("atc", "overlap related agency:cepol")
}

// An activity stands for its overlap where it has one; where it has several,
// they are named.
func TestSettleByOneActivity(t *testing.T) {
	d := pair(t)
	d.must("cepol", "overlap A2 dismiss theirs is older")
	if o := d.overlap(1); o.State != store.StateDismissed || o.Words[0].Reason != "theirs is older" {
		t.Fatalf("%+v", o)
	}
	d.now = at(t, "2026-11-24 12:00")
	d.must("frontex", "record "+courseOfCEPOL)
	d.fails("cepol", "overlap A2 coordnate", "A2 is in O1 and O3", "/thb overlap O1 coordinate")
	d.fails("cepol", "overlap A2 well", "A2 is in O1 and O3", "/thb overlap O1")
}

func TestSettleLaterAndForm(t *testing.T) {
	d := pair(t)
	d.reads(d.must("eurofound", "overlap O1 later 3d the board meets first"), "Friday 27 November")
	if o := d.overlap(1); o.State != store.StateOpen || o.Words[0].Reason != "the board meets first" {
		t.Fatalf("%+v", o)
	}
	posts := to("eurofound", d.due(at(t, "2026-11-27 12:00")))
	if count(posts, store.RowLater) != 1 {
		t.Fatalf("not asked again: %s", posted(posts))
	}
	d.must("eurofound", "overlap O1 later")
	d.must("cepol", "overlap O1")
	d.press("cepol", "With a reason")
	d.reads(d.submit("cepol", "verdict", "coordinate", "reason", "call +32 2 299 11 11"), "error in reason")
	if d.forms["cepol"] == nil {
		t.Fatal("the form was closed")
	}
	d.submit("cepol", "verdict", "coordinate", "reason", "one week each")
	d.due(at(t, "2026-11-27 13:00"))
	posts = d.due(at(t, "2026-12-08 12:00"))
	if len(posts) != 1 || posts[0].Kind != store.RowLater || posts[0].Dropped == "" {
		t.Errorf("what is settled is asked again: %s", posted(posts))
	}
}

// Coordinators see the oldest open ones first.
func TestOverlapEscalated(t *testing.T) {
	d := pair(t)
	d.now = at(t, "2026-12-10 09:00")
	d.must("frontex", "record Operation against forced begging at the Spanish land border in May 2027 country:ES when:2027-05 kind:operation exploitation:begging audience:border-guards commitment:prosecution")
	d.must("europol", "record Operation against forced begging at the Spanish land border in May 2027 country:ES when:2027-05 kind:operation exploitation:begging audience:border-guards commitment:prosecution")
	r := d.must("atc", "overlap")
	d.reads(r, "2 open overlaps", "Open for 10 days or more:\n- O1", "The others:\n- O2")
}

func TestImportRowTellsThreeBest(t *testing.T) {
	d := open(t)
	d.change("program", "setup", func(ch *store.Change) error {
		for _, country := range []string{"RO", "BG", "IT", "ES", "PL"} {
			a := &store.Activity{Agency: "eurofound", Title: "Course for inspectors", Countries: []string{country}}
			b := &store.Activity{Agency: "cepol", Title: "Course for inspectors", Countries: []string{country}}
			for _, x := range []*store.Activity{a, b} {
				x.Kind, x.Audience, x.Exploitation = "training", []string{"labour-inspectors"}, []string{"labour"}
				x.Description = "Recognising the signs of labour exploitation at work, for labour inspectors"
				if err := ch.AddActivity(x); err != nil {
					return err
				}
			}
			if err := ch.AddOverlap(&store.Overlap{A: a.ID, B: b.ID, AgencyA: "eurofound", AgencyB: "cepol"}); err != nil {
				return err
			}
		}
		_, err := ch.Plan(&store.Row{Kind: store.RowImport, Subject: "I1.r1", Slot: "-", Destination: store.PersonRef(d.people["cepol"]), Due: ch.At})
		return err
	})
	posts := to("cepol", d.due(d.now))
	if len(posts) != 1 || !strings.Contains(posts[0].Text, "5 possible duplicates") || strings.Count(posts[0].Text, "[Show O") != 3 {
		t.Fatalf("%s", posted(posts))
	}
	d.must("cepol", "overlap O1 dismiss")
	if edits := to("cepol", d.due(d.now)); len(edits) != 1 || !strings.Contains(edits[0].Text, "4 of them open") {
		t.Errorf("%s", posted(edits))
	}
}
