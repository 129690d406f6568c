package slack

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"thbot/bot/chat"
	"thbot/bot/slack/standin"
	"thbot/commands"
)

// payloads are texts that would notify, link or fool somebody, if Slack or a
// reader of its JSON took them for its own.
var payloads = []string{
	"<!channel>", "<!here>", "<!everyone>", "<!subteam^S0123ABCD>", "<!subteam^S0123ABCD|@group>", "<@U0123ABCD>", "<@U0123ABCD|jane>",
	"<@W0123ABCD>", "<#C0123ABCD>", "<#C0123ABCD|general>", "<!date^1392734382^{date}|x>", "<!channel|here>", "<!here|here>", "< !channel>",
	"<\u200b!channel>", "&lt;!channel&gt;", "&amp;lt;!channel&amp;gt;", "&#60;!channel&#62;", "<!<!channel>", "<<!channel>>", "<@<@U0123ABCD>",
	"@channel", "@here", "@everyone", "@jane", "＜!channel＞", "<!\u200bchannel>", "<!channel", "!channel>", "<\n!channel>", "<\t@U0123ABCD>",
	"`<!channel>`", "```<!channel>```", "> <!channel>", "*<!channel>*", "_<@U0123ABCD>_", "~<!here>~", "<https://example.org|<!channel>>",
	"<mailto:a@b.eu|<@U0123ABCD>>", "<javascript:alert(1)|x>", "\u202e>lennahc!<", "<!channel>\u0000", "<@U0123ABCD>\r\n<!here>", "<!chan&nel>",
}

// raw finds Slack's own signs in any text of any JSON. Texts for mrkdwn, where
// they would work, and for plain text are held alike.
func raw(v any) []string {
	var all []string
	switch v := v.(type) {
	case string:
		for _, sign := range []string{"<!", "<@", "<#"} {
			if strings.Contains(v, sign) {
				all = append(all, v)
			}
		}
	case []any:
		for _, e := range v {
			all = append(all, raw(e)...)
		}
	case map[string]any:
		for _, e := range v {
			all = append(all, raw(e)...)
		}
	}
	return all
}

func rawIn(t interface{ Fatalf(string, ...any) }, b []byte) []string {
	var v any
	if err := json.Unmarshal(b, &v); err != nil {
		t.Fatalf("%v: %s", err, b)
	}
	return raw(v)
}

// TestNoPayloadOfPeopleWorks puts each payload into every place where people's
// words can stand, and sends all there is to send.
func TestNoPayloadOfPeopleWorks(t *testing.T) {
	if len(payloads) < 40 {
		t.Fatalf("%d payloads", len(payloads))
	}
	d := newDesk(t, HTTP)
	for _, p := range payloads {
		w := commands.Words(p)
		m := new(commands.Message).Head(commands.Say("%s", w)).
			Tell(commands.Say("%s **%s** *%s* `%s`", w, w, w, w), commands.Say("%s", w)).
			Items(commands.Say("%s", w)).Quoting(p).Aside(commands.Say("`%s` %s", w, w)).Aside(commands.Say("%s", w)).
			Grid(&commands.Table{Header: []string{p, "b"}, Rows: [][]string{{p, p}}}).Picture(p, p).
			Next(commands.Button{Label: p, Action: "a", Record: "A1"}, commands.Button{Label: p, Action: "b", Options: []commands.Option{{Value: "v", Label: p}}})
		form := &commands.Form{Name: "f", Title: p, Submit: p, Intro: p, Fields: []commands.Field{
			{Name: "text", Label: p, Hint: p, Type: commands.FieldText, Value: p, Optional: true},
			{Name: "area", Label: p, Hint: p, Type: commands.FieldArea, Value: p, Optional: true},
			{Name: "one", Label: p, Type: commands.FieldChoice, Options: []commands.Option{{Value: "v", Label: p}}, Value: "v"},
			{Name: "many", Label: p, Type: commands.FieldMulti, Options: []commands.Option{{Value: "v", Label: p}}, Value: "v"},
		}}
		d.post(d.coordination(), "k"+p, m)
		d.replies(commands.Reply{Message: m, Form: form})
		del := d.say("cepol", "x")
		d.acked(del)
		for _, s := range rawIn(t, del.Answer()) {
			t.Errorf("an answer with %q", s)
		}
		modal := d.opened("cepol")
		d.replies(commands.Reply{Errors: map[string]string{"text": p, "elsewhere": p}, Failed: true})
		sent, err := d.server.Submit(d.id("cepol"), modal.ID, nil)
		if err != nil {
			t.Fatal(err)
		}
		d.acked(sent)
		for _, s := range rawIn(t, sent.Answer()) {
			t.Errorf("errors with %q", s)
		}
		d.replies(commands.Reply{Message: m})
		d.acked(d.server.OpenHome(d.id("cepol"), "home"))
		d.adapter.work.Wait()
	}
	for _, c := range d.server.Calls() {
		if strings.HasPrefix(c.Body, "{") {
			for _, s := range rawIn(t, []byte(c.Body)) {
				t.Errorf("%s with %q", c.Method, s)
			}
		}
		for name := range c.Args {
			value := c.Args.Get(name)
			if name == "text" || name == "initial_comment" {
				for _, s := range raw(value) {
					t.Errorf("%s with the %s %q", c.Method, name, s)
				}
			} else if strings.HasPrefix(value, "[") || strings.HasPrefix(value, "{") {
				for _, s := range rawIn(t, []byte(value)) {
					t.Errorf("%s with %q in its %s", c.Method, s, name)
				}
			}
		}
	}
	if all := d.server.Mentions(); len(all) > 0 {
		t.Errorf("somebody was notified: %q", all)
	}
}

