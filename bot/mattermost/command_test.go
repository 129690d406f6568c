package mattermost

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mattermost/mattermost/server/public/model"

	"thbot/commands"
)

func TestACommandArrivesAsTyped(t *testing.T) {
	d := newDesk(t)
	text := "record  Zoë's day, \"10:30\"\nsecond line @\u200ball  "
	r := d.say("cepol", text)
	if r.Text != "heard" || r.ResponseType != "ephemeral" {
		t.Errorf("%+v", r)
	}
	got := d.last()
	if got.Text != strings.ReplaceAll(text, apart, "") || got.Account.String() != "mattermost/"+id("team")+"/"+id("cepol") || got.Name != "cepol" {
		t.Errorf("%+v", got)
	}
	if !strings.HasPrefix(got.Delivery, "mattermost/") || !got.Surface.Forms || got.Surface.MultiSelect || got.Surface.DatePicker || !got.Surface.Files {
		t.Errorf("%+v", got)
	}
}

func TestTheSurfaceFollowsTheVersion(t *testing.T) {
	for v, want := range map[string][2]bool{"9.10.0": {}, "10.11.2": {}, "11.0.1": {true, false}, "11.1.0": {true, true}, "12.0.0": {true, true}, "": {}} {
		got := readVersion(v)
		if got.multiSelect() != want[0] || got.dates() != want[1] {
			t.Errorf("%s: %t %t", v, got.multiSelect(), got.dates())
		}
	}
}

// Whatever is wrong with a delivery, nothing is asked of the register.
func TestForgedAndReplayedCommandsAreRefused(t *testing.T) {
	d := newDesk(t)
	with := func(change func(url.Values)) url.Values {
		form := d.form(id("cepol"), "record x")
		change(form)
		return form
	}
	stranger := serverKey(t)
	_, foreign, _ := model.GenerateTriggerId(id("cepol"), stranger)
	for name, c := range map[string]struct {
		form url.Values
		want int
	}{
		"wrong token":            {with(func(f url.Values) { f.Set("token", "cmdtoken0123456789abcdefgX") }), 401},
		"part of the token":      {with(func(f url.Values) { f.Set("token", commandToken[:25]) }), 401},
		"no token":               {with(func(f url.Values) { f.Del("token") }), 400},
		"two tokens":             {with(func(f url.Values) { f.Add("token", commandToken) }), 400},
		"two users":              {with(func(f url.Values) { f.Add("user_id", id("atc")) }), 400},
		"no trigger":             {with(func(f url.Values) { f.Del("trigger_id") }), 401},
		"another user's trigger": {with(func(f url.Values) { f.Set("trigger_id", d.server.trigger(id("atc"))) }), 401},
		"another server's":       {with(func(f url.Values) { f.Set("trigger_id", foreign) }), 401},
		"another user":           {with(func(f url.Values) { f.Set("user_id", id("atc")) }), 401},
		"no user id":             {with(func(f url.Values) { f.Set("user_id", "cepol") }), 400},
	} {
		if status, b := d.send(c.form); status != c.want || strings.Contains(string(b), "token") {
			t.Errorf("%s: %d %s", name, status, b)
		}
	}
	if n := len(d.requests()); n != 0 {
		t.Fatalf("%d refused commands reached the register", n)
	}
	once := d.form(id("cepol"), "record x")
	if status, _ := d.send(once); status != 200 {
		t.Fatal(status)
	}
	for range 3 {
		if status, _ := d.send(once); status != 401 {
			t.Errorf("a replay is answered with %d", status)
		}
	}
	if n := len(d.requests()); n != 1 {
		t.Errorf("asked %d times", n)
	}
}

func TestAnOldCommandIsRefusedWithAWord(t *testing.T) {
	d := newDesk(t)
	form := d.form(id("cepol"), "record x")
	d.pass(6 * time.Minute)
	if status, b := d.send(form); status != 200 || !strings.Contains(string(b), "clocks") {
		t.Errorf("%d %s", status, b)
	}
	if len(d.requests()) != 0 {
		t.Error("an old command reached the register")
	}
}

