package slack

import (
	"strings"
	"testing"
)

func TestTextComesBackAsTyped(t *testing.T) {
	for given, want := range map[string]string{
		"Joint days, 10:30 &amp; later":       "Joint days, 10:30 & later",
		"a &lt;!channel&gt; b":                "a <!channel> b",
		"&amp;lt;":                            "&lt;",
		"&amp;amp;amp;":                       "&amp;amp;",
		"<@U0123ABCD|jane> cepol":             "@jane cepol",
		"<@U0123ABCD> cepol":                  "@U0123ABCD cepol",
		"<@U0123ABCD|jane doe> cepol":         "@U0123ABCD cepol",
		"<#C0123ABCD|general>":                "#general",
		"<#C0123ABCD>":                        "#C0123ABCD",
		"<https://example.org/a?b=1&amp;c=2>": "https://example.org/a?b=1&c=2",
		"<http://example.org|example.org>":    "example.org",
		"<mailto:a@example.eu|a@example.eu>":  "a@example.eu",
		"<https://example.org/x|the report>":  "the report (https://example.org/x)",
		"<!here>":                             "@here",
		"<!channel|channel>":                  "channel",
		"<!subteam^S0123ABCD|@group>":         "@group",
		"<!subteam^S0123ABCD>":                "@subteam",
		"a < b":                               "a < b",
		"a & b":                               "a & b",
		"a <unclosed":                         "a <unclosed",
		"5 &lt; 6 &amp;&amp; 7 &gt; 6":        "5 < 6 && 7 > 6",
		"copied &lt;" + apart + "!here&gt;":   "copied <!here>",
		"no \x00 byte":                        "no  byte",
		`record „Kurs“ plan:"SPD 2027" link:<https://a.eu/b>`: `record „Kurs“ plan:"SPD 2027" link:https://a.eu/b`,
	} {
		if got := plain(given).Text; got != want {
			t.Errorf("%q: %q, not %q", given, got, want)
		}
	}
}

// FuzzPlainText holds that what somebody types, as Slack delivers it, comes
// back as typed, and that nothing delivered makes it fail.
func FuzzPlainText(f *testing.F) {
	for _, p := range payloads {
		f.Add(p)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		plain(typed) // as it is: whatever comes in must not fail
		want := asTyped(typed)
		if got := plain(escaper.Replace(typed)).Text; got != want {
			t.Errorf("%q came back as %q", want, got)
		}
		for _, safe := range []string{literal(typed), escape(typed), oneLine(typed)} {
			for _, sign := range []string{"<!", "<@", "<#"} {
				if strings.Contains(safe, sign) {
					t.Errorf("%q has %s in it", safe, sign)
				}
			}
		}
		if got := asTyped(fieldText(want)); got != want {
			t.Errorf("a field gives %q back as %q", want, got)
		}
		for _, p := range pieces(typed, 100) {
			if weight(p) > 100 {
				t.Errorf("a piece of %d", weight(p))
			}
		}
		if got := strings.Join(pieces(typed, 100), ""); got != typed {
			t.Errorf("pieces of %q make %q", typed, got)
		}
	})
}

// FuzzDeliveries holds that no body makes the readers fail.
func FuzzDeliveries(f *testing.F) {
	f.Add([]byte(`{"type":"block_actions","user":{"id":"U0000001","team_id":"T1"},"trigger_id":"1","actions":[{"action_id":"0|a|1|r","selected_option":{"value":"v"}}],"view":{"type":"home"}}`))
	f.Add([]byte(`{"type":"view_submission","user":{"id":"U0000001","team_id":"T1"},"view":{"callback_id":"form","private_metadata":"{\"f\":\"x\",\"n\":\"1\",\"d\":[{\"n\":\"a\",\"t\":\"multi\"}]}","state":{"values":{"a":{"entry":{"selected_options":[{"value":"v"}]}}}}}}`))
	f.Add([]byte(`team_id=T1&channel_id=C1&user_id=U0000001&command=/thb&text=list&trigger_id=1`))
	f.Add([]byte(`{"type":"event_callback","event":{"type":"app_home_opened","user":"U0000001"}}`))
	a, err := New(Config{Mode: HTTP, Channel: "c", BotToken: "b", SigningSecret: "s", Secret: secret})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		decodeCommand(b)
		decodeEvent(b)
		if i, err := decodeInteraction(b); err == nil {
			a.taker(i)
		}
	})
}
