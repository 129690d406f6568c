package mattermost

import (
	"context"
	"maps"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/mattermost/mattermost/server/public/model"
	"pgregory.net/rapid"

	"thbot/bot/chat"
	"thbot/commands"
)

func recordForm() *commands.Form {
	return &commands.Form{
		Name: "record", Record: "A17", Revision: 2, Title: "Record an activity", Submit: "Record",
		Fields: []commands.Field{
			{Name: "what", Label: "What", Type: commands.FieldArea, Value: "Webinar\nfor labour inspectors", Max: 3000},
			{Name: "when", Label: "When", Type: commands.FieldText, Value: "2027-03", Optional: true},
			{Name: "kind", Label: "Kind of work", Type: commands.FieldChoice, Options: []commands.Option{{Value: "training", Label: "Training"}, {Value: "event", Label: "Event"}}, Value: "training", Optional: true},
			{Name: "with", Label: "With which agencies", Type: commands.FieldMulti, Options: []commands.Option{{Value: "europol", Label: "Europol"}, {Value: "frontex", Label: "Frontex"}}, Value: "europol,frontex", Optional: true},
			{Name: "plan", Label: "Work programme", Type: commands.FieldText, Optional: true},
		},
	}
}

// openForm opens a form by a command.
func (d *desk) openForm(user string, f *commands.Form) model.Dialog {
	d.t.Helper()
	d.replies(commands.Reply{Form: f})
	if r := d.say(user, "record"); r.Text != "" {
		d.t.Fatalf("beside the form: %q", r.Text)
	}
	d.replies(commands.Reply{Message: commands.Tell(commands.Say("A17 recorded"))})
	return d.dialog()
}

func TestUntouchedFieldsAreNotWrittenBack(t *testing.T) {
	for _, v := range []string{"9.10.0", "10.11.1", "11.0.0", "11.1.0"} {
		d := newDesk(t)
		d.server.version = v
		if _, err := d.adapter.conn.Refresh(context.Background()); err != nil {
			t.Fatal(err)
		}
		dlg := d.openForm("cepol", recordForm())
		change := map[string]any{"when": "2027-04", "what": "Webinar\r\nfor labour inspectors", "plan": nil, "with": "frontex, europol"}
		if readVersion(v).multiSelect() {
			change["with"] = []string{"frontex", "europol"}
		}
		if status, r := d.submit("cepol", dlg, change); status != 200 || r.Error != "" || len(r.Errors) > 0 {
			t.Fatalf("%s: %d %+v", v, status, r)
		}
		got := d.last()
		want := commands.Submission{Form: "record", Record: "A17", Revision: 2, Values: map[string]string{"when": "2027-04"}}
		if got.Send.Form != want.Form || got.Send.Record != want.Record || got.Send.Revision != want.Revision || !maps.Equal(got.Send.Values, want.Values) {
			t.Errorf("%s: %+v", v, got.Send)
		}
		if got.Account.User != id("cepol") || got.Name != "cepol" || got.Delivery == "" {
			t.Errorf("%s: %+v", v, got)
		}
	}
}

func TestChangedAndEmptiedFields(t *testing.T) {
	for v, with := range map[string]any{"9.10.0": "frontex", "11.0.0": []string{"frontex"}} {
		d := newDesk(t)
		d.server.version = v
		d.adapter.conn.Refresh(context.Background())
		dlg := d.openForm("cepol", recordForm())
		d.submit("cepol", dlg, map[string]any{"with": with, "kind": noChoice, "when": "", "plan": "SPD 2027 2.4.1"})
		want := map[string]string{"with": "frontex", "kind": "", "when": "", "plan": "SPD 2027 2.4.1"}
		if got := d.last().Send.Values; !maps.Equal(got, want) {
			t.Errorf("%s: %v", v, got)
		}
	}
}

func TestAChoiceIsOneWord(t *testing.T) {
	for _, sent := range []any{[]any{"a,b"}, []any{7}, []any{[]any{"a"}}, 7.0, true, map[string]any{}} {
		if v, ok := read(chat.KindMulti, sent); ok {
			t.Errorf("%v is read as %q", sent, v)
		}
	}
	if v, ok := read(chat.KindMulti, []any{"a", "b"}); !ok || v != "a,b" {
		t.Errorf("%q", v)
	}
}

