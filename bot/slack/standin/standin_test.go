package standin_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"thbot/bot/slack/standin"
)

// world is a stand-in with a person, a channel, and slack-go as the bot.
type world struct {
	*standin.Server
	api     *slack.Client
	ctx     context.Context
	t       *testing.T
	person  *standin.User
	channel *standin.Channel
}

func open(t *testing.T, cfg standin.Config) *world {
	t.Helper()
	w := &world{Server: standin.New(cfg), t: t}
	t.Cleanup(w.Close)
	w.ctx, w.api = within(t), slack.New(standin.BotToken, slack.OptionAPIURL(w.URL()), slack.OptionAppLevelToken(standin.AppToken))
	w.person = w.AddUser(standin.User{Name: "cepol"})
	w.channel = w.AddChannel(standin.Channel{Name: "contact-points", Private: true}, w.person.ID, w.Bot().ID)
	return w
}

// within bounds a test's waiting.
func within(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	t.Cleanup(cancel)
	return ctx
}

func text(s string) slack.MsgOption { return slack.MsgOptionText(s, false) }

func marked(key string) slack.MsgOption {
	return slack.MsgOptionMetadata(slack.SlackMetadata{EventType: "thbot", EventPayload: map[string]any{"key": key}})
}

func TestPostFindEditDelete(t *testing.T) {
	w := open(t, standin.Config{})
	_, ts, err := w.api.PostMessageContext(w.ctx, w.channel.ID, text("one"), marked("k1"))
	if err != nil {
		t.Fatal(err)
	}
	for _, words := range []string{"two", "three"} {
		if _, _, err := w.api.PostMessageContext(w.ctx, w.channel.ID, text(words)); err != nil {
			t.Fatal(err)
		}
	}
	if _, _, _, err := w.api.UpdateMessageContext(w.ctx, w.channel.ID, ts, text("one, edited")); err != nil {
		t.Fatal(err)
	}
	var found []slack.Message
	params := &slack.GetConversationHistoryParameters{ChannelID: w.channel.ID, Limit: 2, IncludeAllMetadata: true}
	for {
		h, err := w.api.GetConversationHistoryContext(w.ctx, params)
		if err != nil {
			t.Fatal(err)
		}
		found = append(found, h.Messages...)
		if params.Cursor = h.ResponseMetaData.NextCursor; params.Cursor == "" {
			break
		}
	}
	if len(found) != 3 || found[0].Text != "three" || found[2].Text != "one, edited" || found[2].Metadata.EventPayload["key"] != "k1" {
		t.Fatalf("the history is %+v", found)
	}
	if _, _, err := w.api.DeleteMessageContext(w.ctx, w.channel.ID, ts); err != nil || len(w.Messages(w.channel.ID)) != 2 {
		t.Fatalf("%v, %d messages are left", err, len(w.Messages(w.channel.ID)))
	}
	since := &slack.GetConversationHistoryParameters{ChannelID: w.channel.ID, Oldest: found[1].Timestamp}
	if h, err := w.api.GetConversationHistoryContext(w.ctx, since); err != nil || len(h.Messages) != 1 {
		t.Fatalf("after the second: %v %+v", err, h)
	}
}

func TestRefusals(t *testing.T) {
	w := open(t, standin.Config{})
	open := w.AddChannel(standin.Channel{Name: "open"}, w.person.ID)
	hidden := w.AddChannel(standin.Channel{Name: "hidden", Private: true}, w.person.ID)
	gone := w.AddUser(standin.User{Name: "gone", Deleted: true})
	post := func(to string) error { _, _, err := w.api.PostMessageContext(w.ctx, to, text("x")); return err }
	w.SetScopes("chat:write", "im:write", "users:read")
	for name, c := range map[string]struct {
		err  error
		want string
	}{
		"a channel that is not there":   {post("C404"), "channel_not_found"},
		"a private one without the bot": {post(hidden.ID), "channel_not_found"},
		"a public one without the bot":  {post(open.ID), "not_in_channel"},
		"nobody's messages":             {second(w.api.OpenConversationContext(w.ctx, &slack.OpenConversationParameters{Users: []string{gone.ID}})), "user_disabled"},
		"no scope":                      {first(w.api.GetConversationInfoContext(w.ctx, &slack.GetConversationInfoInput{ChannelID: w.channel.ID})), "missing_scope"},
		"no such user":                  {first(w.api.GetUserInfoContext(w.ctx, "U404")), "user_not_found"},
		"another's token":               {first(slack.New("xoxb-other", slack.OptionAPIURL(w.URL())).AuthTestContext(w.ctx)), "invalid_auth"},
		"the app's token":               {first(slack.New(standin.AppToken, slack.OptionAPIURL(w.URL())).AuthTestContext(w.ctx)), "not_allowed_token_type"},
	} {
		if c.err == nil || c.err.Error() != c.want {
			t.Errorf("%s: %v, not %s", name, c.err, c.want)
		}
	}
	w.Refuse("account_inactive")
	if _, err := w.api.AuthTestContext(w.ctx); err == nil || err.Error() != "account_inactive" {
		t.Errorf("a removed app: %v", err)
	}
}

func first[A any](_ A, err error) error                  { return err }
func second[A, B, C any](_ A, _ B, _ C, err error) error { return err }

