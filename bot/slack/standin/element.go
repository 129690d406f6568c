package standin

import (
	"fmt"
	"regexp"
	"unicode/utf8"
)

// interactive are the elements of actions and accessories, inputs those of an
// input block.
var (
	interactive = []string{"button", "overflow", "static_select", "multi_static_select", "users_select", "multi_users_select", "datepicker", "checkboxes", "radio_buttons"}
	inputs      = []string{"plain_text_input", "static_select", "multi_static_select", "users_select", "multi_users_select", "datepicker", "checkboxes", "radio_buttons"}
)

var isDate = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}$`)

func (c *check) input(b object, at string) {
	c.text(b["label"], at+"/label", 1, 2000, "plain_text")
	if b["hint"] != nil {
		c.text(b["hint"], at+"/hint", 1, 2000, "plain_text")
	}
	e, ok := b["element"].(object)
	if !ok {
		c.bad(at, "missing required field: element")
		return
	}
	c.element(e, at+"/element", map[string]bool{}, inputs)
}

// element checks one interactive element.
func (c *check) element(e object, at string, seen map[string]bool, kinds []string) {
	kind, ok := c.known(e, at, kinds...)
	if !ok {
		return
	}
	c.actionID(e, at, seen)
	if e["placeholder"] != nil {
		c.text(e["placeholder"], at+"/placeholder", 1, 150, "plain_text")
	}
	if e["confirm"] != nil {
		c.confirm(e["confirm"], at+"/confirm")
	}
	switch kind {
	case "button":
		c.button(e, at)
	case "overflow":
		c.options(e, at, 1, 5, 75)
	case "static_select", "multi_static_select":
		c.options(e, at, 1, 100, 75)
		c.initial(e, at)
	case "checkboxes", "radio_buttons":
		c.options(e, at, 1, 10, 75)
		c.initial(e, at)
	case "datepicker":
		if d, set := e["initial_date"].(string); set && !isDate.MatchString(d) {
			c.bad(at+"/initial_date", "must be a date in the format YYYY-MM-DD")
		}
	case "plain_text_input":
		c.typed(e, at)
	}
}

func (c *check) actionID(e object, at string, seen map[string]bool) {
	id, _ := e["action_id"].(string)
	if id == "" {
		c.bad(at, "missing required field: action_id")
	}
	if utf8.RuneCountInString(id) > 255 {
		c.bad(at+"/action_id", "must be less than 256 characters")
	}
	if seen[id] {
		c.bad(at+"/action_id", "action_id %q already exists for another element in this block", id)
	}
	seen[id] = true
}

func (c *check) button(e object, at string) {
	c.text(e["text"], at+"/text", 1, 75, "plain_text")
	if v, set := e["value"].(string); set {
		c.length(v, at+"/value", 1, 2000)
	}
	if v, set := e["url"].(string); set {
		c.length(v, at+"/url", 1, 3000)
	}
	if v, set := e["style"]; set && v != "primary" && v != "danger" {
		c.bad(at+"/style", "unsupported value: %v", v)
	}
	if v, set := e["accessibility_label"].(string); set {
		c.length(v, at+"/accessibility_label", 1, 75)
	}
}

func (c *check) confirm(v any, at string) {
	o, _ := v.(object)
	c.text(o["title"], at+"/title", 1, 100, "plain_text")
	c.text(o["text"], at+"/text", 1, 300, "plain_text", "mrkdwn")
	c.text(o["confirm"], at+"/confirm", 1, 30, "plain_text")
	c.text(o["deny"], at+"/deny", 1, 30, "plain_text")
}

// options checks the choices; overflow and selects have their own counts.
func (c *check) options(e object, at string, least, most, label int) {
	list, _ := e["options"].([]any)
	if groups, ok := e["option_groups"].([]any); ok {
		if len(groups) > 100 {
			c.bad(at+"/option_groups", "no more than 100 items allowed")
		}
		for i, g := range groups {
			o, _ := g.(object)
			c.text(o["label"], fmt.Sprintf("%s/option_groups/%d/label", at, i), 1, 75, "plain_text")
			c.options(o, fmt.Sprintf("%s/option_groups/%d", at, i), least, most, label)
		}
		return
	}
	if len(list) < least {
		c.bad(at+"/options", "no fewer than %d items allowed", least)
	}
	if len(list) > most {
		c.bad(at+"/options", "no more than %d items allowed", most)
	}
	for i, v := range list {
		c.option(v, fmt.Sprintf("%s/options/%d", at, i), label)
	}
}

func (c *check) option(v any, at string, label int) {
	o, _ := v.(object)
	for name := range o {
		if name != "text" && name != "value" && name != "description" && name != "url" {
			c.bad(at, "invalid additional property: %s", name)
		}
	}
	c.text(o["text"], at+"/text", 1, label, "plain_text", "mrkdwn")
	value, _ := o["value"].(string)
	c.length(value, at+"/value", 1, 150)
	if o["description"] != nil {
		c.text(o["description"], at+"/description", 1, 75, "plain_text", "mrkdwn")
	}
}

// initial checks that what is chosen at first is one of the choices, whole.
func (c *check) initial(e object, at string) {
	chosen, _ := e["initial_options"].([]any)
	if one, ok := e["initial_option"]; ok && one != nil {
		chosen = append(chosen, one)
	}
	if e["initial_options"] != nil && len(chosen) == 0 {
		c.bad(at+"/initial_options", "no fewer than 1 items allowed")
	}
	for _, v := range chosen {
		o, _ := v.(object)
		if choice(e, func(x object) bool { return x["value"] == o["value"] && textOf(x["text"]) == textOf(o["text"]) }) == nil {
			c.bad(at+"/initial_options", "must be one of the provided options")
		}
	}
}

// choice finds an option of an element.
func choice(e object, meant func(object) bool) object {
	lists := []any{e["options"]}
	groups, _ := e["option_groups"].([]any)
	for _, g := range groups {
		lists = append(lists, g.(object)["options"])
	}
	for _, l := range lists {
		list, _ := l.([]any)
		for _, v := range list {
			if o, _ := v.(object); meant(o) {
				return o
			}
		}
	}
	return nil
}

func textOf(v any) string {
	o, _ := v.(object)
	text, _ := o["text"].(string)
	return text
}

func (c *check) typed(e object, at string) {
	most := 3000
	if n, ok := e["max_length"].(float64); ok {
		if n < 1 || n > 3000 {
			c.bad(at+"/max_length", "must be between 1 and 3000")
		}
		most = int(n)
	}
	if v, set := e["initial_value"].(string); set {
		c.length(v, at+"/initial_value", 0, most)
	}
}