func TestTheAnswerToAFormComesByTheCommandsAddress(t *testing.T) {
	d := newDesk(t)
	dlg := d.openForm("cepol", recordForm())
	d.submit("cepol", dlg, map[string]any{"when": "2027-05"})
	d.adapter.work.Wait()
	if n := len(d.server.answers); n != 1 || d.server.answers[0].Text != "A17 recorded" {
		t.Errorf("%d answers", n)
	}
	post := d.post(d.place("cepol"), "flag:1", flagged())
	d.replies(commands.Reply{Form: recordForm()})
	d.pressed(d.press("cepol", post, "We will coordinate", ""))
	d.replies(commands.Reply{Message: commands.Tell(commands.Say("A18 recorded"))})
	d.submit("cepol", d.dialog(), map[string]any{"when": "2027-05"})
	if posts := d.posts(direct(id("cepol"))); len(posts) != 2 || posts[1].Message != "A18 recorded" {
		t.Errorf("%d posts", len(posts))
	}
}

func TestErrorsStayBesideTheFieldAndUseNothingUp(t *testing.T) {
	d := newDesk(t)
	dlg := d.openForm("cepol", recordForm())
	d.replies(commands.Reply{Failed: true, Errors: map[string]string{"when": "February has 28 days.", "country": "not in this form"}})
	for range 2 {
		if _, r := d.submit("cepol", dlg, map[string]any{"when": "2027-02-30"}); r.Errors["when"] != "February has 28 days." || r.Error != "not in this form" || len(r.Errors) != 1 {
			t.Errorf("%+v", r)
		}
	}
	d.replies(commands.Reply{Failed: true, Message: commands.Tell(commands.Say("The register was busy, so nothing was saved."))})
	if _, r := d.submit("cepol", dlg, nil); r.Error != "The register was busy, so nothing was saved." {
		t.Errorf("%+v", r)
	}
	d.replies(commands.Reply{Message: commands.Tell(commands.Say("done"))})
	if _, r := d.submit("cepol", dlg, map[string]any{"when": "2027-02"}); r.Error != "" || len(r.Errors) != 0 {
		t.Errorf("%+v", r)
	}
	asked := len(d.requests())
	if _, r := d.submit("cepol", dlg, map[string]any{"when": "2027-02"}); !strings.Contains(r.Error, "taken before") || !strings.Contains(r.Error, "When: 2027-02") {
		t.Errorf("sent again: %+v", r)
	}
	if len(d.requests()) != asked {
		t.Error("an accepted form was taken twice")
	}
}

func TestAnExpiredFormGivesTheTextBack(t *testing.T) {
	d := newDesk(t)
	dlg := d.openForm("cepol", recordForm())
	asked := len(d.requests())
	d.pass(formLasts + time.Second)
	_, r := d.submit("cepol", dlg, map[string]any{"plan": "what I wrote"})
	if !strings.Contains(r.Error, "more than an hour") || !strings.Contains(r.Error, "Work programme: what I wrote") {
		t.Errorf("%+v", r)
	}
	if len(d.requests()) != asked {
		t.Error("an expired form reached the register")
	}
}

func TestForgedFormsAreRefused(t *testing.T) {
	d := newDesk(t)
	dlg := d.openForm("cepol", recordForm())
	asked := len(d.requests())
	forged := dlg
	forged.State = `{"f":"record","u":"` + id("outsider") + `"}`
	if status, _ := d.submit("outsider", forged, nil); status != 401 {
		t.Errorf("a state of one's own: %d", status)
	}
	if status, _ := d.submit("outsider", dlg, nil); status != 401 {
		t.Errorf("another user's state: %d", status)
	}
	forged.State, _ = ring(t, "not the secret of ours").sealForm(form{Name: "record", User: id("outsider"), Expires: 1 << 40})
	if status, _ := d.submit("outsider", forged, nil); status != 401 {
		t.Errorf("another register's state: %d", status)
	}
	sealed, _ := d.adapter.keys.sealClaim(claim{Action: "record", Addressee: anybody, Surface: onPost})
	forged.State = sealed
	if status, _ := d.submit("outsider", forged, nil); status != 401 {
		t.Errorf("a button as a state: %d", status)
	}
	if n := len(d.requests()); n != asked {
		t.Errorf("%d forged forms reached the register", n-asked)
	}
}

