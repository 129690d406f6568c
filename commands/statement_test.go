package commands_test

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"thbot/store"
)

func TestUnchangedConversation(t *testing.T) {
	d := open(t)
	d.must("cepol", "record Webinar series on online recruitment by traffickers when:2026-10 status:ongoing commitment:training kind:training country:EU")
	d.must("cepol", "record Handbook on financial investigation of trafficking when:2026-09..2027-09 status:planned commitment:information kind:guidance country:EU")
	d.must("cepol", "record Exchange programme of investigators when:2027 commitment:training kind:training country:EU")
	d.must("cepol", "record Conference of national academies when:2026-03 commitment:training kind:event country:HU")
	d.now = at(t, "2027-01-12 09:00")
	c := d.conversation()
	c.says("cepol", "unchanged")
	c.presses("cepol", "A1: completed")
	c.presses("cepol", "A2: still ongoing")
	c.presses("cepol", "Confirm the rest")
	c.presses("cepol", "Undo")
	c.says("eige", "unchanged")
	c.says("atc", "unchanged")
	c.says("atc", "unchanged agency:cepol")
	c.says("cepol", "unchanged agency:eige")
	c.says("cepol", "unchanged A1")
	golden(t, "unchanged", steady(c.b.String()))
	a1, a2, a3, a4 := d.activity(1), d.activity(2), d.activity(3), d.activity(4)
	if a1.Status != store.Completed || a2.Status != store.Ongoing || a3.Status != "" {
		t.Errorf("%s %s %s", a1.Status, a2.Status, a3.Status)
	}
	if a3.ConfirmedAt.IsZero() || !a4.ConfirmedAt.IsZero() {
		t.Errorf("A3 confirmed %v, A4 %v", a3.ConfirmedAt, a4.ConfirmedAt)
	}
	if a3.ChangedAt.Equal(a3.ConfirmedAt) {
		t.Error("a confirmation is no change")
	}
	d.whole()
}

// A press on an activity that has changed since is not taken for an answer.
func TestUnchangedStalePress(t *testing.T) {
	d := open(t)
	d.must("cepol", "record Webinar series on online recruitment when:2026-10 status:ongoing commitment:training")
	d.now = at(t, "2027-01-12 09:00")
	d.must("cepol", "unchanged")
	asked := d.shown["cepol"].Buttons()[0]
	d.must("cepol", "edit A1 when:2027-03")
	d.reads(d.pressed("cepol", asked), "has changed since")
	if a := d.activity(1); a.Status != store.Ongoing {
		t.Errorf("%s", a.Status)
	}
	d.failed(d.pressed("frontex", asked), "belongs to CEPOL")
}

func TestNothingConversation(t *testing.T) {
	d := open(t)
	d.must("eige", "record Guidance on gender-sensitive victim support when:2026-11..2027-02 commitment:gender-child,vulnerabilities kind:guidance country:EU audience:social-services exploitation:none")
	c := d.conversation()
	c.says("eige", "nothing training")
	c.says("eige", "nothing 6, 9 2027-Q2")
	c.says("eige", "nothing border management 2027")
	c.says("eige", "nothing vulnerabilities 2027-Q2")
	c.says("eige", "nothing training 2027-01..2028-03")
	c.says("eige", "nothing training 2025")
	c.says("eige", "nothing training when:2027-02-30")
	c.says("eige", "nothing trianing")
	c.says("eige", "nothing training agency:cepol")
	c.says("atc", "nothing training")
	c.says("atc", "nothing training 2027 agency:fra")
	c.says("eige", "nothing")
	c.submits("eige", "commitment", "synergies,cooperation", "when", "2027")
	c.until("2026-11-24 11:00")
	golden(t, "nothing", steady(c.b.String()))
	d.view(func(v *store.View) error {
		said, err := v.Confirmations()
		for _, n := range said {
			if n.Commitment == "" || n.Period == "" || n.At.IsZero() {
				t.Errorf("%+v", n)
			}
		}
		if len(said) < 5 {
			t.Errorf("%d statements", len(said))
		}
		return err
	})
	d.whole()
}

