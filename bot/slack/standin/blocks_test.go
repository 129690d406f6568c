package standin_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/slack-go/slack"

	"thbot/bot/slack/standin"
)

func jsonOf(v any) string {
	raw, _ := json.Marshal(v)
	return strings.Trim(string(raw), `"`)
}

type o = map[string]any

func plain(s string) o { return o{"type": "plain_text", "text": s} }
func md(s string) o    { return o{"type": "mrkdwn", "text": s} }

func section(s string) o { return o{"type": "section", "text": md(s)} }

func button(id string, n int) o {
	return o{"type": "button", "action_id": id, "text": plain(strings.Repeat("b", n)), "value": "v"}
}

func many[T any](n int, one func(int) T) []T {
	all := make([]T, n)
	for i := range all {
		all[i] = one(i)
	}
	return all
}

func choices(n int) []o {
	return many(n, func(i int) o { return o{"text": plain(fmt.Sprint("choice ", i)), "value": fmt.Sprint(i)} })
}

func table(rows, columns int, cell string) o {
	row := func(int) []o { return many(columns, func(int) o { return o{"type": "raw_text", "text": cell} }) }
	return o{"type": "table", "rows": many(rows, row)}
}

// TestMessageLimits holds each limit of a message's blocks from both sides.
func TestMessageLimits(t *testing.T) {
	w := open(t, standin.Config{})
	actions := func(list ...o) o { return o{"type": "actions", "elements": list} }
	chars := func(n int) string { return strings.Repeat("ü", n) }
	for _, c := range []struct {
		name  string
		good  []o
		bad   []o
		error string
	}{
		{"blocks", many(50, func(int) o { return o{"type": "divider"} }), many(51, func(int) o { return o{"type": "divider"} }), "invalid_blocks"},
		{"section", []o{section(chars(3000))}, []o{section(chars(3001))}, "invalid_blocks"},
		{"empty", []o{section("x")}, []o{section("")}, "invalid_blocks"},
		{"fields", []o{{"type": "section", "fields": many(10, func(int) o { return md("x") })}}, []o{{"type": "section", "fields": many(11, func(int) o { return md("x") })}}, "invalid_blocks"},
		{"field", []o{{"type": "section", "fields": []o{md(chars(2000))}}}, []o{{"type": "section", "fields": []o{md(chars(2001))}}}, "invalid_blocks"},
		{"header", []o{{"type": "header", "text": plain(chars(150))}}, []o{{"type": "header", "text": plain(chars(151))}}, "invalid_blocks"},
		{"header in mrkdwn", []o{{"type": "header", "text": plain("x")}}, []o{{"type": "header", "text": md("x")}}, "invalid_blocks"},
		{"context", []o{{"type": "context", "elements": many(10, func(int) o { return md("x") })}}, []o{{"type": "context", "elements": many(11, func(int) o { return md("x") })}}, "invalid_blocks"},
		{"actions", []o{actions(many(25, func(i int) o { return button(fmt.Sprint(i), 1) })...)}, []o{actions(many(26, func(i int) o { return button(fmt.Sprint(i), 1) })...)}, "invalid_blocks"},
		{"button", []o{actions(button("a", 75))}, []o{actions(button("a", 76))}, "invalid_blocks"},
		{"value", []o{actions(o{"type": "button", "action_id": "a", "text": plain("x"), "value": chars(2000)})}, []o{actions(o{"type": "button", "action_id": "a", "text": plain("x"), "value": chars(2001)})}, "invalid_blocks"},
		{"action ids", []o{actions(button("a", 1), button("b", 1))}, []o{actions(button("a", 1), button("a", 1))}, "invalid_blocks"},
		{"action id", []o{actions(button(chars(255), 1))}, []o{actions(button(chars(256), 1))}, "invalid_blocks"},
		{"block ids", []o{{"type": "divider", "block_id": "a"}, {"type": "divider", "block_id": "b"}}, []o{{"type": "divider", "block_id": "a"}, {"type": "divider", "block_id": "a"}}, "invalid_blocks"},
		{"style", []o{actions(o{"type": "button", "action_id": "a", "text": plain("x"), "style": "danger"})}, []o{actions(o{"type": "button", "action_id": "a", "text": plain("x"), "style": "red"})}, "invalid_blocks"},
		{"an unknown field", []o{section("x")}, []o{{"type": "section", "text": md("x"), "colour": "red"}}, "invalid_blocks"},
		{"an input", []o{section("x")}, []o{{"type": "input", "label": plain("x"), "element": o{"type": "plain_text_input", "action_id": "a"}}}, "invalid_blocks"},
		{"alt text", []o{{"type": "image", "image_url": "https://a.eu/x.png", "alt_text": "x"}}, []o{{"type": "image", "image_url": "https://a.eu/x.png"}}, "invalid_blocks"},
		{"a picture of Slack's", []o{section("x")}, []o{{"type": "image", "slack_file": o{"id": "F404"}, "alt_text": "x"}}, "invalid_blocks"},
		{"rich text", []o{{"type": "rich_text", "elements": []o{{"type": "rich_text_section", "elements": []o{{"type": "text", "text": "x"}}}}}}, []o{{"type": "rich_text", "elements": []o{{"type": "rich_text_section", "elements": []o{{"type": "text", "text": ""}}}}}}, "invalid_blocks"},
		{"menu", []o{actions(o{"type": "static_select", "action_id": "a", "options": choices(100)})}, []o{actions(o{"type": "static_select", "action_id": "a", "options": choices(101)})}, "invalid_blocks"},
		{"overflow", []o{actions(o{"type": "overflow", "action_id": "a", "options": choices(5)})}, []o{actions(o{"type": "overflow", "action_id": "a", "options": choices(6)})}, "invalid_blocks"},
		{"checkboxes", []o{actions(o{"type": "checkboxes", "action_id": "a", "options": choices(10)})}, []o{actions(o{"type": "checkboxes", "action_id": "a", "options": choices(11)})}, "invalid_blocks"},
		{"rows", []o{table(100, 2, "x")}, []o{table(101, 2, "x")}, "invalid_blocks"},
		{"columns", []o{table(2, 20, "x")}, []o{table(2, 21, "x")}, "invalid_blocks"},
		{"table text", []o{table(2, 1, chars(5000))}, []o{table(2, 1, chars(5001))}, "invalid_blocks"},
		{"tables", []o{table(1, 1, "x")}, []o{table(1, 1, "x"), table(1, 1, "x")}, "invalid_blocks"},
		{"all together", many(4, func(int) o { return section(chars(3000)) }), many(5, func(int) o { return section(chars(3000)) }), "msg_blocks_too_long"},
	} {
		if err := postRaw(w, c.good); err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
		err := postRaw(w, c.bad)
		if err == nil || err.Error() != c.error {
			t.Errorf("%s: %v, not %s", c.name, err, c.error)
		}
	}
}