// TestEveryMessageKeepsSlacksLimits posts and edits random messages: Slack
// refuses none of them, and all that they say is there, in the blocks and in
// the text.
func TestEveryMessageKeepsSlacksLimits(t *testing.T) {
	d := newDesk(t, HTTP)
	at := d.coordination()
	n := 0
	rapid.Check(t, func(t *rapid.T) {
		m, words := random(t)
		bodies, err := Render(m)
		if err != nil {
			t.Fatal(err)
		}
		said := ""
		for _, b := range bodies {
			n++
			post := chat.Post{Place: at, Key: fmt.Sprint("k", n), Body: b}
			out := d.adapter.Send(context.Background(), post)
			if out.Verdict != chat.Delivered {
				t.Fatalf("refused: %v\n%s", out.Err, b)
			}
			if out := d.adapter.Edit(context.Background(), out.ID, post); out.Verdict != chat.Delivered {
				t.Fatalf("an edit was refused: %v\n%s", out.Err, b)
			}
			if all := rawIn(t, b); len(all) > 0 {
				t.Fatalf("%q", all)
			}
			part, _ := thaw(b)
			said += part.Text + "\n"
		}
		for _, w := range words {
			if !strings.Contains(said, w) {
				t.Fatalf("%q is not said", w)
			}
		}
		if again, _ := Render(m); !slices.EqualFunc(again, bodies, func(x, y json.RawMessage) bool { return string(x) == string(y) }) {
			t.Fatal("it is rendered in two ways")
		}
	})
}

// random draws a message, and words of which each stands once in it.
func random(t *rapid.T) (*commands.Message, []string) {
	var words []string
	word := func() string {
		w := fmt.Sprintf("w%dw", len(words))
		words = append(words, w)
		return w
	}
	filler := rapid.SampledFrom([]string{"", " <!channel> ", "&&&&", " a*b_c~d`e ", "\n", " é漢🎉 ", " https://example.org/x?a=1&b=2, ", strings.Repeat("long ", 50), strings.Repeat("<>&", 400), "\u202e\u0007"})
	text := func() string {
		return rapid.String().Draw(t, "before") + " " + word() + filler.Draw(t, "filler")
	}
	line := func() commands.Line {
		var l commands.Line
		for range rapid.IntRange(1, 4).Draw(t, "spans") {
			l = append(l, commands.Span{Text: text(), Style: commands.Style(rapid.IntRange(0, 3).Draw(t, "style")), People: true})
		}
		return l
	}
	lines := func() []commands.Line {
		var all []commands.Line
		for range rapid.IntRange(1, 6).Draw(t, "lines") {
			all = append(all, line())
		}
		return all
	}
	m := new(commands.Message)
	for range rapid.IntRange(1, 15).Draw(t, "blocks") {
		switch rapid.IntRange(0, 7).Draw(t, "kind") {
		case 0:
			m.Head(line())
		case 1:
			m.Tell(lines()...)
		case 2:
			m.Items(lines()...)
		case 3:
			m.Quoting(text())
		case 4:
			m.Aside(lines()...)
		case 5:
			m.Grid(grid(t, text))
		case 6:
			m.Picture("x.png", text())
		case 7:
			var row []commands.Button
			for i := range rapid.IntRange(1, 30).Draw(t, "buttons") {
				row = append(row, commands.Button{Label: fmt.Sprint(filler.Draw(t, "label"), i), Action: "a.b", Record: fmt.Sprint("A", i), Danger: i%2 == 0})
			}
			m.Next(row...)
		}
	}
	return m, words
}

func grid(t *rapid.T, text func() string) *commands.Table {
	g := &commands.Table{}
	columns := rapid.IntRange(1, 22).Draw(t, "columns")
	for range columns {
		g.Header = append(g.Header, text())
	}
	for range rapid.IntRange(0, 8).Draw(t, "rows") {
		row := make([]string, columns)
		for i := range row {
			if rapid.Bool().Draw(t, "full") {
				row[i] = text()
			}
		}
		g.Rows = append(g.Rows, row)
	}
	return g
}

// opened gives the modal opened last for a user.
func (d *desk) opened(user string) standin.View {
	d.t.Helper()
	all := d.server.Sights(0)
	for i := len(all) - 1; i >= 0; i-- {
		if all[i].Kind == standin.Opened && all[i].User == d.id(user) {
			return all[i].View
		}
	}
	d.t.Fatalf("no modal was opened; calls: %+v", d.server.Calls())
	return standin.View{}
}