func TestHTTPIsTakenStrictly(t *testing.T) {
	d := newDesk(t)
	for _, c := range []struct {
		method, path, kind, body string
		want                     int
	}{
		{"GET", "command", "", "", 405},
		{"PUT", "action", "application/json", "{}", 405},
		{"POST", "command", "application/json", "{}", 415},
		{"POST", "command", "", "x=y", 415},
		{"POST", "command", "text/plain", "x=y", 415},
		{"POST", "command", "application/x-www-form-urlencoded; charset=latin1", "x=y", 415},
		{"POST", "action", "application/x-www-form-urlencoded", "x=y", 415},
		{"POST", "dialog", "multipart/form-data; boundary=x", "x", 415},
		{"POST", "command?token=" + commandToken, "application/x-www-form-urlencoded", "", 400},
		{"POST", "command", "application/x-www-form-urlencoded", "", 400},
		{"POST", "command", "application/x-www-form-urlencoded", "%zz", 400},
		{"POST", "command", "application/x-www-form-urlencoded", strings.Repeat("a", bodyBytes+1), 413},
		{"POST", "action", "application/json", strings.Repeat(" ", bodyBytes) + "{}", 413},
		{"POST", "action", "application/json", "", 400},
		{"POST", "action", "application/json", "null", 400},
		{"POST", "action", "application/json", "[]", 400},
		{"POST", "action", "application/json", `{"user_id":7}`, 400},
		{"POST", "dialog", "application/json", `{}{}`, 400},
		{"POST", "dialog", "application/json; charset=UTF-8", `{"type":"view_submission"}`, 400},
		{"POST", "nowhere", "application/json", `{}`, 404},
	} {
		req, _ := http.NewRequest(c.method, d.listener.URL+"/mattermost/"+c.path, strings.NewReader(c.body))
		if c.kind != "" {
			req.Header.Set("Content-Type", c.kind)
		}
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != c.want {
			t.Errorf("%s %s %q %.20q: %d, not %d", c.method, c.path, c.kind, c.body, resp.StatusCode, c.want)
		}
	}
	// The body alone counts; what is added to the address is refused.
	if status, _ := d.deliver("command?text=other", "application/x-www-form-urlencoded", d.form(id("cepol"), "list").Encode()); status != 400 {
		t.Errorf("a command with a query: %d", status)
	}
	if len(d.requests()) != 0 {
		t.Error("something reached the register")
	}
	if d.adapter.State().Misread == 0 {
		t.Error("what could not be read was not counted")
	}
}

// The roster decides by ids who is in; here only bots and people who left are
// turned away, within a minute.
func TestWhoIsTurnedAway(t *testing.T) {
	d := newDesk(t)
	if r := d.say("guest-eige", "list"); r.Text != "heard" {
		t.Errorf("a guest is turned away: %q", r.Text)
	}
	if r := d.say("outsider", "list"); r.Text != "heard" {
		t.Errorf("who is on the roster is not decided here: %q", r.Text)
	}
	d.server.addUser("otherbot", func(u *model.User) { u.IsBot = true })
	asked := len(d.requests())
	if r := d.say("otherbot", "list"); r.Text != sayNobody {
		t.Errorf("a bot hears %q", r.Text)
	}
	if r := d.say("ghost", "list"); r.Text != sayNobody {
		t.Errorf("an unknown account hears %q", r.Text)
	}
	d.say("cepol", "list")
	d.server.mu.Lock()
	d.server.users[id("cepol")].DeleteAt = 1
	d.server.mu.Unlock()
	d.pass(time.Minute)
	if r := d.say("cepol", "list"); r.Text != sayNobody {
		t.Errorf("a minute after it was deactivated an account hears %q", r.Text)
	}
	if len(d.requests()) != asked+1 {
		t.Error("somebody who was turned away reached the register")
	}
}

func TestAReplyWithButtonsAndALongOne(t *testing.T) {
	d := newDesk(t)
	m := new(commands.Message)
	for i := range 30 {
		m.Tell(commands.Say("%s", commands.Words(strings.Repeat("x", 2000)))).Next(commands.Button{Label: fmt.Sprint("B", i), Action: "show"})
	}
	d.replies(commands.Reply{Message: m})
	r := d.say("cepol", "list")
	if len(r.ExtraResponses) < 3 {
		t.Errorf("%d more answers", len(r.ExtraResponses))
	}
	for _, one := range append(r.ExtraResponses, r) {
		if n := len([]rune(one.Text)); n > 16383 {
			t.Errorf("an answer of %d runes", n)
		}
	}
}

func TestSlowWorkIsAnsweredLater(t *testing.T) {
	d := newDesk(t)
	d.adapter.patience = 0
	go_on := make(chan struct{})
	d.answer = func(ctx context.Context, _ commands.Request) commands.Reply {
		<-go_on
		if ctx.Err() != nil {
			t.Error("the work was cut off when the delivery was answered")
		}
		return commands.Reply{Message: commands.Tell(commands.Say("done at last")).Next(commands.Button{Label: "Show", Action: "show"})}
	}
	if r := d.say("cepol", "export xlsx"); r.Text != sayWait {
		t.Errorf("%q", r.Text)
	}
	close(go_on)
	d.adapter.work.Wait()
	d.server.mu.Lock()
	defer d.server.mu.Unlock()
	if len(d.server.answers) != 1 || d.server.answers[0].Text != "done at last" || len(d.server.answers[0].Attachments) != 1 {
		t.Errorf("%+v", d.server.answers)
	}
}

