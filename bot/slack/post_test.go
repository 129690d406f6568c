package slack

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"thbot/bot/chat"
	"thbot/bot/slack/standin"
	"thbot/commands"
)

func hello() *commands.Message {
	return commands.Tell(commands.Say("hello %s", commands.Words("<!here>")))
}

func TestAPostIsFoundAgainByItsMark(t *testing.T) {
	d := newDesk(t, HTTP)
	since := time.Now()
	for name, place := range map[string]chat.Place{"channel": d.coordination(), "person": d.place("cepol")} {
		id := d.post(place, "reminder:M3.r2:14d:P7/1", hello())
		d.post(place, "reminder:M3.r2:14d:P7/2", hello())
		found, err := d.adapter.Find(context.Background(), place, "reminder:M3.r2:14d:P7/1", since)
		if err != nil || len(found) != 1 || found[0] != id {
			t.Errorf("%s: %q, %v; posted %q", name, found, err, id)
		}
		if found, err := d.adapter.Find(context.Background(), place, "reminder:M3.r2:14d:P7/3", since); len(found) != 0 || err != nil {
			t.Errorf("%s: %q, %v", name, found, err)
		}
	}
	for _, m := range d.server.Messages(d.channel.ID) {
		if m.Unfurls || m.User != d.server.Bot().ID || strings.Contains(string(m.Metadata), "reminder") {
			t.Errorf("%+v", m)
		}
	}
}

// A mark is good for one channel and one register: nobody can carry it over.
func TestAMarkIsOfOneChannelAndRegister(t *testing.T) {
	mine, _ := newMarker(secret)
	other, _ := newMarker([]byte("another register's secret"))
	if mine.mark("C1", "k") == mine.mark("C2", "k") || mine.mark("C1", "k") == other.mark("C1", "k") {
		t.Error("two marks are alike")
	}
	if _, err := newMarker([]byte("short")); err == nil {
		t.Error("a short secret was taken")
	}
}

// The answer to a post is lost after Slack took it: the attempt is of unknown
// outcome, the post is found, and no second one is made.
func TestAnAnswerLostAfterSlackTookThePost(t *testing.T) {
	for name, fault := range map[string]standin.Fault{
		"reset":     {Method: "chat.postMessage", Times: 1, Lost: true},
		"gateway":   {Method: "chat.postMessage", Times: 1, Gateway: true},
		"truncated": {Method: "chat.postMessage", Times: 1, Truncated: true},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t, HTTP)
			d.server.Break(fault)
			post := chat.Post{Place: d.coordination(), Key: "digest/1", Body: d.body(hello())}
			if out := d.adapter.Send(context.Background(), post); out.Verdict != chat.Retry {
				t.Fatalf("%+v", out)
			}
			found, err := d.adapter.Find(context.Background(), post.Place, post.Key, time.Now())
			if err != nil || len(found) != 1 || len(d.server.Messages(d.channel.ID)) != 1 {
				t.Errorf("%q, %v", found, err)
			}
		})
	}
}

func TestHowAnAttemptEnds(t *testing.T) {
	d := newDesk(t, HTTP)
	post := chat.Post{Place: d.coordination(), Key: "k", Body: d.body(hello())}
	try := func(f standin.Fault) chat.Outcome {
		f.Method = "chat.postMessage"
		defer d.server.Break(f)()
		return d.adapter.Send(context.Background(), post)
	}
	if out := try(standin.Fault{Status: 429, RetryAfter: 7}); out.Verdict != chat.Wait || out.After != 7*time.Second {
		t.Errorf("429: %+v", out)
	}
	if out := try(standin.Fault{Status: 429}); out.Verdict != chat.Wait || out.After != waitUnsaid {
		t.Errorf("429 without a time: %+v", out)
	}
	lift := d.server.Break(standin.Fault{Method: "conversations.history", Status: 429, RetryAfter: 7})
	if _, err := d.adapter.Find(context.Background(), post.Place, post.Key, time.Now()); chat.RetryAfter(err) != 7*time.Second {
		t.Errorf("429 to a look-up: %v", err)
	}
	lift()
	for _, f := range []standin.Fault{{Status: 503}, {Status: 403}, {Reset: true}} {
		if out := try(f); out.Verdict != chat.Retry || out.Err == nil {
			t.Errorf("%+v: %+v", f, out)
		}
	}
	d.server.Refuse("token_revoked")
	if out := d.adapter.Send(context.Background(), post); out.Verdict != chat.Wait || out.After != waitRefused {
		t.Errorf("token: %+v", out)
	}
	d.server.Refuse("")
	d.server.Leave(d.channel.ID, d.server.Bot().ID)
	d.server.SetScopes(scopeNames()...)
	if out := d.adapter.Send(context.Background(), post); out.Verdict != chat.GiveUp {
		t.Errorf("not in the channel: %+v", out)
	}
	post.Body = []byte(`{"other":1}`)
	if out := d.adapter.Send(context.Background(), post); out.Verdict != chat.GiveUp {
		t.Errorf("no body of ours: %+v", out)
	}
	if n := len(d.server.Messages(d.channel.ID)); n != 0 {
		t.Errorf("%d messages", n)
	}
}

