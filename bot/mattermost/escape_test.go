package mattermost

import (
	"context"
	"encoding/json"
	"regexp"
	"strings"
	"testing"

	"github.com/mattermost/mattermost/server/public/shared/markdown"
	"pgregory.net/rapid"

	"thbot/commands"
)

// mentions are texts by which people could try to notify others.
var mentions = []string{
	"@all", "@channel", "@here", "@witness", "@Witness", "@ALL", "x@all", "a-@all", "a.@all", "(@all)", "[@all]", "**@all**",
	"_@all_", "~~@all~~", "`@all`", "``@all``", "```\n@all\n```", "`` ` @all", "> @all", "# @all", "- @all", "1. @all",
	"| @all | @here |", "[x](@all)", "![@all](http://x)", "<!channel>", "<!here>", "<!all>", "<!everyone>", "<@witness>",
	"<!subteam^S1|@all>", "<<!all>", "<<<@witness>", "<https://x|@all>", "@@all", "@\u200b@all", "@all\x00", "\\@all", "\\\\@all", "&#64;all", "https://x.eu/@all",
	"a\n@all\n@here", "@witness.", "@witness:", "`code` @all `code`", "\r\n@channel",
}

// live finds what the server would take for a mention, wherever it stands.
var live = regexp.MustCompile(`@[^\x{200b}]|@$|<![a-z]|<@`)

// everywhere puts a text into each place of a message that people's words can
// stand in.
func everywhere(text string) *commands.Message {
	w := commands.Words(text)
	return new(commands.Message).
		Head(commands.Say("%s", w)).
		Tell(commands.Say("%s", w), commands.Say("a %s b", w), commands.Say("**%s**", w), commands.Say("*%s*", w), commands.Say("`%s`", w)).
		Items(commands.Say("%s", w)).
		Quoting(text).
		Grid(&commands.Table{Header: []string{text}, Rows: [][]string{{text}}}).
		Picture("x.png", text).
		Aside(commands.Say("%s", w)).
		Next(commands.Button{Label: text, Action: "x", Options: []commands.Option{{Value: "v", Label: text}}}).
		Tell(commands.Say("%s", w))
}

func TestMentionsNotifyNobody(t *testing.T) {
	if len(mentions) < 40 {
		t.Fatalf("only %d payloads", len(mentions))
	}
	for _, payload := range mentions {
		bodies, err := Render(everywhere(payload))
		if err != nil {
			t.Fatal(err)
		}
		for _, raw := range bodies {
			var part body
			if err := json.Unmarshal(raw, &part); err != nil {
				t.Fatal(err)
			}
			for _, s := range part.Sections {
				for _, text := range []string{s.Text, s.Plain} {
					if m := live.FindString(text); m != "" {
						t.Errorf("%q lives as %q in %q", payload, m, text)
					}
				}
				for _, x := range s.Buttons {
					if live.MatchString(x.Label) || live.MatchString(x.Options[0].Label) {
						t.Errorf("%q lives on a button: %q", payload, x.Label)
					}
				}
			}
			if strings.Contains(string(raw), `\u0000`) || strings.Contains(string(raw), "\x00") {
				t.Errorf("%q: a NUL byte would make the server answer 500 for ever", payload)
			}
		}
	}
}

// The check above has to see a mention that is not broken.
func TestTheMentionCheckSees(t *testing.T) {
	for _, text := range []string{"@all", "x @witness.", "<!channel>", "a <@U1>", "@"} {
		if !live.MatchString(text) {
			t.Errorf("%q is not seen", text)
		}
	}
}

// The same in forms, whose intro the client shows as Markdown.
func TestMentionsInFormsAndReplies(t *testing.T) {
	d := newDesk(t)
	for _, payload := range mentions {
		d.replies(commands.Reply{Message: everywhere(payload)})
		r := d.say("cepol", "show A1")
		for _, one := range append(r.ExtraResponses, r) {
			if live.MatchString(one.Text) {
				t.Errorf("%q lives in a reply: %q", payload, one.Text)
			}
		}
		dlg, _ := dialog(&commands.Form{Name: "f", Title: "T", Submit: "S", Intro: payload, Fields: []commands.Field{{Name: "a", Label: "A", Type: commands.FieldText}}}, version{9, 10})
		if live.MatchString(dlg.IntroductionText) {
			t.Errorf("%q lives in a form: %q", payload, dlg.IntroductionText)
		}
	}
	if err := d.adapter.directly(context.Background(), caller{user: id("cepol")}, everywhere("@all"), nil); err != nil {
		t.Fatal(err)
	}
	for _, p := range d.posts(direct(id("cepol"))) {
		if live.MatchString(p.Message) {
			t.Errorf("a mention lives in a post: %q", p.Message)
		}
	}
}

