package main

import (
	"strings"

	"thbot/bot/chattest"
	"thbot/bot/slack/standin"
)

type object = map[string]any

// readMessage gives what a person reads in a message's blocks, in the plain
// form in which all chats are compared.
func readMessage(m standin.Message) chattest.Seen {
	seen := readBlocks(m.Blocks)
	if len(m.Blocks) == 0 {
		seen.Text = readable(m.Text)
	}
	seen.Post = m
	return seen
}

func readBlocks(blocks []object) chattest.Seen {
	var seen chattest.Seen
	var lines []string
	for _, b := range blocks {
		switch b["type"] {
		case "header", "section":
			lines = append(lines, readText(b["text"]))
		case "context":
			for _, e := range list(b["elements"]) {
				lines = append(lines, readText(e))
			}
		case "rich_text":
			lines = append(lines, readRich(list(b["elements"]), ""))
		case "table":
			lines = append(lines, readTable(b))
		case "actions":
			seen.Buttons = append(seen.Buttons, labels(b)...)
		case "image":
			seen.Files = append(seen.Files, chattest.File{Alt: b["alt_text"].(string)})
		}
	}
	seen.Text = strings.Join(lines, "\n")
	return seen
}

func list(v any) []any {
	all, _ := v.([]any)
	return all
}

// readText reads a text object.
func readText(v any) string {
	o, _ := v.(object)
	text, _ := o["text"].(string)
	if o["type"] == "mrkdwn" {
		text = strings.NewReplacer("*", "", "_", "", "`", "").Replace(text)
		return readable(text)
	}
	return readable(text)
}

// readable takes back what Slack's clients do not show.
func readable(text string) string {
	text = strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&").Replace(text)
	return strings.ReplaceAll(text, "\u200b", "")
}

// readRich reads rich text: sections, lists and quotes.
func readRich(elements []any, lead string) string {
	var lines []string
	for _, v := range elements {
		e := v.(object)
		switch e["type"] {
		case "rich_text_list":
			lines = append(lines, readRich(list(e["elements"]), "- "))
		case "rich_text_quote":
			lines = append(lines, "> "+strings.ReplaceAll(readSpans(e), "\n", "\n> "))
		default:
			lines = append(lines, lead+readSpans(e))
		}
	}
	return strings.Join(lines, "\n")
}

func readSpans(e object) string {
	var b strings.Builder
	for _, v := range list(e["elements"]) {
		o := v.(object)
		text, _ := o["text"].(string)
		if url, _ := o["url"].(string); text == "" {
			text = url
		}
		b.WriteString(strings.ReplaceAll(text, "\u200b", ""))
	}
	return b.String()
}

func readTable(b object) string {
	var rows []string
	for _, r := range list(b["rows"]) {
		var cells []string
		for _, c := range list(r) {
			text, _ := c.(object)["text"].(string)
			cells = append(cells, text)
		}
		rows = append(rows, strings.Join(cells, " | "))
	}
	return strings.Join(rows, "\n")
}

// labels gives the buttons of a row, and the options of its menus.
func labels(b object) []string {
	var all []string
	for _, v := range list(b["elements"]) {
		e := v.(object)
		if e["type"] == "button" {
			all = append(all, readText(e["text"]))
		}
		for _, o := range list(e["options"]) {
			all = append(all, readText(o.(object)["text"]))
		}
	}
	return all
}

// readForm gives an open modal's fields.
func readForm(v standin.View) *chattest.Form {
	f := &chattest.Form{Title: v.Title}
	for _, b := range v.Blocks {
		if b["type"] != "input" {
			continue
		}
		e := b["element"].(object)
		field := chattest.Field{Name: b["block_id"].(string), Label: readText(b["label"]), Value: initial(e)}
		for _, o := range list(e["options"]) {
			field.Options = append(field.Options, readText(o.(object)["text"]))
		}
		f.Fields = append(f.Fields, field)
	}
	return f
}

// initial gives what a field holds when the form opens.
func initial(e object) string {
	for _, name := range []string{"initial_value", "initial_date", "initial_user"} {
		if text, ok := e[name].(string); ok {
			return strings.ReplaceAll(text, "\u200b", "")
		}
	}
	chosen := list(e["initial_options"])
	if one, ok := e["initial_option"].(object); ok {
		chosen = append(chosen, one)
	}
	var values []string
	for _, o := range chosen {
		values = append(values, o.(object)["value"].(string))
	}
	return strings.Join(values, ",")
}
