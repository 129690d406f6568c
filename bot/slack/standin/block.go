package standin

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// surface is where blocks stand.
type surface int

const (
	inMessage surface = iota
	inModal
	inHome
)

// Limits of Block Kit, in characters and counts, from Slack's reference of
// each block. maxBlocksText is not documented: Slack refuses the blocks of a
// message somewhere above 13,200 characters, and each block costs some more.
const (
	maxBlocksText = 13_200
	blockCost     = 125
)

// check walks blocks and collects what Slack would refuse.
type check struct {
	on     surface
	notes  []string
	ids    map[string]bool
	chars  int
	tables int
	ready  func(file string) bool
}

// checkBlocks reads a list of blocks as strictly as Slack does.
func (s *Server) checkBlocks(raw string, on surface, at string) ([]object, *refusal) {
	var blocks []object
	if json.Unmarshal([]byte(raw), &blocks) != nil {
		return nil, no("invalid_blocks_format")
	}
	c := &check{on: on, ids: map[string]bool{}, ready: s.ready}
	c.blocks(blocks, at)
	switch {
	case len(c.notes) > 0 && on == inMessage:
		return nil, no("invalid_blocks", c.notes...)
	case len(c.notes) > 0:
		return nil, no("invalid_arguments", c.notes...)
	case on == inMessage && c.chars > maxBlocksText:
		return nil, no("msg_blocks_too_long")
	}
	for i, b := range blocks {
		if b["block_id"] == nil || b["block_id"] == "" {
			b["block_id"] = fmt.Sprintf("gen%02d", i)
		}
	}
	return blocks, nil
}

func (c *check) bad(at, format string, args ...any) {
	c.notes = append(c.notes, "[ERROR] "+fmt.Sprintf(format, args...)+" [json-pointer:"+at+"]")
}

// fields are the fields that a block or element may have beside type.
var fields = map[string]string{
	"section": "block_id text fields accessory expand", "divider": "block_id", "header": "block_id text",
	"context": "block_id elements", "actions": "block_id elements", "image": "block_id alt_text image_url slack_file title",
	"input": "block_id label element dispatch_action hint optional", "table": "block_id rows column_settings",
	"rich_text": "block_id elements", "markdown": "block_id text",

	"button":              "action_id text value url style confirm accessibility_label",
	"overflow":            "action_id options confirm",
	"static_select":       "action_id placeholder options option_groups initial_option confirm focus_on_load",
	"multi_static_select": "action_id placeholder options option_groups initial_options confirm max_selected_items focus_on_load",
	"users_select":        "action_id placeholder initial_user confirm focus_on_load",
	"multi_users_select":  "action_id placeholder initial_users confirm max_selected_items focus_on_load",
	"datepicker":          "action_id placeholder initial_date confirm focus_on_load",
	"checkboxes":          "action_id options initial_options confirm focus_on_load",
	"radio_buttons":       "action_id options initial_option confirm focus_on_load",
	"plain_text_input":    "action_id placeholder initial_value multiline min_length max_length dispatch_action_config focus_on_load",
	"rich_text_section":   "elements", "rich_text_list": "elements style indent offset border", "rich_text_quote": "elements border", "rich_text_preformatted": "elements border language",
	"text": "text style", "link": "url text unsafe style", "emoji": "name unicode", "user": "user_id style", "usergroup": "usergroup_id style",
	"channel": "channel_id style", "broadcast": "range", "date": "timestamp format url fallback", "color": "value",

	"plain_text": "text emoji", "mrkdwn": "text verbatim",
}

// known checks the type and the names of the fields.
func (c *check) known(o object, at string, kinds ...string) (string, bool) {
	kind, _ := o["type"].(string)
	if !slices.Contains(kinds, kind) {
		c.bad(at+"/type", "unsupported type: %s", kind)
		return kind, false
	}
	allowed := strings.Fields(fields[kind])
	for name := range o {
		if name != "type" && !slices.Contains(allowed, name) {
			c.bad(at, "invalid additional property: %s", name)
		}
	}
	return kind, true
}

func (c *check) blocks(blocks []object, at string) {
	most := 50
	if c.on != inMessage {
		most = 100
	}
	if len(blocks) > most {
		c.bad(at, "no more than %d items allowed", most)
	}
	for i, b := range blocks {
		c.block(b, fmt.Sprintf("%s/%d", at, i))
	}
	if c.tables > 1 {
		c.bad(at, "only_one_table_allowed")
	}
}

func (c *check) block(b object, at string) {
	kinds := []string{"section", "divider", "header", "context", "actions", "image", "rich_text", "table", "markdown"}
	if c.on != inMessage {
		kinds = []string{"section", "divider", "header", "context", "actions", "image", "rich_text", "input"}
	}
	kind, ok := c.known(b, at, kinds...)
	if !ok {
		return
	}
	c.chars += blockCost
	c.blockID(b, at)
	switch kind {
	case "section":
		c.section(b, at)
	case "header":
		c.text(b["text"], at+"/text", 1, 150, "plain_text")
	case "markdown":
		text, _ := b["text"].(string)
		c.length(text, at+"/text", 1, 12_000)
	case "context":
		c.elements(b, at, 10, func(e object, at string) { c.contextElement(e, at) })
	case "actions":
		seen := map[string]bool{}
		c.elements(b, at, 25, func(e object, at string) { c.element(e, at, seen, interactive) })
	case "image":
		c.image(b, at)
	case "input":
		c.input(b, at)
	case "rich_text":
		c.rich(b["elements"], at+"/elements", richParts)
	case "table":
		c.table(b, at)
	}
}