// shown gives the text that the server's own Markdown reads, and fails on
// whatever is more than text.
func shown(t interface{ Fatalf(string, ...any) }, source string) string {
	var b strings.Builder
	markdown.Inspect(source, func(node any) bool {
		switch n := node.(type) {
		case *markdown.Document, *markdown.Paragraph, nil:
		case *markdown.Text:
			b.WriteString(n.Text)
		case *markdown.SoftLineBreak, *markdown.HardLineBreak:
			b.WriteByte('\n')
		case *markdown.Autolink:
			for _, c := range n.Children { // a web address stays one
				if text, ok := c.(*markdown.Text); ok {
					b.WriteString(text.Text)
				}
			}
		default:
			t.Fatalf("%T in %q", node, source)
		}
		return true
	})
	return b.String()
}

// What people type is shown as they typed it, by the server's own Markdown.
func TestWordsAreShownAsTyped(t *testing.T) {
	bits := []string{
		"a", "Zoë", " ", "  ", "*", "**", "_", "__", "`", "```", "~", "~~", "[", "](", ")", "!", "![", "#", "# ", "## x", "-", "- ", "+ ",
		"1. ", "12) ", ">", "> ", "|", "\\", "\\*", "<", "<b>", "&amp;", "&lt;", "@all", ":smile:", "$x$", "    ", "=", "===", "---", ".", "10:30",
		"https://example.eu/a_b?c=d&e", "http://", "www.example.eu/", "ftp://x.eu", "mailto:x", "<!channel>", "(", "{", "}", "^",
	}
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOfN(rapid.SampledFrom(bits), 1, 8).Draw(t, "bits"), "")
		if strings.TrimSpace(text) == "" {
			return
		}
		got := shown(t, inline(commands.Say("%s", commands.Words(text)), false))
		got = strings.NewReplacer(apart, "", "\u00a0", " ").Replace(got)
		if strings.TrimSpace(got) != strings.TrimSpace(text) {
			t.Fatalf("%q is shown as %q, from %q", text, got, inline(commands.Say("%s", commands.Words(text)), false))
		}
	})
}

// What somebody copies out of a message and sends is what was typed.
func TestCopiedTextIsAsTyped(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`[a-z@<:&~!#; ]{0,30}`).Draw(t, "text")
		if got := asTyped(breakMentions(text)); got != text {
			t.Fatalf("%q became %q", text, got)
		}
	})
	if got := asTyped("a\x00b\xff"); got != "ab\uFFFD" {
		t.Errorf("%q", got)
	}
}

func TestEmojiStayWords(t *testing.T) {
	for text, want := range map[string]string{":smile:": ":_smile:", ":a:b:c:": ":_a:_b:_c:", "10:30:15": "10:30:15", ":100:": ":_100:"} {
		if got := strings.ReplaceAll(breakMentions(text), apart, "_"); got != want {
			t.Errorf("%q became %q", text, got)
		}
	}
}

func TestDirectionMarksAreShown(t *testing.T) {
	if got := escape("a\u202eb\u2066\x1b", false); got != "a<"+apart+"U+202E>b<"+apart+"U+2066>" {
		t.Errorf("%q", got)
	}
}

func FuzzRender(f *testing.F) {
	for _, m := range mentions {
		f.Add(m)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, p := range render(everywhere(text)) {
			if runes(p) > partRunes {
				t.Errorf("a part of %d runes", runes(p))
			}
			for _, s := range p.Sections {
				if live.MatchString(s.Text) || strings.ContainsRune(s.Text, 0) {
					t.Errorf("%q lives in %q", text, s.Text)
				}
			}
		}
	})
}