func TestOneAttemptIsOneCall(t *testing.T) {
	d := newDesk(t, HTTP)
	d.coordination()
	for _, f := range []standin.Fault{{Status: 503}, {Reset: true}, {Lost: true}, {Status: 429, RetryAfter: 1}} {
		f.Method = "chat.postMessage"
		lift := d.server.Break(f)
		before := calls(d, "chat.postMessage")
		d.adapter.Send(context.Background(), chat.Post{Place: d.coordination(), Key: "k", Body: d.body(hello())})
		if n := calls(d, "chat.postMessage") - before; n > 1 {
			t.Errorf("%+v: %d calls", f, n)
		}
		lift()
	}
}

func calls(d *desk, method string) int {
	n := 0
	for _, c := range d.server.Calls() {
		if c.Method == method {
			n++
		}
	}
	return n
}

func TestEditAndDelete(t *testing.T) {
	d := newDesk(t, HTTP)
	place := d.coordination()
	id := d.post(place, "k/1", hello())
	edited := d.body(commands.Tell(commands.Say("withdrawn")))
	for range 2 {
		if out := d.adapter.Edit(context.Background(), id, chat.Post{Place: place, Key: "k/1", Body: edited}); out.Verdict != chat.Delivered || out.ID != id {
			t.Fatalf("%+v", out)
		}
	}
	if all := d.server.Messages(d.channel.ID); len(all) != 1 || all[0].Text != "withdrawn" {
		t.Errorf("%+v", all)
	}
	if found, err := d.adapter.Find(context.Background(), place, "k/1", time.Now()); len(found) != 1 || err != nil {
		t.Errorf("the edited post lost its mark: %q, %v", found, err)
	}
	for range 2 {
		if err := d.adapter.Delete(context.Background(), place, id); err != nil {
			t.Errorf("deleting: %v", err)
		}
	}
	if out := d.adapter.Edit(context.Background(), id, chat.Post{Place: place, Key: "k/1", Body: edited}); out.Verdict != chat.GiveUp {
		t.Errorf("an edit of what is gone: %+v", out)
	}
}

func TestTheHistoryLagsBehind(t *testing.T) {
	d := newDesk(t, HTTP)
	d.server.LagHistory(1)
	d.post(d.coordination(), "k", hello())
	if found, err := d.adapter.Find(context.Background(), d.coordination(), "k", time.Now()); len(found) != 0 || err != nil {
		t.Errorf("%q, %v", found, err)
	}
	if found, err := d.adapter.Find(context.Background(), d.coordination(), "k", time.Now()); len(found) != 1 || err != nil {
		t.Errorf("%q, %v", found, err)
	}
}