func TestFaults(t *testing.T) {
	w := open(t, standin.Config{})
	post := func() error { _, _, err := w.api.PostMessageContext(w.ctx, w.channel.ID, text("x")); return err }
	for _, c := range []struct {
		name  string
		fault standin.Fault
		taken bool
		err   func(error) bool
	}{
		{"429", standin.Fault{Status: 429, RetryAfter: 7}, false, func(err error) bool {
			var limited *slack.RateLimitedError
			return errors.As(err, &limited) && limited.RetryAfter == 7*time.Second
		}},
		{"500", standin.Fault{Status: 500}, false, func(err error) bool {
			var status slack.StatusCodeError
			return errors.As(err, &status) && status.Code == 500
		}},
		{"reset", standin.Fault{Reset: true}, false, func(err error) bool { return err != nil }},
		{"lost", standin.Fault{Lost: true}, true, func(err error) bool { return err != nil }},
		{"gateway", standin.Fault{Gateway: true}, true, func(err error) bool { return err != nil }},
		{"cut", standin.Fault{Truncated: true}, true, func(err error) bool { return err != nil }},
	} {
		before := len(w.Messages(w.channel.ID))
		c.fault.Method, c.fault.Times = "chat.postMessage", 1
		w.Break(c.fault)
		if err := post(); !c.err(err) {
			t.Errorf("%s: %v", c.name, err)
		}
		if taken := len(w.Messages(w.channel.ID)) > before; taken != c.taken {
			t.Errorf("%s: taken is %v", c.name, taken)
		}
	}
	if err := post(); err != nil {
		t.Errorf("after the faults: %v", err)
	}
	w.LagHistory(1)
	post()
	count := func() int {
		h, err := w.api.GetConversationHistoryContext(w.ctx, &slack.GetConversationHistoryParameters{ChannelID: w.channel.ID})
		if err != nil {
			t.Fatal(err)
		}
		return len(h.Messages)
	}
	if lagging, arrived := count(), count(); arrived != lagging+1 {
		t.Error("the history does not lag")
	}
}

func TestFiles(t *testing.T) {
	w := open(t, standin.Config{})
	upload := func() (*slack.FileSummary, error) {
		return w.api.UploadFileContext(w.ctx, slack.UploadFileParameters{
			Reader: strings.NewReader("a picture"), FileSize: 9, Filename: "coverage.png", AltTxt: "eleven rows", Title: "Coverage", Channel: w.channel.ID,
		})
	}
	if _, err := upload(); err != nil {
		t.Fatal(err)
	}
	if all := w.Files(w.channel.ID); len(all) != 1 || string(all[0].Data) != "a picture" || all[0].Alt != "eleven rows" {
		t.Fatalf("shared: %+v", all)
	}
	w.LoseShares(1)
	lost, err := upload()
	if err != nil {
		t.Fatal(err)
	}
	w.SlowShares(2)
	slow, err := upload()
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		for _, f := range []*slack.FileSummary{lost, slow} {
			if _, _, _, err := w.api.GetFileInfoContext(w.ctx, f.ID, 0, 0); err != nil {
				t.Fatal(err)
			}
		}
	}
	info, _, _, err := w.api.GetFileInfoContext(w.ctx, slow.ID, 0, 0)
	if err != nil || len(info.Shares.Private[w.channel.ID]) != 1 || len(w.Files(w.channel.ID)) != 2 {
		t.Fatalf("%v, %+v, %d files", err, info.Shares, len(w.Files(w.channel.ID)))
	}
}

func TestPace(t *testing.T) {
	w := open(t, standin.Config{Pace: time.Minute})
	post := func(to string) error { _, _, err := w.api.PostMessageContext(w.ctx, to, text("x")); return err }
	if err := post(w.channel.ID); err != nil {
		t.Fatal(err)
	}
	var limited *slack.RateLimitedError
	if err := post(w.channel.ID); !errors.As(err, &limited) || limited.RetryAfter < time.Second {
		t.Errorf("too soon: %v", err)
	}
	if err := post(w.person.ID); err != nil {
		t.Errorf("another channel: %v", err)
	}
}

func TestSignature(t *testing.T) {
	w := open(t, standin.Config{})
	req := w.Command(w.person.ID, "", "record").Request("http://127.0.0.1:1", time.Now(), 0)
	v, err := slack.NewSecretsVerifier(req.Header, standin.SigningSecret)
	if err != nil {
		t.Fatal(err)
	}
	cmd, err := slack.SlashCommandParse(tee(req, &v))
	if err != nil || v.Ensure() != nil || cmd.Text != "record" || cmd.Command != standin.Command || cmd.TeamID != w.Team().ID {
		t.Fatalf("%v %v %+v", err, v.Ensure(), cmd)
	}
}

func tee(req *http.Request, v *slack.SecretsVerifier) *http.Request {
	var body strings.Builder
	buf := make([]byte, 1<<16)
	n, _ := req.Body.Read(buf)
	body.Write(buf[:n])
	v.Write(buf[:n])
	again := req.Clone(req.Context())
	again.Body = http.NoBody
	r, _ := http.NewRequest(req.Method, req.URL.String(), strings.NewReader(body.String()))
	r.Header = req.Header
	return r
}

func TestEscaping(t *testing.T) {
	w := open(t, standin.Config{})
	d := w.Command(w.person.ID, w.channel.ID, `A & B <c> for @cepol in #contact-points, see https://a.eu/x?y=1&z=2 or b.eu, ask j@c.eu @channel @nobody`)
	want := "A &amp; B &lt;c&gt; for <@" + w.person.ID + "|cepol> in <#" + w.channel.ID + "|contact-points>, see <https://a.eu/x?y=1&amp;z=2> or <http://b.eu|b.eu>, ask <mailto:j@c.eu|j@c.eu> <!channel> @nobody"
	if got := d.Request("http://127.0.0.1:1", time.Now(), 0); !strings.Contains(string(d.Payload()), jsonOf(want)) {
		t.Errorf("%s\n%s", d.Payload(), got.URL)
	}
}