// Any signed-in user can have the server send any values with his own state.
func TestStrangeValuesOfAForm(t *testing.T) {
	d := newDesk(t)
	dlg := d.openForm("cepol", recordForm())
	asked := len(d.requests())
	for _, c := range []struct {
		values  map[string]any
		field   string
		general string
	}{
		{map[string]any{"what": map[string]any{"a": 1}}, "what", ""},
		{map[string]any{"what": []string{"a"}}, "what", ""},
		{map[string]any{"what": 7}, "what", ""},
		{map[string]any{"what": true}, "what", ""},
		{map[string]any{"what": "  "}, "what", ""},
		{map[string]any{"agency": "europol"}, "", "does not have"},
	} {
		_, r := d.submit("cepol", dlg, c.values)
		if c.field != "" && r.Errors[c.field] == "" || c.general != "" && !strings.Contains(r.Error, c.general) {
			t.Errorf("%v: %+v", c.values, r)
		}
	}
	if len(d.requests()) != asked {
		t.Error("strange values reached the register")
	}
	d.submit("cepol", dlg, map[string]any{"plan": "a\x00b @" + apart + "all"})
	if got := d.last().Send.Values["plan"]; got != "ab @all" {
		t.Errorf("%q", got)
	}
}

func TestACancelledFormIsQuiet(t *testing.T) {
	d := newDesk(t)
	dlg := d.openForm("cepol", recordForm())
	asked := len(d.requests())
	status, r := d.submitRaw(model.SubmitDialogRequest{Type: "dialog_submission", State: dlg.State, UserId: id("cepol"), Cancelled: true})
	if status != 200 || r.Error != "" || len(d.requests()) != asked {
		t.Errorf("%d %+v", status, r)
	}
}

// A sent form cannot open the next one: a button does, for the sender alone.
func TestAFormAfterAFormOpensWithAPress(t *testing.T) {
	d := newDesk(t)
	dlg := d.openForm("cepol", recordForm())
	d.replies(commands.Reply{Form: &commands.Form{Name: "next", Title: "Edit A17", Submit: "Save", Fields: []commands.Field{{Name: "a", Label: "A", Type: commands.FieldText}}}})
	d.submit("cepol", dlg, map[string]any{"when": "2027-05"})
	d.adapter.work.Wait()
	if n := len(d.server.answers); n != 1 || d.server.answers[0].Text != chat.SayNextForm {
		t.Fatalf("%d answers", n)
	}
	asked := len(d.requests())
	if status, _ := d.pressed(d.press("frontex", "cookie", "Edit A17", "")); status != 401 {
		t.Errorf("somebody else's press: %d", status)
	}
	d.pressed(d.press("cepol", "cookie", "Edit A17", ""))
	if next := d.dialog(); next.CallbackId != "next" || len(d.requests()) != asked {
		t.Errorf("%+v", next)
	}
	d.adapter.offers = chat.NewOffers(time.Minute, 8) // as after a restart
	if _, r := d.pressed(d.press("cepol", "cookie", "Edit A17", "")); r.EphemeralText != chat.SayFormGone {
		t.Errorf("a form that is gone: %q", r.EphemeralText)
	}
}

func TestAFormThatCannotBeOpenedIsSaid(t *testing.T) {
	d := newDesk(t)
	d.server.meddle = func(w http.ResponseWriter, r *http.Request) bool {
		if strings.HasSuffix(r.URL.Path, "/dialogs/open") {
			w.WriteHeader(500)
			return true
		}
		return false
	}
	d.replies(commands.Reply{Form: recordForm()})
	if r := d.say("cepol", "record"); !strings.Contains(r.Text, "could not be opened") {
		t.Errorf("%q", r.Text)
	}
}

