package slack

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"thbot/bot/slack/standin"
	"thbot/commands"
)

func wide() *commands.Form {
	var commitments []commands.Option
	for i := range 11 {
		commitments = append(commitments, commands.Option{Value: fmt.Sprint("c", i+1), Label: fmt.Sprint(i+1, " a commitment")})
	}
	return &commands.Form{
		Name: "details", Record: "A17", Revision: 3, Title: "Details of A17", Submit: "Save", Intro: "What is <known> & so on",
		Fields: []commands.Field{
			{Name: "title", Label: "Title", Type: commands.FieldArea, Value: "Course <!here> for R&D\nsecond line", Max: 200},
			{Name: "commitment", Label: "Commitments", Type: commands.FieldMulti, Options: commitments, Value: "c2,c11", Optional: true},
			{Name: "kind", Label: "Kind of work", Type: commands.FieldChoice, Options: []commands.Option{{Value: "training", Label: "training"}, {Value: "event", Label: "event"}}, Value: "training", Optional: true},
			{Name: "when", Label: "When", Hint: "Such as March 2027 or 2027-Q2", Type: commands.FieldText, Value: "2027-Q2", Optional: true},
			{Name: "day", Label: "Day", Type: commands.FieldDate, Value: "2027-03-01", Optional: true},
			{Name: "user", Label: "Person", Type: commands.FieldPerson, Optional: true},
			{Name: "status", Label: "Status", Type: commands.FieldChoice, Options: []commands.Option{{Value: "planned", Label: "planned"}}, Value: "abandoned", Optional: true},
			{Name: "plan", Label: "Work programme", Type: commands.FieldText, Value: strings.Repeat("x", 3001), Optional: true},
		},
	}
}

func TestFormGolden(t *testing.T) {
	v, err := modal(wide(), "nonce")
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	enc.Encode(v)
	golden(t, "form", strings.ReplaceAll(b.String(), apart, "·U+200B·"))
}

// open has the user open a form by a command.
func (d *desk) open(user string, f *commands.Form) standin.View {
	d.t.Helper()
	d.replies(commands.Reply{Form: f})
	d.acked(d.say(user, "edit A17"))
	return d.opened(user)
}

func (d *desk) submit(user string, v standin.View, values map[string]any) *standin.Delivery {
	d.t.Helper()
	del, err := d.server.Submit(d.id(user), v.ID, values)
	if err != nil {
		d.t.Fatal(err)
	}
	d.acked(del)
	return del
}

func TestAFormLeftAsItIsWritesNothingBack(t *testing.T) {
	both(t, func(t *testing.T, d *desk) {
		v := d.open("cepol", wide())
		d.replies(commands.Reply{Message: commands.Tell(commands.Say("saved"))})
		d.submit("cepol", v, nil)
		if send := d.last().Send; send == nil || len(send.Values) != 0 || send.Form != "details" || send.Record != "A17" || send.Revision != 3 {
			t.Errorf("%+v", send)
		}
	})
}

func TestAFormGivesWhatWasChanged(t *testing.T) {
	d := newDesk(t, Socket)
	v := d.open("cepol", wide())
	d.replies(commands.Reply{Message: commands.Tell(commands.Say("saved"))})
	mark := d.server.Mark()
	del := d.submit("cepol", v, map[string]any{
		"title": "Course <@U1> for R&D", "commitment": []string{"c11", "c3"}, "kind": noChoice, "when": "", "day": "2027-03-02", "user": d.id("europol"),
	})
	want := map[string]string{"title": "Course <@U1> for R&D", "commitment": "c11,c3", "kind": "", "when": "", "day": "2027-03-02", "user": d.id("europol")}
	if got := d.last().Send.Values; !maps.Equal(got, want) {
		t.Errorf("%v", got)
	}
	if d.last().Delivery == "" || d.last().Delivery == "slack/" {
		t.Error("a sent form has no delivery id")
	}
	// The receipt comes where the command was typed.
	if _, _, err := d.server.Next(d.ctx(), mark, func(x standin.Sight) bool {
		return x.Kind == standin.Ephemeral && x.User == d.id("cepol") && x.Message.Channel == d.channel.ID && x.Message.Text == "saved"
	}); err != nil {
		t.Errorf("%v; answered %s", err, del.Answer())
	}
}

// What a form was filled in with counts, where nothing is stored yet.
func TestANewFormSendsWhatItWasFilledInWith(t *testing.T) {
	d := newDesk(t, HTTP)
	f := &commands.Form{Name: "record", New: true, Title: "Record", Submit: "Record", Fields: []commands.Field{
		{Name: "what", Label: "What", Type: commands.FieldArea, Value: "Course & <!here>"}, {Name: "link", Label: "Link", Type: commands.FieldText, Value: "https://x.eu", Optional: true},
	}}
	v := d.open("cepol", f)
	d.replies(commands.Reply{Message: commands.Tell(commands.Say("saved"))})
	d.submit("cepol", v, nil)
	if got := d.last().Send.Values; got["what"] != "Course & <!here>" || got["link"] != "https://x.eu" {
		t.Errorf("%q", got)
	}
}