// postRaw posts blocks as they are, past slack-go's own types.
func postRaw(w *world, blocks []o) error {
	raw, _ := json.Marshal(blocks)
	return call(w, "chat.postMessage", map[string]string{"channel": w.channel.ID, "text": "x", "blocks": string(raw)})
}

func call(w *world, method string, args map[string]string) error {
	form := "token=" + standin.BotToken
	for k, v := range args {
		form += "&" + k + "=" + escape(v)
	}
	var resp slack.SlackResponse
	if err := w.do(method, form, &resp); err != nil {
		return err
	}
	return resp.Err()
}

// TestViewLimits holds what a modal may be.
func TestViewLimits(t *testing.T) {
	w := open(t, standin.Config{})
	input := func(id string, element o) o {
		return o{"type": "input", "block_id": id, "label": plain("When"), "element": element}
	}
	words := o{"type": "plain_text_input", "action_id": "a"}
	modal := func(change o) string {
		v := o{"type": "modal", "title": plain("Record"), "submit": plain("Record"), "blocks": []o{input("when", words)}}
		for k, x := range change {
			if v[k] = x; x == nil {
				delete(v, k)
			}
		}
		raw, _ := json.Marshal(v)
		return string(raw)
	}
	long := strings.Repeat("x", 25)
	multi := func(n int, first ...o) o {
		e := o{"type": "multi_static_select", "action_id": "a", "options": choices(n)}
		if first != nil {
			e["initial_options"] = first
		}
		return input("m", e)
	}
	for _, c := range []struct {
		name, want string
		change     o
	}{
		{"as it should be", "", nil},
		{"a hundred blocks", "", o{"blocks": many(100, func(i int) o { return input(fmt.Sprint(i), words) })}},
		{"a hundred and one", "invalid_arguments", o{"blocks": many(101, func(i int) o { return input(fmt.Sprint(i), words) })}},
		{"a long title", "invalid_arguments", o{"title": plain(long)}},
		{"a long submit", "invalid_arguments", o{"submit": plain(long)}},
		{"a long close", "invalid_arguments", o{"close": plain(long)}},
		{"no submit with an input", "invalid_arguments", o{"submit": nil}},
		{"no title", "invalid_arguments", o{"title": nil}},
		{"metadata", "", o{"private_metadata": strings.Repeat("x", 3000)}},
		{"too much metadata", "invalid_arguments", o{"private_metadata": strings.Repeat("x", 3001)}},
		{"the same block twice", "invalid_arguments", o{"blocks": []o{input("a", words), input("a", words)}}},
		{"a table", "invalid_arguments", o{"blocks": []o{table(1, 1, "x")}}},
		{"eleven commitments", "", o{"blocks": []o{multi(11, choices(2)...)}}},
		{"a choice that is none", "invalid_arguments", o{"blocks": []o{multi(11, o{"text": plain("choice 12"), "value": "12"})}}},
		{"chosen nothing", "invalid_arguments", o{"blocks": []o{multi(11, []o{}...)}}},
		{"eleven radio buttons", "invalid_arguments", o{"blocks": []o{input("r", o{"type": "radio_buttons", "action_id": "a", "options": choices(11)})}}},
		{"a date", "", o{"blocks": []o{input("d", o{"type": "datepicker", "action_id": "a", "initial_date": "2027-03-01"})}}},
		{"no date", "invalid_arguments", o{"blocks": []o{input("d", o{"type": "datepicker", "action_id": "a", "initial_date": "March 2027"})}}},
		{"a long first text", "invalid_arguments", o{"blocks": []o{input("t", o{"type": "plain_text_input", "action_id": "a", "initial_value": strings.Repeat("x", 3001)})}}},
	} {
		if c.name == "chosen nothing" {
			c.change = o{"blocks": []o{input("m", o{"type": "multi_static_select", "action_id": "a", "options": choices(2), "initial_options": []o{}})}}
		}
		d := w.Command(w.person.ID, "", "record")
		err := call(w, "views.open", map[string]string{"trigger_id": d.Trigger, "view": modal(c.change)})
		if got := fmt.Sprint(err); c.want == "" && err != nil || c.want != "" && got != c.want {
			t.Errorf("%s: %v, not %q", c.name, err, c.want)
		}
	}
}