// A confirmed partner is active too; one that is merely named is not.
func TestNothingAsPartner(t *testing.T) {
	d := open(t)
	d.must("cepol", "record Training of border guards in Poland country:PL when:2027-05 with:frontex commitment:training")
	d.must("frontex", "nothing training 2027")
	d.must("frontex", "undo")
	d.must("frontex", "partner A1 confirm")
	d.fails("frontex", "nothing training 2027", "Frontex has work there: A1")
	d.must("frontex", "nothing training 2028")
	d.must("cepol", "edit A1 status:cancelled")
	d.must("frontex", "nothing training 2027")
}

func TestRedact(t *testing.T) {
	d := pair(t)
	d.must("cepol", "update A2 The trainer is found")
	d.must("cepol", "overlap O1 dismiss theirs lasts four weeks")
	d.must("frontex", "record "+patrol+" with:cepol")
	d.must("cepol", "search recognising the signs")
	d.say("cepol", "Seminar on recognising the signs, four weeks")
	d.posted("console//thb-contact-points", `{"Blocks":[{"List":[[{"Text":"new:\nA2 "},{"Text":"Course, once on recognising the signs"}]]}]}`, "digest:-:1:c")
	d.posted("console//eurofound", `{"Blocks":[{"Quote":"The trainer is found"}]}`, "note:A1.r1:-:P8")
	d.posted("console//eurofound", `{"Blocks":[{"Quote":"theirs lasts four weeks"}]}`, "verdict:O1.r2:-:P8")
	d.posted("console//eurofound", `{"Blocks":[{"Quote":"A22 is another's"}]}`, "flag:A22.r1:-:P8")
	c := d.conversation()
	c.says("frontex", "redact A2")
	c.says("cepol", "redact A2")
	c.says("admin", "redact A2")
	c.presses("admin", "Erase the text of A2")
	c.says("cepol", "redact A2")
	c.says("cepol", "history A2")
	c.says("cepol", "history O1")
	d.reads(d.must("cepol", "show A2"), "text erased")
	c.says("cepol", "undo")
	c.says("cepol", "redact O1")
	c.until("2026-11-24 11:00")
	golden(t, "redact", steady(c.b.String()))
	for _, words := range []string{"recognising the signs", "trainer is found", "four weeks"} {
		if where := d.holds(words); where != "" {
			t.Errorf("%q is still in %s", words, where)
		}
	}
	file, err := os.ReadFile(strings.TrimPrefix(d.store.Name(), "bolt:"))
	if err != nil {
		t.Fatal(err)
	}
	for _, words := range []string{"recognising the signs", "trainer is found", "four weeks"} {
		if bytes.Contains(file, []byte(words)) {
			t.Errorf("%q is still in the bytes of the store's file", words)
		}
	}
	if !bytes.Contains(file, []byte("A22 is another's")) {
		t.Error("a post about another record is gone too")
	}
	if !bytes.Contains(file, []byte("recognising signs")) {
		t.Error("the other record is gone too, or this looked at the wrong file")
	}
	d.whole()
}

// posted puts a post into the console's own chat.
func (d *desk) posted(place, body, key string) {
	d.t.Helper()
	err := d.store.Deliver(d.t.Context(), func(dv *store.Delivery) error {
		_, err := dv.KeepPost(store.ChatPost{Place: place, Key: key, At: d.now, Body: []byte(body)})
		return err
	})
	if err != nil {
		d.t.Fatal(err)
	}
}

// holds says which of what the desk can read still holds the words.
func (d *desk) holds(words string) (where string) {
	d.view(func(v *store.View) error {
		for _, ref := range []string{"A2", "O1"} {
			if err := v.History(ref, func(p store.Past) bool {
				for name, f := range p.Side.Fields {
					if strings.Contains(string(f.Old)+string(f.New), words) {
						where = "the journal of " + ref + ", " + name
					}
				}
				return true
			}); err != nil {
				return err
			}
		}
		notes, err := v.Notes(2)
		if err != nil {
			return err
		}
		for _, n := range notes {
			if strings.Contains(n.Text, words) {
				where = "a note"
			}
		}
		return v.Rows("", func(r *store.Row) bool {
			for _, p := range r.Parts {
				if strings.Contains(string(p.Body), words) {
					where = "a part of row " + r.Key
				}
			}
			return true
		})
	})
	return where
}

