package slack

import (
	"encoding/json"
	"strings"
	"testing"

	"thbot/bot/slack/standin"
	"thbot/commands"
)

// said gives a view's blocks as one text.
func said(t *testing.T, v standin.View) string {
	t.Helper()
	b, err := json.Marshal(v.Blocks)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestTheHomeIsShownAndAnswers(t *testing.T) {
	both(t, func(t *testing.T, d *desk) {
		d.replies(commands.Reply{Message: commands.Tell(commands.Say("Your activities")).Grid(&commands.Table{Header: []string{"a", "b"}, Rows: [][]string{{"x", "y"}}}).
			Next(commands.Button{Label: "Show A1", Action: "show.record", Record: "A1"})})
		x := d.sees(d.server.OpenHome(d.id("cepol"), "home"))
		if text := said(t, x.View); !strings.Contains(text, "Your activities") || !strings.Contains(text, "x: b y") {
			t.Errorf("%s", text)
		}
		if req := d.last(); !req.Home || req.Account.User != d.id("cepol") {
			t.Errorf("%+v", req)
		}
		// A press is answered on top, and the home is shown anew.
		mark := d.server.Mark()
		d.replies(commands.Reply{Message: commands.Tell(commands.Say("A1 is this")).Next(commands.Button{Label: "Edit", Action: "edit.form", Record: "A1"})})
		del, err := d.server.PressView(d.id("cepol"), d.server.Home(d.id("cepol")).ID, "Show A1")
		if err != nil {
			t.Fatal(err)
		}
		d.acked(del)
		d.adapter.work.Wait()
		modal := d.opened("cepol")
		if text := said(t, modal); !strings.Contains(text, "A1 is this") || modal.Submit != "" {
			t.Errorf("%+v", modal)
		}
		again := false
		for _, s := range d.server.Sights(mark) {
			again = again || s.Kind == standin.Changed && s.View.Type == "home"
		}
		if !again {
			t.Error("the home was not shown anew")
		}
		// What is pressed in that modal is answered in its place; a form stands
		// on top of it.
		d.replies(commands.Reply{Message: commands.Tell(commands.Say("changed")).Next(commands.Button{Label: "Edit", Action: "edit.form", Record: "A1"})})
		del, err = d.server.PressView(d.id("cepol"), modal.ID, "Edit")
		if err != nil {
			t.Fatal(err)
		}
		if x := d.sees(del); x.Kind != standin.Changed || !strings.Contains(said(t, x.View), "changed") {
			t.Errorf("%+v", x)
		}
		d.adapter.work.Wait()
		d.replies(commands.Reply{Form: wide()})
		if del, err = d.server.PressView(d.id("cepol"), modal.ID, "Edit"); err != nil {
			t.Fatal(err)
		}
		d.acked(del)
		form := d.opened("cepol")
		if form.Title != "Details of A17" {
			t.Fatalf("%+v", form)
		}
		d.replies(commands.Reply{Message: commands.Tell(commands.Say("A17 saved"))})
		d.submit("cepol", form, map[string]any{"title": "x"})
		if m := d.posted("cepol"); m.Text != "A17 saved" {
			t.Errorf("the receipt: %+v", m)
		}
	})
}

func TestTheHomeOfSomebodyOutside(t *testing.T) {
	d := newDesk(t, Socket)
	d.replies(commands.Reply{Failed: true, Message: commands.Tell(commands.Say("This register belongs to the contact points"))})
	if x := d.sees(d.server.OpenHome(d.id("outsider"), "home")); !strings.Contains(said(t, x.View), "This register belongs") {
		t.Errorf("%+v", x)
	}
	d.acked(d.server.OpenHome(d.id("cepol"), "messages"))
	d.adapter.work.Wait()
	if v := d.server.Home(d.id("cepol")); v != nil {
		t.Errorf("the tab of messages made a home: %+v", v)
	}
}

func TestALongHomeIsCutAtItsRecords(t *testing.T) {
	d := newDesk(t, HTTP)
	m := new(commands.Message)
	for range 80 {
		m.Tell(commands.Say("line")).Next(commands.Button{Label: "x", Action: "show.record", Record: "A1"})
	}
	blocks, rest := d.adapter.viewBlocks(m)
	if len(blocks) > 100 || len(rest) == 0 {
		t.Errorf("%d blocks, %d posts", len(blocks), len(rest))
	}
}

func TestAMessageIsRecordedByItsShortcut(t *testing.T) {
	both(t, func(t *testing.T, d *desk) {
		ts := d.server.Post(d.id("europol"), d.channel.ID, "Joint days & others, see https://example.org/x?a=1&b=2 <soon>")
		d.replies(commands.Reply{Form: &commands.Form{Name: "record", New: true, Title: "Record", Submit: "Record", Fields: []commands.Field{{Name: "what", Label: "What", Type: commands.FieldArea, Value: "Joint days"}}}})
		var seen standin.Message
		for _, m := range d.server.Messages(d.channel.ID) {
			if m.TS == ts {
				seen = m
			}
		}
		d.acked(d.server.Shortcut(d.id("cepol"), shortcutRecord, seen))
		q := d.last().Quote
		if q == nil || q.Text != "Joint days & others, see https://example.org/x?a=1&b=2 <soon>" {
			t.Fatalf("%+v", q)
		}
		if want := "https://contact-points.slack.com/archives/" + d.channel.ID + "/p" + strings.ReplaceAll(ts, ".", ""); q.Link != want {
			t.Errorf("link %s, not %s", q.Link, want)
		}
		if v := d.opened("cepol"); v.Title != "Record" {
			t.Errorf("%+v", v)
		}
	})
}

func TestAnActivityIsRecordedFromAnywhere(t *testing.T) {
	d := newDesk(t, Socket)
	d.replies(commands.Reply{Form: wide()})
	d.acked(d.server.GlobalShortcut(d.id("cepol"), shortcutNew))
	if d.last().Text != "record" {
		t.Errorf("%+v", d.last())
	}
	d.opened("cepol")
	d.replies(commands.Reply{Failed: true, Message: commands.Tell(commands.Say("This register belongs to others"))})
	d.acked(d.server.GlobalShortcut(d.id("outsider"), shortcutNew))
	if m := d.posted("outsider"); m.Text != "This register belongs to others" {
		t.Errorf("%+v", m)
	}
}