func TestErrorsStandBesideTheirFields(t *testing.T) {
	both(t, func(t *testing.T, d *desk) {
		v := d.open("cepol", wide())
		for name, c := range map[string]struct {
			reply commands.Reply
			field string
			want  string
		}{
			"a field's":   {commands.Reply{Failed: true, Errors: map[string]string{"when": "No such date: <!here>"}}, "when", "No such date: <" + apart + "!here>"},
			"no field's":  {commands.Reply{Failed: true, Errors: map[string]string{"country": "No such place"}}, "title", "No such place"},
			"a message's": {commands.Reply{Failed: true, Message: commands.Tell(commands.Say("Somebody changed it"))}, "title", "Somebody changed it"},
		} {
			d.replies(c.reply)
			x := d.sees(d.submit("cepol", v, map[string]any{"title": "kept"}))
			if x.Kind != standin.Wrong || x.Errors[c.field] != c.want {
				t.Errorf("%s: %+v", name, x)
			}
		}
		d.replies(commands.Reply{Message: commands.Tell(commands.Say("saved"))})
		if x := d.sees(d.submit("cepol", v, nil)); x.Kind != standin.Closed {
			t.Errorf("then: %+v", x)
		}
		if got := d.last().Send.Values["title"]; got != "kept" {
			t.Errorf("what was typed before the errors is lost: %q", got)
		}
	})
}

// A form that leads to another is replaced by it.
func TestAFormLeadsToTheNext(t *testing.T) {
	for name, length := range map[string]int{"short": 10, "long": 2900} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t, Socket)
			ask := &commands.Form{Name: "edit", Title: "Edit", Submit: "Go on", Fields: []commands.Field{{Name: "id", Label: "Which", Type: commands.FieldText}}}
			v := d.open("cepol", ask)
			next := &commands.Form{Name: "edit", Record: "A1", Title: "Edit A1", Submit: "Save"}
			for i := range 8 {
				next.Fields = append(next.Fields, commands.Field{Name: fmt.Sprint("f", i), Label: "F", Type: commands.FieldArea, Value: strings.Repeat("ü", length), Optional: true})
			}
			d.replies(commands.Reply{Form: next})
			mark := d.server.Mark()
			d.submit("cepol", v, map[string]any{"id": "A1"})
			x, _, err := d.server.Next(d.ctx(), mark, func(x standin.Sight) bool { return x.Kind == standin.Changed && x.View.Submit == "Save" })
			if err != nil {
				t.Fatal(err)
			}
			d.replies(commands.Reply{Message: commands.Tell(commands.Say("saved"))})
			d.submit("cepol", x.View, map[string]any{"f3": "new"})
			if send := d.last().Send; send.Record != "A1" || !maps.Equal(send.Values, map[string]string{"f3": "new"}) {
				t.Errorf("%s %d values", send.Record, len(send.Values))
			}
		})
	}
}

// A form that takes longer than Slack waits closes; if it was not taken, what
// was typed is given back.
func TestALateFormGivesTheTextBack(t *testing.T) {
	d := newDesk(t, HTTP)
	v := d.open("cepol", wide())
	d.adapter.patience = time.Millisecond
	gate := make(chan struct{})
	d.answers(func(context.Context, commands.Request) commands.Reply {
		<-gate
		return commands.Reply{Failed: true, Errors: map[string]string{"when": "No such date"}}
	})
	mark := d.server.Mark()
	d.submit("cepol", v, map[string]any{"title": "A long text of mine", "when": "soon"})
	close(gate)
	x, _, err := d.server.Next(d.ctx(), mark, func(x standin.Sight) bool { return x.Kind == standin.Ephemeral })
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"Nothing was saved", "When: No such date", "Title: A long text of mine", "When: soon"} {
		if !strings.Contains(x.Message.Text, want) {
			t.Errorf("%q is not in %q", want, x.Message.Text)
		}
	}
}

// The receipt of a form goes to the direct messages where the place it began
// in can no longer be answered.
func TestAReceiptIsNotLost(t *testing.T) {
	d := newDesk(t, HTTP)
	v := d.open("cepol", wide())
	d.server.Break(standin.Fault{Method: "hook", Status: 404})
	d.replies(commands.Reply{Message: commands.Tell(commands.Say("A17 saved"))})
	d.submit("cepol", v, map[string]any{"title": "x"})
	if all := d.direct("cepol"); len(all) != 1 || all[0].Text != "A17 saved" {
		t.Errorf("%+v", all)
	}
}

func TestAFormSentTwiceIsDoneOnce(t *testing.T) {
	d := newDesk(t, Socket)
	v := d.open("cepol", wide())
	d.replies(commands.Reply{Message: commands.Tell(commands.Say("saved"))})
	del := d.submit("cepol", v, map[string]any{"title": "x"})
	n := len(d.requests())
	d.server.Again(del, true)
	d.acked(del)
	if len(d.requests()) != n {
		t.Error("it was done again")
	}
}

func TestAFormNeedsATriggerOfNow(t *testing.T) {
	d := newDesk(t, HTTP)
	d.server.Break(standin.Fault{Method: "views.open", Status: 503})
	d.replies(commands.Reply{Form: wide()})
	if x := d.sees(d.say("cepol", "edit A17")); x.Message.Text != strings.ReplaceAll(sayNoForm, "`", "") {
		t.Errorf("%+v", x)
	}
}
