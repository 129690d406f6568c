package slack

import (
	"strings"
	"testing"

	"thbot/bot/chat"
	"thbot/commands"
)

// written has a person write to the bot and waits for the answer.
func (d *desk) written(user, text string, more map[string]any) {
	d.t.Helper()
	d.acked(d.server.Write(d.id(user), text, more))
	d.adapter.work.Wait()
}

// TestWhatIsWrittenToTheBotIsAnsweredThere holds that a message in the bot's
// direct messages gets what the command with the same words would say, for good
// and once.
func TestWhatIsWrittenToTheBotIsAnsweredThere(t *testing.T) {
	both(t, func(t *testing.T, d *desk) {
		d.replies(commands.Reply{Message: commands.Tell(commands.Say("2 overlaps are open"))})
		for typed, want := range map[string]string{
			"overlaps mine": "overlaps mine", "/thb overlaps": "overlaps", " /THB  list": "list", "record R&D for <all>": "record R&D for <all>",
		} {
			before := len(d.direct("cepol"))
			d.written("cepol", typed, nil)
			if req := d.last(); strings.TrimSpace(req.Text) != want || req.Account.User != d.id("cepol") || req.Account.Workspace == "" || req.Delivery == "" {
				t.Errorf("%q is asked as %+v", typed, req)
			}
			if all := d.direct("cepol"); len(all) != before+1 || all[len(all)-1].Text != "2 overlaps are open" {
				t.Errorf("%q is answered with %+v", typed, all[before:])
			}
		}
	})
}

// TestWhatIsWrittenIsAskedOnce holds that a message which Slack delivers twice is
// asked and answered once.
func TestWhatIsWrittenIsAskedOnce(t *testing.T) {
	d := newDesk(t, Socket)
	d.replies(commands.Reply{Message: commands.Tell(commands.Say("You are CEPOL"))})
	del := d.server.Write(d.id("cepol"), "whoami", nil)
	d.acked(del)
	d.server.Again(del, true)
	d.acked(del)
	d.adapter.work.Wait()
	if asked, told := d.requests(), d.direct("cepol"); len(asked) != 1 || len(told) != 1 {
		t.Errorf("asked %d times, answered %d times", len(asked), len(told))
	}
}

// TestAFileIsAnswered holds that a file in the bot's direct messages comes with
// its words, or without any, to the commands, which say what to do with it.
func TestAFileIsAnswered(t *testing.T) {
	d := newDesk(t, Socket)
	d.replies(commands.Reply{Message: commands.Tell(commands.Say("No file here"))})
	file := []map[string]any{{"id": "F1", "name": "plan.xlsx"}}
	for i, text := range []string{"", "whoami"} {
		d.written("cepol", text, map[string]any{"subtype": "file_share", "files": file})
		if req := d.last(); !req.Attached || req.Text != text {
			t.Errorf("%q is asked as %+v", text, req)
		}
		if all := d.direct("cepol"); len(all) != i+1 || all[i].Text != "No file here" {
			t.Errorf("%q is answered with %+v", text, all)
		}
	}
}

// TestOnlyWordsOfPeopleAreTaken holds that what the bot itself says and sends,
// edits and deletions, and messages elsewhere are no question to it.
func TestOnlyWordsOfPeopleAreTaken(t *testing.T) {
	d := newDesk(t, HTTP)
	for _, more := range []map[string]any{
		{"bot_id": d.session().bot, "user": d.session().user}, {"subtype": "message_changed"}, {"subtype": "message_deleted"},
		{"user": d.session().user, "text": "", "subtype": "file_share", "files": []map[string]any{{"id": "F1"}}},
		{"subtype": "message_changed", "files": []map[string]any{{"id": "F1"}}}, {"subtype": "bot_message"}, {"channel_type": "channel", "channel": d.channel.ID}, {"text": "  "}, {"user": ""},
	} {
		d.written("cepol", "overlaps", more)
	}
	if asked := d.requests(); len(asked) != 0 {
		t.Errorf("%+v", asked)
	}
	if all := d.direct("cepol"); len(all) != 0 {
		t.Errorf("answered with %+v", all)
	}
}

// TestAFormIsOfferedToThoseWhoWrite holds that what needs a form gives a button
// that opens it, since a message can open none; after a restart it says so.
func TestAFormIsOfferedToThoseWhoWrite(t *testing.T) {
	d := newDesk(t, Socket)
	d.replies(commands.Reply{Form: wide()})
	d.written("cepol", "record", nil)
	offer := d.direct("cepol")[0]
	if !strings.Contains(offer.Text, chat.SayNextForm) {
		t.Fatalf("%+v", offer)
	}
	d.acked(d.press("cepol", offer, wide().Title))
	if v := d.opened("cepol"); !strings.Contains(said(t, v), "Commitments") {
		t.Errorf("%+v", v)
	}
	d.adapter.offers = chat.NewOffers(0, 1)
	d.acked(d.press("cepol", offer, wide().Title))
	d.adapter.work.Wait()
	if all := d.direct("cepol"); all[len(all)-1].Text != chat.SayFormGone {
		t.Errorf("%+v", all)
	}
}
