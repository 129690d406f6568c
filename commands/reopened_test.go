package commands_test

import (
	"strings"
	"testing"

	"thbot/store"
)

// flags keeps the flags among the posts that were sent.
func flags(posts []post) (n int) {
	for _, p := range posts {
		if p.Kind == store.RowFlag && p.Dropped == "" && !p.Edit {
			n++
		}
	}
	return n
}

// TestReopenedIsToldOnce holds that a possible duplicate which was dismissed and
// opens again, since the other side changed what it rests on, is told once more,
// however often the record changes before the message goes; and not at all
// where it no longer stands by then.
func TestReopenedIsToldOnce(t *testing.T) {
	d := open(t)
	d.say("cepol", `record "Course on indicators of labour exploitation for labour inspectors in Romania" when:2027-03 country:RO`)
	d.say("eurofound", `record "Training of labour inspectors in Romania on signs of labour exploitation" when:2027-04 country:RO`)
	if n := flags(to("cepol", d.due(at(t, "2026-11-24 10:30")))); n != 1 {
		t.Fatalf("cepol was told %d times", n)
	}
	d.say("cepol", "overlap O1 dismiss another group")
	d.due(at(t, "2026-11-24 11:00"))

	d.say("eurofound", "edit A2 when:2027-03")
	d.now = at(t, "2026-11-24 11:03")
	d.say("eurofound", "edit A2 when:2030-01") // years apart, so there is no question any more
	d.say("eurofound", "edit A2 when:2027-03..2027-04")
	if o := plain(d.say("cepol", "overlap O1").Message); !strings.Contains(o, "open") {
		t.Fatalf("it did not open again:\n%s", o)
	}
	posts := to("cepol", d.due(at(t, "2026-11-24 12:00")))
	if n := flags(posts); n != 1 {
		t.Errorf("cepol was told %d times that it is open again:\n%s", n, posted(posts))
	}

	d.say("cepol", "overlap O1 dismiss still another group")
	d.due(at(t, "2026-11-24 13:00"))
	d.say("eurofound", "edit A2 when:2027-03")
	d.say("cepol", "overlap O1 coordinate")
	if posts = to("cepol", d.due(at(t, "2026-11-24 14:00"))); flags(posts) != 0 {
		t.Errorf("cepol was told of what it had settled:\n%s", posted(posts))
	}
}

// TestFlagTellsWhatIsNews holds that a private message tells the pairs that the
// other agency opened, and not those that its reader opened since and has seen
// in the reply; nor does an edit of it add any.
func TestFlagTellsWhatIsNews(t *testing.T) {
	d := open(t)
	d.say("cepol", `record "Course on indicators of labour exploitation for labour inspectors in Romania" when:2027-03 country:RO`)
	d.now = at(t, "2026-11-24 10:01")
	d.say("eurofound", `record "Training of labour inspectors in Romania on signs of labour exploitation" when:2027-04 country:RO`)
	d.now = at(t, "2026-11-24 10:02")
	d.say("cepol", `record "Seminar on signs of labour exploitation for labour inspectors in Romania" when:2027-04 country:RO`)
	posts := to("cepol", d.due(at(t, "2026-11-24 10:30")))
	if len(posts) != 1 || !strings.Contains(posts[0].Text, "your A1") || strings.Contains(posts[0].Text, "A3") {
		t.Fatalf("cepol reads:\n%s", posted(posts))
	}
	d.say("cepol", `record "Another seminar on signs of labour exploitation for labour inspectors in Romania" when:2027-05 country:RO`)
	d.say("cepol", "overlap O1 dismiss")
	for _, p := range to("cepol", d.due(at(t, "2026-11-24 11:00"))) {
		if p.Kind == store.RowFlag && (!p.Edit || strings.Contains(p.Text, "A4")) {
			t.Errorf("cepol reads:\n%s", p.Text)
		}
	}
}

// TestToldAtNight holds that a reply says when others will really hear of it.
func TestToldAtNight(t *testing.T) {
	d := open(t)
	d.say("cepol", `record "Course on indicators of labour exploitation for labour inspectors in Romania" when:2027-03 country:RO`)
	for _, test := range [][2]string{
		{"2026-11-24 19:40", "I will tell the contact point of CEPOL at 19:50, in private"},
		{"2026-11-24 19:55", "I will tell the contact point of CEPOL on Wednesday 25 November, 07:00, in private"},
		{"2026-11-28 12:00", "I will tell the contact point of CEPOL on Monday 30 November, 07:00, in private"},
	} {
		now, want := test[0], test[1]
		d.now = at(t, now)
		got := plain(d.say("eurofound", `record "Training of labour inspectors in Romania on signs of labour exploitation, `+now[8:10]+now[11:13]+`" when:2027-04 country:RO`).Message)
		if !strings.Contains(got, want) {
			t.Errorf("%s: %s", now, got)
		}
	}
}