func TestADeactivatedSenderIsTurnedAway(t *testing.T) {
	d := newDesk(t)
	dlg := d.openForm("cepol", recordForm())
	asked := len(d.requests())
	d.server.mu.Lock()
	d.server.users[id("cepol")].DeleteAt = 1
	d.server.mu.Unlock()
	d.pass(time.Minute)
	if _, r := d.submit("cepol", dlg, nil); r.Error != sayNobody || len(d.requests()) != asked {
		t.Errorf("%+v", r)
	}
}

// A form of anything fits the server's limits, in bytes, on every version.
func TestEveryFormIsValid(t *testing.T) {
	kinds := []commands.FieldType{commands.FieldText, commands.FieldArea, commands.FieldChoice, commands.FieldMulti, commands.FieldDate, commands.FieldPerson}
	text := func(most int) *rapid.Generator[string] {
		return rapid.Custom(func(t *rapid.T) string {
			return strings.Repeat(rapid.SampledFrom([]string{"a", "ä", "€", "😀", "\n", " ", "2027-03-01"}).Draw(t, "bit"), rapid.IntRange(0, most).Draw(t, "times"))
		})
	}
	rapid.Check(t, func(t *rapid.T) {
		f := &commands.Form{Name: "f", Title: "T" + text(40).Draw(t, "title"), Submit: "S" + text(40).Draw(t, "submit"), Intro: text(2000).Draw(t, "intro")}
		options := []commands.Option{{Value: "one", Label: "One"}, {Value: "two", Label: "Zwei"}}
		for i := range rapid.IntRange(1, 10).Draw(t, "fields") {
			field := commands.Field{
				Name: string(rune('a' + i)), Label: "L" + text(40).Draw(t, "label"), Hint: text(200).Draw(t, "hint"),
				Type: rapid.SampledFrom(kinds).Draw(t, "type"), Optional: rapid.Bool().Draw(t, "optional"), Max: rapid.SampledFrom([]int{0, 50, 200, 3000}).Draw(t, "max"),
			}
			if field.Type == commands.FieldChoice || field.Type == commands.FieldMulti {
				field.Options = options
				field.Value = rapid.SampledFrom([]string{"", "one", "two", "three"}).Draw(t, "choice")
			} else {
				field.Value = text(3001).Draw(t, "value")
			}
			f.Fields = append(f.Fields, field)
		}
		v := rapid.SampledFrom([]version{{9, 10}, {10, 11}, {11, 0}, {11, 1}}).Draw(t, "version")
		d, fields := dialog(f, v)
		if err := d.IsValid(); err != nil {
			t.Fatal(err)
		}
		if len(d.Elements) != len(fields) || len(fields) > mostFields || len(d.IntroductionText) > introBytes*2 {
			t.Fatalf("%d elements, %d fields, an intro of %d bytes", len(d.Elements), len(fields), len(d.IntroductionText))
		}
		untouched := map[string]any{}
		for _, e := range d.Elements {
			if e.Type == "multiselect" || e.MultiSelect && !v.multiSelect() || e.Type == "date" && !v.dates() {
				t.Fatalf("%+v on %s", e, v)
			}
			untouched[e.Name] = e.Default
		}
		changed, _ := entries(fields, untouched)
		if len(changed) > 0 {
			t.Fatalf("an untouched form changes %v", changed)
		}
	})
}

func TestWhatDoesNotFitIsKeptAndSaid(t *testing.T) {
	d, fields := dialog(&commands.Form{Name: "edit", Title: "Edit A17", Submit: "Save", Fields: []commands.Field{
		{Name: "title", Label: "Title", Type: commands.FieldText, Value: strings.Repeat("ä", 100), Max: 200},
		{Name: "description", Label: "Description", Type: commands.FieldArea, Value: strings.Repeat("ä", 1501), Max: 3000},
	}}, version{9, 10})
	if len(fields) != 1 || d.Elements[0].Type != "textarea" || !strings.Contains(d.IntroductionText, "not fit into this form: Description") {
		t.Errorf("%+v", d)
	}
}