// Where the command can no longer be answered, the direct messages are left.
func TestSlowWorkWithoutHookGoesToDirectMessages(t *testing.T) {
	d := newDesk(t)
	d.adapter.patience = 0
	go_on := make(chan struct{})
	d.answer = func(context.Context, commands.Request) commands.Reply {
		<-go_on
		return commands.Reply{Message: commands.Tell(commands.Say("done at last"))}
	}
	d.say("cepol", "export xlsx")
	d.server.mu.Lock()
	clear(d.server.hooks)
	d.server.mu.Unlock()
	close(go_on)
	if posts := d.posts(direct(id("cepol"))); len(posts) != 1 || posts[0].Message != "done at last" {
		t.Errorf("%+v", posts)
	}
}

func TestFilesGoToTheCallersDirectMessages(t *testing.T) {
	d := newDesk(t)
	d.replies(commands.Reply{
		Message: commands.Tell(commands.Say("Here it is.")),
		Files:   []commands.File{{Name: "coverage.png", Alt: "9 of 11 commitments", Data: []byte("png")}, {Name: "all.xlsx", Data: []byte("x")}},
	})
	r := d.say("cepol", "coverage")
	if !strings.Contains(r.Text, "In your direct messages: coverage.png, all.xlsx.") {
		t.Errorf("%q", r.Text)
	}
	posts := d.posts(direct(id("cepol")))
	if len(posts) != 1 || len(posts[0].FileIds) != 2 || !strings.Contains(posts[0].Message, "9 of 11 commitments") {
		t.Fatalf("%+v", posts)
	}
	if got := d.server.files[posts[0].FileIds[1]]; got != "all.xlsx" {
		t.Errorf("%q", got)
	}
}

func TestAFileThatCannotBeSentIsSaid(t *testing.T) {
	d := newDesk(t)
	d.server.meddle = func(w http.ResponseWriter, r *http.Request) bool {
		if strings.HasSuffix(r.URL.Path, "/files") {
			w.WriteHeader(500)
			return true
		}
		return false
	}
	d.replies(commands.Reply{Message: commands.Tell(commands.Say("Here it is.")), Files: []commands.File{{Name: "x", Data: []byte("x")}}})
	if r := d.say("cepol", "coverage"); !strings.Contains(r.Text, "could not be sent") {
		t.Errorf("%q", r.Text)
	}
}

func TestBeforeRunACommandHearsThatThbotStarts(t *testing.T) {
	d := newDesk(t)
	d.adapter.handle.Store(nil)
	if r := d.say("cepol", "list"); r.Text != sayStarting {
		t.Errorf("%q", r.Text)
	}
}

// A server that was restored may sign with another key.
func TestANewSigningKeyIsReadOnce(t *testing.T) {
	d := newDesk(t)
	d.server.mu.Lock()
	d.server.key = serverKey(t)
	d.server.mu.Unlock()
	if r := d.say("cepol", "list"); r.Text != "heard" {
		t.Errorf("%q", r.Text)
	}
	before := d.count("GET /api/v4/config/client")
	for range 5 {
		form := d.form(id("cepol"), "list")
		_, foreign, _ := model.GenerateTriggerId(id("cepol"), serverKey(t))
		form.Set("trigger_id", foreign)
		d.send(form)
	}
	if n := d.count("GET /api/v4/config/client"); n != before {
		t.Errorf("the key was asked for %d more times", n-before)
	}
}

func (d *desk) count(request string) int {
	d.server.mu.Lock()
	defer d.server.mu.Unlock()
	n := 0
	for _, s := range d.server.seen {
		if s == request {
			n++
		}
	}
	return n
}

// The client library tells where a delivery came from only by what is in it,
// so the shapes are held to the library's own types.
func TestAnswersHaveTheLibrarysShape(t *testing.T) {
	b, err := json.Marshal(pressAnswer{Update: &postUpdate{Message: "m", Props: map[string]any{"from_bot": "true"}, FileIDs: []string{"f"}}, EphemeralText: "t", SkipSlackParsing: true})
	if err != nil {
		t.Fatal(err)
	}
	var got model.PostActionIntegrationResponse
	if err := json.Unmarshal(b, &got); err != nil {
		t.Fatal(err)
	}
	if got.Update.Message != "m" || !slices.Equal(got.Update.FileIds, []string{"f"}) || got.EphemeralText != "t" || !got.SkipSlackParsing {
		t.Errorf("%+v", got)
	}
	b, _ = json.Marshal(formAnswer{Error: "e", Errors: map[string]string{"a": "b"}})
	var form model.SubmitDialogResponse
	if err := json.Unmarshal(b, &form); err != nil || form.Error != "e" || form.Errors["a"] != "b" {
		t.Errorf("%+v %v", form, err)
	}
}