func TestFilesGoToTheCallersDirectMessages(t *testing.T) {
	d := newDesk(t, HTTP)
	d.server.SlowShares(2)
	d.replies(commands.Reply{Message: commands.Tell(commands.Say("here")), Files: []commands.File{
		{Name: "thbot.csv", Data: []byte("id,title\n")}, {Name: "coverage.png", Alt: "9 of 11 <commitments>", Data: []byte("\x89PNG")},
	}})
	x := d.sees(d.say("cepol", "export csv"))
	if !strings.Contains(x.Message.Text, "thbot.csv, coverage.png") {
		t.Errorf("%q", x.Message.Text)
	}
	d.adapter.work.Wait()
	files := d.server.Files(d.server.Direct(d.id("cepol")))
	if len(files) != 2 || files[0].Name != "thbot.csv" || files[1].Alt != "9 of 11 <commitments>" {
		t.Errorf("%+v", files)
	}
}

func TestAFileThatNeverAppearsIsSaid(t *testing.T) {
	d := newDesk(t, HTTP)
	d.server.LoseShares(1)
	d.replies(commands.Reply{Message: commands.Tell(commands.Say("here")), Files: []commands.File{{Name: "thbot.csv", Data: []byte("id\n")}}})
	d.acked(d.say("cepol", "export csv"))
	d.adapter.work.Wait()
	all := d.server.Sights(0)
	if last := all[len(all)-1]; last.Kind != standin.Ephemeral || !strings.HasPrefix(last.Message.Text, "thbot.csv could not be sent") {
		t.Errorf("%+v", last)
	}
}

func TestAPictureStandsInItsPost(t *testing.T) {
	d := newDesk(t, HTTP)
	out := d.adapter.Send(context.Background(), chat.Post{
		Place: d.coordination(), Key: "k", Body: d.body(hello()), Files: []commands.File{{Name: "coverage.png", Alt: "9 of 11", Data: []byte("\x89PNG")}},
	})
	all := d.server.Messages(d.channel.ID)
	if out.Verdict != chat.Delivered || len(all) != 1 {
		t.Fatalf("%+v, %d messages", out, len(all))
	}
	last := all[0].Blocks[len(all[0].Blocks)-1]
	if last["type"] != "image" || last["alt_text"] != "9 of 11" {
		t.Errorf("%v", last)
	}
}

// TestAnEditBringsItsPicture holds that a digest posted again shows the coverage
// of today, and does not lose the picture.
func TestAnEditBringsItsPicture(t *testing.T) {
	d := newDesk(t, HTTP)
	post := chat.Post{
		Place: d.coordination(), Key: "k", Body: d.body(hello()), Files: []commands.File{{Name: "coverage.png", Alt: "9 of 11", Data: []byte("\x89PNG")}},
	}
	out := d.adapter.Send(context.Background(), post)
	post.Files[0].Alt = "10 of 11"
	if edited := d.adapter.Edit(context.Background(), out.ID, post); edited.Verdict != chat.Delivered {
		t.Fatalf("%+v", edited)
	}
	all := d.server.Messages(d.channel.ID)
	var pictures []any
	for _, b := range all[0].Blocks {
		if b["type"] == "image" {
			pictures = append(pictures, b["alt_text"])
		}
	}
	if len(all) != 1 || len(pictures) != 1 || pictures[0] != "10 of 11" {
		t.Errorf("%d messages with the pictures %v", len(all), pictures)
	}
}

// A message of somebody else with a block that nobody knows yet must not hide
// ours.
func TestFindReadsPastWhatItDoesNotKnow(t *testing.T) {
	d := newDesk(t, HTTP)
	id := d.post(d.coordination(), "k", hello())
	d.adapter.http = &http.Client{Transport: strange{}}
	if found, err := d.adapter.Find(context.Background(), d.coordination(), "k", time.Now()); len(found) != 1 || found[0] != id || err != nil {
		t.Errorf("%q, %v", found, err)
	}
}

func scopeNames() []string {
	var all []string
	for _, s := range scopes {
		all = append(all, s.name)
	}
	return all
}

// strange puts a message of an unknown kind before all others of a history.
type strange struct{}

func (strange) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, err
	}
	odd := `"messages":[{"ts":"1.1","user":"U1","blocks":[{"type":"table","rows":[[{"type":"hologram"}]]}],"files":7},`
	resp.Body = io.NopCloser(strings.NewReader(strings.Replace(string(b), `"messages":[`, odd, 1)))
	return resp, nil
}
