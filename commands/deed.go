package commands

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"

	"thbot/store"
	"thbot/store/date"
)

// deedsOf says in words what one transaction did to a record. The entries come
// newest first; those that kept the books only say nothing.
func (k *call) deedsOf(group []store.Past) []Line {
	var deeds []Line
	for _, p := range slices.Backward(group) {
		if !p.Side.ErasedAt.IsZero() {
			if len(deeds) == 0 {
				deeds = append(deeds, k.erasedDeed(p))
			}
			continue
		}
		deeds = append(deeds, k.deeds(p)...)
	}
	if len(deeds) > 0 && group[0].Op == "undo" {
		deeds[len(deeds)-1] = append(deeds[len(deeds)-1], Say(" (undo)")...)
	}
	return deeds
}

// erasedDeed stands for an entry whose values are gone.
func (k *call) erasedDeed(p store.Past) Line {
	on := date.Of(p.Side.ErasedAt.In(k.rules.Zone)).Date().Words(k.today)
	switch {
	case p.Op == "redact":
		return Say("erased the text")
	case strings.Contains(p.Record, "/"):
		return Say("added a note (text erased on %s)", on)
	case p.New && p.Record[0] == 'O':
		return Say("caused the flag (text erased on %s)", on)
	case p.New:
		return Say("recorded it (text erased on %s)", on)
	}
	return Say("made a change (text erased on %s)", on)
}

// deeds says what one entry did.
func (k *call) deeds(p store.Past) []Line {
	if strings.Contains(p.Record, "/") {
		return k.noteDeeds(p)
	}
	switch p.Record[0] {
	case 'A':
		return k.activityDeeds(p)
	case 'O':
		return k.overlapDeeds(p)
	case 'M':
		return meetingDeeds(p)
	case 'P':
		return personDeeds(p)
	case 'N':
		return confirmationDeeds(p)
	}
	return nil
}

// oldNew decodes the values before and after; fields that did not change are
// empty in both.
func oldNew[T any](p store.Past) (before, after T) {
	was, is := map[string]json.RawMessage{}, map[string]json.RawMessage{}
	for name, v := range p.Side.Fields {
		if len(v.Old) > 0 {
			was[name] = v.Old
		}
		if len(v.New) > 0 {
			is[name] = v.New
		}
	}
	for _, side := range []struct {
		doc  map[string]json.RawMessage
		into *T
	}{{was, &before}, {is, &after}} {
		if b, err := json.Marshal(side.doc); err == nil {
			json.Unmarshal(b, side.into) // what cannot be read is not told
		}
	}
	return before, after
}

func changes(p store.Past, field string) bool { _, ok := p.Side.Fields[field]; return ok }

func (k *call) noteDeeds(p store.Past) []Line {
	before, after := oldNew[store.Note](p)
	switch {
	case p.New:
		return []Line{Say("added a note: “%s”", Words(short(after.Text)))}
	case after.Undone && !before.Undone:
		return []Line{Say("took a note back")}
	}
	return nil
}

// toldFields are the fields of an activity that history tells, in this order.
var toldFields = []string{
	"title", "description", "commitments", "kind", "exploitation", "audience", "countries", "from", "to", "status",
	"others", "plan", "tlp", "follows", "links",
}

func (k *call) activityDeeds(p store.Past) []Line {
	before, after := oldNew[store.Activity](p)
	if p.New {
		return []Line{Say("recorded it: “%s”", Words(short(after.Title)))}
	}
	var deeds []Line
	for _, field := range toldFields {
		if changes(p, field) {
			deeds = append(deeds, k.fieldDeed(field, &before, &after))
		}
	}
	if changes(p, "partners") {
		deeds = append(deeds, k.partnerDeeds(before.Partners, after.Partners)...)
	}
	if changes(p, "part_of") {
		deeds = append(deeds, partDeed(before.PartOf, after.PartOf))
	}
	if changes(p, "withdrawn") {
		deeds = append(deeds, withdrawnDeed("it", before.Withdrawn, after.Withdrawn))
	}
	switch {
	case len(deeds) > 0:
	case changes(p, "confirmed_at") && p.Op != "undo":
		deeds = append(deeds, Say("confirmed that it is unchanged"))
	case changes(p, "guessed"):
		deeds = append(deeds, Say("confirmed what had been guessed"))
	}
	return deeds
}

func (k *call) fieldDeed(field string, before, after *store.Activity) Line {
	was, is := inQuotes(field, short(k.fieldWords(field, before))), inQuotes(field, short(k.fieldWords(field, after)))
	name := fieldName(field)
	switch {
	case field == "description" && was != "" && is != "":
		return Say("changed the description")
	case was == "" && is == "":
		return Say("changed the %s", name)
	case was == "":
		return Say("set the %s to %s", name, Words(is))
	case is == "":
		return Say("took the %s away, which was %s", name, Words(was))
	}
	return Say("changed the %s from %s to %s", name, Words(was), Words(is))
}

// inQuotes sets free text apart from the sentence around it.
func inQuotes(field, text string) string {
	if text != "" && slices.Contains([]string{"title", "description", "plan", "others"}, field) {
		return "“" + text + "”"
	}
	return text
}

