package commands_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"thbot/commands"
	"thbot/store"
)

// What three agencies may do, in any order, to three records that look alike.
var moves = []string{
	"overlap %a %b joint", "overlap %a %b joint", "overlap %a %b joint", "overlap %a %b joint",
	"overlap %a %b dismiss", "overlap %a %b coordinate", "overlap %a %b later",
	"withdraw %a", "edit %a status:cancelled", "edit %a status:planned", "edit %a when:2030", "edit %a when:2027-03",
	"edit %a with:cepol", "edit %a with:none", "partner %a confirm", "partner %a decline", "update %a News", "unchanged",
}

// In whatever order words are said and taken back: an undo right after a
// change restores what people see, records are joint exactly where both sides
// said so, and the journal is whole.
func TestUndoRestores(t *testing.T) {
	d := open(t)
	users := []string{"eurofound", "cepol", "eige"}
	rapid.Check(t, func(rt *rapid.T) {
		first := d.three(users)
		for range rapid.IntRange(1, 8).Draw(rt, "moves") {
			user := rapid.SampledFrom(users).Draw(rt, "user")
			a := rapid.IntRange(0, 2).Draw(rt, "record")
			b := (a + rapid.IntRange(1, 2).Draw(rt, "other")) % 3
			line := rapid.SampledFrom(moves).Draw(rt, "move")
			line = strings.NewReplacer("%a", store.ActivityRef(first+a), "%b", store.ActivityRef(first+b)).Replace(line)
			before := d.seen(first)
			r := d.say(user, line)
			rt.Logf("@%s %s: %s", user, line, strings.SplitN(shows(r), "\n", 2)[0])
			d.joined(rt, first)
			button := slices.IndexFunc(d.shown[user].Buttons(), func(b commands.Button) bool { return b.Action == "undo.change" })
			if r.Failed || button < 0 || !rapid.Bool().Draw(rt, "undo") {
				continue
			}
			if u := d.pressed(user, d.shown[user].Buttons()[button]); u.Failed {
				rt.Fatalf("not undone: %s", shows(u))
			}
			if after := d.seen(first); after != before {
				rt.Fatalf("undo of %q left\n%s\nand it was\n%s", line, after, before)
			}
			d.joined(rt, first)
		}
	})
	d.whole()
}

// three records the same work for each of the three, and takes the earlier
// ones out, so that they do not meddle.
func (d *desk) three(users []string) (first int) {
	d.change("program", "test", func(ch *store.Change) error {
		var old []*store.Activity
		for a := range ch.Live() {
			old = append(old, a.Clone())
		}
		for _, a := range old {
			a.Withdrawn = &store.Withdrawal{At: ch.At, By: ch.Actor}
			if err := ch.PutActivity(a); err != nil {
				return err
			}
		}
		return nil
	})
	for i, user := range users {
		d.must(user, fmt.Sprintf("record %s %d", courseOfCEPOL, i))
		d.view(func(v *store.View) error {
			for a := range v.Live() {
				if first == 0 {
					first = a.ID
				}
			}
			return nil
		})
	}
	return first
}

// seen is what people see of the records from the first on, and of their
// overlaps that are in question.
func (d *desk) seen(first int) string {
	var b strings.Builder
	d.view(func(v *store.View) error {
		for a := range v.Activities() {
			if a.ID < first {
				continue
			}
			partners := map[string]string{}
			for _, p := range a.Partners {
				partners[p.Agency] = p.State
			}
			notes, err := v.Notes(a.ID)
			if err != nil {
				return err
			}
			fmt.Fprintln(&b, a.ID, a.Title, a.From, a.To, a.Status, partners, a.Live(), a.PartOf, len(notes), a.ConfirmedAt.IsZero())
		}
		return v.Overlaps(func(o *store.Overlap) bool {
			if o.A >= first && (o.State != store.StateMoot || len(o.Words) > 0) {
				fmt.Fprintln(&b, o.A, o.B, o.State, len(o.Words), o.Lead, o.Question)
			}
			return true
		})
	})
	return b.String()
}

// joined checks that records are part of others just as the joint overlaps say.
func (d *desk) joined(t *rapid.T, first int) {
	d.view(func(v *store.View) error {
		root := func(a *store.Activity) int {
			if a.PartOf != 0 {
				return a.PartOf
			}
			return a.ID
		}
		linked := map[int]bool{}
		err := v.Overlaps(func(o *store.Overlap) bool {
			a, b := v.Activity(o.A), v.Activity(o.B)
			if o.State != store.StateJoint || !a.Live() || !b.Live() {
				return true
			}
			linked[a.ID], linked[b.ID] = true, true
			if root(a) != root(b) || o.Lead != root(a) {
				t.Fatalf("A%d is part of %d, A%d of %d, and O%d names %d as lead", a.ID, a.PartOf, b.ID, b.PartOf, o.ID, o.Lead)
			}
			return true
		})
		for a := range v.Live() {
			if a.ID < first || a.PartOf == 0 {
				continue
			}
			lead := v.Activity(a.PartOf)
			if !linked[a.ID] || !lead.Live() || lead.PartOf != 0 || lead.ID >= a.ID {
				t.Fatalf("A%d is part of A%d: %+v", a.ID, a.PartOf, lead)
			}
		}
		return err
	})
}
