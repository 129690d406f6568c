package standin

import (
	"encoding/json"
	"fmt"
	"time"
	"unicode/utf8"
)

// View is a modal or an App Home as it stands.
type View struct {
	ID, Hash      string
	Type          string // modal or home
	User          string // who sees it
	Title         string
	Submit, Close string
	CallbackID    string
	ExternalID    string
	Private       string // private_metadata
	Blocks        []object
	ClearOnClose  bool
	NotifyOnClose bool
	Open          bool // false once it was sent or closed

	root, previous string
	filled         object // what its person has put in, by block and action
}

// trigger is what a trigger_id stands for.
type trigger struct {
	user     string
	delivery string
	view     string // the view whose deed it came with, to push on
	at       time.Time
	used     bool
}

// triggerLasts and viewBytes are Slack's.
const (
	triggerLasts = 3 * time.Second
	viewBytes    = 250 << 10
	stackMost    = 3
)

// newTrigger makes a trigger_id; the lock is held.
func (s *Server) newTrigger(user, delivery, view string) string {
	s.next++
	id := fmt.Sprintf("%d.%d.%s", s.next, s.now().UnixNano(), hexOf(8))
	s.triggers[id] = &trigger{user: user, delivery: delivery, view: view, at: s.now()}
	return id
}

func (s *Server) exchange(a *asked) (*trigger, *refusal) {
	t := s.triggers[a.get("trigger_id")]
	switch {
	case a.get("trigger_id") == "":
		return nil, no("invalid_arguments", "[ERROR] missing required field: trigger_id")
	case t == nil:
		return nil, no("invalid_trigger_id")
	case t.used:
		return nil, no("exchanged_trigger_id")
	case s.now().Sub(t.at) > triggerLasts:
		return nil, no("expired_trigger_id")
	}
	return t, nil
}

// parseView reads and checks a view; kind is modal or home.
func (s *Server) parseView(raw, kind string) (*View, *refusal) {
	var o object
	if json.Unmarshal([]byte(raw), &o) != nil {
		return nil, no("invalid_arguments", "[ERROR] must be a valid view [json-pointer:/view]")
	}
	if len(raw) > viewBytes {
		return nil, no("view_too_large")
	}
	on := inModal
	if kind == "home" {
		on = inHome
	}
	blocks, _ := json.Marshal(o["blocks"])
	list, refused := s.checkBlocks(string(blocks), on, "/view/blocks")
	if refused != nil {
		return nil, refused
	}
	c := &check{on: on, ids: map[string]bool{}}
	v := c.view(o, kind, list)
	if len(c.notes) > 0 {
		return nil, no("invalid_arguments", c.notes...)
	}
	for _, other := range s.views {
		if v.ExternalID != "" && other.ExternalID == v.ExternalID && other.Open {
			return nil, no("duplicate_external_id")
		}
	}
	return v, nil
}

// view checks what stands around the blocks.
func (c *check) view(o object, kind string, blocks []object) *View {
	v := &View{Type: kind, Blocks: blocks, Open: true}
	if o["type"] != kind {
		c.bad("/view/type", "unsupported type: %v", o["type"])
	}
	for name := range o {
		switch name {
		case "type", "blocks", "private_metadata", "callback_id", "external_id":
		case "title", "submit", "close", "clear_on_close", "notify_on_close", "submit_disabled":
			if kind == "home" {
				c.bad("/view", "invalid additional property: %s", name)
			}
		default:
			c.bad("/view", "invalid additional property: %s", name)
		}
	}
	part := func(name string, must bool) string {
		if o[name] == nil && !must {
			return ""
		}
		c.text(o[name], "/view/"+name, 1, 24, "plain_text")
		return textOf(o[name])
	}
	if kind == "modal" {
		v.Title, v.Submit, v.Close = part("title", true), part("submit", false), part("close", false)
	}
	v.Private, v.CallbackID, v.ExternalID = c.short(o, "private_metadata", 3000), c.short(o, "callback_id", 255), c.short(o, "external_id", 255)
	v.ClearOnClose, _ = o["clear_on_close"].(bool)
	v.NotifyOnClose, _ = o["notify_on_close"].(bool)
	for _, b := range blocks {
		if b["type"] == "input" && kind == "modal" && v.Submit == "" {
			c.bad("/view/submit", "missing required field: submit")
			break
		}
	}
	return v
}

func (c *check) short(o object, name string, most int) string {
	text, _ := o[name].(string)
	if utf8.RuneCountInString(text) > most {
		c.bad("/view/"+name, "must be less than %d characters", most+1)
	}
	return text
}