func (k *call) partnerDeeds(before, after []store.Partner) []Line {
	state := func(list []store.Partner, agency string) string {
		for _, p := range list {
			if p.Agency == agency {
				return p.State
			}
		}
		return ""
	}
	var deeds []Line
	for _, agency := range k.catalogue.Agencies {
		was, is := state(before, agency.Slug), state(after, agency.Slug)
		switch {
		case was == is:
		case is == "":
			deeds = append(deeds, Say("took %s off the partners", agency.Short))
		case is == store.Named:
			deeds = append(deeds, Say("named %s as partner", agency.Short))
		default:
			deeds = append(deeds, Say("%s %s as partner", is, agency.Short))
		}
	}
	return deeds
}

func partDeed(before, after int) Line {
	if after == 0 {
		return Say("took it out of the joint activity %s", store.ActivityRef(before))
	}
	return Say("linked it with %s as one joint activity", store.ActivityRef(after))
}

func withdrawnDeed(what string, before, after *store.Withdrawal) Line {
	switch {
	case after == nil:
		return Say("brought %s back", what)
	case after.Undone:
		return Say("took %s back", what)
	case after.Reason != "":
		return Say("withdrew %s: “%s”", what, Words(short(after.Reason)))
	}
	return Say("withdrew %s", what)
}

func (k *call) overlapDeeds(p store.Past) []Line {
	before, after := oldNew[store.Overlap](p)
	if p.New {
		if after.Question {
			return []Line{Say("caused the question whether both are records of one joint activity")}
		}
		return []Line{Say("caused the flag as a possible duplicate")}
	}
	var deeds []Line
	for i := len(before.Words); i < len(after.Words); i++ {
		w := after.Words[i]
		deed := Say("said: %s", verdictSaid(&store.Overlap{}, w.Verdict))
		if w.Reason != "" {
			deed = append(deed, Say(", “%s”", Words(short(w.Reason)))...)
		}
		deeds = append(deeds, deed)
	}
	if len(after.Words) < len(before.Words) {
		deeds = append(deeds, Say("took a word back"))
	}
	if len(deeds) > 0 || !changes(p, "state") {
		return deeds
	}
	switch after.State {
	case store.StateMoot:
		return []Line{Say("closed it by a change: no longer in question")}
	case store.StateOpen:
		return []Line{Say("opened it again by a change")}
	}
	return []Line{Say("brought back what was said before: %s", overlapState(&after))}
}

func meetingDeeds(p store.Past) []Line {
	before, after := oldNew[store.Meeting](p)
	if p.New {
		return []Line{Say("set the meeting “%s”", Words(short(after.Title)))}
	}
	var deeds []Line
	for _, f := range []struct{ field, was, is string }{
		{"title", before.Title, after.Title}, {"place", before.Place, after.Place},
		{"link", before.Link, after.Link}, {"agenda", before.Agenda, after.Agenda},
	} {
		if changes(p, f.field) {
			deeds = append(deeds, Say("changed the %s to %s", f.field, Words(short(cmp.Or(f.is, none)))))
		}
	}
	if changes(p, "start") {
		deeds = append(deeds, Say("moved it to %s", after.Start.Format("2 January 2006, 15:04 MST")))
	}
	for field, deed := range map[string]string{"answers": "answered the invitation", "attended": "noted who took part"} {
		if changes(p, field) {
			deeds = append(deeds, Say("%s", deed))
		}
	}
	if changes(p, "cancelled") {
		if after.Cancelled != nil {
			deeds = append(deeds, Say("cancelled it"))
		} else {
			deeds = append(deeds, Say("let it stand again"))
		}
	}
	if changes(p, "withdrawn") {
		deeds = append(deeds, withdrawnDeed("it", before.Withdrawn, after.Withdrawn))
	}
	return deeds
}

func confirmationDeeds(p store.Past) []Line {
	_, after := oldNew[store.Confirmation](p)
	switch {
	case !p.New:
		return nil
	case after.Commitment == "":
		return []Line{Say("confirmed that all is unchanged")}
	}
	return []Line{Say("confirmed that nothing is planned for %s, %s", after.Commitment, after.Period)}
}

func personDeeds(p store.Past) []Line {
	if p.New {
		return []Line{Say("added this person to the roster")}
	}
	var deeds []Line
	for _, f := range []struct{ field, deed string }{
		{"role", "changed the role"}, {"agency", "changed the agency"}, {"accounts", "changed the accounts"},
		{"absences", "changed the absences"}, {"digest_dm", "changed whether the digest comes by direct message"},
	} {
		if changes(p, f.field) {
			deeds = append(deeds, Say("%s", f.deed))
		}
	}
	if changes(p, "removed_at") {
		if _, after := oldNew[store.Person](p); after.Active() {
			deeds = append(deeds, Say("put this person back on the roster"))
		} else {
			deeds = append(deeds, Say("took this person off the roster"))
		}
	}
	return deeds
}

// shortText is how much of a value history quotes, in characters.
const shortText = 80

// short cuts a text at a word and says so.
func short(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	r := []rune(text)
	if len(r) <= shortText {
		return text
	}
	cut := string(r[:shortText])
	if i := strings.LastIndexByte(cut, ' '); i > shortText/2 {
		cut = cut[:i]
	}
	return cut + "…"
}
