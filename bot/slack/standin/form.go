package standin

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// Submit has a person fill in inputs of an open modal and send it. Values go
// by an input's label, block_id or action_id: a text, the label or value of a
// choice, or a list of them; a user's id for a person. What is not given stays
// as it is in the form. Slack's own client refuses an empty required field and
// a text that is too long; that is an error here.
func (s *Server) Submit(user, view string, values map[string]any) (*Delivery, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	v, err := s.before(user, view)
	if err != nil {
		return nil, err
	}
	if v.Submit == "" {
		return nil, fmt.Errorf("the view has no submit button")
	}
	if err := v.fill(values); err != nil {
		return nil, err
	}
	d := &Delivery{ID: hexOf(16), User: user, kind: "interactive", view: v}
	d.Trigger = s.newTrigger(user, d.ID, v.ID)
	d.payload = s.interaction("view_submission", user, d)
	d.payload["view"] = s.viewObject(v, v.filled)
	d.payload["response_urls"] = []object{}
	return s.deliver(d), nil
}

// Incomplete is Slack's own client refusing to send a form whose required
// field is empty.
type Incomplete struct{ Block string }

func (e *Incomplete) Error() string { return e.Block + ": Please complete this required field" }

// CloseView has a person close a modal; the app hears of it if it asked to.
func (s *Server) CloseView(user, view string) (*Delivery, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	v, err := s.before(user, view)
	if err != nil {
		return nil, err
	}
	s.shut(v, "")
	if !v.NotifyOnClose {
		return nil, nil
	}
	d := &Delivery{ID: hexOf(16), User: user, kind: "interactive", view: v}
	d.Trigger = s.newTrigger(user, d.ID, "")
	d.payload = s.interaction("view_closed", user, d)
	d.payload["view"], d.payload["is_cleared"] = s.viewObject(v, v.filled), false
	return s.deliver(d), nil
}

func (s *Server) shut(v *View, delivery string) {
	v.Open = false
	s.see(Sight{Kind: Closed, User: v.User, View: *v, Delivery: delivery})
}

// fill puts values into the form and makes its state.
func (v *View) fill(values map[string]any) error {
	if v.filled == nil {
		v.filled = object{}
	}
	used := 0
	var lacks *Incomplete
	for _, b := range v.Blocks {
		e, _ := b["element"].(object)
		if b["type"] != "input" || e == nil {
			continue
		}
		block, action := b["block_id"].(string), e["action_id"].(string)
		state, _ := v.filled[block].(object)
		if state == nil {
			state = object{action: initialState(e)}
		}
		for _, name := range []string{textOf(b["label"]), block, action} {
			value, given := values[name]
			if !given {
				continue
			}
			used++
			filled, err := stateOf(e, value)
			if err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
			state = object{action: filled}
			break
		}
		v.filled[block] = state
		if optional, _ := b["optional"].(bool); !optional && lacks == nil && empty(state[action].(object)) {
			lacks = &Incomplete{Block: block}
		}
	}
	if lacks != nil {
		return lacks
	}
	if used < len(values) {
		return fmt.Errorf("the form has no such field as one of %v", values)
	}
	return nil
}

// initialState is an element's state before anybody touched it.
func initialState(e object) object {
	kind, _ := e["type"].(string)
	state := object{"type": kind}
	switch kind {
	case "plain_text_input":
		state["value"] = e["initial_value"]
	case "static_select", "radio_buttons":
		state["selected_option"] = e["initial_option"]
	case "multi_static_select", "checkboxes":
		state["selected_options"] = orEmpty(e["initial_options"])
	case "datepicker":
		state["selected_date"] = e["initial_date"]
	case "users_select":
		state["selected_user"] = e["initial_user"]
	case "multi_users_select":
		state["selected_users"] = orEmpty(e["initial_users"])
	}
	return state
}

func orEmpty(v any) any {
	if v == nil {
		return []any{}
	}
	return v
}

func empty(state object) bool {
	for name, v := range state {
		list, isList := v.([]any)
		if name != "type" && v != nil && v != "" && (!isList || len(list) > 0) {
			return false
		}
	}
	return true
}