// What a message holds frozen is taken out of it: one that has not begun is
// built anew, one on its way loses its claim, one that has begun is dropped.
func TestRedactScrubsFrozenMessages(t *testing.T) {
	d := open(t)
	d.must("eurofound", "record "+courseOfEurofound)
	d.must("cepol", "record "+courseOfCEPOL)
	text := []byte(`"on recognising the signs"`)
	put := func(state store.RowState, slot string, sent string) string {
		key := ""
		d.change("program", "test", func(ch *store.Change) error {
			r := &store.Row{Kind: store.RowDigest, Subject: "-", Slot: slot, Destination: "console//c", Due: ch.At.AddDate(0, 0, 1)}
			_, err := ch.Plan(r)
			key = r.Key
			return err
		})
		err := d.store.Deliver(t.Context(), func(dv *store.Delivery) error {
			r, err := dv.Row(key)
			if err != nil {
				return err
			}
			r.State, r.Parts, r.Fence = state, []store.Part{{Body: text, PostID: sent}, {Body: text}}, 3
			_, err = dv.PutRow(r)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return key
	}
	waiting, claimed := put(store.Waiting, "1", ""), put(store.Claimed, "2", "")
	begun, gone := put(store.Waiting, "3", "post-1"), put(store.Dropped, "4", "")
	d.must("cepol", "redact A2 yes")
	if where := d.holds("recognising the signs"); where != "" {
		t.Errorf("still in %s", where)
	}
	for key, want := range map[string]store.RowState{waiting: store.Waiting, claimed: store.Waiting, begun: store.Dropped, gone: store.Dropped} {
		d.view(func(v *store.View) error {
			r, err := v.Row(key)
			if err == nil && (r.State != want || r.Fence != 4 || key == claimed && !r.Ambiguous) {
				t.Errorf("%s: %+v", key, r)
			}
			return err
		})
	}
}

func TestHistory(t *testing.T) {
	d := open(t)
	d.must("cepol", "record Course on online recruitment when:2027-03 country:RO commitment:training kind:training with:frontex")
	d.must("cepol", "edit A1 to:2027-04 plan:\"SPD 2027-2029 2.4.1\"")
	d.must("frontex", "partner A1 confirm")
	d.must("frontex", "update A1 Two of our experts will teach status:ongoing")
	d.must("cepol", "edit A1 title:\"Course on recruitment\" description:\"Three days, "+strings.Repeat("with many words ", 12)+"\"")
	d.must("cepol", "undo")
	d.must("atc", "withdraw A1 recorded twice")
	c := d.conversation()
	c.says("cepol", "history A1")
	c.says("cepol", "history P1")
	c.says("atc", "history P1")
	c.says("admin", "history P1")
	c.says("admin", "history A1")
	c.says("cepol", "history A7")
	c.says("cepol", "history hello")
	c.says("cepol", "history")
	golden(t, "history", steady(c.b.String()))
}

func TestHistoryPages(t *testing.T) {
	d := open(t)
	d.must("cepol", "record Course on online recruitment when:2027-03 country:RO commitment:training kind:training")
	for i := range 12 {
		d.must("cepol", "update A1 Step "+strings.Repeat("x", i+1))
	}
	first := shows(d.must("cepol", "history A1"))
	if strings.Count(first, "\n- ") != 10 || !strings.Contains(first, "[Older]") || strings.Contains(first, "[Newer]") {
		t.Fatalf("%s", first)
	}
	second := shows(d.press("cepol", "Older"))
	if strings.Count(second, "\n- ") != 3 || strings.Contains(second, "[Older]") || !strings.Contains(second, "recorded it") {
		t.Fatalf("%s", second)
	}
	if again := shows(d.press("cepol", "Newer")); again != first {
		t.Errorf("%s", again)
	}
}