func (c *check) blockID(b object, at string) {
	id, given := b["block_id"].(string)
	if !given || id == "" {
		return
	}
	if utf8.RuneCountInString(id) > 255 {
		c.bad(at+"/block_id", "must be less than 256 characters")
	}
	if c.ids[id] {
		c.bad(at+"/block_id", "block_id %q already exists", id)
	}
	c.ids[id] = true
}

func (c *check) section(b object, at string) {
	list, fielded := b["fields"].([]any)
	if b["text"] == nil && !fielded {
		c.bad(at, "missing required field: text")
	}
	if b["text"] != nil {
		c.text(b["text"], at+"/text", 1, 3000, "plain_text", "mrkdwn")
	}
	if fielded && len(list) > 10 {
		c.bad(at+"/fields", "no more than 10 items allowed")
	}
	for i, f := range list {
		c.text(f, fmt.Sprintf("%s/fields/%d", at, i), 1, 2000, "plain_text", "mrkdwn")
	}
	if a, ok := b["accessory"].(object); ok {
		if a["type"] == "image" {
			c.image(a, at+"/accessory")
			return
		}
		c.element(a, at+"/accessory", map[string]bool{}, interactive)
	}
}

// elements walks a block's elements.
func (c *check) elements(b object, at string, most int, each func(object, string)) {
	list, _ := b["elements"].([]any)
	if len(list) == 0 {
		c.bad(at+"/elements", "no fewer than 1 items allowed")
	}
	if len(list) > most {
		c.bad(at+"/elements", "no more than %d items allowed", most)
	}
	for i, e := range list {
		o, _ := e.(object)
		each(o, fmt.Sprintf("%s/elements/%d", at, i))
	}
}

func (c *check) contextElement(e object, at string) {
	if e["type"] == "image" {
		c.image(e, at)
		return
	}
	c.text(e, at, 1, 3000, "plain_text", "mrkdwn")
}

func (c *check) image(b object, at string) {
	alt, _ := b["alt_text"].(string)
	c.length(alt, at+"/alt_text", 1, 2000)
	url, _ := b["image_url"].(string)
	if file, ok := b["slack_file"].(object); !ok {
		c.length(url, at+"/image_url", 1, 3000)
	} else if id, _ := file["id"].(string); !c.ready(id) {
		c.bad(at+"/slack_file", "invalid slack file")
	}
	if b["title"] != nil {
		c.text(b["title"], at+"/title", 1, 2000, "plain_text")
	}
}

// rich checks rich text and counts its characters: lists and quotes hold
// sections, sections hold spans.
func (c *check) rich(v any, at string, kinds string) {
	list, _ := v.([]any)
	if len(list) == 0 {
		c.bad(at, "no fewer than 1 items allowed")
	}
	for i, e := range list {
		o, _ := e.(object)
		here := fmt.Sprintf("%s/%d", at, i)
		kind, ok := c.known(o, here, strings.Fields(kinds)...)
		switch {
		case !ok:
		case kind == "rich_text_list":
			c.rich(o["elements"], here+"/elements", "rich_text_section")
		case strings.HasPrefix(kind, "rich_text_"):
			c.rich(o["elements"], here+"/elements", "text link emoji user usergroup channel broadcast date color")
		case kind == "text":
			text, _ := o["text"].(string)
			c.length(text, here+"/text", 1, 1<<20)
		case kind == "link":
			url, _ := o["url"].(string)
			c.length(url, here+"/url", 1, 3000)
			text, _ := o["text"].(string)
			c.chars += utf8.RuneCountInString(text)
		}
	}
}

// richParts are what a rich_text block is made of.
const richParts = "rich_text_section rich_text_list rich_text_quote rich_text_preformatted"

// table checks a table block: 100 rows, 20 columns, 10,000 characters.
func (c *check) table(b object, at string) {
	c.tables++
	rows, _ := b["rows"].([]any)
	if len(rows) == 0 || len(rows) > 100 {
		c.bad(at+"/rows", "between 1 and 100 items allowed")
	}
	before := c.chars
	for i, r := range rows {
		cells, _ := r.([]any)
		here := fmt.Sprintf("%s/rows/%d", at, i)
		if len(cells) == 0 || len(cells) > 20 {
			c.bad(here, "between 1 and 20 items allowed")
		}
		for j, cell := range cells {
			c.cell(cell, fmt.Sprintf("%s/%d", here, j))
		}
	}
	if c.chars-before > 10_000 {
		c.bad(at+"/rows", "table is too long: no more than 10000 characters allowed")
	}
	settings, _ := b["column_settings"].([]any)
	if len(settings) > 20 {
		c.bad(at+"/column_settings", "no more than 20 items allowed")
	}
}

func (c *check) cell(v any, at string) {
	cell, _ := v.(object)
	switch cell["type"] {
	case "raw_text":
		text, _ := cell["text"].(string)
		c.length(text, at+"/text", 1, 10_000)
	case "rich_text":
		c.rich(cell["elements"], at+"/elements", richParts)
	default:
		c.bad(at+"/type", "unsupported type: %v", cell["type"])
	}
}

// text checks a text object and counts its characters.
func (c *check) text(v any, at string, least, most int, kinds ...string) {
	o, ok := v.(object)
	if !ok {
		c.bad(at, "missing required field: text")
		return
	}
	kind, ok := c.known(o, at, kinds...)
	if !ok {
		return
	}
	if _, set := o["emoji"]; set && kind != "plain_text" {
		c.bad(at, "invalid additional property: emoji")
	}
	text, _ := o["text"].(string)
	c.length(text, at+"/text", least, most)
}

func (c *check) length(text, at string, least, most int) {
	n := utf8.RuneCountInString(text)
	c.chars += n
	if n < least {
		c.bad(at, "must be more than %d characters", least-1)
	}
	if n > most {
		c.bad(at, "must be less than %d characters", most+1)
	}
}