// stateOf is an element's state with a value in it.
func stateOf(e object, value any) (object, error) {
	state := initialState(e)
	var texts []string
	switch value := value.(type) {
	case string:
		texts = []string{value}
	case []string:
		texts = value
	}
	one := strings.Join(texts, ",")
	switch e["type"] {
	case "plain_text_input":
		most := 3000
		if n, ok := e["max_length"].(float64); ok {
			most = int(n)
		}
		if utf8.RuneCountInString(one) > most {
			return nil, fmt.Errorf("more than %d characters", most)
		}
		state["value"] = nilIfEmpty(one)
	case "static_select", "radio_buttons":
		chosen, err := choose(e, texts)
		if err != nil {
			return nil, err
		}
		state["selected_option"] = nil
		if len(chosen) > 0 {
			state["selected_option"] = chosen[0]
		}
	case "multi_static_select", "checkboxes":
		chosen, err := choose(e, texts)
		if err != nil {
			return nil, err
		}
		state["selected_options"] = chosen
	case "datepicker":
		if one != "" && !isDate.MatchString(one) {
			return nil, fmt.Errorf("a date picker gives no %q", one)
		}
		state["selected_date"] = nilIfEmpty(one)
	case "users_select":
		state["selected_user"] = nilIfEmpty(one)
	case "multi_users_select":
		state["selected_users"] = texts
	}
	return state, nil
}

func nilIfEmpty(text string) any {
	if text == "" {
		return nil
	}
	return text
}

// choose finds the options with these labels or values.
func choose(e object, texts []string) ([]any, error) {
	chosen := []any{}
	for _, text := range texts {
		if text == "" {
			continue
		}
		o := choice(e, func(o object) bool { return textOf(o["text"]) == text || o["value"] == text })
		if o == nil {
			return nil, fmt.Errorf("there is no choice %q", text)
		}
		chosen = append(chosen, o)
	}
	return chosen, nil
}

// take does what the bot acknowledged with; the lock is held.
func (s *Server) take(d *Delivery, answer []byte) {
	switch {
	case d.payload["type"] == "view_submission":
		s.takeSubmission(d, answer)
	case d.kind == "slash_commands" && len(answer) > 0:
		var resp response
		if json.Unmarshal(answer, &resp) != nil {
			resp = response{Text: string(answer)}
		}
		if resp.Text == "" && len(resp.Blocks) == 0 {
			return // {} is no message
		}
		c := d.payload["channel_id"].(string)
		if s.respond(&hook{user: d.User, channel: c, delivery: d.ID}, resp) != nil {
			s.see(Sight{Kind: Trouble, User: d.User, Words: Command + " failed with the error \"invalid_command_response\"", Delivery: d.ID})
		}
	}
}

// takeSubmission closes, changes or keeps the form that was sent.
func (s *Server) takeSubmission(d *Delivery, answer []byte) {
	var r struct {
		Action string            `json:"response_action"`
		View   json.RawMessage   `json:"view"`
		Errors map[string]string `json:"errors"`
	}
	v := d.view
	if len(answer) > 0 && json.Unmarshal(answer, &r) != nil {
		s.trouble(d)
		return
	}
	switch r.Action {
	case "":
		s.shut(v, d.ID)
	case "clear":
		for _, other := range s.views {
			if other.root == v.root && other.Open && other.Type == "modal" {
				s.shut(other, d.ID)
			}
		}
	case "errors":
		if len(r.Errors) == 0 || !v.inputs(r.Errors) {
			s.trouble(d)
			return
		}
		s.see(Sight{Kind: Wrong, User: d.User, View: *v, Errors: r.Errors, Delivery: d.ID})
	case "update", "push":
		s.takeView(d, r.Action, string(r.View))
	default:
		s.trouble(d)
	}
}

func (s *Server) takeView(d *Delivery, action, raw string) {
	next, refused := s.parseView(raw, "modal")
	switch {
	case refused != nil, action == "push" && s.depth(d.view) >= stackMost:
		s.trouble(d)
	case action == "update":
		s.replace(d.view, next)
		s.see(Sight{Kind: Changed, User: d.User, View: *d.view, Delivery: d.ID})
	default:
		s.show(next, d.User, d.view.root, d.view.ID)
		s.see(Sight{Kind: Opened, User: d.User, View: *next, Delivery: d.ID})
	}
}

func (s *Server) trouble(d *Delivery) {
	s.see(Sight{Kind: Trouble, User: d.User, Words: "We had some trouble connecting. Try again?", Delivery: d.ID})
}

// inputs tells whether all errors stand at inputs of the view, with words.
func (v *View) inputs(errors map[string]string) bool {
	for id, words := range errors {
		if words == "" || !slices.ContainsFunc(v.Blocks, func(b object) bool { return b["block_id"] == id && b["type"] == "input" }) {
			return false
		}
	}
	return true
}