// show puts a view before a person; the lock is held.
func (s *Server) show(v *View, user, root, previous string) {
	v.ID, v.Hash, v.User = s.id("V"), s.hash(), user
	v.root, v.previous = root, previous
	if root == "" {
		v.root = v.ID
	}
	s.views[v.ID] = v
}

func (s *Server) hash() string {
	s.next++
	return fmt.Sprintf("%d.%s", s.now().Unix(), hexOf(4)+fmt.Sprint(s.next))
}

func (s *Server) openView(a *asked) (object, *refusal) {
	t, refused := s.exchange(a)
	if refused != nil {
		return nil, refused
	}
	v, refused := s.parseView(a.get("view"), "modal")
	if refused != nil {
		return nil, refused
	}
	t.used = true
	s.show(v, t.user, "", "")
	s.see(Sight{Kind: Opened, User: t.user, View: *v, Delivery: t.delivery})
	return object{"view": s.viewObject(v, nil)}, nil
}

func (s *Server) pushView(a *asked) (object, *refusal) {
	t, refused := s.exchange(a)
	if refused != nil {
		return nil, refused
	}
	below := s.views[t.view]
	if below == nil || !below.Open {
		return nil, no("not_found")
	}
	v, refused := s.parseView(a.get("view"), "modal")
	if refused != nil {
		return nil, refused
	}
	if s.depth(below) >= stackMost {
		return nil, no("push_limit_reached")
	}
	t.used = true
	s.show(v, t.user, below.root, below.ID)
	s.see(Sight{Kind: Opened, User: t.user, View: *v, Delivery: t.delivery})
	return object{"view": s.viewObject(v, nil)}, nil
}

func (s *Server) depth(v *View) int {
	n := 1
	for v.previous != "" {
		v = s.views[v.previous]
		n++
	}
	return n
}

func (s *Server) updateView(a *asked) (object, *refusal) {
	old := s.views[a.get("view_id")]
	for _, v := range s.views {
		if id := a.get("external_id"); old == nil && id != "" && v.ExternalID == id {
			old = v
		}
	}
	switch {
	case old == nil || !old.Open:
		return nil, no("not_found")
	case a.get("hash") != "" && a.get("hash") != old.Hash:
		return nil, no("hash_conflict")
	}
	keep := old.ExternalID
	old.ExternalID = "" // its own id is no duplicate
	v, refused := s.parseView(a.get("view"), "modal")
	old.ExternalID = keep
	if refused != nil {
		return nil, refused
	}
	s.replace(old, v)
	s.see(Sight{Kind: Changed, User: old.User, View: *old})
	return object{"view": s.viewObject(old, nil)}, nil
}

// replace puts another view in an open one's place.
func (s *Server) replace(old, v *View) {
	v.ID, v.User, v.root, v.previous, v.Hash = old.ID, old.User, old.root, old.previous, s.hash()
	*old = *v
}

func (s *Server) publishView(a *asked) (object, *refusal) {
	u := s.users[a.get("user_id")]
	if u == nil || u.Deleted {
		return nil, no("invalid_arguments", "[ERROR] user not found [json-pointer:/user_id]")
	}
	v, refused := s.parseView(a.get("view"), "home")
	if refused != nil {
		return nil, refused
	}
	old := s.homes[u.ID]
	if old != nil && a.get("hash") != "" && a.get("hash") != old.Hash {
		return nil, no("hash_conflict")
	}
	s.show(v, u.ID, "", "")
	if old != nil {
		delete(s.views, v.ID)
		s.replace(old, v)
		v = old
	}
	s.homes[u.ID] = v
	s.see(Sight{Kind: Changed, User: u.ID, View: *v})
	return object{"view": s.viewObject(v, nil)}, nil
}

// viewObject is a view as Slack sends it, with what is filled in.
func (s *Server) viewObject(v *View, state object) object {
	if state == nil {
		state = object{}
	}
	o := object{
		"id": v.ID, "team_id": s.team.ID, "type": v.Type, "blocks": v.Blocks, "private_metadata": v.Private, "callback_id": v.CallbackID,
		"external_id": v.ExternalID, "state": object{"values": state}, "hash": v.Hash, "clear_on_close": v.ClearOnClose,
		"notify_on_close": v.NotifyOnClose, "root_view_id": v.root, "previous_view_id": nil, "app_id": appID, "bot_id": botID,
		"app_installed_team_id": s.team.ID, "title": nil, "submit": nil, "close": nil,
	}
	if v.previous != "" {
		o["previous_view_id"] = v.previous
	}
	for name, text := range map[string]string{"title": v.Title, "submit": v.Submit, "close": v.Close} {
		if text != "" {
			o[name] = object{"type": "plain_text", "text": text, "emoji": true}
		}
	}
	return o
}
